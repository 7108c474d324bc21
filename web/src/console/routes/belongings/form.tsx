// A pet, a bicycle, a card, or a thing that needs care: registered, changed, cared for, gone.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { Belonging } from '../../../kit/types.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { today } from '../customers/data.ts';
import { CustomerPick, RoomField } from '../customers/pick.tsx';

export const kinds = [
  'dog',
  'cat',
  'pet',
  'bicycle',
  'ebike',
  'card',
  'water_filter',
  'hose',
  'valve',
  'appliance',
  'other',
] as const;

export const groupOf = (kind: Belonging['kind']): 'pets' | 'bicycles' | 'cards' | 'things' => {
  if (kind === 'dog' || kind === 'cat' || kind === 'pet') return 'pets';
  if (kind === 'bicycle' || kind === 'ebike') return 'bicycles';
  return kind === 'card' ? 'cards' : 'things';
};

type Days = 'expiresOn' | 'vaccinatedUntil' | 'warrantyUntil' | 'installedOn' | 'lastOn';
const daysOf: Record<ReturnType<typeof groupOf>, readonly Days[]> = {
  pets: ['expiresOn', 'vaccinatedUntil'],
  bicycles: ['expiresOn'],
  cards: ['expiresOn'],
  things: ['installedOn', 'lastOn', 'warrantyUntil'],
};

interface Props {
  thing: Belonging | undefined;
  room: string;
  close: () => void;
}

export function BelongingForm({ thing, room, close }: Props) {
  const client = useQueryClient();
  const send = useSend();
  const [v, set, edit] = useEdit({
    room: thing?.roomId ?? room,
    kind: thing?.kind ?? ('dog' as Belonging['kind']),
    who: thing?.customerId ?? '',
    whoName: thing?.owner ?? '',
    state: thing?.state ?? ('active' as Belonging['state']),
    name: thing?.name ?? '',
    model: thing?.model ?? '',
    number: thing?.number ?? '',
    charging: thing?.charging ?? ('' as NonNullable<Belonging['charging']>),
    every: thing?.everyMonths ? String(thing.everyMonths) : '',
    muted: thing?.muted ?? false,
    notes: thing?.notes ?? '',
    expiresOn: thing?.expiresOn ?? '',
    vaccinatedUntil: thing?.vaccinatedUntil ?? '',
    warrantyUntil: thing?.warrantyUntil ?? '',
    installedOn: thing?.installedOn ?? '',
    lastOn: thing?.lastOn ?? '',
  });
  const group = groupOf(v.kind);
  const refresh = async (text: string) => {
    toast(text);
    for (const key of ['belongings', 'household', 'reminder-count'])
      await client.invalidateQueries({ queryKey: [key] });
    close();
  };
  const body = () => {
    const days = Object.fromEntries(daysOf[group].filter(d => v[d]).map(d => [d, v[d]]));
    return {
      kind: v.kind,
      name: v.name.trim(),
      model: v.model.trim(),
      number: v.number.trim(),
      notes: v.notes.trim(),
      muted: v.muted,
      ...(v.kind === 'ebike' && v.charging ? { charging: v.charging } : {}),
      ...(v.who ? { customerId: v.who } : {}),
      ...(group === 'things' && Number(v.every) > 0 ? { everyMonths: Number(v.every) } : {}),
      ...days,
    };
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(v.room ? {} : { roomId: t('form.missing') })) return;
    const made = await send.run(once =>
      thing
        ? data(
            api.PUT('/belongings/{id}', {
              params: { path: { id: thing.id }, header: match(thing.version) },
              body: { ...body(), state: v.state },
            }),
          )
        : data(api.POST('/belongings', { params: { header: once }, body: { ...body(), roomId: v.room } })),
    );
    if (made) await refresh(t('belongings.saved'));
  };
  const step = async (act: 'care' | 'end') => {
    if (!thing) return;
    const params = { path: { id: thing.id }, header: match(thing.version) };
    const made = await send.run(() =>
      act === 'care'
        ? data(api.POST('/belongings/{id}/care', { params, body: { day: today() } }))
        : data(api.POST('/belongings/{id}/end', { params, body: {} })),
    );
    if (made)
      await refresh(
        act === 'care' ? t('belongings.cared', { day: made.nextOn ?? '' }) : t('belongings.ended'),
      );
  };
  const text = (name: 'name' | 'model' | 'number' | 'notes', hint?: string) => (
    <Field label={t(`belongings.${name}`)} error={send.fields[name]} newer={edit.newer[name]} hint={hint}>
      {a => <Input {...a} value={v[name]} onChange={e => set({ [name]: e.target.value })} />}
    </Field>
  );
  return (
    <form className="staff-form panel" onSubmit={submit} noValidate aria-label={t('belongings.form')}>
      <div className="grid-2">
        <Field label={t('belongings.kind')} error={send.fields.kind} newer={edit.newer.kind} required>
          {a => (
            <Select
              {...a}
              value={v.kind}
              onChange={(kind: Belonging['kind']) => set({ kind })}
              options={kinds.map(value => ({ value, label: t(`belonging.${value}`) }))}
            />
          )}
        </Field>
        {thing ? (
          <p className="b check">{thing.label}</p>
        ) : (
          <RoomField
            label={t('customers.room')}
            value={v.room}
            error={send.fields.roomId}
            onPick={id => set({ room: id })}
          />
        )}
        <Field label={t('belongings.whose')} error={send.fields.customerId} newer={edit.newer.whoName}>
          {a => (
            <CustomerPick
              field={a}
              value={v.who}
              name={v.whoName}
              onPick={(who, whoName) => set({ who, whoName })}
            />
          )}
        </Field>
        {text('name')}
        {text('model')}
        {group !== 'things' && text('number')}
        {v.kind === 'ebike' && (
          <Field label={t('belongings.charging')} newer={edit.newer.charging}>
            {a => (
              <Select
                {...a}
                allowClear
                value={v.charging || undefined}
                onChange={(c: typeof v.charging | undefined) => set({ charging: c ?? '' })}
                options={(['shed', 'cabinet', 'none'] as const).map(value => ({
                  value,
                  label: t(`charging.${value}`),
                }))}
              />
            )}
          </Field>
        )}
        {daysOf[group].map(d => (
          <Field key={d} label={t(`belongings.${d}`)} error={send.fields[d]} newer={edit.newer[d]}>
            {a => (
              <input
                {...a}
                type="date"
                className="text"
                value={v[d]}
                onChange={e => set({ [d]: e.target.value })}
              />
            )}
          </Field>
        ))}
        {group === 'things' && (
          <Field label={t('belongings.every')} error={send.fields.everyMonths} newer={edit.newer.every}>
            {a => (
              <Input
                {...a}
                inputMode="numeric"
                value={v.every}
                onChange={e => set({ every: e.target.value })}
              />
            )}
          </Field>
        )}
        {thing && (
          <Field label={t('belongings.state')} error={send.fields.state} newer={edit.newer.state}>
            {a => (
              <Select
                {...a}
                value={v.state}
                onChange={(state: Belonging['state']) => set({ state })}
                options={(['active', 'lost', 'blocked'] as const).map(value => ({
                  value,
                  label: t(`belongings.state.${value}`),
                }))}
              />
            )}
          </Field>
        )}
        {text('notes')}
        <label className="row check">
          <input type="checkbox" checked={v.muted} onChange={e => set({ muted: e.target.checked })} />
          {t('belongings.muted')} <NewerNote of={edit.newer.muted} />
        </label>
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row wrap">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        {thing?.everyMonths && (
          <button type="button" className="btn" disabled={send.busy} onClick={() => void step('care')}>
            {t('belongings.care')}
          </button>
        )}
        {thing && (
          <button type="button" className="btn" disabled={send.busy} onClick={() => void step('end')}>
            {t('belongings.end')}
          </button>
        )}
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}
