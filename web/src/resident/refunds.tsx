// Money back: what can go back, asking for it, and how far it has come (PAY-06).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data, upload } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { isAmount, yuan } from '../kit/format.ts';
import { Field, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import type { Refund, RefundSource } from '../kit/types.ts';
import { some } from './money.ts';
import { Bar } from './parts.tsx';
import { useHome } from './session.ts';
import { t } from './words/index.ts';

const steps = ['asked', 'checked', 'approved', 'paid'] as const;
const at = (state: Refund['state']) => (state === 'paying' ? 2 : steps.indexOf(state as 'asked'));

function Ask({ source, onDone }: { source: RefundSource; onDone: () => void }) {
  const send = useSend();
  const [amount, setAmount] = useState(source.free);
  const [reason, setReason] = useState('');
  const [file, setFile] = useState<File>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!isAmount(amount)) missing.amount = t('refund.amount.form');
    if (!reason.trim()) missing.reason = t('refund.reason.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(async once => {
      const { id } = await data(
        api.POST('/resident/refunds', {
          params: { header: once },
          body: { paymentId: source.paymentId, amount, reason: reason.trim() },
        }),
      );
      // The wish stands; evidence that did not go through can be added from the list.
      if (file) await upload(`/resident/refunds/${id}/photos`, file, file.name).catch(() => undefined);
      return true;
    });
    if (made) onDone();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('refund.ask')}>
      <Field label={t('refund.amount')} error={send.fields.amount}>
        {a => (
          <input
            {...a}
            className="in"
            inputMode="decimal"
            value={amount}
            onChange={e => setAmount(e.target.value)}
          />
        )}
      </Field>
      <Field label={t('refund.reason')} error={send.fields.reason}>
        {a => (
          <textarea
            {...a}
            className="in"
            rows={3}
            maxLength={200}
            value={reason}
            onChange={e => setReason(e.target.value)}
          />
        )}
      </Field>
      <Field label={t('refund.file')}>
        {a => (
          <input
            {...a}
            type="file"
            accept="image/*,application/pdf"
            onChange={e => setFile(e.target.files?.[0])}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <button type="submit" className="pbtn go" disabled={send.busy}>
        {t('refund.send')}
      </button>
      <button type="button" className="pbtn" onClick={onDone}>
        {t('refund.not_now')}
      </button>
    </form>
  );
}

function One({ refund: r, onDone }: { refund: Refund; onDone: () => void }) {
  const send = useSend();
  const open = r.state === 'asked' || r.state === 'checked' || r.state === 'approved';
  const now = at(r.state);
  const withdraw = async () => {
    const done = await send.run(once =>
      data(
        api.POST('/resident/refunds/{id}/withdraw', {
          params: { path: { id: r.id }, header: once },
        }),
      ),
    );
    if (done) onDone();
  };
  const add = async (file: File | undefined) => {
    if (file && (await send.run(() => upload(`/resident/refunds/${r.id}/photos`, file, file.name)))) onDone();
  };
  return (
    <section className="sect stack" data-testid="refund">
      <p className="row">
        <b className="grow">¥{yuan(r.amount)}</b>
        <b>{t(`refund.state.${r.state}`)}</b>
      </p>
      {now >= 0 && (
        <ol className="steps" aria-label={t('refund.steps')}>
          {steps.map((s, i) => (
            <li key={s} className={i <= now ? 'on' : ''} aria-current={i === now ? 'step' : undefined}>
              {t(`refund.step.${s}`)}
            </li>
          ))}
        </ol>
      )}
      <p className="dim s14">
        {r.number} · {r.reason}
      </p>
      {(open || r.state === 'paying') && (
        <p className={r.overdue ? 's14 red' : 's14'}>
          {t(r.overdue ? 'refund.late' : 'refund.expected', { day: r.due ?? '' })}
        </p>
      )}
      {r.state === 'paid' && (
        <p className="s14">
          {t(r.means === 'cash' ? 'refund.done.cash' : 'refund.done', {
            day: r.paidOn ?? '',
            means: r.means ? t(`means.${r.means as 'cash'}`) : '',
          })}
        </p>
      )}
      {r.endedWhy && <p className="s14">{t('refund.why', { why: r.endedWhy })}</p>}
      {r.files.length > 0 && <p className="dim s14">{t('refund.files', { n: r.files.length })}</p>}
      <TroubleNote trouble={send.trouble} />
      {r.own && open && (
        <>
          <Field label={t('refund.file')}>
            {a => (
              <input
                {...a}
                type="file"
                accept="image/*,application/pdf"
                onChange={e => void add(e.target.files?.[0])}
              />
            )}
          </Field>
          <button type="button" className="pbtn" disabled={send.busy} onClick={() => void withdraw()}>
            {t('refund.withdraw')}
          </button>
        </>
      )}
    </section>
  );
}

function Source({
  source,
  on,
  open,
  onDone,
}: {
  source: RefundSource;
  on: boolean;
  open: () => void;
  onDone: () => void;
}) {
  return (
    <section className="sect stack" data-testid="source">
      <p className="row">
        <span className="grow">
          {t(`refund.origin.${source.origin}`)}
          <small className="dim">
            {' '}
            {source.day} {source.receipt}
          </small>
        </span>
        <b>¥{yuan(source.free)}</b>
      </p>
      {on ? (
        <Ask source={source} onDone={onDone} />
      ) : (
        <button type="button" className="pbtn" onClick={open}>
          {t('refund.ask')}
        </button>
      )}
    </section>
  );
}

export function RefundsPage() {
  const home = useHome();
  const client = useQueryClient();
  const [open, setOpen] = useState<string>();
  const room = home?.roomId ?? '';
  const query = useQuery({
    queryKey: ['refunds', room],
    queryFn: () => data(api.GET('/resident/refunds', { params: { query: { room } } })),
    enabled: room !== '',
  });
  const done = () => {
    setOpen(undefined);
    for (const key of ['refunds', 'bills', 'statement']) void client.invalidateQueries({ queryKey: [key] });
  };
  const sources = query.data?.sources.filter(s => some(s.free)) ?? [];
  return (
    <main className="screen">
      <Bar title={t('refund.title')} back="/r/bills" />
      {query.isPending && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {t('error.retry')}
          </button>
        </div>
      )}
      {query.data && query.data.refunds.length === 0 && sources.length === 0 && (
        <p className="sect dim">{t('refund.none')}</p>
      )}
      {query.data?.refunds.map(r => (
        <One key={r.id} refund={r} onDone={done} />
      ))}
      {sources.length > 0 && (
        <>
          <section className="sect">
            <h2>{t('refund.can')}</h2>
            <p className="dim s14">{t('refund.can.note')}</p>
          </section>
          {sources.map(s => (
            <Source
              key={s.paymentId}
              source={s}
              on={open === s.paymentId}
              open={() => setOpen(s.paymentId)}
              onDone={done}
            />
          ))}
        </>
      )}
    </main>
  );
}
