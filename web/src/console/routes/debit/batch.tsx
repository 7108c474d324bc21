// One batch of direct debit: its items, and the step that comes next (PAY-02b).
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { DebitAnswered, DebitBatch, DebitItem } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { AnswerForm, type AnswerKind } from '../../ui/answer.tsx';
import { Field } from '../../ui/field.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

export const batchColour: Record<DebitBatch['state'], string> = {
  draft: '',
  asked: 'amber',
  released: 'care',
  done: 'green',
  cancelled: '',
};
const itemColour: Record<DebitItem['state'], string> = {
  waiting: '',
  dropped: '',
  sent: 'care',
  paid: 'green',
  failed: 'amber',
  conflict: 'amber',
};

export function useDebitStale() {
  const client = useQueryClient();
  return () => {
    for (const key of ['debit-batch', 'debit-batches', 'debit-items', 'suspense', 'payments', 'due'])
      void client.invalidateQueries({ queryKey: [key] });
  };
}

const paramsOf = (of: DebitBatch, once: { 'Idempotency-Key': string }) => ({
  path: { id: of.id },
  header: { ...match(of.version), ...once },
});

/** What of an item is said beside its state. */
const said = (i: DebitItem) => {
  if (i.state !== 'dropped') return i.problem ?? '';
  return i.problem === 'paid' || i.problem === 'ended' || i.problem === 'hand'
    ? t(`debit.dropped.${i.problem}`)
    : '';
};

function Stop({ of, how }: { of: DebitBatch; how: 'cancel' | 'close' }) {
  const send = useSend();
  const stale = useDebitStale();
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    const made = await send.run(once =>
      how === 'cancel'
        ? data(api.POST('/debit-batches/{id}/cancel', { params: paramsOf(of, once), body: { reason } }))
        : data(api.POST('/debit-batches/{id}/close', { params: paramsOf(of, once), body: { reason } })),
    );
    if (made) stale();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t(`debit.${how}`)}>
      <Field label={t('debit.stop.why')} error={send.fields.reason} hint={t(`debit.${how}.hint`)} required>
        {a => <Input {...a} value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn quiet" disabled={send.busy}>
          {t(`debit.${how}`)}
        </button>
      </p>
    </form>
  );
}

function Ask({ of }: { of: DebitBatch }) {
  const send = useSend();
  const stale = useDebitStale();
  const ask = async () => {
    const made = await send.run(once =>
      data(api.POST('/debit-batches/{id}/release', { params: paramsOf(of, once) })),
    );
    if (!made) return;
    toast(t('debit.asked'));
    stale();
  };
  return (
    <div className="stack">
      <p className="dim">{t('debit.release.hint')}</p>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button
          type="button"
          className="btn go"
          disabled={send.busy || of.n === 0}
          onClick={() => void ask()}
        >
          {t('debit.release')}
        </button>
      </p>
    </div>
  );
}

function Answer({ of }: { of: DebitBatch }) {
  const stale = useDebitStale();
  const kind: AnswerKind<DebitAnswered> = {
    path: keep => `/debit-batches/${of.id}/answers${keep ? '?keep=true' : ''}`,
    title: t('debit.answer'),
    hint: t('debit.answer.hint'),
    file: t('debit.answer.file'),
    keep: t('debit.answer.keep'),
    seen: a =>
      t('debit.answer.seen', { paid: a.paid, amount: yuan(a.amount), failed: a.failed, same: a.same }),
    wrong: n => t('debit.answer.wrong', { n }),
    problem: p => (
      <>
        {t('debit.answer.row', { row: p.row, item: p.item || '–' })} {t(`debit.problem.${p.code}`)}{' '}
        <span className="dim">{p.value !== p.item && p.value}</span>
      </>
    ),
    news: a => a.paid + a.failed,
    kept: a => t('debit.answer.kept', { paid: a.paid, failed: a.failed, conflict: a.conflict }),
    onKept: stale,
  };
  return <AnswerForm of={kind} />;
}

function Items({ of, may }: { of: DebitBatch; may: boolean }) {
  const send = useSend();
  const stale = useDebitStale();
  const query = useInfiniteQuery({
    queryKey: ['debit-items', of.id],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/debit-items', {
          params: {
            query: { community: of.community, batch: of.id, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  const drop = async (i: DebitItem) => {
    const made = await send.run(once =>
      data(
        api.POST('/debit-items/{id}/drop', {
          params: { path: { id: i.id }, header: { ...match(i.version), ...once } },
        }),
      ),
    );
    if (made) stale();
  };
  return (
    <>
      <ErrorNote query={query} />
      <TroubleNote trouble={send.trouble} />
      {query.isPending && <Skeleton rows={5} />}
      {query.data && rows.length === 0 && <Empty>{t('debit.items.none')}</Empty>}
      <ul className="lines">
        {rows.map(i => (
          <li key={i.id} data-testid="debit-item">
            <div className="grow stack">
              <span className="row wrap">
                <b>{i.label}</b> {i.holder} <span className="dim">{i.accountMasked}</span>
                <span className={`tag ${itemColour[i.state]}`}>{t(`debit.item.${i.state}`)}</span>
                {i.tries > 0 && <span className="tag amber">{t('debit.tries', { n: i.tries })}</span>}
              </span>
              <small className="dim">
                {i.lines.map(l => `${l.itemName} ${l.period}`).join(t('why.join'))}{' '}
                {[said(i), i.reference, i.receipt].filter(Boolean).join(' · ')}
              </small>
            </div>
            <span className="num">{yuan(i.amount)}</span>
            {may && of.state === 'draft' && i.state === 'waiting' && (
              <button type="button" className="link" disabled={send.busy} onClick={() => void drop(i)}>
                {t('debit.drop')}
              </button>
            )}
          </li>
        ))}
      </ul>
      <More query={query} />
    </>
  );
}

export function BatchPane({ id }: { id: string }) {
  const may = useCan()('debit.run');
  const query = useQuery({
    queryKey: ['debit-batch', id],
    queryFn: () => data(api.GET('/debit-batches/{id}', { params: { path: { id } } })),
  });
  const b = query.data;
  return (
    <div className="stack" data-testid="debit-pane">
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={6} />}
      {b && (
        <>
          <h2>
            {b.number} <span className={`tag ${batchColour[b.state]}`}>{t(`debit.state.${b.state}`)}</span>
          </h2>
          <p>
            {b.bank} · {t('debit.sum', { n: b.n, amount: yuan(b.amount) })}
            <br />
            <span className="dim">{t('debit.days', { till: b.dueTill ?? '', on: b.collectOn ?? '' })}</span>
          </p>
          <p className="row wrap">
            {b.sums.map(s => (
              <span key={s.state} className={`tag ${itemColour[s.state]}`}>
                {t(`debit.item.${s.state}`)} {s.n} · ¥{yuan(s.amount)}
              </span>
            ))}
          </p>
          {b.releasedAt && (
            <p className="dim">
              {t('debit.released_by', { who: b.releasedBy ?? '', at: exact(b.releasedAt) })}
            </p>
          )}
          {b.endedWhy && <p className="dim">{b.endedWhy}</p>}
          {b.state === 'draft' && may && <Ask of={b} />}
          {b.state === 'asked' && (
            <p className="dim">
              <Link to="/console/approvals">{t('debit.waits')}</Link>
            </p>
          )}
          {(b.state === 'released' || b.state === 'done') && may && (
            <p className="row wrap">
              <a className="btn" href={`${base}/debit-batches/${b.id}/file.csv?encoding=gbk`} download>
                {t('debit.file.gbk')}
              </a>
              <a className="btn" href={`${base}/debit-batches/${b.id}/file.csv?encoding=utf8`} download>
                {t('debit.file.utf8')}
              </a>
            </p>
          )}
          {(b.state === 'released' || b.state === 'done') && may && <Answer of={b} />}
          {b.state === 'released' && may && <Stop of={b} how="close" />}
          {b.state === 'draft' && may && <Stop of={b} how="cancel" />}
          <h3>{t('debit.items')}</h3>
          <p>
            <a
              href={`${base}/debit-items/export.xlsx?${new URLSearchParams({ community: b.community, batch: b.id })}`}
              download
            >
              {t('invoice.export')}
            </a>
          </p>
          <Items of={b} may={may} />
        </>
      )}
    </div>
  );
}
