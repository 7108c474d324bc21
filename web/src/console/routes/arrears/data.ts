import { useQueryClient } from '@tanstack/react-query';
import { showNow } from '../../../kit/shown.ts';
import type { OwedHousehold } from '../../../kit/types.ts';

/** "0.0005" → "0.5‰": the point moves, nothing is computed. */
export function perDayWords(rate: string): string {
  const [whole = '0', part = ''] = rate.split('.');
  const moved = `${whole}${part.padEnd(3, '0').slice(0, 3)}`.replace(/^0+(?=\d)/, '');
  const rest = part.slice(3).replace(/0+$/, '');
  return `${rest ? `${moved}.${rest}` : moved}‰`;
}

/** Every action answers with the household as it is then: shown at once, no second request. */
export function useOwed() {
  const client = useQueryClient();
  return (owed: OwedHousehold) => {
    void showNow(client, ['owed', owed.roomId], owed);
    void client.invalidateQueries({ queryKey: ['arrears'] });
    void client.invalidateQueries({ queryKey: ['approval-counts'] });
  };
}
