import { act, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { plainNumber, watchFigures } from './figures.ts';

describe('numbers as they are meant', () => {
  it.each([
    ['１２。５', '12.5'],
    ['¥1,234.50', '1234.50'],
    ['￥1，234，567', '1234567'],
    [' 300 元', '300'],
    ['－２', '-2'],
    ['12.', '12.'],
    ['', ''],
  ])('%s is %s', (typed, meant) => expect(plainNumber(typed)).toBe(meant));

  it.each(['1,5', '12a', '1.2.3', '5-2-1502'])('%s is left to be refused where it stands', typed =>
    expect(plainNumber(typed)).toBe(typed),
  );
});

function Form({ mode }: { mode: 'decimal' | 'text' }) {
  const [value, setValue] = useState('');
  return (
    <>
      <input inputMode={mode} value={value} onChange={e => setValue(e.target.value)} />
      <output>{value}</output>
    </>
  );
}

/** What the field holds, and what its form heard, after somebody typed. */
async function typed(mode: 'decimal' | 'text', text: string, composed = false) {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  const host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  await act(() => root.render(<Form mode={mode} />));
  const field = host.querySelector('input') as HTMLInputElement;
  await act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
    field.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: composed }));
    // The end of a composition is told after its last input.
    if (composed) field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
  });
  const seen = [field.value, host.querySelector('output')?.textContent];
  act(() => root.unmount());
  host.remove();
  return seen;
}

describe('a field for numbers', () => {
  beforeAll(watchFigures);

  it('holds, and tells its form, the number that was meant', async () => {
    expect(await typed('decimal', '３５。１')).toEqual(['35.1', '35.1']);
  });

  it('and tells it too when the number was composed', async () => {
    expect(await typed('decimal', '３５。１', true)).toEqual(['35.1', '35.1']);
  });

  it('and a field for words keeps them', async () => {
    expect(await typed('text', '１２。')).toEqual(['１２。', '１２。']);
  });
});
