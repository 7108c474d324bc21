// The forms of single steps, opened in place under the ticket.

import { useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useMissing } from '../../../kit/checklist.tsx';
import { api, data } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { wordFor } from '../../../kit/i18n.ts';
import type { Grade, Staff } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Select } from '../../ui/select.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import type { ActionProps } from './actions.tsx';
import { PhotoDrop } from './photos.tsx';

interface FrameProps extends ActionProps {
  title: string;
  go: string;
  onSubmit: () => void;
  children: ReactNode;
}

export function Frame({ title, go, onSubmit, children, trouble, busy, close }: FrameProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form
      className="act-form"
      aria-label={title}
      onSubmit={submit}
      onKeyDown={event => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
        event.stopPropagation();
        event.preventDefault();
        close();
      }}
      noValidate
    >
      <h3>{title}</h3>
      {children}
      <TroubleNote trouble={trouble} />
      <div className="row">
        <button type="submit" className="btn go" disabled={busy}>
          {busy ? t('form.saving') : go}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')} <Kbd>Esc</Kbd>
        </button>
      </div>
    </form>
  );
}

/** Colleagues; who is on duty says the roster, on days for which one is planned. */
export function useColleagues(community: string) {
  const roster = useQuery({
    queryKey: ['roster', 'now', community],
    queryFn: () => data(api.GET('/roster-now', { params: { query: { community } } })),
    enabled: useCan()('roster.view'),
  }).data;
  const people = useQuery({
    queryKey: ['staff', 'colleagues', community],
    queryFn: async () =>
      (await data(api.GET('/staff', { params: { query: { community, state: 'active', limit: 200 } } })))
        .items,
  });
  const here = (s: Staff) => (roster?.byPlan ? roster.items.some(d => d.staffId === s.id) : s.onDuty);
  return { isPending: people.isPending, data: people.data?.map(s => ({ ...s, onDuty: here(s) })) };
}

export function colleague(s: Staff): string {
  const skills = s.skills.map(k => wordFor(`skill.${k}`) ?? k).join(t('why.join'));
  return [
    `${s.name} ${s.agentNo}`,
    t(s.onDuty ? 'staff.on_duty' : 'staff.off_duty'),
    t('why.load', { n: s.openTickets }),
    skills,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Why what is for the senior on duty goes to somebody else: asked for when it was refused without (TIC-05a). */
export function useWord(fields: Record<string, string>) {
  const [word, setWord] = useState('');
  const [asked, setAsked] = useState(false);
  if (fields.word && !asked) setAsked(true);
  const field = asked && (
    <Field label={t('dispatch.word')} error={fields.word} required>
      {a => <Input {...a} maxLength={500} value={word} onChange={e => setWord(e.target.value)} />}
    </Field>
  );
  return { field, body: word.trim() ? { word: word.trim() } : {} };
}

export function DispatchForm(props: ActionProps) {
  const { ticket, act, fix, fields } = props;
  const [to, setTo] = useState<string>();
  const word = useWord(fields);
  const people = useColleagues(ticket.community);
  const free = [...(people.data ?? [])]
    .filter(s => s.id !== ticket.assignee?.id)
    .sort((a, b) => Number(b.onDuty) - Number(a.onDuty) || a.openTickets - b.openTickets);
  const submit = () => {
    if (!fix(to ? {} : { to: t('dispatch.missing') }) || !to) return;
    const name = free.find(s => s.id === to)?.name ?? '';
    void act(
      params =>
        api.POST('/tickets/{id}/dispatch', {
          params,
          body: { to, ...word.body },
        }),
      t('dispatch.done', { number: ticket.number, name }),
    );
  };
  return (
    <Frame {...props} title={t('dispatch.title')} go={t('do.dispatch')} onSubmit={submit}>
      <Field label={t('dispatch.to')} error={fields.to} required>
        {a => (
          <Select
            {...a}
            autoFocus
            defaultOpen
            placement="topLeft"
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('dispatch.hint')}
            loading={people.isPending}
            value={to}
            onChange={setTo}
            options={free.map(s => ({ value: s.id, label: colleague(s) }))}
          />
        )}
      </Field>
      {word.field}
    </Frame>
  );
}

export function useReason(props: ActionProps, name: string) {
  const [reason, setReason, clear] = useDraft(`${name}:${props.ticket.id}`, '');
  const field = (label: string) => (
    <Field label={label} error={props.fields.reason} required>
      {a => <Input {...a} autoFocus value={reason} onChange={e => setReason(e.target.value)} />}
    </Field>
  );
  const given = () => props.fix(reason.trim() ? {} : { reason: t('form.reason.missing') });
  return { reason: reason.trim(), field, given, clear };
}

export function RefuseForm(props: ActionProps) {
  const { reason, field, given, clear } = useReason(props, 'refuse');
  const submit = async () => {
    if (!given()) return;
    const call: Parameters<typeof props.act>[0] = params =>
      api.POST('/tickets/{id}/refuse', { params, body: { reason } });
    if (await props.act(call, t('ticket.done.refuse', { number: props.ticket.number }))) clear();
  };
  return (
    <Frame {...props} title={t('refuse.title')} go={t('do.refuse')} onSubmit={() => void submit()}>
      {field(t('refuse.reason'))}
    </Frame>
  );
}

export function CancelForm(props: ActionProps) {
  const { reason, field, given, clear } = useReason(props, 'cancel');
  const submit = async () => {
    if (!given()) return;
    const { cancelAsks, number } = props.ticket;
    const call: Parameters<typeof props.act>[0] = cancelAsks
      ? params => api.POST('/tickets/{id}/ask-cancel', { params, body: { reason } })
      : params => api.POST('/tickets/{id}/cancel', { params, body: { reason } });
    if (await props.act(call, t(cancelAsks ? 'ticket.done.ask' : 'ticket.done.cancel', { number }))) clear();
  };
  return (
    <Frame
      {...props}
      title={t('cancel.title')}
      go={t(props.ticket.cancelAsks ? 'ask.go' : 'do.cancel')}
      onSubmit={() => void submit()}
    >
      {props.ticket.cancelAsks && props.ticket.mentor && (
        <p className="dim">{t('cancel.mentor', { name: props.ticket.mentor.name })}</p>
      )}
      {field(t('cancel.reason'))}
    </Frame>
  );
}

export function GradeForm(props: ActionProps) {
  const { reason, field, given, clear } = useReason(props, 'grade');
  const [grade, setGrade] = useState<Grade>(props.ticket.grade);
  // C is below A: lowering it lets the customer wait longer.
  const asks = props.ticket.mentorAsks.includes('grade') && grade > props.ticket.grade;
  const submit = async () => {
    if (!given()) return;
    const { number } = props.ticket;
    const call: Parameters<typeof props.act>[0] = asks
      ? params => api.POST('/tickets/{id}/ask-mentor', { params, body: { step: 'grade', reason } })
      : params => api.POST('/tickets/{id}/grade', { params, body: { grade, reason } });
    if (await props.act(call, t(asks ? 'ticket.done.ask' : 'ticket.done.grade', { number, grade }))) clear();
  };
  return (
    <Frame
      {...props}
      title={t('grade.title')}
      go={t(asks ? 'ask.go' : 'do.grade')}
      onSubmit={() => void submit()}
    >
      {asks && <p className="dim">{t('mentor.asks', { name: props.ticket.mentor?.name ?? '' })}</p>}
      <Choice<Grade>
        legend={t('tickets.grade')}
        name="grade"
        value={grade}
        onChange={setGrade}
        error={props.fields.grade}
        options={(['A', 'B', 'C'] as const).map(value => ({
          value,
          label: `${value} ${t(`grade.${value}.word`)}`,
        }))}
      />
      {field(t('grade.reason'))}
    </Frame>
  );
}

export function ResolveForm(props: ActionProps) {
  const { ticket, act, fix, fields, reload } = props;
  const [draft, setDraft, clear] = useDraft(`resolve:${ticket.id}`, {
    cause: '',
    remedy: '',
    advice: '',
    parts: '',
    minutes: '',
  });
  const missing = useMissing(ticket);
  const submit = async () => {
    const remedy = draft.remedy.trim();
    const [cause, parts, minutes] = [draft.cause.trim(), draft.parts.trim(), draft.minutes.trim()];
    const advice = draft.advice?.trim(); // a draft of an older program has none
    const wrong: Record<string, string> = {};
    if (!remedy) wrong.remedy = t('resolve.remedy.missing');
    if (ticket.asks.includes('parts') && !parts) wrong.parts = t('resolve.parts.hint');
    if (ticket.asks.includes('minutes') && !/^[1-9]\d{0,3}$/.test(minutes))
      wrong.minutes = t('resolve.minutes.wrong');
    if (!fix(wrong)) return;
    const body = {
      remedy,
      ...(cause ? { cause } : {}),
      ...(advice ? { advice } : {}),
      ...(parts ? { parts } : {}),
      ...(minutes ? { minutes: Number(minutes) } : {}),
    };
    const call: Parameters<typeof act>[0] = params => api.POST('/tickets/{id}/resolve', { params, body });
    if (await act(call, t('ticket.done.resolve', { number: ticket.number }))) clear();
  };
  return (
    <Frame {...props} title={t('resolve.title')} go={t('do.resolve')} onSubmit={() => void submit()}>
      {missing.length > 0 && (
        <p className="dim" data-testid="missing">
          <b>{t('ticket.missing')}</b>
          {missing.join(t('why.join'))}
        </p>
      )}
      <PhotoDrop ticket={ticket} onDone={reload} />
      <Field
        label={
          <>
            {t('resolve.cause')} <span className="dim3">{t('form.optional')}</span>
          </>
        }
        error={fields.cause}
      >
        {a => (
          <Input
            {...a}
            value={draft.cause}
            onChange={e => setDraft(old => ({ ...old, cause: e.target.value }))}
          />
        )}
      </Field>
      <Field label={t('resolve.remedy')} error={fields.remedy} required>
        {a => (
          <Input.TextArea
            {...a}
            autoSize={{ minRows: 2, maxRows: 6 }}
            value={draft.remedy}
            onChange={e => setDraft(old => ({ ...old, remedy: e.target.value }))}
          />
        )}
      </Field>
      <Field
        label={
          <>
            {t('resolve.advice')} <span className="dim3">{t('form.optional')}</span>
          </>
        }
        error={fields.advice}
      >
        {a => (
          <Input
            {...a}
            value={draft.advice}
            onChange={e => setDraft(old => ({ ...old, advice: e.target.value }))}
          />
        )}
      </Field>
      {ticket.asks.map(ask => (
        <Field key={ask} label={t(`resolve.${ask}`)} error={fields[ask]} required>
          {a => (
            <Input
              {...a}
              inputMode={ask === 'minutes' ? 'numeric' : 'text'}
              placeholder={ask === 'parts' ? t('resolve.parts.hint') : ''}
              value={draft[ask]}
              onChange={e => setDraft(old => ({ ...old, [ask]: e.target.value }))}
            />
          )}
        </Field>
      ))}
    </Frame>
  );
}
