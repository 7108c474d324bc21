// Who is signed in, what they may do, and which community is on screen.
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api, data, isApiError, keepSession, whenSignedOut } from '../kit/client.ts';
import { dropAllDrafts } from '../kit/drafts.ts';
import type { Session } from '../kit/types.ts';

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

export function useCan(): (permission: string) => boolean {
  const { permissions } = useSession();
  return permission => permissions.includes(permission) || permissions.includes('*');
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
    client.setQueryData(['session'], null);
    client.removeQueries({ predicate: query => query.queryKey[0] !== 'session' });
  };
}

const watchers = new Set<() => void>();
const chosen = () => localStorage.getItem('gj:community');

export function chooseCommunity(id: string): void {
  localStorage.setItem('gj:community', id);
  for (const watcher of watchers) watcher();
}

export function useCommunity(): string {
  const { communities } = useSession();
  const id = useSyncExternalStore(watcher => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, chosen);
  return (communities.find(c => c.id === id) ?? communities[0])?.id ?? '';
}
