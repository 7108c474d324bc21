// What every page of the phone says of my duty: who is on, swaps that wait, what is offered (STA-01).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from '../kit/client.ts';
import { Icon } from '../kit/icons.tsx';
import { TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { useSession } from '../kit/session.ts';
import { hourMinute } from '../kit/time.ts';
import { t } from './words/index.ts';

export const useHere = () => useSession().communities[0]?.id ?? '';

export function useMyRoster() {
  const community = useHere();
  const may = useSession().permissions.includes('roster.self');
  return useQuery({
    queryKey: ['roster', 'mine', community],
    queryFn: () => data(api.GET('/roster-mine', { params: { query: { community } } })),
    enabled: may && community !== '',
  });
}

/** Swaps that wait for me. */
export function useAsked(): number {
  const me = useSession().account.id;
  return useMyRoster().data?.swaps.filter(s => s.toId === me && s.state === 'asked').length ?? 0;
}

/** Where a roster is planned it says who is on duty, and there is nothing to switch. */
export function ByPlan() {
  const mine = useMyRoster().data;
  if (!mine?.byPlan) return null;
  return (
    <p className="duty">
      {mine.now
        ? t('duties.now', { shift: mine.now.shift, time: hourMinute(new Date(mine.now.to)) })
        : t('duties.off')}
    </p>
  );
}

/** What is offered to whoever is quicker (抢单). */
export function Claims() {
  const session = useSession();
  const community = useHere();
  const client = useQueryClient();
  const send = useSend();
  const query = useQuery({
    queryKey: ['claims', community],
    queryFn: () => data(api.GET('/claims', { params: { query: { community } } })),
    enabled: session.permissions.includes('ticket.claim') && community !== '',
  });
  const rows = query.data?.items ?? [];
  const claim = async (id: string) => {
    await send.run(once => data(api.POST('/tickets/{id}/claim', { params: { path: { id }, header: once } })));
    for (const key of ['claims', 'tickets']) void client.invalidateQueries({ queryKey: [key] });
  };
  if (rows.length === 0 && !send.trouble) return null;
  return (
    <section aria-label={t('claims.title')}>
      <h2 className="grp">
        <span>{t('claims.title')}</span>
        <span>{t('list.count', { n: rows.length })}</span>
      </h2>
      <TroubleNote trouble={send.trouble} />
      <ul>
        {rows.map(r => (
          <li key={r.id} className="sect duty-line" data-testid="claim">
            <span>
              <b>
                {t(`grade.${r.grade}`)} {r.title}
              </b>
              <span className="s14 dim block">
                <Icon name="pin" size="s" /> {r.place}
              </span>
            </span>
            <button
              type="button"
              className="pbtn small go"
              disabled={send.busy}
              aria-label={t('claims.go.of', { title: r.title })}
              onClick={() => void claim(r.id)}
            >
              {t('do.claim')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
