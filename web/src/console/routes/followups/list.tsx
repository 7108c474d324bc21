import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api, data } from '../../../kit/client.ts';
import { nameOf, rating, shortNumber } from '../../../kit/format.ts';
import { When } from '../../../kit/parts.tsx';
import { serverNow } from '../../../kit/time.ts';
import type { FollowUp } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { useKeys } from '../../shell/keys.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { FollowUpForm } from './form.tsx';

const route = getRouteApi('/console/followups');
const states = ['due', 'done', 'all'] as const;
type State = (typeof states)[number];

function useFollowUps(state: State) {
  const community = useCommunity();
  return useInfiniteQuery({
    queryKey: ['followups', community, state],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/followups', {
          params: { query: { community, state, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
}

function Row({ item, on, onOpen }: { item: FollowUp; on: boolean; onOpen: () => void }) {
  const late = item.state === 'due' && Date.parse(item.dueAt) < serverNow();
  return (
    <tr className={on ? 'on' : ''} data-testid="followup-row" onClick={onOpen}>
      <td className={`nw ${late ? 'over' : ''}`}>
        <When at={item.dueAt} />
      </td>
      <td className="dim3 nw">{shortNumber(item.ticketNumber)}</td>
      <td className="cut">
        <button
          type="button"
          className="cell"
          aria-current={on ? 'true' : undefined}
          onClick={event => {
            event.stopPropagation();
            onOpen();
          }}
        >
          {item.title}
        </button>
      </td>
      <td className="dim cut">{item.place}</td>
      <td className="cut">{item.customerName ?? '–'}</td>
      <td className="dim nw">{item.contactMobileMasked}</td>
      <td className="num">
        {item.state === 'done' && item.rating !== undefined
          ? rating(item.rating)
          : t('followup.tries', { n: item.attempts })}
      </td>
    </tr>
  );
}

function Detail({ item, onDone, onClose }: { item: FollowUp; onDone: () => void; onClose: () => void }) {
  const can = useCan();
  return (
    <aside className="pane" aria-label={t('followup.detail')}>
      <div className="ph">
        <span className="dim3">{item.ticketNumber}</span>
        <span className="grow" />
        <Link className="btn quiet" to="/console/tickets/$id" params={{ id: item.ticketId }}>
          {t('followup.ticket')}
        </Link>
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('do.close')}
        </button>
      </div>
      <div className="body">
        <h2>{item.title}</h2>
        <dl className="facts">
          <dt>{t('ticket.place')}</dt>
          <dd>{item.place}</dd>
          <dt>{t('ticket.customer')}</dt>
          <dd>{[item.customerName, item.contactMobileMasked].filter(Boolean).join(' ') || '–'}</dd>
          <dt>{t('followup.due')}</dt>
          <dd>
            <When at={item.dueAt} />
          </dd>
          <dt>{t('followup.attempts')}</dt>
          <dd>{item.attempts}</dd>
        </dl>
        {item.state === 'done' ? (
          <div className="result">
            <p>
              <b>{t(item.solved ? 'said.followed_up.solved' : 'said.followed_up.unsolved')}</b>
              {t('list.join')}
              {t('said.followed_up.rating', {
                rating: rating(item.rating ?? 0),
                attitude: item.attitude ?? '–',
                speed: item.speed ?? '–',
                effect: item.effect ?? '–',
              })}
            </p>
            {item.words && <p>{t('said.quote', { text: item.words })}</p>}
            <p className="dim3">
              {nameOf(item.by)} {item.doneAt && <When at={item.doneAt} />}
            </p>
          </div>
        ) : can('followup.record') ? (
          <FollowUpForm key={item.id} followup={item} onDone={onDone} />
        ) : (
          <p className="dim">{t('followup.not_yours')}</p>
        )}
      </div>
    </aside>
  );
}

function Table({
  rows,
  state,
  open,
  onOpen,
}: {
  rows: FollowUp[];
  state: State;
  open: string | undefined;
  onOpen: (id: string) => void;
}) {
  return (
    <table className="grid followups">
      <colgroup>
        <col style={{ width: 128 }} />
        <col style={{ width: 104 }} />
        <col />
        <col style={{ width: 128 }} />
        <col style={{ width: 84 }} />
        <col style={{ width: 108 }} />
        <col style={{ width: 72 }} />
      </colgroup>
      <thead>
        <tr>
          <th>{t('followup.due')}</th>
          <th>{t('tickets.number')}</th>
          <th>{t('tickets.matter')}</th>
          <th>{t('tickets.place')}</th>
          <th>{t('ticket.customer')}</th>
          <th>{t('followup.mobile')}</th>
          <th className="num">{t(state === 'done' ? 'ticket.rating' : 'followup.attempts')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(item => (
          <Row key={item.id} item={item} on={item.id === open} onOpen={() => onOpen(item.id)} />
        ))}
      </tbody>
    </table>
  );
}

function States({ state, onChoose }: { state: State; onChoose: (state: State) => void }) {
  return (
    <nav className="tabs views" aria-label={t('tickets.views')}>
      {states.map(s => (
        <button
          key={s}
          type="button"
          className={s === state ? 'on' : ''}
          aria-current={s === state ? 'true' : undefined}
          onClick={() => onChoose(s)}
        >
          {t(`followup.state.${s}`)}
        </button>
      ))}
    </nav>
  );
}

export function FollowUpsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const state: State = states.find(s => s === search.state) ?? 'due';
  const query = useFollowUps(state);
  const rows = useMemo(() => query.data?.pages.flatMap(page => page.items) ?? [], [query.data]);
  const at = rows.findIndex(row => row.id === search.open);
  const open = rows[at];
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const move = (by: number) => {
    const next = rows[at < 0 ? 0 : at + by];
    if (next) set({ open: next.id });
  };
  const close = () => set({ open: undefined });
  useKeys({ j: () => move(1), k: () => move(-1), Escape: close });
  return (
    <main id="main" className={`main ${open ? 'split' : ''}`}>
      <section className="list short" aria-label={t('followup.list')}>
        <div className="h">
          <H1>{t('nav.followups')}</H1>
        </div>
        <States state={state} onChoose={next => set({ state: next, open: undefined })} />
        <div className="scroll">
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={12} />}
          {query.data && rows.length === 0 && (
            <Empty action={<Link to="/console/tickets">{t('page.to_tickets')}</Link>}>
              {t(`followup.none.${state}`)}
            </Empty>
          )}
          {rows.length > 0 && (
            <Table rows={rows} state={state} open={search.open} onOpen={id => set({ open: id })} />
          )}
          <More query={query} />
        </div>
      </section>
      {open && <Detail item={open} onDone={() => undefined} onClose={close} />}
    </main>
  );
}
