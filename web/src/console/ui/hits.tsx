import { useNavigate } from '@tanstack/react-router';
import type { Hit } from '../../kit/types.ts';
import { chooseCommunity } from '../session.ts';

/** Where a search result leads: a ticket to itself, a person or a room to the household, somebody
 * without a room to their archive. The community on screen becomes that of the result. */
export function useOpenHit(): (hit: Hit) => void {
  const navigate = useNavigate();
  return hit => {
    chooseCommunity(hit.community);
    if (hit.kind === 'ticket') void navigate({ to: '/console/tickets/$id', params: { id: hit.id } });
    else {
      const roomId = hit.kind === 'room' ? hit.id : hit.roomId;
      if (roomId) void navigate({ to: '/console/households/$roomId', params: { roomId } });
      else if (hit.kind === 'customer')
        void navigate({ to: '/console/customers/$id', params: { id: hit.id } });
      else if (hit.kind === 'vehicle')
        void navigate({ to: '/console/housing/parking', search: { open: hit.id } });
    }
  };
}
