// What is done without a network waits here, in order, and is sent once when there is one (FAC-03).
// It lies in the browser's database, so closing the app or an empty battery loses nothing.
import { useSyncExternalStore } from 'react';
import { api, data, isApiError, match, post } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { serverNow } from '../kit/time.ts';
import type { Ticket } from '../kit/types.ts';

export interface Waiting {
  /** The Idempotency-Key too: sent again after silence, it does nothing twice. */
  id: string;
  owner: string;
  ticket: string;
  title: string;
  step: string;
  path: string;
  body?: unknown;
  photo?: Blob;
  /** What goes with the picture in its form. */
  beside?: Record<string, string>;
  /** What was ticked, in words. */
  words?: string[];
  /** The same as the server names it where it is missing, whatever language the page is in. */
  settles?: string[];
  /** Of a form that goes with a ticket: which one, whether its body says so or not, and what was written, as people read it. */
  form?: string;
  said?: string[];
  /** The version of something else that it is about, as the phone has seen it. */
  match?: number;
  /** Whether the server asks for the version of the ticket. */
  versioned: boolean;
  /** Of a task of the management log, whose `ticket` is its own id: where the task stands. */
  community?: string;
  /** When it was done, by the server's clock as far as the phone knew it. */
  at: string;
  /** Why the server did not take it; until somebody decides, what follows on the same ticket waits. */
  refused?: string;
}

export type Done = (item: Waiting, made: unknown) => void;

let owner = '';
let items: Waiting[] = [];
let done: Done = () => undefined;
const watchers = new Set<() => void>();

function show(next: Waiting[]) {
  items = next;
  for (const watcher of watchers) watcher();
}

const subscribe = (watcher: () => void) => {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
};

/** Everything of the person signed in that the server does not have yet. */
export const useWaiting = (): Waiting[] => useSyncExternalStore(subscribe, () => items);
export const waitingFor = (ticket: string): Waiting[] => items.filter(item => item.ticket === ticket);

const finished = <T>(request: IDBRequest<T>) =>
  new Promise<T>((ok, no) => {
    request.onsuccess = () => ok(request.result);
    request.onerror = () => no(request.error);
  });

let opened: Promise<IDBDatabase> | undefined;

function table(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  opened ??= (async () => {
    const request = indexedDB.open('guanjia-m', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('outbox', { keyPath: 'id' });
    return finished(request);
  })();
  return opened.then(db => db.transaction('outbox', mode).objectStore('outbox'));
}

/** A browser that keeps nothing (a private window) goes on with what is in memory. */
async function stored<T>(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<T>) {
  try {
    return await finished(act(await table(mode)));
  } catch {
    return undefined;
  }
}

async function load() {
  const all = (await stored('readonly', table => table.getAll() as IDBRequest<Waiting[]>)) ?? items;
  show(all.filter(item => item.owner === owner).sort((a, b) => a.at.localeCompare(b.at)));
}

async function put(item: Waiting) {
  await stored('readwrite', table => table.put(item));
  if (item.owner !== owner) return; // refused after its owner has left: it is there when they are back
  const at = items.findIndex(old => old.id === item.id);
  show(at < 0 ? [...items, item] : items.with(at, item));
}

async function drop(id: string) {
  await stored('readwrite', table => table.delete(id));
  show(items.filter(item => item.id !== id));
}

/** Notes what was done; the moments of one phone never run backwards, so that their order stays. */
export async function keep(item: Omit<Waiting, 'owner' | 'at'>): Promise<void> {
  const last = items.at(-1);
  const at = Math.max(serverNow(), last ? Date.parse(last.at) + 1 : 0);
  await put({ ...item, owner, at: new Date(at).toISOString() });
  later();
}

export async function discard(id: string): Promise<void> {
  await drop(id);
  await flush();
}

export async function again(item: Waiting): Promise<void> {
  await put({ ...item, refused: undefined });
  await flush();
}

async function send(item: Waiting): Promise<unknown> {
  const seen = item.match === undefined ? {} : match(item.match);
  const headers = { 'Idempotency-Key': item.id, 'Done-At': item.at, ...seen };
  if (item.photo) {
    const form = new FormData();
    for (const [name, text] of Object.entries(item.beside ?? {})) form.append(name, text);
    form.append('file', item.photo, 'photo.jpg');
    return post(item.path, form, headers);
  }
  return item.versioned ? postStep(item, headers) : post(item.path, item.body, headers);
}

const outdated = (error: unknown) => isApiError(error) && error.stale;

async function latest(id: string, community?: string): Promise<number> {
  if (!community) return (await data(api.GET('/tickets/{id}', { params: { path: { id } } }))).version;
  const { items: tasks } = await data(api.GET('/daily-tasks', { params: { query: { community } } }));
  return tasks.find(task => task.id === id)?.version ?? 0;
}

/**
 * Sends a step of a ticket. Others may have written in the meantime: a step overwrites nothing, and whether it is still
 * possible is the server's to say, so nobody at a door is asked to load the latest and tap again.
 * `version` is the one the phone has seen, if it has; without, or once it is outdated, the latest is asked for.
 */
export async function postStep(
  { ticket, path, body, community }: Pick<Waiting, 'ticket' | 'path' | 'body' | 'community'>,
  headers: Record<string, string>,
  version?: number,
): Promise<Ticket> {
  let seen = version;
  for (let tries = 0; ; tries++) {
    seen ??= await latest(ticket, community);
    try {
      return await post<Ticket>(path, body, { ...headers, ...match(seen) });
    } catch (error) {
      if (!outdated(error) || tries === 3) throw error;
      seen = undefined;
    }
  }
}

const passing = (error: unknown): boolean =>
  !isApiError(error) ||
  error.status >= 500 ||
  [401, 408, 425, 429].includes(error.status) ||
  error.code === 'request.csrf';

async function drain() {
  if (!owner) return;
  await load();
  const blocked = new Set(items.filter(item => item.refused).map(item => item.ticket));
  for (;;) {
    const item = items.find(i => !blocked.has(i.ticket));
    if (!item) return;
    try {
      const made = await send(item);
      await drop(item.id);
      done(item, made);
    } catch (error) {
      if (passing(error)) return later();
      blocked.add(item.ticket);
      const fields = isApiError(error) ? Object.values(error.byField()) : [];
      await put({ ...item, refused: [explain(error), ...fields].join(' ') });
    }
  }
}

let running: Promise<void> | undefined;
let asked = false;

/** Sends what waits, one after the other; two windows of one phone take turns. */
export function flush(): Promise<void> {
  // The network may have come back while a try without it is still failing.
  asked = true;
  running ??= (async () => {
    try {
      while (asked) {
        asked = false;
        if (navigator.locks) await navigator.locks.request('guanjia-outbox', drain);
        else await drain();
      }
    } finally {
      running = undefined;
    }
  })();
  return running;
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** The browser does not always know that the network is back. */
function later() {
  timer ??= setTimeout(() => {
    timer = undefined;
    void flush();
  }, 20_000);
}

/** Begins to send for who is signed in; answers how to end it. */
export function startOutbox(account: string, whenDone: Done): () => void {
  owner = account;
  done = whenDone;
  const now = () => void flush();
  window.addEventListener('online', now);
  document.addEventListener('visibilitychange', now);
  // What was on its way for who was here before ends first; then it is this one's turn.
  void running?.then(now);
  now();
  return () => {
    window.removeEventListener('online', now);
    document.removeEventListener('visibilitychange', now);
    clearTimeout(timer);
    timer = undefined;
    owner = '';
    show([]);
  };
}
