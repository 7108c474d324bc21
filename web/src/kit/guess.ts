// A category from the words somebody typed: a proposal, never more.
import type { Category } from './types.ts';

/** The category with the longest matching word; the forced ones first, because they are the dangerous ones. */
export function guessCategory(text: string, categories: Category[]): Category | undefined {
  const plain = text
    .toLowerCase()
    .split(/[，。；！？\n,;!?:：]/)
    .map(clause => clause.replace(/[\s\p{P}\p{S}]/gu, ''))
    .join('|');
  let best: Category | undefined;
  let score = 0;
  for (const category of categories) {
    if (!category.parent || category.hidden) continue;
    for (const word of category.words ?? []) {
      if (!plain.includes(word)) continue;
      const points = word.length + (category.force ? 100 : 0);
      if (points > score) [best, score] = [category, points];
    }
  }
  return best;
}
