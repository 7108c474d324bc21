import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Fragment, useDeferredValue, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import { When } from '../../../kit/parts.tsx';
import type { AuditEntry } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { SettingsTabs } from './tabs.tsx';

const route = getRouteApi('/console/settings/audit');

function useAudit(actor: string, action: string) {
  const community = useCommunity();
  const query = { community, ...(actor ? { actor } : {}), ...(action ? { action } : {}) };
  return useInfiniteQuery({
    queryKey: ['audit', query],
    queryFn: ({ pageParam }) =>
      data(api.GET('/audit', { params: { query: pageParam ? { ...query, cursor: pageParam } : query } })),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
}

const shown = (value: unknown): string =>
  value === undefined || value === null ? '–' : JSON.stringify(value, null, 2);

function Rows({ entry }: { entry: AuditEntry }) {
  const [open, setOpen] = useState(false);
  const more = entry.before !== undefined || entry.after !== undefined;
  return (
    <Fragment>
      <tr>
        <td className="dim">
          <When at={entry.at} />
        </td>
        <td className="b">{entry.actorName || t('said.system')}</td>
        <td>{entry.action}</td>
        <td className="dim cut">{entry.subject}</td>
        <td className="dim">{entry.ip ?? '–'}</td>
        <td>
          {entry.sealed ? (
            <span className="ok">{t('audit.sealed')}</span>
          ) : (
            <span className="dim">{t('audit.unsealed')}</span>
          )}
        </td>
        <td className="num">
          {more && (
            <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
              {t(open ? 'audit.less' : 'audit.more')}
            </button>
          )}
        </td>
      </tr>
      {open && (
        <tr className="diff">
          <td colSpan={7}>
            <div className="pair">
              <div>
                <p className="dim3">{t('audit.before')}</p>
                <pre>{shown(entry.before)}</pre>
              </div>
              <div>
                <p className="dim3">{t('audit.after')}</p>
                <pre>{shown(entry.after)}</pre>
              </div>
            </div>
          </td>
        </tr>
      )}
    </Fragment>
  );
}

type Search = { actor?: string; action?: string };

function Box({ name, search, set }: { name: keyof Search; search: Search; set: (part: Search) => void }) {
  return (
    <label className="find small">
      <Icon name="search" />
      <input
        type="search"
        data-search={name === 'actor' ? '' : undefined}
        aria-label={t(`audit.find.${name}`)}
        placeholder={t(`audit.find.${name}`)}
        value={search[name] ?? ''}
        onChange={e => set({ [name]: e.target.value || undefined })}
      />
    </label>
  );
}

const columns = [
  'audit.at',
  'audit.actor',
  'audit.action',
  'audit.subject',
  'devices.ip',
  'audit.chain',
] as const;

export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (part: Search) => void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const query = useAudit(
    useDeferredValue(search.actor ?? '').trim(),
    useDeferredValue(search.action ?? '').trim(),
  );
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const clear = (
    <button type="button" className="link" onClick={() => set({ actor: undefined, action: undefined })}>
      {t('tickets.clear')}
    </button>
  );
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.audit')}</H1>
        <Box name="actor" search={search} set={set} />
        <Box name="action" search={search} set={set} />
        <span className="dim cut">{t('audit.note')}</span>
      </header>
      <SettingsTabs />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={14} />}
        {query.data && rows.length === 0 && <Empty action={clear}>{t('audit.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                {columns.map(name => (
                  <th key={name}>{t(name)}</th>
                ))}
                <th className="num">{t('audit.change')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(entry => (
                <Rows key={entry.id} entry={entry} />
              ))}
            </tbody>
          </table>
        )}
        <More query={query} />
      </div>
    </main>
  );
}
