import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import { hourMinute } from '../../../kit/time.ts';
import type { DailyDay, DailyPart } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';

export const useDay = (day: string | undefined) => {
  const community = useCommunity();
  return useQuery({
    queryKey: ['daily', 'day', community, day ?? ''],
    queryFn: () => data(api.GET('/daily-log', { params: { query: { community, ...(day ? { day } : {}) } } })),
    enabled: community !== '',
  });
};

/** Asks anew for everything about the log. */
export function useAgain() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['daily'] });
}

export const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

export const minuteOf = (text: string): number => {
  const [h, m] = text.split(':').map(Number);
  return (h ?? 0) * 60 + (m ?? 0);
};

export const timeOf = (iso: string): string => hourMinute(new Date(iso));

export const signOf = (day: DailyDay, part: DailyPart) => day.signs.find(s => s.part === part);

/** The order in which a day is read. */
export const parts = ['log', 'complaints', 'patrols'] as const satisfies DailyPart[];

/** People on duty by post and shift: "早班 周敏，何静". */
export function byPost(duties: DailyDay['content']['onDuty']) {
  const posts = new Map<string, Map<string, string[]>>();
  for (const d of duties) {
    const shifts = posts.get(d.post) ?? new Map<string, string[]>();
    const hours = `${d.shift} ${timeOf(d.from)}–${timeOf(d.to)}`;
    shifts.set(hours, [...(shifts.get(hours) ?? []), d.away ? `(${d.name})` : d.name]);
    posts.set(d.post, shifts);
  }
  return [...posts].map(([post, shifts]) => ({
    post: post as DailyDay['content']['onDuty'][number]['post'],
    shifts: [...shifts].map(([shift, names]) => ({ shift, names })),
  }));
}
