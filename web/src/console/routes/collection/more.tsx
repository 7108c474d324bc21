// What a property manager asks besides the rates (ARR-06): the months side by side, each collector's work, what looks
// odd, and what was reported at the end of each month.

import { type UseQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { exact } from '../../../kit/time.ts';
import type { CollectionMonth, CollectionOdd } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/collection.ts';
import { means } from './parts.ts';
import type { Asked } from './report.tsx';

function Loaded<T>({
  query,
  none,
  children,
}: {
  query: UseQueryResult<{ items: T[] }>;
  none: string;
  children: (items: T[]) => ReactNode;
}) {
  const items = query.data?.items;
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={8} />}
      {items?.length === 0 && <Empty>{none}</Empty>}
      {items && items.length > 0 && children(items)}
    </>
  );
}

const height = 96;

/** Billed and collected as pairs of bars; the table below says the same in figures. */
function Bars({ months }: { months: CollectionMonth[] }) {
  const most = Math.max(1, ...months.flatMap(m => [Number(m.receivable), Number(m.collected)]));
  const tall = (v: string) => Math.max(0, (Number(v) / most) * height);
  return (
    <figure className="trend pad-row">
      <svg
        viewBox={`0 0 ${months.length * 56} ${height + 20}`}
        role="img"
        aria-label={t('collection.trend.spoken', { n: months.length })}
      >
        {months.map((m, i) => (
          <g key={m.period} transform={`translate(${i * 56} 0)`}>
            <rect
              className="billed"
              x="10"
              width="16"
              y={height - tall(m.receivable)}
              height={tall(m.receivable)}
            />
            <rect
              className="came"
              x="28"
              width="16"
              y={height - tall(m.collected)}
              height={tall(m.collected)}
            />
            <text x="27" y={height + 14} textAnchor="middle">
              {m.period.slice(2)}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className="dim">
        <i className="billed" /> {t('collection.receivable')} <i className="came" />{' '}
        {t('collection.collected')}
      </figcaption>
    </figure>
  );
}

/** The months chosen, or the twelve that end with the one chosen. */
function span(asked: Asked): Asked {
  if (asked.from !== asked.to) return asked;
  const [year = 0, month = 0] = asked.to.split('-').map(Number);
  const first = year * 12 + month - 12;
  return {
    ...asked,
    from: `${Math.floor(first / 12)}-${String((first % 12) + 1).padStart(2, '0')}`,
  };
}

export function Trend({ asked }: { asked: Asked }) {
  const community = useCommunity();
  const of = span(asked);
  const query = useQuery({
    queryKey: ['collection', 'trend', community, of],
    queryFn: () => data(api.GET('/collection/trend', { params: { query: { community, ...of } } })),
  });
  return (
    <Loaded query={query} none={t('collection.trend.none')}>
      {months => (
        <>
          <Bars months={months} />
          <table className="grid" aria-label={t('collection.table.trend')}>
            <thead>
              <tr>
                <th>{t('collection.month')}</th>
                <th className="num" title={t('collection.hint.receivable')}>
                  {t('collection.receivable')}
                </th>
                <th className="num" title={t('collection.hint.paid')}>
                  {t('collection.paid')}
                </th>
                <th className="num" title={t('collection.hint.accrual')}>
                  {t('collection.accrual')}
                </th>
                <th className="num" title={t('collection.hint.collected')}>
                  {t('collection.collected')}
                </th>
                <th className="num" title={t('collection.hint.received')}>
                  {t('collection.received')}
                </th>
              </tr>
            </thead>
            <tbody>
              {months.map(m => (
                <tr key={m.period}>
                  <td className="nw">
                    <Link to="/console/collection" search={{ from: m.period, to: m.period }}>
                      {m.period}
                    </Link>
                  </td>
                  <td className="num">{yuan(m.receivable)}</td>
                  <td className="num">{yuan(m.paid)}</td>
                  <td className="num b">{m.accrual}</td>
                  <td className="num">{yuan(m.collected)}</td>
                  <td className="num">{yuan(m.received)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Loaded>
  );
}

export function Collectors({ asked }: { asked: Asked }) {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['collection', 'collectors', community, asked],
    queryFn: () => data(api.GET('/collection/collectors', { params: { query: { community, ...asked } } })),
  });
  return (
    <Loaded query={query} none={t('collection.collectors.none')}>
      {people => (
        <table className="grid" aria-label={t('collection.table.collectors')}>
          <thead>
            <tr>
              <th>{t('collection.collector')}</th>
              <th className="num">{t('collection.calls')}</th>
              <th className="num">{t('collection.reached')}</th>
              <th className="num">{t('collection.promises')}</th>
              <th className="num">{t('collection.kept')}</th>
              <th className="num">{t('collection.broken')}</th>
              <th className="num" title={t('collection.hint.afterwards')}>
                {t('collection.afterwards')}
              </th>
            </tr>
          </thead>
          <tbody>
            {people.map(p => (
              <tr key={p.id}>
                <td className="nw">{p.name}</td>
                <td className="num">{p.calls}</td>
                <td className="num">{p.reached}</td>
                <td className="num">{p.promises}</td>
                <td className="num">{p.kept}</td>
                <td className="num">{p.broken}</td>
                <td className="num b">{yuan(p.paid)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Loaded>
  );
}

const reasons = [
  'round',
  'off_hours',
  'late_entry',
  'same_number',
  'voids_of_cashier',
  'voids_of_room',
] as const;

function OddRow({ odd }: { odd: CollectionOdd }) {
  return (
    <tr>
      <td className="nw dim">{exact(odd.at)}</td>
      <td>
        <Link to="/console/extracts/$form/$id" params={{ form: 'room', id: odd.roomId }}>
          {odd.label}
        </Link>
      </td>
      <td>
        <Link to="/console/payments" search={{ day: odd.day, open: odd.paymentId }}>
          {odd.receipt || t('collection.odd.open')}
        </Link>
      </td>
      <td className="dim">{means(odd.means)}</td>
      <td className="num b">{yuan(odd.amount)}</td>
      <td className="nw">{odd.by}</td>
      <td>
        {reasons
          .filter(r => odd.why.includes(r))
          .map(r => (
            <span key={r} className="tag" title={t(`collection.hint.${r}`)}>
              {t(`collection.odd.${r}`)}
            </span>
          ))}
      </td>
    </tr>
  );
}

export function OddEntries({ asked }: { asked: Asked }) {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['collection', 'odd', community, asked],
    queryFn: () => data(api.GET('/collection/odd', { params: { query: { community, ...asked } } })),
  });
  return (
    <>
      <p className="dim pad-row">{t('collection.odd.lead')}</p>
      <Loaded query={query} none={t('collection.odd.none')}>
        {all => (
          <table className="grid" aria-label={t('collection.table.odd')}>
            <thead>
              <tr>
                <th>{t('collection.odd.at')}</th>
                <th>{t('customers.room')}</th>
                <th>{t('collection.odd.receipt')}</th>
                <th>{t('collection.odd.means')}</th>
                <th className="num">{t('bill.amount')}</th>
                <th>{t('collection.odd.by')}</th>
                <th>{t('collection.odd.why')}</th>
              </tr>
            </thead>
            <tbody>
              {all.map(o => (
                <OddRow key={o.paymentId} odd={o} />
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
    </>
  );
}

export function Months() {
  const community = useCommunity();
  const query = useInfiniteQuery({
    queryKey: ['collection', 'months', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/collection/months', {
          params: { query: { community, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const rows = query.data?.pages.flatMap(page => page.items);
  return (
    <>
      <p className="dim pad-row">{t('collection.months.lead')}</p>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={8} />}
      {rows?.length === 0 && <Empty>{t('collection.months.none')}</Empty>}
      {rows && rows.length > 0 && (
        <table className="grid" aria-label={t('collection.table.months')}>
          <thead>
            <tr>
              <th>{t('collection.month')}</th>
              <th className="num">{t('collection.receivable')}</th>
              <th className="num">{t('collection.accrual')}</th>
              <th className="num">{t('collection.cashRate')}</th>
              <th className="num">{t('collection.recovery')}</th>
              <th className="num">{t('collection.totalRate')}</th>
              <th className="num">{t('collection.open')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(m => (
              <tr key={m.id}>
                <td className="nw">
                  <Link to="/console/collection" search={{ from: m.period, to: m.period }}>
                    {m.period}
                  </Link>
                </td>
                <td className="num">{yuan(m.figures.receivable)}</td>
                <td className="num">{m.figures.accrual}</td>
                <td className="num">{m.figures.cashRate}</td>
                <td className="num">{m.figures.recovery}</td>
                <td className="num b">{m.figures.totalRate}</td>
                <td className="num">{yuan(m.figures.open)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More query={query} />
    </>
  );
}
