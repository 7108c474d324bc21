import { expect, test } from 'vitest';
import { earned, offOf } from './early.ts';
import type { OpenLine } from './types.ts';

const line = (id: string, early: OpenLine['early']) => ({ id, early }) as OpenLine;

test('a year is cheaper only when all of it is chosen; else each line has its own offer', () => {
  const year = (mine: string) => [
    { off: '16.00', until: '2026-03-31', with: ['a', 'b'].filter(id => id !== mine) },
  ];
  const a = line('a', [{ off: '10.00', until: '2026-03-05' }, ...year('a')]);
  const b = line('b', year('b'));
  expect(offOf([a, b])).toBe(3200);
  expect(offOf([a])).toBe(1000);
  expect(earned(b, [b])).toBeUndefined();
});
