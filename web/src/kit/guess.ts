// A category from the words somebody typed: a proposal, never more.
import type { Category } from './types.ts';

/** Without punctuation and blanks, clause by clause, as words are looked for. */
const plainOf = (text: string): string =>
  text
    .toLowerCase()
    .split(/[，。；！？\n,;!?:：]/)
    .map(clause => clause.replace(/[\s\p{P}\p{S}]/gu, ''))
    .join('|');

/** The side of a fee with the longest word in the text; of two that are as long nobody can say. */
export function guessSide(text: string, sides: Category['facets']) {
  const plain = plainOf(text);
  const found = (sides ?? [])
    .map(side => ({
      side,
      n: Math.max(0, ...(side.words ?? []).filter(w => plain.includes(w)).map(w => w.length)),
    }))
    .sort((a, b) => b.n - a.n);
  const [best, second] = found;
  return best && best.n > (second?.n ?? 0) ? best.side : undefined;
}

/** The category with the longest matching word; the forced ones first, because they are the dangerous ones. */
export function guessCategory(text: string, categories: Category[]): Category | undefined {
  const plain = plainOf(text);
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
