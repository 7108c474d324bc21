package app

import (
	"context"
	"path/filepath"
	"slices"

	"guanjia/internal/approval"
	"guanjia/internal/arrears"
	"guanjia/internal/attendance"
	"guanjia/internal/audit"
	"guanjia/internal/auth"
	"guanjia/internal/belonging"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/collection"
	"guanjia/internal/custody"
	"guanjia/internal/customer"
	"guanjia/internal/daily"
	"guanjia/internal/debit"
	"guanjia/internal/delivery"
	"guanjia/internal/desk"
	"guanjia/internal/extract"
	"guanjia/internal/facility"
	"guanjia/internal/followup"
	"guanjia/internal/handover"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/improvement"
	"guanjia/internal/invoice"
	"guanjia/internal/lease"
	"guanjia/internal/ledger"
	"guanjia/internal/lookin"
	"guanjia/internal/matter"
	"guanjia/internal/message"
	"guanjia/internal/notice"
	"guanjia/internal/org"
	"guanjia/internal/paidwork"
	"guanjia/internal/parking"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/live"
	"guanjia/internal/platform/webpush"
	"guanjia/internal/procedure"
	"guanjia/internal/publicity"
	"guanjia/internal/quote"
	"guanjia/internal/refund"
	"guanjia/internal/reminder"
	"guanjia/internal/resident"
	"guanjia/internal/retention"
	"guanjia/internal/roster"
	"guanjia/internal/setup"
	"guanjia/internal/slip"
	"guanjia/internal/staff"
	"guanjia/internal/staffing"
	"guanjia/internal/statement"
	"guanjia/internal/temporary"
	"guanjia/internal/ticket"
	"guanjia/internal/triage"
	"guanjia/internal/upkeep"
)

// services are the use cases of every domain.
type services struct {
	audit     *audit.Service
	auth      *auth.Service
	org       *org.Service
	setup     *setup.Service
	housing   *housing.Service
	staff     *staff.Service
	customers *customer.Service
	tickets   *ticket.Service
	followups *followup.Service
	matters   *matter.Service
	triage    *triage.Service
	quotes    *quote.Service
	custody   *custody.Service
	lookins   *lookin.Service
	slips     *slip.Service
	upkeep    *upkeep.Service
	parking   *parking.Service
	handovers *handover.Service
	approvals *approval.Service
	residents *resident.Service
	desk      *desk.Service
	facility  *facility.Service
	retention *retention.Service
	imports   *imports.Service
	leases    *lease.Service
	things    *belonging.Service
	reminders *reminder.Service
	notices   *notice.Service
	messages  *message.Service
	procedure *procedure.Service
	ledger    *ledger.Service
	bills     *billing.Service
	cashier   *cashier.Service
	online    *payonline.Service
	paidwork  *paidwork.Service
	arrears   *arrears.Service
	delivery  *delivery.Service
	refunds   *refund.Service
	reports   *collection.Service
	faults    *improvement.Service
	lines     *statement.Service
	invoices  *invoice.Service
	debits    *debit.Service
	temporary *temporary.Service
	publicity *publicity.Service
	extracts  *extract.Service
	roster    *roster.Service
	attend    *attendance.Service
	staffing  *staffing.Service
	daily     *daily.Service
	blobs     *blob.Store
}

func (a *App) build() error {
	blobs, err := blob.Open(filepath.Join(a.conf.DataDir, "files"))
	if err != nil {
		return err
	}
	if a.conf.SetupCode == "" {
		a.conf.SetupCode = setup.NewCode()
	}
	d := a.db
	a.services = services{
		blobs: blobs, audit: audit.New(d), auth: auth.New(d), org: &org.Service{DB: d, Moved: auth.Moved}, setup: &setup.Service{DB: d, Code: a.conf.SetupCode},
		housing: &housing.Service{DB: d}, staff: &staff.Service{DB: d}, customers: &customer.Service{DB: d},
		tickets: &ticket.Service{DB: d, Blobs: blobs}, followups: &followup.Service{DB: d}, desk: &desk.Service{DB: d, Slots: desk.Known},
		approvals: &approval.Service{DB: d},
	}
	a.facility = &facility.Service{DB: d, Blobs: blobs, Exports: a.audit}
	a.parking, a.handovers = &parking.Service{DB: d, Exports: a.audit}, &handover.Service{DB: d, Blobs: blobs, Exports: a.audit}
	a.housing.Exports, a.housing.Owners, a.housing.Ties = a.audit, customer.OwnersOf, ties
	a.auth.SSO, a.auth.Homes, a.auth.OfResidents = a.conf.SSO, resident.Homes, slices.Concat([]authz.Action{resident.ActHome}, matter.Actions, payonline.Actions, []authz.Action{refund.ActOwn, invoice.ActOwn}, extract.OwnActions)
	a.residents = &resident.Service{DB: d, Approvals: a.approvals, Customers: a.customers, Exports: a.audit}
	a.approvals.Register(a.residents.Kind())
	a.tickets.FollowUpOf = a.followUpOf
	a.staff.Approve(a.approvals)
	a.tickets.Approve(a.approvals)
	a.money(blobs)
	a.staff.Work = []staff.Work{{Open: ticket.OpenOf, Move: ticket.HandOver}, {Open: ticket.TasksOf, Move: ticket.HandOverTasks}}
	a.proceed()
	a.tickets.Exports, a.customers.Exports, a.customers.Approvals = a.audit, a.audit, a.approvals
	a.leases, a.things = &lease.Service{DB: d, Exports: a.audit}, &belonging.Service{DB: d, Exports: a.audit}
	a.notices, a.triage = &notice.Service{DB: d}, &triage.Service{DB: d}
	a.quotes, a.custody = &quote.Service{DB: d, Exports: a.audit}, &custody.Service{DB: d}
	a.lookins, a.faults, a.upkeep = &lookin.Service{DB: d, Exports: a.audit}, &improvement.Service{DB: d}, &upkeep.Service{DB: d, Exports: a.audit}
	a.slips = &slip.Service{DB: d, Exports: a.audit, Kept: a.seen}
	a.tickets.Patrols = planned{}
	a.tickets.Checks, a.tickets.BeforeStart = append(a.tickets.Checks, quote.Waiting, custody.Out), append(a.tickets.BeforeStart, quote.BeforeStart)
	a.matters = &matter.Service{DB: d, Tickets: a.tickets, FollowUps: a.followups}
	a.messages = &message.Service{DB: d, Push: webpush.New(a.conf.NearPush), Deciders: a.approvals.Deciders}
	a.roster = &roster.Service{DB: d, Exports: a.audit, Matters: ticket.OpenOfPost, Load: ticket.LoadOf}
	a.atWork()
	a.reminders = &reminder.Service{DB: d, Sources: append(reminder.Own(), reminder.Source{Name: "charge_inspection", Act: publicity.ActInspections, Back: 730, Ahead: 14, Due: dueInspections})}
	a.followups.Exports, a.followups.Promise = a.audit, promise
	a.customers.Sections = []customer.Section{ticket.OwnSection, ticket.OwnVisits, lookin.OwnSection, slip.OwnSection, followup.OwnSection, lease.OwnSection, belonging.OwnSection, reminder.OwnSection, parking.OwnSection, handover.OwnSection, billing.OwnSection, cashier.OwnSection, payonline.OwnSection, refund.OwnSection, arrears.OwnSection, delivery.OwnSection, statement.OwnSection, invoice.OwnSection, debit.OwnSection, extract.OwnSection, quote.OwnSection, custody.OwnSection, message.OwnSection}
	a.customers.Guards = []customer.Guard{ticket.ErasureGuard, resident.ErasureGuard, lease.ErasureGuard, belonging.ErasureGuard, reminder.ErasureGuard, parking.ErasureGuard, handover.ErasureGuard, billing.ErasureGuard, cashier.ErasureGuard, payonline.ErasureGuard, refund.ErasureGuard, arrears.ErasureGuard, delivery.ErasureGuard, statement.ErasureGuard, invoice.ErasureGuard, debit.ErasureGuard, extract.ErasureGuard, quote.ErasureGuard, slip.ErasureGuard, custody.ErasureGuard, message.ErasureGuard}
	a.customers.Merges = slices.Concat(ticket.Merges, followup.Merges, resident.Merges, lease.Merges, belonging.Merges, reminder.Merges, parking.Merges, handover.Merges, billing.Merges, cashier.Merges, payonline.Merges, refund.Merges, delivery.Merges, invoice.Merges, debit.Merges, extract.Merges, temporary.Merges)
	a.approvals.Register(a.customers.Approval())
	a.imports = &imports.Service{DB: d, Files: blobs, Exports: a.audit, Templates: templates()}
	a.imports.Approve(a.approvals)
	a.retention = retention.New(d, a.keeps()...)
	a.jobs = jobs.New(d, jobs.Options{Log: a.conf.Log, Workers: workers(d.Engine)})
	a.hub = live.New(d)
	a.jobs.OnWake(a.hub.Wake)
	a.events()
	return a.routes()
}

// planned says of a ticket which plan of recurring work opened it.
type planned struct{}

// SourceOf implements ticket.Patrols.
func (planned) SourceOf(ctx context.Context, tx *db.Tx, t ticket.Ticket) (*ticket.Linked, error) {
	return upkeep.SourceOf(ctx, tx, t)
}

// atWork are the services of people at work that build on the roster.
func (a *App) atWork() {
	a.attend = &attendance.Service{DB: a.db, Exports: a.audit}
	a.attend.Approve(a.approvals)
	a.tickets.Distance = attendance.Distance
	a.staffing = &staffing.Service{DB: a.db, Heads: a.roster.Heads, Exports: a.audit}
	a.staffing.Approve(a.approvals)
	a.daily = &daily.Service{DB: a.db, Exports: a.audit}
}

// money makes what bills, takes and chases money.
func (a *App) money(blobs *blob.Store) {
	d := a.db
	a.bills, a.ledger = &billing.Service{DB: d}, &ledger.Service{DB: d}
	a.bills.Approve(a.approvals)
	a.bills.Blobs, a.bills.Exports, a.bills.Replace, a.delivery = blobs, a.audit, cashier.Replace, &delivery.Service{DB: d, Blobs: blobs, Exports: a.audit}
	a.cashier, a.lines = &cashier.Service{DB: d, Unmatched: statement.Unmatched, Exports: a.audit}, &statement.Service{DB: d, Exports: a.audit}
	a.cashier.Approve(a.approvals)
	a.online = &payonline.Service{DB: d, Gateways: a.conf.Gateways, OpenPhoto: a.bills.File}
	a.online.Approve(a.approvals)
	a.paidwork = &paidwork.Service{DB: d, Online: a.online}
	a.arrears, a.reports = &arrears.Service{DB: d, Exports: a.audit}, &collection.Service{DB: d, Exports: a.audit}
	a.arrears.Approve(a.approvals)
	a.refunds = &refund.Service{DB: d, Blobs: blobs, Exports: a.audit, Online: a.online.Refund, Sees: payonline.Sees, Paid: payonline.OwnPaid, Home: payonline.Lives}
	a.refunds.Approve(a.approvals)
	a.online.Refunded = a.refunds.Told
	a.invoices, a.debits = &invoice.Service{DB: d, Exports: a.audit, Home: invoiceHome}, &debit.Service{DB: d, Exports: a.audit}
	a.debits.Approve(a.approvals)
	a.temporary = &temporary.Service{DB: d, Exports: a.audit}
	a.publicity = &publicity.Service{DB: d, Exports: a.audit, Blobs: blobs}
	a.publicity.Approve(a.approvals)
	a.extracts = &extract.Service{DB: d, Exports: a.audit, Home: extractHome}
}

// dueInspections remind whoever answers for what an authority found about charges (BIL-09a).
func dueInspections(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) (out []reminder.Item, err error) {
	found, err := publicity.DueIn(ctx, tx, community, from, to)
	for _, i := range found {
		out = append(out, reminder.Item{Subject: "charge_inspection:" + i.ID.String(), Day: i.Due, Detail: i.Authority + " " + i.Number, Link: i.ID.String(), Assignee: i.Assignee, ToName: i.ToName})
	}
	return out, err
}

// invoiceHome is what a resident sees of a room's bills, for their invoices.
func invoiceHome(ctx context.Context, tx *db.Tx, room housing.RoomID) (invoice.Home, error) {
	b, whose, err := payonline.WhoseBills(ctx, tx, room)
	return invoice.Home{Community: b.Community, Customer: db.ID(b.Customer), Whose: whose}, err
}

// extractHome is what a resident sees of a room's bills, for their statements.
func extractHome(ctx context.Context, tx *db.Tx, room housing.RoomID) (extract.Home, error) {
	b, whose, since, err := payonline.Books(ctx, tx, room)
	h := extract.Home{Community: b.Community, Customer: b.Customer, Since: since, Owner: b.Kind == customer.Owner && b.InvitedBy == 0, Tenant: b.Kind == customer.Tenant}
	for _, id := range whose {
		h.Whose = append(h.Whose, customer.ID(id))
	}
	return h, err
}

// ties are the tables whose rows hang on a room: a room with any is not deleted.
var ties = []string{"relation", "ticket", "online_order", "vehicle", "parking_space", "handover", "room_paper", "resident_binding", "resident_claim", "resident_invitation", "owner_transfer", "lease", "belonging", "callback", "follow_up", "meter", "tariff", "bill_draft", "bill_line", "ledger_account", "payment", "payment_part", "deposit", "dun", "pay_promise", "hardship", "bill_dispute", "refund", "settlement", "suspense", "claim_offset", "bill_notice", "bill_fix_line", "bill_discount", "invoice", "debit_mandate", "passer_by", "extract_made"}

// promise makes an agreed call of an answer that was promised in a follow-up.
func promise(ctx context.Context, tx *db.Tx, p followup.Promised) error {
	zone, err := org.Zone(ctx, tx, p.Community)
	if err != nil {
		return err
	}
	at := p.At.Time().In(zone)
	minute := int64(at.Hour()*60 + at.Minute())
	_, err = reminder.AgreeIn(ctx, tx, reminder.Callback{Community: p.Community, Customer: p.Customer, Room: p.Room, Day: clock.DayOf(p.At, zone), Minute: &minute, Words: p.Words, Assignee: tx.Who.ID})
	return err
}

// followUpOf is what a ticket's page shows of the follow-up, a higher floor.
func (a *App) followUpOf(ctx context.Context, who authz.Actor, id ticket.ID) (*ticket.FollowUpBrief, error) {
	if !who.Can(followup.ActView) {
		return nil, nil
	}
	v, err := a.followups.OfTicket(ctx, who, id)
	if v == nil || err != nil {
		return nil, err
	}
	return &ticket.FollowUpBrief{ID: v.ID.String(), State: v.State, DueAt: v.DueAt, Attempts: v.Attempts, Version: v.Version}, nil
}

// SetupCode is what the set-up page asks for.
func (a *App) SetupCode() string { return a.conf.SetupCode }

// more adds to a signed-in account what other domains know of it.
func (a *App) more(ctx context.Context, who authz.Actor, v *auth.View) error {
	v.Live = a.hub.Head()
	on, err := a.staff.OwnDuty(ctx, who)
	if err != nil {
		return err
	}
	v.OnDuty = &on
	if !who.Can(org.ActView) {
		return nil
	}
	all, err := a.org.Communities(ctx, who)
	for _, c := range all {
		v.Communities = append(v.Communities, auth.CommunityName{ID: c.ID, Name: c.Name, Zone: c.Zone})
	}
	return err
}

// workers is how many handlers run at once: on PostgreSQL few, because handlers
// of one kind read and write the same index pages and would abort each other.
func workers(e db.Engine) int {
	if e == db.Postgres {
		return 4
	}
	return 4
}
