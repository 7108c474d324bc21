// Public costs of a month that rooms share (BIL-05).

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { thisMonth } from './parts.tsx';

const route = getRouteApi('/console/public-costs');

function useShared() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['charges', community],
    queryFn: () => data(api.GET('/charges', { params: { query: { community } } })),
  });
  return (query.data?.items ?? []).filter(i => i.basis === 'share' && i.state === 'active');
}

function NewCost({ period }: { period: string }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const items = useShared();
  const [itemId, setItem] = useState('');
  const [text, setText] = useState({ name: '', amount: '', document: '', excluded: '' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const item = itemId || items[0]?.id || '';
    const missing: Record<string, string> = {};
    if (!item) missing.itemId = t('form.missing');
    for (const name of ['name', 'amount'] as const) if (!text[name].trim()) missing[name] = t('form.missing');
    if (!send.fix(missing)) return;
    const { excluded, ...rest } = text;
    const rooms = excluded.split(/[\s,，、]+/).filter(Boolean);
    const made = await send.run(once =>
      data(
        api.POST('/public-costs', {
          params: { header: once },
          body: {
            ...rest,
            community,
            itemId: item,
            period,
            ...(rooms.length > 0 ? { excluded: rooms } : {}),
          },
        }),
      ),
    );
    if (!made) return;
    setText({ name: '', amount: '', document: '', excluded: '' });
    void client.invalidateQueries({ queryKey: ['costs'] });
    toast(t('cost.saved'));
  };
  const write = (name: keyof typeof text, label: Parameters<typeof t>[0]) => (
    <Field label={t(label)} error={send.fields[name]}>
      {a => (
        <Input
          {...a}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  if (items.length === 0) return <p className="dim pad-row">{t('cost.no_item')}</p>;
  return (
    <form className="row wrap pad-row" onSubmit={submit} noValidate aria-label={t('cost.new')}>
      <Field label={t('bill.item')} error={send.fields.itemId}>
        {a => (
          <Select
            {...a}
            value={itemId || items[0]?.id || ''}
            onChange={setItem}
            options={items.map(i => ({ value: i.id, label: i.name }))}
          />
        )}
      </Field>
      {write('name', 'cost.name')}
      {write('amount', 'cost.amount')}
      {write('document', 'cost.document')}
      {write('excluded', 'cost.excluded')}
      <button type="submit" className="btn go" disabled={send.busy}>
        {t('cost.add')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

export function CostsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const items = useShared();
  const period = search.period ?? thisMonth();
  const query = useQuery({
    queryKey: ['costs', community, period],
    queryFn: () => data(api.GET('/public-costs', { params: { query: { community, period } } })),
  });
  const rows = query.data?.items ?? [];
  const remove = (id: string, version: number) =>
    void send
      .run(() => data(api.DELETE('/public-costs/{id}', { params: { path: { id }, header: match(version) } })))
      .then(() => client.invalidateQueries({ queryKey: ['costs'] }));
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.costs')}</H1>
        <input
          type="month"
          className="text"
          aria-label={t('run.period')}
          value={period}
          onChange={e => void navigate({ search: { period: e.target.value }, replace: true })}
        />
      </header>
      <Tabs of="fees" />
      {can('meter.edit') && <NewCost key={period} period={period} />}
      <div className="page-body flush">
        <TroubleNote trouble={send.trouble} />
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={4} />}
        {query.data && rows.length === 0 && <Empty>{t('cost.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('bill.item')}</th>
                <th>{t('cost.name')}</th>
                <th className="num">{t('cost.amount')}</th>
                <th>{t('cost.document')}</th>
                <th>{t('cost.excluded')}</th>
                <th>{t('run.by')}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {rows.map(c => (
                <tr key={c.id}>
                  <td>{items.find(i => i.id === c.itemId)?.name ?? ''}</td>
                  <td className="b">{c.name}</td>
                  <td className="num">{yuan(c.amount)}</td>
                  <td className="dim">{c.document || '–'}</td>
                  <td className="dim">{(c.excluded ?? []).join(t('why.join')) || '–'}</td>
                  <td className="dim">{c.by}</td>
                  <td>
                    {can('meter.edit') && (
                      <button
                        type="button"
                        className="link"
                        disabled={send.busy}
                        aria-label={t('cost.remove', { name: c.name })}
                        onClick={() => remove(c.id, c.version)}
                      >
                        {t('cost.remove.do')}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
