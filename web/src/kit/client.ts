// The one way to the server: language, CSRF, idempotency, the server's time, and refusals as errors.
import createClient from 'openapi-fetch';
import { currentLang } from './i18n.ts';
import { ApiError, OfflineError, problemOf } from './problem.ts';
import { noteServerTime } from './time.ts';
import type { paths, Session } from './types.ts';

export const base = '/api/v1';
let csrf = '';
let onSignedOut: () => void = () => undefined;
let onStale: () => void = () => undefined;

export const keepSession = (session: Session | null): void => {
  csrf = session?.csrf ?? '';
};

export const whenSignedOut = (act: () => void): void => {
  onSignedOut = act;
};

/** Somebody was faster: what is on screen is read anew, so that one sees what to save over. */
export const whenStale = (act: () => void): void => {
  onStale = act;
};

/** crypto.randomUUID needs a secure context, which http on the office network is not. */
export function uuid(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6]! & 0x0f) | 0x40;
  b[8] = (b[8]! & 0x3f) | 0x80;
  const hex = Array.from(b, x => x.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const acceptLanguage = (): string => (currentLang() === 'en' ? 'en' : 'zh-CN');

/** What own writes made of versions: from → to, by id. */
const own = new Map<string, [string, string]>();
const idOf = (request: Request) => /\/([0-9a-z]{13})(?:\/[a-z-]+)?$/.exec(new URL(request.url).pathname)?.[1];

/**
 * A step that is taken before the page has read what the step before it made is meant for what that made: nothing but
 * one's own lies between. An edit is not: its form shows how things were.
 */
function follow(request: Request) {
  const id = request.method === 'POST' && idOf(request);
  const [from, to] = (id && own.get(id)) || [];
  if (to && request.headers.get('If-Match') === from) request.headers.set('If-Match', to);
}

async function noteOwn(request: Request, response: Response) {
  const from = request.headers.get('If-Match');
  const id = from && idOf(request);
  if (!id) return;
  const made = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (made?.id === id && made.version) own.set(id, [from, match(made.version)['If-Match']]);
}

async function send(request: Request): Promise<Response> {
  request.headers.set('Accept-Language', acceptLanguage());
  if (request.method !== 'GET') {
    if (csrf) request.headers.set('X-CSRF-Token', csrf);
    follow(request);
    if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) {
      request.headers.set('Idempotency-Key', uuid());
    }
  }
  let response: Response;
  try {
    response = await fetch(request);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new OfflineError(cause);
  }
  noteServerTime(response.headers.get('X-Server-Time'));
  if (response.ok) {
    await noteOwn(request, response);
    return response;
  }
  const problem = await problemOf(response);
  if (problem.status === 401 && problem.code !== 'auth.failed') onSignedOut();
  if (problem.stale) onStale();
  throw problem;
}

const origin = typeof location === 'undefined' ? 'http://localhost' : location.origin;

export const api = createClient<paths>({
  baseUrl: origin + base,
  fetch: send,
  credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: false } },
});

/** send() throws on refusals, so an answer that arrives is the good one. */
export async function data<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

export const match = (version: number): { 'If-Match': string } => ({ 'If-Match': `"${version}"` });

/** A POST to a path that is only known at run time; a form goes as it is, anything else as JSON. */
export async function post<T>(path: string, body: unknown, headers: Record<string, string>): Promise<T> {
  const form = body instanceof FormData;
  const response = await send(
    new Request(origin + base + path, {
      method: 'POST',
      body: form ? body : body === undefined ? undefined : JSON.stringify(body),
      headers: form || body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
    }),
  );
  return (await response.json()) as T;
}

/** The key belongs to the file: sending it again after silence must not store it twice. */
export async function upload<T>(path: string, file: Blob, name: string, key = uuid()): Promise<T> {
  const form = new FormData();
  form.append('file', file, name);
  return post(path, form, { 'Idempotency-Key': key });
}

export const isApiError = (e: unknown): e is ApiError => e instanceof ApiError;
export const isOffline = (e: unknown): e is OfflineError => e instanceof OfflineError;
