// The cashier's screen: find who pays, see what is due, take it (PAY-01). Every step is one key: "/" finds,
// Enter leads on, Ctrl+Enter takes.
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { offOf } from '../../../kit/early.ts';
import { fenOf, ofFen, yuan } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Counter, Hit, Payment } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t as h } from '../../words/hand.ts';
import { t } from '../../words/index.ts';
import { BigSearch, hitIcon, useHits } from '../household/search.tsx';
import { ApplyInvoice } from '../invoice/apply.tsx';
import { AskRefund } from '../refund/ask.tsx';
import { totalOf, useCounter, useShift } from './data.ts';
import { Deposits } from './deposits.tsx';
import { DueTable } from './due.tsx';
import { Offsets } from './offset.tsx';
import { PayForm, Taken } from './pay.tsx';
import { OpenShift } from './shift.tsx';

const route = getRouteApi('/console/cashier');

const roomOf = (hit: Hit) => (hit.kind === 'room' ? hit.id : hit.kind === 'ticket' ? undefined : hit.roomId);

function Find({ first, onRoom }: { first: boolean; onRoom: (room: string) => void }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const query = useHits(typed, false);
  const hits = typed.trim() ? (query.data ?? []).filter(roomOf) : [];
  const chosen = Math.min(at, Math.max(0, hits.length - 1));
  const open = (hit: Hit | undefined) => {
    const room = hit && roomOf(hit);
    if (!room) return;
    setTyped('');
    onRoom(room);
  };
  return (
    <>
      <BigSearch
        key={typed === '' ? 'empty' : 'typing'}
        value={typed}
        autoFocus={first || typed !== ''}
        onType={q => {
          setTyped(q);
          setAt(0);
        }}
        onGo={() => open(hits[chosen])}
        onMove={by => setAt(Math.max(0, Math.min(hits.length - 1, chosen + by)))}
      />
      <ErrorNote query={query} />
      {typed.trim() !== '' && query.data && hits.length === 0 && (
        <Empty>{t('search.none', { q: typed.trim() })}</Empty>
      )}
      {hits.length > 0 && (
        <ul className="hit-list" aria-label={t('search.results')}>
          {hits.map((hit, index) => (
            <li key={`${hit.kind}-${hit.id}-${hit.roomId ?? ''}`}>
              <button
                type="button"
                className={index === chosen ? 'on' : ''}
                data-testid="hit"
                onClick={() => open(hit)}
              >
                <Icon name={hitIcon[hit.kind]} />
                <span className="grow">
                  <b>{hit.title}</b>
                  <span className="dim">{hit.subtitle}</span>
                </span>
                <span className="dim3">{t(`search.kind.${hit.kind}`)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Rooms of the same owners, to be paid together. */
function Others({ counter, also, go }: { counter: Counter; also: string[]; go: (also: string[]) => void }) {
  if (counter.others.length === 0) return null;
  return (
    <p className="row wrap pad-row">
      <span className="dim">{t('cashier.others')}</span>
      {counter.others.map(o => (
        <label key={o.roomId} className="row">
          <input
            type="checkbox"
            checked={also.includes(o.roomId)}
            onChange={e =>
              go(e.target.checked ? [...also, o.roomId] : also.filter(room => room !== o.roomId))
            }
          />
          {o.label}
          <span className="dim">{yuan(o.due)}</span>
        </label>
      ))}
    </p>
  );
}

function Ahead({ counter }: { counter: Counter }) {
  if (counter.ahead.length === 0) return null;
  return (
    <p className="row wrap pad-row">
      <span className="dim">{t('cashier.ahead')}</span>
      {counter.ahead.map(a => (
        <span key={`${a.itemId ?? ''} ${a.of ?? ''} ${a.name ?? ''}`}>
          {a.itemName || t('cashier.ahead.any')} <b>{yuan(a.amount)}</b>{' '}
          {a.of && (
            <span className="dim">
              {a.name} <span className="tag">{h(`ahead.of.${a.of}`)}</span>
            </span>
          )}
        </span>
      ))}
    </p>
  );
}

function Household({
  counter,
  also,
  go,
  onTaken,
  line,
}: {
  counter: Counter;
  also: string[];
  go: (also: string[]) => void;
  onTaken: (made: Payment) => void;
  line: string | undefined;
}) {
  const can = useCan();
  // Who comes from a charge of the desk pays that. Lines of the developer are not the household's: they are chosen knowingly.
  const asked = counter.lines.some(l => l.id === line);
  const [ticked, setTicked] = useState<Record<string, boolean>>({});
  const off = counter.lines
    .filter(l => !(ticked[l.id] ?? (asked ? l.id === line : Boolean(l.debtor))))
    .map(l => l.id);
  const setOff = (next: string[]) =>
    setTicked(Object.fromEntries(counter.lines.map(l => [l.id, !next.includes(l.id)])));
  const chosen = counter.lines.filter(l => !off.includes(l.id));
  const early = offOf(chosen);
  const total = chosen.reduce((sum, line) => sum + totalOf(line), 0) - early;
  const late = chosen.reduce((sum, line) => sum + fenOf(line.lateFee), 0);
  const [tab, setTab] = useState<'pay' | 'deposits' | 'refunds' | 'offsets' | 'invoices'>('pay');
  return (
    <div className="page-body two-cols cashier">
      <div>
        <header className="row wrap pad-row">
          <h2>
            <Link to="/console/households/$roomId" params={{ roomId: counter.roomId }}>
              {counter.label}
            </Link>
          </h2>
          <span>{counter.payer}</span>
          {can('charge.once') && (
            <Link to="/console/temporary" search={{ room: counter.roomId }}>
              {t('cashier.temporary')}
            </Link>
          )}
          <span className="grow" />
          <span className="dim">{t('cashier.as_of', { day: counter.day })}</span>
        </header>
        <Others counter={counter} also={also} go={go} />
        <Ahead counter={counter} />
        {counter.lines.length === 0 ? (
          <Empty>{t('cashier.nothing')}</Empty>
        ) : (
          <DueTable
            today={counter.day}
            lines={counter.lines}
            off={off}
            setOff={setOff}
            several={also.length > 0}
          />
        )}
      </div>
      <aside className="state-side" aria-label={t('cashier.take')}>
        <p className="cashier-total">
          <span className="dim">{t('cashier.chosen', { n: chosen.length })}</span>
          <b data-testid="due-total">¥{yuan(ofFen(total))}</b>
          {early > 0 && (
            <span className="dim" data-testid="early-off">
              {t('cashier.early', { yuan: yuan(ofFen(early)) })}
            </span>
          )}
          {late > 0 && <span className="dim">{t('cashier.of_late', { yuan: yuan(ofFen(late)) })}</span>}
        </p>
        <div className="choice" role="tablist" aria-label={t('cashier.what')}>
          {(
            [
              'pay',
              'deposits',
              'refunds',
              'offsets',
              ...(can('invoice.view') ? (['invoices'] as const) : []),
            ] as const
          ).map(name => (
            <button
              key={name}
              type="button"
              role="tab"
              aria-selected={tab === name}
              className={tab === name ? 'seg on' : 'seg'}
              onClick={() => setTab(name)}
            >
              {t(`cashier.tab.${name}`)}
            </button>
          ))}
        </div>
        {tab === 'refunds' ? (
          <AskRefund room={counter.roomId} />
        ) : tab === 'invoices' ? (
          <ApplyInvoice key={counter.roomId} roomId={counter.roomId} />
        ) : !can('payment.take') ? null : tab === 'pay' ? (
          <PayForm counter={counter} also={also} chosen={chosen} total={total} onTaken={onTaken} />
        ) : tab === 'offsets' ? (
          <Offsets counter={counter} />
        ) : (
          <Deposits counter={counter} />
        )}
      </aside>
    </div>
  );
}

export function DeskPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const also = search.with ? search.with.split(',') : [];
  const query = useCounter(search.room, also);
  const shift = useShift(can('payment.take'));
  const [made, setMade] = useState<Payment>();
  const to = (room: string, others: string[] = []) =>
    void navigate({ search: { room, ...(others.length > 0 ? { with: others.join() } : {}) } });
  const counter = query.data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another room is another payment
  useEffect(() => setMade(undefined), [search.room]);
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('nav.cashier')}</H1>
        <span className="grow" />
        {shift.data?.state === 'open' && (
          <Link to="/console/cashier/day" className="dim">
            {t('cashier.shift.since', { cash: yuan(shift.data.counts[0]?.expected ?? '0') })}
          </Link>
        )}
      </header>
      <Tabs of="cashier" />
      {shift.data?.state === 'closed' ? (
        <OpenShift />
      ) : (
        <>
          <Find first={!search.room} onRoom={room => to(room)} />
          <ErrorNote query={query} />
          {search.room && query.isPending && <Skeleton rows={6} />}
          {!search.room && <Empty>{t('cashier.start')}</Empty>}
          {made && <Taken made={made} onNext={() => void navigate({ search: {} })} />}
          {counter && !made && (
            <Household
              key={`${counter.roomId}-${also.join()}`}
              counter={counter}
              also={also}
              go={others => to(counter.roomId, others)}
              onTaken={setMade}
              line={search.line}
            />
          )}
        </>
      )}
    </main>
  );
}
