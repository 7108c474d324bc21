// The forms that go along with a ticket (TIC-14, PRO-02, PRO-03): what the ticket knows stands on them already, the rest
// is written on the paper or typed here. Signed and stamped they come back as a photo of the ticket.
import { useQuery } from '@tanstack/react-query';
import { api, data } from './client.ts';
import { categoryName, fenOf, nameOf, ofFen, yuan } from './format.ts';
import { currentLang } from './i18n.ts';
import { exact, instant, today, typedTime } from './time.ts';
import type { Category, Quote, SlipField, SlipForm, SlipView, Taken, Ticket } from './types.ts';

const device = 'customer_service.device';

/** The forms that such a ticket usually needs. */
export function usual(ticket: Pick<Ticket, 'category'>): string[] {
  if (ticket.category === device) return ['opening_form', 'borrow_slip', 'sales_slip'];
  return ['onsite_form', 'service_receipt'];
}

/** The version of each form that is filled in now; the list has the latest last. */
export const current = (forms: SlipForm[]): SlipForm[] => [...new Map(forms.map(f => [f.id, f])).values()];

export const named = (of: { zh: string; en: string }): string => (currentLang() === 'en' ? of.en : of.zh);

/** The last line of a kind in the timeline. */
export const last = (ticket: Ticket, verb: string) => ticket.timeline.filter(e => e.verb === verb).at(-1);
const joined = (texts: (string | undefined)[]) => texts.filter(Boolean).join('；');

/** When something happened last, as the timeline has it. */
export const moment = (ticket: Ticket, verb: string) => {
  const at = last(ticket, verb)?.at;
  return at && exact(at);
};

/** What the customer agreed to pay, in yuan. */
function agreed(quotes: Quote[]): string | undefined {
  const fen = quotes.filter(q => q.state === 'accepted').reduce((sum, q) => sum + fenOf(q.total), 0);
  return fen > 0 ? ofFen(fen) : undefined;
}

/** The same as it is printed. */
export function fee(quotes: Quote[]): string | undefined {
  const sum = agreed(quotes);
  return sum && `¥${yuan(sum)}`;
}

export interface Sources {
  ticket: Ticket;
  category?: Category | undefined;
  quotes: Quote[];
  taken: Taken[];
}

/** What the ticket knows, by the names that the forms give it. */
export function known({ ticket, category, quotes, taken }: Sources): Record<string, string | undefined> {
  return {
    number: ticket.number,
    customer: ticket.customerName ?? ticket.contactName,
    contact: ticket.contactName,
    phone: ticket.contactMobileMasked,
    place: ticket.place,
    fault: joined([ticket.title, ticket.description]),
    visit: ticket.visitFrom ?? undefined,
    arrived: last(ticket, 'arrived')?.at,
    cause: ticket.cause,
    remedy: ticket.remedy,
    advice: ticket.advice,
    parts: ticket.parts,
    taken: joined(taken.map(piece => piece.number)),
    fee: agreed(quotes),
    things: joined(quotes.filter(q => q.state === 'accepted').flatMap(q => q.lines.map(l => l.name))),
    category: category && categoryName(category),
    worker: ticket.assignee && nameOf(ticket.assignee.name),
    owner: ticket.owner.name && nameOf(ticket.owner.name),
    today: today(),
  };
}

export type Values = Record<string, string>;

/** Lines that are typed; the others are read from the ticket or are pictures of it. */
export const typed = (field: SlipField): boolean => field.type !== 'ref' && field.type !== 'sign';

/** What stands in the inputs at first: of a new form what the ticket proposes, of a correction what was written. */
export function begun(form: SlipForm, sources: Sources, corrected?: SlipView): Values {
  const proposed = known(sources);
  const written = new Map(corrected?.lines.map(l => [l.field, l.value]));
  const made: Values = {};
  for (const field of form.fields.filter(typed)) {
    const value = corrected ? written.get(field.id) : field.from && proposed[field.from];
    made[field.id] = value
      ? field.type === 'time'
        ? typedTime(Date.parse(value))
        : value.slice(0, field.most)
      : '';
  }
  return made;
}

/** What is sent: every line, so that a refusal finds its input. A time that was not touched keeps its seconds. */
export function linesOf(form: SlipForm, values: Values, corrected?: SlipView) {
  const written = new Map(corrected?.lines.map(l => [l.field, l.value]));
  return form.fields.filter(typed).map(field => {
    const value = (values[field.id] ?? '').trim();
    if (field.type !== 'time' || !value) return { field: field.id, value };
    const before = written.get(field.id);
    if (before && typedTime(Date.parse(before)) === value) return { field: field.id, value: before };
    return { field: field.id, value: instant(value) };
  });
}

/** Refusals by the line they are about. */
export function refusedLines(form: SlipForm, fields: Record<string, string>): Record<string, string> {
  const lines = form.fields.filter(typed);
  const made: Record<string, string> = {};
  for (const [at, text] of Object.entries(fields)) {
    const line = lines[Number(/^lines\[(\d+)\]/.exec(at)?.[1] ?? -1)];
    if (line) made[line.id] = text;
  }
  return made;
}

/** A line as it is printed: of a kept form what was written, else what the ticket proposes. */
export function printed(field: SlipField, sources: Sources, kept?: SlipView): string | undefined {
  const value =
    field.type === 'ref' || !kept
      ? field.from === 'own'
        ? kept?.number
        : field.from && known(sources)[field.from]
      : kept.lines.find(l => l.field === field.id)?.value;
  return value && field.type !== 'sign' ? spoken(field, value) : undefined;
}

/** A value as people read it. */
function spoken(field: SlipField, value: string): string {
  if (field.type === 'time') return exact(value);
  if (field.type === 'money') return `¥${yuan(value)}`;
  const choice = field.choices?.find(c => c.id === value);
  return choice ? named(choice) : value;
}

/** What was written on a line of a kept form. */
export function written(field: SlipField, kept: Pick<SlipView, 'lines'>): string | undefined {
  const value = kept.lines.find(l => l.field === field.id)?.value;
  return value && spoken(field, value);
}

export const slipsQuery = (ticket: string) => ({
  queryKey: ['slips', ticket],
  queryFn: async () =>
    (await data(api.GET('/tickets/{id}/slips', { params: { path: { id: ticket } } }))).items,
});

export const useForms = () =>
  useQuery({
    queryKey: ['slip-forms'],
    queryFn: async () => (await data(api.GET('/slip-forms'))).items,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The revisions of a form before one, the latest first. */
export function before(all: SlipView[], slip: SlipView): SlipView[] {
  const made: SlipView[] = [];
  for (let at = slip.earlierId; at; ) {
    const found = all.find(s => s.id === at);
    if (!found) break;
    made.push(found);
    at = found.earlierId;
  }
  return made;
}
