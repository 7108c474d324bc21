import { expect, it } from 'vitest';
import { router } from './router.tsx';

/** What the page of an address is asked for. */
function asked(address: string): Record<string, unknown> {
  const { pathname, search } = new URL(address, 'http://localhost');
  const match = router.matchRoutes(pathname, router.options.parseSearch(search)).at(-1);
  return Object.fromEntries(Object.entries(match?.search ?? {}).filter(([, value]) => value !== undefined));
}

it('an address typed by hand asks only for what there is', () => {
  expect(asked('/console/tickets?view=bogus&status=nonsense&grade=A&q=漏水')).toEqual({
    grade: 'A',
    q: '漏水',
  });
  expect(asked('/console/tickets/calendar?from=2026-13-45&view=day')).toEqual({ view: 'day' });
  expect(asked('/console/roster?day=yesterday&post=security')).toEqual({ post: 'security' });
  expect(asked('/console/collection?from=2026-03&to=abc')).toEqual({ from: '2026-03' });
});
