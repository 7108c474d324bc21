// Photos before and after: shrunk on the phone, and kept here until the server has them.
import { useEffect, useRef, useState } from 'react';
import { base, upload, uuid } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Icon } from '../kit/icons.tsx';
import { shrink } from '../kit/image.ts';
import { SignaturePad } from '../kit/signature.tsx';
import { hourMinute } from '../kit/time.ts';
import type { Ticket } from '../kit/types.ts';
import { t } from './words/index.ts';

type Kind = 'before' | 'after' | 'signature';

interface Waiting {
  kind: Kind;
  url: string;
  blob: Blob;
  key: string;
  error?: string;
}

function useUpload(ticket: Ticket, onDone: () => void) {
  const [waiting, setWaiting] = useState<Waiting[]>([]);
  const urls = useRef<string[]>([]);
  useEffect(
    () => () => {
      for (const url of urls.current) URL.revokeObjectURL(url);
    },
    [],
  );
  const send = async (item: Waiting) => {
    setWaiting(old => [...old.filter(w => w.url !== item.url), { ...item, error: undefined }]);
    try {
      await upload(`/tickets/${ticket.id}/photos?kind=${item.kind}`, item.blob, 'photo.jpg', item.key);
      setWaiting(old => old.filter(w => w.url !== item.url));
      onDone();
    } catch (error) {
      setWaiting(old => old.map(w => (w.url === item.url ? { ...w, error: explain(error) } : w)));
    }
  };
  const put = (kind: Kind, blob: Blob) => {
    const url = URL.createObjectURL(blob);
    urls.current.push(url);
    void send({ kind, url, blob, key: uuid() });
  };
  const take = async (kind: Kind, file: File): Promise<string | undefined> => {
    try {
      put(kind, await shrink(file));
      return undefined;
    } catch (error) {
      return explain(error);
    }
  };
  return { waiting, send, put, take };
}

/** The customer signs that the work is done (TIC-07). */
function Signature({ onSigned }: { onSigned: (picture: Blob) => void }) {
  const [open, setOpen] = useState(false);
  const [picture, setPicture] = useState<Blob>();
  if (!open)
    return (
      <button type="button" className="pbtn sign" onClick={() => setOpen(true)}>
        {t('ticket.add.signature')}
      </button>
    );
  const close = () => {
    setOpen(false);
    setPicture(undefined);
  };
  return (
    <div className="stack sign">
      <SignaturePad onChange={setPicture} />
      <div className="two-btn">
        <button type="button" className="pbtn" onClick={close}>
          {t('form.back')}
        </button>
        <button
          type="button"
          className="pbtn go"
          disabled={!picture}
          onClick={() => {
            if (picture) onSigned(picture);
            close();
          }}
        >
          {t('ticket.sign.keep')}
        </button>
      </div>
    </div>
  );
}

export function Photos({ ticket, onDone }: { ticket: Ticket; onDone: () => void }) {
  const { waiting, send, put, take } = useUpload(ticket, onDone);
  const [error, setError] = useState<string>();
  const count = (kind: Kind) => ticket.photos.filter(p => p.kind === kind).length;
  const may = ['accepted', 'arrived', 'working'].includes(ticket.status);
  if (!may && ticket.photos.length === 0) return null;
  const failed = waiting.filter(w => w.error);
  return (
    <section className="sect">
      <h2>
        {t('ticket.photos')}{' '}
        <span>{t('ticket.photos.count', { before: count('before'), after: count('after') })}</span>
      </h2>
      <div className="ph">
        {ticket.photos.map(photo => {
          const name = t(`ticket.photo.${photo.kind}`, { time: hourMinute(new Date(photo.at)) });
          return (
            <a key={photo.id} href={`${base}/files/${photo.id}`} target="_blank" rel="noreferrer">
              <img src={`${base}/files/${photo.id}`} alt={name} />
              <em aria-hidden="true">{name}</em>
            </a>
          );
        })}
        {waiting.map(w => (
          <span key={w.url} className="waits">
            <img src={w.url} alt={t(w.error ? 'ticket.photo.failed' : 'ticket.sending')} />
            <em aria-hidden="true">{w.error ? '!' : '…'}</em>
          </span>
        ))}
        {may &&
          (['before', 'after'] as const).map(kind => (
            <label key={kind} className={`add ${kind === 'after' ? 'first' : ''}`}>
              <Icon name="camera" />
              {t(`ticket.add.${kind}`)}
              <input
                type="file"
                accept="image/*"
                capture="environment"
                aria-label={t(`ticket.add.${kind}`)}
                onChange={e => {
                  const file = e.target.files?.[0];
                  e.target.value = '';
                  if (file) void take(kind, file).then(setError);
                }}
              />
            </label>
          ))}
      </div>
      {may && <Signature onSigned={blob => put('signature', blob)} />}
      {error && (
        <p className="trouble" role="alert">
          {error}
        </p>
      )}
      {failed.length > 0 && (
        <div className="trouble" role="alert">
          {t('ticket.photo.failed')} {failed[0]?.error}
          <button
            type="button"
            className="link"
            onClick={() => {
              for (const item of failed) void send(item);
            }}
          >
            {t('ticket.photo.again')}
          </button>
        </div>
      )}
    </section>
  );
}
