// Everything that was taken, by day or by the receipt's number; one beside the list with what it was for.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { Payment } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t as h } from '../../words/hand.ts';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/payments');

const State = ({ p }: { p: Payment }) => {
  if (p.voidState === 'voided') return <span className="tag">{t('receipt.void')}</span>;
  if (p.voidState === 'asked') return <span className="tag amber">{t('payment.void.asked')}</span>;
  return null;
};

// What follows from another payment, or from a bill, goes back with that and not by itself.
const follows = ['released', 'refund', 'corrected', 'early'];

const byName = (name: string) => (name.startsWith('system:') ? t('said.system') : name);

function Void({ payment }: { payment: Payment }) {
  const client = useQueryClient();
  const send = useSend();
  const [reason, setReason] = useState('');
  const [open, setOpen] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/payments/{id}/void', {
          params: { path: { id: payment.id }, header: { ...match(payment.version), ...once } },
          body: { reason },
        }),
      ),
    );
    if (!made) return;
    for (const key of ['payment', 'payments']) void client.invalidateQueries({ queryKey: [key] });
    toast(t('payment.void.sent'));
  };
  if (!open)
    return (
      <button type="button" className="btn" onClick={() => setOpen(true)}>
        {t('payment.void')}
      </button>
    );
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field label={t('payment.void.reason')} error={send.fields.reason} required>
        {a => <Input {...a} value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('payment.void.ask')}
        </button>
        <button type="button" className="btn quiet" onClick={() => setOpen(false)}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

function Pane({ id }: { id: string }) {
  const can = useCan();
  const query = useQuery({
    queryKey: ['payment', id],
    queryFn: () => data(api.GET('/payments/{id}', { params: { path: { id } } })),
  });
  const p = query.data;
  if (!p)
    return (
      <aside className="state-side" aria-label={t('cashier.payments')}>
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
      </aside>
    );
  const rows: [string, string | undefined][] = [
    [t('bill.room'), p.label],
    [t('cashier.payer'), p.payer],
    [t('cashier.means'), t(`means.${p.means}`)],
    [t('payment.reference'), p.reference],
    [t('payment.at'), `${exact(p.at)} ${byName(p.by)}`],
    [t('payment.day'), p.day],
    [t('cashier.change'), p.change === '0.00' ? '' : yuan(p.change)],
    [t('cashier.words'), p.words],
    [t('payment.copies'), p.number ? String(p.copies) : ''],
    [t('payment.void.reason'), p.voidReason],
    [t('payment.void.by'), p.voidedBy && `${p.voidedBy} ${p.reversedAt ? exact(p.reversedAt) : ''}`],
  ];
  return (
    <aside className="state-side" aria-label={t('cashier.payments')}>
      <h2>
        {p.number || t(`payment.kind.${p.kind as 'desk'}`)}{' '}
        {p.handedFrom && h('hand.from', { name: p.handedFrom })} <State p={p} />
      </h2>
      <p>
        <b>¥{yuan(p.amount)}</b>
      </p>
      <ul className="lines">
        {p.parts.map(x => (
          <li key={x.id}>
            <span className="grow">
              {x.itemName || t(x.part === 'deposit' ? 'part.deposit' : 'cashier.ahead.any')} {x.period}{' '}
              {x.part !== 'principal' && <span className="tag">{t(`part.${x.part}`)}</span>}
            </span>
            <span className="num">{yuan(x.amount)}</span>
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
      <div className="row wrap">
        {p.receiptId && (
          <Link className="btn" to="/console/receipts/$id" params={{ id: p.receiptId }}>
            {t(p.copies > 0 ? 'receipt.again' : 'cashier.print')}
          </Link>
        )}
        {can('payment.take') && !p.voidState && !follows.includes(p.kind) && <Void payment={p} />}
      </div>
    </aside>
  );
}

function Rows({ rows, open, go }: { rows: Payment[]; open: string | undefined; go: (id: string) => void }) {
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('receipt.number')}</th>
          <th>{t('payment.at')}</th>
          <th>{t('bill.room')}</th>
          <th>{t('cashier.payer')}</th>
          <th>{t('cashier.means')}</th>
          <th className="num">{t('bill.amount')}</th>
          <th>{t('payment.by')}</th>
          <th>{t('bill.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(p => (
          <tr key={p.id} className={p.id === open ? 'on' : ''}>
            <td>
              <button type="button" className="cell nw" onClick={() => go(p.id)}>
                {p.number || t(`payment.kind.${p.kind as 'desk'}`)}
              </button>
            </td>
            <td className="dim nw">{exact(p.at)}</td>
            <td className="nw">{p.label}</td>
            <td className="nw">{p.payer}</td>
            <td className="nw">{t(`means.${p.means}`)}</td>
            <td className="num b">{yuan(p.amount)}</td>
            <td className="nw dim">{byName(p.by)}</td>
            <td>
              <State p={p} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function PaymentsPage() {
  const { day, number, open } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const query = useInfiniteQuery({
    queryKey: ['payments', community, day, number],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/payments', {
          params: {
            query: {
              community,
              ...(day ? { day } : {}),
              ...(number ? { number } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  const asked = new URLSearchParams({ community, ...(day ? { day } : {}), ...(number ? { number } : {}) });
  const search = (more: { day?: string; number?: string; open?: string }) =>
    void navigate({ search: old => ({ ...old, ...more }), replace: true });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('cashier.payments')}</H1>
        <span className="grow" />
        <label className="row">
          {t('payment.day')}
          <input type="date" value={day ?? ''} onChange={e => search({ day: e.target.value })} />
        </label>
        <Input
          className="cashier-number"
          aria-label={t('receipt.number')}
          placeholder={t('receipt.number')}
          defaultValue={number ?? ''}
          onPressEnter={e => search({ number: e.currentTarget.value.trim() })}
        />
        <a className="btn" href={`${base}/payments/export.xlsx?${asked}`} download>
          {t('invoice.export')}
        </a>
      </header>
      <Tabs of="cashier" />
      <div className={open ? 'page-body two-cols' : 'page-body flush'}>
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={8} />}
          {query.data && rows.length === 0 && <Empty>{t('payment.none')}</Empty>}
          {rows.length > 0 && <Rows rows={rows} open={open} go={id => search({ open: id })} />}
          <More query={query} />
        </div>
        {open && <Pane key={open} id={open} />}
      </div>
    </main>
  );
}
