import { expect, it, vi } from 'vitest';
import { watchTwice } from './twice.ts';

it('what sends something hears a double click once; everything else hears every click', () => {
  watchTwice();
  document.body.innerHTML =
    '<form><button type="submit" id="send"></button></form><button class="btn go" id="go"></button><button type="button" id="next"></button>';
  const heard = vi.fn((event: Event) => event.preventDefault());
  document.body.addEventListener('click', heard);
  const times = (id: string) => {
    heard.mockClear();
    for (const detail of [1, 2, 3])
      document
        .getElementById(id)
        ?.dispatchEvent(new MouseEvent('click', { detail, bubbles: true, cancelable: true }));
    return heard.mock.calls.length;
  };
  expect(times('send')).toBe(1);
  expect(times('go')).toBe(1);
  expect(times('next')).toBe(3);
});
