import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import type { paths, RoomRow } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { states, types, useTree } from './data.ts';

const route = getRouteApi('/console/housing/rooms');
const names = ['q', 'building', 'state', 'type', 'floor', 'areaFrom', 'areaTo', 'without', 'parcel'] as const;
const lacks = ['owner', 'keeper', 'cleaning', 'greening', 'floor'] as const;

type Search = Partial<Record<(typeof names)[number], string>>;
type Query = NonNullable<paths['/rooms']['get']['parameters']['query']>;

function useRooms(search: Search) {
  const community = useCommunity();
  const asked = { ...search, community } as Query;
  const query = useInfiniteQuery({
    queryKey: ['housing', 'rooms', asked],
    queryFn: ({ pageParam }) =>
      data(api.GET('/rooms', { params: { query: pageParam ? { ...asked, cursor: pageParam } : asked } })),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
    retry: false,
  });
  const given = Object.entries(asked).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return { query, exported: `${base}/rooms/export.xlsx?${new URLSearchParams(given)}` };
}

function Pick({
  word,
  value,
  options,
  onChange,
}: {
  word: string;
  value: string | undefined;
  options: { value: string; label: string }[];
  onChange: (value: string | undefined) => void;
}) {
  return (
    <label className="chip">
      <span className="k">{word}</span>
      <select value={value ?? ''} onChange={e => onChange(e.target.value || undefined)}>
        <option value="">{t('housing.any')}</option>
        {options.map(o => (
          <option key={o.value} value={o.value}>
            {o.label}
          </option>
        ))}
      </select>
    </label>
  );
}

function Small({
  word,
  value,
  onChange,
}: {
  word: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  return (
    <label className="chip">
      <span className="k">{word}</span>
      <input
        className="day"
        size={4}
        inputMode="decimal"
        defaultValue={value ?? ''}
        onBlur={e => onChange(e.target.value.trim() || undefined)}
        onKeyDown={e => {
          if (e.key === 'Enter') onChange(e.currentTarget.value.trim() || undefined);
        }}
      />
    </label>
  );
}

function Filters({ search, set }: { search: Search; set: (part: Search) => void }) {
  const tree = useTree().data ?? [];
  return (
    <div className="row wrap pad-row">
      <Pick
        word={t('housing.building')}
        value={search.building}
        options={tree.map(b => ({ value: b.id, label: b.name }))}
        onChange={building => set({ building })}
      />
      <Pick
        word={t('housing.state')}
        value={search.state}
        options={states.map(value => ({ value, label: t(`housing.state.${value}`) }))}
        onChange={state => set({ state })}
      />
      <Pick
        word={t('housing.type')}
        value={search.type}
        options={types.map(value => ({ value, label: t(`housing.type.${value}`) }))}
        onChange={type => set({ type })}
      />
      <Pick
        word={t('housing.without')}
        value={search.without}
        options={lacks.map(value => ({ value, label: t(`housing.without.${value}`) }))}
        onChange={without => set({ without })}
      />
      <Small
        word={t('housing.floor.of')}
        value={search.floor}
        onChange={floor => set({ floor: floor && /^-?\d{1,3}$/.test(floor) ? floor : undefined })}
      />
      <Small word={t('housing.area.from')} value={search.areaFrom} onChange={areaFrom => set({ areaFrom })} />
      <Small word={t('housing.area.to')} value={search.areaTo} onChange={areaTo => set({ areaTo })} />
    </div>
  );
}

function Table({ rows }: { rows: RoomRow[] }) {
  const tree = useTree().data ?? [];
  const parcelOf = (room: RoomRow) => room.parcels.map(p => p.name).join(t('why.join'));
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('housing.room')}</th>
          <th>{t('housing.building')}</th>
          <th>{t('housing.type')}</th>
          <th className="num">{t('housing.floor.of')}</th>
          <th className="num">{t('housing.area')}</th>
          <th>{t('housing.state')}</th>
          <th>{t('housing.owner')}</th>
          <th>{t('housing.parcels')}</th>
          <th>{t('housing.handed')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(room => (
          <tr key={room.id}>
            <td className="b">
              <Link to="/console/households/$roomId" params={{ roomId: room.id }}>
                {room.short}
              </Link>
            </td>
            <td>
              <Link to="/console/housing" search={{ building: room.buildingId }} className="dim">
                {tree.find(b => b.id === room.buildingId)?.name ?? '–'}
              </Link>
            </td>
            <td>{t(`housing.type.${room.type}`)}</td>
            <td className="num">{room.floor ?? '–'}</td>
            <td className="num">{room.buildingArea ?? '–'}</td>
            <td>{t(`housing.state.${room.state}`)}</td>
            <td>{room.owner ?? '–'}</td>
            <td className="dim cut">{parcelOf(room) || '–'}</td>
            <td className="dim">{room.handedOverOn ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function RoomsPage() {
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (part: Search) => void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const { query, exported } = useRooms(useDeferredValue(search));
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const clear = () => void navigate({ search: {}, replace: true });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('housing.rooms')}</H1>
        <Find label={t('housing.find')} q={search.q} onFind={q => set({ q })} />
        <span className="grow" />
        {can('housing.export') && (
          <a className="btn" href={exported} download>
            {t('list.export')}
          </a>
        )}
      </header>
      <Tabs of="housing" />
      <div className="page-body flush">
        <Filters search={search} set={set} />
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={12} />}
        {query.data && rows.length === 0 && (
          <Empty
            action={
              <button type="button" className="link" onClick={clear}>
                {t('housing.rooms.clear')}
              </button>
            }
          >
            {t('housing.rooms.none')}
          </Empty>
        )}
        {rows.length > 0 && <Table rows={rows} />}
        <More query={query} />
      </div>
    </main>
  );
}
