import type { UseQueryResult } from '@tanstack/react-query';
import { isApiError } from '../../kit/client.ts';
import { explain } from '../../kit/explain.ts';
import { t } from '../words/index.ts';

type Failed = Pick<UseQueryResult, 'isError' | 'error' | 'refetch'>;

/**
 * Nothing was read, or what was read is not to be seen any more. Any other failure leaves the page as it is, and what
 * somebody is typing there.
 */
export const gone = ({ isLoadingError, error }: Pick<UseQueryResult, 'isLoadingError' | 'error'>): boolean =>
  isLoadingError || (isApiError(error) && [403, 404].includes(error.status));

/** A list that could not be fetched says so in its place. Who may not see it is not asked to try again. */
export function ErrorNote({ query }: { query: Failed }) {
  if (!query.isError) return null;
  const denied = isApiError(query.error) && query.error.status === 403;
  return (
    <p className="trouble" role="alert">
      <span className="grow">{explain(query.error)}</span>
      {!denied && (
        <button type="button" className="link" onClick={() => void query.refetch()}>
          {t('error.retry')}
        </button>
      )}
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
