import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { When } from '../../../kit/parts.tsx';
import type { Job } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

function SystemLine() {
  const { data: system } = useQuery({
    queryKey: ['system'],
    queryFn: () => data(api.GET('/system')),
    retry: false,
  });
  if (!system) return null;
  return (
    <p className="dim">
      {t('jobs.system', {
        version: system.version,
        engine: system.engine,
        waiting: system.waitingJobs,
        unsealed: system.unsealed,
      })}
    </p>
  );
}

function Row({ job }: { job: Job }) {
  const client = useQueryClient();
  const can = useCan();
  const retry = useMutation({
    mutationFn: () => api.POST('/jobs/{id}/retry', { params: { path: { id: job.id } } }),
    onSuccess: () => {
      toast(t('jobs.retried'));
      return client.invalidateQueries({ queryKey: ['jobs'] });
    },
    onError: error => toast(explain(error)),
  });
  return (
    <tr>
      <td className="b">{job.kind}</td>
      <td className="num">{job.attempts}</td>
      <td className="warn">{job.lastError}</td>
      <td className="dim">
        <When at={job.dueAt} />
      </td>
      <td className="num">
        {can('jobs.retry') && (
          <button type="button" className="btn" disabled={retry.isPending} onClick={() => retry.mutate()}>
            {t('error.retry')}
          </button>
        )}
      </td>
    </tr>
  );
}

export function JobsPage() {
  const query = useQuery({
    queryKey: ['jobs', 'dead'],
    queryFn: async () => (await data(api.GET('/jobs', { params: { query: { state: 'dead' } } }))).items,
  });
  const rows = query.data ?? [];
  const again = (
    <button type="button" className="link" onClick={() => void query.refetch()}>
      {t('jobs.refresh')}
    </button>
  );
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.jobs')}</H1>
        <SystemLine />
      </header>
      <Tabs of="settings" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data && rows.length === 0 && <Empty action={again}>{t('jobs.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('jobs.kind')}</th>
                <th className="num">{t('jobs.attempts')}</th>
                <th>{t('jobs.error')}</th>
                <th>{t('jobs.due')}</th>
                <th className="num">
                  <span className="quiet-reading">{t('error.retry')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(job => (
                <Row key={job.id} job={job} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
