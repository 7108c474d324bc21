// Who pays a temporary charge: a household, or a customer who has no room here.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Hit } from '../../../kit/types.ts';
import { ErrorNote } from '../../ui/query.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/temporary.ts';
import { BigSearch, hitIcon, useHits } from '../household/search.tsx';

export interface Payer {
  room?: string;
  customer?: string;
}

export function payerOf(hit: Hit): Payer | undefined {
  if (hit.kind === 'room') return { room: hit.id };
  if (hit.kind === 'customer') return { customer: hit.id, ...(hit.roomId ? { room: hit.roomId } : {}) };
  return undefined;
}

export function FindPayer({ onPick }: { onPick: (payer: Payer) => void }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const query = useHits(typed, false);
  const hits = typed.trim() ? (query.data ?? []).filter(payerOf) : [];
  const chosen = Math.min(at, Math.max(0, hits.length - 1));
  const open = (hit: Hit | undefined) => {
    const payer = hit && payerOf(hit);
    if (payer) onPick(payer);
  };
  return (
    <div className="stack">
      <BigSearch
        value={typed}
        onType={q => {
          setTyped(q);
          setAt(0);
        }}
        onGo={() => open(hits[chosen])}
        onMove={by => setAt(Math.max(0, Math.min(hits.length - 1, chosen + by)))}
      />
      <ErrorNote query={query} />
      {typed.trim() === '' && <p className="dim">{t('temporary.find')}</p>}
      {typed.trim() !== '' && query.data && hits.length === 0 && (
        <Empty>{t('search.none', { q: typed.trim() })}</Empty>
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
              >
                <Icon name={hitIcon[hit.kind]} />
                <span className="grow">
                  <b>{hit.title}</b>
                  <span className="dim">{hit.subtitle}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Who was chosen, by name. */
export function Chosen({ payer, onClear }: { payer: Payer; onClear: () => void }) {
  const room = useQuery({
    queryKey: ['room', payer.room],
    queryFn: () => data(api.GET('/rooms/{id}', { params: { path: { id: payer.room ?? '' } } })),
    enabled: !!payer.room,
  });
  const customer = useQuery({
    queryKey: ['customer', payer.customer],
    queryFn: () => data(api.GET('/customers/{id}', { params: { path: { id: payer.customer ?? '' } } })),
    enabled: !!payer.customer,
  });
  return (
    <p className="row wrap" data-testid="payer">
      <span className="dim">{t(payer.room ? 'temporary.who.room' : 'temporary.who.customer')}</span>
      <b>{[room.data?.label, customer.data?.name].filter(Boolean).join(' · ')}</b>
      <span className="grow" />
      <button type="button" className="link" onClick={onClear}>
        {t('temporary.change')}
      </button>
    </p>
  );
}
