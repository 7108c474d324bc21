import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import type { RosterLine, RosterPost, RosterWeek } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';

export const posts = [
  'service',
  'maintenance',
  'security',
  'cleaning',
  'response',
  'other',
] as const satisfies RosterPost[];
export const leaveKinds = ['annual', 'sick', 'personal', 'training', 'other'] as const;

export function useWeek(day?: string) {
  const community = useCommunity();
  return useQuery({
    queryKey: ['roster', 'week', community, day ?? ''],
    queryFn: () => data(api.GET('/roster', { params: { query: day ? { community, day } : { community } } })),
    enabled: community !== '',
    placeholderData: old => old,
  });
}

/** What the form beside the week is about. */
export type Edit =
  | { kind: 'new'; staffId: string; day: string; shiftId?: string }
  | { kind: 'duty'; duty: RosterLine; staffId: string; day: string; trouble?: string; warned?: string }
  | { kind: 'leave'; staffId: string; day: string }
  | { kind: 'proposal'; by: 'week' | 'load' | 'pattern'; pattern: string };

export const personName = (week: RosterWeek, id: string): string =>
  week.people.find(p => p.id === id)?.name ?? week.duties.find(d => d.staffId === id)?.staffName ?? '';
