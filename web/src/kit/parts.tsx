// Parts that look the same on every face.
import { useEffect, useRef, useState } from 'react';
import { type Reading, read } from './clock.ts';
import { word, wordFor } from './i18n.ts';
import { Icon, type IconName } from './icons.tsx';
import { sentence } from './sentence.tsx';
import {
  countdown,
  dayOf,
  exact,
  hourMinute,
  limit,
  overdue,
  stopwatch,
  took,
  useNow,
  when,
} from './time.ts';
import type { Clock, Delivery, Entry, Grade } from './types.ts';
import type { KitKey } from './words/zh.ts';

export function GradeBadge({ grade }: { grade: Grade }) {
  return (
    <span className={`g ${grade}`} role="img" aria-label={word(`grade.${grade}` as KitKey)}>
      {grade}
    </span>
  );
}

export function When({ at, className }: { at: string; className?: string }) {
  return (
    <time dateTime={at} title={exact(at)} className={className}>
      {when(at)}
    </time>
  );
}

const barClass: Record<Reading['look'], string> = {
  run: '',
  warn: 'warn',
  over: 'over',
  done: 'done',
  late: 'late',
  off: '',
  held: 'off',
};

export function ClockBar({ reading, mini }: { reading: Reading; mini?: boolean }) {
  return (
    <span className={`bar ${mini ? 'mini' : ''} ${barClass[reading.look]}`} aria-hidden="true">
      <i style={{ width: `${reading.percent}%` }} />
      <b />
    </span>
  );
}

/** The few characters of a list: what is left, what is over, or the verdict. */
export function shortReading(r: Reading, now: number): string {
  if (r.look === 'done') return word('clock.met');
  if (r.look === 'late') return word('clock.late', { text: took(r.lateBy) });
  if (r.look === 'over') return word('clock.over', { text: overdue(r.lateBy) });
  if (r.look === 'off') return word('clock.off');
  if (r.look === 'held') return word('clock.held');
  return countdown(r.left, now);
}

const inkClass: Record<Reading['look'], string> = {
  run: '',
  warn: 'warn b',
  over: 'over',
  done: 'dim3',
  late: 'red',
  off: 'dim3',
  held: 'dim3',
};

/** Bar and text of one clock, as lists show it. */
export function ClockCell({
  clock,
  children,
}: {
  clock: Clock;
  children?: (bar: React.ReactNode, text: React.ReactNode) => React.ReactNode;
}) {
  const now = useNow();
  const r = read(clock, now);
  const text = (
    <span className={`left ${inkClass[r.look]}`} title={exact(clock.due)}>
      {shortReading(r, now)}
    </span>
  );
  if (children) return children(<ClockBar reading={r} />, text);
  return (
    <span className="ck">
      <span className="dim3">{word(`clock.${clock.kind}`)}</span>
      <ClockBar reading={r} mini />
      {text}
    </span>
  );
}

/** Tells a screen reader only when a half, 80 % and the whole of the time have passed. */
function Milestones({ kind, percent, over }: { kind: string; percent: number; over: boolean }) {
  const step = over ? 3 : percent >= 80 ? 2 : percent >= 50 ? 1 : 0;
  const last = useRef(step);
  const [text, setText] = useState('');
  useEffect(() => {
    if (step > last.current) {
      setText(
        word((['clock.half', 'clock.eighty', 'clock.missed'] as const)[step - 1] ?? 'clock.half', { kind }),
      );
    }
    last.current = step;
  }, [step, kind]);
  return (
    <span className="quiet-reading" aria-live="polite">
      {text}
    </span>
  );
}

/** What was granted later stands beside the verdict (TIC-03b, TIC-03c). */
function Beside({ clock }: { clock: Clock }) {
  const parts = [
    clock.extendedTo &&
      word(
        `clock.extended.${clock.extendedState === 'missed' || clock.extendedState === 'breached' ? 'late' : 'ok'}`,
        {
          time: when(clock.extendedTo),
        },
      ),
    clock.excused && word('clock.excused', { text: clock.excused }),
    clock.pausedMs ? word('clock.paused', { text: took(clock.pausedMs) }) : undefined,
  ].filter(Boolean);
  return parts.length > 0 && <span className="dim s12 beside">{parts.join(word('list.join'))}</span>;
}

/** One clock of a ticket in full: kind, bar, verdict or countdown, target. */
export function ClockLine({ clock }: { clock: Clock }) {
  const now = useNow();
  const r = read(clock, now);
  const kind = word(`clock.${clock.kind}`);
  const stopped = ['done', 'late', 'off', 'held'].includes(r.look);
  const spent = r.elapsed < 3_600_000 ? stopwatch(r.elapsed) : took(r.elapsed);
  const text =
    r.look === 'done'
      ? word('clock.met_in', { text: spent })
      : r.look === 'late'
        ? word('clock.took_late', { text: spent, late: took(r.lateBy) })
        : r.look === 'over'
          ? word('clock.over', { text: overdue(r.lateBy) })
          : r.look === 'off'
            ? word('clock.off')
            : r.look === 'held'
              ? word('clock.held')
              : word('clock.left', { text: countdown(r.left, now) });
  const ink = { run: 'b', warn: 'warn b', over: 'over', done: 'ok b', late: 'over', off: 'dim3', held: 'b' }[
    r.look
  ];
  return (
    <div className="clock-line" data-testid={`clock-${clock.kind}`} data-state={clock.state}>
      <span className="dim">{kind}</span>
      <ClockBar reading={r} />
      <span className="left" title={exact(clock.stoppedAt ?? clock.due)}>
        <span className={ink}>{text}</span>{' '}
        <span className="dim3">{word('clock.target', { text: limit(clock.targetMs) })}</span>
      </span>
      <Beside clock={clock} />
      {!stopped && <Milestones kind={kind} percent={r.percent} over={r.look === 'over'} />}
    </div>
  );
}

const verbIcon: Record<string, IconName> = {
  opened: 'chat',
  dispatched: 'spark',
  no_one_free: 'spark',
  timed_out: 'clock',
  offered: 'spark',
  unclaimed: 'clock',
  unanswered: 'clock',
  claimed: 'check',
  queued: 'list',
  accepted: 'check',
  refused: 'left',
  told: 'phone',
  arrived: 'pin',
  started: 'wrench',
  noted: 'lock',
  resolved: 'check',
  followed_up: 'star',
  attempt: 'phone',
  regraded: 'flag',
  cancelled: 'x',
  departed: 'pin',
  held: 'clock',
  hold_over: 'clock',
  resumed: 'check',
  interim: 'wrench',
  verified: 'check',
  signed: 'check',
  reopened: 'left',
  not_reached: 'phone',
  escalated: 'flag',
  customer_said: 'chat',
  excused: 'flag',
  asked: 'chat',
  decided: 'check',
  archived: 'check',
  hot: 'flag',
  danger: 'flag',
  taken: 'sheet',
  returned: 'sheet',
  unreached: 'phone',
  report_due: 'bell',
  back_due: 'bell',
  quoted: 'yuan',
  quote_accepted: 'check',
  quote_signed: 'check',
  quote_declined: 'x',
  quote_withdrawn: 'left',
  merged: 'left',
  absorbed: 'plus',
  parted: 'right',
  task_added: 'people',
  task_done: 'check',
  task_cancelled: 'x',
};

function entryClass(entry: Entry): string {
  if (entry.public) return 'out';
  return entry.verb === 'noted' ? 'in' : entry.system ? 'sys' : '';
}

/** Below older entries the time alone would be read as one of theirs. */
function dayAndTime(at: string, index: number): string {
  const text = when(at);
  return index > 0 && /^\d{2}:\d{2}$/.test(text) ? word('time.today', { time: text }) : text;
}

/** How a line reached the customer: one short line below it. */
function Reached({ of }: { of: Delivery[] }) {
  if (of.length === 0) return null;
  const text = of.map(d => word(`deliver.${d.channel}.${d.state}`, { time: when(d.at) })).join(' · ');
  const missed = of.every(d => d.state === 'failed' || d.state === 'dropped');
  const why = of.map(d => d.reason && (wordFor(d.reason) ?? d.reason)).filter(Boolean);
  return (
    <span className={`reached s12 ${missed ? 'warn' : 'dim3'}`} data-testid="reached">
      {text}
      {missed && why.length > 0 && ` (${why.join(' · ')})`}
    </span>
  );
}

export function Timeline({
  entries,
  label,
  reached = [],
}: {
  entries: Entry[];
  label: string;
  reached?: Delivery[];
}) {
  let day = '';
  return (
    <ol className="tl" aria-label={label} data-testid="timeline">
      {entries.map((entry, index) => {
        const at = new Date(entry.at);
        const isNewDay = dayOf(at) !== day;
        day = dayOf(at);
        return (
          <li key={entry.id} className={entryClass(entry)} data-verb={entry.verb}>
            <time dateTime={entry.at} title={exact(entry.at)}>
              {isNewDay ? dayAndTime(entry.at, index) : hourMinute(at)}
            </time>
            <Icon
              name={entry.verb === 'noted' && entry.public ? 'chat' : (verbIcon[entry.verb] ?? 'clock')}
            />
            <span className="said">
              {sentence(entry)}
              {typeof entry.data?.doneAt === 'string' && (
                <span className="dim"> {word('said.done_at', { time: when(entry.data.doneAt) })}</span>
              )}
              <Reached of={reached.filter(d => d.entry === entry.id)} />
            </span>
            <span className="seen">
              {entry.public && (
                <>
                  <Icon name="eye" size="s" />
                  <span className="quiet-reading">{word('see.public')}</span>
                </>
              )}
              {entry.verb === 'noted' && !entry.public && word('see.inside')}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
