// Tickets in columns (TIC-10): by how far they are, or by who has them; a card that is dragged to somebody is given to them.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { shortNumber } from '../../../kit/format.ts';
import { ClockCell, GradeBadge } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Status, TicketRow } from '../../../kit/types.ts';
import { ArrivalTag, windowText } from '../../../kit/visits.tsx';
import { useCan, useCommunity } from '../../session.ts';
import { useKeys } from '../../shell/keys.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Chips } from './bar.tsx';
import { type Filters, queryOf } from './filters.ts';
import { useColleagues, useWord } from './forms.tsx';
import { TicketPane } from './pane.tsx';
import './cards.css';
import './columns.css';

const route = getRouteApi('/console/tickets/board');

/** How far a matter is; the last column waits for the customer's word. */
const stages: [string, Status[]][] = [
  ['new', ['new']],
  ['given', ['dispatched']],
  ['taken', ['accepted', 'en_route']],
  ['working', ['arrived', 'working']],
  ['held', ['held']],
  ['done', ['resolved']],
];
const unfinished: Status[] = stages.flatMap(([name, list]) => (name === 'done' ? [] : list));
const columnLimit = 50;
const boardLimit = 200;

interface CardProps {
  row: TicketRow;
  on: boolean;
  open: (id: string) => void;
  drag: boolean;
  by: 'stage' | 'person';
}

function Card({ row, on, open, drag, by }: CardProps) {
  return (
    <li>
      <button
        type="button"
        className={`visit-chip ${on ? 'on' : ''}`}
        data-testid="card"
        aria-current={on ? 'true' : undefined}
        draggable={drag}
        onDragStart={e => e.dataTransfer.setData('text/plain', row.id)}
        onClick={() => open(row.id)}
      >
        <span className="row">
          <GradeBadge grade={row.grade} />
          <b className="cut grow">{row.short || row.place}</b>
          <span className="dim3">{shortNumber(row.number)}</span>
        </span>
        <span className="cut">{row.title}</span>
        <span className="row">
          <span className="dim cut grow">
            {by === 'stage' ? (row.assignee?.name ?? t('board.nobody')) : t(`status.${row.status}`)}
          </span>
          {row.visitState === 'booked' && row.visitFrom && row.visitTo && (
            <span className="tag">{windowText(row.visitFrom, row.visitTo)}</span>
          )}
          <ArrivalTag ticket={row} />
        </span>
        {row.clock && <ClockCell clock={row.clock} />}
      </button>
    </li>
  );
}

interface ColumnProps {
  name: string;
  note?: string | undefined;
  n: number | undefined;
  more: boolean;
  onDrop?: ((id: string) => void) | undefined;
  children: ReactNode;
}

function Column({ name, note, n, more, onDrop, children }: ColumnProps) {
  const [over, setOver] = useState(false);
  const title = note ? `${name} ${note}` : name;
  return (
    <section
      className={`board-column ${over ? 'over' : ''}`}
      aria-label={title}
      data-testid="column"
      onDragOver={e => {
        if (!onDrop) return;
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={e => {
        e.preventDefault();
        setOver(false);
        onDrop?.(e.dataTransfer.getData('text/plain'));
      }}
    >
      <h2>
        <span className="cut">{name}</span>
        {note && <span className="dim3">{note}</span>}
        <span className="grow" />
        <span className="dim">{n === undefined ? '' : `${n}${more ? '+' : ''}`}</span>
      </h2>
      {children}
    </section>
  );
}

interface BoardProps {
  filters: Filters;
  opened: string | undefined;
  open: (id: string) => void;
}

function Stage({ name, list, filters, opened, open }: BoardProps & { name: string; list: Status[] }) {
  const community = useCommunity();
  const asked = {
    ...queryOf(community, { ...filters, status: undefined }),
    status: list,
    limit: columnLimit,
  };
  const query = useQuery({
    queryKey: ['tickets', 'board', asked],
    queryFn: () => data(api.GET('/tickets', { params: { query: asked } })),
    placeholderData: old => old,
  });
  const rows = query.data?.items;
  return (
    <Column name={t(`board.${name}` as 'board.new')} n={rows?.length} more={Boolean(query.data?.next)}>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={4} />}
      {rows?.length === 0 && <p className="dim3">{t('board.none')}</p>}
      <ul className="mini-list">
        {rows?.map(row => (
          <Card key={row.id} row={row} on={row.id === opened} open={open} drag={false} by="stage" />
        ))}
      </ul>
      {query.data?.next && list.length === 1 && (
        <Link
          className="link"
          to="/console/tickets"
          search={{ ...filters, status: list[0], open: undefined }}
        >
          {t('board.rest')}
        </Link>
      )}
    </Column>
  );
}

interface Given {
  id: string;
  to: string;
  name: string;
  number?: string;
}

/** What was dragged past the senior on duty waits for a word (TIC-05a). */
function Past({
  given,
  fields,
  busy,
  give,
  close,
}: {
  given: Given;
  fields: Record<string, string>;
  busy: boolean;
  give: (word: { word?: string }) => void;
  close: () => void;
}) {
  const word = useWord(fields);
  const title = t('board.past', { number: given.number ?? '', name: given.name });
  return (
    <form
      className="act-form"
      aria-label={title}
      noValidate
      onSubmit={e => {
        e.preventDefault();
        give(word.body);
      }}
    >
      <h2 className="sub">{title}</h2>
      {word.field}
      <div className="row">
        <button type="submit" className="btn go" disabled={busy}>
          {t('do.dispatch')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </div>
    </form>
  );
}

function Persons({ filters, opened, open, tools }: BoardProps & { tools: ReactNode }) {
  const client = useQueryClient();
  const community = useCommunity();
  const may = useCan()('ticket.dispatch');
  const people = useColleagues(community);
  const send = useSend();
  const [last, setLast] = useState<Given>();
  const [past, setPast] = useState(false);
  if (send.fields.word && !past) setPast(true);
  const asked = {
    ...queryOf(community, { ...filters, status: undefined }),
    status: unfinished,
    limit: boardLimit,
  };
  const query = useQuery({
    queryKey: ['tickets', 'board', asked],
    queryFn: () => data(api.GET('/tickets', { params: { query: asked } })),
    placeholderData: old => old,
  });
  const rows = query.data?.items ?? [];
  const give = async (given: Given, word?: { word?: string }) => {
    const { id, to, name } = given;
    const row = rows.find(r => r.id === id);
    if (!row || row.assignee?.id === to) return;
    setLast({ ...given, number: row.number });
    if (!word) setPast(false);
    const done = await send.run(once =>
      data(
        api.POST('/ticket-dispatches', {
          params: { header: once },
          body: { community, to, tickets: [{ id, version: row.version }], ...word },
        }),
      ),
    );
    for (const key of ['tickets', 'ticket', 'counts', 'staff'])
      void client.invalidateQueries({ queryKey: [key] });
    if (!done) return;
    setPast(false);
    toast(t('dispatch.done', { number: row.number, name }));
  };
  const of = (id: string | undefined) => rows.filter(r => r.assignee?.id === id);
  const shown = (people.data ?? [])
    .filter(p => p.onDuty || of(p.id).length > 0)
    .sort((a, b) => Number(b.onDuty) - Number(a.onDuty) || a.agentNo.localeCompare(b.agentNo));
  // Somebody of elsewhere, or who has left, may still have something.
  const known = new Set(shown.map(p => p.id));
  const others = new Map(
    rows.flatMap(r => (r.assignee && !known.has(r.assignee.id) ? [[r.assignee.id, r.assignee.name]] : [])),
  );
  const cards = (list: TicketRow[]) => (
    <ul className="mini-list">
      {list.map(row => (
        <Card key={row.id} row={row} on={row.id === opened} open={open} drag={may} by="person" />
      ))}
    </ul>
  );
  return (
    <>
      <div className="list-tools">
        {tools}
        <div className="board-note">
          <ErrorNote query={query} />
          {last && past ? (
            <Past
              given={last}
              fields={send.fields}
              busy={send.busy}
              give={word => void give(last, word)}
              close={() => {
                setPast(false);
                send.clear();
              }}
            />
          ) : null}
          {!send.fields.word && <TroubleNote trouble={send.trouble} />}
          {may && <p className="dim3">{t('board.hint')}</p>}
          {query.data?.next && <p className="warn">{t('board.cut', { n: boardLimit })}</p>}
        </div>
      </div>
      <div className="board">
        {query.isPending && <Skeleton rows={6} />}
        {query.data && (
          <Column name={t('board.nobody')} n={of(undefined).length} more={false}>
            {of(undefined).length === 0 && <p className="dim3">{t('board.none')}</p>}
            {cards(of(undefined))}
          </Column>
        )}
        {shown.map(p => (
          <Column
            key={p.id}
            name={p.name}
            note={t(p.onDuty ? 'staff.on_duty' : 'staff.off_duty')}
            n={of(p.id).length}
            more={false}
            onDrop={may ? id => void give({ id, to: p.id, name: p.name }) : undefined}
          >
            {of(p.id).length === 0 && <p className="dim3">{t('board.free')}</p>}
            {cards(of(p.id))}
          </Column>
        ))}
        {[...others].map(([id, name]) => (
          <Column key={id} name={name ?? ''} n={of(id).length} more={false}>
            {cards(of(id))}
          </Column>
        ))}
      </div>
    </>
  );
}

export function BoardPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const by = search.by === 'person' ? 'person' : 'stage';
  const close = () => set({ open: undefined });
  const full = () => {
    if (search.open) void navigate({ to: '/console/tickets/$id', params: { id: search.open } });
  };
  useKeys({ Escape: close });
  const { open: opened, by: _, ...filters } = search;
  const tools = <Chips filters={filters} set={set} />;
  const board = { filters, opened, open: (id: string) => set({ open: id }) };
  return (
    <main id="main" className={`main ${opened ? 'split' : ''}`}>
      <section className="list boards" aria-label={t('board.title')}>
        <div className="h">
          <H1>{t('board.title')}</H1>
          <nav className="row" aria-label={t('board.by')}>
            {(['stage', 'person'] as const).map(name => (
              <button
                key={name}
                type="button"
                className={`chip tap ${name === by ? 'on' : ''}`}
                aria-current={name === by ? 'true' : undefined}
                onClick={() => set({ by: name })}
              >
                {t(`board.by.${name}`)}
              </button>
            ))}
          </nav>
          <span className="grow" />
          <Link className="btn" to="/console/tickets" search={{ ...filters, status: undefined }}>
            {t('tickets.list')}
          </Link>
        </div>
        {by === 'person' ? (
          <Persons {...board} tools={tools} />
        ) : (
          <>
            <div className="list-tools">{tools}</div>
            <div className="board">
              {stages
                .filter(([, list]) => !filters.status || list.includes(filters.status))
                .map(([name, list]) => (
                  <Stage key={name} name={name} list={list} {...board} />
                ))}
            </div>
          </>
        )}
      </section>
      {opened && (
        <TicketPane key={opened} id={opened} onClose={close} onFull={full} onMove={() => undefined} />
      )}
    </main>
  );
}
