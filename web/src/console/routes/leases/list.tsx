// Tenancies (CUS-08): running, to be looked at, ending, ended; and how the buildings are let.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Lease, LeaseCount } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { LeaseForm } from './form.tsx';
import { LeaseSide, missingWords } from './one.tsx';

const route = getRouteApi('/console/customers/leases');
const views = ['running', 'work', 'expiring', 'ended', 'all'] as const;

type Search = { view?: string; q?: string; open?: string; room?: string };

const names = (lease: Lease, role: 'landlord' | 'tenant'): string =>
  lease.parties
    .filter(p => p.role === role)
    .map(p => p.name)
    .join(t('why.join'));

function Left({ lease }: { lease: Lease }) {
  if (lease.endedOn) return <span className="dim3">{t('leases.ended.on', { day: lease.endedOn })}</span>;
  if (!lease.to) return <span className="dim">{t('leases.open')}</span>;
  const days = lease.daysLeft ?? 0;
  return (
    <span className={days <= 30 ? 'warn' : 'dim'}>
      {lease.to} {days < 0 ? t('leases.over', { n: -days }) : days <= 30 ? t('leases.left', { n: days }) : ''}
    </span>
  );
}

function Table({ rows, open }: { rows: Lease[]; open: (id: string) => void }) {
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('customers.room')}</th>
          <th>{t('lease.tenant')}</th>
          <th>{t('lease.landlord')}</th>
          <th className="num">{t('leases.rent')}</th>
          <th>{t('leases.to')}</th>
          <th>{t('leases.checked')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(lease => (
          <tr key={lease.id}>
            <td className="b">
              <button type="button" className="link" onClick={() => open(lease.id)}>
                {lease.label}
              </button>
            </td>
            <td className="cut">{names(lease, 'tenant') || '–'}</td>
            <td className="cut">{names(lease, 'landlord') || '–'}</td>
            <td className="num">{lease.rent ?? '–'}</td>
            <td className="nw">
              <Left lease={lease} />
            </td>
            <td className="cut">
              {lease.endedOn ? (
                '–'
              ) : lease.missing.length > 0 ? (
                <span className="warn">{t('leases.missing.short', { what: missingWords(lease) })}</span>
              ) : lease.unverified ? (
                <span className="warn">{t('leases.unverified.short')}</span>
              ) : (
                <span className="dim">{lease.verifiedOn}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Counts({ rows }: { rows: LeaseCount[] }) {
  return (
    <section aria-labelledby="let">
      <h2 className="sub pad" id="let">
        {t('leases.statistics')}
      </h2>
      <table className="grid">
        <thead>
          <tr>
            <th>{t('leases.building')}</th>
            <th className="num">{t('leases.rooms')}</th>
            <th className="num">{t('leases.let')}</th>
            <th>{t('leases.share')}</th>
            <th className="num">{t('leases.occupants')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(r => (
            <tr key={r.buildingId}>
              <td>{r.building}</td>
              <td className="num">{r.rooms}</td>
              <td className="num">{r.let}</td>
              <td>
                <span className="share-bar">
                  <i style={{ width: `${r.letPermille / 10}%` }} />
                </span>
                {(r.letPermille / 10).toFixed(1)}%
              </td>
              <td className="num">{r.occupants}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Interval() {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const query = useQuery({
    queryKey: ['leases', 'setting', community],
    queryFn: () => data(api.GET('/lease-settings', { params: { query: { community } } })),
  });
  const [days, setDays] = useState<string>();
  const setting = query.data;
  if (!setting) return null;
  const typed = days ?? String(setting.verifyDays);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const n = Number(typed);
    if (
      !send.fix(Number.isInteger(n) && n > 0 && n <= 1000 ? {} : { verifyDays: t('leases.interval.wrong') })
    )
      return;
    const made = await send.run(() =>
      data(
        api.PUT('/lease-settings', {
          params: { query: { community }, header: match(setting.version) },
          body: { verifyDays: n },
        }),
      ),
    );
    if (!made) return;
    toast(t('leases.interval.saved'));
    setDays(undefined);
    await client.invalidateQueries({ queryKey: ['leases'] });
  };
  return (
    <form className="row pad-row" onSubmit={submit} noValidate>
      <Field label={t('leases.interval')} error={send.fields.verifyDays}>
        {a => <Input {...a} inputMode="numeric" value={typed} onChange={e => setDays(e.target.value)} />}
      </Field>
      <button type="submit" className="btn" disabled={send.busy || typed === String(setting.verifyDays)}>
        {t('form.save')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

export function LeasesPage() {
  const search: Search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const community = useCommunity();
  const [form, setForm] = useState<'new' | 'edit' | undefined>(search.open === 'new' ? 'new' : undefined);
  const set = (part: Search) => void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const view = views.find(v => v === search.view) ?? 'running';
  const q = useDeferredValue(search.q);
  const query = { community, view, ...(q ? { q } : {}) };
  const list = useInfiniteQuery({
    queryKey: ['leases', query],
    queryFn: ({ pageParam }) =>
      data(api.GET('/leases', { params: { query: pageParam ? { ...query, cursor: pageParam } : query } })),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
  const counts = useQuery({
    queryKey: ['leases', 'statistics', community],
    queryFn: async () =>
      (await data(api.GET('/lease-statistics', { params: { query: { community } } }))).items,
  });
  const rows = list.data?.pages.flatMap(page => page.items) ?? [];
  const chosen = rows.find(r => r.id === search.open);
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('customers.leases')}</H1>
        <span className="grow" />
        {can('customer.list_export') && (
          <a className="btn" href={`${base}/leases/export.xlsx?${new URLSearchParams(query)}`} download>
            {t('list.export')}
          </a>
        )}
        {can('lease.edit') && !form && (
          <button type="button" className="btn go" onClick={() => setForm('new')}>
            <Icon name="plus" />
            {t('leases.new')}
          </button>
        )}
      </header>
      <Tabs of="customers" />
      <div className="page-body flush">
        {form === 'new' && (
          <LeaseForm lease={undefined} room={search.room ?? ''} close={() => setForm(undefined)} />
        )}
        {form === 'edit' && chosen && (
          <LeaseForm key={chosen.id} lease={chosen} room="" close={() => setForm(undefined)} />
        )}
        {chosen && !form && (
          <LeaseSide
            key={chosen.id}
            lease={chosen}
            edit={() => setForm('edit')}
            close={() => set({ open: undefined })}
          />
        )}
        <div className="row filters">
          <Find label={t('leases.find')} q={search.q} onFind={q => set({ q })} />
          <label className="chip">
            <span className="k">{t('leases.view')}</span>
            <select value={view} onChange={e => set({ view: e.target.value })}>
              {views.map(v => (
                <option key={v} value={v}>
                  {t(`leases.view.${v}`)}
                </option>
              ))}
            </select>
          </label>
        </div>
        <ErrorNote query={list} />
        {list.isPending && <Skeleton rows={10} />}
        {list.data && rows.length === 0 && <Empty>{t(`leases.none.${view}`)}</Empty>}
        {rows.length > 0 && <Table rows={rows} open={open => set({ open })} />}
        <More query={list} />
        <ErrorNote query={counts} />
        {counts.data && counts.data.length > 0 && <Counts rows={counts.data} />}
        {can('lease.settings') && <Interval />}
      </div>
    </main>
  );
}
