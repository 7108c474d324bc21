// A year of a room, and the receipt of a payment; both can be printed (PAY-02, ARR-06).
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { api, base, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { yuan } from '../kit/format.ts';
import { go } from '../kit/path.ts';
import { Field, Skeleton } from '../kit/phone.tsx';
import { today } from '../kit/time.ts';
import type { OwnReceipt, OwnYear } from '../kit/types.ts';
import { itemName, monthName, some, sum } from './money.ts';
import { Bar } from './parts.tsx';
import { useHome } from './session.ts';
import { t } from './words/index.ts';

const JointYear = lazy(() => import('./joint.tsx').then(m => ({ default: m.JointYear })));

const meansOf = (means: string) => t(`means.${means as 'cash'}`);

function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="lines">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const Print = () => (
  <button type="button" className="pbtn no-print" onClick={() => print()}>
    {t('year.print')}
  </button>
);

function Year({ of, room }: { of: OwnYear; room: string }) {
  return (
    <>
      <section className="sect">
        <h2>
          {of.place.name} {of.label} · {of.year}
        </h2>
        <Facts
          rows={[
            [t('year.billed'), `¥${yuan(of.billed)}`],
            [t('year.paid'), `¥${yuan(of.paid)}`],
            [t('year.open'), `¥${yuan(of.open)}`],
            [t('year.received'), `¥${yuan(of.received)}`],
          ]}
        />
      </section>
      <section className="sect">
        <h2>{t('year.lines')}</h2>
        {of.lines.length === 0 && <p className="dim">{t('year.none')}</p>}
        <ul className="plain-rows">
          {of.lines.map(l => {
            const open = sum([l.amount, `-${l.paid}`]);
            return (
              <li key={l.id} className="row">
                <span className="grow">
                  {itemName(l)} {monthName(l.period ?? '')}
                  <small className={some(open) ? 'red' : 'dim'}>
                    {some(open) ? t('year.line.open', { yuan: yuan(open) }) : t('year.line.paid')}
                  </small>
                </span>
                <b>¥{yuan(l.amount)}</b>
              </li>
            );
          })}
        </ul>
      </section>
      {of.joint && (
        <Suspense fallback={<Skeleton />}>
          <JointYear lines={of.joint} />
        </Suspense>
      )}
      <section className="sect">
        <h2>{t('year.payments')}</h2>
        {of.payments.length === 0 && <p className="dim">{t('year.none.paid')}</p>}
        <ul className="plain-rows">
          {of.payments.map(p => (
            <li key={p.id}>
              <button
                type="button"
                className="row plain-row"
                onClick={() => go(`/r/receipts/${p.id}?room=${room}`)}
              >
                <span className="grow">
                  {p.day} {meansOf(p.means)}
                  <small className="dim">
                    {p.number} {p.voidedAt && t('year.void')}
                  </small>
                </span>
                <b>¥{yuan(p.amount)}</b>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <div className="sect">
        <Print />
      </div>
    </>
  );
}

export function StatementPage() {
  const home = useHome();
  const now = Number(today().slice(0, 4));
  const [year, setYear] = useState(now);
  const room = home?.roomId ?? '';
  const query = useQuery({
    queryKey: ['statement', room, year],
    queryFn: () => data(api.GET('/resident/statement', { params: { query: { room, year } } })),
    enabled: room !== '',
  });
  const years = [...new Set([now, year, ...(query.data?.years ?? []).map(y => y.year)])].sort(
    (a, b) => b - a,
  );
  return (
    <main className="screen printed">
      <Bar title={t('year.title')} back="/r/bills" />
      <div className="sect no-print">
        <Field label={t('year.year')}>
          {a => (
            <select {...a} className="in" value={year} onChange={e => setYear(Number(e.target.value))}>
              {years.map(y => (
                <option key={y} value={y}>
                  {y}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {query.isPending && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
        </div>
      )}
      {query.data && <Year of={query.data} room={room} />}
    </main>
  );
}

function Paper({ of, room }: { of: OwnReceipt; room: string }) {
  return (
    <>
      {of.voidedAt && (
        <p className="trouble" role="alert">
          {t('paper.void')}
        </p>
      )}
      <section className="sect" data-testid="receipt">
        <h2>{of.place.name}</h2>
        <Facts
          rows={[
            [t('paper.number'), of.number ?? ''],
            [t('paper.day'), of.day ?? ''],
            [t('paper.room'), of.label],
            [t('paper.payer'), of.payer],
            [t('paper.means'), meansOf(of.means)],
            [t('paper.amount'), `¥${yuan(of.amount)}`],
            [t('paper.upper'), of.upper],
          ]}
        />
      </section>
      <section className="sect">
        <h2>{t('paper.for')}</h2>
        <ul className="plain-rows">
          {of.parts.map((p, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a payment never change
            <li key={i} className="row">
              <span className="grow">
                {t(`paper.part.${p.part}`, {
                  item: itemName(p),
                  month: p.period ? monthName(p.period) : '',
                })}
              </span>
              <b>¥{yuan(p.amount)}</b>
            </li>
          ))}
        </ul>
      </section>
      <section className="sect stack">
        <p className="dim s14">
          {t('paper.code')} <a href={`/r/receipt/${of.code}`}>{of.code}</a>
        </p>
        <p className="dim s14">
          {of.place.address} {of.place.servicePhone}
        </p>
        <Print />
        <a
          className="pbtn no-print"
          download
          href={`${base}/resident/receipts/${of.id}/receipt.pdf?${new URLSearchParams({ room })}`}
        >
          {t('paper.pdf')}
        </a>
        {!of.voidedAt && of.parts.some(p => p.part === 'prepaid') && (
          <button type="button" className="pbtn no-print" onClick={() => go('/r/refunds')}>
            {t('refund.ask')}
          </button>
        )}
      </section>
    </>
  );
}

export function ReceiptPage({ id }: { id: string }) {
  const home = useHome();
  const room = new URLSearchParams(location.search).get('room') ?? home?.roomId ?? '';
  const query = useQuery({
    queryKey: ['receipt', id, room],
    queryFn: () => data(api.GET('/resident/receipts/{id}', { params: { path: { id }, query: { room } } })),
    enabled: room !== '',
  });
  return (
    <main className="screen printed">
      <Bar title={t('paper.title')} back="/r/statement" />
      {query.isPending && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
        </div>
      )}
      {query.data && <Paper of={query.data} room={room} />}
    </main>
  );
}
