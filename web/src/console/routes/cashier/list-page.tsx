// A list of the cashier's with a view by state, its workbook and its pages: deposits, offsets, money in suspense.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Choice } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

interface Asked {
  community: string;
  cursor?: string;
}

/** The rows of a list that comes in pages. */
export function useRows<T>(
  key: unknown[],
  page: (asked: Asked) => Promise<{ items: T[]; next?: string | undefined }>,
) {
  const community = useCommunity();
  const query = useInfiniteQuery({
    queryKey: [key[0], community, ...key.slice(1)],
    queryFn: ({ pageParam }) => page({ community, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  return { query, rows: query.data?.pages.flatMap(p => p.items) ?? [] };
}

interface Props<V extends string> {
  title: string;
  path: string;
  view: V;
  views: { value: V; label: string }[];
  /** Until the address has it, what was chosen shows. */
  onView: (view: V) => Promise<void>;
  query: ReturnType<typeof useRows>['query'];
  empty: string | undefined;
  children: ReactNode;
  /** What stands beside the list instead of the list taking the whole width. */
  aside?: ReactNode;
}

export function ListPage<V extends string>(of: Props<V>) {
  const community = useCommunity();
  const list = (
    <>
      <ErrorNote query={of.query} />
      {of.query.isPending && <Skeleton rows={6} />}
      {of.query.data && of.empty && <Empty>{of.empty}</Empty>}
      {of.children}
      <More query={of.query} />
    </>
  );
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{of.title}</H1>
        <span className="grow" />
        <Choice
          legend={t('bill.state')}
          quietLegend
          name="state"
          value={of.view}
          options={of.views}
          onChange={of.onView}
        />
        <ExportLink path={of.path} query={{ community, state: of.view }} />
      </header>
      <Tabs of="cashier" />
      {of.aside === undefined ? (
        <div className="page-body flush">{list}</div>
      ) : (
        <div className="page-body two-cols">
          <div>{list}</div>
          {of.aside}
        </div>
      )}
    </main>
  );
}
