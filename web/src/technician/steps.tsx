// The next step under the thumb, with what is still missing in a sentence.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { missingText } from '../kit/checklist.tsx';
import { api, data, match } from '../kit/client.ts';
import { TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import type { Ticket } from '../kit/types.ts';
import { HoldSheet, NoteSheet, RefuseSheet, ResolveSheet, TellSheet } from './sheets.tsx';
import { t } from './words/index.ts';
import { useKitWaits } from './work.tsx';

export interface Params {
  path: { id: string };
  header: { 'If-Match': string; 'Idempotency-Key': string };
}

export interface SheetProps {
  step: Step;
  ticket: Ticket;
  send: ReturnType<typeof useSend>;
  act: (step: Step, call: (params: Params) => Promise<{ data?: Ticket }>) => Promise<boolean>;
  close: () => void;
  reload: () => void;
}

const simple = ['accept', 'depart', 'arrive', 'start', 'resume'] as const;
const sheets = {
  tell: TellSheet,
  resolve: ResolveSheet,
  refuse: RefuseSheet,
  note: NoteSheet,
  interim: NoteSheet,
  hold: HoldSheet,
};
export type Step = (typeof simple)[number] | keyof typeof sheets;

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
  const act: SheetProps['act'] = async (step, call) => {
    const made = await send.run(once =>
      data(call({ path: { id: ticket.id }, header: { ...match(ticket.version), ...once } })),
    );
    if (!made) return false;
    client.setQueryData(['ticket', ticket.id], made);
    void client.invalidateQueries({ queryKey: ['tickets'] });
    after(t(`done.${step}`));
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

export function Steps({ ticket, reload }: { ticket: Ticket; reload: () => void }) {
  const [open, setOpen] = useState<keyof typeof sheets>();
  const [done, setDone] = useState('');
  const kitWaits = useKitWaits(ticket);
  const [reminded, setReminded] = useState(false);
  const { send, act } = useActs(ticket, text => {
    setOpen(undefined);
    setDone(text);
  });
  const latest = () => {
    send.clear();
    reload();
  };
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
    if (plain) void act(plain, params => api.POST(`/tickets/{id}/${plain}`, { params }));
    else if (step in sheets) setOpen(step as keyof typeof sheets);
  };
  const Sheet = open && sheets[open];
  if (Sheet)
    return (
      <Sheet key={open} step={open} ticket={ticket} send={send} act={act} close={close} reload={latest} />
    );

  const next = nextStep(ticket);
  const others = (['depart', 'tell', 'hold', 'interim', 'note', 'refuse'] as const).filter(
    s => s !== next && ticket.actions.includes(s),
  );
  const missing = ticket.missing.map(missingText).join(t('why.join'));
  return (
    <footer className="cta">
      <TroubleNote trouble={send.trouble} onLatest={latest} />
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
      {!next && others.length === 0 && <p className="hint">{closing(ticket)}</p>}
      {next && (
        <button
          type="button"
          className={`pbtn ${next === 'resolve' && missing ? 'not-yet' : 'go'}`}
          disabled={send.busy}
          onClick={() => choose(next)}
        >
          {send.busy ? t('form.saving') : t(`do.${next}`)}
        </button>
      )}
      <Others steps={others} busy={send.busy} choose={choose} />
    </footer>
  );
}
