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

/** A sentence whose words the faces have, with what the program knows of it. Words inside it may be keys too. */
function said(say: Say | undefined, prefix: string): string {
  if (!say) return '';
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(say.params ?? {})) {
    params[name] = wordFor(`${prefix}.${name}.${value}`) ?? (value as string | number);
  }
  return wordFor(`${prefix}.${say.word}`, params) ?? say.word;
}

function To({ link, children }: { link: Next['link']; children: string }) {
  if (link?.kind === 'ticket') {
    return (
      <Link to="/console/tickets/$id" params={{ id: link.id }}>
        {children}
      </Link>
    );
  }
  if (link?.kind === 'customer') {
    return (
      <Link to="/console/customers/$id" params={{ id: link.id }}>
        {children}
      </Link>
    );
  }
  return children;
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
