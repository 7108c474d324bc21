// A handful of pages needs no router: the address is the state.
import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
window.addEventListener('popstate', tell);

export function go(path: string, replace = false): void {
  if (replace) history.replaceState({ inside: history.state?.inside }, '', path);
  else history.pushState({ inside: true }, '', path);
  window.scrollTo(0, 0);
  tell();
}

/** Back where one came from; a page opened by its address goes home. */
export function back(home: string): void {
  if (history.state?.inside) history.back();
  else go(home, true);
}

export const usePath = (): string =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => location.pathname.replace(/\/+$/, ''),
  );
