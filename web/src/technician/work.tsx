// What there is to do besides the ticket's own steps: its checklists, the kit before leaving, and parts of tickets (TIC-06).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Checklists, type Later, TickLater, titleOf, useRuns } from '../kit/checklist.tsx';
import { api, data, isOffline, match } from '../kit/client.ts';
import { GradeBadge } from '../kit/parts.tsx';
import { Field, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { useSession } from '../kit/session.ts';
import { showNow } from '../kit/shown.ts';
import { countdown, exact, overdue, useNow } from '../kit/time.ts';
import type { MyTask, ProcedureRun, Task, Ticket } from '../kit/types.ts';
import { foreseeRuns } from './foresee.ts';
import { flush, keep, useWaiting, waitingFor } from './outbox.ts';
import { go } from './path.ts';
import { t } from './words/index.ts';

/** It comes with the page of the forms; where that cannot be fetched, the row above the lists leads there. */
const FormLink = lazy<typeof import('./slips.tsx')['FormLink']>(() =>
  import('./slips.tsx').then(
    m => ({ default: m.FormLink }),
    () => ({ default: () => null }),
  ),
);

function Left({ due }: { due: string }) {
  const now = useNow();
  const left = Date.parse(due) - now;
  return (
    <span className={left < 0 ? 'over nw' : 'dim nw'} title={exact(due)}>
      {left < 0 ? t('run.over', { text: overdue(-left) }) : t('run.left', { text: countdown(left, now) })}
    </span>
  );
}

/** The parts that are mine, of tickets that may be somebody else's. */
export function MyParts() {
  const query = useQuery({
    queryKey: ['tasks'],
    queryFn: async () => (await data(api.GET('/ticket-tasks'))).items,
  });
  const rows = query.data ?? [];
  if (rows.length === 0) return null;
  return (
    <section aria-label={t('parts')}>
      <h2 className="grp">
        <span>{t('parts')}</span>
        <span>{t('list.count', { n: rows.length })}</span>
      </h2>
      <ul>
        {rows.map((row: MyTask) => (
          <li key={row.id} className="job" data-testid="my-part">
            <a
              href={`/m/tickets/${row.ticketId}`}
              onClick={event => {
                event.preventDefault();
                go(`/m/tickets/${row.ticketId}`);
              }}
            >
              <GradeBadge grade={row.grade} />
              <h3>{row.title}</h3>
              <Left due={row.dueAt} />
              <span className="pl">
                <span className="cut">
                  {row.place} · {row.matter}
                </span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Part({ task }: { task: Task }) {
  const client = useQueryClient();
  const send = useSend();
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const done = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/ticket-tasks/{id}/done', {
          params: { path: { id: task.id }, header: { ...match(task.version), ...once } },
          body: words.trim() ? { words: words.trim() } : {},
        }),
      ),
    );
    if (!made) return;
    void showNow(client, ['ticket', made.id], made);
    void client.invalidateQueries({ queryKey: ['tasks'] });
    setOpen(false);
  };
  return (
    <li className={`run-step ${task.state === 'open' ? '' : 'done'}`} data-testid="part">
      <span className="run-mark" aria-hidden="true">
        {task.state === 'done' ? '✓' : task.state === 'cancelled' ? '–' : ''}
      </span>
      <div className="grow">
        <p className="run-head">
          <b>{task.title}</b>
          <span className="dim">{task.assignee}</span>
          {task.state === 'open' ? <Left due={task.dueAt} /> : <span>{t(`parts.state.${task.state}`)}</span>}
        </p>
        {task.words && <p className="dim">{task.words}</p>}
        <TroubleNote trouble={send.trouble} />
        {task.mayDo && !open && (
          <button type="button" className="btn" onClick={() => setOpen(true)}>
            {t('parts.do.done')}
          </button>
        )}
        {open && (
          <div className="run-form">
            <Field label={t('parts.words.done')} error={send.fields.words}>
              {a => (
                <textarea
                  {...a}
                  className="in"
                  rows={2}
                  value={words}
                  onChange={e => setWords(e.target.value)}
                />
              )}
            </Field>
            <div className="two-btn">
              <button type="button" className="pbtn" onClick={() => setOpen(false)}>
                {t('form.back')}
              </button>
              <button type="button" className="pbtn go" disabled={send.busy} onClick={() => void done()}>
                {t('parts.do.done')}
              </button>
            </div>
          </div>
        )}
      </div>
    </li>
  );
}

export function Work({ ticket }: { ticket: Ticket }) {
  const { permissions } = useSession();
  return (
    <>
      {permissions.includes('slip.fill') && (
        <section className="sect">
          <button type="button" className="pbtn" onClick={() => go(`/m/tickets/${ticket.id}/slips`)}>
            {t('do.slip')}
          </button>
        </section>
      )}
      {permissions.includes('procedure.view') && <Lists ticket={ticket} />}
      {ticket.tasks.length > 0 && (
        <section className="sect" aria-label={t('parts')}>
          <h2>{t('parts')}</h2>
          <ul>
            {ticket.tasks.map(task => (
              <Part key={task.id} task={task} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Ticks without a network are kept and shown as taken. */
function useLater(ticket: Ticket): Later {
  const client = useQueryClient();
  const waiting = useWaiting();
  const { name } = useSession().account;
  const kept = async (run: ProcedureRun, body: Parameters<Later['tick']>[1], key: string) => {
    const steps = run.steps.filter(s => body.steps?.includes(s.n));
    const path = `/procedure-runs/${run.id}/tick`;
    await keep({
      id: key,
      ticket: ticket.id,
      title: ticket.title,
      step: 'tick',
      path,
      body,
      words: steps.map(titleOf),
      settles: steps.map(s => s.title),
      versioned: false,
    });
    return { items: client.getQueryData<ProcedureRun[]>(['runs', ticket.id]) ?? [] };
  };
  return {
    show: runs => foreseeRuns(runs, waiting, name),
    tick: async (run, body, key) => {
      if (navigator.onLine) await flush();
      if (!navigator.onLine || waitingFor(ticket.id).some(w => !w.refused)) return kept(run, body, key);
      try {
        const params = { path: { id: run.id }, header: { 'Idempotency-Key': key } };
        return await data(api.POST('/procedure-runs/{id}/tick', { params, body }));
      } catch (error) {
        if (!isOffline(error)) throw error;
        return kept(run, body, key);
      }
    },
  };
}

function Lists({ ticket }: { ticket: Ticket }) {
  const query = useRuns(ticket.id);
  const later = useLater(ticket);
  if (!query.isError && !query.data?.length) return null;
  return (
    <section className="sect lists" aria-label={t('run.title')}>
      <h2>{t('run.title')}</h2>
      <TickLater value={later}>
        <Checklists
          ticket={ticket}
          form={step => (
            <Suspense>
              <FormLink ticket={ticket.id} step={step} />
            </Suspense>
          )}
        />
      </TickLater>
    </section>
  );
}

/** Whether the kit of this job waits to be looked through before one sets out (TIC-07c). */
export function useKitWaits(ticket: Ticket): boolean {
  const runs = foreseeRuns(useRuns(ticket.id).data ?? [], useWaiting(), '');
  return runs.some(run => run.steps.some(step => step.kit && step.state === 'open' && step.mayTick));
}
