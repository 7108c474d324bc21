// The hand-over of one room: appointment, checklist, keys, meters, papers, the end.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { Handover } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { PersonOf } from '../parking/people.tsx';
import { RoomState } from './board.tsx';
import { Papers } from './papers.tsx';
import { RecordForm } from './record.tsx';
import '../housing/housing.css';

const route = getRouteApi('/console/housing/handover/$id');

function useRefresh() {
  const client = useQueryClient();
  return async () => {
    for (const key of ['handover', 'housing']) await client.invalidateQueries({ queryKey: [key] });
  };
}

function Appoint({ one }: { one: Handover }) {
  const send = useSend();
  const refresh = useRefresh();
  const [{ day, slot, customerId }, set, edit] = useEdit({
    day: one.appointedOn ?? '',
    slot: one.slot ?? '09:00',
    customerId: one.customerId ?? '',
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(day ? {} : { day: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/handovers/{id}/appoint', {
          params: { path: { id: one.id }, header: { ...match(one.version), ...once } },
          body: { day, slot, ...(customerId ? { customerId } : {}) },
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    toast(t('handover.appointed', { day: `${made.appointedOn ?? ''} ${made.slot ?? ''}` }));
    await refresh();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <h2 className="sub">{t('handover.appoint')}</h2>
      <div className="quad">
        <Field label={t('handover.day')} error={send.fields.day} newer={edit.newer.day} required>
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={day}
              onChange={e => set({ day: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('handover.slot')} error={send.fields.slot} newer={edit.newer.slot} required>
          {a => (
            <input
              {...a}
              type="time"
              className="text"
              value={slot}
              onChange={e => set({ slot: e.target.value })}
            />
          )}
        </Field>
        <PersonOf
          label={t('handover.receiver')}
          room={one.room.short}
          value={customerId}
          shown={one.receiver}
          onChange={value => set({ customerId: value })}
          error={send.fields.customerId}
          newer={edit.newer.customerId}
        />
      </div>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className={one.state === 'appointed' ? 'btn' : 'btn go'} disabled={send.busy}>
          {t(one.state === 'appointed' ? 'handover.move' : 'handover.appoint')}
        </button>
      </p>
    </form>
  );
}

function End({ one }: { one: Handover }) {
  const send = useSend();
  const refresh = useRefresh();
  const [feeFrom, setFeeFrom] = useState('');
  const [why, setWhy] = useState('');
  const [refusing, setRefusing] = useState(false);
  const header = (once: { 'Idempotency-Key': string }) => ({
    path: { id: one.id },
    header: { ...match(one.version), ...once },
  });
  const finish = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/handovers/{id}/finish', {
          params: header(once),
          body: { state: 'vacant', ...(feeFrom ? { feeFrom } : {}) },
        }),
      ),
    );
    if (!made) return;
    toast(t('handover.finished', { room: made.room.label }));
    await refresh();
  };
  const refuse = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(why.trim() ? {} : { why: t('form.reason.missing') })) return;
    const made = await send.run(once =>
      data(api.POST('/handovers/{id}/refuse', { params: header(once), body: { why: why.trim() } })),
    );
    if (!made) return;
    toast(t('handover.refused'));
    await refresh();
  };
  return (
    <section className="stack" aria-label={t('handover.end')}>
      <h2 className="sub">{t('handover.end')}</h2>
      {one.state === 'appointed' && (
        <p className="dim">{t('handover.left', { n: one.items.filter(i => !i.result).length })}</p>
      )}
      {one.state === 'inspected' && (
        <div className="row">
          <Field
            label={t('handover.fee_from')}
            error={send.fields.feeFrom}
            hint={t('handover.fee_from.hint')}
          >
            {a => (
              <input
                {...a}
                type="date"
                className="text"
                value={feeFrom}
                onChange={e => setFeeFrom(e.target.value)}
              />
            )}
          </Field>
          <button type="button" className="btn go" disabled={send.busy} onClick={() => void finish()}>
            {t('handover.finish')}
          </button>
        </div>
      )}
      {refusing ? (
        <form className="row" onSubmit={refuse} noValidate>
          <Field label={t('handover.refuse.why')} error={send.fields.why} required>
            {a => <Input {...a} value={why} onChange={e => setWhy(e.target.value)} />}
          </Field>
          <button type="submit" className="btn" disabled={send.busy}>
            {t('handover.refuse')}
          </button>
        </form>
      ) : (
        <p>
          <button type="button" className="btn quiet" onClick={() => setRefusing(true)}>
            {t('handover.refuse')}
          </button>
        </p>
      )}
      <TroubleNote trouble={send.trouble} />
    </section>
  );
}

export function HandoverPage() {
  const { id } = route.useParams();
  const can = useCan();
  const query = useQuery({
    queryKey: ['handover', 'one', id],
    queryFn: () => data(api.GET('/handovers/{id}', { params: { path: { id } } })),
  });
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  const one = query.data;
  if (!one)
    return (
      <main id="main" className="page">
        <H1 className="quiet-reading">{t('housing.handover')}</H1>
        <PageSkeleton />
      </main>
    );
  const may = can('handover.edit');
  const running = one.state === 'appointed' || one.state === 'inspected';
  return (
    <main id="main" className="page">
      <header className="page-head">
        <Link to="/console/housing/handover" search={{}} className="dim">
          {t('housing.handover')}
        </Link>
        <H1>{one.room.label}</H1>
        <RoomState row={one} />
        <span className="dim">{one.receiver && t('handover.by', { name: one.receiver })}</span>
        <span className="grow" />
        <Link className="btn" to="/console/households/$roomId" params={{ roomId: one.room.id }}>
          {t('housing.household')}
        </Link>
      </header>
      <div className="page-body stack hand-over">
        {one.refusedWhy && <p className="ask">{t('handover.refused.why', { why: one.refusedWhy })}</p>}
        {may && one.state !== 'done' && one.state !== 'inspected' && <Appoint one={one} />}
        {one.items.length > 0 && (
          <RecordForm one={one} may={may && running} refresh={() => void query.refetch()} />
        )}
        {may && running && <End one={one} />}
        {one.state === 'done' && (
          <p className="dim">{t('handover.done', { day: one.finishedOn ?? '', fee: one.feeFrom ?? '' })}</p>
        )}
        <Papers roomId={one.room.id} />
      </div>
    </main>
  );
}
