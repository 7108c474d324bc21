// Solved or not, three ratings, the customer's words: the same by link and in the app (FUP-03).
import { type FormEvent, useState } from 'react';
import { Field, Pick, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { t } from './words/index.ts';

const sides = ['attitude', 'speed', 'effect'] as const;
const manners = ['punctual', 'tidy', 'conduct'] as const;
type Side = (typeof sides)[number];
type Manner = (typeof manners)[number];

export type Answers = { solved: boolean; words?: string } & Record<Side, number> &
  Partial<Record<Manner, boolean>>;

const stars = ['1', '2', '3', '4', '5'] as const;

interface Props {
  visited: boolean;
  send: (answers: Answers, once: { 'Idempotency-Key': string }) => Promise<unknown>;
  onDone: (solved: boolean) => void;
}

export function RateForm({ visited, send: submitTo, onDone }: Props) {
  const send = useSend();
  const [chosen, setChosen] = useState<Partial<Record<Side | Manner | 'solved', string>>>({});
  const [words, setWords] = useState('');
  const set = (part: typeof chosen) => setChosen(old => ({ ...old, ...part }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    for (const name of ['solved', ...sides] as const) if (!chosen[name]) wrong[name] = t('rate.missing');
    if (!send.fix(wrong)) return;
    const solved = chosen.solved === 'yes';
    const answers: Answers = {
      solved,
      attitude: Number(chosen.attitude),
      speed: Number(chosen.speed),
      effect: Number(chosen.effect),
      ...(words.trim() ? { words: words.trim() } : {}),
    };
    for (const m of manners) if (visited && chosen[m]) answers[m] = chosen[m] === 'yes';
    const made = await send.run(async once => {
      await submitTo(answers, once);
      return true;
    });
    if (made) onDone(solved);
  };
  return (
    <form className="stack" aria-label={t('rate.title')} onSubmit={submit} noValidate>
      <Pick
        legend={t('rate.solved')}
        value={chosen.solved}
        onChange={solved => set({ solved })}
        error={send.fields.solved}
        options={[
          { value: 'yes', label: t('rate.solved.yes') },
          { value: 'no', label: t('rate.solved.no') },
        ]}
      />
      {sides.map(side => (
        <Pick
          key={side}
          className="stars"
          legend={t(`rate.${side}`)}
          value={chosen[side]}
          onChange={v => set({ [side]: v })}
          error={send.fields[side]}
          options={stars.map(n => ({ value: n as string, label: t('rate.star', { n }) }))}
        />
      ))}
      {visited &&
        manners.map(m => (
          <Pick
            key={m}
            legend={t(`rate.${m}`)}
            value={chosen[m]}
            onChange={v => set({ [m]: v })}
            options={[
              { value: 'yes', label: t('rate.yes') },
              { value: 'no', label: t('rate.no') },
            ]}
          />
        ))}
      <Field label={t('rate.words')} error={send.fields.words}>
        {a => (
          <textarea
            {...a}
            className="in"
            rows={3}
            maxLength={2000}
            value={words}
            onChange={e => setWords(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <button type="submit" className="pbtn go" disabled={send.busy}>
        {t(send.busy ? 'rate.sending' : 'rate.go')}
      </button>
    </form>
  );
}

export const Thanks = ({ solved }: { solved: boolean }) => (
  <div className="thanks" role="status">
    <h2>{t('rate.thanks')}</h2>
    <p>{t(solved ? 'rate.thanks.plain' : 'rate.thanks.again')}</p>
  </div>
);
