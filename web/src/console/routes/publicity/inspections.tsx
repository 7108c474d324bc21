// What authorities found about charges, and what is done about it (BIL-09a).
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import type { ChargeInspection } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/inspect.ts';
import { InspectionPane } from './inspection.tsx';
import { InspectionForm } from './inspection-form.tsx';

const route = getRouteApi('/console/charge-inspections');

function Rows({
  rows,
  open,
  go,
}: {
  rows: ChargeInspection[];
  open: string | undefined;
  go: (id: string) => void;
}) {
  return (
    <table className="grid" aria-label={t('fees.inspections')}>
      <thead>
        <tr>
          <th>{t('inspect.due')}</th>
          <th>{t('inspect.kind')}</th>
          <th>{t('inspect.authority')}</th>
          <th>{t('inspect.number')}</th>
          <th>{t('inspect.items')}</th>
          <th className="num">{t('inspect.refund')}</th>
          <th className="num">{t('inspect.fine')}</th>
          <th>{t('inspect.assignee')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(i => (
          <tr key={i.id} className={i.id === open ? 'on' : ''} data-testid="charge-inspection">
            <td className="nw">
              {i.dueOn} {i.overdue && <b className="warn">{t('inspect.overdue')}</b>}
              {i.state === 'done' && <span className="tag green">{t('inspect.state.done')}</span>}
            </td>
            <td className="nw">{t(`inspect.kind.${i.kind}`)}</td>
            <td>{i.authority}</td>
            <td>
              <button type="button" className="cell" onClick={() => go(i.id)}>
                {i.number}
              </button>
            </td>
            <td>{i.itemNames.join(t('why.join'))}</td>
            <td className="num">{i.refund !== '0.00' && yuan(i.refund)}</td>
            <td className="num">{i.fine !== '0.00' && yuan(i.fine)}</td>
            <td className="nw">{i.assignee}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function InspectionsPage() {
  const search = route.useSearch();
  const state = search.state === 'done' ? 'done' : 'open';
  const { open } = search;
  const navigate = route.useNavigate();
  const community = useCommunity();
  const may = useCan()('inspection.edit');
  const query = useInfiniteQuery({
    queryKey: ['charge-inspections', community, state],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/charge-inspections', {
          params: { query: { community, state, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  const one = useQuery({
    queryKey: ['charge-inspection', open],
    queryFn: () => data(api.GET('/charge-inspections/{id}', { params: { path: { id: open ?? '' } } })),
    enabled: open !== undefined,
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  const go = (to: { state?: string; open?: string }) => navigate({ search: to, replace: true });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.inspections')}</H1>
        <Choice
          legend={t('inspect.state')}
          quietLegend
          name="state"
          value={state}
          options={(['open', 'done'] as const).map(value => ({ value, label: t(`inspect.state.${value}`) }))}
          onChange={value => go({ state: value })}
        />
        <span className="grow" />
        <a href={`${base}/charge-inspections/export.xlsx?${new URLSearchParams({ community })}`} download>
          {t('invoice.export')}
        </a>
        {open && may && (
          <button type="button" className="btn" onClick={() => go({ state })}>
            {t('inspect.new')}
          </button>
        )}
      </header>
      <Tabs of="fees" />
      <div className={open || may ? 'page-body two-cols cashier' : 'page-body flush'}>
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={5} />}
          {query.data && rows.length === 0 && <Empty>{t(`inspect.none.${state}`)}</Empty>}
          {rows.length > 0 && (
            <div className="scroll">
              <Rows rows={rows} open={open} go={id => go({ state, open: id })} />
            </div>
          )}
          <More query={query} />
        </div>
        {(open || may) && (
          <aside className="state-side" aria-label={t('fees.inspections')}>
            {open ? (
              <>
                <ErrorNote query={one} />
                {one.isPending && <Skeleton rows={6} />}
                {one.data && <InspectionPane key={one.data.id} of={one.data} />}
              </>
            ) : (
              <InspectionForm community={community} onDone={id => go({ open: id })} />
            )}
          </aside>
        )}
      </div>
    </main>
  );
}
