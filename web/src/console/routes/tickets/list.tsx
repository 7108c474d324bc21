import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { base } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { TicketRow } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { useKeys } from '../../shell/keys.ts';
import { useCounts } from '../../shell/shell.tsx';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Chips, Foot, ViewTabs } from './bar.tsx';
import { BulkBar, HotMatters, SavedViews } from './board.tsx';
import { useTickets } from './data.ts';
import { type Filters, narrowed, queryOf, type View, views, wide } from './filters.ts';
import { TicketPane } from './pane.tsx';
import { TicketTable, toggled } from './table.tsx';

const route = getRouteApi('/console/tickets');
type Part = Filters & { open?: string };

const viewOf = (filters: Filters): View => views.find(v => v === filters.view) ?? 'all';

/** One sentence, and the one thing to do next. */
function NoTickets({ filters, set }: { filters: Filters; set: (part: Part) => void }) {
  const navigate = route.useNavigate();
  const can = useCan();
  const unassigned = useCounts().data?.unassigned ?? 0;
  const view = viewOf(filters);
  let text = t(`tickets.none.${view}`);
  let label = t('tickets.none.all.go');
  let act = () => set({ view: 'all' });
  if (narrowed(filters)) {
    text = t('tickets.none.filter');
    label = t('tickets.clear');
    act = () => set(wide);
  } else if (unassigned > 0 && view !== 'unassigned') {
    label = t('tickets.none.go', { n: unassigned });
    act = () => set({ view: 'unassigned' });
  } else if (view === 'all' && can('ticket.open')) {
    label = t('tickets.none.first');
    act = () => void navigate({ to: '/console/tickets/new' });
  }
  return (
    <Empty
      action={
        <button type="button" className="link" onClick={act}>
          {label}
        </button>
      }
    >
      {text}
    </Empty>
  );
}

function Head({ filters, set }: { filters: Filters; set: (part: Part) => void }) {
  const navigate = route.useNavigate();
  const community = useCommunity();
  const can = useCan();
  const query = new URLSearchParams(queryOf(community, filters) as Record<string, string>);
  return (
    <div className="h">
      <H1>{t('nav.tickets')}</H1>
      <Find
        label={t('tickets.find')}
        hint={t('tickets.find.hint')}
        q={filters.q}
        onFind={q => set({ q })}
        wait={250}
      />
      <span className="grow" />
      <Link className="btn" to="/console/tickets/board" search={{ ...filters, status: undefined }}>
        {t('board.title')}
      </Link>
      <Link className="btn" to="/console/tickets/calendar">
        {t('visits.calendar')}
      </Link>
      <a className="btn" href={`${base}/tickets/export.xlsx?${query}`} download>
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
  );
}

/** Up and down, open in full, close: by key and by the pane's buttons. */
function useMoves(rows: TicketRow[], open: string | undefined, set: (part: Part) => void) {
  const navigate = route.useNavigate();
  const at = rows.findIndex(row => row.id === open);
  const move = (by: number) => {
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
    if (next) set({ open: next.id });
  };
  const full = () => {
    if (open) void navigate({ to: '/console/tickets/$id', params: { id: open } });
  };
  const close = () => set({ open: undefined });
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Escape: close,
    Enter: event => {
      // A link or button with the focus keeps its own Enter, the chosen row excepted.
      const el = event.target as HTMLElement;
      if (el.closest('a, button') && !el.closest('tr.on')) el.click();
      else full();
    },
  });
  return { move, full, close };
}

export function ListPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useTickets(search);
  const rows = useMemo(() => query.data?.pages.flatMap(page => page.items) ?? [], [query.data]);
  const set = (part: Part) => void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const may = useCan()('ticket.dispatch');
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const chosen = rows.filter(row => picked.has(row.id));
  useKeys({
    x: () => {
      if (may && search.open) setPicked(toggled(picked, [search.open]));
    },
  });
  const { move, full, close } = useMoves(rows, search.open, set);
  return (
    <main id="main" className={`main ${search.open ? 'split' : ''}`}>
      <section className="list" aria-label={t('tickets.list')}>
        <Head filters={search} set={set} />
        <ViewTabs view={viewOf(search)} onChoose={view => set({ view, open: undefined })} />
        <div className="list-tools">
          <HotMatters onChoose={filters => set({ ...wide, ...filters, open: undefined })} />
          <Chips filters={search} set={set} />
          <SavedViews filters={search} onChoose={filters => set({ ...wide, ...filters, open: undefined })} />
          {chosen.length > 0 && <BulkBar rows={chosen} clear={() => setPicked(new Set())} />}
        </div>
        <div className="scroll">
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={20} />}
          {query.data && rows.length === 0 && <NoTickets filters={search} set={set} />}
          {rows.length > 0 && (
            <TicketTable
              rows={rows}
              open={search.open}
              onOpen={id => set({ open: id })}
              picked={may ? picked : undefined}
              onPick={setPicked}
            />
          )}
          <More query={query} />
        </div>
        <Foot />
      </section>
      {search.open && (
        <TicketPane key={search.open} id={search.open} onClose={close} onFull={full} onMove={move} />
      )}
    </main>
  );
}
