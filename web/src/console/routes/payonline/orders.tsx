// What residents paid online, and payments that fit no order (PAY-03).
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { OrderRow, StrangePayment } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/online-payments');

const colour = { paid: 'green', failed: 'amber', created: '', paying: '', closed: '' } as const;

function Order({ order }: { order: OrderRow }) {
  return (
    <tr>
      <td>
        <When at={order.at} />
      </td>
      <td>
        <Link to="/console/households/$roomId" params={{ roomId: order.roomId }}>
          {order.label}
        </Link>
      </td>
      <td>{t(`online.channel.${order.channel}`)}</td>
      <td>
        <span className={`tag ${colour[order.state]}`}>{t(`online.state.${order.state}`)}</span>{' '}
        {order.late && <span className="tag amber">{t('online.late')}</span>}
      </td>
      <td className="num b">{yuan(order.amount)}</td>
      <td className="num">{order.rest === '0.00' ? '' : yuan(order.rest)}</td>
      <td>{order.receipt}</td>
      <td className="dim wide-cell">{order.trouble || order.transaction || order.number}</td>
    </tr>
  );
}

function Orders({ community }: { community: string }) {
  const query = useInfiniteQuery({
    queryKey: ['online-orders', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/online-orders', {
          params: { query: pageParam ? { community, cursor: pageParam } : { community } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={6} />}
      {query.data && rows.length === 0 && <Empty>{t('online.none')}</Empty>}
      {rows.length > 0 && (
        <table className="grid" data-testid="orders">
          <thead>
            <tr>
              <th>{t('online.at')}</th>
              <th>{t('online.room')}</th>
              <th>{t('online.channel')}</th>
              <th>{t('online.state')}</th>
              <th className="num">{t('online.amount')}</th>
              <th className="num">{t('online.rest')}</th>
              <th>{t('online.receipt')}</th>
              <th>{t('online.transaction')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(o => (
              <Order key={o.id} order={o} />
            ))}
          </tbody>
        </table>
      )}
      <More query={query} />
    </>
  );
}

function Settle({ of }: { of: StrangePayment }) {
  const client = useQueryClient();
  const send = useSend();
  const [words, setWords] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(words.trim() ? {} : { words: t('online.settle.missing') })) return;
    const done = await send.run(once =>
      data(
        api.POST('/online-strange/{id}/settle', {
          params: { path: { id: of.id }, header: { ...once, ...match(of.version) } },
          body: { words: words.trim() },
        }),
      ),
    );
    if (done) await client.invalidateQueries({ queryKey: ['online-strange'] });
  };
  return (
    <form onSubmit={submit} noValidate className="narrow">
      <Field label={t('online.settle.words')} hint={t('online.settle.hint')} error={send.fields.words}>
        {a => <Input {...a} value={words} onChange={e => setWords(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('online.settle')}
        </button>
      </p>
    </form>
  );
}

function Stranger({ of }: { of: StrangePayment }) {
  const may = useCan()('online.settle');
  return (
    <li className="card stack" data-testid="strange">
      <p className="row wrap">
        <span className={of.state === 'open' ? 'tag amber' : 'tag'}>{t(`online.strange.${of.state}`)}</span>
        <b>{t(`online.why.${of.why}`)}</b>
        <span className="grow" />
        <When at={of.at} />
      </p>
      <dl className="facts tall">
        {[
          [t('online.amount'), `¥${yuan(of.amount)}`],
          [t('online.expected'), of.expected ? `¥${yuan(of.expected)}` : ''],
          [t('online.channel'), t(`online.channel.${of.channel}`)],
          [t('online.number'), of.number],
          [t('online.transaction'), of.transaction],
          [t('online.merchant'), of.merchant],
        ]
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {of.state === 'settled' ? (
        <p className="dim">
          {of.settledBy} · {of.words}
        </p>
      ) : (
        may && <Settle of={of} />
      )}
    </li>
  );
}

function Strangers({ community }: { community: string }) {
  const query = useInfiniteQuery({
    queryKey: ['online-strange', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/online-strange', {
          params: { query: pageParam ? { community, cursor: pageParam } : { community } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <div className="page-body">
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={4} />}
      {query.data && rows.length === 0 && <Empty>{t('online.strange.none')}</Empty>}
      <ul className="stack">
        {rows.map(x => (
          <Stranger key={x.id} of={x} />
        ))}
      </ul>
      <More query={query} />
    </div>
  );
}

export function OnlinePage() {
  const community = useCommunity();
  const { view } = route.useSearch();
  const strange = view === 'strange';
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.online')}</H1>
        <span className="grow" />
        <Link className="btn" to="/console/online-payments" search={strange ? {} : { view: 'strange' }}>
          {t(strange ? 'online.orders' : 'online.strange')}
        </Link>
      </header>
      <Tabs of="fees" />
      {strange ? (
        <Strangers community={community} />
      ) : (
        <div className="page-body flush">
          <Orders community={community} />
        </div>
      )}
    </main>
  );
}
