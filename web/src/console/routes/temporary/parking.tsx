// A car's stay at the desk: plate, entry, exit, the fee with how it comes about, and whose bill it goes on (BIL-01).
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { parkingSaid, staySaid } from '../../../kit/bills.ts';
import { api, data } from '../../../kit/client.ts';
import { fenOf, yuan } from '../../../kit/format.ts';
import { currentLang } from '../../../kit/i18n.ts';
import { useSend } from '../../../kit/send.ts';
import { serverNow, typedTime } from '../../../kit/time.ts';
import type { ParkingQuote, TemporaryCharge } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/temporary.ts';
import { useDesk } from './charge.tsx';

function Fee({ quote }: { quote: ParkingQuote }) {
  return (
    <section className="stack" aria-live="polite" data-testid="parking-fee">
      <p className="cashier-total">
        <b>¥{yuan(quote.amount)}</b>
      </p>
      <ol className="said-list">
        {staySaid(quote.stay).map(text => (
          <li key={text}>{text}</li>
        ))}
      </ol>
      <p className="dim">{t('temporary.document', { document: quote.document ?? '' })}</p>
      <p>
        {quote.lineId
          ? t('temporary.already')
          : fenOf(quote.amount) === 0
            ? t('temporary.nothing')
            : quote.label
              ? t('temporary.household', { label: quote.label })
              : t(quote.known ? 'temporary.known' : 'temporary.passer')}
      </p>
    </section>
  );
}

export function StayForm({ onDone }: { onDone: (made: TemporaryCharge) => void }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const query = useDesk(community, undefined);
  const items = (query.data?.items ?? []).filter(i => i.basis === 'parking_time');
  const [item, setItem] = useState('');
  const [text, setText] = useState(() => ({ plate: '', in: typedTime(serverNow() - 3_600_000), out: '' }));
  const [quote, setQuote] = useState<ParkingQuote>();
  const chosen = items.find(i => i.id === item) ?? items[0];
  const put = (part: Partial<typeof text>) => {
    setText(old => ({ ...old, ...part }));
    setQuote(undefined);
  };
  const said = {
    community,
    itemId: chosen?.id ?? '',
    plate: text.plate,
    in: text.in,
  };
  const ask = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!text.plate.trim()) missing.plate = t('form.missing');
    if (!text.in) missing.in = t('form.missing');
    if (!send.fix(missing)) return;
    setQuote(
      await send.run(() =>
        data(api.POST('/parking-fees', { body: { ...said, ...(text.out ? { out: text.out } : {}) } })),
      ),
    );
  };
  const bill = async () => {
    if (!quote) return;
    const made = await send.run(once =>
      data(
        api.POST('/parking-stays', {
          params: { header: once },
          body: { ...said, out: quote.out, expected: quote.amount },
        }),
      ),
    );
    if (!made) return;
    for (const key of ['temporary-charges', 'due']) void client.invalidateQueries({ queryKey: [key] });
    onDone(made);
  };
  if (query.isPending) return <Skeleton rows={4} />;
  if (query.data && !chosen) return <Empty>{t('temporary.no_parking')}</Empty>;
  const time = (name: 'in' | 'out') => (
    <Field
      label={t(`temporary.${name}`)}
      error={send.fields[name]}
      required={name === 'in'}
      hint={name === 'out' && t('temporary.out.hint')}
    >
      {a => (
        <input
          {...a}
          type="datetime-local"
          className="text"
          value={text[name]}
          onChange={e => put({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={ask} noValidate aria-label={t('temporary.kind.parking')}>
      <ErrorNote query={query} />
      {items.length > 1 && (
        <Field label={t('temporary.item')} error={send.fields.itemId}>
          {a => (
            <Select<string>
              {...a}
              value={chosen?.id ?? ''}
              onChange={id => {
                setItem(id);
                setQuote(undefined);
              }}
              options={items.map(i => ({
                value: i.id,
                label: currentLang() === 'en' && i.nameEn ? i.nameEn : i.name,
              }))}
            />
          )}
        </Field>
      )}
      <Field label={t('temporary.plate')} error={send.fields.plate} required>
        {a => (
          <Input
            {...a}
            autoComplete="off"
            value={text.plate}
            onChange={e => put({ plate: e.target.value })}
          />
        )}
      </Field>
      {time('in')}
      {time('out')}
      {chosen?.parking && (
        <details>
          <summary>{t('temporary.rule')}</summary>
          <ul className="said-list">
            {parkingSaid(chosen.parking).map(words => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </details>
      )}
      {quote && <Fee quote={quote} />}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        {quote && fenOf(quote.amount) > 0 && !quote.lineId ? (
          <button type="button" className="btn go" disabled={send.busy} onClick={() => void bill()}>
            {t('temporary.bill', { yuan: yuan(quote.amount) })}
          </button>
        ) : (
          <button type="submit" className="btn go" disabled={send.busy}>
            {t('temporary.quote')}
          </button>
        )}
      </p>
    </form>
  );
}
