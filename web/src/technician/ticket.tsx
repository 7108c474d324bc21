// The working page of one job.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { word } from '../kit/i18n.ts';
import { Icon } from '../kit/icons.tsx';
import { ClockCell, ClockLine, GradeBadge, Timeline } from '../kit/parts.tsx';
import { Skeleton, TroubleNote } from '../kit/phone.tsx';
import { Quotes } from '../kit/quotes.tsx';
import { useSend } from '../kit/send.ts';
import { useSession } from '../kit/session.ts';
import { TakenAway } from '../kit/taken.tsx';
import { when } from '../kit/time.ts';
import type { Ticket } from '../kit/types.ts';
import { ArrivalTag, windowText } from '../kit/visits.tsx';
import { mapLink, positionText } from '../kit/where.ts';
import { foresee } from './foresee.ts';
import { Kept } from './kept.tsx';
import { useWaiting } from './outbox.ts';
import { back } from './path.ts';
import { Photos } from './photos.tsx';
import { Valves } from './plans.tsx';
import { ticketQuery } from './query.ts';
import { Steps } from './steps.tsx';
import { t } from './words/index.ts';
import { Work } from './work.tsx';

function Head({ ticket }: { ticket: Ticket }) {
  const [number, setNumber] = useState('');
  const send = useSend();
  const name = ticket.customerName ?? ticket.contactName;
  const who = [name, ticket.contactMobileMasked].filter(Boolean).join(' ');
  // The server writes who looked; only the own work is shown.
  const show = async () => {
    const params = { path: { id: ticket.id } };
    const shown = await send.run(() =>
      data(api.POST('/tickets/{id}/reveal', { params, body: { field: 'mobile' } })),
    );
    if (shown) setNumber(shown.value);
  };
  return (
    <div className="ct">
      {ticket.clock && (
        <ClockCell clock={ticket.clock}>
          {(bar, text) => (
            <>
              <div className="row">
                <GradeBadge grade={ticket.grade} />
                <span className="tag">{t(`status.${ticket.status}`)}</span>
                <span className="grow dim s14">{t(`clock.${ticket.clock?.kind ?? 'resolve'}`)}</span>
                <span className="big-left">{text}</span>
              </div>
              {bar}
            </>
          )}
        </ClockCell>
      )}
      <p className="where">
        <Icon name="pin" /> <b>{ticket.place}</b>
      </p>
      {ticket.position && (
        <p className="where">
          <Icon name="pin" /> <a href={mapLink(ticket.position)}>{positionText(ticket.position)}</a>
        </p>
      )}
      <p className="where">
        <Icon name="phone" /> {number ? name : who || t('ticket.nobody')}{' '}
        {number && <a href={`tel:${number}`}>{number}</a>}
        {ticket.mayReveal && !number && ticket.contactMobileMasked?.includes('*') && (
          <button type="button" className="btn" disabled={send.busy} onClick={() => void show()}>
            {t('ticket.number')}
          </button>
        )}
      </p>
      <TroubleNote trouble={send.trouble} />
      {ticket.visitFrom && ticket.visitTo && (
        <p className="where" data-testid="visit">
          <Icon name="clock" /> <b>{windowText(ticket.visitFrom, ticket.visitTo)}</b>{' '}
          <ArrivalTag ticket={ticket} />
        </p>
      )}
      {ticket.wished && (
        <p className="where">
          <Icon name="clock" /> {t('ticket.wished', { text: ticket.wished })}
        </p>
      )}
      {ticket.knows && ticket.knows.id !== ticket.assignee?.id && (
        <p className="where">
          <Icon name="user" /> {word('why.knows', { name: ticket.knows.name })}
        </p>
      )}
      <p className="where dim s14">
        <Icon name="clock" /> {t('ticket.opened', { time: when(ticket.openedAt) })}
      </p>
    </div>
  );
}

export function TicketPage({ id }: { id: string }) {
  const query = useQuery(ticketQuery(id));
  const { permissions } = useSession();
  const waiting = useWaiting();
  const ticket = query.data && foresee(query.data, waiting);
  return (
    <>
      <main className="screen with-cta">
        <header className="navb">
          <button type="button" className="bk" aria-label={t('ticket.back')} onClick={back}>
            <Icon name="left" />
          </button>
          <h1>{ticket?.title ?? ''}</h1>
        </header>
        <Offline />
        <Kept ticket={id} />
        {query.isPending && <Skeleton />}
        {query.isError && (
          <div className="trouble" role="alert">
            {explain(query.error)}
            <button type="button" className="link" onClick={() => void query.refetch()}>
              {t('error.retry')}
            </button>
          </div>
        )}
        {ticket && (
          <>
            <Head ticket={ticket} />
            {ticket.description && (
              <section className="sect" aria-label={t('ticket.description')}>
                <p className="words">{ticket.description}</p>
              </section>
            )}
            <Photos ticket={ticket} />
            <Valves ticket={ticket} />
            <Quotes
              ticket={ticket}
              may={permissions.includes('quote.offer')}
              heading={<h2>{word('quote.title')}</h2>}
            />
            <TakenAway
              ticket={ticket}
              may={permissions.includes('ticket.resolve')}
              heading={<h2>{word('taken.title')}</h2>}
            />
            <Work ticket={ticket} />
            <section className="sect two">
              {ticket.clocks.map(clock => (
                <ClockLine key={clock.kind} clock={clock} />
              ))}
            </section>
            <section className="sect">
              <h2>{t('ticket.timeline')}</h2>
              <Timeline entries={ticket.timeline} label={t('ticket.timeline')} />
            </section>
          </>
        )}
      </main>
      {ticket && <Steps ticket={ticket} />}
    </>
  );
}
