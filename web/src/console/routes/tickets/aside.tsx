// Beside the form: who lives there and what is already in hand, so that nobody reports twice.
import { Link } from '@tanstack/react-router';
import { wordFor } from '../../../kit/i18n.ts';
import { ClockCell, GradeBadge } from '../../../kit/parts.tsx';
import type { Household } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';

export function HouseholdAside({ household }: { household: Household | undefined }) {
  if (!household) {
    return (
      <aside className="new-aside" aria-label={t('new.aside')}>
        <p className="dim3">{t('new.aside.empty')}</p>
      </aside>
    );
  }
  const people = household.people.filter(p => !p.to);
  return (
    <aside className="new-aside" aria-label={t('new.aside')}>
      <h2 className="sub">
        <span className="grow">{household.room.label}</span>
        <Link to="/console/households/$roomId" params={{ roomId: household.room.id }}>
          {t('household.see')}
        </Link>
      </h2>
      <table className="t">
        <tbody>
          {people.map(p => (
            <tr key={p.customerId}>
              <td className="b">{p.name}</td>
              <td className="dim">{wordFor(`relation.${p.relation}`)}</td>
              <td className="num dim">{p.mobileMasked}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2 className="sub">{t('household.open', { n: household.openTickets.length })}</h2>
      {household.openTickets.length === 0 && <p className="dim3">{t('household.open.none')}</p>}
      <ul className="mini-list">
        {household.openTickets.map(ticket => (
          <li key={ticket.id}>
            <GradeBadge grade={ticket.grade} />
            <Link to="/console/tickets/$id" params={{ id: ticket.id }} className="cut grow">
              {ticket.title}
            </Link>
            {ticket.clock && <ClockCell clock={ticket.clock} />}
          </li>
        ))}
      </ul>
    </aside>
  );
}
