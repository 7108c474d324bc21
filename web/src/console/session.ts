// What the signed-in person may do, and which community is on screen.
import { useSyncExternalStore } from 'react';
import { useSession } from '../kit/session.ts';
import { keepZone } from '../kit/time.ts';

export function useCan(): (permission: string) => boolean {
  const { permissions } = useSession();
  return permission => permissions.includes(permission) || permissions.includes('*');
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
  const shown = communities.find(c => c.id === id) ?? communities[0];
  keepZone(shown?.zone);
  return shown?.id ?? '';
}
