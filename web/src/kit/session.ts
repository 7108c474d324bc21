// Who is signed in; each face adds what only it asks.
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data, isApiError, keepSession, whenSignedOut } from './client.ts';
import { dropAllDrafts } from './drafts.ts';
import { turnOff } from './push.ts';
import type { Session } from './types.ts';

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

/** A session that ended elsewhere brings the sign-in page; what was typed stays in its draft. */
export function watchSession(client: QueryClient): void {
  whenSignedOut(() => {
    keepSession(null);
    if (client.getQueryData(['session'])) client.setQueryData(['session'], null);
  });
}

export const useSessionQuery = () =>
  useQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: Number.POSITIVE_INFINITY });

/** Only below the gate, where somebody is signed in. */
export function useSession(): Session {
  const { data: session } = useSessionQuery();
  if (!session) throw new Error('no session below the gate');
  return session;
}

export function useEnterSession(): (session: Session) => void {
  const client = useQueryClient();
  return session => {
    keepSession(session);
    client.setQueryData(['session'], session);
  };
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await api.DELETE('/session').catch(() => undefined);
    keepSession(null);
    dropAllDrafts();
    navigator.serviceWorker?.controller?.postMessage('forget');
    for (const face of ['console', 'm'] as const) await turnOff(face).catch(() => undefined);
    client.setQueryData(['session'], null);
    client.removeQueries({ predicate: query => query.queryKey[0] !== 'session' });
  };
}
