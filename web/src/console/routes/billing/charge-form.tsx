import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import InputNumber from 'antd/es/input-number';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { ChargeFull } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { type ConsoleKey, t } from '../../words/index.ts';

const choices = {
  basis: [
    'building_area',
    'inner_area',
    'room',
    'space',
    'meter',
    'share',
    'formula',
    'single',
    'parking_time',
  ],
  meterKind: ['water', 'power', 'gas', 'heat'],
  shareBy: ['area', 'household', 'consumption', 'formula'],
  billedTo: ['owner', 'tenant', 'lease'],
  starts: ['always', 'handover'],
  period: ['month', 'quarter', 'half_year', 'year'],
  firstMonth: ['by_day', 'whole', 'half', 'next'],
  lastMonth: ['by_day', 'whole'],
  roundUnit: ['fen', 'jiao', 'yuan'],
  roundMode: ['half_up', 'half_even', 'floor', 'ceil'],
  lateFrom: ['due', 'grace_end'],
  priceKind: ['guided', 'market'],
  state: ['active', 'stopped'],
} as const;
type Choices = { [K in keyof typeof choices]: (typeof choices)[K][number] };

const words: Record<keyof Choices, string> = {
  basis: 'charge.basis',
  meterKind: 'meter.kind',
  shareBy: 'charge.by',
  billedTo: 'charge.billed',
  starts: 'charge.starts',
  period: 'charge.period',
  firstMonth: 'charge.first',
  lastMonth: 'charge.last',
  roundUnit: 'charge.unit',
  roundMode: 'charge.mode',
  lateFrom: 'charge.late_from',
  priceKind: 'charge.price_kind',
  state: 'charge.state',
};

interface Props {
  item: ChargeFull | undefined;
  onDone: (id: string) => void;
  onClose: () => void;
}

export function ChargeForm({ item, onDone, onClose }: Props) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [text, setText, edit] = useEdit({
    code: item?.code ?? '',
    name: item?.name ?? '',
    nameEn: item?.nameEn ?? '',
    formula: item?.formula ?? '',
    taxRate: item?.taxRate ?? '0.06',
    latePerDay: item?.latePerDay ?? '0',
    lateCap: item?.lateCap ?? '100',
    cap: item?.cap ?? '',
    capDocument: item?.capDocument ?? '',
  });
  const [chosen, setChosen, picked] = useEdit<Choices>({
    basis: item?.basis ?? 'building_area',
    meterKind: item?.meterKind || 'water',
    shareBy: item?.shareBy || 'area',
    billedTo: item?.billedTo || 'owner',
    starts: item?.starts ?? 'always',
    period: item?.period ?? 'month',
    firstMonth: item?.firstMonth ?? 'by_day',
    lastMonth: item?.lastMonth ?? 'by_day',
    roundUnit: item?.roundUnit ?? 'fen',
    roundMode: item?.roundMode ?? 'half_up',
    lateFrom: item?.lateFrom ?? 'due',
    priceKind: item?.priceKind ?? 'market',
    state: item?.state ?? 'active',
  });
  const [{ dueDay, lateGrace }, setDays, days] = useEdit({
    dueDay: item?.dueDay ?? 15,
    lateGrace: item?.lateGrace ?? 0,
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    for (const name of ['code', 'name'] as const) if (!text[name].trim()) missing[name] = t('form.missing');
    if (!send.fix(missing)) return;
    const { meterKind, shareBy, state, ...rest } = chosen;
    const metered = rest.basis === 'meter' || (rest.basis === 'share' && shareBy === 'consumption');
    const body = {
      ...text,
      ...rest,
      dueDay,
      lateGrace,
      ...(metered ? { meterKind } : {}),
      ...(rest.basis === 'share' ? { shareBy } : {}),
      ...(item?.roomTypes ? { roomTypes: item.roomTypes } : {}),
    };
    const made = await send.run(once =>
      item
        ? data(
            api.PUT('/charges/{id}', {
              params: { path: { id: item.id }, header: match(item.version) },
              body: { ...body, state },
            }),
          )
        : data(api.POST('/charges', { params: { header: once }, body: { ...body, community } })),
    );
    if (!made) return;
    void client.invalidateQueries({ queryKey: ['charges'] });
    void client.invalidateQueries({ queryKey: ['charge', made.id] });
    toast(t('charge.saved'));
    onDone(made.id);
  };
  const write = (name: keyof typeof text, label: ConsoleKey, hint?: ConsoleKey) => (
    <Field label={t(label)} error={send.fields[name]} newer={edit.newer[name]} hint={hint && t(hint)}>
      {a => <Input {...a} value={text[name]} onChange={e => setText({ [name]: e.target.value })} />}
    </Field>
  );
  const choose = <K extends keyof Choices>(name: K) => (
    <Field label={t(words[name] as ConsoleKey)} error={send.fields[name]} newer={picked.newer[name]}>
      {a => (
        <Select<string>
          {...a}
          value={chosen[name]}
          onChange={value => setChosen(old => ({ ...old, [name]: value }))}
          options={choices[name].map(value => ({ value, label: t(`${words[name]}.${value}` as ConsoleKey) }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <div className="pair">
        {write('code', 'charge.code')}
        {write('name', 'charge.name')}
      </div>
      {write('nameEn', 'charge.name_en')}
      <div className="pair">
        {choose('basis')}
        {choose('period')}
      </div>
      {chosen.basis === 'share' && choose('shareBy')}
      {(chosen.basis === 'meter' || (chosen.basis === 'share' && chosen.shareBy === 'consumption')) &&
        choose('meterKind')}
      {(chosen.basis === 'formula' || (chosen.basis === 'share' && chosen.shareBy === 'formula')) &&
        write('formula', 'charge.formula', 'charge.formula.hint')}
      <div className="pair">
        {choose('billedTo')}
        {choose('starts')}
        <Field label={t('charge.due')} error={send.fields.dueDay} newer={days.newer.dueDay}>
          {a => (
            <InputNumber
              {...a}
              min={1}
              max={366}
              value={dueDay}
              onChange={n => setDays({ dueDay: n ?? 1 })}
            />
          )}
        </Field>
      </div>
      <div className="pair">
        {choose('firstMonth')}
        {choose('lastMonth')}
      </div>
      <div className="pair">
        {choose('roundUnit')}
        {choose('roundMode')}
      </div>
      <div className="pair">
        {write('taxRate', 'charge.tax', 'charge.tax.hint')}
        {choose('priceKind')}
      </div>
      {chosen.priceKind === 'guided' && (
        <div className="pair">
          {write('cap', 'charge.cap')}
          {write('capDocument', 'charge.cap_document')}
        </div>
      )}
      <div className="pair">
        {write('latePerDay', 'charge.late_per_day', 'charge.late.hint')}
        {write('lateCap', 'charge.late_cap')}
      </div>
      <div className="pair">
        <Field label={t('charge.late_grace')} error={send.fields.lateGrace} newer={days.newer.lateGrace}>
          {a => (
            <InputNumber
              {...a}
              min={0}
              max={365}
              value={lateGrace}
              onChange={n => setDays({ lateGrace: n ?? 0 })}
            />
          )}
        </Field>
        {choose('lateFrom')}
      </div>
      {item && choose('state')}
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
