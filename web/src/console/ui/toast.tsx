import { useSyncExternalStore } from 'react';
import { client } from '../queries.ts';
import { t } from '../words/index.ts';

interface Toast {
  /** The same words twice are two things that were done, and are read out twice. */
  n: number;
  text: string;
  undo?: () => void;
}

const nothing: Toast = { n: 0, text: '' };
let now = nothing;
let timer: ReturnType<typeof setTimeout> | undefined;
const watchers = new Set<() => void>();

function put(next: Toast) {
  now = next;
  for (const watcher of watchers) watcher();
}

const fade = () => {
  clearTimeout(timer);
  timer = setTimeout(() => put(nothing), 8000);
};

const patience = 2000;
let latest = 0;

/**
 * Past tense, one at a time; what can be taken back is, for as long as it shows. It waits, not for long, until the page
 * shows what was done: whoever goes on at once goes on from there, and not from how it was before.
 */
export function toast(text: string, undo?: () => void): void {
  const n = ++latest;
  const end = Date.now() + patience;
  const show = () => {
    if (n !== latest) return;
    if (client.isFetching() > 0 && Date.now() < end) {
      setTimeout(show, 30);
      return;
    }
    put(undo ? { n, text, undo } : { n, text });
    fade();
  };
  setTimeout(show); // what is to be read anew is asked for after this call
}

export function Toaster() {
  const shown = useSyncExternalStore(
    watcher => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => now,
  );
  return (
    <div className="toaster" role="status" aria-live="polite">
      {shown.text && (
        // biome-ignore lint/a11y/noStaticElementInteractions: only the time to read waits
        <span
          key={shown.n}
          className="toast"
          onMouseEnter={() => clearTimeout(timer)}
          onMouseLeave={fade}
          onFocus={() => clearTimeout(timer)}
          onBlur={fade}
        >
          {shown.text}
          {shown.undo && (
            <button
              type="button"
              className="undo"
              onClick={() => {
                const { undo } = shown;
                put(nothing);
                undo?.();
              }}
            >
              {t('do.undo')}
            </button>
          )}
        </span>
      )}
    </div>
  );
}
