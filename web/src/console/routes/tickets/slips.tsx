// Forms that go along with a ticket on paper; which ones are printed is chosen above them.
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTaken } from '../../../kit/taken.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/slips.ts';
import { useCategory, useQuotes, useTicket } from './data.ts';
import { Paper } from './papers.tsx';
import { Line } from './print.tsx';
import { rows, type Slip, slips, usual } from './slips.ts';

const route = getRouteApi('/console/tickets/$id/slips');

export function SlipsPage() {
  const { id } = route.useParams();
  const query = useTicket(id);
  const category = useCategory(query.data?.category);
  const taken = useTaken({ id, visits: true }).data ?? [];
  const quotes = useQuotes(id);
  const [chosen, setChosen] = useState<Slip[]>();
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  const ticket = query.data;
  if (!ticket) return <PageSkeleton />;
  const shown = chosen ?? usual(ticket);
  const toggle = (slip: Slip) =>
    setChosen(slips.filter(s => (s === slip ? !shown.includes(s) : shown.includes(s))));
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{t('slips.title', { number: ticket.number })}</H1>
        <span className="grow" />
        <Link className="btn" to="/console/tickets/$id" params={{ id }}>
          {t('form.back')}
        </Link>
        <button type="button" className="btn go" disabled={shown.length === 0} onClick={() => window.print()}>
          {t('do.print')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={ticket.number}>
        <fieldset className="slips no-print">
          <legend>{t('slips.choose')}</legend>
          {slips.map(slip => (
            <label key={slip}>
              <input type="checkbox" checked={shown.includes(slip)} onChange={() => toggle(slip)} />
              {t(`slip.${slip}`)}
            </label>
          ))}
        </fieldset>
        {shown.length === 0 && <p className="dim no-print">{t('slips.none')}</p>}
        {shown.map(slip => (
          <Paper key={slip} ticket={ticket} title={t(`slip.${slip}`)}>
            <table>
              <tbody>
                {rows(slip, { ticket, category, quotes, taken }).map(([name, value]) => (
                  <Line key={name} name={t(name)}>
                    {value}
                  </Line>
                ))}
              </tbody>
            </table>
          </Paper>
        ))}
      </section>
    </main>
  );
}
