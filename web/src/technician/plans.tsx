// Where the valve is, also where there is no network (HOU-04a): plans and photos are kept by m-offline.js.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { runsQuery } from '../kit/checklist.tsx';
import { api, base, data } from '../kit/client.ts';
import { Icon } from '../kit/icons.tsx';
import { useSession } from '../kit/session.ts';
import type { PlanItem, Ticket } from '../kit/types.ts';
import { go } from './path.ts';
import { ticketQuery } from './query.ts';
import { t } from './words/index.ts';

export const offline = { networkMode: 'always', staleTime: 60_000, retry: 0 } as const;

export const nameOf = (item: PlanItem) =>
  [t(`plan.medium.${item.medium}`), item.name].filter(Boolean).join(' ');

const shutOffs = (where: { room?: string; building?: string }) =>
  data(api.GET('/shut-offs', { params: { query: where } }));

const whereOf = (ticket: { roomId?: string; buildingId?: string }) =>
  ticket.roomId ? { room: ticket.roomId } : { building: ticket.buildingId ?? '' };

/** What is not read to its end stays open behind the worker that keeps it. */
const fetched = async (address: string) => void (await (await fetch(address)).blob());

/** The phone takes the plans, and the valves of its open tickets, along before the network is gone. */
export function useTakeAlong(tickets: { id: string; roomId?: string; buildingId?: string }[]) {
  const client = useQueryClient();
  const session = useSession();
  const community = session.communities[0]?.id;
  const may = session.permissions.includes('facility.view');
  const mayLists = session.permissions.includes('procedure.view');
  const maySlips = session.permissions.includes('slip.fill');
  const ids = tickets.map(ticket => ticket.id).join(' ');
  useEffect(() => {
    if (!navigator.onLine) return;
    for (const id of ids.split(' ').filter(Boolean)) {
      void client.prefetchQuery(ticketQuery(id));
      if (mayLists) void client.prefetchQuery(runsQuery(id));
      if (maySlips) api.GET('/tickets/{id}/slips', { params: { path: { id } } }).catch(() => undefined);
    }
    if (maySlips) api.GET('/slip-forms').catch(() => undefined);
  }, [client, ids, mayLists, maySlips]);
  const rooms = tickets.map(ticket => ticket.roomId ?? '').join(' ');
  useEffect(() => {
    if (!may || !community || !navigator.onLine) return;
    const take = async () => {
      const plans = await data(api.GET('/plans', { params: { query: { community } } }));
      for (const plan of plans.items) {
        await fetched(`${base}/plans/${plan.id}/picture`);
        for (const item of plan.items)
          if (item.hasPhoto) await fetched(`${base}/plan-items/${item.id}/photo`);
      }
      for (const room of rooms.split(' ').filter(Boolean)) await shutOffs({ room });
    };
    take().catch(() => undefined); // whoever opens the page is told what is missing
  }, [may, community, rooms]);
}

export function Valves({ ticket }: { ticket: Ticket }) {
  const where = whereOf(ticket);
  const query = useQuery({
    queryKey: ['shut-offs', where],
    queryFn: () => shutOffs(where),
    enabled:
      useSession().permissions.includes('facility.view') && Boolean(ticket.roomId ?? ticket.buildingId),
    ...offline,
  });
  const list = query.data?.items ?? [];
  if (list.length === 0) return null;
  return (
    <section className="sect" aria-label={t('plan.valves')}>
      <h2>{t('plan.valves')}</h2>
      {list.map(valve => (
        <button
          key={valve.id}
          type="button"
          className="valve"
          onClick={() => go(`/m/plans/${valve.planId}/${valve.id}`)}
        >
          <span className={`medium-${valve.medium}`}>
            <Icon name="pin" />
          </span>
          <span className="grow">
            <b>{nameOf(valve)}</b> <span className="dim">{t(`plan.reach.${valve.reach}`)}</span>
            <br />
            <span className="dim s14">{valve.place}</span>
          </span>
          <Icon name="right" />
        </button>
      ))}
    </section>
  );
}
