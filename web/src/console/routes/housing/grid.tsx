// The tree of a community, and the grid of one building: floors × rooms, a block for each unit.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Branch, Cell, Grid, OpenTickets } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { BuildingTools } from './building.tsx';
import { states, useTree } from './data.ts';
import { RoomSide } from './side.tsx';
import './housing.css';

const route = getRouteApi('/console/housing');

function Tree({ branches, at }: { branches: Branch[]; at: string | undefined }) {
  return (
    <nav className="estate-tree" aria-label={t('housing.tree')}>
      {branches.map(b => (
        <div key={b.id}>
          <Link to="/console/housing" search={{ building: b.id }} className={b.id === at ? 'on' : ''}>
            <span className="grow">{b.name}</span>
            <span className="dim3">{b.rooms}</span>
          </Link>
          {b.id === at &&
            b.units.map(u => (
              <p key={u.id} className="part">
                <span>{t('housing.unit', { code: u.code })}</span>
                <span>{u.rooms}</span>
              </p>
            ))}
        </div>
      ))}
    </nav>
  );
}

interface Floor {
  floor: number;
  /** One list of rooms for each unit. */
  blocks: Cell[][];
}

/** Rooms without a floor are listed below. */
export function floorsOf(grid: Grid): { floors: Floor[]; widths: number[]; rest: Cell[] } {
  const units = grid.units.length > 0 ? grid.units.map(u => u.id) : [''];
  if (grid.units.length > 0 && grid.cells.some(c => !c.unitId)) units.push('');
  const byFloor = new Map<number, Cell[][]>();
  const rest: Cell[] = [];
  for (const cell of grid.cells) {
    if (cell.floor === undefined) {
      rest.push(cell);
      continue;
    }
    const row = byFloor.get(cell.floor) ?? units.map(() => []);
    row[Math.max(units.indexOf(cell.unitId ?? ''), 0)]?.push(cell);
    byFloor.set(cell.floor, row);
  }
  const floors = [...byFloor].map(([floor, blocks]) => ({ floor, blocks })).sort((a, b) => b.floor - a.floor);
  const widths = units.map((_, at) => Math.max(0, ...floors.map(f => f.blocks[at]?.length ?? 0)));
  return { floors, widths, rest };
}

/** Where an arrow leads: the next cell of the row, or the nearest one above or below. */
function neighbour(from: HTMLElement, key: string): HTMLElement | null {
  const all = [...document.querySelectorAll<HTMLElement>('.room')];
  if (key === 'Home') return all[0] ?? null;
  if (key === 'End') return all.at(-1) ?? null;
  const here = from.getBoundingClientRect();
  const middle = (r: DOMRect) => [r.left + r.width / 2, r.top + r.height / 2] as const;
  const [x, y] = middle(here);
  let best: HTMLElement | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const el of all) {
    const [ex, ey] = middle(el.getBoundingClientRect());
    const [dx, dy] = [ex - x, ey - y];
    const along = { ArrowLeft: -dx, ArrowRight: dx, ArrowUp: -dy, ArrowDown: dy }[key] ?? 0;
    const across = key === 'ArrowLeft' || key === 'ArrowRight' ? Math.abs(dy) : Math.abs(dx);
    if (along < 4 || el === from) continue;
    const far = along + across * 8;
    if (far < least) [best, least] = [el, far];
  }
  return best;
}

/** The open tickets of a room: how many, and the most urgent grade. */
type Open = ReadonlyMap<string, OpenTickets>;

interface Choose {
  open: Open;
  chosen: ReadonlySet<string>;
  choose: (id: string, more: boolean) => void;
}

function RoomCell({ cell, first, open, chosen, choose }: Choose & { cell: Cell; first: boolean }) {
  const navigate = useNavigate();
  const keys = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      void navigate({ to: '/console/households/$roomId', params: { roomId: cell.id } });
      return;
    }
    if (!/^(Arrow|Home|End)/.test(event.key)) return;
    event.preventDefault();
    neighbour(event.currentTarget, event.key)?.focus();
  };
  const state = t(`housing.state.${cell.state}`);
  const tickets = open.get(cell.id);
  return (
    <button
      type="button"
      className={`room s-${cell.state}`}
      aria-pressed={chosen.has(cell.id)}
      tabIndex={first ? 0 : -1}
      onKeyDown={keys}
      onFocus={event => {
        for (const el of document.querySelectorAll<HTMLElement>('.room[tabindex="0"]')) el.tabIndex = -1;
        event.currentTarget.tabIndex = 0;
      }}
      onClick={event => choose(cell.id, event.ctrlKey || event.metaKey || event.shiftKey)}
      onDoubleClick={() => void navigate({ to: '/console/households/$roomId', params: { roomId: cell.id } })}
    >
      <b>{cell.number}</b>
      <i>{t(`housing.letter.${cell.state}`)}</i>
      <small>{cell.owner ?? ''}</small>
      {tickets && <span className={`dot ${tickets.grade}`} aria-hidden="true" />}
      <span className="quiet-reading">
        {cell.label} {state} {tickets && t('housing.open_tickets', { n: tickets.n })}
      </span>
    </button>
  );
}

function Legend({ cells, open }: { cells: Cell[]; open: Open }) {
  return (
    <p className="legend-row">
      {states.map(state => (
        <span key={state}>
          <span className={`swatch s-${state}`} aria-hidden="true">
            {t(`housing.letter.${state}`)}
          </span>
          {t(`housing.state.${state}`)} <b>{cells.filter(c => c.state === state).length}</b>
        </span>
      ))}
      {open.size > 0 && (
        <span>
          <span className="dot-key" aria-hidden="true" />
          {t('housing.has_tickets')} <b>{open.size}</b>
        </span>
      )}
    </p>
  );
}

function useOpen(id: string): Open {
  const may = useCan()('ticket.view');
  const { data: found } = useQuery({
    queryKey: ['tickets', 'building', id],
    queryFn: async () =>
      (await data(api.GET('/buildings/{id}/open-tickets', { params: { path: { id } } }))).items,
    enabled: may,
  });
  return useMemo(() => new Map((found ?? []).map(o => [o.roomId, o])), [found]);
}

function Floors({ grid, ...choose }: Choose & { grid: Grid }) {
  const { floors, widths, rest } = useMemo(() => floorsOf(grid), [grid]);
  const first = floors[0]?.blocks.flat()[0] ?? rest[0];
  const heads = grid.units.map(u => t('housing.unit', { code: u.code }));
  return (
    <>
      {floors.length > 0 && (
        <table className="floors">
          {heads.length > 0 && (
            <thead>
              <tr>
                <td />
                {widths.map((width, at) => (
                  <th
                    // biome-ignore lint/suspicious/noArrayIndexKey: units never move
                    key={at}
                    scope="col"
                    colSpan={Math.max(width, 1)}
                    className={at > 0 ? 'next' : undefined}
                  >
                    {heads[at] ?? ''}
                  </th>
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {floors.map(({ floor, blocks }) => (
              <tr key={floor}>
                <th scope="row">{t('housing.floor', { n: floor })}</th>
                {blocks.flatMap((block, at) =>
                  Array.from({ length: Math.max(widths[at] ?? 0, 1) }, (_, i) => {
                    const cell = block[i];
                    return (
                      // biome-ignore lint/suspicious/noArrayIndexKey: a place of the grid
                      <td key={`${at}-${i}`} className={at > 0 && i === 0 ? 'next' : undefined}>
                        {cell && <RoomCell cell={cell} first={cell === first} {...choose} />}
                      </td>
                    );
                  }),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rest.length > 0 && (
        <section>
          <h2 className="sub">{t('housing.no_floor')}</h2>
          <div className="rest">
            {rest.map(cell => (
              <RoomCell key={cell.id} cell={cell} first={cell === first} {...choose} />
            ))}
          </div>
        </section>
      )}
    </>
  );
}

function Building({ id, branch }: { id: string; branch: Branch | undefined }) {
  const query = useQuery({
    queryKey: ['housing', 'grid', id],
    queryFn: () => data(api.GET('/buildings/{id}/grid', { params: { path: { id } } })),
  });
  const open = useOpen(id);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = (room: string, more: boolean) =>
    setChosen(old => {
      if (!more) return old.size === 1 && old.has(room) ? new Set() : new Set([room]);
      const next = new Set(old);
      if (!next.delete(room)) next.add(room);
      return next;
    });
  const cells = query.data?.cells.filter(c => chosen.has(c.id)) ?? [];
  return (
    <>
      <section className="estate-main" aria-label={branch?.name}>
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={10} height={40} />}
        {query.data && (
          <>
            <BuildingTools
              key={query.data.building.id}
              building={query.data.building}
              units={query.data.units}
              empty={query.data.cells.length === 0}
            />
            <Legend cells={query.data.cells} open={open} />
            {query.data.cells.length === 0 && <Empty>{t('housing.building.empty')}</Empty>}
            <Floors grid={query.data} open={open} chosen={chosen} choose={choose} />
            <p className="dim3 hint">{t('housing.grid.keys')}</p>
          </>
        )}
      </section>
      {cells.length > 0 && <RoomSide cells={cells} onClose={() => setChosen(new Set())} />}
    </>
  );
}

export function GridPage() {
  const { building } = route.useSearch();
  const can = useCan();
  const query = useTree();
  const at = building ?? query.data?.[0]?.id;
  return (
    <main id="main" className="page tabbed estate-body">
      <header className="page-head">
        <H1>{t('nav.housing')}</H1>
        <span className="grow" />
        {can('housing.edit') && (
          <Link className="btn go" to="/console/housing/new" search={at ? { building: at } : {}}>
            <Icon name="plus" />
            {t('housing.new')}
          </Link>
        )}
      </header>
      <Tabs of="housing" />
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={10} />}
      {query.data?.length === 0 && (
        <Empty
          action={can('customer.import') && <Link to="/console/imports">{t('housing.none.import')}</Link>}
        >
          {t('housing.none')}
        </Empty>
      )}
      {at && query.data && (
        <div className="estate">
          <Tree branches={query.data} at={at} />
          <Building key={at} id={at} branch={query.data.find(b => b.id === at)} />
        </div>
      )}
    </main>
  );
}
