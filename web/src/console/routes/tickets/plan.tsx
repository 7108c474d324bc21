// A day planned as one, beside what dispatch would do and what stands now; nothing happens before it is accepted (TIC-05).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { GradeBadge } from '../../../kit/parts.tsx';
import { addDays, dayText } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import { hourMinute, today } from '../../../kit/time.ts';
import type { DayPlan, PlanLine } from '../../../kit/types.ts';
import { hours, slotName } from '../../../kit/visits.tsx';
import { useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import './calendar.css';

const route = getRouteApi('/console/tickets/plan');
const terms = ['late', 'unplanned', 'balance', 'travel', 'fit', 'level', 'total'] as const;
const kinds = ['plan', 'greedy', 'manual'] as const;

function Costs({ plan }: { plan: DayPlan }) {
  return (
    <>
      <table className="grid plan-costs">
        <thead>
          <tr>
            <th>{t('batch.cost')}</th>
            {terms.map(term => (
              <th key={term}>{t(`batch.term.${term}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kinds.map(kind => (
            <tr key={kind} data-testid={`cost-${kind}`}>
              <th scope="row">{t(`batch.cost.${kind}`)}</th>
              {terms.map(term => (
                <td key={term} className={term === 'total' ? 'b' : ''}>
                  {plan[kind][term]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim s12">{t('batch.note')}</p>
    </>
  );
}

function Line({ line, on, pick }: { line: PlanLine; on: boolean; pick: () => void }) {
  const { ticket } = line;
  const other = (p: PlanLine['to']) => p?.name ?? '–';
  const cost = terms
    .filter(term => term !== 'total' && line.cost[term])
    .map(term => `${t(`batch.term.${term}`)} ${line.cost[term as 'late']}`)
    .join(' · ');
  return (
    <tr data-testid="plan-line">
      <td className="c-pick">
        {line.to && (
          <input
            type="checkbox"
            aria-label={t('batch.pick', { number: ticket.number })}
            checked={on}
            onChange={pick}
          />
        )}
      </td>
      <td>
        <GradeBadge grade={ticket.grade} />
      </td>
      <td>
        <Link to="/console/tickets/$id" params={{ id: ticket.id }}>
          {ticket.title}
        </Link>
      </td>
      <td className="dim">{ticket.short || ticket.place}</td>
      <td className="nw">
        {ticket.visitFrom && ticket.visitTo ? hours(ticket.visitFrom, ticket.visitTo) : '–'}
      </td>
      <td className="b nw">
        {line.to ? line.to.name : <span className="tag amber">{t('batch.nobody')}</span>}
      </td>
      <td className="nw">
        {line.startsAt && hourMinute(new Date(line.startsAt))}{' '}
        {line.order && <span className="dim3">{t('batch.order', { n: line.order })}</span>}
      </td>
      <td className="dim">{other(line.greedy)}</td>
      <td className="dim">{other(line.manual)}</td>
      <td className="dim s12">{cost}</td>
    </tr>
  );
}

function Lines({ plan, again }: { plan: DayPlan; again: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const can = plan.lines.filter(l => l.to);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = can.filter(l => !left.has(l.ticket.id));
  const flip = (ids: string[], on: boolean) => {
    const next = new Set(left);
    for (const id of ids) on ? next.delete(id) : next.add(id);
    setLeft(next);
  };
  const accept = async () => {
    const lines = chosen.map(l => ({ id: l.ticket.id, version: l.ticket.version, to: l.to?.id ?? '' }));
    const made = await send.run(once =>
      data(api.POST('/visit-plans/accept', { params: { header: once }, body: { community, lines } })),
    );
    if (!made) return;
    toast(t('batch.accepted', { n: made.items.length }));
    for (const key of ['visits', 'tickets', 'counts']) void client.invalidateQueries({ queryKey: [key] });
    again();
  };
  const head = [
    t('tickets.grade'),
    t('tickets.matter'),
    t('tickets.place'),
    t('batch.slot'),
    t('batch.to'),
    t('batch.start'),
    t('batch.greedy'),
    t('batch.manual'),
    t('batch.cost'),
  ];
  return (
    <>
      <TroubleNote trouble={send.trouble} />
      {Object.values(send.fields).length > 0 && (
        <p className="warn" role="alert">
          {Object.values(send.fields)[0]}
        </p>
      )}
      <p className="row">
        <button
          type="button"
          className="btn go"
          disabled={send.busy || chosen.length === 0}
          onClick={() => void accept()}
        >
          {t('batch.accept', { n: chosen.length })}
        </button>
        <span className="dim">
          {plan.greedy.total > plan.plan.total
            ? t('batch.saves', { n: plan.greedy.total - plan.plan.total })
            : t('batch.same')}
        </span>
      </p>
      <table className="grid">
        <thead>
          <tr>
            <th className="c-pick">
              <input
                type="checkbox"
                aria-label={t('batch.pick_all')}
                checked={can.length > 0 && chosen.length === can.length}
                onChange={e =>
                  flip(
                    can.map(l => l.ticket.id),
                    e.target.checked,
                  )
                }
              />
            </th>
            {head.map(h => (
              <th key={h}>{h}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {plan.lines.map(l => (
            <Line
              key={l.ticket.id}
              line={l}
              on={!left.has(l.ticket.id)}
              pick={() => flip([l.ticket.id], left.has(l.ticket.id))}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

export function PlanPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const day = search.day ?? today();
  const slot = search.slot ?? '';
  const calendar = useQuery({
    queryKey: ['visits', 'calendar', community, day, 1],
    queryFn: () => data(api.GET('/visit-calendar', { params: { query: { community, days: 1, from: day } } })),
    enabled: community !== '',
  }).data;
  // Asked for once: what one is reading does not change under the eyes when something happens elsewhere.
  const query = useQuery({
    queryKey: ['visit-plan', community, day, slot],
    queryFn: () => data(api.POST('/visit-plans', { body: { community, day, ...(slot ? { slot } : {}) } })),
    enabled: community !== '',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const plan = query.data;
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('visits.plan')}</H1>
        <select
          className="pick"
          aria-label={t('batch.day')}
          value={day}
          onChange={e => void navigate({ search: { day: e.target.value } })}
        >
          {[...new Set([0, 1, 2, 3, 4, 5, 6].map(n => addDays(today(), n)).concat(day))].sort().map(d => (
            <option key={d} value={d}>
              {dayText(d)}
            </option>
          ))}
        </select>
        <select
          className="pick"
          aria-label={t('batch.slot')}
          value={slot}
          onChange={e => void navigate({ search: { day, slot: e.target.value || undefined } })}
        >
          <option value="">{t('batch.slot.all')}</option>
          {(calendar?.windows ?? []).map(w => (
            <option key={w.slot} value={w.slot}>
              {slotName(w.slot)} {hours(w.from, w.to)}
            </option>
          ))}
        </select>
        <button type="button" className="btn" onClick={() => void query.refetch()}>
          {t('batch.go')}
        </button>
        {plan && <span className="dim">{t('batch.people', { n: plan.people })}</span>}
      </header>
      <Tabs of="visits" />
      <div className="page-body stack">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={12} />}
        {plan && plan.lines.length === 0 && <Empty>{t('batch.none')}</Empty>}
        {plan && plan.lines.length > 0 && (
          <>
            <Costs plan={plan} />
            <Lines key={query.dataUpdatedAt} plan={plan} again={() => void query.refetch()} />
          </>
        )}
      </div>
    </main>
  );
}
