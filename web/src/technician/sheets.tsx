// What has to be typed for a step. It takes the foot of the page, and the draft stays on the phone.
import type { FormEvent, ReactNode } from 'react';
import { useMissing } from '../kit/checklist.tsx';
import { useDraft } from '../kit/drafts.ts';
import { Field, Pick, TroubleNote } from '../kit/phone.tsx';
import { hourMinute, instant, nextAt, serverNow } from '../kit/time.ts';
import type { Ticket } from '../kit/types.ts';
import type { SheetProps } from './steps.tsx';
import { t } from './words/index.ts';

export function Sheet({
  title,
  go,
  onSubmit,
  children,
  send,
  close,
}: Frame & {
  title: string;
  go: string;
  onSubmit: () => void;
  children: ReactNode;
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className="cta sheet" aria-label={title} onSubmit={submit} noValidate>
      <h2>{title}</h2>
      {children}
      <TroubleNote trouble={send.trouble} />
      <div className="two-btn">
        <button type="button" className="pbtn" onClick={close}>
          {t('form.back')}
        </button>
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {send.busy ? t('form.saving') : go}
        </button>
      </div>
    </form>
  );
}

type Frame = Omit<SheetProps, 'ticket' | 'act' | 'step'>;
const soon = [15, 30, 45];

/** Promises are made on the five minutes. */
function inMinutes(n: number): string {
  const step = 5 * 60_000;
  return hourMinute(new Date(Math.ceil((serverNow() + n * 60_000) / step) * step));
}

interface Told {
  at: string;
  text: string;
  channel: 'phone' | 'visit' | 'wechat' | 'sms';
}

export function TellSheet(props: SheetProps) {
  const { ticket, send, act } = props;
  const [draft, setDraft, clear] = useDraft<Told>(`m-tell:${ticket.id}`, {
    at: '',
    text: '',
    channel: 'phone',
  });
  const set = (part: Partial<typeof draft>) => setDraft(old => ({ ...old, ...part }));
  const submit = async () => {
    const at = draft.at ? nextAt(draft.at) : undefined;
    const text = draft.text.trim();
    const wrong: Record<string, string> = {};
    if (draft.at && !at) wrong.arrivalAt = t('tell.at.wrong');
    else if (!at && !text) wrong.arrivalAt = t('tell.missing');
    if (!send.fix(wrong)) return;
    const body = {
      channel: draft.channel,
      text: text || t('said.told.at', { time: draft.at }),
      ...(at ? { arrivalAt: at.toISOString() } : {}),
    };
    if (await act('tell', body)) clear();
  };
  return (
    <Sheet {...props} title={t('tell.title')} go={t('tell.go')} onSubmit={() => void submit()}>
      {['dispatched', 'accepted', 'new'].includes(ticket.status) && (
        <Field label={t('tell.at')} error={send.fields.arrivalAt}>
          {a => (
            <div className="at">
              <input
                {...a}
                className="in"
                inputMode="numeric"
                placeholder="10:00"
                value={draft.at}
                onChange={e => set({ at: e.target.value })}
              />
              {soon.map(n => (
                <button
                  key={n}
                  type="button"
                  className="pbtn small"
                  onClick={() => set({ at: inMinutes(n) })}
                >
                  {t('tell.in', { n })}
                </button>
              ))}
            </div>
          )}
        </Field>
      )}
      <Field label={t('tell.text')} error={send.fields.text}>
        {a => (
          <textarea
            {...a}
            className="in"
            rows={2}
            placeholder={t('tell.text.hint')}
            value={draft.text}
            onChange={e => set({ text: e.target.value })}
          />
        )}
      </Field>
      <Pick
        legend={t('tell.channel')}
        value={draft.channel}
        onChange={channel => set({ channel })}
        options={[
          { value: 'phone', label: t('channel.phone') },
          { value: 'visit', label: t('channel.site') },
          { value: 'wechat', label: t('channel.wechat') },
          { value: 'sms', label: t('channel.sms') },
        ]}
      />
    </Sheet>
  );
}

const nothingYet = { cause: '', remedy: '', advice: '', parts: '', minutes: '' };

/** What was found and done, as it is typed: before the customer signs, and until the work is ended. */
export const useOutcome = (ticket: Ticket) => useDraft(`m-resolve:${ticket.id}`, nothingYet);

/** Cause, remedy and advice are fields of their own (PRO-02). */
export function OutcomeFields({
  draft,
  set,
  fields,
}: {
  draft: typeof nothingYet;
  set: (part: Partial<typeof nothingYet>) => void;
  fields: Record<string, string>;
}) {
  const line = (name: 'cause' | 'advice') => (
    <Field label={t(`resolve.${name}`)} error={fields[name]}>
      {a => (
        <input
          {...a}
          className="in"
          maxLength={1000}
          placeholder={t(`resolve.${name}.hint`)}
          value={draft[name] ?? ''}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <>
      {line('cause')}
      <Field label={t('resolve.remedy')} error={fields.remedy}>
        {a => (
          <textarea
            {...a}
            className="in"
            rows={3}
            placeholder={t('resolve.remedy.hint')}
            value={draft.remedy}
            onChange={e => set({ remedy: e.target.value })}
          />
        )}
      </Field>
      {line('advice')}
    </>
  );
}

export function ResolveSheet(props: SheetProps) {
  const { ticket, send, act } = props;
  const [draft, setDraft, clear] = useOutcome(ticket);
  const missing = useMissing(ticket);
  const submit = async () => {
    const [cause, remedy, advice] = [draft.cause.trim(), draft.remedy.trim(), draft.advice?.trim()];
    const [parts, minutes] = [draft.parts.trim(), draft.minutes.trim()];
    const wrong: Record<string, string> = {};
    if (!remedy) wrong.remedy = t('resolve.remedy.missing');
    if (ticket.asks.includes('parts') && !parts) wrong.parts = t('resolve.parts.missing');
    if (ticket.asks.includes('minutes') && !/^[1-9]\d{0,3}$/.test(minutes))
      wrong.minutes = t('resolve.minutes.wrong');
    if (!send.fix(wrong)) return;
    const body = {
      remedy,
      ...(cause ? { cause } : {}),
      ...(advice ? { advice } : {}),
      ...(parts ? { parts } : {}),
      ...(minutes ? { minutes: Number(minutes) } : {}),
    };
    if (await act('resolve', body)) clear();
  };
  return (
    <Sheet {...props} title={t('resolve.title')} go={t('do.resolve')} onSubmit={() => void submit()}>
      {missing.length > 0 && (
        <p className="hint" data-testid="missing">
          {t('ticket.missing', { list: missing.join(t('why.join')) })}
        </p>
      )}
      <OutcomeFields
        draft={draft}
        set={part => setDraft(old => ({ ...old, ...part }))}
        fields={send.fields}
      />
      {ticket.asks.map(ask => (
        <Field key={ask} label={t(`resolve.${ask}`)} error={send.fields[ask]}>
          {a => (
            <input
              {...a}
              className="in"
              inputMode={ask === 'minutes' ? 'numeric' : 'text'}
              placeholder={ask === 'parts' ? t('resolve.parts.hint') : ''}
              value={draft[ask]}
              onChange={e => setDraft(old => ({ ...old, [ask]: e.target.value }))}
            />
          )}
        </Field>
      ))}
    </Sheet>
  );
}

/** The customer was not reached: the next attempt is planned by the server (TIC-07c). */
export function AttemptSheet(props: SheetProps) {
  const { ticket, send, act } = props;
  const [draft, setDraft, clear] = useDraft(`m-attempt:${ticket.id}`, {
    channel: 'phone' as 'phone' | 'visit',
    text: '',
  });
  const submit = async () => {
    const text = draft.text.trim();
    if (await act('attempt', { channel: draft.channel, ...(text ? { text } : {}) })) clear();
  };
  return (
    <Sheet {...props} title={t('do.attempt')} go={t('attempt.go')} onSubmit={() => void submit()}>
      <p className="hint">{t('attempt.note')}</p>
      <Pick
        legend={t('attempt.channel')}
        value={draft.channel}
        onChange={channel => setDraft(old => ({ ...old, channel }))}
        options={[
          { value: 'phone', label: t('channel.phone') },
          { value: 'visit', label: t('channel.site') },
        ]}
      />
      <Field label={t('attempt.text')} error={send.fields.text}>
        {a => (
          <input
            {...a}
            className="in"
            placeholder={t('attempt.text.hint')}
            value={draft.text}
            onChange={e => setDraft(old => ({ ...old, text: e.target.value }))}
          />
        )}
      </Field>
    </Sheet>
  );
}

export function RefuseSheet(props: SheetProps) {
  const { ticket, send, act } = props;
  const [reason, setReason, clear] = useDraft(`m-refuse:${ticket.id}`, '');
  const submit = async () => {
    const body = { reason: reason.trim() };
    if (!send.fix(body.reason ? {} : { reason: t('refuse.missing') })) return;
    if (await act('refuse', body)) clear();
  };
  return (
    <Sheet {...props} title={t('refuse.title')} go={t('do.refuse')} onSubmit={() => void submit()}>
      <Field label={t('refuse.reason')} error={send.fields.reason}>
        {a => (
          <textarea {...a} className="in" rows={2} value={reason} onChange={e => setReason(e.target.value)} />
        )}
      </Field>
    </Sheet>
  );
}

const waitFor = ['customer', 'material', 'third_party'] as const;

/** Why the work waits and until when: the customer is told, the clocks stand still. */
export function HoldSheet(props: SheetProps) {
  const { ticket, send, act } = props;
  const asks = ticket.mentorAsks.includes('hold');
  const [draft, setDraft, clear] = useDraft(`m-hold:${ticket.id}`, {
    why: 'material' as (typeof waitFor)[number],
    text: '',
    until: '',
  });
  const set = (part: Partial<typeof draft>) => setDraft(old => ({ ...old, ...part }));
  const submit = async () => {
    const text = draft.text.trim();
    if (!send.fix(text ? {} : { text: t('hold.text.missing') })) return;
    const body = {
      why: draft.why,
      text,
      ...(draft.until ? { until: instant(draft.until) } : {}),
    };
    if (asks) {
      await act('ask-mentor', { step: 'hold', reason: text });
      return;
    }
    if (await act('hold', body)) clear();
  };
  return (
    <Sheet
      {...props}
      title={t('do.hold')}
      go={t(asks ? 'do.mentor' : 'do.hold')}
      onSubmit={() => void submit()}
    >
      {asks && <p className="s14 dim">{t('mentor.asks', { name: ticket.mentor?.name ?? '' })}</p>}
      <Pick
        legend={t('hold.why')}
        value={draft.why}
        onChange={why => set({ why })}
        options={waitFor.map(value => ({ value, label: t(`hold.${value}`) }))}
      />
      <Field label={t('hold.text')} error={send.fields.text}>
        {a => (
          <textarea
            {...a}
            className="in"
            rows={2}
            placeholder={t('hold.text.hint')}
            value={draft.text}
            onChange={e => set({ text: e.target.value })}
          />
        )}
      </Field>
      <Field label={t('hold.until')} error={send.fields.until}>
        {a => (
          <input
            {...a}
            type="datetime-local"
            className="in"
            value={draft.until}
            onChange={e => set({ until: e.target.value })}
          />
        )}
      </Field>
    </Sheet>
  );
}

/** A note stays inside; an interim measure is what is done for now, and the customer sees it. */
export function NoteSheet(props: SheetProps) {
  const { ticket, send, act } = props;
  const step = props.step === 'interim' ? 'interim' : 'note';
  const [text, setText, clear] = useDraft(`m-${step}:${ticket.id}`, '');
  const submit = async () => {
    const body = { text: text.trim() };
    if (!send.fix(body.text ? {} : { text: t('note.missing') })) return;
    if (await act(step, body)) clear();
  };
  return (
    <Sheet {...props} title={t(`${step}.title`)} go={t(`do.${step}`)} onSubmit={() => void submit()}>
      <Field label={t(`${step}.text`)} error={send.fields.text}>
        {a => (
          <textarea {...a} className="in" rows={3} value={text} onChange={e => setText(e.target.value)} />
        )}
      </Field>
    </Sheet>
  );
}
