// Every refusal of the server becomes an ApiError; a request that never arrived becomes an OfflineError.

export interface FieldError {
  field: string;
  code: string;
  message: string;
  params?: Record<string, unknown>;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: FieldError[] = [],
    readonly requestId?: string,
    readonly current?: unknown,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  get stale(): boolean {
    return (this.status === 409 && this.code.endsWith('stale')) || this.status === 412;
  }

  /** The first message for each field; nested fields keep their dotted name. */
  byField(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const e of this.fields) found[e.field] ??= e.message;
    return found;
  }
}

export class OfflineError extends Error {
  constructor(cause?: unknown) {
    super('offline', { cause });
    this.name = 'OfflineError';
  }
}

const text = (v: unknown): string | undefined => (typeof v === 'string' && v !== '' ? v : undefined);

/** `body.community.name`, `/community/name` and `community.name` all name one input. */
export function fieldName(raw: string): string {
  return raw
    .replace(/^#?\//, '')
    .replaceAll('/', '.')
    .replace(/^body\./, '');
}

export async function problemOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('X-Request-Id') ?? undefined;
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = await response.clone().json();
    if (parsed && typeof parsed === 'object') body = parsed as Record<string, unknown>;
  } catch {
    // A proxy's page is no problem document: the status alone has to do.
  }
  const fields = (Array.isArray(body.errors) ? body.errors : []).flatMap((e: Record<string, unknown>) => {
    const field = text(e.field) ?? text(e.location);
    if (!field) return [];
    const message = text(e.message) ?? '';
    const params =
      e.params && typeof e.params === 'object' ? (e.params as Record<string, unknown>) : undefined;
    return [{ field: fieldName(field), code: text(e.code) ?? '', message, params }];
  });
  const code = text(body.code) ?? `http.${response.status}`;
  const message = text(body.detail) ?? text(body.title) ?? `HTTP ${response.status}`;
  return new ApiError(response.status, code, message, fields, requestId, body.current);
}
