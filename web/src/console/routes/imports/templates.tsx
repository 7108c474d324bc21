import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import type { ImportTemplate } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';

export function useTemplates() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['import-templates', community],
    queryFn: () => data(api.GET('/imports/templates', { params: { query: { community } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function Template({ item }: { item: ImportTemplate }) {
  return (
    <section aria-label={item.title}>
      <h2 className="sub">
        <span className="grow">{item.title}</span>
        <a className="btn" href={`${base}/imports/template.xlsx?name=${item.name}`} download>
          {t('import.template')}
        </a>
      </h2>
      <table className="grid">
        <thead>
          <tr>
            <th style={{ width: 120 }}>{t('import.column')}</th>
            <th style={{ width: 64 }}>{t('import.must')}</th>
            <th>{t('import.how')}</th>
            <th>{t('import.also')}</th>
          </tr>
        </thead>
        <tbody>
          {item.columns.map(column => (
            <tr key={column.heading}>
              <td>{column.heading}</td>
              <td>{column.must ? t('import.must.yes') : ''}</td>
              <td className="wrap">{column.how}</td>
              <td className="dim wrap">{column.also.join(t('why.join'))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What can be imported, what belongs into each column, and what each mode does. */
export function TemplatesPage() {
  const query = useTemplates();
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('import.templates')}</H1>
        <span className="grow" />
        <Link className="btn quiet" to="/console/imports">
          {t('import.back')}
        </Link>
      </header>
      <div className="page-body">
        <p className="ask calm">{t('import.templates.note')}</p>
        <table className="grid">
          <thead>
            <tr>
              <th style={{ width: 180 }}>{t('import.mode')}</th>
              <th>{t('import.mode.does')}</th>
            </tr>
          </thead>
          <tbody>
            {(['new', 'update', 'relate'] as const).map(mode => (
              <tr key={mode}>
                <td>{t(`import.mode.${mode}`)}</td>
                <td className="wrap">{t(`import.mode.${mode}.does`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={12} />}
        {query.data?.items.map(item => (
          <Template key={item.name} item={item} />
        ))}
      </div>
    </main>
  );
}
