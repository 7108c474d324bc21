// The roster as both faces say it: hours, conflicts, days (STA-01).
import { currentLang, word } from './i18n.ts';
import { dayOf, hourMinute } from './time.ts';
import type { RosterLine, RosterProblem, RosterShift } from './types.ts';

const two = (n: number) => String(n).padStart(2, '0');
const clock = (minute: number) => `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;

const span = (from: string, to: string, next: boolean) =>
  next && to === '00:00' ? `${from}–24:00` : `${from}–${next ? word('roster.next_day') : ''}${to}`;

/** 08:00–16:00; what ends on the next day says so. */
export function shiftHours(s: Pick<RosterShift, 'startMinute' | 'minutes'>): string {
  const end = s.startMinute + s.minutes;
  return span(clock(s.startMinute), clock(end), end >= 1440);
}

/** The hours of one duty. */
export function dutyHours(d: Pick<RosterLine, 'from' | 'to'>): string {
  const [from, to] = [new Date(d.from), new Date(d.to)];
  return span(hourMinute(from), hourMinute(to), dayOf(from) !== dayOf(to));
}

/** A conflict as a sentence. */
export function problemText(p: RosterProblem): string {
  const other = { shift: p.shift ?? '', day: p.day ? dayText(p.day) : '' };
  switch (p.kind) {
    case 'overlap':
      return word('roster.problem.overlap', other);
    case 'rest':
      return word('roster.problem.rest', { ...other, hours: Math.round(((p.minutes ?? 0) / 60) * 10) / 10 });
    case 'leave':
      return word('roster.problem.leave', { kind: word(`roster.leave.${p.leave ?? 'other'}`) });
    case 'skill':
      return word('roster.problem.skill', {
        skills: (p.skills ?? []).map(s => word(`skill.${s}` as 'skill.water')).join(word('why.join')),
      });
  }
}

const noon = (day: string) => new Date(`${day}T12:00:00Z`);

export function addDays(day: string, n: number): string {
  const at = noon(day);
  at.setUTCDate(at.getUTCDate() + n);
  return at.toISOString().slice(0, 10);
}

/** 周一 */
export const weekdayText = (day: string): string =>
  noon(day).toLocaleDateString(currentLang() === 'en' ? 'en-GB' : 'zh-CN', {
    weekday: 'short',
    timeZone: 'UTC',
  });

/** 3月2日周一; of another year 2027年3月2日周二, where it is asked for. */
export const dayText = (day: string, withYear = false): string =>
  noon(day).toLocaleDateString(currentLang() === 'en' ? 'en-GB' : 'zh-CN', {
    ...(withYear ? { year: 'numeric' } : {}),
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    timeZone: 'UTC',
  });
