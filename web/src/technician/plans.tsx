// Where the valve is, also where there is no network (HOU-04a): plans and photos are kept by m-offline.js.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { runsQuery } from '../kit/checklist.tsx';
import { api, base, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { Icon } from '../kit/icons.tsx';
import { Skeleton } from '../kit/phone.tsx';
import { PlanView } from '../kit/plan.tsx';
import { useSession } from '../kit/session.ts';
import type { Plan, PlanItem, Ticket } from '../kit/types.ts';
import { back, go } from './path.ts';
import { ticketQuery } from './query.ts';
import { t } from './words/index.ts';

const offline = { networkMode: 'always', staleTime: 60_000, retry: 0 } as const;

const nameOf = (item: PlanItem) => [t(`plan.medium.${item.medium}`), item.name].filter(Boolean).join(' ');

const shutOffs = (where: { room?: string; building?: string }) =>
  data(api.GET('/shut-offs', { params: { query: where } }));

const whereOf = (ticket: { roomId?: string; buildingId?: string }) =>
  ticket.roomId ? { room: ticket.roomId } : { building: ticket.buildingId ?? '' };

/** The phone takes the plans, and the valves of its open tickets, along before the network is gone. */
export function useTakeAlong(tickets: { id: string; roomId?: string; buildingId?: string }[]) {
  const client = useQueryClient();
  const session = useSession();
  const community = session.communities[0]?.id;
  const may = session.permissions.includes('facility.view');
  const mayLists = session.permissions.includes('procedure.view');
  const ids = tickets.map(ticket => ticket.id).join(' ');
  useEffect(() => {
    if (!navigator.onLine) return;
    for (const id of ids.split(' ').filter(Boolean)) {
      void client.prefetchQuery(ticketQuery(id));
      if (mayLists) void client.prefetchQuery(runsQuery(id));
    }
  }, [client, ids, mayLists]);
  const rooms = tickets.map(ticket => ticket.roomId ?? '').join(' ');
  useEffect(() => {
    if (!may || !community || !navigator.onLine) return;
    const take = async () => {
      const plans = await data(api.GET('/plans', { params: { query: { community } } }));
      for (const plan of plans.items) {
        await fetch(`${base}/plans/${plan.id}/picture`);
        for (const item of plan.items) if (item.hasPhoto) await fetch(`${base}/plan-items/${item.id}/photo`);
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

function Shown({ plan, item }: { plan: Plan; item: string | undefined }) {
  const [chosen, setChosen] = useState(() => plan.items.findIndex(i => i.id === item));
  const at = plan.items[chosen];
  return (
    <>
      <PlanView
        plan={plan}
        src={`${base}/plans/${plan.id}/picture`}
        chosen={chosen}
        onChoose={setChosen}
        nameOf={nameOf}
      />
      {at && (
        <section className="sect" aria-live="polite">
          <h2>{nameOf(at)}</h2>
          <p>{at.place}</p>
          {at.hasPhoto && (
            <img className="plan-photo" src={`${base}/plan-items/${at.id}/photo`} alt={nameOf(at)} />
          )}
        </section>
      )}
    </>
  );
}

export function PlanPage({ id, item }: { id: string; item: string | undefined }) {
  const community = useSession().communities[0]?.id ?? '';
  const query = useQuery({
    queryKey: ['plans', community],
    queryFn: () => data(api.GET('/plans', { params: { query: { community } } })),
    ...offline,
  });
  const plan = query.data?.items.find(p => p.id === id);
  return (
    <main className="screen">
      <header className="navb">
        <button type="button" className="bk" aria-label={t('ticket.back')} onClick={back}>
          <Icon name="left" />
        </button>
        <h1>{plan?.name ?? t('plan.plan')}</h1>
      </header>
      <Offline />
      {query.isPending && <Skeleton />}
      {query.isError && (
        <p className="trouble" role="alert">
          {explain(query.error)}
        </p>
      )}
      {query.data && !plan && <p className="sect">{t('plan.gone')}</p>}
      {plan && <Shown plan={plan} item={item} />}
    </main>
  );
}
