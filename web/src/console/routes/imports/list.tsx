import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type DragEvent, useState } from 'react';
import { api, base, data, upload } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { Import } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Progress, pollEvery, running } from './progress.tsx';

const route = getRouteApi('/console/imports');
const largest = 64 * 1024 * 1024;

function refusal(file: File): string | undefined {
  if (/\.xls$/i.test(file.name)) return t('import.old_xls');
  if (!/\.xlsx$/i.test(file.name)) return t('import.not_xlsx');
  if (file.size > largest) return t('import.too_large', { mb: Math.round(file.size / 1024 / 1024) });
  return undefined;
}

function Drop({ onImported }: { onImported: (made: Import) => void }) {
  const community = useCommunity();
  const send = useSend();
  const [over, setOver] = useState(false);
  const [name, setName] = useState('');
  const take = async (file: File | undefined) => {
    if (!file) return;
    setName(file.name);
    const wrong = refusal(file);
    if (!send.fix(wrong ? { file: wrong } : {})) return;
    const made = await send.run(() => upload<Import>(`/imports?community=${community}`, file, file.name));
    if (made) onImported(made);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  const error = send.fields.file;
  return (
    <section aria-label={t('import.drop')}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button inside does the same */}
      <div
        className={`drop ${over ? 'over-it' : ''}`}
        onDragOver={e => {
          e.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <label className="btn go file">
          {t(send.busy ? 'import.checking' : 'import.choose')}
          <input
            type="file"
            accept=".xlsx"
            aria-label={t('import.choose')}
            disabled={send.busy}
            onChange={e => {
              void take(e.target.files?.[0]);
              e.target.value = '';
            }}
          />
        </label>
        <span className="dim">{t('import.drop.hint')}</span>
        <span className="grow" />
        <a className="btn" href={`${base}/imports/template.xlsx`} download>
          {t('import.template')}
        </a>
        <Link className="btn quiet" to="/console/imports/templates">
          {t('import.templates')}
        </Link>
      </div>
      {error && (
        <p className="trouble" role="alert">
          {t('import.refused', { name })} {error}
        </p>
      )}
      {!error && <TroubleNote trouble={send.trouble} />}
    </section>
  );
}

function useImports() {
  const community = useCommunity();
  return useInfiniteQuery({
    queryKey: ['imports', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/imports', {
          params: { query: pageParam ? { community, cursor: pageParam } : { community } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    refetchInterval: found =>
      found.state.data?.pages.some(page => page.items.some(running)) ? pollEvery : false,
  });
}

export function ImportsPage() {
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const query = useImports();
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const done = (made: Import) => {
    void showNow(client, ['imports', 'one', made.id], made);
    void client.invalidateQueries({ queryKey: ['imports'] });
    void navigate({ to: '/console/imports/$id', params: { id: made.id } });
  };
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('import.title')}</H1>
        <span className="dim">{t('import.note')}</span>
      </header>
      <div className="page-body">
        <Drop onImported={done} />
        <h2 className="sub">{t('import.history')}</h2>
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={5} />}
        {query.data && rows.length === 0 && (
          <Empty
            action={
              <a href={`${base}/imports/template.xlsx`} download>
                {t('import.template')}
              </a>
            }
          >
            {t('import.none')}
          </Empty>
        )}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('import.file')}</th>
                <th>{t('import.kind')}</th>
                <th>{t('import.state')}</th>
                <th className="num">{t('import.rows')}</th>
                <th className="num">{t('import.new_rooms')}</th>
                <th className="num">{t('import.new_customers')}</th>
                <th className="num">{t('import.errors')}</th>
                <th>{t('import.by')}</th>
                <th>{t('import.at')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <tr key={row.id}>
                  <td className="cut">
                    <Link to="/console/imports/$id" params={{ id: row.id }}>
                      {row.fileName}
                    </Link>
                  </td>
                  <td>{t(`import.template.${row.template as 'homes'}`)}</td>
                  <td>
                    {t(`import.state.${row.state}`)} {running(row) && <Progress item={row} />}
                  </td>
                  <td className="num">{row.rows}</td>
                  <td className="num">{row.newRooms}</td>
                  <td className="num">{row.newCustomers}</td>
                  <td className={`num ${row.errorCount > 0 ? 'warn' : ''}`}>{row.errorCount}</td>
                  <td className="dim">{row.createdBy}</td>
                  <td className="dim">
                    <When at={row.createdAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <More query={query} />
      </div>
    </main>
  );
}
