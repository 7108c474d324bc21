// The management log of today, and the follow-up tasks that are mine (STA-02, STA-02a).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, data, isOffline, match } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { Icon } from '../kit/icons.tsx';
import { GradeBadge, When } from '../kit/parts.tsx';
import { Field, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { dayText } from '../kit/roster.ts';
import { useSend } from '../kit/send.ts';
import { useSession } from '../kit/session.ts';
import { hourMinute, today } from '../kit/time.ts';
import type { DailyDay, DailyMine } from '../kit/types.ts';
import { w } from './daily-words.ts';
import { Kept } from './kept.tsx';
import { flush, keep, useWaiting, waitingFor } from './outbox.ts';
import { back, go } from './path.ts';
import { t } from './words/index.ts';

const clockOf = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const timeOf = (iso: string) => hourMinute(new Date(iso));

function useTasks() {
  const session = useSession();
  const community = session.communities[0]?.id ?? '';
  return useQuery({
    queryKey: ['daily', 'tasks', community],
    queryFn: async () => (await data(api.GET('/daily-tasks', { params: { query: { community } } }))).items,
    enabled: community !== '' && session.permissions.includes('daily.task'),
  });
}

/** One line above the jobs while a task waits. */
export function DailyDue() {
  const waiting = useWaiting();
  const n =
    useTasks().data?.filter(task => !task.doneAt && !waiting.some(w => w.ticket === task.id)).length ?? 0;
  if (n === 0) return null;
  return (
    <a
      className="duty"
      href="/m/daily"
      data-testid="daily-due"
      onClick={event => {
        event.preventDefault();
        go('/m/daily');
      }}
    >
      <span>{w('tasks.n', { n })}</span>
      <Icon name="right" />
    </a>
  );
}

function Task({ task, community }: { task: DailyMine; community: string }) {
  const client = useQueryClient();
  const send = useSend();
  const [asking, setAsking] = useState(false);
  const [result, setResult] = useState('');
  const again = () => client.invalidateQueries({ queryKey: ['daily'] });
  const say = async (done: boolean) => {
    const words = result.trim();
    const body = { done, ...(words ? { result: words } : {}) };
    if (navigator.onLine) await flush();
    const made = await send.run(async once => {
      // Without a network it waits with the steps of tickets, and says when it was done (FAC-03).
      const later = () =>
        keep({
          id: once['Idempotency-Key'],
          ticket: task.id,
          title: task.words,
          step: w(done ? 'finish' : 'again'),
          path: `/daily-tasks/${task.id}/done`,
          body,
          versioned: true,
          community,
        });
      if (!navigator.onLine || waitingFor(task.id).some(item => !item.refused))
        return { kept: await later() };
      try {
        const params = { path: { id: task.id }, header: { ...match(task.version), ...once } };
        return { told: await data(api.POST('/daily-tasks/{id}/done', { params, body })) };
      } catch (error) {
        if (!isOffline(error)) throw error;
        return { kept: await later() };
      }
    });
    if (made?.told) await again();
    if (!made) return;
    setAsking(false);
    setResult('');
  };
  const waits = useWaiting().some(item => item.ticket === task.id);
  const late = !task.doneAt && task.due < today();
  return (
    <li className="sect stack" data-testid="daily-task">
      <div>
        <p className="words">{task.words}</p>
        <p className={`s14 ${late ? 'warn' : 'dim'}`}>
          {task.doneAt ? (
            <>
              {w('done')} <When at={task.doneAt} />
              {task.result && ` · ${task.result}`}
            </>
          ) : (
            `${late ? `${w('late')} · ` : ''}${w('due', { day: dayText(task.due) })}`
          )}
        </p>
        <p className="s14 dim">
          {w('from', { day: dayText(task.day) })} · {w('by', { name: task.by })}
        </p>
      </div>
      {asking && !task.doneAt && (
        <form
          className="stack"
          noValidate
          onSubmit={event => {
            event.preventDefault();
            void say(true);
          }}
        >
          <Field label={w('result')} error={send.fields.result ?? ''}>
            {a => (
              <textarea
                {...a}
                className="in"
                rows={2}
                maxLength={500}
                value={result}
                onChange={e => setResult(e.target.value)}
              />
            )}
          </Field>
          <div className="two-btn">
            <button type="button" className="pbtn" onClick={() => setAsking(false)}>
              {t('form.back')}
            </button>
            <button type="submit" className="pbtn go" disabled={send.busy}>
              {w(send.busy ? 'saving' : 'save')}
            </button>
          </div>
        </form>
      )}
      <Kept ticket={task.id} />
      {(!asking || task.doneAt) && !waits && (
        <button
          type="button"
          className="pbtn"
          disabled={send.busy}
          aria-label={`${w(task.doneAt ? 'again' : 'finish')} ${task.words}`}
          onClick={() => (task.doneAt ? void say(false) : setAsking(true))}
        >
          {w(task.doneAt ? 'again' : 'finish')}
        </button>
      )}
      <TroubleNote trouble={send.trouble} />
    </li>
  );
}

function Part({ title, none, children }: { title: string; none?: string | false; children?: ReactNode }) {
  return (
    <section className="sect" aria-label={title}>
      <h2>{title}</h2>
      {none ? <p className="s14 dim">{none}</p> : children}
    </section>
  );
}

function Today({ day }: { day: DailyDay }) {
  const { figures: f, onDuty, complaints, lookIns, rounds } = day.content;
  const shifts = new Map<string, string[]>();
  for (const d of onDuty) {
    const shift = `${t(`roster.post.${d.post}`)} ${d.shift}`;
    shifts.set(shift, [...(shifts.get(shift) ?? []), d.away ? `(${d.name})` : d.name]);
  }
  return (
    <>
      <Part title={`${w('today')} ${dayText(day.day)}`}>
        {day.weather && <p className="s14 dim">{w('weather', { words: day.weather })}</p>}
        <p>
          {w('figures', {
            opened: f.opened,
            urgent: f.urgent,
            resolved: f.resolved,
            overdue: f.overdue,
            complaints: f.complaints,
          })}
        </p>
      </Part>
      <Part title={w('entries')} none={day.entries.length === 0 && w('entries.none')}>
        <ul>
          {day.entries.map(e => (
            <li key={e.id} className="duty-line" data-testid="daily-entry">
              <span>
                <b>{clockOf(e.minute)}</b>{' '}
                {e.important && <span className="tag amber">{w('important')}</span>}
                <span className="block words">{e.words}</span>
                <span className="s14 dim block">{e.by}</span>
              </span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={w('duty')} none={shifts.size === 0 && w('duty.none')}>
        <ul>
          {[...shifts].map(([shift, names]) => (
            <li key={shift} className="duty-line">
              <span>
                {shift}
                <span className="s14 dim block">{names.join(t('why.join'))}</span>
              </span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={w('complaints')} none={complaints.length === 0 && w('complaints.none')}>
        <ul>
          {complaints.map(m => (
            <li key={m.id} className="duty-line">
              <span>
                <GradeBadge grade={m.grade} /> {m.title}
                <span className="s14 dim block">
                  {m.place} · {t(`status.${m.status}`)} · {m.assignee || w('nobody')}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={w('patrols')} none={lookIns.length + rounds.length === 0 && w('patrols.none')}>
        <ul>
          {lookIns.map(l => (
            <li key={l.id} className="duty-line">
              <span>
                {timeOf(l.doneAt ?? l.dueAt)} {l.by} {l.place}
                <span className="s14 dim block">{l.state === 'done' ? l.finding : w('open')}</span>
              </span>
            </li>
          ))}
          {rounds.map(r => (
            <li key={r.id} className="duty-line">
              <span>
                {r.by} {r.name} {r.check}
                <span className={`s14 block ${r.result === 'problem' ? 'warn' : 'dim'}`}>
                  {w(r.result)} {r.words}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}

function Failed({ query }: { query: { isError: boolean; error: unknown; refetch: () => unknown } }) {
  if (!query.isError) return null;
  return (
    <div className="trouble" role="alert">
      {explain(query.error)}
      <button type="button" className="link" onClick={() => void query.refetch()}>
        {t('error.retry')}
      </button>
    </div>
  );
}

export function DailyPage() {
  const session = useSession();
  const community = session.communities[0]?.id ?? '';
  const tasks = useTasks();
  const sees = session.permissions.includes('daily.view');
  const day = useQuery({
    queryKey: ['daily', 'today', community],
    queryFn: () => data(api.GET('/daily-log', { params: { query: { community, day: today() } } })),
    enabled: community !== '' && sees,
  });
  const does = session.permissions.includes('daily.task');
  return (
    <main className="screen">
      <header className="navb">
        <button type="button" className="bk" aria-label={t('attendance.back')} onClick={back}>
          <Icon name="left" />
        </button>
        <h1>{w(sees ? 'title' : 'tasks')}</h1>
      </header>
      <Offline />
      {does && (
        <section aria-label={w('mine')}>
          <h2 className="grp">
            <span>{w('mine')}</span>
          </h2>
          {tasks.isPending && tasks.fetchStatus !== 'idle' && <Skeleton />}
          <Failed query={tasks} />
          {tasks.data?.length === 0 && <p className="sect dim">{w('none')}</p>}
          <ul>
            {tasks.data?.map(task => (
              <Task key={task.id} task={task} community={community} />
            ))}
          </ul>
        </section>
      )}
      {sees && day.isPending && day.fetchStatus !== 'idle' && <Skeleton />}
      <Failed query={day} />
      {day.data && <Today day={day.data} />}
    </main>
  );
}
