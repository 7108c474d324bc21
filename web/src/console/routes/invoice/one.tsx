// One invoice: its lines with their tax, and the step that comes next (PAY-02a).
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { fenOf, isAmount, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { Invoice } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { colour, percentOf, useInvoicesStale } from './data.ts';

const whys = ['wrong', 'returned', 'ended', 'allowance'] as const;

const paramsOf = (of: Invoice, once: { 'Idempotency-Key': string }) => ({
  path: { id: of.id },
  header: { ...match(of.version), ...once },
});

function Withdraw({ of }: { of: Invoice }) {
  const send = useSend();
  const stale = useInvoicesStale();
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    if (
      await send.run(once =>
        data(api.POST('/invoices/{id}/withdraw', { params: paramsOf(of, once), body: { reason } })),
      )
    )
      stale();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('invoice.withdraw')}>
      <Field label={t('invoice.withdraw.why')} error={send.fields.reason} required>
        {a => <Input {...a} value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn quiet" disabled={send.busy}>
          {t('invoice.withdraw')}
        </button>
      </p>
    </form>
  );
}

function Answer({ of }: { of: Invoice }) {
  const send = useSend();
  const stale = useInvoicesStale();
  const [as, setAs] = useState<'issued' | 'refused'>('issued');
  const [text, setText] = useState({ issuedNo: '', issuedOn: '', reason: '' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    for (const name of as === 'issued' ? (['issuedNo', 'issuedOn'] as const) : (['reason'] as const))
      if (!text[name].trim()) missing[name] = t('form.missing');
    if (!send.fix(missing)) return;
    const body =
      as === 'issued'
        ? { issued: true, issuedNo: text.issuedNo, issuedOn: text.issuedOn }
        : { issued: false, reason: text.reason };
    if (await send.run(once => data(api.POST('/invoices/{id}/answer', { params: paramsOf(of, once), body }))))
      stale();
  };
  const write = (name: keyof typeof text, label: string) => (
    <Field label={label} error={send.fields[name]} required>
      {a => (
        <Input
          {...a}
          type={name === 'issuedOn' ? 'date' : 'text'}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('invoice.answer')}>
      <h3>{t('invoice.answer')}</h3>
      <Choice
        legend={t('invoice.answer')}
        quietLegend
        name="answer"
        value={as}
        options={(['issued', 'refused'] as const).map(value => ({
          value,
          label: t(`invoice.state.${value}`),
        }))}
        onChange={setAs}
      />
      {as === 'issued' ? (
        <div className="pair">
          {write('issuedNo', t('invoice.no'))}
          {write('issuedOn', t('invoice.on'))}
        </div>
      ) : (
        write('reason', t('invoice.why_not'))
      )}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('invoice.answer.keep')}
        </button>
      </p>
    </form>
  );
}

/** A red letter: all that is left, or an amount of each line. */
function Reverse({ of }: { of: Invoice }) {
  const send = useSend();
  const stale = useInvoicesStale();
  const left = of.lines.filter(l => fenOf(l.left) > 0);
  const [why, setWhy] = useState<(typeof whys)[number]>('wrong');
  const [words, setWords] = useState('');
  const [whole, setWhole] = useState<'whole' | 'part'>('whole');
  const [amounts, setAmounts] = useState<Record<string, string>>({});
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!words.trim()) missing.words = t('form.missing');
    const lines = left.filter(l => amounts[l.id]?.trim());
    if (whole === 'part') {
      if (lines.length === 0) missing.whole = t('invoice.red.choose');
      lines.forEach((l, i) => {
        if (!isAmount(amounts[l.id] ?? '')) missing[`lines[${i}].amount`] = t('cashier.amount.form');
      });
    }
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(
        api.POST('/invoices/{id}/red', {
          params: paramsOf(of, once),
          body: {
            why,
            words,
            ...(whole === 'part'
              ? { lines: lines.map(l => ({ lineId: l.id, amount: amounts[l.id] ?? '' })) }
              : {}),
          },
        }),
      ),
    );
    if (!made) return;
    setWords('');
    setAmounts({});
    toast(t('invoice.red.asked', { number: made.number }));
    stale();
  };
  const filled = left.filter(l => amounts[l.id]?.trim());
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('invoice.red')}>
      <h3>{t('invoice.red')}</h3>
      <Field label={t('invoice.red.why')} error={send.fields.why}>
        {a => (
          <Select<(typeof whys)[number]>
            {...a}
            value={why}
            onChange={setWhy}
            options={whys.map(value => ({ value, label: t(`invoice.why.${value}`) }))}
          />
        )}
      </Field>
      <Choice
        legend={t('invoice.red.how')}
        name="whole"
        value={whole}
        options={(['whole', 'part'] as const).map(value => ({ value, label: t(`invoice.red.${value}`) }))}
        onChange={setWhole}
      />
      {send.fields.whole && <p className="field-error">{send.fields.whole}</p>}
      {whole === 'part' &&
        left.map(l => (
          <Field
            key={l.id}
            label={t('invoice.red.of', { name: l.name, left: yuan(l.left) })}
            error={send.fields[`lines[${filled.findIndex(x => x.id === l.id)}].amount`]}
          >
            {a => (
              <Input
                {...a}
                inputMode="decimal"
                value={amounts[l.id] ?? ''}
                onChange={e => setAmounts(old => ({ ...old, [l.id]: e.target.value }))}
              />
            )}
          </Field>
        ))}
      <Field label={t('invoice.red.words')} error={send.fields.words} required>
        {a => <Input {...a} value={words} maxLength={100} onChange={e => setWords(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('invoice.red.ask')}
        </button>
      </p>
    </form>
  );
}

export function InvoicePane({ invoice: v }: { invoice: Invoice }) {
  const can = useCan();
  const rows: [string, string | undefined][] = [
    [t('invoice.buyer'), v.buyer],
    [t('invoice.tax_no'), v.buyerTaxNo],
    [t('invoice.title.account'), v.buyerAccount],
    [t('invoice.receipts'), v.receipts.join(' ')],
    [t('invoice.words'), v.words],
    [t('invoice.no'), v.issuedNo],
    [t('invoice.on'), v.issuedOn],
    [t('invoice.blue_no'), v.blueNo],
    [t('invoice.red.why'), v.why ? t(`invoice.why.${v.why}`) : undefined],
    [t('invoice.batch'), v.batch],
    [t('invoice.ended'), v.endedWhy],
    [t('invoice.by'), v.own ? t('invoice.by_resident') : v.by],
    [t('invoice.at'), exact(v.at)],
  ];
  return (
    <div className="stack" data-testid="invoice-pane">
      <h2>
        {v.number} <span className={`tag ${colour[v.state]}`}>{t(`invoice.state.${v.state}`)}</span>
        {v.kind === 'red' && <span className="tag amber">{t('invoice.kind.red')}</span>}
      </h2>
      <p>
        <Link to="/console/invoices" search={{ room: v.roomId, state: 'all' }}>
          {v.label}
        </Link>{' '}
        <b className="num">¥{yuan(v.amount)}</b>{' '}
        <span className="dim">{t('invoice.split', { net: yuan(v.net), tax: yuan(v.tax) })}</span>
      </p>
      {fenOf(v.needsRed) > 0 && (
        <p className="field-error" role="status">
          {t('invoice.needs_red', { amount: yuan(v.needsRed) })}
        </p>
      )}
      {fenOf(v.red) > 0 && <p className="dim">{t('invoice.reversed', { amount: yuan(v.red) })}</p>}
      <ul className="lines" aria-label={t('invoice.lines')}>
        {v.lines.map(l => (
          <li key={l.id}>
            <span className="grow">
              {l.name}
              <br />
              <small className="dim">
                {[
                  l.from && `${l.from} – ${l.to}`,
                  l.treatment === 'taxed' ? percentOf(l.rate) : t(`invoice.treatment.${l.treatment}`),
                  t('invoice.split', { net: yuan(l.net), tax: yuan(l.tax) }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
                <br />
                {l.goodsCode || t('invoice.no_code')}
              </small>
            </span>
            <b className="num">{yuan(l.amount)}</b>
          </li>
        ))}
      </ul>
      <dl className="facts tall">
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {v.state === 'exported' && can('invoice.issue') && <Answer of={v} />}
      {v.state === 'issued' &&
        v.kind === 'blue' &&
        v.lines.some(l => fenOf(l.left) > 0) &&
        can('invoice.issue') && <Reverse of={v} />}
      {v.state === 'applied' && can(v.kind === 'red' ? 'invoice.issue' : 'invoice.ask') && (
        <Withdraw of={v} />
      )}
    </div>
  );
}
