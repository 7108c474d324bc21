// Income and expenditure of shared facilities, by year (BIL-09, 公共收益).
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import type { SharedEntry, SharedYear } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { EntryForm, EntryPane } from './entry.tsx';
import { YearPane } from './year.tsx';

const route = getRouteApi('/console/shared-income');

function useEntries(year: SharedYear | undefined) {
  return useInfiniteQuery({
    queryKey: ['shared-entries', year?.id],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/shared-years/{id}/entries', {
          params: { path: { id: year?.id ?? '' }, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: year !== undefined,
  });
}

function Rows({
  rows,
  open,
  go,
}: {
  rows: SharedEntry[];
  open: string | undefined;
  go: (id: string) => void;
}) {
  return (
    <table className="grid" aria-label={t('shared.entries')}>
      <thead>
        <tr>
          <th>{t('shared.day')}</th>
          <th>{t('shared.kind')}</th>
          <th>{t('shared.words')}</th>
          <th>{t('shared.document')}</th>
          <th className="num">{t('shared.side.income')}</th>
          <th className="num">{t('shared.side.expense')}</th>
          <th>{t('shared.who')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(e => (
          <tr key={e.id} className={e.id === open ? 'on' : ''} data-testid="shared-entry">
            <td>
              <button type="button" className="cell nw" onClick={() => go(e.id)}>
                {e.day}
              </button>
            </td>
            <td className="nw">{t(`shared.kind.${e.kind}`)}</td>
            <td>
              {e.words}
              {e.wrongDay && (
                <>
                  {' '}
                  <span className="tag amber">{t('shared.corrects', { day: e.wrongDay })}</span>
                </>
              )}
              {e.correctedOn && (
                <>
                  {' '}
                  <span className="tag">{t('shared.corrected', { day: e.correctedOn })}</span>
                </>
              )}
            </td>
            <td>
              {e.document}
              {e.files.length > 0 && (
                <small className="dim"> {t('shared.files.n', { n: e.files.length })}</small>
              )}
            </td>
            <td className="num">{e.side === 'income' && yuan(e.amount)}</td>
            <td className="num">{e.side === 'expense' && yuan(e.amount)}</td>
            <td className="nw">{e.by}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function SharedPage() {
  const { year: chosen, open } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const may = useCan()('publicity.edit');
  const years = useQuery({
    queryKey: ['shared-years', community],
    queryFn: () => data(api.GET('/shared-years', { params: { query: { community } } })),
    enabled: community !== '',
  });
  const all = years.data?.items ?? [];
  const year = all.find(y => y.id === chosen) ?? all[0];
  const query = useEntries(year);
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  const entry = rows.find(e => e.id === open);
  const go = (to: { year?: string; open?: string }) => navigate({ search: to, replace: true });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.shared')}</H1>
        {all.length > 0 && (
          <Choice
            legend={t('shared.years')}
            quietLegend
            name="year"
            value={year?.id}
            options={all.map(y => ({ value: y.id, label: y.year }))}
            onChange={value => go({ year: value })}
          />
        )}
        <span className="grow" />
        {open && (
          <button type="button" className="btn no-print" onClick={() => go(year ? { year: year.id } : {})}>
            {t(may ? 'shared.new' : 'shared.balance')}
          </button>
        )}
        <button type="button" className="btn no-print" onClick={() => window.print()}>
          {t('shared.print')}
        </button>
      </header>
      <Tabs of="fees" />
      <div className="page-body two-cols cashier">
        <div>
          <ErrorNote query={years} />
          {years.data && all.length === 0 && <Empty>{t('shared.none')}</Empty>}
          {year && <ErrorNote query={query} />}
          {(years.isPending || (year && query.isPending)) && <Skeleton rows={5} />}
          {query.data && rows.length === 0 && <Empty>{t('shared.entries.none')}</Empty>}
          {rows.length > 0 && (
            <div className="scroll">
              <Rows rows={rows} open={open} go={id => go({ ...(year ? { year: year.id } : {}), open: id })} />
            </div>
          )}
          <More query={query} />
        </div>
        <aside className="state-side" aria-label={t('fees.shared')}>
          {entry && year ? (
            <EntryPane
              key={entry.id}
              of={entry}
              year={year}
              onGone={() => go({ year: year.id })}
              onDone={made => go({ year: made.yearId, open: made.id })}
            />
          ) : (
            <>
              {year && <YearPane key={year.id} of={year} />}
              {may && (
                <div className="no-print pane-whole">
                  <EntryForm community={community} onDone={made => go({ year: made.yearId })} />
                </div>
              )}
            </>
          )}
        </aside>
      </div>
    </main>
  );
}
