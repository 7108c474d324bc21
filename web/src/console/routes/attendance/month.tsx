// The month: who came when, held against the roster, by person and team (STA-01b).
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { dayText } from '../../../kit/roster.ts';
import { hourMinute } from '../../../kit/time.ts';
import type { AttendanceDay, AttendanceMonth, AttendancePerson } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { today } from '../customers/data.ts';
import { Marks } from './marks.tsx';
import { Office } from './office.tsx';

const route = getRouteApi('/console/attendance');
const at = (iso: string | undefined) => (iso ? hourMinute(new Date(iso)) : '—');
/** 475 → 7:55 */
const hours = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;

export function dayWords(d: AttendanceDay): string[] {
  const out: string[] = [];
  if (d.state === 'absent') out.push(t('attendance.absent'));
  if (d.state === 'away') out.push(t('roster.away', { kind: t(`roster.leave.${d.leave || 'other'}`) }));
  if (d.late) out.push(t('attendance.late_n', { n: d.late }));
  if (d.early) out.push(t('attendance.early_n', { n: d.early }));
  if (d.lacks && d.state !== 'on') out.push(t(`attendance.lacks.${d.lacks}`));
  if (!d.from) out.push(t('attendance.extra'));
  return out;
}

function Days({ person }: { person: AttendancePerson }) {
  if (person.days.length === 0) return <p className="dim">{t('attendance.no_days')}</p>;
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('roster.day')}</th>
          <th>{t('attendance.shift')}</th>
          <th className="num">{t('attendance.in')}</th>
          <th className="num">{t('attendance.out')}</th>
          <th className="num">{t('attendance.hours')}</th>
          <th>{t('attendance.state')}</th>
        </tr>
      </thead>
      <tbody>
        {person.days.map(d => {
          const said = dayWords(d);
          return (
            <tr key={`${d.day} ${d.from ?? d.in ?? ''}`}>
              <td>{dayText(d.day)}</td>
              <td>
                {d.shift}{' '}
                {d.from && (
                  <span className="dim">
                    {at(d.from)}–{at(d.to)}
                  </span>
                )}
              </td>
              <td className="num">{at(d.in)}</td>
              <td className="num">{at(d.out)}</td>
              <td className="num">{d.minutes ? hours(d.minutes) : ''}</td>
              <td>
                {said.length > 0
                  ? said.map(text => (
                      <span key={text} className={d.state === 'away' || !d.from ? 'tag' : 'tag amber'}>
                        {text}
                      </span>
                    ))
                  : t(`attendance.state.${d.state}`)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const columns = ['duties', 'present', 'late', 'early', 'absent', 'away', 'lacking'] as const;

function Sums({ month }: { month: AttendanceMonth }) {
  const [open, setOpen] = useState('');
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('roster.person')}</th>
          {columns.map(c => (
            <th key={c} className="num">
              {t(`attendance.${c}`)}
            </th>
          ))}
          <th className="num">{t('attendance.hours')}</th>
        </tr>
      </thead>
      {month.posts.map(team => (
        <tbody key={team.post}>
          <tr className="group">
            <th scope="rowgroup">
              {t(`roster.post.${team.post}`)}{' '}
              <span className="dim">{t('attendance.n', { n: team.people })}</span>
            </th>
            {columns.map(c => (
              <td key={c} className="num b">
                {team[c]}
              </td>
            ))}
            <td className="num b">{hours(team.minutes)}</td>
          </tr>
          {month.people
            .filter(p => p.post === team.post)
            .flatMap(p => [
              <tr key={p.staffId} data-testid="attendance-row">
                <td>
                  <button
                    type="button"
                    className="link"
                    aria-expanded={open === p.staffId}
                    onClick={() => setOpen(open === p.staffId ? '' : p.staffId)}
                  >
                    {p.name}
                  </button>
                </td>
                {columns.map(c => (
                  <td key={c} className="num">
                    {p[c] > 0 && ['late', 'early', 'absent', 'lacking'].includes(c) ? (
                      <span className="tag amber">{p[c]}</span>
                    ) : (
                      p[c]
                    )}
                  </td>
                ))}
                <td className="num">{hours(p.minutes)}</td>
              </tr>,
              ...(open === p.staffId
                ? [
                    <tr key={`${p.staffId} days`}>
                      <td colSpan={columns.length + 2}>
                        <Days person={p} />
                        <Marks staff={p.staffId} period={month.period} />
                      </td>
                    </tr>,
                  ]
                : []),
            ])}
        </tbody>
      ))}
    </table>
  );
}

export function AttendancePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const can = useCan();
  const period = search.period ?? today().slice(0, 7);
  const query = useQuery({
    queryKey: ['attendance', 'month', community, period],
    queryFn: () => data(api.GET('/attendance', { params: { query: { community, period } } })),
    enabled: community !== '',
  });
  const month = query.data;
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('attendance.title')}</H1>
        <input
          type="month"
          className="text"
          aria-label={t('attendance.month')}
          value={period}
          onChange={e => e.target.value && void navigate({ search: { period: e.target.value } })}
        />
        <span className="grow" />
        {can('attendance.export') && (
          <a
            className="btn"
            download
            href={`${base}/attendance/export.xlsx?${new URLSearchParams({ community, period })}`}
          >
            {t('collection.export')}
          </a>
        )}
      </header>
      <Tabs of="roster" />
      <div className="page-body stack">
        <Office />
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {month && month.people.length === 0 && <Empty>{t('attendance.nobody')}</Empty>}
        {month && month.people.length > 0 && <Sums month={month} />}
      </div>
    </main>
  );
}
