import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { readDraft } from '../../../kit/drafts.ts';
import { Icon } from '../../../kit/icons.tsx';
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

export function ReceptionPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const open = useOpenHit();
  const can = useCan();
  const [typed, setTyped] = useState(search.q ?? '');
  const [at, setAt] = useState(0);
  const query = useHits(typed);
  const hits = typed.trim() ? (query.data ?? []) : [];
  const chosen = Math.min(at, Math.max(0, hits.length - 1));
  const go = () => {
    const hit = hits[chosen];
    if (hit) open(hit);
  };
  const recent = recents();
  return (
    <main id="main" className="reception">
      <H1 className="quiet-reading">{t('nav.reception')}</H1>
      <BigSearch
        value={typed}
        autoFocus
        onType={q => {
          setTyped(q);
          setAt(0);
          void navigate({ search: { q: q.trim() || undefined }, replace: true });
        }}
        onGo={go}
        onMove={by => setAt(Math.max(0, Math.min(hits.length - 1, chosen + by)))}
      />
      <div className="results" aria-live="polite">
        {!typed.trim() && (
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
        )}
        <ErrorNote query={query} />
        {typed.trim() && query.isPending && <Skeleton rows={4} height={48} />}
        {typed.trim() && query.data && hits.length === 0 && (
          <Empty
            action={
              can('ticket.open') && (
                <Link
                  to="/console/tickets/new"
                  search={/^\d{7,}$/.test(typed.trim()) ? { mobile: typed.trim() } : {}}
                >
                  {t('search.none.go')}
                </Link>
              )
            }
          >
            {t('search.none', { q: typed.trim() })}
          </Empty>
        )}
        {hits.length > 0 && (
          <ul className="hit-list" aria-label={t('search.results')}>
            {hits.map((hit, index) => (
              <li key={`${hit.kind}-${hit.id}-${hit.roomId ?? ''}`}>
                <button
                  type="button"
                  className={index === chosen ? 'on' : ''}
                  data-testid="hit"
                  onClick={() => open(hit)}
                  disabled={hit.kind === 'customer' && !hit.roomId}
                >
                  <Icon name={hitIcon[hit.kind]} />
                  <span className="grow">
                    <b>{hit.title}</b>
                    <span className="dim">{hit.subtitle}</span>
                  </span>
                  {hit.badge && <span className="tag">{hit.badge}</span>}
                  <span className="dim3">{t(`search.kind.${hit.kind}`)}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </main>
  );
}
