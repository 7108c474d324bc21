import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it } from 'vitest';
import { showNow } from './shown.ts';
import type { Ticket } from './types.ts';

const at = (version: number) => ({ id: '7', version }) as Ticket;
let stop = () => {};
afterEach(() => stop());

it('an answer asked for before a step, and coming after it, does not turn the page back', async () => {
  const client = new QueryClient();
  const answers: ((ticket: Ticket) => void)[] = [];
  const observer = new QueryObserver(client, {
    queryKey: ['ticket', '7'],
    queryFn: () => new Promise<Ticket>(answer => answers.push(answer)),
  });
  const seen: (number | undefined)[] = [];
  stop = observer.subscribe(({ data }) => seen.push(data?.version));
  answers[0]?.(at(4));
  await expect.poll(() => client.getQueryData<Ticket>(['ticket', '7'])?.version).toBe(4);

  void client.invalidateQueries({ queryKey: ['ticket', '7'] });
  await expect.poll(() => answers.length).toBe(2);
  const shown = showNow(client, ['ticket', '7'], at(5));
  answers[1]?.(at(4));
  await expect.poll(() => answers.length).toBe(3);
  expect(client.getQueryData<Ticket>(['ticket', '7'])?.version).toBe(5);
  answers[2]?.(at(6));
  await shown;
  expect(client.getQueryData<Ticket>(['ticket', '7'])?.version).toBe(6);
  expect(seen.lastIndexOf(4)).toBeLessThan(seen.indexOf(5));
});
