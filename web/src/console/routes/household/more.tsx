import { Link } from '@tanstack/react-router';
import { categoryName } from '../../../kit/format.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { When } from '../../../kit/parts.tsx';
import type { Household } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';
import { useCategory } from '../tickets/data.ts';

type Next = Household['next'][number];
type Slot = Household['slots'][number];
type Say = NonNullable<Slot['lines'][number]['note']>;

// The words of a domain have the names of that domain.
const words: Record<string, string> = {
  'slot.homes.relation': 'relation',
  'slot.homes.state': 'room.state',
  'slot.parking.kind': 'parking.kind',
  'slot.parking.standing': 'parking.state',
  'slot.belongings.kind': 'belonging',
  'slot.belongings.standing': 'belongings.state',
  'slot.papers.kind': 'handover.paper',
  'next.kind': 'belonging',
  'slot.payments.means': 'means',
};

/** A sentence whose words the faces have, with what the program knows of it; what is said of nothing falls away. */
function said(say: Say | undefined, prefix: string): string {
  if (!say) return '';
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(say.params ?? {})) {
    params[name] = wordFor(`${words[`${prefix}.${name}`] ?? prefix}.${value}`) ?? (value as string | number);
  }
  return (wordFor(`${prefix}.${say.word}`, params) ?? say.word).trim();
}

const to = (link: NonNullable<Next['link']>) => {
  switch (link.kind) {
    case 'ticket':
      return { to: '/console/tickets/$id', params: { id: link.id } } as const;
    case 'customer':
      return { to: '/console/customers/$id', params: { id: link.id } } as const;
    case 'room':
      return { to: '/console/households/$roomId', params: { roomId: link.id } } as const;
    case 'bills':
      return { to: '/console/bills/$roomId', params: { roomId: link.id } } as const;
    case 'cashier':
      return { to: '/console/cashier', search: { room: link.id } } as const;
    case 'payment':
      return { to: '/console/payments', search: { open: link.id } } as const;
    case 'vehicle':
      return { to: '/console/housing/parking', search: { open: link.id } } as const;
    case 'space':
      return { to: '/console/housing/parking', search: { view: 'spaces', open: link.id } } as const;
    case 'lease':
      return { to: '/console/customers/leases', search: { open: link.id } } as const;
    case 'belonging':
      return { to: '/console/customers/belongings', search: { open: link.id } } as const;
  }
  return undefined;
};

function To({ link, children }: { link: Next['link']; children: string }) {
  const where = link && to(link);
  return where ? <Link {...where}>{children}</Link> : children;
}

/** What should be done for this household, the most urgent first. */
export function NextActions({ list }: { list: Next[] }) {
  if (list.length === 0) return null;
  return (
    <>
      <h2 className="sec">{t('household.next')}</h2>
      <ul className="next-list">
        {list.map(next => (
          <li key={`${next.word}-${next.link?.id ?? ''}-${next.due}`}>
            <span className="grow">
              <To link={next.link}>{said(next, 'next')}</To>
            </span>
            <span className={next.late ? 'warn nw' : 'dim nw'}>
              <When at={next.due} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Parts that other domains fill, in their order. */
export function Slots({ slots, only }: { slots: Slot[]; only: (name: string) => boolean }) {
  return slots
    .filter(slot => only(slot.name))
    .map(slot => (
      <div key={slot.name} data-testid={`slot-${slot.name}`}>
        <h2 className="sec">
          {wordFor(`slot.${slot.name}`) ?? slot.name} {slot.lines.length}
        </h2>
        <table className="t">
          <tbody>
            {slot.lines.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is all that two equal lines differ by
              <tr key={`${line.title}-${at}`}>
                <td className="b">
                  <To link={line.link}>{line.title}</To>
                </td>
                <td className="dim">{said(line.note, `slot.${slot.name}`)}</td>
                <td className="num">
                  {line.warn ? (
                    <span className="tag amber">{said(line.right, `slot.${slot.name}`)}</span>
                  ) : (
                    <span className="dim3">{said(line.right, `slot.${slot.name}`)}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    ));
}

function CategoryOf({ code }: { code: string }) {
  return categoryName(useCategory(code)) || code;
}

/** What they usually ask for, how and when. */
export function Habits({ household }: { household: Household }) {
  if (household.habits.length === 0) return null;
  return (
    <>
      <h2 className="sec">{t('household.habits')}</h2>
      <table className="t">
        <tbody>
          {household.habits.map(habit => (
            <tr key={habit.category}>
              <td className="b">
                <CategoryOf code={habit.category} />
              </td>
              <td className="dim">{t('household.habits.times', { n: habit.count })}</td>
              <td className="num dim">
                {t('household.habits.how', {
                  channel: wordFor(`channel.${habit.channel}`) ?? habit.channel,
                  from: habit.fromHour,
                  to: habit.toHour,
                })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
