import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import type { FunctionComponent } from 'react';
import { useLang } from '../kit/i18n.ts';
import { Gate } from './gate.tsx';
import { type Filters, known, wide } from './routes/tickets/filters.ts';
import { ErrorPage, NotFoundPage } from './ui/pages.tsx';

/** A page that comes when it is opened. In another language it says itself anew, and keeps what is typed. */
function later<N extends string>(load: () => Promise<{ [name in N]: FunctionComponent }>, name: N) {
  const Page = lazyRouteComponent(load as () => Promise<Record<string, FunctionComponent>>, name);
  const Shown = () => {
    useLang();
    return <Page />;
  };
  Shown.preload = Page.preload;
  return Shown;
}

type Search = Record<string, unknown>;
const str = (v: unknown): string | undefined =>
  typeof v === 'string' && v !== '' ? v : typeof v === 'number' ? String(v) : undefined;

/** A day or a month that is none, typed by hand, is read as if it were not there: pages count with it. */
const wrong = (name: string, value: string): boolean =>
  /^(day|from|to|period)$/.test(name) && !(/^\d{4}-\d\d/.test(value) && Date.parse(value));

/** The named parts of the address; one that is not kept is undefined by name, or the router shows what was typed. */
const pick =
  <K extends string>(...names: K[]) =>
  (search: Search): { [P in K]?: string } => {
    const kept: { [P in K]?: string } = {};
    for (const name of names) {
      const value = str(search[name]);
      kept[name] = value === undefined || wrong(name, value) ? undefined : value;
    }
    return kept;
  };

const ticketSearch = (search: Search): Filters & { open?: string } => {
  const { open, ...said } = pick(
    'view',
    'status',
    'grade',
    'kind',
    'dept',
    'category',
    'facet',
    'building',
    'q',
    'open',
  )(search);
  return { ...wide, view: undefined, open, ...known(said) };
};

const root = createRootRoute({ component: Gate, errorComponent: ErrorPage, notFoundComponent: NotFoundPage });
const at = <P extends string>(path: P) => ({ getParentRoute: () => root, path });
const toTickets = () => {
  throw redirect({ to: '/console/tickets', replace: true });
};

const home = createRoute({ ...at('/'), beforeLoad: toTickets });
const consoleHome = createRoute({ ...at('/console'), beforeLoad: toTickets });
const tickets = createRoute({
  ...at('/console/tickets'),
  validateSearch: ticketSearch,
  component: later(() => import('./routes/tickets/list.tsx'), 'ListPage'),
});
const ticketBoard = createRoute({
  ...at('/console/tickets/board'),
  validateSearch: (search: Search) => ({ ...ticketSearch(search), ...pick('by')(search) }),
  component: later(() => import('./routes/tickets/columns.tsx'), 'BoardPage'),
});
const newTicket = createRoute({
  ...at('/console/tickets/new'),
  validateSearch: pick('room', 'customer', 'mobile', 'facility', 'place', 'earlier', 'number'),
  component: later(() => import('./routes/tickets/new.tsx'), 'NewPage'),
});
const ticket = createRoute({
  ...at('/console/tickets/$id'),
  component: later(() => import('./routes/tickets/page.tsx'), 'TicketPage'),
});
const ticketPrint = createRoute({
  ...at('/console/tickets/$id/print'),
  component: later(() => import('./routes/tickets/print.tsx'), 'PrintPage'),
});
const ticketPapers = createRoute({
  ...at('/console/tickets/$id/papers'),
  component: later(() => import('./routes/tickets/papers.tsx'), 'PapersPage'),
});
const ticketSlips = createRoute({
  ...at('/console/tickets/$id/slips'),
  validateSearch: pick('form'),
  component: later(() => import('./routes/tickets/slips.tsx'), 'SlipsPage'),
});
const visitCalendar = createRoute({
  ...at('/console/tickets/calendar'),
  validateSearch: pick('from', 'view', 'by'),
  component: later(() => import('./routes/tickets/calendar.tsx'), 'CalendarPage'),
});
const visitPlan = createRoute({
  ...at('/console/tickets/plan'),
  validateSearch: pick('day', 'slot'),
  component: later(() => import('./routes/tickets/plan.tsx'), 'PlanPage'),
});
const slipRegister = createRoute({
  ...at('/console/tickets/slips'),
  validateSearch: pick('form'),
  component: later(() => import('./routes/slip/list.tsx'), 'SlipRegisterPage'),
});
const lookIns = createRoute({
  ...at('/console/tickets/look-ins'),
  component: later(() => import('./routes/tickets/look-ins.tsx'), 'LookInsPage'),
});
const arrivals = createRoute({
  ...at('/console/tickets/arrivals'),
  validateSearch: pick('from', 'to'),
  component: later(() => import('./routes/tickets/arrivals.tsx'), 'ArrivalsPage'),
});
const settingsVisits = createRoute({
  ...at('/console/settings/visits'),
  component: later(() => import('./routes/settings/visits.tsx'), 'VisitSettingsPage'),
});
const reception = createRoute({
  ...at('/console/reception'),
  validateSearch: pick('q', 'all'),
  component: later(() => import('./routes/household/reception.tsx'), 'ReceptionPage'),
});
const household = createRoute({
  ...at('/console/households/$roomId'),
  component: later(() => import('./routes/household/household.tsx'), 'HouseholdPage'),
});
const customer = createRoute({
  ...at('/console/customers/$id'),
  component: later(() => import('./routes/customers/page.tsx'), 'CustomerPage'),
});
const customers = createRoute({
  ...at('/console/customers'),
  validateSearch: pick('q', 'kind', 'tag', 'relation', 'rooms'),
  component: later(() => import('./routes/customers/list.tsx'), 'CustomersPage'),
});
const transfer = createRoute({
  ...at('/console/customers/transfer'),
  validateSearch: pick('room'),
  component: later(() => import('./routes/customers/transfer.tsx'), 'TransferPage'),
});
const duplicates = createRoute({
  ...at('/console/customers/duplicates'),
  component: later(() => import('./routes/customers/duplicates.tsx'), 'DuplicatesPage'),
});
const tags = createRoute({
  ...at('/console/customers/tags'),
  component: later(() => import('./routes/customers/tags.tsx'), 'TagsPage'),
});
const leases = createRoute({
  ...at('/console/customers/leases'),
  validateSearch: pick('view', 'q', 'open', 'room'),
  component: later(() => import('./routes/leases/list.tsx'), 'LeasesPage'),
});
const belongings = createRoute({
  ...at('/console/customers/belongings'),
  validateSearch: pick('group', 'q', 'open', 'room'),
  component: later(() => import('./routes/belongings/list.tsx'), 'BelongingsPage'),
});
const reminders = createRoute({
  ...at('/console/customers/reminders'),
  validateSearch: pick('view', 'source'),
  component: later(() => import('./routes/reminders/list.tsx'), 'RemindersPage'),
});
const procedures = createRoute({
  ...at('/console/procedures'),
  validateSearch: pick('q', 'kind'),
  component: later(() => import('./routes/procedures/list.tsx'), 'ProceduresPage'),
});
const newProcedure = createRoute({
  ...at('/console/procedures/new'),
  component: later(() => import('./routes/procedures/editor.tsx'), 'NewPage'),
});
const toRead = createRoute({
  ...at('/console/procedures/to-read'),
  component: later(() => import('./routes/procedures/readers.tsx'), 'ToReadPage'),
});
const readers = createRoute({
  ...at('/console/procedures/readers'),
  component: later(() => import('./routes/procedures/readers.tsx'), 'ReadersPage'),
});
const procedure = createRoute({
  ...at('/console/procedures/$id'),
  validateSearch: pick('version', 'compare'),
  component: later(() => import('./routes/procedures/page.tsx'), 'ProcedurePage'),
});
const editProcedure = createRoute({
  ...at('/console/procedures/$id/edit'),
  component: later(() => import('./routes/procedures/editor.tsx'), 'EditPage'),
});
const followups = createRoute({
  ...at('/console/followups'),
  validateSearch: pick('state', 'open'),
  component: later(() => import('./routes/followups/list.tsx'), 'FollowUpsPage'),
});
const followupFigures = createRoute({
  ...at('/console/followups/figures'),
  validateSearch: pick('from', 'to', 'by'),
  component: later(() => import('./routes/followups/figures.tsx'), 'FiguresPage'),
});
const followupRules = createRoute({
  ...at('/console/followups/rules'),
  component: later(() => import('./routes/followups/rules.tsx'), 'RulesPage'),
});
const followupSheet = createRoute({
  ...at('/console/followups/$id/sheet'),
  component: later(() => import('./routes/followups/sheet.tsx'), 'SheetPage'),
});
const approvals = createRoute({
  ...at('/console/approvals'),
  validateSearch: pick('view', 'open'),
  component: later(() => import('./routes/approvals/list.tsx'), 'ApprovalsPage'),
});
const notices = createRoute({
  ...at('/console/notices'),
  validateSearch: pick('view'),
  component: later(() => import('./routes/notices/list.tsx'), 'NoticesPage'),
});
const imports = createRoute({
  ...at('/console/imports'),
  component: later(() => import('./routes/imports/list.tsx'), 'ImportsPage'),
});
const importTemplates = createRoute({
  ...at('/console/imports/templates'),
  component: later(() => import('./routes/imports/templates.tsx'), 'TemplatesPage'),
});
const importOne = createRoute({
  ...at('/console/imports/$id'),
  component: later(() => import('./routes/imports/one.tsx'), 'ImportPage'),
});
const charges = createRoute({
  ...at('/console/charges'),
  validateSearch: pick('open'),
  component: later(() => import('./routes/billing/charges.tsx'), 'ChargesPage'),
});
const sharedIncome = createRoute({
  ...at('/console/shared-income'),
  validateSearch: pick('year', 'open'),
  component: later(() => import('./routes/publicity/shared.tsx'), 'SharedPage'),
});
const chargeInspections = createRoute({
  ...at('/console/charge-inspections'),
  validateSearch: pick('state', 'open'),
  component: later(() => import('./routes/publicity/inspections.tsx'), 'InspectionsPage'),
});
const meters = createRoute({
  ...at('/console/meters'),
  validateSearch: pick('kind', 'view', 'q'),
  component: later(() => import('./routes/billing/meters.tsx'), 'MetersPage'),
});
const costs = createRoute({
  ...at('/console/public-costs'),
  validateSearch: pick('period'),
  component: later(() => import('./routes/billing/costs.tsx'), 'CostsPage'),
});
const billRuns = createRoute({
  ...at('/console/bill-runs'),
  component: later(() => import('./routes/billing/runs.tsx'), 'RunsPage'),
});
const billRun = createRoute({
  ...at('/console/bill-runs/$id'),
  validateSearch: pick('item'),
  component: later(() => import('./routes/billing/run.tsx'), 'RunPage'),
});
const discounts = createRoute({
  ...at('/console/discounts'),
  component: later(() => import('./routes/billing/discounts.tsx'), 'DiscountsPage'),
});
const billFixes = createRoute({
  ...at('/console/bill-fixes'),
  component: later(() => import('./routes/billing/fixes.tsx'), 'FixesPage'),
});
const billFix = createRoute({
  ...at('/console/bill-fixes/$id'),
  component: later(() => import('./routes/billing/fix.tsx'), 'FixPage'),
});
const billNotices = createRoute({
  ...at('/console/bill-notices/$batch'),
  validateSearch: pick('state'),
  component: later(() => import('./routes/delivery/batch.tsx'), 'BatchPage'),
});
const billPrint = createRoute({
  ...at('/console/bill-notices/$batch/print'),
  validateSearch: pick('building', 'room', 'by', 'form', 'again'),
  component: later(() => import('./routes/delivery/print.tsx'), 'PrintPage'),
});
const billRounds = createRoute({
  ...at('/console/bill-rounds'),
  component: later(() => import('./routes/delivery/rounds.tsx'), 'RoundsPage'),
});
const billRound = createRoute({
  ...at('/console/bill-rounds/$id'),
  component: later(() => import('./routes/delivery/round.tsx'), 'RoundPage'),
});
const bills = createRoute({
  ...at('/console/bills/$roomId'),
  validateSearch: pick('open'),
  component: later(() => import('./routes/billing/bills.tsx'), 'BillsPage'),
});
const online = createRoute({
  ...at('/console/online-payments'),
  validateSearch: pick('view'),
  component: later(() => import('./routes/payonline/orders.tsx'), 'OnlinePage'),
});
const payChannels = createRoute({
  ...at('/console/settings/payments'),
  component: later(() => import('./routes/payonline/settings.tsx'), 'PayChannelsPage'),
});
const arrears = createRoute({
  ...at('/console/arrears'),
  validateSearch: pick('view', 'sort', 'channel'),
  component: later(() => import('./routes/arrears/list.tsx'), 'ArrearsPage'),
});
const owed = createRoute({
  ...at('/console/arrears/$roomId'),
  validateSearch: pick('line'),
  component: later(() => import('./routes/arrears/household.tsx'), 'OwedPage'),
});
const dunNotice = createRoute({
  ...at('/console/arrears/notices/$id'),
  component: later(() => import('./routes/arrears/notice.tsx'), 'NoticePage'),
});
const arrearsRules = createRoute({
  ...at('/console/arrears-rules'),
  component: later(() => import('./routes/arrears/rules.tsx'), 'RulesPage'),
});
const collection = createRoute({
  ...at('/console/collection'),
  validateSearch: pick('from', 'to', 'by', 'table'),
  component: later(() => import('./routes/collection/report.tsx'), 'CollectionPage'),
});
const pieces = createRoute({
  ...at('/console/collection/pieces'),
  validateSearch: pick('from', 'to', 'by', 'figure', 'key', 'name'),
  component: later(() => import('./routes/collection/pieces.tsx'), 'PiecesPage'),
});
const extracts = createRoute({
  ...at('/console/extracts'),
  validateSearch: pick('state'),
  component: later(() => import('./routes/extract/list.tsx'), 'ExtractsPage'),
});
const extract = createRoute({
  ...at('/console/extracts/$form/$id'),
  validateSearch: pick('from', 'to', 'lang'),
  component: later(() => import('./routes/extract/page.tsx'), 'ExtractPage'),
});
const staff = createRoute({
  ...at('/console/staff'),
  validateSearch: pick('q', 'state'),
  component: later(() => import('./routes/staff/list.tsx'), 'StaffPage'),
});
const staffOne = createRoute({
  ...at('/console/staff/$id'),
  component: later(() => import('./routes/staff/edit.tsx'), 'StaffEditPage'),
});
const housing = createRoute({
  ...at('/console/housing'),
  validateSearch: pick('building'),
  component: later(() => import('./routes/housing/grid.tsx'), 'GridPage'),
});
const newBuilding = createRoute({
  ...at('/console/housing/new'),
  validateSearch: pick('building'),
  component: later(() => import('./routes/housing/bulk.tsx'), 'BulkPage'),
});
const rooms = createRoute({
  ...at('/console/housing/rooms'),
  validateSearch: pick('q', 'building', 'state', 'type', 'floor', 'areaFrom', 'areaTo', 'without', 'parcel'),
  component: later(() => import('./routes/housing/rooms.tsx'), 'RoomsPage'),
});
const parcels = createRoute({
  ...at('/console/housing/parcels'),
  validateSearch: pick('open'),
  component: later(() => import('./routes/housing/parcels.tsx'), 'ParcelsPage'),
});
const facilities = createRoute({
  ...at('/console/housing/facilities'),
  validateSearch: pick('view', 'q', 'open'),
  component: later(() => import('./routes/facility/list.tsx'), 'FacilitiesPage'),
});
const plans = createRoute({
  ...at('/console/housing/plans'),
  validateSearch: pick('open', 'item'),
  component: later(() => import('./routes/facility/plans.tsx'), 'PlansPage'),
});
const parking = createRoute({
  ...at('/console/housing/parking'),
  validateSearch: pick('view', 'q', 'open'),
  component: later(() => import('./routes/parking/list.tsx'), 'ParkingPage'),
});
const handover = createRoute({
  ...at('/console/housing/handover'),
  validateSearch: pick('building', 'state', 'unsigned', 'defects', 'on'),
  component: later(() => import('./routes/handover/board.tsx'), 'BoardPage'),
});
const checklist = createRoute({
  ...at('/console/housing/checklist'),
  component: later(() => import('./routes/handover/checklist.tsx'), 'ChecklistPage'),
});
const handoverOne = createRoute({
  ...at('/console/housing/handover/$id'),
  component: later(() => import('./routes/handover/one.tsx'), 'HandoverPage'),
});
const cashier = createRoute({
  ...at('/console/cashier'),
  validateSearch: pick('room', 'with', 'line'),
  component: later(() => import('./routes/cashier/desk.tsx'), 'DeskPage'),
});
const temporary = createRoute({
  ...at('/console/temporary'),
  validateSearch: pick('room', 'customer', 'period', 'kind'),
  component: later(() => import('./routes/temporary/page.tsx'), 'TemporaryPage'),
});
const payments = createRoute({
  ...at('/console/payments'),
  validateSearch: pick('day', 'number', 'open'),
  component: later(() => import('./routes/cashier/payments.tsx'), 'PaymentsPage'),
});
const refunds = createRoute({
  ...at('/console/refunds'),
  validateSearch: pick('state', 'room', 'open'),
  component: later(() => import('./routes/refund/list.tsx'), 'RefundsPage'),
});
const settlement = createRoute({
  ...at('/console/settlements/$room'),
  validateSearch: pick('day', 'open'),
  component: later(() => import('./routes/refund/settlement.tsx'), 'SettlementPage'),
});
const refundSlip = createRoute({
  ...at('/console/refund-slips/$id'),
  component: later(() => import('./routes/refund/slip.tsx'), 'RefundSlipPage'),
});
const suspense = createRoute({
  ...at('/console/suspense'),
  validateSearch: pick('state'),
  component: later(() => import('./routes/cashier/suspense.tsx'), 'SuspensePage'),
});
const deposits = createRoute({
  ...at('/console/deposits'),
  validateSearch: pick('state'),
  component: later(() => import('./routes/cashier/held.tsx'), 'DepositsPage'),
});
const meterGateways = createRoute({
  ...at('/console/meter-gateways'),
  component: later(() => import('./routes/billing/gateways.tsx'), 'GatewaysPage'),
});
const offsets = createRoute({
  ...at('/console/offsets'),
  validateSearch: pick('state'),
  component: later(() => import('./routes/cashier/offsets.tsx'), 'OffsetsPage'),
});
const statements = createRoute({
  ...at('/console/statements'),
  validateSearch: pick('open', 'state', 'day'),
  component: later(() => import('./routes/statement/list.tsx'), 'StatementsPage'),
});
const invoices = createRoute({
  ...at('/console/invoices'),
  validateSearch: pick('state', 'room', 'open'),
  component: later(() => import('./routes/invoice/list.tsx'), 'InvoicesPage'),
});
const invoiceSettings = createRoute({
  ...at('/console/invoice-settings'),
  component: later(() => import('./routes/invoice/settings.tsx'), 'InvoiceSettingsPage'),
});
const debits = createRoute({
  ...at('/console/debits'),
  validateSearch: pick('open'),
  component: later(() => import('./routes/debit/list.tsx'), 'DebitsPage'),
});
const mandates = createRoute({
  ...at('/console/debit-mandates'),
  validateSearch: pick('state'),
  component: later(() => import('./routes/debit/mandates.tsx'), 'MandatesPage'),
});
const cashierDay = createRoute({
  ...at('/console/cashier/day'),
  validateSearch: pick('day'),
  component: later(() => import('./routes/cashier/day.tsx'), 'DayPage'),
});
const cashierBooks = createRoute({
  ...at('/console/cashier/books'),
  component: later(() => import('./routes/cashier/books.tsx'), 'BooksPage'),
});
const receipt = createRoute({
  ...at('/console/receipts/$id'),
  component: later(() => import('./routes/cashier/receipt.tsx'), 'ReceiptPage'),
});
const settings = createRoute({
  ...at('/console/settings'),
  component: later(() => import('./routes/settings/community.tsx'), 'CommunityPage'),
});
const audit = createRoute({
  ...at('/console/settings/audit'),
  validateSearch: pick('of', 'actor', 'action', 'from', 'to', 'subject'),
  component: later(() => import('./routes/settings/audit.tsx'), 'AuditPage'),
});
const consentTexts = createRoute({
  ...at('/console/settings/consents'),
  component: later(() => import('./routes/settings/consents.tsx'), 'ConsentTextsPage'),
});
const exported = createRoute({
  ...at('/console/settings/exports'),
  component: later(() => import('./routes/settings/exports.tsx'), 'ExportsPage'),
});
const jobs = createRoute({
  ...at('/console/settings/jobs'),
  component: later(() => import('./routes/settings/jobs.tsx'), 'JobsPage'),
});
const clocks = createRoute({
  ...at('/console/settings/clocks'),
  component: later(() => import('./routes/settings/clocks.tsx'), 'ClocksPage'),
});
const categories = createRoute({
  ...at('/console/settings/categories'),
  validateSearch: pick('open', 'q', 'all'),
  component: later(() => import('./routes/settings/categories.tsx'), 'CategoriesPage'),
});
const triage = createRoute({
  ...at('/console/settings/triage'),
  component: later(() => import('./routes/settings/triage.tsx'), 'TriagePage'),
});
const settingsPrices = createRoute({
  ...at('/console/settings/prices'),
  component: later(() => import('./routes/settings/prices.tsx'), 'PricesPage'),
});
const evidence = createRoute({
  ...at('/console/settings/evidence'),
  component: later(() => import('./routes/settings/evidence.tsx'), 'EvidencePage'),
});
const dispatch = createRoute({
  ...at('/console/settings/dispatch'),
  component: later(() => import('./routes/settings/dispatch.tsx'), 'DispatchPage'),
});
const roster = createRoute({
  ...at('/console/roster'),
  validateSearch: pick('day', 'post'),
  component: later(() => import('./routes/roster/week.tsx'), 'RosterPage'),
});
const rosterShifts = createRoute({
  ...at('/console/roster/shifts'),
  component: later(() => import('./routes/roster/shifts.tsx'), 'ShiftsPage'),
});
const rosterSwaps = createRoute({
  ...at('/console/roster/swaps'),
  validateSearch: pick('view'),
  component: later(() => import('./routes/roster/swaps.tsx'), 'SwapsPage'),
});
const rosterResponse = createRoute({
  ...at('/console/roster/response'),
  component: later(() => import('./routes/roster/response.tsx'), 'ResponsePage'),
});
const attendance = createRoute({
  ...at('/console/attendance'),
  validateSearch: pick('period'),
  component: later(() => import('./routes/attendance/month.tsx'), 'AttendancePage'),
});
const staffing = createRoute({
  ...at('/console/staffing'),
  validateSearch: pick('plan'),
  component: later(() => import('./routes/staffing/list.tsx'), 'StaffingPage'),
});
const upkeep = createRoute({
  ...at('/console/tickets/upkeep'),
  validateSearch: pick('view'),
  component: later(() => import('./routes/tickets/upkeep.tsx'), 'UpkeepPage'),
});
const faults = createRoute({
  ...at('/console/faults'),
  validateSearch: pick('month'),
  component: later(() => import('./routes/faults/months.tsx'), 'FaultsPage'),
});
const shiftHandovers = createRoute({
  ...at('/console/shift-handovers'),
  validateSearch: pick('day'),
  component: later(() => import('./routes/roster/handovers.tsx'), 'ShiftHandoversPage'),
});
const daily = createRoute({
  ...at('/console/daily'),
  validateSearch: pick('day'),
  component: later(() => import('./routes/daily/page.tsx'), 'DailyPage'),
});
const dailyMonth = createRoute({
  ...at('/console/daily/month'),
  validateSearch: pick('period'),
  component: later(() => import('./routes/daily/month.tsx'), 'DailyMonthPage'),
});
const dailyPrint = createRoute({
  ...at('/console/daily/print'),
  validateSearch: pick('day'),
  component: later(() => import('./routes/daily/print.tsx'), 'DailyPrintPage'),
});
const retention = createRoute({
  ...at('/console/settings/retention'),
  component: later(() => import('./routes/settings/retention.tsx'), 'RetentionPage'),
});
const devices = createRoute({
  ...at('/console/account/devices'),
  component: later(() => import('./routes/session/devices.tsx'), 'DevicesPage'),
});
const ownMessages = createRoute({
  ...at('/console/account/messages'),
  component: later(() => import('./routes/session/messages.tsx'), 'OwnMessagesPage'),
});
const mailServer = createRoute({
  ...at('/console/settings/mail'),
  component: later(() => import('./routes/settings/mail.tsx'), 'MailPage'),
});
const outgoing = createRoute({
  ...at('/console/settings/messages'),
  validateSearch: pick('state', 'channel'),
  component: later(() => import('./routes/settings/messages.tsx'), 'MessagesPage'),
});
const deputy = createRoute({
  ...at('/console/account/deputy'),
  component: later(() => import('./routes/approvals/deputy.tsx'), 'DeputyPage'),
});
const organisation = createRoute({
  ...at('/console/settings/organisation'),
  component: later(() => import('./routes/organisation/tree.tsx'), 'OrganisationPage'),
});
const roles = createRoute({
  ...at('/console/settings/roles'),
  validateSearch: pick('open'),
  component: later(() => import('./routes/organisation/roles.tsx'), 'RolesPage'),
});
const positions = createRoute({
  ...at('/console/settings/positions'),
  component: later(() => import('./routes/organisation/positions.tsx'), 'PositionsPage'),
});
const approvalRules = createRoute({
  ...at('/console/settings/approvals'),
  component: later(() => import('./routes/approvals/rules.tsx'), 'RulesPage'),
});
const ownSecurity = createRoute({
  ...at('/console/account/security'),
  component: later(() => import('./routes/session/security.tsx'), 'SecurityPage'),
});
const security = createRoute({
  ...at('/console/settings/security'),
  component: later(() => import('./routes/settings/security.tsx'), 'SignInSecurityPage'),
});
const password = createRoute({
  ...at('/console/account/password'),
  component: later(() => import('./routes/session/password.tsx'), 'PasswordPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    consoleHome,
    tickets,
    ticketBoard,
    newTicket,
    visitCalendar,
    visitPlan,
    lookIns,
    slipRegister,
    arrivals,
    settingsVisits,
    ticket,
    ticketPrint,
    ticketPapers,
    ticketSlips,
    reception,
    household,
    customers,
    transfer,
    duplicates,
    tags,
    leases,
    belongings,
    reminders,
    customer,
    procedures,
    newProcedure,
    toRead,
    readers,
    procedure,
    editProcedure,
    followups,
    followupFigures,
    followupRules,
    followupSheet,
    approvals,
    imports,
    importTemplates,
    importOne,
    charges,
    sharedIncome,
    chargeInspections,
    meters,
    costs,
    billRuns,
    billRun,
    bills,
    discounts,
    billFixes,
    billFix,
    billNotices,
    billPrint,
    billRounds,
    billRound,
    arrears,
    owed,
    dunNotice,
    arrearsRules,
    collection,
    pieces,
    extracts,
    extract,
    staff,
    staffOne,
    housing,
    newBuilding,
    rooms,
    parcels,
    parking,
    facilities,
    plans,
    handover,
    handoverOne,
    cashier,
    temporary,
    payments,
    refunds,
    suspense,
    deposits,
    offsets,
    meterGateways,
    statements,
    invoices,
    invoiceSettings,
    debits,
    mandates,
    refundSlip,
    settlement,
    cashierDay,
    cashierBooks,
    receipt,
    checklist,
    settings,
    audit,
    consentTexts,
    exported,
    jobs,
    clocks,
    dispatch,
    evidence,
    categories,
    triage,
    settingsPrices,
    roster,
    rosterShifts,
    rosterSwaps,
    rosterResponse,
    attendance,
    staffing,
    faults,
    daily,
    dailyMonth,
    dailyPrint,
    upkeep,
    shiftHandovers,
    notices,
    retention,
    organisation,
    roles,
    positions,
    approvalRules,
    devices,
    ownMessages,
    online,
    payChannels,
    mailServer,
    outgoing,
    deputy,
    password,
    ownSecurity,
    security,
  ]),
  defaultPreload: 'intent',
  // What is typed and open on a page is of one record: the next one begins anew.
  defaultRemountDeps: ({ params }) => params,
  defaultErrorComponent: ErrorPage,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
