// In which order a payment is shared over what is owed: the law's, or the contract's (PAY-01).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { PayOrder } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

/** The order as a sentence for the desk. */
export function OrderSaid({ order, nameOf }: { order: PayOrder; nameOf: (item: string) => string }) {
  const items = (order.items ?? []).map(nameOf).filter(Boolean);
  return (
    <p className="dim" data-testid="pay-order">
      {t(order.late === 'last' ? 'order.said.last' : 'order.said.first')}
      {items.length > 0 && t('order.said.items', { items: items.join(' → ') })}
      {order.document && t('order.said.document', { document: order.document })}
    </p>
  );
}

export function OrderForm() {
  const community = useCommunity();
  const client = useQueryClient();
  const may = useCan()('charge.approve');
  const send = useSend();
  const query = useQuery({
    queryKey: ['pay-order', community],
    queryFn: () => data(api.GET('/pay-order', { params: { query: { community } } })),
    enabled: may,
  });
  const charges = useQuery({
    queryKey: ['charges', community],
    queryFn: () => data(api.GET('/charges', { params: { query: { community } } })),
    enabled: may,
  });
  const [typed, setTyped] = useState<{ late?: 'first' | 'last'; items?: string[]; document?: string }>({});
  const order = query.data;
  if (!order || !may) return null;
  const now = {
    late: typed.late ?? order.late,
    items: typed.items ?? order.items ?? [],
    document: typed.document ?? order.document ?? '',
  };
  const own = now.late === 'last' || now.items.length > 0;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(own && !now.document.trim() ? { document: t('form.missing') } : {})) return;
    const made = await send.run(() =>
      data(
        api.PUT('/pay-order', {
          params: { query: { community }, header: match(order.version) },
          body: now,
        }),
      ),
    );
    if (!made) return;
    void showNow(client, ['pay-order', community], made);
    void client.invalidateQueries({ queryKey: ['due'] });
    setTyped({});
    toast(t('order.saved'));
  };
  const change = (part: typeof typed) => setTyped(old => ({ ...old, ...part }));
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('order.title')}>
      <h3 className="sub">{t('order.title')}</h3>
      <p className="dim">{t('order.hint')}</p>
      <Choice
        legend={t('order.late')}
        name="late"
        value={now.late}
        options={(['first', 'last'] as const).map(value => ({ value, label: t(`order.late.${value}`) }))}
        onChange={late => change({ late })}
      />
      <Field
        label={t('order.items')}
        error={Object.entries(send.fields).find(([name]) => name.startsWith('items'))?.[1]}
        hint={t('order.items.hint')}
      >
        {a => (
          <Select<string[]>
            {...a}
            mode="multiple"
            value={now.items}
            onChange={items => change({ items })}
            optionFilterProp="label"
            options={(charges.data?.items ?? []).map(i => ({ value: i.id, label: i.name }))}
          />
        )}
      </Field>
      {own && (
        <Field label={t('order.document')} error={send.fields.document} required>
          {a => (
            <Input
              {...a}
              maxLength={200}
              value={now.document}
              onChange={e => change({ document: e.target.value })}
            />
          )}
        </Field>
      )}
      {order.by && <p className="dim3">{t('order.by', { by: order.by })}</p>}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn" disabled={send.busy}>
          {t('form.save')}
        </button>
      </p>
    </form>
  );
}
