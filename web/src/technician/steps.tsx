// The next step under the thumb, with what is still missing in a sentence.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMissing } from '../kit/checklist.tsx';
import { isOffline } from '../kit/client.ts';
import { TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { showNow } from '../kit/shown.ts';
import type { paths, Ticket } from '../kit/types.ts';
import { position } from '../kit/where.ts';
import { flush, keep, postStep, waitingFor } from './outbox.ts';
import { AttemptSheet, HoldSheet, NoteSheet, RefuseSheet, ResolveSheet, TellSheet } from './sheets.tsx';
import { AppointSheet } from './visit.tsx';
import { t } from './words/index.ts';
import { useKitWaits } from './work.tsx';

export interface SheetProps {
  step: Step;
  ticket: Ticket;
  send: ReturnType<typeof useSend>;
  act: <S extends Asked>(step: S, body?: BodyOf<S>) => Promise<boolean>;
  close: () => void;
}

const simple = ['accept', 'depart', 'arrive', 'start', 'resume'] as const;
const sheets = {
  appoint: AppointSheet,
  tell: TellSheet,
  attempt: AttemptSheet,
  resolve: ResolveSheet,
  refuse: RefuseSheet,
  note: NoteSheet,
  interim: NoteSheet,
  hold: HoldSheet,
};
export type Step = (typeof simple)[number] | keyof typeof sheets;
/** What is sent of a ticket: a step, or the question whether one may be taken. */
type Asked = Step | 'ask-mentor';

type BodyOf<S extends Asked> = paths[`/tickets/{id}/${S}`]['post'] extends {
  requestBody?: { content: { 'application/json': infer B } };
}
  ? B
  : undefined;

function nextStep(ticket: Ticket): Step | undefined {
  const can = (step: Step) => ticket.actions.includes(step);
  const told = ticket.clocks.some(c => c.kind === 'response' && c.stoppedAt);
  // Whoever has taken a job tells the customer first: only that stops the response clock.
  if (ticket.status === 'accepted' && !told && can('tell')) return 'tell';
  return (['accept', 'resume', 'arrive', 'start', 'resolve'] as const).find(can);
}

function closing(ticket: Ticket): string {
  if (ticket.status === 'resolved') return t('ticket.waiting');
  if (['followed_up', 'archived', 'cancelled'].includes(ticket.status)) return t('ticket.closed');
  return t('ticket.not_yours');
}

function useActs(ticket: Ticket, after: (text: string) => void) {
  const client = useQueryClient();
  const send = useSend();
  const { id, title } = ticket;
  const act: SheetProps['act'] = async (step, body) => {
    const path = `/tickets/${id}/${step}`;
    // What was done before is sent before; as long as it cannot be, this waits behind it.
    if (navigator.onLine) await flush();
    const made = await send.run(async once => {
      const later = () =>
        keep({ id: once['Idempotency-Key'], ticket: id, title, step, path, body, versioned: true });
      if (!navigator.onLine || waitingFor(id).some(w => !w.refused)) return { kept: await later() };
      const { version } = client.getQueryData<Ticket>(['ticket', id]) ?? ticket;
      try {
        return { ticket: await postStep({ ticket: id, path, body }, once, version) };
      } catch (error) {
        if (!isOffline(error)) throw error;
        return { kept: await later() };
      }
    });
    if (!made) return false;
    if (made.ticket) void showNow(client, ['ticket', id], made.ticket);
    void client.invalidateQueries({ queryKey: ['tickets'] });
    after(t(made.ticket ? `done.${step}` : 'kept.done'));
    return true;
  };
  return { send, act };
}

function Others({ steps, busy, choose }: { steps: Step[]; busy: boolean; choose: (step: Step) => void }) {
  if (steps.length === 0) return null;
  return (
    <div className="others">
      {steps.map(step => (
        <button key={step} type="button" className="pbtn" disabled={busy} onClick={() => choose(step)}>
          {t(`do.${step}`)}
        </button>
      ))}
    </div>
  );
}

export function Steps({ ticket }: { ticket: Ticket }) {
  const [open, setOpen] = useState<keyof typeof sheets>();
  const [done, setDone] = useState('');
  const kitWaits = useKitWaits(ticket);
  const [reminded, setReminded] = useState(false);
  const [finding, setFinding] = useState(false);
  const { send, act } = useActs(ticket, text => {
    setOpen(undefined);
    setDone(text);
  });
  const close = () => {
    send.clear();
    setOpen(undefined);
  };
  const choose = (step: Step) => {
    send.clear();
    setDone('');
    const plain = simple.find(s => s === step);
    // Once: what is needed is looked through before one sets out, and nobody is kept from an emergency by it.
    if (step === 'depart' && kitWaits && !reminded) {
      setReminded(true);
      document.querySelector('[data-kit]')?.closest('details')?.setAttribute('open', '');
      document.querySelector('[data-kit]')?.scrollIntoView({ block: 'center' });
      return;
    }
    // Where that is goes along, as far as the browser's owner has allowed it; nobody is kept from checking in.
    if (plain === 'arrive') {
      setFinding(true); // a second tap meanwhile would be a second arrival
      void position(4000)
        .then(at => act('arrive', at))
        .finally(() => setFinding(false));
    } else if (plain) void act(plain);
    else if (step in sheets) setOpen(step as keyof typeof sheets);
  };
  const missing = useMissing(ticket).join(t('why.join'));
  const Sheet = open && sheets[open];
  if (Sheet) return <Sheet key={open} step={open} ticket={ticket} send={send} act={act} close={close} />;

  const busy = send.busy || finding;
  const next = nextStep(ticket);
  const others = (
    ['depart', 'tell', 'attempt', 'appoint', 'hold', 'interim', 'note', 'refuse'] as const
  ).filter(s => s !== next && ticket.actions.includes(s));
  return (
    <footer className="cta">
      <TroubleNote trouble={send.trouble} />
      <p className="done" role="status">
        {done}
      </p>
      {next === 'resolve' && (
        <p className="hint" data-testid="missing">
          {missing ? t('ticket.missing', { list: missing }) : t('ticket.ready')}
        </p>
      )}
      {kitWaits && reminded && (
        <p className="hint" role="alert" data-testid="kit-waits">
          {t('kit.waits')}
        </p>
      )}
      {ticket.interimDue && (
        <p className="hint" data-testid="interim-due">
          {t('interim.due')}
        </p>
      )}
      {!next && others.length === 0 && <p className="hint">{closing(ticket)}</p>}
      {next && (
        <button
          type="button"
          className={`pbtn ${next === 'resolve' && missing ? 'not-yet' : 'go'}`}
          disabled={busy}
          onClick={() => choose(next)}
        >
          {busy ? t('form.saving') : t(`do.${next}`)}
        </button>
      )}
      <Others steps={others} busy={busy} choose={choose} />
    </footer>
  );
}
