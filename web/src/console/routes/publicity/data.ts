// What the pages of shared income and of inspections have in common (BIL-09, BIL-09a).
import { useQueryClient } from '@tanstack/react-query';
import type { ChargeInspection, SharedEntry, SharedYear } from '../../../kit/types.ts';

export const kinds = {
  income: ['lift_ads', 'outdoor_ads', 'parking', 'venue', 'vending', 'telecom', 'interest', 'other'],
  expense: ['upkeep', 'committee', 'maintenance_fund', 'community', 'management', 'tax', 'other'],
} as const satisfies Record<SharedEntry['side'], readonly SharedEntry['kind'][]>;

export const yearColour: Record<SharedYear['state'], string> = {
  open: '',
  asked: 'amber',
  published: 'green',
};

export const inspectionKinds = [
  'inspection',
  'order',
  'finding',
  'fine',
] as const satisfies readonly ChargeInspection['kind'][];

/** Everything that hangs on one of the two is asked for again. */
export function useStale(of: 'shared' | 'charge-inspection') {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ predicate: q => String(q.queryKey[0]).startsWith(of) });
}
