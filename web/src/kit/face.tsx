// What the shells of the two phone faces share: the bar without a network, the tabs, and how a person wants it to look.
import { useSyncExternalStore } from 'react';
import { setLang, useLang, word } from './i18n.ts';
import { Icon, type IconName } from './icons.tsx';
import { go } from './path.ts';
import { Pick } from './phone.tsx';
import { setLargeType, setTheme, type Theme, useLargeType, useTheme } from './prefs.ts';

const subscribe = (watcher: () => void) => {
  window.addEventListener('online', watcher);
  window.addEventListener('offline', watcher);
  return () => {
    window.removeEventListener('online', watcher);
    window.removeEventListener('offline', watcher);
  };
};

export function Offline() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (online) return null;
  return (
    <p className="offl" role="status">
      <Icon name="off" />
      {word('face.offline')}
    </p>
  );
}

export function Tab({ path, to, icon, label }: { path: string; to: string; icon: IconName; label: string }) {
  return (
    <a
      href={to}
      className={path === to ? 'on' : ''}
      aria-current={path === to ? 'page' : undefined}
      onClick={event => {
        event.preventDefault();
        go(to, true);
      }}
    >
      <Icon name={icon} />
      {label}
    </a>
  );
}

export function Looks() {
  const lang = useLang();
  const theme = useTheme();
  const large = useLargeType();
  return (
    <>
      <label className="duty plain">
        <span>{word('face.large')}</span>
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
        legend={word('face.theme')}
        value={theme}
        onChange={setTheme}
        options={(['system', 'light', 'dark'] as const).map(value => ({
          value,
          label: word(`theme.${value}`),
        }))}
      />
      <Pick
        legend={word('face.language')}
        value={lang}
        onChange={next => void setLang(next)}
        options={[
          { value: 'zh', label: '中文' },
          { value: 'en', label: 'English' },
        ]}
      />
    </>
  );
}
