// A building at once: floors and rooms are described, looked at, then made.
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { BulkRooms } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { states, types, useTree } from './data.ts';
import './housing.css';

const route = getRouteApi('/console/housing/new');

const blank = {
  building: '',
  units: '1, 2',
  floorFrom: '1',
  floorTo: '18',
  skip: '',
  perFloor: '4',
  buildingArea: '',
};
type Values = typeof blank;
const names = ['building', 'units', 'floorFrom', 'floorTo', 'skip', 'perFloor', 'buildingArea'] as const;

const words = (text: string) =>
  text
    .split(/[\s,，、;；]+/)
    .map(w => w.trim())
    .filter(Boolean);

function wrongOf(v: Values): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (!v.building.trim()) wrong.building = t('form.missing');
  for (const name of ['floorFrom', 'floorTo', 'perFloor'] as const)
    if (!/^-?\d{1,3}$/.test(v[name].trim())) wrong[name] = t('housing.floor.wrong');
  if (words(v.skip).some(w => !/^-?\d{1,3}$/.test(w))) wrong.skip = t('housing.floor.wrong');
  return wrong;
}

export function BulkPage() {
  const community = useCommunity();
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const { building } = route.useSearch();
  const tree = useTree();
  const send = useSend();
  const [values, setValues] = useState(blank);
  const [type, setType] = useState<BulkRooms['type']>('home');
  const [state, setState] = useState<BulkRooms['state']>('sold');
  const [plan, setPlan] = useState<{ fresh: string[]; there: string[] }>();
  const set = (part: Partial<Values>) => {
    setPlan(undefined);
    setValues(old => ({ ...old, ...part }));
  };
  const body = (): BulkRooms => ({
    community,
    building: values.building.trim(),
    units: words(values.units),
    floorFrom: Number(values.floorFrom),
    floorTo: Number(values.floorTo),
    skip: words(values.skip).map(Number),
    perFloor: Number(values.perFloor),
    type,
    state,
    buildingArea: values.buildingArea.trim(),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(wrongOf(values))) return;
    if (!plan) {
      setPlan(
        await send.run(once =>
          data(api.POST('/rooms/bulk/preview', { params: { header: once }, body: body() })),
        ),
      );
      return;
    }
    const made = await send.run(once =>
      data(api.POST('/rooms/bulk', { params: { header: once }, body: body() })),
    );
    if (!made) return;
    toast(t('housing.made', { n: made.fresh.length }));
    await client.invalidateQueries({ queryKey: ['housing'] });
    const fresh = (await tree.refetch()).data?.find(b => b.name.startsWith(values.building.trim()));
    void navigate({ to: '/console/housing', search: fresh ? { building: fresh.id } : {} });
  };
  const unitError = Object.entries(send.fields).find(([name]) => name.startsWith('units'))?.[1];
  return (
    <main id="main" className="page">
      <header className="page-head">
        <Link to="/console/housing" search={building ? { building } : {}} className="dim">
          {t('nav.housing')}
        </Link>
        <H1>{t('housing.new')}</H1>
      </header>
      <div className="page-body two-cols">
        <form className="stack" onSubmit={submit} noValidate>
          <div className="grid-2">
            {names.map(name => (
              <Field
                key={name}
                label={t(`housing.bulk.${name}`)}
                hint={name === 'units' || name === 'skip' ? t(`housing.bulk.${name}.hint`) : undefined}
                error={name === 'units' ? unitError : send.fields[name]}
                required={name !== 'units' && name !== 'skip' && name !== 'buildingArea'}
              >
                {a => <Input {...a} value={values[name]} onChange={e => set({ [name]: e.target.value })} />}
              </Field>
            ))}
            <Field label={t('housing.type')}>
              {a => (
                <Select
                  {...a}
                  value={type}
                  onChange={v => {
                    setType(v);
                    setPlan(undefined);
                  }}
                  options={types.map(value => ({ value, label: t(`housing.type.${value}`) }))}
                />
              )}
            </Field>
            <Field label={t('housing.state')}>
              {a => (
                <Select
                  {...a}
                  value={state}
                  onChange={v => {
                    setState(v);
                    setPlan(undefined);
                  }}
                  options={states.map(value => ({ value, label: t(`housing.state.${value}`) }))}
                />
              )}
            </Field>
          </div>
          {plan && (
            <section className="stack" aria-live="polite">
              <p>
                <b>{t('housing.plan.fresh', { n: plan.fresh.length })}</b>{' '}
                {plan.there.length > 0 && t('housing.plan.there', { n: plan.there.length })}
              </p>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached by keyboard */}
              <ul className="preview-list" tabIndex={0} aria-label={t('housing.plan')}>
                {plan.fresh.slice(0, 400).map(label => (
                  <li key={label}>{label}</li>
                ))}
                {plan.there.slice(0, 100).map(label => (
                  <li key={label} className="there">
                    {label}
                  </li>
                ))}
              </ul>
            </section>
          )}
          <TroubleNote trouble={send.trouble} />
          <p className="row">
            <button type="submit" className="btn go" disabled={send.busy || plan?.fresh.length === 0}>
              {t(plan ? 'housing.plan.make' : 'housing.plan.look')}
            </button>
          </p>
        </form>
        <p className="dim">{t('housing.bulk.note')}</p>
      </div>
    </main>
  );
}
