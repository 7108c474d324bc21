import { useEffect, useRef } from 'react';
import { shortNumber } from '../../../kit/format.ts';
import { ClockCell, GradeBadge } from '../../../kit/parts.tsx';
import type { TicketRow } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';

interface Props {
  rows: TicketRow[];
  open: string | undefined;
  onOpen: (id: string) => void;
}

const urgent = (row: TicketRow): boolean =>
  row.status === 'new' || row.clock?.state === 'breached' || (row.grade === 'A' && !row.clock?.stoppedAt);

function Row({ row, on, onOpen }: { row: TicketRow; on: boolean; onOpen: (id: string) => void }) {
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
      <td>
        <GradeBadge grade={row.grade} />
      </td>
      <td className="dim3 nw" title={row.number}>
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
      </td>
      <td className="dim cut" title={row.place}>
        {row.short || row.place}
      </td>
      <td className={`nw ${row.status === 'new' ? 'b' : ''}`}>{t(`status.${row.status}`)}</td>
      <td>{row.clock ? <ClockCell clock={row.clock} /> : <span className="dim3">–</span>}</td>
      <td className="cut">{row.assignee?.name ?? <span className="dim3">–</span>}</td>
    </tr>
  );
}

export function TicketTable({ rows, open, onOpen }: Props) {
  return (
    <table className="grid tickets">
      <colgroup>
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
          <th>{t('tickets.grade')}</th>
          <th>{t('tickets.number')}</th>
          <th>{t('tickets.matter')}</th>
          <th>{t('tickets.place')}</th>
          <th>{t('tickets.status')}</th>
          <th>
            <span className="ck">
              <span>{t('tickets.clock')}</span>
              <span>50 · 80</span>
              <span className="num">{t('tickets.left')}</span>
            </span>
          </th>
          <th>{t('tickets.assignee')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <Row key={row.id} row={row} on={row.id === open} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  );
}
