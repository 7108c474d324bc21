// Handing a shift over on the phone: what is open comes by itself, the rest is written (STA-02).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data, match } from '../kit/client.ts';
import { useEdit } from '../kit/edit.ts';
import { explain } from '../kit/explain.ts';
import { NewerLine } from '../kit/newer.tsx';
import { Field, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { useSession } from '../kit/session.ts';
import type { RosterHandover } from '../kit/types.ts';
import { t } from './words/index.ts';

const empty = { inId: '', items: '', keys: '', cash: '', events: '' };

function Write({ old, close }: { old: RosterHandover | undefined; close: () => void }) {
  const client = useQueryClient();
  const community = useSession().communities[0]?.id ?? '';
  const send = useSend();
  const [v, set, edit] = useEdit<typeof empty>(
    old
      ? {
          inId: old.inId,
          items: old.content.items.join('\n'),
          keys: old.content.keys,
          cash: old.content.cash,
          events: old.content.events,
        }
      : empty,
    `m-shift-handover:${old?.id ?? community}`,
  );
  const start = useQuery({
    queryKey: ['shift-handovers', 'start', community],
    queryFn: () => data(api.GET('/shift-handover-start', { params: { query: { community } } })),
  });
  const s = start.data;
  const inId = v.inId || s?.nextId || '';
  const submit = async () => {
    if (!s || !send.fix(inId ? {} : { inId: t('shift_handover.who') })) return;
    const body = {
      post: old?.post ?? s.post,
      inId,
      items: v.items
        .split('\n')
        .map(x => x.trim())
        .filter(Boolean),
      keys: v.keys,
      events: v.events,
      ...(v.cash.trim() ? { cash: v.cash.trim() } : {}),
      ...(old ? { shift: old.shift } : s.shift ? { shift: s.shift } : {}),
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
    await client.invalidateQueries({ queryKey: ['shift-handovers'] });
    close();
  };
  const words = (name: 'items' | 'keys' | 'events') => (
    <Field label={t(`shift_handover.${name}`)} error={send.fields[name]}>
      {a => (
        <>
          <textarea
            {...a}
            className="in"
            rows={2}
            value={v[name]}
            onChange={e => set({ [name]: e.target.value })}
          />
          <NewerLine of={edit.newer[name]} />
        </>
      )}
    </Field>
  );
  return (
    <form
      className="cta sheet"
      aria-label={t('shift_handover.write')}
      noValidate
      onSubmit={e => {
        e.preventDefault();
        void submit();
      }}
    >
      <h2>{t('shift_handover.write')}</h2>
      {start.isPending && <Skeleton />}
      {start.isError && (
        <p className="trouble" role="alert">
          {explain(start.error)}
        </p>
      )}
      {s && (
        <>
          <p className="dim s14">
            {t('shift_handover.matters', { n: s.openCount })}
            {s.matters.slice(0, 3).map(m => (
              <span key={m.id} className="block cut">
                {m.grade} {m.title} {m.place}
              </span>
            ))}
          </p>
          <Field label={t('shift_handover.to')} error={send.fields.inId}>
            {a => (
              <select {...a} className="in" value={inId} onChange={e => set({ inId: e.target.value })}>
                <option value="">{t('duties.ask.choose')}</option>
                {s.people.map(p => (
                  <option key={p.id} value={p.id}>
                    {p.name} {p.position}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </>
      )}
      {words('items')}
      {words('keys')}
      <Field label={t('shift_handover.cash')} error={send.fields.cash}>
        {a => (
          <input
            {...a}
            className="in"
            inputMode="decimal"
            value={v.cash}
            onChange={e => set({ cash: e.target.value })}
          />
        )}
      </Field>
      {words('events')}
      <TroubleNote trouble={send.trouble} />
      <div className="two-btn">
        <button type="button" className="pbtn" onClick={close}>
          {t('form.back')}
        </button>
        <button type="submit" className="pbtn go" disabled={send.busy || !s}>
          {t(send.busy ? 'form.saving' : 'shift_handover.give')}
        </button>
      </div>
    </form>
  );
}

function Waiting({ h }: { h: RosterHandover }) {
  const client = useQueryClient();
  const send = useSend();
  const me = useSession().account.id;
  const [remark, setRemark] = useState('');
  const [edit, setEdit] = useState(false);
  const answer = async (yes: boolean) => {
    if (!send.fix(!yes && !remark.trim() ? { remark: t('shift_handover.object.why') } : {})) return;
    const done = await send.run(once => {
      const params = { path: { id: h.id }, header: { ...match(h.version), ...once } };
      const body = remark.trim() ? { remark: remark.trim() } : {};
      return yes
        ? data(api.POST('/shift-handovers/{id}/take', { params, body }))
        : data(api.POST('/shift-handovers/{id}/object', { params, body }));
    });
    if (!done) return;
    setRemark('');
    await client.invalidateQueries({ queryKey: ['shift-handovers'] });
  };
  const lines = (
    [
      ['items', h.content.items.join(t('parts.join'))],
      ['keys', h.content.keys],
      ['cash', h.content.cash === '0.00' ? '' : h.content.cash],
      ['events', h.content.events],
    ] as const
  ).filter(([, text]) => text);
  return (
    <li className="sect stack" data-testid="handover">
      <p>
        <b>
          {h.outId === me
            ? t('shift_handover.back', { name: h.inName })
            : t('shift_handover.from', { name: h.outName, shift: h.shift })}
        </b>
        <span className="s14 dim block">{t('shift_handover.matters', { n: h.openCount })}</span>
      </p>
      <dl className="lines">
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
      {h.outId === me ? (
        <button type="button" className="pbtn" onClick={() => setEdit(true)}>
          {t('shift_handover.correct')}
        </button>
      ) : (
        <>
          <Field label={t('shift_handover.remark')} error={send.fields.remark}>
            {a => (
              <input
                {...a}
                className="in"
                maxLength={500}
                value={remark}
                onChange={e => setRemark(e.target.value)}
              />
            )}
          </Field>
          <TroubleNote trouble={send.trouble} />
          <div className="two-btn">
            <button type="button" className="pbtn" disabled={send.busy} onClick={() => void answer(false)}>
              {t('shift_handover.object')}
            </button>
            <button type="button" className="pbtn go" disabled={send.busy} onClick={() => void answer(true)}>
              {t('shift_handover.take')}
            </button>
          </div>
        </>
      )}
      {edit && <Write old={h} close={() => setEdit(false)} />}
    </li>
  );
}

export function Handovers() {
  const session = useSession();
  const community = session.communities[0]?.id ?? '';
  const may = session.permissions.includes('roster.handover');
  const [writing, setWriting] = useState(false);
  const query = useQuery({
    queryKey: ['shift-handovers', 'waiting', community],
    queryFn: () => data(api.GET('/shift-handovers-waiting', { params: { query: { community } } })),
    enabled: may && community !== '',
  });
  if (!may) return null;
  return (
    <section aria-label={t('shift_handover.title')}>
      <h2 className="grp">
        <span>{t('shift_handover.title')}</span>
      </h2>
      {query.isError && (
        <p className="trouble" role="alert">
          {explain(query.error)}
        </p>
      )}
      <ul>
        {query.data?.items.map(h => (
          <Waiting key={h.id} h={h} />
        ))}
      </ul>
      <div className="sect">
        <button type="button" className="pbtn" onClick={() => setWriting(true)}>
          {t('shift_handover.write')}
        </button>
      </div>
      {writing && <Write old={undefined} close={() => setWriting(false)} />}
    </section>
  );
}
