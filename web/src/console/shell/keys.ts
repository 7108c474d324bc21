// Single keys and `g` sequences. None fires while somebody types, composes Chinese or has a dialog open.
import { useEffect, useRef } from 'react';

export type Keys = Record<string, (event: KeyboardEvent) => void>;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.tagName === 'TEXTAREA' ||
    target.tagName === 'SELECT' ||
    (target.tagName === 'INPUT' &&
      !['checkbox', 'radio', 'button', 'submit'].includes((target as HTMLInputElement).type)));

export function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return (event.ctrlKey || event.metaKey ? 'Ctrl+' : '') + key;
}

export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let pending = '';
    let since = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented || event.altKey) return;
      if (document.querySelector('dialog[open], .away')) return;
      const name = nameOf(event);
      const free = name.startsWith('Ctrl+') || name === 'Escape';
      if (!free && typing(event.target)) return;
      if (event.timeStamp - since > 1200) pending = '';
      const act = latest.current[pending ? `${pending} ${name}` : name];
      if (act) {
        event.preventDefault();
        pending = '';
        act(event);
        return;
      }
      pending = name === 'g' && !pending ? 'g' : '';
      since = event.timeStamp;
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}
