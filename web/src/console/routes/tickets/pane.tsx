// The ticket beside the list.
import { Icon } from '../../../kit/icons.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';
import { ActionBar } from './actions.tsx';
import { TicketBody, TicketHeading } from './body.tsx';
import { useTicket } from './data.ts';

interface Props {
  id: string;
  onClose: () => void;
  onFull: () => void;
  onMove: (by: number) => void;
}

export function TicketPane({ id, onClose, onFull, onMove }: Props) {
  const query = useTicket(id);
  const ticket = query.data;
  return (
    <aside className="pane" aria-label={t('ticket.detail')}>
      <div className="ph">
        <span className="dim3">{ticket?.number}</span>
        <span className="grow" />
        <button type="button" className="btn quiet" onClick={() => onMove(-1)}>
          <Icon name="left" />
          {t('ticket.previous')}
        </button>
        <button type="button" className="btn quiet" onClick={() => onMove(1)}>
          {t('ticket.next')}
          <Icon name="right" />
        </button>
        <button type="button" className="btn quiet" onClick={onFull}>
          {t('ticket.full')}
        </button>
        <button type="button" className="btn quiet sq" aria-label={t('ticket.close')} onClick={onClose}>
          <Icon name="x" />
        </button>
      </div>
      {query.isPending && <Skeleton rows={10} />}
      <ErrorNote query={query} />
      {ticket && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <div className="body" tabIndex={0} role="region" aria-label={ticket.title}>
            <TicketHeading ticket={ticket} level={2} />
            <TicketBody ticket={ticket} />
          </div>
          <ActionBar key={ticket.id} ticket={ticket} reload={() => void query.refetch()} />
        </>
      )}
    </aside>
  );
}
