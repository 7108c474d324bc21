// What is typed in the form of a follow-up, and what is sent of it.
import { instant } from '../../../kit/time.ts';
import type { FollowUp, Grade } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';
import type { Kind } from '../tickets/filters.ts';

export const sides = ['attitude', 'speed', 'effect'] as const;
export type Side = (typeof sides)[number];
export const manners = ['punctual', 'tidy', 'conduct'] as const;
export type Manner = (typeof manners)[number];
export const topics = [
  'attitude',
  'speed',
  'quality',
  'price',
  'communication',
  'tidiness',
  'suggestion',
  'other',
] as const;
export type Topic = (typeof topics)[number];

export interface Draft extends Partial<Record<Side | Manner | 'solved', string>> {
  channel: 'phone' | 'visit';
  words: string;
  attempt: string;
  topics: Topic[];
  praised: string;
  blamed: string;
  asks: boolean;
  kind: Kind;
  category: string;
  grade: Grade;
  title: string;
  promises: boolean;
  promiseAt: string;
  promise: string;
}

export const blank = (f: FollowUp): Draft => ({
  channel: f.noCalls || f.likes === 'visit' ? 'visit' : 'phone',
  words: '',
  attempt: '',
  topics: [],
  praised: '',
  blamed: '',
  asks: false,
  kind: 'repair',
  category: f.category ?? '',
  grade: 'C',
  title: '',
  promises: false,
  promiseAt: '',
  promise: '',
});

export const mean = (a: number, b: number, c: number): number => Math.round(((a + b + c) / 3) * 10) / 10;

export function wrongIn(draft: Draft, missed: boolean): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (missed) {
    if (!draft.attempt.trim()) wrong.note = t('followup.attempt.missing');
    return wrong;
  }
  if (!draft.solved) wrong.solved = t('followup.solved.missing');
  for (const side of sides) if (!draft[side]) wrong[side] = t('followup.rate.missing');
  if (draft.asks) {
    if (!draft.title.trim()) wrong['request.title'] = t('followup.request.title.missing');
    if (!draft.category) wrong['request.category'] = t('followup.request.category.missing');
  }
  if (draft.promises) {
    if (!draft.promiseAt) wrong['promise.at'] = t('followup.promise.at.missing');
    if (!draft.promise.trim()) wrong['promise.words'] = t('followup.promise.words.missing');
  }
  return wrong;
}

export function bodyOf(draft: Draft, followup: Pick<FollowUp, 'visited'>) {
  const words = draft.words.trim();
  const manner = (m: Manner) => (draft[m] && followup.visited ? { [m]: draft[m] === 'yes' } : {});
  return {
    channel: draft.channel,
    solved: draft.solved === 'yes',
    attitude: Number(draft.attitude),
    speed: Number(draft.speed),
    effect: Number(draft.effect),
    ...(words ? { words } : {}),
    ...(draft.topics.length > 0 ? { topics: draft.topics } : {}),
    ...manner('punctual'),
    ...manner('tidy'),
    ...manner('conduct'),
    ...(draft.praised ? { praisedId: draft.praised } : {}),
    ...(draft.blamed ? { blamedId: draft.blamed } : {}),
    ...(draft.asks
      ? {
          request: {
            kind: draft.kind,
            category: draft.category,
            grade: draft.grade,
            title: draft.title.trim(),
          },
        }
      : {}),
    ...(draft.promises ? { promise: { at: instant(draft.promiseAt), words: draft.promise.trim() } } : {}),
  };
}
