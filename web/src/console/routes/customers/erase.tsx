import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { Customer } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

/** Asking for erasure; somebody else decides. What forbids it is listed at once. */
export function Erase({ customer }: { customer: Customer }) {
  const client = useQueryClient();
  const send = useSend();
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.reason.missing') })) return;
    const params = { path: { id: customer.id }, header: match(customer.version) };
    const made = await send.run(once =>
      data(
        api.POST('/customers/{id}/erasure', {
          params: { ...params, header: { ...params.header, ...once } },
          body: { reason: reason.trim() },
        }),
      ),
    );
    if (!made) return;
    toast(t('customer.erase.asked'));
    setReason('');
    await client.invalidateQueries({ queryKey: ['customer', customer.id] });
  };
  return (
    <aside className="state-side" aria-label={t('customer.erase')}>
      <h2 className="sub">{t('customer.erase')}</h2>
      <p className="dim">{t(customer.erasing ? 'customer.erase.waiting' : 'customer.erase.why')}</p>
      {!customer.erasing && (
        <form className="stack" onSubmit={submit} noValidate>
          <Field label={t('customer.erase.reason')} error={send.fields.reason} required>
            {a => (
              <Input.TextArea
                {...a}
                autoSize={{ minRows: 2, maxRows: 6 }}
                value={reason}
                onChange={e => setReason(e.target.value)}
              />
            )}
          </Field>
          <TroubleNote trouble={send.trouble} />
          <p>
            <button type="submit" className="btn" disabled={send.busy}>
              {t(send.busy ? 'form.saving' : 'customer.erase.ask')}
            </button>
          </p>
        </form>
      )}
    </aside>
  );
}
