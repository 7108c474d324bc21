// What was billed, what came in, what is owed by age (ARR-06): every figure opens what it is made of.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import type { CollectionAgeing, CollectionReport, CollectionRow } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/collection.ts';
import { thisMonth } from '../billing/parts.tsx';
import { Collectors, Months, OddEntries, Trend } from './more.tsx';

const route = getRouteApi('/console/collection');
const bys = ['building', 'item', 'room'] as const;
type By = (typeof bys)[number];
const tables = ['rates', 'ages', 'trend', 'collectors', 'odd', 'uncharged', 'months'] as const;

export interface Asked {
  from: string;
  to: string;
  by: By;
}

function Figure({
  asked,
  of,
  figure,
  amount,
}: {
  asked: Asked;
  of: { key: string; name: string };
  figure: string;
  amount: string;
}) {
  if (amount === '0.00') return <td className="num dim3">0.00</td>;
  return (
    <td className="num">
      <Link
        to="/console/collection/pieces"
        search={{ ...asked, figure, ...(of.key ? { key: of.key, name: of.name } : {}) }}
      >
        {yuan(amount)}
      </Link>
    </td>
  );
}

const nameOf = (row: { key: string; name: string }) =>
  row.key === '' ? t('run.total') : row.name || t('collection.other');

function RateRow({ row, asked }: { row: CollectionRow; asked: Asked }) {
  const figure = (name: string, amount: string) => (
    <Figure asked={asked} of={row} figure={name} amount={amount} />
  );
  return (
    <tr className={row.key ? '' : 'b'}>
      <td className="nw">{nameOf(row)}</td>
      {figure('receivable', row.receivable)}
      {figure('paid', row.paid)}
      <td className="num b">{row.accrual}</td>
      {figure('cash', row.cash)}
      <td className="num b">{row.cashRate}</td>
      {figure('older', row.older)}
      {figure('recovered', row.recovered)}
      <td className="num b">{row.recovery}</td>
      <td className="num b">{row.totalRate}</td>
      {figure('open', row.open)}
      {figure('latePaid', row.latePaid)}
      {figure('waived', row.waived)}
      {figure('reversed', row.reversed)}
      {figure('prepaid', row.prepaid)}
    </tr>
  );
}

function Rates({ report, asked }: { report: CollectionReport; asked: Asked }) {
  const head = (
    key:
      | 'receivable'
      | 'paid'
      | 'cash'
      | 'older'
      | 'recovered'
      | 'open'
      | 'latePaid'
      | 'waived'
      | 'reversed'
      | 'prepaid',
  ) => (
    <th className="num" title={t(`collection.hint.${key}`)}>
      {t(`collection.${key}`)}
    </th>
  );
  const rate = (key: 'accrual' | 'cashRate' | 'recovery' | 'totalRate') => (
    <th className="num" title={t(`collection.hint.${key}`)}>
      {t(`collection.${key}`)}
    </th>
  );
  return (
    <table className="grid" aria-label={t('collection.rates')}>
      <thead>
        <tr>
          <th>{t(`collection.by.${asked.by}`)}</th>
          {head('receivable')}
          {head('paid')}
          {rate('accrual')}
          {head('cash')}
          {rate('cashRate')}
          {head('older')}
          {head('recovered')}
          {rate('recovery')}
          {rate('totalRate')}
          {head('open')}
          {head('latePaid')}
          {head('waived')}
          {head('reversed')}
          {head('prepaid')}
        </tr>
      </thead>
      <tbody>
        <RateRow row={report.total} asked={asked} />
        {report.rows.map(row => (
          <RateRow key={row.key} row={row} asked={asked} />
        ))}
      </tbody>
    </table>
  );
}

/** The report beside the ledger: what is not equal is said plainly. */
function Checks({ report }: { report: CollectionReport }) {
  const wrong = report.checks.filter(c => !c.equal);
  return (
    <section aria-label={t('collection.checks')} className="pad-row">
      <p className={wrong.length > 0 ? 'warn' : 'dim'}>
        {wrong.length === 0 ? t('collection.equal') : t('collection.unequal')}
      </p>
      {wrong.map(c => (
        <p key={c.name} className="warn">
          {t('collection.check.said', {
            name: t(`collection.check.${c.name}`),
            report: yuan(c.report),
            ledger: yuan(c.ledger),
          })}
        </p>
      ))}
    </section>
  );
}

const ageKeys = ['notDue', 'months3', 'months6', 'year1', 'year2', 'year3', 'over3'] as const;

function AgeRow({ row, asked }: { row: CollectionAgeing['total']; asked: Asked }) {
  return (
    <tr className={row.key ? '' : 'b'}>
      <td className="nw">{nameOf(row)}</td>
      {ageKeys.map(k => (
        <Figure key={k} asked={asked} of={row} figure={k} amount={row[k]} />
      ))}
      <td className="num b">{yuan(row.total)}</td>
      <td className="num">{yuan(row.lateFee)}</td>
      <td className="nw dim">{row.limit ?? '–'}</td>
    </tr>
  );
}

function Ages({ asked }: { asked: Asked }) {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['collection', 'ages', community, asked],
    queryFn: () => data(api.GET('/collection/ageing', { params: { query: { community, ...asked } } })),
  });
  const ages = query.data;
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={8} />}
      {ages && ages.rows.length === 0 && <Empty>{t('collection.ages.none')}</Empty>}
      {ages && ages.rows.length > 0 && (
        <table className="grid" aria-label={t('collection.table.ages')}>
          <thead>
            <tr>
              <th>{t(`collection.by.${asked.by}`)}</th>
              {ageKeys.map(k => (
                <th key={k} className="num">
                  {t(`collection.${k}`)}
                </th>
              ))}
              <th className="num">{t('run.total')}</th>
              <th className="num" title={t('collection.hint.late')}>
                {t('collection.late')}
              </th>
              <th>{t('arrears.limit')}</th>
            </tr>
          </thead>
          <tbody>
            <AgeRow row={ages.total} asked={asked} />
            {ages.rows.map(row => (
              <AgeRow key={row.key} row={row} asked={asked} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Uncharged({ asked }: { asked: Asked }) {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['collection', 'uncharged', community, asked],
    queryFn: () =>
      data(
        api.GET('/collection/uncharged', {
          params: { query: { community, from: asked.from, to: asked.to, limit: 200 } },
        }),
      ),
  });
  const rows = query.data?.items ?? [];
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={8} />}
      {query.data && rows.length === 0 && <Empty>{t('collection.uncharged.none')}</Empty>}
      {rows.length > 0 && (
        <ul className="chips pad-row wrap" aria-label={t('collection.table.uncharged')}>
          {rows.map(r => (
            <li key={r.roomId} className="chip">
              <Link to="/console/households/$roomId" params={{ roomId: r.roomId }}>
                {r.label}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {query.data?.next && <p className="dim pad-row">{t('collection.uncharged.more')}</p>}
    </>
  );
}

export function CollectionPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const can = useCan();
  const asked: Asked = {
    from: search.from ?? thisMonth(),
    to: search.to ?? search.from ?? thisMonth(),
    by: bys.find(b => b === search.by) ?? 'building',
  };
  const table = tables.find(x => x === search.table) ?? 'rates';
  const query = useQuery({
    queryKey: ['collection', community, asked],
    queryFn: () => data(api.GET('/collection', { params: { query: { community, ...asked } } })),
  });
  const go = (change: Record<string, string>) =>
    void navigate({ search: { ...search, ...change }, replace: true });
  const report = query.data;
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.collection')}</H1>
        <span className="grow" />
        <input
          type="month"
          className="text"
          aria-label={t('collection.from')}
          value={asked.from}
          onChange={e => e.target.value && go({ from: e.target.value })}
        />
        <input
          type="month"
          className="text"
          aria-label={t('collection.to')}
          value={asked.to}
          onChange={e => e.target.value && go({ to: e.target.value })}
        />
        <select
          className="text"
          aria-label={t('collection.by')}
          value={asked.by}
          onChange={e => go({ by: e.target.value })}
        >
          {bys.map(b => (
            <option key={b} value={b}>
              {t(`collection.by.${b}`)}
            </option>
          ))}
        </select>
        {can('collection.export') && (
          <a
            className="btn"
            download
            href={`${base}/collection/export.xlsx?${new URLSearchParams({ community, ...asked })}`}
          >
            {t('collection.export')}
          </a>
        )}
      </header>
      <Tabs of="fees" />
      <nav className="chips pad-row" aria-label={t('collection.tables')}>
        {tables.map(x => (
          <button
            key={x}
            type="button"
            className={x === table ? 'chip tap on' : 'chip tap'}
            aria-pressed={x === table}
            onClick={() => go({ table: x })}
          >
            {t(`collection.table.${x}`)}
          </button>
        ))}
      </nav>
      <div className="page-body flush">
        <ErrorNote query={query} />
        {table === 'rates' && query.isPending && <Skeleton rows={8} />}
        {table === 'rates' && report && (
          <>
            <Rates report={report} asked={asked} />
            <Checks report={report} />
          </>
        )}
        {table === 'ages' && <Ages asked={asked} />}
        {table === 'trend' && <Trend asked={asked} />}
        {table === 'collectors' && <Collectors asked={asked} />}
        {table === 'odd' && <OddEntries asked={asked} />}
        {table === 'uncharged' && <Uncharged asked={asked} />}
        {table === 'months' && <Months />}
      </div>
    </main>
  );
}
