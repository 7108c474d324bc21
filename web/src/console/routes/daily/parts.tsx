// What the tables know of a day, as sentences and short lists, each with its signature.
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { GradeBadge, When } from '../../../kit/parts.tsx';
import type { DailyDay, DailyMatter, DailyPart } from '../../../kit/types.ts';
import { t } from '../../words/daily.ts';
import { byPost, signOf, timeOf } from './data.ts';

export function figuresText(day: DailyDay): string {
  const f = day.content.figures;
  return t('daily.figures', {
    opened: f.opened,
    urgent: f.urgent,
    resolved: f.resolved,
    overdue: f.overdue,
    complaints: f.complaints,
  });
}

export function Matters({ rows, name }: { rows: DailyMatter[]; name: string }) {
  return (
    <ul className="daily-list" aria-label={name}>
      {rows.map(m => (
        <li key={m.id} className="row" data-testid="daily-matter">
          <GradeBadge grade={m.grade} />
          <Link to="/console/tickets/$id" params={{ id: m.id }} className="nw">
            {m.number}
          </Link>
          <span className="cut grow">{m.title}</span>
          <span className="dim cut">{m.place}</span>
          <span className="tag">{t(`status.${m.status}`)}</span>
          <span className="dim nw">{m.assignee || t('daily.nobody')}</span>
        </li>
      ))}
    </ul>
  );
}

export function OnDuty({ day }: { day: DailyDay }) {
  const rows = byPost(day.content.onDuty);
  if (rows.length === 0) return <p className="dim">{t('daily.duty.none')}</p>;
  return (
    <dl className="facts tall">
      {rows.map(({ post, shifts }) => (
        <div key={post}>
          <dt>{t(`roster.post.${post}`)}</dt>
          <dd>
            {shifts.map(({ shift, names }, i) => (
              <Fragment key={shift}>
                {i > 0 && '　'}
                <span className="dim">{shift}</span> {names.join(t('daily.names'))}
              </Fragment>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Handovers({ day }: { day: DailyDay }) {
  if (day.content.handovers.length === 0) return <p className="dim">{t('daily.handovers.none')}</p>;
  return (
    <ul className="daily-list">
      {day.content.handovers.map(h => (
        <li key={h.id} data-testid="daily-handover">
          <p className="row wrap daily-row">
            <span>
              {t(`roster.post.${h.post}`)} {h.shift} · {h.out} → {h.in}
            </span>
            <span className="dim">{t('daily.handover.open', { n: h.open })}</span>
            <span className={h.state === 'taken' ? 'tag' : 'tag amber'}>
              {t(`roster.handover.${h.state}`)}
            </span>
            {h.events && <span className="pre">{h.events}</span>}
          </p>
        </li>
      ))}
    </ul>
  );
}

export function Looks({ day }: { day: DailyDay }) {
  const { lookIns, rounds } = day.content;
  if (lookIns.length + rounds.length === 0) return <p className="dim">{t('daily.patrols.none')}</p>;
  return (
    <ul className="daily-list">
      {lookIns.map(l => (
        <li key={l.id} className="row wrap daily-row" data-testid="daily-look">
          <time className="daily-time">{timeOf(l.doneAt ?? l.dueAt)}</time>
          <span className="nw">{l.by}</span>
          <Link to="/console/tickets/$id" params={{ id: l.ticketId }} className="nw">
            {l.number}
          </Link>
          <span className="dim">{l.place}</span>
          <span className="grow pre">
            {l.state === 'done' ? l.finding : <span className="tag amber">{t('daily.look.open')}</span>}
          </span>
        </li>
      ))}
      {rounds.map(r => (
        <li key={r.id} className="row wrap daily-row" data-testid="daily-round">
          <span className={`tag ${r.result === 'problem' ? 'amber' : ''}`}>
            {t(`daily.round.${r.result}`)}
          </span>
          <span className="nw">{r.by}</span>
          <span>
            {r.name} {r.check}
          </span>
          <span className="grow pre dim">{r.words}</span>
        </li>
      ))}
    </ul>
  );
}

/** Who has read a part, or that nobody has. */
export function Signed({ day, part }: { day: DailyDay; part: DailyPart }) {
  const sign = signOf(day, part);
  if (!sign) return day.over && day.id ? <span className="tag amber">{t('daily.unsigned')}</span> : null;
  return (
    <span className="daily-sign">
      {t('daily.signed.by', { name: sign.by })} <When at={sign.at} />
      {sign.remark && <span className="pre">{t('daily.remark.said', { words: sign.remark })}</span>}
    </span>
  );
}

export function Section({
  day,
  part,
  act,
  children,
}: {
  day: DailyDay;
  part: DailyPart;
  act?: ReactNode;
  children: ReactNode;
}) {
  const title = t(`daily.part.${part}`);
  return (
    <section className="daily-part" aria-label={title} data-testid={`daily-${part}`}>
      <h2>
        <span className="grow">{title}</span>
        <Signed day={day} part={part} />
        {act}
      </h2>
      {children}
    </section>
  );
}

/** Complaints with what runs on. */
export function Complaints({ day }: { day: DailyDay }) {
  const rows = day.content.complaints;
  return (
    <>
      {rows.length === 0 && <p className="dim">{t('daily.complaints.none')}</p>}
      <Matters rows={rows} name={t('daily.part.complaints')} />
      {!signOf(day, 'complaints') && day.content.figures.complaintsRunning > 0 && (
        <p className="dim">{t('daily.complaints.running', { n: day.content.figures.complaintsRunning })}</p>
      )}
    </>
  );
}
