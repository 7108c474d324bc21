// Deposits of a household: taken, returned in parts, kept only with a reason and somebody else's consent (PAY-05).
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { isAmount, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { Counter, Deposit } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { means } from './data.ts';
import { SameNumber } from './same.tsx';

const kinds = ['renovation', 'card', 'key', 'other'] as const;
type Means = (typeof means)[number];

function Give({ counter, onDone }: { counter: Counter; onDone: () => void }) {
  const send = useSend();
  const [kind, setKind] = useState<(typeof kinds)[number]>('renovation');
  const [how, setHow] = useState<Means>('cash');
  const [text, setText] = useState({ amount: '', reference: '', payer: counter.payer });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!isAmount(text.amount)) missing.amount = t('cashier.amount.form');
    if (!text.payer.trim()) missing.payer = t('form.missing');
    if (how !== 'cash' && !text.reference.trim()) missing.reference = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(
        api.POST('/deposits', {
          params: { header: once },
          body: {
            roomId: counter.roomId,
            kind,
            amount: text.amount,
            means: how,
            payer: text.payer,
            ...(how === 'cash' ? {} : { reference: text.reference }),
          },
        }),
      ),
    );
    if (!made) return;
    toast(t('deposit.taken', { number: made.number }));
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
    <form className="stack" onSubmit={submit} noValidate aria-label={t('deposit.new')}>
      <Choice
        legend={t('deposit.kind')}
        name="kind"
        value={kind}
        options={kinds.map(value => ({ value, label: t(`deposit.kind.${value}`) }))}
        onChange={setKind}
      />
      {write('amount', t('cashier.amount'))}
      <Choice
        legend={t('cashier.means')}
        name="means"
        value={how}
        options={means.map(value => ({ value, label: t(`means.${value}`) }))}
        onChange={setHow}
      />
      {how !== 'cash' && write('reference', t(`cashier.reference.${how}`))}
      {how !== 'cash' && <SameNumber how={how} reference={text.reference} />}
      {write('payer', t('cashier.payer'))}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('deposit.take')}
        </button>
      </p>
    </form>
  );
}

/** One deposit: give back, or ask to keep. */
function Act({ deposit, how, onDone }: { deposit: Deposit; how: 'return' | 'keep'; onDone: () => void }) {
  const send = useSend();
  const [text, set, edit] = useEdit({ amount: deposit.held, reason: '', receiver: deposit.payer });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!isAmount(text.amount)) missing.amount = t('cashier.amount.form');
    if (how === 'keep' && !text.reason.trim()) missing.reason = t('form.missing');
    if (how === 'return' && !text.receiver.trim()) missing.receiver = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once => {
      const params = { path: { id: deposit.id }, header: { ...match(deposit.version), ...once } };
      return how === 'keep'
        ? data(
            api.POST('/deposits/{id}/keep', { params, body: { amount: text.amount, reason: text.reason } }),
          )
        : data(
            api.POST('/deposits/{id}/return', {
              params,
              body: {
                amount: text.amount,
                means: 'cash',
                receiver: text.receiver,
                ...(text.reason.trim() ? { reason: text.reason } : {}),
              },
            }),
          );
    });
    if (!made) return;
    const asked = made.moves.at(-1)?.state === 'asked';
    toast(t(how === 'keep' ? 'deposit.keep.asked' : asked ? 'deposit.back.asked' : 'deposit.returned'));
    onDone();
  };
  const write = (name: keyof typeof text, label: string) => (
    <Field label={label} error={send.fields[name]} newer={edit.newer[name]}>
      {a => <Input {...a} value={text[name]} onChange={e => set({ [name]: e.target.value })} />}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {write('amount', t(how === 'keep' ? 'deposit.keep.amount' : 'deposit.return.amount'))}
      {how === 'return' && write('receiver', t('deposit.receiver'))}
      {write('reason', t('deposit.reason'))}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(how === 'keep' ? 'deposit.keep' : 'deposit.return')}
        </button>
        <button type="button" className="btn quiet" onClick={onDone}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

/** What somebody else approved leaves the till now, or not at all. */
function PayOut({ deposit, move, onDone }: { deposit: Deposit; move: string; onDone: () => void }) {
  const send = useSend();
  const act = async (pay: boolean) => {
    const made = await send.run(once =>
      data(
        api.POST('/deposits/{id}/pay-out', {
          params: { path: { id: deposit.id }, header: { ...match(deposit.version), ...once } },
          body: { moveId: move, pay },
        }),
      ),
    );
    if (!made) return;
    if (pay) toast(t('deposit.returned'));
    onDone();
  };
  return (
    <span className="row">
      <button type="button" className="link" disabled={send.busy} onClick={() => void act(true)}>
        {t('deposit.pay')}
      </button>
      <button type="button" className="link" disabled={send.busy} onClick={() => void act(false)}>
        {t('deposit.drop')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </span>
  );
}

export function Deposits({ counter }: { counter: Counter }) {
  const client = useQueryClient();
  const can = useCan();
  const [doing, setDoing] = useState<{ id: string; how: 'return' | 'keep' }>();
  const done = () => {
    setDoing(undefined);
    for (const key of ['due', 'shift', 'payments', 'day']) void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <div className="stack">
      {counter.deposits.length > 0 && (
        <ul className="lines">
          {counter.deposits.map(d => (
            <li key={d.id}>
              <div className="grow stack">
                <span className="row wrap">
                  <b>{yuan(d.amount)}</b> {t(`deposit.kind.${d.kind}`)}
                  <span className="dim">{d.number}</span>
                  {d.voidedAt && <span className="tag">{t('receipt.void')}</span>}
                  {d.held !== '0.00' && (
                    <span className="tag care">{t('deposit.held', { yuan: yuan(d.held) })}</span>
                  )}
                </span>
                {d.moves.map(m => (
                  <span key={m.id} className="dim">
                    {t(
                      m.kind === 'returned' && m.state !== 'done'
                        ? 'deposit.move.returning'
                        : `deposit.move.${m.kind}`,
                      {
                        yuan: yuan(m.amount),
                      },
                    )}{' '}
                    {m.reason} {m.state !== 'done' && t(`deposit.state.${m.state}`)}
                    {m.state === 'approved' && can('payment.take') && (
                      <PayOut deposit={d} move={m.id} onDone={done} />
                    )}
                  </span>
                ))}
                {doing?.id === d.id && <Act deposit={d} how={doing.how} onDone={done} />}
                {doing?.id !== d.id && d.held !== '0.00' && can('payment.take') && (
                  <span className="row">
                    <button
                      type="button"
                      className="link"
                      onClick={() => setDoing({ id: d.id, how: 'return' })}
                    >
                      {t('deposit.return')}
                    </button>
                    <button
                      type="button"
                      className="link"
                      onClick={() => setDoing({ id: d.id, how: 'keep' })}
                    >
                      {t('deposit.keep')}
                    </button>
                  </span>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      <Give key={counter.deposits.length} counter={counter} onDone={done} />
    </div>
  );
}
