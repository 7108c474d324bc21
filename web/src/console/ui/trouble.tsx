import type { ReactNode } from 'react';
import type { Trouble } from '../../kit/send.ts';
import { t } from '../words/index.ts';

/** What went wrong, what is safe, what next. */
export function TroubleNote({ trouble, onLatest }: { trouble: Trouble | undefined; onLatest?: () => void }) {
  if (!trouble) return null;
  return (
    <p className="trouble" role="alert">
      <span className="grow">{trouble.text}</span>
      {trouble.stale && onLatest && (
        <button type="button" className="link" onClick={onLatest}>
          {t('error.see_latest')}
        </button>
      )}
    </p>
  );
}

export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <p className="empty">
      {children} {action}
    </p>
  );
}
