// One document behind several pages of settings: saved once more before it was read anew.
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { api, data } from '../../../kit/client.ts';
import { host, show } from '../../../kit/stage.ts';
import type { Session, TicketSettings } from '../../../kit/types.ts';
import { useSave } from './ticket-settings.tsx';

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

let version = 1;
const sent: (string | null)[] = [];
beforeEach(() => {
  version = 1;
  sent.length = 0;
  vi.stubGlobal('fetch', async (request: Request) => {
    // The question comes late: what was saved is on its way meanwhile.
    if (request.method === 'GET') return new Promise(() => undefined);
    sent.push(request.headers.get('If-Match'));
    if (request.headers.get('If-Match') !== `"${version}"`) return json(409, { code: 'stale', status: 409 });
    version++;
    return json(200, { version, shipped: {} });
  });
});
afterEach(() => vi.unstubAllGlobals());

function Page() {
  const { data: set } = useQuery({
    queryKey: ['ticket-settings', 'c'],
    queryFn: () =>
      data(api.GET('/communities/{community}/ticket-settings', { params: { path: { community: 'c' } } })),
    initialData: { version: 1, shipped: {} } as TicketSettings,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { send, save } = useSave(set);
  return (
    <button type="button" onClick={() => void save({ evidence: [] }, '')}>
      {send.trouble?.text ?? 'save'}
    </button>
  );
}

it('settings saved twice before they were read anew are saved twice', async () => {
  const client = new QueryClient();
  client.setQueryData(['session'], { permissions: [], communities: [{ id: 'c' }] } as unknown as Session);
  await show(
    <QueryClientProvider client={client}>
      <Page />
    </QueryClientProvider>,
  );
  const press = async () => {
    await act(async () => host.querySelector('button')!.click());
    await act(() => new Promise(done => setTimeout(done)));
  };
  await press();
  await press();
  expect(sent).toEqual(['"1"', '"2"']);
  expect(host.textContent).toBe('save');
});
