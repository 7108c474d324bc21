import type { UseQueryResult } from '@tanstack/react-query';
import { explain } from '../../kit/explain.ts';
import { t } from '../words/index.ts';

type Failed = Pick<UseQueryResult, 'isError' | 'error' | 'refetch'>;

/** A list that could not be fetched says so in its place. */
export function ErrorNote({ query }: { query: Failed }) {
  if (!query.isError) return null;
  return (
    <p className="trouble" role="alert">
      <span className="grow">{explain(query.error)}</span>
      <button type="button" className="link" onClick={() => void query.refetch()}>
        {t('error.retry')}
      </button>
    </p>
  );
}

/** "More" at the end of a list that comes in pages. */
export function More({
  query,
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}) {
  if (!query.hasNextPage) return null;
  return (
    <p className="more">
      <button
        type="button"
        className="btn"
        disabled={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {t(query.isFetchingNextPage ? 'list.loading' : 'list.more')}
      </button>
    </p>
  );
}
