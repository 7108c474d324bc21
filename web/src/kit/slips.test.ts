import { describe, expect, it } from 'vitest';
import { before, begun, current, fee, linesOf, printed, refusedLines, usual } from './slips.ts';
import { typedTime } from './time.ts';
import type { Quote, SlipField, SlipForm, SlipView, Ticket } from './types.ts';

const ticket = {
  number: 'R-260310-0007',
  category: 'facilities.water',
  title: '水龙头滴水',
  description: '厨房，晚上更响',
  place: '3栋2单元1502',
  contactName: '林小雨',
  contactMobileMasked: '138****0000',
  owner: { name: '周敏' },
  assignee: { name: '张伟' },
  timeline: [],
} as unknown as Ticket;
const quote = (state: string, total: string) =>
  ({ state, total, lines: [{ name: '阀芯' }] }) as unknown as Quote;
const sources = { ticket, quotes: [quote('accepted', '35.10'), quote('declined', '80.00')], taken: [] };
const field = (id: string, type: SlipField['type'], more: Partial<SlipField> = {}): SlipField => ({
  id,
  zh: id,
  en: id,
  type,
  most: 500,
  ...more,
});
const form = {
  id: 'onsite_form',
  version: 1,
  zh: '上门服务单',
  en: 'On-site form',
  fields: [
    field('number', 'ref', { from: 'number' }),
    field('fault', 'text', { from: 'fault' }),
    field('visit', 'time', { from: 'visit' }),
    field('fee', 'money', { from: 'fee' }),
    field('tidy', 'choice', { choices: [{ id: 'yes', zh: '是', en: 'Yes' }] }),
    field('stamp', 'sign'),
  ],
} satisfies SlipForm;
const slip = (id: string, lines: SlipView['lines'], more: Partial<SlipView> = {}) =>
  ({ id, form: form.id, edition: 1, lines, ...more }) as SlipView;

describe('forms that go with a ticket (TIC-14, PRO-02, PRO-03)', () => {
  it('what the ticket knows stands on a new form, and what it does not is empty', () => {
    expect(begun(form, sources)).toEqual({
      fault: '水龙头滴水；厨房，晚上更响',
      visit: '',
      fee: '35.10',
      tidy: '',
    });
    expect(printed(form.fields[0] as SlipField, sources)).toBe('R-260310-0007');
    expect(printed(form.fields[3] as SlipField, sources)).toBe('¥35.10');
    expect(printed(form.fields[5] as SlipField, sources)).toBeUndefined();
  });

  it('a form that was kept prints what was written, whatever the ticket says by now', () => {
    const kept = slip('a', [
      { field: 'fault', value: '滴水' },
      { field: 'tidy', value: 'yes' },
    ]);
    const shown = form.fields.map(f => printed(f, sources, kept));
    expect(shown).toEqual(['R-260310-0007', '滴水', undefined, undefined, '是', undefined]);
  });

  it('a correction begins with what was written, and a time that nobody touched keeps its seconds', () => {
    const at = '2026-03-02T10:00:27.500Z';
    const kept = slip('a', [{ field: 'visit', value: at }]);
    const values = begun(form, sources, kept);
    expect(values).toEqual({ fault: '', visit: typedTime(Date.parse(at)), fee: '', tidy: '' });
    expect(linesOf(form, values, kept)[1]).toEqual({ field: 'visit', value: at });
    const later = linesOf(form, { ...values, visit: '2026-03-05T09:30' }, kept)[1]?.value ?? '';
    expect(typedTime(Date.parse(later))).toBe('2026-03-05T09:30');
  });

  it('a refusal finds the line that it is about', () => {
    const told = refusedLines(form, { 'lines[2].value': '请填金额', why: '请填', 'lines[9].value': '没有' });
    expect(told).toEqual({ fee: '请填金额' });
  });

  it('only what the customer agreed to is a cost, and what is free is none', () => {
    expect(fee([quote('accepted', '0.10'), quote('accepted', '0.20')])).toBe('¥0.30');
    expect(fee([quote('offered', '9.00')])).toBeUndefined();
    expect(fee([])).toBeUndefined();
  });

  it('a device that is issued comes with its opening form, a visit with the form of the service', () => {
    expect(usual({ category: 'customer_service.device' })).toContain('opening_form');
    expect(usual(ticket)).toEqual(['onsite_form', 'service_receipt']);
  });

  it('the latest version of a form is filled in, and its revisions stand one below the other', () => {
    expect(current([form, { ...form, version: 2 }]).map(f => f.version)).toEqual([2]);
    const all = [slip('c', [], { earlierId: 'b' }), slip('b', [], { earlierId: 'a' }), slip('a', [])];
    expect(before(all, all[0] as SlipView).map(s => s.id)).toEqual(['b', 'a']);
  });
});
