// A household's statement: what was billed and paid from day to day, to be read, printed or taken along.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useCan } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';
import { today } from '../billing/parts.tsx';
import { means } from './parts.ts';

const route = getRouteApi('/console/statements/$roomId');

export function StatementPage() {
  const { roomId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const to = search.to ?? today();
  const from = search.from ?? `${to.slice(0, 4)}-01-01`;
  const query = useQuery({
    queryKey: ['statement', roomId, from, to],
    queryFn: () =>
      data(api.GET('/rooms/{id}/statement', { params: { path: { id: roomId }, query: { from, to } } })),
  });
  const s = query.data;
  const day = (name: 'from' | 'to', value: string) => (
    <input
      type="date"
      className="text"
      aria-label={t(`statement.${name}`)}
      value={value}
      onChange={e =>
        e.target.value && void navigate({ search: { from, to, [name]: e.target.value }, replace: true })
      }
    />
  );
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{t('statement.of', { room: s?.label ?? '' })}</H1>
        <span className="grow" />
        {day('from', from)}
        {day('to', to)}
        <Link className="btn" to="/console/arrears/$roomId" params={{ roomId }}>
          {t('fees.arrears')}
        </Link>
        {can('collection.export') && (
          <a
            className="btn"
            download
            href={`${base}/rooms/${roomId}/statement/export.xlsx?${new URLSearchParams({ from, to })}`}
          >
            {t('collection.export')}
          </a>
        )}
        <button type="button" className="btn go" onClick={() => window.print()}>
          {t('paper.print')}
        </button>
      </header>
      <div className="page-body">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {s && (
          <article className="paper stack">
            <h2>{t('statement.head', { place: s.community, room: s.label })}</h2>
            <p className="dim">
              {s.from} – {s.to}
            </p>
            <table className="grid" aria-label={t('statement.title')}>
              <thead>
                <tr>
                  <th>{t('collection.day')}</th>
                  <th>{t('statement.what')}</th>
                  <th className="num">{t('statement.owed')}</th>
                  <th className="num">{t('statement.paid')}</th>
                  <th className="num">{t('statement.balance')}</th>
                </tr>
              </thead>
              <tbody>
                <tr>
                  <td className="dim">{s.from}</td>
                  <td>{t('statement.opening')}</td>
                  <td />
                  <td />
                  <td className="num">{yuan(s.opening)}</td>
                </tr>
                {s.entries.map((e, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: entries do not change their places
                  <tr key={i}>
                    <td className="dim">{e.day}</td>
                    <td>
                      {t(`statement.${e.kind}`)}{' '}
                      {[e.period, e.item, e.receipt, means(e.means)].filter(Boolean).join(' ')}
                    </td>
                    <td className="num">{e.amount.startsWith('-') ? '' : yuan(e.amount)}</td>
                    <td className="num">{e.amount.startsWith('-') ? yuan(e.amount.slice(1)) : ''}</td>
                    <td className="num">{yuan(e.balance)}</td>
                  </tr>
                ))}
                <tr className="b">
                  <td>{s.to}</td>
                  <td>{t('statement.closing')}</td>
                  <td />
                  <td />
                  <td className="num">{yuan(s.closing)}</td>
                </tr>
              </tbody>
            </table>
            <p className="dim">{t('statement.foot', { phone: s.phone ?? '' })}</p>
          </article>
        )}
      </div>
    </main>
  );
}
