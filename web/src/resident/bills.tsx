// What is due for a room, how each line came about, and paying it (FAC-02, PAY-01).
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { explained } from '../kit/bills.ts';
import { api, base, data } from '../kit/client.ts';
import { earned, offOf } from '../kit/early.ts';
import { explain } from '../kit/explain.ts';
import { ofFen, yuan } from '../kit/format.ts';
import { Icon } from '../kit/icons.tsx';
import { go } from '../kit/path.ts';
import { Pick, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { today } from '../kit/time.ts';
import type { OpenBill, OwnBills } from '../kit/types.ts';
import { Rooms } from './home.tsx';
import { itemName, monthName, some, sum } from './money.ts';
import { chooseRoom, useHome, useHomes } from './session.ts';
import { t } from './words/index.ts';

const ExtractCard = lazy(() => import('./extract.tsx').then(m => ({ default: m.ExtractCard })));
const JointLines = lazy(() => import('./joint.tsx').then(m => ({ default: m.JointLines })));

type Channel = 'wechat' | 'alipay';

const totalOf = (line: OpenBill) => sum([line.open, line.lateFee]);

function Explained({ line }: { line: OpenBill }) {
  return (
    <details className="how">
      <summary>{t('bills.explain')}</summary>
      <ol className="said-list">
        {explained(line).map(text => (
          <li key={text}>{text}</li>
        ))}
      </ol>
      {line.photos && (
        <div className="ph">
          {line.photos.map(id => (
            <a key={id} href={`${base}/resident/meter-photos/${id}`}>
              <img src={`${base}/resident/meter-photos/${id}`} alt={t('bills.meter.photo')} loading="lazy" />
            </a>
          ))}
        </div>
      )}
      <dl className="lines">
        {[
          [t('bills.span'), t('bills.span.days', { from: line.from ?? '', to: line.to ?? '' })],
          [t('bills.document'), line.document],
          [t('bills.words'), line.explanation],
        ]
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </details>
  );
}

export function Line({
  line,
  chosen,
  on,
  toggle,
}: {
  line: OpenBill;
  chosen: OpenBill[];
  on: boolean;
  toggle: () => void;
}) {
  const early = earned(line, chosen) ?? line.early?.[0];
  const late = (line.due ?? '') < today();
  return (
    <li className="bill" data-testid="bill">
      <label>
        <input
          type="checkbox"
          checked={on}
          onChange={toggle}
          aria-label={t('bills.choose', { item: itemName(line), month: monthName(line.period ?? '') })}
        />
        <span className="what">
          <b>{itemName(line)}</b> {monthName(line.period ?? '')}
          <small className={late ? 'red' : 'dim'}>
            {t(late ? 'bills.overdue' : 'bills.due', { day: line.due ?? '' })}
          </small>
          {some(line.paid) && (
            <small className="dim">{t('bills.line.paid', { yuan: yuan(line.paid) })}</small>
          )}
          {some(line.lateFee) && (
            <small className="dim">{t('bills.line.late', { yuan: yuan(line.lateFee) })}</small>
          )}
          {early && (
            <small className="ok">
              {t(early.with?.length ? 'bills.early.year' : 'bills.early', {
                day: early.until,
                yuan: yuan(early.off),
              })}
            </small>
          )}
          {line.paused && <small className="dim">{t('bills.line.paused')}</small>}
        </span>
        <b className="sum">¥{yuan(totalOf(line))}</b>
      </label>
      <Explained line={line} />
    </li>
  );
}

/** Where to pay when it cannot be paid here. */
function Where({ bills }: { bills: OwnBills }) {
  return (
    <section className="sect stack" data-testid="where">
      <p>{t('bills.off')}</p>
      {bills.place.address && <p>{t('bills.off.where', { address: bills.place.address })}</p>}
      {bills.place.servicePhone && (
        <a className="pbtn" href={`tel:${bills.place.servicePhone}`}>
          <Icon name="phone" />
          {t('bills.off.call', { phone: bills.place.servicePhone })}
        </a>
      )}
    </section>
  );
}

/** A phone goes to the app, a computer shows a code or a page. */
const onPhone = () => matchMedia('(pointer: coarse)').matches || innerWidth < 640;

const wayOf = (channel: Channel) =>
  onPhone() ? (channel === 'wechat' ? 'h5' : 'wap') : channel === 'wechat' ? 'native' : 'page';

function Pay({ bills, chosen }: { bills: OwnBills; chosen: OpenBill[] }) {
  const send = useSend();
  const open = bills.channels as Channel[];
  const [channel, setChannel] = useState<Channel>(open[0] ?? 'wechat');
  const total = sum([...chosen.map(totalOf), ofFen(-offOf(chosen))]);
  const pay = async () => {
    if (chosen.length === 0) return;
    const body = {
      roomId: bills.roomId,
      lines: chosen.map(l => l.id),
      channel,
      way: wayOf(channel),
    } as const;
    const order = await send.run(once =>
      data(api.POST('/resident/orders', { params: { header: once }, body })),
    );
    if (!order) return;
    go(`/r/pay/${order.id}`);
    if (order.way !== 'native' && order.target) location.assign(order.target);
  };
  return (
    <div className="cta above">
      <TroubleNote trouble={send.trouble} />
      {open.length > 1 && (
        <Pick
          legend={t('bills.how')}
          value={channel}
          options={open.map(c => ({ value: c, label: t(`bills.${c}`) }))}
          onChange={setChannel}
        />
      )}
      <button
        type="button"
        className="pbtn go"
        disabled={send.busy || chosen.length === 0}
        onClick={() => void pay()}
      >
        {chosen.length === 0 ? t('bills.pay.none') : t('bills.pay', { yuan: yuan(total) })}
      </button>
    </div>
  );
}

const withoutThose = (lines: OpenBill[]) => Object.fromEntries(lines.map(l => [l.id, true]));

function Due({ bills, run }: { bills: OwnBills; run: string | undefined }) {
  // A code on paper leads to one bill: what else is due stays, but is not chosen.
  const [off, setOff] = useState<Record<string, boolean>>(() =>
    run ? withoutThose(bills.due.filter(l => l.runId !== run)) : {},
  );
  // What a tenant pays is chosen only where the owner says so.
  const [also, setAlso] = useState<Record<string, boolean>>({});
  const joint = bills.joint ?? [];
  const own = bills.due.filter(l => !off[l.id]);
  const chosen = [...own, ...joint.filter(l => also[l.id])];
  const all = own.length === bills.due.length;
  const payable = bills.channels.length > 0;
  return (
    <>
      <section className="sect">
        <p className="dim s14">{t(bills.due.length > 0 ? 'bills.total' : 'bills.none')}</p>
        <p className="big-left" data-testid="total">
          ¥{yuan(bills.total)}
        </p>
        {some(bills.earlyOff) && (
          <p className="dim s14">{t('bills.early.off', { yuan: yuan(bills.earlyOff) })}</p>
        )}
        {some(bills.lateFee) && <p className="dim s14">{t('bills.late', { yuan: yuan(bills.lateFee) })}</p>}
      </section>
      {bills.due.length > 0 && (
        <label className="grp all">
          <span>
            <input
              type="checkbox"
              checked={all}
              onChange={() => setOff(all ? withoutThose(bills.due) : {})}
            />{' '}
            {t('bills.all')}
          </span>
        </label>
      )}
      <ul className="bills">
        {bills.due.map(l => (
          <Line
            key={l.id}
            line={l}
            chosen={chosen}
            on={!off[l.id]}
            toggle={() => setOff(old => ({ ...old, [l.id]: !old[l.id] }))}
          />
        ))}
      </ul>
      {joint.length > 0 && (
        <Suspense fallback={<Skeleton />}>
          <JointLines
            lines={joint}
            chosen={chosen}
            toggle={id => setAlso(old => ({ ...old, [id]: !old[id] }))}
          />
        </Suspense>
      )}
      {payable ? null : <Where bills={bills} />}
      <Others bills={bills} />
      {payable && <Pay bills={bills} chosen={chosen} />}
    </>
  );
}

function Others({ bills }: { bills: OwnBills }) {
  return (
    <section className="sect stack">
      {!bills.own && (
        <p className="row">
          <span className="grow">{t('bills.prepaid')}</span>
          <b data-testid="prepaid">¥{yuan(bills.prepaid)}</b>
        </p>
      )}
      <button type="button" className="pbtn" onClick={() => go('/r/statement')}>
        <Icon name="sheet" />
        {t('bills.statement')}
      </button>
      <button type="button" className="pbtn" onClick={() => go('/r/extract')}>
        <Icon name="sheet" />
        {t('bills.extract')}
      </button>
      <button type="button" className="pbtn" onClick={() => go('/r/refunds')}>
        <Icon name="yuan" />
        {t('refund.title')}
      </button>
      <button type="button" className="pbtn" onClick={() => go('/r/invoices')}>
        <Icon name="sheet" />
        {t('invoice.page')}
      </button>
      <p className="dim s14">{t('bills.question')}</p>
    </section>
  );
}

export const useBills = (room: string) =>
  useQuery({
    queryKey: ['bills', room],
    queryFn: () => data(api.GET('/resident/bills', { params: { query: { room } } })),
    enabled: room !== '',
  });

/** The bills of the room on screen; from a code on paper: those of its room, with that bill chosen. */
export function BillsPage({ room, run }: { room?: string; run?: string | undefined }) {
  const chosen = useHome();
  const homes = useHomes().data ?? [];
  const home = room ? homes.find(h => h.roomId === room) : chosen;
  useEffect(() => {
    if (home && room) chooseRoom(room);
  }, [home, room]);
  const query = useBills(home?.roomId ?? '');
  if (!home)
    return room ? (
      <main className="screen">
        <section className="sect stack">
          <p>{t('bills.one.strange')}</p>
          <button type="button" className="pbtn go" onClick={() => go('/r/claim')}>
            {t('bills.one.claim')}
          </button>
        </section>
      </main>
    ) : null;
  const those = run ? query.data?.due.filter(l => l.runId === run) : undefined;
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t(run ? 'bills.one' : 'bills.title')}</h1>
        {room ? <span className="dim s14">{home.label}</span> : <Rooms home={home} homes={homes} />}
      </header>
      {!room && (
        <Suspense fallback={null}>
          <ExtractCard key={home.roomId} room={home.roomId} />
        </Suspense>
      )}
      {room && (
        <div className="sect row">
          {those?.length === 0 && <span className="grow">{t('bills.one.paid')}</span>}
          <button type="button" className="link" onClick={() => go('/r/bills', true)}>
            {t('bills.one.all')}
          </button>
        </div>
      )}
      {query.isPending && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {t('error.retry')}
          </button>
        </div>
      )}
      {query.data &&
        (query.data.due.length + (query.data.joint?.length ?? 0) > 0 && those?.length !== 0 ? (
          <Due key={home.roomId} bills={query.data} run={run} />
        ) : (
          <>
            {!those && <p className="empty">{t(query.data.own ? 'bills.none.own' : 'bills.none')}</p>}
            <Others bills={query.data} />
          </>
        ))}
    </main>
  );
}
