// Petty cash: small spending from one's own till against a voucher, and cash brought to it (PAY-02b).
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { isAmount } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const empty = { amount: '', number: '', party: '', words: '' };

export function Petty() {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [kind, setKind] = useState<'petty' | 'top_up'>('petty');
  const [text, setText] = useState(empty);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!isAmount(text.amount)) missing.amount = t('cashier.amount.form');
    for (const name of ['number', 'party'] as const)
      if (!text[name].trim()) missing[name] = t('form.missing');
    if (kind === 'petty' && !text.words.trim()) missing.words = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(api.POST('/till-moves', { params: { header: once }, body: { community, kind, ...text } })),
    );
    if (!made) return;
    for (const key of ['shift', 'day']) void client.invalidateQueries({ queryKey: [key] });
    toast(t('petty.done'));
    setText(empty);
  };
  const write = (name: keyof typeof text, label: string, required = true) => (
    <Field label={label} error={send.fields[name]} required={required}>
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
    <details className="no-print">
      <summary>{t('petty.title')}</summary>
      <form className="stack narrow" onSubmit={submit} noValidate aria-label={t('petty.title')}>
        <Choice
          legend={t('petty.kind')}
          quietLegend
          name="petty"
          value={kind}
          options={(['petty', 'top_up'] as const).map(value => ({ value, label: t(`move.${value}`) }))}
          onChange={setKind}
        />
        {write('amount', t('petty.amount'))}
        {write('number', t('petty.number'))}
        {write('party', t(`petty.party.${kind}`))}
        {write('words', t('petty.words'), kind === 'petty')}
        <TroubleNote trouble={send.trouble} />
        <p>
          <button type="submit" className="btn go" disabled={send.busy}>
            {t('petty.book')}
          </button>
        </p>
      </form>
    </details>
  );
}
