import { rating } from '../../../kit/format.ts';
import type { Household } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';

const width = 336;
// Below 3 all is bad enough: the room of the drawing goes to where ratings differ.
const y = (value: number) => 12 + (5 - Math.max(2.5, value)) * 20;

/** The last ratings as one line, the target dashed. */
export function RatingLine({ ratings }: { ratings: Household['ratings'] }) {
  const last = [...ratings].sort((a, b) => a.at.localeCompare(b.at)).slice(-8);
  if (last.length === 0) return <p className="pad dim3">{t('household.ratings.none')}</p>;
  const lowest = last.reduce((low, r) => (r.rating < low.rating ? r : low));
  const step = last.length > 1 ? (width - 24) / (last.length - 1) : 0;
  const points = last.map((r, at) => ({ x: 12 + at * step, y: y(r.rating), r }));
  const spoken = last.map(r => rating(r.rating)).join(t('why.join'));
  return (
    <svg
      className="ratings"
      viewBox={`0 0 ${width + 24} 84`}
      role="img"
      aria-label={t('household.ratings.spoken', { list: spoken })}
    >
      <path className="target" d={`M0 ${y(4)}h${width + 24}`} />
      <path className="line" d={`M${points.map(p => `${p.x} ${p.y}`).join(' ')}`} />
      {points.map(p => (
        <g key={p.r.at}>
          <circle cx={p.x} cy={p.y} r="2.5" />
          {(p.r === lowest || p.r === last.at(-1)) && (
            <text x={p.x} y={p.y + 16}>
              {rating(p.r.rating)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}
