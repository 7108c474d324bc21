import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api, data } from '../../../kit/client.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { When } from '../../../kit/parts.tsx';
import { serverNow } from '../../../kit/time.ts';
import type { Approval } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { useKeys } from '../../shell/keys.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Detail } from './detail.tsx';

const route = getRouteApi('/console/approvals');
const views = ['todo', 'mine', 'all'] as const;
type View = (typeof views)[number];

export const kindName = (kind: string): string => wordFor(`approval.kind.${kind}`) ?? kind;

function useApprovals(view: View) {
  return useInfiniteQuery({
    queryKey: ['approvals', view],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/approvals', { params: { query: { view, ...(pageParam ? { cursor: pageParam } : {}) } } }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
}

function Row({ item, on, onOpen }: { item: Approval; on: boolean; onOpen: () => void }) {
  const waits = item.state === 'pending';
  const late = waits && Date.parse(item.dueAt) < serverNow();
  return (
    <tr className={on ? 'on' : ''} data-testid="approval-row" onClick={onOpen}>
      <td className={`nw ${late ? 'over' : waits && item.reminded ? 'warn' : ''}`}>
        <When at={waits ? item.dueAt : (item.decidedAt ?? item.requestedAt)} />
      </td>
      <td className="nw">{kindName(item.kind)}</td>
      <td className="cut">
        <button
          type="button"
          className="cell"
          aria-current={on ? 'true' : undefined}
          onClick={event => {
            event.stopPropagation();
            onOpen();
          }}
        >
          {item.about}
        </button>
      </td>
      <td className="dim cut">{item.reason}</td>
      <td className="cut">{item.requestedBy}</td>
      <td className={waits ? 'nw' : 'dim nw'}>{t(`approval.state.${item.state}`)}</td>
    </tr>
  );
}

function Table({
  rows,
  open,
  onOpen,
}: {
  rows: Approval[];
  open: string | undefined;
  onOpen: (id: string) => void;
}) {
  return (
    <table className="grid approvals">
      <colgroup>
        <col style={{ width: 128 }} />
        <col style={{ width: 128 }} />
        <col />
        <col />
        <col style={{ width: 88 }} />
        <col style={{ width: 88 }} />
      </colgroup>
      <thead>
        <tr>
          <th>{t('approval.due')}</th>
          <th>{t('approval.matter')}</th>
          <th>{t('approval.about')}</th>
          <th>{t('approval.reason')}</th>
          <th>{t('approval.asker')}</th>
          <th>{t('approval.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(item => (
          <Row key={item.id} item={item} on={item.id === open} onOpen={() => onOpen(item.id)} />
        ))}
      </tbody>
    </table>
  );
}

/** The open request, also one that has left the list because it was just decided. */
function Pane({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['approvals', 'one', id],
    queryFn: () => data(api.GET('/approvals/{id}', { params: { path: { id } } })),
  });
  return (
    <aside className="pane" aria-label={t('approval.detail')}>
      <div className="ph">
        <span className="dim3">{query.data && kindName(query.data.kind)}</span>
        <span className="grow" />
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('do.close')}
        </button>
      </div>
      <div className="body">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data && <Detail key={id} item={query.data} />}
      </div>
    </aside>
  );
}

export function ApprovalsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const shown = views.filter(v =>
    v === 'all' ? can('approval.view') : v === 'mine' || can('approval.decide'),
  );
  const view: View = shown.find(v => v === search.view) ?? shown[0] ?? 'mine';
  const query = useApprovals(view);
  const rows = useMemo(() => query.data?.pages.flatMap(page => page.items) ?? [], [query.data]);
  const at = rows.findIndex(row => row.id === search.open);
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const move = (by: number) => {
    const next = rows[at < 0 ? 0 : at + by];
    if (next) set({ open: next.id });
  };
  const close = () => set({ open: undefined });
  useKeys({ j: () => move(1), k: () => move(-1), Escape: close });
  return (
    <main id="main" className={`main ${search.open ? 'split' : ''}`}>
      <section className="list short" aria-label={t('approval.list')}>
        <div className="h">
          <H1>{t('nav.approvals')}</H1>
        </div>
        <nav className="tabs views" aria-label={t('tickets.views')}>
          {shown.map(v => (
            <button
              key={v}
              type="button"
              className={v === view ? 'on' : ''}
              aria-current={v === view ? 'true' : undefined}
              onClick={() => set({ view: v, open: undefined })}
            >
              {t(`approval.view.${v}`)}
            </button>
          ))}
        </nav>
        <div className="scroll">
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={12} />}
          {query.data && rows.length === 0 && (
            <Empty action={<Link to="/console/tickets">{t('page.to_tickets')}</Link>}>
              {t(`approval.none.${view}`)}
            </Empty>
          )}
          {rows.length > 0 && <Table rows={rows} open={search.open} onOpen={id => set({ open: id })} />}
          <More query={query} />
        </div>
      </section>
      {search.open && <Pane key={search.open} id={search.open} onClose={close} />}
    </main>
  );
}
