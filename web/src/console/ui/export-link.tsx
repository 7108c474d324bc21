// The link that takes a list out as a workbook, for who may; what is left open is left out of it.
import { base } from '../../kit/client.ts';
import { useCan } from '../session.ts';
import { t } from '../words/index.ts';

export function ExportLink({
  path,
  query = {},
  label = t('list.export'),
  need,
}: {
  path: string;
  query?: Record<string, string | undefined>;
  label?: string;
  /** Where not everybody who sees the list may take it out. */
  need?: string;
}) {
  const can = useCan();
  if (need && !can(need)) return null;
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  const asked = given.length > 0 ? `?${new URLSearchParams(given)}` : '';
  return (
    <a className="btn no-print" href={`${base}${path}/export.xlsx${asked}`} download>
      {label}
    </a>
  );
}
