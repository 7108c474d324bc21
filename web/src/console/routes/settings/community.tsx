import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { Community } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const zones = ['Asia/Shanghai', 'Asia/Urumqi', 'Asia/Hong_Kong', 'Asia/Macau', 'Asia/Taipei'];

function Form({ community }: { community: Community }) {
  const client = useQueryClient();
  const send = useSend();
  const [values, set, edit] = useEdit({
    ...community,
    managedArea: String(community.managedArea ?? ''),
    households: String(community.households ?? ''),
    budget: community.budget ?? '',
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!values.name.trim()) wrong.name = t('form.missing');
    const area = values.managedArea.trim();
    if (area && !/^\d{1,9}$/.test(area)) wrong.managedArea = t('settings.area.wrong');
    const households = values.households.trim();
    if (households && !/^\d{1,7}$/.test(households)) wrong.households = t('settings.households.wrong');
    const budget = values.feeMode === 'commission' ? values.budget.trim() : '';
    if (budget && !/^\d{1,10}(\.\d{1,2})?$/.test(budget)) wrong.budget = t('settings.budget.wrong');
    if (!send.fix(wrong)) return;
    const body = {
      name: values.name.trim(),
      address: values.address.trim(),
      servicePhone: values.servicePhone.trim(),
      zone: values.zone,
      feeMode: values.feeMode,
      ...(area ? { managedArea: Number(area) } : {}),
      ...(households ? { households: Number(households) } : {}),
      ...(budget ? { budget } : {}),
    };
    const params = { path: { id: community.id }, header: match(community.version) };
    const made = await send.run(() => data(api.PUT('/communities/{id}', { params, body })));
    if (!made) return;
    edit.saved();
    toast(t('settings.saved'));
    await client.invalidateQueries({ queryKey: ['community'] });
    await client.invalidateQueries({ queryKey: ['session'] });
  };
  const text = (
    name: 'name' | 'address' | 'servicePhone' | 'managedArea' | 'households',
    required = false,
  ) => (
    <Field
      key={name}
      label={t(`settings.${name}`)}
      error={send.fields[name]}
      newer={edit.newer[name]}
      required={required}
    >
      {a => <Input {...a} value={values[name]} onChange={e => set({ [name]: e.target.value })} />}
    </Field>
  );
  return (
    <form onSubmit={submit} noValidate className="narrow">
      {text('name', true)}
      {text('address')}
      {text('servicePhone')}
      {text('managedArea')}
      {text('households')}
      <Field label={t('settings.zone')} error={send.fields.zone} newer={edit.newer.zone}>
        {a => (
          <Select
            {...a}
            value={values.zone}
            onChange={zone => set({ zone })}
            options={[...new Set([...zones, values.zone])].map(value => ({ value, label: value }))}
          />
        )}
      </Field>
      <Choice<Community['feeMode']>
        legend={t('settings.feeMode')}
        name="feeMode"
        value={values.feeMode}
        onChange={feeMode => set({ feeMode })}
        newer={edit.newer.feeMode}
        options={[
          { value: 'lump_sum', label: t('settings.feeMode.lump_sum') },
          { value: 'commission', label: t('settings.feeMode.commission') },
        ]}
      />
      {values.feeMode === 'commission' && (
        <Field
          label={t('settings.budget')}
          error={send.fields.budget}
          newer={edit.newer.budget}
          hint={t('settings.budget.hint')}
        >
          {a => (
            <Input
              {...a}
              inputMode="decimal"
              value={values.budget}
              onChange={e => set({ budget: e.target.value })}
            />
          )}
        </Field>
      )}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
      </p>
    </form>
  );
}

export function CommunityPage() {
  const id = useCommunity();
  const query = useQuery({
    queryKey: ['community', id],
    queryFn: () => data(api.GET('/communities/{id}', { params: { path: { id } } })),
  });
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.community')}</H1>
      </header>
      <Tabs of="settings" />
      <div className="page-body">
        {query.data ? <Form key={id} community={query.data} /> : <PageSkeleton />}
      </div>
    </main>
  );
}
