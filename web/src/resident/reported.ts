// What a report says, beside its words: under which class it is filed, and when somebody may come.
import { guessCategory } from '../kit/guess.ts';
import type { Category, NewMatter } from '../kit/types.ts';
import { slotOf } from '../kit/visits.tsx';

type Kind = NewMatter['kind'];

/** What a matter is filed under when neither the words nor the resident say. */
const fallback: Record<Kind, string> = {
  repair: 'facilities.',
  service: 'customer_service.home',
  complaint: 'other.other',
  inquiry: 'customer_service.information',
  suggestion: 'other.other',
  praise: 'customer_service.attitude',
};

export function filedUnder(kind: Kind, words: string, chosen: string, all: Category[]): string {
  if (chosen) return chosen;
  const found = guessCategory(words, all);
  const usual = all.find(c => c.parent && c.id.startsWith(fallback[kind])) ?? all.find(c => c.parent);
  return found?.id ?? usual?.id ?? '';
}

/** Whether somebody comes home for it: then a window may be chosen, or a wish be written. */
export const visited = (kind: Kind): boolean => kind === 'repair' || kind === 'service';

/** Nobody makes an appointment for a public place: a window that was chosen before is left out. */
export function coming(kind: Kind, draft: { visit: string; wished?: string; outside: boolean }) {
  const wished = draft.wished?.trim();
  if (!visited(kind)) return {};
  if (draft.visit && !draft.outside) return { visit: slotOf(draft.visit) };
  return wished ? { wished } : {};
}
