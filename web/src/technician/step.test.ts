import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isApiError } from '../kit/client.ts';
import type { Ticket } from '../kit/types.ts';
import { position } from '../kit/where.ts';
import { take } from './step.ts';

const seen = {
  id: 'a',
  version: 3,
  status: 'accepted',
  grade: 'A',
  title: '漏水',
  missing: [] as string[],
} as Ticket;
const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

let stored: Ticket;
let sent: string[];
beforeEach(() => {
  sent = [];
  stored = seen;
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'GET') return json(200, stored);
    sent.push(request.headers.get('If-Match') ?? '');
    const current = `"${stored.version}"` === sent.at(-1);
    return current
      ? json(200, { ...stored, status: 'arrived' })
      : json(409, { code: 'stale', detail: 'x', status: 409 });
  });
});
afterEach(() => vi.unstubAllGlobals());

const arrive = () => take(seen, '/tickets/a/arrive', {}, { 'Idempotency-Key': 'k' });

describe('a step on the phone', () => {
  it('is taken although the ladder wrote on the ticket a moment before', async () => {
    stored = { ...seen, version: 4 };
    expect((await arrive()).status).toBe('arrived');
    expect(sent).toEqual(['"3"', '"4"']);
  });

  it('is not taken on a ticket that was given to somebody else, or raised, in the meantime', async () => {
    for (const other of [
      { assignee: { id: 'b' } },
      { grade: 'B' },
      { status: 'cancelled' },
    ] as Partial<Ticket>[]) {
      sent = [];
      stored = { ...seen, ...other, version: 4 };
      const error = await arrive().catch((e: unknown) => e);
      expect(isApiError(error) && error.stale).toBe(true);
      expect(sent).toEqual(['"3"']);
    }
  });

  it('checks in although nobody answers whether the phone may say where it is', async () => {
    vi.stubGlobal('navigator', { geolocation: { getCurrentPosition: () => undefined } });
    expect(await position(20)).toBeUndefined();
  });
});
