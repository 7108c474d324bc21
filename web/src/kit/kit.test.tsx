import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { uuid } from './client.ts';
import { read } from './clock.ts';
import { dropAllDrafts, readDraft, writeDraft } from './drafts.ts';
import { shortNumber } from './format.ts';
import { interpolate, setLang, word } from './i18n.ts';
import { fitInto } from './image.ts';
import { type Message, parser, refresh, touched } from './live.ts';
import { ApiError, problemOf } from './problem.ts';
import { sentence } from './sentence.tsx';
import {
  countdown,
  instant,
  keepZone,
  limit,
  nextAt,
  noteServerTime,
  overdue,
  serverNow,
  stopwatch,
  today,
  took,
  when,
} from './time.ts';
import type { Clock, Entry } from './types.ts';
import { en } from './words/en.ts';
import { zh } from './words/zh.ts';

const at = (h: number, m = 0, s = 0, day = 14) => new Date(2026, 10, day, h, m, s);
const MIN = 60_000;

beforeEach(() => vi.useFakeTimers({ now: at(9, 15) }));
afterEach(async () => {
  vi.useRealTimers();
  noteServerTime(String(Date.now()));
  await setLang('zh');
});

describe('time', () => {
  it('counts down as a stopwatch within a day and names the hour beyond', () => {
    expect(stopwatch(21 * MIN + 4000)).toBe('21:04');
    expect(stopwatch(4 * 60 * MIN + 40 * MIN + 12_000)).toBe('4:40:12');
    expect(countdown(5 * MIN)).toBe('5:00');
    expect(countdown(24 * 60 * MIN, at(9).getTime())).toBe('明 09:00');
    expect(countdown(72 * 60 * MIN, at(9).getTime())).toBe('11-17 09:00');
  });

  it('takes what is no time as it was typed, so that the server can say so', () => {
    expect(instant('2026-11-14T09:15')).toBe(new Date(2026, 10, 14, 9, 15).toISOString());
    expect(instant('20261-11-14T09:15')).toBe('20261-11-14T09:15');
  });

  it('says how long something took', () => {
    expect(took(5 * MIN)).toBe('5 分');
    expect(took(5 * MIN + 30_000)).toBe('5 分 30 秒');
    expect(took(45 * MIN)).toBe('45 分');
    expect(took((5 * 60 + 45) * MIN)).toBe('5 小时 45 分');
    expect(took(50 * 60 * MIN)).toBe('2 天 2 小时');
    expect(overdue(130_000)).toBe('2:10');
    expect(limit(24 * 60 * MIN)).toBe('24 小时');
    expect(limit(30 * MIN)).toBe('30 分');
  });

  it('writes moments relative to today', () => {
    const now = at(12).getTime();
    expect(when(at(9, 5).toISOString(), now)).toBe('09:05');
    expect(when(at(18, 12, 0, 13).toISOString(), now)).toBe('昨天 18:12');
    expect(when(at(9, 0, 0, 15).toISOString(), now)).toBe('明 09:00');
    expect(when(at(9, 30, 0, 2).toISOString(), now)).toBe('11-02 09:30');
  });

  it('knows which day it is where the community lies, wherever the desk stands', () => {
    const night = Date.parse('2026-11-14T17:30:00Z');
    keepZone('Asia/Shanghai');
    expect(today(night)).toBe('2026-11-15');
    keepZone('Asia/Dubai');
    expect(today(night)).toBe('2026-11-14');
    keepZone('Nowhere/Nothing');
    expect(today(at(23, 59).getTime())).toBe('2026-11-14');
    keepZone(undefined);
  });

  it('follows the server clock, not the desk', () => {
    noteServerTime(String(at(10).getTime()));
    expect(serverNow()).toBe(at(10).getTime());
    noteServerTime(null);
    expect(serverNow()).toBe(at(10).getTime());
  });

  it('takes a promised hour as the next time it comes', () => {
    expect(nextAt('10:00', at(9, 20).getTime())).toEqual(at(10));
    expect(nextAt('8:30', at(9, 20).getTime())).toEqual(at(8, 30, 0, 15));
    expect(nextAt('25:00')).toBeUndefined();
    expect(nextAt('soon')).toBeUndefined();
  });
});

describe('clock', () => {
  const clock = (over: Partial<Clock>): Clock => ({
    kind: 'response',
    start: at(9, 15).toISOString(),
    due: at(9, 20).toISOString(),
    targetMs: 5 * MIN,
    state: 'running',
    ...over,
  });

  it('warns from 80 %, breaches after the limit, and the limit itself is in time', () => {
    expect(read(clock({}), at(9, 17).getTime()).look).toBe('run');
    expect(read(clock({}), at(9, 19).getTime()).look).toBe('warn');
    expect(read(clock({}), at(9, 20).getTime()).look).toBe('warn');
    expect(read(clock({}), at(9, 22, 10).getTime())).toMatchObject({
      look: 'over',
      lateBy: 130_000,
      percent: 100,
    });
  });

  it('keeps the verdict of a stopped clock', () => {
    const met = read(clock({ stoppedAt: at(9, 20).toISOString(), state: 'met' }), at(15).getTime());
    expect(met).toMatchObject({ look: 'done', elapsed: 5 * MIN, lateBy: 0 });
    const missed = read(clock({ stoppedAt: at(9, 54).toISOString(), state: 'missed' }), at(15).getTime());
    expect(missed).toMatchObject({ look: 'late', lateBy: 34 * MIN });
  });
});

describe('problems', () => {
  const answer = (status: number, body: string) =>
    new Response(body, {
      status,
      headers: { 'Content-Type': 'application/problem+json', 'X-Request-Id': 'r1' },
    });

  it('keeps code, words and the fields, whatever the pointer form', async () => {
    const problem = await problemOf(
      answer(
        422,
        JSON.stringify({
          code: 'setup.invalid',
          detail: '请检查',
          errors: [
            { field: '/body/community/name', code: 'required', message: '请填写小区名称' },
            { location: 'body.admin.password', message: '至少 10 个字符' },
          ],
        }),
      ),
    );
    expect(problem).toBeInstanceOf(ApiError);
    expect(problem).toMatchObject({ status: 422, code: 'setup.invalid', message: '请检查', requestId: 'r1' });
    expect(problem.byField()).toEqual({
      'community.name': '请填写小区名称',
      'admin.password': '至少 10 个字符',
    });
  });

  it('survives an answer that is no problem document', async () => {
    expect(await problemOf(answer(502, '<html>'))).toMatchObject({
      status: 502,
      code: 'http.502',
      fields: [],
    });
  });

  it('recognises a stale edit', () => {
    expect(new ApiError(409, 'stale', '').stale).toBe(true);
    expect(new ApiError(409, 'ticket.illegal_move', '').stale).toBe(false);
  });
});

describe('words', () => {
  it('fills names, leaves unknown ones visible and chooses by number', () => {
    expect(interpolate('{a} and {b}', { a: 1 })).toBe('1 and {b}');
    expect(interpolate('{n} {n#job|jobs}', { n: 1 })).toBe('1 job');
    expect(interpolate('{n} {n#job|jobs}', { n: 3 })).toBe('3 jobs');
  });

  it('switches language and has the same names in both', async () => {
    await setLang('en');
    expect(word('status.new')).toBe('Unassigned');
    const names = (s: string) =>
      [...s.matchAll(/\{(\w+)/g)]
        .map(m => m[1])
        .sort()
        .filter((x, i, all) => all[i - 1] !== x);
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect(names(en[key])).toEqual(names(zh[key]));
  });
});

describe('live stream', () => {
  it('reads events broken anywhere and leaves comments out', () => {
    const got: Message[] = [];
    const feed = parser(m => got.push(m));
    const text =
      ': ping\n\nid: 7\nevent: ticket.dispatched\ndata: {"subject":"x"}\n\nevent: reset\ndata:\n\n';
    for (const letter of text) feed(letter);
    expect(got).toEqual([
      { id: '7', event: 'ticket.dispatched', data: '{"subject":"x"}' },
      { event: 'reset', data: '' },
    ]);
  });

  it('names the answers an event makes stale', () => {
    expect(touched('ticket.accepted')).toContain('counts');
    expect(touched('unknown.thing')).toEqual([]);
  });

  it('reads again what was being read for the first time when it happened', async () => {
    const client = new QueryClient();
    const asked: ((text: string) => void)[] = [];
    const watching = new QueryObserver(client, {
      queryKey: ['ticket', '1'],
      queryFn: () => new Promise<string>(answer => asked.push(answer)),
    });
    const stop = watching.subscribe(() => undefined);
    refresh(client, ['ticket']); // the first answer is on its way, read before this
    asked[0]?.('before');
    await vi.waitFor(() => expect(asked.length).toBe(2));
    asked[1]?.('after');
    await vi.waitFor(() => expect(watching.getCurrentResult().data).toBe('after'));
    stop();
  });
});

describe('sentences', () => {
  const say = (over: Partial<Entry>) =>
    renderToStaticMarkup(
      sentence({
        id: '1',
        at: at(9, 20).toISOString(),
        system: false,
        verb: 'noted',
        public: true,
        text: '',
        ...over,
      }),
    );
  const by = { id: '1', name: '陈师傅' };

  it('reads each verb aloud', () => {
    expect(say({ verb: 'opened', by, channel: 'phone', data: { grade: 'A' } })).toBe(
      '<b>陈师傅</b> 接来电登记，定为 A 级。',
    );
    expect(
      say({
        verb: 'dispatched',
        system: true,
        data: { toName: '陈师傅', why: { duty: true, skill: 'water', load: 1 } },
      }),
    ).toBe('系统派给 <b>陈师傅</b>：当班、会给排水、手上 1 件。');
    expect(
      say({
        verb: 'told',
        by,
        channel: 'phone',
        text: '请先关角阀。',
        data: { arrivalAt: at(10).toISOString() },
      }),
    ).toBe('<b>陈师傅</b> 电话告知客户：10:00 前到，请先关角阀。');
    expect(
      say({
        verb: 'followed_up',
        by,
        data: { solved: true, attitude: 5, speed: 4.5, effect: 5, rating: 4.83 },
      }),
    ).toContain('评 4.8 分（态度 5，速度 4.5，效果 5）');
  });

  it('does not run markup somebody typed', () => {
    expect(say({ by, text: '<img src=x>' })).toContain('&lt;img');
  });
});

it('keeps drafts and drops them all at sign-out', () => {
  writeDraft('ticket', { title: '漏水𠮷' });
  expect(readDraft('ticket')).toEqual({ title: '漏水𠮷' });
  dropAllDrafts();
  expect(readDraft('ticket')).toBeUndefined();
});

it('fits a photo into 2000 pixels and never enlarges it', () => {
  expect(fitInto(4000, 3000)).toEqual({ width: 2000, height: 1500 });
  expect(fitInto(640, 480)).toEqual({ width: 640, height: 480 });
});

it('shortens numbers and makes version 4 keys', () => {
  expect(shortNumber('BX20261114-0007')).toBe('BX1114-0007');
  expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
