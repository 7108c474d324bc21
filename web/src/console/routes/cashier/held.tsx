// Deposits of the community: what is held, for whom, what went back or was kept (PAY-05). Money moves at the household's desk.
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import type { DepositRow } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { t } from '../../words/index.ts';
import { ListPage, useRows } from './list-page.tsx';

const route = getRouteApi('/console/deposits');

const sum = (text: string) => (text === '0.00' ? <span className="dim3">–</span> : yuan(text));

function Row({ of, desk }: { of: DepositRow; desk: boolean }) {
  return (
    <tr data-testid="deposit-row">
      <td className="nw">
        {desk ? (
          <Link to="/console/cashier" search={{ room: of.roomId }}>
            {of.label}
          </Link>
        ) : (
          of.label
        )}
      </td>
      <td className="nw">{of.payer}</td>
      <td className="nw">{t(`deposit.kind.${of.kind}`)}</td>
      <td className="nw">{of.number}</td>
      <td className="num">{yuan(of.amount)}</td>
      <td className="num">{sum(of.back)}</td>
      <td className="num">{sum(of.kept)}</td>
      <td className="num">{sum(of.waiting)}</td>
      <td className="num b">{yuan(of.held)}</td>
      <td>{of.voidedAt ? <span className="tag">{t('deposit.voided')}</span> : of.words}</td>
    </tr>
  );
}

export function DepositsPage() {
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const desk = useCan()('payment.take');
  const view = state === 'ended' || state === 'all' ? state : '';
  const { query, rows } = useRows(['deposits', view], asked =>
    data(api.GET('/deposits', { params: { query: { ...asked, ...(view ? { state: view } : {}) } } })),
  );
  return (
    <ListPage
      title={t('cashier.deposits')}
      path="/deposits"
      view={view}
      views={[
        { value: '', label: t('deposit.view.held') },
        { value: 'ended', label: t('deposit.view.ended') },
        { value: 'all', label: t('deposit.view.all') },
      ]}
      onView={value => navigate({ search: value ? { state: value } : {}, replace: true })}
      query={query}
      empty={rows.length === 0 ? t(view ? 'deposit.none' : 'deposit.none.held') : undefined}
    >
      {rows.length > 0 && (
        <table className="grid" aria-label={t('cashier.deposits')}>
          <thead>
            <tr>
              <th>{t('bill.room')}</th>
              <th>{t('cashier.payer')}</th>
              <th>{t('deposit.kind')}</th>
              <th>{t('deposit.receipt')}</th>
              <th className="num">{t('bill.amount')}</th>
              <th className="num">{t('deposit.back')}</th>
              <th className="num">{t('deposit.kept')}</th>
              <th className="num">{t('deposit.waiting')}</th>
              <th className="num">{t('deposit.still')}</th>
              <th>{t('deposit.words')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(d => (
              <Row key={d.id} of={d} desk={desk} />
            ))}
          </tbody>
        </table>
      )}
    </ListPage>
  );
}
