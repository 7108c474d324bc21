// What a clock of a ticket says at this moment.
import type { Clock } from './types.ts';

export interface Reading {
  /** 0–100, capped. */
  percent: number;
  look: 'run' | 'warn' | 'over' | 'done' | 'late' | 'off' | 'held';
  left: number;
  elapsed: number;
  lateBy: number;
}

export function read(clock: Clock, now: number): Reading {
  const [start, due] = [Date.parse(clock.start), Date.parse(clock.due)];
  const at = clock.stoppedAt ? Date.parse(clock.stoppedAt) : now;
  // A cancelled matter has no verdict.
  if (clock.state === 'cancelled') return { percent: 0, look: 'off', left: 0, elapsed: 0, lateBy: 0 };
  const span = Math.max(1, due - start);
  // What stands still shows what is left of it, not what the wall clock says.
  const pausedMs = clock.pausedMs ?? 0;
  const elapsed = Math.max(0, at - start);
  const left = due - at;
  const part = Math.min(100, (elapsed / span) * 100);
  if (clock.stoppedAt) {
    // Limits are inclusive; the server's verdict stands even where it has been excused.
    const late = clock.state === 'missed';
    return {
      percent: 100,
      look: late ? 'late' : 'done',
      left,
      elapsed,
      lateBy: late ? Math.max(0, -left) : 0,
    };
  }
  if (clock.state === 'paused') {
    const stood = at - start - pausedMs;
    return {
      percent: Math.min(100, (stood / span) * 100),
      look: 'held',
      left: Math.max(0, left),
      elapsed: stood,
      lateBy: 0,
    };
  }
  if (left < 0) return { percent: 100, look: 'over', left, elapsed, lateBy: -left };
  return { percent: part, look: part >= 80 ? 'warn' : 'run', left, elapsed, lateBy: 0 };
}
