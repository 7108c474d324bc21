import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { ChargeFull } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { noParking, ParkingForm, ruleOf } from './parking-form.tsx';
import { registers, today } from './parts.tsx';

const types = ['home', 'shop', 'office', 'storage', 'parking'] as const;
type Register = (typeof registers)[number];
type Step = { key: number; upTo: string; price: string };
let keys = 0;

function Steps({
  list,
  set,
  fields,
}: {
  list: Step[];
  set: (l: Step[]) => void;
  fields: Record<string, string>;
}) {
  const change = (at: number, part: Partial<Step>) =>
    set(list.map((s, i) => (i === at ? { ...s, ...part } : s)));
  return (
    <fieldset className="stack">
      <legend className="sub">{t('tariff.tiers')}</legend>
      {list.map((s, at) => (
        <div key={s.key} className="row wrap">
          <Field label={t('tariff.tier.up_to')} error={fields[`tiers[${at}].upTo`]}>
            {a => <Input {...a} value={s.upTo} onChange={e => change(at, { upTo: e.target.value })} />}
          </Field>
          <Field label={t('tariff.price')} error={fields[`tiers[${at}].price`]}>
            {a => <Input {...a} value={s.price} onChange={e => change(at, { price: e.target.value })} />}
          </Field>
          <button
            type="button"
            className="btn quiet"
            aria-label={t('tariff.tier.remove')}
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
          onClick={() => set([...list, { key: keys++, upTo: '', price: '' }])}
        >
          {t('tariff.tier.add')}
        </button>
      </p>
    </fieldset>
  );
}

interface TierRule {
  period: 'month' | 'year';
  people: string;
  extra: string;
}

/** For how long and for whom the bounds stand. */
function TierRules({
  rule,
  set,
  fields,
}: {
  rule: TierRule;
  set: (part: Partial<TierRule>) => void;
  fields: Record<string, string>;
}) {
  return (
    <div className="pair">
      <Field label={t('tariff.tier.period')} error={fields.tierPeriod}>
        {a => (
          <Select<'month' | 'year'>
            {...a}
            value={rule.period}
            onChange={period => set({ period })}
            options={(['month', 'year'] as const).map(value => ({
              value,
              label: t(`tariff.tier.period.${value}`),
            }))}
          />
        )}
      </Field>
      <Field label={t('tariff.tier.people')} error={fields.tierPeople} hint={t('tariff.tier.people.hint')}>
        {a => (
          <Input
            {...a}
            inputMode="numeric"
            value={rule.people}
            onChange={e => set({ people: e.target.value.replace(/\D/g, '') })}
          />
        )}
      </Field>
      <Field label={t('tariff.tier.extra')} error={fields.tierExtra}>
        {a => (
          <Input
            {...a}
            inputMode="decimal"
            value={rule.extra}
            onChange={e => set({ extra: e.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

/** A price for each register of meters that count by time of use. */
function Prices({
  list,
  set,
  fields,
}: {
  list: Partial<Record<Register, string>>;
  set: (l: Partial<Record<Register, string>>) => void;
  fields: Record<string, string>;
}) {
  const sent = registers.filter(r => list[r]?.trim());
  return (
    <fieldset className="stack">
      <legend className="sub">{t('tariff.registers')}</legend>
      <p className="dim">{t('tariff.registers.hint')}</p>
      <div className="pair">
        {registers.map(r => (
          <Field
            key={r}
            label={t(`meter.register.${r}`)}
            error={fields[`registers[${sent.indexOf(r)}].price`]}
          >
            {a => (
              <Input
                {...a}
                inputMode="decimal"
                value={list[r] ?? ''}
                onChange={e => set({ ...list, [r]: e.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      {fields.registers && <p className="field-error">{fields.registers}</p>}
    </fieldset>
  );
}

export function TariffForm({
  item,
  onDone,
  onClose,
}: {
  item: ChargeFull;
  onDone: () => void;
  onClose: () => void;
}) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [values, setValues] = useState({
    from: today(),
    price: '',
    document: '',
    explanation: '',
    buildingId: '',
    roomType: '' as '' | (typeof types)[number],
  });
  const [tiers, setTiers] = useState<Step[]>([]);
  const [park, setPark] = useState(noParking);
  const [rule, setRule] = useState<TierRule>({ period: 'month', people: '', extra: '' });
  const [times, setTimes] = useState<Partial<Record<Register, string>>>({});
  const buildings = useQuery({
    queryKey: ['buildings', community],
    queryFn: () => data(api.GET('/buildings', { params: { query: { community } } })),
  });
  const set = (part: Partial<typeof values>) => setValues(old => ({ ...old, ...part }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    for (const name of ['from', 'document', 'explanation'] as const)
      if (!values[name].trim()) missing[name] = t('form.missing');
    if (!send.fix(missing)) return;
    const { buildingId, roomType, price, ...rest } = values;
    const body = {
      ...rest,
      ...(buildingId ? { buildingId } : {}),
      ...(roomType ? { roomType } : {}),
      ...(price.trim() ? { price: price.trim() } : {}),
      ...(item.basis === 'parking_time' ? { parking: ruleOf(park) } : {}),
      tiers: tiers.map(({ upTo, price }) => (upTo ? { upTo, price } : { price })),
      ...(tiers.length > 0 ? { tierPeriod: rule.period } : {}),
      ...(tiers.length > 0 && rule.people ? { tierPeople: Number(rule.people) } : {}),
      ...(tiers.length > 0 && rule.extra.trim() ? { tierExtra: rule.extra.trim() } : {}),
      registers: registers.flatMap(register => {
        const price = times[register]?.trim();
        return price ? [{ register, price }] : [];
      }),
    };
    const made = await send.run(once =>
      data(api.POST('/charges/{id}/tariffs', { params: { path: { id: item.id }, header: once }, body })),
    );
    if (!made) return;
    void client.invalidateQueries({ queryKey: ['charge', item.id] });
    void client.invalidateQueries({ queryKey: ['charges'] });
    toast(t('tariff.asked'));
    onDone();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('tariff.new')}>
      <h3 className="sub">{t('tariff.new')}</h3>
      <div className="pair">
        <Field label={t('tariff.begins')} error={send.fields.from} required>
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={values.from}
              onChange={e => set({ from: e.target.value })}
            />
          )}
        </Field>
        {item.basis !== 'share' && item.basis !== 'parking_time' && (
          <Field label={t('tariff.price')} error={send.fields.price}>
            {a => <Input {...a} value={values.price} onChange={e => set({ price: e.target.value })} />}
          </Field>
        )}
      </div>
      {item.basis === 'parking_time' && <ParkingForm value={park} set={setPark} fields={send.fields} />}
      {item.basis === 'meter' && <Steps list={tiers} set={setTiers} fields={send.fields} />}
      {tiers.length > 0 && (
        <TierRules rule={rule} set={part => setRule(old => ({ ...old, ...part }))} fields={send.fields} />
      )}
      {item.basis === 'meter' && tiers.length === 0 && (
        <Prices list={times} set={setTimes} fields={send.fields} />
      )}
      {item.basis !== 'parking_time' && (
        <div className="pair">
          <Field label={t('tariff.building')} error={send.fields.buildingId}>
            {a => (
              <Select
                {...a}
                value={values.buildingId}
                onChange={buildingId => set({ buildingId })}
                options={[
                  { value: '', label: t('tariff.all') },
                  ...(buildings.data?.items ?? []).map(b => ({ value: b.id, label: b.name })),
                ]}
              />
            )}
          </Field>
          <Field label={t('tariff.room_type')} error={send.fields.roomType}>
            {a => (
              <Select<'' | (typeof types)[number]>
                {...a}
                value={values.roomType}
                onChange={roomType => set({ roomType })}
                options={[
                  { value: '', label: t('tariff.all_types') },
                  ...types.map(value => ({ value, label: t(`room.type.${value}`) })),
                ]}
              />
            )}
          </Field>
        </div>
      )}
      <Field
        label={t('charge.document')}
        error={send.fields.document}
        hint={t('tariff.document.hint')}
        required
      >
        {a => <Input {...a} value={values.document} onChange={e => set({ document: e.target.value })} />}
      </Field>
      <Field
        label={t('charge.explanation')}
        error={send.fields.explanation}
        hint={t('tariff.explanation.hint')}
        required
      >
        {a => (
          <Input.TextArea
            {...a}
            rows={3}
            value={values.explanation}
            onChange={e => set({ explanation: e.target.value })}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('tariff.ask')}
        </button>
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}
