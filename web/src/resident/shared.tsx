// Published income and expenditure of shared facilities, for whoever asks: nobody signs in (BIL-09, 公共收益). It prints as it stands.
import { useQuery } from '@tanstack/react-query';
import { api, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { yuan } from '../kit/format.ts';
import { go } from '../kit/path.ts';
import { Skeleton } from '../kit/phone.tsx';
import { exact } from '../kit/time.ts';
import type { SharedKind, SharedShown } from '../kit/types.ts';
import { t } from './words/index.ts';

const kindName = (kind: string) => t(`shared.kind.${kind as SharedKind}`);

function Balance({ year: y, sums }: { year: NonNullable<SharedShown['year']>; sums: SharedShown['sums'] }) {
  const rows = (side: 'income' | 'expense') =>
    sums
      .filter(s => s.side === side)
      .map(s => (
        <div key={s.kind}>
          <dt>{kindName(s.kind)}</dt>
          <dd>{yuan(s.amount)}</dd>
        </div>
      ));
  const total = (name: string, value: string) => (
    <div>
      <dt>
        <b>{name}</b>
      </dt>
      <dd>
        <b>{yuan(value)}</b>
      </dd>
    </div>
  );
  return (
    <section className="sect stack" data-testid="shared-year">
      <h2>{t('shared.year', { year: y.year })}</h2>
      <dl className="lines shared-sums">
        {total(t('shared.opening'), y.opening)}
        {total(t('shared.income'), y.income)}
        {rows('income')}
        {total(t('shared.expense'), y.expense)}
        {rows('expense')}
        {total(t('shared.closing'), y.closing)}
      </dl>
      <p className="dim s14">{t('shared.published', { at: exact(y.publishedAt) })}</p>
    </section>
  );
}

function Entry({ entry: e }: { entry: SharedShown['entries'][number] }) {
  return (
    <li>
      <p className="row">
        <span className="grow">
          {kindName(e.kind)} <span className="dim s14">{t(`shared.${e.side}`)}</span>
        </span>
        <b>{yuan(e.amount)}</b>
      </p>
      <p className="s14">{e.words}</p>
      <p className="dim s14">
        {[
          e.day,
          e.document && t('shared.document', { document: e.document }),
          e.wrongDay && t('shared.corrects', { day: e.wrongDay }),
          e.correctedOn && t('shared.corrected', { day: e.correctedOn }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </li>
  );
}

export function SharedPage({ community, year }: { community: string; year: string }) {
  const query = useQuery({
    queryKey: ['shared-income', community, year],
    queryFn: () =>
      data(
        api.GET('/shared-income-publicity', {
          params: { query: { community, ...(year ? { year: Number(year) } : {}) } },
        }),
      ),
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
        <h1>{t('shared.title', { community: p.community })}</h1>
      </header>
      {p.years.length > 1 && (
        <nav className="sect row wrap no-print" aria-label={t('shared.years')}>
          {p.years.map(y => (
            <button
              key={y.year}
              type="button"
              className={`pbtn ${y.year === p.year?.year ? 'go' : ''}`}
              aria-pressed={y.year === p.year?.year}
              onClick={() => go(`/r/shared/${community}/${y.year}`, true)}
            >
              {y.year}
            </button>
          ))}
        </nav>
      )}
      {p.year ? (
        <>
          <Balance year={p.year} sums={p.sums} />
          <section className="sect stack">
            <h2>{t('shared.entries')}</h2>
            <ul className="plain-rows">
              {p.entries.map((e, n) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: entries of a published year never change their order
                <Entry key={n} entry={e} />
              ))}
            </ul>
          </section>
        </>
      ) : (
        <p className="sect dim">{t('shared.none')}</p>
      )}
      <section className="sect stack">
        <p>{t('shared.ask', { phone: p.phone || '–' })}</p>
        <button type="button" className="pbtn no-print" onClick={() => go(`/r/charges/${community}`)}>
          {t('charges.title', { community: p.community })}
        </button>
        <button type="button" className="pbtn no-print" onClick={() => window.print()}>
          {t('charges.print')}
        </button>
      </section>
    </main>
  );
}
