import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, expect, it } from 'vitest';
import { useDraft, writeDraft } from './drafts.ts';

beforeEach(() => localStorage.clear());

function Form({ begin }: { begin: unknown }) {
  const [value] = useDraft('note', begin);
  return <output>{JSON.stringify(value)}</output>;
}
const found = (kept: unknown, begin: unknown) => {
  writeDraft('note', kept);
  return JSON.parse(
    renderToStaticMarkup(<Form begin={begin} />)
      .replace(/<[^>]+>/g, '')
      .replaceAll('&quot;', '"'),
  );
};

it('finds what was typed before an update, and what the form has gained since as it begins', () => {
  expect(found({ text: '漏水' }, { text: '', until: '' })).toEqual({ text: '漏水', until: '' });
});

it('does not put a text where the form holds several things now', () => {
  expect(found('漏水', { text: '' })).toEqual({ text: '' });
  expect(found({ text: '漏水' }, '')).toBe('');
});

it('finds a plain text and a list as they were', () => {
  expect(found('漏水', '')).toBe('漏水');
  expect(found(['a'], [])).toEqual(['a']);
});
