// Photos before and after: shrunk on the phone, and kept here until the server has them.
import { useState } from 'react';
import { base, uuid } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Icon } from '../kit/icons.tsx';
import { shrink } from '../kit/image.ts';
import { AddRecording, Recordings } from '../kit/recording.tsx';
import { SignaturePad } from '../kit/signature.tsx';
import { when } from '../kit/time.ts';
import type { Ticket } from '../kit/types.ts';
import { Shot } from './kept.tsx';
import { flush, keep, useWaiting } from './outbox.ts';
import { OutcomeFields, useOutcome } from './sheets.tsx';
import { t } from './words/index.ts';

type Kind = 'before' | 'after' | 'signature' | 'stamp' | 'voice' | 'video';

/** Pictures go through the outbox: with a network they are sent at once, without one they wait. */
function usePictures(ticket: Ticket) {
  const put = async (kind: Kind, photo: Blob, beside?: Record<string, string>) => {
    const to = kind === 'voice' || kind === 'video' ? 'recordings' : 'photos';
    const path = `/tickets/${ticket.id}/${to}?kind=${kind}`;
    await keep({
      id: uuid(),
      ticket: ticket.id,
      title: ticket.title,
      step: 'photo',
      path,
      photo,
      beside,
      versioned: false,
    });
    if (navigator.onLine) await flush();
  };
  const take = async (kind: Kind, file: File): Promise<string | undefined> => {
    try {
      await put(kind, await shrink(file));
      return undefined;
    } catch (error) {
      return explain(error);
    }
  };
  return { put, take };
}

/** Sends what was found and done to the customer's own phone, where they sign it (FAC-02). */
function useAskSignature(ticket: Ticket) {
  return async (read: { cause: string; remedy: string; advice: string }) => {
    const path = `/tickets/${ticket.id}/ask-signature`;
    await keep({
      id: uuid(),
      ticket: ticket.id,
      title: ticket.title,
      step: 'ask-signature',
      path,
      body: read,
      versioned: true,
    });
    if (navigator.onLine) await flush();
  };
}

/** The customer signs that the work is done, below what was found, done and is advised (TIC-07, TIC-07d). */
function Signature({
  ticket,
  onSigned,
}: {
  ticket: Ticket;
  onSigned: (picture: Blob, read: Record<string, string>) => void;
}) {
  const [open, setOpen] = useState(false);
  const [picture, setPicture] = useState<Blob>();
  const [draft, setDraft] = useOutcome(ticket);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const ask = useAskSignature(ticket);
  const asked = useWaiting().some(w => w.ticket === ticket.id && w.step === 'ask-signature' && !w.refused);
  if (!open)
    return (
      <>
        {(ticket.signAsked || asked) && <p className="hint">{t('ticket.sign.asked')}</p>}
        <button type="button" className="pbtn sign" onClick={() => setOpen(true)}>
          {t('ticket.add.signature')}
        </button>
      </>
    );
  const close = () => {
    setOpen(false);
    setPicture(undefined);
  };
  const read = () => {
    const { cause, remedy, advice = '' } = draft;
    if (remedy.trim()) return { cause, remedy, advice };
    setWrong({ remedy: t('resolve.remedy.missing') });
    return undefined;
  };
  return (
    <div className="stack sign">
      <p className="hint">{t('ticket.sign.shown')}</p>
      <OutcomeFields
        draft={draft}
        set={part => {
          setWrong({});
          setDraft(old => ({ ...old, ...part }));
        }}
        fields={wrong}
      />
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
            const shown = read();
            if (!shown || !picture) return;
            onSigned(picture, shown);
            close();
          }}
        >
          {t('ticket.sign.keep')}
        </button>
      </div>
      <button
        type="button"
        className="link"
        onClick={() => {
          const shown = read();
          if (!shown) return;
          void ask(shown);
          close();
        }}
      >
        {t('ticket.sign.ask')}
      </button>
    </div>
  );
}

export function Photos({ ticket }: { ticket: Ticket }) {
  const { put, take } = usePictures(ticket);
  const waiting = useWaiting().filter(item => item.ticket === ticket.id && item.photo);
  const [error, setError] = useState<string>();
  const count = (kind: Kind) => ticket.photos.filter(p => p.kind === kind).length;
  const may = ['accepted', 'arrived', 'working'].includes(ticket.status);
  if (!may && ticket.photos.length + ticket.recordings.length === 0) return null;
  return (
    <section className="sect">
      <h2>
        {t('ticket.photos')}{' '}
        <span>{t('ticket.photos.count', { before: count('before'), after: count('after') })}</span>
      </h2>
      <div className="ph">
        {ticket.photos.map(photo => {
          const name = t(`ticket.photo.${photo.kind as 'before'}`, { time: when(photo.at) });
          return (
            <a key={photo.id} href={`${base}/files/${photo.id}`} target="_blank" rel="noreferrer">
              <img src={`${base}/files/${photo.id}`} alt={name} />
              <em aria-hidden="true">{name}</em>
            </a>
          );
        })}
        {waiting.map(w => (
          <span key={w.id} className="waits">
            {w.photo && (
              <Shot photo={w.photo} alt={t(w.refused ? 'ticket.photo.failed' : 'ticket.sending')} />
            )}
            <em aria-hidden="true">{w.refused ? '!' : '…'}</em>
          </span>
        ))}
        {may &&
          ([...(ticket.stamps ? (['stamp'] as const) : []), 'before', 'after'] as const).map(kind => (
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
        {may && <AddRecording take={put} onTrouble={setError} />}
      </div>
      <Recordings items={ticket.recordings} files="/files" />
      {may && <Signature ticket={ticket} onSigned={(blob, read) => void put('signature', blob, read)} />}
      {error && (
        <p className="trouble" role="alert">
          {error}
        </p>
      )}
    </section>
  );
}
