// Refunds: asked, checked, approved by somebody else, paid out; one beside the list with its next step (PAY-06).
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import type { Refund } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Choice } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { colour, meansOf } from './data.ts';
import { Pane } from './one.tsx';

const route = getRouteApi('/console/refunds');
const states = ['open', 'late', 'paid', 'refused', 'all'] as const;
type States = (typeof states)[number];

function Rows({ rows, open, go }: { rows: Refund[]; open: string | undefined; go: (id: string) => void }) {
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('refund.number')}</th>
          <th>{t('bill.room')}</th>
          <th>{t('refund.receiver')}</th>
          <th className="num">{t('bill.amount')}</th>
          <th>{t('refund.means')}</th>
          <th>{t('refund.due')}</th>
          <th>{t('bill.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(r => (
          <tr key={r.id} className={r.id === open ? 'on' : ''} data-testid="refund">
            <td>
              <button type="button" className="cell nw" onClick={() => go(r.id)}>
                {r.number}
              </button>
            </td>
            <td className="nw">{r.label}</td>
            <td className="nw">{r.receiver}</td>
            <td className="num b">{yuan(r.amount)}</td>
            <td className="nw">{meansOf(r.means)}</td>
            <td className="nw">{r.due}</td>
            <td className="nw">
              <span className={`tag ${colour[r.state]}`}>{t(`refund.state.${r.state}`)}</span>{' '}
              {r.overdue && <span className="tag red">{t('refund.overdue')}</span>}
              {r.trouble && (
                <span className="tag red">
                  {t(r.trouble === 'NO_ANSWER' ? 'refund.silent' : 'refund.trouble')}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Side({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['refund', id],
    queryFn: () => data(api.GET('/refunds/{id}', { params: { path: { id } } })),
  });
  return (
    <aside className="state-side" aria-label={t('cashier.refunds')}>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={6} />}
      {query.data && <Pane key={query.data.id} refund={query.data} />}
    </aside>
  );
}

export function RefundsPage() {
  const { state, room, open } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const view = states.find(s => s === state) ?? 'open';
  const query = useInfiniteQuery({
    queryKey: ['refunds', community, view, room],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/refunds', {
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
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('cashier.refunds')}</H1>
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
          options={states.map(value => ({ value, label: t(`refund.view.${value}`) }))}
          onChange={value => search({ state: value })}
        />
        <ExportLink path="/refunds" query={{ community, state: view, room }} />
      </header>
      <Tabs of="cashier" />
      <div className={open ? 'page-body two-cols' : 'page-body flush'}>
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={6} />}
          {query.data && rows.length === 0 && (
            <Empty>{t(`refund.none.${view === 'open' ? 'open' : 'other'}`)}</Empty>
          )}
          {rows.length > 0 && <Rows rows={rows} open={open} go={id => search({ open: id })} />}
          <More query={query} />
        </div>
        {open && <Side key={open} id={open} />}
      </div>
    </main>
  );
}
