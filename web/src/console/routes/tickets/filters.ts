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
export const views = [
  'mine',
  'mentored',
  'department',
  'due',
  'unassigned',
  'held',
  'verify',
  'all',
  'followup',
] as const;
export const kinds = ['repair', 'service', 'complaint', 'inquiry', 'suggestion', 'praise'] as const;
export type Kind = (typeof kinds)[number];
export type View = (typeof views)[number];

export interface Filters {
  view?: View;
  status?: Status;
  grade?: Grade;
  kind?: Kind;
  dept?: string;
  category?: string;
  facet?: string;
  building?: string;
  q?: string;
}

/** Whether anything but the board itself is chosen. */
export const narrowed = ({ status, grade, kind, dept, category, facet, building, q }: Filters): boolean =>
  Boolean(status || grade || kind || dept || category || facet || building || q);

/** Nothing but the board. */
export const wide = {
  status: undefined,
  grade: undefined,
  kind: undefined,
  dept: undefined,
  category: undefined,
  facet: undefined,
  building: undefined,
  q: undefined,
} as const;

export function queryOf(
  community: string,
  { view, status, grade, kind, dept, category, facet, building, q }: Filters,
): TicketQuery {
  const made: TicketQuery = { community, view: view ?? 'all' };
  if (status) made.status = [status];
  if (grade) made.grade = [grade];
  if (kind) made.kind = [kind];
  if (dept) made.dept = dept;
  if (category) made.category = category;
  if (facet) made.facet = facet;
  if (building) made.building = building;
  if (q) made.q = q;
  return made;
}

/** What an address says that no list knows is read as if it were not there. */
export function known(said: {
  view?: string;
  status?: string;
  grade?: string;
  kind?: string;
  dept?: string;
  category?: string;
  facet?: string;
  building?: string;
  q?: string;
}): Filters {
  const made: Filters = {};
  const view = views.find(v => v === said.view);
  const status = statuses.find(s => s === said.status);
  const grade = grades.find(g => g === said.grade);
  const kind = kinds.find(k => k === said.kind);
  if (view) made.view = view;
  if (status) made.status = status;
  if (grade) made.grade = grade;
  if (kind) made.kind = kind;
  if (said.dept) made.dept = said.dept;
  if (said.category) made.category = said.category;
  if (said.facet) made.facet = said.facet;
  if (said.building) made.building = said.building;
  if (said.q) made.q = said.q;
  return made;
}
