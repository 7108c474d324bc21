// The quiz that comes before a version of a procedure is confirmed (PRO-01b). Wrong answers are explained; every attempt is kept.
import { useState } from 'react';
import { api, data } from './client.ts';
import { word } from './i18n.ts';
import { useSend } from './send.ts';
import type { Quiz, QuizResult } from './types.ts';

interface Props {
  version: string;
  quiz: Quiz;
  confirm: () => void;
  busy: boolean;
  button: string;
}

type Question = Quiz['questions'][number];

interface AskProps {
  question: Question;
  at: number;
  chosen: number[];
  mark: QuizResult['marks'][number] | undefined;
  error: string | undefined;
  choose: (chosen: number[]) => void;
}

function Ask({ question, at, chosen, mark, error, choose }: AskProps) {
  const toggle = (n: number, on: boolean) =>
    choose(question.several ? (on ? [...chosen, n] : chosen.filter(c => c !== n)) : [n]);
  return (
    <fieldset className={`quiz-ask field ${error ? 'bad' : ''}`}>
      <legend>
        {at + 1}. {question.text} {question.several && <span className="dim">{word('quiz.several')}</span>}
      </legend>
      {question.options.map((option, n) => (
        <label key={option.text} className={mark?.answer.includes(n) ? 'b' : ''}>
          <input
            type={question.several ? 'checkbox' : 'radio'}
            name={`quiz-${at}`}
            checked={chosen.includes(n)}
            onChange={event => toggle(n, event.target.checked)}
          />
          <span>{option.text}</span>
        </label>
      ))}
      {mark && (
        <p className={mark.right ? 'quiz-right' : 'warn'}>
          {mark.right ? `✓ ${word('quiz.right')}` : `✗ ${mark.why ?? ''}`}
        </p>
      )}
      {error && !mark && <p className="warn field-error">{error}</p>}
    </fieldset>
  );
}

export default function QuizForm({ version, quiz, confirm, busy, button }: Props) {
  const send = useSend();
  const [chosen, setChosen] = useState<number[][]>(quiz.questions.map(() => []));
  const [result, setResult] = useState<QuizResult>();
  const choose = (at: number, picked: number[]) => {
    setChosen(old => old.map((c, i) => (i === at ? picked : c)));
    if (!result?.passed) setResult(undefined);
  };
  const take = async () => {
    const open = Object.fromEntries(
      chosen.flatMap((c, i) => (c.length === 0 ? [[`answers[${i}]`, word('quiz.choose')]] : [])),
    );
    if (!send.fix(open)) return;
    setResult(
      await send.run(once =>
        data(
          api.POST('/procedure-versions/{id}/quiz', {
            params: { path: { id: version }, header: once },
            body: { answers: chosen },
          }),
        ),
      ),
    );
  };
  return (
    <div className="quiz" data-testid="quiz">
      <p>
        <b>{word('quiz.title')}</b>{' '}
        <span className="dim">{word('quiz.pass', { n: quiz.questions.length, pass: quiz.pass })}</span>
      </p>
      {quiz.questions.map((question, at) => (
        <Ask
          key={question.text}
          question={question}
          at={at}
          chosen={chosen[at] ?? []}
          mark={result?.marks[at]}
          error={chosen[at]?.length === 0 ? send.fields[`answers[${at}]`] : undefined}
          choose={picked => choose(at, picked)}
        />
      ))}
      {send.trouble && (
        <p className="trouble" role="alert">
          {send.trouble.text}
        </p>
      )}
      {result && (
        <p role="status">
          {word(result.passed ? 'quiz.passed' : 'quiz.failed', { right: result.right, n: result.questions })}
        </p>
      )}
      {result?.passed ? (
        <button type="button" className={button} disabled={busy} onClick={confirm}>
          {word('run.read')}
        </button>
      ) : (
        <button type="button" className={button} disabled={send.busy} onClick={() => void take()}>
          {word('quiz.take')}
        </button>
      )}
    </div>
  );
}
