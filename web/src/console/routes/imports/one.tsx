import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Import } from '../../../kit/types.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/imports/$id');

function Figures({ item }: { item: Import }) {
  const figures = [
    [t('import.rows'), item.rows],
    [t('import.new_rooms'), item.newRooms],
    [t('import.new_customers'), item.newCustomers],
    [t('import.new_relations'), item.newRelations],
    [t('import.unchanged'), item.unchanged],
    [t('import.errors'), item.errorCount],
  ] as const;
  return (
    <div className="fig start" data-testid="import-figures">
      {figures.map(([name, n]) => (
        <div key={name}>
          <b>{n}</b>
          <span>{name}</span>
        </div>
      ))}
    </div>
  );
}

function Errors({ item }: { item: Import }) {
  return (
    <>
      <h2 className="sub">
        <span className="grow">{t('import.error_rows', { n: item.errorCount })}</span>
        <a className="btn" href={`${base}/imports/${item.id}/errors.xlsx`} download>
          {t('import.red_copy')}
        </a>
      </h2>
      <table className="grid" data-testid="import-errors">
        <thead>
          <tr>
            <th className="num" style={{ width: 72 }}>
              {t('import.row')}
            </th>
            <th style={{ width: 160 }}>{t('import.column')}</th>
            <th style={{ width: 240 }}>{t('import.value')}</th>
            <th>{t('import.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {item.errors.map(e => (
            <tr key={`${e.row}-${e.column}-${e.code}`}>
              <td className="num">{e.row}</td>
              <td>{e.column}</td>
              <td className="dim cut">
                {e.value === undefined || e.value === '' ? t('import.blank') : e.value}
              </td>
              <td className="warn">{e.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {item.errorCount > item.errors.length && (
        <p className="dim more">{t('import.more_errors', { n: item.errorCount - item.errors.length })}</p>
      )}
    </>
  );
}

export function ImportPage() {
  const { id } = route.useParams();
  const client = useQueryClient();
  const send = useSend();
  const query = useQuery({
    queryKey: ['imports', 'one', id],
    queryFn: () => data(api.GET('/imports/{id}', { params: { path: { id } } })),
  });
  if (query.isError) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!query.data) return <PageSkeleton />;
  const item = query.data;
  const apply = async () => {
    const made = await send.run(once =>
      data(api.POST('/imports/{id}/apply', { params: { path: { id }, header: once } })),
    );
    if (!made) return;
    client.setQueryData(['imports', 'one', id], made);
    toast(t('import.applied', { rooms: made.newRooms, customers: made.newCustomers }));
    for (const key of ['imports', 'household', 'search', 'resolve'])
      void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1 className="cut">{item.fileName}</H1>
        <span className="tag">{t(`import.state.${item.state}`)}</span>
        <span className="dim">
          {item.createdBy} <When at={item.createdAt} />
        </span>
        <span className="grow" />
        <Link className="btn quiet" to="/console/imports">
          {t('import.back')}
        </Link>
      </header>
      <div className="page-body">
        <Figures item={item} />
        <p className={`ask ${item.state === 'rejected' ? '' : 'calm'}`}>
          {t(`import.say.${item.state}`, { n: item.errorCount })}
        </p>
        <TroubleNote trouble={send.trouble} onLatest={() => void query.refetch()} />
        {item.state === 'checked' && (
          <p className="row">
            <button type="button" className="btn go" disabled={send.busy} onClick={() => void apply()}>
              {t(send.busy ? 'import.applying' : 'import.apply')}
            </button>
            <span className="dim">{t('import.apply.note')}</span>
          </p>
        )}
        {item.state === 'applied' && (
          <p className="row">
            <Link className="btn" to="/console/reception">
              {t('import.to_reception')}
            </Link>
          </p>
        )}
        {item.errors.length > 0 && <Errors item={item} />}
      </div>
    </main>
  );
}
