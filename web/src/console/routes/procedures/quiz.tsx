// The quiz of a draft (PRO-01b): questions with one right answer or several, and why a wrong one is wrong.
import Input from 'antd/es/input';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Quiz } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { t } from '../../words/index.ts';

type Option = Quiz['questions'][number]['options'][number] & { key: number };
type Question = Omit<Quiz['questions'][number], 'options'> & { key: number; options: Option[] };
export interface QuizDraft {
  pass: number;
  questions: Question[];
}

// What is drawn from the version has its place for a key.
let keys = 1000;
const option = (text = '', right?: boolean, key = ++keys): Option => ({
  key,
  text,
  ...(right ? { right } : {}),
});

export function useQuiz(from: Quiz | undefined) {
  const [{ quiz }, hold, edit] = useEdit<{ quiz: QuizDraft }>({
    quiz: {
      pass: from?.pass ?? 80,
      questions: (from?.questions ?? []).map((q, key) => ({
        ...q,
        key,
        options: q.options.map((o, at) => option(o.text, o.right, at)),
      })),
    },
  });
  return [quiz, (next: QuizDraft) => hold({ quiz: next }), edit] as const;
}

/** What is sent: nothing, where there are no questions. */
export const quizOf = (draft: QuizDraft): Quiz | undefined =>
  draft.questions.length === 0
    ? undefined
    : {
        pass: draft.pass,
        questions: draft.questions.map(({ key: _, options, ...q }) => ({
          ...q,
          options: options.map(({ key: __, ...o }) => o),
        })),
      };

interface OneProps {
  question: Question;
  at: number;
  wrong: (name: string) => string | undefined;
  set: (part: Partial<Question>) => void;
  remove: () => void;
}

function One({ question, at, wrong, set, remove }: OneProps) {
  const n = at + 1;
  const change = (i: number, part: Partial<Option>) =>
    set({ options: question.options.map((o, k) => (k === i ? { ...o, ...part } : o)) });
  return (
    <li className="sop-edit" data-testid={`quiz-${n}`}>
      <div className="row">
        <span className="run-mark">{n}</span>
        <span className="grow" />
        <button
          type="button"
          className="btn quiet"
          aria-label={t('procedures.quiz.remove', { n })}
          onClick={remove}
        >
          <Icon name="x" />
        </button>
      </div>
      <Field label={t('procedures.quiz.text', { n })} error={wrong('text')} required>
        {a => <Input {...a} value={question.text} onChange={e => set({ text: e.target.value })} />}
      </Field>
      {question.options.map((o, i) => (
        <div key={o.key} className="quiz-option">
          <input
            type="checkbox"
            aria-label={t('procedures.quiz.right', { n: i + 1 })}
            checked={o.right ?? false}
            onChange={e => change(i, { right: e.target.checked || undefined })}
          />
          <Input
            aria-label={t('procedures.quiz.option', { n: i + 1 })}
            aria-invalid={wrong(`options[${i}].text`) ? true : undefined}
            value={o.text}
            onChange={e => change(i, { text: e.target.value })}
          />
          <button
            type="button"
            className="btn quiet"
            aria-label={t('procedures.quiz.option.remove', { n: i + 1 })}
            disabled={question.options.length <= 2}
            onClick={() => set({ options: question.options.filter((_, k) => k !== i) })}
          >
            <Icon name="x" />
          </button>
          {wrong(`options[${i}].text`) && <span className="field-error">{wrong(`options[${i}].text`)}</span>}
        </div>
      ))}
      {wrong('options') && <p className="field-error">{wrong('options')}</p>}
      {question.options.length < 8 && (
        <button
          type="button"
          className="link"
          onClick={() => set({ options: [...question.options, option()] })}
        >
          {t('procedures.quiz.option.add')}
        </button>
      )}
      <Field label={t('procedures.quiz.why')} error={wrong('why')} required>
        {a => <Input {...a} value={question.why ?? ''} onChange={e => set({ why: e.target.value })} />}
      </Field>
    </li>
  );
}

export function QuizFields({
  quiz,
  set,
  fields,
}: {
  quiz: QuizDraft;
  set: (next: QuizDraft) => void;
  fields: Record<string, string>;
}) {
  const wrong = (name: string) => fields[`quiz.${name}`] ?? fields[`doc.quiz.${name}`];
  const one = (at: number, part: Partial<Question>) =>
    set({ ...quiz, questions: quiz.questions.map((q, i) => (i === at ? { ...q, ...part } : q)) });
  return (
    <section className="stack" aria-label={t('procedures.quiz')}>
      <h2 className="sub">{t('procedures.quiz')}</h2>
      <p className="dim">{t('procedures.quiz.hint')}</p>
      {quiz.questions.length > 0 && (
        <Field label={t('procedures.quiz.pass')} error={wrong('pass')} required>
          {a => (
            <Input
              {...a}
              type="number"
              min={1}
              max={100}
              className="short"
              value={quiz.pass || ''}
              onChange={e => set({ ...quiz, pass: Number(e.target.value) })}
            />
          )}
        </Field>
      )}
      <ol className="stack">
        {quiz.questions.map((q, at) => (
          <One
            key={q.key}
            question={q}
            at={at}
            wrong={name => wrong(`questions[${at}].${name}`)}
            set={part => one(at, part)}
            remove={() => set({ ...quiz, questions: quiz.questions.filter((_, i) => i !== at) })}
          />
        ))}
      </ol>
      {quiz.questions.length < 20 && (
        <p>
          <button
            type="button"
            className="btn"
            onClick={() =>
              set({
                ...quiz,
                questions: [
                  ...quiz.questions,
                  { key: ++keys, text: '', why: '', options: [option(), option()] },
                ],
              })
            }
          >
            <Icon name="plus" />
            {t('procedures.quiz.add')}
          </button>
        </p>
      )}
    </section>
  );
}
