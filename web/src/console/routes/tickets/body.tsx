import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMissing } from '../../../kit/checklist.tsx';
import { api, base, data } from '../../../kit/client.ts';
import { categoryName, facetName, nameOf, rating } from '../../../kit/format.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { ClockLine, GradeBadge, Timeline, When } from '../../../kit/parts.tsx';
import { Recordings } from '../../../kit/recording.tsx';
import { took, when } from '../../../kit/time.ts';
import type { Ticket } from '../../../kit/types.ts';
import { positionText } from '../../../kit/where.ts';
import { H1 } from '../../ui/heading.tsx';
import { Mask } from '../../ui/mask.tsx';
import { type ConsoleKey, t } from '../../words/index.ts';
import { useCategories, useCategory } from './data.ts';
import { Twins } from './twins.tsx';
import { VisitFacts } from './visit.tsx';
import { Work } from './work.tsx';

export const photoUrl = (id: string): string => `${base}/files/${id}`;

export function TicketHeading({ ticket, level }: { ticket: Ticket; level: 1 | 2 }) {
  const Tag = level === 1 ? H1 : 'h2';
  return (
    <div className="row ticket-title">
      <GradeBadge grade={ticket.grade} />
      <Tag>{ticket.title}</Tag>
      {ticket.complex && <span className="tag amber">{t('ticket.complex')}</span>}
      {ticket.remote === 'possible' && ticket.grade !== 'A' && (
        <span className="tag amber" title={t('remote.note')}>
          {t('remote.tag')}
        </span>
      )}
      {ticket.reopened > 0 && (
        <span className="tag amber">{t('ticket.reopened', { n: ticket.reopened })}</span>
      )}
      {ticket.transfers > 1 && (
        <span className="tag amber">{t('ticket.transfers', { n: ticket.transfers })}</span>
      )}
      <span className="tag" data-testid="ticket-status">
        {t(`status.${ticket.status}`)}
      </span>
    </div>
  );
}

/** Whom it is about, as far as the caller may see; the rest on a click that leaves a trail. */
function Contact({ ticket }: { ticket: Ticket }) {
  const name = ticket.customerName ?? ticket.contactName ?? '';
  const number = ticket.contactMobileMasked ?? '';
  const ask = (field: 'name' | 'mobile') => () =>
    data(api.POST('/tickets/{id}/reveal', { params: { path: { id: ticket.id } }, body: { field } }));
  if (!name && !number) return <span className="dim3">–</span>;
  return (
    <>
      <Mask shown={name} label={t('ticket.reveal.name')} may={ticket.mayReveal} ask={ask('name')} />{' '}
      <Mask shown={number} label={t('ticket.reveal.number')} may={ticket.mayReveal} ask={ask('mobile')} />
    </>
  );
}

export function Facts({ ticket }: { ticket: Ticket }) {
  const category = useCategory(ticket.category);
  const known = useCategories().isSuccess;
  return (
    <dl className="facts">
      <dt>{t('ticket.place')}</dt>
      <dd>
        {ticket.roomId ? (
          <Link to="/console/households/$roomId" params={{ roomId: ticket.roomId }}>
            {ticket.place}
          </Link>
        ) : (
          ticket.place
        )}
      </dd>
      {ticket.position && (
        <>
          <dt>{t('ticket.position')}</dt>
          <dd>
            {positionText(ticket.position)}{' '}
            {ticket.position.meters != null && (
              <span className="dim">{t('ticket.position.far', { n: ticket.position.meters })}</span>
            )}
          </dd>
        </>
      )}
      <dt>{t('ticket.assignee')}</dt>
      <dd>{ticket.assignee?.name ?? <span className="dim3">{t('status.new')}</span>}</dd>
      <VisitFacts ticket={ticket} />
      {ticket.earlier && (
        <>
          <dt>{t('ticket.earlier')}</dt>
          <dd>
            <Link to="/console/tickets/$id" params={{ id: ticket.earlier.id }}>
              {ticket.earlier.number}
            </Link>
          </dd>
        </>
      )}
      {ticket.later.length > 0 && (
        <>
          <dt>{t('ticket.later')}</dt>
          <dd>
            {ticket.later.map(r => (
              <span key={r.id}>
                <Link to="/console/tickets/$id" params={{ id: r.id }}>
                  {r.number}
                </Link>{' '}
                <span className="dim3">{t(`status.${r.status}`)}</span>
              </span>
            ))}
          </dd>
        </>
      )}
      {ticket.wished && (
        <>
          <dt>{t('ticket.wished')}</dt>
          <dd>{ticket.wished}</dd>
        </>
      )}
      <dt>{t('ticket.customer')}</dt>
      <dd>
        <Contact ticket={ticket} />
      </dd>
      <dt>{t('ticket.owner')}</dt>
      <dd>
        {ticket.owner.name} <span className="dim3">{ticket.owner.agentNo}</span>
      </dd>
      <dt>{t('tickets.kind')}</dt>
      <dd>{t(`kind.${ticket.kind}`)}</dd>
      <dt>{t('ticket.category')}</dt>
      <dd>
        {categoryName(category) || (known && ticket.category)}
        {ticket.facet && <span className="dim"> {facetName(category, ticket.facet) || ticket.facet}</span>}
      </dd>
      <dt>{t('ticket.opened')}</dt>
      <dd>
        <When at={ticket.openedAt} /> {wordFor(`channel.${ticket.channel}`)}
      </dd>
    </dl>
  );
}

export function ClocksAndFigures({ ticket }: { ticket: Ticket }) {
  const d = ticket.durations;
  const figures: [ConsoleKey, number | undefined][] = [
    ['ticket.took.response', d.responseMs],
    ['ticket.took.dispatch', d.dispatchMs],
    ['ticket.took.arrival', d.arrivalMs],
    ['ticket.took.total', d.totalMs],
  ];
  const known = figures.filter(([, ms]) => ms !== undefined && ms !== null);
  return (
    <>
      <div className="two">
        {ticket.clocks.map(clock => (
          <ClockLine key={clock.kind} clock={clock} />
        ))}
      </div>
      {(known.length > 0 || ticket.rating !== undefined) && (
        <p className="durations" data-testid="durations">
          {known.map(([word, ms]) => (
            <span key={word} className="nw">
              <span className="dim3">{t(word)}</span> {took(ms ?? 0)}
            </span>
          ))}
          {typeof ticket.rating === 'number' && (
            <span className="nw" data-testid="rating">
              <span className="dim3">{t('ticket.rating')}</span>{' '}
              {t('ticket.rating.of', { rating: rating(ticket.rating) })}
            </span>
          )}
        </p>
      )}
    </>
  );
}

/** Why nobody has it: what dispatch did last says so. */
function waitsFor(ticket: Ticket): string {
  if (!ticket.visits) return t('ticket.unassigned.desk');
  if (ticket.remote === 'possible') return t('ticket.unassigned.remote');
  const done = ticket.timeline.findLast(e => ['no_one_free', 'offered', 'queued'].includes(e.verb))?.verb;
  if (done === 'offered') return t('ticket.unassigned.claim');
  if (done === 'queued') return t('ticket.unassigned.queue');
  if (done === 'no_one_free') return t('ticket.unassigned.why');
  return t(ticket.visitState === 'booked' ? 'ticket.unassigned.visit' : 'ticket.unassigned.hand');
}

/** What is coming or still missing, with what to do. */
function Notices({ ticket }: { ticket: Ticket }) {
  const resolve = ticket.clocks.find(c => c.kind === 'resolve' && !c.stoppedAt);
  const missing = useMissing(ticket);
  return (
    <>
      <Twins ticket={ticket} />
      {ticket.status === 'new' && (
        <p className="ask">
          <b>{t('ticket.unassigned')}</b> {waitsFor(ticket)}
        </p>
      )}
      {ticket.interimDue && (
        <p className="ask" data-testid="interim-due">
          {t('interim.due')}
        </p>
      )}
      {ticket.status === 'held' && ticket.heldWhy && (
        <p className="ask">
          <b>{t(`hold.${ticket.heldWhy}`)}</b>{' '}
          {ticket.heldUntil
            ? t('ticket.held_until', { time: when(ticket.heldUntil) })
            : t('ticket.held_open')}
        </p>
      )}
      {missing.length > 0 && resolve && ['arrived', 'working'].includes(ticket.status) && (
        <p className="missing" data-testid="missing">
          <b>{t('ticket.missing')}</b>
          {missing.join(t('why.join'))}
        </p>
      )}
      {ticket.status === 'resolved' && ticket.followup && (
        <p className="ask calm">
          {t('ticket.followup_due', {
            time: when(ticket.followup.dueAt),
          })}
        </p>
      )}
    </>
  );
}

/** What the customer read before they signed, where the ticket says something else by now (TIC-07d). */
export function SignedText({ ticket }: { ticket: Ticket }) {
  const read = ticket.photos.findLast(photo => photo.signed)?.signed;
  if (!ticket.signedOtherwise || !read) return null;
  return (
    <div className="ask" data-testid="signed-otherwise">
      <b>{t('ticket.signed.otherwise')}</b>
      <dl>
        {(['cause', 'remedy', 'advice'] as const).map(name => (
          <div key={name}>
            <dt>
              {t(name === 'cause' ? 'print.cause' : name === 'remedy' ? 'followup.remedy' : 'resolve.advice')}
            </dt>
            <dd>{read[name] || t('ticket.signed.nothing')}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export function Photos({ ticket }: { ticket: Ticket }) {
  if (ticket.photos.length === 0) return null;
  return (
    <section aria-label={t('ticket.photos')}>
      <h2 className="sub">{t('ticket.photos')}</h2>
      <div className="shots">
        {ticket.photos.map(photo => (
          <a key={photo.id} href={photoUrl(photo.id)} target="_blank" rel="noreferrer">
            <img
              src={photoUrl(photo.id)}
              alt={t(`photo.${photo.kind as 'before'}.by`, { by: nameOf(photo.by) })}
              loading="lazy"
            />
            <span>
              {t(`photo.${photo.kind}`)} {when(photo.at)}
            </span>
          </a>
        ))}
      </div>
      <SignedText ticket={ticket} />
    </section>
  );
}

export function Story({ ticket }: { ticket: Ticket }) {
  const told = useQuery({
    queryKey: ['deliveries', ticket.id],
    queryFn: () => data(api.GET('/tickets/{id}/messages', { params: { path: { id: ticket.id } } })),
  }).data;
  return (
    <>
      {ticket.description && <p className="said-first">{ticket.description}</p>}
      <Recordings items={ticket.recordings} files="/files" />
      <Notices ticket={ticket} />
      <h2 className="sub">{t('ticket.timeline')}</h2>
      {told && (
        <p className="s12 dim" data-testid="reachable">
          {told.channels.length > 0
            ? t('ticket.reached_by', {
                how: told.channels
                  .map(c => t(c === 'push' ? 'messages.channel.push' : 'messages.channel.mail'))
                  .join(t('ticket.reached_and')),
              })
            : t('ticket.reached_not')}
        </p>
      )}
      <Timeline entries={ticket.timeline} label={t('ticket.timeline')} reached={told?.items} />
    </>
  );
}

export function TicketBody({ ticket }: { ticket: Ticket }) {
  return (
    <>
      <Facts ticket={ticket} />
      <ClocksAndFigures ticket={ticket} />
      <Story ticket={ticket} />
      <Work ticket={ticket} />
      <Photos ticket={ticket} />
    </>
  );
}
