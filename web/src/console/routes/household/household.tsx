import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { readDraft, writeDraft } from '../../../kit/drafts.ts';
import { rating } from '../../../kit/format.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { ClockCell, GradeBadge, When } from '../../../kit/parts.tsx';
import type { Household, Room, TicketRow } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { useKeys } from '../../shell/keys.ts';
import { H1 } from '../../ui/heading.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';
import { RoomExtracts } from '../extract/wish.tsx';
import { useHousehold } from '../tickets/where.tsx';
import { ResidentAccounts } from './accounts.tsx';
import { Mobile } from './mobile.tsx';
import { Habits, NextActions, Slots } from './more.tsx';
import { RatingLine } from './ratings.tsx';
import type { Recent } from './reception.tsx';
import { BigSearch } from './search.tsx';

const route = getRouteApi('/console/households/$roomId');

function remember(room: Room) {
  const old = (readDraft<Recent[]>('recent-rooms') ?? []).filter(r => r.id !== room.id);
  writeDraft('recent-rooms', [{ id: room.id, label: room.short }, ...old].slice(0, 5));
}

function Heading({ household }: { household: Household }) {
  const { room, figures } = household;
  const owner = household.people.find(p => p.relation === 'owner' && !p.to) ?? household.people[0];
  return (
    <div className="id">
      <div>
        <div className="row">
          <H1>{room.label}</H1>
          <span className="tag">{t(`room.state.${room.state}`)}</span>
          {room.buildingArea && <span className="tag">{room.buildingArea} ㎡</span>}
        </div>
        <p className="row id-who">
          {owner ? (
            <>
              <Link to="/console/customers/$id" params={{ id: owner.customerId }} className="b">
                {owner.name}
              </Link>
              <span className="dim">{t(`relation.${owner.relation}`)}</span>
              <Mobile person={owner} />
            </>
          ) : (
            <span className="dim">{t('household.nobody')}</span>
          )}
        </p>
      </div>
      <div className="fig">
        <div>
          <b>{figures.open}</b>
          <span>{t('household.figure.open')}</span>
        </div>
        <div>
          <b>{figures.past}</b>
          <span>{t('household.figure.past')}</span>
        </div>
        <div>
          <b>{typeof figures.avgRating === 'number' ? rating(figures.avgRating) : '–'}</b>
          <span>{t('household.figure.rating')}</span>
        </div>
      </div>
    </div>
  );
}

function People({ household }: { household: Household }) {
  return (
    <>
      <h2 className="sec">{t('household.people', { n: household.people.length })}</h2>
      {household.people.length === 0 && <p className="pad dim3">{t('household.nobody.why')}</p>}
      <table className="t">
        <tbody>
          {household.people.map(p => (
            <tr key={`${p.customerId}-${p.relation}`} className={p.to ? 'dim3' : ''}>
              <td className="b">
                <Link to="/console/customers/$id" params={{ id: p.customerId }}>
                  {p.name}
                </Link>
              </td>
              <td className="dim">
                {t(`relation.${p.relation}`)} {p.share ?? ''}
              </td>
              <td>
                <Mobile person={p} />
              </td>
              <td className="num dim3">
                {p.tags.map(tag => (
                  <span key={tag} className="tag care">
                    {tag}
                  </span>
                ))}{' '}
                {p.to
                  ? t('household.until', { day: p.to })
                  : p.from && t('household.since', { day: p.from.slice(0, 7) })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function RoomFacts({ room }: { room: Room }) {
  const rows: [string, string | undefined][] = [
    [t('room.type'), wordFor(`room.type.${room.type}`)],
    [t('room.state'), wordFor(`room.state.${room.state}`)],
    [t('room.floor'), room.floor === undefined ? undefined : String(room.floor)],
    [t('room.building_area'), room.buildingArea && `${room.buildingArea} ㎡`],
    [t('room.inner_area'), room.innerArea && `${room.innerArea} ㎡`],
    [t('room.handed_over'), room.handedOverOn],
  ];
  return (
    <>
      <h2 className="sec">{t('household.room')}</h2>
      <table className="t">
        <tbody>
          {rows
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <tr key={name}>
                <td className="dim">{name}</td>
                <td className="num">{value}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </>
  );
}

function Open({ rows }: { rows: TicketRow[] }) {
  return (
    <>
      <h2 className="sec">{t('household.open', { n: rows.length })}</h2>
      {rows.length === 0 && <p className="pad dim3">{t('household.open.none')}</p>}
      <ul className="mini-list pad">
        {rows.map(row => (
          <li key={row.id}>
            <GradeBadge grade={row.grade} />
            <Link to="/console/tickets" search={{ open: row.id }} className="cut grow b">
              {row.title}
            </Link>
            <span className="dim nw">
              {t(`status.${row.status}`)} {row.assignee?.name}
            </span>
            {row.clock && <ClockCell clock={row.clock} />}
          </li>
        ))}
      </ul>
    </>
  );
}

function Past({ rows }: { rows: TicketRow[] }) {
  return (
    <>
      <h2 className="sec">{t('household.past', { n: rows.length })}</h2>
      {rows.length === 0 && <p className="pad dim3">{t('household.past.none')}</p>}
      <ul className="mini-list pad">
        {rows.map(row => (
          <li key={row.id}>
            <When at={row.openedAt} className="dim3 when" />
            <Icon name="wrench" />
            <Link to="/console/tickets/$id" params={{ id: row.id }} className="cut grow">
              {row.title}
            </Link>
            <span className="dim nw">{row.assignee?.name}</span>
            <span className="nw figure">
              {typeof row.rating === 'number' ? (
                rating(row.rating)
              ) : (
                <span className="dim3">{t(`status.${row.status}`)}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Money stands at the right, above what they think of us. */
const besides = ['bills', 'payments', 'arrears', 'deposits'];

export function HouseholdPage() {
  const { roomId } = route.useParams();
  const navigate = route.useNavigate();
  const can = useCan();
  const query = useHousehold(roomId);
  const room = query.data?.room;
  useEffect(() => {
    if (room) remember(room);
  }, [room]);
  const owner = query.data?.people.find(p => p.relation === 'owner' && !p.to);
  const report = () => {
    if (can('ticket.open')) {
      void navigate({
        to: '/console/tickets/new',
        search: { room: roomId, ...(owner ? { customer: owner.customerId } : {}) },
      });
    }
  };
  useKeys({ '2': report });
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!query.data || !room) return <PageSkeleton />;
  return (
    <main id="main" className="pg">
      <BigSearch
        key={room.id}
        value={room.short}
        onGo={q => void navigate({ to: '/console/reception', search: q ? { q } : {} })}
      />
      <Heading household={query.data} />
      <div className="acts">
        {can('ticket.open') && (
          <button type="button" className="btn go" onClick={report}>
            <Icon name="wrench" />
            {t('household.report')} <Kbd>2</Kbd>
          </button>
        )}
        {can('customer.transfer') && (
          <Link className="btn" to="/console/customers/transfer" search={{ room: roomId }}>
            {t('household.transfer')}
          </Link>
        )}
        {can('lease.edit') && (
          <Link className="btn" to="/console/customers/leases" search={{ room: roomId, open: 'new' }}>
            {t('household.lease')}
          </Link>
        )}
        {can('belonging.edit') && (
          <Link className="btn" to="/console/customers/belongings" search={{ room: roomId, open: 'new' }}>
            {t('household.belonging')}
          </Link>
        )}
      </div>
      <div className="three">
        <section aria-label={t('household.people_room')}>
          <People household={query.data} />
          {can('resident.view') && <ResidentAccounts room={room.id} people={query.data.people} />}
          <RoomFacts room={room} />
          {can('extract.view') && <RoomExtracts key={room.id} room={room.id} />}
          <Slots slots={query.data.slots} only={name => !besides.includes(name)} />
        </section>
        <section aria-label={t('household.matters')}>
          <NextActions list={query.data.next} />
          <Open rows={query.data.openTickets} />
          <Past rows={query.data.pastTickets} />
        </section>
        <section aria-label={t('household.ratings')}>
          <Slots slots={query.data.slots} only={name => besides.includes(name)} />
          <h2 className="sec">
            <span className="grow">
              {t('household.ratings')}{' '}
              {query.data.trend && <span className="n">{t(`household.trend.${query.data.trend}`)}</span>}
            </span>
            <span className="n">{t('household.ratings.target')}</span>
          </h2>
          <RatingLine ratings={query.data.ratings} />
          <Habits household={query.data} />
        </section>
      </div>
    </main>
  );
}
