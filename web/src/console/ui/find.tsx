// The search of a page: what is typed goes into the address, and the box follows an address that changes by itself.
import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import { Icon } from '../../kit/icons.tsx';
import { Kbd } from './kbd.tsx';

interface Props {
  label: string;
  hint?: string;
  /** As the address has it. */
  q: string | undefined;
  onFind: (q: string | undefined) => void;
  /** How long after the last key, where each question costs something. */
  wait?: number;
}

export function Find({ label, hint = label, q = '', onFind, wait = 0 }: Props) {
  const [held, hold] = useState({ text: q, q, own: [] as string[] });
  if (held.q !== q) {
    // The address may be some keys behind the hand: what was asked from here changes nothing in the box.
    const at = held.own.indexOf(q);
    hold({ text: at < 0 ? q : held.text, q, own: at < 0 ? [] : held.own.slice(at + 1) });
  }
  const latest = useRef(onFind);
  latest.current = onFind;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (typed: string) => {
    const text = typed.trim();
    hold(old => (text === (old.own.at(-1) ?? old.q) ? old : { ...old, own: [...old.own, text] }));
    latest.current(text || undefined);
  };
  const later = (typed: string) => {
    clearTimeout(timer.current);
    if (wait) timer.current = setTimeout(() => ask(typed), wait);
    else ask(typed);
  };
  const change = (event: ChangeEvent<HTMLInputElement>) => {
    const text = event.target.value;
    hold(old => ({ ...old, text }));
    // Half a word of a Chinese keyboard is nobody's question.
    if (!(event.nativeEvent as InputEvent).isComposing) later(text);
  };
  return (
    <label className="find">
      <Icon name="search" />
      <input
        data-search
        type="search"
        aria-label={label}
        placeholder={hint}
        value={held.text}
        onChange={change}
        onCompositionEnd={event => later(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <Kbd>/</Kbd>
    </label>
  );
}
