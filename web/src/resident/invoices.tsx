// Invoices of what one paid: applying for them, titles, and how far they have come (PAY-02a).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { yuan } from '../kit/format.ts';
import { Field, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import type { Invoice, InvoiceSource, InvoiceTitle } from '../kit/types.ts';
import { Bar } from './parts.tsx';
import { useHome } from './session.ts';
import { t } from './words/index.ts';

const blank = { name: '', taxNo: '', address: '', phone: '', bank: '', account: '' };

function NewTitle({ room, onDone }: { room: string; onDone: (id?: string) => void }) {
  const send = useSend();
  const [kind, setKind] = useState<'person' | 'company'>('person');
  const [text, setText] = useState(blank);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!text.name.trim()) missing.name = t('invoice.missing');
    if (kind === 'company' && !text.taxNo.trim()) missing.taxNo = t('invoice.missing');
    if (!send.fix(missing)) return;
    const more = Object.fromEntries(
      (kind === 'company' ? (['taxNo', 'address', 'phone', 'bank', 'account'] as const) : [])
        .filter(name => text[name].trim())
        .map(name => [name, text[name].trim()]),
    );
    const made = await send.run(once =>
      data(
        api.POST('/resident/invoice-titles', {
          params: { header: once },
          body: { roomId: room, kind, name: text.name.trim(), ...more },
        }),
      ),
    );
    if (made) onDone(made.id);
  };
  const write = (name: keyof typeof blank) => (
    <Field label={t(`invoice.title.${name}`)} error={send.fields[name]}>
      {a => (
        <input
          {...a}
          className="in"
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="sect stack" onSubmit={submit} noValidate aria-label={t('invoice.title.new')}>
      <h2>{t('invoice.title.new')}</h2>
      <Field label={t('invoice.title.kind')}>
        {a => (
          <select
            {...a}
            className="in"
            value={kind}
            onChange={e => setKind(e.target.value === 'company' ? 'company' : 'person')}
          >
            <option value="person">{t('invoice.buyer.person')}</option>
            <option value="company">{t('invoice.buyer.company')}</option>
          </select>
        )}
      </Field>
      {write('name')}
      {kind === 'company' && (
        <>
          {write('taxNo')}
          {write('address')}
          {write('phone')}
          {write('bank')}
          {write('account')}
        </>
      )}
      <TroubleNote trouble={send.trouble} />
      <button type="submit" className="pbtn go" disabled={send.busy}>
        {t('invoice.title.keep')}
      </button>
      <button type="button" className="pbtn" onClick={() => onDone()}>
        {t('invoice.back')}
      </button>
    </form>
  );
}

function Apply({
  room,
  sources,
  titles,
  onDone,
}: {
  room: string;
  sources: InvoiceSource[];
  titles: InvoiceTitle[];
  onDone: () => void;
}) {
  const send = useSend();
  const [chosen, setChosen] = useState<string[]>([]);
  const [titleId, setTitle] = useState<string>();
  const [adding, setAdding] = useState(false);
  const title = titles.find(x => x.id === titleId) ?? titles[0];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (chosen.length === 0) missing.payments = t('invoice.choose');
    if (!title) missing.titleId = t('invoice.title.missing');
    if (!send.fix(missing) || !title) return;
    const made = await send.run(once =>
      data(
        api.POST('/resident/invoices', {
          params: { header: once },
          body: { roomId: room, payments: chosen, titleId: title.id },
        }),
      ),
    );
    if (!made) return;
    setChosen([]);
    onDone();
  };
  const remove = async (of: InvoiceTitle) => {
    const done = await send.run(async () => {
      await data(api.DELETE('/resident/invoice-titles/{id}', { params: { path: { id: of.id } } }));
      return true;
    });
    if (done) onDone();
  };
  if (adding)
    return (
      <NewTitle
        room={room}
        onDone={id => {
          setAdding(false);
          if (id) setTitle(id);
          onDone();
        }}
      />
    );
  return (
    <form className="sect stack" onSubmit={submit} noValidate aria-label={t('invoice.apply')}>
      <h2>{t('invoice.can')}</h2>
      <ul className="plain-rows">
        {sources.map(s => (
          <li key={s.paymentId} data-testid="invoice-source">
            <label className="row" htmlFor={`pay-${s.paymentId}`}>
              <input
                type="checkbox"
                id={`pay-${s.paymentId}`}
                checked={chosen.includes(s.paymentId)}
                onChange={e =>
                  setChosen(old =>
                    e.target.checked ? [...old, s.paymentId] : old.filter(id => id !== s.paymentId),
                  )
                }
              />
              <span className="grow">
                {s.day}{' '}
                <small className="dim">
                  {[...new Set(s.parts.map(p => p.itemName))].join(t('why.join'))}
                </small>
              </span>
              <b>¥{yuan(s.left)}</b>
            </label>
          </li>
        ))}
      </ul>
      {send.fields.payments && (
        <p className="s14 red" role="alert">
          {send.fields.payments}
        </p>
      )}
      <Field label={t('invoice.title')} error={send.fields.titleId}>
        {a => (
          <select {...a} className="in" value={title?.id ?? ''} onChange={e => setTitle(e.target.value)}>
            {titles.length === 0 && <option value="">{t('invoice.title.missing')}</option>}
            {titles.map(x => (
              <option key={x.id} value={x.id}>
                {[x.name, x.taxNo].filter(Boolean).join(' ')}
              </option>
            ))}
          </select>
        )}
      </Field>
      <button type="button" className="pbtn" onClick={() => setAdding(true)}>
        {t('invoice.title.new')}
      </button>
      {title && (
        <button type="button" className="pbtn" disabled={send.busy} onClick={() => void remove(title)}>
          {t('invoice.title.end')}
        </button>
      )}
      <TroubleNote trouble={send.trouble} />
      <button type="submit" className="pbtn go" disabled={send.busy}>
        {t('invoice.apply')}
      </button>
    </form>
  );
}

function One({ invoice: v, onDone }: { invoice: Invoice; onDone: () => void }) {
  const send = useSend();
  const withdraw = async () => {
    const done = await send.run(once =>
      data(api.POST('/resident/invoices/{id}/withdraw', { params: { path: { id: v.id }, header: once } })),
    );
    if (done) onDone();
  };
  return (
    <section className="sect stack" data-testid="invoice">
      <p className="row">
        <b className="grow">¥{yuan(v.amount)}</b>
        <b>
          {v.kind === 'red' && `${t('invoice.red')} · `}
          {t(`invoice.state.${v.state}`)}
        </b>
      </p>
      <p className="s14">
        {v.buyer} <span className="dim">{v.buyerTaxNo}</span>
      </p>
      <p className="dim s14">
        {v.number} · {v.lines.map(l => l.name).join(t('why.join'))}
      </p>
      {v.issuedNo && (
        <p className="s14">{t('invoice.issued', { number: v.issuedNo, day: v.issuedOn ?? '' })}</p>
      )}
      {v.endedWhy && <p className="s14">{t('refund.why', { why: v.endedWhy })}</p>}
      <TroubleNote trouble={send.trouble} />
      {v.own && v.kind === 'blue' && v.state === 'applied' && (
        <button type="button" className="pbtn" disabled={send.busy} onClick={() => void withdraw()}>
          {t('invoice.withdraw')}
        </button>
      )}
    </section>
  );
}

export function InvoicesPage() {
  const home = useHome();
  const client = useQueryClient();
  const room = home?.roomId ?? '';
  const query = useQuery({
    queryKey: ['invoices', room],
    queryFn: () => data(api.GET('/resident/invoices', { params: { query: { room } } })),
    enabled: room !== '',
  });
  const done = () => void client.invalidateQueries({ queryKey: ['invoices'] });
  const own = query.data;
  return (
    <main className="screen">
      <Bar title={t('invoice.page')} back="/r/bills" />
      {query.isPending && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {t('error.retry')}
          </button>
        </div>
      )}
      {own && own.sources.length === 0 && own.invoices.length === 0 && (
        <p className="sect dim">{t('invoice.none')}</p>
      )}
      {own && own.sources.length > 0 && (
        <Apply room={room} sources={own.sources} titles={own.titles} onDone={done} />
      )}
      {own?.invoices.map(v => (
        <One key={v.id} invoice={v} onDone={done} />
      ))}
    </main>
  );
}
