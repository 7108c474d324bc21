import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Fragment, useDeferredValue, useState } from 'react';
import { api, data } from '../../../kit/api.ts';
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

export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [actor, setActor] = useState(search.actor ?? '');
  const [action, setAction] = useState(search.action ?? '');
  const query = useAudit(useDeferredValue(actor.trim()), useDeferredValue(action.trim()));
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const box = (name: 'actor' | 'action', value: string, set: (v: string) => void) => (
    <label className="find small">
      <Icon name="search" />
      <input
        type="search"
        data-search={name === 'actor' ? '' : undefined}
        aria-label={t(`audit.find.${name}`)}
        placeholder={t(`audit.find.${name}`)}
        value={value}
        onChange={e => {
          set(e.target.value);
          void navigate({
            search: old => ({ ...old, [name]: e.target.value.trim() || undefined }),
            replace: true,
          });
        }}
      />
    </label>
  );
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.audit')}</H1>
        {box('actor', actor, setActor)}
        {box('action', action, setAction)}
        <span className="dim cut">{t('audit.note')}</span>
      </header>
      <SettingsTabs />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={14} />}
        {query.data && rows.length === 0 && (
          <Empty
            action={
              <button
                type="button"
                className="link"
                onClick={() => {
                  setActor('');
                  setAction('');
                  void navigate({ search: {}, replace: true });
                }}
              >
                {t('tickets.clear')}
              </button>
            }
          >
            {t('audit.none')}
          </Empty>
        )}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('audit.at')}</th>
                <th>{t('audit.actor')}</th>
                <th>{t('audit.action')}</th>
                <th>{t('audit.subject')}</th>
                <th>{t('devices.ip')}</th>
                <th>{t('audit.chain')}</th>
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
