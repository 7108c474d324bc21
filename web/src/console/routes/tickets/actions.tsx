// What this person may do with the ticket now: one filled button for the next step, the rest beside it,
// and the form of a step in place.

import { useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
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
import {
  AskVisitForm,
  AttemptForm,
  ComplexForm,
  ExcuseForm,
  ExtendForm,
  HoldForm,
  InterimForm,
  ReopenForm,
  VerifyForm,
} from './life.tsx';
import { AppointForm } from './visit.tsx';

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

const plain = ['accept', 'depart', 'arrive', 'start', 'resume', 'archive'] as const;
const forms = {
  appoint: AppointForm,
  dispatch: DispatchForm,
  refuse: RefuseForm,
  resolve: ResolveForm,
  cancel: CancelForm,
  grade: GradeForm,
  hold: HoldForm,
  interim: InterimForm,
  attempt: AttemptForm,
  verify: VerifyForm,
  reopen: ReopenForm,
  complex: ComplexForm,
  extend: ExtendForm,
  visit: AskVisitForm,
  excuse: ExcuseForm,
};
type Step = (typeof plain)[number] | keyof typeof forms | 'followup';

const order: Step[] = [
  'followup',
  'resume',
  'dispatch',
  'appoint',
  'visit',
  'accept',
  'depart',
  'arrive',
  'start',
  'resolve',
  'verify',
  'hold',
  'refuse',
  'reopen',
  'grade',
];
/** What is needed now and then stays behind one button. */
const seldom: Step[] = ['attempt', 'interim', 'complex', 'extend', 'excuse', 'archive', 'cancel'];
const keys: Partial<Record<Step, string>> = { dispatch: 'A', resolve: 'E' };

/** The step that brings the ticket forward. */
function nextStep(ticket: Ticket): Step | undefined {
  const by: Partial<Record<Ticket['status'], Step[]>> = {
    new: ['dispatch'],
    dispatched: ['accept'],
    accepted: ticket.visits ? ['arrive'] : ['start'],
    en_route: ['arrive'],
    arrived: ['start'],
    working: ['resolve'],
    held: ['resume'],
    resolved: ['followup', 'verify'],
    followed_up: ['archive'],
  };
  // What needs no visit is settled where it is told.
  const first: Step[] = ticket.visits ? [] : ['resolve'];
  return [...first, ...(by[ticket.status] ?? [])].find(step => ticket.actions.includes(step));
}

interface ButtonsProps {
  ticket: Ticket;
  busy: boolean;
  choose: (step: Step) => void;
}

function Buttons({ ticket, busy, choose }: ButtonsProps) {
  const next = nextStep(ticket);
  const steps = order.filter(step => ticket.actions.includes(step));
  const more = seldom.filter(step => step !== next && ticket.actions.includes(step));
  if (steps.length + more.length === 0 && !next) return null;
  return (
    <div className="row act-row" role="group" aria-label={t('ticket.actions')}>
      {[...(next ? [next] : []), ...steps.filter(step => step !== next)].map(step => (
        <button
          key={step}
          type="button"
          className={`btn ${step === next ? 'go' : ''}`}
          disabled={busy}
          onClick={() => choose(step)}
        >
          {t(step === 'dispatch' && ticket.assignee ? 'ticket.redispatch' : `do.${step}`)}{' '}
          {keys[step] && <Kbd>{keys[step]}</Kbd>}
        </button>
      ))}
      {more.length > 0 && (
        <details className="more-acts">
          <summary className="btn">{t('ticket.more')}</summary>
          <div className="more-list">
            {more.map(step => (
              <button
                key={step}
                type="button"
                className="btn quiet"
                disabled={busy}
                onClick={() => choose(step)}
              >
                {t(`do.${step}`)}
              </button>
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

function useActs(ticket: Ticket, done: () => void) {
  const keep = useKeepTicket();
  const send = useSend();
  const act: ActionProps['act'] = async (call, text) => {
    const made = await send.run(once =>
      data(call({ path: { id: ticket.id }, header: { ...match(ticket.version), ...once } })),
    );
    if (!made) return false;
    keep(made);
    done();
    toast(text);
    return true;
  };
  /** Steps that need no words. */
  const simply = (step: (typeof plain)[number]) =>
    act(
      params => api.POST(`/tickets/{id}/${step}`, { params }),
      t(`ticket.done.${step}`, { number: ticket.number }),
    );
  return { send, act, simply };
}

export function ActionBar({ ticket, reload }: { ticket: Ticket; reload: () => void }) {
  const [open, setOpen] = useState<Step>();
  const { send, act, simply } = useActs(ticket, () => setOpen(undefined));
  const can = (step: string) => ticket.actions.includes(step);
  const close = () => {
    send.clear();
    setOpen(undefined);
  };
  const choose = (step: Step) => {
    send.clear();
    const simple = plain.find(p => p === step);
    if (simple) void simply(simple);
    else setOpen(step);
  };
  useKeys({
    ...(can('dispatch') ? { a: () => choose('dispatch') } : {}),
    ...(can('resolve') ? { e: () => choose('resolve') } : {}),
  });
  const Form = open && open in forms ? forms[open as keyof typeof forms] : undefined;
  if (Form) {
    return (
      <div className="act">
        <Form ticket={ticket} {...send} act={act} close={close} reload={reload} />
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
  return (
    <div className="act">
      <TroubleNote trouble={send.trouble} />
      <Buttons ticket={ticket} busy={send.busy} choose={choose} />
      {(can('tell') || can('note')) && <Composer ticket={ticket} act={act} send={send} />}
    </div>
  );
}
