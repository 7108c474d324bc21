import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Fragment, type ReactNode, useDeferredValue, useState } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { When } from '../../../kit/parts.tsx';
import { addDays } from '../../../kit/roster.ts';
import { useSession } from '../../../kit/session.ts';
import { startOf } from '../../../kit/time.ts';
import type { AuditEntry } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { type AuditKey, t, zh } from '../../words/audit.ts';

const route = getRouteApi('/console/settings/audit');

interface Search {
  of?: string;
  actor?: string;
  action?: string;
  subject?: string;
  from?: string;
  to?: string;
}

/** Days of the community, as the instants that the program compares with. */
function range({ from, to }: Search): { from?: string; to?: string } {
  const begin = (day: string, more: number) =>
    Number.isNaN(startOf(day).getTime()) ? undefined : startOf(addDays(day, more)).toISOString();
  const first = from && begin(from, 0);
  const last = to && begin(to, 1);
  return { ...(first ? { from: first } : {}), ...(last ? { to: last } : {}) };
}

function useAuditQuery(search: Search) {
  const community = useCommunity();
  const name = useDeferredValue(search.actor ?? '').trim();
  const { action, subject } = search;
  return {
    ...(search.of === 'company' ? { company: true } : { community }),
    ...(name ? { name } : {}),
    ...(action ? { action } : {}),
    ...(subject ? { subject } : {}),
    ...range(search),
  };
}

function useAudit(query: ReturnType<typeof useAuditQuery>) {
  return useInfiniteQuery({
    queryKey: ['audit', query],
    queryFn: ({ pageParam }) =>
      data(api.GET('/audit', { params: { query: pageParam ? { ...query, cursor: pageParam } : query } })),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
}

/** What is about a person stands in the trail sealed; who may not open it, or nobody any more, is told so. */
function about(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('person' in value)) return value;
  if ('erased' in value) return t('audit.personal.erased');
  return 'hidden' in value ? t('audit.personal.hidden') : 'value' in value ? value.value : value;
}

const shown = (value: unknown): string =>
  value === undefined || value === null ? '–' : JSON.stringify(value, about, 2);

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

const actions = (Object.keys(zh) as AuditKey[]).filter(key => key.startsWith('action.'));

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

/** Roles, the tree of classes and the like belong to no community: who may see them chooses so. */
function Reach({ value, set }: { value: string | undefined; set: (part: Search) => void }) {
  const query = useQuery({ queryKey: ['audit', 'reach'], queryFn: () => data(api.GET('/audit/reach')) });
  const communities = useSession().communities;
  const here = useCommunity();
  if (!query.data?.company) return null;
  return (
    <label className="chip">
      <span className="k">{t('audit.find.of')}</span>
      <select value={value ?? ''} onChange={e => set({ of: e.target.value || undefined })}>
        <option value="">{communities.find(c => c.id === here)?.name ?? t('audit.of.community')}</option>
        <option value="company">{t('audit.of.company')}</option>
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

function Days({ search, set }: { search: Search; set: (part: Search) => void }) {
  return (['from', 'to'] as const).map(name => (
    <label key={name} className="chip">
      <span className="k">{t(`audit.${name}`)}</span>
      <input
        type="date"
        className="day"
        value={search[name] ?? ''}
        onChange={e => set({ [name]: e.target.value || undefined })}
      />
    </label>
  ));
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
  const can = useCan();
  const asked = useAuditQuery(search);
  const query = useAudit(asked);
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const clear = (
    <button type="button" className="link" onClick={() => void navigate({ search: {}, replace: true })}>
      {t('tickets.clear')}
    </button>
  );
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.audit')}</H1>
        <Reach value={search.of} set={set} />
        <Actor value={search.actor} set={set} />
        <Action value={search.action} set={set} />
        <Days search={search} set={set} />
        {search.subject && (
          <button type="button" className="btn" onClick={() => set({ subject: undefined })}>
            {subject(search.subject)}
            <Icon name="x" />
          </button>
        )}
        <span className="dim cut grow">{t('audit.note')}</span>
        {can('audit.export') && (
          <a
            className="btn"
            href={`${base}/audit/export.xlsx?${new URLSearchParams(Object.entries(asked).map(([k, v]) => [k, String(v)]))}`}
            download
          >
            {t('audit.export')}
          </a>
        )}
      </header>
      <Tabs of="settings" />
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
