// What a customer is to which room, from when to when: added, changed, ended; nothing is forgotten.
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Customer, RelationKind } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { relations, today } from './data.ts';
import { RoomField } from './pick.tsx';

type Held = Customer['rooms'][number];

function RelationForm({
  customer,
  held,
  close,
}: {
  customer: Customer;
  held: Held | undefined;
  close: () => void;
}) {
  const client = useQueryClient();
  const send = useSend();
  const [room, setRoom] = useState(held?.roomId ?? '');
  const [{ kind, share, from, to }, set, edit] = useEdit({
    kind: held?.relation ?? ('owner' as RelationKind),
    share: held?.share ?? '',
    from: held ? (held.from ?? '') : today(),
    to: held?.to ?? '',
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(room ? {} : { roomId: t('form.missing') })) return;
    const body = {
      relation: kind,
      ...(kind === 'owner' && share.trim() ? { share: share.trim() } : {}),
      ...(from ? { from } : {}),
      ...(to ? { to } : {}),
    };
    const made = await send.run(once =>
      held
        ? data(
            api.PUT('/relations/{id}', {
              params: { path: { id: held.id }, header: match(held.version) },
              body,
            }),
          )
        : data(
            api.POST('/customers/{id}/relations', {
              params: { path: { id: customer.id }, header: once },
              body: { ...body, roomId: room },
            }),
          ),
    );
    if (!made) return;
    toast(t(to ? 'relation.ended' : 'relation.saved'));
    await client.invalidateQueries({ queryKey: ['customer', customer.id] });
    await client.invalidateQueries({ queryKey: ['household'] });
    close();
  };
  return (
    <form className="staff-form panel" onSubmit={submit} noValidate aria-label={t('relation.form')}>
      <div className="grid-2">
        {held ? (
          <p className="b">{held.label}</p>
        ) : (
          <RoomField label={t('customers.room')} value={room} error={send.fields.roomId} onPick={setRoom} />
        )}
        <Field label={t('customers.relation')} error={send.fields.relation} newer={edit.newer.kind}>
          {a => (
            <Select
              {...a}
              value={kind}
              onChange={(k: RelationKind) => set({ kind: k })}
              options={relations.map(value => ({ value, label: t(`relation.${value}`) }))}
            />
          )}
        </Field>
        {kind === 'owner' && (
          <Field
            label={t('relation.share')}
            error={send.fields.share}
            newer={edit.newer.share}
            hint={t('relation.share.hint')}
          >
            {a => <Input {...a} value={share} onChange={e => set({ share: e.target.value })} />}
          </Field>
        )}
        <Field label={t('relation.from')} error={send.fields.from} newer={edit.newer.from}>
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={from}
              onChange={e => set({ from: e.target.value })}
            />
          )}
        </Field>
        <Field
          label={t('relation.to')}
          error={send.fields.to}
          newer={edit.newer.to}
          hint={t('relation.to.hint')}
        >
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={to}
              onChange={e => set({ to: e.target.value })}
            />
          )}
        </Field>
      </div>
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

export function Rooms({ customer }: { customer: Customer }) {
  const can = useCan();
  const [open, setOpen] = useState<string>();
  const may = can('customer.relate') && !customer.erasedAt && !customer.mergedInto;
  return (
    <section aria-labelledby="rooms">
      <h2 className="sub" id="rooms">
        <span className="grow">{t('customer.rooms')}</span>
        {may && open !== 'new' && (
          <button type="button" className="link" onClick={() => setOpen('new')}>
            <Icon name="plus" size="s" /> {t('relation.add')}
          </button>
        )}
      </h2>
      {open === 'new' && (
        <RelationForm customer={customer} held={undefined} close={() => setOpen(undefined)} />
      )}
      {customer.rooms.length === 0 && open !== 'new' && <p className="dim3">{t('customer.rooms.none')}</p>}
      {customer.rooms.length > 0 && (
        <table className="t">
          <tbody>
            {customer.rooms.map(r => (
              <tr key={r.id} className={r.to ? 'dim3' : ''}>
                <td>
                  <Link to="/console/households/$roomId" params={{ roomId: r.roomId }}>
                    {r.label}
                  </Link>
                </td>
                <td className="dim">
                  {t(`relation.${r.relation}`)} {r.share ?? ''}
                </td>
                <td className="num dim3">
                  {r.from && t('household.since', { day: r.from })}{' '}
                  {r.to && t('household.until', { day: r.to })}
                </td>
                <td className="num">
                  {may && (
                    <button
                      type="button"
                      className="link"
                      aria-label={t('relation.change', {
                        room: r.label,
                        relation: t(`relation.${r.relation}`),
                      })}
                      onClick={() => setOpen(r.id)}
                    >
                      {t('relation.edit')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {customer.rooms
        .filter(r => r.id === open)
        .map(r => (
          <RelationForm key={r.id} customer={customer} held={r} close={() => setOpen(undefined)} />
        ))}
    </section>
  );
}
