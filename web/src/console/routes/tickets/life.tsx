// The forms of steps that stop, prolong or take up again.
import Input from 'antd/es/input';
import { useState } from 'react';
import { api } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { instant } from '../../../kit/time.ts';
import type { Ticket } from '../../../kit/types.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';
import type { ActionProps } from './actions.tsx';
import { colleague, Frame, useColleagues, useReason } from './forms.tsx';

type Call = Parameters<ActionProps['act']>[0];
const reasons = ['customer', 'material', 'third_party'] as const;

/** An instant typed as local date and time. */
function Moment({
  label,
  error,
  value,
  onChange,
  required,
}: {
  label: string;
  error: string | undefined;
  value: string;
  onChange: (value: string) => void;
  required?: boolean;
}) {
  return (
    <Field label={label} error={error} required={required ?? false}>
      {a => (
        <input
          {...a}
          type="datetime-local"
          className="text"
          value={value}
          onChange={e => onChange(e.target.value)}
        />
      )}
    </Field>
  );
}

const iso = (local: string): string | undefined => (local ? instant(local) : undefined);

function Words({
  label,
  error,
  value,
  onChange,
  hint,
  optional,
}: {
  label: string;
  error: string | undefined;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  optional?: boolean;
}) {
  return (
    <Field
      label={
        optional ? (
          <>
            {label} <span className="dim3">{t('form.optional')}</span>
          </>
        ) : (
          label
        )
      }
      error={error}
      required={!optional}
    >
      {a => <Input {...a} placeholder={hint} value={value} onChange={e => onChange(e.target.value)} />}
    </Field>
  );
}

export function HoldForm(props: ActionProps) {
  const { ticket, act, fix, fields } = props;
  const asks = ticket.mentorAsks.includes('hold');
  const [draft, setDraft, clear] = useDraft(`hold:${ticket.id}`, {
    why: 'customer' as (typeof reasons)[number],
    text: '',
    until: '',
    interim: '',
  });
  const set = (part: Partial<typeof draft>) => setDraft(old => ({ ...old, ...part }));
  const submit = async () => {
    const text = draft.text.trim();
    if (!fix(text ? {} : { text: t('hold.text.missing') })) return;
    const until = iso(draft.until);
    const interim = draft.interim.trim();
    const body = { why: draft.why, text, ...(until ? { until } : {}), ...(interim ? { interim } : {}) };
    const call: Call = asks
      ? params => api.POST('/tickets/{id}/ask-mentor', { params, body: { step: 'hold', reason: text } })
      : params => api.POST('/tickets/{id}/hold', { params, body });
    const done = await act(call, t(asks ? 'ticket.done.ask' : 'ticket.done.hold', { number: ticket.number }));
    if (done && !asks) clear();
  };
  return (
    <Frame
      {...props}
      title={t('hold.title')}
      go={t(asks ? 'ask.go' : 'do.hold')}
      onSubmit={() => void submit()}
    >
      {asks && <p className="dim">{t('mentor.asks', { name: ticket.mentor?.name ?? '' })}</p>}
      <Choice
        legend={t('hold.why')}
        name="why"
        value={draft.why}
        onChange={why => set({ why })}
        error={fields.why}
        options={reasons.map(value => ({ value, label: t(`hold.${value}`) }))}
      />
      <Words
        label={t('hold.text')}
        hint={t('hold.text.hint')}
        error={fields.text}
        value={draft.text}
        onChange={text => set({ text })}
      />
      <Moment
        label={t('hold.until')}
        error={fields.until}
        value={draft.until}
        onChange={until => set({ until })}
      />
      <Words
        label={t('hold.interim')}
        error={fields.interim}
        value={draft.interim}
        onChange={interim => set({ interim })}
        optional
      />
    </Frame>
  );
}

/** The customer was not reached: when to try again, and who keeps calling too (TIC-07c). */
export function AttemptForm(props: ActionProps) {
  const { ticket, act, fields } = props;
  const [draft, setDraft, clear] = useDraft(`attempt:${ticket.id}`, {
    channel: 'phone' as 'phone' | 'visit',
    text: '',
    second: '',
  });
  const set = (part: Partial<typeof draft>) => setDraft(old => ({ ...old, ...part }));
  const people = useColleagues(ticket.community);
  const submit = async () => {
    const { channel, second } = draft;
    const text = draft.text.trim();
    const body = { channel, ...(text ? { text } : {}), ...(second ? { second } : {}) };
    const call: Call = params => api.POST('/tickets/{id}/attempt', { params, body });
    if (await act(call, t('ticket.done.attempt', { number: ticket.number }))) clear();
  };
  return (
    <Frame {...props} title={t('do.attempt')} go={t('form.save')} onSubmit={() => void submit()}>
      <p className="dim">{t('attempt.note')}</p>
      <Choice
        legend={t('attempt.channel')}
        name="channel"
        value={draft.channel}
        onChange={channel => set({ channel })}
        options={[
          { value: 'phone', label: t('channel.phone') },
          { value: 'visit', label: t('channel.site') },
        ]}
      />
      <Words
        label={t('attempt.text')}
        hint={t('attempt.text.hint')}
        error={fields.text}
        value={draft.text}
        onChange={text => set({ text })}
        optional
      />
      <Field label={t('attempt.second')} error={fields.second}>
        {a => (
          <Select
            {...a}
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('attempt.second.hint', { name: ticket.owner.name })}
            loading={people.isPending}
            value={draft.second || undefined}
            onChange={(second?: string) => set({ second: second ?? '' })}
            options={(people.data ?? []).map(s => ({ value: s.id, label: colleague(s) }))}
          />
        )}
      </Field>
    </Frame>
  );
}

export function InterimForm(props: ActionProps) {
  const { ticket, act, fix, fields } = props;
  const [text, setText, clear] = useDraft(`interim:${ticket.id}`, '');
  const submit = async () => {
    const body = { text: text.trim() };
    if (!fix(body.text ? {} : { text: t('interim.missing') })) return;
    const call: Call = params => api.POST('/tickets/{id}/interim', { params, body });
    if (await act(call, t('ticket.done.interim', { number: ticket.number }))) clear();
  };
  return (
    <Frame {...props} title={t('interim.title')} go={t('form.save')} onSubmit={() => void submit()}>
      <Words
        label={t('interim.text')}
        hint={t('interim.hint')}
        error={fields.text}
        value={text}
        onChange={setText}
      />
    </Frame>
  );
}

const heardBy = ['phone', 'visit', 'wechat', 'sms'] as const;

export function VerifyForm(props: ActionProps) {
  const { ticket, act, fields } = props;
  const [channel, setChannel] = useState<(typeof heardBy)[number]>('phone');
  const [text, setText, clear] = useDraft(`verify:${ticket.id}`, '');
  const submit = async () => {
    const words = text.trim();
    const call: Call = params =>
      api.POST('/tickets/{id}/verify', { params, body: words ? { channel, text: words } : { channel } });
    if (await act(call, t('ticket.done.verify', { number: ticket.number }))) clear();
  };
  return (
    <Frame {...props} title={t('verify.title')} go={t('do.verify')} onSubmit={() => void submit()}>
      <Choice
        legend={t('verify.channel')}
        name="channel"
        value={channel}
        onChange={setChannel}
        options={heardBy.map(value => ({ value, label: t(`channel.${value}`) }))}
      />
      <Words label={t('verify.text')} error={fields.text} value={text} onChange={setText} optional />
    </Frame>
  );
}

export function ReopenForm(props: ActionProps) {
  const { ticket, act } = props;
  const { reason, field, given, clear } = useReason(props, 'reopen');
  const submit = async () => {
    if (!given()) return;
    const body = { reason };
    const call: Call = ticket.reopenAsks
      ? params => api.POST('/tickets/{id}/ask-reopening', { params, body })
      : params => api.POST('/tickets/{id}/reopen', { params, body });
    const done = t(ticket.reopenAsks ? 'ticket.done.ask' : 'ticket.done.reopen', { number: ticket.number });
    if (await act(call, done)) clear();
  };
  return (
    <Frame
      {...props}
      title={t(ticket.reopenAsks ? 'reopen.ask' : 'reopen.title')}
      go={t(ticket.reopenAsks ? 'ask.go' : 'do.reopen')}
      onSubmit={() => void submit()}
    >
      {field(t('reopen.reason'))}
    </Frame>
  );
}

export function ComplexForm(props: ActionProps) {
  const { ticket, act, fields } = props;
  const { reason, field, given, clear } = useReason(props, 'complex');
  const [interim, setInterim] = useState('');
  const submit = async () => {
    if (!given()) return;
    const now = interim.trim();
    const call: Call = params =>
      api.POST('/tickets/{id}/ask-complex', { params, body: now ? { reason, interim: now } : { reason } });
    if (await act(call, t('ticket.done.ask', { number: ticket.number }))) clear();
  };
  return (
    <Frame {...props} title={t('complex.title')} go={t('ask.go')} onSubmit={() => void submit()}>
      <p className="dim">{t('complex.note')}</p>
      {field(t('complex.reason'))}
      <Words
        label={t('hold.interim')}
        error={fields.interim}
        value={interim}
        onChange={setInterim}
        optional
      />
    </Frame>
  );
}

export function ExtendForm(props: ActionProps) {
  const { ticket, act, fix, fields } = props;
  const { reason, field, clear } = useReason(props, 'extend');
  const [until, setUntil] = useState('');
  const submit = async () => {
    const at = iso(until);
    const wrong: Record<string, string> = {};
    if (!at) wrong.until = t('form.missing');
    if (!reason) wrong.reason = t('form.reason.missing');
    if (!fix(wrong) || !at) return;
    const call: Call = params =>
      api.POST('/tickets/{id}/ask-extension', { params, body: { reason, until: at } });
    if (await act(call, t('ticket.done.ask', { number: ticket.number }))) clear();
  };
  return (
    <Frame {...props} title={t('extend.title')} go={t('ask.go')} onSubmit={() => void submit()}>
      <Moment label={t('extend.until')} error={fields.until} value={until} onChange={setUntil} required />
      {field(t('extend.reason'))}
    </Frame>
  );
}

/** Where remote help would do, a visit needs the leader's yes (TIC-05a). */
export function AskVisitForm(props: ActionProps) {
  const { ticket, act } = props;
  const { reason, field, given, clear } = useReason(props, 'visit');
  const submit = async () => {
    if (!given()) return;
    const call: Call = params => api.POST('/tickets/{id}/ask-visit', { params, body: { reason } });
    if (await act(call, t('ticket.done.ask', { number: ticket.number }))) clear();
  };
  return (
    <Frame {...props} title={t('remote.title')} go={t('ask.go')} onSubmit={() => void submit()}>
      <p className="dim">{t('remote.note')}</p>
      {field(t('remote.reason'))}
    </Frame>
  );
}

const late = (ticket: Ticket) =>
  ticket.clocks
    .filter(c => c.kind !== 'first' && !c.excused && (c.state === 'missed' || c.state === 'breached'))
    .map(c => c.kind as 'response' | 'resolve');

export function ExcuseForm(props: ActionProps) {
  const { ticket, act, fields } = props;
  const { reason, field, given, clear } = useReason(props, 'excuse');
  const missed = late(ticket);
  const [clock, setClock] = useState(missed[0] ?? 'resolve');
  const submit = async () => {
    if (!given()) return;
    const call: Call = params => api.POST('/tickets/{id}/excuse', { params, body: { clock, reason } });
    if (await act(call, t('ticket.done.excuse', { number: ticket.number }))) clear();
  };
  return (
    <Frame {...props} title={t('excuse.title')} go={t('do.excuse')} onSubmit={() => void submit()}>
      <p className="dim">{t('excuse.note')}</p>
      <Choice
        legend={t('excuse.clock')}
        name="clock"
        value={clock}
        onChange={setClock}
        error={fields.clock}
        options={missed.map(value => ({ value, label: t(`clock.${value}`) }))}
      />
      {field(t('excuse.reason'))}
    </Frame>
  );
}
