// The versions of the tree: who made each, when and why; two compared, and an older one brought back.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { categoryName } from '../../../kit/format.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { CategoryChange, CategoryTree, CategoryVersion } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const called = (n: number) => (n === 0 ? t('categories.version.shipped') : t('categories.version', { n }));

type Pair = CategoryChange['items'][number];

/** A difference as a sentence. */
function Difference({ field, from, to }: Pair) {
  const list = (words: string) => words.split(' ').join(t('why.join'));
  switch (field) {
    case 'words':
      return (
        <>
          {to && <li>{t('categories.diff.words.to', { words: list(to) })}</li>}
          {from && <li>{t('categories.diff.words.from', { words: list(from) })}</li>}
        </>
      );
    case 'hidden':
      return <li>{t(to ? 'categories.diff.hidden' : 'categories.diff.shown')}</li>;
    case 'order':
      return <li>{t('categories.diff.order')}</li>;
    case 'dept':
      return (
        <li>
          {t('categories.diff.dept', {
            from: wordFor(`department.${from}`) ?? from,
            to: wordFor(`department.${to}`) ?? to,
          })}
        </li>
      );
    case 'skill':
      return (
        <li>
          {t('categories.diff.skill', {
            from: wordFor(`skill.${from}`) ?? from,
            to: wordFor(`skill.${to}`) ?? to,
          })}
        </li>
      );
    default:
      return <li>{t(`categories.diff.${field}`, { from, to })}</li>;
  }
}

function Changes({ from, to }: { from: number; to: number }) {
  const query = useQuery({
    queryKey: ['category-versions', 'changes', from, to],
    queryFn: async () =>
      (await data(api.GET('/category-versions/changes', { params: { query: { from, to } } }))).items,
  });
  return (
    <section className="stack" aria-label={t('categories.changes')} aria-live="polite">
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={3} />}
      {query.data?.length === 0 && <p className="dim">{t('categories.changes.none')}</p>}
      <ul className="lines">
        {query.data?.map(c => (
          <li key={c.id} data-testid="category-change">
            <div className="grow">
              <span className="b">{categoryName(c)}</span> <span className="dim3">{c.id}</span>
              <ul className="dim">
                {c.added && <li>{t('categories.diff.added')}</li>}
                {c.gone && <li>{t('categories.diff.gone')}</li>}
                {c.items.map(i => (
                  <Difference key={i.field} {...i} />
                ))}
              </ul>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Restore({ tree, number, done }: { tree: CategoryTree; number: number; done: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [reason, setReason] = useState('');
  // What is made meanwhile is a conflict, not undone unseen; once that was said, it has been seen.
  const [first] = useState(tree.version);
  const [told, setTold] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/category-tree/restore', {
          params: { header: { ...once, ...match(told ? tree.version : first) } },
          body: { version: number, reason },
        }),
      ),
    );
    setTold(!made);
    if (!made) return;
    void showNow(client, ['category-tree'], made);
    for (const key of ['categories', 'category-versions']) void client.invalidateQueries({ queryKey: [key] });
    toast(t('categories.restored', { what: called(number), n: made.version }));
    done();
  };
  return (
    <form className="ask stack" noValidate onSubmit={submit}>
      <p>{t('categories.restore.note')}</p>
      <Field label={t('categories.reason')} error={send.fields.reason ?? ''} required>
        {a => (
          <Input {...a} autoFocus maxLength={200} value={reason} onChange={e => setReason(e.target.value)} />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'categories.restore.do', { what: called(number) })}
        </button>
        <button type="button" className="btn" onClick={done}>
          {t('categories.restore.not')}
        </button>
      </p>
    </form>
  );
}

function Line({
  of,
  below,
  children,
}: {
  of: CategoryVersion | undefined;
  below: React.ReactNode;
  children: React.ReactNode;
}) {
  return (
    <div className="grow">
      <span className="b">{called(of?.number ?? 0)}</span>{' '}
      {of && (
        <span className="dim">
          {of.byName} <When at={of.at} />
        </span>
      )}
      <div className="dim">{of ? of.reason : t('categories.version.shipped.note')}</div>
      {of?.restored !== undefined && (
        <div className="dim3">{t('categories.version.restored', { what: called(of.restored) })}</div>
      )}
      <div className="row wrap">{children}</div>
      {below}
    </div>
  );
}

function Choose({
  label,
  value,
  all,
  set,
}: {
  label: string;
  value: number;
  all: number[];
  set: (n: number) => void;
}) {
  return (
    <label className="chip">
      <span className="k">{label}</span>
      <select value={value} onChange={e => set(Number(e.target.value))}>
        {all.map(n => (
          <option key={n} value={n}>
            {called(n)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Versions({ tree, onClose }: { tree: CategoryTree; onClose: () => void }) {
  const query = useInfiniteQuery({
    queryKey: ['category-versions'],
    queryFn: ({ pageParam }) =>
      data(api.GET('/category-versions', { params: { query: pageParam ? { cursor: pageParam } : {} } })),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const [pair, setPair] = useState<[from: number, to: number]>();
  const [restoring, setRestoring] = useState<number>();
  const all = query.data?.pages.flatMap(p => p.items) ?? [];
  const numbers = [...all.map(v => v.number), 0];
  const [from, to] = pair ?? [Math.max(tree.version - 1, 0), tree.version];
  const lines: (CategoryVersion | undefined)[] = query.hasNextPage ? all : [...all, undefined];
  return (
    <aside
      className="pane"
      aria-label={t('categories.versions')}
      onKeyDown={e => e.key === 'Escape' && !e.nativeEvent.isComposing && onClose()}
    >
      <div className="ph">
        <h2>{t('categories.versions')}</h2>
        <span className="grow" />
        <button type="button" className="btn quiet" aria-label={t('do.close')} onClick={onClose}>
          <Icon name="x" />
        </button>
      </div>
      <div className="body">
        <div className="stack">
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={4} />}
          {query.data && all.length === 0 && <Empty>{t('categories.versions.none')}</Empty>}
          {all.length > 0 && (
            <>
              <div className="row wrap">
                <Choose
                  label={t('categories.compare')}
                  value={from}
                  all={numbers}
                  set={n => setPair([n, to])}
                />
                <Choose
                  label={t('categories.compare.with')}
                  value={to}
                  all={numbers}
                  set={n => setPair([from, n])}
                />
              </div>
              <Changes from={from} to={to} />
              <h3 className="sub">{t('categories.versions.all')}</h3>
              <ul className="lines" data-testid="category-versions">
                {lines.map(v => {
                  const n = v?.number ?? 0;
                  return (
                    <li key={n}>
                      <Line
                        of={v}
                        below={
                          restoring === n && (
                            <Restore
                              tree={tree}
                              number={n}
                              done={() => {
                                setRestoring(undefined);
                                setPair(undefined);
                              }}
                            />
                          )
                        }
                      >
                        {v && (
                          <button type="button" className="link" onClick={() => setPair([n - 1, n])}>
                            {t('categories.version.changes')}
                            <span className="quiet-reading"> {called(n)}</span>
                          </button>
                        )}
                        {n !== tree.version && (
                          <button type="button" className="link" onClick={() => setPair([n, tree.version])}>
                            {t('categories.version.since')}
                            <span className="quiet-reading"> {called(n)}</span>
                          </button>
                        )}
                        {n !== tree.version && tree.mayEdit && restoring !== n && (
                          <button type="button" className="link" onClick={() => setRestoring(n)}>
                            {t('categories.restore')}
                            <span className="quiet-reading"> {called(n)}</span>
                          </button>
                        )}
                        {n === tree.version && (
                          <span className="tag green">{t('categories.version.now')}</span>
                        )}
                      </Line>
                    </li>
                  );
                })}
              </ul>
              {query.hasNextPage && (
                <button
                  type="button"
                  className="btn"
                  disabled={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {t('categories.versions.more')}
                </button>
              )}
            </>
          )}
        </div>
      </div>
    </aside>
  );
}
