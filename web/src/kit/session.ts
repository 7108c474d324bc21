// Who is signed in; each face adds what only it asks.
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data, isApiError, keepSession, whenSignedOut, whenStale } from './client.ts';
import { dropAllDrafts } from './drafts.ts';
import { whenLang } from './i18n.ts';
import { turnOff } from './push.ts';
import type { Session } from './types.ts';

/** Who was signed in before the session ended by itself: what they were typing is still there, below the sign-in page. */
let before: Session | undefined;
export const interrupted = (): Session | undefined => before;

/** On a shared desk the next person must not find what the last one saw and was typing. */
function belongsTo(id: string, client: QueryClient): void {
  const name = 'gj:account';
  const last = localStorage.getItem(name);
  localStorage.setItem(name, id);
  if (!last || last === id) return;
  before = undefined;
  dropAllDrafts();
  client.removeQueries({ predicate: query => query.queryKey[0] !== 'session' });
}

async function fetchSession(): Promise<Session | null> {
  try {
    const session = await data(api.GET('/session'));
    keepSession(session);
    return session;
  } catch (error) {
    if (isApiError(error) && error.status === 401) return null;
    throw error;
  }
}

/** A session that ended elsewhere brings the sign-in page; what was typed stays. */
export function watchSession(client: QueryClient): void {
  whenStale(() => void client.invalidateQueries());
  whenLang(() => void client.invalidateQueries());
  whenSignedOut(() => {
    keepSession(null);
    const session = client.getQueryData<Session | null>(['session']);
    if (!session) return;
    if (!session.mustChangePassword && !session.mustEnrol) before = session;
    client.setQueryData(['session'], null);
  });
}

export const useSessionQuery = () =>
  useQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: Number.POSITIVE_INFINITY });

/** Only below the gate, where somebody is signed in. */
export function useSession(): Session {
  const { data } = useSessionQuery();
  const session = data ?? before;
  if (!session) throw new Error('no session below the gate');
  return session;
}

export function useEnterSession(): (session: Session) => void {
  const client = useQueryClient();
  return session => {
    keepSession(session);
    belongsTo(session.account.id, client);
    client.setQueryData(['session'], session);
    // What could not be read meanwhile is read now.
    if (before) void client.invalidateQueries({ predicate: query => query.queryKey[0] !== 'session' });
    before = undefined;
  };
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await api.DELETE('/session').catch(() => undefined);
    keepSession(null);
    before = undefined;
    dropAllDrafts();
    navigator.serviceWorker?.controller?.postMessage('forget');
    for (const face of ['console', 'm'] as const) await turnOff(face).catch(() => undefined);
    client.setQueryData(['session'], null);
    client.removeQueries({ predicate: query => query.queryKey[0] !== 'session' });
  };
}
