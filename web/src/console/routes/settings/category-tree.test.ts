import { expect, it } from 'vitest';
import type { CategoryClass } from '../../../kit/types.ts';
import { draftOf, formOf, orderOf, rowsOf } from './category-tree.ts';

const of = (id: string, more: Partial<CategoryClass> = {}): CategoryClass => ({
  id,
  zh: id,
  en: id,
  words: [],
  least: 'C',
  usual: 'C',
  dept: 'engineering',
  shipped: { words: [], least: 'C', usual: 'C' },
  ...(id.includes('.') ? { parent: id.split('.')[0] ?? '' } : {}),
  ...more,
});
const items = [
  of('f', { zh: '设施维修' }),
  of('f.water', { zh: '给排水', words: ['漏水'] }),
  of('f.lift', { zh: '电梯' }),
  of('f.old', { zh: '旧类', hidden: true, retired: true }),
  of('s', { zh: '安全隐患' }),
  of('s.wire', { zh: '电线裸露', words: ['漏电'] }),
];
const ids = (all: CategoryClass[]) => all.map(c => c.id);
const water = items[1] as CategoryClass;

it('finds a class by name, word or code, and shows what it stands below', () => {
  expect(ids(rowsOf(items, '漏', false))).toEqual(['f', 'f.water', 's', 's.wire']);
  expect(ids(rowsOf(items, '设施', false))).toEqual(['f', 'f.water', 'f.lift']);
  expect(ids(rowsOf(items, 'LIFT', false))).toEqual(['f', 'f.lift']);
  expect(ids(rowsOf(items, '旧类', false))).toEqual([]);
  expect(ids(rowsOf(items, '旧类', true))).toEqual(['f', 'f.old']);
});

it('says a new order only when the class moves', () => {
  expect(orderOf(items, water, 1)).toBeUndefined();
  expect(orderOf(items, water, 3)).toEqual(['f.lift', 'f.old', 'f.water']);
  expect(formOf(items, water).place).toBe(1);
  expect(draftOf(formOf(items, water))).toEqual({
    zh: '给排水',
    en: 'f.water',
    words: ['漏水'],
    least: 'C',
    usual: 'C',
    dept: 'engineering',
  });
});
