// One parking space: what it is, and who has it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { Space } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field, NewerNote } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { PersonOf } from './people.tsx';

const kinds = ['owned', 'rented', 'public'] as const satisfies Space['kind'][];
const places = ['standard', 'tandem', 'small', 'accessible', 'charger'] as const satisfies Space['place'][];

interface Pane {
  id: string;
  onDone: (id: string) => void;
  onClose: () => void;
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['parking'] });
}

function SpaceForm({ space, onDone, onClose }: Omit<Pane, 'id'> & { space: Space | undefined }) {
  const community = useCommunity();
  const send = useSend();
  const refresh = useRefresh();
  const [values, set, edit] = useEdit({
    number: space?.number ?? '',
    area: space?.area ?? '',
    kind: space?.kind ?? ('owned' as Space['kind']),
    place: space?.place ?? ('standard' as Space['place']),
    room: space?.roomLabel ?? '',
    blocked: space?.state === 'blocked',
    notes: space?.notes ?? '',
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(values.number.trim() ? {} : { number: t('form.missing') })) return;
    const made = await send.run(once =>
      space
        ? data(
            api.PUT('/parking/spaces/{id}', {
              params: { path: { id: space.id }, header: match(space.version) },
              body: values,
            }),
          )
        : data(api.POST('/parking/spaces', { params: { header: once }, body: { ...values, community } })),
    );
    if (!made) return;
    edit.saved();
    toast(t('housing.saved'));
    await refresh();
    onDone(made.id);
  };
  const text = (name: 'number' | 'area' | 'room' | 'notes') => (
    <Field
      key={name}
      label={t(`parking.space.${name}`)}
      error={send.fields[name]}
      newer={edit.newer[name]}
      required={name === 'number'}
    >
      {a => <Input {...a} value={values[name]} onChange={e => set({ [name]: e.target.value })} />}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {text('number')}
      {text('area')}
      <Field label={t('parking.kind')} error={send.fields.kind} newer={edit.newer.kind}>
        {a => (
          <Select
            {...a}
            value={values.kind}
            onChange={kind => set({ kind })}
            options={kinds.map(value => ({ value, label: t(`parking.kind.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('parking.place')} newer={edit.newer.place}>
        {a => (
          <Select
            {...a}
            value={values.place}
            onChange={place => set({ place })}
            options={places.map(value => ({ value, label: t(`parking.place.${value}`) }))}
          />
        )}
      </Field>
      {text('room')}
      {text('notes')}
      {!space?.customerId && (
        <label className="tick">
          <input
            type="checkbox"
            checked={values.blocked}
            onChange={e => set({ blocked: e.target.checked })}
          />
          {t('parking.state.blocked')}
        </label>
      )}
      <NewerNote of={edit.newer.blocked} />
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

function Give({ space }: { space: Space }) {
  const send = useSend();
  const refresh = useRefresh();
  const [room, setRoom] = useState('');
  const [customerId, setCustomer] = useState('');
  const [state, setState] = useState<'sold' | 'let'>(space.kind === 'owned' ? 'sold' : 'let');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(customerId ? {} : { customerId: t('form.missing') })) return;
    const body = { customerId, state, ...(from ? { from } : {}), ...(to ? { to } : {}) };
    const made = await send.run(() =>
      data(
        api.PUT('/parking/spaces/{id}/holder', {
          params: { path: { id: space.id }, header: match(space.version) },
          body,
        }),
      ),
    );
    if (!made) return;
    toast(t('parking.given', { number: space.number }));
    await refresh();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('parking.give')}>
      <h3 className="sub">{t('parking.give')}</h3>
      <Field label={t('parking.field.room')} error={send.fields.room}>
        {a => <Input {...a} value={room} placeholder="3-2-1502" onChange={e => setRoom(e.target.value)} />}
      </Field>
      <PersonOf
        label={t('parking.holder')}
        room={room}
        value={customerId}
        shown={undefined}
        onChange={setCustomer}
        error={send.fields.customerId}
        required
      />
      <Choice<'sold' | 'let'>
        legend={t('parking.give.how')}
        name="how"
        value={state}
        onChange={setState}
        error={send.fields.state}
        options={[
          { value: 'sold', label: t('parking.state.sold') },
          { value: 'let', label: t('parking.state.let') },
        ]}
      />
      <div className="pair">
        <Field label={t('parking.from')} error={send.fields.from}>
          {a => (
            <input {...a} type="date" className="text" value={from} onChange={e => setFrom(e.target.value)} />
          )}
        </Field>
        <Field label={t('parking.till')} error={send.fields.to}>
          {a => (
            <input {...a} type="date" className="text" value={to} onChange={e => setTo(e.target.value)} />
          )}
        </Field>
      </div>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn" disabled={send.busy}>
          {t('parking.give.do')}
        </button>
      </p>
    </form>
  );
}

function Held({ space }: { space: Space }) {
  const send = useSend();
  const refresh = useRefresh();
  const back = async () => {
    const params = { path: { id: space.id }, header: match(space.version) };
    const made = await send.run(() => data(api.DELETE('/parking/spaces/{id}/holder', { params })));
    if (!made) return;
    toast(t('parking.taken', { number: space.number }));
    await refresh();
  };
  return (
    <div className="stack">
      <p>
        {t(`parking.state.${space.state}`)} · <b>{space.holder ?? '–'}</b>{' '}
        <span className="dim">{t('parking.from_to', { from: space.from ?? '', to: space.to ?? '' })}</span>
      </p>
      <p>
        <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void back()}>
          {t('parking.take')}
        </button>
      </p>
      <TroubleNote trouble={send.trouble} />
    </div>
  );
}

function SpaceFacts({ id, onClose }: Pane) {
  const can = useCan();
  const query = useQuery({
    queryKey: ['parking', 'space', id],
    queryFn: () => data(api.GET('/parking/spaces/{id}', { params: { path: { id } } })),
  });
  if (query.isPending) return <Skeleton rows={6} />;
  if (!query.data) return <ErrorNote query={query} />;
  const space = query.data;
  return (
    <>
      {space.customerId && <Held space={space} />}
      {can('parking.edit') && space.state === 'free' && <Give space={space} />}
      {can('parking.edit') && <SpaceForm space={space} onDone={() => undefined} onClose={onClose} />}
      {space.history.length > 0 && (
        <section>
          <h3 className="sub">{t('parking.history')}</h3>
          <ul className="lines">
            {space.history.map(h => (
              <li key={h.id}>
                <span className="grow">
                  {h.holder ?? '–'} · {t(`parking.state.${h.state}`)}
                </span>
                <span className="dim3">{t('parking.from_to', { from: h.from ?? '', to: h.endedOn })}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

export function SpacePane(props: Pane) {
  return (
    <aside className="state-side" aria-label={t(props.id === 'new' ? 'parking.space.new' : 'parking.space')}>
      <h2>{t(props.id === 'new' ? 'parking.space.new' : 'parking.space')}</h2>
      {props.id === 'new' ? <SpaceForm {...props} space={undefined} /> : <SpaceFacts {...props} />}
    </aside>
  );
}
