// Notices of a run or a correction (BIL-08): who was told by which way, what is left for paper, and who carries it.

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { BillNotice } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { today } from '../billing/parts.tsx';

const route = getRouteApi('/console/bill-notices/$batch');

const states = ['told', 'print', 'printed', 'delivered', 'boxed', 'refused', 'waiting'] as const;
type State = (typeof states)[number];

export function useColleagues() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['staff', community, 'rounds'],
    queryFn: () => data(api.GET('/staff', { params: { query: { community } } })),
  });
}

/** Have the printed notices of a building carried by somebody. */
function PlanRound({ batch, building, n }: { batch: string; building: string; n: number }) {
  const client = useQueryClient();
  const people = useColleagues();
  const send = useSend();
  const [staffId, setStaff] = useState<string>();
  const [on, setOn] = useState(today());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(staffId ? {} : { staffId: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/bill-rounds', {
          params: { header: once },
          body: { batchId: batch, buildingId: building, staffId: staffId ?? '', on },
        }),
      ),
    );
    if (!made) return;
    toast(t('round.planned', { name: made.staffName, n: made.notices }));
    for (const key of ['bill-notices', 'rounds']) void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <form className="row wrap" onSubmit={submit} noValidate aria-label={t('round.plan')}>
      <Field label={t('round.who')} error={send.fields.staffId}>
        {a => (
          <Select<string>
            {...a}
            showSearch
            optionFilterProp="label"
            style={{ minWidth: 140 }}
            {...(staffId ? { value: staffId } : {})}
            onChange={setStaff}
            options={(people.data?.items ?? []).map(s => ({ value: s.id, label: s.name }))}
          />
        )}
      </Field>
      <Field label={t('round.on')} error={send.fields.on}>
        {a => <input {...a} type="date" className="text" value={on} onChange={e => setOn(e.target.value)} />}
      </Field>
      <button type="submit" className="btn" disabled={send.busy}>
        {t('round.plan.n', { n })}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

function Paper({ batch }: { batch: string }) {
  const can = useCan();
  const query = useQuery({
    queryKey: ['bill-notices', batch, 'counts'],
    queryFn: () => data(api.GET('/bill-notices/counts', { params: { query: { batch } } })),
  });
  const c = query.data;
  if (!c) return <ErrorNote query={query} />;
  return (
    <>
      <dl className="facts tall">
        {states
          .filter(s => (c.by[s] ?? 0) > 0)
          .map(s => (
            <div key={s}>
              <dt>{t(`notice.state.${s}`)}</dt>
              <dd>{t('notice.n', { n: c.by[s] ?? 0 })}</dd>
            </div>
          ))}
      </dl>
      <h2 className="sub">{t('notice.paper')}</h2>
      {c.toPrint.length === 0 && <p className="dim3">{t('notice.paper.none')}</p>}
      <div className="stack">
        {c.toPrint.map(b => (
          <section key={b.buildingId} className="stack" aria-label={b.name}>
            <p className="row wrap">
              <b className="grow">{b.name}</b>
              {b.print > 0 && (
                <Link
                  className="btn"
                  to="/console/bill-notices/$batch/print"
                  params={{ batch }}
                  search={{ building: b.buildingId }}
                >
                  {t('notice.print.n', { n: b.print })}
                </Link>
              )}
            </p>
            {b.printed > 0 && can('bill.notice') && (
              <PlanRound batch={batch} building={b.buildingId} n={b.printed} />
            )}
          </section>
        ))}
      </div>
    </>
  );
}

function Row({ n, batch }: { n: BillNotice; batch: string }) {
  return (
    <tr>
      <td>
        <Link to="/console/bills/$roomId" params={{ roomId: n.roomId }}>
          {n.label}
        </Link>
      </td>
      <td>{n.payer || t('bill.developer')}</td>
      <td className="num">{yuan(n.amount)}</td>
      <td>
        <span className={n.state === 'refused' ? 'tag amber' : 'tag'}>{t(`notice.state.${n.state}`)}</span>{' '}
        {n.channels && (
          <span className="dim">
            {n.channels
              .split(',')
              .map(ch => t(`notice.way.${ch as 'push'}`))
              .join(t('why.join'))}
          </span>
        )}
        {n.state === 'printed' && n.tries > 0 && (
          <span className="dim"> {t('notice.missed', { n: n.tries, day: n.next ?? '' })}</span>
        )}
      </td>
      <td className="dim">
        {n.doneAt ? (
          <When at={n.doneAt} />
        ) : n.toldAt ? (
          <When at={n.toldAt} />
        ) : n.printedAt ? (
          <When at={n.printedAt} />
        ) : (
          '–'
        )}
      </td>
      <td className="dim">
        {n.roundId ? (
          <Link to="/console/bill-rounds/$id" params={{ id: n.roundId }}>
            {n.doneBy || t('round.one')}
          </Link>
        ) : (
          '–'
        )}
      </td>
      <td>
        <Link to="/console/bill-notices/$batch/print" params={{ batch }} search={{ room: n.roomId }}>
          {t('notice.show')}
        </Link>
      </td>
    </tr>
  );
}

export function BatchPage() {
  const { batch } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const state = states.find(s => s === search.state);
  const query = useInfiniteQuery({
    queryKey: ['bill-notices', batch, 'list', state],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/bill-notices', {
          params: {
            query: { batch, ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('notice.title')}</H1>
        <span className="grow" />
        <ExportLink path="/bill-notices" query={{ batch, state }} />
        <Link className="btn" to="/console/bill-notices/$batch/print" params={{ batch }}>
          {t('notice.print.all')}
        </Link>
        <Link className="btn" to="/console/bill-rounds">
          {t('fees.rounds')}
        </Link>
      </header>
      <div className="page-body two-cols">
        <div>
          <Field label={t('notice.state')}>
            {a => (
              <Select<State | ''>
                {...a}
                style={{ width: 200 }}
                value={state ?? ''}
                onChange={value => void navigate({ search: value ? { state: value } : {}, replace: true })}
                options={[
                  { value: '', label: t('notice.state.all') },
                  ...states.map(value => ({ value, label: t(`notice.state.${value}`) })),
                ]}
              />
            )}
          </Field>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={10} />}
          {query.data && rows.length === 0 && <Empty>{t('notice.none')}</Empty>}
          {rows.length > 0 && (
            <table className="grid" aria-label={t('notice.title')}>
              <thead>
                <tr>
                  <th>{t('bill.room')}</th>
                  <th>{t('bill.debtor')}</th>
                  <th className="num">{t('bill.amount')}</th>
                  <th>{t('notice.state')}</th>
                  <th>{t('notice.when')}</th>
                  <th>{t('notice.by')}</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {rows.map(n => (
                  <Row key={n.id} n={n} batch={batch} />
                ))}
              </tbody>
            </table>
          )}
          <More query={query} />
        </div>
        <aside className="state-side" aria-label={t('notice.sum')}>
          <h2 className="sub">{t('notice.sum')}</h2>
          <Paper batch={batch} />
        </aside>
      </div>
    </main>
  );
}
