// Pets, bicycles, access cards and the things at home that need care (CUS-09, CUS-06).
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Belonging } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { today } from '../customers/data.ts';
import { BelongingForm } from './form.tsx';

const route = getRouteApi('/console/customers/belongings');
const groups = ['pets', 'bicycles', 'cards', 'things'] as const;

type Search = { group?: string; q?: string; open?: string; room?: string };

const due = (b: Belonging): string | undefined =>
  [b.expiresOn, b.vaccinatedUntil, b.nextOn].filter((d): d is string => Boolean(d)).sort()[0];

function Row({ thing, open }: { thing: Belonging; open: () => void }) {
  const day = due(thing);
  return (
    <tr>
      <td>{t(`belonging.${thing.kind}`)}</td>
      <td className="b">
        <button type="button" className="link" onClick={open}>
          {[thing.name, thing.model].filter(Boolean).join(' ') || thing.number}
        </button>
      </td>
      <td className="dim">
        {thing.number}{' '}
        {thing.state !== 'active' && (
          <span className="tag amber">{t(`belongings.state.${thing.state}`)}</span>
        )}
      </td>
      <td>
        <Link to="/console/households/$roomId" params={{ roomId: thing.roomId }}>
          {thing.label}
        </Link>
      </td>
      <td>
        {thing.customerId ? (
          <Link to="/console/customers/$id" params={{ id: thing.customerId }}>
            {thing.owner}
          </Link>
        ) : (
          '–'
        )}
      </td>
      <td className={`nw ${day && day < today() ? 'warn' : 'dim'}`}>
        {day ?? '–'} {thing.muted && <span className="dim3">{t('belongings.muted.short')}</span>}
      </td>
    </tr>
  );
}

export function BelongingsPage() {
  const search: Search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const community = useCommunity();
  const [adding, setAdding] = useState(search.open === 'new');
  const [open, setOpen] = useState(search.open);
  const set = (part: Search) => void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const group = groups.find(g => g === search.group);
  const q = useDeferredValue(search.q);
  const query = {
    community,
    ...(group ? { group } : {}),
    ...(q ? { q } : {}),
    ...(search.room ? { room: search.room } : {}),
  };
  const list = useInfiniteQuery({
    queryKey: ['belongings', query],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/belongings', { params: { query: pageParam ? { ...query, cursor: pageParam } : query } }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
  const rows = list.data?.pages.flatMap(page => page.items) ?? [];
  const chosen = rows.find(r => r.id === open);
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('customers.belongings')}</H1>
        <span className="grow" />
        {can('customer.list_export') && (
          <a className="btn" href={`${base}/belongings/export.xlsx?${new URLSearchParams(query)}`} download>
            {t('list.export')}
          </a>
        )}
        {can('belonging.edit') && !adding && (
          <button type="button" className="btn go" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            {t('belongings.new')}
          </button>
        )}
      </header>
      <Tabs of="customers" />
      <div className="page-body flush">
        {adding && (
          <BelongingForm thing={undefined} room={search.room ?? ''} close={() => setAdding(false)} />
        )}
        {chosen && can('belonging.edit') && (
          <BelongingForm key={chosen.id} thing={chosen} room="" close={() => setOpen(undefined)} />
        )}
        <div className="row filters">
          <Find label={t('belongings.find')} q={search.q} onFind={q => set({ q })} />
          <label className="chip">
            <span className="k">{t('belongings.kind')}</span>
            <select value={group ?? ''} onChange={e => set({ group: e.target.value || undefined })}>
              <option value="">{t('customers.any')}</option>
              {groups.map(g => (
                <option key={g} value={g}>
                  {t(`belongings.${g}`)}
                </option>
              ))}
            </select>
          </label>
          {search.room && (
            <button type="button" className="link" onClick={() => set({ room: undefined })}>
              {t('belongings.all_rooms')}
            </button>
          )}
        </div>
        <ErrorNote query={list} />
        {list.isPending && <Skeleton rows={10} />}
        {list.data && rows.length === 0 && <Empty>{t('belongings.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('belongings.kind')}</th>
                <th>{t('belongings.name')}</th>
                <th>{t('belongings.number')}</th>
                <th>{t('customers.room')}</th>
                <th>{t('belongings.whose')}</th>
                <th>{t('belongings.due')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(thing => (
                <Row key={thing.id} thing={thing} open={() => setOpen(thing.id)} />
              ))}
            </tbody>
          </table>
        )}
        <More query={list} />
      </div>
    </main>
  );
}
