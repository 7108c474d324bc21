// The checklists of a ticket: what its procedures ask for, ticked off by who does it (PRO-01). Both faces show the same.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type FormEvent, type ReactNode, useContext, useState } from 'react';
import { api, base, data } from './client.ts';
import { explain } from './explain.ts';
import { currentLang, word, wordFor } from './i18n.ts';
import { Icon } from './icons.tsx';
import { When } from './parts.tsx';
import { Field } from './phone.tsx';
import { Confirming } from './reading.tsx';
import { useSend } from './send.ts';
import { useSession } from './session.ts';
import { showNow } from './shown.ts';
import { countdown, exact, overdue, useNow } from './time.ts';
import type { ProcedureRun, ProcedureStep, paths, RunStep, Ticket } from './types.ts';

export const runsQuery = (ticket: string) => ({
  queryKey: ['runs', ticket],
  queryFn: async () =>
    (await data(api.GET('/procedure-runs', { params: { query: { place: 'ticket', subject: ticket } } })))
      .items,
});

export const useRuns = (ticket: string) => useQuery(runsQuery(ticket));

type Ticks = paths['/procedure-runs/{id}/tick']['post']['requestBody']['content']['application/json'];

/** Where there may be no network, ticks are kept and shown as if they had been taken; the desk sends at once. */
export interface Later {
  tick: (run: ProcedureRun, body: Ticks, key: string) => Promise<{ items: ProcedureRun[] }>;
  show: (runs: ProcedureRun[]) => ProcedureRun[];
}
export const TickLater = createContext<Later | undefined>(undefined);

function useTick(run: ProcedureRun) {
  const later = useContext(TickLater);
  return (body: Ticks, once: { 'Idempotency-Key': string }): Promise<{ items: ProcedureRun[] }> =>
    later
      ? later.tick(run, body, once['Idempotency-Key'])
      : data(api.POST('/procedure-runs/{id}/tick', { params: { path: { id: run.id }, header: once }, body }));
}

/** A name in the reader's language. */
export const named = (of: { zh: string; en: string }): string =>
  currentLang() === 'en' && of.en ? of.en : of.zh;
export const titleOf = (step: Pick<ProcedureStep, 'title' | 'titleEn'>): string =>
  currentLang() === 'en' && step.titleEn ? step.titleEn : step.title;
export const whoOf = (who: string): string => wordFor(`who.${who}`) ?? who;

/** What a limit counts from; the words are the procedure's own (登记) and have a name in English here. */
const since: Record<string, string> = {
  取号或门铃: 'the ticket number or the bell',
  漏接: 'the missed call',
  承诺时间: 'the promised time',
  登记: 'the entry',
  受理: 'the taking up',
  申请: 'the request',
  处理完成: 'completion of the work',
  完成: 'completion',
  服务结束: 'the end of the service',
  到期日: 'the due day',
  恢复: 'the recovery',
  收费通知日: 'the day of bill notices',
};
export const sinceText = (from: string): string => (currentLang() === 'en' && since[from]) || from;

/** A limit in words: 24 小时内（自登记起）. */
export function limitText(
  step: Pick<ProcedureStep, 'limit' | 'from' | 'note' | 'gradeA' | 'workdays'>,
): string {
  const text = step.limit ?? '';
  if (!text) return '';
  const length = /^(\d+)([smhd])$/.exec(text);
  const day = /^([+-]?)(\d+)d$/.exec(text);
  const unit = (m: RegExpExecArray) =>
    wordFor(`limit.${step.workdays ? 'workdays' : m[2]}`, { n: m[1] }) ?? text;
  let said = wordFor(`limit.${text}`) ?? sinceText(text);
  if (length) said = unit(length);
  else if (/^\drings$/.test(text)) said = word('limit.rings', { n: text[0] });
  else if (day?.[2] === '0') said = word('limit.on_day');
  else if (day) said = word(day[1] === '-' ? 'limit.before' : 'limit.day', { n: day[2] });
  const a = /^(\d+)([smhd])$/.exec(step.gradeA ?? '');
  const more = [
    step.from && word('limit.from', { from: sinceText(step.from) }),
    a && word('limit.grade_a', { limit: wordFor(`limit.${a[2]}`, { n: a[1] }) ?? '' }),
    ['grade', 'severity'].includes(text) && step.note,
  ].filter(Boolean);
  return more.length > 0 ? said + word('said.aside', { text: more.join(word('parts.join')) }) : said;
}

function Due({ step }: { step: RunStep }) {
  const now = useNow();
  if (step.state !== 'open') return step.late ? <span className="red">{word('run.late')}</span> : null;
  if (!step.due) return null;
  const left = Date.parse(step.due) - now;
  return (
    <span className={left < 0 ? 'over' : 'dim'} title={exact(step.due)}>
      {left < 0
        ? word('run.over', { text: overdue(-left) })
        : word('run.left', { text: countdown(left, now) })}
    </span>
  );
}

function Said({ step }: { step: RunStep }) {
  const tick = step.tick;
  if (!tick) return null;
  const key = tick.state === 'skipped' ? 'run.skipped_by' : 'run.done_by';
  return (
    <span className="run-said dim">
      {word(key, { by: tick.by || word('said.system') })} <When at={tick.at} />
      {tick.words && <q>{tick.words}</q>}
      {tick.kit.length > 0 && <span>{tick.kit.join(word('why.join'))}</span>}
      {tick.photoId && (
        <a href={`${base}/files/${tick.photoId}`} target="_blank" rel="noreferrer">
          {word('run.photo')}
        </a>
      )}
    </span>
  );
}

type Doing = 'tick' | 'skip' | 'undo';

/** What leads to the form that a step asks for. */
type FormOf = ((step: RunStep) => ReactNode) | undefined;

interface FormProps {
  run: ProcedureRun;
  step: RunStep;
  ticket: Ticket;
  doing: Doing;
  keep: (runs: ProcedureRun[]) => void;
  close: () => void;
}

function Kit({ list, kit, set }: { list: string[]; kit: string[]; set: (kit: string[]) => void }) {
  return (
    <fieldset className="run-kit">
      <legend className="dim">{word('run.kit')}</legend>
      <button type="button" className="link" onClick={() => set(list)}>
        {word('run.kit.all')}
      </button>
      {list.map(item => (
        <label key={item}>
          <input
            type="checkbox"
            checked={kit.includes(item)}
            onChange={e => set(e.target.checked ? [...kit, item] : kit.filter(k => k !== item))}
          />
          {item}
        </label>
      ))}
    </fieldset>
  );
}

function Shots({ ticket, photo, set }: { ticket: Ticket; photo: string; set: (id: string) => void }) {
  if (ticket.photos.length === 0) return null;
  return (
    <fieldset className="run-shots">
      <legend className="dim">{word('run.photo.pick')}</legend>
      {ticket.photos.map(p => (
        <label key={p.id} className={p.id === photo ? 'on' : ''}>
          <input
            type="checkbox"
            checked={p.id === photo}
            onChange={e => set(e.target.checked ? p.id : '')}
            aria-label={word('run.photo.of', { by: p.by })}
          />
          <img src={`${base}/files/${p.id}`} alt="" loading="lazy" />
        </label>
      ))}
    </fieldset>
  );
}

/** What a step asks for; it stands in the step's own place. */
function StepForm({ run, step, ticket, doing, keep, close }: FormProps) {
  const send = useSend();
  const [words, setWords] = useState('');
  const [kit, setKit] = useState<string[]>([]);
  const [photo, setPhoto] = useState('');
  const ticks = useTick(run);
  const path = { id: run.id };
  const field = doing === 'tick' ? 'words' : 'reason';
  const label =
    doing === 'skip'
      ? word('run.skip.why')
      : doing === 'undo'
        ? word('run.undo.why')
        : step.kit
          ? word('run.kit.left')
          : step.form
            ? word('run.form.why')
            : step.evidence || word('run.words');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const reason = words.trim();
    const made = await send.run(once => {
      const params = { path, header: once };
      if (doing === 'skip')
        return data(api.POST('/procedure-runs/{id}/skip', { params, body: { step: step.n, reason } }));
      if (doing === 'undo')
        return data(api.POST('/procedure-runs/{id}/undo', { params, body: { step: step.n, reason } }));
      return ticks(
        {
          steps: [step.n],
          ...(reason ? { words: reason } : {}),
          ...(step.kit ? { kit } : {}),
          ...(photo ? { photo } : {}),
        },
        once,
      );
    });
    if (made) keep(made.items);
  };
  return (
    <form
      className="run-form"
      onSubmit={submit}
      aria-label={titleOf(step)}
      onKeyDown={event => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
        event.stopPropagation();
        close();
      }}
      noValidate
    >
      {doing === 'tick' && step.kit && <Kit list={step.kitList} kit={kit} set={setKit} />}
      <Field label={label} error={send.fields[field]}>
        {a => (
          <textarea
            {...a}
            // biome-ignore lint/a11y/noAutofocus: the form was asked for by name, in the place of its button
            autoFocus={!step.kit}
            className="in"
            rows={2}
            maxLength={2000}
            value={words}
            onChange={e => setWords(e.target.value)}
          />
        )}
      </Field>
      {doing === 'tick' && !step.kit && step.evidence && (
        <Shots ticket={ticket} photo={photo} set={setPhoto} />
      )}
      {send.trouble && (
        <p className="trouble" role="alert">
          {send.trouble.text}
        </p>
      )}
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {word(`run.do.${doing}`)}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {word('run.back')}
        </button>
      </div>
    </form>
  );
}

interface LineProps {
  run: ProcedureRun;
  step: RunStep;
  ticket: Ticket;
  keep: (runs: ProcedureRun[]) => void;
  form: FormOf;
}

const mark = { open: '', done: '✓', skipped: '–' } as const;

function Line({ run, step, ticket, keep, form }: LineProps) {
  const [doing, setDoing] = useState<Doing>();
  const send = useSend();
  const ticks = useTick(run);
  const asks = step.evidence || step.kit || step.form;
  const tick = async () => {
    if (asks) return setDoing('tick');
    const made = await send.run(once => ticks({ steps: [step.n] }, once));
    if (made) keep(made.items);
  };
  const undo = async () => {
    if (step.undoNeedsReason) return setDoing('undo');
    const made = await send.run(once =>
      data(
        api.POST('/procedure-runs/{id}/undo', {
          params: { path: { id: run.id }, header: once },
          body: { step: step.n },
        }),
      ),
    );
    if (made) keep(made.items);
  };
  const idle = !doing && !run.unread;
  return (
    <li
      className={`run-step ${step.state} ${step.late ? 'late' : ''}`}
      data-testid={`step-${run.code}-${step.n}`}
      data-kit={step.kit && step.state === 'open' ? true : undefined}
    >
      <span className="run-mark" aria-hidden="true">
        {mark[step.state] || step.n}
      </span>
      <div className="grow">
        <p className="run-head">
          <b>{titleOf(step)}</b>
          <span className="dim3">{whoOf(step.who)}</span>
          {step.required && step.state === 'open' && (
            <span className="tag amber">{word('run.required')}</span>
          )}
          <span className="quiet-reading">{word(`run.state.${step.state}`)}</span>
          <Due step={step} />
        </p>
        {step.state === 'open' && step.do && <p className="dim">{step.do}</p>}
        <Said step={step} />
        {step.form && form && <p>{form(step)}</p>}
        {send.trouble && (
          <p className="trouble" role="alert">
            {send.trouble.text}
          </p>
        )}
        {doing && (
          <StepForm
            run={run}
            step={step}
            ticket={ticket}
            doing={doing}
            close={() => setDoing(undefined)}
            keep={runs => {
              setDoing(undefined);
              keep(runs);
            }}
          />
        )}
        {idle && (step.mayTick || step.maySkip) && (
          <p className="row run-acts">
            {step.mayTick && (
              <button type="button" className="btn" disabled={send.busy} onClick={() => void tick()}>
                <Icon name="check" />
                {word('run.do.tick')}
                <span className="quiet-reading">{titleOf(step)}</span>
              </button>
            )}
            {step.maySkip && (
              <button type="button" className="btn quiet" onClick={() => setDoing('skip')}>
                {word('run.do.skip')}
                <span className="quiet-reading">{titleOf(step)}</span>
              </button>
            )}
          </p>
        )}
        {!doing && step.mayUndo && (
          <button type="button" className="link" disabled={send.busy} onClick={() => void undo()}>
            {word('run.do.undo')}
            <span className="quiet-reading">{titleOf(step)}</span>
          </button>
        )}
      </div>
    </li>
  );
}

function Unread({ run, onRead }: { run: ProcedureRun; onRead: () => void }) {
  const send = useSend();
  const confirm = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/procedure-versions/{id}/read', {
          params: { path: { id: run.versionId }, header: once },
        }),
      ),
    );
    if (made) onRead();
  };
  return (
    <div className="ask">
      <p>
        {word('run.unread', { n: run.number })}
        {run.words && `${word('said.colon')}${run.words}`}
      </p>
      <p className="dim">{run.reporting}</p>
      {send.trouble && <p role="alert">{send.trouble.text}</p>}
      <Confirming version={run.versionId} quiz={run.quiz} confirm={() => void confirm()} busy={send.busy} />
    </div>
  );
}

/** Steps that ask for nothing may be ticked together: conduct at the customer's is one look in the mirror. */
function Together({ run, keep }: { run: ProcedureRun; keep: (runs: ProcedureRun[]) => void }) {
  const send = useSend();
  const ticks = useTick(run);
  const plain = run.steps.filter(s => s.mayTick && !s.evidence && !s.kit && !s.form);
  if (plain.length < 3 || plain.length !== run.steps.filter(s => s.state === 'open').length || run.unread)
    return null;
  const all = async () => {
    const made = await send.run(once => ticks({ steps: plain.map(s => s.n) }, once));
    if (made) keep(made.items);
  };
  return (
    <p className="row">
      <button type="button" className="btn go" disabled={send.busy} onClick={() => void all()}>
        {word('run.all', { n: plain.length })}
      </button>
      {send.trouble && <span role="alert">{send.trouble.text}</span>}
    </p>
  );
}

/** Who comes back from the form of a step finds its list as they left it. */
const unfolded = new Map<string, boolean>();

export function Checklists({
  ticket,
  link,
  form,
}: {
  ticket: Ticket;
  link?: (run: ProcedureRun) => ReactNode;
  form?: FormOf;
}) {
  const client = useQueryClient();
  const query = useRuns(ticket.id);
  const later = useContext(TickLater);
  const taken = query.data ?? [];
  const runs = later ? later.show(taken) : taken;
  const keep = (next: ProcedureRun[]) => {
    void showNow(client, ['runs', ticket.id], next);
    void client.invalidateQueries({ queryKey: ['ticket', ticket.id] });
  };
  const read = () => {
    for (const key of ['runs', 'procedures', 'to-read']) void client.invalidateQueries({ queryKey: [key] });
  };
  if (query.isLoadingError)
    return (
      <p className="trouble" role="alert">
        <span className="grow">{explain(query.error)}</span>
        <button type="button" className="link" onClick={() => void query.refetch()}>
          {word('error.retry')}
        </button>
      </p>
    );
  return runs.map((run, at) => (
    <details
      key={run.id}
      className="run"
      open={unfolded.get(run.id) ?? at === 0}
      onToggle={event => unfolded.set(run.id, event.currentTarget.open)}
      data-testid={`run-${run.code}`}
    >
      <summary>
        <span className="grow b">{named(run)}</span>
        {run.steps.some(s => s.late && s.state === 'open') && (
          <span className="over">{word('run.some_late')}</span>
        )}
        <span className="dim" data-testid={`run-${run.code}-n`}>
          {run.done}/{run.steps.length}
        </span>
      </summary>
      {run.newer && <p className="ask calm">{word('run.newer', { n: run.number, newer: run.newer })}</p>}
      {run.unread && <Unread run={run} onRead={read} />}
      <Together run={run} keep={keep} />
      <ol className="run-steps">
        {run.steps.map(step => (
          <Line key={step.n} run={run} step={step} ticket={ticket} keep={keep} form={form} />
        ))}
      </ol>
      {link?.(run)}
    </details>
  ));
}

/** What "resolve" still waits for: evidence by its code, a part or a step by its own words. */
export function missingText(code: string, steps: Pick<ProcedureStep, 'title' | 'titleEn'>[] = []): string {
  const [kind, ...rest] = code.split(':');
  if (rest.length === 0) return wordFor(`missing.${code}`) ?? code;
  const said = rest.join(':');
  const step = kind === 'step' && steps.find(s => s.title === said);
  const text = step ? titleOf(step) : said;
  return wordFor(`missing.${kind}`, { text }) ?? text;
}

/** The same of a ticket, with its steps by their names in the reader's language. */
export function useMissing({ id, missing }: Pick<Ticket, 'id' | 'missing'>): string[] {
  const may = useSession().permissions.some(p => p === 'procedure.view' || p === '*');
  const named = currentLang() === 'en' && may && missing.some(code => code.startsWith('step:'));
  const runs = useQuery({ ...runsQuery(id), enabled: named }).data ?? [];
  const steps = runs.flatMap(run => run.steps);
  return missing.map(code => missingText(code, steps));
}
