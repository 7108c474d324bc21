// What somebody typed stays on the device until it has been sent.
import { useCallback, useRef, useState } from 'react';

const prefix = 'gj:draft:';

export function readDraft<T>(name: string): T | undefined {
  try {
    const raw = localStorage.getItem(prefix + name);
    return raw ? (JSON.parse(raw) as T) : undefined;
  } catch {
    return undefined;
  }
}

export function writeDraft(name: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // A full or forbidden store must not stop anybody from typing.
  }
}

export const dropDraft = (name: string): void => localStorage.removeItem(prefix + name);

/** On a shared desk the next person must not find what the last one was typing. */
export function dropAllDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}

const isForm = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A draft may be older than the program: what a form has gained since then is as it begins. */
function whole<T>(kept: T | undefined, initial: T): T {
  if (kept === undefined || isForm(kept) !== isForm(initial)) return initial;
  return isForm(kept) ? { ...initial, ...kept } : kept;
}

export function useDraft<T>(name: string, initial: T) {
  const [value, setValue] = useState<T>(() => whole(readDraft<T>(name), initial));
  const first = useRef(initial);
  const set = useCallback(
    (next: T | ((old: T) => T)) =>
      setValue(old => {
        const made = typeof next === 'function' ? (next as (old: T) => T)(old) : next;
        writeDraft(name, made);
        return made;
      }),
    [name],
  );
  const clear = useCallback(() => {
    dropDraft(name);
    setValue(first.current);
  }, [name]);
  return [value, set, clear] as const;
}
