import { describe, expect, it } from 'vitest';
import { addDays, dutyHours, shiftHours } from './roster.ts';

describe('the hours of the roster', () => {
  it.each([
    [480, 480, '08:00–16:00'],
    [960, 480, '16:00–24:00'],
    [0, 1440, '00:00–24:00'],
    [480, 1440, '08:00–次日08:00'],
    [1320, 600, '22:00–次日08:00'],
  ])('%i + %i is %s', (startMinute, minutes, text) => {
    expect(shiftHours({ startMinute, minutes })).toBe(text);
  });

  it('says when a duty ends on the next day, in local time', () => {
    const at = (day: number, hour: number) => new Date(2026, 2, day, hour).toISOString();
    expect(dutyHours({ from: at(3, 22), to: at(4, 8) })).toBe('22:00–次日08:00');
    expect(dutyHours({ from: at(3, 16), to: at(4, 0) })).toBe('16:00–24:00');
    expect(dutyHours({ from: at(3, 8), to: at(3, 16) })).toBe('08:00–16:00');
  });

  it('adds days across months', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect(addDays('2026-03-01', -7)).toBe('2026-02-22');
  });
});
