// The appointments of some days: by person or by skill, with what has none at the side (TIC-10).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type DragEvent, type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { ClockCell, GradeBadge } from '../../../kit/parts.tsx';
import { addDays, dayText } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import type { CalendarVisit, TicketRow, VisitCalendar } from '../../../kit/types.ts';
import { ArrivalTag, hours, slotKey, slotName, slotOf, slotText } from '../../../kit/visits.tsx';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useWord } from './forms.tsx';
import { SlotSelect, useSlots } from './visit.tsx';
import './calendar.css';
import './cards.css';

const route = getRouteApi('/console/tickets/calendar');
type Window = VisitCalendar['windows'][number];
type Edit = { row: TicketRow; slot?: string; to?: string };
const skillName = (s: string): string => wordFor(`skill.${s}`) ?? s;

function Chip({ visit, may, open }: { visit: CalendarVisit; may: boolean; open: () => void }) {
  return (
    <button
      type="button"
      className={`visit-chip ${visit.problems.length ? 'bad' : ''}`}
      data-testid="visit-chip"
      data-number={visit.number}
      draggable={may}
      onDragStart={e => {
        e.dataTransfer.setData('text/plain', visit.id);
        e.dataTransfer.effectAllowed = 'move';
      }}
      onClick={open}
    >
      <span className="row">
        <GradeBadge grade={visit.grade} />
        <b className="cut grow">{visit.short || visit.place}</b>
      </span>
      <span className="cut">{visit.title}</span>
      <ArrivalTag ticket={visit} />
      {visit.problems.map(p => (
        <span key={p} className="wrong">
          {t(`visits.problem.${p}` as 'visits.problem.skill')}
        </span>
      ))}
    </button>
  );
}

interface BoardProps {
  calendar: VisitCalendar;
  bySkill: boolean;
  may: boolean;
  open: (edit: Edit) => void;
}

/** A line of the board: a person, nobody yet, or a skill. */
interface BoardLine {
  key: string;
  name: string;
  about: string;
  holds: (v: CalendarVisit) => boolean;
  away: (w: Window) => boolean;
}

function linesOf(calendar: VisitCalendar, bySkill: boolean): BoardLine[] {
  if (bySkill) {
    const skills = [...new Set(calendar.windows.flatMap(w => w.skills.map(s => s.skill)))];
    return skills.map(s => ({
      key: s,
      name: skillName(s),
      about: '',
      holds: v => v.skill === s,
      away: w => !w.skills.some(r => r.skill === s && r.capacity > 0),
    }));
  }
  const on = new Set(calendar.windows.flatMap(w => w.onDuty));
  const used = new Set(calendar.visits.map(v => v.assignee?.id));
  return [
    {
      key: '',
      name: t('visits.nobody'),
      about: '',
      holds: (v: CalendarVisit) => !v.assignee,
      away: () => false,
    },
    ...calendar.people
      .filter(p => on.has(p.id) || used.has(p.id))
      .map(p => ({
        key: p.id,
        name: p.name,
        about: p.skills.map(skillName).join(' '),
        holds: (v: CalendarVisit) => v.assignee?.id === p.id,
        away: (w: Window) => !w.onDuty.includes(p.id),
      })),
  ];
}

function Cell({ line, w, calendar, bySkill, may, open }: BoardProps & { line: BoardLine; w: Window }) {
  const [over, setOver] = useState(false);
  const visits = calendar.visits.filter(v => v.visitFrom === w.from && line.holds(v));
  const room = bySkill ? w.skills.find(s => s.skill === line.key) : undefined;
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    const id = e.dataTransfer.getData('text/plain');
    const row = calendar.visits.find(v => v.id === id) ?? calendar.loose.find(v => v.id === id);
    if (row) open({ row, slot: slotKey(w), ...(bySkill || !line.key ? {} : { to: line.key }) });
  };
  return (
    <td
      className={`${over ? 'over' : ''} ${line.away(w) ? 'away' : ''}`}
      data-testid={`cell:${line.key || 'nobody'}:${slotKey(w)}`}
      {...(may
        ? {
            onDragOver: (e: DragEvent) => {
              e.preventDefault();
              setOver(true);
            },
            onDragLeave: () => setOver(false),
            onDrop: drop,
          }
        : {})}
    >
      {room && (
        <span className={room.free > 0 ? 'dim s12' : 'tag amber'}>
          {room.free > 0 ? t('visits.room', { free: room.free, all: room.capacity }) : t('visits.full')}
        </span>
      )}
      {!room && line.away(w) && visits.length === 0 && <span className="dim3 s12">{t('visits.off')}</span>}
      {visits.map(v => (
        <Chip key={v.id} visit={v} may={may} open={() => open({ row: v })} />
      ))}
    </td>
  );
}

function Board(props: BoardProps) {
  const { calendar } = props;
  return (
    <table className="visits">
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>
            {t('visits.person')}
          </th>
          {calendar.days.map(day => {
            const n = calendar.windows.filter(w => w.day === day).length;
            return (
              n > 0 && (
                <th key={day} scope="colgroup" colSpan={n} className={day === calendar.today ? 'today' : ''}>
                  {dayText(day)}
                </th>
              )
            );
          })}
        </tr>
        <tr>
          {calendar.windows.map(w => (
            <th key={slotKey(w)} scope="col" className={w.day === calendar.today ? 'today' : ''}>
              {slotName(w.slot)}
              <span className="dim3">{hours(w.from, w.to)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {linesOf(calendar, props.bySkill).map(line => (
          <tr key={line.key} data-testid="visit-line">
            <th scope="row">
              {line.name}
              <span className="dim3">{line.about}</span>
            </th>
            {calendar.windows.map(w => (
              <Cell key={slotKey(w)} {...props} line={line} w={w} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What stands against a person in a window, before it is saved. */
function conflicts(calendar: VisitCalendar, row: TicketRow, slot: string, to: string): string[] {
  const w = calendar.windows.find(x => slotKey(x) === slot);
  const skill = calendar.visits.find(v => v.id === row.id)?.skill;
  const person = calendar.people.find(p => p.id === to);
  if (!w || !to) return [];
  const others = calendar.visits.filter(
    v => v.visitFrom === w.from && v.assignee?.id === to && v.id !== row.id,
  );
  return [
    !w.onDuty.includes(to) && t('visits.problem.off_duty'),
    skill && person && !person.skills.includes(skill) && t('visits.problem.skill'),
    others.length >= calendar.perPerson && t('visits.problem.crowded'),
  ].filter(p => typeof p === 'string');
}

/** Where dragging ends, and what does the same without a mouse. */
function Arrange({ calendar, edit, close }: { calendar: VisitCalendar; edit: Edit; close: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const can = useCan();
  const send = useSend();
  // As it was read last: what others did to it since is no reason to refuse this for ever.
  const row = [...calendar.visits, ...calendar.loose].find(r => r.id === edit.row.id) ?? edit.row;
  const was = row.visitFrom ? calendar.windows.find(w => w.from === row.visitFrom) : undefined;
  const before = was ? slotKey(was) : '';
  const [slot, setSlot] = useState(edit.slot ?? before);
  const [to, setTo] = useState(edit.to ?? row.assignee?.id ?? '');
  const [over, setOver] = useState('');
  const word = useWord(send.fields);
  const slots = useSlots({ community, ticket: row.id });
  const chosen = slots.data?.find(w => slotKey(w) === slot);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const moved = slot !== before;
    const given = to && to !== row.assignee?.id;
    if (!send.fix(moved || given ? {} : { slot: t('visit.slot.missing') })) return;
    const body = {
      ...slotOf(slot),
      ...(given ? { to } : {}),
      ...(over.trim() ? { overbook: over.trim() } : {}),
      ...word.body,
    };
    const made = await send.run(once =>
      data(
        given && !moved
          ? api.POST('/tickets/{id}/dispatch', {
              params: { path: { id: row.id }, header: { ...match(row.version), ...once } },
              body: { to, ...word.body },
            })
          : api.POST('/tickets/{id}/appoint', {
              params: { path: { id: row.id }, header: { ...match(row.version), ...once } },
              body,
            }),
      ),
    );
    void client.invalidateQueries({ queryKey: ['visits'] });
    if (!made) return;
    toast(t('visits.moved', { number: row.number, window: chosen ? slotText(chosen) : '' }));
    void client.invalidateQueries({ queryKey: ['tickets'] });
    close();
  };
  return (
    <form
      className="act-form"
      aria-label={t('visits.edit', { number: row.number })}
      onSubmit={submit}
      noValidate
    >
      <h2 className="sub">{t('visits.edit', { number: row.number })}</h2>
      <p>
        <Link to="/console/tickets/$id" params={{ id: row.id }}>
          {row.title}
        </Link>{' '}
        <span className="dim">{row.place}</span>
      </p>
      <Field label={t('visit.slot')} error={send.fields.slot ?? send.fields.day} required>
        {a => (
          <SlotSelect
            {...a}
            slots={slots.data ?? []}
            value={slot}
            onChange={setSlot}
            none={t('visit.slot.hint')}
          />
        )}
      </Field>
      {can('ticket.overbook') && chosen && chosen.free <= 0 && slot !== before && (
        <Field label={t('visit.over')} error={send.fields.overbook}>
          {a => (
            <input
              {...a}
              className="text"
              maxLength={200}
              value={over}
              onChange={e => setOver(e.target.value)}
            />
          )}
        </Field>
      )}
      <Field label={t('visit.who')} error={send.fields.to}>
        {a => (
          <select {...a} className="pick" value={to} onChange={e => setTo(e.target.value)}>
            <option value="">{row.assignee ? t('visit.who.keep') : t('visits.nobody')}</option>
            {calendar.people.map(p => (
              <option key={p.id} value={p.id}>
                {p.name} · {p.skills.map(skillName).join(' ')}
              </option>
            ))}
          </select>
        )}
      </Field>
      {word.field}
      {conflicts(calendar, row, slot, to).map(text => (
        <p key={text} className="warn" role="status">
          {text}
        </p>
      ))}
      <TroubleNote trouble={send.trouble} />
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </div>
    </form>
  );
}

function Loose({ rows, may, open }: { rows: TicketRow[]; may: boolean; open: (row: TicketRow) => void }) {
  return (
    <>
      <h2 className="sub">{t('visits.loose', { n: rows.length })}</h2>
      {rows.length === 0 && <p className="dim3">{t('visits.loose.none')}</p>}
      {rows.length > 0 && may && <p className="dim3 s12">{t('visits.loose.hint')}</p>}
      <ul className="mini-list">
        {rows.map(row => (
          <li key={row.id}>
            <button
              type="button"
              className="visit-chip"
              data-testid="loose"
              draggable={may}
              onDragStart={e => e.dataTransfer.setData('text/plain', row.id)}
              onClick={() => open(row)}
            >
              <span className="row">
                <GradeBadge grade={row.grade} />
                <b className="cut grow">{row.short || row.place}</b>
              </span>
              <span className="cut">{row.title}</span>
              {row.clock && <ClockCell clock={row.clock} />}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

export function CalendarPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const may = useCan()('ticket.appoint');
  const days = search.view === 'day' ? 1 : 7;
  const bySkill = search.by === 'skill';
  const [edit, setEdit] = useState<Edit>();
  const query = useQuery({
    queryKey: ['visits', 'calendar', community, search.from ?? '', days],
    queryFn: () =>
      data(
        api.GET('/visit-calendar', {
          params: { query: { community, days, ...(search.from ? { from: search.from } : {}) } },
        }),
      ),
    enabled: community !== '',
    placeholderData: old => old,
  });
  const calendar = query.data;
  const set = (part: { from?: string | undefined; view?: string | undefined; by?: string | undefined }) => {
    setEdit(undefined);
    void navigate({ search: { ...search, ...part } });
  };
  const step = (n: number) => calendar && set({ from: addDays(calendar.from, n * days) });
  const toggle = (on: boolean, label: string, act: () => void) => (
    <button type="button" className={`btn ${on ? 'on' : ''}`} aria-pressed={on} onClick={act}>
      {label}
    </button>
  );
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('visits.calendar')}</H1>
        <nav className="row" aria-label={t('visits.days')}>
          <button type="button" className="btn sq" aria-label={t('visits.before')} onClick={() => step(-1)}>
            <Icon name="left" />
          </button>
          <button type="button" className="btn" onClick={() => set({ from: undefined })}>
            {t('visits.today')}
          </button>
          <button type="button" className="btn sq" aria-label={t('visits.after')} onClick={() => step(1)}>
            <Icon name="right" />
          </button>
        </nav>
        <span className="row" role="group" aria-label={t('visits.view')}>
          {toggle(days === 7, t('visits.view.week'), () => set({ view: undefined }))}
          {toggle(days === 1, t('visits.view.day'), () => set({ view: 'day' }))}
        </span>
        <span className="row" role="group" aria-label={t('visits.by')}>
          {toggle(!bySkill, t('visits.by.person'), () => set({ by: undefined }))}
          {toggle(bySkill, t('visits.by.skill'), () => set({ by: 'skill' }))}
        </span>
      </header>
      <Tabs of="visits" />
      <div className="page-body flush visits-body">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <div className="visits-scroll" tabIndex={0} role="region" aria-label={t('visits.calendar')}>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={12} />}
          {calendar && calendar.windows.length === 0 && (
            <Empty action={<Link to="/console/settings/visits">{t('visits.none.go')}</Link>}>
              {t('visits.none')}
            </Empty>
          )}
          {calendar && calendar.windows.length > 0 && (
            <Board calendar={calendar} bySkill={bySkill} may={may} open={setEdit} />
          )}
        </div>
        {calendar && (
          <aside className="visits-side" aria-label={t('visits')}>
            {edit && may && (
              <Arrange
                key={`${edit.row.id}${edit.slot}${edit.to}`}
                calendar={calendar}
                edit={edit}
                close={() => setEdit(undefined)}
              />
            )}
            <Loose rows={calendar.loose} may={may} open={row => setEdit({ row })} />
          </aside>
        )}
      </div>
    </main>
  );
}
