// The search of a page between a quick hand, a slow address, and an address that changes by itself.
import { act } from 'react';
import { describe, expect, it } from 'vitest';
import { host, show, typeInto } from '../../kit/stage.ts';
import { Find } from './find.tsx';

const box = () => host.querySelector('input')!;
const type = (text: string, isComposing = false) => typeInto(box(), text, isComposing);

describe('the search of a page', () => {
  it('loses no letter while the address is still behind', async () => {
    const asked: unknown[] = [];
    const at = (q: string | undefined) => <Find label="找" q={q} onFind={to => asked.push(to)} />;
    await show(at(undefined));
    await type('漏');
    await type('漏水');
    await show(at('漏'));
    expect(box().value).toBe('漏水');
    await type('漏水了');
    await show(at('漏水'));
    await show(at('漏水了'));
    expect(box().value).toBe('漏水了');
    expect(asked).toEqual(['漏', '漏水', '漏水了']);
  });

  it('keeps the space in which the next word begins', async () => {
    const at = (q: string | undefined) => <Find label="找" q={q} onFind={() => undefined} />;
    await show(at(undefined));
    await type('3 ');
    await show(at('3'));
    expect(box().value).toBe('3 ');
  });

  it('follows an address that changes by itself: emptied, gone back, followed from a link', async () => {
    const at = (q: string | undefined) => <Find label="找" q={q} onFind={() => undefined} />;
    await show(at('电梯'));
    expect(box().value).toBe('电梯');
    await type('门禁');
    await show(at('门禁'));
    await show(at(undefined));
    expect(box().value).toBe('');
    await show(at('门禁'));
    expect(box().value).toBe('门禁');
    await show(at('电梯'));
    expect(box().value).toBe('电梯');
  });

  it('asks nothing before a Chinese word is whole', async () => {
    const asked: unknown[] = [];
    await show(<Find label="找" q={undefined} onFind={to => asked.push(to)} />);
    await type('lou', true);
    expect(asked).toEqual([]);
    await type('漏', true);
    await act(() => box().dispatchEvent(new CompositionEvent('compositionend', { bubbles: true })));
    expect(asked).toEqual(['漏']);
  });
});
