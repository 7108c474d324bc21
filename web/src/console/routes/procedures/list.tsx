// The library of procedures (PRO-01): what to do when, and what one still has to read.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { named } from '../../../kit/checklist.tsx';
import { api, data } from '../../../kit/client.ts';
import { categoryName } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import { When } from '../../../kit/parts.tsx';
import type { ProcedureRow } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from '../tickets/data.ts';

const route = getRouteApi('/console/procedures');
const kinds = ['repair', 'service', 'complaint', 'inquiry', 'suggestion', 'other'] as const;

/** To what it is attached by itself, in words. */
export function useAppliesTo(): (applies: ProcedureRow['applies']) => string {
  const categories = useCategories().data?.items ?? [];
  return a => {
    const parts = [
      a.kind && t(`kind.${a.kind}`),
      a.category && (categoryName(categories.find(c => c.id === a.category)) || a.category),
      a.grade && t('procedures.grade', { grade: a.grade }),
      a.channel && t(`procedures.channel.${a.channel}`),
      a.onsite && t('procedures.onsite'),
      a.visit && t('procedures.visit'),
      a.task && t('procedures.task'),
      a.extends && t('procedures.extends'),
    ].filter(Boolean);
    return parts.length > 0 ? parts.join(t('why.join')) : t('procedures.by_hand');
  };
}

function Row({ row, applies }: { row: ProcedureRow; applies: string }) {
  return (
    <tr>
      <td className="b">
        <span className="row">
          <Link to="/console/procedures/$id" params={{ id: row.id }} search={{}}>
            {named(row)}
          </Link>
          {row.unread && <span className="tag amber">{t('procedures.unread')}</span>}
          {row.draft && <span className="tag">{t(`procedures.state.${row.draft}`)}</span>}
        </span>
      </td>
      <td className="dim">{applies}</td>
      <td className="num">{row.steps}</td>
      <td>{row.number > 0 ? t('procedures.version', { n: row.number }) : '–'}</td>
      <td className="dim">
        {row.publishedAt ? <When at={row.publishedAt} /> : row.number > 0 && t('procedures.shipped')}
      </td>
    </tr>
  );
}

export function ProceduresPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const appliesTo = useAppliesTo();
  const set = (part: { q?: string | undefined; kind?: string | undefined }) =>
    void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const { q } = search;
  const kind = kinds.find(k => k === search.kind);
  const asked = { ...(q ? { q } : {}), ...(kind ? { kind } : {}) };
  const query = useQuery({
    queryKey: ['procedures', asked],
    queryFn: async () => (await data(api.GET('/procedures', { params: { query: asked } }))).items,
    placeholderData: old => old,
  });
  const rows = query.data ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('nav.procedures')}</H1>
        <Find label={t('procedures.find')} q={q} onFind={text => set({ q: text })} />
        <label className="chip">
          <span className="k">{t('tickets.kind')}</span>
          <select value={kind ?? ''} onChange={e => set({ kind: e.target.value || undefined })}>
            <option value="">{t('procedures.any')}</option>
            {kinds.map(k => (
              <option key={k} value={k}>
                {t(k === 'other' ? 'procedures.other' : `kind.${k}`)}
              </option>
            ))}
          </select>
        </label>
        <span className="grow" />
        {can('procedure.edit') && (
          <Link className="btn go" to="/console/procedures/new">
            <Icon name="plus" />
            {t('procedures.new')}
          </Link>
        )}
      </header>
      <Tabs of="procedures" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={14} />}
        {query.data && rows.length === 0 && <Empty>{t('procedures.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('procedures.name')}</th>
                <th>{t('procedures.applies')}</th>
                <th className="num">{t('procedures.steps')}</th>
                <th>{t('procedures.current')}</th>
                <th>{t('procedures.published')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <Row key={row.id} row={row} applies={appliesTo(row.applies)} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
