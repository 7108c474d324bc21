// What there is to do on a ticket: the steps of its procedures, and the parts that others do.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Checklists, named, titleOf, useRuns, whoOf } from '../../../kit/checklist.tsx';
import { api, data } from '../../../kit/client.ts';
import { word } from '../../../kit/i18n.ts';
import { Quotes } from '../../../kit/quotes.tsx';
import { Confirming } from '../../../kit/reading.tsx';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import { TakenAway } from '../../../kit/taken.tsx';
import type { Ticket } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { LookIns } from './look-ins.tsx';
import { Parts } from './parts.tsx';
import { StepSlip } from './step-slip.tsx';

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
    void showNow(client, ['runs', ticket.id], made.items);
    close();
  };
  const free = (all.data ?? []).filter(p => p.number > 0 && !there.some(r => r.procedureId === p.id));
  const [chosen, setChosen] = useState<string>();
  const choose = (id: string) => {
    setChosen(id);
    if (id && !free.find(p => p.id === id)?.unread) void attach(id);
  };
  return (
    <div className="act-form">
      <Field label={t('procedures.attach.which')} error={send.fields.procedure}>
        {a => (
          <select
            {...a}
            className="pick"
            disabled={send.busy}
            value={chosen ?? ''}
            onChange={e => choose(e.target.value)}
          >
            <option value="">{t('procedures.attach.hint')}</option>
            {free.map(p => (
              <option key={p.id} value={p.id}>
                {p.unread ? t('procedures.attach.unread', { name: named(p) }) : named(p)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {chosen && free.find(p => p.id === chosen)?.unread && (
        <ReadFirst key={chosen} procedure={chosen} done={() => void attach(chosen)} />
      )}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </div>
  );
}

/** Who works with a procedure reads and confirms it before it runs (PRO-01b). */
function ReadFirst({ procedure, done }: { procedure: string; done: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const query = useQuery({
    queryKey: ['to-read'],
    queryFn: async () => (await data(api.GET('/procedures/to-read'))).items,
  });
  const version = query.data?.find(v => v.procedureId === procedure);
  if (query.isPending) return <Skeleton rows={2} />;
  if (!version) return <ErrorNote query={query} />;
  const confirm = async () => {
    const made = await send.run(once =>
      data(api.POST('/procedure-versions/{id}/read', { params: { path: { id: version.id }, header: once } })),
    );
    if (!made) return;
    for (const key of ['to-read', 'procedures']) void client.invalidateQueries({ queryKey: [key] });
    done();
  };
  return (
    <div className="ask">
      <p>
        {word('run.unread', { n: version.number })}
        {version.words && `${word('said.colon')}${version.words}`}
      </p>
      <p>{version.doc.criteria}</p>
      <p className="dim">{version.doc.reporting}</p>
      <ol>
        {version.doc.steps.map(s => (
          <li key={s.n}>
            {titleOf(s)} <span className="dim">{whoOf(s.who)}</span>
          </li>
        ))}
      </ol>
      <TroubleNote trouble={send.trouble} />
      <p>
        <Link to="/console/procedures/$id" params={{ id: procedure }} search={{}}>
          {t('procedures.see')}
        </Link>
      </p>
      <Confirming
        version={version.id}
        quiz={version.doc.quiz}
        confirm={() => void confirm()}
        busy={send.busy}
      />
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
            form={step => <StepSlip ticket={ticket.id} step={step} />}
          />
        </section>
      )}
      <LookIns ticket={ticket} />
      <Parts ticket={ticket} />
    </>
  );
}
