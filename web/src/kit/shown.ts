import type { QueryClient, QueryKey } from '@tanstack/react-query';

/**
 * Shows the answer to what was just done: the thing as it is now. A question that was on its way before may be answered
 * after it, and would turn the page back, under a finger, and with it the version the next step is sent with: it is
 * dropped and asked anew.
 */
export async function showNow(client: QueryClient, queryKey: QueryKey, thing: unknown): Promise<void> {
  const dropped = client.cancelQueries({ queryKey });
  client.setQueryData(queryKey, thing);
  await dropped;
  await client.invalidateQueries({ queryKey });
}
