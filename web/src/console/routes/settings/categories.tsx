// The company's tree of classes: two levels, revised in versions (TIC-01a).
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import { api, data } from '../../../kit/client.ts';
import { categoryName } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import { When } from '../../../kit/parts.tsx';
import type { CategoryClass, CategoryTree } from '../../../kit/types.ts';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Editor } from './category-edit.tsx';
import { otherName, rowsOf } from './category-tree.ts';
import { Versions } from './category-versions.tsx';

const route = getRouteApi('/console/settings/categories');

/** What is special about a class, in words. */
function Marks({ of }: { of: CategoryClass }) {
  return (
    <>
      {of.own && <span className="tag">{t('categories.own')}</span>}
      {of.hidden && <span className="tag amber">{t('categories.hidden')}</span>}
    </>
  );
}

/** Up and down go from class to class, as in a list. */
function step(event: KeyboardEvent<HTMLElement>) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('button.cell')];
  const at = (all as (Element | null)[]).indexOf(document.activeElement);
  const next = all[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

function Rows({
  rows,
  open,
  onOpen,
}: {
  rows: CategoryClass[];
  open: string | undefined;
  onOpen: (id: string) => void;
}) {
  return (
    <table className="grid">
      <colgroup>
        <col />
        <col style={{ width: '34%' }} />
        <col style={{ width: 64 }} />
        <col style={{ width: 120 }} />
      </colgroup>
      <thead>
        <tr>
          <th>{t('categories.name')}</th>
          <th>{t('categories.words')}</th>
          <th>{t('categories.least.short')}</th>
          <th>
            <span className="quiet-reading">{t('categories.marks')}</span>
          </th>
        </tr>
      </thead>
      <tbody onKeyDown={step}>
        {rows.map(c => (
          <tr
            key={c.id}
            className={c.id === open ? 'on' : ''}
            data-testid="category-row"
            onClick={() => onOpen(c.id)}
          >
            <td className="cut">
              <span className="tree-row" style={{ '--deep': c.parent ? 1 : 0 } as React.CSSProperties}>
                <button
                  type="button"
                  className={`cell ${c.parent ? '' : 'b'} ${c.hidden ? 'dim3' : ''}`}
                  aria-current={c.id === open ? 'true' : undefined}
                  onClick={event => {
                    event.stopPropagation();
                    onOpen(c.id);
                  }}
                >
                  {categoryName(c)}
                </button>{' '}
                <span className="dim3">{otherName(c)}</span>
              </span>
            </td>
            <td className="cut dim">{c.words.join(t('why.join'))}</td>
            <td>{c.least === 'C' ? '' : t(c.least === 'A' ? 'categories.always' : 'categories.from_b')}</td>
            <td>
              <Marks of={c} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Which version is in force: who made it, when and why. */
function InForce({ tree }: { tree: CategoryTree }) {
  const { latest } = tree;
  return (
    <p className="dim pad-row row">
      {latest ? (
        <span>
          {t('categories.in_force', { n: latest.number, name: latest.byName })} <When at={latest.at} />
          {t('categories.because', { reason: latest.reason })}
        </span>
      ) : (
        <span>{t('categories.as_shipped')}</span>
      )}
      {!tree.mayEdit && <span>{t('categories.only_company')}</span>}
    </p>
  );
}

export function CategoriesPage() {
  const { open, q = '', all } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({ queryKey: ['category-tree'], queryFn: () => data(api.GET('/category-tree')) });
  const set = (part: { open?: string | undefined; q?: string | undefined; all?: string | undefined }) =>
    void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const tree = query.data;
  const of = tree?.items.find(c => c.id === open);
  const isNew = open === 'new' || (open?.startsWith('new-') ?? false);
  const close = () => set({ open: undefined });
  const rows = tree ? rowsOf(tree.items, q, all === '1') : [];
  const anyHidden = tree?.items.some(c => c.hidden);
  const beside = tree && (of || (isNew && tree.mayEdit) || open === 'versions');
  return (
    <main id="main" className={`main ${beside ? 'split' : ''}`}>
      <section className="list bare" aria-label={t('settings.categories')}>
        <div className="h">
          <H1>{t('settings.categories')}</H1>
          <Find label={t('categories.find')} q={q} onFind={q => set({ q })} />
          {anyHidden && (
            <label className="row">
              <input
                type="checkbox"
                checked={all === '1'}
                onChange={e => set({ all: e.target.checked ? '1' : undefined })}
              />
              {t('categories.show_hidden')}
            </label>
          )}
          <span className="grow" />
          <button type="button" className="btn" onClick={() => set({ open: 'versions' })}>
            {t('categories.versions')}
          </button>
          {tree?.mayEdit && (
            <button type="button" className="btn" onClick={() => set({ open: 'new' })}>
              <Icon name="plus" />
              {t('categories.new')}
            </button>
          )}
        </div>
        <Tabs of="settings" />
        <div className="scroll">
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={16} />}
          {tree && <InForce tree={tree} />}
          {tree && rows.length === 0 && (
            <Empty
              action={
                <button type="button" className="link" onClick={() => set({ q: undefined })}>
                  {t('categories.find.clear')}
                </button>
              }
            >
              {t('categories.none', { q })}
            </Empty>
          )}
          {rows.length > 0 && <Rows rows={rows} open={open} onOpen={id => set({ open: id })} />}
        </div>
      </section>
      {beside &&
        (open === 'versions' ? (
          <Versions tree={tree} onClose={close} />
        ) : (
          <Editor
            key={open}
            tree={tree}
            of={of}
            parent={open?.slice('new-'.length)}
            onOpen={id => set({ open: id })}
            onClose={close}
          />
        ))}
    </main>
  );
}
