// The inbox of swaps: what colleagues agreed on, and what a planner must say yes to (STA-01).
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { dayText, dutyHours, problemText } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import type { RosterLine, RosterSwap } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import './roster.css';

const route = getRouteApi('/console/roster/swaps');
const said = (d: RosterLine) => `${dayText(d.day)} ${d.shift} ${dutyHours(d)}`;

function Decide({ swap }: { swap: RosterSwap }) {
  const client = useQueryClient();
  const send = useSend();
  const [reason, setReason] = useState('');
  const answer = async (yes: boolean) => {
    if (!send.fix(yes && !reason.trim() ? { reason: t('form.missing') } : {})) return;
    const done = await send.run(once => {
      const params = { path: { id: swap.id }, header: { ...match(swap.version), ...once } };
      const body = reason.trim() ? { reason: reason.trim() } : {};
      return yes
        ? data(api.POST('/roster-swaps/{id}/confirm', { params, body }))
        : data(api.POST('/roster-swaps/{id}/refuse', { params, body }));
    });
    if (!done) return;
    toast(t(yes ? 'roster.swap.confirmed' : 'roster.swap.declined'));
    void client.invalidateQueries({ queryKey: ['roster'] });
  };
  return (
    <div className="stack">
      <Field label={t('roster.reason')} error={send.fields.reason} hint={t('roster.swap.reason.hint')}>
        {a => <Input {...a} value={reason} maxLength={200} onChange={e => setReason(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="button" className="btn go" disabled={send.busy} onClick={() => void answer(true)}>
          {t('roster.swap.yes')}
        </button>
        <button type="button" className="btn" disabled={send.busy} onClick={() => void answer(false)}>
          {t('roster.swap.no')}
        </button>
      </p>
    </div>
  );
}

export function SwapsPage() {
  const { view } = route.useSearch();
  const may = useCan()('roster.plan');
  const community = useCommunity();
  const shown = view === 'all' ? 'all' : 'waiting';
  const query = useInfiniteQuery({
    queryKey: ['roster', 'swaps', community, shown],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/roster-swaps', {
          params: { query: { community, view: shown, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('roster.swaps')}</H1>
      </header>
      <Tabs of="roster" />
      <nav className="row wrap pad-row" aria-label={t('roster.swaps')}>
        {(['waiting', 'all'] as const).map(v => (
          <Link
            key={v}
            to="/console/roster/swaps"
            search={{ view: v }}
            className={v === shown ? 'tag care' : 'tag'}
            aria-current={v === shown ? 'page' : undefined}
          >
            {t(`roster.swaps.${v}`)}
          </Link>
        ))}
      </nav>
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data && rows.length === 0 && <Empty>{t('roster.swaps.none')}</Empty>}
        {rows.map(s => (
          <article key={s.id} className="handover-card stack" data-testid="swap-row">
            <p className="row wrap">
              <b>
                {t(s.taken ? 'roster.swap.exchange' : 'roster.swap.gives', {
                  by: s.byName,
                  to: s.toName,
                  given: said(s.given),
                  taken: s.taken ? said(s.taken) : '',
                })}
              </b>
              <span className={s.state === 'accepted' ? 'tag amber' : 'tag'}>
                {t(`roster.swap.${s.state}`)}
              </span>
              <span className="dim3">
                <When at={s.askedAt} />
              </span>
            </p>
            <p className="dim">{s.reason}</p>
            {s.answer && <p className="dim">{t('roster.swap.answer', { text: s.answer })}</p>}
            {s.problems.length > 0 && (
              <ul className="roster-why">
                {s.problems.map(p => (
                  <li key={problemText(p)}>{problemText(p)}</li>
                ))}
              </ul>
            )}
            {s.state === 'accepted' && may && <Decide swap={s} />}
          </article>
        ))}
        <More query={query} />
      </div>
    </main>
  );
}
