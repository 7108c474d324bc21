// What is taken off lines that are paid whole and early, as the screen adds it up; what is paid is the server's (BIL-02).
import { fenOf } from './format.ts';
import type { OpenLine } from './types.ts';

type Early = NonNullable<OpenLine['early']>[number];

/** The best offer of a line for who pays these lines together. */
export function earned(line: OpenLine, together: OpenLine[]): Early | undefined {
  const paid = new Set(together.map(l => l.id));
  return (line.early ?? [])
    .filter(e => (e.with ?? []).every(id => paid.has(id)))
    .reduce<Early | undefined>((best, e) => (best && fenOf(best.off) >= fenOf(e.off) ? best : e), undefined);
}

/** What is taken off all of them, in fen. */
export const offOf = (lines: OpenLine[]): number =>
  lines.reduce((sum, line) => sum + fenOf(earned(line, lines)?.off ?? '0'), 0);
