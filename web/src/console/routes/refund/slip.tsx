// The slip of a refund on paper: who got how much back, for what, with a line to sign on.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSession } from '../../../kit/session.ts';
import { exact } from '../../../kit/time.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';
import { meansOf } from './data.ts';

const route = getRouteApi('/console/refund-slips/$id');

export function RefundSlipPage() {
  const { id } = route.useParams();
  const router = useRouter();
  const { communities } = useSession();
  const query = useQuery({
    queryKey: ['refund', id],
    queryFn: () => data(api.GET('/refunds/{id}', { params: { path: { id } } })),
  });
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!query.data) return <PageSkeleton />;
  const r = query.data;
  const rows: [string, string | undefined][] = [
    [t('refund.slip'), r.slip],
    [t('refund.number'), r.number],
    [t('bill.room'), r.label],
    [t('refund.receiver'), r.receiver],
    [t('receipt.number'), r.receipt],
    [t('refund.origin'), t(`refund.origin.${r.origin}`)],
    [t('refund.reason'), r.reason],
    [t('refund.means'), `${meansOf(r.means)} ${r.reference ?? ''}`],
    [t('refund.paid'), r.paidAt && `${exact(r.paidAt)} ${r.paidBy ?? ''}`],
    [t('refund.decided'), r.decidedBy],
  ];
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{r.slip ?? r.number}</H1>
        <span className="grow" />
        <button type="button" className="btn" onClick={() => router.history.back()}>
          {t('form.back')}
        </button>
        <button type="button" className="btn go" onClick={() => window.print()}>
          {t('do.print')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={t('refund.slip.title')}>
        <article className="receipt mm-a4" aria-label={t('refund.slip.title')}>
          <h2>{communities.find(c => c.id === r.community)?.name}</h2>
          <h3>{t('refund.slip.title')}</h3>
          <dl>
            {rows
              .filter(([, value]) => value?.trim())
              .map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
          </dl>
          <table>
            <tbody>
              <tr className="total">
                <td>{t('refund.amount')}</td>
                <td className="num">¥{yuan(r.amount)}</td>
              </tr>
            </tbody>
          </table>
          <p>{t('receipt.upper', { upper: r.upper })}</p>
          <p>{t('refund.slip.sign')}</p>
        </article>
      </section>
    </main>
  );
}
