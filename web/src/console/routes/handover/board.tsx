// The hand-over board: progress by building, who comes today, and the rooms behind the figures.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { HandoverRow, Progress, paths } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import '../housing/housing.css';

const route = getRouteApi('/console/housing/handover');
const states = ['done', 'inspected', 'appointed', 'invited', 'refused', 'waiting'] as const;
const papers = ['contract', 'covenant'] as const;

type Search = { building?: string; state?: string; unsigned?: string; defects?: string; on?: string };
type Query = NonNullable<paths['/handover/rooms']['get']['parameters']['query']>;

const useBoard = () => {
  const community = useCommunity();
  return useQuery({
    queryKey: ['handover', 'board', community],
    queryFn: () => data(api.GET('/handover/board', { params: { query: { community } } })),
  });
};

function useRooms(search: Search) {
  const community = useCommunity();
  const { defects, ...rest } = search;
  const asked = { ...rest, community, ...(defects ? { defects: true } : {}) } as Query;
  const query = useInfiniteQuery({
    queryKey: ['handover', 'rooms', asked],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/handover/rooms', {
          params: { query: pageParam ? { ...asked, cursor: pageParam } : asked },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
  const given = Object.entries(asked)
    .filter(([, v]) => v !== undefined)
    .map(([k, v]): [string, string] => [k, String(v)]);
  return { query, exported: `${base}/handover/export.xlsx?${new URLSearchParams(given)}` };
}

function useInvite() {
  const community = useCommunity();
  const client = useQueryClient();
  const navigate = useNavigate();
  const send = useSend();
  const invite = async (what: { buildings?: string[]; rooms?: string[] }) => {
    const made = await send.run(once =>
      data(api.POST('/handovers', { params: { header: once }, body: { community, ...what } })),
    );
    if (!made) return;
    toast(t('handover.invited', { n: made.rooms }));
    await client.invalidateQueries({ queryKey: ['handover'] });
    if (what.rooms && made.handoverId)
      void navigate({ to: '/console/housing/handover/$id', params: { id: made.handoverId } });
  };
  return { send, invite };
}

function Bars({ p }: { p: Progress }) {
  return (
    <span className="bars" aria-hidden="true">
      {states.map(s => {
        const n = p.states[s] ?? 0;
        return n > 0 && s !== 'waiting' ? (
          <i key={s} className={`b-${s}`} style={{ width: `${(n / p.rooms) * 100}%` }} />
        ) : null;
      })}
    </span>
  );
}

function Buildings({ rows, search }: { rows: Progress[]; search: Search }) {
  const can = useCan();
  const { send, invite } = useInvite();
  return (
    <>
      <table className="grid">
        <thead>
          <tr>
            <th>{t('housing.building')}</th>
            <th className="num">{t('handover.rooms')}</th>
            <th>{t('handover.progress')}</th>
            {states.map(s => (
              <th key={s} className="num">
                {t(`handover.state.${s}`)}
              </th>
            ))}
            {papers.map(p => (
              <th key={p} className="num">
                {t(`handover.unsigned.${p}`)}
              </th>
            ))}
            <th>{t('list.act')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(p => (
            <tr key={p.buildingId} className={p.buildingId === search.building ? 'on' : ''}>
              <td className="b">
                <Link to="/console/housing/handover" search={{ building: p.buildingId }}>
                  {p.name}
                </Link>
              </td>
              <td className="num">{p.rooms}</td>
              <td>
                <Bars p={p} />
              </td>
              {states.map(s => (
                <td key={s} className="num">
                  {p.states[s] ? (
                    <Link to="/console/housing/handover" search={{ building: p.buildingId, state: s }}>
                      {p.states[s]}
                    </Link>
                  ) : (
                    <span className="dim3">0</span>
                  )}
                </td>
              ))}
              {papers.map(kind => (
                <td key={kind} className="num">
                  {p.unsigned[kind] ? (
                    <Link to="/console/housing/handover" search={{ building: p.buildingId, unsigned: kind }}>
                      {p.unsigned[kind]}
                    </Link>
                  ) : (
                    <span className="dim3">0</span>
                  )}
                </td>
              ))}
              <td>
                {can('handover.edit') && (p.states.waiting ?? 0) > 0 && (
                  <button
                    type="button"
                    className="link"
                    disabled={send.busy}
                    onClick={() => void invite({ buildings: [p.buildingId] })}
                  >
                    {t('handover.invite.all')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <TroubleNote trouble={send.trouble} />
    </>
  );
}

export function RoomState({
  row,
}: {
  row: Pick<HandoverRow, 'state' | 'appointedOn' | 'slot' | 'finishedOn'>;
}) {
  const at = row.state === 'done' ? row.finishedOn : row.appointedOn;
  return (
    <>
      <span className={row.state === 'refused' ? 'tag amber' : 'tag'}>
        {t(`handover.state.${row.state}`)}
      </span>{' '}
      <span className="dim">{[at, row.state === 'appointed' ? row.slot : ''].filter(Boolean).join(' ')}</span>
    </>
  );
}

function Rooms({ rows }: { rows: HandoverRow[] }) {
  const can = useCan();
  const { send, invite } = useInvite();
  return (
    <>
      <table className="grid">
        <thead>
          <tr>
            <th>{t('housing.room')}</th>
            <th>{t('housing.owner')}</th>
            <th>{t('handover.state')}</th>
            <th className="num">{t('handover.defects')}</th>
            <th>{t('handover.paper.contract')}</th>
            <th>{t('handover.paper.covenant')}</th>
            <th>{t('list.act')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.roomId}>
              <td className="b">
                {row.handoverId ? (
                  <Link to="/console/housing/handover/$id" params={{ id: row.handoverId }}>
                    {row.short}
                  </Link>
                ) : (
                  <Link to="/console/households/$roomId" params={{ roomId: row.roomId }}>
                    {row.short}
                  </Link>
                )}
              </td>
              <td>{row.owner ?? '–'}</td>
              <td>
                <RoomState row={row} />
              </td>
              <td className="num">{row.defects || '–'}</td>
              <td className="dim">{row.contract ?? '–'}</td>
              <td className="dim">{row.covenant ?? '–'}</td>
              <td>
                {row.state === 'waiting' && can('handover.edit') && (
                  <button
                    type="button"
                    className="link"
                    disabled={send.busy}
                    onClick={() => void invite({ rooms: [row.roomId] })}
                  >
                    {t('handover.invite')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <TroubleNote trouble={send.trouble} />
    </>
  );
}

function Coming({ rows }: { rows: HandoverRow[] }) {
  return (
    <section className="pad-row" aria-label={t('handover.today')}>
      <h2 className="sub">
        {t('handover.today')} <span className="dim3">{rows.length}</span>
      </h2>
      {rows.length === 0 && <p className="dim">{t('handover.today.none')}</p>}
      <ul className="row wrap">
        {rows.map(row => (
          <li key={row.roomId}>
            <Link className="tag" to="/console/housing/handover/$id" params={{ id: row.handoverId ?? '' }}>
              <b>{row.slot}</b> {row.short} {row.owner} {t(`handover.state.${row.state}`)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the list below is narrowed to, in words. */
function Narrowed({ search, buildings }: { search: Search; buildings: Progress[] }) {
  const said = [
    buildings.find(b => b.buildingId === search.building)?.name,
    states.some(s => s === search.state) && t(`handover.state.${search.state as (typeof states)[number]}`),
    papers.some(p => p === search.unsigned) && t(`handover.unsigned.${search.unsigned as 'contract'}`),
    search.defects && t('handover.defects'),
  ].filter(Boolean);
  if (said.length === 0) return <h2 className="sub">{t('handover.list')}</h2>;
  return (
    <div className="row">
      <h2 className="sub">{said.join(' · ')}</h2>
      <Link to="/console/housing/handover" search={{}}>
        {t('handover.list.all')}
      </Link>
    </div>
  );
}

export function BoardPage() {
  const can = useCan();
  const search = route.useSearch();
  const board = useBoard();
  const { query, exported } = useRooms(search);
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('housing.handover')}</H1>
        {(board.data?.defects ?? 0) > 0 && (
          <Link to="/console/housing/handover" search={{ defects: '1' }} className="tag amber">
            {t('handover.defects.open', { n: board.data?.defects ?? 0 })}
          </Link>
        )}
        <span className="grow" />
        <Link className="btn" to="/console/housing/checklist">
          {t('handover.checklist')}
        </Link>
        {can('handover.export') && (
          <a className="btn" href={exported} download>
            {t('list.export')}
          </a>
        )}
      </header>
      <Tabs of="housing" />
      <div className="page-body flush">
        <ErrorNote query={board} />
        {board.isPending && <Skeleton rows={6} />}
        {board.data && (
          <>
            <Coming rows={board.data.coming} />
            <Buildings rows={board.data.buildings} search={search} />
            <div className="pad-row">
              <Narrowed search={search} buildings={board.data.buildings} />
            </div>
          </>
        )}
        <ErrorNote query={query} />
        {query.data && rows.length === 0 && <Empty>{t('handover.none')}</Empty>}
        {rows.length > 0 && <Rooms rows={rows} />}
        <More query={query} />
      </div>
    </main>
  );
}
