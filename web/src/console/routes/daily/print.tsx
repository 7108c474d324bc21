// A day of the management log on paper, with its signatures (STA-02).
import { getRouteApi, Link } from '@tanstack/react-router';
import { useSession } from '../../../kit/session.ts';
import { exact } from '../../../kit/time.ts';
import type { DailyDay, DailyPart } from '../../../kit/types.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/daily.ts';
import { Line } from '../tickets/print.tsx';
import { byPost, clockOf, parts, signOf, timeOf, useDay } from './data.ts';
import { figuresText } from './parts.tsx';

const route = getRouteApi('/console/daily/print');

const report = ['place', 'affected', 'measures', 'next', 'told'] as const;

function Journal({ day }: { day: DailyDay }) {
  const c = day.content;
  return (
    <table>
      <tbody>
        <Line name={t('daily.weather')}>{day.weather}</Line>
        <Line name={t('daily.tickets')}>{figuresText(day)}</Line>
        <Line name={t('daily.on_duty')}>
          {byPost(c.onDuty).map(({ post, shifts }) => (
            <div key={post}>
              {t(`roster.post.${post}`)}{' '}
              {shifts.map(s => `${s.shift} ${s.names.join(t('daily.names'))}`).join('　')}
            </div>
          ))}
        </Line>
        <Line name={t('daily.handovers')}>
          {c.handovers.map(h => (
            <div key={h.id}>
              {t(`roster.post.${h.post}`)} {h.shift} · {h.out} → {h.in}　{t(`roster.handover.${h.state}`)}　
              {h.events}
            </div>
          ))}
        </Line>
        <Line name={t('daily.overdue')}>
          {c.overdue.map(m => (
            <div key={m.id}>
              {m.number} {m.title} {m.place} {m.assignee}
            </div>
          ))}
        </Line>
        {day.entries.map(e => (
          <Line key={e.id} name={`${clockOf(e.minute)} ${e.important ? t('daily.important') : ''}`}>
            <span className="pre">{e.words}</span>
            {t('said.aside', { text: e.by })}
            {report
              .filter(name => e.important && e.form[name])
              .map(name => (
                <div key={name}>
                  {t(`daily.form.${name}`)}
                  {t('said.colon')}
                  {e.form[name]}
                </div>
              ))}
            {e.important && (
              <div>
                {t('daily.reported.at')} {exact(e.at)}
                {e.readAt && `　${t('daily.read.by', { name: e.readBy ?? '' })} ${exact(e.readAt)}`}
              </div>
            )}
          </Line>
        ))}
      </tbody>
    </table>
  );
}

function Complaints({ day }: { day: DailyDay }) {
  if (day.content.complaints.length === 0) return <p>{t('daily.complaints.none')}</p>;
  return (
    <table>
      <tbody>
        {day.content.complaints.map(m => (
          <Line key={m.id} name={m.number}>
            {m.title}　{m.place}　{t(`status.${m.status}`)}　{m.assignee}
          </Line>
        ))}
      </tbody>
    </table>
  );
}

function Patrols({ day }: { day: DailyDay }) {
  const { lookIns, rounds } = day.content;
  if (lookIns.length + rounds.length === 0) return <p>{t('daily.patrols.none')}</p>;
  return (
    <table>
      <tbody>
        {lookIns.map(l => (
          <Line key={l.id} name={`${timeOf(l.doneAt ?? l.dueAt)} ${l.by}`}>
            {l.number}　{l.place}　{l.state === 'done' ? l.finding : t('daily.look.open')}
          </Line>
        ))}
        {rounds.map(r => (
          <Line key={r.id} name={r.by}>
            {r.name} {r.check}　{t(`daily.round.${r.result}`)}　{r.words}
          </Line>
        ))}
      </tbody>
    </table>
  );
}

function Tasks({ day, part }: { day: DailyDay; part: DailyPart }) {
  const rows = day.tasks.filter(task => task.part === part);
  const sign = signOf(day, part);
  return (
    <table>
      <tbody>
        {rows.map(task => (
          <Line key={task.id} name={t('daily.task')}>
            {task.words}　{task.staff}　{task.due}　
            {task.doneAt ? `${t('daily.task.is_done')} ${task.result ?? ''}` : t('daily.task.is_open')}
          </Line>
        ))}
        <Line name={t('daily.sign')}>
          {sign &&
            `${sign.by}　${exact(sign.at)}　${sign.remark ? t('daily.remark.said', { words: sign.remark }) : ''}`}
        </Line>
      </tbody>
    </table>
  );
}

const bodies = { log: Journal, complaints: Complaints, patrols: Patrols };

export function DailyPrintPage() {
  const { day } = route.useSearch();
  const query = useDay(day);
  const where = useSession().communities.find(c => c.id === query.data?.community)?.name ?? '';
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!query.data) return <PageSkeleton />;
  const shown = query.data;
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{t('daily.title')}</H1>
        <span className="grow" />
        <Link className="btn" to="/console/daily" search={{ day: shown.day }}>
          {t('form.back')}
        </Link>
        <button type="button" className="btn go" onClick={() => window.print()}>
          {t('do.print')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={shown.day}>
        <article className="paper">
          <h2>
            {where} {t('daily.title')} {shown.day}
          </h2>
          {parts.map(part => {
            const Body = bodies[part];
            return (
              <section key={part}>
                <h3>{t(`daily.part.${part}`)}</h3>
                <Body day={shown} />
                <Tasks day={shown} part={part} />
              </section>
            );
          })}
        </article>
      </section>
    </main>
  );
}
