// The valve to close, from a ticket in one click (HOU-04a).
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { wordFor } from '../../../kit/i18n.ts';
import type { Ticket } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { t } from '../../words/index.ts';

export function Valves({ ticket }: { ticket: Ticket }) {
  const can = useCan()('facility.view');
  const where = ticket.roomId ? { room: ticket.roomId } : { building: ticket.buildingId ?? '' };
  const query = useQuery({
    queryKey: ['shut-offs', where],
    queryFn: async () => (await data(api.GET('/shut-offs', { params: { query: where } }))).items,
    enabled: can && Boolean(ticket.roomId ?? ticket.buildingId),
    staleTime: 300_000,
  });
  const list = query.data ?? [];
  if (list.length === 0) return null;
  return (
    <details className="valves">
      <summary>{t('plan.valves', { n: list.length })}</summary>
      <ul className="lines">
        {list.map(valve => (
          <li key={valve.id}>
            <span className="grow">
              <Link to="/console/housing/plans" search={{ open: valve.planId, item: valve.id }}>
                {valve.name}
              </Link>{' '}
              <span className="dim">
                {wordFor(`plan.medium.${valve.medium}`)} · {t(`plan.reach.${valve.reach}`)}
              </span>
              <br />
              <span className="dim3">{valve.place}</span>
            </span>
            {valve.hasPhoto && (
              <a href={`${base}/plan-items/${valve.id}/photo`} target="_blank" rel="noreferrer">
                {t('plan.photo')}
              </a>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
