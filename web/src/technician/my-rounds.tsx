// The rounds with printed bills that are mine, above the jobs; the page of one comes later (BIL-08a).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, data } from '../kit/client.ts';
import { Icon } from '../kit/icons.tsx';
import { useSession } from '../kit/session.ts';
import { go } from './path.ts';
import { t } from './words/index.ts';

export const roundQuery = (id: string) => ({
  queryKey: ['round', id],
  queryFn: () => data(api.GET('/bill-rounds/{id}', { params: { path: { id } } })),
});

/** The rounds I am to walk, one line each above the jobs; they are taken along before the network is gone. */
export function MyRounds() {
  const session = useSession();
  const client = useQueryClient();
  const community = session.communities[0]?.id ?? '';
  const query = useQuery({
    queryKey: ['rounds', community],
    queryFn: async () =>
      (await data(api.GET('/bill-rounds', { params: { query: { community, mine: true } } }))).items,
    enabled: community !== '' && session.permissions.includes('bill.deliver'),
  });
  const rounds = query.data ?? [];
  const ids = rounds.map(r => r.id).join(' ');
  useEffect(() => {
    if (!navigator.onLine) return;
    for (const id of ids.split(' ').filter(Boolean)) void client.prefetchQuery(roundQuery(id));
  }, [client, ids]);
  if (rounds.length === 0) return null;
  return (
    <section aria-label={t('rounds.mine')}>
      <h2 className="grp">
        <span>{t('rounds.mine')}</span>
      </h2>
      {rounds.map(r => (
        <a
          key={r.id}
          className="duty"
          data-testid="round"
          href={`/m/rounds/${r.id}`}
          onClick={event => {
            event.preventDefault();
            go(`/m/rounds/${r.id}`);
          }}
        >
          {t('rounds.left', { building: r.building, n: r.left })} · {t('rounds.on', { day: r.on })}
          <Icon name="right" />
        </a>
      ))}
    </section>
  );
}
