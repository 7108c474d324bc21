// The bell above the jobs; what it rings for is on a page that comes later.
import { Icon } from '../kit/icons.tsx';
import { useUnread } from '../kit/notices.ts';
import { useSession } from '../kit/session.ts';
import { go } from './path.ts';
import { t } from './words/index.ts';

/** The bell of the list: how many wait to be read. */
export function Bell() {
  const n = useUnread(useSession().permissions.includes('ticket.view')).data ?? 0;
  return (
    <a
      className="btn bell"
      href="/m/notices"
      onClick={event => {
        event.preventDefault();
        go('/m/notices');
      }}
    >
      <Icon name="bell" /> {n > 0 ? t('notices.n', { n }) : t('notices')}
    </a>
  );
}
