// A drawing with what is marked on it: the console draws on it, the phone shows where the valve is.
import type { ReactNode } from 'react';
import type { Plan, PlanItem } from './types.ts';

const letters: Record<PlanItem['kind'], string> = { line: '', valve: '⋈', switch: 'S', point: '●' };
const full = 10_000;

interface Props {
  plan: Pick<Plan, 'id' | 'name' | 'items' | 'width' | 'height'>;
  src: string;
  chosen?: number | undefined;
  hidden?: ReadonlySet<string>;
  onChoose?: (at: number) => void;
  onSpot?: (spot: [number, number]) => void;
  nameOf: (item: PlanItem) => string;
  children?: ReactNode;
}

export function PlanView({ plan, src, chosen, hidden, onChoose, onSpot, nameOf, children }: Props) {
  const shown = plan.items.map((item, at) => ({ item, at })).filter(({ item }) => !hidden?.has(item.medium));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a drawing board; its marks are buttons
    <div
      className={onSpot ? 'plan draws' : 'plan'}
      style={{ aspectRatio: `${plan.width} / ${plan.height}` }}
      onClick={event => {
        if (!onSpot) return;
        const box = event.currentTarget.getBoundingClientRect();
        const at = (value: number, size: number) =>
          Math.max(0, Math.min(full, Math.round((value / size) * full)));
        onSpot([at(event.clientX - box.left, box.width), at(event.clientY - box.top, box.height)]);
      }}
    >
      <img src={src} alt={plan.name} draggable={false} />
      <svg viewBox={`0 0 ${full} ${full}`} preserveAspectRatio="none" aria-hidden="true">
        {shown
          .filter(({ item }) => item.kind === 'line')
          .map(({ item, at }) => (
            <polyline
              key={item.id ?? at}
              className={`medium-${item.medium} ${at === chosen ? 'on' : ''}`}
              points={item.points.map(p => p.join(' ')).join(' ')}
              vectorEffect="non-scaling-stroke"
            />
          ))}
      </svg>
      {shown
        .filter(({ item }) => item.kind !== 'line')
        .map(({ item, at }) => (
          <button
            key={item.id ?? at}
            type="button"
            className={`spot medium-${item.medium} ${at === chosen ? 'on' : ''}`}
            style={{
              left: `${(item.points[0]?.[0] ?? 0) / 100}%`,
              top: `${(item.points[0]?.[1] ?? 0) / 100}%`,
            }}
            aria-label={nameOf(item)}
            aria-pressed={at === chosen}
            title={nameOf(item)}
            onClick={event => {
              event.stopPropagation();
              onChoose?.(at);
            }}
          >
            {letters[item.kind]}
          </button>
        ))}
      {children}
    </div>
  );
}
