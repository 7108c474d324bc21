// What was written down on a day; what is important is a report to the property manager (STA-02, INC-03a).
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import { useSession } from '../../../kit/session.ts';
import { hourMinute, serverNow } from '../../../kit/time.ts';
import type { DailyDay, DailyEntry } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/daily.ts';
import { clockOf, minuteOf, signOf, useAgain } from './data.ts';

const report = ['place', 'affected', 'measures', 'next', 'told'] as const;
const must = ['place', 'measures', 'told'] as const;

interface Draft {
  time: string;
  words: string;
  important: boolean;
  form: Partial<Record<(typeof report)[number], string>>;
}
const empty: Draft = { time: '', words: '', important: false, form: {} };

function missing(draft: Draft): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (!draft.words.trim()) wrong.words = t('form.missing');
  if (draft.important)
    for (const name of must) if (!draft.form[name]?.trim()) wrong[`form.${name}`] = t('form.missing');
  return wrong;
}

/** Writes an entry, or corrects one. */
export function EntryForm({ day, old, close }: { day: DailyDay; old?: DailyEntry; close?: () => void }) {
  const again = useAgain();
  const send = useSend();
  const [draft, set, edit] = useEdit<Draft>(
    old ? { time: clockOf(old.minute), words: old.words, important: old.important, form: old.form } : empty,
    `daily:${old?.id ?? `${day.community}:${day.day}`}`,
  );
  const time = draft.time || (day.over ? '12:00' : hourMinute(new Date(serverNow())));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(missing(draft))) return;
    const body = {
      minute: minuteOf(time),
      words: draft.words,
      ...(draft.important ? { important: true, form: draft.form } : {}),
    };
    const made = await send.run(once =>
      old
        ? data(
            api.PUT('/daily-entries/{id}', {
              params: { path: { id: old.id }, header: match(old.version) },
              body,
            }),
          )
        : data(
            api.POST('/daily-entries', {
              params: { header: once },
              body: { ...body, community: day.community, day: day.day },
            }),
          ),
    );
    if (!made) return;
    edit.saved();
    if (!old) set(empty);
    toast(t(draft.important && !old?.important ? 'daily.reported' : 'daily.written'));
    await again();
    close?.();
  };
  return (
    <form className="daily-form" aria-label={t('daily.write')} onSubmit={submit} noValidate>
      <div className="daily-line">
        <Field label={t('daily.time')} error={send.fields.minute} newer={edit.newer.time}>
          {a => (
            <input
              {...a}
              type="time"
              className="text"
              value={time}
              onChange={e => set({ time: e.target.value })}
            />
          )}
        </Field>
        <Field
          label={t('daily.words')}
          error={send.fields.words ?? send.fields.day}
          newer={edit.newer.words}
          className="grow"
        >
          {a => (
            <textarea
              {...a}
              className="text"
              rows={draft.important || old ? 3 : 1}
              maxLength={2000}
              value={draft.words}
              onChange={e => set({ words: e.target.value })}
            />
          )}
        </Field>
      </div>
      <NewerNote of={edit.newer.form} />
      {draft.important && (
        <div className="grid-2">
          {report.map(name => (
            <Field
              key={name}
              label={t(`daily.form.${name}`)}
              error={send.fields[`form.${name}`]}
              required={must.some(m => m === name)}
            >
              {a => (
                <textarea
                  {...a}
                  className="text"
                  rows={2}
                  value={draft.form[name] ?? ''}
                  onChange={e => set({ form: { ...draft.form, [name]: e.target.value } })}
                />
              )}
            </Field>
          ))}
        </div>
      )}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : draft.important && !old ? 'daily.report' : 'daily.write')}
        </button>
        <label className="row">
          <input
            type="checkbox"
            checked={draft.important}
            disabled={old?.important}
            onChange={e => set({ important: e.target.checked })}
          />
          {t('daily.important.mark')}
        </label>
        {close && (
          <button
            type="button"
            className="btn quiet"
            onClick={() => {
              edit.drop();
              close();
            }}
          >
            {t('form.back')}
          </button>
        )}
      </p>
    </form>
  );
}

/** The report of an important event, and whether the property manager has read it. */
function Report({ entry }: { entry: DailyEntry }) {
  const can = useCan();
  const again = useAgain();
  const send = useSend();
  const read = async () => {
    const done = await send.run(once =>
      data(
        api.POST('/daily-entries/{id}/read', {
          params: { path: { id: entry.id }, header: { ...match(entry.version), ...once } },
        }),
      ),
    );
    if (!done) return;
    toast(t('daily.read.done'));
    await again();
  };
  return (
    <div className="daily-report">
      <dl className="facts tall">
        {report
          .filter(name => entry.form[name])
          .map(name => (
            <div key={name}>
              <dt>{t(`daily.form.${name}`)}</dt>
              <dd className="pre">{entry.form[name]}</dd>
            </div>
          ))}
      </dl>
      <p className="row wrap dim">
        <span>
          {t('daily.reported.at')} <When at={entry.at} />
        </span>
        {entry.readAt ? (
          <span>
            {t('daily.read.by', { name: entry.readBy ?? '' })} <When at={entry.readAt} />
          </span>
        ) : (
          <span className="tag amber">{t('daily.unread')}</span>
        )}
        {!entry.readAt && can('daily.read') && (
          <button type="button" className="btn" disabled={send.busy} onClick={() => void read()}>
            {t('daily.read')}
            <span className="quiet-reading">{entry.words}</span>
          </button>
        )}
      </p>
      <TroubleNote trouble={send.trouble} />
    </div>
  );
}

function One({ day, entry }: { day: DailyDay; entry: DailyEntry }) {
  const me = useSession().account.id;
  const signs = useCan()('daily.sign');
  const [edit, setEdit] = useState(false);
  const may = day.mayWrite && !signOf(day, 'log') && (entry.byId === me || signs);
  if (edit)
    return (
      <li>
        <EntryForm day={day} old={entry} close={() => setEdit(false)} />
      </li>
    );
  return (
    <li data-testid="daily-entry">
      <p className="row wrap daily-row">
        <time className="daily-time">{clockOf(entry.minute)}</time>
        {entry.important && <span className="tag amber">{t('daily.important')}</span>}
        <span className="pre grow">{entry.words}</span>
        <span className="dim nw">
          {entry.by}
          {entry.editedAt && ` · ${t('daily.edited')}`}
        </span>
        {may && (
          <button type="button" className="link no-print" onClick={() => setEdit(true)}>
            {t('daily.edit')}
            <span className="quiet-reading">{entry.words}</span>
          </button>
        )}
      </p>
      {entry.important && <Report entry={entry} />}
    </li>
  );
}

export function Entries({ day }: { day: DailyDay }) {
  return (
    <>
      <h3 className="sub">{t('daily.entries')}</h3>
      {day.entries.length === 0 && <p className="dim">{t('daily.entries.none')}</p>}
      <ul className="daily-list">
        {day.entries.map(e => (
          <One key={e.id} day={day} entry={e} />
        ))}
      </ul>
      {day.mayWrite && !signOf(day, 'log') && <EntryForm key={day.day} day={day} />}
    </>
  );
}
