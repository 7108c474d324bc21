import { Link } from '@tanstack/react-router';
import { useCan } from '../../session.ts';
import { settingsPages } from '../../shell/shell.tsx';
import { t } from '../../words/index.ts';

export function SettingsTabs() {
  const can = useCan();
  return (
    <nav className="tabs views" aria-label={t('nav.settings')}>
      {settingsPages
        .filter(tab => can(tab.need))
        .map(tab => (
          <Link
            key={tab.to}
            to={tab.to}
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={{ className: 'on', 'aria-current': 'page' }}
          >
            {t(tab.word)}
          </Link>
        ))}
    </nav>
  );
}
