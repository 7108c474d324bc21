// What an error means to the person before the screen, and what to do next.
import { isApiError, isOffline } from './client.ts';
import { word } from './i18n.ts';
import { NotAPicture } from './image.ts';
import type { ApiError } from './problem.ts';

/** Nothing there, or an address that names nothing: nobody types an id into a form. */
export const lost = ({ code, fields }: ApiError) =>
  ['not_found', 'request.route', 'http.404'].includes(code) ||
  (fields.length > 0 && fields.every(f => f.code === 'wrong_form' && /(^id|Id)$/.test(f.field)));

export function explain(error: unknown): string {
  if (isOffline(error)) return word('error.offline');
  if (error instanceof NotAPicture) return word('error.not_picture');
  if (!isApiError(error)) return word('error.gone_wrong', { id: '–' });
  if (error.stale || error.status === 428) return word('error.stale');
  if (error.code === 'idempotency.other_body') return word('error.already_sent');
  if (error.code === 'auth.forbidden') return word('error.forbidden');
  if (lost(error)) return word('error.not_found');
  if (error.status === 413) return word('error.too_large');
  if (error.status >= 500) return word('error.gone_wrong', { id: error.requestId ?? '–' });
  // The refusals of the domains come in the reader's language and say what to do.
  return error.message;
}
