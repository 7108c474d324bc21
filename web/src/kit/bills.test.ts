import { expect, test } from 'vitest';
import { explained } from './bills.ts';
import type { BillLine } from './types.ts';

const line = (share: object) =>
  ({
    price: '',
    quantity: '1',
    tax: '0.00',
    explain: {
      basis: 'share',
      rounding: {},
      shares: [
        {
          name: '楼道照明',
          cost: '1000.00',
          by: 'household',
          weight: '1',
          of: '10',
          rooms: 10,
          amount: '100.00',
          ...share,
        },
      ],
    },
  }) as unknown as BillLine;

// BIL-05, BIL-07: the room's share and, where the payer changed, the days of this bill.
test('a share says the days of the bill where the payer changed within the period', () => {
  expect(explained(line({}))).toEqual([
    '“楼道照明”共 1,000.00 元，10 户按户数分摊：本户 1 / 10，应摊 100.00 元。',
  ]);
  expect(explained(line({ amount: '35.71', whole: '100.00', days: 10, daysOf: 28 }))).toEqual([
    '“楼道照明”共 1,000.00 元，10 户按户数分摊：本户 1 / 10，应摊 100.00 元。',
    '本期 28 天由先后的付款人按天承担：本账单 10 天，35.71 元。',
  ]);
});
