import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Fragment, type ReactNode, useDeferredValue, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { When } from '../../../kit/parts.tsx';
import type { AuditEntry } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { type ConsoleKey, t } from '../../words/index.ts';
import { zh } from '../../words/zh.ts';
import { SettingsTabs } from './tabs.tsx';

const route = getRouteApi('/console/settings/audit');

function useAudit(name: string, action: string) {
  const community = useCommunity();
  const query = { community, ...(name ? { name } : {}), ...(action ? { action } : {}) };
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

function subject(text: string): ReactNode {
  const [kind = '', id] = text.split(':');
  return (
    <>
      {wordFor(`subject.${kind}`) ?? kind} <span className="dim3">{id}</span>
    </>
  );
}

function Rows({ entry }: { entry: AuditEntry }) {
  const [open, setOpen] = useState(false);
  const more = entry.before !== undefined || entry.after !== undefined;
  return (
    <Fragment>
      <tr>
        <td className="dim">
          <When at={entry.at} />
        </td>
        <td className="b">
          {!entry.actorName || entry.actorName.startsWith('system:') ? t('said.system') : entry.actorName}
        </td>
        <td>
          {wordFor(`action.${entry.action}`)} <span className="dim3">{entry.action}</span>
        </td>
        <td className="dim cut">{subject(entry.subject)}</td>
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

const actions = (Object.keys(zh) as ConsoleKey[]).filter(key => key.startsWith('action.'));

function Action({ value, set }: { value: string | undefined; set: (part: Search) => void }) {
  return (
    <label className="chip">
      <span className="k">{t('audit.find.action')}</span>
      <select value={value ?? ''} onChange={e => set({ action: e.target.value || undefined })}>
        <option value="">{t('tickets.any')}</option>
        {actions.map(key => (
          <option key={key} value={key.slice('action.'.length)}>
            {t(key)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Actor({ value, set }: { value: string | undefined; set: (part: Search) => void }) {
  return (
    <label className="find small">
      <Icon name="search" />
      <input
        type="search"
        data-search=""
        aria-label={t('audit.find.actor')}
        placeholder={t('audit.find.actor')}
        value={value ?? ''}
        onChange={e => set({ actor: e.target.value || undefined })}
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
        <Actor value={search.actor} set={set} />
        <Action value={search.action} set={set} />
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
