import { useSyncExternalStore } from 'react';
import { t } from '../words/index.ts';

interface Toast {
  text: string;
  undo?: () => void;
}

const nothing: Toast = { text: '' };
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

/** Past tense, one at a time; what can be taken back is, for as long as it shows. */
export function toast(text: string, undo?: () => void): void {
  put(undo ? { text, undo } : { text });
  fade();
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
