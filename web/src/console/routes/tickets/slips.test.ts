import { describe, expect, it } from 'vitest';
import type { Quote, Ticket } from '../../../kit/types.ts';
import { zh as slipWords } from '../../words/slips.zh.ts';
import { zh as words } from '../../words/zh.ts';
import { fee, rows, slips, usual } from './slips.ts';

const zh = { ...words, ...slipWords };

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
const known = { ticket, quotes: [quote('accepted', '35.10'), quote('declined', '80.00')], taken: [] };

describe('forms that go with a ticket (TIC-14, PRO-02, PRO-03)', () => {
  it('what the ticket knows stands on the form, and what it does not is a line to write on', () => {
    const form = new Map(rows('onsite_form', known).map(([name, value]) => [name, value]));
    expect(form.get('tickets.number')).toBe('R-260310-0007');
    expect(form.get('slip.fault')).toBe('水龙头滴水；厨房，晚上更响');
    expect(form.get('slip.fee')).toBe('¥35.10');
    expect(form.get('slip.phone')).toBe('138****0000');
    expect(form.has('slip.contract_until')).toBe(true);
    expect(form.get('slip.contract_until')).toBeUndefined();
  });

  it('only what the customer agreed to is a cost, and what is free is none', () => {
    expect(fee([quote('accepted', '0.10'), quote('accepted', '0.20')])).toBe('¥0.30');
    expect(fee([quote('offered', '9.00')])).toBeUndefined();
    expect(fee([])).toBeUndefined();
  });

  it('a device that is issued comes with its opening form, a visit with the form of the service', () => {
    expect(usual({ ...ticket, category: 'customer_service.device' })).toContain('opening_form');
    expect(usual(ticket)).toEqual(['onsite_form', 'service_receipt']);
  });

  it('every form has a title, and each of its lines a name of its own', () => {
    for (const slip of slips) {
      expect(zh).toHaveProperty([`slip.${slip}`]);
      const names = rows(slip, known).map(([name]) => zh[name]);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
