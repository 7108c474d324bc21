import type { ReactNode } from 'react';
import { Icon } from '../kit/icons.tsx';
import { back } from '../kit/path.ts';
import type { Matter } from '../kit/types.ts';
import { t } from './words/index.ts';

export function Bar({ title, back: to, children }: { title: string; back?: string; children?: ReactNode }) {
  if (!to)
    return (
      <header className="hi">
        <h1>{title}</h1>
        {children}
      </header>
    );
  return (
    <header className="navb">
      <button type="button" className="bk" aria-label={t('back')} onClick={() => back(to)}>
        <Icon name="left" />
      </button>
      <h1>{title}</h1>
    </header>
  );
}

/** How far a matter has come, in the customer's words. */
export const stateOf = (m: Pick<Matter, 'status' | 'heldWhy'>): string =>
  m.status === 'held' ? t(`state.held.${m.heldWhy ?? 'material'}`) : t(`state.${m.status}`);
