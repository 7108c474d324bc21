// Who has not read what they work with (PRO-01b), and what one still has to read oneself.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { named } from '../../../kit/checklist.tsx';
import { api, data } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

export function ToReadPage() {
  const query = useQuery({
    queryKey: ['to-read'],
    queryFn: async () => (await data(api.GET('/procedures/to-read'))).items,
  });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('procedures.to_read')}</H1>
      </header>
      <Tabs of="procedures" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data?.length === 0 && <Empty>{t('procedures.to_read.none')}</Empty>}
        {(query.data?.length ?? 0) > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('procedures.name')}</th>
                <th>{t('procedures.current')}</th>
                <th>{t('procedures.what_changed')}</th>
                <th>{t('procedures.published')}</th>
              </tr>
            </thead>
            <tbody>
              {query.data?.map(v => (
                <tr key={v.id}>
                  <td className="b">
                    <Link to="/console/procedures/$id" params={{ id: v.procedureId }} search={{}}>
                      {named(v.doc)}
                    </Link>
                  </td>
                  <td>{t('procedures.version', { n: v.number })}</td>
                  <td className="cut">{v.words || '–'}</td>
                  <td className="dim">{v.publishedAt && <When at={v.publishedAt} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}

export function ReadersPage() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['procedures', 'readers', community],
    queryFn: async () =>
      (await data(api.GET('/procedures/readers', { params: { query: { community } } }))).items,
  });
  const rows = query.data ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('procedures.readers')}</H1>
      </header>
      <Tabs of="procedures" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={12} />}
        {query.data && rows.length === 0 && <Empty>{t('procedures.readers.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('procedures.name')}</th>
                <th>{t('procedures.current')}</th>
                <th className="num">{t('procedures.readers.n')}</th>
                <th>{t('procedures.readers.who')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <tr key={row.versionId}>
                  <td className="b">
                    <Link to="/console/procedures/$id" params={{ id: row.procedureId }} search={{}}>
                      {named(row)}
                    </Link>
                  </td>
                  <td>{t('procedures.version', { n: row.number })}</td>
                  <td className="num">
                    {row.concerned - row.missing.length}/{row.concerned}
                  </td>
                  <td className={row.missing.length > 0 ? '' : 'dim3'}>
                    {row.missing.length > 0 ? row.missing.join(t('why.join')) : t('procedures.readers.all')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
