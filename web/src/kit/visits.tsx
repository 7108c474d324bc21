// Appointments as all faces say them (TIC-01, TIC-07c).
import { word } from './i18n.ts';
import { dayText } from './roster.ts';
import { dayOf, hourMinute } from './time.ts';
import type { TicketRow } from './types.ts';

/** 09:00–12:00 */
export const hours = (from: string, to: string): string =>
  `${hourMinute(new Date(from))}–${hourMinute(new Date(to))}`;

/** 3月3日周二 09:00–12:00 */
export const windowText = (from: string, to: string): string =>
  `${dayText(dayOf(new Date(from)))} ${hours(from, to)}`;

const shipped: Record<string, 'slot.morning' | 'slot.afternoon' | 'slot.evening'> = {
  上午: 'slot.morning',
  下午: 'slot.afternoon',
  晚间: 'slot.evening',
};

/** The name of a window: those that are shipped in the reader's language, others as the community wrote them. */
export const slotName = (name: string): string => {
  const key = shipped[name];
  return key ? word(key) : name;
};

/** One of the list of windows: 3月3日周二 上午 09:00–12:00 */
export const slotText = (w: { day: string; slot: string; from: string; to: string }): string =>
  `${dayText(w.day)} ${slotName(w.slot)} ${hours(w.from, w.to)}`;

/** A window as the value of a select, and back. */
export const slotKey = (w: { day: string; slot: string }): string => `${w.day} ${w.slot}`;
export const slotOf = (key: string): { day: string; slot: string } => ({
  day: key.slice(0, 10),
  slot: key.slice(11),
});

type Promised = Pick<TicketRow, 'visitState' | 'visitLate' | 'visitFrom' | 'visitTo' | 'visitMoved'>;

/** What became of the arrival: kept, too late by so much, too early, not come. */
export function ArrivalTag({ ticket }: { ticket: Promised }) {
  const late = ticket.visitLate ?? 0;
  if (ticket.visitState === 'kept') return <span className="tag">{word('visit.kept')}</span>;
  if (ticket.visitState !== 'missed') return null;
  const text =
    late > 0
      ? word('visit.late', { n: late })
      : late < 0
        ? word('visit.early', { n: -late })
        : word('visit.missed');
  return <span className="tag amber">{text}</span>;
}
