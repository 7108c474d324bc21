// One step of a draft. Alt with an arrow moves it; what is seldom needed is behind "more".
import Input from 'antd/es/input';
import { useRef } from 'react';
import { named, sinceText, whoOf } from '../../../kit/checklist.tsx';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { Field } from '../../ui/field.tsx';
import { t } from '../../words/index.ts';
import type { Draft } from './editor.tsx';
import type { useVocabulary } from './page.tsx';

interface Props {
  step: Draft;
  at: number;
  last: boolean;
  words: ReturnType<typeof useVocabulary>['data'];
  fields: Record<string, string>;
  set: (part: Partial<Draft>) => void;
  move: (by: number) => void;
  add: () => void;
  remove: () => void;
}

type TextName = 'title' | 'titleEn' | 'do' | 'evidence' | 'limit' | 'gradeA' | 'note' | 'grades';

function Checks({ step, set, error }: Pick<Props, 'step' | 'set'> & { error: string | undefined }) {
  return (
    <div className="field wide">
      <div className="row wrap">
        {(['required', 'fourEyes', 'kit', 'workdays'] as const).map(name => (
          <label key={name} className="row">
            <input
              type="checkbox"
              checked={step[name] ?? false}
              onChange={e => set({ [name]: e.target.checked || undefined })}
            />
            {t(`procedures.step.${name}`)}
          </label>
        ))}
      </div>
      {error && <p className="field-error">{error}</p>}
    </div>
  );
}

function Tools({
  step,
  at,
  last,
  move,
  add,
  remove,
}: Pick<Props, 'step' | 'at' | 'last' | 'move' | 'add' | 'remove'>) {
  const name = step.title || t('procedures.step.n', { n: at + 1 });
  return (
    <div className="row">
      <button
        type="button"
        className="btn quiet"
        disabled={at === 0}
        aria-label={t('procedures.step.up', { name })}
        onClick={() => move(-1)}
      >
        ↑
      </button>
      <button
        type="button"
        className="btn quiet"
        disabled={last}
        aria-label={t('procedures.step.down', { name })}
        onClick={() => move(1)}
      >
        ↓
      </button>
      <button
        type="button"
        className="btn quiet"
        aria-label={t('procedures.step.after', { name })}
        onClick={add}
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        className="btn quiet"
        aria-label={t('procedures.step.remove', { name })}
        onClick={remove}
      >
        <Icon name="x" />
      </button>
    </div>
  );
}

export function StepFields({ step, at, last, words, fields, set, move, add, remove }: Props) {
  const box = useRef<HTMLLIElement>(null);
  const wrong = (name: string) => fields[`steps[${at}].${name}`] ?? fields[`doc.steps[${at}].${name}`];
  const text = (name: TextName, className = '', required = false) => (
    <Field label={t(`procedures.step.${name}`)} error={wrong(name)} className={className} required={required}>
      {a => <Input {...a} value={step[name] ?? ''} onChange={e => set({ [name]: e.target.value })} />}
    </Field>
  );
  const choose = (
    name: 'who' | 'skip' | 'from' | 'on' | 'form' | 'line',
    options: [string, string][],
    none?: string,
  ) => (
    <Field label={t(`procedures.step.${name}`)} error={wrong(name)}>
      {a => (
        <select
          {...a}
          className="pick"
          value={step[name] ?? ''}
          onChange={e =>
            set({ [name]: e.target.value || undefined, ...(name === 'form' ? { line: undefined } : {}) })
          }
        >
          {none !== undefined && <option value="">{none}</option>}
          {options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  const people = (words?.who ?? []).map(w => [w.word, whoOf(w.word)] as [string, string]);
  const forms = words?.forms ?? [];
  const form = forms.find(f => f.id === step.form);
  const more = ['titleEn', 'gradeA', 'note', 'grades', 'required', 'on', 'skip', 'from', 'form', 'line'].some(
    wrong,
  );
  const keep = (by: number) => {
    const el = document.activeElement as HTMLElement | null;
    move(by);
    // The step has moved under the caret; the caret goes along.
    requestAnimationFrame(() => {
      el?.focus();
      box.current?.scrollIntoView({ block: 'nearest' });
    });
  };
  return (
    <li
      ref={box}
      className="sop-edit"
      data-testid={`edit-${at + 1}`}
      onKeyDown={event => {
        if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
        event.preventDefault();
        keep(event.key === 'ArrowUp' ? -1 : 1);
      }}
    >
      <div className="row">
        <span className="run-mark">{at + 1}</span>
        <span className="grow" />
        <Tools step={step} at={at} last={last} move={move} add={add} remove={remove} />
      </div>
      <div className="sop-fields">
        {text('title', '', true)}
        {choose('who', people)}
        {text('limit')}
        {text('do', 'wide')}
        {text('evidence', 'wide')}
      </div>
      <details open={more || undefined}>
        <summary className="dim">{t('procedures.step.more')}</summary>
        <div className="sop-fields">
          {choose(
            'from',
            (words?.anchors ?? []).map(w => [w, sinceText(w)]),
            t('procedures.step.from.before'),
          )}
          {choose('skip', people, t('procedures.step.skip.nobody'))}
          {choose(
            'on',
            (words?.marks ?? []).map(m => [m, wordFor(`procedures.on.${m}`) ?? m]),
            t('procedures.step.on.hand'),
          )}
          {choose(
            'form',
            forms.map(f => [f.id, named(f)]),
            t('procedures.step.form.none'),
          )}
          {form &&
            choose(
              'line',
              form.lines.map(f => [f.id, named(f)]),
              t('procedures.step.line.none'),
            )}
          {text('grades')}
          {text('gradeA')}
          {text('titleEn')}
          {text('note', 'wide')}
          <Checks step={step} set={set} error={wrong('required') ?? wrong('kit')} />
        </div>
      </details>
    </li>
  );
}
