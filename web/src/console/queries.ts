// What has been read from the server, for all pages.
import { QueryClient } from '@tanstack/react-query';
import { isApiError } from '../kit/client.ts';

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // A refusal is an answer; only silence is asked again.
      retry: (count, error) => !isApiError(error) && count < 2,
    },
  },
});
