// Something done once: price × quantity of the tariff, or a free amount and why (BIL-01).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { fenOf, isAmount, ofFen, yuan } from '../../../kit/format.ts';
import { currentLang } from '../../../kit/i18n.ts';
import { useSend } from '../../../kit/send.ts';
import type { TemporaryCharge } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/temporary.ts';
import type { Payer } from './who.tsx';

export const useDesk = (community: string, room: string | undefined) =>
  useQuery({
    queryKey: ['temporary-items', community, room],
    queryFn: () =>
      data(api.GET('/temporary-items', { params: { query: { community, ...(room ? { room } : {}) } } })),
    enabled: community !== '',
  });

/** "80.5" × "2" in fen, exactly; the server rounds by the item's own rule and refuses what differs. */
export function times(price: string, quantity: string): number | undefined {
  const form = /^\d{1,9}(\.\d{1,6})?$/;
  if (!form.test(price) || !form.test(quantity)) return undefined;
  const whole = (text: string): [bigint, number] => {
    const [a = '0', b = ''] = text.split('.');
    return [BigInt(a + b), b.length];
  };
  const [p, dp] = whole(price);
  const [q, dq] = whole(quantity);
  const scale = 10n ** BigInt(dp + dq);
  return Number((p * q * 200n + scale) / (2n * scale));
}

interface Props {
  payer: Payer;
  onDone: (made: TemporaryCharge) => void;
}

export function ChargeForm({ payer, onDone }: Props) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const query = useDesk(community, payer.room);
  const [item, setItem] = useState('');
  const [text, setText] = useState({ quantity: '1', amount: '', why: '', words: '' });
  const items = (query.data?.items ?? []).filter(i => i.basis === 'single');
  const chosen = items.find(i => i.id === item) ?? items[0];
  const fen = chosen?.price
    ? times(chosen.price, text.quantity.trim())
    : isAmount(text.amount)
      ? fenOf(text.amount)
      : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!chosen) return;
    const missing: Record<string, string> = {};
    if (fen === undefined)
      missing[chosen.price ? 'quantity' : 'amount'] = t(
        chosen.price ? 'temporary.quantity.form' : 'cashier.amount.form',
      );
    if (!chosen.price && !text.why.trim()) missing.why = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(
        api.POST('/temporary-charges', {
          params: { header: once },
          body: {
            community,
            itemId: chosen.id,
            ...(payer.room ? { roomId: payer.room } : {}),
            ...(payer.customer ? { customerId: payer.customer } : {}),
            ...(chosen.price ? { quantity: text.quantity } : { amount: text.amount, why: text.why }),
            ...(text.words.trim() ? { words: text.words } : {}),
            expected: ofFen(fen ?? 0),
          },
        }),
      ),
    );
    if (!made) return;
    for (const key of ['temporary-charges', 'due']) void client.invalidateQueries({ queryKey: [key] });
    onDone(made);
  };
  const write = (name: keyof typeof text, label: string, hint?: string, required = false) => (
    <Field label={label} error={send.fields[name]} hint={hint} required={required}>
      {a => (
        <Input
          {...a}
          autoComplete="off"
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  if (query.isPending) return <Skeleton rows={4} />;
  const limit = query.data?.limit ?? '0';
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('temporary.kind.charge')}>
      <ErrorNote query={query} />
      {query.data && items.length === 0 && <Empty>{t('temporary.no_items')}</Empty>}
      {chosen && (
        <>
          <Field label={t('temporary.item')} error={send.fields.itemId}>
            {a => (
              <Select<string>
                {...a}
                value={chosen.id}
                onChange={setItem}
                showSearch
                optionFilterProp="label"
                options={items.map(i => ({
                  value: i.id,
                  label: currentLang() === 'en' && i.nameEn ? i.nameEn : i.name,
                }))}
              />
            )}
          </Field>
          {chosen.price ? (
            <>
              {write('quantity', t('temporary.quantity'), t('temporary.unit', { price: chosen.price }))}
              <p className="dim">{t('temporary.document', { document: chosen.document ?? '' })}</p>
            </>
          ) : (
            <>
              {write(
                'amount',
                t('temporary.amount'),
                fenOf(limit) > 0
                  ? t('temporary.amount.hint', { yuan: yuan(limit) })
                  : t('temporary.amount.none'),
                true,
              )}
              {write('why', t('temporary.why'), undefined, true)}
            </>
          )}
          {write('words', t('temporary.words'))}
          <TroubleNote trouble={send.trouble} />
          <p>
            <button type="submit" className="btn go" disabled={send.busy}>
              {t('temporary.bill', { yuan: yuan(ofFen(fen ?? 0)) })}
            </button>
          </p>
        </>
      )}
    </form>
  );
}
