// Arrivals kept, missed and moved in a period, by person and by category (TIC-07c, APP-04).
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { categoryName } from '../../../kit/format.ts';
import { addDays } from '../../../kit/roster.ts';
import { today } from '../../../kit/time.ts';
import type { Kept } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from './data.ts';
import './calendar.css';

const route = getRouteApi('/console/tickets/arrivals');

const columns = [
  ['figures.kept', 'kept'],
  ['figures.missed', 'missed'],
  ['figures.moved_us', 'movedByUs'],
  ['figures.moved_them', 'movedByCustomer'],
  ['figures.off', 'calledOff'],
] as const;

function Figures({ title, rows }: { title: string; rows: { name: string; of: Kept }[] }) {
  return (
    <section aria-label={title}>
      <h2 className="sub">{title}</h2>
      <table className="grid plan-costs">
        <thead>
          <tr>
            <th>{title}</th>
            {columns.map(([label]) => (
              <th key={label}>{t(label)}</th>
            ))}
            <th>{t('figures.share')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, of }) => (
            <tr key={of.key} data-testid="kept-row">
              <th scope="row">{name}</th>
              {columns.map(([label, key]) => (
                <td key={label}>{of[key]}</td>
              ))}
              <td className="b">{of.sharePercent === undefined ? '–' : `${of.sharePercent}%`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function ArrivalsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const tree = useCategories().data?.items ?? [];
  const from = search.from ?? addDays(today(), -30);
  const to = search.to ?? today();
  const query = useQuery({
    queryKey: ['visits', 'figures', community, from, to],
    queryFn: () => data(api.GET('/visit-figures', { params: { query: { community, from, to } } })),
    enabled: community !== '' && from !== '' && to !== '',
    placeholderData: old => old,
  });
  const figures = query.data;
  const day = (label: 'figures.from' | 'figures.to', value: string, set: (v: string) => void) => (
    <label className="row">
      <span className="dim">{t(label)}</span>
      <input
        type="date"
        className="text"
        value={value}
        onChange={e => e.target.value && set(e.target.value)}
      />
    </label>
  );
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('visits.figures')}</H1>
        {day('figures.from', from, v => void navigate({ search: { ...search, from: v } }))}
        {day('figures.to', to, v => void navigate({ search: { ...search, to: v } }))}
        <span className="grow" />
        {figures && figures.categories.length > 0 && (
          <ExportLink path="/visit-figures" query={{ community, from, to }} need="ticket.export" />
        )}
      </header>
      <Tabs of="visits" />
      <div className="page-body stack">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {figures && figures.categories.length === 0 && <Empty>{t('figures.none')}</Empty>}
        {figures && figures.categories.length > 0 && (
          <>
            <Figures
              title={t('figures.people')}
              rows={[
                { name: t('figures.all'), of: figures.all },
                ...figures.people.map(of => ({
                  name: of.name || t('visits.nobody'),
                  of: { ...of, key: of.key || '-' },
                })),
              ]}
            />
            <Figures
              title={t('figures.categories')}
              rows={figures.categories.map(of => ({
                name: categoryName(tree.find(c => c.id === of.key)) || of.key,
                of,
              }))}
            />
          </>
        )}
      </div>
    </main>
  );
}
