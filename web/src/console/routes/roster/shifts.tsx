// The shifts people are planned for, and the patterns that fill weeks (STA-01).
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { shiftHours } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import type { RosterPattern, RosterPost, RosterShift, RosterWeek } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { posts, useWeek } from './data.ts';
import './roster.css';

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
] as const;
const two = (n: number) => String(n).padStart(2, '0');
const timeOf = (minute: number) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
const minuteOf = (time: string) => {
  const [, h, m] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time.trim()) ?? [];
  return h === undefined ? undefined : Number(h) * 60 + Number(m);
};

function ShiftForm({ shift, close }: { shift: RosterShift | undefined; close: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [v, set, edit] = useEdit({
    name: shift?.name ?? '',
    post: shift?.post ?? ('maintenance' as RosterPost),
    start: timeOf(shift?.startMinute ?? 480),
    hours: String((shift?.minutes ?? 480) / 60),
    skills: (shift?.skills ?? []) as string[],
    least: String(shift?.least ?? 1),
    active: shift?.active ?? true,
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const startMinute = minuteOf(v.start);
    const minutes = Math.round(Number(v.hours) * 60);
    const wrong: Record<string, string> = {};
    if (!v.name.trim()) wrong.name = t('form.missing');
    if (startMinute === undefined) wrong.startMinute = t('roster.time.wrong');
    if (!(minutes >= 15 && minutes <= 1440)) wrong.minutes = t('roster.hours.wrong');
    if (!/^\d{1,3}$/.test(v.least)) wrong.least = t('roster.number.wrong');
    if (!send.fix(wrong) || startMinute === undefined) return;
    const body = {
      name: v.name.trim(),
      post: v.post,
      startMinute,
      minutes,
      skills: v.skills,
      least: Number(v.least),
    };
    const made = await send.run(once =>
      shift
        ? data(
            api.PUT('/roster-shifts/{id}', {
              params: { path: { id: shift.id }, header: match(shift.version) },
              body: { ...body, active: v.active },
            }),
          )
        : data(api.POST('/roster-shifts', { params: { header: once }, body: { ...body, community } })),
    );
    if (!made) return;
    toast(t('roster.shift.saved', { name: made.name }));
    await client.invalidateQueries({ queryKey: ['roster'] });
    close();
  };
  return (
    <form className="staff-form panel" onSubmit={submit} noValidate aria-label={t('roster.shift.form')}>
      <div className="grid-2">
        <Field label={t('roster.shift.name')} error={send.fields.name} newer={edit.newer.name}>
          {a => <Input {...a} value={v.name} maxLength={20} onChange={e => set({ name: e.target.value })} />}
        </Field>
        <Field label={t('roster.post')} newer={edit.newer.post}>
          {a => (
            <select
              {...a}
              className="pick"
              value={v.post}
              onChange={e => set({ post: posts.find(p => p === e.target.value) ?? 'other' })}
            >
              {posts.map(p => (
                <option key={p} value={p}>
                  {t(`roster.post.${p}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label={t('roster.start')}
          error={send.fields.startMinute}
          newer={edit.newer.start}
          hint="08:00"
        >
          {a => <Input {...a} value={v.start} onChange={e => set({ start: e.target.value })} />}
        </Field>
        <Field
          label={t('roster.hours')}
          error={send.fields.minutes}
          newer={edit.newer.hours}
          hint={t('roster.hours.hint')}
        >
          {a => (
            <Input
              {...a}
              inputMode="decimal"
              value={v.hours}
              onChange={e => set({ hours: e.target.value })}
            />
          )}
        </Field>
        <Field
          label={t('roster.least')}
          error={send.fields.least}
          newer={edit.newer.least}
          hint={t('roster.least.hint')}
        >
          {a => (
            <Input
              {...a}
              inputMode="numeric"
              value={v.least}
              onChange={e => set({ least: e.target.value })}
            />
          )}
        </Field>
        <Field
          label={t('roster.skills')}
          error={send.fields.skills}
          newer={edit.newer.skills}
          hint={t('roster.skills.hint')}
        >
          {a => (
            <Select
              {...a}
              mode="multiple"
              value={v.skills}
              onChange={(chosen: string[]) => set({ skills: chosen })}
              options={skills.map(value => ({ value, label: t(`skill.${value}`) }))}
            />
          )}
        </Field>
      </div>
      {shift && (
        <label className="row">
          <input type="checkbox" checked={v.active} onChange={e => set({ active: e.target.checked })} />
          {t('roster.active')} <NewerNote of={edit.newer.active} />
        </label>
      )}
      <Buttons send={send} close={close} />
    </form>
  );
}

function Buttons({ send, close }: { send: ReturnType<typeof useSend>; close: () => void }) {
  return (
    <>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </>
  );
}

interface Turn {
  key: number;
  staffId: string;
  shiftId: string;
  on: number[];
}
// Lines that are drawn from the pattern have their place for a key.
let turns = 1000;

function TurnLine({
  week,
  turn,
  days,
  at,
  fields,
  set,
  drop,
}: {
  week: RosterWeek;
  turn: Turn;
  days: number;
  at: number;
  fields: Record<string, string>;
  set: (part: Partial<Turn>) => void;
  drop: () => void;
}) {
  const wrong = ['staffId', 'shiftId', 'on'].map(f => fields[`turns[${at}].${f}`]).filter(Boolean);
  return (
    <tr>
      <td>
        <select
          className="pick"
          aria-label={t('roster.turn.person', { n: at + 1 })}
          value={turn.staffId}
          onChange={e => set({ staffId: e.target.value })}
        >
          {week.people.map(p => (
            <option key={p.id} value={p.id}>
              {p.name}
            </option>
          ))}
        </select>
      </td>
      <td>
        <select
          className="pick"
          aria-label={t('roster.turn.shift', { n: at + 1 })}
          value={turn.shiftId}
          onChange={e => set({ shiftId: e.target.value })}
        >
          {week.shifts.map(s => (
            <option key={s.id} value={s.id}>
              {s.name}
            </option>
          ))}
        </select>
      </td>
      <td>
        <div className="turn-days">
          {Array.from({ length: days }, (_, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a day of a pattern is its place
            <label key={n}>
              <input
                type="checkbox"
                aria-label={t('roster.turn.day', { n: n + 1, turn: at + 1 })}
                checked={turn.on.includes(n)}
                onChange={e => set({ on: e.target.checked ? [...turn.on, n] : turn.on.filter(x => x !== n) })}
              />
              {n + 1}
            </label>
          ))}
        </div>
        {wrong.length > 0 && <p className="field-error">{wrong.join(' ')}</p>}
      </td>
      <td>
        <button
          type="button"
          className="btn quiet"
          aria-label={t('roster.turn.drop', { n: at + 1 })}
          onClick={drop}
        >
          <Icon name="x" />
        </button>
      </td>
    </tr>
  );
}

function PatternForm({
  week,
  pattern,
  close,
}: {
  week: RosterWeek;
  pattern: RosterPattern | undefined;
  close: () => void;
}) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const fresh = (key = ++turns): Turn => ({
    key,
    staffId: week.people[0]?.id ?? '',
    shiftId: week.shifts[0]?.id ?? '',
    on: [],
  });
  const [v, set, edit] = useEdit({
    name: pattern?.name ?? '',
    days: String(pattern?.days ?? 7),
    startsOn: pattern?.startsOn ?? week.from,
    turns: pattern ? pattern.turns.map((turn, key) => ({ ...turn, key })) : [fresh(0)],
  });
  const days = Math.min(56, Math.max(1, Number(v.days) || 1));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!v.name.trim()) wrong.name = t('form.missing');
    if (!/^[1-9]\d?$/.test(v.days) || Number(v.days) > 56) wrong.days = t('roster.pattern.days.wrong');
    if (!v.startsOn) wrong.startsOn = t('form.missing');
    if (!send.fix(wrong)) return;
    const body = {
      name: v.name.trim(),
      days,
      startsOn: v.startsOn,
      turns: v.turns.map(({ staffId, shiftId, on }) => ({
        staffId,
        shiftId,
        on: on.filter(n => n < days).sort((a, b) => a - b),
      })),
    };
    const made = await send.run(once =>
      pattern
        ? data(
            api.PUT('/roster-patterns/{id}', {
              params: { path: { id: pattern.id }, header: match(pattern.version) },
              body,
            }),
          )
        : data(api.POST('/roster-patterns', { params: { header: once }, body: { ...body, community } })),
    );
    if (!made) return;
    toast(t('roster.pattern.saved', { name: made.name }));
    await client.invalidateQueries({ queryKey: ['roster'] });
    close();
  };
  const remove = async () => {
    if (!pattern) return;
    const params = { path: { id: pattern.id }, header: match(pattern.version) };
    const gone = await send.run(async () => {
      await data(api.DELETE('/roster-patterns/{id}', { params }));
      return true;
    });
    if (!gone) return;
    toast(t('roster.pattern.removed', { name: pattern.name }));
    await client.invalidateQueries({ queryKey: ['roster'] });
    close();
  };
  return (
    <form className="staff-form panel" onSubmit={submit} noValidate aria-label={t('roster.pattern.form')}>
      <div className="grid-2">
        <Field label={t('roster.pattern.name')} error={send.fields.name} newer={edit.newer.name}>
          {a => <Input {...a} value={v.name} maxLength={40} onChange={e => set({ name: e.target.value })} />}
        </Field>
        <Field
          label={t('roster.pattern.days')}
          error={send.fields.days}
          newer={edit.newer.days}
          hint={t('roster.pattern.days.hint')}
        >
          {a => (
            <Input {...a} inputMode="numeric" value={v.days} onChange={e => set({ days: e.target.value })} />
          )}
        </Field>
        <Field
          label={t('roster.pattern.start')}
          error={send.fields.startsOn}
          newer={edit.newer.startsOn}
          hint={t('roster.pattern.start.hint')}
        >
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={v.startsOn}
              onChange={e => set({ startsOn: e.target.value })}
            />
          )}
        </Field>
      </div>
      <NewerNote of={edit.newer.turns} />
      <table className="grid">
        <thead>
          <tr>
            <th>{t('roster.person')}</th>
            <th>{t('roster.shift')}</th>
            <th>{t('roster.turn.on')}</th>
            <th>
              <span className="quiet-reading">{t('do.remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {v.turns.map((turn, i) => (
            <TurnLine
              key={turn.key}
              week={week}
              turn={turn}
              days={days}
              at={i}
              fields={send.fields}
              set={part => set({ turns: v.turns.map(x => (x.key === turn.key ? { ...x, ...part } : x)) })}
              drop={() => set({ turns: v.turns.filter(x => x.key !== turn.key) })}
            />
          ))}
        </tbody>
      </table>
      {send.fields.turns && <p className="field-error">{send.fields.turns}</p>}
      <p className="row">
        <button type="button" className="btn" onClick={() => set({ turns: [...v.turns, fresh()] })}>
          <Icon name="plus" />
          {t('roster.turn.add')}
        </button>
        {pattern && (
          <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void remove()}>
            {t('roster.pattern.remove')}
          </button>
        )}
      </p>
      <Buttons send={send} close={close} />
    </form>
  );
}

export function ShiftsPage() {
  const may = useCan()('roster.plan');
  const query = useWeek();
  const week = query.data;
  const [open, setOpen] = useState('');
  const close = () => setOpen('');
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('roster.shifts')}</H1>
        <span className="grow" />
        {may && week && (
          <>
            <button type="button" className="btn" onClick={() => setOpen('shift:new')}>
              <Icon name="plus" />
              {t('roster.shift.new')}
            </button>
            <button
              type="button"
              className="btn"
              disabled={week.shifts.length === 0 || week.people.length === 0}
              onClick={() => setOpen('pattern:new')}
            >
              <Icon name="plus" />
              {t('roster.pattern.new')}
            </button>
          </>
        )}
      </header>
      <Tabs of="roster" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {open === 'shift:new' && <ShiftForm shift={undefined} close={close} />}
        {week && open === 'pattern:new' && <PatternForm week={week} pattern={undefined} close={close} />}
        {week && week.shifts.length === 0 && <Empty>{t('roster.shifts.none')}</Empty>}
        {week && week.shifts.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('roster.shift')}</th>
                <th>{t('roster.post')}</th>
                <th>{t('roster.start')}</th>
                <th>{t('roster.skills')}</th>
                <th className="num">{t('roster.least')}</th>
              </tr>
            </thead>
            <tbody>
              {week.shifts.map(s => (
                <tr key={s.id} data-testid="shift-row">
                  <td>
                    <button
                      type="button"
                      className="cell"
                      disabled={!may}
                      onClick={() => setOpen(`shift:${s.id}`)}
                    >
                      {s.name}
                    </button>
                    {!s.active && <span className="tag">{t('roster.inactive')}</span>}
                  </td>
                  <td>{t(`roster.post.${s.post}`)}</td>
                  <td>{shiftHours(s)}</td>
                  <td className="cut">
                    {s.skills.map(x => t(`skill.${x}` as 'skill.water')).join(t('why.join')) || '–'}
                  </td>
                  <td className="num">{s.least}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {week?.shifts.map(s => open === `shift:${s.id}` && <ShiftForm key={s.id} shift={s} close={close} />)}
        {week && week.patterns.length > 0 && (
          <>
            <h2 className="sub pad-row">{t('roster.patterns')}</h2>
            <table className="grid">
              <thead>
                <tr>
                  <th>{t('roster.pattern.name')}</th>
                  <th className="num">{t('roster.pattern.days')}</th>
                  <th>{t('roster.pattern.start')}</th>
                  <th className="num">{t('roster.pattern.people')}</th>
                </tr>
              </thead>
              <tbody>
                {week.patterns.map(p => (
                  <tr key={p.id} data-testid="pattern-row">
                    <td>
                      <button
                        type="button"
                        className="cell"
                        disabled={!may}
                        onClick={() => setOpen(`pattern:${p.id}`)}
                      >
                        {p.name}
                      </button>
                    </td>
                    <td className="num">{p.days}</td>
                    <td>{p.startsOn}</td>
                    <td className="num">{new Set(p.turns.map(x => x.staffId)).size}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
        {week?.patterns.map(
          p => open === `pattern:${p.id}` && <PatternForm key={p.id} week={week} pattern={p} close={close} />,
        )}
      </div>
    </main>
  );
}
