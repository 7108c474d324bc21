// What every receipt says of the office besides its address and telephone (PAY-01).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { RoleLimit } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { RoleLimits } from '../../ui/limits.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

export function OfficeForm() {
  const community = useCommunity();
  const client = useQueryClient();
  const can = useCan();
  const send = useSend();
  const query = useQuery({
    queryKey: ['receipt-office', community],
    queryFn: () => data(api.GET('/receipt-office', { params: { query: { community } } })),
  });
  const [typed, setTyped] = useState<{
    hours?: string;
    complaint?: string;
    depositAlone?: string;
    depositLimits?: RoleLimit[];
    offsetAlone?: string;
    offsetLimits?: RoleLimit[];
  }>({});
  const office = query.data;
  if (!office || !can('receipt.books')) return null;
  const now = {
    hours: typed.hours ?? office.hours,
    complaint: typed.complaint ?? office.complaint,
    depositAlone: typed.depositAlone ?? office.depositAlone,
    depositLimits: typed.depositLimits ?? office.depositLimits,
    offsetAlone: typed.offsetAlone ?? office.offsetAlone,
    offsetLimits: typed.offsetLimits ?? office.offsetLimits,
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(() =>
      data(
        api.PUT('/receipt-office', {
          params: { query: { community }, header: match(office.version) },
          body: now,
        }),
      ),
    );
    if (!made) return;
    void showNow(client, ['receipt-office', community], made);
    setTyped({});
    toast(t('office.saved'));
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('office.title')}>
      <h3 className="sub">{t('office.title')}</h3>
      <Field label={t('office.hours')} error={send.fields.hours} hint={t('office.hours.hint')}>
        {a => (
          <Input
            {...a}
            value={now.hours}
            onChange={e => setTyped(old => ({ ...old, hours: e.target.value }))}
          />
        )}
      </Field>
      <Field label={t('office.complaint')} error={send.fields.complaint}>
        {a => (
          <Input
            {...a}
            value={now.complaint}
            onChange={e => setTyped(old => ({ ...old, complaint: e.target.value }))}
          />
        )}
      </Field>
      <Field label={t('office.alone')} error={send.fields.depositAlone} hint={t('office.alone.hint')}>
        {a => (
          <Input
            {...a}
            inputMode="decimal"
            value={now.depositAlone}
            onChange={e => setTyped(old => ({ ...old, depositAlone: e.target.value }))}
          />
        )}
      </Field>
      <details>
        <summary>{t('office.limits')}</summary>
        <p className="dim">{t('office.limits.hint')}</p>
        <RoleLimits
          of="depositLimits"
          roles={office.roles}
          limits={now.depositLimits}
          set={depositLimits => setTyped(old => ({ ...old, depositLimits }))}
          fields={send.fields}
          hint={now.depositAlone}
        />
      </details>
      <Field label={t('office.offset')} error={send.fields.offsetAlone} hint={t('office.offset.hint')}>
        {a => (
          <Input
            {...a}
            inputMode="decimal"
            value={now.offsetAlone}
            onChange={e => setTyped(old => ({ ...old, offsetAlone: e.target.value }))}
          />
        )}
      </Field>
      <details>
        <summary>{t('office.offset.limits')}</summary>
        <p className="dim">{t('office.limits.hint')}</p>
        <RoleLimits
          of="offsetLimits"
          roles={office.roles}
          limits={now.offsetLimits}
          set={offsetLimits => setTyped(old => ({ ...old, offsetLimits }))}
          fields={send.fields}
          hint={now.offsetAlone}
        />
      </details>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn" disabled={send.busy}>
          {t('form.save')}
        </button>
      </p>
    </form>
  );
}
