// The live stream, read with fetch rather than EventSource: every event name arrives at one place, and a
// connection that breaks is resumed where it stopped.
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { acceptLanguage, base } from './client.ts';

export interface Message {
  id?: string;
  event: string;
  data: string;
}

/** A parser fed with pieces as they come; pieces may break anywhere. */
export function parser(emit: (message: Message) => void): (piece: string) => void {
  let rest = '';
  let current: Message = { event: 'message', data: '' };
  let filled = false;
  const line = (text: string) => {
    if (text === '') {
      if (filled) emit(current);
      current = { event: 'message', data: '' };
      filled = false;
      return;
    }
    const colon = text.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') current.id = value;
    if (name === 'event') current.event = value;
    if (name === 'data') current.data = current.data ? `${current.data}\n${value}` : value;
    filled ||= name === 'event' || name === 'data';
  };
  return piece => {
    const lines = (rest + piece).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? '';
    for (const text of lines) line(text);
  };
}

/** Which cached answers an event makes stale. */
export function touched(event: string): string[] {
  const domain = event.split('.')[0];
  switch (domain) {
    case 'ticket':
      return [
        'tickets',
        'ticket',
        'counts',
        'household',
        'followups',
        'runs',
        'tasks',
        'claims',
        'quotes',
        'taken',
        'visits',
      ];
    case 'category':
      return ['categories', 'category-tree'];
    case 'upkeep':
      return ['upkeep'];
    case 'extract':
      return ['extract', 'extracts', 'extract-preference'];
    case 'lookin':
      return ['look-ins', 'ticket'];
    case 'slip':
      return ['slips'];
    case 'quote':
      return ['quotes', 'ticket'];
    case 'procedure':
      return ['runs', 'ticket', 'procedures', 'to-read'];
    case 'followup':
      return ['followups', 'counts', 'tickets', 'ticket', 'household'];
    case 'staff':
    case 'org':
      return ['staff', 'session'];
    case 'improvement':
      return ['faults'];
    case 'staffing':
      return ['staffing'];
    case 'daily':
      return ['daily'];
    case 'attendance':
      return ['attendance'];
    case 'roster':
      return ['roster', 'claims', 'shift-handovers', 'visits'];
    case 'housing':
      return ['housing', 'household', 'search'];
    case 'charge':
      return ['charges', 'charge', 'meters', 'costs', 'readings', 'discounts'];
    case 'bill':
      return [
        'runs',
        'run',
        'run-lines',
        'bills',
        'household',
        'rounds',
        'round',
        'bill-notices',
        'fixes',
        'fix',
      ];
    case 'online':
      return ['online-orders', 'online-strange'];
    case 'statement':
      return ['statements', 'statement-lines', 'statement-gaps', 'day'];
    case 'refund':
      return ['refund', 'refunds', 'refundable', 'deposits', 'day', 'shift', 'due'];
    case 'arrears':
      return ['arrears', 'owed', 'collection', 'bills', 'due'];
    case 'payment':
      return [
        'suspense',
        'deposits',
        'offsets',
        'due',
        'payments',
        'payment',
        'bills',
        'household',
        'shift',
        'day',
        'arrears',
        'owed',
        'collection',
        'statement',
      ];
    case 'parking':
      return ['parking', 'household'];
    case 'handover':
      return ['handover', 'housing'];
    case 'customer':
      return ['household', 'search', 'customers', 'customer'];
    case 'lease':
      return ['leases', 'household', 'reminder-count'];
    case 'belonging':
      return ['belongings', 'household', 'reminder-count'];
    case 'message':
      return ['messages', 'deliveries', 'mail-server'];
    case 'notice':
      return ['notices', 'notice-count'];
    case 'reminder':
      return ['reminders', 'reminder-count'];
    case 'import':
    case 'sheet':
      return ['imports', 'household', 'search'];
    case 'resident':
      return ['residents', 'approval-counts'];
    case 'approval':
      return ['approvals', 'approval-counts'];
    default:
      return [];
  }
}

async function readStream(
  url: string,
  lastId: string,
  signal: AbortSignal,
  reached: () => void,
  take: (m: Message) => void,
) {
  const headers = {
    Accept: 'text/event-stream',
    'Accept-Language': acceptLanguage(),
    'Last-Event-ID': lastId,
  };
  const response = await fetch(url, { headers, signal, credentials: 'same-origin' });
  if (!response.ok || !response.body) throw new Error(`live ${response.status}`);
  reached();
  const feed = parser(take);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    feed(value);
  }
}

const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>(done => {
    const enough = () => {
      clearTimeout(id);
      window.removeEventListener('online', enough);
      signal.removeEventListener('abort', enough);
      done();
    };
    const id = setTimeout(enough, ms);
    window.addEventListener('online', enough);
    signal.addEventListener('abort', enough);
  });

/** Has what an event touches read anew, also what is just being read for the first time: that may have been read before. */
export function refresh(client: QueryClient, queryKey: QueryKey): void {
  const first = client.getQueryCache().findAll({ queryKey, fetchStatus: 'fetching' });
  void client.invalidateQueries({ queryKey });
  // Only a query that has an answer is asked again while it is being asked.
  const again = () => void client.invalidateQueries({ queryKey });
  for (const query of first) if (query.state.data === undefined) query.promise?.then(again, () => undefined);
}

const nothing = () => {};

/**
 * Keeps the query cache true while a community is on screen; since is the event after which the screen was read.
 * `reached`, which must stay the same function, hears that the server is reached: a device in a network that leads
 * nowhere takes itself to be online all the time, and is never told that it is again.
 */
export function useLive(
  client: QueryClient,
  community: string | undefined,
  since: number,
  reached: () => void = nothing,
): void {
  const from = useRef(since);
  useEffect(() => {
    if (!community) return;
    const stop = new AbortController();
    // Not from now on: what happened between the reading and the stream would be told to nobody.
    let lastId = String(from.current);
    let pause = 1000;
    let stale = new Set<string>();
    let flushing: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      flushing = undefined;
      const keys = stale;
      stale = new Set();
      if (keys.has('*')) refresh(client, []);
      else for (const key of keys) refresh(client, [key]);
    };
    const take = (message: Message) => {
      if (message.id) lastId = message.id;
      pause = 1000;
      for (const key of message.event === 'reset' ? ['*'] : touched(message.event)) stale.add(key);
      // A dispatch writes several events at once; one refetch answers them all.
      if (stale.size > 0) flushing ??= setTimeout(flush, 150);
    };
    const run = async () => {
      while (!stop.signal.aborted) {
        try {
          await readStream(`${base}/live?community=${community}`, lastId, stop.signal, reached, take);
        } catch {
          // Any end of the stream is answered alike: wait, then resume from the last event.
        }
        await wait(pause, stop.signal);
        pause = Math.min(pause * 2, 30_000);
      }
    };
    void run();
    return () => {
      stop.abort();
      clearTimeout(flushing);
    };
  }, [client, community, reached]);
}
