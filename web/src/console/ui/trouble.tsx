import type { ReactNode } from 'react';
import type { Trouble } from '../../kit/send.ts';

/** What went wrong, what is safe, what next. */
export function TroubleNote({ trouble }: { trouble: Trouble | undefined }) {
  if (!trouble) return null;
  return (
    <p className="trouble" role="alert">
      <span className="grow">{trouble.text}</span>
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
