// Receipt books: who holds which numbers (PAY-02); paper receipts entered afterwards (PAY-08); what a receipt says of the office.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import InputNumber from 'antd/es/input-number';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { isAmount } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { instant } from '../../../kit/time.ts';
import type { ReceiptBook } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { means } from './data.ts';
import { OfficeForm } from './office.tsx';
import { OrderForm } from './order.tsx';
import { Hand, Register } from './register.tsx';

function useAgain() {
  const client = useQueryClient();
  return () => {
    for (const key of ['books', 'book-handovers', 'shift', 'day', 'payments', 'due'])
      void client.invalidateQueries({ queryKey: [key] });
  };
}

function NewBook() {
  const community = useCommunity();
  const again = useAgain();
  const send = useSend();
  const people = useQuery({
    queryKey: ['staff', community, 'cashiers'],
    queryFn: () => data(api.GET('/staff', { params: { query: { community } } })),
  });
  const [kind, setKind] = useState<'printed' | 'paper' | 'invoice'>('printed');
  const [prefix, setPrefix] = useState('');
  const [holder, setHolder] = useState<string>();
  const [n, setN] = useState({ width: 6, first: 1, last: 1000 });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once =>
      data(
        api.POST('/receipt-books', {
          params: { header: once },
          body: { community, kind, prefix, ...n, ...(holder ? { holderId: holder } : {}) },
        }),
      ),
    );
    if (!made) return;
    toast(t('book.given'));
    again();
  };
  const count = (name: keyof typeof n, label: string) => (
    <Field label={label} error={send.fields[name]}>
      {a => (
        <InputNumber
          {...a}
          min={1}
          max={name === 'width' ? 12 : 999_999_999}
          value={n[name]}
          onChange={value => setN(old => ({ ...old, [name]: value ?? 1 }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('book.new')}>
      <Choice
        legend={t('book.kind')}
        name="kind"
        value={kind}
        options={(['printed', 'paper', 'invoice'] as const).map(value => ({
          value,
          label: t(`book.kind.${value}`),
        }))}
        onChange={setKind}
      />
      <div className="pair">
        <Field label={t('book.prefix')} error={send.fields.prefix}>
          {a => <Input {...a} value={prefix} maxLength={20} onChange={e => setPrefix(e.target.value)} />}
        </Field>
        {count('width', t('book.width'))}
      </div>
      <div className="pair">
        {count('first', t('book.first'))}
        {count('last', t('book.last'))}
      </div>
      <Field label={t('book.holder')} error={send.fields.holderId} hint={t('book.holder.hint')}>
        {a => (
          <Select<string>
            {...a}
            allowClear
            showSearch
            optionFilterProp="label"
            {...(holder ? { value: holder } : {})}
            onChange={value => setHolder(value)}
            options={(people.data?.items ?? []).map(s => ({ value: s.id, label: s.name }))}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('book.give')}
        </button>
      </p>
    </form>
  );
}

/** A paper receipt that was written while the system was down. */
function EnterSlip() {
  const community = useCommunity();
  const again = useAgain();
  const send = useSend();
  const [how, setHow] = useState<(typeof means)[number]>('cash');
  const [text, setText] = useState({ number: '', room: '', payer: '', amount: '', at: '', reference: '' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    for (const name of ['number', 'room', 'payer', 'at'] as const)
      if (!text[name].trim()) missing[name === 'room' ? 'roomId' : name] = t('form.missing');
    if (!isAmount(text.amount)) missing.amount = t('cashier.amount.form');
    if (!send.fix(missing)) return;
    const made = await send.run(async once => {
      const { room } = await data(
        api.GET('/rooms/resolve', { params: { query: { community, label: text.room } } }),
      );
      return data(
        api.POST('/paper-receipts', {
          params: { header: once },
          body: {
            roomId: room?.id ?? '',
            number: text.number,
            payer: text.payer,
            amount: text.amount,
            means: how,
            at: instant(text.at),
            ...(how === 'cash' ? {} : { reference: text.reference }),
          },
        }),
      );
    });
    if (!made) return;
    toast(t('slip.entered', { number: made.number ?? '' }));
    setText({ number: '', room: '', payer: '', amount: '', at: text.at, reference: '' });
    again();
  };
  const write = (name: keyof typeof text, label: string, as?: string) => (
    <Field label={label} error={send.fields[as ?? name]} required>
      {a => (
        <Input
          {...a}
          {...(name === 'at' ? { type: 'datetime-local' } : {})}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('slip.enter')}>
      <div className="pair">
        {write('number', t('slip.number'))}
        {write('room', t('slip.room'), 'roomId')}
      </div>
      <div className="pair">
        {write('payer', t('cashier.payer'))}
        {write('amount', t('cashier.amount'))}
      </div>
      {write('at', t('slip.at'))}
      <Choice
        legend={t('cashier.means')}
        name="means"
        value={how}
        options={means.map(value => ({ value, label: t(`means.${value}`) }))}
        onChange={setHow}
      />
      {how !== 'cash' && write('reference', t(`cashier.reference.${how}`))}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('slip.enter')}
        </button>
      </p>
    </form>
  );
}

/** A book is taken back, or its next paper counted as spoiled. */
function Act({ book, how, onDone }: { book: ReceiptBook; how: 'close' | 'spoil'; onDone: () => void }) {
  const send = useSend();
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    const path = { id: book.id };
    const made = await send.run(once =>
      how === 'close'
        ? data(
            api.POST('/receipt-books/{id}/close', {
              params: { path, header: { ...match(book.version), ...once } },
              body: { reason },
            }),
          )
        : data(
            api.POST('/receipt-books/{id}/spoil', {
              params: { path, header: once },
              body: { reason, number: book.nextNumber },
            }),
          ),
    );
    if (made) onDone();
  };
  return (
    <form className="row wrap" onSubmit={submit} noValidate>
      <Field
        label={how === 'spoil' ? t('slip.spoil.of', { number: book.nextNumber }) : t('book.close.why')}
        error={send.fields.reason}
      >
        {a => <Input {...a} value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <button type="submit" className="btn go" disabled={send.busy}>
        {t(how === 'spoil' ? 'slip.spoil' : 'book.close')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

/** The last number of the book that a community has of itself. */
const endless = 999_999_999;

function Books({ books }: { books: ReceiptBook[] }) {
  const community = useCommunity();
  const can = useCan();
  const again = useAgain();
  const [doing, setDoing] = useState<{ id: string; how: 'close' | 'spoil' | 'hand' }>();
  const done = () => {
    setDoing(undefined);
    again();
  };
  return (
    <table className="grid" aria-label={t('cashier.books')}>
      <thead>
        <tr>
          <th>{t('book.kind')}</th>
          <th>{t('book.numbers')}</th>
          <th>{t('book.next')}</th>
          <th className="num">{t('book.left')}</th>
          <th>{t('book.holder')}</th>
          <th>{t('bill.state')}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {books.map(b => (
          <tr key={b.id}>
            <td className="nw">{t(`book.kind.${b.kind}`)}</td>
            <td className="nw">
              {b.prefix}
              {String(b.first).padStart(b.width, '0')} – {b.last === endless ? '' : b.lastNumber}
            </td>
            <td className="nw">{b.nextNumber || '–'}</td>
            <td className="num">{b.last === endless ? t('book.endless') : b.left}</td>
            <td>{b.holder || t('book.everybody')}</td>
            <td>
              <span className="tag">{t(`book.state.${b.state}`)}</span>
            </td>
            <td>
              {doing?.id === b.id && doing.how === 'hand' ? (
                <Hand book={b} community={community} onDone={done} />
              ) : doing?.id === b.id && doing.how !== 'hand' ? (
                <Act book={b} how={doing.how} onDone={done} />
              ) : (
                <span className="row">
                  {b.state === 'open' && b.kind === 'paper' && b.left > 0 && can('payment.take') && (
                    <button
                      type="button"
                      className="link nw"
                      onClick={() => setDoing({ id: b.id, how: 'spoil' })}
                    >
                      {t('slip.spoil')}
                    </button>
                  )}
                  {b.state === 'open' && can('receipt.books') && (
                    <button
                      type="button"
                      className="link nw"
                      onClick={() => setDoing({ id: b.id, how: 'hand' })}
                    >
                      {t('book.hand')}
                    </button>
                  )}
                  {b.state === 'open' && can('receipt.books') && (
                    <button
                      type="button"
                      className="link nw"
                      onClick={() => setDoing({ id: b.id, how: 'close' })}
                    >
                      {t('book.close')}
                    </button>
                  )}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function BooksPage() {
  const community = useCommunity();
  const can = useCan();
  const query = useQuery({
    queryKey: ['books', community],
    queryFn: () => data(api.GET('/receipt-books', { params: { query: { community } } })),
  });
  const books = query.data?.items ?? [];
  const paper = books.some(b => b.kind === 'paper' && b.state === 'open');
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('cashier.books')}</H1>
      </header>
      <Tabs of="cashier" />
      <div className="page-body two-cols cashier">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={4} />}
          {query.data && books.length === 0 && <Empty>{t('book.none')}</Empty>}
          {books.length > 0 && <Books books={books} />}
          {paper && can('payment.take') && (
            <section className="stack">
              <h2 className="sub">{t('slip.title')}</h2>
              <EnterSlip />
            </section>
          )}
          <Register community={community} />
        </div>
        <aside className="state-side" aria-label={t('book.new')}>
          {can('receipt.books') && (
            <>
              <h2>{t('book.new')}</h2>
              <NewBook />
              <OfficeForm />
              <OrderForm />
            </>
          )}
        </aside>
      </div>
    </main>
  );
}
