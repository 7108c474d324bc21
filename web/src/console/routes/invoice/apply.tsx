// Applying for an invoice of what a household paid, and whom it is made out to (PAY-02a).
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { InvoiceSource, InvoiceTitle } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useInvoicesStale } from './data.ts';

const blank = { name: '', taxNo: '', address: '', phone: '', bank: '', account: '' };

/** A title that is new, or one that is changed: numbers left empty stay as they are. */
function TitleForm({
  roomId,
  of,
  onDone,
}: {
  roomId: string;
  of: InvoiceTitle | undefined;
  onDone: (id?: string) => void;
}) {
  const send = useSend();
  const people = useQuery({
    queryKey: ['household-people', roomId],
    queryFn: () => data(api.GET('/households/{roomId}', { params: { path: { roomId } } })),
    enabled: !of,
  });
  const [{ kind }, choose, chosen] = useEdit({ kind: of?.kind ?? ('company' as InvoiceTitle['kind']) });
  const [customer, setCustomer] = useState<string>();
  const [text, setText, edit] = useEdit({
    ...blank,
    name: of?.name ?? '',
    taxNo: of?.taxNo ?? '',
    address: of?.address ?? '',
    bank: of?.bank ?? '',
  });
  const who = customer ?? people.data?.people[0]?.customerId;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!text.name.trim()) missing.name = t('form.missing');
    if (kind === 'company' && !text.taxNo.trim()) missing.taxNo = t('form.missing');
    if (!of && !who) missing.customerId = t('form.missing');
    if (!send.fix(missing)) return;
    const body = {
      kind,
      name: text.name.trim(),
      ...(kind === 'company' ? { taxNo: text.taxNo } : {}),
      ...(text.address.trim() ? { address: text.address } : {}),
      ...(text.bank.trim() ? { bank: text.bank } : {}),
      ...(text.phone.trim() ? { phone: text.phone } : {}),
      ...(text.account.trim() ? { account: text.account } : {}),
    };
    const made = await send.run(once =>
      of
        ? data(
            api.PUT('/invoice-titles/{id}', {
              params: { path: { id: of.id }, header: match(of.version) },
              body,
            }),
          )
        : data(
            api.POST('/invoice-titles', {
              params: { header: once },
              body: { customerId: who ?? '', ...body },
            }),
          ),
    );
    if (!made) return;
    edit.saved();
    chosen.saved();
    toast(t('invoice.title.kept'));
    onDone(made.id);
  };
  const write = (name: keyof typeof blank, label: string, required = false, hint?: string) => (
    <Field
      label={label}
      error={send.fields[name]}
      newer={edit.newer[name]}
      required={required}
      {...(hint ? { hint } : {})}
    >
      {a => <Input {...a} value={text[name]} onChange={e => setText({ [name]: e.target.value })} />}
    </Field>
  );
  const kept = (masked: string | undefined) => (masked ? t('invoice.title.as_is', { masked }) : undefined);
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('invoice.title.new')}>
      <h3>{t(of ? 'invoice.title.edit' : 'invoice.title.new')}</h3>
      {!of && (
        <Field label={t('invoice.title.whose')} error={send.fields.customerId} required>
          {a => (
            <Select<string>
              {...a}
              {...(who ? { value: who } : {})}
              onChange={setCustomer}
              options={(people.data?.people ?? []).map(p => ({ value: p.customerId, label: p.name }))}
            />
          )}
        </Field>
      )}
      <Choice
        legend={t('invoice.title.kind')}
        name="title-kind"
        value={kind}
        options={(['company', 'person'] as const).map(value => ({
          value,
          label: t(`invoice.buyer.${value}`),
        }))}
        onChange={value => choose({ kind: value })}
        newer={chosen.newer.kind}
      />
      {write('name', t('invoice.title.name'), true)}
      {kind === 'company' && write('taxNo', t('invoice.tax_no'), true, t('invoice.tax_no.hint'))}
      {kind === 'company' && (
        <>
          {write('address', t('invoice.title.address'))}
          {write('phone', t('invoice.title.phone'), false, kept(of?.phoneMasked))}
          {write('bank', t('invoice.title.bank'))}
          {write('account', t('invoice.title.account'), false, kept(of?.accountMasked))}
        </>
      )}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button
          type="submit"
          className="btn go"
          disabled={send.busy || (!of && people.isPending)} // whose it is, is not known before
        >
          {t('invoice.title.keep')}
        </button>
        <button type="button" className="btn" onClick={() => onDone()}>
          {t('statement.back')}
        </button>
      </p>
    </form>
  );
}

const told = (s: InvoiceSource) => {
  const items = new Map<string, number>();
  for (const p of s.parts)
    items.set(p.part === 'late_fee' ? t('invoice.late', { item: p.itemName }) : p.itemName, 1);
  return [...items.keys()].join(t('why.join'));
};

const rest = { titleId: '', words: '' };

/** What of a household stands in no invoice; a form where one may apply. */
export function ApplyInvoice({ roomId }: { roomId: string }) {
  const may = useCan()('invoice.ask');
  const send = useSend();
  const stale = useInvoicesStale();
  const [chosen, setChosen] = useState<string[]>([]);
  const [text, setText] = useState(rest);
  const [editing, setEditing] = useState<InvoiceTitle | 'new'>();
  const query = useQuery({
    queryKey: ['invoiceable', roomId],
    queryFn: () => data(api.GET('/rooms/{id}/invoiceable', { params: { path: { id: roomId } } })),
  });
  const titles = query.data?.titles ?? [];
  const title = titles.find(x => x.id === text.titleId) ?? titles[0];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (chosen.length === 0) missing.payments = t('invoice.choose');
    if (!title) missing.titleId = t('invoice.title.missing');
    if (!send.fix(missing) || !title) return;
    const made = await send.run(once =>
      data(
        api.POST('/invoices', {
          params: { header: once },
          body: {
            roomId,
            payments: chosen,
            titleId: title.id,
            ...(text.words.trim() ? { words: text.words } : {}),
          },
        }),
      ),
    );
    if (!made) return;
    toast(t('invoice.applied', { number: made.number, amount: yuan(made.amount) }));
    setChosen([]);
    setText(rest);
    stale();
  };
  const end = async (of: InvoiceTitle) => {
    const done = await send.run(once =>
      data(
        api.POST('/invoice-titles/{id}/end', {
          params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
        }),
      ),
    );
    if (done) stale();
  };
  if (editing)
    return (
      <TitleForm
        roomId={roomId}
        of={editing === 'new' ? undefined : editing}
        onDone={id => {
          setEditing(undefined);
          if (id) setText(old => ({ ...old, titleId: id }));
          stale();
        }}
      />
    );
  const sources = query.data?.sources ?? [];
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('invoice.apply')}>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={4} />}
      {query.data?.redFirst && <p className="field-error">{t('invoice.red_first')}</p>}
      {query.data && sources.length === 0 && <Empty>{t('invoice.nothing')}</Empty>}
      {sources.length > 0 && (
        <fieldset className="stack">
          <legend>{t('invoice.sources')}</legend>
          <ul className="lines">
            {sources.map(s => (
              <li key={s.paymentId} data-testid="invoice-source">
                <label className="row grow" htmlFor={`pay-${s.paymentId}`}>
                  {may && (
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
                  )}
                  <span className="grow">
                    {s.day} {s.receipt ?? t(`means.${s.means}`)} <span className="dim">{told(s)}</span>
                  </span>
                  <b className="num">{yuan(s.left)}</b>
                </label>
              </li>
            ))}
          </ul>
          {send.fields.payments && <p className="field-error">{send.fields.payments}</p>}
        </fieldset>
      )}
      {may && sources.length > 0 && (
        <>
          <Field label={t('invoice.title')} error={send.fields.titleId} required>
            {a => (
              <Select<string>
                {...a}
                {...(title ? { value: title.id } : {})}
                placeholder={t('invoice.title.missing')}
                onChange={value => setText(old => ({ ...old, titleId: value }))}
                options={titles.map(x => ({
                  value: x.id,
                  label: [t(`invoice.buyer.${x.kind}`), x.name, x.taxNo].filter(Boolean).join(' · '),
                }))}
              />
            )}
          </Field>
          <p className="row wrap">
            <button type="button" className="link" onClick={() => setEditing('new')}>
              {t('invoice.title.new')}
            </button>
            {title && (
              <>
                <button type="button" className="link" onClick={() => setEditing(title)}>
                  {t('invoice.title.edit')}
                </button>
                <button type="button" className="link" disabled={send.busy} onClick={() => void end(title)}>
                  {t('invoice.title.end')}
                </button>
              </>
            )}
          </p>
          <Field label={t('invoice.words')} error={send.fields.words}>
            {a => (
              <Input
                {...a}
                value={text.words}
                maxLength={100}
                onChange={e => setText(old => ({ ...old, words: e.target.value }))}
              />
            )}
          </Field>
          <TroubleNote trouble={send.trouble} />
          <p>
            <button type="submit" className="btn go" disabled={send.busy}>
              {t('invoice.apply')}
            </button>
          </p>
        </>
      )}
      <p>
        <Link to="/console/invoices" search={{ room: roomId, state: 'all' }}>
          {t('invoice.of_room')}
        </Link>
      </p>
    </form>
  );
}
