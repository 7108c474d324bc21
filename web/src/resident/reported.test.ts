import { expect, it } from 'vitest';
import type { Category } from '../kit/types.ts';
import { coming, filedUnder } from './reported.ts';

const tree = [
  { id: 'facilities', zh: '公共设施' },
  { id: 'facilities.water', parent: 'facilities', zh: '给排水', words: ['漏水'] },
  { id: 'customer_service', zh: '客户服务' },
  { id: 'customer_service.attitude', parent: 'customer_service', zh: '服务态度', words: ['态度'] },
  { id: 'customer_service.information', parent: 'customer_service', zh: '信息咨询' },
  { id: 'customer_service.home', parent: 'customer_service', zh: '家政便民服务' },
  { id: 'other', zh: '其他' },
  { id: 'other.other', parent: 'other', zh: '其他' },
] as unknown as Category[];

it.each([
  ['praise', 'customer_service.attitude'],
  ['inquiry', 'customer_service.information'],
  ['service', 'customer_service.home'],
  ['complaint', 'other.other'],
  ['suggestion', 'other.other'],
  ['repair', 'facilities.water'],
] as const)(
  'a %s whose words say nothing is not filed under water pipes, unless it is a repair',
  (kind, id) => {
    expect(filedUnder(kind, '', '', tree)).toBe(id);
  },
);

it('the words come before that, and what was chosen before the words', () => {
  expect(filedUnder('praise', '楼道漏水很快就修好了', '', tree)).toBe('facilities.water');
  expect(filedUnder('praise', '楼道漏水很快就修好了', 'other.other', tree)).toBe('other.other');
});

it('a window that was chosen for a visit at home is not sent for a public place', () => {
  const draft = { visit: '2026-03-11|上午', wished: '周六', outside: false };
  expect(coming('repair', draft)).toHaveProperty('visit');
  expect(coming('repair', { ...draft, outside: true })).toEqual({ wished: '周六' });
  expect(coming('praise', draft)).toEqual({});
});
