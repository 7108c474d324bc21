// A plan of a building with its valves (HOU-04a).
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, base, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { Icon } from '../kit/icons.tsx';
import { Skeleton } from '../kit/phone.tsx';
import { PlanView } from '../kit/plan.tsx';
import { useSession } from '../kit/session.ts';
import type { Plan } from '../kit/types.ts';
import { back } from './path.ts';
import { nameOf, offline } from './plans.tsx';
import { t } from './words/index.ts';

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
