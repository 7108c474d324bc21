// Recurring and preventive work: the plans, and the days of a year with what became of them (TIC-13).
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { categoryName } from '../../../kit/format.ts';
import { addDays, dayText } from '../../../kit/roster.ts';
import { today } from '../../../kit/time.ts';
import type { UpkeepDay, UpkeepPlan } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from './data.ts';
import { dayNamed, SkipForm, UpkeepForm } from './upkeep-form.tsx';
import './calendar.css';

const route = getRouteApi('/console/tickets/upkeep');

export const cycle = (p: Pick<UpkeepPlan, 'every' | 'unit'>): string =>
  p.every === 1 ? t(`upkeep.each.${p.unit}`) : t(`upkeep.every.${p.unit}`, { n: p.every });

function useName() {
  const tree = useCategories().data?.items ?? [];
  return (id: string) => categoryName(tree.find(c => c.id === id)) || id;
}

type Open = { form: 'edit' | 'skip'; plan: string } | { form: 'new' };

function Plans({ plans, open }: { plans: UpkeepPlan[]; open: (what: Open) => void }) {
  const may = useCan()('upkeep.edit');
  const name = useName();
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('upkeep.work')}</th>
          <th>{t('new.category')}</th>
          <th>{t('ticket.place')}</th>
          <th>{t('upkeep.cycle')}</th>
          <th>{t('upkeep.next')}</th>
          <th>
            <span className="quiet-reading">{t('upkeep.acts')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {plans.map(p => (
          <tr key={p.id} data-testid="upkeep-plan">
            <td className="b">{p.title}</td>
            <td>{name(p.category)}</td>
            <td>{p.place || <span className="dim">{t('upkeep.at_facility')}</span>}</td>
            <td>{cycle(p)}</td>
            <td>{p.active ? dayNamed(p.next) : <span className="tag">{t('upkeep.is_paused')}</span>}</td>
            <td>
              {may && (
                <span className="row">
                  <button type="button" className="btn" onClick={() => open({ form: 'edit', plan: p.id })}>
                    {t('upkeep.edit')}
                    <span className="quiet-reading">{p.title}</span>
                  </button>
                  {p.active && (
                    <button
                      type="button"
                      className="btn quiet"
                      onClick={() => open({ form: 'skip', plan: p.id })}
                    >
                      {t('upkeep.skip')}
                      <span className="quiet-reading">{p.title}</span>
                    </button>
                  )}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Day({ of }: { of: UpkeepDay }) {
  return (
    <li data-testid="upkeep-day">
      <span className="row">
        <span className="dim nw">{dayText(of.day)}</span>
        {of.ticketId ? (
          <Link to="/console/tickets/$id" params={{ id: of.ticketId }}>
            {of.title}
          </Link>
        ) : (
          <span>{of.title}</span>
        )}
        <span className="dim">{of.place}</span>
        {of.status && <span className="tag">{t(`status.${of.status}`)}</span>}
        {of.skipped && <span className="dim">{t('upkeep.skipped', { why: of.skipped })}</span>}
      </span>
    </li>
  );
}

/** Month by month, from the last one on. */
function Year({ from, days }: { from: string; days: UpkeepDay[] }) {
  const months = [...new Set([from.slice(0, 7), ...days.map(d => d.day.slice(0, 7))])];
  return months.map(month => {
    const rows = days.filter(d => d.day.startsWith(month));
    return (
      <section key={month} aria-label={month}>
        <h2 className="sub">{month}</h2>
        {rows.length === 0 && <p className="dim3">{t('upkeep.month.none')}</p>}
        <ul className="stack">
          {rows.map(d => (
            <Day key={`${d.planId}${d.day}`} of={d} />
          ))}
        </ul>
      </section>
    );
  });
}

export function UpkeepPage() {
  const community = useCommunity();
  const can = useCan();
  const { view } = route.useSearch();
  const navigate = route.useNavigate();
  const [opened, open] = useState<Open>();
  const query = useQuery({
    queryKey: ['upkeep', 'plans', community],
    queryFn: () => data(api.GET('/upkeep-plans', { params: { query: { community } } })),
    enabled: community !== '',
  });
  const year = view === 'year';
  const from = `${today().slice(0, 7)}-01`;
  const to = addDays(from, 365);
  const days = useQuery({
    queryKey: ['upkeep', 'calendar', community, from],
    queryFn: async () =>
      (await data(api.GET('/upkeep-calendar', { params: { query: { community, from, to } } }))).items,
    enabled: community !== '' && year,
  });
  const plans = query.data?.items ?? [];
  const plan = opened && opened.form !== 'new' ? plans.find(p => p.id === opened.plan) : undefined;
  const close = () => open(undefined);
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('upkeep.title')}</H1>
        <span className="row" role="group" aria-label={t('visits.view')}>
          {(['plans', 'year'] as const).map(name => (
            <button
              key={name}
              type="button"
              className={`btn ${(name === 'year') === year ? 'on' : ''}`}
              aria-pressed={(name === 'year') === year}
              onClick={() => void navigate({ search: name === 'year' ? { view: name } : {} })}
            >
              {t(`upkeep.view.${name}`)}
            </button>
          ))}
        </span>
        <span className="grow" />
        {can('ticket.export') && plans.length > 0 && (
          <a
            className="btn"
            href={`${base}/upkeep-calendar/export.xlsx?${new URLSearchParams({ community, from, to })}`}
            download
          >
            {t('list.export')}
          </a>
        )}
        {can('upkeep.edit') && !opened && (
          <button
            type="button"
            className="btn go"
            disabled={!query.data}
            onClick={() => open({ form: 'new' })}
          >
            {t('upkeep.new')}
          </button>
        )}
      </header>
      <Tabs of="visits" />
      <div className="page-body stack">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {opened?.form === 'skip' && plan && <SkipForm key={plan.id} plan={plan} close={close} />}
        {opened && opened.form !== 'skip' && (opened.form === 'new' || plan) && (
          <UpkeepForm
            key={plan?.id ?? 'new'}
            plan={plan}
            examples={query.data?.examples ?? []}
            close={close}
          />
        )}
        {query.data && plans.length === 0 && !opened && <Empty>{t('upkeep.none')}</Empty>}
        {!year && plans.length > 0 && <Plans plans={plans} open={open} />}
        {year && (
          <>
            <ErrorNote query={days} />
            {days.isPending && <Skeleton rows={8} />}
            {days.data && plans.length > 0 && <Year from={from} days={days.data} />}
          </>
        )}
      </div>
    </main>
  );
}
