// Sending a form: busy, what went wrong at which field, and one key per attempt that may be repeated safely.
import { useCallback, useRef, useState } from 'react';
import { isApiError, uuid } from './api.ts';
import { explain } from './explain.ts';

export interface Trouble {
  text: string;
  stale: boolean;
}

/** The first refused input gets the focus, so that nobody has to look for it. */
function showFirst(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

export function useSend() {
  const key = useRef(uuid());
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const [fields, setFields] = useState<Record<string, string>>({});

  const run = useCallback(
    async <T>(act: (once: { 'Idempotency-Key': string }) => Promise<T>): Promise<T | undefined> => {
      if (running.current) return undefined;
      running.current = true;
      setBusy(true);
      setTrouble(undefined);
      setFields({});
      try {
        const made = await act({ 'Idempotency-Key': key.current });
        key.current = uuid();
        return made;
      } catch (error) {
        // After a refusal the next try is another request; after silence it must be the same one.
        if (isApiError(error) && error.status < 500) key.current = uuid();
        const byField = isApiError(error) ? error.byField() : {};
        setFields(byField);
        showFirst();
        setTrouble({
          text: explain(error),
          stale: isApiError(error) && (error.stale || error.status === 412),
        });
        return undefined;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [],
  );

  const fix = useCallback((found: Record<string, string>) => {
    setFields(found);
    showFirst();
    return Object.keys(found).length === 0;
  }, []);

  const clear = useCallback(() => {
    setTrouble(undefined);
    setFields({});
  }, []);

  return { busy, trouble, fields, run, fix, clear };
}
