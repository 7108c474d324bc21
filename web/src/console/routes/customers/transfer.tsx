// A room changes hands (过户): who leaves, who comes, with which share; what will happen is read before it is saved.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Resident, Transferable, TransferBody } from '../../../kit/types.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { today } from './data.ts';
import { CustomerPick, RoomField } from './pick.tsx';

const route = getRouteApi('/console/customers/transfer');

interface Comer {
  key: number;
  known: 'known' | 'new';
  id: string;
  name: string;
  mobile: string;
  share: string;
}
let comers = 0;
const comer = (): Comer => ({ key: ++comers, known: 'known', id: '', name: '', mobile: '', share: '' });

interface Plan {
  day: string;
  owners: Comer[];
  familyLeaves: boolean;
  tenantsLeave: boolean;
  keepAsTenants: boolean;
}

function bodyOf(room: string, plan: Plan): TransferBody {
  return {
    roomId: room,
    day: plan.day,
    familyLeaves: plan.familyLeaves,
    tenantsLeave: plan.tenantsLeave,
    keepAsTenants: plan.keepAsTenants,
    owners: plan.owners.map(o => ({
      ...(o.share.trim() ? { share: o.share.trim() } : {}),
      ...(o.known === 'known'
        ? { customerId: o.id }
        : {
            new: {
              kind: 'person' as const,
              name: o.name.trim(),
              ...(o.mobile.trim() ? { mobiles: [{ number: o.mobile.trim(), primary: true }] } : {}),
            },
          }),
    })),
  };
}

const leaves = (p: Resident, plan: Plan): boolean =>
  p.relation === 'owner' || (p.relation === 'tenant' ? plan.tenantsLeave : plan.familyLeaves);

/** What saving will do, in sentences. */
function Will({ people, plan }: { people: Resident[]; plan: Plan }) {
  const going = people.filter(p => leaves(p, plan));
  const staying = people.filter(p => !leaves(p, plan));
  const names = plan.owners.filter(o => o.name);
  return (
    <section aria-labelledby="will">
      <h2 className="sub" id="will">
        {t('transfer.will')}
      </h2>
      <ul className="will">
        {going.map(p => (
          <li key={p.relationId}>
            {t('transfer.ends', { name: p.name, relation: t(`relation.${p.relation}`), day: plan.day })}
            {plan.keepAsTenants && p.relation === 'owner' && ` ${t('transfer.stays_tenant')}`}
          </li>
        ))}
        {names.map(o => (
          <li key={o.key}>
            {t('transfer.begins', { name: o.name, day: plan.day })}
            {o.share.trim() && ` ${t('transfer.share', { share: o.share.trim() })}`}
          </li>
        ))}
        {staying.map(p => (
          <li key={p.relationId} className="dim">
            {t('transfer.stays', { name: p.name, relation: t(`relation.${p.relation}`) })}
          </li>
        ))}
        {going.length + names.length + staying.length === 0 && (
          <li className="dim">{t('transfer.nothing')}</li>
        )}
      </ul>
    </section>
  );
}

function Owner(props: {
  at: number;
  owner: Comer;
  set: (part: Partial<Comer>) => void;
  drop: (() => void) | undefined;
  fields: Record<string, string>;
}) {
  const { at, owner, set, drop, fields } = props;
  const f = (name: string) => fields[`owners[${at}].${name}`];
  return (
    <li>
      <div className="row">
        <Choice<'known' | 'new'>
          legend={t('transfer.owner', { n: at + 1 })}
          name={`owner${owner.key}`}
          value={owner.known}
          onChange={known => set({ known, id: '', name: '' })}
          options={[
            { value: 'known', label: t('transfer.known') },
            { value: 'new', label: t('transfer.new') },
          ]}
        />
        <span className="grow" />
        {drop && (
          <button
            type="button"
            className="btn quiet"
            aria-label={t('transfer.drop', { n: at + 1 })}
            onClick={drop}
          >
            <Icon name="x" />
          </button>
        )}
      </div>
      <div className="grid-2">
        {owner.known === 'known' ? (
          <Field label={t('transfer.who')} error={f('customerId')} required>
            {a => (
              <CustomerPick
                field={a}
                value={owner.id}
                name={owner.name}
                onPick={(id, name) => set({ id, name })}
              />
            )}
          </Field>
        ) : (
          <>
            <Field label={t('customer.name')} error={f('new.name')} required>
              {a => <Input {...a} value={owner.name} onChange={e => set({ name: e.target.value })} />}
            </Field>
            <Field label={t('customer.mobile')} error={f('new.mobiles[0].number')}>
              {a => (
                <Input
                  {...a}
                  inputMode="tel"
                  value={owner.mobile}
                  onChange={e => set({ mobile: e.target.value })}
                />
              )}
            </Field>
          </>
        )}
        <Field label={t('relation.share')} error={f('share')} hint={t('relation.share.hint')}>
          {a => <Input {...a} value={owner.share} onChange={e => set({ share: e.target.value })} />}
        </Field>
      </div>
    </li>
  );
}

function Check(props: { label: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label className="row check">
      <input type="checkbox" checked={props.on} onChange={e => props.set(e.target.checked)} />
      {props.label}
    </label>
  );
}

function Form({ found }: { found: Transferable }) {
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const send = useSend();
  const [plan, setPlan] = useState<Plan>(() => ({
    day: today(),
    owners: [comer()],
    familyLeaves: true,
    tenantsLeave: false,
    keepAsTenants: false,
  }));
  const set = (part: Partial<Plan>) => setPlan(old => ({ ...old, ...part }));
  const refresh = () =>
    Promise.all(
      ['household', 'customer', 'customers', 'transfer'].map(key =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    );
  const undo = async (id: string, version: number) => {
    try {
      await data(api.POST('/transfers/{id}/undo', { params: { path: { id }, header: match(version) } }));
      toast(t('transfer.undone'));
    } catch (error) {
      toast(explain(error));
    }
    await refresh();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    plan.owners.forEach((o, i) => {
      if (o.known === 'known' && !o.id) wrong[`owners[${i}].customerId`] = t('form.missing');
      if (o.known === 'new' && !o.name.trim()) wrong[`owners[${i}].new.name`] = t('form.missing');
    });
    if (!plan.day) wrong.day = t('form.missing');
    if (!send.fix(wrong)) return;
    const made = await send.run(once =>
      data(api.POST('/transfers', { params: { header: once }, body: bodyOf(found.room.id, plan) })),
    );
    if (!made) return;
    await refresh();
    toast(t('transfer.done', { room: found.room.label }), () => void undo(made.id, made.version));
    void navigate({ to: '/console/households/$roomId', params: { roomId: found.room.id } });
  };
  return (
    <form className="staff-form" onSubmit={submit} noValidate>
      {found.obstacles.length > 0 && (
        <ul className="trouble stack" role="alert">
          {found.obstacles.map(o => (
            <li key={o.name}>{o.message}</li>
          ))}
        </ul>
      )}
      <div className="grid-2">
        <Field label={t('transfer.day')} error={send.fields.day} hint={t('transfer.day.hint')} required>
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              max={today()}
              value={plan.day}
              onChange={e => set({ day: e.target.value })}
            />
          )}
        </Field>
      </div>
      <ul className="people-in">
        {plan.owners.map((owner, at) => (
          <Owner
            key={owner.key}
            at={at}
            owner={owner}
            fields={send.fields}
            set={part => set({ owners: plan.owners.map(o => (o.key === owner.key ? { ...o, ...part } : o)) })}
            drop={
              plan.owners.length > 1
                ? () => set({ owners: plan.owners.filter(o => o.key !== owner.key) })
                : undefined
            }
          />
        ))}
      </ul>
      <p>
        <button type="button" className="btn" onClick={() => set({ owners: [...plan.owners, comer()] })}>
          <Icon name="plus" />
          {t('transfer.add')}
        </button>
      </p>
      <div>
        <Check
          label={t('transfer.family')}
          on={plan.familyLeaves}
          set={familyLeaves => set({ familyLeaves })}
        />
        <Check
          label={t('transfer.tenants')}
          on={plan.tenantsLeave}
          set={tenantsLeave => set({ tenantsLeave })}
        />
        <Check
          label={t('transfer.keep')}
          on={plan.keepAsTenants}
          set={keepAsTenants => set({ keepAsTenants })}
        />
      </div>
      <Will people={found.people} plan={plan} />
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy || found.obstacles.length > 0}>
          {t(send.busy ? 'form.saving' : 'transfer.save')}
        </button>
        <Link className="btn quiet" to="/console/households/$roomId" params={{ roomId: found.room.id }}>
          {t('form.back')}
        </Link>
      </p>
    </form>
  );
}

export function TransferPage() {
  const { room = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({
    queryKey: ['transfer', room],
    queryFn: () => data(api.GET('/rooms/{id}/transfer', { params: { path: { id: room } } })),
    enabled: room !== '',
  });
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{query.data ? t('transfer.of', { room: query.data.room.label }) : t('transfer.title')}</H1>
      </header>
      <div className="page-body two-cols">
        <div className="stack">
          {!room && (
            <RoomField
              label={t('customers.room')}
              value=""
              onPick={id => void navigate({ search: id ? { room: id } : {} })}
            />
          )}
          <ErrorNote query={query} />
          {room && query.isPending && <Skeleton rows={6} />}
          {query.data && <Form key={query.data.room.id} found={query.data} />}
        </div>
      </div>
    </main>
  );
}
