// Reading and acting on tickets.
import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, data } from '../../../kit/client.ts';
import { showNow } from '../../../kit/shown.ts';
import type { Category, Ticket, Triage } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { type Filters, queryOf } from './filters.ts';

export function useTickets(filters: Filters) {
  const community = useCommunity();
  const query = queryOf(community, filters);
  return useInfiniteQuery({
    queryKey: ['tickets', query],
    queryFn: ({ pageParam }) =>
      data(api.GET('/tickets', { params: { query: pageParam ? { ...query, cursor: pageParam } : query } })),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
}

export const useTicket = (id: string) =>
  useQuery({
    queryKey: ['ticket', id],
    queryFn: () => data(api.GET('/tickets/{id}', { params: { path: { id } } })),
    placeholderData: old => (old?.id === id ? old : undefined),
  });

export const useCategories = () =>
  useQuery({
    queryKey: ['categories'],
    queryFn: () => data(api.GET('/categories')),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What the server makes of the words; asked once they have stood still for a moment. */
export const triageOf = (community: string, title: string, description: string) =>
  queryOptions({
    queryKey: ['triage', community, title, description],
    queryFn: (): Promise<Triage> =>
      title || description
        ? data(api.POST('/ticket-triage', { body: { community, title, description } }))
        : Promise.resolve({}),
    staleTime: 60_000,
    // A form waits for this when it is sent: without a network it must fail at once.
    networkMode: 'always',
    retry: false,
    placeholderData: keepPreviousData,
  });

export function useCategory(id: string | undefined): Category | undefined {
  return useCategories().data?.items.find(c => c.id === id);
}

/** After an action the answer is the new ticket; the lists around it are asked again. */
export function useKeepTicket(): (ticket: Ticket) => void {
  const client = useQueryClient();
  return useCallback(
    ticket => {
      void showNow(client, ['ticket', ticket.id], ticket);
      for (const key of ['tickets', 'counts', 'household', 'followups']) {
        void client.invalidateQueries({ queryKey: [key] });
      }
    },
    [client],
  );
}
