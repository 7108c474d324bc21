// My jobs by deadline: what is being worked on now, what comes next.
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, data } from '../kit/client.ts';
import { useDuty } from '../kit/duty.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { Flip } from '../kit/flip.tsx';
import { LookInCard, useLookIns } from '../kit/lookins.tsx';
import { ClockCell, GradeBadge } from '../kit/parts.tsx';
import { Skeleton } from '../kit/phone.tsx';
import { useSession } from '../kit/session.ts';
import { dayOf, serverNow } from '../kit/time.ts';
import type { TicketRow } from '../kit/types.ts';
import { windowText } from '../kit/visits.tsx';
import { Bell } from './bell.tsx';
import { ByPlan, Claims, useMyRoster } from './duty.tsx';
import { foreseeRow } from './foresee.ts';
import { Kept } from './kept.tsx';
import { MyRounds } from './my-rounds.tsx';
import { useWaiting } from './outbox.ts';
import { go } from './path.ts';
import { useTakeAlong } from './plans.tsx';
import { ToRead } from './to-read.tsx';
import { t } from './words/index.ts';
import { MyParts } from './work.tsx';

// A line that most days have nothing to say: it comes when the list stands there.
const DailyDue = lazy(() =>
  import('./daily.tsx').then(
    m => ({ default: m.DailyDue }),
    () => ({ default: () => null }),
  ),
);

const working = ['arrived', 'working'];
const finished = ['resolved', 'followed_up', 'archived', 'cancelled'];

export function useMine() {
  const community = useSession().communities[0]?.id ?? '';
  return useQuery({
    queryKey: ['tickets', 'mine', community],
    queryFn: async () =>
      (await data(api.GET('/tickets', { params: { query: { community, view: 'mine', limit: 100 } } }))).items,
    enabled: community !== '',
  });
}

/** Running work that I am to look at. */
function MyLookIns() {
  const session = useSession();
  const may = session.permissions.includes('lookin.record');
  const rows = useLookIns(session.communities[0]?.id ?? '', '', may).data?.filter(l => l.mine) ?? [];
  if (rows.length === 0) return null;
  return (
    <section aria-label={t('list.look')}>
      <h2 className="grp">
        <span>{t('list.look')}</span>
        <span>{t('list.count', { n: rows.length })}</span>
      </h2>
      <ul className="sect">
        {rows.map(look => (
          <LookInCard
            key={look.id}
            look={look}
            may
            about={
              <b>
                {look.title} · {look.place}
              </b>
            }
          />
        ))}
      </ul>
    </section>
  );
}

function Job({ row, now }: { row: TicketRow; now: boolean }) {
  const path = `/m/tickets/${row.id}`;
  return (
    <li className="job" data-testid="job">
      <a
        href={path}
        onClick={event => {
          event.preventDefault();
          go(path);
        }}
      >
        <GradeBadge grade={row.grade} />
        <h3>{row.title}</h3>
        {row.clock && (
          <ClockCell clock={row.clock}>
            {(bar, text) => (
              <>
                <span className="t">{text}</span>
                <span className="pl">
                  <span className="cut">
                    {row.visitFrom && row.visitTo && row.visitState === 'booked' && (
                      <b>{windowText(row.visitFrom, row.visitTo)} </b>
                    )}
                    {row.place} {row.customerName}
                  </span>
                  <span className="nw">
                    {t(`clock.${row.clock?.kind ?? 'resolve'}`)} · {t(`status.${row.status}`)}
                  </span>
                </span>
                {bar}
              </>
            )}
          </ClockCell>
        )}
        {now && <span className="pbtn go do">{t('list.continue')}</span>}
      </a>
    </li>
  );
}

/** What has a window today, in the order of the windows. */
export function todaysVisits<R extends Pick<TicketRow, 'visitFrom' | 'visitState'>>(
  rows: R[],
  now = serverNow(),
): R[] {
  return rows
    .filter(r => r.visitState === 'booked' && r.visitFrom && dayOf(Date.parse(r.visitFrom)) === dayOf(now))
    .sort((a, b) => (a.visitFrom ?? '').localeCompare(b.visitFrom ?? ''));
}

function Group({ title, rows, now = false }: { title: string; rows: TicketRow[]; now?: boolean }) {
  if (rows.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="grp">
        <span>{title}</span>
        <span>{t('list.count', { n: rows.length })}</span>
      </h2>
      <ul>
        {rows.map(row => (
          <Job key={row.id} row={row} now={now} />
        ))}
      </ul>
    </section>
  );
}

export function DutySwitch() {
  const duty = useDuty();
  const byPlan = useMyRoster().data?.byPlan;
  const [error, setError] = useState<unknown>();
  if (byPlan) return <ByPlan />;
  if (!duty) return null;
  return (
    <>
      <label className="duty">
        <span>{t('me.duty')}</span>
        <Flip
          on={duty.on}
          put={on => {
            setError(undefined);
            return duty.put(on);
          }}
          refused={setError}
        />
      </label>
      {error !== undefined && (
        <p className="trouble" role="alert">
          {explain(error)}
        </p>
      )}
    </>
  );
}

export function ListPage() {
  const session = useSession();
  const query = useMine();
  const waiting = useWaiting();
  const rows = (query.data ?? []).map(row => foreseeRow(row, waiting));
  const open = rows.filter(row => !finished.includes(row.status));
  const visits = todaysVisits(open.filter(row => !working.includes(row.status)));
  useTakeAlong(open);
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t('list.title', { n: open.length })}</h1>
        <span className="dim s14">
          {session.account.name} {session.account.agentNo}
        </span>
        <Bell />
      </header>
      <Offline />
      <Kept />
      <DutySwitch />
      <Claims />
      {query.isPending && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {t('error.retry')}
          </button>
        </div>
      )}
      {query.data && open.length === 0 && (
        <p className="empty">{t(session.onDuty === false ? 'list.empty.off' : 'list.empty')}</p>
      )}
      <ToRead />
      <Suspense fallback={null}>
        <DailyDue />
      </Suspense>
      <MyRounds />
      <Group title={t('list.now')} rows={open.filter(row => working.includes(row.status))} now />
      <Group title={t('list.visits')} rows={visits} />
      <Group
        title={t('list.next')}
        rows={open.filter(row => !working.includes(row.status) && !visits.includes(row))}
      />
      <MyLookIns />
      <MyParts />
      <Group title={t('list.done')} rows={rows.filter(row => row.status === 'resolved')} />
    </main>
  );
}
