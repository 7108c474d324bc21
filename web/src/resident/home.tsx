// The first screen: who to call, what to report, what is going on (FAC-02).
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { rating } from '../kit/format.ts';
import { Icon, type IconName } from '../kit/icons.tsx';
import { When } from '../kit/parts.tsx';
import { go } from '../kit/path.ts';
import { Skeleton } from '../kit/phone.tsx';
import { when } from '../kit/time.ts';
import type { Home, Matter } from '../kit/types.ts';
import { stateOf } from './parts.tsx';
import { chooseRoom, useHome, useHomes } from './session.ts';
import { t } from './words/index.ts';

const kinds = [
  ['repair', 'wrench'],
  ['complaint', 'flag'],
  ['inquiry', 'search'],
  ['suggestion', 'star'],
] as const satisfies (readonly [string, IconName])[];

function Office({ home }: { home: Home }) {
  return (
    <section className="sect office" aria-label={t('home.office')}>
      {home.servicePhone && (
        <a className="pbtn" href={`tel:${home.servicePhone}`}>
          <Icon name="phone" />
          {t('home.call', { number: home.servicePhone })}
        </a>
      )}
      {home.address && (
        <p className="where">
          <Icon name="pin" />
          {home.address}
        </p>
      )}
      <p className="dim s14">{t('home.complaints')}</p>
    </section>
  );
}

export function Rooms({ home, homes }: { home: Home; homes: Home[] }) {
  if (homes.length < 2) return <span className="dim s14">{home.label}</span>;
  return (
    <select
      className="in room"
      aria-label={t('home.room')}
      value={home.roomId}
      onChange={e => chooseRoom(e.target.value)}
    >
      {homes.map(h => (
        <option key={h.id} value={h.roomId}>
          {h.communityName} {h.label}
        </option>
      ))}
    </select>
  );
}

function Line({ matter }: { matter: Matter }) {
  const to = `/r/tickets/${matter.id}`;
  return (
    <li className="job ask">
      <a
        href={to}
        onClick={event => {
          event.preventDefault();
          go(to);
        }}
      >
        <h3>{matter.title}</h3>
        <span className="t s14">{stateOf(matter)}</span>
        <span className="pl">
          <span>{t(`kind.${matter.kind}`)}</span>
          <span>
            {matter.promisedAt && matter.status !== 'archived' && !matter.resolvedAt ? (
              t('home.comes', { time: when(matter.promisedAt) })
            ) : matter.rating ? (
              t('home.rated', { rating: rating(matter.rating) })
            ) : (
              <When at={matter.openedAt} />
            )}
          </span>
        </span>
      </a>
    </li>
  );
}

function List({ room, open }: { room: string; open: boolean }) {
  const query = useInfiniteQuery({
    queryKey: ['matters', room, open],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/resident/tickets', {
          params: { query: { room, open, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    refetchInterval: open ? 20_000 : false,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError)
    return (
      <div className="trouble" role="alert">
        {explain(query.error)}
        <button type="button" className="link" onClick={() => void query.refetch()}>
          {t('error.retry')}
        </button>
      </div>
    );
  const items = query.data.pages.flatMap(page => page.items);
  if (items.length === 0) return <p className="empty">{t(open ? 'home.none' : 'home.none.done')}</p>;
  return (
    <>
      <ul>
        {items.map(m => (
          <Line key={m.id} matter={m} />
        ))}
      </ul>
      {query.hasNextPage && (
        <button type="button" className="pbtn more" onClick={() => void query.fetchNextPage()}>
          {t('home.more')}
        </button>
      )}
    </>
  );
}

export function HomePage() {
  const home = useHome();
  const homes = useHomes().data ?? [];
  const [done, setDone] = useState(false);
  if (!home) return null;
  return (
    <main className="screen">
      <header className="hi">
        <h1>{home.communityName}</h1>
        <Rooms home={home} homes={homes} />
      </header>
      <nav className="tiles" aria-label={t('home.report')}>
        {kinds.map(([kind, icon]) => (
          <a
            key={kind}
            href={`/r/report?kind=${kind}`}
            onClick={event => {
              event.preventDefault();
              go(`/r/report?kind=${kind}`);
            }}
          >
            <Icon name={icon} />
            {t(`kind.${kind}`)}
          </a>
        ))}
      </nav>
      <h2 className="grp">
        <span>{t(done ? 'home.done' : 'home.open')}</span>
        <button type="button" className="link" onClick={() => setDone(!done)}>
          {t(done ? 'home.open' : 'home.done')}
        </button>
      </h2>
      <List key={`${home.roomId}${done}`} room={home.roomId} open={!done} />
      <Office home={home} />
    </main>
  );
}
