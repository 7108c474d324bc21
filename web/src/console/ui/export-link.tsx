// The link that takes a list out as a workbook; what is left open is left out of it.
import { base } from '../../kit/client.ts';
import { t } from '../words/index.ts';

export function ExportLink({
  path,
  query = {},
  label = t('invoice.export'),
}: {
  path: string;
  query?: Record<string, string | undefined>;
  label?: string;
}) {
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  const asked = given.length > 0 ? `?${new URLSearchParams(given)}` : '';
  return (
    <a className="btn" href={`${base}${path}/export.xlsx${asked}`} download>
      {label}
    </a>
  );
}
