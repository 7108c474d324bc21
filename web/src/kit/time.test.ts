import { afterEach, describe, expect, it } from 'vitest';
import {
  dayOf,
  exact,
  hourMinute,
  instant,
  keepZone,
  nextAt,
  startOf,
  today,
  typedTime,
  when,
} from './time.ts';

// An owner who lives in New York, a desk whose computer is set to London: what is
// shown and typed is the clock of the community, where the technician rings.
describe('the clock of the community', () => {
  afterEach(() => keepZone(undefined));
  const nine = '2026-12-02T01:00:00.000Z';

  it('shows moments', () => {
    keepZone('Asia/Shanghai');
    expect(hourMinute(new Date(nine))).toBe('09:00');
    expect(dayOf(Date.parse('2026-12-01T16:00:00Z'))).toBe('2026-12-02');
    expect(typedTime(Date.parse(nine))).toBe('2026-12-02T09:00');
    expect(exact(nine)).toMatch(/^2026-12-02 .+ 09:00:00$/);
    keepZone('America/New_York');
    expect(hourMinute(new Date(nine))).toBe('20:00');
    expect(today(Date.parse(nine))).toBe('2026-12-01');
  });

  it('says today, yesterday and tomorrow by its days', () => {
    keepZone('Asia/Shanghai');
    const now = Date.parse('2026-12-01T15:30:00Z'); // 23:30 there
    expect(when('2026-12-01T15:00:00Z', now)).toBe('23:00');
    expect(when('2026-12-01T16:10:00Z', now)).toContain('00:10');
    expect(when('2026-12-01T16:10:00Z', now)).not.toBe('00:10');
    expect(when('2025-12-31T15:59:00Z', now)).toBe('2025-12-31');
  });

  it('takes what is typed as its own', () => {
    keepZone('Asia/Shanghai');
    expect(instant('2026-12-02T09:00')).toBe(nine);
    expect(instant('20261-12-02T09:00')).toBe('20261-12-02T09:00');
    expect(startOf('2026-12-02').toISOString()).toBe('2026-12-01T16:00:00.000Z');
    expect(nextAt('9:00', Date.parse('2026-12-01T15:30:00Z'))?.toISOString()).toBe(nine);
    expect(nextAt('23:40', Date.parse('2026-12-01T15:30:00Z'))?.toISOString()).toBe(
      '2026-12-01T15:40:00.000Z',
    );
    keepZone('America/New_York'); // the night in which an hour is left out, and the one with an hour twice
    for (const typed of ['2026-03-08T01:59', '2026-03-08T03:00', '2026-11-01T00:30', '2026-11-01T03:00'])
      expect(typedTime(Date.parse(instant(typed)))).toBe(typed);
    expect(typedTime(Date.parse(instant('2026-03-08T02:30')))).toMatch(/T0[13]:30$/);
  });

  it('is the device’s where the zone is not known', () => {
    keepZone('Mars/Olympus');
    const at = new Date(2026, 11, 2, 9, 5);
    expect(hourMinute(at)).toBe('09:05');
    expect(instant('2026-12-02T09:05')).toBe(at.toISOString());
    expect(dayOf(at)).toBe('2026-12-02');
  });

  it('says nothing of what is no moment', () => {
    keepZone('Asia/Shanghai');
    expect(dayOf(Number.NaN)).toBe('');
    expect(typedTime(Number.NaN)).toBe('');
  });
});
