// How the follow-ups went: rate, in time, reached, satisfied, by whom or what one likes (FUP-05).
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { categoryName } from '../../../kit/format.ts';
import type { FollowUpFigures } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { type ConsoleKey, t } from '../../words/index.ts';
import { today } from '../customers/data.ts';
import { useCategories } from '../tickets/data.ts';
import { Views } from './views.tsx';

const route = getRouteApi('/console/followups/figures');
const dimensions = ['worker', 'caller', 'department', 'category', 'rule'] as const;
type Dimension = (typeof dimensions)[number];

/** "87.5 %", or a dash of nothing. */
const share = (part: number, of: number): string =>
  of === 0 ? '–' : `${(Math.round((part / of) * 1000) / 10).toFixed(1)} %`;

function useName(by: Dimension): (key: string) => string {
  const categories = useCategories().data?.items ?? [];
  return key => {
    if (key === '') return t(by === 'caller' ? 'followup.figures.self' : 'followup.figures.none');
    if (by === 'department') return t(`department.${key}` as ConsoleKey);
    if (by === 'rule') return t(`followup.rule.${key}` as ConsoleKey);
    if (by !== 'category') return key;
    const found = categories.find(c => c.id === key);
    return found ? categoryName(found) : key;
  };
}

function Line({ name, f, total }: { name: string; f: FollowUpFigures; total?: boolean }) {
  return (
    <tr className={total ? 'total' : ''}>
      <td>{name}</td>
      <td className="num">{f.planned}</td>
      <td className="num">{f.made}</td>
      <td className="num">{share(f.made, f.planned)}</td>
      <td className="num">{share(f.inTime, f.planned)}</td>
      <td className="num">{share(f.reached, f.made)}</td>
      <td className="num">{share(f.satisfied, f.reached)}</td>
      <td className="num">{f.reached === 0 ? '–' : (Math.round(f.ratings / f.reached) / 10).toFixed(1)}</td>
    </tr>
  );
}

const heads = ['planned', 'made', 'rate', 'in_time', 'reached', 'satisfied', 'mean'] as const;

export function FiguresPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const can = useCan();
  const by = dimensions.find(d => d === search.by) ?? 'worker';
  const to = search.to ?? today();
  const from = search.from ?? `${to.slice(0, 8)}01`;
  const asked = { community, from, to, by };
  const query = useQuery({
    queryKey: ['followups', 'figures', asked],
    queryFn: () => data(api.GET('/followups/figures', { params: { query: asked } })),
    placeholderData: old => old,
  });
  const name = useName(by);
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: old => ({ ...old, ...part }), replace: true });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('followup.figures')}</H1>
        <span className="grow" />
        {can('followup.export') && (
          <a
            className="btn"
            href={`${base}/followups/figures/export.xlsx?${new URLSearchParams(asked)}`}
            download
          >
            {t('do.export')}
          </a>
        )}
      </header>
      <Views on="figures" />
      <div className="page-body flush">
        <div className="row filters">
          {(['from', 'to'] as const).map(end => (
            <label key={end} className="chip">
              <span className="k">{t(`followup.figures.${end}`)}</span>
              <input
                type="date"
                className="day"
                value={end === 'from' ? from : to}
                onChange={e => e.target.value && set({ [end]: e.target.value })}
              />
            </label>
          ))}
          <label className="chip">
            <span className="k">{t('followup.figures.by')}</span>
            <select value={by} onChange={e => set({ by: e.target.value })}>
              {dimensions.map(d => (
                <option key={d} value={d}>
                  {t(`followup.figures.${d}`)}
                </option>
              ))}
            </select>
          </label>
        </div>
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {query.data && query.data.items.length === 0 && <Empty>{t('followup.figures.empty')}</Empty>}
        {query.data && query.data.items.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t(`followup.figures.${by}`)}</th>
                {heads.map(h => (
                  <th key={h} className="num">
                    {t(`followup.figures.${h}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {query.data.items.map(f => (
                <Line key={f.key} name={name(f.key)} f={f} />
              ))}
              <Line name={t('followup.figures.total')} f={query.data.total} total />
            </tbody>
          </table>
        )}
        <p className="dim pad-row">{t('followup.figures.note')}</p>
      </div>
    </main>
  );
}
