import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Role } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { t } from '../../words/index.ts';
import { RoleEditor } from './editor.tsx';

const route = getRouteApi('/console/settings/roles');

function Table({ rows, open, onOpen }: { rows: Role[]; open?: string; onOpen: (id: string) => void }) {
  return (
    <table className="grid">
      <colgroup>
        <col />
        <col style={{ width: 96 }} />
        <col style={{ width: 80 }} />
      </colgroup>
      <thead>
        <tr>
          <th>{t('roles.name')}</th>
          <th className="num">{t('roles.permissions')}</th>
          <th className="num">{t('roles.holders')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(role => (
          <tr
            key={role.id}
            className={role.id === open ? 'on' : ''}
            data-testid="role-row"
            onClick={() => onOpen(role.id)}
          >
            <td className="cut">
              <button
                type="button"
                className="cell"
                aria-current={role.id === open ? 'true' : undefined}
                onClick={event => {
                  event.stopPropagation();
                  onOpen(role.id);
                }}
              >
                {role.name} {role.needsSecondFactor && <Icon name="lock" size="s" />}
              </button>
            </td>
            <td className="num">{role.permissions.length}</td>
            <td className="num">{role.holders}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function RolesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const roles = useQuery({ queryKey: ['roles'], queryFn: async () => (await data(api.GET('/roles'))).items });
  const catalogue = useQuery({
    queryKey: ['permissions'],
    queryFn: async () => (await data(api.GET('/permissions'))).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const set = (open: string | undefined) => void navigate({ search: { open }, replace: true });
  const isNew = search.open === 'new' || search.open?.startsWith('copy-');
  const from = roles.data?.find(r => r.id === search.open?.replace('copy-', ''));
  const open = isNew ? undefined : from;
  return (
    <main id="main" className={`main ${isNew || open ? 'split half' : ''}`}>
      <section className="list bare" aria-label={t('roles.list')}>
        <div className="h">
          <H1>{t('settings.roles')}</H1>
          <span className="grow" />
          {can('auth.roles_edit') && (
            <button type="button" className="btn" onClick={() => set('new')}>
              <Icon name="plus" />
              {t('roles.new')}
            </button>
          )}
        </div>
        <Tabs of="settings" />
        <div className="scroll">
          <ErrorNote query={roles} />
          {(roles.isPending || catalogue.isPending) && <Skeleton rows={12} />}
          {roles.data && <Table rows={roles.data} open={search.open} onOpen={set} />}
        </div>
      </section>
      {catalogue.data && (isNew || open) && (
        <RoleEditor key={search.open} role={open} from={from} catalogue={catalogue.data} onOpen={set} />
      )}
    </main>
  );
}
