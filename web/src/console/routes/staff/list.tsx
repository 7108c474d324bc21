import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { api, data } from '../../../kit/api.ts';
import { explain } from '../../../kit/explain.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Staff } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useRoles } from './data.ts';

const route = getRouteApi('/console/staff');

function useStaff(q: string, state: string) {
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
  const flip = async () => {
    try {
      await api.PUT('/staff/{id}/duty', {
        params: { path: { id: person.id } },
        body: { onDuty: !person.onDuty },
      });
      await client.invalidateQueries({ queryKey: ['staff'] });
    } catch (error) {
      toast(explain(error));
    }
  };
  return (
    <input
      type="checkbox"
      role="switch"
      aria-checked={person.onDuty}
      className="switch"
      aria-label={t('staff.duty_of', { name: person.name })}
      checked={person.onDuty}
      onChange={() => void flip()}
    />
  );
}

export function StaffPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const [typed, setTyped] = useState(search.q ?? '');
  const state = search.state === 'disabled' ? 'disabled' : 'active';
  const query = useStaff(useDeferredValue(typed.trim()), state);
  const roles = useRoles().data ?? [];
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const roleNames = (codes: string[]) =>
    codes.map(code => roles.find(r => r.code === code)?.name ?? code).join(t('why.join'));
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('nav.staff')}</H1>
        <label className="find">
          <Icon name="search" />
          <input
            data-search
            type="search"
            aria-label={t('staff.find')}
            placeholder={t('staff.find')}
            value={typed}
            onChange={e => {
              setTyped(e.target.value);
              void navigate({
                search: old => ({ ...old, q: e.target.value.trim() || undefined }),
                replace: true,
              });
            }}
          />
          <Kbd>/</Kbd>
        </label>
        <label className="chip">
          <span className="k">{t('staff.state')}</span>
          <select
            value={state}
            onChange={e =>
              void navigate({ search: old => ({ ...old, state: e.target.value }), replace: true })
            }
          >
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
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={12} />}
        {query.data && rows.length === 0 && (
          <Empty
            action={
              <button
                type="button"
                className="link"
                onClick={() => {
                  setTyped('');
                  void navigate({ search: {}, replace: true });
                }}
              >
                {t('staff.none.go')}
              </button>
            }
          >
            {t('staff.none')}
          </Empty>
        )}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('staff.name')}</th>
                <th>{t('staff.agentNo')}</th>
                <th>{t('staff.department')}</th>
                <th>{t('staff.position')}</th>
                <th>{t('staff.roles')}</th>
                <th>{t('staff.skills')}</th>
                <th className="num">{t('staff.open')}</th>
                <th>{t('staff.duty')}</th>
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
                  <td className="dim cut">
                    {person.skills.map(s => wordFor(`skill.${s}`) ?? s).join(t('why.join')) || '–'}
                  </td>
                  <td className="num">{person.openTickets}</td>
                  <td>
                    <Duty person={person} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <More query={query} />
      </div>
    </main>
  );
}
