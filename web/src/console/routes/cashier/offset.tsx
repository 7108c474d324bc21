// What the company owes a household, set against what that owes (PAY-01): no money moves, above the limit somebody else decides.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { fenOf, isAmount, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { Counter, Offset } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const claims = ['rent', 'damages', 'goods', 'elsewhere', 'other'] as const;
const colour = { asked: 'care', booked: 'green', refused: '' } as const;

export function OffsetState({ of }: { of: Offset }) {
  return of.voided ? (
    <span className="tag">{t('offset.state.voided')}</span>
  ) : (
    <span className={`tag ${colour[of.state]}`}>{t(`offset.state.${of.state}`)}</span>
  );
}

function Declare({ counter, onDone }: { counter: Counter; onDone: () => void }) {
  const send = useSend();
  const [claim, setClaim] = useState<(typeof claims)[number]>('rent');
  const [text, setText] = useState({ amount: '', document: '', reason: '' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!isAmount(text.amount)) missing.amount = t('cashier.amount.form');
    for (const name of ['document', 'reason'] as const)
      if (!text[name].trim()) missing[name] = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(
        api.POST('/offsets', {
          params: { header: once },
          body: { roomId: counter.roomId, claim, ...text },
        }),
      ),
    );
    if (!made) return;
    toast(made.state === 'booked' ? t('offset.booked', { number: made.number ?? '' }) : t('offset.asked'));
    setText({ amount: '', document: '', reason: '' });
    onDone();
  };
  const write = (name: keyof typeof text, hint?: string) => (
    <Field label={t(`offset.${name}`)} error={send.fields[name]} {...(hint ? { hint } : {})} required>
      {a => (
        <Input
          {...a}
          {...(name === 'amount'
            ? { inputMode: 'decimal' as const }
            : { maxLength: name === 'reason' ? 200 : 100 })}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('offset.new')}>
      <p className="dim">{t('offset.hint')}</p>
      <Choice
        legend={t('offset.claim')}
        name="claim"
        value={claim}
        options={claims.map(value => ({ value, label: t(`claim.${value}`) }))}
        onChange={setClaim}
      />
      {write('amount', t('offset.amount.hint', { yuan: yuan(counter.mayOffset) }))}
      {write('document', t('offset.document.hint'))}
      {write('reason')}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('offset.do')}
        </button>
      </p>
    </form>
  );
}

export function Offsets({ counter }: { counter: Counter }) {
  const community = useCommunity();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['offsets', community, counter.roomId],
    queryFn: () =>
      data(api.GET('/offsets', { params: { query: { community, room: counter.roomId, limit: 10 } } })),
    enabled: community !== '',
  });
  const rows = query.data?.items ?? [];
  const done = () => {
    for (const key of ['offsets', 'due', 'payments', 'day'])
      void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <div className="stack">
      {fenOf(counter.mayOffset) <= 0 ? (
        <p className="dim">{t('offset.nothing')}</p>
      ) : (
        <Declare counter={counter} onDone={done} />
      )}
      <ErrorNote query={query} />
      {rows.length > 0 && (
        <ul className="lines" aria-label={t('cashier.offsets')}>
          {rows.map(o => (
            <li key={o.id} data-testid="offset">
              <span className="grow">
                <b>¥{yuan(o.amount)}</b> {t(`claim.${o.claim}`)} {o.day} <OffsetState of={o} />
                <span className="dim">
                  {' '}
                  {o.document} {o.number}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link to="/console/offsets">{t('offset.all')}</Link>
      </p>
    </div>
  );
}
