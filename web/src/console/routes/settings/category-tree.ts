// What the pages of the tree of classes reckon with.
import { currentLang } from '../../../kit/i18n.ts';
import type { CategoryClass, CategoryDraft } from '../../../kit/types.ts';

/** The name in the language that is not the face's. */
export const otherName = (c: { zh: string; en: string }): string => (currentLang() === 'zh' ? c.en : c.zh);

/** A class found by its names, its words or its code; with what it stands below, or what stands below it. */
export function rowsOf(items: CategoryClass[], q: string, hidden: boolean): CategoryClass[] {
  const words = q.trim().toLowerCase();
  const shown = items.filter(c => hidden || !c.hidden);
  if (!words) return shown;
  const found = new Set(
    shown
      .filter(c => [c.id, c.zh, c.en, ...c.words].some(w => w.toLowerCase().includes(words)))
      .map(c => c.id),
  );
  const above = new Set(shown.filter(c => found.has(c.id)).map(c => c.parent ?? ''));
  return shown.filter(c => found.has(c.id) || found.has(c.parent ?? '') || above.has(c.id));
}

export interface Form {
  zh: string;
  en: string;
  words: string[];
  least: 'A' | 'B' | 'C';
  usual: 'A' | 'B' | 'C';
  dept: string;
  skill: string;
  hidden: boolean;
  /** Where it stands among those beside it, from 1. */
  place: number;
}

/** Those that stand below the same class, in their order. */
export const beside = (items: CategoryClass[], parent: string | undefined): CategoryClass[] =>
  items.filter(c => (c.parent ?? '') === (parent ?? ''));

export function formOf(items: CategoryClass[], of: CategoryClass): Form {
  const place = beside(items, of.parent).findIndex(c => c.id === of.id) + 1;
  const { zh, en, words, least, usual, dept = '', skill = '', retired = false } = of;
  return { zh, en, words, least, usual, dept, skill, hidden: retired, place };
}

export function draftOf(form: Form): Omit<CategoryDraft, 'id' | 'parent'> {
  const { zh, en, words, least, usual, dept, skill, hidden } = form;
  return {
    zh,
    en,
    words,
    least,
    usual,
    ...(dept ? { dept } : {}),
    ...(skill ? { skill } : {}),
    ...(hidden ? { hidden } : {}),
  };
}

/** The order below a class after one of it has moved; nothing if it stays where it is. */
export function orderOf(items: CategoryClass[], of: CategoryClass, place: number): string[] | undefined {
  const ids = beside(items, of.parent).map(c => c.id);
  const at = ids.indexOf(of.id);
  if (at + 1 === place) return undefined;
  ids.splice(at, 1);
  ids.splice(place - 1, 0, of.id);
  return ids;
}
