// Invoices: applied for, exported, issued, red letters; one beside the list with its next step (PAY-02, PAY-02a).
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { fenOf, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { Invoice } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { ApplyInvoice } from './apply.tsx';
import { Batches } from './batch.tsx';
import { colour } from './data.ts';
import { InvoicePane } from './one.tsx';

const route = getRouteApi('/console/invoices');
const states = ['applied', 'exported', 'issued', 'needs_red', 'refused', 'all'] as const;
type States = (typeof states)[number];

function Rows({ rows, open, go }: { rows: Invoice[]; open: string | undefined; go: (id: string) => void }) {
  return (
    <table className="grid" aria-label={t('cashier.invoices')}>
      <thead>
        <tr>
          <th>{t('invoice.number')}</th>
          <th>{t('bill.room')}</th>
          <th>{t('invoice.buyer')}</th>
          <th className="num">{t('bill.amount')}</th>
          <th className="num">{t('invoice.tax')}</th>
          <th>{t('invoice.no')}</th>
          <th>{t('bill.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(v => (
          <tr key={v.id} className={v.id === open ? 'on' : ''} data-testid="invoice">
            <td>
              <button type="button" className="cell nw" onClick={() => go(v.id)}>
                {v.number}
              </button>
            </td>
            <td className="nw">{v.label}</td>
            <td>{v.buyer}</td>
            <td className="num b">{yuan(v.amount)}</td>
            <td className="num">{yuan(v.tax)}</td>
            <td className="nw">{v.issuedNo}</td>
            <td className="nw">
              <span className={`tag ${colour[v.state]}`}>{t(`invoice.state.${v.state}`)}</span>{' '}
              {v.kind === 'red' && <span className="tag amber">{t('invoice.kind.red')}</span>}
              {fenOf(v.needsRed) > 0 && <span className="tag amber">{t('invoice.view.needs_red')}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Side({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['invoice', id],
    queryFn: () => data(api.GET('/invoices/{id}', { params: { path: { id } } })),
  });
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={6} />}
      {query.data && <InvoicePane key={query.data.id} invoice={query.data} />}
    </>
  );
}

/** Finds the household that somebody wants an invoice for. */
function FindRoom({ community, go }: { community: string; go: (room: string) => void }) {
  const send = useSend();
  const [label, setLabel] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(label.trim() ? {} : { label: t('form.missing') })) return;
    const found = await send.run(() =>
      data(api.GET('/rooms/resolve', { params: { query: { community, label: label.trim() } } })),
    );
    if (!found) return;
    if (found.room) go(found.room.id);
    else send.fix({ label: t('invoice.room.unknown') });
  };
  return (
    <form className="row wrap" onSubmit={submit} noValidate aria-label={t('invoice.apply')}>
      <Field label={t('invoice.room')} error={send.fields.label}>
        {a => <Input {...a} value={label} onChange={e => setLabel(e.target.value)} />}
      </Field>
      <button type="submit" className="btn go" disabled={send.busy}>
        {t('invoice.apply')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

export function InvoicesPage() {
  const { state, room, open } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const can = useCan();
  const view = states.find(s => s === state) ?? 'applied';
  const query = useInfiniteQuery({
    queryKey: ['invoices', community, view, room],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/invoices', {
          params: {
            query: {
              community,
              state: view,
              ...(room ? { room } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  const search = (more: { state?: States; open?: string }) =>
    navigate({ search: old => ({ ...old, ...more }), replace: true });
  const asked = new URLSearchParams({ community, state: view, ...(room ? { room } : {}) });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('cashier.invoices')}</H1>
        <span className="grow" />
        {room && (
          <button type="button" className="btn quiet" onClick={() => void navigate({ search: {} })}>
            {t('refund.all_rooms')}
          </button>
        )}
        <Choice
          legend={t('bill.state')}
          quietLegend
          name="state"
          value={view}
          options={states.map(value => ({ value, label: t(`invoice.view.${value}`) }))}
          onChange={value => search({ state: value })}
        />
        <a className="btn" href={`${base}/invoices/export.xlsx?${asked}`} download>
          {t('invoice.export')}
        </a>
      </header>
      <Tabs of="cashier" />
      <div className="page-body two-cols cashier">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={6} />}
          {query.data && rows.length === 0 && <Empty>{t(`invoice.none.${view}`)}</Empty>}
          {rows.length > 0 && (
            <div className="scroll">
              <Rows rows={rows} open={open} go={id => search({ open: id })} />
            </div>
          )}
          <More query={query} />
        </div>
        <aside className="state-side stack" aria-label={t('cashier.invoices')}>
          {open ? (
            <>
              <p>
                <button
                  type="button"
                  className="link"
                  onClick={() => void navigate({ search: ({ open: _, ...old }) => old, replace: true })}
                >
                  {t('statement.back')}
                </button>
              </p>
              <Side key={open} id={open} />
            </>
          ) : room ? (
            <ApplyInvoice key={room} roomId={room} />
          ) : (
            <>
              {can('invoice.ask') && (
                <FindRoom
                  community={community}
                  go={found => void navigate({ search: { room: found, state: 'all' } })}
                />
              )}
              <Batches community={community} may={can('invoice.issue')} />
            </>
          )}
        </aside>
      </div>
    </main>
  );
}
