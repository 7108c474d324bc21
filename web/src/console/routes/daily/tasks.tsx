// What follows from a part of a day: who does what by when (STA-02a).
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { addDays, dayText } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import { useSession } from '../../../kit/session.ts';
import { today } from '../../../kit/time.ts';
import type { DailyDay, DailyPart, DailyTask } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/daily.ts';
import { useAgain } from './data.ts';

function TaskForm({ day, part, close }: { day: DailyDay; part: DailyPart; close: () => void }) {
  const again = useAgain();
  const send = useSend();
  const [words, setWords] = useState('');
  const [to, setTo] = useState('');
  const [due, setDue] = useState(addDays(today(), 1));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!words.trim()) wrong.words = t('form.missing');
    if (!to) wrong.to = t('form.missing');
    if (!due) wrong.due = t('form.missing');
    if (!send.fix(wrong)) return;
    const body = { logId: day.id ?? '', part, words, to, due };
    const made = await send.run(once => data(api.POST('/daily-tasks', { params: { header: once }, body })));
    if (!made) return;
    toast(t('daily.task.given', { name: made.staff }));
    await again();
    close();
  };
  return (
    <form className="daily-form" aria-label={t('daily.task.new')} onSubmit={submit} noValidate>
      <div className="daily-line">
        <Field label={t('daily.task')} error={send.fields.words} className="grow" required>
          {a => (
            <input
              {...a}
              className="text"
              maxLength={500}
              value={words}
              onChange={e => setWords(e.target.value)}
            />
          )}
        </Field>
        <Field label={t('daily.task.who')} error={send.fields.to} required>
          {a => (
            <select {...a} className="pick" value={to} onChange={e => setTo(e.target.value)}>
              <option value="">{t('daily.task.choose')}</option>
              {day.people.map(p => (
                <option key={p.id} value={p.id}>
                  {p.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('daily.task.due')} error={send.fields.due} required>
          {a => (
            <input {...a} type="date" className="text" value={due} onChange={e => setDue(e.target.value)} />
          )}
        </Field>
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'daily.task.give')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

function One({ task }: { task: DailyTask }) {
  const me = useSession().account.id;
  const can = useCan();
  const again = useAgain();
  const send = useSend();
  const [asking, setAsking] = useState(false);
  const [result, setResult] = useState('');
  const may = can('daily.write') && (task.staffId === me || can('daily.sign'));
  const say = async (done: boolean) => {
    const made = await send.run(once =>
      data(
        api.POST('/daily-tasks/{id}/done', {
          params: { path: { id: task.id }, header: { ...match(task.version), ...once } },
          body: { done, ...(result.trim() ? { result: result.trim() } : {}) },
        }),
      ),
    );
    if (!made) return;
    setAsking(false);
    setResult('');
    toast(t(done ? 'daily.task.done' : 'daily.task.undone'));
    await again();
  };
  const late = !task.doneAt && task.due < today();
  return (
    <li data-testid="daily-task">
      <p className="row wrap daily-row">
        <span className={`tag ${task.doneAt ? 'green' : late ? 'amber' : ''}`}>
          {t(task.doneAt ? 'daily.task.is_done' : late ? 'daily.task.is_late' : 'daily.task.is_open')}
        </span>
        <span className="grow pre">{task.words}</span>
        <span className="dim nw">
          {task.doneAt ? (
            <>
              {task.doneBy} <When at={task.doneAt} />
              {task.result && ` · ${task.result}`}
            </>
          ) : (
            t('daily.task.by', { name: task.staff, day: dayText(task.due) })
          )}
        </span>
        {may && !task.doneAt && !asking && (
          <button type="button" className="link no-print" onClick={() => setAsking(true)}>
            {t('daily.task.finish')}
            <span className="quiet-reading">{task.words}</span>
          </button>
        )}
        {may && task.doneAt && (
          <button
            type="button"
            className="link no-print"
            disabled={send.busy}
            onClick={() => void say(false)}
          >
            {t('daily.task.reopen')}
            <span className="quiet-reading">{task.words}</span>
          </button>
        )}
      </p>
      {asking && !task.doneAt && (
        <form
          className="daily-line"
          aria-label={t('daily.task.finish')}
          noValidate
          onSubmit={event => {
            event.preventDefault();
            void say(true);
          }}
        >
          <Field label={t('daily.task.result')} error={send.fields.result} className="grow">
            {a => (
              <input
                {...a}
                className="text"
                maxLength={500}
                value={result}
                onChange={e => setResult(e.target.value)}
              />
            )}
          </Field>
          <button type="submit" className="btn go" disabled={send.busy}>
            {t('daily.task.finish')}
          </button>
          <button type="button" className="btn quiet" onClick={() => setAsking(false)}>
            {t('form.back')}
          </button>
        </form>
      )}
      <TroubleNote trouble={send.trouble} />
    </li>
  );
}

export function Tasks({ day, part }: { day: DailyDay; part: DailyPart }) {
  const signs = useCan()('daily.sign');
  const [open, setOpen] = useState(false);
  const rows = day.tasks.filter(task => task.part === part);
  const may = signs && !!day.id;
  if (rows.length === 0 && !may) return null;
  return (
    <div className="daily-tasks">
      <ul className="daily-list">
        {rows.map(task => (
          <One key={task.id} task={task} />
        ))}
      </ul>
      {may && !open && (
        <button type="button" className="link no-print" onClick={() => setOpen(true)}>
          {t('daily.task.new')}
          <span className="quiet-reading">{t(`daily.part.${part}`)}</span>
        </button>
      )}
      {open && <TaskForm day={day} part={part} close={() => setOpen(false)} />}
    </div>
  );
}
