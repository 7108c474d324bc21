// The follow-up call: solved or not, three ratings in half steps, what the customer says, and what follows of it (FUP-03, FUP-04).
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { rating } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { FollowUp } from '../../../kit/types.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useFollowUp } from './data.ts';
import { blank, bodyOf, type Draft, mean, type Side, sides, wrongIn } from './draft.ts';
import { Further, Topics, Visit } from './further.tsx';

const steps = ['1', '1.5', '2', '2.5', '3', '3.5', '4', '4.5', '5'];

interface Props {
  followup: Pick<FollowUp, 'id'>;
  onDone: () => void;
  onClose?: () => void;
}

function useAsk(followup: FollowUp, onDone: () => void, clear: () => void) {
  const client = useQueryClient();
  const send = useSend();
  const refresh = () => {
    for (const key of ['followups', 'counts', 'tickets', 'ticket', 'household'])
      void client.invalidateQueries({ queryKey: [key] });
  };
  const params = (once: { 'Idempotency-Key': string }) => ({
    path: { id: followup.id },
    header: { ...match(followup.version), ...once },
  });
  const finish = (said: string) => {
    clear();
    toast(said);
    refresh();
    onDone();
  };
  const complete = async (draft: Draft) => {
    const body = bodyOf(draft, followup);
    const made = await send.run(once =>
      data(api.POST('/followups/{id}/complete', { params: params(once), body })),
    );
    if (made)
      finish(
        t('followup.done', {
          rating: rating(made.rating ?? mean(body.attitude, body.speed, body.effect)),
        }),
      );
  };
  const attempt = async ({ channel, attempt: note }: Draft) => {
    const made = await send.run(once =>
      data(
        api.POST('/followups/{id}/attempt', { params: params(once), body: { channel, note: note.trim() } }),
      ),
    );
    if (made) finish(t('followup.attempt.done'));
  };
  return { send, complete, attempt };
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
  followup: FollowUp;
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  fields: Record<string, string>;
}

function Reached({ followup, draft, set, fields }: BodyProps) {
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
      {followup.visited && <Visit draft={draft} set={set} />}
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
      <Topics draft={draft} set={set} />
      <Further followup={followup} draft={draft} set={set} fields={fields} />
    </>
  );
}

function Channel({ followup, draft, set, fields }: BodyProps) {
  return (
    <Choice
      legend={t('followup.channel')}
      name="channel"
      value={draft.channel}
      onChange={channel => set({ channel })}
      error={fields.channel}
      options={(['phone', 'visit'] as const).map(value => ({
        value,
        label: t(`followup.channel.${value}`),
        disabled: value === 'phone' && followup.noCalls,
      }))}
    />
  );
}

function Form({ followup, onDone, onClose }: Omit<Props, 'followup'> & { followup: FollowUp }) {
  const [draft, setDraft, clear] = useDraft<Draft>(`followup:${followup.id}`, blank(followup));
  const [missed, setMissed] = useState(false);
  const { send, complete, attempt } = useAsk(followup, onDone, clear);
  const set = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }));
  const [attitude = 0, speed = 0, effect = 0] = sides.map(side => Number(draft[side] ?? 0));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(wrongIn(draft, missed))) return;
    void (missed ? attempt(draft) : complete(draft));
  };
  const body = { followup, draft, set, fields: send.fields };
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
      {followup.round > 0 && <p className="will">{t('followup.head')}</p>}
      <Channel {...body} />
      {missed ? (
        <Field label={t('followup.attempt')} error={send.fields.note} required>
          {a => (
            <Input {...a} autoFocus value={draft.attempt} onChange={e => set({ attempt: e.target.value })} />
          )}
        </Field>
      ) : (
        <Reached {...body} />
      )}
      <TroubleNote trouble={send.trouble} />
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

export function FollowUpForm({ followup, ...rest }: Props) {
  const query = useFollowUp(followup.id);
  if (!query.data) return query.isError ? <ErrorNote query={query} /> : <Skeleton rows={5} />;
  return <Form key={followup.id} followup={query.data} {...rest} />;
}
