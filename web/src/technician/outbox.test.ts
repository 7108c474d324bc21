import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProcedureRun, Ticket } from '../kit/types.ts';
import { foresee, foreseeRuns, ticks } from './foresee.ts';
import { typed } from './kept.tsx';
import { again, discard, flush, keep, postStep, startOutbox, type Waiting, waitingFor } from './outbox.ts';

const asked: {
  method: string;
  path: string;
  key: string | null;
  doneAt: string | null;
  version: string | null;
}[] = [];
let tasks: { id: string; version: number }[] = [];
let answers: ((path: string) => Response | Promise<Response>)[] = [];

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const problem = (status: number, code: string) => () => json(status, { code, detail: code, status });
const silence = () => {
  throw new TypeError('no network');
};

const step = (ticket: string, what: string, id = `${ticket}-${what}`) =>
  keep({ id, ticket, title: '漏水', step: what, path: `/tickets/${ticket}/${what}`, versioned: true });
const posts = () => asked.filter(a => a.method === 'POST').map(a => a.path.replace('/api/v1/tickets/', ''));

let stop = () => {};
beforeEach(async () => {
  asked.length = 0;
  answers = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url);
    const h = request.headers;
    asked.push({
      method: request.method,
      path: pathname,
      key: h.get('Idempotency-Key'),
      doneAt: h.get('Done-At'),
      version: h.get('If-Match'),
    });
    if (request.method === 'GET') return json(200, { version: 7, items: tasks });
    return (answers.shift() ?? (() => json(200, { version: 8 })))(pathname);
  });
  stop = startOutbox('1', () => undefined);
  await flush();
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

describe('the outbox (FAC-03)', () => {
  it('sends what was done in the order in which it was done, with its moment and the version of now', async () => {
    await step('a', 'start');
    await step('a', 'note');
    await step('b', 'arrive');
    await flush();
    expect(posts()).toEqual(['a/start', 'a/note', 'b/arrive']);
    const sent = asked.filter(a => a.method === 'POST');
    expect(sent.map(s => s.version)).toEqual(['"7"', '"7"', '"7"']);
    const moments = sent.map(s => Date.parse(s.doneAt ?? ''));
    expect(moments).toEqual([...moments].sort((x, y) => x - y));
    expect(waitingFor('a')).toEqual([]);
  });

  it('keeps everything when there is silence, and repeats the same request under the same key', async () => {
    await step('a', 'start');
    answers = [silence];
    await flush();
    expect(waitingFor('a')).toHaveLength(1);
    await flush();
    const keys = asked.filter(a => a.method === 'POST').map(a => a.key);
    expect(keys).toEqual(['a-start', 'a-start']);
    expect(waitingFor('a')).toEqual([]);
  });

  it('tries once more when the network comes back while a try is still failing', async () => {
    let fail = () => {};
    answers = [() => new Promise((_, no) => (fail = () => no(new TypeError('no network'))))];
    await step('a', 'start');
    const sending = flush();
    await vi.waitFor(() => expect(posts()).toEqual(['a/start']));
    window.dispatchEvent(new Event('online'));
    fail();
    await sending;
    expect(posts()).toEqual(['a/start', 'a/start']);
    expect(waitingFor('a')).toEqual([]);
  });

  it('asks for the version again when somebody else was quicker', async () => {
    await step('a', 'note');
    answers = [problem(409, 'ticket.stale')];
    await flush();
    expect(posts()).toEqual(['a/note', 'a/note']);
    expect(waitingFor('a')).toEqual([]);
  });

  it('finishes a task of the log with the version that it has by then, or none where it is gone', async () => {
    const finish = (task: string) =>
      keep({
        id: `done-${task}`,
        ticket: task,
        title: '复查水表井',
        step: '完成',
        path: `/daily-tasks/${task}/done`,
        body: { done: true },
        versioned: true,
        community: 'c',
      });
    tasks = [{ id: 't1', version: 3 }];
    await finish('t1');
    await finish('t2');
    await flush();
    const sent = asked.filter(a => a.method === 'POST');
    expect(sent.map(s => [s.path, s.version])).toEqual([
      ['/api/v1/daily-tasks/t1/done', '"3"'],
      ['/api/v1/daily-tasks/t2/done', '"0"'],
    ]);
    expect(Date.parse(sent[0]?.doneAt ?? '')).not.toBeNaN();
  });

  it('stops a ticket at what was refused, goes on with others, and leaves the choice to its owner', async () => {
    await step('a', 'start');
    await step('a', 'note');
    await step('b', 'arrive');
    answers = [problem(409, 'ticket.not_now')];
    await flush();
    expect(posts()).toEqual(['a/start', 'b/arrive']);
    expect(waitingFor('a').map(w => w.refused)).toEqual(['ticket.not_now', undefined]);
    answers = [problem(409, 'ticket.not_now')];
    await again(waitingFor('a')[0] as Waiting);
    expect(waitingFor('a')).toHaveLength(2);
    await discard('a-start');
    expect(posts().at(-1)).toBe('a/note');
    expect(waitingFor('a')).toEqual([]);
  });

  it('shows the next one on a phone nothing of what was on its way before, and sends what is theirs', async () => {
    await step('a', 'start');
    let refuse = () => {};
    answers = [
      () =>
        new Promise(done => {
          refuse = () => done(problem(409, 'ticket.not_now')());
        }),
    ];
    const sending = flush();
    await expect.poll(posts).toEqual(['a/start']);
    stop();
    stop = startOutbox('2', () => undefined);
    await step('b', 'arrive');
    refuse();
    await sending;
    expect(waitingFor('a')).toEqual([]);
    await expect.poll(posts).toEqual(['a/start', 'b/arrive']);
    expect(waitingFor('b')).toEqual([]);
  });

  it('waits for whoever has to sign in again, and for a server that is busy', async () => {
    await step('a', 'start');
    for (const answer of [
      problem(401, 'auth.needed'),
      problem(429, 'request.rate'),
      problem(503, 'db.away'),
    ]) {
      answers = [answer];
      await flush();
      expect(waitingFor('a').map(w => w.refused)).toEqual([undefined]);
    }
    await discard('a-start');
  });
});

const ticket = (over: Partial<Ticket>): Ticket =>
  ({
    id: 'a',
    kind: 'repair',
    status: 'arrived',
    actions: ['start'],
    missing: ['photo_after', 'step:试水'],
    clocks: [{ kind: 'response' }],
    timeline: [{ verb: 'accepted' }, { verb: 'arrived' }],
    ...over,
  }) as unknown as Ticket;
const did = (what: string, over: Partial<Waiting> = {}): Waiting => ({
  id: what,
  owner: '1',
  ticket: 'a',
  title: '',
  step: what,
  path: `/tickets/a/${what}`,
  versioned: true,
  at: '2026-03-10T02:05:00Z',
  ...over,
});

describe('what a ticket will look like', () => {
  it('follows the steps that wait, so that the next one can be taken', () => {
    const seen = foresee(ticket({}), [did('start')]);
    expect(seen.status).toBe('working');
    expect(seen.actions).toContain('resolve');
    expect(foresee(ticket({}), [did('start'), did('hold'), did('resume')]).status).toBe('working');
    expect(foresee(ticket({ status: 'held' }), [did('resume')]).status).toBe('arrived');
    expect(foresee(ticket({}), [did('resolve')]).actions).toEqual([]);
  });

  it('counts a photo and a tick that wait as evidence', () => {
    const photo = did('photo', { path: '/tickets/a/photos?kind=after' });
    expect(foresee(ticket({}), [photo]).missing).toEqual(['step:试水']);
    expect(foresee(ticket({}), [photo, did('tick', { words: ['试水'] })]).missing).toEqual([]);
    const english = did('tick', { words: ['Test with water'], settles: ['试水'] });
    expect(foresee(ticket({}), [photo, english]).missing).toEqual([]);
  });

  it('leaves other tickets and what was refused alone', () => {
    const one = ticket({});
    expect(foresee(one, [did('start', { ticket: 'b' }), did('start', { refused: 'no' })])).toBe(one);
  });

  it('shows ticks as done', () => {
    const run = {
      id: 'r',
      done: 0,
      steps: [{ n: 1, state: 'open', mayTick: true }],
    } as unknown as ProcedureRun;
    const tick = did('tick', { path: '/procedure-runs/r/tick', body: { steps: [1], words: '好' } });
    const [seen] = foreseeRuns([run], [tick], '陈');
    expect(seen?.done).toBe(1);
    expect(seen?.steps[0]).toMatchObject({ state: 'done', mayTick: false, tick: { by: '陈', words: '好' } });
  });

  it('a form that waits shows the step that asks for it as done, and a line of it only if it is filled in', () => {
    const run = {
      id: 'r',
      subject: 'a',
      done: 0,
      steps: [
        { n: 1, state: 'open', form: 'borrow_slip' },
        { n: 2, state: 'open', form: 'borrow_slip', line: 'back' },
        { n: 3, state: 'open', form: 'sales_slip' },
      ],
    } as unknown as ProcedureRun;
    const slip = (back: string, over = {}) =>
      did('slip', {
        path: '/tickets/a/slips',
        body: { form: 'borrow_slip', lines: [{ field: 'back', value: back }] },
        ...over,
      });
    const states = (item: ReturnType<typeof did>) =>
      foreseeRuns([run], [item], '陈')[0]?.steps.map(s => s.state);
    expect(states(slip(''))).toEqual(['done', 'open', 'open']);
    expect(states(slip('2026-03-02T03:00:00Z'))).toEqual(['done', 'done', 'open']);
    expect(states(slip('', { ticket: 'b' }))).toEqual(['open', 'open', 'open']);
    expect(states(slip('', { refused: 'no' }))).toEqual(['open', 'open', 'open']);
    // A correction names its form only beside what is sent; a line may be a signature that is there already.
    const correction = { path: '/slips/s/correct', form: 'borrow_slip' };
    const body = { lines: [{ field: 'back', value: '2026-03-02T03:00:00Z' }], why: '已还' };
    expect(states(did('slip', { ...correction, body }))).toEqual(['done', 'done', 'open']);
    const signed = { body: { lines: [], photoId: 'p' }, form: 'onsite_form' };
    expect(ticks({ form: 'onsite_form', line: 'stamp' }, signed)).toBe(true);
    expect(states(did('slip', { path: '/slips/s/void', body: { why: '写错' } }))).toEqual([
      'open',
      'open',
      'open',
    ]);
  });

  it('everything that was typed can be read again, in words', () => {
    expect(typed(did('slip', { path: '/slips/s/void', body: { why: '写错工单' } }))).toBe('写错工单');
    const body = { form: 'onsite_form', lines: [{ field: 'tidy', value: 'yes' }] };
    expect(typed(did('slip', { body, said: ['现场已整理 是'] }))).toBe('现场已整理 是');
  });

  it('a step at the door goes through although somebody wrote a note in the meantime', async () => {
    answers = [problem(409, 'conflict.stale')];
    const made = await postStep({ ticket: 'a', path: '/tickets/a/arrive' }, { 'Idempotency-Key': 'k' }, 6);
    expect(made.version).toBe(8);
    expect(asked.map(a => [a.method, a.version])).toEqual([
      ['POST', '"6"'],
      ['GET', null],
      ['POST', '"7"'],
    ]);
  });

  it('what the server does not allow is not tried again', async () => {
    answers = [problem(409, 'ticket.not_yours')];
    const tried = postStep({ ticket: 'a', path: '/tickets/a/arrive' }, {}, 6);
    await expect(tried).rejects.toMatchObject({ code: 'ticket.not_yours' });
    expect(posts()).toEqual(['a/arrive']);
  });
});
