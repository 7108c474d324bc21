// A file that somebody else answered with: it is read and shown first, and kept when it is sent a second time as it was.
import { type FormEvent, type ReactNode, useState } from 'react';
import { upload } from '../../kit/client.ts';
import { useSend } from '../../kit/send.ts';
import { t } from '../words/index.ts';
import { Field } from './field.tsx';
import { toast } from './toast.tsx';
import { TroubleNote } from './trouble.tsx';

interface Answered {
  kept: boolean;
  problems: { row: number }[];
}

/** The words of one kind of file, and where it goes. */
export interface AnswerKind<A extends Answered> {
  path: (keep: boolean) => string;
  title: string;
  hint: string;
  file: string;
  keep: string;
  seen: (a: A) => string;
  wrong: (n: number) => string;
  problem: (p: A['problems'][number]) => ReactNode;
  news: (a: A) => number;
  kept: (a: A) => string;
  onKept: () => void;
}

export function AnswerForm<A extends Answered>({ of }: { of: AnswerKind<A> }) {
  const send = useSend();
  const [file, setFile] = useState<File>();
  const [round, setRound] = useState(0);
  const [seen, setSeen] = useState<A>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(file ? {} : { file: t('form.missing') }) || !file) return;
    const made = await send.run(() => upload<A>(of.path(seen !== undefined), file, file.name));
    if (!made) return;
    if (!made.kept) return setSeen(made);
    toast(of.kept(made));
    setSeen(undefined);
    setFile(undefined);
    setRound(n => n + 1);
    of.onKept();
  };
  const blocked = seen !== undefined && (seen.problems.length > 0 || of.news(seen) === 0);
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={of.title}>
      <h3>{of.title}</h3>
      <p className="dim">{of.hint}</p>
      <Field label={of.file} error={send.fields.file} required>
        {a => (
          <input
            {...a}
            key={round}
            type="file"
            accept=".csv,.txt,.xlsx"
            onChange={e => {
              setSeen(undefined);
              setFile(e.target.files?.[0]);
            }}
          />
        )}
      </Field>
      {seen && (
        <section aria-live="polite" className="stack">
          <p>{of.seen(seen)}</p>
          {seen.problems.length > 0 && (
            <>
              <p className="field-error">{of.wrong(seen.problems.length)}</p>
              <ul className="lines">
                {seen.problems.map(p => (
                  <li key={p.row}>{of.problem(p)}</li>
                ))}
              </ul>
            </>
          )}
        </section>
      )}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy || blocked}>
          {seen ? of.keep : t('statement.check')}
        </button>
      </p>
    </form>
  );
}
