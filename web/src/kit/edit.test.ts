import { describe, expect, it } from 'vitest';
import { begin, follow, type Held } from './edit.ts';

const read = { name: '锦苑', phone: '0571-1', area: '100', tags: ['a'] };
type Values = typeof read;
const type = (held: Held<Values>, part: Partial<Values>) => ({
  ...held,
  values: { ...held.values, ...part },
});
const stored = (held: Held<Values>) => ({ ...held, from: held.values, both: [] });

describe('a form whose record somebody else changes meanwhile', () => {
  it('follows where nothing was typed, and keeps what was', () => {
    const now = follow(type(begin(read), { phone: '0571-9' }), { ...read, name: '锦苑二期' });
    expect(now.values).toEqual({ ...read, name: '锦苑二期', phone: '0571-9' });
    expect(now.both).toEqual([]);
  });

  it('says where both wrote, and keeps one’s own', () => {
    const now = follow(type(begin(read), { phone: '0571-9' }), { ...read, phone: '0571-2' });
    expect(now.values.phone).toBe('0571-9');
    expect(now.read.phone).toBe('0571-2');
    expect(now.both).toEqual(['phone']);
  });

  it('goes on saying it while the record changes elsewhere, and no longer once both agree', () => {
    const both = follow(type(begin(read), { phone: '0571-9' }), { ...read, phone: '0571-2' });
    const later = follow(both, { ...read, phone: '0571-2', area: '200' });
    expect(later.both).toEqual(['phone']);
    expect(later.values).toEqual({ ...read, phone: '0571-9', area: '200' });
    expect(follow(later, { ...read, phone: '0571-9' }).both).toEqual([]);
  });

  it('compares lists by what is in them', () => {
    expect(follow(type(begin(read), { tags: ['a'] }), { ...read, tags: ['a', 'b'] }).values.tags).toEqual([
      'a',
      'b',
    ]);
    expect(follow(type(begin(read), { tags: ['c'] }), { ...read, tags: ['a', 'b'] }).both).toEqual(['tags']);
  });

  it('does not take for somebody else’s what the server made of one’s own', () => {
    const saved = stored(type(begin(read), { phone: ' 0571-9 ' }));
    const now = follow(saved, { ...read, phone: '0571-9' });
    expect(now.values.phone).toBe('0571-9');
    expect(now.both).toEqual([]);
  });

  it('keeps what is typed on between saving and reading', () => {
    const on = type(stored(type(begin(read), { phone: '0571-9' })), { area: '300' });
    expect(follow(on, { ...read, phone: '0571-9' }).values).toEqual({
      ...read,
      phone: '0571-9',
      area: '300',
    });
  });
});
