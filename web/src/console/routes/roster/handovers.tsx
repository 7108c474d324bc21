// What one shift hands to the next (STA-02): written and confirmed by who goes, confirmed by who comes.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { GradeBadge, When } from '../../../kit/parts.tsx';
import { addDays } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import { useSession } from '../../../kit/session.ts';
import type { RosterHandover, RosterPost } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { today } from '../customers/data.ts';
import { posts } from './data.ts';
import './roster.css';

const route = getRouteApi('/console/shift-handovers');

interface Draft {
  post: RosterPost | '';
  inId: string;
  items: string;
  keys: string;
  cash: string;
  events: string;
}
const empty: Draft = { post: '', inId: '', items: '', keys: '', cash: '', events: '' };

function Matters({ matters, total }: { matters: RosterHandover['content']['matters']; total: number }) {
  return (
    <details>
      <summary>{t('shift_handover.matters', { n: total })}</summary>
      <ul>
        {matters.map(m => (
          <li key={m.id} className="row">
            <GradeBadge grade={m.grade as 'A' | 'B' | 'C'} />
            <span className="cut">
              {m.number} {m.title} {m.place} {m.assignee ?? t('shift_handover.nobody')}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Writes a handover, or corrects one that came back. */
function Form({ old, close }: { old: RosterHandover | undefined; close: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [draft, set, edit] = useEdit<Draft>(
    old
      ? {
          post: old.post,
          inId: old.inId,
          items: old.content.items.join('\n'),
          keys: old.content.keys,
          cash: old.content.cash,
          events: old.content.events,
        }
      : empty,
    `shift-handover:${old?.id ?? community}`,
  );
  const start = useQuery({
    queryKey: ['shift-handovers', 'start', community, draft.post],
    queryFn: () =>
      data(
        api.GET('/shift-handover-start', {
          params: { query: { community, ...(draft.post ? { post: draft.post } : {}) } },
        }),
      ),
    placeholderData: was => was,
  });
  const s = start.data;
  const post = draft.post || s?.post || 'service';
  const inId = draft.inId || s?.nextId || '';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(inId ? {} : { inId: t('form.missing') })) return;
    const body = {
      post,
      inId,
      items: draft.items
        .split('\n')
        .map(x => x.trim())
        .filter(Boolean),
      keys: draft.keys,
      events: draft.events,
      ...(draft.cash.trim() ? { cash: draft.cash.trim() } : {}),
      ...(old ? { shift: old.shift } : s?.shift ? { shift: s.shift } : {}),
    };
    const made = await send.run(once =>
      old
        ? data(
            api.PUT('/shift-handovers/{id}', {
              params: { path: { id: old.id }, header: match(old.version) },
              body,
            }),
          )
        : data(api.POST('/shift-handovers', { params: { header: once }, body: { ...body, community } })),
    );
    if (!made) return;
    edit.saved();
    toast(t('shift_handover.given', { name: made.inName }));
    await client.invalidateQueries({ queryKey: ['shift-handovers'] });
    close();
  };
  const words = (name: 'items' | 'keys' | 'events', hint?: string) => (
    <Field
      label={t(`shift_handover.${name}`)}
      error={send.fields[name] ?? send.fields[`${name}[0]`]}
      newer={edit.newer[name]}
      hint={hint}
    >
      {a => (
        <Input.TextArea
          {...a}
          autoSize={{ minRows: 2, maxRows: 8 }}
          value={draft[name]}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form className="staff-form panel" onSubmit={submit} noValidate aria-label={t('shift_handover.form')}>
      <ErrorNote query={start} />
      {start.isPending && <Skeleton rows={4} />}
      {s && (
        <>
          <div className="grid-2">
            <Field label={t('roster.post')}>
              {a => (
                <select
                  {...a}
                  className="pick"
                  value={post}
                  onChange={e => set({ post: posts.find(p => p === e.target.value) ?? 'other', inId: '' })}
                >
                  {posts.map(p => (
                    <option key={p} value={p}>
                      {t(`roster.post.${p}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={t('shift_handover.to')} error={send.fields.inId} newer={edit.newer.inId}>
              {a => (
                <select {...a} className="pick" value={inId} onChange={e => set({ inId: e.target.value })}>
                  <option value="">{t('shift_handover.choose')}</option>
                  {s.people.map(p => (
                    <option key={p.id} value={p.id}>
                      {p.name} {p.position}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <Matters matters={s.matters} total={s.openCount} />
          {words('items', t('shift_handover.items.hint'))}
          {words('keys')}
          <Field label={t('shift_handover.cash')} error={send.fields.cash} newer={edit.newer.cash}>
            {a => (
              <Input
                {...a}
                inputMode="decimal"
                value={draft.cash}
                onChange={e => set({ cash: e.target.value })}
              />
            )}
          </Field>
          {words('events')}
        </>
      )}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy || !s}>
          {t(send.busy ? 'form.saving' : 'shift_handover.give')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

function Take({ h }: { h: RosterHandover }) {
  const client = useQueryClient();
  const send = useSend();
  const [remark, setRemark] = useState('');
  const answer = async (yes: boolean) => {
    if (!send.fix(!yes && !remark.trim() ? { remark: t('form.missing') } : {})) return;
    const done = await send.run(once => {
      const params = { path: { id: h.id }, header: { ...match(h.version), ...once } };
      const body = remark.trim() ? { remark: remark.trim() } : {};
      return yes
        ? data(api.POST('/shift-handovers/{id}/take', { params, body }))
        : data(api.POST('/shift-handovers/{id}/object', { params, body }));
    });
    if (!done) return;
    toast(t(yes ? 'shift_handover.took' : 'shift_handover.objected'));
    void client.invalidateQueries({ queryKey: ['shift-handovers'] });
  };
  return (
    <div className="stack">
      <Field label={t('shift_handover.remark')} error={send.fields.remark}>
        {a => <Input {...a} value={remark} maxLength={500} onChange={e => setRemark(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="button" className="btn go" disabled={send.busy} onClick={() => void answer(true)}>
          {t('shift_handover.take')}
        </button>
        <button type="button" className="btn" disabled={send.busy} onClick={() => void answer(false)}>
          {t('shift_handover.object')}
        </button>
      </p>
    </div>
  );
}

function Card({ h }: { h: RosterHandover }) {
  const me = useSession().account.id;
  const [edit, setEdit] = useState(false);
  const lines = (
    [
      ['items', h.content.items.join(t('parts.join'))],
      ['keys', h.content.keys],
      ['cash', h.content.cash === '0.00' ? '' : h.content.cash],
      ['events', h.content.events],
    ] as const
  ).filter(([, text]) => text);
  return (
    <article className="handover-card stack" data-testid="handover-card">
      <p className="row wrap">
        <b>
          {t(`roster.post.${h.post}`)} {h.shift}
        </b>
        <span className={h.state === 'taken' ? 'tag green' : 'tag amber'}>
          {t(`roster.handover.${h.state}`)}
        </span>
      </p>
      <p>
        {t('shift_handover.out', { name: h.outName })} <When at={h.outAt} />
        {'　'}
        {t('shift_handover.in', { name: h.inName })}{' '}
        {h.inAt ? <When at={h.inAt} /> : t('shift_handover.not_yet')}
      </p>
      <Matters matters={h.content.matters} total={h.openCount} />
      <dl className="facts tall">
        {lines.map(([name, text]) => (
          <div key={name}>
            <dt>{t(`shift_handover.${name}`)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        {h.remark && (
          <div>
            <dt>{t('shift_handover.remark')}</dt>
            <dd>{h.remark}</dd>
          </div>
        )}
      </dl>
      {h.state === 'given' && h.inId === me && <Take h={h} />}
      {h.state !== 'taken' && h.outId === me && !edit && (
        <p>
          <button type="button" className="btn" onClick={() => setEdit(true)}>
            {t('shift_handover.correct')}
          </button>
        </p>
      )}
      {edit && <Form old={h} close={() => setEdit(false)} />}
    </article>
  );
}

export function ShiftHandoversPage() {
  const { day } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const [writing, setWriting] = useState(false);
  const shown = day ?? today();
  const go = (to: string) => void navigate({ search: { day: to === today() ? undefined : to } });
  const query = useQuery({
    queryKey: ['shift-handovers', 'day', community, day ?? ''],
    queryFn: () =>
      data(api.GET('/shift-handovers', { params: { query: day ? { community, day } : { community } } })),
  });
  const rows = query.data?.items ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('shift_handover.title')}</H1>
        <input
          type="date"
          className="text"
          aria-label={t('roster.day')}
          value={shown}
          onChange={e => e.target.value && go(e.target.value)}
        />
        <button
          type="button"
          className="btn sq"
          aria-label={t('shift_handover.before')}
          onClick={() => go(addDays(shown, -1))}
        >
          <Icon name="left" />
        </button>
        <button
          type="button"
          className="btn sq"
          aria-label={t('shift_handover.after')}
          onClick={() => go(addDays(shown, 1))}
        >
          <Icon name="right" />
        </button>
        <span className="grow" />
        {!writing && (
          <button type="button" className="btn go" onClick={() => setWriting(true)}>
            {t('shift_handover.write')}
          </button>
        )}
      </header>
      <Tabs of="roster" />
      <div className="page-body flush">
        {writing && <Form old={undefined} close={() => setWriting(false)} />}
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data && rows.length === 0 && <Empty>{t('shift_handover.none')}</Empty>}
        {rows.map(h => (
          <Card key={h.id} h={h} />
        ))}
      </div>
    </main>
  );
}
