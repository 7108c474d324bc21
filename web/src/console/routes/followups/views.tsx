import { Link } from '@tanstack/react-router';
import { useCan } from '../../session.ts';
import { t } from '../../words/index.ts';

const states = ['due', 'done', 'not_reached', 'all'] as const;

/** The states of the call list, the figures and the rules. */
export function Views({ on }: { on: (typeof states)[number] | 'figures' | 'rules' }) {
  const can = useCan();
  const look = (view: string) =>
    view === on ? { className: 'on', 'aria-current': 'page' as const } : { className: '' };
  return (
    <nav className="tabs views" aria-label={t('tickets.views')}>
      {states.map(state => (
        <Link key={state} to="/console/followups" search={{ state }} {...look(state)} activeProps={{}}>
          {t(`followup.state.${state}`)}
        </Link>
      ))}
      <Link to="/console/followups/figures" {...look('figures')}>
        {t('followup.figures')}
      </Link>
      {can('followup.settings') && (
        <Link to="/console/followups/rules" {...look('rules')}>
          {t('followup.rules')}
        </Link>
      )}
    </nav>
  );
}
