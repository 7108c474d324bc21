// Claims of households that were set against what they owe, with who decided (PAY-01). A new one begins at the household's desk.
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useCan } from '../../session.ts';
import { t } from '../../words/index.ts';
import { ListPage, useRows } from './list-page.tsx';
import { OffsetState } from './offset.tsx';

const route = getRouteApi('/console/offsets');
const states = ['asked', 'booked', 'refused', 'all'] as const;

export function OffsetsPage() {
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const desk = useCan()('payment.take');
  const view = states.find(s => s === state) ?? 'all';
  const { query, rows } = useRows(['offsets', 'all', view], asked =>
    data(api.GET('/offsets', { params: { query: { ...asked, state: view } } })),
  );
  return (
    <ListPage
      title={t('cashier.offsets')}
      path="/offsets"
      view={view}
      views={states.map(value => ({ value, label: t(`offset.state.${value}`) }))}
      onView={value => navigate({ search: { state: value }, replace: true })}
      query={query}
      empty={rows.length === 0 ? t('offset.none') : undefined}
    >
      {rows.length > 0 && (
        <table className="grid offsets" aria-label={t('cashier.offsets')}>
          <thead>
            <tr>
              <th>{t('offset.day')}</th>
              <th>{t('bill.room')}</th>
              <th>{t('offset.claim')}</th>
              <th className="num">{t('bill.amount')}</th>
              <th>{t('offset.document')}</th>
              <th>{t('offset.reason')}</th>
              <th>{t('bill.state')}</th>
              <th>{t('deposit.receipt')}</th>
              <th>{t('offset.by')}</th>
              <th>{t('offset.decided')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(o => (
              <tr key={o.id} data-testid="offset-row">
                <td className="nw">{o.day}</td>
                <td className="nw">
                  {desk ? (
                    <Link to="/console/cashier" search={{ room: o.roomId }}>
                      {o.label}
                    </Link>
                  ) : (
                    o.label
                  )}
                </td>
                <td className="nw">{t(`claim.${o.claim}`)}</td>
                <td className="num b">{yuan(o.amount)}</td>
                <td>{o.document}</td>
                <td className="dim">{o.reason}</td>
                <td className="nw">
                  <OffsetState of={o} />
                </td>
                <td className="nw">
                  {o.paymentId ? (
                    <Link to="/console/payments" search={{ open: o.paymentId }}>
                      {o.number}
                    </Link>
                  ) : null}
                </td>
                <td className="nw">{o.by}</td>
                <td className="nw">{o.decidedBy}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </ListPage>
  );
}
