import { setLang, useLang } from '../kit/i18n.ts';
import { go } from '../kit/path.ts';
import { Pick } from '../kit/phone.tsx';
import { setLargeType, setTheme, type Theme, useLargeType, useTheme } from '../kit/prefs.ts';
import { useHomes, useLeave, useMe } from './session.ts';
import { t } from './words/index.ts';

export function MePage() {
  const me = useMe().data;
  const homes = useHomes().data ?? [];
  const lang = useLang();
  const theme = useTheme();
  const large = useLargeType();
  const leave = useLeave();
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t('me.title')}</h1>
        <span className="dim s14">
          {me?.name} {me?.mobileMasked}
        </span>
      </header>
      <section className="sect stack">
        <h2>{t('me.rooms')}</h2>
        <ul>
          {homes.map(h => (
            <li key={h.id}>
              {h.communityName} {h.label} <span className="dim">{t(`relation.${h.relation}`)}</span>
            </li>
          ))}
        </ul>
        <button type="button" className="pbtn" onClick={() => go('/r/claim')}>
          {t('me.claim')}
        </button>
      </section>
      <section className="sect stack">
        <label className="duty plain">
          <span>{t('me.large')}</span>
          <input
            type="checkbox"
            role="switch"
            aria-checked={large}
            className="switch"
            checked={large}
            onChange={e => setLargeType(e.target.checked)}
          />
        </label>
        <Pick<Theme>
          legend={t('me.theme')}
          value={theme}
          onChange={setTheme}
          options={(['system', 'light', 'dark'] as const).map(value => ({
            value,
            label: t(`theme.${value}`),
          }))}
        />
        <Pick
          legend={t('me.language')}
          value={lang}
          onChange={next => void setLang(next)}
          options={[
            { value: 'zh', label: '中文' },
            { value: 'en', label: 'English' },
          ]}
        />
        <button type="button" className="pbtn" onClick={() => void leave()}>
          {t('me.sign_out')}
        </button>
      </section>
    </main>
  );
}
