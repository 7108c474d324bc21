import { expect, it } from 'vitest';
import { router } from './router.tsx';

/** What the page of an address is asked for. */
async function asked(address: string): Promise<Record<string, unknown>> {
  await router.navigate({ href: address });
  const search = router.state.matches.at(-1)?.search as Record<string, unknown>;
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

it('an address typed by hand asks only for what there is', async () => {
  expect(await asked('/console/tickets?view=bogus&status=nonsense&grade=A&q=漏水')).toEqual({
    grade: 'A',
    q: '漏水',
  });
  expect(await asked('/console/tickets/calendar?from=2026-13-45&view=day')).toEqual({ view: 'day' });
  expect(await asked('/console/roster?day=yesterday&post=security')).toEqual({ post: 'security' });
  expect(await asked('/console/collection?from=2026-03&to=abc')).toEqual({ from: '2026-03' });
});
