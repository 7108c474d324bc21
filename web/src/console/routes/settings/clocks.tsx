// The clocks of tickets: targets by kind, category and grade, service hours, and whom a clock tells (TIC-03).
import { useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { categoryName } from '../../../kit/format.ts';
import { currentLang } from '../../../kit/i18n.ts';
import type { Grade, TicketSettings } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice, Field, NewerNote } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from '../tickets/data.ts';
import { grades, type Kind, kinds } from '../tickets/filters.ts';
import { SaveFoot, type SettingsProps, TicketSettingsPage, useSave } from './ticket-settings.tsx';

interface Target {
  kind: Kind;
  category: string;
  grade: Grade;
  response: string;
  resolve: string;
  inHours: boolean;
}
interface Values {
  targets: Target[];
  complexHours: string;
  attempts: string;
  workdays: string;
  weekends: string;
  holidays: string;
  ladder: { percent: string; to: string[] }[];
}

/** Every kind and grade has a line; what a community has not set shows the shipped targets. */
function valuesOf(set: TicketSettings): Values {
  const lines = kinds.flatMap(kind =>
    grades.map(grade => {
      const shipped = set.shipped.targets.find(s => s.grade === grade);
      const own = set.targets.find(r => r.kind === kind && r.grade === grade && !r.category);
      return {
        kind,
        category: '',
        grade,
        response: String(own?.responseMinutes ?? shipped?.responseMinutes ?? ''),
        resolve: String(own?.resolveMinutes ?? shipped?.resolveMinutes ?? ''),
        inHours: own?.inHours ?? false,
      };
    }),
  );
  const particular = set.targets
    .filter(r => r.category)
    .map(r => ({
      kind: r.kind,
      category: r.category ?? '',
      grade: r.grade,
      response: String(r.responseMinutes),
      resolve: String(r.resolveMinutes),
      inHours: r.inHours,
    }));
  return {
    targets: [...lines, ...particular],
    complexHours: String(set.complexHours || set.shipped.complexHours),
    attempts: String(set.attempts || set.shipped.attempts),
    workdays: (set.hours?.workdays ?? []).join(' '),
    weekends: (set.hours?.weekends ?? []).join(' '),
    holidays: (set.hours?.holidays ?? []).join(' '),
    ladder: (set.ladder.length > 0 ? set.ladder : set.shipped.ladder).map(r => ({
      percent: String(r.percent),
      to: r.to,
    })),
  };
}

const windows = (typed: string) =>
  typed
    .replace(/[—–~－]/g, '-')
    .split(/[\s,，、;；]+/)
    .filter(Boolean);
const isWindow = (w: string) => /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(w);

/** What differs from the shipped targets; places in `at` find the line an answer speaks of. */
function partOf(v: Values, set: TicketSettings) {
  const at: number[] = [];
  const targets = v.targets.flatMap((r, index) => {
    const shipped = set.shipped.targets.find(s => s.grade === r.grade);
    const [responseMinutes, resolveMinutes] = [Number(r.response), Number(r.resolve)];
    const same =
      !r.category &&
      !r.inHours &&
      responseMinutes === shipped?.responseMinutes &&
      resolveMinutes === shipped?.resolveMinutes;
    if (same) return [];
    at.push(index);
    const category = r.category ? { category: r.category } : {};
    return [
      { kind: r.kind, grade: r.grade, responseMinutes, resolveMinutes, inHours: r.inHours, ...category },
    ];
  });
  const hours = {
    workdays: windows(v.workdays),
    weekends: windows(v.weekends),
    holidays: windows(v.holidays),
  };
  const complex = Number(v.complexHours);
  const attempts = Number(v.attempts);
  const ladder = v.ladder.map(r => ({ percent: Number(r.percent), to: r.to }));
  const part = {
    targets,
    complexHours: complex === set.shipped.complexHours ? 0 : complex,
    attempts: attempts === set.shipped.attempts ? 0 : attempts,
    hours: hours.workdays.length > 0 ? hours : undefined,
    ladder: JSON.stringify(ladder) === JSON.stringify(set.shipped.ladder) ? [] : ladder,
  };
  return { part, at };
}

function wrongIn(v: Values): Record<string, string> {
  const wrong: Record<string, string> = {};
  const whole = (text: string) => /^[1-9]\d{0,5}$/.test(text.trim());
  v.targets.forEach((r, i) => {
    if (!whole(r.response)) wrong[`t${i}.response`] = t('clocks.minutes.wrong');
    if (!whole(r.resolve)) wrong[`t${i}.resolve`] = t('clocks.minutes.wrong');
  });
  if (!whole(v.complexHours)) wrong.complexHours = t('clocks.minutes.wrong');
  if (!/^([1-9]|1\d|20)$/.test(v.attempts.trim())) wrong.attempts = t('clocks.attempts.wrong');
  for (const part of ['workdays', 'weekends', 'holidays'] as const)
    if (!windows(v[part]).every(isWindow)) wrong[part] = t('clocks.hours.wrong');
  v.ladder.forEach((r, i) => {
    if (!whole(r.percent)) wrong[`l${i}`] = t('clocks.minutes.wrong');
    else if (r.to.length === 0) wrong[`l${i}`] = t('clocks.ladder.nobody');
  });
  return wrong;
}

interface LineProps {
  row: Target;
  index: number;
  may: boolean;
  errors: Record<string, string>;
  set: (part: Partial<Target>) => void;
  drop: () => void;
}

function TargetLine({ row, index, may, errors, set, drop }: LineProps) {
  const category = useCategories().data?.items.find(c => c.id === row.category);
  const minutes = (name: 'response' | 'resolve') => (
    <td className="num">
      <Input
        className="minutes"
        inputMode="numeric"
        disabled={!may}
        aria-label={`${t(`clocks.${name}`)} ${row.grade} ${categoryName(category)}`}
        aria-invalid={errors[`t${index}.${name}`] ? true : undefined}
        value={row[name]}
        onChange={e => set({ [name]: e.target.value })}
      />
      {errors[`t${index}.${name}`] && <div className="bad">{errors[`t${index}.${name}`]}</div>}
    </td>
  );
  return (
    <tr>
      <td>{row.category ? categoryName(category) || row.category : t('clocks.every')}</td>
      <td>{t(`grade.${row.grade}`)}</td>
      {minutes('response')}
      {minutes('resolve')}
      <td>
        {row.grade === 'A' ? (
          <span className="dim3">{t('clocks.real')}</span>
        ) : (
          <label className="row">
            <input
              type="checkbox"
              disabled={!may}
              checked={row.inHours}
              onChange={e => set({ inHours: e.target.checked })}
            />
            {t('clocks.in_hours')}
          </label>
        )}
        {errors[`t${index}.inHours`] && <div className="bad">{errors[`t${index}.inHours`]}</div>}
      </td>
      <td>
        {row.category && may && (
          <button type="button" className="btn quiet" onClick={drop}>
            {t('do.remove')}
          </button>
        )}
      </td>
    </tr>
  );
}

/** A category of its own: chosen, with the grade, below the kind's lines. */
function AddCategory({ add }: { add: (category: string, grade: Grade) => void }) {
  const tree = useCategories().data?.items ?? [];
  const [category, setCategory] = useState<string>();
  const [grade, setGrade] = useState<Grade>('C');
  return (
    <div className="row">
      <Select
        aria-label={t('ticket.category')}
        placeholder={t('clocks.add.hint')}
        className="wide"
        showSearch={{ optionFilterProp: 'label' }}
        value={category}
        onChange={setCategory}
        options={tree.filter(c => !c.hidden).map(c => ({ value: c.id, label: categoryName(c) }))}
      />
      <select
        className="pick"
        aria-label={t('tickets.grade')}
        value={grade}
        onChange={e => setGrade(grades.find(g => g === e.target.value) ?? 'C')}
      >
        {grades.map(g => (
          <option key={g} value={g}>
            {t(`grade.${g}`)}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="btn"
        disabled={!category}
        onClick={() => category && add(category, grade)}
      >
        {t('clocks.add')}
      </button>
    </div>
  );
}

function useAddressees() {
  const can = useCan();
  const roles = useQuery({
    queryKey: ['roles'],
    enabled: can('auth.roles_view'),
    queryFn: async () => (await data(api.GET('/roles'))).items,
  });
  return [
    ...(['assignee', 'owner', 'leader'] as const).map(value => ({
      value: value as string,
      label: t(`clocks.to.${value}`),
    })),
    ...(roles.data ?? []).map(r => ({ value: r.code, label: currentLang() === 'en' ? r.en : r.zh })),
  ];
}

function Ladder({
  v,
  may,
  errors,
  set,
}: {
  v: Values;
  may: boolean;
  errors: Record<string, string>;
  set: (l: Values['ladder']) => void;
}) {
  const people = useAddressees();
  const put = (at: number, part: Partial<Values['ladder'][number]>) =>
    set(v.ladder.map((r, i) => (i === at ? { ...r, ...part } : r)));
  return (
    <section className="stack" aria-label={t('clocks.ladder')}>
      <h2 className="sub">{t('clocks.ladder')}</h2>
      <p className="dim">{t('clocks.ladder.note')}</p>
      {v.ladder.map((r, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are told apart by their place
        <div key={i} className="row">
          <Input
            className="minutes"
            suffix="%"
            inputMode="numeric"
            disabled={!may}
            aria-label={t('clocks.ladder.percent', { n: i + 1 })}
            value={r.percent}
            onChange={e => put(i, { percent: e.target.value })}
          />
          <Select
            mode="multiple"
            className="grow"
            disabled={!may}
            aria-label={t('clocks.ladder.to', { n: i + 1 })}
            value={r.to}
            onChange={(to: string[]) => put(i, { to })}
            options={people}
            showSearch={{ optionFilterProp: 'label' }}
          />
          {may && (
            <button
              type="button"
              className="btn quiet"
              onClick={() => set(v.ladder.filter((_, n) => n !== i))}
            >
              {t('do.remove')}
            </button>
          )}
          {errors[`l${i}`] && <span className="bad">{errors[`l${i}`]}</span>}
        </div>
      ))}
      {may && (
        <p>
          <button type="button" className="link" onClick={() => set([...v.ladder, { percent: '', to: [] }])}>
            {t('clocks.ladder.more')}
          </button>
        </p>
      )}
    </section>
  );
}

/** The answer names its own lines: they are found again among those of the form. */
function placed(fields: Record<string, string>, at: number[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, text] of Object.entries(fields)) {
    const [, list, n, field] = /^(targets|ladder)\[(\d+)\]\.(\w+)/.exec(name) ?? [];
    if (list === 'ladder') out[`l${n}`] = text;
    else if (list) out[`t${at[Number(n)]}.${field?.replace('Minutes', '')}`] = text;
    else out[name.startsWith('hours') ? 'workdays' : name] = text;
  }
  return out;
}

function Form({ set: settings, may }: SettingsProps) {
  const { send, save } = useSave(settings);
  const [kind, setKind] = useState<Kind>('repair');
  const [v, set, edit] = useEdit(valuesOf(settings));
  const [at, setAt] = useState<number[]>([]);
  const errors = { ...send.fields, ...placed(send.fields, at) };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = wrongIn(v);
    const first = v.targets.findIndex((_, i) => wrong[`t${i}.response`] ?? wrong[`t${i}.resolve`]);
    if (first >= 0) setKind(v.targets[first]?.kind ?? kind);
    if (!send.fix(wrong)) return;
    const made = partOf(v, settings);
    setAt(made.at);
    if (await save(made.part, t('clocks.saved'))) edit.saved();
  };
  const hours = (name: 'workdays' | 'weekends' | 'holidays') => (
    <Field
      label={t(`clocks.${name}`)}
      error={errors[name]}
      newer={edit.newer[name]}
      hint={name === 'workdays' ? t('clocks.hours.hint') : undefined}
    >
      {a => (
        <Input
          {...a}
          disabled={!may}
          placeholder={name === 'workdays' ? '08:30-12:00 13:30-18:00' : t('clocks.closed')}
          value={v[name]}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form className="stack clocks-form" onSubmit={submit} noValidate>
      <Choice
        legend={t('tickets.kind')}
        name="kind"
        value={kind}
        onChange={setKind}
        options={kinds.map(value => ({ value, label: t(`kind.${value}`) }))}
      />
      <NewerNote of={edit.newer.targets} />
      <table className="grid">
        <thead>
          <tr>
            <th>{t('ticket.category')}</th>
            <th>{t('tickets.grade')}</th>
            <th className="num">{t('clocks.response')}</th>
            <th className="num">{t('clocks.resolve')}</th>
            <th>{t('clocks.runs')}</th>
            <th>
              <span className="quiet-reading">{t('do.remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {v.targets.map(
            (row, i) =>
              row.kind === kind && (
                <TargetLine
                  key={`${row.category} ${row.grade}`}
                  row={row}
                  index={i}
                  may={may}
                  errors={errors}
                  set={part => set({ targets: v.targets.map((r, n) => (n === i ? { ...r, ...part } : r)) })}
                  drop={() => set({ targets: v.targets.filter((_, n) => n !== i) })}
                />
              ),
          )}
        </tbody>
      </table>
      {may && (
        <AddCategory
          add={(category, grade) => {
            if (v.targets.some(r => r.kind === kind && r.category === category && r.grade === grade)) return;
            const usual = v.targets.find(r => r.kind === kind && !r.category && r.grade === grade);
            if (usual) set({ targets: [...v.targets, { ...usual, category }] });
          }}
        />
      )}
      <section className="stack" aria-label={t('clocks.hours')}>
        <h2 className="sub">{t('clocks.hours')}</h2>
        <div className="quad">
          {hours('workdays')}
          {hours('weekends')}
          {hours('holidays')}
          <Field label={t('clocks.complex')} error={errors.complexHours} newer={edit.newer.complexHours}>
            {a => (
              <Input
                {...a}
                disabled={!may}
                inputMode="numeric"
                value={v.complexHours}
                onChange={e => set({ complexHours: e.target.value })}
              />
            )}
          </Field>
          <Field label={t('clocks.attempts')} error={errors.attempts} newer={edit.newer.attempts}>
            {a => (
              <Input
                {...a}
                disabled={!may}
                inputMode="numeric"
                value={v.attempts}
                onChange={e => set({ attempts: e.target.value })}
              />
            )}
          </Field>
        </div>
      </section>
      <NewerNote of={edit.newer.ladder} />
      <Ladder v={v} may={may} errors={errors} set={ladder => set({ ladder })} />
      <SaveFoot send={send} may={may} />
    </form>
  );
}

export const ClocksPage = () => (
  <TicketSettingsPage title="settings.clocks" intro="clocks.intro" form={Form} />
);
