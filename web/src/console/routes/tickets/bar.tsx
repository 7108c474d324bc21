// What stands around the list: search, views, filters, the line below.
import { categoryName } from '../../../kit/format.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Category } from '../../../kit/types.ts';
import { counted, useCounts } from '../../shell/shell.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from './data.ts';
import { type Filters, grades, kinds, narrowed, statuses, type View, views, wide } from './filters.ts';

export function ViewTabs({ view, onChoose }: { view: View; onChoose: (view: View) => void }) {
  const counts = useCounts().data;
  const shown = views.filter(name => name !== 'mentored' || name === view || (counts?.mentored ?? 0) > 0);
  return (
    <nav className="tabs views" aria-label={t('tickets.views')}>
      {shown.map(name => (
        <button
          key={name}
          type="button"
          className={name === view ? 'on' : ''}
          aria-current={name === view ? 'true' : undefined}
          onClick={() => onChoose(name)}
        >
          {t(`tickets.view.${name}`)}{' '}
          <em className={name === 'due' && (counts?.due ?? 0) > 0 ? 'soon' : ''}>
            {counts ? counted(counts[name]) : ''}
          </em>
        </button>
      ))}
    </nav>
  );
}

/** The sides that a filter can ask for: of the chosen class, or of a department that has classes with sides. */
function facetsOf(tree: Category[], { category, dept, facet }: Filters) {
  if (category) return tree.find(c => c.id === category)?.facets ?? [];
  const of = dept || facet ? tree.find(c => c.facets?.length && (!dept || c.dept === dept)) : undefined;
  return of?.facets ?? [];
}

export function Chips({ filters, set }: { filters: Filters; set: (part: Filters) => void }) {
  const tree = useCategories().data?.items ?? [];
  // Sides of fees are asked for where the list may hold fees: of one class its own, else those of any.
  const facets = facetsOf(tree, filters);
  const departments = [...new Set(tree.flatMap(c => c.dept ?? []))];
  return (
    <div className="chips">
      <label className="chip">
        <span className="k">{t('tickets.status')}</span>
        <select
          value={filters.status ?? ''}
          onChange={e => set({ status: statuses.find(s => s === e.target.value) })}
        >
          <option value="">{t('tickets.any')}</option>
          {statuses.map(s => (
            <option key={s} value={s}>
              {t(`status.${s}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="chip">
        <span className="k">{t('tickets.grade')}</span>
        <select
          value={filters.grade ?? ''}
          onChange={e => set({ grade: grades.find(g => g === e.target.value) })}
        >
          <option value="">{t('tickets.any')}</option>
          {grades.map(g => (
            <option key={g} value={g}>
              {t(`grade.${g}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="chip">
        <span className="k">{t('tickets.kind')}</span>
        <select
          value={filters.kind ?? ''}
          onChange={e => set({ kind: kinds.find(k => k === e.target.value) })}
        >
          <option value="">{t('tickets.any')}</option>
          {kinds.map(k => (
            <option key={k} value={k}>
              {t(`kind.${k}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="chip">
        <span className="k">{t('tickets.dept')}</span>
        <select
          value={filters.dept ?? ''}
          onChange={e => set({ dept: e.target.value || undefined, category: undefined, facet: undefined })}
        >
          <option value="">{t('tickets.any')}</option>
          {departments.map(d => (
            <option key={d} value={d}>
              {wordFor(`department.${d}`) ?? d}
            </option>
          ))}
        </select>
      </label>
      <label className="chip">
        <span className="k">{t('ticket.category')}</span>
        <select
          value={filters.category ?? ''}
          onChange={e => set({ category: e.target.value || undefined, facet: undefined })}
        >
          <option value="">{t('tickets.any')}</option>
          {tree
            .filter(c => !c.parent)
            .map(parent => (
              <optgroup key={parent.id} label={categoryName(parent)}>
                {tree
                  .filter(c => c.parent === parent.id && (!filters.dept || c.dept === filters.dept))
                  .map(c => (
                    <option key={c.id} value={c.id}>
                      {categoryName(c)}
                      {c.hidden && t('categories.hidden.mark')}
                    </option>
                  ))}
              </optgroup>
            ))}
        </select>
      </label>
      {facets.length > 0 && (
        <label className="chip">
          <span className="k">{t('ticket.facet')}</span>
          <select value={filters.facet ?? ''} onChange={e => set({ facet: e.target.value || undefined })}>
            <option value="">{t('tickets.any')}</option>
            {facets.map(f => (
              <option key={f.id} value={f.id}>
                {categoryName(f)}
              </option>
            ))}
          </select>
        </label>
      )}
      {narrowed(filters) && (
        <button type="button" className="btn quiet" onClick={() => set(wide)}>
          <Icon name="x" size="s" /> {t('tickets.clear')}
        </button>
      )}
      <span className="grow" />
      <span className="dim nw">{t('tickets.order')}</span>
    </div>
  );
}

export function Foot() {
  const counts = useCounts().data;
  return (
    <footer className="foot">
      {counts && (
        <span>
          {t('tickets.total', { n: counted(counts.all) })}
          {counts.breached > 0 && (
            <>
              {t('list.join')}
              <b className="over">{t('tickets.breached', { n: counted(counts.breached) })}</b>
            </>
          )}
        </span>
      )}
      <span className="grow" />
      <span className="hint">
        <Kbd>J</Kbd> <Kbd>K</Kbd> {t('keys.move')}
      </span>
      <span className="hint">
        <Kbd>Enter</Kbd> {t('keys.open')}
      </span>
      <span className="hint">
        <Kbd>?</Kbd> {t('keys.all')}
      </span>
    </footer>
  );
}
