// When people come by appointment, and how many windows take (TIC-01).
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { type Newer, useEdit } from '../../../kit/edit.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { type ConsoleKey, t } from '../../words/index.ts';
import { SaveFoot, type SettingsProps, TicketSettingsPage, useSave } from './ticket-settings.tsx';

const skills = [
  'water',
  'power',
  'gas',
  'heat',
  'doors',
  'lift',
  'fire',
  'home',
  'access',
  'camera',
  'cleaning',
  'greening',
  'security',
  'service',
];
const numbers = [
  ['perPerson', 'set_visits.per'],
  ['toleranceMinutes', 'set_visits.tolerance'],
  ['untilMinutes', 'set_visits.until'],
  ['leadMinutes', 'set_visits.lead'],
  ['aheadDays', 'set_visits.ahead'],
] as const satisfies (readonly [string, ConsoleKey])[];

interface SlotDraft {
  name: string;
  from: string;
  to: string;
}
type Lists = Record<'workdays' | 'holidays', SlotDraft[]>;

const two = (n: number) => String(n).padStart(2, '0');
const clock = (m: number) => `${two(Math.floor(m / 60))}:${two(m % 60)}`;
const minute = (text: string): number => {
  const found = /^(\d{1,2})[:：](\d{2})$/.exec(text.trim());
  const n = found ? Number(found[1]) * 60 + Number(found[2]) : Number.NaN;
  return n <= 1440 ? n : Number.NaN;
};

function Slots({
  of,
  slots,
  newer,
  may,
  fields,
  set,
}: {
  of: keyof Lists;
  slots: SlotDraft[];
  newer: Newer | undefined;
  may: boolean;
  fields: Record<string, string>;
  set: (slots: SlotDraft[]) => void;
}) {
  const put = (i: number, part: Partial<SlotDraft>) =>
    set(slots.map((s, n) => (n === i ? { ...s, ...part } : s)));
  const at = (i: number, name: string) => fields[`visits.${of}[${i}].${name}`];
  return (
    <section className="stack" aria-label={t(`set_visits.${of}`)}>
      <h2 className="sub">{t(`set_visits.${of}`)}</h2>
      <NewerNote of={newer} />
      {slots.map((s, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a window has no name yet while it is typed
        <div key={i} className="slot-row" data-testid={`slot-${of}`}>
          <Field label={t('set_visits.name')} error={at(i, 'name')}>
            {a => (
              <Input
                {...a}
                disabled={!may}
                maxLength={20}
                value={s.name}
                onChange={e => put(i, { name: e.target.value })}
              />
            )}
          </Field>
          <Field label={t('set_visits.from')} error={at(i, 'fromMinute')}>
            {a => (
              <Input {...a} disabled={!may} value={s.from} onChange={e => put(i, { from: e.target.value })} />
            )}
          </Field>
          <Field label={t('set_visits.to')} error={at(i, 'toMinute')}>
            {a => (
              <Input {...a} disabled={!may} value={s.to} onChange={e => put(i, { to: e.target.value })} />
            )}
          </Field>
          {may && (
            <button type="button" className="btn quiet" onClick={() => set(slots.filter((_, n) => n !== i))}>
              {t('do.remove')}
            </button>
          )}
        </div>
      ))}
      {may && (
        <p>
          <button
            type="button"
            className="btn"
            onClick={() => set([...slots, { name: '', from: '', to: '' }])}
          >
            {t('set_visits.add')}
          </button>
        </p>
      )}
    </section>
  );
}

interface Cap {
  skill: string;
  slot: string;
  n: string;
}

function Capacity({
  rows,
  names,
  may,
  fields,
  set,
}: {
  rows: Cap[];
  names: string[];
  may: boolean;
  fields: Record<string, string>;
  set: (rows: Cap[]) => void;
}) {
  const edit = (i: number, part: Partial<Cap>) => set(rows.map((r, n) => (n === i ? { ...r, ...part } : r)));
  return (
    <section className="stack" aria-label={t('set_visits.capacity')}>
      <h2 className="sub">{t('set_visits.capacity')}</h2>
      {rows.map((r, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be alike while they are typed
        <div key={i} className="slot-row">
          <Field label={t('set_visits.skill')} error={fields[`visits.capacity[${i}].skill`]}>
            {a => (
              <select
                {...a}
                className="pick"
                disabled={!may}
                value={r.skill}
                onChange={e => edit(i, { skill: e.target.value })}
              >
                {skills.map(s => (
                  <option key={s} value={s}>
                    {wordFor(`skill.${s}`) ?? s}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('visit.slot')} error={fields[`visits.capacity[${i}].slot`]}>
            {a => (
              <select
                {...a}
                className="pick"
                disabled={!may}
                value={r.slot}
                onChange={e => edit(i, { slot: e.target.value })}
              >
                <option value="">{t('set_visits.every')}</option>
                {names.map(n => (
                  <option key={n} value={n}>
                    {n}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('set_visits.n')} error={fields[`visits.capacity[${i}].n`]}>
            {a => (
              <Input
                {...a}
                disabled={!may}
                inputMode="numeric"
                value={r.n}
                onChange={e => edit(i, { n: e.target.value })}
              />
            )}
          </Field>
          {may && (
            <button type="button" className="btn quiet" onClick={() => set(rows.filter((_, n) => n !== i))}>
              {t('do.remove')}
            </button>
          )}
        </div>
      ))}
      {may && (
        <p>
          <button
            type="button"
            className="btn"
            onClick={() => set([...rows, { skill: 'water', slot: '', n: '' }])}
          >
            {t('set_visits.capacity.add')}
          </button>
        </p>
      )}
    </section>
  );
}

function Form({ set: settings, may }: SettingsProps) {
  const client = useQueryClient();
  const { send, save } = useSave(settings);
  const rules = settings.visits ?? settings.shipped.visits;
  const drafted = (of: keyof Lists) =>
    rules[of].map(s => ({ name: s.name, from: clock(s.fromMinute), to: clock(s.toMinute) }));
  const [lists, setLists, slots] = useEdit<Lists>({
    workdays: drafted('workdays'),
    holidays: drafted('holidays'),
  });
  const [values, setValues, edit] = useEdit(
    Object.fromEntries(numbers.map(([k]) => [k, String(rules[k])])) as Record<string, string>,
  );
  const [{ capacity }, setCapacity, caps] = useEdit<{ capacity: Cap[] }>({
    capacity: (rules.capacity ?? []).map(c => ({ skill: c.skill, slot: c.slot ?? '', n: String(c.n) })),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    for (const [key] of numbers)
      if (!/^\d{1,4}$/.test(values[key] ?? '')) wrong[`visits.${key}`] = t('set_visits.number');
    capacity.forEach((c, i) => {
      if (!/^\d{1,3}$/.test(c.n)) wrong[`visits.capacity[${i}].n`] = t('set_visits.number');
    });
    for (const of of ['workdays', 'holidays'] as const)
      lists[of].forEach((s, i) => {
        if (Number.isNaN(minute(s.from))) wrong[`visits.${of}[${i}].fromMinute`] = t('set_visits.time');
        if (Number.isNaN(minute(s.to))) wrong[`visits.${of}[${i}].toMinute`] = t('set_visits.time');
      });
    if (!send.fix(wrong)) return;
    const slotsOf = (of: keyof Lists) =>
      lists[of].map(s => ({ name: s.name.trim(), fromMinute: minute(s.from), toMinute: minute(s.to) }));
    const n = (key: (typeof numbers)[number][0]) => Number(values[key]);
    const visits = {
      workdays: slotsOf('workdays'),
      holidays: slotsOf('holidays'),
      perPerson: n('perPerson'),
      toleranceMinutes: n('toleranceMinutes'),
      untilMinutes: n('untilMinutes'),
      leadMinutes: n('leadMinutes'),
      aheadDays: n('aheadDays'),
      capacity: capacity.map(c => ({ skill: c.skill, n: Number(c.n), ...(c.slot ? { slot: c.slot } : {}) })),
    };
    if (!(await save({ visits }, t('set_visits.saved')))) return;
    for (const one of [slots, edit, caps]) one.saved();
    void client.invalidateQueries({ queryKey: ['visits'] });
  };
  const names = [...new Set([...lists.workdays, ...lists.holidays].map(s => s.name.trim()).filter(Boolean))];
  return (
    <form className="stack clocks-form" onSubmit={submit} noValidate>
      <p className="dim">{t('set_visits.note')}</p>
      {(['workdays', 'holidays'] as const).map(of => (
        <Slots
          key={of}
          of={of}
          slots={lists[of]}
          newer={slots.newer[of]}
          may={may}
          fields={send.fields}
          set={next => setLists({ [of]: next })}
        />
      ))}
      <div className="quad">
        {numbers.map(([key, label]) => (
          <Field key={key} label={t(label)} error={send.fields[`visits.${key}`]} newer={edit.newer[key]}>
            {a => (
              <Input
                {...a}
                disabled={!may}
                inputMode="numeric"
                value={values[key] ?? ''}
                onChange={e => setValues({ [key]: e.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <NewerNote of={caps.newer.capacity} />
      <Capacity
        rows={capacity}
        names={names}
        may={may}
        fields={send.fields}
        set={rows => setCapacity({ capacity: rows })}
      />
      <SaveFoot send={send} may={may} />
    </form>
  );
}

export const VisitSettingsPage = () => <TicketSettingsPage title="settings.visits" form={Form} />;
