// Sending a form: busy, what went wrong at which field, and one key per attempt that may be repeated safely.
import { useCallback, useRef, useState } from 'react';
import { isApiError, uuid } from './client.ts';
import { explain } from './explain.ts';

export interface Trouble {
  text: string;
  stale: boolean;
}

/** The first frame may still show the form as it was. */
const afterDrawing = (act: () => void) => requestAnimationFrame(() => requestAnimationFrame(act));

/** The first refused input gets the focus; answers whether any input shows a refusal at all. */
const showFirst = () =>
  new Promise<boolean>(done =>
    afterDrawing(() => {
      document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
      done(document.querySelector('[aria-invalid="true"], .bad') !== null);
    }),
  );

/** How often a form was refused: an input that was changed since shows its refusal no more, until the next one. */
export const refusals = { n: 0 };

/** A refusal as its input shows it, and what the input is told to do when it is changed. */
export function useRefusal(error: string | undefined): [string | undefined, () => void] {
  const [changed, setChanged] = useState(-1);
  return [changed === refusals.n ? undefined : error, () => error && setChanged(refusals.n)];
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
        refusals.n++;
        setFields(byField);
        const text = explain(error);
        const stale = isApiError(error) && (error.stale || error.status === 412);
        setTrouble({ text, stale });
        const messages = Object.values(byField);
        // A refusal of something this form does not ask for must still be read.
        if (!(await showFirst()) && messages.length > 0)
          setTrouble({ text: [text, ...messages].join(' '), stale });
        return undefined;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [],
  );

  const fix = useCallback((found: Record<string, string>) => {
    refusals.n++;
    setFields(found);
    void showFirst();
    return Object.keys(found).length === 0;
  }, []);

  const clear = useCallback(() => {
    setTrouble(undefined);
    setFields({});
  }, []);

  return { busy, trouble, fields, run, fix, clear };
}
