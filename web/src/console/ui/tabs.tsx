import { Link } from '@tanstack/react-router';
import { useCan } from '../session.ts';
import {
  cashierPages,
  customerPages,
  feePages,
  housingPages,
  procedurePages,
  rosterPages,
  settingsPages,
  visitPages,
} from '../shell/pages.ts';
import { type ConsoleKey, t } from '../words/index.ts';

const rows = {
  housing: { label: 'nav.housing', pages: housingPages },
  customers: { label: 'nav.customers', pages: customerPages },
  procedures: { label: 'nav.procedures', pages: procedurePages },
  cashier: { label: 'nav.cashier', pages: cashierPages },
  fees: { label: 'nav.fees', pages: feePages },
  roster: { label: 'nav.roster', pages: rosterPages },
  visits: { label: 'visits', pages: visitPages },
  settings: { label: 'nav.settings', pages: settingsPages },
} as const satisfies Record<
  string,
  { label: ConsoleKey; pages: readonly { to: string; word: ConsoleKey; need: string }[] }
>;

/** The pages of one place of the rail, as far as one may open them. */
export function Tabs({ of }: { of: keyof typeof rows }) {
  const can = useCan();
  const { label, pages } = rows[of];
  return (
    <nav className="tabs views" aria-label={t(label)}>
      {pages
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
