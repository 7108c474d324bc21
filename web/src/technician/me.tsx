import { setLang, useLang } from '../kit/i18n.ts';
import { Pick } from '../kit/phone.tsx';
import { setLargeType, setTheme, type Theme, useLargeType, useTheme } from '../kit/prefs.ts';
import { useSession, useSignOut } from '../kit/session.ts';
import { DutySwitch } from './list.tsx';
import { t } from './words/index.ts';

export function MePage() {
  const session = useSession();
  const lang = useLang();
  const theme = useTheme();
  const large = useLargeType();
  const signOut = useSignOut();
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t('me.title')}</h1>
        <span className="dim s14">
          {session.account.name} {session.account.agentNo}
        </span>
      </header>
      <DutySwitch />
      <section className="sect stack">
        <p className="s14 dim">
          {t('me.community')}　{session.communities.map(c => c.name).join(t('why.join'))}
        </p>
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
        <button type="button" className="pbtn" onClick={() => void signOut()}>
          {t('me.sign_out')}
        </button>
      </section>
    </main>
  );
}
