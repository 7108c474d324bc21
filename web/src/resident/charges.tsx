// The charges of a community, for whoever asks: nobody signs in (BIL-09, 收费公示). It prints as it stands.
import { useQuery } from '@tanstack/react-query';
import { parkingSaid } from '../kit/bills.ts';
import { api, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { currentLang } from '../kit/i18n.ts';
import { go } from '../kit/path.ts';
import { Skeleton } from '../kit/phone.tsx';
import type { PublicCharge } from '../kit/types.ts';
import { t } from './words/index.ts';

type Tariff = PublicCharge['tariffs'][number];

/** "每月 10 以内 3.45 元，以上 4.83 元" of steps, or the one price. */
function priceOf(tariff: Tariff): string {
  if (tariff.price) return t('charges.price', { yuan: tariff.price });
  if (tariff.registers?.length)
    return tariff.registers
      .map(r => t(`charges.register.${r.register}`, { yuan: r.price }))
      .join(t('charges.join'));
  const steps = (tariff.tiers ?? [])
    .map(s =>
      s.upTo ? t('charges.tier', { to: s.upTo, yuan: s.price }) : t('charges.tier.rest', { yuan: s.price }),
    )
    .join(t('charges.join'));
  return [
    steps,
    tariff.tierPeriod === 'year' && t('charges.tier.year'),
    tariff.tierPeople &&
      t('charges.tier.people', { people: tariff.tierPeople, extra: tariff.tierExtra ?? '' }),
  ]
    .filter(Boolean)
    .join('');
}

/** "0.0005" → "0.5‰": the point moves, nothing is computed. */
function perMille(rate: string): string {
  const [whole = '0', part = ''] = rate.split('.');
  const moved = `${whole}${part.padEnd(3, '0').slice(0, 3)}`.replace(/^0+(?=\d)/, '');
  const rest = part.slice(3).replace(/0+$/, '');
  return `${rest ? `${moved}.${rest}` : moved}‰`;
}

function Charge({ charge: c }: { charge: PublicCharge }) {
  const rows: [string, string][] = [
    [t('charges.basis'), t(`charges.basis.${c.basis}`) + (c.formula ? t('said.colon') + c.formula : '')],
    [
      t('charges.period'),
      t(`charges.period.${c.basis === 'single' || c.basis === 'parking_time' ? 'once' : c.period}`, {
        day: c.dueDay,
      }),
    ],
    [
      t('charges.kind'),
      c.priceKind === 'guided'
        ? t('charges.guided', { cap: c.cap || '–', document: c.capDocument || '–' })
        : t('charges.market'),
    ],
    [
      t('charges.late'),
      c.latePerDay === '0'
        ? ''
        : t('charges.late.said', { grace: c.lateGrace, rate: perMille(c.latePerDay) }),
    ],
    ...(c.early ?? []).map((e): [string, string] => [
      t('charges.early'),
      t(`charges.early.${e.way}`, {
        n: e.days,
        day: e.until ?? '',
        percent: e.percent,
        first: e.first,
        last: e.last,
      }),
    ]),
  ];
  return (
    <section className="sect stack">
      <h2>{currentLang() === 'en' && c.nameEn ? c.nameEn : c.name}</h2>
      {c.tariffs.map(tariff => (
        <div className="stack" key={`${tariff.building}${tariff.roomType}${tariff.from}`}>
          <p>
            {!tariff.parking && <b>{priceOf(tariff)}</b>}{' '}
            <span className="dim">
              {[
                tariff.building,
                tariff.roomType && t(`charges.type.${tariff.roomType as 'home'}`),
                t(tariff.inForce ? 'charges.from' : 'charges.later', { day: tariff.from }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </p>
          {tariff.parking && parkingSaid(tariff.parking).map(text => <p key={text}>{text}</p>)}
          <p>{tariff.explanation}</p>
          <p className="dim s14">{t('charges.document', { document: tariff.document })}</p>
        </div>
      ))}
      <dl className="lines">
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name + value}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

export function ChargesPage({ community }: { community: string }) {
  const query = useQuery({
    queryKey: ['charge-publicity', community],
    queryFn: () => data(api.GET('/charge-publicity', { params: { query: { community } } })),
    retry: false,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError)
    return (
      <main className="door">
        <p role="alert">{explain(query.error)}</p>
        <button type="button" className="pbtn go" onClick={() => void query.refetch()}>
          {t('error.retry')}
        </button>
      </main>
    );
  const p = query.data;
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t('charges.title', { community: p.community })}</h1>
        <span className="dim s14">{[p.company, p.address].filter(Boolean).join(' · ')}</span>
      </header>
      {p.items.length === 0 && <p className="sect dim">{t('charges.none')}</p>}
      {p.items.map(c => (
        <Charge key={c.name} charge={c} />
      ))}
      <section className="sect stack">
        <p>{t('charges.complain', { phone: p.phone || '–' })}</p>
        <p className="dim s14">{t('charges.asof', { day: p.asOf })}</p>
        <button type="button" className="pbtn no-print" onClick={() => go(`/r/shared/${community}`)}>
          {t('shared.title', { community: p.community })}
        </button>
        <button type="button" className="pbtn no-print" onClick={() => window.print()}>
          {t('charges.print')}
        </button>
      </section>
    </main>
  );
}
