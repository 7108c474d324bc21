// The days of a month: what was, what was written, who signed, what is to be done.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { dayText } from '../../../kit/roster.ts';
import { today } from '../../../kit/time.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/daily.ts';
import { parts } from './data.ts';
import './daily.css';

const route = getRouteApi('/console/daily/month');

export function DailyMonthPage() {
  const community = useCommunity();
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const period = search.period ?? today().slice(0, 7);
  const query = useQuery({
    queryKey: ['daily', 'month', community, period],
    queryFn: async () =>
      (await data(api.GET('/daily-logs', { params: { query: { community, period } } }))).items,
    enabled: community !== '',
  });
  const rows = query.data ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('daily.month.title')}</H1>
        <input
          type="month"
          className="text"
          aria-label={t('daily.month')}
          value={period}
          onChange={e => e.target.value && void navigate({ search: { period: e.target.value } })}
        />
        <span className="grow" />
        <Link className="btn" to="/console/daily">
          {t('daily.by_day')}
        </Link>
        {can('daily.export') && rows.length > 0 && (
          <a
            className="btn"
            href={`${base}/daily-logs/export.xlsx?${new URLSearchParams({ community, period })}`}
            download
          >
            {t('list.export')}
          </a>
        )}
      </header>
      <Tabs of="roster" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={10} />}
        {query.data && rows.length === 0 && <Empty>{t('daily.month.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid" aria-label={t('daily.month.title')}>
            <thead>
              <tr>
                <th>{t('daily.day')}</th>
                <th className="num">{t('daily.opened')}</th>
                <th className="num">{t('daily.resolved')}</th>
                <th className="num">{t('daily.overdue.n')}</th>
                <th className="num">{t('daily.complaints.n')}</th>
                <th className="num">{t('daily.entries')}</th>
                <th>{t('daily.important')}</th>
                <th>{t('daily.tasks')}</th>
                <th>{t('daily.sign')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(r => (
                <tr key={r.id} data-testid="daily-row">
                  <td className="nw">
                    <Link to="/console/daily" search={{ day: r.day }}>
                      {dayText(r.day)}
                    </Link>
                  </td>
                  <td className="num">{r.figures.opened || ''}</td>
                  <td className="num">{r.figures.resolved || ''}</td>
                  <td className="num">{r.figures.overdue || ''}</td>
                  <td className="num">{r.figures.complaints || ''}</td>
                  <td className="num">{r.entries || ''}</td>
                  <td className="nw">
                    {r.important > 0 && r.important}{' '}
                    {r.unread > 0 && <span className="tag amber">{t('daily.unread')}</span>}
                  </td>
                  <td className="nw">
                    {r.tasks > 0 && t('daily.tasks.n', { done: r.tasks - r.undone, n: r.tasks })}
                  </td>
                  <td className="nw">
                    {r.signed === parts.length ? (
                      [...new Set(r.signs.map(s => s.by))].join(t('daily.names'))
                    ) : (
                      <span className={`tag ${r.late ? 'amber' : ''}`}>
                        {t('daily.signed.n', { n: r.signed })}
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
