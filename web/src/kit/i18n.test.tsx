// The language changes below somebody's hands, and words that come later than their page.
import { act, useState } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { currentLang, dictionary, setLang, useLang, whenLang } from './i18n.ts';
import { host, show } from './stage.ts';

afterEach(() => setLang('zh'));

function Page({ said }: { said: () => string }) {
  useLang();
  const [held, hold] = useState(0);
  return (
    <button type="button" onClick={() => hold(held + 1)}>
      {said()} {held}
    </button>
  );
}

it('a page says itself anew in another language, and holds what it held', async () => {
  const t = dictionary({ 'test.word': '字' }, async () => ({ 'test.word': 'word' }));
  await show(<Page said={() => t('test.word')} />);
  await act(() => host.querySelector('button')!.click());
  await act(() => setLang('en'));
  expect(host.textContent).toBe('word 1');
});

it('words that arrive after their page are put in their place', async () => {
  await setLang('en');
  let arrive: (words: { 'test.late': string }) => void;
  const late = new Promise<{ 'test.late': string }>(done => {
    arrive = done;
  });
  const t = dictionary({ 'test.late': '晚' }, () => late);
  await show(<Page said={() => t('test.late')} />);
  expect(host.textContent).toBe('晚 0');
  await act(async () => arrive!({ 'test.late': 'late' }));
  expect(host.textContent).toBe('late 0');
});

it('what the server said in words is asked for anew in another language only', async () => {
  const asked = vi.fn();
  whenLang(asked);
  await setLang('zh');
  expect(asked).not.toHaveBeenCalled();
  await setLang('en');
  expect(asked).toHaveBeenCalledOnce();
});

it('who goes back while the words are on their way has gone back', async () => {
  let arrive: (words: { 'test.slow': string }) => void;
  const slow = new Promise<{ 'test.slow': string }>(done => {
    arrive = done;
  });
  dictionary({ 'test.slow': '慢' }, () => slow);
  const going = setLang('en');
  await setLang('zh');
  arrive!({ 'test.slow': 'slow' });
  await going;
  expect(currentLang()).toBe('zh');
});
