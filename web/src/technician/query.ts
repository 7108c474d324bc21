import { api, data } from '../kit/client.ts';

export const ticketQuery = (id: string) => ({
  queryKey: ['ticket', id],
  queryFn: () => data(api.GET('/tickets/{id}', { params: { path: { id } } })),
});
