// On a phone: somebody else wrote here while one was typing. Saved as it is, one's own stays.
import type { Newer } from './edit.ts';
import { currentLang } from './i18n.ts';

const zh = { text: '别人刚改成：', here: '别人刚改过这里。', empty: '（空）', take: '改用这个' };
const en: typeof zh = {
  text: 'Somebody has just changed this to:',
  here: 'Somebody has just changed this.',
  empty: '(empty)',
  take: 'Use theirs',
};

/** `words`: the value may be read as it is; of a choice it is a name of the program's. */
export function NewerLine({ of, words = true }: { of: Newer | undefined; words?: boolean }) {
  if (!of) return null;
  const t = currentLang() === 'en' ? en : zh;
  return (
    <p className="dim s14" role="status">
      {words ? t.text : t.here} {words && <b>{String(of.value ?? '') || t.empty}</b>}{' '}
      <button type="button" className="link" onClick={of.take}>
        {t.take}
      </button>
    </p>
  );
}
