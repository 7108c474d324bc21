// Bill runs of a community: calculate a month, see what became of earlier ones (BIL-06).

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { BillRun } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { thisMonth } from './parts.tsx';

const route = getRouteApi('/console/bill-runs');

export const atWork = (r: BillRun) =>
  r.state === 'calculating' || r.state === 'booking' || r.state === 'cancelling';

export function RunState({ run }: { run: BillRun }) {
  const waits = run.state === 'pending' || run.state === 'cancel_asked';
  return (
    <span className={waits ? 'tag amber' : 'tag'}>
      {t(`run.state.${run.state}`)}
      {atWork(run) && run.total > 0 && ` ${Math.floor((100 * run.done) / run.total)} %`}
    </span>
  );
}

function Begin() {
  const community = useCommunity();
  const navigate = route.useNavigate();
  const send = useSend();
  const [period, setPeriod] = useState(thisMonth());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once =>
      data(api.POST('/bill-runs', { params: { header: once }, body: { community, period } })),
    );
    if (made) void navigate({ to: '/console/bill-runs/$id', params: { id: made.id } });
  };
  return (
    <form className="row wrap pad-row" onSubmit={submit} noValidate aria-label={t('run.new')}>
      <Field label={t('run.period')} error={send.fields.period}>
        {a => (
          <input
            {...a}
            type="month"
            className="text"
            value={period}
            onChange={e => setPeriod(e.target.value)}
          />
        )}
      </Field>
      <button type="submit" className="btn go" disabled={send.busy}>
        {t('run.calculate')}
      </button>
      <span className="dim">{t('run.calculate.hint')}</span>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

export function RunsPage() {
  const can = useCan();
  const community = useCommunity();
  const query = useInfiniteQuery({
    queryKey: ['runs', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/bill-runs', {
          params: { query: pageParam ? { community, cursor: pageParam } : { community } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    refetchInterval: found => (found.state.data?.pages.some(p => p.items.some(atWork)) ? 1500 : false),
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.runs')}</H1>
        <span className="grow" />
        {can('bill.opening') && can('customer.import') && (
          <Link className="btn" to="/console/imports">
            {t('bills.opening')}
          </Link>
        )}
      </header>
      <Tabs of="fees" />
      {can('bill.run') && <Begin />}
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data && rows.length === 0 && <Empty>{t('run.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('run.period')}</th>
                <th>{t('run.state')}</th>
                <th className="num">{t('run.lines')}</th>
                <th className="num">{t('run.amount')}</th>
                <th className="num">{t('run.errors')}</th>
                <th>{t('run.by')}</th>
                <th>{t('run.decided')}</th>
                <th>{t('run.at')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <tr key={row.id}>
                  <td>
                    <Link to="/console/bill-runs/$id" params={{ id: row.id }}>
                      {row.period}
                    </Link>
                  </td>
                  <td>
                    <RunState run={row} />
                  </td>
                  <td className="num">{row.total}</td>
                  <td className="num">{yuan(row.amount)}</td>
                  <td className={`num ${row.summary.errors > 0 ? 'warn' : ''}`}>{row.summary.errors}</td>
                  <td>{row.by}</td>
                  <td className="dim">{row.decidedBy ?? '–'}</td>
                  <td className="dim">
                    <When at={row.at} />
                  </td>
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
