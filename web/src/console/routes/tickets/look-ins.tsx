// Visits to check on running work: of one ticket, and all that are planned (TIC-10).
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { LookInCard, useLookIns } from '../../../kit/lookins.tsx';
import { GradeBadge } from '../../../kit/parts.tsx';
import { addDays } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import { instant, today } from '../../../kit/time.ts';
import type { Ticket } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { colleague, useColleagues } from './forms.tsx';

const running = ['accepted', 'en_route', 'arrived', 'working', 'held'];

function PlanForm({ ticket, close }: { ticket: Ticket; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const people = useColleagues(ticket.community);
  const [at, setAt] = useState('');
  const [to, setTo] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!at) wrong.dueAt = t('look.at.missing');
    if (!to) wrong.to = t('dispatch.missing');
    if (!send.fix(wrong)) return;
    const body = { ticketId: ticket.id, dueAt: instant(at), to };
    const made = await send.run(once => data(api.POST('/look-ins', { params: { header: once }, body })));
    if (!made) return;
    void client.invalidateQueries({ queryKey: ['look-ins'] });
    close();
  };
  return (
    <form className="act-form" aria-label={t('look.plan')} onSubmit={submit} noValidate>
      <Field label={t('look.at')} error={send.fields.dueAt} required>
        {a => (
          <input
            {...a}
            type="datetime-local"
            className="text"
            value={at}
            onChange={e => setAt(e.target.value)}
          />
        )}
      </Field>
      <Field label={t('look.who')} error={send.fields.to} required>
        {a => (
          <select {...a} className="pick" value={to} onChange={e => setTo(e.target.value)}>
            <option value="">{t('dispatch.hint')}</option>
            {(people.data ?? []).map(s => (
              <option key={s.id} value={s.id}>
                {colleague(s)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('look.plan')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </div>
    </form>
  );
}

/** On the page of a ticket. */
export function LookIns({ ticket }: { ticket: Ticket }) {
  const may = useCan()('lookin.record');
  const [open, setOpen] = useState(false);
  const rows = useLookIns(ticket.community, ticket.id).data ?? [];
  const now = running.includes(ticket.status);
  if (rows.length === 0 && !(may && now)) return null;
  return (
    <section aria-label={t('look.title')}>
      <h2 className="sub">
        <span className="grow">{t('look.title')}</span>
        {may && now && !open && (
          <button type="button" className="link" onClick={() => setOpen(true)}>
            {t('look.plan')}
          </button>
        )}
      </h2>
      {open && <PlanForm ticket={ticket} close={() => setOpen(false)} />}
      <ul>
        {rows.map(look => (
          <LookInCard key={look.id} look={look} may={may} />
        ))}
      </ul>
    </section>
  );
}

/** The first and the last day of a month. */
export const daysOf = (month: string) => {
  const next = addDays(`${month}-28`, 4).slice(0, 7);
  return { from: `${month}-01`, to: addDays(`${next}-01`, -1) };
};

export function LookInsPage() {
  const [month, setMonth] = useState(today().slice(0, 7));
  const community = useCommunity();
  const may = useCan()('lookin.record');
  const query = useLookIns(community);
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('look.title')}</H1>
        <span className="grow" />
        <label className="row">
          <span className="dim">{t('look.export.month')}</span>
          <input
            type="month"
            className="text"
            value={month}
            onChange={e => e.target.value && setMonth(e.target.value)}
          />
        </label>
        <ExportLink path="/look-ins" query={{ community, ...daysOf(month) }} need="ticket.export" />
      </header>
      <Tabs of="visits" />
      <div className="page-body">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {query.data?.length === 0 && <Empty>{t('look.none')}</Empty>}
        <ul>
          {query.data?.map(look => (
            <LookInCard
              key={look.id}
              look={look}
              may={may}
              about={
                <>
                  <GradeBadge grade={look.grade} />
                  <Link to="/console/tickets/$id" params={{ id: look.ticketId }}>
                    {look.title}
                  </Link>
                  <span className="dim">{look.place}</span>
                </>
              }
            />
          ))}
        </ul>
      </div>
    </main>
  );
}
