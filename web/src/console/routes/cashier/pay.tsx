// How it is paid. The request says what is meant and which total was seen; the amount is the server's (PAY-01).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { fenOf, isAmount, ofFen, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { Counter, OpenLine, Payment } from '../../../kit/types.ts';
import { useKeys } from '../../shell/keys.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Select } from '../../ui/select.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { type Means, means } from './data.ts';
import { OrderSaid } from './order.tsx';
import { SameNumber } from './same.tsx';

interface Props {
  counter: Counter;
  also: string[];
  chosen: OpenLine[];
  total: number;
  onTaken: (made: Payment) => void;
}

type Way = 'lines' | 'amount' | 'ahead';

/** What a prepayment is for: an item, or anything. */
function useItems(community: string, wanted: boolean) {
  const query = useQuery({
    queryKey: ['charges', community],
    queryFn: () => data(api.GET('/charges', { params: { query: { community } } })),
    enabled: wanted,
  });
  return (query.data?.items ?? []).filter(i => i.state === 'active');
}

export function PayForm({ counter, also, chosen, total, onTaken }: Props) {
  const client = useQueryClient();
  const send = useSend();
  const [way, setWay] = useState<Way>(total > 0 ? 'lines' : 'ahead');
  const [how, setHow] = useState<Means>('cash');
  const [text, setText] = useState({
    amount: '',
    tendered: '',
    reference: '',
    payer: counter.payer || (chosen[0]?.debtor ?? ''),
    words: '',
  });
  const [rest, setRest] = useState(false);
  const [item, setItem] = useState('');
  const items = useItems(counter.community, way === 'ahead');
  const form = useRef<HTMLFormElement>(null);
  // The household was found: the hands are at the money now.
  useEffect(() => form.current?.querySelector<HTMLInputElement>('input:not([type=radio])')?.focus(), []);
  const set = (name: keyof typeof text) => (e: { target: { value: string } }) =>
    setText(old => ({ ...old, [name]: e.target.value }));
  const ahead = counter.ahead.length > 0 && way !== 'ahead';
  const choices: Means[] = ahead ? [...means, 'prepaid'] : [...means];
  const shown: Means = choices.includes(how) ? how : 'cash';
  const asked = way === 'lines' ? total : isAmount(text.amount) ? fenOf(text.amount) : 0;
  const change = shown === 'cash' && isAmount(text.tendered) ? fenOf(text.tendered) - asked : 0;
  const over = way === 'amount' && asked > total;
  const missing = () => {
    const found: Record<string, string> = {};
    if (!text.payer.trim()) found.payer = t('form.missing');
    if (way !== 'lines' && !isAmount(text.amount)) found.amount = t('cashier.amount.form');
    if (shown !== 'cash' && shown !== 'prepaid' && !text.reference.trim())
      found.reference = t('form.missing');
    if (text.tendered && !isAmount(text.tendered)) found.tendered = t('cashier.amount.form');
    return found;
  };
  const take = async () => {
    if (!send.fix(missing())) return;
    const made = await send.run(once =>
      data(
        api.POST('/payments', {
          params: { header: once },
          body: {
            roomId: counter.roomId,
            rooms: [counter.roomId, ...also],
            way,
            ...(way === 'ahead' ? {} : { lines: chosen.map(l => l.id) }),
            ...(way === 'lines' ? {} : { amount: text.amount }),
            expected: way === 'ahead' ? '0' : ofFen(total),
            means: shown,
            payer: text.payer,
            ...(shown === 'cash' && text.tendered ? { tendered: text.tendered } : {}),
            ...(shown !== 'cash' && shown !== 'prepaid' ? { reference: text.reference } : {}),
            ...(over ? { restAhead: rest } : {}),
            ...(way === 'ahead' && item ? { itemId: item } : {}),
            ...(text.words.trim() ? { words: text.words } : {}),
          },
        }),
      ),
    );
    void client.invalidateQueries({ queryKey: ['due'] });
    if (!made) return;
    for (const key of ['shift', 'payments', 'day', 'household'])
      void client.invalidateQueries({ queryKey: [key] });
    onTaken(made);
  };
  useKeys({ 'Ctrl+Enter': () => void take() });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void take();
  };
  const write = (name: keyof typeof text, label: string, more?: { required?: boolean; money?: boolean }) => (
    <Field label={label} error={send.fields[name]} required={more?.required}>
      {a => (
        <Input
          {...a}
          value={text[name]}
          onChange={set(name)}
          {...(more?.money ? { inputMode: 'decimal', className: 'num', autoComplete: 'off' } : {})}
        />
      )}
    </Field>
  );
  return (
    <form ref={form} className="stack" onSubmit={submit} noValidate>
      <Choice
        legend={t('cashier.way')}
        name="way"
        value={way}
        options={(['lines', 'amount', 'ahead'] as const).map(value => ({
          value,
          label: t(`cashier.way.${value}`),
          disabled: value !== 'ahead' && total <= 0,
        }))}
        onChange={setWay}
      />
      {way === 'amount' && (
        <OrderSaid
          order={counter.order}
          nameOf={id => counter.lines.find(l => l.itemId === id)?.itemName ?? ''}
        />
      )}
      {way !== 'lines' && write('amount', t('cashier.amount'), { required: true, money: true })}
      {way === 'ahead' && items.length > 0 && (
        <Field label={t('cashier.ahead.item')} error={send.fields.itemId}>
          {a => (
            <Select<string>
              {...a}
              value={item}
              onChange={setItem}
              options={[
                { value: '', label: t('cashier.ahead.anything') },
                ...items.map(i => ({ value: i.id, label: i.name })),
              ]}
            />
          )}
        </Field>
      )}
      {over && (
        <label className="row">
          <input type="checkbox" checked={rest} onChange={e => setRest(e.target.checked)} />
          {t('cashier.rest', { yuan: yuan(ofFen(asked - total)) })}
        </label>
      )}
      <Choice
        legend={t('cashier.means')}
        name="means"
        value={shown}
        options={choices.map(value => ({ value, label: t(`means.${value}`) }))}
        onChange={setHow}
      />
      {shown === 'cash' && write('tendered', t('cashier.tendered'), { money: true })}
      {shown === 'cash' && text.tendered !== '' && (
        <p className="row" aria-live="polite">
          <span className="dim grow">{t('cashier.change')}</span>
          <b className={change < 0 ? 'warn' : 'cashier-change'} data-testid="change">
            ¥{yuan(ofFen(change))}
          </b>
        </p>
      )}
      {shown !== 'cash' &&
        shown !== 'prepaid' &&
        write('reference', t(`cashier.reference.${shown}`), { required: true })}
      {shown !== 'cash' && shown !== 'prepaid' && <SameNumber how={shown} reference={text.reference} />}
      {write('payer', t('cashier.payer'), { required: true })}
      {write('words', t('cashier.words'))}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy} title="Ctrl+Enter">
          {t(send.busy ? 'cashier.taking' : 'cashier.do', { yuan: yuan(ofFen(asked)) })}
        </button>
        <Kbd>Ctrl+↵</Kbd>
      </p>
    </form>
  );
}

/** What was taken, the change to hand back, and the receipt. */
export function Taken({ made, onNext }: { made: Payment; onNext: () => void }) {
  const first = useRef<HTMLAnchorElement>(null);
  useEffect(() => first.current?.focus(), []);
  useKeys({ n: onNext });
  return (
    <section className="cashier-taken" aria-live="polite" aria-label={t('cashier.taken')}>
      <h2>{t('cashier.taken.of', { yuan: yuan(made.amount), means: t(`means.${made.means}`) })}</h2>
      {made.number && <p>{t('cashier.taken.number', { number: made.number })}</p>}
      {made.earlyOff && <p data-testid="early-taken">{t('cashier.early', { yuan: yuan(made.earlyOff) })}</p>}
      {made.change !== '0.00' && (
        <p className="cashier-change" data-testid="change-back">
          {t('cashier.change')} ¥{yuan(made.change)}
        </p>
      )}
      <ul className="lines">
        {made.parts.map(part => (
          <li key={part.id}>
            <span className="grow">
              {part.itemName || t('cashier.ahead.any')} {part.period}{' '}
              {part.part !== 'principal' && <span className="tag">{t(`part.${part.part}`)}</span>}
            </span>
            <span className="num">{yuan(part.amount)}</span>
          </li>
        ))}
      </ul>
      <p className="row">
        {made.receiptId && (
          <Link ref={first} className="btn go" to="/console/receipts/$id" params={{ id: made.receiptId }}>
            {t('cashier.print')}
          </Link>
        )}
        <button type="button" className="btn" onClick={onNext}>
          {t('cashier.next')} <Kbd>N</Kbd>
        </button>
      </p>
    </section>
  );
}
