// The register of facilities (HOU-04); one of them beside the list.
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import { today } from '../../../kit/time.ts';
import type { Facility } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { FacilityPane } from './pane.tsx';

const route = getRouteApi('/console/housing/facilities');

export { today };

const views = ['all', 'due', 'fault', 'scrapped'] as const;
type View = (typeof views)[number];
const isView = (v: string | undefined): v is View => views.some(x => x === v);
const asked: Record<View, { due?: number; state?: Facility['state'] }> = {
  all: {},
  due: { due: 30 },
  fault: { state: 'fault' },
  scrapped: { state: 'scrapped' },
};

function Rows({ rows, open, go }: { rows: Facility[]; open: string | undefined; go: (id: string) => void }) {
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('facility.code')}</th>
          <th>{t('facility.name')}</th>
          <th>{t('facility.kind')}</th>
          <th>{t('facility.place')}</th>
          <th>{t('facility.state')}</th>
          <th>{t('facility.next')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(f => (
          <tr key={f.id} className={f.id === open ? 'on' : ''}>
            <td>
              <button type="button" className="cell" onClick={() => go(f.id)}>
                {f.code}
              </button>
            </td>
            <td className="b">{f.name}</td>
            <td className="dim">{t(`facility.kind.${f.kind}`)}</td>
            <td className="cut">{f.place || '–'}</td>
            <td>
              <span className={f.state === 'fault' ? 'tag amber' : ''}>{t(`facility.state.${f.state}`)}</span>
            </td>
            <td className={f.nextOn && f.nextOn < today() ? 'warn' : 'dim'}>{f.nextOn ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function FacilitiesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const community = useCommunity();
  const view = isView(search.view) ? search.view : 'all';
  const q = useDeferredValue(search.q);
  const wanted = { community, ...asked[view], ...(q ? { q } : {}) };
  const query = useInfiniteQuery({
    queryKey: ['facilities', wanted],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/facilities', {
          params: { query: pageParam ? { ...wanted, cursor: pageParam } : wanted },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const go = (open: string | undefined) => void navigate({ search: { ...search, open }, replace: true });
  const params = new URLSearchParams({ community, ...(q ? { q } : {}) });
  for (const [name, value] of Object.entries(asked[view])) params.set(name, String(value));
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('housing.facilities')}</H1>
        <Find
          label={t('facility.find')}
          q={search.q}
          onFind={q => void navigate({ search: old => ({ ...old, q }), replace: true })}
        />
        <span className="grow" />
        {can('facility.export') && (
          <a className="btn" href={`${base}/facilities/export.xlsx?${params}`} download>
            {t('list.export')}
          </a>
        )}
        {can('facility.edit') && (
          <button type="button" className="btn go" onClick={() => go('new')}>
            <Icon name="plus" />
            {t('facility.new')}
          </button>
        )}
      </header>
      <Tabs of="housing" />
      <nav className="row wrap pad-row" aria-label={t('facility.views')}>
        {views.map(v => (
          <Link
            key={v}
            to="/console/housing/facilities"
            search={search.q ? { view: v, q: search.q } : { view: v }}
            className={v === view ? 'tag care' : 'tag'}
            aria-current={v === view ? 'page' : undefined}
          >
            {t(`facility.view.${v}`)}
          </Link>
        ))}
      </nav>
      <div className={search.open ? 'page-body two-cols' : 'page-body flush'}>
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={12} />}
          {query.data && rows.length === 0 && <Empty>{t(q ? 'facility.none.q' : 'facility.none')}</Empty>}
          {rows.length > 0 && <Rows rows={rows} open={search.open} go={go} />}
          <More query={query} />
        </div>
        {search.open && (
          <FacilityPane key={search.open} id={search.open} onDone={go} onClose={() => go(undefined)} />
        )}
      </div>
    </main>
  );
}
