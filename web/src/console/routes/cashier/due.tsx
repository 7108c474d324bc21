// What is due, line by line, late fees in their own column; a tick for each line that is paid now.
import { earned } from '../../../kit/early.ts';
import { yuan } from '../../../kit/format.ts';
import type { OpenLine } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';
import { owing } from '../billing/parts.tsx';

interface Props {
  lines: OpenLine[];
  off: string[];
  setOff: (off: string[]) => void;
  several: boolean;
  today: string;
}

/** "If paid by … less …": of what is chosen, else the best that could be. */
function EarlyNote({ line, chosen }: { line: OpenLine; chosen: OpenLine[] }) {
  const now = earned(line, chosen);
  const best = now ?? line.early?.[0];
  if (!best) return null;
  const word = now ? 'cashier.early.line' : best.with?.length ? 'cashier.early.year' : 'cashier.early.line';
  const text = t(word, { day: best.until, yuan: yuan(best.off) });
  return <div className="dim3">{now ? <span className="tag">{text}</span> : text}</div>;
}

export function DueTable({ lines, off, setOff, several, today }: Props) {
  const all = lines.map(l => l.id);
  const chosen = lines.filter(l => !off.includes(l.id));
  const until = (day: string) => setOff(day ? lines.filter(l => (l.due ?? '') > day).map(l => l.id) : []);
  return (
    <>
      <p className="row wrap pad-row">
        <label className="row">
          <span className="dim">{t('cashier.until')}</span>
          <input type="date" max={lines.at(-1)?.due} onChange={e => until(e.target.value)} />
        </label>
        <button type="button" className="link" onClick={() => until(today)}>
          {today}
        </button>
      </p>
      <table className="grid" aria-label={t('cashier.due')}>
        <thead>
          <tr>
            <th>
              <input
                type="checkbox"
                aria-label={t('cashier.all')}
                checked={off.length === 0}
                onChange={e => setOff(e.target.checked ? [] : all)}
              />
            </th>
            {several && <th>{t('bill.room')}</th>}
            <th>{t('bill.period')}</th>
            <th>{t('bill.item')}</th>
            <th>{t('bill.debtor')}</th>
            <th>{t('bill.due')}</th>
            <th className="num">{t('bill.amount')}</th>
            <th className="num">{t('cashier.paid')}</th>
            <th className="num">{t('cashier.open')}</th>
            <th className="num">{t('cashier.late')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(line => (
            <tr key={line.id} className={off.includes(line.id) ? 'dim' : ''}>
              <td>
                <input
                  type="checkbox"
                  aria-label={t('cashier.line', { item: line.itemName, period: line.period })}
                  checked={!off.includes(line.id)}
                  onChange={e =>
                    setOff(e.target.checked ? off.filter(id => id !== line.id) : [...off, line.id])
                  }
                />
              </td>
              {several && <td className="nw">{line.short}</td>}
              <td className="dim nw">{line.period}</td>
              <td>
                {line.itemName}
                {line.explain.for && line.explain.for !== line.itemName && (
                  <div className="dim3">{line.explain.for}</div>
                )}
                <EarlyNote line={line} chosen={chosen} />
              </td>
              <td>{owing(line)}</td>
              <td className="nw">{line.due}</td>
              <td className="num">{yuan(line.amount)}</td>
              <td className="num dim">{line.paid === '0.00' ? '' : yuan(line.paid)}</td>
              <td className="num b">{yuan(line.open)}</td>
              <td className="num">
                {line.lateFee === '0.00' ? '' : yuan(line.lateFee)}
                {line.paused && <span className="tag">{t('cashier.paused')}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
