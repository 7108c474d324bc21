// Sending a form: busy, what went wrong at which field, and one key per attempt that may be repeated safely.
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { isApiError, uuid } from './client.ts';
import { explain } from './explain.ts';

export interface Trouble {
  text: string;
}

/** The first frame may still show the form as it was. */
const afterDrawing = (act: () => void) => requestAnimationFrame(() => requestAnimationFrame(act));

const wrong = '[aria-invalid="true"]';

/** The first refused input gets the focus: of the form that was sent, where a page has several. */
function showFirst() {
  const form = document.activeElement?.closest('form');
  return new Promise<void>(done =>
    afterDrawing(() => {
      const first = form?.querySelector<HTMLElement>(wrong) ?? document.querySelector<HTMLElement>(wrong);
      first?.focus();
      done();
    }),
  );
}

/** Refusals that take note of who asks for them: one that no input asks for must be read on top. */
function noting(found: Record<string, string>) {
  const asked = new Set<PropertyKey>();
  const fields = new Proxy(found, {
    get: (of, name) => {
      asked.add(name);
      return Reflect.get(of, name);
    },
  });
  return { fields, left: () => Object.keys(found).filter(name => !asked.has(name)) };
}

/**
 * A refusal as its input shows it, and what the input is told to do when it is changed: it shows no more then, until its
 * form is refused again. In between the form has none.
 */
export function useRefusal(error: string | undefined): [string | undefined, () => void] {
  const [changed, setChanged] = useState<string>();
  if (changed !== undefined && changed !== error) setChanged(undefined);
  return [changed === error ? undefined : error, () => setChanged(error)];
}

/** What is refused next comes after what was: the same words are a refusal again. */
interface Refused {
  fields: Record<string, string>;
  coming?: Record<string, string>;
}

export function useSend() {
  const key = useRef(uuid());
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const [{ fields, coming }, refuse] = useState<Refused>({ fields: {} });
  // Before the page is painted, so that nobody sees that it was gone.
  useLayoutEffect(() => {
    if (coming) refuse({ fields: coming });
  }, [coming]);

  const run = useCallback(
    async <T>(act: (once: { 'Idempotency-Key': string }) => Promise<T>): Promise<T | undefined> => {
      if (running.current) return undefined;
      running.current = true;
      setBusy(true);
      setTrouble(undefined);
      refuse({ fields: {} });
      try {
        const made = await act({ 'Idempotency-Key': key.current });
        key.current = uuid();
        return made;
      } catch (error) {
        // After a refusal the next try is another request; after silence it must be the same one.
        if (isApiError(error) && error.status < 500) key.current = uuid();
        const byField = isApiError(error) ? error.byField() : {};
        const { fields, left } = noting(byField);
        refuse({ fields });
        const text = explain(error);
        setTrouble({ text });
        await showFirst();
        const rest = left().map(name => byField[name]);
        if (rest.length > 0) setTrouble({ text: [text, ...rest].join(' ') });
        return undefined;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [],
  );

  const fix = useCallback((found: Record<string, string>) => {
    refuse({ fields: {}, coming: found });
    void showFirst();
    return Object.keys(found).length === 0;
  }, []);

  const clear = useCallback(() => {
    setTrouble(undefined);
    refuse({ fields: {} });
  }, []);

  return { busy, trouble, fields, run, fix, clear };
}
