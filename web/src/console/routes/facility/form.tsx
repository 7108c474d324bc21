import { useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import InputNumber from 'antd/es/input-number';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Facility, FacilityFull } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useKeep } from './pane.tsx';

export const kinds = [
  'lift',
  'water',
  'drain',
  'power',
  'fire',
  'gas',
  'heating',
  'access',
  'camera',
  'lighting',
  'ventilation',
  'road',
  'play',
  'other',
] as const satisfies Facility['kind'][];
const states = ['running', 'fault', 'stopped', 'scrapped'] as const satisfies Facility['state'][];

type CheckDraft = {
  key: number;
  name: string;
  kind: 'statutory' | 'routine';
  months: number;
  lastOn: string;
  nextOn: string;
};
type PartDraft = { key: number; name: string; spec: string; quantity: number; replacedOn: string };

// Lines that are drawn from the facility have their place for a key.
let keys = 1000;

export function useBuildings() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['buildings', community],
    queryFn: () => data(api.GET('/buildings', { params: { query: { community } } })),
  });
}

function Checks({
  list,
  set,
  fields,
}: {
  list: CheckDraft[];
  set: (l: CheckDraft[]) => void;
  fields: Record<string, string>;
}) {
  const change = (at: number, part: Partial<CheckDraft>) =>
    set(list.map((c, i) => (i === at ? { ...c, ...part } : c)));
  return (
    <fieldset className="stack">
      <legend className="sub">{t('facility.checks')}</legend>
      {list.map((c, at) => (
        <div key={c.key} className="row wrap">
          <Field label={t('facility.check.name')} error={fields[`checks[${at}].name`]} className="grow">
            {a => <Input {...a} value={c.name} onChange={e => change(at, { name: e.target.value })} />}
          </Field>
          <Field label={t('facility.check.kind')}>
            {a => (
              <Select
                {...a}
                value={c.kind}
                onChange={kind => change(at, { kind })}
                options={(['routine', 'statutory'] as const).map(value => ({
                  value,
                  label: t(`facility.check.${value}`),
                }))}
              />
            )}
          </Field>
          <Field label={t('facility.check.months')}>
            {a => (
              <InputNumber
                {...a}
                min={1}
                max={240}
                value={c.months}
                onChange={n => change(at, { months: n ?? 1 })}
              />
            )}
          </Field>
          <Field label={t('facility.check.next')}>
            {a => (
              <input
                {...a}
                type="date"
                className="text"
                value={c.nextOn}
                onChange={e => change(at, { nextOn: e.target.value })}
              />
            )}
          </Field>
          <button
            type="button"
            className="btn quiet"
            aria-label={t('facility.remove')}
            onClick={() => set(list.filter((_, i) => i !== at))}
          >
            <Icon name="x" />
          </button>
        </div>
      ))}
      <p>
        <button
          type="button"
          className="link"
          onClick={() =>
            set([...list, { key: keys++, name: '', kind: 'routine', months: 3, lastOn: '', nextOn: '' }])
          }
        >
          {t('facility.check.add')}
        </button>
      </p>
    </fieldset>
  );
}

function Parts({
  list,
  set,
  fields,
}: {
  list: PartDraft[];
  set: (l: PartDraft[]) => void;
  fields: Record<string, string>;
}) {
  const change = (at: number, part: Partial<PartDraft>) =>
    set(list.map((p, i) => (i === at ? { ...p, ...part } : p)));
  return (
    <fieldset className="stack">
      <legend className="sub">{t('facility.parts')}</legend>
      {list.map((p, at) => (
        <div key={p.key} className="row wrap">
          <Field label={t('facility.part.name')} error={fields[`parts[${at}].name`]} className="grow">
            {a => <Input {...a} value={p.name} onChange={e => change(at, { name: e.target.value })} />}
          </Field>
          <Field label={t('facility.part.spec')} error={fields[`parts[${at}].spec`]}>
            {a => <Input {...a} value={p.spec} onChange={e => change(at, { spec: e.target.value })} />}
          </Field>
          <Field label={t('facility.part.quantity')}>
            {a => (
              <InputNumber
                {...a}
                min={0}
                value={p.quantity}
                onChange={n => change(at, { quantity: n ?? 0 })}
              />
            )}
          </Field>
          <button
            type="button"
            className="btn quiet"
            aria-label={t('facility.remove')}
            onClick={() => set(list.filter((_, i) => i !== at))}
          >
            <Icon name="x" />
          </button>
        </div>
      ))}
      <p>
        <button
          type="button"
          className="link"
          onClick={() => set([...list, { key: keys++, name: '', spec: '', quantity: 1, replacedOn: '' }])}
        >
          {t('facility.part.add')}
        </button>
      </p>
    </fieldset>
  );
}

interface Props {
  facility: FacilityFull | undefined;
  onDone: (f: FacilityFull) => void;
  onClose: () => void;
}

const days = ['installedOn', 'warrantyUntil'] as const;

export function FacilityForm({ facility, onDone, onClose }: Props) {
  const community = useCommunity();
  const send = useSend();
  const keep = useKeep();
  const buildings = useBuildings().data?.items ?? [];
  const [values, set, edit] = useEdit({
    code: facility?.code ?? '',
    name: facility?.name ?? '',
    place: facility?.place ?? '',
    serves: facility?.serves ?? '',
    maker: facility?.maker ?? '',
    model: facility?.model ?? '',
    contractor: facility?.contractor ?? '',
    contractorPhone: facility?.contractorPhone ?? '',
    notes: facility?.notes ?? '',
    installedOn: facility?.installedOn ?? '',
    warrantyUntil: facility?.warrantyUntil ?? '',
    buildingId: facility?.buildingId ?? '',
    kind: facility?.kind ?? ('water' as Facility['kind']),
    state: facility?.state ?? ('running' as Facility['state']),
  });
  const [{ checks, parts }, setLines, lines] = useEdit<{ checks: CheckDraft[]; parts: PartDraft[] }>({
    checks: (facility?.checks ?? []).map((c, key) => ({
      ...c,
      key,
      lastOn: c.lastOn ?? '',
      nextOn: c.nextOn ?? '',
    })),
    parts: (facility?.parts ?? []).map((p, key) => ({ ...p, key, replacedOn: p.replacedOn ?? '' })),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    for (const name of ['code', 'name'] as const) if (!values[name].trim()) missing[name] = t('form.missing');
    if (!send.fix(missing)) return;
    const { installedOn, warrantyUntil, buildingId, ...rest } = values;
    const body = {
      ...rest,
      ...(installedOn ? { installedOn } : {}),
      ...(warrantyUntil ? { warrantyUntil } : {}),
      ...(buildingId ? { buildingId } : {}),
      checks: checks.map(({ key: _, lastOn, nextOn, ...c }) => ({
        ...c,
        ...(lastOn ? { lastOn } : {}),
        ...(nextOn ? { nextOn } : {}),
      })),
      parts: parts.map(({ key: _, replacedOn, ...p }) => ({ ...p, ...(replacedOn ? { replacedOn } : {}) })),
    };
    const made = await send.run(once =>
      facility
        ? data(
            api.PUT('/facilities/{id}', {
              params: { path: { id: facility.id }, header: match(facility.version) },
              body,
            }),
          )
        : data(api.POST('/facilities', { params: { header: once }, body: { ...body, community } })),
    );
    if (!made) return;
    keep(made);
    toast(t('facility.saved'));
    onDone(made);
  };
  type TextName = Exclude<keyof typeof values, 'kind' | 'state' | 'buildingId' | (typeof days)[number]>;
  const text = (name: TextName, must = false) => (
    <Field
      key={name}
      label={t(`facility.${name}`)}
      error={send.fields[name]}
      newer={edit.newer[name]}
      required={must}
    >
      {a => <Input {...a} value={values[name]} onChange={e => set({ [name]: e.target.value })} />}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <div className="pair">
        {text('code', true)}
        {text('name', true)}
      </div>
      <div className="pair">
        <Field label={t('facility.kind')} newer={edit.newer.kind}>
          {a => (
            <Select
              {...a}
              value={values.kind}
              onChange={kind => set({ kind })}
              options={kinds.map(value => ({ value, label: t(`facility.kind.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('facility.state')} newer={edit.newer.state}>
          {a => (
            <Select
              {...a}
              value={values.state}
              onChange={state => set({ state })}
              options={states.map(value => ({ value, label: t(`facility.state.${value}`) }))}
            />
          )}
        </Field>
      </div>
      <div className="pair">
        <Field label={t('facility.building')} error={send.fields.buildingId} newer={edit.newer.buildingId}>
          {a => (
            <Select
              {...a}
              value={values.buildingId}
              onChange={buildingId => set({ buildingId })}
              options={[
                { value: '', label: t('facility.building.none') },
                ...buildings.map(b => ({ value: b.id, label: b.name })),
              ]}
            />
          )}
        </Field>
        {text('place')}
      </div>
      {text('serves')}
      <div className="pair">
        {text('maker')}
        {text('model')}
      </div>
      <div className="pair">
        {days.map(name => (
          <Field key={name} label={t(`facility.${name}`)} error={send.fields[name]} newer={edit.newer[name]}>
            {a => (
              <input
                {...a}
                type="date"
                className="text"
                value={values[name]}
                onChange={e => set({ [name]: e.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <div className="pair">
        {text('contractor')}
        {text('contractorPhone')}
      </div>
      {text('notes')}
      <Checks list={checks} set={list => setLines({ checks: list })} fields={send.fields} />
      <NewerNote of={lines.newer.checks} />
      <Parts list={parts} set={list => setLines({ parts: list })} fields={send.fields} />
      <NewerNote of={lines.newer.parts} />
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}
