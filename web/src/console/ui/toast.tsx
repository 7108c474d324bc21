import { useSyncExternalStore } from 'react';

let text = '';
let timer: ReturnType<typeof setTimeout> | undefined;
const watchers = new Set<() => void>();

function put(next: string) {
  text = next;
  for (const watcher of watchers) watcher();
}

/** Past tense, one at a time. */
export function toast(next: string): void {
  clearTimeout(timer);
  put(next);
  timer = setTimeout(() => put(''), 8000);
}

export function Toaster() {
  const shown = useSyncExternalStore(
    watcher => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => text,
  );
  return (
    <div className="toaster" role="status" aria-live="polite">
      {shown && <span className="toast">{shown}</span>}
    </div>
  );
}
