// Parcels of responsibility: who keeps, cleans and greens which rooms.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Parcel } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { parcelKinds, useTree } from './data.ts';
import './housing.css';

const route = getRouteApi('/console/housing/parcels');

const useParcels = () => {
  const community = useCommunity();
  return useQuery({
    queryKey: ['housing', 'parcels', community],
    queryFn: async () => (await data(api.GET('/parcels', { params: { query: { community } } }))).items,
  });
};

function useStaffOptions() {
  const can = useCan();
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['staff', 'colleagues', community],
    queryFn: async () =>
      (await data(api.GET('/staff', { params: { query: { community, state: 'active', limit: 200 } } })))
        .items,
    enabled: can('staff.view'),
  });
  return (query.data ?? []).map(m => ({
    value: m.id,
    label: [m.name, m.agentNo, m.position].filter(Boolean).join(' '),
  }));
}

/** Buildings and units in one list: "b:" and "u:" tell them apart. */
function Assign({ parcel }: { parcel: Parcel }) {
  const client = useQueryClient();
  const tree = useTree().data ?? [];
  const send = useSend();
  const [chosen, setChosen] = useState<string[]>([]);
  const options = tree.flatMap(b => [
    { value: `b:${b.id}`, label: b.name },
    ...b.units.map(u => ({ value: `u:${u.id}`, label: `${b.name}${t('housing.unit', { code: u.code })}` })),
  ]);
  const put = async (out: boolean) => {
    const of = (kind: string) => chosen.filter(c => c.startsWith(kind)).map(c => c.slice(2));
    const made = await send.run(once =>
      data(
        api.POST('/parcels/{id}/rooms', {
          params: { path: { id: parcel.id }, header: { ...match(parcel.version), ...once } },
          body: { out, buildings: of('b:'), units: of('u:') },
        }),
      ),
    );
    if (!made) return;
    toast(t('housing.parcel.rooms.now', { name: made.name, n: made.rooms }));
    setChosen([]);
    await client.invalidateQueries({ queryKey: ['housing'] });
  };
  return (
    <section className="stack" aria-label={t('housing.parcel.assign')}>
      <h3 className="sub">{t('housing.parcel.assign')}</h3>
      <ul className="lines">
        {parcel.parts.map(p => (
          <li key={`${p.buildingId}${p.unit ?? ''}`}>
            <span className="grow">
              {p.building}
              {p.unit ? t('housing.unit', { code: p.unit }) : ''}
            </span>
            <span className="dim">{t('housing.rooms.n', { n: p.rooms })}</span>
          </li>
        ))}
      </ul>
      {parcel.rooms > 0 && (
        <Link to="/console/housing/rooms" search={{ parcel: parcel.id }}>
          {t('housing.parcel.see')}
        </Link>
      )}
      <Field label={t('housing.parcel.where')}>
        {a => (
          <Select
            {...a}
            mode="multiple"
            value={chosen}
            onChange={setChosen}
            options={options}
            showSearch={{ optionFilterProp: 'label' }}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button
          type="button"
          className="btn"
          disabled={send.busy || chosen.length === 0}
          onClick={() => void put(false)}
        >
          {t('housing.parcel.in')}
        </button>
        <button
          type="button"
          className="btn quiet"
          disabled={send.busy || chosen.length === 0}
          onClick={() => void put(true)}
        >
          {t('housing.parcel.out')}
        </button>
      </p>
    </section>
  );
}

function Editor({ parcel, onDone }: { parcel: Parcel | undefined; onDone: (id?: string) => void }) {
  const community = useCommunity();
  const client = useQueryClient();
  const staff = useStaffOptions();
  const send = useSend();
  const [{ kind, name, staffId, notes }, set, edit] = useEdit({
    kind: parcel?.kind ?? ('keeper' as Parcel['kind']),
    name: parcel?.name ?? '',
    staffId: parcel?.staffId ?? '',
    notes: parcel?.notes ?? '',
  });
  const refresh = () => client.invalidateQueries({ queryKey: ['housing'] });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(name.trim() ? {} : { name: t('form.missing') })) return;
    const body = { kind, name: name.trim(), notes: notes.trim(), ...(staffId ? { staffId } : {}) };
    const made = await send.run(once =>
      parcel
        ? data(
            api.PUT('/parcels/{id}', {
              params: { path: { id: parcel.id }, header: match(parcel.version) },
              body,
            }),
          )
        : data(api.POST('/parcels', { params: { header: once }, body: { ...body, community } })),
    );
    if (!made) return;
    edit.saved();
    toast(t('housing.saved'));
    await refresh();
    onDone(made.id);
  };
  const remove = async () => {
    if (!parcel) return;
    const params = { path: { id: parcel.id }, header: match(parcel.version) };
    const made = await send.run(async () => {
      await api.DELETE('/parcels/{id}', { params });
      return true;
    });
    if (!made) return;
    toast(t('housing.deleted', { name: parcel.name }));
    await refresh();
    onDone();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Choice<Parcel['kind']>
        legend={t('housing.parcel.kind')}
        name="kind"
        value={kind}
        onChange={value => set({ kind: value })}
        error={send.fields.kind}
        newer={edit.newer.kind}
        options={parcelKinds.map(value => ({ value, label: t(`housing.parcel.${value}`) }))}
      />
      <Field label={t('housing.parcel.name')} error={send.fields.name} newer={edit.newer.name} required>
        {a => <Input {...a} value={name} onChange={e => set({ name: e.target.value })} />}
      </Field>
      <Field label={t('housing.parcel.staff')} error={send.fields.staffId} newer={edit.newer.staffId}>
        {a => (
          <Select
            {...a}
            allowClear
            value={staffId || undefined}
            onChange={(v: string | undefined) => set({ staffId: v ?? '' })}
            options={staff}
            showSearch={{ optionFilterProp: 'label' }}
          />
        )}
      </Field>
      <Field label={t('housing.notes')} error={send.fields.notes} newer={edit.newer.notes}>
        {a => <Input {...a} value={notes} onChange={e => set({ notes: e.target.value })} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={() => onDone()}>
          {t('form.back')}
        </button>
        {parcel && (
          <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void remove()}>
            {t('housing.delete')}
          </button>
        )}
      </p>
    </form>
  );
}

export function ParcelsPage() {
  const can = useCan();
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useParcels();
  const go = (id?: string) => void navigate({ search: id ? { open: id } : {}, replace: true });
  const parcel = query.data?.find(p => p.id === open);
  const editing = can('housing.edit') && (open === 'new' || parcel !== undefined);
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('housing.parcels')}</H1>
        <p className="dim">{t('housing.parcels.note')}</p>
        <span className="grow" />
        {can('housing.edit') && (
          <button type="button" className="btn go" onClick={() => go('new')}>
            <Icon name="plus" />
            {t('housing.parcel.new')}
          </button>
        )}
      </header>
      <Tabs of="housing" />
      <div className={editing ? 'page-body two-cols' : 'page-body flush'}>
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={6} />}
          {query.data?.length === 0 && <Empty>{t('housing.parcels.none')}</Empty>}
          {query.data && query.data.length > 0 && (
            <table className="grid">
              <thead>
                <tr>
                  <th>{t('housing.parcel.name')}</th>
                  <th>{t('housing.parcel.kind')}</th>
                  <th>{t('housing.parcel.staff')}</th>
                  <th className="num">{t('housing.parcel.count')}</th>
                  <th>{t('housing.parcel.where')}</th>
                </tr>
              </thead>
              <tbody>
                {query.data.map(p => (
                  <tr key={p.id} className={p.id === open ? 'on' : ''}>
                    <td className="b">
                      <Link to="/console/housing/parcels" search={{ open: p.id }}>
                        {p.name}
                      </Link>
                    </td>
                    <td>{t(`housing.parcel.${p.kind}`)}</td>
                    <td>{p.staffName ?? '–'}</td>
                    <td className="num">{p.rooms}</td>
                    <td className="dim cut">
                      {[...new Set(p.parts.map(x => x.building))].join(t('why.join')) || '–'}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
        {editing && (
          <aside className="state-side" aria-label={parcel?.name ?? t('housing.parcel.new')}>
            <Editor key={open} parcel={parcel} onDone={go} />
            {parcel && <Assign parcel={parcel} />}
          </aside>
        )}
      </div>
    </main>
  );
}
