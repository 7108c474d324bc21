// A tenancy as it is written down (CUS-08): room, term, money, registration, and who is in it.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Lease, LeaseBody } from '../../../kit/types.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { today } from '../customers/data.ts';
import { CustomerPick, RoomField } from '../customers/pick.tsx';

type Role = Lease['parties'][number]['role'];
type IdentityKind = NonNullable<Lease['parties'][number]['identityKind']>;
const roles = ['landlord', 'tenant', 'occupant', 'agent'] as const;
const papers = ['id_card', 'passport', 'home_return', 'taiwan', 'residence', 'credit_code'] as const;

interface Person {
  key: number;
  /** Whom the line was drawn from, as written then; undefined: a new one. */
  was?: string;
  role: Role;
  id: string;
  name: string;
  number: string;
  keptNumber: string;
  identityKind: IdentityKind;
  identity: string;
  keptIdentity: string;
}
// Lines that are drawn from the lease have their place for a key.
let people = 1000;
const person = ({ key = ++people, ...part }: Partial<Person>): Person => ({
  key,
  role: 'tenant',
  id: '',
  name: '',
  number: '',
  keptNumber: '',
  identityKind: 'id_card',
  identity: '',
  keptIdentity: '',
  ...part,
});

const text = (s: string) => s.trim() || undefined;

interface Values {
  from: string;
  to: string;
  rent: string;
  deposit: string;
  registrationNo: string;
  registeredOn: string;
  emergencyName: string;
  emergencyRelation: string;
  emergencyNumber: string;
  notes: string;
  tenantBilled: boolean;
  people: Person[];
}

const asWritten = (p: Lease['parties'][number]) =>
  JSON.stringify([p.customerId, p.name, p.number, p.identity]);

const valuesOf = (l: Lease | undefined): Values => ({
  from: l?.from ?? today(),
  to: l?.to ?? '',
  rent: l?.rent ?? '',
  deposit: l?.deposit ?? '',
  registrationNo: l?.registrationNo ?? '',
  registeredOn: l?.registeredOn ?? '',
  emergencyName: l?.emergencyName ?? '',
  emergencyRelation: l?.emergencyRelation ?? '',
  emergencyNumber: '',
  notes: l?.notes ?? '',
  tenantBilled: l?.tenantBilled ?? false,
  people: l
    ? l.parties.map((p, index) =>
        person({
          key: index,
          was: asWritten(p),
          role: p.role,
          id: p.customerId ?? '',
          name: p.name,
          keptNumber: p.number,
          keptIdentity: p.identity,
          identityKind: p.identityKind || 'id_card',
        }),
      )
    : [person({ key: 0, role: 'landlord' }), person({ key: 1, role: 'tenant' })],
});

/** A line that nobody filled in is not sent. */
function bodyOf(v: Values, lease: Lease | undefined): LeaseBody {
  // Somebody else may have taken people away meanwhile: a line keeps what is stored of whom it was drawn from.
  const parties = (lease?.parties ?? []).map(asWritten);
  return {
    from: v.from,
    to: text(v.to),
    rent: text(v.rent),
    deposit: text(v.deposit),
    registrationNo: text(v.registrationNo),
    registeredOn: text(v.registeredOn),
    emergencyName: text(v.emergencyName),
    emergencyRelation: text(v.emergencyRelation),
    emergencyNumber: text(v.emergencyNumber),
    keepEmergencyNumber: Boolean(lease?.emergencyNumber),
    notes: text(v.notes),
    tenantBilled: v.tenantBilled,
    parties: v.people
      .filter(p => p.was !== undefined || p.id || p.name.trim())
      .map(p => ({
        role: p.role,
        ...(p.was !== undefined && parties.includes(p.was) ? { index: parties.indexOf(p.was) } : {}),
        ...(p.id ? { customerId: p.id } : { name: text(p.name) }),
        number: text(p.number),
        ...(p.identity.trim() ? { identityKind: p.identityKind, identity: p.identity.trim() } : {}),
      })),
  };
}

function Party(props: {
  at: number;
  p: Person;
  set: (part: Partial<Person>) => void;
  drop: () => void;
  fields: Record<string, string>;
}) {
  const { at, p, set, drop, fields } = props;
  const error = (name: string) => fields[`parties[${at}].${name}`];
  return (
    <li>
      <div className="row top-row">
        <div className="grid-2 grow">
          <Field label={t('leases.role')} error={error('role')}>
            {a => (
              <Select
                {...a}
                value={p.role}
                onChange={(role: Role) => set({ role })}
                options={roles.map(value => ({ value, label: t(`lease.${value}`) }))}
              />
            )}
          </Field>
          <Field label={t('leases.archive')} error={error('customerId')}>
            {a => (
              <CustomerPick
                field={a}
                value={p.id}
                name={p.id ? p.name : ''}
                onPick={(id, name) => set({ id, name, was: undefined })}
              />
            )}
          </Field>
          {!p.id && (
            <>
              <Field label={t('leases.name')} error={error('name')}>
                {a => <Input {...a} value={p.name} onChange={e => set({ name: e.target.value })} />}
              </Field>
              <Field label={t('customer.mobile')} error={error('number')} hint={p.keptNumber}>
                {a => (
                  <Input
                    {...a}
                    inputMode="tel"
                    value={p.number}
                    onChange={e => set({ number: e.target.value })}
                  />
                )}
              </Field>
              <Field label={t('customer.identity.kind')}>
                {a => (
                  <Select
                    {...a}
                    value={p.identityKind}
                    onChange={(identityKind: IdentityKind) => set({ identityKind })}
                    options={papers.map(value => ({ value, label: t(`identity.${value}`) }))}
                  />
                )}
              </Field>
              <Field label={t('customer.identity')} error={error('identity')} hint={p.keptIdentity}>
                {a => <Input {...a} value={p.identity} onChange={e => set({ identity: e.target.value })} />}
              </Field>
            </>
          )}
        </div>
        <button
          type="button"
          className="btn quiet"
          aria-label={t('leases.drop', { n: at + 1 })}
          onClick={drop}
        >
          <Icon name="x" />
        </button>
      </div>
    </li>
  );
}

export function LeaseForm({
  lease,
  room,
  close,
}: {
  lease: Lease | undefined;
  room: string;
  close: () => void;
}) {
  const client = useQueryClient();
  const send = useSend();
  const [at, setAt] = useState(lease?.roomId ?? room);
  const [setLet, setSetLet] = useState(true);
  const [v, set, edit] = useEdit(valuesOf(lease));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!at) wrong.roomId = t('form.missing');
    if (!v.from) wrong.from = t('form.missing');
    if (!send.fix(wrong)) return;
    const body = bodyOf(v, lease);
    const made = await send.run(once =>
      lease
        ? data(
            api.PUT('/leases/{id}', {
              params: { path: { id: lease.id }, header: match(lease.version) },
              body,
            }),
          )
        : data(api.POST('/leases', { params: { header: once }, body: { ...body, roomId: at, setLet } })),
    );
    if (!made) return;
    toast(t('leases.saved', { room: made.label }));
    for (const key of ['leases', 'household', 'customer'])
      await client.invalidateQueries({ queryKey: [key] });
    close();
  };
  const line = (
    name: Exclude<keyof Values, 'people' | 'tenantBilled'>,
    label: string,
    kind = 'text',
    hint?: string,
  ) => (
    <Field label={label} error={send.fields[name]} newer={edit.newer[name]} hint={hint}>
      {a =>
        kind === 'date' ? (
          <input
            {...a}
            type="date"
            className="text"
            value={v[name]}
            onChange={e => set({ [name]: e.target.value })}
          />
        ) : (
          <Input {...a} value={v[name]} onChange={e => set({ [name]: e.target.value })} />
        )
      }
    </Field>
  );
  return (
    <form className="staff-form panel" onSubmit={submit} noValidate aria-label={t('leases.form')}>
      <div className="grid-2">
        {lease ? (
          <p className="b check">{lease.label}</p>
        ) : (
          <RoomField label={t('customers.room')} value={at} error={send.fields.roomId} onPick={setAt} />
        )}
        {!lease && (
          <label className="row check">
            <input type="checkbox" checked={setLet} onChange={e => setSetLet(e.target.checked)} />
            {t('leases.set_let')}
          </label>
        )}
        {line('from', t('leases.from'), 'date')}
        {line('to', t('leases.to'), 'date')}
        {line('rent', t('leases.rent'))}
        {line('deposit', t('leases.deposit'))}
        {line('registrationNo', t('leases.registration'))}
        {line('registeredOn', t('leases.registered'), 'date')}
        <label className="row check">
          <input
            type="checkbox"
            checked={v.tenantBilled}
            onChange={e => set({ tenantBilled: e.target.checked })}
          />
          {t('leases.tenant_billed')} <NewerNote of={edit.newer.tenantBilled} />
        </label>
      </div>
      <fieldset className="stack wide-set">
        <legend className="sub">{t('leases.people')}</legend>
        <NewerNote of={edit.newer.people} />
        <ul className="people-in">
          {v.people.map((p, i) => (
            <Party
              key={p.key}
              at={i}
              p={p}
              fields={send.fields}
              set={part => set({ people: v.people.map(x => (x.key === p.key ? { ...x, ...part } : x)) })}
              drop={() => set({ people: v.people.filter(x => x.key !== p.key) })}
            />
          ))}
        </ul>
        <p>
          <button
            type="button"
            className="btn"
            onClick={() => set({ people: [...v.people, person({ role: 'occupant' })] })}
          >
            <Icon name="plus" />
            {t('leases.add')}
          </button>
        </p>
      </fieldset>
      <div className="grid-2">
        {line('emergencyName', t('customer.emergency.name'))}
        {line('emergencyRelation', t('customer.emergency.relation'))}
        {line('emergencyNumber', t('customer.emergency.number'), 'text', lease?.emergencyNumber)}
        {line('notes', t('customer.notes.only'))}
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
