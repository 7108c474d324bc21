// One vehicle: registered, changed, its permit prolonged, its registration ended.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { explain } from '../../../kit/explain.ts';
import { useSend } from '../../../kit/send.ts';
import type { Vehicle, VehicleBody } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { PersonOf } from './people.tsx';

const kinds = ['car', 'truck', 'motorcycle', 'other'] as const satisfies Vehicle['kind'][];

interface Pane {
  id: string;
  onDone: (id: string) => void;
  onClose: () => void;
}

const valuesOf = (v: Vehicle | undefined) => ({
  plate: v?.plate ?? '',
  kind: v?.kind ?? ('car' as Vehicle['kind']),
  brand: v?.brand ?? '',
  colour: v?.colour ?? '',
  room: v?.roomLabel ?? '',
  customerId: v?.customerId ?? '',
  space: v?.spaceNumber ?? '',
  permitFrom: v?.permitFrom ?? '',
  permitTo: v?.permitTo ?? '',
  notes: v?.notes ?? '',
});

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['parking'] });
}

function VehicleForm({ vehicle, onDone, onClose }: Omit<Pane, 'id'> & { vehicle: Vehicle | undefined }) {
  const community = useCommunity();
  const send = useSend();
  const refresh = useRefresh();
  const [values, set, edit] = useEdit(valuesOf(vehicle));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { permitFrom, permitTo, customerId, ...rest } = values;
    const body: VehicleBody = {
      ...rest,
      ...(customerId ? { customerId } : {}),
      ...(permitFrom ? { permitFrom } : {}),
      ...(permitTo ? { permitTo } : {}),
    };
    const made = await send.run(once =>
      vehicle
        ? data(
            api.PUT('/vehicles/{id}', {
              params: { path: { id: vehicle.id }, header: match(vehicle.version) },
              body,
            }),
          )
        : data(api.POST('/vehicles', { params: { header: once }, body: { ...body, community } })),
    );
    if (!made) return;
    edit.saved();
    toast(t('parking.saved', { plate: made.plate || t('parking.no_plate') }));
    await refresh();
    onDone(made.id);
  };
  const text = (name: 'plate' | 'room' | 'space' | 'brand' | 'colour', hint?: string) => (
    <Field
      key={name}
      label={t(`parking.field.${name}`)}
      error={send.fields[name]}
      newer={edit.newer[name]}
      hint={hint}
      required={name === 'room'}
    >
      {a => (
        <Input
          {...a}
          autoFocus={name === 'plate' && !vehicle}
          value={values[name]}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  const day = (name: 'permitFrom' | 'permitTo') => (
    <Field key={name} label={t(`parking.field.${name}`)} error={send.fields[name]} newer={edit.newer[name]}>
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
  );
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {text('plate', t('parking.plate.hint'))}
      {text('room')}
      <PersonOf
        label={t('parking.owner')}
        room={values.room}
        value={values.customerId}
        shown={vehicle?.owner}
        onChange={customerId => set({ customerId })}
        error={send.fields.customerId}
        newer={edit.newer.customerId}
      />
      {text('space')}
      <div className="pair">
        {day('permitFrom')}
        {day('permitTo')}
        {text('brand')}
        {text('colour')}
      </div>
      <Field label={t('parking.field.kind')} newer={edit.newer.kind}>
        {a => (
          <Select
            {...a}
            value={values.kind}
            onChange={kind => set({ kind })}
            options={kinds.map(value => ({ value, label: t(`parking.car.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('housing.notes')} error={send.fields.notes} newer={edit.newer.notes}>
        {a => <Input {...a} value={values.notes} onChange={e => set({ notes: e.target.value })} />}
      </Field>
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

function Renew({ vehicle }: { vehicle: Vehicle }) {
  const send = useSend();
  const refresh = useRefresh();
  const [to, setTo] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(to ? {} : { to: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/vehicles/{id}/renew', {
          params: { path: { id: vehicle.id }, header: { ...match(vehicle.version), ...once } },
          body: { to },
        }),
      ),
    );
    if (!made) return;
    setTo('');
    toast(t('parking.renewed', { plate: made.plate, day: made.permitTo ?? '' }));
    await refresh();
  };
  return (
    <form className="row" onSubmit={submit} noValidate>
      <Field label={t('parking.renew.to')} error={send.fields.to}>
        {a => <input {...a} type="date" className="text" value={to} onChange={e => setTo(e.target.value)} />}
      </Field>
      <button type="submit" className="btn" disabled={send.busy}>
        {t('parking.renew')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

function useEnd(vehicle: Vehicle) {
  const send = useSend();
  const refresh = useRefresh();
  const restore = async (version: number) => {
    try {
      await api.POST('/vehicles/{id}/restore', {
        params: { path: { id: vehicle.id }, header: match(version) },
      });
      toast(t('do.undone'));
    } catch (error) {
      toast(explain(error));
    }
    await refresh();
  };
  const end = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/vehicles/{id}/end', {
          params: { path: { id: vehicle.id }, header: { ...match(vehicle.version), ...once } },
          body: {},
        }),
      ),
    );
    if (!made) return;
    toast(t('parking.ended', { plate: vehicle.plate }), () => void restore(made.version));
    await refresh();
  };
  return { send, end, restore };
}

function VehicleFacts({ id, onClose }: Pane) {
  const can = useCan();
  const query = useQuery({
    queryKey: ['parking', 'vehicle', id],
    queryFn: () => data(api.GET('/vehicles/{id}', { params: { path: { id } } })),
  });
  if (query.isPending) return <Skeleton rows={6} />;
  if (!query.data) return <ErrorNote query={query} />;
  const vehicle = query.data;
  return (
    <>
      {can('parking.edit') && !vehicle.endedOn ? (
        <>
          <Renew vehicle={vehicle} />
          <VehicleForm vehicle={vehicle} onDone={() => undefined} onClose={onClose} />
          <End vehicle={vehicle} />
        </>
      ) : (
        <>
          <p>
            {[vehicle.plate, vehicle.roomLabel, vehicle.owner, vehicle.spaceNumber]
              .filter(Boolean)
              .join(' · ')}
          </p>
          {vehicle.endedOn && (
            <p className="dim">
              {t('parking.ended_on', { day: vehicle.endedOn })} {vehicle.endedWhy}
            </p>
          )}
          {can('parking.edit') && <End vehicle={vehicle} />}
        </>
      )}
      {vehicle.permits.length > 0 && (
        <section>
          <h3 className="sub">{t('parking.permits')}</h3>
          <ul className="lines">
            {vehicle.permits.map(p => (
              <li key={p.id}>
                <span className="grow">{t('parking.from_to', { from: p.from, to: p.to })}</span>
                <span className="dim3">{p.byName}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function End({ vehicle }: { vehicle: Vehicle }) {
  const { send, end, restore } = useEnd(vehicle);
  return (
    <div>
      <button
        type="button"
        className="btn quiet"
        disabled={send.busy}
        onClick={() => void (vehicle.endedOn ? restore(vehicle.version) : end())}
      >
        {t(vehicle.endedOn ? 'parking.restore' : 'parking.end')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </div>
  );
}

export function VehiclePane(props: Pane) {
  return (
    <aside className="state-side" aria-label={t(props.id === 'new' ? 'parking.new' : 'parking.one')}>
      <h2>{t(props.id === 'new' ? 'parking.new' : 'parking.one')}</h2>
      {props.id === 'new' ? <VehicleForm {...props} vehicle={undefined} /> : <VehicleFacts {...props} />}
    </aside>
  );
}
