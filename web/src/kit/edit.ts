// What a form holds of a record that others may change meanwhile: nothing typed is lost, and what others wrote is not
// overwritten unseen.
import { useCallback, useRef, useState } from 'react';
import { dropDraft, readDraft, writeDraft } from './drafts.ts';

/** What somebody else has just written where one is typing oneself. */
export interface Newer {
  value: unknown;
  take: () => void;
}

export interface Held<V extends object> {
  /** As the record was read last. */
  read: V;
  /** What the inputs began with: what differs from it was typed. */
  from: V;
  values: V;
  /** Where somebody else wrote meanwhile. */
  both: readonly (keyof V)[];
}

export type Newest<V> = { [K in keyof V]?: Newer };

export interface Edit<V extends object> {
  newer: Newest<V>;
  /**
   * What the form held when this was drawn is stored: from then on the record says how things are. What was typed while
   * it was on its way is still to be stored, and stays.
   */
  saved: () => void;
  /** What was typed is given up: the form is as the record. */
  drop: () => void;
}

const same = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);

export const begin = <V extends object>(read: V): Held<V> => ({ read, from: read, values: read, both: [] });

/** The record was read anew: what was not touched follows it, what was typed stays. */
export function follow<V extends object>(held: Held<V>, read: V): Held<V> {
  const values = { ...held.values };
  const both: (keyof V)[] = [];
  for (const key of Object.keys({ ...values, ...read }) as (keyof V)[]) {
    const untouched = same(values[key], held.from[key]);
    if (untouched) values[key] = read[key];
    else if (!same(values[key], read[key]) && (held.both.includes(key) || !same(read[key], held.from[key])))
      both.push(key);
  }
  return { read, from: read, values, both };
}

const touched = <V extends object>({ read, values }: Held<V>) => !same(read, values);

/**
 * useState for a form of a record. `now` is drawn from the record at every render; its keys are the inputs. With the name
 * of a draft, what was typed is kept on the device, too.
 */
export function useEdit<V extends object>(now: V, draft = '') {
  const name = draft && `edit:${draft}`;
  const [held, setHeld] = useState(() => (name && readDraft<Held<V>>(name)) || begin(now));
  if (!same(held.read, now)) setHeld(follow(held, now));
  const change = useCallback(
    (next: (old: Held<V>) => Held<V>) =>
      setHeld(old => {
        const made = next(old);
        if (name && touched(made)) writeDraft(name, made);
        else if (name) dropDraft(name);
        return made;
      }),
    [name],
  );
  const set = useCallback(
    (next: Partial<V> | ((old: V) => V)) =>
      change(old => ({
        ...old,
        values: typeof next === 'function' ? next(old.values) : { ...old.values, ...next },
      })),
    [change],
  );
  const sent = held.values;
  const latest = useRef(held);
  latest.current = held;
  const saved = () => {
    // Not in the update below: a form that closes with it never gets there, and its draft would be found the next time.
    if (name && same(latest.current.values, sent)) dropDraft(name);
    else if (name) writeDraft(name, { ...latest.current, from: sent, both: [] });
    setHeld(old => ({ ...old, from: sent, both: [] }));
  };
  const drop = () => {
    if (name) dropDraft(name);
    setHeld(old => begin(old.read));
  };
  const newer: Newest<V> = {};
  for (const key of held.both) {
    if (same(held.values[key], held.read[key])) continue;
    newer[key] = {
      value: held.read[key],
      take: () =>
        change(old => ({
          ...old,
          values: { ...old.values, [key]: old.read[key] },
          both: old.both.filter(other => other !== key),
        })),
    };
  }
  const edit: Edit<V> = { newer, saved, drop };
  return [held.values, set, edit] as const;
}
