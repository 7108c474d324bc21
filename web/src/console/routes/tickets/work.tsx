// What there is to do on a ticket: the steps of its procedures, and the parts that others do.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Checklists, named, useRuns } from '../../../kit/checklist.tsx';
import { api, data } from '../../../kit/client.ts';
import { word } from '../../../kit/i18n.ts';
import { Quotes } from '../../../kit/quotes.tsx';
import { useSend } from '../../../kit/send.ts';
import { TakenAway } from '../../../kit/taken.tsx';
import type { Ticket } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { LookIns } from './look-ins.tsx';
import { Parts } from './parts.tsx';

function Attach({ ticket, close }: { ticket: Ticket; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const there = useRuns(ticket.id).data ?? [];
  const all = useQuery({
    queryKey: ['procedures', {}],
    queryFn: async () => (await data(api.GET('/procedures'))).items,
  });
  const attach = async (procedure: string) => {
    const made = await send.run(once =>
      data(
        api.POST('/procedure-runs', {
          params: { header: once },
          body: { place: 'ticket', subject: ticket.id, procedure },
        }),
      ),
    );
    if (!made) return;
    client.setQueryData(['runs', ticket.id], made.items);
    close();
  };
  const free = (all.data ?? []).filter(p => p.number > 0 && !there.some(r => r.procedureId === p.id));
  return (
    <div className="act-form">
      <Field label={t('procedures.attach.which')} error={send.fields.procedure}>
        {a => (
          <select
            {...a}
            className="pick"
            disabled={send.busy}
            value=""
            onChange={e => void attach(e.target.value)}
          >
            <option value="">{t('procedures.attach.hint')}</option>
            {free.map(p => (
              <option key={p.id} value={p.id}>
                {named(p)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </div>
  );
}

export function Work({ ticket }: { ticket: Ticket }) {
  const can = useCan();
  const [attaching, setAttaching] = useState(false);
  const paper = (
    <Link className="link" to="/console/tickets/$id/papers" params={{ id: ticket.id }}>
      {t('papers.link')}
    </Link>
  );
  const ended = ['archived', 'cancelled'].includes(ticket.status);
  return (
    <>
      <Quotes
        ticket={ticket}
        may={can('quote.offer')}
        heading={
          <h2 className="sub">
            <span className="grow">{word('quote.title')}</span>
            {paper}
          </h2>
        }
      />
      <TakenAway
        ticket={ticket}
        may={can('ticket.resolve')}
        heading={<h2 className="sub">{word('taken.title')}</h2>}
      >
        <p>{paper}</p>
      </TakenAway>
      {can('procedure.view') && (
        <section aria-label={t('run.title')} data-testid="checklists">
          <h2 className="sub">
            <span className="grow">{t('run.title')}</span>
            {can('procedure.tick') && !ended && !attaching && (
              <button type="button" className="link" onClick={() => setAttaching(true)}>
                {t('procedures.attach')}
              </button>
            )}
          </h2>
          {attaching && <Attach ticket={ticket} close={() => setAttaching(false)} />}
          <Checklists
            ticket={ticket}
            link={run => (
              <p>
                <Link
                  to="/console/procedures/$id"
                  params={{ id: run.procedureId }}
                  search={{ version: String(run.number) }}
                >
                  {t('procedures.see')}
                </Link>
              </p>
            )}
          />
        </section>
      )}
      <LookIns ticket={ticket} />
      <Parts ticket={ticket} />
    </>
  );
}
