// One room, changed: what it is, where it stands, or away with it.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { RoomEdit, RoomRow } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { types } from './data.ts';

export function RoomForm({ room, onClose }: { room: RoomRow; onClose: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [values, set, edit] = useEdit({
    label: room.short,
    type: room.type,
    floor: room.floor === undefined ? '' : String(room.floor),
    buildingArea: room.buildingArea ?? '',
    innerArea: room.innerArea ?? '',
    handedOverOn: room.handedOverOn ?? '',
    notes: room.notes,
  });
  const refresh = () => client.invalidateQueries({ queryKey: ['housing'] });
  const path = { path: { id: room.id } };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const floor = values.floor.trim();
    if (!send.fix(floor && !/^-?\d{1,3}$/.test(floor) ? { floor: t('housing.floor.wrong') } : {})) return;
    const body: RoomEdit = {
      type: values.type,
      state: room.state,
      buildingArea: values.buildingArea.trim(),
      innerArea: values.innerArea.trim(),
      notes: values.notes.trim(),
      ...(floor ? { floor: Number(floor) } : {}),
      ...(values.handedOverOn ? { handedOverOn: values.handedOverOn } : {}),
    };
    let moved = false;
    const made = await send.run(async () => {
      let version = room.version;
      if (values.label.trim() !== room.short) {
        const params = { ...path, header: match(version) };
        const made = await data(
          api.PUT('/rooms/{id}/label', { params, body: { label: values.label.trim() } }),
        );
        moved = true;
        version = made.version;
      }
      return data(api.PUT('/rooms/{id}', { params: { ...path, header: match(version) }, body }));
    });
    // The number may be stored and the rest refused: the next try is of the room as it is then.
    if (made || moved) await refresh();
    if (!made) return;
    toast(t('housing.saved'));
    onClose();
  };
  const remove = async () => {
    const made = await send.run(async () => {
      await api.DELETE('/rooms/{id}', { params: { ...path, header: match(room.version) } });
      return true;
    });
    if (!made) return;
    toast(t('housing.deleted', { name: room.label }));
    await refresh();
  };
  const text = (name: 'label' | 'floor' | 'buildingArea' | 'innerArea') => (
    <Field
      key={name}
      label={t(`housing.field.${name}`)}
      error={send.fields[name]}
      newer={edit.newer[name]}
      required={name === 'label' || name === 'buildingArea'}
    >
      {a => <Input {...a} value={values[name]} onChange={e => set({ [name]: e.target.value })} />}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('housing.edit')}>
      {text('label')}
      <Field label={t('housing.type')} error={send.fields.type} newer={edit.newer.type}>
        {a => (
          <Select
            {...a}
            value={values.type}
            onChange={type => set({ type })}
            options={types.map(value => ({ value, label: t(`housing.type.${value}`) }))}
          />
        )}
      </Field>
      {text('floor')}
      {text('buildingArea')}
      {text('innerArea')}
      <Field label={t('housing.handed')} error={send.fields.handedOverOn} newer={edit.newer.handedOverOn}>
        {a => (
          <input
            {...a}
            type="date"
            className="text"
            value={values.handedOverOn}
            onChange={e => set({ handedOverOn: e.target.value })}
          />
        )}
      </Field>
      <Field label={t('housing.notes')} error={send.fields.notes} newer={edit.newer.notes}>
        {a => (
          <Input.TextArea
            {...a}
            autoSize={{ minRows: 2, maxRows: 5 }}
            value={values.notes}
            onChange={e => set({ notes: e.target.value })}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row wrap">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('form.back')}
        </button>
        <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void remove()}>
          {t('housing.delete')}
        </button>
      </p>
    </form>
  );
}
