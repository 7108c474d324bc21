// The follow-up sheet (回访单), to be printed and signed (FUP-04).
import { getRouteApi, Link } from '@tanstack/react-router';
import { nameOf, rating } from '../../../kit/format.ts';
import { When } from '../../../kit/parts.tsx';
import { useSession } from '../../../kit/session.ts';
import type { FollowUp } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';
import { matterOf, useFollowUp } from './data.ts';

const route = getRouteApi('/console/followups/$id/sheet');

const Line = ({ name, children }: { name: string; children?: React.ReactNode }) => (
  <tr>
    <th scope="row">{name}</th>
    <td>{children || ' '}</td>
  </tr>
);

function Sheet({ item, where }: { item: FollowUp; where: string }) {
  return (
    <article className="paper">
      <h2>
        {where} {t('followup.sheet')}
      </h2>
      <table>
        <tbody>
          <Line name={t('tickets.number')}>{item.ticketNumber}</Line>
          <Line name={t('tickets.matter')}>{matterOf(item)}</Line>
          <Line name={t('ticket.place')}>{item.place}</Line>
          <Line name={t('ticket.customer')}>{item.customerName}</Line>
          <Line name={t('followup.worker')}>{item.assigneeName && nameOf(item.assigneeName)}</Line>
          <Line name={t('followup.remedy')}>{item.remedy}</Line>
          <Line name={t('followup.sheet.how')}>
            {item.channel && t(`followup.channel.${item.channel}`)} {item.by && nameOf(item.by)}{' '}
            {item.doneAt && <When at={item.doneAt} />}
          </Line>
          <Line name={t('followup.tried')}>
            {item.tried.map(a => (
              <div key={a.id}>
                <When at={a.at} /> {t(`followup.channel.${a.channel}`)} {a.words}
              </div>
            ))}
          </Line>
          <Line name={t('followup.solved')}>
            {item.solved !== undefined && t(item.solved ? 'followup.yes' : 'followup.no')}
          </Line>
          <Line name={t('followup.sheet.rating')}>
            {item.rating !== undefined &&
              t('said.followed_up.rating', {
                rating: rating(item.rating),
                attitude: item.attitude ?? '–',
                speed: item.speed ?? '–',
                effect: item.effect ?? '–',
              })}
          </Line>
          <Line name={t('followup.words')}>{item.words}</Line>
          <Line name={t('followup.praised')}>{item.praised}</Line>
          <Line name={t('followup.blamed')}>{item.blamed}</Line>
          <Line name={t('followup.signed')}>
            {item.signed} {item.signedAt && <When at={item.signedAt} />}
          </Line>
          <Line name={t('followup.sheet.customer')} />
        </tbody>
      </table>
    </article>
  );
}

export function SheetPage() {
  const { id } = route.useParams();
  const query = useFollowUp(id);
  const community = useCommunity();
  const where = useSession().communities.find(c => c.id === community)?.name ?? '';
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{t('followup.sheet')}</H1>
        <span className="grow" />
        <Link className="btn" to="/console/followups" search={{ state: 'done', open: id }}>
          {t('form.back')}
        </Link>
        <button type="button" className="btn go" onClick={() => window.print()}>
          {t('do.print')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={t('followup.sheet')}>
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={10} />}
        {query.data && <Sheet item={query.data} where={where} />}
      </section>
    </main>
  );
}
