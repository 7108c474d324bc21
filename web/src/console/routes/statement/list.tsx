// Statements of banks, WeChat and Alipay, held against the books line by line (PAY-07).
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import type { BankStatement } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Choice } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { LineRow } from './line.tsx';
import { naming } from './naming.ts';
import { UploadStatement } from './upload.tsx';

const route = getRouteApi('/console/statements');
const states = ['open', 'matched', 'suspended', 'aside'] as const;
type State = (typeof states)[number];
const stateOf = (text: string | undefined): State | 'gaps' =>
  text === 'gaps' ? 'gaps' : (states.find(s => s === text) ?? 'open');

function Statements({ community, open }: { community: string; open: string }) {
  const query = useInfiniteQuery({
    queryKey: ['statements', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/statements', {
          params: { query: { community, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  const line = (s: BankStatement) => (
    <tr key={s.id} aria-current={s.id === open ? 'true' : undefined}>
      <td className="nw">
        <Link to="/console/statements" search={s.id === open ? {} : { open: s.id }}>
          {t(`means.${s.means}`)} {s.account}
        </Link>
      </td>
      <td className="nw">
        {s.from} – {s.to}
      </td>
      <td className="num">{yuan(s.in)}</td>
      <td className="num">{yuan(s.out)}</td>
      <td className="num">{s.fee === '0.00' ? '' : yuan(s.fee)}</td>
      <td className="num">{t('statement.counts', { added: s.added, known: s.known })}</td>
      <td className="num">
        {s.unmatched > 0 ? <span className="tag amber">{s.unmatched}</span> : s.unmatched}
      </td>
      <td className="dim">{s.by}</td>
    </tr>
  );
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={3} />}
      {query.data && rows.length === 0 && <Empty>{t('statement.none')}</Empty>}
      {rows.length > 0 && (
        <div className="scroll">
          <table className="grid" aria-label={t('cashier.statements')}>
            <thead>
              <tr>
                <th>{t('statement.account')}</th>
                <th>{t('statement.days')}</th>
                <th className="num">{t('statement.in')}</th>
                <th className="num">{t('statement.out')}</th>
                <th className="num">{t('statement.fees')}</th>
                <th className="num">{t('statement.lines')}</th>
                <th className="num">{t('statement.unmatched')}</th>
                <th>{t('statement.by')}</th>
              </tr>
            </thead>
            <tbody>{rows.map(line)}</tbody>
          </table>
        </div>
      )}
      <More query={query} />
    </>
  );
}

function Lines({
  community,
  open,
  day,
  state,
}: {
  community: string;
  open: string;
  day: string;
  state: State;
}) {
  const client = useQueryClient();
  const may = useCan()('statement.match');
  const query = useInfiniteQuery({
    queryKey: ['statement-lines', community, open, day, state],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/statement-lines', {
          params: {
            query: {
              community,
              state,
              ...(open ? { statement: open } : {}),
              ...(day ? { day } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  const done = () => {
    for (const key of [
      'statements',
      'statement-lines',
      'statement-gaps',
      'statement-bookings',
      'suspense',
      'day',
    ])
      void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={5} />}
      {query.data && rows.length === 0 && (
        <Empty>{t(state === 'open' ? 'statement.all_matched' : 'statement.no_lines')}</Empty>
      )}
      <ul className="lines">
        {rows.map(l => (
          <LineRow key={l.id} of={l} may={may} onDone={done} />
        ))}
      </ul>
      <More query={query} />
    </>
  );
}

function Gaps({ open }: { open: string }) {
  const query = useQuery({
    queryKey: ['statement-gaps', open],
    queryFn: () => data(api.GET('/statements/{id}/gaps', { params: { path: { id: open } } })),
    enabled: open !== '',
  });
  if (!open) return <Empty>{t('statement.choose')}</Empty>;
  const rows = query.data?.items ?? [];
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={5} />}
      {query.data && rows.length === 0 && <Empty>{t('statement.no_gaps')}</Empty>}
      <ul className="lines">
        {rows.map(b => (
          <li key={`${b.kind}-${b.id}`} data-testid="statement-gap">
            <span className="grow">{naming(b)}</span>
            <b className="num">{yuan(b.amount)}</b>
          </li>
        ))}
      </ul>
      {query.data?.more && <p className="dim">{t('statement.more_gaps', { n: rows.length })}</p>}
    </>
  );
}

export function StatementsPage() {
  const { open = '', state, day = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const client = useQueryClient();
  const may = useCan()('statement.match');
  const view = stateOf(state);
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('cashier.statements')}</H1>
        <span className="grow" />
        {day && <span className="tag">{day}</span>}
        <Choice
          legend={t('bill.state')}
          quietLegend
          name="state"
          value={view}
          options={[
            ...states.map(value => ({ value, label: t(`statement.state.${value}`) })),
            { value: 'gaps' as const, label: t('statement.gaps') },
          ]}
          onChange={value => navigate({ search: old => ({ ...old, state: value }), replace: true })}
        />
        {view !== 'gaps' && (
          <ExportLink path="/statement-lines" query={{ community, state: view, statement: open, day }} />
        )}
      </header>
      <Tabs of="cashier" />
      <div className="page-body two-cols">
        <div className="stack">
          <Statements community={community} open={open} />
          <h2>{view === 'gaps' ? t('statement.gaps.title') : t('statement.lines.title')}</h2>
          {view === 'gaps' ? (
            <Gaps open={open} />
          ) : (
            <Lines community={community} open={open} day={day} state={view} />
          )}
        </div>
        {may && (
          <aside className="state-side" aria-label={t('statement.new')}>
            <UploadStatement
              community={community}
              onDone={id => {
                for (const key of [
                  'statements',
                  'statement-lines',
                  'statement-gaps',
                  'statement-bookings',
                  'suspense',
                  'day',
                ])
                  void client.invalidateQueries({ queryKey: [key] });
                void navigate({ search: { open: id } });
              }}
            />
          </aside>
        )}
      </div>
    </main>
  );
}
