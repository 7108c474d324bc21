import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import { useCan, useCommunity } from '../../session.ts';

const minutes = 5 * 60_000;

export function useRoles() {
  const can = useCan();
  return useQuery({
    queryKey: ['roles'],
    queryFn: async () => (await data(api.GET('/roles'))).items,
    staleTime: minutes,
    enabled: can('auth.roles_view'),
  });
}

export function useDepartments() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['departments', community],
    queryFn: async () => (await data(api.GET('/departments', { params: { query: { community } } }))).items,
    staleTime: minutes,
  });
}

export function useBuildings() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['buildings', community],
    queryFn: async () => (await data(api.GET('/buildings', { params: { query: { community } } }))).items,
    staleTime: minutes,
  });
}

/** Who is at work in the community. */
export function useColleagues() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['staff', 'colleagues', community],
    queryFn: async () =>
      (await data(api.GET('/staff', { params: { query: { community, state: 'active', limit: 200 } } })))
        .items,
  });
}
