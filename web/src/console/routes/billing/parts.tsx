// What the pages of money share: the day, and a line explained in sentences (BIL-07).

import { today } from '../../../kit/time.ts';
import { t } from '../../words/index.ts';

export { explained, percent } from '../../../kit/bills.ts';

export { today };
export const thisMonth = () => today().slice(0, 7);

/** The counters of a meter that counts by time of use. */
export const registers = ['sharp', 'peak', 'flat', 'valley'] as const;

/** Who owes a line, as lists say it; a tenant is named as one. */
export const owing = (line: { debtor: string; tenant?: boolean | undefined }) =>
  line.tenant ? t('bill.debtor.of_tenant', { name: line.debtor }) : line.debtor || t('bill.developer');
