// What left the house: to whom, by which channel, and what became of it. Never what it said.
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, data, match } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { When } from '../../../kit/parts.tsx';
import type { OutMessage } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/settings/messages');
const states = ['waiting', 'sent', 'failed', 'dropped'] as const;
const channels = ['push', 'mail'] as const;

/** One of a closed list, as the address names it. */
const among = <T extends string>(all: readonly T[], value: string | undefined): T | undefined =>
  all.find(one => one === value);

function Row({ message }: { message: OutMessage }) {
  const client = useQueryClient();
  const can = useCan();
  const retry = useMutation({
    mutationFn: () =>
      api.POST('/messages/{id}/retry', {
        params: { path: { id: message.id }, header: match(message.version) },
      }),
    onSuccess: () => {
      toast(t('messages.retried'));
      return client.invalidateQueries({ queryKey: ['messages'] });
    },
    onError: error => toast(explain(error)),
  });
  const when = message.sentAt ?? (message.state === 'waiting' ? message.dueAt : message.at);
  return (
    <tr>
      <td className="dim">
        <When at={message.at} />
      </td>
      <td>{t(`messages.channel.${message.channel}`)}</td>
      <td className="b">{t(`messages.kind.${message.kind}`)}</td>
      <td>{message.resident ? t('messages.resident') : message.to}</td>
      <td>
        {message.ticketId && (
          <Link to="/console/tickets/$id" params={{ id: message.ticketId }}>
            {message.number}
          </Link>
        )}
      </td>
      <td className={message.state === 'failed' ? 'warn' : ''}>
        {t(`messages.state.${message.state}`)}{' '}
        <span className="dim3">
          <When at={when} />
        </span>
      </td>
      <td className="wrap">{message.reason && (wordFor(message.reason) ?? message.reason)}</td>
      <td className="num">{message.tries}</td>
      <td className="num">
        {message.state === 'failed' && can('message.retry') && (
          <button type="button" className="btn" disabled={retry.isPending} onClick={() => retry.mutate()}>
            {t('messages.again')}
          </button>
        )}
      </td>
    </tr>
  );
}

const columns = ['at', 'channel', 'kind', 'to', 'ticket', 'state', 'reason'] as const;

function Table({ rows }: { rows: OutMessage[] }) {
  return (
    <table className="grid">
      <thead>
        <tr>
          {columns.map(name => (
            <th key={name}>{t(`messages.${name}`)}</th>
          ))}
          <th className="num">{t('messages.tries')}</th>
          <th className="num">
            <span className="quiet-reading">{t('messages.again')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(m => (
          <Row key={m.id} message={m} />
        ))}
      </tbody>
    </table>
  );
}

function useMessages(state: OutMessage['state'] | undefined, channel: OutMessage['channel'] | undefined) {
  const community = useCommunity();
  return useInfiniteQuery({
    queryKey: ['messages', community, state, channel],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/messages', {
          params: {
            query: {
              community,
              limit: 50,
              ...(state ? { state } : {}),
              ...(channel ? { channel } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
}

export function MessagesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (part: typeof search) => void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const [state, channel] = [among(states, search.state), among(channels, search.channel)];
  const query = useMessages(state, channel);
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.messages')}</H1>
        <label className="chip">
          <span className="k">{t('messages.state')}</span>
          <select value={state ?? ''} onChange={e => set({ state: e.target.value || undefined })}>
            <option value="">{t('tickets.any')}</option>
            {states.map(name => (
              <option key={name} value={name}>
                {t(`messages.state.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <label className="chip">
          <span className="k">{t('messages.channel')}</span>
          <select value={channel ?? ''} onChange={e => set({ channel: e.target.value || undefined })}>
            <option value="">{t('tickets.any')}</option>
            {channels.map(name => (
              <option key={name} value={name}>
                {t(`messages.channel.${name}`)}
              </option>
            ))}
          </select>
        </label>
      </header>
      <Tabs of="settings" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data && rows.length === 0 && <Empty>{t('messages.none')}</Empty>}
        {rows.length > 0 && <Table rows={rows} />}
        <More query={query} />
      </div>
    </main>
  );
}
