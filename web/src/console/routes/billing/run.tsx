// One bill run: totals against the month before, what to look at, the lines; then on to who approves it.

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { Fragment, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { BillRun } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Explanation } from './explain.tsx';
import { owing } from './parts.tsx';
import { atWork, RunState } from './runs.tsx';

const route = getRouteApi('/console/bill-runs/$id');

function Totals({ run }: { run: BillRun }) {
  return (
    <table className="grid" aria-label={t('run.totals')}>
      <thead>
        <tr>
          <th>{t('bill.item')}</th>
          <th className="num">{t('run.lines')}</th>
          <th className="num">{t('run.before')}</th>
          <th className="num">{t('run.amount')}</th>
        </tr>
      </thead>
      <tbody>
        {run.summary.items.map(i => (
          <tr key={i.itemId}>
            <td>
              <Link to="/console/bill-runs/$id" params={{ id: run.id }} search={{ item: i.itemId }}>
                {i.name}
              </Link>
            </td>
            <td className="num">{i.lines}</td>
            <td className="num dim">{yuan(i.before)}</td>
            <td className="num">{yuan(i.amount)}</td>
          </tr>
        ))}
        <tr>
          <td className="b">{t('run.total')}</td>
          <td className="num b">{run.total}</td>
          <td />
          <td className="num b">{yuan(run.amount)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Warnings({ run }: { run: BillRun }) {
  const list = run.summary.warnings;
  if (list.length === 0) return <p className="dim3">{t('run.warnings.none')}</p>;
  return (
    <ul className="lines">
      {list.map((w, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change and one room may have the same twice
        <li key={at}>
          <span className="nw">
            {w.roomId ? (
              <Link to="/console/households/$roomId" params={{ roomId: w.roomId }}>
                {w.label}
              </Link>
            ) : (
              '–'
            )}
          </span>
          <span className="dim nw">{w.item}</span>
          <span className={w.error ? 'grow warn' : 'grow'}>
            {t(`run.warn.${w.code as 'no_tariff'}`, (w.params ?? {}) as Record<string, string>)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Acts({ run }: { run: BillRun }) {
  const client = useQueryClient();
  const send = useSend();
  const [reason, setReason] = useState('');
  const [despite, setDespite] = useState(false);
  const path = { id: run.id };
  const keep = (made: BillRun | undefined) => {
    if (!made) return;
    setReason('');
    setDespite(false);
    void showNow(client, ['run', run.id], made);
    void client.invalidateQueries({ queryKey: ['runs'] });
  };
  const header = match(run.version);
  const act = (how: 'again' | 'drop') =>
    send
      .run(once =>
        how === 'again'
          ? data(api.POST('/bill-runs/{id}/again', { params: { path, header: { ...header, ...once } } }))
          : data(api.POST('/bill-runs/{id}/drop', { params: { path, header: { ...header, ...once } } })),
      )
      .then(keep);
  const ask = () => {
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    void send
      .run(once =>
        run.state === 'booked'
          ? data(
              api.POST('/bill-runs/{id}/cancel', {
                params: { path, header: { ...header, ...once } },
                body: { reason },
              }),
            )
          : data(
              api.POST('/bill-runs/{id}/submit', {
                params: { path, header: { ...header, ...once } },
                body: { reason, despiteErrors: despite },
              }),
            ),
      )
      .then(keep);
  };
  if (run.state !== 'calculated' && run.state !== 'booked') return null;
  return (
    <section className="stack" aria-label={t('run.next')}>
      <h2 className="sub">{t(run.state === 'booked' ? 'run.cancel' : 'run.submit')}</h2>
      <Field label={t('run.reason')} error={send.fields.reason} required>
        {a => <Input {...a} value={reason} maxLength={500} onChange={e => setReason(e.target.value)} />}
      </Field>
      {run.state === 'calculated' && run.summary.errors > 0 && (
        <label className="row">
          <input type="checkbox" checked={despite} onChange={e => setDespite(e.target.checked)} />
          {t('run.despite', { n: run.summary.errors })}
        </label>
      )}
      <TroubleNote trouble={send.trouble} />
      <p className="row wrap">
        <button type="button" className="btn go" disabled={send.busy} onClick={ask}>
          {t(run.state === 'booked' ? 'run.cancel.do' : 'run.submit.do')}
        </button>
        {run.state === 'calculated' && (
          <>
            <button type="button" className="btn" disabled={send.busy} onClick={() => void act('again')}>
              {t('run.again')}
            </button>
            <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void act('drop')}>
              {t('run.drop')}
            </button>
          </>
        )}
      </p>
    </section>
  );
}

/** The notices of a booked run: sent once, then to be looked at. */
function Notices({ run }: { run: BillRun }) {
  const can = useCan();
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const send = useSend();
  const query = useQuery({
    queryKey: ['bill-notices', run.id, 'counts'],
    queryFn: () => data(api.GET('/bill-notices/counts', { params: { query: { batch: run.id } } })),
  });
  const go = () => navigate({ to: '/console/bill-notices/$batch', params: { batch: run.id } });
  const begin = async () => {
    const made = await send.run(once =>
      data(api.POST('/bill-runs/{id}/notices', { params: { path: { id: run.id }, header: once } })),
    );
    if (!made) return;
    void client.invalidateQueries({ queryKey: ['bill-notices'] });
    void go();
  };
  if (!query.data) return null;
  return (
    <section className="stack" aria-label={t('run.notices')}>
      <h2 className="sub">{t('run.notices')}</h2>
      <TroubleNote trouble={send.trouble} />
      {query.data.batch ? (
        <p>
          <Link className="btn" to="/console/bill-notices/$batch" params={{ batch: run.id }}>
            {t('run.notices')}
          </Link>
        </p>
      ) : (
        <>
          <p className="dim">{t('run.notices.hint')}</p>
          {can('bill.notice') && (
            <p>
              <button type="button" className="btn" disabled={send.busy} onClick={() => void begin()}>
                {t('run.notices.send')}
              </button>
            </p>
          )}
        </>
      )}
    </section>
  );
}

function Lines({ run, item }: { run: BillRun; item: string | undefined }) {
  const [open, setOpen] = useState<string>();
  const query = useInfiniteQuery({
    queryKey: ['run-lines', run.id, run.state, item],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/bill-runs/{id}/lines', {
          params: {
            path: { id: run.id },
            query: { ...(pageParam ? { cursor: pageParam } : {}), ...(item ? { item } : {}) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={8} />}
      {rows.length > 0 && (
        <table className="grid" aria-label={t('run.all')}>
          <thead>
            <tr>
              <th>{t('bill.room')}</th>
              <th>{t('bill.item')}</th>
              <th>{t('bill.debtor')}</th>
              <th>{t('bill.from')}</th>
              <th className="num">{t('bill.quantity')}</th>
              <th className="num">{t('bill.price')}</th>
              <th className="num">{t('bill.amount')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(l => (
              <Fragment key={l.id}>
                <tr className={l.id === open ? 'on' : ''}>
                  <td>
                    <button
                      type="button"
                      className="cell"
                      aria-expanded={l.id === open}
                      onClick={() => setOpen(l.id === open ? undefined : l.id)}
                    >
                      {l.short}
                    </button>
                  </td>
                  <td>{l.itemName}</td>
                  <td>{owing(l)}</td>
                  <td className="dim">{l.from}</td>
                  <td className="num">{l.quantity}</td>
                  <td className="num">{l.price || '–'}</td>
                  <td className="num">{yuan(l.amount)}</td>
                </tr>
                {l.id === open && (
                  <tr>
                    <td colSpan={7}>
                      <Explanation line={l} />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      )}
      <More query={query} />
    </>
  );
}

export function RunPage() {
  const { id } = route.useParams();
  const { item } = route.useSearch();
  const can = useCan();
  const query = useQuery({
    queryKey: ['run', id],
    queryFn: () => data(api.GET('/bill-runs/{id}', { params: { path: { id } } })),
    refetchInterval: found => (found.state.data && atWork(found.state.data) ? 1000 : false),
  });
  const run = query.data;
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('run.of', { period: run?.period ?? '' })}</H1>
        {run && <RunState run={run} />}
        <span className="grow" />
        {run && !atWork(run) && <ExportLink path={`/bill-runs/${id}`} query={{ item }} />}
        <Link className="btn" to="/console/bill-runs">
          {t('run.list')}
        </Link>
      </header>
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={10} />}
          {run && atWork(run) && (
            <p className="row" role="status">
              <progress max={run.total || 1} value={run.done} aria-label={t('run.progress')} />
              {t('run.working', { done: run.done, total: run.total })}
            </p>
          )}
          {run && !atWork(run) && (
            <>
              <Totals run={run} />
              {item && (
                <p className="pad-row">
                  <Link to="/console/bill-runs/$id" params={{ id }}>
                    {t('run.every')}
                  </Link>
                </p>
              )}
              <h2 className="sub">{t('run.all')}</h2>
              <Lines run={run} item={item} />
            </>
          )}
        </div>
        {run && (
          <aside className="state-side" aria-label={t('run.look')}>
            <dl className="facts tall">
              {[
                [t('run.by'), run.by],
                [t('run.decided'), run.decidedBy],
                [t('run.decision'), run.decision],
                [t('run.reason.cancel'), run.reason],
                [t('run.rooms'), String(run.summary.rooms)],
                [t('run.known'), String(run.summary.known)],
                [t('run.skipped'), run.summary.skipped ? String(run.summary.skipped) : ''],
              ]
                .filter(([, value]) => value)
                .map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
            </dl>
            {run.state === 'pending' && <p className="dim">{t('run.pending.hint')}</p>}
            {run.state === 'booked' && <Notices run={run} />}
            {can('bill.run') && <Acts run={run} />}
            <h2 className="sub">{t('run.look')}</h2>
            <Warnings run={run} />
          </aside>
        )}
      </div>
    </main>
  );
}
