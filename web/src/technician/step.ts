// One step of a ticket, sent with a network.
import { api, data, isApiError, match, post } from '../kit/client.ts';
import type { Ticket } from '../kit/types.ts';

/** What somebody would want to read before going on. */
const matters = (t: Ticket) =>
  JSON.stringify([t.status, t.grade, t.assignee?.id, t.title, t.place, t.visitFrom, t.visitTo]);

/**
 * Takes a step from the ticket as it stands on the screen. Clocks and ladders write on a ticket too, at any moment:
 * a step overwrites nothing, so it is sent again as long as what it was decided on is still so.
 */
export async function take(seen: Ticket, path: string, body: unknown, headers: Record<string, string>) {
  for (let { version } = seen, tries = 0; ; tries++) {
    try {
      return await post<Ticket>(path, body, { ...headers, ...match(version) });
    } catch (error) {
      if (!isApiError(error) || !error.stale || tries === 3) throw error;
      const now = await data(api.GET('/tickets/{id}', { params: { path: { id: seen.id } } }));
      if (matters(now) !== matters(seen)) throw error;
      version = now.version;
    }
  }
}
