import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { base } from '../../../kit/api.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useCan, useCommunity } from '../../session.ts';
import { useKeys } from '../../shell/keys.ts';
import { useCounts } from '../../shell/shell.tsx';
import { H1 } from '../../ui/heading.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { type Filters, queryOf, useTickets, type View, views } from './data.ts';
import { TicketPane } from './pane.tsx';
import { TicketTable } from './table.tsx';

const route = getRouteApi('/console/tickets');
const statuses = [
  'new',
  'dispatched',
  'accepted',
  'arrived',
  'working',
  'resolved',
  'followed_up',
  'archived',
  'cancelled',
] as const;
const grades = ['A', 'B', 'C'] as const;

/** Typed words go into the address a moment after the last key. */
function Search({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const [typed, setTyped] = useState(value);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const id = setTimeout(() => latest.current(typed.trim()), 250);
    return () => clearTimeout(id);
  }, [typed, value]);
  return (
    <label className="find">
      <Icon name="search" />
      <input
        data-search
        type="search"
        aria-label={t('tickets.find')}
        placeholder={t('tickets.find.hint')}
        value={typed}
        onChange={e => setTyped(e.target.value)}
        onKeyDown={e => {
          if (e.key === 'Escape') e.currentTarget.blur();
        }}
      />
      <Kbd>/</Kbd>
    </label>
  );
}

function ViewTabs({ view, onChoose }: { view: View; onChoose: (view: View) => void }) {
  const counts = useCounts().data;
  return (
    <nav className="tabs views" aria-label={t('tickets.views')}>
      {views.map(name => (
        <button
          key={name}
          type="button"
          className={name === view ? 'on' : ''}
          aria-current={name === view ? 'true' : undefined}
          onClick={() => onChoose(name)}
        >
          {t(`tickets.view.${name}`)}{' '}
          <em className={name === 'due' && (counts?.due ?? 0) > 0 ? 'soon' : ''}>{counts?.[name] ?? ''}</em>
        </button>
      ))}
    </nav>
  );
}

function Chips({ filters, set }: { filters: Filters; set: (part: Filters) => void }) {
  return (
    <div className="chips">
      <label className="chip">
        <span className="k">{t('tickets.status')}</span>
        <select value={filters.status ?? ''} onChange={e => set({ status: e.target.value || undefined })}>
          <option value="">{t('tickets.any')}</option>
          {statuses.map(s => (
            <option key={s} value={s}>
              {t(`status.${s}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="chip">
        <span className="k">{t('tickets.grade')}</span>
        <select value={filters.grade ?? ''} onChange={e => set({ grade: e.target.value || undefined })}>
          <option value="">{t('tickets.any')}</option>
          {grades.map(g => (
            <option key={g} value={g}>
              {t(`grade.${g}`)}
            </option>
          ))}
        </select>
      </label>
      {(filters.status || filters.grade || filters.q) && (
        <button
          type="button"
          className="btn quiet"
          onClick={() => set({ status: undefined, grade: undefined, q: undefined })}
        >
          <Icon name="x" size="s" /> {t('tickets.clear')}
        </button>
      )}
      <span className="grow" />
      <span className="dim nw">{t('tickets.order')}</span>
    </div>
  );
}

function Foot() {
  const counts = useCounts().data;
  return (
    <footer className="foot">
      {counts && (
        <span>
          {t('tickets.total', { n: counts.all })}
          {counts.breached > 0 && (
            <>
              {t('list.join')}
              <b className="over">{t('tickets.breached', { n: counts.breached })}</b>
            </>
          )}
        </span>
      )}
      <span className="grow" />
      <span className="hint">
        <Kbd>J</Kbd> <Kbd>K</Kbd> {t('keys.move')}
      </span>
      <span className="hint">
        <Kbd>Enter</Kbd> {t('keys.open')}
      </span>
      <span className="hint">
        <Kbd>?</Kbd> {t('keys.all')}
      </span>
    </footer>
  );
}

function NoTickets({ filters, reset }: { filters: Filters; reset: () => void }) {
  const narrowed = filters.status || filters.grade || filters.q;
  const unassigned = useCounts().data?.unassigned ?? 0;
  const text = narrowed ? t('tickets.none.filter') : t(`tickets.none.${(filters.view ?? 'all') as View}`);
  const label = narrowed
    ? t('tickets.clear')
    : unassigned > 0
      ? t('tickets.none.go', { n: unassigned })
      : t('tickets.none.all.go');
  return (
    <Empty
      action={
        <button type="button" className="link" onClick={reset}>
          {label}
        </button>
      }
    >
      {text}
    </Empty>
  );
}

export function ListPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const can = useCan();
  const query = useTickets(search);
  const rows = useMemo(() => query.data?.pages.flatMap(page => page.items) ?? [], [query.data]);
  const view: View = views.find(v => v === search.view) ?? 'all';
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const at = rows.findIndex(row => row.id === search.open);
  const move = (by: number) => {
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
    if (next) set({ open: next.id });
  };
  const full = (id: string | undefined) => {
    if (id) void navigate({ to: '/console/tickets/$id', params: { id } });
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Escape: () => set({ open: undefined }),
    Enter: event => {
      // A link or button with the focus keeps its own Enter.
      const el = event.target as HTMLElement;
      if (el.closest('a, button') && !el.closest('tr.on')) el.click();
      else full(search.open);
    },
  });
  const counts = useCounts().data;
  const reset = () => {
    if (search.status || search.grade || search.q) set({ status: undefined, grade: undefined, q: undefined });
    else if ((counts?.unassigned ?? 0) > 0 && view !== 'unassigned') set({ view: 'unassigned' });
    else if (can('ticket.open') && view === 'all') void navigate({ to: '/console/tickets/new' });
    else set({ view: 'all' });
  };
  const filters = new URLSearchParams(queryOf(community, search) as Record<string, string>);
  return (
    <main id="main" className={`main ${search.open ? 'split' : ''}`}>
      <section className="list" aria-label={t('tickets.list')}>
        <div className="h">
          <H1>{t('nav.tickets')}</H1>
          <Search value={search.q ?? ''} onChange={q => set({ q: q || undefined })} />
          <span className="grow" />
          <a className="btn" href={`${base}/tickets/export.xlsx?${filters}`} download>
            {t('tickets.export')}
          </a>
          {can('ticket.open') && (
            <button
              type="button"
              className="btn go"
              onClick={() => void navigate({ to: '/console/tickets/new' })}
            >
              <Icon name="plus" />
              {t('tickets.new')} <Kbd>C</Kbd>
            </button>
          )}
        </div>
        <ViewTabs view={view} onChoose={next => set({ view: next, open: undefined })} />
        <Chips filters={search} set={set} />
        <div className="scroll">
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={20} />}
          {query.data &&
            (rows.length > 0 ? (
              <TicketTable rows={rows} open={search.open} onOpen={id => set({ open: id })} />
            ) : (
              <NoTickets filters={search} reset={reset} />
            ))}
          <More query={query} />
        </div>
        <Foot />
      </section>
      {search.open && (
        <TicketPane
          key={search.open}
          id={search.open}
          onClose={() => set({ open: undefined })}
          onFull={() => full(search.open)}
          onMove={move}
        />
      )}
    </main>
  );
}
