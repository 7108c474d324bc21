// Who makes the invoices of a community out, and how charge items stand on them (PAY-02).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { InvoiceSettings } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { percentOf } from './data.ts';

const sellerFields = ['name', 'taxNo', 'address', 'phone', 'bank', 'accountNo', 'drawer'] as const;
const treatments = ['taxed', 'exempt', 'untaxed'] as const;

function Form({ of, community, may }: { of: InvoiceSettings; community: string; may: boolean }) {
  const send = useSend();
  const client = useQueryClient();
  const [seller, setSeller, edit] = useEdit(of.seller);
  const [{ goods }, setGoods, editGoods] = useEdit({ goods: of.goods });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    for (const name of ['name', 'taxNo'] as const)
      if (!seller[name].trim()) missing[`seller.${name}`] = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(() =>
      data(
        api.PUT('/invoice-settings/{id}', {
          params: { path: { id: community }, header: match(of.seller.version) },
          body: {
            seller: {
              name: seller.name,
              taxNo: seller.taxNo,
              address: seller.address,
              phone: seller.phone,
              bank: seller.bank,
              accountNo: seller.accountNo,
              drawer: seller.drawer,
            },
            goods: goods.map(g => ({ itemId: g.itemId, code: g.code, name: g.name, treatment: g.treatment })),
          },
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    editGoods.saved();
    toast(t('invoice.settings.kept'));
    void client.invalidateQueries({ queryKey: ['invoice-settings'] });
  };
  const change = (i: number, more: Partial<InvoiceSettings['goods'][number]>) =>
    setGoods(old => ({ goods: old.goods.map((g, n) => (n === i ? { ...g, ...more } : g)) }));
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('invoice.settings')}>
      <h2>{t('invoice.seller')}</h2>
      <div className="pair">
        {sellerFields.map(name => (
          <Field
            key={name}
            label={t(`invoice.seller.${name}`)}
            error={send.fields[`seller.${name}`]}
            newer={edit.newer[name]}
            required={name === 'name' || name === 'taxNo'}
          >
            {a => (
              <Input
                {...a}
                disabled={!may}
                value={seller[name]}
                onChange={e => setSeller({ [name]: e.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <h2>{t('invoice.goods')}</h2>
      <p className="dim">{t('invoice.goods.hint')}</p>
      <NewerNote of={editGoods.newer.goods} />
      {goods.length === 0 && <Empty>{t('invoice.goods.none')}</Empty>}
      {goods.map((g, i) => (
        <fieldset key={g.itemId} className="stack">
          <legend>
            {g.itemName} {percentOf(g.rate)}
          </legend>
          <div className="pair">
            <Field label={t('invoice.goods.code')} error={send.fields[`goods[${i}].code`]}>
              {a => (
                <Input
                  {...a}
                  disabled={!may}
                  value={g.code}
                  onChange={e => change(i, { code: e.target.value })}
                />
              )}
            </Field>
            <Field label={t('invoice.goods.name')} error={send.fields[`goods[${i}].name`]}>
              {a => (
                <Input
                  {...a}
                  disabled={!may}
                  placeholder={g.itemName}
                  value={g.name}
                  onChange={e => change(i, { name: e.target.value })}
                />
              )}
            </Field>
            <Field label={t('invoice.goods.treatment')} error={send.fields[`goods[${i}].treatment`]}>
              {a => (
                <Select<(typeof treatments)[number]>
                  {...a}
                  disabled={!may}
                  value={g.treatment}
                  onChange={treatment => change(i, { treatment })}
                  options={treatments.map(value => ({ value, label: t(`invoice.treatment.${value}`) }))}
                />
              )}
            </Field>
          </div>
        </fieldset>
      ))}
      <TroubleNote trouble={send.trouble} />
      {may && (
        <p>
          <button type="submit" className="btn go" disabled={send.busy}>
            {t('invoice.settings.keep')}
          </button>
        </p>
      )}
    </form>
  );
}

export function InvoiceSettingsPage() {
  const community = useCommunity();
  const may = useCan()('invoice.issue');
  const query = useQuery({
    queryKey: ['invoice-settings', community],
    queryFn: () => data(api.GET('/invoice-settings/{id}', { params: { path: { id: community } } })),
    enabled: community !== '',
  });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('invoice.settings')}</H1>
        <span className="grow" />
        <Link className="btn" to="/console/invoices">
          {t('cashier.invoices')}
        </Link>
      </header>
      <Tabs of="cashier" />
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={6} />}
          {query.data && <Form key={community} of={query.data} community={community} may={may} />}
        </div>
      </div>
    </main>
  );
}
