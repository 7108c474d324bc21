// One correction: the old and the new bill of every room, and the step that is next.

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, base, data, match, upload } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import { exact } from '../../../kit/time.ts';
import type { BillFix } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { FixState, fixAtWork, useItems } from './fixes.tsx';

const route = getRouteApi('/console/bill-fixes/$id');

function Steps({ fix }: { fix: BillFix }) {
  const client = useQueryClient();
  const send = useSend();
  if (fix.state !== 'calculated') return null;
  const move = async (step: 'again' | 'submit' | 'drop') => {
    const made = await send.run(once =>
      data(
        api.POST('/bill-fixes/{id}/move', {
          params: { path: { id: fix.id }, header: { ...once, ...match(fix.version) } },
          body: { step },
        }),
      ),
    );
    if (!made) return;
    void showNow(client, ['fix', fix.id], made);
    for (const key of ['fixes', 'fix-lines']) void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <section className="stack" aria-label={t('run.next')}>
      <TroubleNote trouble={send.trouble} />
      <p className="row wrap">
        <button
          type="button"
          className="btn go"
          disabled={send.busy || fix.total === 0}
          onClick={() => void move('submit')}
        >
          {t('fix.submit')}
        </button>
        <button type="button" className="btn" disabled={send.busy} onClick={() => void move('again')}>
          {t('run.again')}
        </button>
        <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void move('drop')}>
          {t('run.drop')}
        </button>
      </p>
    </section>
  );
}

/** What proves it: pictures and PDFs, until it is booked. */
function Evidence({ fix }: { fix: BillFix }) {
  const client = useQueryClient();
  const send = useSend();
  const may = useCan()('bill.run') && ['calculating', 'calculated', 'pending'].includes(fix.state);
  const files = fix.files ?? [];
  const add = async (file: File | undefined) => {
    if (file && (await send.run(() => upload(`/bill-fixes/${fix.id}/photos`, file, file.name))))
      void client.invalidateQueries({ queryKey: ['fix', fix.id] });
  };
  if (!may && files.length === 0) return null;
  return (
    <section className="stack" aria-label={t('refund.files')}>
      <h3>{t('refund.files')}</h3>
      <ul className="row wrap">
        {files.map(f => (
          <li key={f.id}>
            <a href={`${base}/bill-fix-files/${f.id}`} target="_blank" rel="noreferrer">
              {f.type === 'application/pdf' ? 'PDF' : t('refund.picture')} {exact(f.at)}
            </a>
          </li>
        ))}
      </ul>
      {may && (
        <label className="btn quiet file">
          {t('refund.files.add')}
          <input
            type="file"
            aria-label={t('refund.files.add')}
            accept="image/*,application/pdf"
            onChange={e => void add(e.target.files?.[0])}
          />
        </label>
      )}
      <TroubleNote trouble={send.trouble} />
    </section>
  );
}

/** 20.00 less 18.00, in whole fen: nothing is rounded. */
const less = (a: string, b: string) => {
  const fen = (s: string) => Math.round(Number(s) * 100);
  const d = fen(a) - fen(b);
  return `${d < 0 ? '−' : '+'}${yuan((Math.abs(d) / 100).toFixed(2))}`;
};

function Lines({ fix }: { fix: BillFix }) {
  const query = useInfiniteQuery({
    queryKey: ['fix-lines', fix.id, fix.state],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/bill-fixes/{id}/lines', {
          params: { path: { id: fix.id }, query: pageParam ? { cursor: pageParam } : {} },
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
      {query.data && rows.length === 0 && <Empty>{t('fix.same')}</Empty>}
      {rows.length > 0 && (
        <table className="grid" aria-label={t('fix.lines')}>
          <thead>
            <tr>
              <th>{t('bill.room')}</th>
              <th>{t('bill.debtor')}</th>
              <th>{t('bill.period')}</th>
              <th>{t('fix.old.basis')}</th>
              <th>{t('fix.new.basis')}</th>
              <th className="num">{t('fix.old')}</th>
              <th className="num">{t('fix.new.amount')}</th>
              <th className="num">{t('fix.difference')}</th>
              <th className="num">{t('fix.paid')}</th>
              <th>{t('run.state')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(l => (
              <tr key={l.lineId}>
                <td>
                  <Link to="/console/bills/$roomId" params={{ roomId: l.roomId }}>
                    {l.label}
                  </Link>
                </td>
                <td>{l.debtor || t('bill.developer')}</td>
                <td>{l.period}</td>
                <td className="dim">
                  {l.oldQuantity} × {l.oldPrice || '–'}
                </td>
                <td className="dim">
                  {l.quantity} × {l.price || '–'}
                </td>
                <td className="num">{yuan(l.old)}</td>
                <td className="num b">{yuan(l.new)}</td>
                <td className="num">{less(l.new, l.old)}</td>
                <td className="num dim">{l.paid === '0.00' ? '–' : yuan(l.paid)}</td>
                <td>{t(`fix.line.${l.state}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More query={query} />
    </>
  );
}

export function FixPage() {
  const { id } = route.useParams();
  const can = useCan();
  const items = useItems();
  const query = useQuery({
    queryKey: ['fix', id],
    queryFn: () => data(api.GET('/bill-fixes/{id}', { params: { path: { id } } })),
    refetchInterval: found => (found.state.data && fixAtWork(found.state.data) ? 1000 : false),
  });
  const fix = query.data;
  const name = items.data?.items.find(i => i.id === fix?.itemId)?.name ?? '';
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('fix.of', { item: name, first: fix?.first ?? '', last: fix?.last ?? '' })}</H1>
        {fix && <FixState fix={fix} />}
        <span className="grow" />
        {fix?.state === 'done' && (
          <Link className="btn" to="/console/bill-notices/$batch" params={{ batch: id }}>
            {t('notice.title')}
          </Link>
        )}
        {fix && fix.state !== 'calculating' && <ExportLink path={`/bill-fixes/${id}`} />}
        <Link className="btn" to="/console/bill-fixes">
          {t('fees.fixes')}
        </Link>
      </header>
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={10} />}
          {fix && fixAtWork(fix) && (
            <p className="row" role="status">
              <progress max={fix.total || 1} value={fix.done} aria-label={t('run.progress')} />
              {t('run.working', { done: fix.done, total: fix.total })}
            </p>
          )}
          {fix && fix.state !== 'calculating' && <Lines fix={fix} />}
        </div>
        {fix && (
          <aside className="state-side" aria-label={t('fix.sum')}>
            <dl className="facts tall">
              {[
                [t('fix.cause'), t(`fix.cause.${fix.cause}`)],
                [t('fix.price'), fix.wrongPrice ? `${fix.wrongPrice} → ${fix.rightPrice}` : ''],
                [t('fix.reason'), fix.reason],
                [t('fix.evidence'), fix.evidence],
                [t('fix.lines'), String(fix.total)],
                [t('fix.sums'), `${yuan(fix.old)} → ${yuan(fix.new)} (${less(fix.new, fix.old)})`],
                [t('fix.paid.lines'), String(fix.paid)],
                [t('fix.same.lines'), String(fix.same)],
                [t('fix.unclear'), fix.unclear ? String(fix.unclear) : ''],
                [t('run.by'), fix.by],
                [t('run.decided'), fix.decidedBy],
                [t('run.decision'), fix.decision],
              ]
                .filter(([, value]) => value)
                .map(([label, value]) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
            </dl>
            <Evidence fix={fix} />
            {fix.state === 'pending' && <p className="dim">{t('run.pending.hint')}</p>}
            <p className="dim">{t('fix.rule')}</p>
            {can('bill.run') && <Steps fix={fix} />}
          </aside>
        )}
      </div>
    </main>
  );
}
