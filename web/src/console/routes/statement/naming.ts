import type { BookedMoney } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';

/** A booking in one line. */
export const naming = (b: BookedMoney) =>
  [t(`booked.${b.kind}`), b.day, b.label, b.party, b.reference].filter(Boolean).join(' · ');
