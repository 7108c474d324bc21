// The forms that go along with a ticket on paper: what the ticket knows stands on them, the rest is a line to write on
// (TIC-14, PRO-02, PRO-03). Signed and stamped they come back as a photo of the ticket.
import { categoryName, fenOf, nameOf, ofFen, yuan } from '../../../kit/format.ts';
import { exact } from '../../../kit/time.ts';
import type { Category, Quote, Taken, Ticket } from '../../../kit/types.ts';
import type { ConsoleKey } from '../../words/index.ts';
import type { SlipKey } from '../../words/slips.ts';

export const slips = [
  'onsite_form',
  'service_receipt',
  'old_parts',
  'opening_form',
  'borrow_slip',
  'sales_slip',
] as const;
export type Slip = (typeof slips)[number];

export interface Known {
  ticket: Ticket;
  category?: Category;
  quotes: Quote[];
  taken: Taken[];
}

/** A line of a form: its name, and what is known of it. */
export type Row = [name: SlipKey | ConsoleKey, value?: string];

const device = 'customer_service.device';

/** The forms that such a ticket usually needs. */
export function usual(ticket: Ticket): Slip[] {
  if (ticket.category === device) return ['opening_form', 'borrow_slip', 'sales_slip'];
  return ['onsite_form', 'service_receipt'];
}

/** The last line of a kind in the timeline. */
export const last = (ticket: Ticket, verb: string) => ticket.timeline.filter(e => e.verb === verb).at(-1);
const joined = (texts: (string | undefined)[]) => texts.filter(Boolean).join('；');

/** When something happened last, as the timeline has it. */
export const moment = (ticket: Ticket, verb: string) => {
  const at = last(ticket, verb)?.at;
  return at && exact(at);
};

/** What the customer agreed to pay. */
export function fee(quotes: Quote[]): string | undefined {
  const fen = quotes.filter(q => q.state === 'accepted').reduce((sum, q) => sum + fenOf(q.total), 0);
  return fen > 0 ? `¥${yuan(ofFen(fen))}` : undefined;
}

export function rows(slip: Slip, { ticket, category, quotes, taken }: Known): Row[] {
  const customer = ticket.customerName ?? ticket.contactName;
  const worker = ticket.assignee && nameOf(ticket.assignee.name);
  const owner = ticket.owner.name && nameOf(ticket.owner.name);
  switch (slip) {
    case 'onsite_form':
      return [
        ['tickets.number', ticket.number],
        ['slip.household', customer],
        ['slip.contact', ticket.contactName],
        ['slip.phone', ticket.contactMobileMasked],
        ['slip.address', ticket.place],
        ['slip.contract_until'],
        ['slip.in_service'],
        ['slip.fault', joined([ticket.title, ticket.description])],
        ['slip.backup'],
        ['slip.visit', ticket.visitFrom && exact(ticket.visitFrom)],
        ['slip.arrived', moment(ticket, 'arrived')],
        ['slip.route'],
        ['slip.kit'],
        ['print.cause', ticket.cause],
        ['followup.remedy', ticket.remedy],
        ['resolve.advice', ticket.advice],
        ['slip.taken_number', joined(taken.map(piece => piece.number))],
        ['slip.fee', fee(quotes)],
        ['slip.tidy'],
        ['slip.stamp'],
      ];
    case 'service_receipt':
      return [
        ['slip.receipt_number'],
        ['slip.of_form', ticket.number],
        ['ticket.customer', customer],
        ['slip.fault_class', category && categoryName(category)],
        ['slip.result', ticket.remedy],
        ['slip.replaced', ticket.parts],
        ['slip.returned_to'],
        ['slip.day'],
      ];
    case 'old_parts':
      return [
        ['slip.day'],
        ['slip.handed_by', worker],
        ['slip.device'],
        ['slip.of_form', ticket.number],
        ['slip.keeper'],
      ];
    case 'opening_form':
      return [
        ['slip.register_number', ticket.number],
        ['ticket.customer', customer],
        ['slip.paper'],
        ['slip.address', ticket.place],
        ['slip.device_name'],
        ['slip.device_number'],
        ['slip.fee_settled'],
        ['slip.has_device'],
        ['slip.backup'],
        ['slip.third'],
        ['slip.issued'],
        ['slip.installed', ticket.visitFrom && exact(ticket.visitFrom)],
        ['slip.sample'],
        ['slip.instructed'],
        ['slip.money', fee(quotes)],
        ['slip.code'],
        ['slip.taken_by', owner],
        ['slip.stamp'],
      ];
    case 'borrow_slip':
      return [
        ['slip.borrow_number'],
        ['slip.borrower', worker],
        ['slip.of_form', ticket.number],
        ['slip.things'],
        ['slip.quantity'],
        ['slip.lent'],
        ['slip.back_by'],
        ['slip.back'],
        ['slip.keeper'],
      ];
    case 'sales_slip':
      return [
        ['slip.sales_number'],
        ['ticket.customer', customer],
        ['slip.of_form', ticket.number],
        [
          'slip.things',
          joined(quotes.filter(q => q.state === 'accepted').flatMap(q => q.lines.map(l => l.name))),
        ],
        ['slip.quantity'],
        ['slip.amount', fee(quotes)],
        ['slip.cashier'],
        ['slip.day'],
      ];
  }
}
