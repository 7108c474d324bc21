// Staffing plans: who is there, who is needed, and what the property manager says (STA-01c).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { RosterPost, StaffingHeads, StaffingLine, StaffingPlan } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { posts } from '../roster/data.ts';
import { Candidates } from './candidates.tsx';

const route = getRouteApi('/console/staffing');

export function usePlans() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['staffing', 'plans', community],
    queryFn: () => data(api.GET('/staffing-plans', { params: { query: { community } } })),
    enabled: community !== '',
  });
}

interface Row {
  key: number;
  post: RosterPost;
  position: string;
  filled: string;
  needed: string;
  qualities: string;
  reason: string;
}
// Lines that are drawn from the plan have their place for a key; drafts outlive the page.
let keys = Date.now();
const rowOf = (l: StaffingLine, key: number): Row => ({
  key,
  post: l.post,
  position: l.position,
  filled: String(l.filled),
  needed: String(l.needed),
  qualities: l.qualities,
  reason: l.reason ?? '',
});
/** Posts that have fewer people than an ordinary week takes. */
const proposed = (needs: StaffingHeads[]): Row[] =>
  needs
    .filter(n => n.needed > n.filled)
    .map((n, key) => ({
      key,
      post: n.post,
      position: t(`roster.post.${n.post}`),
      filled: String(n.filled),
      needed: String(n.needed),
      qualities: '',
      reason: t('staffing.by_load', { hours: n.hours }),
    }));

function Needs({ needs }: { needs: StaffingHeads[] }) {
  if (needs.length === 0) return null;
  return (
    <section className="stack" aria-label={t('staffing.needs')}>
      <h2 className="sub">{t('staffing.needs')}</h2>
      <table className="grid">
        <thead>
          <tr>
            <th>{t('roster.post')}</th>
            <th className="num">{t('staffing.filled')}</th>
            <th className="num">{t('staffing.hours')}</th>
            <th className="num">{t('staffing.needed')}</th>
          </tr>
        </thead>
        <tbody>
          {needs.map(n => (
            <tr key={n.post}>
              <td>{t(`roster.post.${n.post}`)}</td>
              <td className="num">{n.filled}</td>
              <td className="num">{n.hours}</td>
              <td className="num">
                {n.needed > n.filled ? <span className="tag amber">{n.needed}</span> : n.needed}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim">{t('staffing.needs.how')}</p>
    </section>
  );
}

function LineForm(props: {
  row: Row;
  at: number;
  fields: Record<string, string>;
  set: (part: Partial<Row>) => void;
  drop: () => void;
}) {
  const { row, at, fields, set } = props;
  const text = (name: 'position' | 'filled' | 'needed' | 'qualities' | 'reason', whole = false) => (
    <Field label={t(`staffing.${name}`)} error={fields[`lines[${at}].${name}`]}>
      {a => (
        <input
          {...a}
          className="text"
          inputMode={whole ? 'numeric' : undefined}
          value={row[name]}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <li className="panel stack">
      <div className="grid-2">
        <Field label={t('roster.post')}>
          {a => (
            <select
              {...a}
              className="pick"
              value={row.post}
              onChange={e => set({ post: posts.find(p => p === e.target.value) ?? 'other' })}
            >
              {posts.map(p => (
                <option key={p} value={p}>
                  {t(`roster.post.${p}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {text('position')}
        {text('filled', true)}
        {text('needed', true)}
        {text('qualities')}
        {text('reason')}
      </div>
      <p>
        <button type="button" className="btn quiet" onClick={props.drop}>
          {t('staffing.drop', { n: at + 1 })}
        </button>
      </p>
    </li>
  );
}

function PlanForm(props: { plan: StaffingPlan | undefined; needs: StaffingHeads[]; close: () => void }) {
  const { plan, needs, close } = props;
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [v, setV, edit] = useEdit(
    {
      title: plan?.title ?? '',
      from: plan?.from ?? '',
      to: plan?.to ?? '',
      reason: plan?.reason ?? '',
      rows: plan ? plan.lines.map(rowOf) : proposed(needs),
    },
    `staffing:${plan?.id ?? community}`,
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!v.from) wrong.from = t('form.missing');
    if (!v.to) wrong.to = t('form.missing');
    v.rows.forEach((r, i) => {
      for (const name of ['filled', 'needed'] as const)
        if (!/^\d{1,3}$/.test(r[name].trim())) wrong[`lines[${i}].${name}`] = t('attendance.whole');
    });
    if (!send.fix(wrong)) return;
    const body = {
      title: v.title,
      from: v.from,
      to: v.to,
      reason: v.reason,
      lines: v.rows.map(r => ({
        post: r.post,
        position: r.position,
        filled: Number(r.filled),
        needed: Number(r.needed),
        qualities: r.qualities,
        ...(r.reason.trim() ? { reason: r.reason } : {}),
      })),
    };
    const made = await send.run(once =>
      plan
        ? data(
            api.PUT('/staffing-plans/{id}', {
              params: { path: { id: plan.id }, header: { ...match(plan.version), ...once } },
              body,
            }),
          )
        : data(api.POST('/staffing-plans', { params: { header: once }, body: { ...body, community } })),
    );
    if (!made) return;
    edit.saved();
    toast(t('staffing.saved'));
    await client.invalidateQueries({ queryKey: ['staffing'] });
    close();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('staffing.form')}>
      <div className="grid-2">
        <Field label={t('staffing.title_of')} error={send.fields.title} newer={edit.newer.title}>
          {a => (
            <input
              {...a}
              className="text"
              maxLength={40}
              value={v.title}
              onChange={e => setV({ title: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('staffing.why')} error={send.fields.reason} newer={edit.newer.reason}>
          {a => (
            <input
              {...a}
              className="text"
              maxLength={500}
              value={v.reason}
              onChange={e => setV({ reason: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('staffing.from')} error={send.fields.from} newer={edit.newer.from}>
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={v.from}
              onChange={e => setV({ from: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('staffing.to')} error={send.fields.to} newer={edit.newer.to}>
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={v.to}
              onChange={e => setV({ to: e.target.value })}
            />
          )}
        </Field>
      </div>
      <NewerNote of={edit.newer.rows} />
      <ul className="stack">
        {v.rows.map((row, i) => (
          <LineForm
            key={row.key}
            row={row}
            at={i}
            fields={send.fields}
            set={part =>
              setV(old => ({
                ...old,
                rows: old.rows.map(r => (r.key === row.key ? { ...r, ...part } : r)),
              }))
            }
            drop={() => setV(old => ({ ...old, rows: old.rows.filter(r => r.key !== row.key) }))}
          />
        ))}
      </ul>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button
          type="button"
          className="btn"
          disabled={v.rows.length >= 30}
          onClick={() =>
            setV(old => ({
              ...old,
              rows: [
                ...old.rows,
                rowOf({ post: 'service', position: '', filled: 0, needed: 1, qualities: '' }, ++keys),
              ],
            }))
          }
        >
          {t('staffing.add_line')}
        </button>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'staffing.save')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

/** 水暖工 2 → 3 */
const needOf = (l: StaffingLine): string => `${l.position} ${l.filled} → ${l.needed}`;

function Shown({ plan, edit }: { plan: StaffingPlan; edit: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const submit = async () => {
    const done = await send.run(once =>
      data(
        api.POST('/staffing-plans/{id}/submit', {
          params: { path: { id: plan.id }, header: { ...match(plan.version), ...once } },
        }),
      ),
    );
    if (!done) return;
    toast(t('staffing.sent'));
    await client.invalidateQueries({ queryKey: ['staffing'] });
  };
  const mine = plan.state === 'draft' || plan.state === 'returned';
  return (
    <article className="stack">
      <p className="row wrap">
        <span className="dim">
          {plan.by} · <When at={plan.at} />
        </span>
      </p>
      <p>{plan.reason}</p>
      {plan.decision && (
        <p>
          {plan.decidedBy}
          {t('said.colon')}
          <q>{plan.decision}</q>
        </p>
      )}
      <table className="grid">
        <thead>
          <tr>
            <th>{t('staffing.position')}</th>
            <th className="num">{t('staffing.filled')}</th>
            <th className="num">{t('staffing.needed')}</th>
            <th>{t('staffing.qualities')}</th>
            <th>{t('staffing.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {plan.lines.map((l, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: candidates name a line by its place
            <tr key={i}>
              <td>
                {l.position} <span className="dim">{t(`roster.post.${l.post}`)}</span>
              </td>
              <td className="num">{l.filled}</td>
              <td className="num">{l.needed}</td>
              <td>{l.qualities}</td>
              <td>{l.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <TroubleNote trouble={send.trouble} />
      {mine && (
        <p className="row">
          <button type="button" className="btn go" disabled={send.busy} onClick={() => void submit()}>
            {t('staffing.submit')}
          </button>
          <button type="button" className="btn" onClick={edit}>
            {t('staffing.edit')}
          </button>
        </p>
      )}
    </article>
  );
}

export function StaffingPage() {
  const { plan: chosen } = route.useSearch();
  const [edit, setEdit] = useState<'new' | 'plan'>();
  const community = useCommunity();
  const query = usePlans();
  const all = query.data;
  const plan = all?.items.find(p => p.id === chosen);
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('staffing.title')}</H1>
        <span className="grow" />
        {(all?.items.length ?? 0) > 0 && (
          <a
            className="btn"
            href={`${base}/staffing-plans/export.xlsx?${new URLSearchParams({ community })}`}
            download
          >
            {t('list.export')}
          </a>
        )}
        {!edit && (
          <button type="button" className="btn go" disabled={!all} onClick={() => setEdit('new')}>
            {t('staffing.new')}
          </button>
        )}
      </header>
      <Tabs of="roster" />
      <div className="page-body stack">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {all && edit && (
          <PlanForm
            key={edit === 'plan' ? plan?.id : 'new'}
            plan={edit === 'plan' ? plan : undefined}
            needs={all.needs}
            close={() => setEdit(undefined)}
          />
        )}
        {all && !edit && <Needs needs={all.needs} />}
        {all && !edit && all.items.length === 0 && <Empty>{t('staffing.none')}</Empty>}
        {all && !edit && (
          <ul className="stack">
            {all.items.map(p => (
              <li key={p.id} data-testid="staffing-plan">
                <Link
                  to="/console/staffing"
                  search={p.id === chosen ? {} : { plan: p.id }}
                  className="b"
                  aria-expanded={p.id === chosen}
                >
                  {p.title}
                </Link>{' '}
                <span className={p.state === 'approved' ? 'tag green' : 'tag amber'}>
                  {t(`staffing.state.${p.state}`)}
                </span>{' '}
                <span className="dim">
                  {p.from} – {p.to} · {p.lines.map(needOf).join(t('list.join'))}
                </span>
                {p.id === chosen && (
                  <>
                    <Shown plan={p} edit={() => setEdit('plan')} />
                    {p.state === 'approved' && <Candidates plan={p} profile={all.profile} />}
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </main>
  );
}
