// What the server does not have yet, said plainly: what waits for a network, and what was not taken and why (FAC-03).
import { useEffect, useState } from 'react';
import { word, wordFor } from '../kit/i18n.ts';
import { Player } from '../kit/recording.tsx';
import { serverNow, when } from '../kit/time.ts';
import { again, discard, useWaiting, type Waiting } from './outbox.ts';
import { t } from './words/index.ts';

/** A picture, or a recording, that is still on the phone. */
export function Shot({ photo, alt }: { photo: Blob; alt: string }) {
  const [url, setUrl] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(photo);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [photo]);
  const kind = photo.type.split('/')[0];
  if (url && kind !== 'image')
    return <Player kind={kind === 'video' ? 'video' : 'voice'} src={url} name={alt} />;
  return url ? <img src={url} alt={alt} /> : null;
}

function what(item: Waiting): string {
  if (item.photo) return t(item.photo.type.startsWith('image') ? 'kept.photo' : 'kept.recording');
  if (item.words && item.step === 'tick') return t('kept.tick', { text: item.words.join(word('why.join')) });
  return wordFor(`do.${item.step}`) ?? item.step;
}

/** Everything somebody typed, so that it can be read again when it was not taken. */
export const typed = (item: Waiting): string =>
  item.said?.join(word('list.join')) ??
  Object.entries((item.body ?? {}) as Record<string, unknown>)
    .filter(([name]) =>
      ['text', 'reason', 'why', 'cause', 'remedy', 'advice', 'words', 'result'].includes(name),
    )
    .map(([, value]) => String(value))
    .concat(((item.body as { lines?: { value: string }[] })?.lines ?? []).flatMap(l => l.value || []))
    .join(word('list.join'));

function Item({ item, titled }: { item: Waiting; titled: boolean }) {
  const [sure, setSure] = useState(false);
  const words = typed(item);
  return (
    <li data-testid="kept-item">
      <p>
        <span className="dim">{when(item.at)}</span> <b>{what(item)}</b> {titled && item.title}
      </p>
      {words && <p className="words">{words}</p>}
      {item.photo && <Shot photo={item.photo} alt={what(item)} />}
      {item.refused && <p role="alert">{t('kept.refused', { text: item.refused })}</p>}
      <p className="row">
        {item.refused && (
          <button type="button" className="btn" onClick={() => void again(item)}>
            {t('kept.again')}
          </button>
        )}
        <button
          type="button"
          className="btn quiet"
          onClick={() => (sure ? void discard(item.id) : setSure(true))}
          onBlur={() => setSure(false)}
        >
          {t(sure ? 'kept.discard.sure' : 'kept.discard')}
        </button>
      </p>
    </li>
  );
}

const patience = 4_000;

/** What is being sent right now is not worth a line: it would push the page down and up again under a finger that signs. */
function useWorthTelling(items: Waiting[]): Waiting[] {
  const [, look] = useState(0);
  const stays = (item: Waiting) =>
    item.refused || !navigator.onLine || serverNow() - Date.parse(item.at) >= patience;
  const next = items.find(item => !stays(item));
  useEffect(() => {
    if (!next) return;
    const timer = setTimeout(() => look(n => n + 1), patience);
    return () => clearTimeout(timer);
  }, [next]);
  return items.filter(stays);
}

/** Of one ticket, or of all. */
export function Kept({ ticket }: { ticket?: string }) {
  const items = useWorthTelling(useWaiting().filter(item => !ticket || item.ticket === ticket));
  if (items.length === 0) return null;
  const refused = items.filter(item => item.refused).length;
  return (
    <details className="kept" open={refused > 0 || undefined} data-testid="kept">
      <summary>
        <span role="status">
          {refused > 0 ? t('kept.n.refused', { n: items.length, refused }) : t('kept.n', { n: items.length })}
        </span>
      </summary>
      <ul>
        {items.map(item => (
          <Item key={item.id} item={item} titled={!ticket} />
        ))}
      </ul>
    </details>
  );
}
