// Archives that may be one person (CUS-05): compared side by side, merged, or remembered as different.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { CustomerRow, Duplicate, Merging } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const keyOf = (d: Duplicate): string => `${d.a.id}-${d.b.id}`;

function useRefresh() {
  const client = useQueryClient();
  return () =>
    Promise.all(
      ['duplicates', 'merges', 'customers', 'customer', 'household'].map(key =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    );
}

function useUndo() {
  const refresh = useRefresh();
  return async (id: string, version: number) => {
    try {
      await data(
        api.POST('/customer-merges/{id}/undo', { params: { path: { id }, header: match(version) } }),
      );
      toast(t('merge.undone'));
    } catch (error) {
      toast(explain(error));
    }
    await refresh();
  };
}

function Side(props: { row: CustomerRow; on: boolean; name: string; choose: () => void }) {
  const { row, on, name, choose } = props;
  return (
    <label>
      <input type="radio" name={name} checked={on} onChange={choose} />{' '}
      <Link to="/console/customers/$id" params={{ id: row.id }} className="b">
        {row.name}
      </Link>{' '}
      <span className="dim3">{row.archiveNo}</span>
      <br />
      <span className="dim">
        {[row.relation && wordFor(`relation.${row.relation}`), row.label, row.mobile, ...row.tags]
          .filter(Boolean)
          .join(' · ') || '–'}
      </span>
    </label>
  );
}

function Pair({ pair }: { pair: Duplicate }) {
  const send = useSend();
  const refresh = useRefresh();
  const undo = useUndo();
  const [kept, setKept] = useState(pair.a.id);
  const stays = kept === pair.a.id ? pair.a : pair.b;
  const goes = kept === pair.a.id ? pair.b : pair.a;
  const merge = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/customers/{id}/merge', {
          params: { path: { id: stays.id }, header: { ...match(stays.version), ...once } },
          body: { from: goes.id, fromVersion: goes.version },
        }),
      ),
    );
    if (!made) return;
    await refresh();
    toast(t('merge.done', { number: goes.archiveNo }), () => void undo(made.id, made.version));
  };
  const tell = (different: boolean) =>
    api.POST('/customer-duplicates', { body: { a: pair.a.id, b: pair.b.id, different } });
  const dismiss = async () => {
    const made = await send.run(async () => {
      await tell(true);
      return true;
    });
    if (!made) return;
    await refresh();
    toast(t('merge.different'), () => void tell(false).then(refresh));
  };
  const reasons = pair.reasons.map(r => wordFor(`merge.same.${r}`) ?? r).join(t('why.join'));
  return (
    <li aria-label={`${pair.a.name} ${pair.b.name}`}>
      <p className="dim">{t('merge.why', { reasons })}</p>
      <div className="pair-of" role="radiogroup" aria-label={t('merge.keep')}>
        <Side row={pair.a} name={keyOf(pair)} on={kept === pair.a.id} choose={() => setKept(pair.a.id)} />
        <Side row={pair.b} name={keyOf(pair)} on={kept === pair.b.id} choose={() => setKept(pair.b.id)} />
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="button" className="btn" disabled={send.busy} onClick={() => void merge()}>
          {t('merge.into', { number: stays.archiveNo })}
        </button>
        <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void dismiss()}>
          {t('merge.not')}
        </button>
      </p>
    </li>
  );
}

function Done({ merges }: { merges: Merging[] }) {
  const undo = useUndo();
  return (
    <section aria-labelledby="merged">
      <h2 className="sub" id="merged">
        {t('merge.list')}
      </h2>
      <table className="grid">
        <tbody>
          {merges.map(m => (
            <tr key={m.id} className={m.state === 'undone' ? 'dim3' : ''}>
              <td className="dim">
                <When at={m.at} />
              </td>
              <td>{m.by}</td>
              <td>
                {t('merge.line', { gone: `${m.goneName} ${m.goneNo}`, kept: `${m.keptName} ${m.keptNo}` })}
              </td>
              <td className="num">
                {m.state === 'done' ? (
                  <button
                    type="button"
                    className="link"
                    aria-label={t('merge.undo.of', { number: m.goneNo })}
                    onClick={() => void undo(m.id, m.version)}
                  >
                    {t('do.undo')}
                  </button>
                ) : (
                  t('merge.state.undone')
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function DuplicatesPage() {
  const community = useCommunity();
  const list = useInfiniteQuery({
    queryKey: ['duplicates', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/customer-duplicates', {
          params: { query: { community, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const merges = useInfiniteQuery({
    queryKey: ['merges', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/customer-merges', {
          params: { query: { community, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const pairs = list.data?.pages.flatMap(page => page.items) ?? [];
  const done = merges.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('customers.duplicates')}</H1>
        <p className="dim">{t('merge.note')}</p>
      </header>
      <Tabs of="customers" />
      <div className="page-body">
        <ErrorNote query={list} />
        {list.isPending && <Skeleton rows={6} height={64} />}
        {list.data && pairs.length === 0 && <Empty>{t('merge.none')}</Empty>}
        <ul className="people-in">
          {pairs.map(pair => (
            <Pair key={keyOf(pair)} pair={pair} />
          ))}
        </ul>
        <More query={list} />
        <ErrorNote query={merges} />
        {done.length > 0 && <Done merges={done} />}
        <More query={merges} />
      </div>
    </main>
  );
}
