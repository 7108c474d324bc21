// A link that takes a list out as a spreadsheet, for who may.
import { base } from '../../kit/client.ts';
import { useCan } from '../session.ts';
import { t } from '../words/index.ts';

export function ExportLink({
  path,
  query,
  need,
}: {
  path: string;
  query: Record<string, string>;
  need: string;
}) {
  if (!useCan()(need)) return null;
  return (
    <a className="btn no-print" href={`${base}${path}/export.xlsx?${new URLSearchParams(query)}`} download>
      {t('list.export')}
    </a>
  );
}
