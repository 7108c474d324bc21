// A cashier's shift: opened with the cash in the till, closed by counting (PAY-07).
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { fenOf, ofFen, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { CashierShift } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

export function OpenShift() {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [opening, setOpening] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(/^\d{1,9}(\.\d{1,2})?$/.test(opening) ? {} : { opening: t('cashier.amount.form') })) return;
    const made = await send.run(once =>
      data(api.POST('/cashier-shifts', { params: { header: once }, body: { community, opening } })),
    );
    if (!made) return;
    void client.invalidateQueries({ queryKey: ['shift'] });
    void client.invalidateQueries({ queryKey: ['day'] });
  };
  return (
    <form className="cashier-open stack" onSubmit={submit} noValidate>
      <h2>{t('cashier.shift.open')}</h2>
      <p className="dim">{t('cashier.shift.open.note')}</p>
      <Field label={t('cashier.shift.opening')} error={send.fields.opening} required>
        {a => (
          <Input
            {...a}
            autoFocus
            inputMode="decimal"
            value={opening}
            onChange={e => setOpening(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('cashier.shift.open.do')}
        </button>
      </p>
    </form>
  );
}

const faces = ['100', '50', '20', '10', '5', '1', '0.50', '0.10', '0.05', '0.02', '0.01'];

/** Counting: notes and coins, what differs and why, where the cash goes. */
export function CloseShift({ shift }: { shift: CashierShift }) {
  const client = useQueryClient();
  const send = useSend();
  const [notes, setNotes] = useState<Record<string, string>>({});
  const [counted, setCounted] = useState<Record<string, string>>({});
  const [text, setText] = useState({ reason: '', handedTo: '', banked: '', slip: '' });
  const cash = faces.reduce((sum, face) => sum + fenOf(face) * Number(notes[face] || 0), 0);
  const others = shift.counts.filter(c => c.means !== 'cash' && (c.payments > 0 || c.expected !== '0.00'));
  const expected = fenOf(shift.counts[0]?.expected ?? '0');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once =>
      data(
        api.POST('/cashier-shifts/{id}/close', {
          params: { path: { id: shift.id }, header: { ...match(shift.version), ...once } },
          body: {
            notes: faces.map(face => ({ face, n: Number(notes[face] || 0) })).filter(x => x.n > 0),
            counted: others.map(c => ({
              means: c.means as 'pos',
              amount: counted[c.means] || c.expected,
            })),
            ...(text.reason.trim() ? { reason: text.reason } : {}),
            ...(text.handedTo.trim() ? { handedTo: text.handedTo } : {}),
            ...(text.banked ? { banked: text.banked, slip: text.slip } : {}),
          },
        }),
      ),
    );
    if (!made) return;
    for (const key of ['shift', 'day']) void client.invalidateQueries({ queryKey: [key] });
    toast(t('cashier.shift.closed'));
  };
  const write = (name: keyof typeof text, label: string) => (
    <Field label={label} error={send.fields[name]}>
      {a => (
        <Input
          {...a}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  const off = cash - expected;
  return (
    <form className="stack cashier-count" onSubmit={submit} noValidate aria-label={t('cashier.shift.close')}>
      <h3 className="sub">{t('cashier.count.cash')}</h3>
      <div className="cashier-faces">
        {faces.map(face => (
          <div key={face}>
            <span>{face}</span>
            <Input
              inputMode="numeric"
              aria-label={t('cashier.count.face', { face })}
              value={notes[face] ?? ''}
              onChange={e =>
                setNotes(old => ({ ...old, [face]: e.target.value.replace(/\D/g, '').slice(0, 5) }))
              }
            />
          </div>
        ))}
      </div>
      <p className="row wrap" aria-live="polite">
        <span>{t('cashier.count.sum', { counted: yuan(ofFen(cash)), expected: yuan(ofFen(expected)) })}</span>
        {off !== 0 && <b className="warn">{t('cashier.count.off', { yuan: yuan(ofFen(off)) })}</b>}
      </p>
      {others.map(c => (
        <Field
          key={c.means}
          label={t(`means.${c.means as 'pos'}`)}
          hint={t('cashier.count.expected', { yuan: yuan(c.expected) })}
        >
          {a => (
            <Input
              {...a}
              inputMode="decimal"
              placeholder={c.expected}
              value={counted[c.means] ?? ''}
              onChange={e => setCounted(old => ({ ...old, [c.means]: e.target.value }))}
            />
          )}
        </Field>
      ))}
      {write('reason', t('cashier.count.reason'))}
      <div className="pair">
        {write('banked', t('cashier.count.banked'))}
        {write('slip', t('cashier.count.slip'))}
      </div>
      {write('handedTo', t('cashier.count.handed'))}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('cashier.shift.close')}
        </button>
      </p>
    </form>
  );
}
