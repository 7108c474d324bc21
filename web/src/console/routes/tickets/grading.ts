// Category and grade from the words somebody typed. Only a proposal: it never lowers a grade by itself.
import { guessCategory } from '../../../kit/guess.ts';
import type { Category, Forced, Grade, Triage } from '../../../kit/types.ts';

const weight: Record<Grade, number> = { A: 3, B: 2, C: 1 };
const higher = (a: Grade, b: Grade): Grade => (weight[a] >= weight[b] ? a : b);

export interface Grading {
  grade: Grade;
  /** Grades below this one cannot be chosen. */
  floor: Grade;
  /** The category allows no other. */
  forced: boolean;
}

/** Words of danger propose A; who chooses another grade then says why (TIC-12). */
export function gradeFor(
  category: Category | undefined,
  parent: Category | undefined,
  chosen: Grade | undefined,
  danger?: Forced,
): Grading {
  if (category?.force) return { grade: category.force, floor: category.force, forced: true };
  const floor = higher(category?.minGrade ?? 'C', parent?.minGrade ?? 'C');
  const usual = danger ? 'A' : (category?.defaultGrade ?? parent?.defaultGrade ?? 'C');
  return { grade: higher(chosen ?? usual, floor), floor, forced: false };
}

export interface Judged {
  category: Category | undefined;
  danger: Forced | undefined;
  grading: Grading;
  /** Words of danger, and yet not grade A: a reason is needed. */
  calm: boolean;
}

/** Everything the form proposes from what has been typed and chosen so far, and from what the server makes of the words. */
export function judge(
  text: string,
  chosen: { category?: string; grade?: Grade },
  categories: Category[],
  triage: Triage | undefined,
): Judged {
  const find = (id: string | undefined) => (id ? categories.find(c => c.id === id) : undefined);
  const category = find(chosen.category) ?? find(triage?.category) ?? guessCategory(text, categories);
  const danger = triage?.forced;
  const grading = gradeFor(category, find(category?.parent), chosen.grade, danger);
  return { category, danger, grading, calm: danger !== undefined && grading.grade !== 'A' };
}

/** The side of a fee that the words are about, where its class has it and nobody has said one: a proposal to be taken. */
export function proposedSide(
  category: Category | undefined,
  chosen: string | undefined,
  triage: Triage | undefined,
) {
  return chosen ? undefined : category?.facets?.find(f => f.id === triage?.facet);
}

export const below = (grade: Grade, floor: Grade): boolean => weight[grade] < weight[floor];
