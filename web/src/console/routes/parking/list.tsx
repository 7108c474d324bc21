// Vehicles with their permits, and parking spaces; one of them beside the list.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Space, Vehicle } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { SettingsForm } from './settings.tsx';
import { SpacePane } from './space.tsx';
import { VehiclePane } from './vehicle.tsx';

const route = getRouteApi('/console/housing/parking');
const views = ['active', 'soon', 'expired', 'none', 'ended', 'spaces', 'free', 'rules'] as const;
type View = (typeof views)[number];
const isView = (v: string | undefined): v is View => views.some(x => x === v);
const ofSpaces = (view: View) => view === 'spaces' || view === 'free';

function useVehicles(view: View, q: string) {
  const community = useCommunity();
  const query = {
    community,
    ...(q ? { q } : {}),
    ...(ofSpaces(view) || view === 'rules'
      ? {}
      : { view: view as Exclude<View, 'spaces' | 'free' | 'rules'> }),
  };
  return useInfiniteQuery({
    queryKey: ['parking', 'vehicles', query],
    queryFn: ({ pageParam }) =>
      data(api.GET('/vehicles', { params: { query: pageParam ? { ...query, cursor: pageParam } : query } })),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
    enabled: !ofSpaces(view) && view !== 'rules',
  });
}

function useSpaces(view: View, q: string) {
  const community = useCommunity();
  const query = { community, ...(q ? { q } : {}), ...(view === 'free' ? { state: 'free' as const } : {}) };
  return useInfiniteQuery({
    queryKey: ['parking', 'spaces', query],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/parking/spaces', {
          params: { query: pageParam ? { ...query, cursor: pageParam } : query },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
    enabled: ofSpaces(view),
  });
}

export function Plate({ vehicle }: { vehicle: Pick<Vehicle, 'plate' | 'newEnergy'> }) {
  return vehicle.plate ? (
    <span className={vehicle.newEnergy ? 'tag green' : 'tag care'}>{vehicle.plate}</span>
  ) : (
    <span className="dim">{t('parking.no_plate')}</span>
  );
}

function Permit({ vehicle }: { vehicle: Vehicle }) {
  if (vehicle.endedOn) return <span className="dim3">{t('parking.ended_on', { day: vehicle.endedOn })}</span>;
  if (vehicle.permit === 'none') return <span className="dim3">{t('parking.permit.none')}</span>;
  const calm = vehicle.permit === 'valid';
  return (
    <span className={calm ? '' : 'tag amber'}>
      {t(`parking.permit.${vehicle.permit}`, { day: vehicle.permitTo ?? '' })}
    </span>
  );
}

type Open = (id: string) => void;

function Vehicles({ rows, open, go }: { rows: Vehicle[]; open: string | undefined; go: Open }) {
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('parking.plate')}</th>
          <th>{t('parking.room')}</th>
          <th>{t('parking.owner')}</th>
          <th>{t('parking.space')}</th>
          <th>{t('parking.car')}</th>
          <th>{t('parking.permit')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(v => (
          <tr key={v.id} className={v.id === open ? 'on' : ''}>
            <td>
              <button type="button" className="cell" onClick={() => go(v.id)}>
                <Plate vehicle={v} />
              </button>
            </td>
            <td>
              {v.roomId ? (
                <Link to="/console/households/$roomId" params={{ roomId: v.roomId }}>
                  {v.roomLabel}
                </Link>
              ) : (
                '–'
              )}
            </td>
            <td>{v.owner ?? '–'}</td>
            <td>{v.spaceNumber ?? '–'}</td>
            <td className="dim">{[v.brand, v.colour].filter(Boolean).join(' ') || '–'}</td>
            <td>
              <Permit vehicle={v} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Spaces({ rows, open, go }: { rows: Space[]; open: string | undefined; go: Open }) {
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('parking.number')}</th>
          <th>{t('parking.area')}</th>
          <th>{t('parking.kind')}</th>
          <th>{t('parking.place')}</th>
          <th>{t('parking.state')}</th>
          <th>{t('parking.holder')}</th>
          <th>{t('parking.till')}</th>
          <th>{t('parking.cars')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(s => (
          <tr key={s.id} className={s.id === open ? 'on' : ''}>
            <td className="b">
              <button type="button" className="cell" onClick={() => go(s.id)}>
                {s.number}
              </button>
            </td>
            <td className="dim">{s.area || '–'}</td>
            <td>{t(`parking.kind.${s.kind}`)}</td>
            <td>{t(`parking.place.${s.place}`)}</td>
            <td>{t(`parking.state.${s.state}`)}</td>
            <td>{s.holder ?? '–'}</td>
            <td className="dim">{s.to ?? '–'}</td>
            <td className="cut">{s.plates.join(t('why.join')) || '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Head({ view, q, go }: { view: View; q: string; go: (part: { q?: string; open?: string }) => void }) {
  const can = useCan();
  const community = useCommunity();
  const asked = new URLSearchParams({ community });
  if (q) asked.set('q', q);
  if (view === 'free') asked.set('state', 'free');
  if (!ofSpaces(view) && view !== 'rules') asked.set('view', view);
  const exported = `${base}${ofSpaces(view) ? '/parking/spaces' : '/vehicles'}/export.xlsx?${asked}`;
  return (
    <header className="page-head">
      <H1>{t('housing.parking')}</H1>
      <Find label={t(ofSpaces(view) ? 'parking.find.space' : 'parking.find')} q={q} onFind={q => go({ q })} />
      <span className="grow" />
      {can('parking.export') && (
        <a className="btn" href={exported} download>
          {t('list.export')}
        </a>
      )}
      {can('parking.edit') && (
        <button type="button" className="btn go" onClick={() => go({ open: 'new' })}>
          <Icon name="plus" />
          {t(ofSpaces(view) ? 'parking.space.new' : 'parking.new')}
        </button>
      )}
    </header>
  );
}

function Views({ view }: { view: View }) {
  const can = useCan();
  const community = useCommunity();
  const counts = useQuery({
    queryKey: ['parking', 'counts', community],
    queryFn: () => data(api.GET('/parking/counts', { params: { query: { community } } })),
  }).data;
  const n: Partial<Record<View, number | undefined>> = {
    active: counts?.active,
    soon: counts?.soon,
    expired: counts?.expired,
    spaces: counts?.spaces,
    free: counts?.free,
  };
  return (
    <nav className="row wrap pad-row" aria-label={t('parking.views')}>
      {views
        .filter(v => v !== 'rules' || can('parking.settings'))
        .map(v => (
          <Link
            key={v}
            to="/console/housing/parking"
            search={{ view: v }}
            className={v === view ? 'tag care' : 'tag'}
            aria-current={v === view ? 'page' : undefined}
          >
            {t(`parking.view.${v}`)} {n[v] ?? ''}
          </Link>
        ))}
    </nav>
  );
}

export function ParkingPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const view = isView(search.view) ? search.view : 'active';
  const q = search.q ?? '';
  const deferred = useDeferredValue(q);
  const vehicles = useVehicles(view, deferred);
  const spaces = useSpaces(view, deferred);
  const query = ofSpaces(view) ? spaces : vehicles;
  const go = (part: { q?: string; open?: string | undefined }) =>
    void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const cars = vehicles.data?.pages.flatMap(page => page.items) ?? [];
  const places = spaces.data?.pages.flatMap(page => page.items) ?? [];
  const count = ofSpaces(view) ? places.length : cars.length;
  const open = (id: string) => go({ open: id });
  const close = () => go({ open: undefined });
  return (
    <main id="main" className="page tabbed">
      <Head key={view} view={view} q={q} go={go} />
      <Tabs of="housing" />
      <Views view={view} />
      {view === 'rules' ? (
        <div className="page-body">
          <SettingsForm />
        </div>
      ) : (
        <div className={search.open ? 'page-body two-cols' : 'page-body flush'}>
          <div>
            <ErrorNote query={query} />
            {query.isPending && <Skeleton rows={12} />}
            {query.data && count === 0 && (
              <Empty>
                {t(ofSpaces(view) ? 'parking.spaces.none' : q ? 'parking.none.q' : 'parking.none')}
              </Empty>
            )}
            {count > 0 && ofSpaces(view) && <Spaces rows={places} open={search.open} go={open} />}
            {count > 0 && !ofSpaces(view) && <Vehicles rows={cars} open={search.open} go={open} />}
            <More query={query} />
          </div>
          {search.open &&
            (ofSpaces(view) ? (
              <SpacePane key={search.open} id={search.open} onDone={open} onClose={close} />
            ) : (
              <VehiclePane key={search.open} id={search.open} onDone={open} onClose={close} />
            ))}
        </div>
      )}
    </main>
  );
}
