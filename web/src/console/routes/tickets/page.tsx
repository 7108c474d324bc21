// The whole ticket on its own page.
import { getRouteApi, Link } from '@tanstack/react-router';
import { Icon } from '../../../kit/icons.tsx';
import { useCan } from '../../session.ts';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';
import { ActionBar } from './actions.tsx';
import { ClocksAndFigures, Facts, Photos, Story, TicketHeading } from './body.tsx';
import { useTicket } from './data.ts';
import { Valves } from './valves.tsx';
import { Work } from './work.tsx';

const route = getRouteApi('/console/tickets/$id');

export function TicketPage() {
  const { id } = route.useParams();
  const can = useCan();
  const query = useTicket(id);
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!query.data) return <PageSkeleton />;
  const ticket = query.data;
  return (
    <main id="main" className="ticket-page">
      <div className="ph">
        <Link className="btn quiet" to="/console/tickets" search={{ open: id }}>
          <Icon name="left" />
          {t('nav.tickets')}
        </Link>
        <span className="dim3">{ticket.number}</span>
        <span className="grow" />
        {(ticket.status === 'archived' || ticket.status === 'cancelled') && can('ticket.open') && (
          <Link
            className="btn"
            to="/console/tickets/new"
            search={{
              earlier: id,
              number: ticket.number,
              ...(ticket.roomId ? { room: ticket.roomId } : { place: ticket.place }),
              ...(ticket.facilityId ? { facility: ticket.facilityId } : {}),
            }}
          >
            {t('ticket.take_up')}
          </Link>
        )}
        <Link className="btn quiet" to="/console/tickets/$id/print" params={{ id }}>
          {t('do.print')}
        </Link>
        {ticket.roomId && (
          <Link className="btn quiet" to="/console/households/$roomId" params={{ roomId: ticket.roomId }}>
            {t('ticket.household')}
            <Icon name="right" />
          </Link>
        )}
      </div>
      <div className="ticket-cols">
        <section className="ticket-story" aria-label={t('ticket.story')}>
          <TicketHeading ticket={ticket} level={1} />
          <Story ticket={ticket} />
          <ActionBar ticket={ticket} reload={() => void query.refetch()} />
        </section>
        <aside className="ticket-side" aria-label={t('ticket.facts')}>
          <Facts ticket={ticket} />
          <Valves ticket={ticket} />
          <ClocksAndFigures ticket={ticket} />
          <Work ticket={ticket} />
          <Photos ticket={ticket} />
        </aside>
      </div>
    </main>
  );
}
