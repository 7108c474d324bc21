// The price list that paid work is quoted from (TIC-07).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { yuan } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { PriceItem } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const kinds = ['labour', 'part'] as const;

function PriceForm({ item, close }: { item: PriceItem | undefined; close: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [v, set, edit] = useEdit({
    code: item?.code ?? '',
    name: item?.name ?? '',
    kind: item?.kind ?? ('labour' as PriceItem['kind']),
    unit: item?.unit ?? '',
    price: item?.price ?? '',
    days: String(item?.warrantyDays ?? 0),
    offered: item?.offered ?? true,
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    for (const field of ['code', 'name', 'unit'] as const)
      if (!v[field].trim()) wrong[field] = t('form.missing');
    if (!/^\d{1,6}(\.\d{1,2})?$/.test(v.price.trim())) wrong.price = t('prices.price.wrong');
    if (!/^\d{1,4}$/.test(v.days.trim()) || Number(v.days) > 3650)
      wrong.warrantyDays = t('prices.days.wrong');
    if (!send.fix(wrong)) return;
    const body = {
      code: v.code.trim(),
      name: v.name.trim(),
      kind: v.kind,
      unit: v.unit.trim(),
      price: v.price.trim(),
      warrantyDays: Number(v.days),
      offered: v.offered,
    };
    const made = await send.run(once =>
      item
        ? data(
            api.PUT('/price-items/{id}', {
              params: { path: { id: item.id }, header: match(item.version) },
              body,
            }),
          )
        : data(api.POST('/price-items', { params: { header: once }, body: { ...body, community } })),
    );
    if (!made) return;
    await client.invalidateQueries({ queryKey: ['prices'] });
    toast(t('prices.saved', { name: made.name }));
    close();
  };
  const text = (field: 'code' | 'name' | 'unit', most: number) => (
    <Field label={t(`prices.${field}`)} error={send.fields[field]} newer={edit.newer[field]}>
      {a => (
        <Input {...a} value={v[field]} maxLength={most} onChange={e => set({ [field]: e.target.value })} />
      )}
    </Field>
  );
  return (
    <form className="staff-form panel" onSubmit={submit} noValidate aria-label={t('prices.form')}>
      <div className="grid-2">
        {text('code', 30)}
        {text('name', 60)}
        <Field label={t('prices.kind')} newer={edit.newer.kind}>
          {a => (
            <select
              {...a}
              className="pick"
              value={v.kind}
              onChange={e => set({ kind: kinds.find(k => k === e.target.value) ?? 'labour' })}
            >
              {kinds.map(k => (
                <option key={k} value={k}>
                  {t(`prices.kind.${k}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {text('unit', 10)}
        <Field label={t('prices.price')} error={send.fields.price} newer={edit.newer.price}>
          {a => (
            <Input
              {...a}
              inputMode="decimal"
              value={v.price}
              onChange={e => set({ price: e.target.value })}
            />
          )}
        </Field>
        <Field
          label={t('prices.warranty')}
          error={send.fields.warrantyDays}
          newer={edit.newer.days}
          hint={t('prices.warranty.hint')}
        >
          {a => (
            <Input {...a} inputMode="numeric" value={v.days} onChange={e => set({ days: e.target.value })} />
          )}
        </Field>
      </div>
      {item && (
        <label className="row">
          <input type="checkbox" checked={v.offered} onChange={e => set({ offered: e.target.checked })} />
          {t('prices.offered')}
        </label>
      )}
      <NewerNote of={edit.newer.offered} />
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

export function PricesPage() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['prices', community],
    queryFn: async () => (await data(api.GET('/price-items', { params: { query: { community } } }))).items,
  });
  const [open, setOpen] = useState('');
  const close = () => setOpen('');
  const list = query.data;
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.prices')}</H1>
        <span className="grow" />
        <a
          className="btn"
          download
          href={`${base}/price-items/export.xlsx?${new URLSearchParams({ community })}`}
        >
          {t('prices.export')}
        </a>
        <Link className="btn" to="/console/imports">
          {t('prices.import')}
        </Link>
        <button type="button" className="btn" onClick={() => setOpen('new')}>
          <Icon name="plus" />
          {t('prices.new')}
        </button>
      </header>
      <Tabs of="settings" />
      <div className="page-body stack">
        <p className="dim">{t('prices.note')}</p>
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {open === 'new' && <PriceForm item={undefined} close={close} />}
        {list?.length === 0 && <Empty>{t('prices.none')}</Empty>}
        {list && list.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('prices.code')}</th>
                <th>{t('prices.name')}</th>
                <th>{t('prices.kind')}</th>
                <th className="num">{t('prices.price')}</th>
                <th>{t('prices.unit')}</th>
                <th className="num">{t('prices.warranty')}</th>
                <th>
                  <span className="quiet-reading">{t('prices.edit')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.map(item =>
                open === item.id ? (
                  <tr key={item.id}>
                    <td colSpan={7}>
                      <PriceForm item={item} close={close} />
                    </td>
                  </tr>
                ) : (
                  <tr key={item.id} data-testid="price-row">
                    <td>{item.code}</td>
                    <td>
                      {item.name} {!item.offered && <span className="tag">{t('prices.retired')}</span>}
                    </td>
                    <td>{t(`prices.kind.${item.kind}`)}</td>
                    <td className="num">{yuan(item.price)}</td>
                    <td>{item.unit}</td>
                    <td className="num">{item.warrantyDays || '–'}</td>
                    <td className="num">
                      <button type="button" className="btn quiet" onClick={() => setOpen(item.id)}>
                        {t('prices.edit')}
                      </button>
                    </td>
                  </tr>
                ),
              )}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
