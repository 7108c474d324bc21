import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { currentLang } from '../../../kit/i18n.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Consent, ConsentText, Customer } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const channels = ['paper', 'visit', 'phone', 'app'] as const;

export const useTexts = (community: string) =>
  useQuery({
    queryKey: ['consent-texts', community],
    queryFn: async () => (await data(api.GET('/consent-texts', { params: { query: { community } } }))).items,
  });

interface RowProps {
  customer: Customer;
  text: ConsentText;
  said: Consent | undefined;
}

/** The newest edition of a text, and what this customer says to it today. */
function Row({ customer, text, said }: RowProps) {
  const can = useCan();
  const client = useQueryClient();
  const send = useSend();
  const [channel, setChannel] = useState<(typeof channels)[number]>('paper');
  const [reading, setReading] = useState(false);
  const old = said && said.edition < text.edition;
  const record = async (given: boolean) => {
    const params = { path: { id: customer.id } };
    const body = { textId: text.id, given, channel };
    const made = await send.run(once =>
      data(api.POST('/customers/{id}/consents', { params: { ...params, header: once }, body })),
    );
    if (!made) return;
    toast(t(given ? 'consent.given.saved' : 'consent.withdrawn.saved'));
    await client.invalidateQueries({ queryKey: ['consents', customer.id] });
  };
  const name = t(`consent.${text.kind}`);
  return (
    <li className="consent">
      <div className="row">
        <b>{name}</b>
        <button type="button" className="link" aria-expanded={reading} onClick={() => setReading(!reading)}>
          {t('consent.edition', { n: text.edition })}
        </button>
        <span className="grow" />
        {said ? (
          <span className={said.given ? 'ok' : 'dim'}>
            {t(said.given ? 'consent.given' : 'consent.withdrawn')} <When at={said.at} /> · {said.by}
            {old && ` · ${t('consent.edition', { n: said.edition })}`}
          </span>
        ) : (
          <span className="dim3">{t('consent.unknown')}</span>
        )}
      </div>
      {reading && <p className="said-first">{currentLang() === 'en' ? text.en : text.zh}</p>}
      {can('customer.consent') && !customer.erasedAt && (
        <div className="row">
          <label className="chip">
            <span className="k">{t('consent.channel')}</span>
            <select
              aria-label={`${name} ${t('consent.channel')}`}
              value={channel}
              onChange={e => setChannel(channels.find(c => c === e.target.value) ?? 'paper')}
            >
              {channels.map(c => (
                <option key={c} value={c}>
                  {t(`consent.channel.${c}`)}
                </option>
              ))}
            </select>
          </label>
          {(!said?.given || old) && (
            <button type="button" className="btn" disabled={send.busy} onClick={() => void record(true)}>
              {t('consent.give')}
            </button>
          )}
          {said?.given && (
            <button type="button" className="btn" disabled={send.busy} onClick={() => void record(false)}>
              {t('consent.withdraw')}
            </button>
          )}
        </div>
      )}
      <TroubleNote trouble={send.trouble} />
    </li>
  );
}

export function Consents({ customer }: { customer: Customer }) {
  const texts = useTexts(customer.community);
  const said = useQuery({
    queryKey: ['consents', customer.id],
    queryFn: async () =>
      (await data(api.GET('/customers/{id}/consents', { params: { path: { id: customer.id } } }))).items,
  });
  // Editions come newest first within a kind.
  const newest = (texts.data ?? []).filter((one, i, all) => all.findIndex(x => x.kind === one.kind) === i);
  return (
    <section aria-labelledby="consents">
      <h2 className="sub" id="consents">
        {t('consent.title')}
      </h2>
      <ErrorNote query={texts} />
      <ErrorNote query={said} />
      {(texts.isPending || said.isPending) && <Skeleton rows={2} />}
      {texts.data && newest.length === 0 && <p className="dim3">{t('consent.none')}</p>}
      <ul className="stack">
        {said.data &&
          newest.map(text => (
            <Row
              key={text.id}
              customer={customer}
              text={text}
              said={said.data.find(c => c.kind === text.kind && c.current)}
            />
          ))}
      </ul>
    </section>
  );
}
