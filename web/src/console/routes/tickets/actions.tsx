// What this person may do with the ticket now: one filled button for the next step, the rest beside it,
// and the form of a step in place.

import { useState } from 'react';
import { api, data, match } from '../../../kit/api.ts';
import { type Trouble, useSend } from '../../../kit/send.ts';
import type { Ticket } from '../../../kit/types.ts';
import { useKeys } from '../../shell/keys.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { FollowUpForm } from '../followups/form.tsx';
import { Composer } from './composer.tsx';
import { useKeepTicket } from './data.ts';
import { CancelForm, DispatchForm, GradeForm, RefuseForm, ResolveForm } from './forms.tsx';

export interface ActionProps {
  ticket: Ticket;
  busy: boolean;
  trouble: Trouble | undefined;
  fields: Record<string, string>;
  /** Resolves to true when the server took it. */
  act: (call: (params: ActParams) => Promise<{ data?: Ticket }>, done: string) => Promise<boolean>;
  fix: (found: Record<string, string>) => boolean;
  close: () => void;
  reload: () => void;
}

export interface ActParams {
  path: { id: string };
  header: { 'If-Match': string; 'Idempotency-Key': string };
}

type Step =
  | 'dispatch'
  | 'accept'
  | 'refuse'
  | 'arrive'
  | 'start'
  | 'resolve'
  | 'cancel'
  | 'grade'
  | 'followup';
const plain = ['accept', 'arrive', 'start'] as const;
const forms = {
  dispatch: DispatchForm,
  refuse: RefuseForm,
  resolve: ResolveForm,
  cancel: CancelForm,
  grade: GradeForm,
};
const order: Step[] = [
  'followup',
  'dispatch',
  'accept',
  'arrive',
  'start',
  'resolve',
  'refuse',
  'grade',
  'cancel',
];
const keys: Partial<Record<Step, string>> = { dispatch: 'A', resolve: 'E' };

/** The step that brings the ticket forward. */
function nextStep(ticket: Ticket): Step | undefined {
  const by: Partial<Record<Ticket['status'], Step[]>> = {
    new: ['dispatch'],
    dispatched: ['accept'],
    accepted: ['arrive'],
    arrived: ['start'],
    working: ['resolve'],
    resolved: ['followup'],
  };
  return by[ticket.status]?.find(step => ticket.actions.includes(step));
}

export function ActionBar({ ticket, reload }: { ticket: Ticket; reload: () => void }) {
  const keep = useKeepTicket();
  const send = useSend();
  const [open, setOpen] = useState<Step>();
  const can = (step: string) => ticket.actions.includes(step);
  const steps = order.filter(can);
  const next = nextStep(ticket);

  const act: ActionProps['act'] = async (call, done) => {
    const made = await send.run(once =>
      data(call({ path: { id: ticket.id }, header: { ...match(ticket.version), ...once } })),
    );
    if (!made) return false;
    keep(made);
    setOpen(undefined);
    toast(done);
    return true;
  };
  const close = () => {
    send.clear();
    setOpen(undefined);
  };
  const latest = () => {
    send.clear();
    reload();
  };
  const choose = (step: Step) => {
    send.clear();
    const simple = plain.find(p => p === step);
    if (!simple) setOpen(step);
    else {
      void act(
        params => api.POST(`/tickets/{id}/${simple}`, { params, body: {} }),
        t(`ticket.done.${simple}`, { number: ticket.number }),
      );
    }
  };
  useKeys({
    ...(can('dispatch') ? { a: () => choose('dispatch') } : {}),
    ...(can('resolve') ? { e: () => choose('resolve') } : {}),
  });

  const props: ActionProps = { ticket, ...send, act, close, reload: latest };
  const Form = open && open in forms ? forms[open as keyof typeof forms] : undefined;
  if (Form) {
    return (
      <div className="act">
        <Form {...props} />
      </div>
    );
  }
  if (open === 'followup' && ticket.followup) {
    return (
      <div className="act tall">
        <FollowUpForm followup={ticket.followup} onClose={close} onDone={reload} />
      </div>
    );
  }
  const left = steps.filter(step => step !== next);
  return (
    <div className="act">
      <TroubleNote trouble={send.trouble} onLatest={latest} />
      {steps.length > 0 && (
        <div className="row act-row" role="group" aria-label={t('ticket.actions')}>
          {next && (
            <button type="button" className="btn go" disabled={send.busy} onClick={() => choose(next)}>
              {t(`do.${next}`)} {keys[next] && <Kbd>{keys[next]}</Kbd>}
            </button>
          )}
          {left.map(step => (
            <button
              key={step}
              type="button"
              className="btn"
              disabled={send.busy}
              onClick={() => choose(step)}
            >
              {t(step === 'dispatch' && ticket.assignee ? 'ticket.redispatch' : `do.${step}`)}{' '}
              {keys[step] && <Kbd>{keys[step]}</Kbd>}
            </button>
          ))}
        </div>
      )}
      {(can('tell') || can('note')) && <Composer ticket={ticket} act={act} send={send} />}
    </div>
  );
}
