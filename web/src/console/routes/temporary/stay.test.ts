import { describe, expect, it } from 'vitest';
import { parkingSaid, type Stay, staySaid } from '../../../kit/bills.ts';
import { times } from './charge.tsx';

const rule = {
  by: 'time',
  free: 15,
  step: 30,
  price: '2.50',
  nightStep: 60,
  night: '1.00',
  nightFrom: 1260,
  nightTo: 420,
  cap: '20.00',
  capBy: 'entry',
} as const;

// BIL-07: what a resident reads of a stay holds every number that it came from.
describe('a stay in words', () => {
  const stay: Stay = {
    plate: '浙A12345',
    in: '2026-03-01 20:45',
    out: '2026-03-02 22:15',
    minutes: 1530,
    rule,
    parts: [
      {
        from: '2026-03-01 20:45',
        to: '2026-03-02 22:15',
        minutes: 1530,
        amount: '23.50',
        days: [
          { day: 1, on: '2026-03-01', steps: 29, nights: 10, before: '82.50', amount: '20.00' },
          { day: 2, on: '2026-03-02', steps: 1, nights: 1, before: '3.50', amount: '3.50' },
        ],
      },
    ],
  };
  it('says times, steps, night, and the cap of a day', () => {
    expect(staySaid(stay)).toEqual([
      '浙A12345：2026-03-01 20:45 进场，2026-03-02 22:15 出场，停了 25 小时 30 分钟。',
      '第 1 天：日间 29 次 × 2.50 元 + 夜间 10 次 × 1.00 元 = 82.50 元。',
      '第 1 天超过当天上限，收 20.00 元。',
      '第 2 天：日间 1 次 × 2.50 元 + 夜间 1 次 × 1.00 元 = 3.50 元。',
    ]);
  });
  it('says which days a permit covers', () => {
    expect(staySaid({ ...stay, parts: [], permits: ['2026-03-01 – 2026-03-31'] })).toContain(
      '月卡有效期 2026-03-01 – 2026-03-31 内不收费。',
    );
  });
});

describe('the rule of a stay', () => {
  it('is read like the board at the gate', () => {
    expect(parkingSaid(rule)).toEqual([
      '每 30 分钟 2.50 元，不足一次按一次计。',
      '夜间（21:00–07:00）每 60 分钟 1.00 元；一次按开始的时刻分日间、夜间。',
      '从进场起每 24 小时最多 20.00 元。',
      '15 分钟以内离场免费。',
      '超过免费时间的，从进场起计费。',
    ]);
    expect(parkingSaid({ by: 'entry', entry: '5.00' })).toEqual(['每次进场 5.00 元，不论停多久。']);
  });
});

describe('price × quantity', () => {
  it('is rounded to the fen, half up, exactly', () => {
    expect(times('80', '2.5')).toBe(20000);
    expect(times('19.99', '1.5')).toBe(2999);
    expect(times('0.005', '1')).toBe(1);
    expect(times('80', '')).toBeUndefined();
  });
});
