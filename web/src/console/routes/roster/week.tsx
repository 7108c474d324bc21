// The week: people by post, days across, a chip for each duty; conflicts and missing people in words (STA-01).
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type DragEvent, useState } from 'react';
import { api, data, isApiError, match } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { Icon } from '../../../kit/icons.tsx';
import { addDays, dayText, dutyHours, problemText, shiftHours } from '../../../kit/roster.ts';
import type { RosterLine, RosterPerson, RosterWeek } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { type Edit, posts, useWeek } from './data.ts';
import { DutyForm, LeaveForm } from './form.tsx';
import { Proposal } from './proposal.tsx';
import './roster.css';

const route = getRouteApi('/console/roster');

function Chip({ duty, may, open }: { duty: RosterLine; may: boolean; open: () => void }) {
  const [first] = duty.problems;
  const body = (
    <>
      <b>{duty.shift}</b>
      <span className="hours">{dutyHours(duty)}</span>
      {first && (
        <span className="wrong">
          {problemText(first)}
          {duty.reason && <> · {t('roster.because', { reason: duty.reason })}</>}
        </span>
      )}
    </>
  );
  if (!may)
    return (
      <span className={`duty-chip ${first ? 'bad' : ''}`} data-post={duty.post}>
        {body}
      </span>
    );
  return (
    <button
      type="button"
      className={`duty-chip ${first ? 'bad' : ''}`}
      data-post={duty.post}
      data-testid="duty"
      draggable
      onDragStart={e => {
        e.dataTransfer.setData('text/plain', duty.id);
        e.dataTransfer.effectAllowed = 'move';
      }}
      onClick={open}
    >
      {body}
    </button>
  );
}

interface RowProps {
  week: RosterWeek;
  person: RosterPerson;
  may: boolean;
  setEdit: (edit: Edit) => void;
  move: (duty: string, staffId: string, day: string) => void;
}

function PersonRow({ week, person, may, setEdit, move }: RowProps) {
  const [over, setOver] = useState('');
  const away = (day: string) =>
    week.leaves.find(l => l.staffId === person.id && l.fromDay <= day && day <= l.toDay);
  const drop = (day: string) => ({
    onDragOver: (e: DragEvent) => {
      e.preventDefault();
      setOver(day);
    },
    onDragLeave: () => setOver(''),
    onDrop: (e: DragEvent) => {
      e.preventDefault();
      setOver('');
      move(e.dataTransfer.getData('text/plain'), person.id, day);
    },
  });
  return (
    <tr data-testid="roster-row">
      <th scope="row">
        {person.name}
        <span className="dim3">{person.position}</span>
      </th>
      {week.days.map(day => {
        const leave = away(day);
        return (
          <td
            key={day}
            className={`${day === week.today ? 'today' : ''} ${over === day ? 'over' : ''}`}
            {...(may ? drop(day) : {})}
          >
            {leave && (
              <button
                type="button"
                className="tag leave"
                disabled={!may}
                onClick={() => setEdit({ kind: 'leave', staffId: person.id, day })}
              >
                {t('roster.away', { kind: t(`roster.leave.${leave.kind}`) })}
              </button>
            )}
            {week.duties
              .filter(d => d.staffId === person.id && d.day === day)
              .map(d => (
                <Chip
                  key={d.id}
                  duty={d}
                  may={may}
                  open={() => setEdit({ kind: 'duty', duty: d, staffId: d.staffId, day: d.day })}
                />
              ))}
            {may && day >= week.today && (
              <button
                type="button"
                className="roster-add"
                aria-label={t('roster.add.for', { name: person.name, day: dayText(day) })}
                onClick={() => setEdit({ kind: 'new', staffId: person.id, day })}
              >
                <Icon name="plus" size="s" />
              </button>
            )}
          </td>
        );
      })}
    </tr>
  );
}

/** How many people each shift of a day has and lacks. */
function StaffingRows({ week }: { week: RosterWeek }) {
  const shown = week.shifts.filter(s => week.staffing.some(x => x.shiftId === s.id));
  if (shown.length === 0) return null;
  return (
    <tbody className="staffing">
      <tr className="post">
        <th colSpan={8} scope="rowgroup">
          {t('roster.staffing')}
        </th>
      </tr>
      {shown.map(s => (
        <tr key={s.id} data-testid="staffing-row">
          <th scope="row">
            {s.name}
            <span className="dim3">{shiftHours(s)}</span>
          </th>
          {week.days.map(day => {
            const n = week.staffing.find(x => x.shiftId === s.id && x.day === day);
            const lacks = n ? n.need - n.have : 0;
            return (
              <td key={day} className={day === week.today ? 'today' : ''}>
                {n && lacks > 0 ? (
                  <span className="tag amber">{t('roster.lacks', { n: lacks })}</span>
                ) : (
                  n && <span className="dim">{t('roster.has', { n: n.have })}</span>
                )}
              </td>
            );
          })}
        </tr>
      ))}
    </tbody>
  );
}

function Table({
  week,
  post,
  ...rest
}: { week: RosterWeek; post: string } & Omit<RowProps, 'person' | 'week'>) {
  const gone = new Map(
    week.duties
      .filter(d => !week.people.some(p => p.id === d.staffId))
      .map(d => [
        d.staffId,
        {
          id: d.staffId,
          name: d.staffName,
          agentNo: '',
          position: t('roster.left'),
          post: d.post,
          skills: [],
        },
      ]),
  );
  const people: RosterPerson[] = [...week.people, ...gone.values()];
  return (
    <table className="roster">
      <thead>
        <tr>
          <th scope="col">{t('roster.person')}</th>
          {week.days.map(day => (
            <th key={day} scope="col" className={day === week.today ? 'today' : ''}>
              {dayText(day)}
            </th>
          ))}
        </tr>
      </thead>
      {posts
        .filter(p => (!post || p === post) && people.some(x => x.post === p))
        .map(p => (
          <tbody key={p}>
            <tr className="post">
              <th colSpan={8} scope="rowgroup">
                {t(`roster.post.${p}`)}
              </th>
            </tr>
            {people
              .filter(x => x.post === p)
              .map(person => (
                <PersonRow key={person.id} week={week} person={person} {...rest} />
              ))}
          </tbody>
        ))}
      <StaffingRows week={week} />
    </table>
  );
}

function Side({ week, edit, close }: { week: RosterWeek; edit: Edit; close: () => void }) {
  const key = JSON.stringify(edit);
  return (
    <aside className="roster-side">
      {edit.kind === 'proposal' && <Proposal key={key} week={week} edit={edit} close={close} />}
      {edit.kind === 'leave' && <LeaveForm key={key} week={week} edit={edit} close={close} />}
      {(edit.kind === 'new' || edit.kind === 'duty') && (
        <DutyForm key={key} week={week} edit={edit} close={close} />
      )}
    </aside>
  );
}

function Filling({ week, setEdit }: { week: RosterWeek; setEdit: (edit: Edit) => void }) {
  return (
    <>
      <button
        type="button"
        className="btn"
        onClick={() => setEdit({ kind: 'proposal', by: 'load', pattern: '' })}
      >
        {t('roster.byLoad')}
      </button>
      <button
        type="button"
        className="btn"
        onClick={() => setEdit({ kind: 'proposal', by: 'week', pattern: '' })}
      >
        {t('roster.copy')}
      </button>
      {week.patterns.length > 0 && (
        <select
          className="pick"
          aria-label={t('roster.fill')}
          value=""
          onChange={e =>
            e.target.value && setEdit({ kind: 'proposal', by: 'pattern', pattern: e.target.value })
          }
        >
          <option value="">{t('roster.fill')}</option>
          {week.patterns.map(p => (
            <option key={p.id} value={p.id}>
              {p.name}
            </option>
          ))}
        </select>
      )}
      <button
        type="button"
        className="btn"
        onClick={() =>
          setEdit({
            kind: 'leave',
            staffId: week.people[0]?.id ?? '',
            day: week.days.includes(week.today) ? week.today : week.from,
          })
        }
      >
        {t('roster.leave')}
      </button>
    </>
  );
}

export function RosterPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const may = useCan()('roster.plan');
  const query = useWeek(search.day);
  const community = useCommunity();
  const week = query.data;
  const [edit, setEdit] = useState<Edit>();
  const to = (day: string | undefined) => {
    setEdit(undefined);
    void navigate({ search: { ...search, day } });
  };
  const move = async (id: string, staffId: string, day: string) => {
    const duty = week?.duties.find(d => d.id === id);
    if (!duty || (duty.staffId === staffId && duty.day === day)) return;
    try {
      await data(
        api.PUT('/roster-duties/{id}', {
          params: { path: { id }, header: match(duty.version) },
          body: { staffId, shiftId: duty.shiftId, day },
        }),
      );
      toast(t('roster.moved', { shift: duty.shift, day: dayText(day) }));
      setEdit(undefined);
    } catch (error) {
      const warned = isApiError(error) ? error.byField().reason : undefined;
      setEdit({ kind: 'duty', duty, staffId, day, trouble: explain(error), ...(warned ? { warned } : {}) });
    }
    void client.invalidateQueries({ queryKey: ['roster'] });
  };
  const problems = week?.duties.filter(d => d.problems.length > 0).length ?? 0;
  const lacking = week?.staffing.filter(s => s.day >= week.today && s.have < s.need).length ?? 0;
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>
          {week
            ? t('roster.week', { from: dayText(week.from), to: dayText(addDays(week.from, 6)) })
            : t('roster.title')}
        </H1>
        {week && (
          <nav className="row" aria-label={t('roster.weeks')}>
            <button
              type="button"
              className="btn sq"
              aria-label={t('roster.before')}
              onClick={() => to(addDays(week.from, -7))}
            >
              <Icon name="left" />
            </button>
            <button type="button" className="btn" onClick={() => to(undefined)}>
              {t('roster.this')}
            </button>
            <button
              type="button"
              className="btn sq"
              aria-label={t('roster.after')}
              onClick={() => to(addDays(week.from, 7))}
            >
              <Icon name="right" />
            </button>
          </nav>
        )}
        <span className="grow" />
        {week && may && <Filling week={week} setEdit={setEdit} />}
        {week && week.duties.length > 0 && (
          <ExportLink path="/roster" query={{ community, day: week.from }} need="roster.plan" />
        )}
        <button type="button" className="btn" onClick={() => window.print()}>
          {t('roster.print')}
        </button>
      </header>
      <Tabs of="roster" />
      {week && (
        <div className="row wrap pad-row">
          <select
            className="pick"
            aria-label={t('roster.post')}
            value={search.post ?? ''}
            onChange={e => void navigate({ search: { ...search, post: e.target.value || undefined } })}
          >
            <option value="">{t('roster.post.all')}</option>
            {posts.map(p => (
              <option key={p} value={p}>
                {t(`roster.post.${p}`)}
              </option>
            ))}
          </select>
          <span role="status">
            {problems > 0 && <span className="tag amber">{t('roster.problems', { n: problems })}</span>}{' '}
            {lacking > 0 && <span className="tag amber">{t('roster.lacking', { n: lacking })}</span>}{' '}
            {problems + lacking === 0 && <span className="dim">{t('roster.fine')}</span>}
          </span>
          {week.swaps > 0 && may && (
            <Link to="/console/roster/swaps" className="tag care">
              {t('roster.swaps.waiting', { n: week.swaps })}
            </Link>
          )}
        </div>
      )}
      <div className={edit ? 'page-body flush roster-body beside' : 'page-body flush roster-body'}>
        <div className="roster-scroll">
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={12} />}
          {week && week.shifts.length === 0 && (
            <Empty action={may && <Link to="/console/roster/shifts">{t('roster.shifts.first')}</Link>}>
              {t('roster.none')}
            </Empty>
          )}
          {week && week.shifts.length > 0 && (
            <Table
              week={week}
              post={search.post ?? ''}
              may={may}
              setEdit={setEdit}
              move={(...a) => void move(...a)}
            />
          )}
        </div>
        {/* Who has gone on to another form meanwhile keeps it. */}
        {week && edit && (
          <Side week={week} edit={edit} close={() => setEdit(now => (now === edit ? undefined : now))} />
        )}
      </div>
    </main>
  );
}
