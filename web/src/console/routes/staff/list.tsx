import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { api, data } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { Flip } from '../../../kit/flip.tsx';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Staff } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useRoles } from './data.ts';

const route = getRouteApi('/console/staff');

function useStaff(q: string, state: Staff['state']) {
  const community = useCommunity();
  const query = { community, state, ...(q ? { q } : {}) };
  return useInfiniteQuery({
    queryKey: ['staff', query],
    queryFn: ({ pageParam }) =>
      data(api.GET('/staff', { params: { query: pageParam ? { ...query, cursor: pageParam } : query } })),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
}

function Duty({ person }: { person: Staff }) {
  const client = useQueryClient();
  const can = useCan();
  if (person.state === 'disabled') return <span className="dim3">{t('staff.disabled')}</span>;
  if (!can('staff.duty')) return <>{t(person.onDuty ? 'staff.on_duty' : 'staff.off_duty')}</>;
  const put = async (onDuty: boolean) => {
    await api.PUT('/staff/{id}/duty', { params: { path: { id: person.id } }, body: { onDuty } });
    await client.invalidateQueries({ queryKey: ['staff'] });
  };
  return (
    <Flip
      aria-label={t('staff.duty_of', { name: person.name })}
      on={person.onDuty}
      put={put}
      refused={error => toast(explain(error))}
    />
  );
}

type Search = { q?: string; state?: string };

function Head({ search, set }: { search: Search; set: (part: Search) => void }) {
  const can = useCan();
  return (
    <header className="page-head">
      <H1>{t('nav.staff')}</H1>
      <Find label={t('staff.find')} q={search.q} onFind={q => set({ q })} />
      <label className="chip">
        <span className="k">{t('staff.state')}</span>
        <select value={search.state ?? 'active'} onChange={e => set({ state: e.target.value })}>
          <option value="active">{t('staff.active')}</option>
          <option value="disabled">{t('staff.disabled')}</option>
        </select>
      </label>
      <span className="grow" />
      {can('staff.edit') && (
        <Link className="btn go" to="/console/staff/$id" params={{ id: 'new' }}>
          <Icon name="plus" />
          {t('staff.new')}
        </Link>
      )}
    </header>
  );
}

const columns = ['name', 'agentNo', 'department', 'position', 'roles', 'skills', 'open', 'duty'] as const;

function Table({ rows }: { rows: Staff[] }) {
  const roles = useRoles().data ?? [];
  const roleNames = (codes: string[]) =>
    codes.map(code => roles.find(r => r.code === code)?.name ?? code).join(t('why.join'));
  const skillNames = (skills: string[]) => skills.map(s => wordFor(`skill.${s}`) ?? s).join(t('why.join'));
  return (
    <table className="grid">
      <thead>
        <tr>
          {columns.map(name => (
            <th key={name} className={name === 'open' ? 'num' : undefined}>
              {t(`staff.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(person => (
          <tr key={person.id}>
            <td className="b">
              <Link to="/console/staff/$id" params={{ id: person.id }}>
                {person.name}
              </Link>
            </td>
            <td className="dim">{person.agentNo}</td>
            <td>{person.department ?? '–'}</td>
            <td>{person.position}</td>
            <td className="cut">{roleNames(person.roles)}</td>
            <td className="dim cut">{skillNames(person.skills) || '–'}</td>
            <td className="num">{person.openTickets}</td>
            <td>
              <Duty person={person} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function StaffPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (part: Search) => void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const query = useStaff(
    useDeferredValue(search.q ?? ''),
    search.state === 'disabled' ? 'disabled' : 'active',
  );
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page">
      <Head search={search} set={set} />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={12} />}
        {query.data && rows.length === 0 && (
          <Empty
            action={
              <button type="button" className="link" onClick={() => set({ q: undefined, state: undefined })}>
                {t('staff.none.go')}
              </button>
            }
          >
            {t('staff.none')}
          </Empty>
        )}
        {rows.length > 0 && <Table rows={rows} />}
        <More query={query} />
      </div>
    </main>
  );
}
