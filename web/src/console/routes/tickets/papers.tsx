// Papers for the customer's hand: what work costs, and what was taken away (TIC-07).
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { base } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { word } from '../../../kit/i18n.ts';
import { useSession } from '../../../kit/session.ts';
import { useTaken } from '../../../kit/taken.tsx';
import { exact } from '../../../kit/time.ts';
import type { Quote, Taken, Ticket } from '../../../kit/types.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';
import { useQuotes, useTicket } from './data.ts';
import { Line } from './print.tsx';

const route = getRouteApi('/console/tickets/$id/papers');

export function Paper({ ticket, title, children }: { ticket: Ticket; title: string; children: ReactNode }) {
  const where = useSession().communities.find(c => c.id === ticket.community)?.name ?? '';
  return (
    <article className="paper">
      <h2>
        {where} {title}
      </h2>
      {children}
    </article>
  );
}

const Signed = ({ id }: { id: string | undefined }) =>
  id ? <img className="quote-sign" src={`${base}/files/${id}`} alt={word('photo.signature')} /> : null;

function QuotePaper({ ticket, quote }: { ticket: Ticket; quote: Quote }) {
  return (
    <Paper ticket={ticket} title={word('quote.title')}>
      <table>
        <tbody>
          <Line name={t('tickets.number')}>{ticket.number}</Line>
          <Line name={t('tickets.matter')}>{ticket.title}</Line>
          <Line name={t('ticket.place')}>{ticket.place}</Line>
          <Line name={t('papers.by')}>
            {exact(quote.at)} {quote.by}
          </Line>
          <Line name={word('quote.text')}>{quote.text}</Line>
        </tbody>
      </table>
      <table>
        <thead>
          <tr>
            <th>{word('quote.item')}</th>
            <th className="num">{word('quote.quantity')}</th>
            <th className="num">{t('papers.price')}</th>
            <th className="num">{word('quote.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {quote.lines.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a quote never change
            <tr key={i}>
              <td>
                {line.name} {line.free && word(`quote.free.${line.free}`, { number: line.freeOf ?? '' })}
              </td>
              <td className="num">
                {line.quantity} {line.unit}
              </td>
              <td className="num">{yuan(line.price)}</td>
              <td className="num">{yuan(line.amount)}</td>
            </tr>
          ))}
          <tr>
            <th colSpan={3}>{t('papers.total')}</th>
            <td className="num">¥{yuan(quote.total)}</td>
          </tr>
        </tbody>
      </table>
      <table>
        <tbody>
          <Line name={word('quote.pays')}>{word(`quote.pays.${quote.pays}`)}</Line>
          <Line name={t('papers.answer')}>
            {quote.state !== 'offered' && word(`quote.state.${quote.state}`)}{' '}
            {quote.decidedAt && exact(quote.decidedAt)} {quote.why}
          </Line>
          <Line name={t('print.signed.customer')}>
            {quote.signedName} <Signed id={quote.signature} />
          </Line>
        </tbody>
      </table>
    </Paper>
  );
}

function Receipt({ ticket, piece }: { ticket: Ticket; piece: Taken }) {
  return (
    <Paper ticket={ticket} title={word('taken.receipt')}>
      <table>
        <tbody>
          <Line name={word('taken.number')}>{piece.number}</Line>
          <Line name={t('tickets.number')}>{ticket.number}</Line>
          <Line name={t('ticket.place')}>{ticket.place}</Line>
          <Line name={word('taken.what')}>{piece.what}</Line>
          <Line name={word('taken.state')}>{piece.state}</Line>
          <Line name={t('papers.taken')}>
            {exact(piece.takenAt)} {piece.by}
          </Line>
          <Line name={word('taken.backAt')}>{exact(piece.backAt)}</Line>
          <Line name={word('taken.name')}>
            {piece.signedName} <Signed id={piece.signature} />
          </Line>
          <Line name={t('papers.returned')}>
            {piece.returnedAt && `${exact(piece.returnedAt)} ${piece.returnedBy ?? ''}`}
          </Line>
          <Line name={word('taken.to')}>{piece.returnedTo}</Line>
          <Line name={word('taken.note')}>{piece.returnNote}</Line>
        </tbody>
      </table>
      <p>{word('taken.consent')}</p>
    </Paper>
  );
}

export function PapersPage() {
  const { id } = route.useParams();
  const query = useTicket(id);
  const taken = useTaken({ id, visits: true }).data ?? [];
  const quotes = useQuotes(id);
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  const ticket = query.data;
  if (!ticket) return <PageSkeleton />;
  const shown = quotes.filter(q => q.state !== 'withdrawn');
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{ticket.number}</H1>
        <span className="grow" />
        <Link className="btn" to="/console/tickets/$id" params={{ id }}>
          {t('form.back')}
        </Link>
        <button type="button" className="btn go" onClick={() => window.print()}>
          {t('do.print')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={ticket.number}>
        {shown.length + taken.length === 0 && <p className="dim">{t('papers.none')}</p>}
        {shown.map(quote => (
          <QuotePaper key={quote.id} ticket={ticket} quote={quote} />
        ))}
        {taken.map(piece => (
          <Receipt key={piece.id} ticket={ticket} piece={piece} />
        ))}
      </section>
    </main>
  );
}
