import type { Import } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';

/** How often a page looks at an import that is under way, in ms. */
export const pollEvery = 1000;

export const running = (item: Import): boolean =>
  item.state === 'checking' || item.state === 'applying' || item.state === 'undoing';

/** How far a run has come; while a file is read nobody knows of how many rows. */
export function Progress({ item }: { item: Import }) {
  const label = t(`import.state.${item.state}`);
  return (
    <span className="row">
      {item.total > 0 ? (
        <progress aria-label={label} value={item.done} max={item.total} />
      ) : (
        <progress aria-label={label} />
      )}
      <span className="dim">
        {item.total > 0
          ? t('import.done_of', { n: item.done.toLocaleString(), all: item.total.toLocaleString() })
          : t('import.done_rows', { n: item.done.toLocaleString() })}
      </span>
    </span>
  );
}
