// The form of a ticket on paper, with its story and room for signatures (TIC-14).
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { base } from '../../../kit/client.ts';
import { categoryName, facetName, nameOf, rating } from '../../../kit/format.ts';
import { sentence } from '../../../kit/sentence.tsx';
import { useSession } from '../../../kit/session.ts';
import { fee, last, moment } from '../../../kit/slips.ts';
import { exact, took } from '../../../kit/time.ts';
import type { Ticket } from '../../../kit/types.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/slips.ts';
import { SignedText } from './body.tsx';
import { useCategory, useQuotes, useTicket } from './data.ts';

const route = getRouteApi('/console/tickets/$id/print');

export const Line = ({ name, children }: { name: string; children?: ReactNode }) => (
  <tr>
    <th scope="row">{name}</th>
    <td>{children || ' '}</td>
  </tr>
);

function Form({ ticket }: { ticket: Ticket }) {
  const category = useCategory(ticket.category);
  const quotes = useQuotes(ticket.id);
  const responded = ticket.clocks.find(clock => clock.kind === 'response')?.stoppedAt;
  const where = useSession().communities.find(c => c.id === ticket.community)?.name ?? '';
  return (
    <article className="paper">
      <h2>
        {where} {t(`kind.${ticket.kind}`)}
        {t('print.form')}
      </h2>
      <table>
        <tbody>
          <Line name={t('tickets.number')}>{ticket.number}</Line>
          <Line name={t('tickets.matter')}>{ticket.title}</Line>
          <Line name={t('print.words')}>{ticket.description}</Line>
          <Line name={t('new.category')}>
            {category && categoryName(category)} {facetName(category, ticket.facet)}{' '}
            {t(`grade.${ticket.grade}`)}
          </Line>
          <Line name={t('ticket.place')}>{ticket.place}</Line>
          <Line name={t('ticket.customer')}>
            {[ticket.customerName, ticket.contactMobileMasked].filter(Boolean).join(' ')}
          </Line>
          <Line name={t('print.opened')}>
            {exact(ticket.openedAt)} {ticket.owner.name && nameOf(ticket.owner.name)}
          </Line>
          {ticket.wished && <Line name={t('new.wished')}>{ticket.wished}</Line>}
          <Line name={t('print.worker')}>{ticket.assignee && nameOf(ticket.assignee.name)}</Line>
          <Line name={t('print.responded')}>{responded && exact(responded)}</Line>
          <Line name={t('slip.arrived')}>{moment(ticket, 'arrived')}</Line>
          <Line name={t('print.interim')}>{last(ticket, 'interim')?.text}</Line>
          <Line name={t('print.resolved')}>{moment(ticket, 'resolved')}</Line>
          <Line name={t('print.cause')}>{ticket.cause}</Line>
          <Line name={t('followup.remedy')}>{ticket.remedy}</Line>
          <Line name={t('resolve.advice')}>{ticket.advice}</Line>
          {ticket.parts && <Line name={t('print.parts')}>{ticket.parts}</Line>}
          {ticket.minutes && <Line name={t('print.minutes')}>{took(ticket.minutes * 60_000)}</Line>}
          <Line name={t('slip.fee')}>{fee(quotes)}</Line>
          <Line name={t('followup.sheet.rating')}>{ticket.rating && rating(ticket.rating)}</Line>
        </tbody>
      </table>
      <SignedText ticket={ticket} />
      <h3>{t('ticket.story')}</h3>
      <table>
        <tbody>
          {ticket.timeline.map(entry => (
            <Line key={entry.id} name={exact(entry.at)}>
              {sentence(entry)}
            </Line>
          ))}
        </tbody>
      </table>
      {ticket.photos.length > 0 && (
        <div className="paper-photos">
          {ticket.photos.map(photo => (
            <img key={photo.id} src={`${base}/files/${photo.id}`} alt={t(`photo.${photo.kind}`)} />
          ))}
        </div>
      )}
      <table>
        <tbody>
          <Line name={t('print.signed.worker')} />
          <Line name={t('print.signed.customer')} />
          <Line name={t('print.signed.supervisor')} />
        </tbody>
      </table>
    </article>
  );
}

export function PrintPage() {
  const { id } = route.useParams();
  const query = useTicket(id);
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!query.data) return <PageSkeleton />;
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{query.data.number}</H1>
        <span className="grow" />
        <Link className="btn" to="/console/tickets/$id/slips" params={{ id }}>
          {t('slips.link')}
        </Link>
        <Link className="btn" to="/console/tickets/$id" params={{ id }}>
          {t('form.back')}
        </Link>
        <button type="button" className="btn go" onClick={() => window.print()}>
          {t('do.print')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={query.data.number}>
        <Form ticket={query.data} />
      </section>
    </main>
  );
}
