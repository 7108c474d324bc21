import { useQuery } from '@tanstack/react-query';
import { api, data } from '../kit/client.ts';
import { useSession } from '../kit/session.ts';

/** What waits for one's decision (ACC-12); asked for where nothing else of approvals is loaded yet. */
export function useToDecide() {
  return useQuery({
    queryKey: ['approvals', 'todo'],
    queryFn: async () =>
      (await data(api.GET('/approvals', { params: { query: { view: 'todo', limit: 100 } } }))).items,
    enabled: useSession().permissions.includes('approval.decide'),
    refetchInterval: 60_000,
  });
}
