import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api, data } from '../../../kit/client.ts';
import { rating, shortNumber } from '../../../kit/format.ts';
import { When } from '../../../kit/parts.tsx';
import { serverNow } from '../../../kit/time.ts';
import type { FollowUp } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { useKeys } from '../../shell/keys.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { matterOf } from './data.ts';
import { Detail } from './detail.tsx';
import { Views } from './views.tsx';

const route = getRouteApi('/console/followups');
const states = ['due', 'done', 'not_reached', 'all'] as const;
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

/** What one should know before the call. */
function Marks({ item }: { item: FollowUp }) {
  const said: string[] = [];
  if (item.others.length > 0) said.push(t('followup.others', { n: item.others.length }));
  if (item.round > 0 && item.state === 'due') said.push(t('followup.mark.head'));
  if (item.rule === 'vip') said.push(t('followup.rule.vip'));
  if (item.noCalls && item.state === 'due') said.push(t('followup.no_calls'));
  return (
    <>
      {said.map(text => (
        <span key={text} className="mark">
          {text}
        </span>
      ))}
      {item.calledAt && (
        <span className="dim3">
          {t('followup.called')} <When at={item.calledAt} />
        </span>
      )}
    </>
  );
}

function Row({ item, on, onOpen }: { item: FollowUp; on: boolean; onOpen: () => void }) {
  const late = item.state === 'due' && Date.parse(item.dueAt) < serverNow();
  return (
    <tr className={on ? 'on' : ''} data-testid="followup-row" onClick={onOpen}>
      <td className={`nw ${late ? 'over' : ''}`}>
        <When at={item.dueAt} />
      </td>
      <td className="dim3 nw">{item.ticketNumber && shortNumber(item.ticketNumber)}</td>
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
          {matterOf(item)}
        </button>
        <Marks item={item} />
      </td>
      <td className="dim cut">{item.place}</td>
      <td className="cut">{item.customerName ?? '–'}</td>
      <td className="dim nw">{item.contactMobileMasked}</td>
      <td className="num">
        {item.state === 'done' && item.rating !== undefined
          ? rating(item.rating)
          : t('followup.tries', { n: item.attempts })}
        {item.nextAt && (
          <span className="dim3">
            {' '}
            <When at={item.nextAt} />
          </span>
        )}
      </td>
    </tr>
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
        <col style={{ width: 116 }} />
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

export function FollowUpsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
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
          <span className="grow" />
          {rows.length > 0 && (
            <ExportLink path="/followups" query={{ community, state }} need="followup.export" />
          )}
        </div>
        <Views on={state} />
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
      {open && <Detail key={open.id} id={open.id} onClose={close} />}
    </main>
  );
}
