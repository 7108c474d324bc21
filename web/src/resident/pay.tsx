// An order that waits for its payment, and what became of it (PAY-03).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { yuan } from '../kit/format.ts';
import { Icon } from '../kit/icons.tsx';
import { go } from '../kit/path.ts';
import { Skeleton, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { showNow } from '../kit/shown.ts';
import { hourMinute } from '../kit/time.ts';
import type { OnlineOrder } from '../kit/types.ts';
import { some } from './money.ts';
import { Bar } from './parts.tsx';
import { t } from './words/index.ts';

const waits = (o: OnlineOrder | undefined) => o?.state === 'created' || o?.state === 'paying';

function useOrder(id: string) {
  return useQuery({
    queryKey: ['order', id],
    queryFn: () => data(api.GET('/resident/orders/{id}', { params: { path: { id } } })),
    refetchInterval: query => (waits(query.state.data) ? 2500 : false),
  });
}

function Waiting({ order }: { order: OnlineOrder }) {
  const client = useQueryClient();
  const send = useSend();
  const [asked, setAsked] = useState(false);
  const act = async (what: 'check' | 'cancel') => {
    const path = { id: order.id };
    const now = await send.run(once =>
      data(
        what === 'check'
          ? api.POST('/resident/orders/{id}/check', { params: { path, header: once } })
          : api.POST('/resident/orders/{id}/cancel', { params: { path, header: once } }),
      ),
    );
    if (!now) return;
    setAsked(what === 'check' && waits(now));
    void showNow(client, ['order', order.id], now);
  };
  return (
    <>
      <section className="sect stack pay">
        <p className="big-left">¥{yuan(order.amount)}</p>
        {order.code ? (
          <>
            <img src={order.code} alt={t('pay.scan.alt', { yuan: order.amount })} width="220" height="220" />
            <p>{t('pay.scan')}</p>
          </>
        ) : (
          order.target && (
            <a className="pbtn go" href={order.target}>
              {t(`pay.open.${order.channel}`)}
            </a>
          )
        )}
        <p className="dim s14" role="status">
          {asked
            ? t('pay.checked')
            : t('pay.waits', { time: order.expiresAt ? hourMinute(new Date(order.expiresAt)) : '' })}
        </p>
        <p className="dim s14">{t('pay.number', { number: order.number })}</p>
      </section>
      <div className="cta">
        <TroubleNote trouble={send.trouble} />
        <button type="button" className="pbtn" disabled={send.busy} onClick={() => void act('check')}>
          {t('pay.check')}
        </button>
        <button type="button" className="pbtn" disabled={send.busy} onClick={() => void act('cancel')}>
          {t('pay.cancel')}
        </button>
      </div>
    </>
  );
}

function Ended({ order }: { order: OnlineOrder }) {
  const client = useQueryClient();
  const paid = order.state === 'paid';
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['bills'] });
    void client.invalidateQueries({ queryKey: ['statement'] });
  }, [client]);
  return (
    <>
      <section className="thanks" role="status" data-testid="ended">
        <Icon name={paid ? 'check' : 'x'} />
        <h2>{t(paid ? 'pay.paid' : order.state === 'failed' ? 'pay.failed' : 'pay.closed')}</h2>
        <p>
          {paid
            ? t('pay.paid.note', { yuan: yuan(order.amount) })
            : t(order.state === 'failed' ? 'pay.failed.note' : 'pay.closed.note')}
        </p>
        {paid && some(order.rest) && <p>{t('pay.rest', { yuan: yuan(order.rest) })}</p>}
        {paid && order.late && <p>{t('pay.late')}</p>}
        <p className="dim s14">{t('pay.number', { number: order.number })}</p>
      </section>
      <div className="cta">
        {paid && order.paymentId && (
          <button
            type="button"
            className="pbtn go"
            onClick={() => go(`/r/receipts/${order.paymentId}?room=${order.roomId}`)}
          >
            {t('pay.receipt')}
          </button>
        )}
        <button type="button" className="pbtn" onClick={() => go('/r/bills')}>
          {t('pay.back')}
        </button>
      </div>
    </>
  );
}

export function PayPage({ id }: { id: string }) {
  const query = useOrder(id);
  return (
    <main className="screen">
      <Bar title={t('pay.title')} back="/r/bills" />
      {query.isPending && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {t('error.retry')}
          </button>
        </div>
      )}
      {query.data && (waits(query.data) ? <Waiting order={query.data} /> : <Ended order={query.data} />)}
    </main>
  );
}
