// The day at the cashier's: one's own shift to be counted, the sheet of the day, and its close (PAY-07).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { fenOf, ofFen, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { CashierShift, DaySheet } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t as h } from '../../words/hand.ts';
import { t } from '../../words/index.ts';
import { today } from '../billing/parts.tsx';
import { useShift } from './data.ts';
import { Petty } from './petty.tsx';
import { CloseShift, OpenShift } from './shift.tsx';

const route = getRouteApi('/console/cashier/day');

const movedOf = (m: DaySheet['means'][number]) => fenOf(m.movedIn) - fenOf(m.movedOut);

/** Refunds, floats, petty cash: what is no payment and is in the till's sum all the same. */
function Moves({ sheet }: { sheet: DaySheet }) {
  if (sheet.moves.length === 0) return null;
  return (
    <table className="grid" aria-label={t('day.moves')}>
      <thead>
        <tr>
          <th>{t('day.moves')}</th>
          <th>{t('day.voucher')}</th>
          <th>{t('day.party')}</th>
          <th>{t('cashier.words')}</th>
          <th>{t('cashier.means')}</th>
          <th className="num">{t('bill.amount')}</th>
        </tr>
      </thead>
      <tbody>
        {sheet.moves.map(m => (
          <tr key={m.id}>
            <td className="nw">
              {t(`move.${m.kind}`)} {m.reversedAt && <span className="tag">{t('move.reversed')}</span>}
            </td>
            <td className="nw">{m.number}</td>
            <td className="nw">{m.party}</td>
            <td className="dim">{m.words}</td>
            <td className="dim nw">{t(`means.${m.means}`)}</td>
            <td className="num">{yuan(m.amount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Means({ sheet }: { sheet: DaySheet }) {
  if (sheet.means.length === 0) return <Empty>{t('day.none')}</Empty>;
  return (
    <table className="grid" aria-label={t('day.means')}>
      <thead>
        <tr>
          <th>{t('cashier.means')}</th>
          <th className="num">{t('day.payments')}</th>
          <th className="num">{t('day.in')}</th>
          <th className="num">{t('day.voided')}</th>
          <th className="num">{t('day.returned')}</th>
          <th className="num">{t('day.moved')}</th>
          <th className="num">{t('day.net')}</th>
        </tr>
      </thead>
      <tbody>
        {sheet.means.map(m => (
          <tr key={m.means}>
            <td>{t(`means.${m.means as 'cash'}`)}</td>
            <td className="num">{m.payments}</td>
            <td className="num">{yuan(m.in)}</td>
            <td className="num">{m.voided === '0.00' ? '' : yuan(m.voided)}</td>
            <td className="num">{m.returned === '0.00' ? '' : yuan(m.returned)}</td>
            <td className="num">{movedOf(m) === 0 ? '' : yuan(ofFen(movedOf(m)))}</td>
            <td className="num b">
              {yuan(ofFen(fenOf(m.in) - fenOf(m.voided) - fenOf(m.returned) + movedOf(m)))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Items({ sheet }: { sheet: DaySheet }) {
  if (sheet.items.length === 0) return null;
  return (
    <table className="grid" aria-label={t('day.items')}>
      <thead>
        <tr>
          <th>{t('bill.item')}</th>
          <th>{t('day.part')}</th>
          <th>{t('cashier.means')}</th>
          <th className="num">{t('bill.amount')}</th>
        </tr>
      </thead>
      <tbody>
        {sheet.items.map(i => (
          <tr key={`${i.itemId}-${i.part}-${i.means}`}>
            <td>{i.itemName || '–'}</td>
            <td className="dim">{t(`part.${i.part}`)}</td>
            <td className="dim">{t(`means.${i.means as 'cash'}`)}</td>
            <td className="num">{yuan(i.amount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Shift({ shift }: { shift: CashierShift }) {
  const rows = shift.counts.filter(c => c.means === 'cash' || c.payments > 0 || c.expected !== '0.00');
  return (
    <section className="stack" aria-label={shift.cashier}>
      <h3 className="sub">
        {shift.cashier}{' '}
        <span className={shift.state === 'open' ? 'tag amber' : 'tag'}>{t(`shift.${shift.state}`)}</span>
      </h3>
      <p className="dim">
        {t('shift.from', { at: exact(shift.openedAt), opening: yuan(shift.opening) })}
        {shift.closedAt && ` · ${t('shift.to', { at: exact(shift.closedAt) })}`}
      </p>
      <table className="grid">
        <thead>
          <tr>
            <th>{t('cashier.means')}</th>
            <th className="num">{t('day.payments')}</th>
            <th className="num">{t('shift.expected')}</th>
            <th className="num">{t('shift.counted')}</th>
            <th className="num">{t('shift.off')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(c => {
            const off = fenOf(c.counted) - fenOf(c.expected);
            return (
              <tr key={c.means}>
                <td>{t(`means.${c.means as 'cash'}`)}</td>
                <td className="num">{c.payments}</td>
                <td className="num">{yuan(c.expected)}</td>
                <td className="num">{shift.state === 'open' ? '–' : yuan(c.counted)}</td>
                <td className={off !== 0 && shift.state !== 'open' ? 'num warn' : 'num'}>
                  {shift.state === 'open' || off === 0 ? '–' : yuan(ofFen(off))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {shift.reason && <p>{t('shift.reason', { reason: shift.reason })}</p>}
      {shift.banked !== '0.00' && (
        <p>{t('shift.banked', { yuan: yuan(shift.banked), slip: shift.slip ?? '' })}</p>
      )}
      {shift.handedTo && <p>{t('shift.handed', { name: shift.handedTo })}</p>}
    </section>
  );
}

function Lock({ sheet }: { sheet: DaySheet }) {
  const can = useCan();
  const client = useQueryClient();
  const send = useSend();
  if (sheet.closedAt)
    return <p className="dim">{t('day.closed', { by: sheet.closedBy ?? '', at: exact(sheet.closedAt) })}</p>;
  if (!can('cashier.day')) return null;
  const close = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/cashier-days', {
          params: { header: once },
          body: { community: sheet.community, day: sheet.day },
        }),
      ),
    );
    if (!made) return;
    void client.invalidateQueries({ queryKey: ['day'] });
    toast(t('day.closed.told', { day: sheet.day }));
  };
  return (
    <div className="stack no-print">
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="button" className="btn go" disabled={send.busy} onClick={() => void close()}>
          {t('day.close')}
        </button>
        <span className="dim">{t('day.close.note')}</span>
      </p>
    </div>
  );
}

function Sheet({ sheet }: { sheet: DaySheet }) {
  const can = useCan();
  return (
    <article className="stack cashier-sheet">
      <h2>{t('day.sheet', { place: sheet.communityName, day: sheet.day })}</h2>
      <Means sheet={sheet} />
      <Moves sheet={sheet} />
      <Items sheet={sheet} />
      {sheet.books.length > 0 && (
        <p>
          {t('day.books')}{' '}
          {sheet.books
            .map(b => t('day.book', { first: b.first, last: b.last, n: b.receipts }))
            .join(t('parts.join'))}
        </p>
      )}
      {sheet.unmatched > 0 && (
        <p className="warn">
          {can('statement.view') ? (
            <Link to="/console/statements" search={{ day: sheet.day }}>
              {t('day.unmatched', { n: sheet.unmatched })}
            </Link>
          ) : (
            t('day.unmatched', { n: sheet.unmatched })
          )}
        </p>
      )}
      {sheet.voids.length > 0 && (
        <p>
          {t('day.voids')}{' '}
          {sheet.voids
            .map(v =>
              [v.number, yuan(v.amount), v.voidReason, v.voidWaits ? h('void.waits') : ''].join(' ').trim(),
            )
            .join(t('parts.join'))}
        </p>
      )}
      {sheet.laterVoids.length > 0 && (
        <p>
          {h('void.later')}{' '}
          {sheet.laterVoids
            .map(v => [v.number, yuan(v.amount), v.voidReason].join(' '))
            .join(t('parts.join'))}
        </p>
      )}
      {sheet.out.length > 0 && (
        <ul className="lines" aria-label={t('day.out')}>
          {sheet.out.map(b => (
            <li key={b.id}>
              <span className="warn">
                {t('day.out.book', {
                  holder: b.holder ?? '',
                  first: b.nextNumber,
                  last: b.lastNumber,
                  n: b.left,
                })}
              </span>
            </li>
          ))}
        </ul>
      )}
      {sheet.shifts.map(s => (
        <Shift key={s.id} shift={s} />
      ))}
      <Lock sheet={sheet} />
    </article>
  );
}

export function DayPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const can = useCan();
  const day = search.day ?? today();
  const query = useQuery({
    queryKey: ['day', community, day],
    queryFn: () => data(api.GET('/cashier-days', { params: { query: { community, day } } })),
  });
  const shift = useShift(can('payment.take'));
  return (
    <main id="main" className="page tabbed">
      <header className="page-head no-print">
        <H1>{t('cashier.day')}</H1>
        <span className="grow" />
        <label className="row">
          {t('payment.day')}
          <input
            type="date"
            value={day}
            onChange={e =>
              void navigate({ search: e.target.value ? { day: e.target.value } : {}, replace: true })
            }
          />
        </label>
        <button type="button" className="btn" onClick={() => window.print()}>
          {t('do.print')}
        </button>
      </header>
      <Tabs of="cashier" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a sheet that has nothing to press scrolls by keyboard too */}
      <section className="page-body two-cols" tabIndex={0} aria-label={t('cashier.day')}>
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={8} />}
          {query.data && <Sheet sheet={query.data} />}
        </div>
        {shift.data && (
          <aside className="state-side no-print" aria-label={t('cashier.shift')}>
            <h2>{t('cashier.shift')}</h2>
            {shift.data.state === 'open' ? (
              <>
                <CloseShift key={shift.data.id} shift={shift.data} />
                <Petty />
              </>
            ) : (
              <OpenShift />
            )}
          </aside>
        )}
      </section>
    </main>
  );
}
