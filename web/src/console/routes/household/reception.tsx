import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { readDraft } from '../../../kit/drafts.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSession } from '../../../kit/session.ts';
import type { Hit } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { useOpenHit } from '../../ui/hits.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { BigSearch, hitIcon, useHits } from './search.tsx';

const route = getRouteApi('/console/reception');

export interface Recent {
  id: string;
  label: string;
}
export const recents = (): Recent[] => readDraft<Recent[]>('recent-rooms') ?? [];

function Start() {
  const recent = recents();
  return (
    <Empty>
      {t('search.start')}
      {recent.length > 0 && (
        <span className="recent">
          {t('search.recent')}
          {recent.map(r => (
            <Link key={r.id} to="/console/households/$roomId" params={{ roomId: r.id }}>
              {r.label}
            </Link>
          ))}
        </span>
      )}
    </Empty>
  );
}

/** Nobody found is no reason to send a caller away. */
function Nobody({ q }: { q: string }) {
  const can = useCan();
  const go = can('ticket.open') && (
    <Link to="/console/tickets/new" search={/^\d{7,}$/.test(q) ? { mobile: q } : {}}>
      {t('search.none.go')}
    </Link>
  );
  return <Empty action={go}>{t('search.none', { q })}</Empty>;
}

function Hits({ hits, chosen, everywhere }: { hits: Hit[]; chosen: number; everywhere: boolean }) {
  const open = useOpenHit();
  const { communities } = useSession();
  const nameOf = (id: string) => communities.find(c => c.id === id)?.name;
  return (
    <ul className="hit-list" aria-label={t('search.results')}>
      {hits.map((hit, index) => (
        <li key={`${hit.kind}-${hit.id}-${hit.roomId ?? ''}`}>
          <button
            type="button"
            className={index === chosen ? 'on' : ''}
            data-testid="hit"
            onClick={() => open(hit)}
          >
            <Icon name={hitIcon[hit.kind]} />
            <span className="grow">
              <b>{hit.title}</b>
              <span className="dim">{hit.subtitle}</span>
            </span>
            {everywhere && <span className="dim nw">{nameOf(hit.community)}</span>}
            {hit.badge && <span className="tag">{hit.badge}</span>}
            <span className="dim3">{t(`search.kind.${hit.kind}`)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function ReceptionPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const open = useOpenHit();
  const [typed, setTyped] = useState(search.q ?? '');
  const [at, setAt] = useState(0);
  const q = typed.trim();
  const several = useSession().communities.length > 1;
  const everywhere = several && search.all === '1';
  const query = useHits(typed, everywhere);
  const hits = q ? (query.data ?? []) : [];
  const chosen = Math.min(at, Math.max(0, hits.length - 1));
  const type = (text: string) => {
    setTyped(text);
    setAt(0);
    void navigate({ search: { ...search, q: text.trim() || undefined }, replace: true });
  };
  const widen = (all: boolean) =>
    void navigate({ search: { q, ...(all ? { all: '1' } : {}) }, replace: true });
  const go = () => {
    const hit = hits[chosen];
    if (hit) open(hit);
  };
  const move = (by: number) => setAt(Math.max(0, Math.min(hits.length - 1, chosen + by)));
  return (
    <main id="main" className="reception">
      <H1 className="quiet-reading">{t('nav.reception')}</H1>
      <BigSearch value={typed} autoFocus onType={type} onGo={go} onMove={move} />
      <div className="results" aria-live="polite">
        {!q && <Start />}
        <ErrorNote query={query} />
        {q && query.isPending && <Skeleton rows={4} height={48} />}
        {q && query.data && hits.length === 0 && <Nobody q={q} />}
        {hits.length > 0 && <Hits hits={hits} chosen={chosen} everywhere={everywhere} />}
        {several && q && (
          <p className="pad">
            <button type="button" className="link" onClick={() => widen(!everywhere)}>
              {t(everywhere ? 'search.here' : 'search.everywhere')}
            </button>
          </p>
        )}
      </div>
    </main>
  );
}
