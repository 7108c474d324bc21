import { Link } from '@tanstack/react-router';
import { useCan } from '../../session.ts';
import { t } from '../../words/index.ts';

const tabs = [
  { to: '/console/settings', word: 'settings.community', need: 'org.edit' },
  { to: '/console/settings/audit', word: 'settings.audit', need: 'audit.view' },
  { to: '/console/settings/retention', word: 'settings.retention', need: 'retention.view' },
  { to: '/console/settings/jobs', word: 'settings.jobs', need: 'jobs.view' },
] as const;

export function SettingsTabs() {
  const can = useCan();
  return (
    <nav className="tabs views" aria-label={t('nav.settings')}>
      {tabs
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
