import { type ReactNode, useEffect, useRef } from 'react';
import { t } from '../words/index.ts';

/** The one heading of a page; the window is named after it. */
export function H1({ children, className }: { children: ReactNode; className?: string }) {
  const el = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const text = el.current?.textContent;
    document.title = text ? `${text} · ${t('app.name')}` : t('app.name');
  });
  return (
    <h1 ref={el} className={className}>
      {children}
    </h1>
  );
}
