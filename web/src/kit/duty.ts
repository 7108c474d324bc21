import { useQueryClient } from '@tanstack/react-query';
import { api } from './client.ts';
import { useSession } from './session.ts';
import type { Session } from './types.ts';

/** One's own duty, where one may set it oneself. */
export function useDuty() {
  const { account, onDuty, permissions } = useSession();
  const client = useQueryClient();
  if (onDuty === undefined || !(permissions.includes('staff.duty_self') || permissions.includes('*'))) return;
  const put = async (onDuty: boolean) => {
    await api.PUT('/staff/{id}/duty', { params: { path: { id: account.id } }, body: { onDuty } });
    client.setQueryData<Session | null>(['session'], old => old && { ...old, onDuty });
  };
  return { on: onDuty, put };
}
