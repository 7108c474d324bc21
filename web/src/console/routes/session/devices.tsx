import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { When } from '../../../kit/parts.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { t } from '../../words/index.ts';

/** A browser's own description is long; its name and system say enough. */
export function device(agent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari|MicroMessenger)\//.exec(agent)?.[1] ?? '';
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', MicroMessenger: 'WeChat' };
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1] ?? '';
  return (
    [names[browser] ?? browser, system.replace('Mac OS X', 'macOS')].filter(Boolean).join(' · ') ||
    agent.slice(0, 60)
  );
}

export function DevicesPage() {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['devices'], queryFn: () => data(api.GET('/devices')) });
  const end = useMutation({
    mutationFn: (id: string) => api.DELETE('/devices/{id}', { params: { path: { id } } }),
    onSuccess: () => {
      toast(t('devices.ended'));
      return client.invalidateQueries({ queryKey: ['devices'] });
    },
    onError: error => toast(explain(error)),
  });
  const others = useMutation({
    mutationFn: () => api.DELETE('/devices'),
    onSuccess: () => {
      toast(t('devices.ended_others'));
      return client.invalidateQueries({ queryKey: ['devices'] });
    },
    onError: error => toast(explain(error)),
  });
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('devices.title')}</H1>
        <span className="dim">{t('devices.note')}</span>
        <span className="grow" />
        {(query.data?.items.length ?? 0) > 1 && (
          <button type="button" className="btn" disabled={others.isPending} onClick={() => others.mutate()}>
            {t('devices.end_others')}
          </button>
        )}
      </header>
      <div className="page-body">
        {query.isPending && <Skeleton rows={3} />}
        <ErrorNote query={query} />
        {query.data && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('devices.device')}</th>
                <th>{t('devices.ip')}</th>
                <th>{t('devices.since')}</th>
                <th>{t('devices.seen')}</th>
                <th className="num">
                  <span className="quiet-reading">{t('devices.end')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {query.data.items.map(d => (
                <tr key={d.id}>
                  <td title={d.userAgent}>
                    {device(d.userAgent)} {d.current && <span className="tag care">{t('devices.this')}</span>}
                  </td>
                  <td className="dim">{d.ip}</td>
                  <td className="dim">
                    <When at={d.createdAt} />
                  </td>
                  <td className="dim">
                    <When at={d.seenAt} />
                  </td>
                  <td className="num">
                    {!d.current && (
                      <button type="button" className="link" onClick={() => end.mutate(d.id)}>
                        {t('devices.end')}
                      </button>
                    )}
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
