// The parts of a ticket that others do (TIC-06): who, by when, done or given up.
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import { countdown, exact, instant, overdue, serverNow, typedTime, useNow } from '../../../kit/time.ts';
import type { Task, Ticket } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useKeepTicket } from './data.ts';
import { colleague, useColleagues } from './forms.tsx';

function Left({ due }: { due: string }) {
  const now = useNow();
  const left = Date.parse(due) - now;
  return (
    <span className={left < 0 ? 'over nw' : 'dim nw'} title={exact(due)}>
      {left < 0 ? t('run.over', { text: overdue(-left) }) : t('run.left', { text: countdown(left, now) })}
    </span>
  );
}

function Line({ task, ticket }: { task: Task; ticket: Ticket }) {
  const keep = useKeepTicket();
  const send = useSend();
  const [doing, setDoing] = useState<'done' | 'cancel'>();
  const [words, setWords] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const text = words.trim();
    if (doing === 'cancel' && !send.fix(text ? {} : { reason: t('form.reason.missing') })) return;
    const made = await send.run(once => {
      const params = { path: { id: task.id }, header: { ...match(task.version), ...once } };
      return data(
        doing === 'cancel'
          ? api.POST('/ticket-tasks/{id}/cancel', { params, body: { reason: text } })
          : api.POST('/ticket-tasks/{id}/done', { params, body: text ? { words: text } : {} }),
      );
    });
    if (!made) return;
    keep(made);
    setDoing(undefined);
    toast(t(doing === 'cancel' ? 'parts.cancelled' : 'parts.done', { title: task.title }));
  };
  return (
    <li className={`run-step ${task.state === 'open' ? '' : 'done'}`} data-testid="part">
      <span className="run-mark" aria-hidden="true">
        {task.state === 'done' ? '✓' : task.state === 'cancelled' ? '–' : ''}
      </span>
      <div className="grow">
        <p className="run-head">
          <b>{task.title}</b>
          <span className="dim">
            {task.assignee} {task.department}
          </span>
          {task.state === 'open' ? (
            <Left due={task.dueAt} />
          ) : (
            <span className={task.late ? 'red' : 'dim3'}>
              {t(task.late ? 'parts.late' : `parts.state.${task.state}`)}{' '}
              {task.endedAt && <When at={task.endedAt} />}
            </span>
          )}
        </p>
        {task.words && <p className="dim">{task.words}</p>}
        <TroubleNote trouble={send.trouble} />
        {doing && (
          <form className="run-form" onSubmit={submit} aria-label={task.title} noValidate>
            <Field label={t(`parts.words.${doing}`)} error={send.fields.reason ?? send.fields.words}>
              {a => <Input {...a} autoFocus value={words} onChange={e => setWords(e.target.value)} />}
            </Field>
            <div className="row">
              <button type="submit" className="btn go" disabled={send.busy}>
                {t(`parts.do.${doing}`)}
              </button>
              <button type="button" className="btn quiet" onClick={() => setDoing(undefined)}>
                {t('form.back')}
              </button>
            </div>
          </form>
        )}
        {!doing && task.state === 'open' && (task.mayDo || ticket.mayTask) && (
          <p className="row run-acts">
            {task.mayDo && (
              <button type="button" className="btn" onClick={() => setDoing('done')}>
                {t('parts.do.done')}
              </button>
            )}
            {ticket.mayTask && (
              <button type="button" className="btn quiet" onClick={() => setDoing('cancel')}>
                {t('parts.do.cancel')}
              </button>
            )}
          </p>
        )}
      </div>
    </li>
  );
}

/** An instant as an input of date and time takes it, on the full hour. */
const fullHour = (at: number): string => `${typedTime(at).slice(0, 13)}:00`;

function Add({ ticket, close }: { ticket: Ticket; close: () => void }) {
  const keep = useKeepTicket();
  const send = useSend();
  const people = useColleagues(ticket.community);
  const [title, setTitle] = useState('');
  const [assignee, setAssignee] = useState('');
  const [due, setDue] = useState(() => fullHour(serverNow() + 4 * 3_600_000));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!title.trim()) wrong.title = t('form.missing');
    if (!assignee) wrong.assignee = t('form.missing');
    if (!due) wrong.dueAt = t('form.missing');
    if (!send.fix(wrong) || !assignee || !due) return;
    const made = await send.run(once =>
      data(
        api.POST('/tickets/{id}/tasks', {
          params: { path: { id: ticket.id }, header: { ...match(ticket.version), ...once } },
          body: { title: title.trim(), assignee, dueAt: instant(due) },
        }),
      ),
    );
    if (!made) return;
    keep(made);
    toast(t('parts.added', { title: title.trim() }));
    close();
  };
  return (
    <form className="act-form" onSubmit={submit} aria-label={t('parts.add')} noValidate>
      <Field label={t('parts.title')} error={send.fields.title} required>
        {a => <Input {...a} autoFocus value={title} onChange={e => setTitle(e.target.value)} />}
      </Field>
      <Field label={t('parts.assignee')} error={send.fields.assignee} required>
        {a => (
          <select {...a} className="pick" value={assignee} onChange={e => setAssignee(e.target.value)}>
            <option value="">{t('parts.assignee.pick')}</option>
            {(people.data ?? []).map(s => (
              <option key={s.id} value={s.id}>
                {colleague(s)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('parts.due')} error={send.fields.dueAt} required>
        {a => (
          <input
            {...a}
            type="datetime-local"
            className="text"
            value={due}
            onChange={e => setDue(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('parts.add.go')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </div>
    </form>
  );
}

export function Parts({ ticket }: { ticket: Ticket }) {
  const [adding, setAdding] = useState(false);
  if (ticket.tasks.length === 0 && !ticket.mayTask) return null;
  return (
    <section aria-label={t('parts')} data-testid="parts">
      <h2 className="sub">
        <span className="grow">{t('parts')}</span>
        {ticket.mayTask && !adding && (
          <button type="button" className="link" onClick={() => setAdding(true)}>
            {t('parts.add')}
          </button>
        )}
      </h2>
      {adding && <Add ticket={ticket} close={() => setAdding(false)} />}
      {ticket.tasks.length > 0 && (
        <ul className="run">
          {ticket.tasks.map(task => (
            <Line key={task.id} task={task} ticket={ticket} />
          ))}
        </ul>
      )}
    </section>
  );
}
