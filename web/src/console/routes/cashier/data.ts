import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import { fenOf } from '../../../kit/format.ts';
import type { OpenLine } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';

export const means = ['cash', 'wechat', 'alipay', 'pos', 'bank', 'cheque'] as const;
export type Means = (typeof means)[number] | 'prepaid';

/** What is to be paid on a line today. */
export const totalOf = (line: OpenLine) => fenOf(line.open) + fenOf(line.lateFee);

export const useCounter = (room: string | undefined, also: string[]) =>
  useQuery({
    queryKey: ['due', room, also.join()],
    queryFn: () =>
      data(
        api.GET('/rooms/{id}/due', {
          params: { path: { id: room ?? '' }, query: also.length > 0 ? { also: also.join() } : {} },
        }),
      ),
    enabled: !!room,
  });

/** One's own shift; closed when none is open. */
export function useShift(allowed: boolean) {
  const community = useCommunity();
  return useQuery({
    queryKey: ['shift', community],
    queryFn: () => data(api.GET('/cashier-shift', { params: { query: { community } } })),
    enabled: allowed && community !== '',
  });
}
