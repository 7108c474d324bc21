// The words of a class.
import { type KeyboardEvent, useRef, useState } from 'react';
import { Icon } from '../../../kit/icons.tsx';
import type { FieldProps } from '../../ui/field.tsx';
import { t } from '../../words/index.ts';

/** Words as a list that grows by Enter; shipped ones that were taken away can be put back. */
export function Words({
  field,
  words,
  shipped,
  may,
  set,
}: {
  field: FieldProps;
  words: string[];
  shipped: string[];
  may: boolean;
  set: (words: string[]) => void;
}) {
  const [typed, setTyped] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const add = () => {
    const fresh = typed.split(/[,，、\n]/).map(w => w.trim());
    set([...new Set([...words, ...fresh.filter(Boolean)])]);
    setTyped('');
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || !typed.trim()) return;
    event.preventDefault();
    add();
  };
  const gone = shipped.filter(w => !words.includes(w));
  return (
    <div className="stack">
      <ul className="row wrap" aria-label={t('categories.words')}>
        {words.map(w => (
          <li key={w} className="tag">
            {w}
            {may && (
              <button
                type="button"
                aria-label={t('categories.word.remove', { word: w })}
                onClick={() => {
                  set(words.filter(x => x !== w));
                  input.current?.focus();
                }}
              >
                <Icon name="x" size="s" />
              </button>
            )}
          </li>
        ))}
        {words.length === 0 && <li className="dim">{t('categories.words.none')}</li>}
      </ul>
      {may && (
        <span className="row">
          <input
            {...field}
            ref={input}
            className="text grow"
            maxLength={60}
            placeholder={t('categories.word.add.hint')}
            value={typed}
            onChange={e => setTyped(e.target.value)}
            onKeyDown={keys}
          />
          <button type="button" className="btn" disabled={!typed.trim()} onClick={add}>
            {t('categories.word.add')}
          </button>
        </span>
      )}
      {gone.length > 0 && (
        <p className="dim">
          {t('categories.words.gone')}{' '}
          {gone.map(w => (
            <span key={w} className="tag">
              <span className="struck">{w}</span>
              {may && (
                <button type="button" className="link" onClick={() => set([...words, w])}>
                  {t('categories.word.back')}
                  <span className="quiet-reading"> {w}</span>
                </button>
              )}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
