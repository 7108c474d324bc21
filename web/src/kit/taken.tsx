// What is taken away from a customer's home to be repaired: consent, receipt, and its way back (TIC-07).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { api, base, data, match } from './client.ts';
import { word } from './i18n.ts';
import { When } from './parts.tsx';
import { Field } from './phone.tsx';
import { Foot } from './quotes.tsx';
import { useSend } from './send.ts';
import { SignatureInput, useSigned } from './signature.tsx';
import { instant } from './time.ts';
import type { Taken, Ticket } from './types.ts';

export const useTaken = (ticket: Pick<Ticket, 'id' | 'visits'>) =>
  useQuery({
    queryKey: ['taken', ticket.id],
    queryFn: async () =>
      (await data(api.GET('/tickets/{id}/taken', { params: { path: { id: ticket.id } } }))).items,
    enabled: ticket.visits,
  });

function useRefresh(ticket: Ticket) {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['taken', ticket.id] }),
      client.invalidateQueries({ queryKey: ['ticket', ticket.id] }),
    ]);
}

const known = (ticket: Ticket) => (ticket.contactName?.includes('*') ? '' : (ticket.contactName ?? ''));

function TakeForm({ ticket, close }: { ticket: Ticket; close: () => void }) {
  const send = useSend();
  const refresh = useRefresh(ticket);
  const { picture, setPicture, keep } = useSigned(ticket.id);
  const [draft, setDraft] = useState({ what: '', state: '', backAt: '', name: known(ticket) });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    for (const name of ['what', 'state', 'backAt', 'name'] as const)
      if (!draft[name].trim()) wrong[name] = word(`taken.${name}.missing`);
    if (!picture) wrong.signature = word('quote.signature.missing');
    if (!send.fix(wrong) || !picture) return;
    const made = await send.run(async once =>
      data(
        api.POST('/tickets/{id}/taken', {
          params: { path: { id: ticket.id }, header: once },
          body: {
            what: draft.what.trim(),
            state: draft.state.trim(),
            backAt: instant(draft.backAt),
            name: draft.name.trim(),
            signature: await keep(picture),
          },
        }),
      ),
    );
    if (!made) return;
    await refresh();
    close();
  };
  return (
    <form className="run-form" onSubmit={submit} aria-label={word('taken.new')} noValidate>
      {(['what', 'state', 'backAt', 'name'] as const).map(name => (
        <Field key={name} label={word(`taken.${name}`)} error={send.fields[name]}>
          {a => (
            <input
              {...a}
              className="in"
              type={name === 'backAt' ? 'datetime-local' : 'text'}
              placeholder={name === 'what' || name === 'state' ? word(`taken.${name}.hint`) : ''}
              value={draft[name]}
              onChange={e => setDraft(old => ({ ...old, [name]: e.target.value }))}
            />
          )}
        </Field>
      ))}
      <p className="dim">{word('taken.consent')}</p>
      <Field label={word('quote.signature')} error={send.fields.signature}>
        {a => <SignatureInput a={a} onChange={setPicture} />}
      </Field>
      <Foot send={send} go={word('taken.go')} close={close} />
    </form>
  );
}

function ReturnForm({ ticket, piece, close }: { ticket: Ticket; piece: Taken; close: () => void }) {
  const send = useSend();
  const refresh = useRefresh(ticket);
  const [draft, setDraft] = useState({ name: known(ticket), note: '' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const name = draft.name.trim();
    if (!send.fix(name ? {} : { name: word('taken.to.missing') })) return;
    const note = draft.note.trim();
    const made = await send.run(once =>
      data(
        api.POST('/taken/{id}/return', {
          params: { path: { id: piece.id }, header: { ...match(piece.version), ...once } },
          body: { name, ...(note ? { note } : {}) },
        }),
      ),
    );
    if (!made) return;
    await refresh();
    close();
  };
  return (
    <form className="run-form" onSubmit={submit} aria-label={word('taken.return')} noValidate>
      {(['name', 'note'] as const).map(name => (
        <Field key={name} label={word(name === 'name' ? 'taken.to' : 'taken.note')} error={send.fields[name]}>
          {a => (
            <input
              {...a}
              className="in"
              value={draft[name]}
              onChange={e => setDraft(old => ({ ...old, [name]: e.target.value }))}
            />
          )}
        </Field>
      ))}
      <Foot send={send} go={word('taken.return')} close={close} />
    </form>
  );
}

function PieceOf({ ticket, piece, may }: { ticket: Ticket; piece: Taken; may: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="quote" data-testid="taken">
      <p className="row">
        <span className={`tag ${piece.returnedAt ? 'green' : 'amber'}`}>
          {word(piece.returnedAt ? 'taken.is_back' : 'taken.is_out')}
        </span>
        <span className="dim grow">
          {piece.by} · <When at={piece.takenAt} />
        </span>
        <b>{piece.number}</b>
      </p>
      <p>
        {piece.what} <span className="dim">{piece.state}</span>
      </p>
      <p className="dim">
        {word('taken.agreed', { name: piece.signedName })}
        {' · '}
        {piece.returnedAt ? (
          <>
            <When at={piece.returnedAt} /> {word('taken.given', { name: piece.returnedTo ?? '' })}
            {piece.returnNote && <q>{piece.returnNote}</q>}
          </>
        ) : (
          <>
            <When at={piece.backAt} /> {word('taken.due')}
          </>
        )}
      </p>
      {piece.signature && (
        <a href={`${base}/files/${piece.signature}`} target="_blank" rel="noreferrer">
          <img
            className="quote-sign"
            src={`${base}/files/${piece.signature}`}
            alt={word('photo.signature')}
          />
        </a>
      )}
      {may && !piece.returnedAt && !open && (
        <p className="row">
          <button type="button" className="btn" onClick={() => setOpen(true)}>
            {word('taken.return')}
          </button>
        </p>
      )}
      {open && <ReturnForm ticket={ticket} piece={piece} close={() => setOpen(false)} />}
    </li>
  );
}

/** What was taken away for a ticket; children is the way to the paper. */
export function TakenAway({
  ticket,
  may,
  heading,
  children,
}: {
  ticket: Ticket;
  may: boolean;
  heading: ReactNode;
  children?: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const list = useTaken(ticket).data ?? [];
  const here =
    may &&
    ['arrived', 'working', 'held'].includes(ticket.status) &&
    ['start', 'resolve', 'resume'].some(step => ticket.actions.some(a => a === step));
  if (!here && list.length === 0) return null;
  return (
    <section className="sect quotes" aria-label={word('taken.title')}>
      {heading}
      {list.length > 0 && (
        <ul className="quote-list">
          {list.map(piece => (
            <PieceOf key={piece.id} ticket={ticket} piece={piece} may={may} />
          ))}
        </ul>
      )}
      {list.length > 0 && children}
      {open ? (
        <TakeForm ticket={ticket} close={() => setOpen(false)} />
      ) : (
        here && (
          <p>
            <button type="button" className="btn" onClick={() => setOpen(true)}>
              {word('taken.new')}
            </button>
          </p>
        )
      )}
    </section>
  );
}
