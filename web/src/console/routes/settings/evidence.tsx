// What must be there before the work ends: pictures, signature, checklist, parts, time spent (TIC-07a).

import { type FormEvent, useState } from 'react';
import { useEdit } from '../../../kit/edit.ts';
import { categoryName } from '../../../kit/format.ts';
import { word } from '../../../kit/i18n.ts';
import type { Grade, TicketSettings } from '../../../kit/types.ts';
import { NewerNote } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from '../tickets/data.ts';
import { grades, type Kind, kinds } from '../tickets/filters.ts';
import { SaveFoot, type SettingsProps, TicketSettingsPage, useSave } from './ticket-settings.tsx';

type Rule = NonNullable<TicketSettings['evidence']>[number];
type Proof = Rule['proofs'][number];
const proofs: Proof[] = ['photo_before', 'photo_after', 'signature', 'checklist', 'parts', 'minutes'];
const told = (p: Proof) => word(`missing.${p}`);

function Ticks({
  rule,
  name,
  may,
  set,
}: {
  rule: Rule;
  name: string;
  may: boolean;
  set: (proofs: Proof[]) => void;
}) {
  return (
    <fieldset className="row ticks" aria-label={name}>
      {proofs.map(p => (
        <label key={p} className="row tick">
          <input
            type="checkbox"
            disabled={!may}
            checked={rule.proofs.includes(p)}
            onChange={e => set(proofs.filter(x => (x === p ? e.target.checked : rule.proofs.includes(x))))}
          />
          {told(p)}
        </label>
      ))}
    </fieldset>
  );
}

function Add({ add }: { add: (rule: Rule) => boolean }) {
  const tree = useCategories().data?.items ?? [];
  const [kind, setKind] = useState<Kind>('repair');
  const [category, setCategory] = useState<string>();
  const [grade, setGrade] = useState<Grade | ''>('');
  const [twice, setTwice] = useState(false);
  const put = () => {
    const done = add({
      kind,
      ...(category ? { category } : {}),
      ...(grade ? { grade } : {}),
      proofs: ['photo_after'],
    });
    setTwice(!done);
    if (done) setCategory(undefined);
  };
  return (
    <>
      <div className="row">
        <select
          className="pick"
          aria-label={t('tickets.kind')}
          value={kind}
          onChange={e => {
            setTwice(false);
            setKind(kinds.find(k => k === e.target.value) ?? 'repair');
          }}
        >
          {kinds.map(k => (
            <option key={k} value={k}>
              {t(`kind.${k}`)}
            </option>
          ))}
        </select>
        <Select
          aria-label={t('ticket.category')}
          placeholder={t('evidence.every_category')}
          className="wide"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          value={category}
          onChange={(id?: string) => {
            setTwice(false);
            setCategory(id);
          }}
          options={tree.filter(c => !c.hidden).map(c => ({ value: c.id, label: categoryName(c) }))}
        />
        <select
          className="pick"
          aria-label={t('tickets.grade')}
          value={grade}
          onChange={e => {
            setTwice(false);
            setGrade(grades.find(g => g === e.target.value) ?? '');
          }}
        >
          <option value="">{t('evidence.every_grade')}</option>
          {grades.map(g => (
            <option key={g} value={g}>
              {t(`grade.${g}`)}
            </option>
          ))}
        </select>
        <button type="button" className="btn" onClick={put}>
          {t('evidence.add')}
        </button>
      </div>
      {twice && (
        <p className="warn" role="alert">
          {t('evidence.twice')}
        </p>
      )}
    </>
  );
}

const same = (a: Rule, b: Rule) =>
  a.kind === b.kind && (a.category ?? '') === (b.category ?? '') && (a.grade ?? '') === (b.grade ?? '');

function Form({ set: settings, may }: SettingsProps) {
  const { send, save } = useSave(settings);
  const tree = useCategories().data?.items ?? [];
  const { shipped } = settings;
  const [{ rules }, set, edit] = useEdit<{ rules: Rule[] }>({ rules: settings.evidence ?? [] });
  const setRules = (next: Rule[]) => set({ rules: next });
  const named = (r: Rule) =>
    [
      t(`kind.${r.kind}`),
      r.category
        ? categoryName(tree.find(c => c.id === r.category)) || r.category
        : t('evidence.every_category'),
      r.grade ? t(`grade.${r.grade}`) : t('evidence.every_grade'),
    ].join(' · ');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await save({ evidence: rules }, t('evidence.saved'))) edit.saved();
  };
  return (
    <form className="stack clocks-form" onSubmit={submit} noValidate>
      <p className="dim">{t('evidence.note')}</p>
      <NewerNote of={edit.newer.rules} />
      <table className="grid">
        <thead>
          <tr>
            <th>{t('evidence.which')}</th>
            <th>{t('evidence.what')}</th>
            <th>
              <span className="quiet-reading">{t('do.remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shipped.evidence
            .filter(r => !rules.some(own => same(own, r)))
            .map(r => (
              <tr key={`shipped ${r.kind}`} className="dim">
                <td>
                  {named(r)} <span className="tag">{t('evidence.shipped')}</span>
                </td>
                <td>{r.proofs.map(told).join(word('why.join')) || t('evidence.nothing')}</td>
                <td />
              </tr>
            ))}
          {rules.map((r, i) => (
            <tr key={named(r)}>
              <td>
                {named(r)}
                {['category', 'grade'].map(
                  f =>
                    send.fields[`evidence[${i}].${f}`] && (
                      <span key={f} className="warn">
                        {' '}
                        {send.fields[`evidence[${i}].${f}`]}
                      </span>
                    ),
                )}
              </td>
              <td>
                <Ticks
                  rule={r}
                  name={named(r)}
                  may={may}
                  set={chosen => setRules(rules.with(i, { ...r, proofs: chosen }))}
                />
              </td>
              <td>
                {may && (
                  <button
                    type="button"
                    className="btn quiet"
                    aria-label={`${t('do.remove')} ${named(r)}`}
                    onClick={() => setRules(rules.filter((_, n) => n !== i))}
                  >
                    {t('do.remove')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {may && (
        <Add
          add={rule => {
            if (rules.some(r => same(r, rule))) return false;
            setRules([...rules, rule]);
            return true;
          }}
        />
      )}
      <SaveFoot send={send} may={may} />
    </form>
  );
}

export const EvidencePage = () => <TicketSettingsPage title="settings.evidence" form={Form} />;
