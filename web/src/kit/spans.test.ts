import { expect, test } from 'vitest';
import { spans } from './spans.ts';

test('the usual spans begin and end with their months', () => {
  expect(spans('2026-01-31')).toEqual({
    month: ['2026-01-01', '2026-01-31'],
    last_month: ['2025-12-01', '2025-12-31'],
    quarter: ['2026-01-01', '2026-03-31'],
    last_quarter: ['2025-10-01', '2025-12-31'],
    year: ['2026-01-01', '2026-12-31'],
    last_year: ['2025-01-01', '2025-12-31'],
  });
  expect(spans('2028-03-01').last_month).toEqual(['2028-02-01', '2028-02-29']);
  expect(spans('2026-12-31').quarter).toEqual(['2026-10-01', '2026-12-31']);
});
