// What of a household's payments can go back, and asking for it (PAY-06).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { isAmount, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { RefundSource } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t as h } from '../../words/hand.ts';
import { t } from '../../words/index.ts';
import { meansOf } from './data.ts';

function Form({ source, onDone }: { source: RefundSource; onDone: () => void }) {
  const send = useSend();
  const [text, setText] = useState({ amount: source.free, receiver: source.payer, reason: '' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!isAmount(text.amount)) missing.amount = t('cashier.amount.form');
    if (!text.reason.trim()) missing.reason = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(
        api.POST('/refunds', {
          params: { header: once },
          body: {
            paymentId: source.paymentId,
            amount: text.amount,
            reason: text.reason,
            ...(text.receiver.trim() && text.receiver !== source.payer ? { receiver: text.receiver } : {}),
          },
        }),
      ),
    );
    if (!made) return;
    toast(t('refund.asked', { number: made.number, day: made.due ?? '' }));
    onDone();
  };
  const write = (name: keyof typeof text, label: string) => (
    <Field label={label} error={send.fields[name]} required={name !== 'receiver'}>
      {a => (
        <Input
          {...a}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('refund.ask')}>
      {write('amount', t('refund.amount'))}
      {write('receiver', t('refund.receiver'))}
      {write('reason', t('refund.reason'))}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('refund.ask')}
        </button>
        <button type="button" className="btn quiet" onClick={onDone}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

/** What one prepaid becomes another's when both agreed, and somebody else approves it. */
function Hand({ source, onDone }: { source: RefundSource; onDone: () => void }) {
  const send = useSend();
  const [to, setTo] = useState(source.heirs[0]?.customerId ?? '');
  const [text, setText] = useState({ amount: source.free, document: '', reason: '' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!isAmount(text.amount)) missing.amount = t('cashier.amount.form');
    if (!text.document.trim()) missing.document = t('form.missing');
    if (!text.reason.trim()) missing.reason = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(
        api.POST('/payments/{id}/hand-over', {
          params: { path: { id: source.paymentId }, header: once },
          body: { customerId: to, ...text },
        }),
      ),
    );
    if (!made) return;
    toast(h('hand.asked', { from: made.from, to: made.to, yuan: yuan(made.amount) }));
    onDone();
  };
  const write = (name: keyof typeof text, label: string) => (
    <Field label={label} error={send.fields[name]} required>
      {a => (
        <Input
          {...a}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={h('hand.ask')}>
      <p className="dim">{h('hand.note')}</p>
      <Field label={h('hand.to')} error={send.fields.customerId} required>
        {a => (
          <Select<string>
            {...a}
            value={to}
            onChange={setTo}
            options={source.heirs.map(p => ({
              value: p.customerId,
              label: [p.name, h(`hand.kind.${p.kind}`), p.to ? h('hand.until', { day: p.to }) : '']
                .join(' ')
                .trim(),
            }))}
          />
        )}
      </Field>
      {write('amount', h('hand.amount'))}
      {write('document', h('hand.document'))}
      {write('reason', h('hand.reason'))}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {h('hand.ask')}
        </button>
        <button type="button" className="btn quiet" onClick={onDone}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

export function AskRefund({ room }: { room: string }) {
  const client = useQueryClient();
  const may = useCan()('refund.ask');
  const [open, setOpen] = useState<string>();
  const [hand, setHand] = useState<string>();
  const query = useQuery({
    queryKey: ['refundable', room],
    queryFn: () => data(api.GET('/rooms/{id}/refundable', { params: { path: { id: room } } })),
  });
  const done = () => {
    setOpen(undefined);
    setHand(undefined);
    for (const key of ['refundable', 'refunds']) void client.invalidateQueries({ queryKey: [key] });
  };
  const all = query.data?.items ?? [];
  return (
    <div className="stack">
      <p className="dim">{t('refund.hint')}</p>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={3} />}
      {query.data && all.length === 0 && <Empty>{t('refund.nothing')}</Empty>}
      <ul className="lines">
        {all.map(s => (
          <li key={s.paymentId}>
            <div className="grow stack">
              <span className="row wrap">
                <b>¥{yuan(s.left)}</b> {t(`refund.origin.${s.origin}`)}
                <span className="dim">
                  {s.receipt} {s.day} {meansOf(s.means)} {s.payer}
                </span>
                {s.asked !== '0.00' && (
                  <span className="tag amber">{t('refund.spoken', { yuan: yuan(s.asked) })}</span>
                )}
              </span>
              {open === s.paymentId ? (
                <Form source={s} onDone={done} />
              ) : hand === s.paymentId ? (
                <Hand source={s} onDone={done} />
              ) : (
                may &&
                s.free !== '0.00' && (
                  <span className="row">
                    <button type="button" className="link" onClick={() => setOpen(s.paymentId)}>
                      {t('refund.ask')}
                    </button>
                    {s.heirs.length > 0 && (
                      <button type="button" className="link" onClick={() => setHand(s.paymentId)}>
                        {h('hand.ask')}
                      </button>
                    )}
                  </span>
                )
              )}
            </div>
          </li>
        ))}
      </ul>
      <p>
        <Link to="/console/refunds" search={{ room, state: 'all' }}>
          {t('refund.of_room')}
        </Link>{' '}
        ·{' '}
        <Link to="/console/settlements/$room" params={{ room }}>
          {t('settle.title')}
        </Link>
      </p>
    </div>
  );
}
