// What a ticket will look like once the server has what waits on the phone, so that work goes on without a network.
// It promises nothing: the server's transition tables decide when the network is back.
import type { ProcedureRun, RunStep, Status, Ticket } from '../kit/types.ts';
import type { Waiting } from './outbox.ts';

const always = ['tell', 'attempt', 'interim', 'note'];
const visited = ['repair', 'service', 'complaint'];

const atStatus: Partial<Record<Status, (visit: boolean) => string[]>> = {
  accepted: visit => [...(visit ? ['depart', 'arrive'] : ['start', 'resolve']), 'hold', ...always],
  en_route: () => ['arrive', 'hold', ...always],
  arrived: () => ['start', 'resolve', 'hold', ...always],
  working: () => ['resolve', 'hold', ...always],
  held: () => ['resume', ...always],
};

const leadsTo: Record<string, Status> = {
  accept: 'accepted',
  depart: 'en_route',
  arrive: 'arrived',
  start: 'working',
  hold: 'held',
  resolve: 'resolved',
  refuse: 'new',
};

const said: Record<string, Status> = {
  accepted: 'accepted',
  departed: 'en_route',
  arrived: 'arrived',
  started: 'working',
};

/** Where a held ticket stood before, as its timeline says. */
const before = (ticket: Pick<Ticket, 'timeline'>): Status =>
  ticket.timeline.flatMap(entry => said[entry.verb] ?? []).at(-1) ?? 'accepted';

function statusAfter(status: Status, waiting: Waiting[], held: () => Status): Status {
  let [now, last] = [status, status === 'held' ? held() : status];
  for (const { step } of waiting) {
    const to = step === 'resume' ? last : leadsTo[step];
    if (!to) continue;
    now = to;
    if (now !== 'held') last = now;
  }
  return now;
}

export function foreseeRow<T extends { id: string; status: Status }>(row: T, waiting: Waiting[]): T {
  const own = waiting.filter(item => item.ticket === row.id && !item.refused);
  return { ...row, status: statusAfter(row.status, own, () => row.status) };
}

export function foresee(ticket: Ticket, waiting: Waiting[]): Ticket {
  const own = waiting.filter(item => item.ticket === ticket.id && !item.refused);
  if (own.length === 0) return ticket;
  const status = statusAfter(ticket.status, own, () => before(ticket));
  const told = own.find(item => item.step === 'tell');
  const done = own.flatMap(item => item.settles ?? item.words ?? []);
  const kinds = (code: string) =>
    code === 'signature' ? ['signature', 'stamp'] : [code.replace('photo_', '')];
  const shot = (code: string) =>
    kinds(code).some(kind => own.some(item => item.path.endsWith(`/photos?kind=${kind}`)));
  const open = atStatus[status]?.(visited.includes(ticket.kind)) ?? [];
  return {
    ...ticket,
    status,
    actions: status === ticket.status ? ticket.actions : (open as Ticket['actions']),
    missing: ticket.missing.filter(code => !shot(code) && !done.some(words => code.endsWith(`:${words}`))),
    clocks: ticket.clocks.map(clock =>
      told && clock.kind === 'response' && !clock.stoppedAt ? { ...clock, stoppedAt: told.at } : clock,
    ),
  };
}

interface Written {
  form?: string;
  lines?: { field: string; value: string }[];
  signed?: boolean;
  photoId?: string;
}

/** Whether a form as it is sent ticks a step: the form itself, or the line of it that the step asks for. */
export function ticks(
  step: Pick<RunStep, 'form' | 'line'>,
  { body, form }: Pick<Waiting, 'body' | 'form'>,
): boolean {
  const sent = (body ?? {}) as Written;
  if (!step.form || (form ?? sent.form) !== step.form) return false;
  const line = sent.lines?.find(l => l.field === step.line);
  return !step.line || (line ? line.value !== '' : Boolean(sent.signed || sent.photoId));
}

interface Ticked {
  steps: number[];
  words?: string;
  kit?: string[];
}

export function foreseeRuns(runs: ProcedureRun[], waiting: Waiting[], by: string): ProcedureRun[] {
  return runs.map(run => {
    const slips = waiting.filter(w => w.ticket === run.subject && w.step === 'slip');
    const ticked = waiting.filter(w => w.path === `/procedure-runs/${run.id}/tick` && !w.refused);
    if (ticked.length + slips.length === 0) return run;
    const steps = run.steps.map((step): RunStep => {
      const tick =
        ticked.find(w => (w.body as Ticked).steps.includes(step.n)) ??
        slips.find(w => !w.refused && ticks(step, w));
      if (!tick || step.state !== 'open') return step;
      const { words = '', kit = [] } = tick.body as Ticked;
      const made = { state: 'done', by, at: tick.at, words, kit } as unknown as RunStep['tick'];
      return { ...step, state: 'done', mayTick: false, maySkip: false, mayUndo: false, tick: made };
    });
    return { ...run, steps, done: steps.filter(step => step.state !== 'open').length };
  });
}
