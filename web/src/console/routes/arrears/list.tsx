// Households that owe (ARR-05): what is to be done today first, by amount or age.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import type { ArrearsTask, Debtor } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { t as j } from '../../words/joint.ts';

const route = getRouteApi('/console/arrears');
export const views = ['tasks', 'all', 'broken', 'promised', 'disputed', 'limit'] as const;
type View = (typeof views)[number];

/** One thing to be done: how, about whose bills, and at which step of the ladder. */
function Task({ task }: { task: ArrearsTask }) {
  const who = task.who.join(t('list.join'));
  const months = task.months.join(t('list.join'));
  return (
    <li>
      <span className="row wrap tight">
        <Link to="/console/arrears/notices/$id" params={{ id: task.id }}>
          {t(`dun.do.${task.channel}`)}
        </Link>
        {task.toOwner && <span className="tag">{j('joint.to_owner')}</span>}
        {!task.toOwner && who && <span>{task.tenant ? j('todo.tenant', { who }) : who}</span>}
        <span className="dim">
          {task.lines > 0
            ? j('todo.bills', { months, n: task.lines, yuan: yuan(task.amount) })
            : j('todo.disputed')}
        </span>
        <span className="dim3">{j('todo.step', { days: task.days })}</span>
      </span>
    </li>
  );
}

/** What stands in the way of dunning, in a few words. */
function Standing({ row }: { row: Debtor }) {
  const said: [string, boolean][] = [];
  if (row.broken > 0 && !row.promiseOn) said.push([t('arrears.broken.n', { n: row.broken }), true]);
  if (row.promiseOn)
    said.push([t('arrears.promised.on', { yuan: yuan(row.promised ?? ''), day: row.promiseOn }), false]);
  if (row.disputed) said.push([t('arrears.disputed'), false]);
  if (row.hardshipUntil) said.push([t('arrears.hardship.until', { day: row.hardshipUntil }), false]);
  return (
    <span className="row wrap tight">
      {said.map(([text, warn]) => (
        <span key={text} className={warn ? 'tag amber' : 'tag'}>
          {text}
        </span>
      ))}
    </span>
  );
}

function Table({ rows }: { rows: Debtor[] }) {
  return (
    <table className="grid" aria-label={t('fees.arrears')}>
      <thead>
        <tr>
          <th>{t('customers.room')}</th>
          <th className="num">{t('arrears.amount')}</th>
          <th className="num">{t('run.lines')}</th>
          <th>{t('arrears.oldest')}</th>
          <th>{t('arrears.limit')}</th>
          <th>{j('todo.head')}</th>
          <th>{t('run.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.roomId}>
            <td className="b">
              <Link to="/console/arrears/$roomId" params={{ roomId: row.roomId }}>
                {row.label}
              </Link>
            </td>
            <td className="num b">{yuan(row.amount)}</td>
            <td className="num">{row.lines}</td>
            <td className="dim">{row.oldest}</td>
            <td className="dim">{row.limit}</td>
            <td>
              {row.tasks.length > 0 && (
                <ul className="lines" style={{ minWidth: 240 }}>
                  {row.tasks.map(task => (
                    <Task key={task.id} task={task} />
                  ))}
                </ul>
              )}
            </td>
            <td>
              <Standing row={row} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ArrearsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const view = (views as readonly string[]).includes(search.view ?? '') ? (search.view as View) : 'tasks';
  const sort = search.sort === 'age' ? 'age' : 'amount';
  const query = useInfiniteQuery({
    queryKey: ['arrears', community, view, sort],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/arrears', {
          params: { query: { community, view, sort, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.arrears')}</H1>
        <span className="grow" />
        <label className="row tight">
          <span className="dim">{t('arrears.sort')}</span>
          <select
            className="text"
            value={sort}
            onChange={e => void navigate({ search: { ...search, sort: e.target.value }, replace: true })}
          >
            <option value="amount">{t('arrears.sort.amount')}</option>
            <option value="age">{t('arrears.sort.age')}</option>
          </select>
        </label>
        <a
          className="btn"
          href={`${base}/arrears/export.xlsx?${new URLSearchParams({ community, view, sort })}`}
          download
        >
          {t('invoice.export')}
        </a>
      </header>
      <Tabs of="fees" />
      <nav className="chips pad-row" aria-label={t('arrears.views')}>
        {views.map(v => (
          <button
            key={v}
            type="button"
            className={v === view ? 'chip tap on' : 'chip tap'}
            aria-pressed={v === view}
            onClick={() => void navigate({ search: { ...search, view: v }, replace: true })}
          >
            {t(`arrears.view.${v}`)}
          </button>
        ))}
      </nav>
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {query.data && rows.length === 0 && <Empty>{t(`arrears.none.${view}`)}</Empty>}
        {rows.length > 0 && <Table rows={rows} />}
        <More query={query} />
      </div>
    </main>
  );
}
