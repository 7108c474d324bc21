// One's own notices: what was given to one, and which clocks run out (TIC-03b).
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data, uuid } from './client.ts';
import { word } from './i18n.ts';
import type { Notice } from './types.ts';

export const useUnread = (enabled: boolean) =>
  useQuery({
    queryKey: ['notice-count'],
    queryFn: async () => (await data(api.GET('/notices/count'))).unread,
    enabled,
    refetchInterval: 60_000,
  });

export const useNotices = (unread: boolean) =>
  useInfiniteQuery({
    queryKey: ['notices', unread],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/notices', {
          params: { query: { unread, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });

/** Marks one as read, or all. */
export function useMarkRead(): (id?: string) => Promise<void> {
  const client = useQueryClient();
  return async id => {
    await data(
      api.POST('/notices/read', {
        params: { header: { 'Idempotency-Key': uuid() } },
        body: id ? { id } : {},
      }),
    );
    for (const key of ['notices', 'notice-count']) void client.invalidateQueries({ queryKey: [key] });
  };
}

export function noticeText(n: Notice): string {
  if (n.kind === 'hot') return word('notice.hot', { n: n.data.tickets ?? 0 });
  if (n.kind !== 'escalated') return word(`notice.${n.kind}`);
  const clock = word(n.data.clock === 'response' ? 'clock.response' : 'clock.resolve');
  const percent = n.data.percent ?? 0;
  return word(percent >= 100 ? 'notice.over' : 'notice.soon', { clock, percent });
}
