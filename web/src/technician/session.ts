import { useQueryClient } from '@tanstack/react-query';
import { api } from '../kit/client.ts';
import { useSession } from '../kit/session.ts';

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
