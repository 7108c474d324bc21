// What the pages of housing ask for, and the words of its states.
import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import type { RoomEdit, RoomState } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';

export const states = [
  'unsold',
  'sold',
  'vacant',
  'renovating',
  'occupied',
  'let',
] as const satisfies RoomState[];
export const types = ['home', 'shop', 'office', 'storage', 'parking'] as const satisfies RoomEdit['type'][];
export const parcelKinds = ['keeper', 'cleaning', 'greening'] as const;

export const useTree = () => {
  const community = useCommunity();
  return useQuery({
    queryKey: ['housing', 'tree', community],
    queryFn: async () => (await data(api.GET('/housing', { params: { query: { community } } }))).items,
  });
};

export const useRoom = (id: string) =>
  useQuery({
    queryKey: ['housing', 'room', id],
    queryFn: () => data(api.GET('/rooms/{id}', { params: { path: { id } } })),
  });
