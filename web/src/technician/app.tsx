import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useSyncExternalStore } from 'react';
import { isApiError } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { useLang } from '../kit/i18n.ts';
import { Icon } from '../kit/icons.tsx';
import { useLive } from '../kit/live.ts';
import { useSession, useSessionQuery, watchSession } from '../kit/session.ts';
import { ApprovalPage, ApprovalsPage, useToDecide } from './approvals.tsx';
import { DutiesPage, useAsked } from './duties.tsx';
import { ListPage } from './list.tsx';
import { MePage } from './me.tsx';
import { NoticesPage } from './notices.tsx';
import { go, usePath } from './path.ts';
import { PlanPage } from './plans.tsx';
import { ReadingPage } from './reading.tsx';
import { PasswordPage, SignInPage } from './sign-in.tsx';
import { TicketPage } from './ticket.tsx';
import { t } from './words/index.ts';

const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, retry: (count, error) => !isApiError(error) && count < 2 },
  },
});
watchSession(client);

const subscribe = (watcher: () => void) => {
  window.addEventListener('online', watcher);
  window.addEventListener('offline', watcher);
  return () => {
    window.removeEventListener('online', watcher);
    window.removeEventListener('offline', watcher);
  };
};

export function Offline() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (online) return null;
  return (
    <p className="offl" role="status">
      <Icon name="off" />
      {t('shell.offline')}
    </p>
  );
}

function Tabs({ path }: { path: string }) {
  const decides = useSession().permissions.includes('approval.decide');
  const waiting = useToDecide().data?.length ?? 0;
  const asked = useAsked();
  const planned = useSession().permissions.includes('roster.self');
  const tab = (to: string, icon: 'list' | 'clock' | 'stamp' | 'user', label: string) => (
    <a
      href={to}
      className={path === to ? 'on' : ''}
      aria-current={path === to ? 'page' : undefined}
      onClick={event => {
        event.preventDefault();
        go(to, true);
      }}
    >
      <Icon name={icon} />
      {label}
    </a>
  );
  return (
    <nav className="tabbar" aria-label={t('tabs')}>
      {tab('/m', 'list', t('tab.list'))}
      {planned && tab('/m/duties', 'clock', asked > 0 ? `${t('tab.duties')} ${asked}` : t('tab.duties'))}
      {decides &&
        tab('/m/approvals', 'stamp', waiting > 0 ? `${t('tab.approvals')} ${waiting}` : t('tab.approvals'))}
      {tab('/m/me', 'user', t('tab.me'))}
    </nav>
  );
}

function Inside() {
  const path = usePath();
  const session = useSession();
  useLive(client, session.communities[0]?.id);
  const ticket = /^\/m\/tickets\/([^/]+)$/.exec(path)?.[1];
  if (ticket) return <TicketPage key={ticket} id={ticket} />;
  const plan = /^\/m\/plans\/([^/]+)(?:\/([^/]+))?$/.exec(path);
  if (plan?.[1]) return <PlanPage key={path} id={plan[1]} item={plan[2]} />;
  const approval = /^\/m\/approvals\/([^/]+)$/.exec(path)?.[1];
  if (approval) return <ApprovalPage key={approval} id={approval} />;
  if (path === '/m/notices') return <NoticesPage />;
  if (path === '/m/procedures') return <ReadingPage />;
  const here = ['/m/me', '/m/approvals', '/m/duties'].includes(path) ? path : '/m';
  const pages: Record<string, ReactNode> = {
    '/m/me': <MePage />,
    '/m/approvals': <ApprovalsPage />,
    '/m/duties': <DutiesPage />,
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
  } else if (session.data === null) page = <SignInPage />;
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
  } else if (session.data) page = <Inside />;
  return page;
}

export function App() {
  const lang = useLang();
  return (
    <QueryClientProvider client={client}>
      <Gate key={lang} />
    </QueryClientProvider>
  );
}
