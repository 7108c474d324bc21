import { expect, it } from 'vitest';
import { guessCategory, guessSide } from '../../../kit/guess.ts';
import type { Category, Triage } from '../../../kit/types.ts';
import { below, gradeFor, judge, proposedSide } from './grading.ts';

const safety: Category = {
  id: 'safety',
  zh: '安全隐患',
  en: 'safety',
  minGrade: 'B',
  defaultGrade: 'B',
  words: [],
};
const wire: Category = {
  id: 'safety.wire',
  parent: 'safety',
  zh: '电线裸露',
  en: 'bare wire',
  force: 'A',
  words: ['漏电'],
};
const water: Category = { id: 'f.water', parent: 'f', zh: '给排水', en: 'water', words: ['漏水', '水管'] };
const home: Category = { id: 'f.home', parent: 'f', zh: '户内', en: 'home', words: ['水龙头'] };

it('finds the category by the longest word, the dangerous one first', () => {
  expect(guessCategory('厨房给水管漏水', [safety, water, home])).toBe(water);
  expect(guessCategory('水龙头漏水', [water, home])).toBe(home);
  expect(guessCategory('水龙头漏电', [water, home, wire])).toBe(wire);
  expect(guessCategory('别的事', [water, home])).toBeUndefined();
});

it('proposes A for words of danger, and asks why if it is to be less', () => {
  const burst = { id: 'burst', zh: '水管爆裂', en: 'water burst', words: ['爆管'] };
  const heard = { category: 'f.water', forced: burst };
  expect(judge('厨房爆管了', {}, [water], heard)).toMatchObject({ grading: { grade: 'A' }, calm: false });
  expect(judge('厨房爆管了', { grade: 'C' }, [water], heard)).toMatchObject({
    grading: { grade: 'C' },
    calm: true,
  });
  expect(judge('漏水', {}, [water, home], { category: 'f.home' }).category).toBe(home);
  expect(judge('漏水', { category: 'f.water' }, [water, home], { category: 'f.home' }).category).toBe(water);
  expect(judge('漏水', {}, [water, home], { category: 'gone' }).category).toBe(water);
});

it('forces, lifts and never lowers a grade', () => {
  expect(gradeFor(wire, safety, 'C')).toEqual({ grade: 'A', floor: 'A', forced: true });
  const other = { ...wire, force: undefined };
  expect(gradeFor(other, safety, 'C')).toMatchObject({ grade: 'B', floor: 'B', forced: false });
  expect(gradeFor(other, safety, 'A').grade).toBe('A');
  expect(gradeFor(water, undefined, undefined).grade).toBe('C');
  expect(below('C', 'B')).toBe(true);
});

it('the side of a fee is heard in the longest of its words; what nobody has said is proposed, never set', () => {
  const facets = [
    { id: 'calculation', zh: '计算', en: 'calculation', words: ['怎么算', '单价'] },
    { id: 'collection', zh: '收取', en: 'collection', words: ['发票', '扫码'] },
  ];
  expect(guessSide('停车费 怎么 算的', facets)?.id).toBe('calculation');
  expect(guessSide('单价多少，发票呢', facets)).toBeUndefined();
  expect(guessSide('停车费', facets)).toBeUndefined();
  expect(guessSide('停车费怎么算', undefined)).toBeUndefined();
  const parking = { id: 'fees.parking', parent: 'fees', facets } as unknown as Category;
  const heard = { facet: 'collection', facetBy: 'words' } as Triage;
  expect(proposedSide(parking, undefined, heard)?.id).toBe('collection');
  expect(proposedSide(parking, 'calculation', heard)).toBeUndefined();
  expect(
    proposedSide({ ...parking, facets: undefined } as unknown as Category, undefined, heard),
  ).toBeUndefined();
});
