// What a list of tickets can be narrowed to, as its address says it.
import type { Grade, Status, TicketQuery } from '../../../kit/types.ts';

export const statuses = [
  'new',
  'dispatched',
  'accepted',
  'en_route',
  'arrived',
  'working',
  'held',
  'resolved',
  'followed_up',
  'archived',
  'cancelled',
] as const;
export const grades = ['A', 'B', 'C'] as const;
export const views = ['mine', 'due', 'unassigned', 'held', 'verify', 'all', 'followup'] as const;
export const kinds = ['repair', 'service', 'complaint', 'inquiry', 'suggestion', 'praise'] as const;
export type Kind = (typeof kinds)[number];
export type View = (typeof views)[number];

export interface Filters {
  view?: View;
  status?: Status;
  grade?: Grade;
  kind?: Kind;
  q?: string;
}

export function queryOf(community: string, { view, status, grade, kind, q }: Filters): TicketQuery {
  const made: TicketQuery = { community, view: view ?? 'all' };
  if (status) made.status = [status];
  if (grade) made.grade = [grade];
  if (kind) made.kind = [kind];
  if (q) made.q = q;
  return made;
}

/** What an address says that no list knows is read as if it were not there. */
export function known(said: { view?: string; status?: string; grade?: string; kind?: string }): Filters {
  const made: Filters = {};
  const view = views.find(v => v === said.view);
  const status = statuses.find(s => s === said.status);
  const grade = grades.find(g => g === said.grade);
  const kind = kinds.find(k => k === said.kind);
  if (view) made.view = view;
  if (status) made.status = status;
  if (grade) made.grade = grade;
  if (kind) made.kind = kind;
  return made;
}
