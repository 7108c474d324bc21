// What paid work costs before it begins, and the customer's answer (TIC-07). All three faces show the same lines.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { api, base, data, match } from './client.ts';
import { DoorCode } from './door.tsx';
import { yuan } from './format.ts';
import { word } from './i18n.ts';
import { When } from './parts.tsx';
import { Field } from './phone.tsx';
import { useSend } from './send.ts';
import { SignatureInput, useSigned } from './signature.tsx';
import type { PriceItem, Quote, Ticket } from './types.ts';

/** Yuan as fen, undefined if it is no amount. */
const fen = (text: string): number | undefined => {
  const [, whole, part = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(part.padEnd(2, '0'));
};

/** The sum of what is chosen, before warranties, as the server will count it: each line to the fen, half up. */
export function sumOf(lines: { price: string; quantity: string; courtesy: boolean }[]): string | undefined {
  let sum = 0;
  for (const line of lines) {
    const [price, hundredths] = [fen(line.price), fen(line.quantity)];
    if (price === undefined || hundredths === undefined) return undefined;
    if (!line.courtesy) sum += Math.floor((price * hundredths + 50) / 100);
  }
  return `${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, '0')}`;
}

const colour = { offered: 'amber', accepted: 'green', declined: '', withdrawn: '' } as const;

/** One quote: lines, total, where it stands; children are what may be done with it. */
export function QuoteCard({
  quote,
  files,
  mine = false,
  children,
}: {
  quote: Quote;
  files: string;
  mine?: boolean;
  children?: ReactNode;
}) {
  const state = mine && quote.state === 'offered' ? 'mine' : quote.state;
  return (
    <li className={`quote ${quote.state}`} data-testid="quote">
      <p className="row">
        <span className={`tag ${colour[quote.state]}`}>{word(`quote.state.${state}`)}</span>
        <span className="dim grow">
          {quote.by} · <When at={quote.at} />
        </span>
        <b className="quote-total">¥{yuan(quote.total)}</b>
      </p>
      {quote.text && <p>{quote.text}</p>}
      <table className="quote-lines">
        <thead className="quiet-reading">
          <tr>
            <th>{word('quote.item')}</th>
            <th>{word('quote.quantity')}</th>
            <th>{word('quote.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {quote.lines.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a quote never change
            <tr key={i}>
              <td>
                {line.name}
                {line.free && (
                  <span className="tag green">
                    {word(`quote.free.${line.free}`, { number: line.freeOf ?? '' })}
                  </span>
                )}
              </td>
              <td className="num dim">
                {line.quantity} {line.unit} × {yuan(line.price)}
              </td>
              <td className="num">{yuan(line.amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim">
        {quote.total !== '0.00' && `${word(`quote.pays.${quote.pays}`)} `}
        {quote.decidedAt && quote.decidedHow && (
          <>
            {quote.total !== '0.00' && '· '}
            {word(`quote.how.${quote.decidedHow}`, { name: quote.signedName ?? '' })} ·{' '}
            <When at={quote.decidedAt} />
          </>
        )}
        {quote.why && <q>{quote.why}</q>}
        {quote.paidAt && (
          <span className="tag green">
            {word('quote.paid')} <When at={quote.paidAt} />
          </span>
        )}
        {quote.owed && <span className="tag amber">{word('quote.owed')}</span>}
      </p>
      {quote.signature && (
        <a href={`${base}${files}/${quote.signature}`} target="_blank" rel="noreferrer">
          <img
            className="quote-sign"
            src={`${base}${files}/${quote.signature}`}
            alt={word('photo.signature')}
          />
        </a>
      )}
      {children}
    </li>
  );
}

interface Row {
  key: number;
  itemId: string;
  quantity: string;
  courtesy: boolean;
}
let rows = 0;

function RowOf(props: {
  row: Row;
  at: number;
  list: PriceItem[];
  fields: Record<string, string>;
  set: (part: Partial<Row>) => void;
  drop: (() => void) | undefined;
}) {
  const { row, at, list, fields, set, drop } = props;
  const item = list.find(i => i.id === row.itemId);
  return (
    <li className="quote-row">
      <Field label={word('quote.item_n', { n: at + 1 })} error={fields[`lines[${at}].itemId`]}>
        {a => (
          <select {...a} className="in" value={row.itemId} onChange={e => set({ itemId: e.target.value })}>
            <option value="">{word('quote.choose')}</option>
            {list.map(i => (
              <option key={i.id} value={i.id}>
                {i.name} ¥{yuan(i.price)}/{i.unit}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label={`${word('quote.quantity')}${item ? ` (${item.unit})` : ''}`}
        error={fields[`lines[${at}].quantity`]}
      >
        {a => (
          <input
            {...a}
            className="in"
            inputMode="decimal"
            value={row.quantity}
            onChange={e => set({ quantity: e.target.value })}
          />
        )}
      </Field>
      <label className="row">
        <input type="checkbox" checked={row.courtesy} onChange={e => set({ courtesy: e.target.checked })} />
        {word('quote.courtesy')}
      </label>
      {drop && (
        <button type="button" className="btn quiet" onClick={drop}>
          {word('quote.drop', { n: at + 1 })}
        </button>
      )}
    </li>
  );
}

function OfferForm({ ticket, close }: { ticket: Ticket; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const prices = useQuery({
    queryKey: ['prices', ticket.community],
    queryFn: async () =>
      (await data(api.GET('/price-items', { params: { query: { community: ticket.community } } }))).items,
  });
  const list = (prices.data ?? []).filter(i => i.offered);
  const fresh = (): Row => ({ key: ++rows, itemId: '', quantity: '1', courtesy: false });
  const [lines, setLines] = useState([fresh()]);
  const [pays, setPays] = useState<'spot' | 'bill'>('spot');
  const [text, setText] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    lines.forEach((l, i) => {
      if (!l.itemId) wrong[`lines[${i}].itemId`] = word('quote.choose');
      if (!fen(l.quantity)) wrong[`lines[${i}].quantity`] = word('quote.quantity.wrong');
    });
    if (!send.fix(wrong)) return;
    const made = await send.run(once =>
      data(
        api.POST('/tickets/{id}/quotes', {
          params: { path: { id: ticket.id }, header: once },
          body: {
            pays,
            text: text.trim(),
            lines: lines.map(({ itemId, quantity, courtesy }) => ({
              itemId,
              quantity: quantity.trim(),
              courtesy,
            })),
          },
        }),
      ),
    );
    if (!made) return;
    await refresh(client, ticket);
    close();
  };
  if (prices.data && list.length === 0) return <p className="dim">{word('quote.no_prices')}</p>;
  const total = sumOf(lines.map(l => ({ ...l, price: list.find(i => i.id === l.itemId)?.price ?? '0' })));
  return (
    <form className="run-form" onSubmit={submit} aria-label={word('quote.new')} noValidate>
      <ul className="quote-rows">
        {lines.map((row, i) => (
          <RowOf
            key={row.key}
            row={row}
            at={i}
            list={list}
            fields={send.fields}
            set={part => setLines(old => old.map(l => (l.key === row.key ? { ...l, ...part } : l)))}
            drop={lines.length > 1 ? () => setLines(old => old.filter(l => l.key !== row.key)) : undefined}
          />
        ))}
      </ul>
      <p className="row">
        <button
          type="button"
          className="btn"
          disabled={lines.length >= 30}
          onClick={() => setLines(old => [...old, fresh()])}
        >
          {word('quote.add')}
        </button>
        <span className="grow" />
        {total && <b className="quote-total">¥{yuan(total)}</b>}
      </p>
      <Field label={word('quote.text')} error={send.fields.text}>
        {a => (
          <textarea
            {...a}
            className="in"
            rows={2}
            maxLength={1000}
            value={text}
            onChange={e => setText(e.target.value)}
          />
        )}
      </Field>
      <fieldset className="run-kit">
        <legend>{word('quote.pays')}</legend>
        {(['spot', 'bill'] as const).map(p => (
          <label key={p}>
            <input type="radio" name="pays" checked={pays === p} onChange={() => setPays(p)} />
            {word(`quote.pays.${p}`)}
          </label>
        ))}
      </fieldset>
      <Foot send={send} go={word('quote.offer')} close={close} />
    </form>
  );
}

export function Foot({
  send,
  go,
  close,
}: {
  send: ReturnType<typeof useSend>;
  go: string;
  close: () => void;
}) {
  return (
    <>
      {send.trouble && (
        <p className="trouble" role="alert">
          {send.trouble.text}
        </p>
      )}
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {go}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {word('run.back')}
        </button>
      </div>
    </>
  );
}

function SignForm({ ticket, quote, close }: { ticket: Ticket; quote: Quote; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [name, setName] = useState(ticket.contactName?.includes('*') ? '' : (ticket.contactName ?? ''));
  const { picture, setPicture, keep } = useSigned(ticket.id);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!name.trim()) wrong.name = word('quote.name.missing');
    if (!picture) wrong.signature = word('quote.signature.missing');
    if (!send.fix(wrong) || !picture) return;
    const made = await send.run(async once => {
      const id = await keep(picture);
      return data(
        api.POST('/quotes/{id}/sign', {
          params: { path: { id: quote.id }, header: { ...match(quote.version), ...once } },
          body: { name: name.trim(), signature: id },
        }),
      );
    });
    if (!made) return;
    await refresh(client, ticket);
    close();
  };
  return (
    <form className="run-form" onSubmit={submit} aria-label={word('quote.sign')} noValidate>
      <Field label={word('quote.name')} error={send.fields.name}>
        {a => (
          <input {...a} className="in" maxLength={50} value={name} onChange={e => setName(e.target.value)} />
        )}
      </Field>
      <Field label={word('quote.signature')} error={send.fields.signature}>
        {a => <SignatureInput a={a} onChange={setPicture} />}
      </Field>
      <Foot send={send} go={word('quote.sign.go', { total: yuan(quote.total) })} close={close} />
    </form>
  );
}

function DeclineForm({ ticket, quote, close }: { ticket: Ticket; quote: Quote; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: word('quote.why.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/quotes/{id}/decline', {
          params: { path: { id: quote.id }, header: { ...match(quote.version), ...once } },
          body: { reason: reason.trim() },
        }),
      ),
    );
    if (!made) return;
    await refresh(client, ticket);
    close();
  };
  return (
    <form className="run-form" onSubmit={submit} aria-label={word('quote.decline')} noValidate>
      <Field label={word('quote.why')} error={send.fields.reason}>
        {a => (
          <textarea
            {...a}
            className="in"
            rows={2}
            maxLength={500}
            value={reason}
            onChange={e => setReason(e.target.value)}
          />
        )}
      </Field>
      <Foot send={send} go={word('quote.decline')} close={close} />
    </form>
  );
}

const refresh = (client: ReturnType<typeof useQueryClient>, ticket: Ticket) =>
  Promise.all([
    client.invalidateQueries({ queryKey: ['quotes', ticket.id] }),
    client.invalidateQueries({ queryKey: ['ticket', ticket.id] }),
  ]);

/** What may be done with a quote that waits for its answer. */
function Waiting({ ticket, quote }: { ticket: Ticket; quote: Quote }) {
  const client = useQueryClient();
  const send = useSend();
  const [open, setOpen] = useState<'sign' | 'decline'>();
  const close = () => setOpen(undefined);
  const withdraw = async () => {
    const params = { path: { id: quote.id }, header: match(quote.version) };
    if (
      await send.run(once =>
        data(
          api.POST('/quotes/{id}/withdraw', { params: { ...params, header: { ...params.header, ...once } } }),
        ),
      )
    )
      await refresh(client, ticket);
  };
  if (open === 'sign') return <SignForm ticket={ticket} quote={quote} close={close} />;
  if (open === 'decline') return <DeclineForm ticket={ticket} quote={quote} close={close} />;
  return (
    <>
      <p className="dim">{word('quote.waits')}</p>
      {send.trouble && (
        <p className="trouble" role="alert">
          {send.trouble.text}
        </p>
      )}
      <p className="row wrap">
        <button type="button" className="btn go" onClick={() => setOpen('sign')}>
          {word('quote.sign')}
        </button>
        <button type="button" className="btn" onClick={() => setOpen('decline')}>
          {word('quote.decline')}
        </button>
        <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void withdraw()}>
          {word('quote.withdraw')}
        </button>
      </p>
    </>
  );
}

const working = ['accepted', 'en_route', 'arrived', 'working', 'held'];

/** Agreed to be paid on the spot, and not paid: from the yes until the ticket is put away. */
const payable = (ticket: Ticket, quote: Quote) =>
  quote.state === 'accepted' &&
  quote.pays === 'spot' &&
  quote.total !== '0.00' &&
  !quote.paidAt &&
  !['cancelled', 'archived'].includes(ticket.status);

/** The quotes of a ticket, for who works on it: offer, have signed, withdraw. */
export function Quotes({ ticket, may, heading }: { ticket: Ticket; may: boolean; heading: ReactNode }) {
  const [open, setOpen] = useState(false);
  const list =
    useQuery({
      queryKey: ['quotes', ticket.id],
      queryFn: async () =>
        (await data(api.GET('/tickets/{id}/quotes', { params: { path: { id: ticket.id } } }))).items,
      enabled: ticket.visits,
    }).data ?? [];
  // Who may do the next step of the work may quote it.
  const quotes =
    may &&
    working.includes(ticket.status) &&
    ['dispatch', 'depart', 'arrive', 'start', 'resolve', 'resume'].some(step =>
      ticket.actions.some(a => a === step),
    );
  if (!quotes && list.length === 0) return null;
  return (
    <section className="sect quotes" aria-label={word('quote.title')}>
      {heading}
      {list.length > 0 && (
        <ul className="quote-list">
          {list.map(quote => (
            <QuoteCard key={quote.id} quote={quote} files="/files">
              {quotes && quote.state === 'offered' && <Waiting ticket={ticket} quote={quote} />}
              {may && payable(ticket, quote) && <DoorCode quote={quote} />}
            </QuoteCard>
          ))}
        </ul>
      )}
      {open && <OfferForm ticket={ticket} close={() => setOpen(false)} />}
      {quotes && !open && (
        <button type="button" className="btn" onClick={() => setOpen(true)}>
          {word(list.length > 0 ? 'quote.another' : 'quote.new')}
        </button>
      )}
    </section>
  );
}
