import { useEffect, useState } from 'react';

/** Nothing moves for what arrives within 150 ms. */
export function useLate(ms = 150): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const id = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(id);
  }, [ms]);
  return late;
}

export function Skeleton({ rows = 8, height = 32 }: { rows?: number; height?: number }) {
  const late = useLate();
  if (!late) return null;
  return (
    <div className="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <div key={at} style={{ height }}>
          <i style={{ width: `${90 - ((at * 37) % 50)}%` }} />
        </div>
      ))}
    </div>
  );
}

export function PageSkeleton() {
  return (
    <div className="page-skeleton" aria-busy="true">
      <Skeleton />
    </div>
  );
}
