// Who is signed in as a resident, and which room is on screen.
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api, data, isApiError, keepSession, whenSignedOut, whenStale } from '../kit/client.ts';
import { dropAllDrafts } from '../kit/drafts.ts';
import { whenLang } from '../kit/i18n.ts';
import { turnOff } from '../kit/push.ts';
import { keepZone } from '../kit/time.ts';
import type { Home, Me, Session } from '../kit/types.ts';

/** Only the token against forged requests is needed of it. */
export const keepMe = (me: Me | null): void => keepSession(me as Pick<Session, 'csrf'> as Session | null);

async function fetchMe(): Promise<Me | null> {
  try {
    const me = await data(api.GET('/resident/me'));
    keepMe(me);
    return me;
  } catch (error) {
    // Somebody of the staff is signed in on this phone: for this face that is nobody.
    if (isApiError(error) && (error.status === 401 || error.status === 403)) return null;
    throw error;
  }
}

/** Who was signed in before the session ended by itself: what they were typing is still there, below the sign-in page. */
let before: Me | undefined;
export const interrupted = (): Me | undefined => before;

export function watchMe(client: QueryClient): void {
  whenStale(() => void client.invalidateQueries());
  whenLang(() => void client.invalidateQueries());
  whenSignedOut(() => {
    keepMe(null);
    const me = client.getQueryData<Me | null>(['me']);
    if (!me) return;
    before = me;
    client.setQueryData(['me'], null);
  });
}

const rest = { predicate: (query: { queryKey: readonly unknown[] }) => query.queryKey[0] !== 'me' };

/** On a shared phone the next person must not find what the last one saw and was typing. */
export function useEnter(): (me: Me) => void {
  const client = useQueryClient();
  return me => {
    keepMe(me);
    const last = localStorage.getItem('gj:resident');
    localStorage.setItem('gj:resident', me.id);
    if (last && last !== me.id) {
      dropAllDrafts();
      client.removeQueries(rest);
    } else if (before) void client.invalidateQueries(rest);
    before = undefined;
    client.setQueryData(['me'], me);
  };
}

export const useMe = () =>
  useQuery({ queryKey: ['me'], queryFn: fetchMe, staleTime: Number.POSITIVE_INFINITY });

export const useHomes = () =>
  useQuery({ queryKey: ['homes'], queryFn: async () => (await data(api.GET('/resident/rooms'))).items });

const watchers = new Set<() => void>();
const chosen = () => localStorage.getItem('gj:room');

export function chooseRoom(id: string): void {
  localStorage.setItem('gj:room', id);
  for (const watcher of watchers) watcher();
}

/** The room on screen, of those that are one's own. */
export function useHome(): Home | undefined {
  const homes = useHomes().data ?? [];
  const id = useSyncExternalStore(watcher => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, chosen);
  const home = homes.find(h => h.roomId === id) ?? homes[0];
  keepZone(home?.zone);
  return home;
}

export function useLeave(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await api.DELETE('/resident/session').catch(() => undefined);
    keepMe(null);
    before = undefined;
    dropAllDrafts();
    await turnOff('r').catch(() => undefined);
    client.setQueryData(['me'], null);
    client.removeQueries(rest);
  };
}
