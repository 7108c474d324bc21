// One duty, or one leave, beside the week it stands in.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { dayText, problemText, shiftHours } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import type { RosterWeek } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { type Edit, leaveKinds, personName } from './data.ts';

type Of<K extends Edit['kind']> = Extract<Edit, { kind: K }>;

interface Picks {
  week: RosterWeek;
  field: { id: string };
  value: string;
  onPick: (value: string) => void;
}

export function PersonPick({ week, field, value, onPick }: Picks) {
  return (
    <select {...field} className="pick" value={value} onChange={e => onPick(e.target.value)}>
      {week.people.map(p => (
        <option key={p.id} value={p.id}>
          {p.name} {p.position}
        </option>
      ))}
    </select>
  );
}

function DayPick({ week, field, value, onPick }: Picks) {
  return (
    <select {...field} className="pick" value={value} onChange={e => onPick(e.target.value)}>
      {week.days.map(d => (
        <option key={d} value={d}>
          {dayText(d)}
        </option>
      ))}
    </select>
  );
}

export function DutyForm({
  week,
  edit,
  close,
}: {
  week: RosterWeek;
  edit: Of<'new'> | Of<'duty'>;
  close: () => void;
}) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  // As it was read last: what others did to it since is no reason to refuse this for ever.
  const duty = edit.kind === 'duty' ? (week.duties.find(d => d.id === edit.duty.id) ?? edit.duty) : undefined;
  const own = week.people.find(p => p.id === edit.staffId);
  const shifts = week.shifts.filter(s => s.active || s.id === duty?.shiftId);
  const usual = shifts.find(s => s.post === own?.post) ?? shifts[0];
  const [v, set, { newer }] = useEdit({
    staffId: edit.staffId,
    shiftId: duty?.shiftId ?? (edit.kind === 'new' ? edit.shiftId : undefined) ?? usual?.id ?? '',
    day: edit.day,
    reason: duty?.reason ?? '',
  });
  const given = edit.kind === 'duty' ? edit : undefined;
  const warned = send.fields.reason ?? (send.trouble ? undefined : given?.warned);
  const asks = Boolean(warned || v.reason || duty?.problems.length);
  const done = (text: string) => {
    toast(text);
    void client.invalidateQueries({ queryKey: ['roster'] });
    close();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const reason = v.reason.trim();
    const body = {
      staffId: v.staffId,
      shiftId: v.shiftId,
      day: v.day,
      ...(reason ? { reason } : {}),
    };
    const made = await send.run(once =>
      duty
        ? data(
            api.PUT('/roster-duties/{id}', {
              params: { path: { id: duty.id }, header: match(duty.version) },
              body,
            }),
          )
        : data(api.POST('/roster-duties', { params: { header: once }, body: { ...body, community } })),
    );
    if (made) done(t('roster.saved', { name: made.staffName, day: dayText(made.day), shift: made.shift }));
  };
  const remove = async () => {
    if (!duty) return;
    const params = { path: { id: duty.id }, header: match(duty.version) };
    const gone = await send.run(async () => {
      await data(api.DELETE('/roster-duties/{id}', { params }));
      return true;
    });
    if (gone) done(t('roster.removed', { name: duty.staffName, day: dayText(duty.day), shift: duty.shift }));
  };
  return (
    <form
      className="staff-form"
      onSubmit={submit}
      noValidate
      aria-label={t(duty ? 'roster.change' : 'roster.add')}
    >
      <h2 className="sub">{t(duty ? 'roster.change' : 'roster.add')}</h2>
      {duty && duty.problems.length > 0 && (
        <ul className="roster-why">
          {duty.problems.map(p => (
            <li key={problemText(p)}>{problemText(p)}</li>
          ))}
        </ul>
      )}
      <Field label={t('roster.person')} error={send.fields.staffId}>
        {a => <PersonPick week={week} field={a} value={v.staffId} onPick={staffId => set({ staffId })} />}
      </Field>
      <Field label={t('roster.shift')} error={send.fields.shiftId} newer={newer.shiftId}>
        {a => (
          <select {...a} className="pick" value={v.shiftId} onChange={e => set({ shiftId: e.target.value })}>
            {shifts.map(s => (
              <option key={s.id} value={s.id}>
                {s.name} {shiftHours(s)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('roster.day')} error={send.fields.day}>
        {a => <DayPick week={week} field={a} value={v.day} onPick={day => set({ day })} />}
      </Field>
      {asks && (
        <Field label={t('roster.reason')} error={warned} newer={newer.reason} hint={t('roster.reason.hint')}>
          {a => (
            <Input {...a} value={v.reason} maxLength={200} onChange={e => set({ reason: e.target.value })} />
          )}
        </Field>
      )}
      <TroubleNote trouble={send.trouble ?? (given?.trouble ? { text: given.trouble } : undefined)} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy || shifts.length === 0}>
          {t(send.busy ? 'form.saving' : warned ? 'roster.save.anyway' : 'form.save')}
        </button>
        {duty && (
          <button type="button" className="btn" disabled={send.busy} onClick={() => void remove()}>
            {t('roster.remove')}
          </button>
        )}
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

export function LeaveForm({ week, edit, close }: { week: RosterWeek; edit: Of<'leave'>; close: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [v, setV] = useState<{
    staffId: string;
    kind: (typeof leaveKinds)[number];
    fromDay: string;
    toDay: string;
  }>({ staffId: edit.staffId, kind: 'annual', fromDay: edit.day, toDay: edit.day });
  const set = (part: Partial<typeof v>) => setV(old => ({ ...old, ...part }));
  const reload = () => client.invalidateQueries({ queryKey: ['roster'] });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once =>
      data(api.POST('/roster-leaves', { params: { header: once }, body: { ...v, community } })),
    );
    if (!made) return;
    toast(t('roster.leave.saved', { name: personName(week, v.staffId) }));
    void reload();
    close();
  };
  const drop = async (id: string, version: number) => {
    const params = { path: { id }, header: match(version) };
    const gone = await send.run(async () => {
      await data(api.DELETE('/roster-leaves/{id}', { params }));
      return true;
    });
    if (!gone) return;
    toast(t('roster.leave.dropped'));
    void reload();
  };
  const own = week.leaves.filter(l => l.staffId === v.staffId);
  const day = (name: 'fromDay' | 'toDay') => (
    <Field label={t(`roster.leave.${name}`)} error={send.fields[name]}>
      {a => (
        <input
          {...a}
          type="date"
          className="text"
          value={v[name]}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form className="staff-form" onSubmit={submit} noValidate aria-label={t('roster.leave')}>
      <h2 className="sub">{t('roster.leave')}</h2>
      <Field label={t('roster.person')} error={send.fields.staffId}>
        {a => <PersonPick week={week} field={a} value={v.staffId} onPick={staffId => set({ staffId })} />}
      </Field>
      <Field label={t('roster.leave.kind')}>
        {a => (
          <select
            {...a}
            className="pick"
            value={v.kind}
            onChange={e => set({ kind: leaveKinds.find(k => k === e.target.value) ?? 'other' })}
          >
            {leaveKinds.map(k => (
              <option key={k} value={k}>
                {t(`roster.leave.${k}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {day('fromDay')}
      {day('toDay')}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
      {own.length > 0 && (
        <ul>
          {own.map(l => (
            <li key={l.id} className="row">
              <span className="grow">
                {t(`roster.leave.${l.kind}`)} {dayText(l.fromDay)}–{dayText(l.toDay)}
              </span>
              <button
                type="button"
                className="btn quiet"
                disabled={send.busy}
                onClick={() => void drop(l.id, l.version)}
              >
                {t('do.remove')}
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
