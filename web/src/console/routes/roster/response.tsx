// The response team: who is there, when nobody will be, and who calls whom — to hang on the wall (STA-01a).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { When } from '../../../kit/parts.tsx';
import { dutyHours } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { ResponseCall, ResponseTeam, RosterPerson } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useWeek } from './data.ts';
import './roster.css';

interface Row {
  key: number;
  title: string;
  level: number;
  staffId: string;
  name: string;
  phone: string;
  deputyId: string;
  deputyPhone: string;
}
// Lines that are drawn from the team have their place for a key; drafts outlive the page.
let keys = Date.now();
const fresh = (level: number, key = ++keys): Row => ({
  key,
  title: '',
  level,
  staffId: '',
  name: '',
  phone: '',
  deputyId: '',
  deputyPhone: '',
});
const rowOf = (c: ResponseCall, key: number): Row => ({
  key,
  title: c.title,
  level: c.level,
  staffId: c.staffId ?? '',
  name: c.staffId ? '' : (c.name ?? ''),
  phone: c.phone,
  deputyId: c.deputyId ?? '',
  deputyPhone: c.deputyPhone ?? '',
});

function People(props: {
  a: object;
  value: string;
  people: RosterPerson[];
  none: string;
  set: (v: string) => void;
}) {
  return (
    <select {...props.a} className="pick" value={props.value} onChange={e => props.set(e.target.value)}>
      <option value="">{props.none}</option>
      {props.people.map(p => (
        <option key={p.id} value={p.id}>
          {p.name} {p.position}
        </option>
      ))}
    </select>
  );
}

function Line(props: {
  row: Row;
  at: number;
  people: RosterPerson[];
  fields: Record<string, string>;
  set: (part: Partial<Row>) => void;
  drop: () => void;
}) {
  const { row, at, fields, set } = props;
  const error = (name: string) => fields[`lines[${at}].${name}`];
  const text = (name: 'title' | 'name' | 'phone' | 'deputyPhone') => (
    <Field label={t(`response.${name}`)} error={error(name)}>
      {a => (
        <input
          {...a}
          className="text"
          maxLength={30}
          inputMode={name === 'phone' || name === 'deputyPhone' ? 'tel' : undefined}
          value={row[name]}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <li className="call-edit panel" style={{ marginInlineStart: `${row.level * 24}px` }}>
      <div className="grid-2">
        {text('title')}
        <Field label={t('response.level')} error={error('level')}>
          {a => (
            <select
              {...a}
              className="pick"
              value={row.level}
              onChange={e => set({ level: Number(e.target.value) })}
            >
              {[0, 1, 2, 3, 4].map(n => (
                <option key={n} value={n}>
                  {n === 0 ? t('response.first') : t('response.level_n', { n: n + 1 })}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('response.staff')} error={error('staffId')}>
          {a => (
            <People
              a={a}
              value={row.staffId}
              people={props.people}
              none={t('response.outside')}
              set={staffId => set({ staffId })}
            />
          )}
        </Field>
        {!row.staffId && text('name')}
        {text('phone')}
        <Field label={t('response.deputy')} error={error('deputyId')}>
          {a => (
            <People
              a={a}
              value={row.deputyId}
              people={props.people}
              none={t('response.no_deputy')}
              set={deputyId => set(deputyId ? { deputyId } : { deputyId, deputyPhone: '' })}
            />
          )}
        </Field>
        {row.deputyId && text('deputyPhone')}
      </div>
      <p className="row">
        <button type="button" className="btn quiet" onClick={props.drop}>
          {t('response.drop', { n: at + 1 })}
        </button>
      </p>
    </li>
  );
}

function Editor({ team, people, close }: { team: ResponseTeam; people: RosterPerson[]; close: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [{ rows }, hold, edit] = useEdit<{ rows: Row[] }>(
    { rows: team.lines.length > 0 ? team.lines.map(rowOf) : [fresh(0, 0)] },
    `response-team:${community}`,
  );
  const setRows = (next: (old: Row[]) => Row[]) => hold(old => ({ rows: next(old.rows) }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once =>
      data(
        api.PUT('/response-team', {
          params: { query: { community }, header: { ...match(team.version), ...once } },
          body: {
            lines: rows.map(r => ({
              title: r.title,
              level: r.level,
              phone: r.phone,
              ...(r.staffId ? { staffId: r.staffId } : { name: r.name }),
              ...(r.deputyId ? { deputyId: r.deputyId, deputyPhone: r.deputyPhone } : {}),
            })),
          },
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    toast(t('response.saved'));
    await client.invalidateQueries({ queryKey: ['roster'] });
    close();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('response.edit')}>
      <NewerNote of={edit.newer.rows} />
      <ul className="stack">
        {rows.map((row, i) => (
          <Line
            key={row.key}
            row={row}
            at={i}
            people={people}
            fields={send.fields}
            set={part => setRows(old => old.map(r => (r.key === row.key ? { ...r, ...part } : r)))}
            drop={() => setRows(old => old.filter(r => r.key !== row.key))}
          />
        ))}
      </ul>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button
          type="button"
          className="btn"
          disabled={rows.length >= 60}
          onClick={() => setRows(old => [...old, fresh(old.at(-1)?.level ?? 0)])}
        >
          <Icon name="plus" size="s" /> {t('response.add')}
        </button>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'response.save')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

function Tree({ team }: { team: ResponseTeam }) {
  return (
    <table className="grid calls">
      <thead>
        <tr>
          <th>{t('response.title')}</th>
          <th>{t('response.who')}</th>
          <th className="num">{t('response.phone')}</th>
          <th>{t('response.deputy')}</th>
        </tr>
      </thead>
      <tbody>
        {team.lines.map((c, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the order is what the tree is
          <tr key={i} data-testid="call">
            <td style={{ paddingInlineStart: `${8 + c.level * 24}px` }}>
              {c.level > 0 && <span aria-hidden="true">└ </span>}
              {c.title}
            </td>
            <td>
              {c.name}
              {c.staffId && team.gone?.includes(c.staffId) && (
                <span className="tag amber">{t('response.gone')}</span>
              )}
            </td>
            <td className="num">
              <a href={`tel:${c.phone.replace(/[^+\d]/g, '')}`}>{c.phone}</a>
            </td>
            <td>
              {c.deputyName} <span className="num">{c.deputyPhone}</span>
              {c.deputyId && team.gone?.includes(c.deputyId) && (
                <span className="tag amber">{t('response.gone')}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ResponsePage() {
  const community = useCommunity();
  const may = useCan()('roster.plan');
  const [edit, setEdit] = useState(false);
  const week = useWeek();
  const query = useQuery({
    queryKey: ['roster', 'response', community],
    queryFn: () => data(api.GET('/response-team', { params: { query: { community } } })),
    enabled: community !== '',
  });
  const team = query.data;
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('response.team')}</H1>
        <span className="grow" />
        {team && team.lines.length > 0 && !edit && (
          <button type="button" className="btn no-print" onClick={() => window.print()}>
            {t('do.print')}
          </button>
        )}
        {may && team && !edit && (
          <button type="button" className="btn go no-print" onClick={() => setEdit(true)}>
            {t('response.edit')}
          </button>
        )}
      </header>
      <Tabs of="roster" />
      <div className="page-body stack">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {team && (
          <section className="stack no-print" aria-label={t('response.now')}>
            <h2>{t('response.now')}</h2>
            {team.now.length === 0 ? (
              <p>
                <span className="tag amber">{t('response.nobody')}</span>
              </p>
            ) : (
              <ul className="row wrap">
                {team.now.map(d => (
                  <li key={d.id}>
                    <b>{d.staffName}</b> <span className="dim">{dutyHours(d)}</span>
                  </li>
                ))}
              </ul>
            )}
            {team.gaps.length === 0 ? (
              <p className="dim">{t('response.full')}</p>
            ) : (
              <details>
                <summary>
                  <span className="tag amber">{t('response.gaps', { n: team.gaps.length })}</span>
                </summary>
                <ul>
                  {team.gaps.map(g => (
                    <li key={g.from}>
                      {exact(g.from)} – {exact(g.to)}
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </section>
        )}
        {team && edit && <Editor team={team} people={week.data?.people ?? []} close={() => setEdit(false)} />}
        {team && !edit && team.lines.length === 0 && <Empty>{t('response.none')}</Empty>}
        {team && !edit && team.lines.length > 0 && (
          <section className="stack" aria-label={t('response.tree')}>
            <h2>{t('response.tree')}</h2>
            <Tree team={team} />
            {team.at && (
              <p className="dim">
                {team.by} · <When at={team.at} />
              </p>
            )}
          </section>
        )}
      </div>
    </main>
  );
}
