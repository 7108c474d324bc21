// Claims of households that were set against what they owe, with who decided (PAY-01). A new one begins at the household's desk.
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useCan, useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Choice } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { OffsetState } from './offset.tsx';

const route = getRouteApi('/console/offsets');
const states = ['asked', 'booked', 'refused', 'all'] as const;

export function OffsetsPage() {
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const desk = useCan()('payment.take');
  const view = states.find(s => s === state) ?? 'all';
  const query = useInfiniteQuery({
    queryKey: ['offsets', community, 'all', view],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/offsets', {
          params: { query: { community, state: view, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('cashier.offsets')}</H1>
        <span className="grow" />
        <Choice
          legend={t('bill.state')}
          quietLegend
          name="state"
          value={view}
          options={states.map(value => ({ value, label: t(`offset.state.${value}`) }))}
          onChange={value => void navigate({ search: { state: value }, replace: true })}
        />
        <ExportLink path="/offsets" query={{ community, state: view }} />
      </header>
      <Tabs of="cashier" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data && rows.length === 0 && <Empty>{t('offset.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid" aria-label={t('cashier.offsets')}>
            <thead>
              <tr>
                <th>{t('offset.day')}</th>
                <th>{t('bill.room')}</th>
                <th>{t('offset.claim')}</th>
                <th className="num">{t('bill.amount')}</th>
                <th>{t('offset.document')}</th>
                <th>{t('offset.reason')}</th>
                <th>{t('bill.state')}</th>
                <th>{t('deposit.receipt')}</th>
                <th>{t('offset.by')}</th>
                <th>{t('offset.decided')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(o => (
                <tr key={o.id} data-testid="offset-row">
                  <td className="nw">{o.day}</td>
                  <td className="nw">
                    {desk ? (
                      <Link to="/console/cashier" search={{ room: o.roomId }}>
                        {o.label}
                      </Link>
                    ) : (
                      o.label
                    )}
                  </td>
                  <td className="nw">{t(`claim.${o.claim}`)}</td>
                  <td className="num b">{yuan(o.amount)}</td>
                  <td>{o.document}</td>
                  <td className="dim">{o.reason}</td>
                  <td className="nw">
                    <OffsetState of={o} />
                  </td>
                  <td className="nw">
                    {o.paymentId ? (
                      <Link to="/console/payments" search={{ open: o.paymentId }}>
                        {o.number}
                      </Link>
                    ) : null}
                  </td>
                  <td className="nw">{o.by}</td>
                  <td className="nw">{o.decidedBy}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <More query={query} />
      </div>
    </main>
  );
}
