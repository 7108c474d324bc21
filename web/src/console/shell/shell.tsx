import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { Fragment, type ReactNode, useRef, useSyncExternalStore } from 'react';
import { api, data } from '../../kit/client.ts';
import { Icon } from '../../kit/icons.tsx';
import { useLive } from '../../kit/live.ts';
import { useUnread } from '../../kit/notices.ts';
import { useKeep } from '../../kit/push.ts';
import { useSession } from '../../kit/session.ts';
import { useCalls } from '../routes/followups/data.ts';
import { useCan, useCommunity } from '../session.ts';
import '../ui/scrolling.ts';
import { Toaster } from '../ui/toast.tsx';
import { type ConsoleKey, t } from '../words/index.ts';
import { AccountMenu } from './account.tsx';
import { Help } from './help.tsx';
import { useKeys } from './keys.ts';
import { openPlaces, settingsPages } from './pages.ts';
import { Palette } from './palette.tsx';

// A year has four digits: with a last day the browser goes on to the month by itself, and takes no fifth.
addEventListener('focusin', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.max) return;
  if (target.type === 'date') target.max = '9999-12-31';
  if (target.type === 'datetime-local') target.max = '9999-12-31T23:59';
});

const subscribeOnline = (watcher: () => void) => {
  addEventListener('online', watcher);
  addEventListener('offline', watcher);
  return () => {
    removeEventListener('online', watcher);
    removeEventListener('offline', watcher);
  };
};
const useOnline = () => useSyncExternalStore(subscribeOnline, () => navigator.onLine);

export const useCounts = () => {
  const community = useCommunity();
  return useQuery({
    queryKey: ['counts', community],
    queryFn: () => data(api.GET('/tickets/counts', { params: { query: { community } } })),
    enabled: useCan()('ticket.view') && community !== '',
    refetchInterval: 60_000,
  });
};

/** How many a view holds: the program counts up to a thousand, which then means that many or more. */
export const counted = (n: number) => (n >= 1000 ? '1000+' : `${n}`);

const useToDecide = () =>
  useQuery({
    queryKey: ['approval-counts'],
    queryFn: () => data(api.GET('/approvals/counts')),
    enabled: useCan()('approval.inbox'),
    refetchInterval: 60_000,
  });

const useReminders = () => {
  const community = useCommunity();
  return useQuery({
    queryKey: ['reminder-count', community],
    queryFn: () => data(api.GET('/reminder-count', { params: { query: { community } } })),
    enabled: useCan()('reminder.view') && community !== '',
    refetchInterval: 5 * 60_000,
    staleTime: 60_000,
  });
};

/** What of the management log waits for me: days to sign, important events to read, tasks of mine. */
const useDaily = () => {
  const community = useCommunity();
  return useQuery({
    queryKey: ['daily', 'counts', community],
    queryFn: () => data(api.GET('/daily-counts', { params: { query: { community } } })),
    enabled: useCan()('daily.view') && community !== '',
    refetchInterval: 5 * 60_000,
    staleTime: 60_000,
  });
};

function Rail() {
  const can = useCan();
  const reminders = useReminders().data;
  const counts = useCounts().data;
  const calls = useCalls().data;
  const toDecide = useToDecide().data;
  const log = useDaily().data;
  const unread = useUnread(can('ticket.view')).data ?? 0;
  const path = useRouterState({ select: state => state.location.pathname });
  const firstSetting = settingsPages.find(page => can(page.need));
  const count: Partial<Record<string, { n: number; red: boolean; says: ConsoleKey }>> = {
    'nav.tickets': { n: counts?.breached ?? 0, red: true, says: 'nav.breached' },
    'nav.followups': { n: calls?.due ?? 0, red: false, says: 'nav.waiting' },
    'nav.customers': { n: reminders?.open ?? 0, red: false, says: 'nav.reminders' },
    'nav.roster': {
      n: (log?.unsigned ?? 0) + (log?.events ?? 0) + (log?.tasks ?? 0),
      red: false,
      says: 'nav.daily',
    },
    'nav.approvals': { n: toDecide?.toDecide ?? 0, red: (toDecide?.overdue ?? 0) > 0, says: 'nav.to_decide' },
  };
  return (
    <nav className="rail" aria-label={t('nav.main')}>
      <div className="logo" role="img" aria-label={t('app.name')}>
        管
      </div>
      {openPlaces(can).map(place => {
        const badge = count[place.word];
        const on = place.pages.some(to => path === to || path.startsWith(`${to}/`));
        return (
          <Link
            key={place.word}
            to={place.to}
            className={on ? 'on' : ''}
            {...(on ? { 'aria-current': 'page' as const } : {})}
          >
            <Icon name={place.icon} />
            {t(place.word)}
            {badge !== undefined && badge.n > 0 && (
              <em className={badge.red ? 'r' : ''}>
                {badge.n > 99 ? '99+' : badge.n}
                <span className="quiet-reading">{t(badge.says)}</span>
              </em>
            )}
          </Link>
        );
      })}
      <span className="end" />
      {can('ticket.view') && (
        <Link to="/console/notices" search={{}} activeProps={{ className: 'on', 'aria-current': 'page' }}>
          <Icon name="bell" />
          {t('nav.notices')}
          {unread > 0 && (
            <em>
              {unread > 99 ? '99+' : unread}
              <span className="quiet-reading">{t('nav.unread')}</span>
            </em>
          )}
        </Link>
      )}
      {firstSetting && (
        <Link to={firstSetting.to} activeProps={{ className: 'on', 'aria-current': 'page' }}>
          <Icon name="gear" />
          {t('nav.settings')}
        </Link>
      )}
      <AccountMenu />
    </nav>
  );
}

/** `/` goes to the search of the page, or to reception where the page has none. */
function focusSearch(): boolean {
  const input = document.querySelector<HTMLInputElement>('input[data-search]');
  input?.focus();
  input?.select();
  return input !== null;
}

/** `away`: the session has ended and somebody is at the sign-in page before it. */
export function Shell({ children, away }: { children: ReactNode; away: boolean }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const can = useCan();
  const online = useOnline();
  const palette = useRef<HTMLDialogElement>(null);
  const help = useRef<HTMLDialogElement>(null);
  const { account, live } = useSession();
  const community = useCommunity();
  useLive(client, away ? undefined : community, live);
  useKeep('console', account.id);
  useKeys({
    'Ctrl+k': () => palette.current?.showModal(),
    '?': () => help.current?.showModal(),
    '/': () => {
      if (!focusSearch()) void navigate({ to: '/console/reception' });
    },
    c: () => {
      if (can('ticket.open')) void navigate({ to: '/console/tickets/new' });
    },
    'g d': () => void navigate({ to: '/console/account/devices' }),
    ...Object.fromEntries(
      openPlaces(can).map(place => [`g ${place.key}`, () => void navigate({ to: place.to })]),
    ),
  });
  return (
    <div className="app">
      <a className="skip" href="#main">
        {t('nav.skip')}
      </a>
      <Rail />
      <div className="stage">
        {!online && (
          <p className="offline" role="status">
            <Icon name="off" /> {t('shell.offline')}
          </p>
        )}
        {/* What is typed and open on a page is of one community. */}
        <Fragment key={community}>{children}</Fragment>
        <Toaster />
      </div>
      <Palette dialog={palette} openHelp={() => help.current?.showModal()} />
      <Help dialog={help} />
    </div>
  );
}
