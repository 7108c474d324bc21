import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect } from 'react';
import { isApiError } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Tab } from '../kit/face.tsx';
import { useLang } from '../kit/i18n.ts';
import { useLive } from '../kit/live.ts';
import { Skeleton } from '../kit/phone.tsx';
import { useKeep } from '../kit/push.ts';
import { interrupted, useSession, useSessionQuery, watchSession } from '../kit/session.ts';
import { showNow } from '../kit/shown.ts';
import { keepZone } from '../kit/time.ts';
import { useToDecide } from './deciding.ts';
import { useAsked } from './duty.tsx';
import { ListPage } from './list.tsx';
import { flush, startOutbox } from './outbox.ts';
import { usePath } from './path.ts';
import { PasswordPage, SignInPage } from './sign-in.tsx';
import { TicketPage } from './ticket.tsx';
import { t } from './words/index.ts';

// Opened once or twice a day: not a part of what everybody loads first. They are
// fetched when there is time, so that they open without a network, too.
const attendance = () => import('./attendance.tsx');
const approvals = () => import('./approvals.tsx');
const duties = () => import('./duties.tsx');
const daily = () => import('./daily.tsx');
const me = () => import('./me.tsx');
const report = () => import('./report.tsx');
const notices = () => import('./notices.tsx');
const reading = () => import('./reading.tsx');
const rounds = () => import('./rounds.tsx');
const slips = () => import('./slips.tsx');
const plan = () => import('./plan.tsx');

function Away() {
  return (
    <main className="screen">
      <p className="offl" role="status">
        {t('page.away')}
      </p>
      <button type="button" className="pbtn" onClick={() => location.reload()}>
        {t('error.retry')}
      </button>
    </main>
  );
}
const away = { default: Away };

/** A page that comes when it is opened. */
const later = <P,>(load: () => Promise<ComponentType<P>>) =>
  lazy(() =>
    load().then<{ default: ComponentType<P> }, { default: ComponentType<P> }>(
      page => ({ default: page }),
      () => away,
    ),
  );

const AttendancePage = later(async () => (await attendance()).AttendancePage);
const ApprovalsPage = later(async () => (await approvals()).ApprovalsPage);
const ApprovalPage = later(async () => (await approvals()).ApprovalPage);
const DutiesPage = later(async () => (await duties()).DutiesPage);
const DailyPage = later(async () => (await daily()).DailyPage);
const MePage = later(async () => (await me()).MePage);
const ReportPage = later(async () => (await report()).ReportPage);
const RoundPage = later(async () => (await rounds()).RoundPage);
const NoticesPage = later(async () => (await notices()).NoticesPage);
const ReadingPage = later(async () => (await reading()).ReadingPage);
const SlipsPage = later(async () => (await slips()).SlipsPage);
const PlanPage = later(async () => (await plan()).PlanPage);

function useFetched() {
  useEffect(() => {
    const soon = setTimeout(
      () =>
        void Promise.allSettled(
          [me, attendance, approvals, duties, daily, report, rounds, notices, reading, slips, plan].map(
            load => load(),
          ),
        ),
      3000,
    );
    return () => clearTimeout(soon);
  }, []);
}

const loaded = (page: ReactNode) => <Suspense fallback={<Skeleton />}>{page}</Suspense>;

const client = new QueryClient({
  defaultOptions: {
    // Without a network m-offline.js answers, so a query is asked all the same; a day's work stays in memory.
    queries: {
      staleTime: 30_000,
      gcTime: 24 * 3_600_000,
      networkMode: 'always',
      refetchOnReconnect: true,
      retry: (count, error) => !isApiError(error) && navigator.onLine && count < 2,
    },
  },
});
watchSession(client);

const counted = (name: 'tab.duties' | 'tab.approvals', n: number) => (n > 0 ? `${t(name)} ${n}` : t(name));

function Tabs({ path }: { path: string }) {
  const decides = useSession().permissions.includes('approval.decide');
  const waiting = useToDecide().data?.length ?? 0;
  const asked = useAsked();
  const planned = useSession().permissions.includes('roster.self');
  return (
    <nav className="tabbar" aria-label={t('tabs')}>
      <Tab path={path} to="/m" icon="list" label={t('tab.list')} />
      {planned && <Tab path={path} to="/m/duties" icon="clock" label={counted('tab.duties', asked)} />}
      {decides && (
        <Tab path={path} to="/m/approvals" icon="stamp" label={counted('tab.approvals', waiting)} />
      )}
      <Tab path={path} to="/m/me" icon="user" label={t('tab.me')} />
    </nav>
  );
}

/** What waited reaches the pages as soon as the server has it. */
function useOutbox(account: string) {
  useEffect(
    () =>
      startOutbox(account, (item, made) => {
        if (item.versioned && !item.community) void showNow(client, ['ticket', item.ticket], made);
        const keys = item.versioned
          ? ['tickets', 'runs']
          : ['ticket', 'tickets', 'runs', 'rounds', 'round', 'slips'];
        for (const key of item.community ? ['daily'] : keys)
          void client.invalidateQueries({ queryKey: [key] });
      }),
    [account],
  );
}

/** `away`: the session has ended and somebody is at the sign-in page before it. */
function Inside({ away }: { away: boolean }) {
  const path = usePath();
  const session = useSession();
  const place = session.communities[0];
  keepZone(place?.zone);
  useLive(client, away ? undefined : place?.id, session.live, flush);
  useOutbox(session.account.id);
  useKeep('m', session.account.id);
  useFetched();
  const ticket = /^\/m\/tickets\/([^/]+)$/.exec(path)?.[1];
  if (ticket) return <TicketPage key={ticket} id={ticket} />;
  const papers = /^\/m\/tickets\/([^/]+)\/slips(?:\/([^/]+))?$/.exec(path);
  if (papers?.[1]) return loaded(<SlipsPage key={path} id={papers[1]} form={papers[2]} />);
  const plan = /^\/m\/plans\/([^/]+)(?:\/([^/]+))?$/.exec(path);
  if (plan?.[1]) return loaded(<PlanPage key={path} id={plan[1]} item={plan[2]} />);
  const round = /^\/m\/rounds\/([^/]+)$/.exec(path)?.[1];
  if (round) return loaded(<RoundPage key={round} id={round} />);
  const approval = /^\/m\/approvals\/([^/]+)$/.exec(path)?.[1];
  if (approval) return loaded(<ApprovalPage key={approval} id={approval} />);
  if (path === '/m/notices') return loaded(<NoticesPage />);
  if (path === '/m/attendance') return loaded(<AttendancePage />);
  if (path === '/m/report') return loaded(<ReportPage />);
  if (path === '/m/daily') return loaded(<DailyPage />);
  if (path === '/m/procedures') return loaded(<ReadingPage />);
  const here = ['/m/me', '/m/approvals', '/m/duties'].includes(path) ? path : '/m';
  const pages: Record<string, ReactNode> = {
    '/m/me': loaded(<MePage />),
    '/m/approvals': loaded(<ApprovalsPage />),
    '/m/duties': loaded(<DutiesPage />),
  };
  return (
    <>
      {pages[here] ?? <ListPage />}
      <Tabs path={here} />
    </>
  );
}

function Gate() {
  const session = useSessionQuery();
  const out = session.data === null;
  const kept = out ? interrupted() : session.data;
  let page: ReactNode = null;
  if (session.isError) {
    page = (
      <main className="door">
        <p role="alert">{explain(session.error)}</p>
        <button type="button" className="pbtn go" onClick={() => void session.refetch()}>
          {t('error.retry')}
        </button>
      </main>
    );
  } else if (out && !kept) page = <SignInPage />;
  else if (session.data?.mustChangePassword) page = <PasswordPage />;
  else if (session.data?.mustEnrol) {
    page = (
      <main className="door">
        <h1>{t('enrol.title')}</h1>
        <p>{t('enrol.why')}</p>
        <a className="pbtn go" href="/console/account/security">
          {t('enrol.go')}
        </a>
      </main>
    );
  } else if (kept) {
    // What somebody was typing when the session ended is still there when they are back.
    page = (
      <>
        {out && <SignInPage />}
        <div className={out ? 'away' : 'here'}>
          <Inside key={kept.account.id} away={out} />
        </div>
      </>
    );
  }
  return page;
}

export function App() {
  useLang();
  return (
    <QueryClientProvider client={client}>
      <Gate />
    </QueryClientProvider>
  );
}
