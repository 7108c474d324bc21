// What a list of tickets can be narrowed to, as its address says it.
import type { Grade, Status, TicketQuery } from '../../../kit/types.ts';

export const statuses = [
  'new',
  'dispatched',
  'accepted',
  'arrived',
  'working',
  'resolved',
  'followed_up',
  'archived',
  'cancelled',
] as const;
export const grades = ['A', 'B', 'C'] as const;
export const views = ['mine', 'due', 'unassigned', 'all', 'followup'] as const;
export type View = (typeof views)[number];

export interface Filters {
  view?: View;
  status?: Status;
  grade?: Grade;
  q?: string;
}

export function queryOf(community: string, { view, status, grade, q }: Filters): TicketQuery {
  const made: TicketQuery = { community, view: view ?? 'all' };
  if (status) made.status = [status];
  if (grade) made.grade = [grade];
  if (q) made.q = q;
  return made;
}

/** What an address says that no list knows is read as if it were not there. */
export function known(said: { view?: string; status?: string; grade?: string }): Filters {
  const made: Filters = {};
  const view = views.find(v => v === said.view);
  const status = statuses.find(s => s === said.status);
  const grade = grades.find(g => g === said.grade);
  if (view) made.view = view;
  if (status) made.status = status;
  if (grade) made.grade = grade;
  return made;
}
