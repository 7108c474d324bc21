// Category and grade from the words somebody typed. Only a proposal: it never lowers a grade by itself.
import type { Category, Forced, Grade } from '../../../kit/types.ts';

const weight: Record<Grade, number> = { A: 3, B: 2, C: 1 };
const higher = (a: Grade, b: Grade): Grade => (weight[a] >= weight[b] ? a : b);

/** The category with the longest matching word; the forced ones first, because they are the dangerous ones. */
export function guessCategory(text: string, categories: Category[]): Category | undefined {
  let best: Category | undefined;
  let score = 0;
  for (const category of categories) {
    if (!category.parent) continue;
    for (const word of category.words ?? []) {
      if (!text.includes(word)) continue;
      const points = word.length + (category.force ? 100 : 0);
      if (points > score) [best, score] = [category, points];
    }
  }
  return best;
}

/** The dangerous matter somebody's words name, if any. */
export const forcedBy = (text: string, forced: Forced[]): Forced | undefined =>
  forced.find(f => f.words.some(word => text.includes(word)));

export interface Grading {
  grade: Grade;
  /** Grades below this one cannot be chosen. */
  floor: Grade;
  forced: boolean;
}

export function gradeFor(
  category: Category | undefined,
  parent: Category | undefined,
  chosen: Grade | undefined,
  danger?: Forced,
): Grading {
  if (danger) return { grade: 'A', floor: 'A', forced: true };
  if (category?.force) return { grade: category.force, floor: category.force, forced: true };
  const floor = higher(category?.minGrade ?? 'C', parent?.minGrade ?? 'C');
  const usual = category?.defaultGrade ?? parent?.defaultGrade ?? 'C';
  return { grade: higher(chosen ?? usual, floor), floor, forced: false };
}

export interface Judged {
  category: Category | undefined;
  danger: Forced | undefined;
  grading: Grading;
}

/** Everything the form proposes from what has been typed and chosen so far. */
export function judge(
  text: string,
  chosen: { category?: string; grade?: Grade },
  categories: Category[],
  forced: Forced[],
): Judged {
  const category = categories.find(c => c.id === chosen.category) ?? guessCategory(text, categories);
  const parent = categories.find(c => c.id === category?.parent);
  const danger = forcedBy(text, forced);
  return { category, danger, grading: gradeFor(category, parent, chosen.grade, danger) };
}

export const below = (grade: Grade, floor: Grade): boolean => weight[grade] < weight[floor];
