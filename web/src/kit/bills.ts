// A line of a bill explained in sentences, for every face that shows bills (BIL-07).
import { yuan } from './format.ts';
import { dictionary } from './i18n.ts';
import type { BillLine } from './types.ts';
import { type BillKey, zh } from './words/bills.zh.ts';

const t = dictionary<BillKey>(zh, () => import('./words/bills.en.ts').then(m => m.en));

type Explain = BillLine['explain'];
type Part = NonNullable<Explain['parts']>[number];
export type Stay = NonNullable<Explain['stay']>;
export type Parking = Stay['rule'];

const basisUnit = (basis: Explain['basis']) =>
  basis === 'building_area' || basis === 'inner_area' ? t('bill.unit.area') : t('bill.unit.month');

function byTime(line: BillLine): string[] {
  const { basis, formula, numbers, space } = line.explain;
  const parts = line.explain.parts ?? [];
  const out: string[] = [];
  if (basis === 'single') return once(line);
  if (basis === 'parking_time') return line.explain.stay ? staySaid(line.explain.stay) : [];
  if (basis === 'opening')
    return [
      line.explain.for
        ? t('bill.say.openingNote', { what: line.explain.for, yuan: line.price })
        : t('bill.say.opening', { yuan: line.price }),
    ];
  if (basis === 'formula')
    out.push(t('bill.say.formula', { formula: formula ?? '', numbers: numbers ?? '', price: line.price }));
  else if (basis === 'space') out.push(t('bill.say.space', { space: space ?? '', price: line.price }));
  else if (basis === 'room') out.push(t('bill.say.room', { price: line.price }));
  else out.push(t('bill.say.area', { price: line.price, unit: basisUnit(basis), area: line.quantity }));
  return [...out, ...parts.map(partSaid)];
}

function once(line: BillLine): string[] {
  const { for: what = '', why = '' } = line.explain;
  if (line.tariffId)
    return [t('bill.say.priced', { what, price: line.price, n: line.quantity, yuan: yuan(line.amount) })];
  if (why) return [t('bill.say.free', { what, yuan: yuan(line.amount), why })];
  return [t('bill.say.single', { what, yuan: line.price })];
}

/** 1320 → "22:00" */
export const clockOf = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** The rule of a stay in words, for whoever reads a board at the gate. */
export function parkingSaid(p: Parking): string[] {
  const free = p.free ? [t('bill.park.free', { n: p.free })] : [];
  if (p.by === 'entry') return [t('bill.park.entry', { yuan: yuan(p.entry ?? '0') }), ...free];
  const out = [t('bill.park.step', { n: p.step ?? 0, yuan: yuan(p.price ?? '0') })];
  if (p.nightStep)
    out.push(
      t('bill.park.night', {
        from: clockOf(p.nightFrom ?? 0),
        to: clockOf(p.nightTo ?? 0),
        n: p.nightStep,
        yuan: yuan(p.night ?? '0'),
      }),
    );
  if (p.cap) out.push(t(`bill.park.cap.${p.capBy || 'entry'}`, { yuan: yuan(p.cap) }));
  if (free.length > 0) out.push(...free, t(p.freeOff ? 'bill.park.freeOff' : 'bill.park.fromEntry'));
  return out;
}

/** How a stay came to its fee. */
export function staySaid(s: Stay): string[] {
  const out = [
    t('bill.stay.time', {
      plate: s.plate,
      in: s.in,
      out: s.out,
      h: Math.floor(s.minutes / 60),
      m: s.minutes % 60,
    }),
    ...(s.permits ?? []).map(span => t('bill.stay.permit', { span })),
  ];
  for (const part of s.parts ?? []) {
    if (s.permits) out.push(t('bill.stay.part', { from: part.from, to: part.to }));
    if (part.free) out.push(t('bill.stay.free', { n: s.rule.free ?? 0 }));
    else if (s.rule.by === 'entry') out.push(t('bill.stay.entry', { yuan: yuan(part.amount) }));
    for (const d of part.days ?? []) {
      const key = d.steps > 0 ? (d.nights > 0 ? 'both' : 'steps') : 'nights';
      out.push(
        t(`bill.stay.${key}`, {
          day: d.day,
          steps: d.steps,
          nights: d.nights,
          price: yuan(s.rule.price ?? '0'),
          night: yuan(s.rule.night ?? '0'),
          yuan: yuan(d.before),
        }),
      );
      if (d.before !== d.amount) out.push(t('bill.stay.capped', { day: d.day, yuan: yuan(d.amount) }));
    }
  }
  return out;
}

function partSaid(p: Part): string {
  const values = { month: p.month ?? '', days: p.days, of: p.of, yuan: yuan(p.amount) };
  if (p.half) return t('bill.say.half', values);
  return t(p.days === p.of ? 'bill.say.month' : 'bill.say.days', values);
}

function byMeter(line: BillLine): string[] {
  const { meter, tiers, tierRule } = line.explain;
  if (!meter) return [];
  const out = [
    t('bill.say.meter', {
      number: meter.number,
      last: meter.last,
      lastOn: meter.lastOn ?? '',
      this: meter.this,
      thisOn: meter.thisOn ?? '',
      usage: meter.usage,
    }),
  ];
  if (meter.register) out.push(t(`bill.say.register.${meter.register}`, { price: line.price }));
  if (tierRule?.people)
    out.push(
      t('bill.say.people', {
        people: tierRule.people,
        base: tierRule.base ?? 0,
        extra: tierRule.extra ?? '',
      }),
    );
  if (tierRule?.used) out.push(t('bill.say.year', { used: tierRule.used }));
  if (meter.multiplier !== '1') out.push(t('bill.say.multiplier', { n: meter.multiplier }));
  if (meter.remark === 'rolled_over' || meter.remark === 'replaced' || meter.remark === 'unusual')
    out.push(t(`bill.say.${meter.remark}`));
  if (meter.estimated) out.push(t('bill.say.estimated'));
  out.push(
    tiers && tiers.length > 0
      ? t('bill.say.tiers', {
          sum: tiers.map(s => `${s.volume} × ${s.price}`).join(' + '),
          yuan: line.explain.exact ?? '',
        })
      : t('bill.say.used', { usage: meter.usage, price: line.price, yuan: line.explain.exact ?? '' }),
  );
  return out;
}

/** How a line came about, in sentences with the numbers in them. */
export function explained(line: BillLine): string[] {
  const { basis, shares, rounding, discounts, taxRate } = line.explain;
  const out = basis === 'meter' ? byMeter(line) : basis === 'share' ? [] : byTime(line);
  for (const s of shares ?? [])
    out.push(
      t('bill.say.share', {
        name: s.name,
        cost: yuan(s.cost),
        by: t(`bill.by.${s.by as 'area'}`),
        weight: s.weight,
        of: s.of,
        rooms: s.rooms,
        yuan: yuan(s.whole ?? s.amount),
      }),
      ...(s.days
        ? [t('bill.say.shareDays', { days: s.days, of: s.daysOf ?? s.days, yuan: yuan(s.amount) })]
        : []),
    );
  for (const d of discounts ?? [])
    out.push(t('bill.say.discount', { kind: t(`bill.discount.${d.kind as 'vacancy'}`), yuan: yuan(d.off) }));
  if (!['share', 'single', 'opening', 'parking_time'].includes(basis))
    out.push(
      t('bill.say.rounding', {
        unit: t(`bill.unit.${rounding.unit ?? 'fen'}`),
        mode: t(`bill.mode.${rounding.mode ?? 'half_up'}`),
      }),
    );
  if (line.explain.correctsWhy)
    out.push(
      t('bill.say.corrects', { yuan: yuan(line.explain.corrects ?? ''), why: line.explain.correctsWhy }),
    );
  if (line.explain.by) out.push(t('bill.say.by', { by: line.explain.by }));
  if (taxRate) out.push(t('bill.say.tax', { rate: percent(taxRate), yuan: yuan(line.tax) }));
  return out;
}

/** "0.06" → "6": the point moves, nothing is computed. */
export function percent(rate: string): string {
  const [whole = '0', part = ''] = rate.split('.');
  const moved = `${whole}${part.padEnd(2, '0').slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  const rest = part.slice(2).replace(/0+$/, '');
  return rest ? `${moved}.${rest}` : moved;
}
