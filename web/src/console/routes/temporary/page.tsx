// Temporary charges and parking at the desk; what was billed this month beside them (BIL-01).
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { TemporaryCharge } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/temporary.ts';
import { Explanation } from '../billing/explain.tsx';
import { thisMonth } from '../billing/parts.tsx';
import { ChargeForm } from './charge.tsx';
import { Limits } from './limits.tsx';
import { StayForm } from './parking.tsx';
import { Chosen, FindPayer, type Payer } from './who.tsx';

const route = getRouteApi('/console/temporary');

const colour = { open: 'tag amber', part: 'tag amber', paid: 'tag care', taken_back: 'tag' } as const;

function TakeBack({ charge, onDone }: { charge: TemporaryCharge; onDone: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/temporary-charges/{id}/take-back', {
          params: { path: { id: charge.id }, header: once },
          body: { reason },
        }),
      ),
    );
    if (!made) return;
    for (const key of ['temporary-charges', 'due']) void client.invalidateQueries({ queryKey: [key] });
    toast(t('temporary.back.done'));
    onDone();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('temporary.back')}>
      <Field label={t('temporary.back.why')} error={send.fields.reason} required>
        {a => <Input {...a} value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn" disabled={send.busy}>
          {t('temporary.back')}
        </button>
      </p>
    </form>
  );
}

function Opened({ charge, onDone }: { charge: TemporaryCharge; onDone: () => void }) {
  const can = useCan();
  const open = charge.state === 'open' || charge.state === 'part';
  return (
    <div className="stack">
      <Explanation line={charge} />
      <p className="row">
        {open && can('payment.take') && (
          <Link className="btn" to="/console/cashier" search={{ room: charge.roomId, line: charge.id }}>
            {t('temporary.take')}
          </Link>
        )}
        {charge.state === 'open' && charge.mine && can('charge.take_back') && (
          <span className="dim">{t('temporary.back.own')}</span>
        )}
      </p>
      {charge.state === 'open' && !charge.mine && can('charge.take_back') && (
        <TakeBack charge={charge} onDone={onDone} />
      )}
    </div>
  );
}

function Rows({ rows }: { rows: TemporaryCharge[] }) {
  const [open, setOpen] = useState('');
  return (
    <div className="scroll">
      <table className="grid" aria-label={t('temporary.list')}>
        <thead>
          <tr>
            <th>{t('temporary.day')}</th>
            <th>{t('temporary.room')}</th>
            <th>{t('temporary.for')}</th>
            <th>{t('bill.debtor')}</th>
            <th className="num">{t('bill.amount')}</th>
            <th>{t('temporary.by')}</th>
            <th>{t('temporary.state')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.flatMap(c => [
            <tr key={c.id} className={c.id === open ? 'on' : ''} data-testid="temporary">
              <td className="nw">
                <button
                  type="button"
                  className="cell"
                  aria-expanded={c.id === open}
                  onClick={() => setOpen(c.id === open ? '' : c.id)}
                >
                  {c.from}
                </button>
              </td>
              <td className="nw">{c.label}</td>
              <td>
                {c.itemName}
                {c.explain.for && c.explain.for !== c.itemName && <div className="dim3">{c.explain.for}</div>}
              </td>
              <td>{c.debtor || t('bill.developer')}</td>
              <td className="num b">{yuan(c.amount)}</td>
              <td className="dim nw">{c.explain.by}</td>
              <td>
                <span className={colour[c.state]}>{t(`temporary.state.${c.state}`)}</span>
              </td>
            </tr>,
            ...(c.id === open
              ? [
                  <tr key={`${c.id}-open`}>
                    <td colSpan={7}>
                      <Opened charge={c} onDone={() => setOpen('')} />
                    </td>
                  </tr>,
                ]
              : []),
          ])}
        </tbody>
      </table>
    </div>
  );
}

function Month({ period, go }: { period: string; go: (period: string) => void }) {
  const community = useCommunity();
  const query = useInfiniteQuery({
    queryKey: ['temporary-charges', community, period],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/temporary-charges', {
          params: { query: { community, period, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  return (
    <section className="stack">
      <header className="row wrap pad-row">
        <h2>{t('temporary.list')}</h2>
        <label className="row">
          <span className="dim">{t('temporary.month')}</span>
          <input type="month" value={period} onChange={e => e.target.value && go(e.target.value)} />
        </label>
        <span className="grow" />
        <a
          href={`${base}/temporary-charges/export.xlsx?${new URLSearchParams({ community, period })}`}
          download
        >
          {t('temporary.export')}
        </a>
      </header>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={5} />}
      {query.data && rows.length === 0 && <Empty>{t('temporary.none')}</Empty>}
      {rows.length > 0 && <Rows rows={rows} />}
      <More query={query} />
    </section>
  );
}

export function TemporaryPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const kind = search.kind === 'parking' ? 'parking' : 'charge';
  const payer: Payer = {
    ...(search.room ? { room: search.room } : {}),
    ...(search.customer ? { customer: search.customer } : {}),
  };
  const to = (part: { room?: string; customer?: string; kind?: string }) =>
    void navigate({
      search: { ...(search.period ? { period: search.period } : {}), ...part },
      replace: true,
    });
  const done = (made: TemporaryCharge) => {
    toast(t('temporary.billed'));
    if (can('payment.take'))
      void navigate({ to: '/console/cashier', search: { room: made.roomId, line: made.id } });
    else to({ kind });
  };
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('temporary.title')}</H1>
      </header>
      <Tabs of="cashier" />
      <div className="page-body two-cols">
        <div>
          <Month
            period={search.period ?? thisMonth()}
            go={period => void navigate({ search: { ...search, period }, replace: true })}
          />
        </div>
        <aside className="state-side stack" aria-label={t('cashier.temporary')}>
          <Choice
            legend={t('temporary.kind')}
            quietLegend
            name="temporary-kind"
            value={kind}
            options={(['charge', 'parking'] as const).map(value => ({
              value,
              label: t(`temporary.kind.${value}`),
            }))}
            onChange={next => to({ ...payer, kind: next })}
          />
          {kind === 'parking' ? (
            <StayForm onDone={done} />
          ) : payer.room || payer.customer ? (
            <>
              <Chosen payer={payer} onClear={() => to({ kind })} />
              <ChargeForm key={`${payer.room}-${payer.customer}`} payer={payer} onDone={done} />
            </>
          ) : (
            <FindPayer onPick={one => to({ ...one, kind })} />
          )}
          {can('charge.approve') && <Limits />}
        </aside>
      </div>
    </main>
  );
}
