// The follow-up call: solved or not, three ratings in half steps, the customer's words.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { rating } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { FollowUp } from '../../../kit/types.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const steps = ['1', '1.5', '2', '2.5', '3', '3.5', '4', '4.5', '5'];
const sides = ['attitude', 'speed', 'effect'] as const;
type Side = (typeof sides)[number];
type Draft = Partial<Record<Side | 'solved', string>> & { words: string; attempt: string };

export const mean = (a: number, b: number, c: number): number => Math.round(((a + b + c) / 3) * 10) / 10;

interface Props {
  followup: Pick<FollowUp, 'id' | 'version'>;
  onDone: () => void;
  onClose?: () => void;
}

function useAsk({ followup, onDone }: Props, clear: () => void) {
  const client = useQueryClient();
  const send = useSend();
  const refresh = () => {
    for (const key of ['followups', 'counts', 'tickets', 'ticket', 'household']) {
      void client.invalidateQueries({ queryKey: [key] });
    }
  };
  const params = (once: { 'Idempotency-Key': string }) => ({
    path: { id: followup.id },
    header: { ...match(followup.version), ...once },
  });
  const complete = async (body: {
    solved: boolean;
    attitude: number;
    speed: number;
    effect: number;
    words?: string;
  }) => {
    const made = await send.run(once =>
      data(api.POST('/followups/{id}/complete', { params: params(once), body })),
    );
    if (!made) return;
    clear();
    toast(
      t('followup.done', { rating: rating(made.rating ?? mean(body.attitude, body.speed, body.effect)) }),
    );
    refresh();
    onDone();
  };
  const attempt = async (note: string) => {
    const made = await send.run(once =>
      data(api.POST('/followups/{id}/attempt', { params: params(once), body: { note } })),
    );
    if (!made) return;
    clear();
    toast(t('followup.attempt.done'));
    refresh();
    onDone();
  };
  return { send, refresh, complete, attempt };
}

function Stars({
  side,
  value,
  onChange,
  error,
}: {
  side: Side;
  value?: string;
  onChange: (v: string) => void;
  error?: string;
}) {
  return (
    <Choice
      legend={t(`followup.${side}`)}
      name={side}
      value={value}
      onChange={onChange}
      error={error}
      options={steps.map(s => ({ value: s, label: s }))}
    />
  );
}

interface BodyProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  fields: Record<string, string>;
}

function Reached({ draft, set, fields }: BodyProps) {
  return (
    <>
      <Choice
        legend={t('followup.solved')}
        name="solved"
        value={draft.solved}
        onChange={solved => set({ solved })}
        error={fields.solved}
        options={[
          { value: 'yes', label: t('followup.yes') },
          { value: 'no', label: t('followup.no') },
        ]}
      />
      {sides.map(side => (
        <Stars
          key={side}
          side={side}
          value={draft[side]}
          onChange={v => set({ [side]: v })}
          error={fields[side]}
        />
      ))}
      <Field
        label={
          <>
            {t('followup.words')} <span className="dim3">{t('form.optional')}</span>
          </>
        }
        error={fields.words}
      >
        {a => (
          <Input.TextArea
            {...a}
            autoSize={{ minRows: 2, maxRows: 6 }}
            value={draft.words}
            onChange={e => set({ words: e.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function wrongIn(draft: Draft, missed: boolean): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (missed) {
    if (!draft.attempt.trim()) wrong.note = t('followup.attempt.missing');
    return wrong;
  }
  if (!draft.solved) wrong.solved = t('followup.solved.missing');
  for (const side of sides) if (!draft[side]) wrong[side] = t('followup.rate.missing');
  return wrong;
}

export function FollowUpForm(props: Props) {
  const { followup, onClose } = props;
  const [draft, setDraft, clear] = useDraft<Draft>(`followup:${followup.id}`, { words: '', attempt: '' });
  const [missed, setMissed] = useState(false);
  const { send, refresh, complete, attempt } = useAsk(props, clear);
  const set = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }));
  const [attitude = 0, speed = 0, effect = 0] = sides.map(side => Number(draft[side] ?? 0));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(wrongIn(draft, missed))) return;
    const words = draft.words.trim();
    if (missed) void attempt(draft.attempt.trim());
    else
      void complete({ solved: draft.solved === 'yes', attitude, speed, effect, ...(words ? { words } : {}) });
  };
  return (
    <form className="act-form followup" aria-label={t('followup.title')} onSubmit={submit} noValidate>
      <h3 className="row">
        <span className="grow">{t('followup.title')}</span>
        {!missed && attitude > 0 && speed > 0 && effect > 0 && (
          <span className="dim" data-testid="followup-mean">
            {t('followup.mean', { rating: rating(mean(attitude, speed, effect)) })}
          </span>
        )}
      </h3>
      {missed ? (
        <Field label={t('followup.attempt')} error={send.fields.note} required>
          {a => (
            <Input {...a} autoFocus value={draft.attempt} onChange={e => set({ attempt: e.target.value })} />
          )}
        </Field>
      ) : (
        <Reached draft={draft} set={set} fields={send.fields} />
      )}
      <TroubleNote trouble={send.trouble} onLatest={refresh} />
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : missed ? 'followup.attempt.go' : 'followup.go')}
        </button>
        <button type="button" className="btn" onClick={() => setMissed(!missed)}>
          {t(missed ? 'followup.reached' : 'followup.unreached')}
        </button>
        {onClose && (
          <button type="button" className="btn quiet" onClick={onClose}>
            {t('form.back')}
          </button>
        )}
      </div>
    </form>
  );
}
