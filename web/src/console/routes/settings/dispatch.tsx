// How tickets of a category come to who does the work, and how long an answer is waited for (TIC-05).
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { useEdit } from '../../../kit/edit.ts';
import { categoryName } from '../../../kit/format.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from '../tickets/data.ts';
import { grades } from '../tickets/filters.ts';
import { SaveFoot, type SettingsProps, TicketSettingsPage, useSave } from './ticket-settings.tsx';

const modes = ['automatic', 'queue', 'claim', 'hand'] as const;
type Mode = (typeof modes)[number];
interface Rule {
  category: string;
  mode: Mode;
}

function Rules({
  rules,
  may,
  fields,
  set,
}: {
  rules: Rule[];
  may: boolean;
  fields: Record<string, string>;
  set: (rules: Rule[]) => void;
}) {
  const tree = useCategories().data?.items ?? [];
  const [category, setCategory] = useState<string>();
  const nameOf = (id: string) => categoryName(tree.find(c => c.id === id)) || id;
  return (
    <section className="stack" aria-label={t('dispatch.modes')}>
      <h2 className="sub">{t('dispatch.modes')}</h2>
      <p className="dim">{t('dispatch.modes.note')}</p>
      {rules.length > 0 && (
        <table className="grid">
          <thead>
            <tr>
              <th>{t('ticket.category')}</th>
              <th>{t('dispatch.mode')}</th>
              <th>
                <span className="quiet-reading">{t('do.remove')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rules.map((r, i) => (
              <tr key={r.category}>
                <td>{nameOf(r.category)}</td>
                <td>
                  <select
                    className="pick"
                    disabled={!may}
                    aria-label={`${t('dispatch.mode')} ${nameOf(r.category)}`}
                    value={r.mode}
                    onChange={e => {
                      const mode = modes.find(m => m === e.target.value) ?? 'automatic';
                      set(rules.map((x, n) => (n === i ? { ...x, mode } : x)));
                    }}
                  >
                    {modes.map(m => (
                      <option key={m} value={m}>
                        {t(`dispatch.mode.${m}`)}
                      </option>
                    ))}
                  </select>
                  {fields[`dispatch[${i}].category`] && (
                    <span className="warn"> {fields[`dispatch[${i}].category`]}</span>
                  )}
                </td>
                <td>
                  {may && (
                    <button
                      type="button"
                      className="btn quiet"
                      onClick={() => set(rules.filter((_, n) => n !== i))}
                    >
                      {t('do.remove')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {may && (
        <div className="row">
          <Select
            aria-label={t('ticket.category')}
            placeholder={t('clocks.add.hint')}
            className="wide"
            showSearch={{ optionFilterProp: 'label' }}
            value={category}
            onChange={setCategory}
            options={tree
              .filter(c => !c.hidden && !rules.some(r => r.category === c.id))
              .map(c => ({ value: c.id, label: categoryName(c) }))}
          />
          <button
            type="button"
            className="btn"
            disabled={!category}
            onClick={() => {
              if (category) set([...rules, { category, mode: 'claim' }]);
              setCategory(undefined);
            }}
          >
            {t('dispatch.add')}
          </button>
        </div>
      )}
    </section>
  );
}

function Form({ set: settings, may }: SettingsProps) {
  const { send, save } = useSave(settings);
  const { shipped } = settings;
  const of = (g: 'A' | 'B' | 'C') => String(settings.acceptMinutes?.[g] || shipped.acceptMinutes[g]);
  const [{ rules, mentor }, set, edit] = useEdit<{ rules: Rule[]; mentor: typeof shipped.mentor }>({
    rules: settings.dispatch ?? [],
    mentor: settings.mentor ?? shipped.mentor,
  });
  const [minutes, setMinutes, accepts] = useEdit({ A: of('A'), B: of('B'), C: of('C') });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    for (const g of grades)
      if (!/^[1-9]\d{0,3}$/.test(minutes[g]) || Number(minutes[g]) > 1440)
        wrong[`acceptMinutes.${g}`] = t('dispatch.minutes.wrong');
    if (!send.fix(wrong)) return;
    const own = (g: 'A' | 'B' | 'C') =>
      Number(minutes[g]) === shipped.acceptMinutes[g] ? 0 : Number(minutes[g]);
    const acceptMinutes = { A: own('A'), B: own('B'), C: own('C') };
    if (!(await save({ dispatch: rules, acceptMinutes, mentor }, t('dispatch.saved')))) return;
    edit.saved();
    accepts.saved();
  };
  return (
    <form className="stack clocks-form" onSubmit={submit} noValidate>
      <NewerNote of={edit.newer.rules} />
      <Rules rules={rules} may={may} fields={send.fields} set={next => set({ rules: next })} />
      <section className="stack" aria-label={t('dispatch.accept')}>
        <h2 className="sub">{t('dispatch.accept')}</h2>
        <p className="dim">{t('dispatch.accept.note')}</p>
        <div className="quad">
          {grades.map(g => (
            <Field
              key={g}
              label={t('dispatch.accept.grade', { grade: t(`grade.${g}`) })}
              error={send.fields[`acceptMinutes.${g}`]}
              newer={accepts.newer[g]}
            >
              {a => (
                <Input
                  {...a}
                  disabled={!may}
                  inputMode="numeric"
                  value={minutes[g]}
                  onChange={e => setMinutes({ [g]: e.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
      </section>
      <section className="stack" aria-label={t('mentor.title')}>
        <h2 className="sub">{t('mentor.title')}</h2>
        <p className="dim">{t('mentor.note')}</p>
        <NewerNote of={edit.newer.mentor} />
        <div className="row wrap">
          {(['grade', 'hold'] as const).map(step => (
            <label key={step} className="row">
              <input
                type="checkbox"
                disabled={!may}
                checked={mentor[step]}
                onChange={e => set({ mentor: { ...mentor, [step]: e.target.checked } })}
              />
              {t(`mentor.${step}`)}
            </label>
          ))}
        </div>
      </section>
      <SaveFoot send={send} may={may} />
    </form>
  );
}

export const DispatchPage = () => <TicketSettingsPage title="settings.dispatch" form={Form} />;
