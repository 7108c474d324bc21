import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data, isApiError, keepSession, whenSignedOut } from '../kit/client.ts';
import { dropAllDrafts } from '../kit/drafts.ts';
import type { Session } from '../kit/types.ts';

async function fetchSession(): Promise<Session | null> {
  try {
    const session = await data(api.GET('/session'));
    keepSession(session);
    return session;
  } catch (error) {
    if (isApiError(error) && error.status === 401) return null;
    throw error;
  }
}

export function watchSession(client: QueryClient): void {
  whenSignedOut(() => {
    keepSession(null);
    if (client.getQueryData(['session'])) client.setQueryData(['session'], null);
  });
}

export const useSessionQuery = () =>
  useQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: Number.POSITIVE_INFINITY });

export function useSession(): Session {
  const { data: session } = useSessionQuery();
  if (!session) throw new Error('no session below the gate');
  return session;
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await api.DELETE('/session').catch(() => undefined);
    keepSession(null);
    dropAllDrafts();
    client.setQueryData(['session'], null);
    client.removeQueries({ predicate: query => query.queryKey[0] !== 'session' });
  };
}

export function useDuty() {
  const session = useSession();
  const client = useQueryClient();
  const flip = async () => {
    const onDuty = !session.onDuty;
    await api.PUT('/staff/{id}/duty', {
      params: { path: { id: session.account.id } },
      body: { onDuty },
    });
    client.setQueryData(['session'], { ...session, onDuty });
  };
  return { onDuty: session.onDuty, can: session.permissions.includes('staff.duty_self'), flip };
}
