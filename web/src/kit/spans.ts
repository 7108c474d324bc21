// The days that statements are usually asked for.

export type Span = 'month' | 'last_month' | 'quarter' | 'last_quarter' | 'year' | 'last_year';

const two = (n: number) => String(n).padStart(2, '0');

/** From the first day of a month to the last of another, counted from the year 0. */
function months(first: number, last: number): [string, string] {
  const y = (n: number) => Math.floor(n / 12);
  const m = (n: number) => (((n % 12) + 12) % 12) + 1;
  const end = new Date(Date.UTC(y(last), m(last), 0)).getUTCDate();
  return [`${y(first)}-${two(m(first))}-01`, `${y(last)}-${two(m(last))}-${two(end)}`];
}

/** Each with its first and last day, seen from a day. */
export function spans(today: string): Record<Span, [string, string]> {
  const year = Number(today.slice(0, 4));
  const now = year * 12 + Number(today.slice(5, 7)) - 1;
  const quarter = now - (now % 3);
  return {
    month: months(now, now),
    last_month: months(now - 1, now - 1),
    quarter: months(quarter, quarter + 2),
    last_quarter: months(quarter - 3, quarter - 1),
    year: months(year * 12, year * 12 + 11),
    last_year: months(year * 12 - 12, year * 12 - 1),
  };
}
