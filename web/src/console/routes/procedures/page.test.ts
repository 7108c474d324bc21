import { describe, expect, it } from 'vitest';
import { limitText, missingText } from '../../../kit/checklist.tsx';
import { setLang } from '../../../kit/i18n.ts';
import type { ProcedureDoc, ProcedureStep } from '../../../kit/types.ts';
import { compared } from './page.tsx';

const step = (n: number, title: string, more: Partial<ProcedureStep> = {}): ProcedureStep => ({
  n,
  title,
  who: 'technician',
  do: '',
  ...more,
});
const doc = (...steps: ProcedureStep[]): ProcedureDoc => ({
  zh: '报修',
  en: 'repair',
  criteria: '',
  reporting: '',
  applies: {},
  principles: [],
  never: [],
  stopsOn: [],
  steps,
});

describe('two versions of a procedure', () => {
  it('a step that only moved is the same; what is new, changed or gone is named in its place', () => {
    const before = doc(step(1, '到场'), step(2, '检查'), step(3, '维修'));
    const now = doc(step(1, '检查'), step(2, '拍照'), step(3, '维修', { required: true }));
    expect(compared(before, now).map(l => `${l.step.title} ${l.change}`)).toEqual([
      '到场 gone',
      '检查 same',
      '拍照 new',
      '维修 changed',
    ]);
  });
  it('without a version before nothing is marked', () => {
    expect(compared(undefined, doc(step(1, '到场'))).map(l => l.change)).toEqual(['same']);
  });
});

describe('a limit in words', () => {
  it.each([
    [{ limit: '30m' }, '30 分钟内'],
    [{ limit: '2h', from: '登记', gradeA: '5m' }, '2 小时内（自登记起；A 级 5 分钟内）'],
    [{ limit: '7d', workdays: true, from: '申请' }, '7 个工作日内（自申请起）'],
    [{ limit: '3rings' }, '3 声铃响内'],
    [{ limit: '-7d', from: '到期日' }, '之前第 7 天（自到期日起）'],
    [{ limit: 'grade', note: 'A 5m，B 30m' }, '按等级（A 5m，B 30m）'],
    [{}, ''],
  ])('%o', (of, said) => {
    expect(limitText(of)).toBe(said);
  });
  it('what resolving waits for is named', () => {
    expect(missingText('photo_after')).toBe('完工照片');
    expect(missingText('step:测试:清场')).toBe('步骤“测试:清场”');
  });
  it('a missing step has its English name for who reads English', async () => {
    await setLang('en');
    const steps = [{ title: '测试清场', titleEn: 'test and tidy up' }];
    expect(missingText('step:测试清场', steps)).toBe('step “test and tidy up”');
    expect(missingText('step:自己加的', steps)).toBe('step “自己加的”');
    expect(limitText({ limit: '2h', from: '登记' })).toBe('within 2 h (from the entry)');
    await setLang('zh');
  });
});
