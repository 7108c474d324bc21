import { useEffect, useRef } from 'react';
import { shortNumber } from '../../../kit/format.ts';
import { ClockCell, GradeBadge } from '../../../kit/parts.tsx';
import type { TicketRow } from '../../../kit/types.ts';
import { ArrivalTag, windowText } from '../../../kit/visits.tsx';
import { t } from '../../words/index.ts';

interface Props {
  rows: TicketRow[];
  open: string | undefined;
  onOpen: (id: string) => void;
  /** Which are chosen; undefined: there is nothing to choose for. */
  picked: ReadonlySet<string> | undefined;
  onPick: (picked: ReadonlySet<string>) => void;
}

/** As many as the server takes at once. */
const most = 100;

/** With these the other way round. */
export function toggled(picked: ReadonlySet<string>, ids: string[]): ReadonlySet<string> {
  const next = new Set(picked);
  const all = ids.every(id => next.has(id));
  for (const id of ids) {
    if (all) next.delete(id);
    else if (next.size < most) next.add(id);
  }
  return next;
}

// From here on nobody is sent any more.
const given = (row: TicketRow) => !['resolved', 'followed_up', 'archived', 'cancelled'].includes(row.status);

const urgent = (row: TicketRow): boolean =>
  row.status === 'new' || row.clock?.state === 'breached' || (row.grade === 'A' && !row.clock?.stoppedAt);

function Row({
  row,
  on,
  onOpen,
  picked,
  onPick,
}: { row: TicketRow; on: boolean } & Omit<Props, 'rows' | 'open'>) {
  const el = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (on) el.current?.scrollIntoView?.({ block: 'nearest' });
  }, [on]);
  return (
    <tr
      ref={el}
      className={on ? 'on' : ''}
      data-testid="ticket-row"
      data-id={row.id}
      onClick={() => onOpen(row.id)}
    >
      {picked && (
        <td className="c-pick" onClick={event => event.stopPropagation()}>
          {given(row) && (
            <input
              type="checkbox"
              aria-label={t('bulk.pick', { number: row.number })}
              checked={picked.has(row.id)}
              onChange={() => onPick(toggled(picked, [row.id]))}
            />
          )}
        </td>
      )}
      <td>
        <GradeBadge grade={row.grade} />
      </td>
      <td className="dim3 nw c-number" title={row.number}>
        {shortNumber(row.number)}
      </td>
      <td className="cut">
        <button
          type="button"
          className={`cell ${urgent(row) ? 'b' : ''}`}
          aria-current={on ? 'true' : undefined}
          onClick={event => {
            event.stopPropagation();
            onOpen(row.id);
          }}
        >
          {row.title}
        </button>
        {row.visitState === 'booked' && row.visitFrom && row.visitTo && (
          <span className="tag">{windowText(row.visitFrom, row.visitTo)}</span>
        )}
        <ArrivalTag ticket={row} />
      </td>
      <td className="dim cut" title={row.place}>
        {row.short || row.place}
      </td>
      <td className={`nw c-status ${row.status === 'new' ? 'b' : ''}`}>{t(`status.${row.status}`)}</td>
      <td>{row.clock ? <ClockCell clock={row.clock} /> : <span className="dim3">–</span>}</td>
      <td className="cut c-who">{row.assignee?.name ?? <span className="dim3">–</span>}</td>
    </tr>
  );
}

export function TicketTable({ rows, open, onOpen, picked, onPick }: Props) {
  const free = rows.filter(given).map(row => row.id);
  return (
    <table className="grid tickets">
      <colgroup>
        {picked && <col className="c-pick" />}
        <col className="c-grade" />
        <col className="c-number" />
        <col />
        <col className="c-place" />
        <col className="c-status" />
        <col className="c-clock" />
        <col className="c-who" />
      </colgroup>
      <thead>
        <tr>
          {picked && (
            <th className="c-pick">
              <input
                type="checkbox"
                aria-label={t('bulk.pick_all')}
                disabled={free.length === 0}
                checked={free.length > 0 && free.every(id => picked.has(id))}
                onChange={() => onPick(toggled(picked, free))}
              />
            </th>
          )}
          <th>{t('tickets.grade')}</th>
          <th className="c-number">{t('tickets.number')}</th>
          <th>{t('tickets.matter')}</th>
          <th>{t('tickets.place')}</th>
          <th className="c-status">{t('tickets.status')}</th>
          <th>
            <span className="ck">
              <span>{t('tickets.clock')}</span>
              <span>50 · 80</span>
              <span className="num">{t('tickets.left')}</span>
            </span>
          </th>
          <th className="c-who">{t('tickets.assignee')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <Row key={row.id} row={row} on={row.id === open} onOpen={onOpen} picked={picked} onPick={onPick} />
        ))}
      </tbody>
    </table>
  );
}
