import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { Gate } from './gate.tsx';
import { type Filters, known } from './routes/tickets/filters.ts';
import { ErrorPage, NotFoundPage } from './ui/pages.tsx';

type Search = Record<string, unknown>;
const str = (v: unknown): string | undefined =>
  typeof v === 'string' && v !== '' ? v : typeof v === 'number' ? String(v) : undefined;

/** Keeps the named parts of the address and leaves the rest out. */
const pick =
  <K extends string>(...names: K[]) =>
  (search: Search): { [P in K]?: string } => {
    const kept: { [P in K]?: string } = {};
    for (const name of names) {
      const value = str(search[name]);
      if (value !== undefined) kept[name] = value;
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
  return { ...(open ? { open } : {}), ...known(said) };
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
  component: lazyRouteComponent(() => import('./routes/tickets/list.tsx'), 'ListPage'),
});
const ticketBoard = createRoute({
  ...at('/console/tickets/board'),
  validateSearch: (search: Search) => ({ ...ticketSearch(search), ...pick('by')(search) }),
  component: lazyRouteComponent(() => import('./routes/tickets/columns.tsx'), 'BoardPage'),
});
const newTicket = createRoute({
  ...at('/console/tickets/new'),
  validateSearch: pick('room', 'customer', 'mobile', 'facility', 'place', 'earlier', 'number'),
  component: lazyRouteComponent(() => import('./routes/tickets/new.tsx'), 'NewPage'),
});
const ticket = createRoute({
  ...at('/console/tickets/$id'),
  component: lazyRouteComponent(() => import('./routes/tickets/page.tsx'), 'TicketPage'),
});
const ticketPrint = createRoute({
  ...at('/console/tickets/$id/print'),
  component: lazyRouteComponent(() => import('./routes/tickets/print.tsx'), 'PrintPage'),
});
const ticketPapers = createRoute({
  ...at('/console/tickets/$id/papers'),
  component: lazyRouteComponent(() => import('./routes/tickets/papers.tsx'), 'PapersPage'),
});
const ticketSlips = createRoute({
  ...at('/console/tickets/$id/slips'),
  validateSearch: pick('form'),
  component: lazyRouteComponent(() => import('./routes/tickets/slips.tsx'), 'SlipsPage'),
});
const visitCalendar = createRoute({
  ...at('/console/tickets/calendar'),
  validateSearch: pick('from', 'view', 'by'),
  component: lazyRouteComponent(() => import('./routes/tickets/calendar.tsx'), 'CalendarPage'),
});
const visitPlan = createRoute({
  ...at('/console/tickets/plan'),
  validateSearch: pick('day', 'slot'),
  component: lazyRouteComponent(() => import('./routes/tickets/plan.tsx'), 'PlanPage'),
});
const slipRegister = createRoute({
  ...at('/console/tickets/slips'),
  validateSearch: pick('form'),
  component: lazyRouteComponent(() => import('./routes/slip/list.tsx'), 'SlipRegisterPage'),
});
const lookIns = createRoute({
  ...at('/console/tickets/look-ins'),
  component: lazyRouteComponent(() => import('./routes/tickets/look-ins.tsx'), 'LookInsPage'),
});
const arrivals = createRoute({
  ...at('/console/tickets/arrivals'),
  validateSearch: pick('from', 'to'),
  component: lazyRouteComponent(() => import('./routes/tickets/arrivals.tsx'), 'ArrivalsPage'),
});
const settingsVisits = createRoute({
  ...at('/console/settings/visits'),
  component: lazyRouteComponent(() => import('./routes/settings/visits.tsx'), 'VisitSettingsPage'),
});
const reception = createRoute({
  ...at('/console/reception'),
  validateSearch: pick('q', 'all'),
  component: lazyRouteComponent(() => import('./routes/household/reception.tsx'), 'ReceptionPage'),
});
const household = createRoute({
  ...at('/console/households/$roomId'),
  component: lazyRouteComponent(() => import('./routes/household/household.tsx'), 'HouseholdPage'),
});
const customer = createRoute({
  ...at('/console/customers/$id'),
  component: lazyRouteComponent(() => import('./routes/customers/page.tsx'), 'CustomerPage'),
});
const customers = createRoute({
  ...at('/console/customers'),
  validateSearch: pick('q', 'kind', 'tag', 'relation', 'rooms'),
  component: lazyRouteComponent(() => import('./routes/customers/list.tsx'), 'CustomersPage'),
});
const transfer = createRoute({
  ...at('/console/customers/transfer'),
  validateSearch: pick('room'),
  component: lazyRouteComponent(() => import('./routes/customers/transfer.tsx'), 'TransferPage'),
});
const duplicates = createRoute({
  ...at('/console/customers/duplicates'),
  component: lazyRouteComponent(() => import('./routes/customers/duplicates.tsx'), 'DuplicatesPage'),
});
const tags = createRoute({
  ...at('/console/customers/tags'),
  component: lazyRouteComponent(() => import('./routes/customers/tags.tsx'), 'TagsPage'),
});
const leases = createRoute({
  ...at('/console/customers/leases'),
  validateSearch: pick('view', 'q', 'open', 'room'),
  component: lazyRouteComponent(() => import('./routes/leases/list.tsx'), 'LeasesPage'),
});
const belongings = createRoute({
  ...at('/console/customers/belongings'),
  validateSearch: pick('group', 'q', 'open', 'room'),
  component: lazyRouteComponent(() => import('./routes/belongings/list.tsx'), 'BelongingsPage'),
});
const reminders = createRoute({
  ...at('/console/customers/reminders'),
  validateSearch: pick('view', 'source'),
  component: lazyRouteComponent(() => import('./routes/reminders/list.tsx'), 'RemindersPage'),
});
const procedures = createRoute({
  ...at('/console/procedures'),
  validateSearch: pick('q', 'kind'),
  component: lazyRouteComponent(() => import('./routes/procedures/list.tsx'), 'ProceduresPage'),
});
const newProcedure = createRoute({
  ...at('/console/procedures/new'),
  component: lazyRouteComponent(() => import('./routes/procedures/editor.tsx'), 'NewPage'),
});
const toRead = createRoute({
  ...at('/console/procedures/to-read'),
  component: lazyRouteComponent(() => import('./routes/procedures/readers.tsx'), 'ToReadPage'),
});
const readers = createRoute({
  ...at('/console/procedures/readers'),
  component: lazyRouteComponent(() => import('./routes/procedures/readers.tsx'), 'ReadersPage'),
});
const procedure = createRoute({
  ...at('/console/procedures/$id'),
  validateSearch: pick('version', 'compare'),
  component: lazyRouteComponent(() => import('./routes/procedures/page.tsx'), 'ProcedurePage'),
});
const editProcedure = createRoute({
  ...at('/console/procedures/$id/edit'),
  component: lazyRouteComponent(() => import('./routes/procedures/editor.tsx'), 'EditPage'),
});
const followups = createRoute({
  ...at('/console/followups'),
  validateSearch: pick('state', 'open'),
  component: lazyRouteComponent(() => import('./routes/followups/list.tsx'), 'FollowUpsPage'),
});
const followupFigures = createRoute({
  ...at('/console/followups/figures'),
  validateSearch: pick('from', 'to', 'by'),
  component: lazyRouteComponent(() => import('./routes/followups/figures.tsx'), 'FiguresPage'),
});
const followupRules = createRoute({
  ...at('/console/followups/rules'),
  component: lazyRouteComponent(() => import('./routes/followups/rules.tsx'), 'RulesPage'),
});
const followupSheet = createRoute({
  ...at('/console/followups/$id/sheet'),
  component: lazyRouteComponent(() => import('./routes/followups/sheet.tsx'), 'SheetPage'),
});
const approvals = createRoute({
  ...at('/console/approvals'),
  validateSearch: pick('view', 'open'),
  component: lazyRouteComponent(() => import('./routes/approvals/list.tsx'), 'ApprovalsPage'),
});
const notices = createRoute({
  ...at('/console/notices'),
  validateSearch: pick('view'),
  component: lazyRouteComponent(() => import('./routes/notices/list.tsx'), 'NoticesPage'),
});
const imports = createRoute({
  ...at('/console/imports'),
  component: lazyRouteComponent(() => import('./routes/imports/list.tsx'), 'ImportsPage'),
});
const importTemplates = createRoute({
  ...at('/console/imports/templates'),
  component: lazyRouteComponent(() => import('./routes/imports/templates.tsx'), 'TemplatesPage'),
});
const importOne = createRoute({
  ...at('/console/imports/$id'),
  component: lazyRouteComponent(() => import('./routes/imports/one.tsx'), 'ImportPage'),
});
const charges = createRoute({
  ...at('/console/charges'),
  validateSearch: pick('open'),
  component: lazyRouteComponent(() => import('./routes/billing/charges.tsx'), 'ChargesPage'),
});
const sharedIncome = createRoute({
  ...at('/console/shared-income'),
  validateSearch: pick('year', 'open'),
  component: lazyRouteComponent(() => import('./routes/publicity/shared.tsx'), 'SharedPage'),
});
const chargeInspections = createRoute({
  ...at('/console/charge-inspections'),
  validateSearch: pick('state', 'open'),
  component: lazyRouteComponent(() => import('./routes/publicity/inspections.tsx'), 'InspectionsPage'),
});
const meters = createRoute({
  ...at('/console/meters'),
  validateSearch: pick('kind', 'view', 'q'),
  component: lazyRouteComponent(() => import('./routes/billing/meters.tsx'), 'MetersPage'),
});
const costs = createRoute({
  ...at('/console/public-costs'),
  validateSearch: pick('period'),
  component: lazyRouteComponent(() => import('./routes/billing/costs.tsx'), 'CostsPage'),
});
const billRuns = createRoute({
  ...at('/console/bill-runs'),
  component: lazyRouteComponent(() => import('./routes/billing/runs.tsx'), 'RunsPage'),
});
const billRun = createRoute({
  ...at('/console/bill-runs/$id'),
  validateSearch: pick('item'),
  component: lazyRouteComponent(() => import('./routes/billing/run.tsx'), 'RunPage'),
});
const discounts = createRoute({
  ...at('/console/discounts'),
  component: lazyRouteComponent(() => import('./routes/billing/discounts.tsx'), 'DiscountsPage'),
});
const billFixes = createRoute({
  ...at('/console/bill-fixes'),
  component: lazyRouteComponent(() => import('./routes/billing/fixes.tsx'), 'FixesPage'),
});
const billFix = createRoute({
  ...at('/console/bill-fixes/$id'),
  component: lazyRouteComponent(() => import('./routes/billing/fix.tsx'), 'FixPage'),
});
const billNotices = createRoute({
  ...at('/console/bill-notices/$batch'),
  validateSearch: pick('state'),
  component: lazyRouteComponent(() => import('./routes/delivery/batch.tsx'), 'BatchPage'),
});
const billPrint = createRoute({
  ...at('/console/bill-notices/$batch/print'),
  validateSearch: pick('building', 'room', 'by', 'form', 'again'),
  component: lazyRouteComponent(() => import('./routes/delivery/print.tsx'), 'PrintPage'),
});
const billRounds = createRoute({
  ...at('/console/bill-rounds'),
  component: lazyRouteComponent(() => import('./routes/delivery/rounds.tsx'), 'RoundsPage'),
});
const billRound = createRoute({
  ...at('/console/bill-rounds/$id'),
  component: lazyRouteComponent(() => import('./routes/delivery/round.tsx'), 'RoundPage'),
});
const bills = createRoute({
  ...at('/console/bills/$roomId'),
  validateSearch: pick('open'),
  component: lazyRouteComponent(() => import('./routes/billing/bills.tsx'), 'BillsPage'),
});
const online = createRoute({
  ...at('/console/online-payments'),
  validateSearch: pick('view'),
  component: lazyRouteComponent(() => import('./routes/payonline/orders.tsx'), 'OnlinePage'),
});
const payChannels = createRoute({
  ...at('/console/settings/payments'),
  component: lazyRouteComponent(() => import('./routes/payonline/settings.tsx'), 'PayChannelsPage'),
});
const arrears = createRoute({
  ...at('/console/arrears'),
  validateSearch: pick('view', 'sort', 'channel'),
  component: lazyRouteComponent(() => import('./routes/arrears/list.tsx'), 'ArrearsPage'),
});
const owed = createRoute({
  ...at('/console/arrears/$roomId'),
  validateSearch: pick('line'),
  component: lazyRouteComponent(() => import('./routes/arrears/household.tsx'), 'OwedPage'),
});
const dunNotice = createRoute({
  ...at('/console/arrears/notices/$id'),
  component: lazyRouteComponent(() => import('./routes/arrears/notice.tsx'), 'NoticePage'),
});
const arrearsRules = createRoute({
  ...at('/console/arrears-rules'),
  component: lazyRouteComponent(() => import('./routes/arrears/rules.tsx'), 'RulesPage'),
});
const collection = createRoute({
  ...at('/console/collection'),
  validateSearch: pick('from', 'to', 'by', 'table'),
  component: lazyRouteComponent(() => import('./routes/collection/report.tsx'), 'CollectionPage'),
});
const pieces = createRoute({
  ...at('/console/collection/pieces'),
  validateSearch: pick('from', 'to', 'by', 'figure', 'key', 'name'),
  component: lazyRouteComponent(() => import('./routes/collection/pieces.tsx'), 'PiecesPage'),
});
const extracts = createRoute({
  ...at('/console/extracts'),
  validateSearch: pick('state'),
  component: lazyRouteComponent(() => import('./routes/extract/list.tsx'), 'ExtractsPage'),
});
const extract = createRoute({
  ...at('/console/extracts/$form/$id'),
  validateSearch: pick('from', 'to', 'lang'),
  component: lazyRouteComponent(() => import('./routes/extract/page.tsx'), 'ExtractPage'),
});
const staff = createRoute({
  ...at('/console/staff'),
  validateSearch: pick('q', 'state'),
  component: lazyRouteComponent(() => import('./routes/staff/list.tsx'), 'StaffPage'),
});
const staffOne = createRoute({
  ...at('/console/staff/$id'),
  component: lazyRouteComponent(() => import('./routes/staff/edit.tsx'), 'StaffEditPage'),
});
const housing = createRoute({
  ...at('/console/housing'),
  validateSearch: pick('building'),
  component: lazyRouteComponent(() => import('./routes/housing/grid.tsx'), 'GridPage'),
});
const newBuilding = createRoute({
  ...at('/console/housing/new'),
  validateSearch: pick('building'),
  component: lazyRouteComponent(() => import('./routes/housing/bulk.tsx'), 'BulkPage'),
});
const rooms = createRoute({
  ...at('/console/housing/rooms'),
  validateSearch: pick('q', 'building', 'state', 'type', 'floor', 'areaFrom', 'areaTo', 'without', 'parcel'),
  component: lazyRouteComponent(() => import('./routes/housing/rooms.tsx'), 'RoomsPage'),
});
const parcels = createRoute({
  ...at('/console/housing/parcels'),
  validateSearch: pick('open'),
  component: lazyRouteComponent(() => import('./routes/housing/parcels.tsx'), 'ParcelsPage'),
});
const facilities = createRoute({
  ...at('/console/housing/facilities'),
  validateSearch: pick('view', 'q', 'open'),
  component: lazyRouteComponent(() => import('./routes/facility/list.tsx'), 'FacilitiesPage'),
});
const plans = createRoute({
  ...at('/console/housing/plans'),
  validateSearch: pick('open', 'item'),
  component: lazyRouteComponent(() => import('./routes/facility/plans.tsx'), 'PlansPage'),
});
const parking = createRoute({
  ...at('/console/housing/parking'),
  validateSearch: pick('view', 'q', 'open'),
  component: lazyRouteComponent(() => import('./routes/parking/list.tsx'), 'ParkingPage'),
});
const handover = createRoute({
  ...at('/console/housing/handover'),
  validateSearch: pick('building', 'state', 'unsigned', 'defects', 'on'),
  component: lazyRouteComponent(() => import('./routes/handover/board.tsx'), 'BoardPage'),
});
const checklist = createRoute({
  ...at('/console/housing/checklist'),
  component: lazyRouteComponent(() => import('./routes/handover/checklist.tsx'), 'ChecklistPage'),
});
const handoverOne = createRoute({
  ...at('/console/housing/handover/$id'),
  component: lazyRouteComponent(() => import('./routes/handover/one.tsx'), 'HandoverPage'),
});
const cashier = createRoute({
  ...at('/console/cashier'),
  validateSearch: pick('room', 'with', 'line'),
  component: lazyRouteComponent(() => import('./routes/cashier/desk.tsx'), 'DeskPage'),
});
const temporary = createRoute({
  ...at('/console/temporary'),
  validateSearch: pick('room', 'customer', 'period', 'kind'),
  component: lazyRouteComponent(() => import('./routes/temporary/page.tsx'), 'TemporaryPage'),
});
const payments = createRoute({
  ...at('/console/payments'),
  validateSearch: pick('day', 'number', 'open'),
  component: lazyRouteComponent(() => import('./routes/cashier/payments.tsx'), 'PaymentsPage'),
});
const refunds = createRoute({
  ...at('/console/refunds'),
  validateSearch: pick('state', 'room', 'open'),
  component: lazyRouteComponent(() => import('./routes/refund/list.tsx'), 'RefundsPage'),
});
const settlement = createRoute({
  ...at('/console/settlements/$room'),
  validateSearch: pick('day', 'open'),
  component: lazyRouteComponent(() => import('./routes/refund/settlement.tsx'), 'SettlementPage'),
});
const refundSlip = createRoute({
  ...at('/console/refund-slips/$id'),
  component: lazyRouteComponent(() => import('./routes/refund/slip.tsx'), 'RefundSlipPage'),
});
const suspense = createRoute({
  ...at('/console/suspense'),
  validateSearch: pick('state'),
  component: lazyRouteComponent(() => import('./routes/cashier/suspense.tsx'), 'SuspensePage'),
});
const deposits = createRoute({
  ...at('/console/deposits'),
  validateSearch: pick('state'),
  component: lazyRouteComponent(() => import('./routes/cashier/held.tsx'), 'DepositsPage'),
});
const meterGateways = createRoute({
  ...at('/console/meter-gateways'),
  component: lazyRouteComponent(() => import('./routes/billing/gateways.tsx'), 'GatewaysPage'),
});
const offsets = createRoute({
  ...at('/console/offsets'),
  validateSearch: pick('state'),
  component: lazyRouteComponent(() => import('./routes/cashier/offsets.tsx'), 'OffsetsPage'),
});
const statements = createRoute({
  ...at('/console/statements'),
  validateSearch: pick('open', 'state', 'day'),
  component: lazyRouteComponent(() => import('./routes/statement/list.tsx'), 'StatementsPage'),
});
const invoices = createRoute({
  ...at('/console/invoices'),
  validateSearch: pick('state', 'room', 'open'),
  component: lazyRouteComponent(() => import('./routes/invoice/list.tsx'), 'InvoicesPage'),
});
const invoiceSettings = createRoute({
  ...at('/console/invoice-settings'),
  component: lazyRouteComponent(() => import('./routes/invoice/settings.tsx'), 'InvoiceSettingsPage'),
});
const debits = createRoute({
  ...at('/console/debits'),
  validateSearch: pick('open'),
  component: lazyRouteComponent(() => import('./routes/debit/list.tsx'), 'DebitsPage'),
});
const mandates = createRoute({
  ...at('/console/debit-mandates'),
  validateSearch: pick('state'),
  component: lazyRouteComponent(() => import('./routes/debit/mandates.tsx'), 'MandatesPage'),
});
const cashierDay = createRoute({
  ...at('/console/cashier/day'),
  validateSearch: pick('day'),
  component: lazyRouteComponent(() => import('./routes/cashier/day.tsx'), 'DayPage'),
});
const cashierBooks = createRoute({
  ...at('/console/cashier/books'),
  component: lazyRouteComponent(() => import('./routes/cashier/books.tsx'), 'BooksPage'),
});
const receipt = createRoute({
  ...at('/console/receipts/$id'),
  component: lazyRouteComponent(() => import('./routes/cashier/receipt.tsx'), 'ReceiptPage'),
});
const settings = createRoute({
  ...at('/console/settings'),
  component: lazyRouteComponent(() => import('./routes/settings/community.tsx'), 'CommunityPage'),
});
const audit = createRoute({
  ...at('/console/settings/audit'),
  validateSearch: pick('of', 'actor', 'action', 'from', 'to', 'subject'),
  component: lazyRouteComponent(() => import('./routes/settings/audit.tsx'), 'AuditPage'),
});
const consentTexts = createRoute({
  ...at('/console/settings/consents'),
  component: lazyRouteComponent(() => import('./routes/settings/consents.tsx'), 'ConsentTextsPage'),
});
const exported = createRoute({
  ...at('/console/settings/exports'),
  component: lazyRouteComponent(() => import('./routes/settings/exports.tsx'), 'ExportsPage'),
});
const jobs = createRoute({
  ...at('/console/settings/jobs'),
  component: lazyRouteComponent(() => import('./routes/settings/jobs.tsx'), 'JobsPage'),
});
const clocks = createRoute({
  ...at('/console/settings/clocks'),
  component: lazyRouteComponent(() => import('./routes/settings/clocks.tsx'), 'ClocksPage'),
});
const categories = createRoute({
  ...at('/console/settings/categories'),
  validateSearch: pick('open', 'q', 'all'),
  component: lazyRouteComponent(() => import('./routes/settings/categories.tsx'), 'CategoriesPage'),
});
const triage = createRoute({
  ...at('/console/settings/triage'),
  component: lazyRouteComponent(() => import('./routes/settings/triage.tsx'), 'TriagePage'),
});
const settingsPrices = createRoute({
  ...at('/console/settings/prices'),
  component: lazyRouteComponent(() => import('./routes/settings/prices.tsx'), 'PricesPage'),
});
const evidence = createRoute({
  ...at('/console/settings/evidence'),
  component: lazyRouteComponent(() => import('./routes/settings/evidence.tsx'), 'EvidencePage'),
});
const dispatch = createRoute({
  ...at('/console/settings/dispatch'),
  component: lazyRouteComponent(() => import('./routes/settings/dispatch.tsx'), 'DispatchPage'),
});
const roster = createRoute({
  ...at('/console/roster'),
  validateSearch: pick('day', 'post'),
  component: lazyRouteComponent(() => import('./routes/roster/week.tsx'), 'RosterPage'),
});
const rosterShifts = createRoute({
  ...at('/console/roster/shifts'),
  component: lazyRouteComponent(() => import('./routes/roster/shifts.tsx'), 'ShiftsPage'),
});
const rosterSwaps = createRoute({
  ...at('/console/roster/swaps'),
  validateSearch: pick('view'),
  component: lazyRouteComponent(() => import('./routes/roster/swaps.tsx'), 'SwapsPage'),
});
const rosterResponse = createRoute({
  ...at('/console/roster/response'),
  component: lazyRouteComponent(() => import('./routes/roster/response.tsx'), 'ResponsePage'),
});
const attendance = createRoute({
  ...at('/console/attendance'),
  validateSearch: pick('period'),
  component: lazyRouteComponent(() => import('./routes/attendance/month.tsx'), 'AttendancePage'),
});
const staffing = createRoute({
  ...at('/console/staffing'),
  validateSearch: pick('plan'),
  component: lazyRouteComponent(() => import('./routes/staffing/list.tsx'), 'StaffingPage'),
});
const upkeep = createRoute({
  ...at('/console/tickets/upkeep'),
  validateSearch: pick('view'),
  component: lazyRouteComponent(() => import('./routes/tickets/upkeep.tsx'), 'UpkeepPage'),
});
const faults = createRoute({
  ...at('/console/faults'),
  validateSearch: pick('month'),
  component: lazyRouteComponent(() => import('./routes/faults/months.tsx'), 'FaultsPage'),
});
const shiftHandovers = createRoute({
  ...at('/console/shift-handovers'),
  validateSearch: pick('day'),
  component: lazyRouteComponent(() => import('./routes/roster/handovers.tsx'), 'ShiftHandoversPage'),
});
const daily = createRoute({
  ...at('/console/daily'),
  validateSearch: pick('day'),
  component: lazyRouteComponent(() => import('./routes/daily/page.tsx'), 'DailyPage'),
});
const dailyMonth = createRoute({
  ...at('/console/daily/month'),
  validateSearch: pick('period'),
  component: lazyRouteComponent(() => import('./routes/daily/month.tsx'), 'DailyMonthPage'),
});
const dailyPrint = createRoute({
  ...at('/console/daily/print'),
  validateSearch: pick('day'),
  component: lazyRouteComponent(() => import('./routes/daily/print.tsx'), 'DailyPrintPage'),
});
const retention = createRoute({
  ...at('/console/settings/retention'),
  component: lazyRouteComponent(() => import('./routes/settings/retention.tsx'), 'RetentionPage'),
});
const devices = createRoute({
  ...at('/console/account/devices'),
  component: lazyRouteComponent(() => import('./routes/session/devices.tsx'), 'DevicesPage'),
});
const ownMessages = createRoute({
  ...at('/console/account/messages'),
  component: lazyRouteComponent(() => import('./routes/session/messages.tsx'), 'OwnMessagesPage'),
});
const mailServer = createRoute({
  ...at('/console/settings/mail'),
  component: lazyRouteComponent(() => import('./routes/settings/mail.tsx'), 'MailPage'),
});
const outgoing = createRoute({
  ...at('/console/settings/messages'),
  validateSearch: pick('state', 'channel'),
  component: lazyRouteComponent(() => import('./routes/settings/messages.tsx'), 'MessagesPage'),
});
const deputy = createRoute({
  ...at('/console/account/deputy'),
  component: lazyRouteComponent(() => import('./routes/approvals/deputy.tsx'), 'DeputyPage'),
});
const organisation = createRoute({
  ...at('/console/settings/organisation'),
  component: lazyRouteComponent(() => import('./routes/organisation/tree.tsx'), 'OrganisationPage'),
});
const roles = createRoute({
  ...at('/console/settings/roles'),
  validateSearch: pick('open'),
  component: lazyRouteComponent(() => import('./routes/organisation/roles.tsx'), 'RolesPage'),
});
const positions = createRoute({
  ...at('/console/settings/positions'),
  component: lazyRouteComponent(() => import('./routes/organisation/positions.tsx'), 'PositionsPage'),
});
const approvalRules = createRoute({
  ...at('/console/settings/approvals'),
  component: lazyRouteComponent(() => import('./routes/approvals/rules.tsx'), 'RulesPage'),
});
const ownSecurity = createRoute({
  ...at('/console/account/security'),
  component: lazyRouteComponent(() => import('./routes/session/security.tsx'), 'SecurityPage'),
});
const security = createRoute({
  ...at('/console/settings/security'),
  component: lazyRouteComponent(() => import('./routes/settings/security.tsx'), 'SignInSecurityPage'),
});
const password = createRoute({
  ...at('/console/account/password'),
  component: lazyRouteComponent(() => import('./routes/session/password.tsx'), 'PasswordPage'),
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
  defaultErrorComponent: ErrorPage,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
