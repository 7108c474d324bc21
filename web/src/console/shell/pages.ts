import type { IconName } from '../../kit/icons.tsx';
import type { ConsoleKey } from '../words/index.ts';

export const places = [
  { to: '/console/tickets', icon: 'list', word: 'nav.tickets', key: 't', need: 'ticket.view' },
  { to: '/console/reception', icon: 'search', word: 'nav.reception', key: 'r', need: 'customer.view' },
  { to: '/console/followups', icon: 'phone', word: 'nav.followups', key: 'f', need: 'followup.view' },
  { to: '/console/approvals', icon: 'stamp', word: 'nav.approvals', key: 'a', need: 'approval.inbox' },
  { to: '/console/housing', icon: 'home', word: 'nav.housing', key: 'h', need: 'housing.view' },
  { to: '/console/customers', icon: 'user', word: 'nav.customers', key: 'u', need: 'customer.view' },
  { to: '/console/procedures', icon: 'check', word: 'nav.procedures', key: 'p', need: 'procedure.view' },
  { to: '/console/bill-runs', icon: 'yuan', word: 'nav.fees', key: 'm', need: 'bill.view' },
  { to: '/console/cashier', icon: 'till', word: 'nav.cashier', key: 'c', need: 'payment.take' },
  { to: '/console/roster', icon: 'clock', word: 'nav.roster', key: 'd', need: 'roster.view' },
  { to: '/console/staff', icon: 'people', word: 'nav.staff', key: 's', need: 'staff.view' },
  { to: '/console/imports', icon: 'sheet', word: 'nav.imports', key: 'i', need: 'customer.import' },
] as const satisfies { to: string; icon: IconName; word: ConsoleKey; key: string; need: string }[];

export const settingsPages = [
  { to: '/console/settings', word: 'settings.community', need: 'org.edit' },
  { to: '/console/settings/organisation', word: 'settings.organisation', need: 'org.edit' },
  { to: '/console/settings/roles', word: 'settings.roles', need: 'auth.roles_view' },
  { to: '/console/settings/positions', word: 'settings.positions', need: 'staff.positions' },
  { to: '/console/settings/approvals', word: 'settings.approvals', need: 'approval.rules' },
  { to: '/console/settings/security', word: 'settings.security', need: 'auth.unlock' },
  { to: '/console/settings/audit', word: 'settings.audit', need: 'audit.view' },
  { to: '/console/settings/exports', word: 'settings.exports', need: 'exports.view' },
  { to: '/console/settings/consents', word: 'settings.consents', need: 'customer.texts' },
  { to: '/console/settings/categories', word: 'settings.categories', need: 'ticket.categories' },
  { to: '/console/settings/clocks', word: 'settings.clocks', need: 'ticket.settings' },
  { to: '/console/settings/dispatch', word: 'settings.dispatch', need: 'ticket.settings' },
  { to: '/console/settings/evidence', word: 'settings.evidence', need: 'ticket.settings' },
  { to: '/console/settings/visits', word: 'settings.visits', need: 'ticket.settings' },
  { to: '/console/settings/triage', word: 'settings.triage', need: 'ticket.settings' },
  { to: '/console/settings/prices', word: 'settings.prices', need: 'quote.prices' },
  { to: '/console/settings/payments', word: 'settings.payments', need: 'online.settings' },
  { to: '/console/settings/mail', word: 'settings.mail', need: 'message.settings' },
  { to: '/console/settings/messages', word: 'settings.messages', need: 'message.view' },
  { to: '/console/settings/retention', word: 'settings.retention', need: 'retention.view' },
  { to: '/console/settings/jobs', word: 'settings.jobs', need: 'jobs.view' },
] as const satisfies { to: string; word: ConsoleKey; need: string }[];

export const housingPages = [
  { to: '/console/housing', word: 'housing.grid', need: 'housing.view' },
  { to: '/console/housing/rooms', word: 'housing.rooms', need: 'housing.view' },
  { to: '/console/housing/parcels', word: 'housing.parcels', need: 'housing.view' },
  { to: '/console/housing/parking', word: 'housing.parking', need: 'parking.view' },
  { to: '/console/housing/handover', word: 'housing.handover', need: 'handover.view' },
  { to: '/console/housing/facilities', word: 'housing.facilities', need: 'facility.view' },
  { to: '/console/housing/plans', word: 'housing.plans', need: 'facility.view' },
] as const satisfies { to: string; word: ConsoleKey; need: string }[];

export const customerPages = [
  { to: '/console/customers', word: 'customers.list', need: 'customer.view' },
  { to: '/console/customers/reminders', word: 'customers.reminders', need: 'reminder.view' },
  { to: '/console/customers/leases', word: 'customers.leases', need: 'lease.view' },
  { to: '/console/customers/belongings', word: 'customers.belongings', need: 'belonging.view' },
  { to: '/console/customers/duplicates', word: 'customers.duplicates', need: 'customer.merge' },
  { to: '/console/customers/tags', word: 'customers.tags', need: 'customer.tags' },
] as const satisfies { to: string; word: ConsoleKey; need: string }[];

export const procedurePages = [
  { to: '/console/procedures', word: 'procedures.library', need: 'procedure.view' },
  { to: '/console/procedures/to-read', word: 'procedures.to_read', need: 'procedure.view' },
  { to: '/console/procedures/readers', word: 'procedures.readers', need: 'procedure.lead' },
] as const satisfies { to: string; word: ConsoleKey; need: string }[];

export const cashierPages = [
  { to: '/console/cashier', word: 'cashier.desk', need: 'payment.take' },
  { to: '/console/temporary', word: 'cashier.temporary', need: 'charge.once' },
  { to: '/console/payments', word: 'cashier.payments', need: 'payment.view' },
  { to: '/console/refunds', word: 'cashier.refunds', need: 'payment.view' },
  { to: '/console/deposits', word: 'cashier.deposits', need: 'payment.view' },
  { to: '/console/offsets', word: 'cashier.offsets', need: 'payment.view' },
  { to: '/console/suspense', word: 'cashier.suspense', need: 'payment.view' },
  { to: '/console/statements', word: 'cashier.statements', need: 'statement.view' },
  { to: '/console/invoices', word: 'cashier.invoices', need: 'invoice.view' },
  { to: '/console/debits', word: 'cashier.debits', need: 'debit.view' },
  { to: '/console/debit-mandates', word: 'cashier.mandates', need: 'debit.view' },
  { to: '/console/cashier/day', word: 'cashier.day', need: 'payment.view' },
  { to: '/console/cashier/books', word: 'cashier.books', need: 'payment.view' },
] as const satisfies { to: string; word: ConsoleKey; need: string }[];

export const feePages = [
  { to: '/console/bill-runs', word: 'fees.runs', need: 'bill.view' },
  { to: '/console/bill-rounds', word: 'fees.rounds', need: 'bill.notice' },
  { to: '/console/bill-fixes', word: 'fees.fixes', need: 'bill.view' },
  { to: '/console/online-payments', word: 'fees.online', need: 'online.view' },
  { to: '/console/meters', word: 'fees.meters', need: 'meter.view' },
  { to: '/console/meter-gateways', word: 'fees.gateways', need: 'meter.gateways' },
  { to: '/console/public-costs', word: 'fees.costs', need: 'meter.view' },
  { to: '/console/extracts', word: 'fees.extracts', need: 'extract.view' },
  { to: '/console/charges', word: 'fees.charges', need: 'charge.view' },
  { to: '/console/shared-income', word: 'fees.shared', need: 'publicity.view' },
  { to: '/console/charge-inspections', word: 'fees.inspections', need: 'inspection.view' },
  { to: '/console/discounts', word: 'fees.discounts', need: 'charge.view' },
  { to: '/console/arrears', word: 'fees.arrears', need: 'arrears.view' },
  { to: '/console/collection', word: 'fees.collection', need: 'collection.view' },
  { to: '/console/arrears-rules', word: 'fees.rules', need: 'arrears.settings' },
] as const satisfies { to: string; word: ConsoleKey; need: string }[];

export const visitPages = [
  { to: '/console/tickets/calendar', word: 'visits.calendar', need: 'ticket.view' },
  { to: '/console/tickets/plan', word: 'visits.plan', need: 'ticket.dispatch' },
  { to: '/console/tickets/look-ins', word: 'look.title', need: 'ticket.view' },
  { to: '/console/tickets/slips', word: 'slips.register', need: 'ticket.view' },
  { to: '/console/tickets/upkeep', word: 'upkeep.title', need: 'ticket.view' },
  { to: '/console/tickets/arrivals', word: 'visits.figures', need: 'ticket.view' },
  { to: '/console/faults', word: 'faults.title', need: 'improvement.view' },
] as const satisfies { to: string; word: ConsoleKey; need: string }[];

export const rosterPages = [
  { to: '/console/roster', word: 'roster.title', need: 'roster.view' },
  { to: '/console/roster/swaps', word: 'roster.swaps', need: 'roster.view' },
  { to: '/console/shift-handovers', word: 'shift_handover.title', need: 'roster.handover' },
  { to: '/console/daily', word: 'daily.title', need: 'daily.view' },
  { to: '/console/roster/response', word: 'response.team', need: 'roster.view' },
  { to: '/console/attendance', word: 'attendance.title', need: 'attendance.view' },
  { to: '/console/staffing', word: 'staffing.title', need: 'staffing.edit' },
  { to: '/console/roster/shifts', word: 'roster.shifts', need: 'roster.plan' },
] as const satisfies { to: string; word: ConsoleKey; need: string }[];

/** The pages of a place, where it has more than one. */
const sections = {
  'nav.tickets': [places[0], ...visitPages],
  'nav.housing': housingPages,
  'nav.customers': customerPages,
  'nav.procedures': procedurePages,
  'nav.fees': feePages,
  'nav.cashier': cashierPages,
  'nav.roster': rosterPages,
} as const;

/** The places that somebody may go to, each by the first of its pages that is open to them. */
export const openPlaces = (can: (action: string) => boolean) =>
  places.flatMap(place => {
    const pages = place.word in sections ? sections[place.word as keyof typeof sections] : [place];
    const first = pages.find(page => can(page.need));
    return first ? [{ ...place, to: first.to, pages: pages.map(page => page.to) }] : [];
  });
