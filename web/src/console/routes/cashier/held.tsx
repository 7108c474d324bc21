// Deposits of the community: what is held, for whom, what went back or was kept (PAY-05). Money moves at the household's desk.
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import type { DepositRow } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Choice } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/deposits');

const sum = (text: string) => (text === '0.00' ? <span className="dim3">–</span> : yuan(text));

function Row({ of, desk }: { of: DepositRow; desk: boolean }) {
  return (
    <tr data-testid="deposit-row">
      <td className="nw">
        {desk ? (
          <Link to="/console/cashier" search={{ room: of.roomId }}>
            {of.label}
          </Link>
        ) : (
          of.label
        )}
      </td>
      <td className="nw">{of.payer}</td>
      <td className="nw">{t(`deposit.kind.${of.kind}`)}</td>
      <td className="nw">{of.number}</td>
      <td className="num">{yuan(of.amount)}</td>
      <td className="num">{sum(of.back)}</td>
      <td className="num">{sum(of.kept)}</td>
      <td className="num">{sum(of.waiting)}</td>
      <td className="num b">{yuan(of.held)}</td>
      <td>{of.voidedAt ? <span className="tag">{t('deposit.voided')}</span> : of.words}</td>
    </tr>
  );
}

export function DepositsPage() {
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const desk = useCan()('payment.take');
  const view = state === 'ended' || state === 'all' ? state : '';
  const query = useInfiniteQuery({
    queryKey: ['deposits', community, view],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/deposits', {
          params: {
            query: {
              community,
              ...(view ? { state: view } : {}),
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
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('cashier.deposits')}</H1>
        <span className="grow" />
        <Choice
          legend={t('bill.state')}
          quietLegend
          name="state"
          value={view}
          options={[
            { value: '' as const, label: t('deposit.view.held') },
            { value: 'ended' as const, label: t('deposit.view.ended') },
            { value: 'all' as const, label: t('deposit.view.all') },
          ]}
          onChange={value => void navigate({ search: value ? { state: value } : {}, replace: true })}
        />
        <ExportLink path="/deposits" query={{ community, state: view }} />
      </header>
      <Tabs of="cashier" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data && rows.length === 0 && <Empty>{t(view ? 'deposit.none' : 'deposit.none.held')}</Empty>}
        {rows.length > 0 && (
          <table className="grid" aria-label={t('cashier.deposits')}>
            <thead>
              <tr>
                <th>{t('bill.room')}</th>
                <th>{t('cashier.payer')}</th>
                <th>{t('deposit.kind')}</th>
                <th>{t('deposit.receipt')}</th>
                <th className="num">{t('bill.amount')}</th>
                <th className="num">{t('deposit.back')}</th>
                <th className="num">{t('deposit.kept')}</th>
                <th className="num">{t('deposit.waiting')}</th>
                <th className="num">{t('deposit.still')}</th>
                <th>{t('deposit.words')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(d => (
                <Row key={d.id} of={d} desk={desk} />
              ))}
            </tbody>
          </table>
        )}
        <More query={query} />
      </div>
    </main>
  );
}
