package app

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/arrears"
	"guanjia/internal/attendance"
	"guanjia/internal/belonging"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/collection"
	"guanjia/internal/customer"
	"guanjia/internal/daily"
	"guanjia/internal/debit"
	"guanjia/internal/delivery"
	"guanjia/internal/extract"
	"guanjia/internal/followup"
	"guanjia/internal/handover"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/improvement"
	"guanjia/internal/invoice"
	"guanjia/internal/lease"
	"guanjia/internal/lookin"
	"guanjia/internal/message"
	"guanjia/internal/notice"
	"guanjia/internal/paidwork"
	"guanjia/internal/parking"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/procedure"
	"guanjia/internal/publicity"
	"guanjia/internal/quote"
	"guanjia/internal/refund"
	"guanjia/internal/reminder"
	"guanjia/internal/resident"
	"guanjia/internal/roster"
	"guanjia/internal/slip"
	"guanjia/internal/staff"
	"guanjia/internal/staffing"
	"guanjia/internal/statement"
	"guanjia/internal/ticket"
	"guanjia/internal/upkeep"
)

// events is the choreography of the product: who hears of what. A name is
// remembered with each delivery and never changes.
func (a *App) events() {
	a.ticketEvents()
	jobs.On(a.jobs, "notice.ticket_given", a.notices.GivenTo)
	jobs.On(a.jobs, "notice.ticket_escalated", a.notices.Escalate)
	jobs.On(a.jobs, "notice.ticket_resolved", a.notices.Settle)
	jobs.On(a.jobs, "notice.customer_said", a.notices.Heard)
	jobs.On(a.jobs, "message.ticket_opened", a.messages.Opened)
	jobs.OnIf(a.jobs, "message.customer_informed", message.Tells, a.messages.Informed)
	jobs.OnIf(a.jobs, "message.notice_added", notice.Added.Any, a.messages.Noticed)
	jobs.On(a.jobs, "message.approval_requested", a.messages.Asked)
	jobs.On(a.jobs, "message.approval_moved", a.messages.AskedAgain)
	jobs.On(a.jobs, "message.swap_moved", a.messages.SwapMoved)
	jobs.On(a.jobs, "message.signed_out", a.messages.SignedOut)
	jobs.On(a.jobs, "followup.ticket_resolved", a.followups.PlanForTicket)
	jobs.On(a.jobs, "followup.ticket_reopened", a.followups.Drop)
	jobs.On(a.jobs, "followup.room_received", func(ctx context.Context, tx *db.Tx, e handover.Finished) error {
		return a.followups.PlanForRoom(ctx, tx, followup.Received{Community: e.Community, Handover: e.Handover.String(), Room: e.Room, Customer: e.Customer, At: e.At})
	})
	a.followups.Schedule(a.jobs)
	jobs.On(a.jobs, "notice.ticket_tasked", a.notices.TaskedTo)
	a.procedureEvents()
	a.upkeep.Schedule(a.jobs)
	a.audit.Schedule(a.jobs)
	a.moneyEvents()
	a.auth.Schedule(a.jobs)
	a.residents.Schedule(a.jobs)
	a.approvals.Schedule(a.jobs)
	a.imports.Schedule(a.jobs)
	a.staff.Schedule(a.jobs)
	a.tickets.Schedule(a.jobs)
	a.custody.Schedule(a.jobs)
	a.faults.Schedule(a.jobs)
	jobs.On(a.jobs, "message.faults_written", func(ctx context.Context, tx *db.Tx, e improvement.Written) error {
		return a.messages.FaultsWritten(ctx, tx, e.Community, message.Faults{Period: e.Period, N: e.Faults, Report: e.Month.String(), Needs: improvement.ActView})
	})
	a.triage.Schedule(a.jobs)
	a.roster.Schedule(a.jobs)
	a.dailyEvents()
	a.messages.Schedule(a.jobs)
	a.privacy()
	a.retention.Schedule(a.jobs)
	jobs.EveryAlone(a.jobs, "customer.index", time.Hour, func(ctx context.Context) error { // what a program from before the index wrote
		_, err := a.customers.IndexNames(ctx)
		return err
	})
	jobs.EveryAlone(a.jobs, "blob.sweep", 6*time.Hour, func(ctx context.Context) error {
		yesterday := a.db.Now().Add(-24 * time.Hour)
		_, err := a.blobs.SweepUnused(ctx, yesterday, a.named)
		return errors.Join(err, a.blobs.Sweep(yesterday)) // and uploads that broke off
	})
}

// ticketEvents are what tickets hear of each other, and of who comes on duty.
func (a *App) ticketEvents() {
	jobs.On(a.jobs, "ticket.dispatch_opened", func(ctx context.Context, tx *db.Tx, e ticket.Opened) error {
		return a.tickets.AutoDispatch(ctx, tx, e.Ticket, 0)
	})
	jobs.On(a.jobs, "ticket.dispatch_refused", func(ctx context.Context, tx *db.Tx, e ticket.Returned) error {
		return a.tickets.AutoDispatch(ctx, tx, e.Ticket, e.From)
	})
	jobs.On(a.jobs, "ticket.watch_opened", func(ctx context.Context, tx *db.Tx, e ticket.Opened) error { return a.tickets.Watch(ctx, tx, e.Ticket) })
	jobs.On(a.jobs, "ticket.dispatch_reopened", func(ctx context.Context, tx *db.Tx, e ticket.Reopened) error {
		return a.tickets.AutoDispatch(ctx, tx, e.Ticket, 0)
	})
	jobs.On(a.jobs, "ticket.staff_on_duty", a.tickets.OnDuty)
	jobs.On(a.jobs, "ticket.roster_began", func(ctx context.Context, tx *db.Tx, e roster.Began) error {
		return a.tickets.DispatchWaiting(ctx, tx, e.Community)
	})
	jobs.On(a.jobs, "ticket.asked_reopened", a.tickets.Reasked)
}

// dailyEvents are those of the management log.
func (a *App) dailyEvents() {
	a.daily.Schedule(a.jobs)
	jobs.On(a.jobs, "message.daily_unsigned", a.messages.DayUnsigned)
	jobs.On(a.jobs, "message.daily_reported", a.messages.EventReported)
	jobs.On(a.jobs, "message.daily_tasked", a.messages.TaskGiven)
}

// procedureEvents are those of checklists, and of who has to read them.
func (a *App) procedureEvents() {
	jobs.On(a.jobs, "procedure.ticket_opened", func(ctx context.Context, tx *db.Tx, e ticket.Opened) error { return a.begin(ctx, tx, e.Ticket) })
	jobs.On(a.jobs, "procedure.ticket_progressed", func(ctx context.Context, tx *db.Tx, e ticket.Progressed) error { return a.seen(ctx, tx, e.Ticket) })
	a.procedure.Schedule(a.jobs)
	jobs.On(a.jobs, "message.procedure_reminded", a.messages.ToRead)
}

// moneyEvents are those of charges, payments and the books.
func (a *App) moneyEvents() {
	a.ledger.Schedule(a.jobs)
	a.bills.Schedule(a.jobs)
	a.online.Schedule(a.jobs)
	a.cashier.Schedule(a.jobs)
	jobs.EveryAlone(a.jobs, "cashier.numbers", time.Hour, func(ctx context.Context) error {
		_, err := a.cashier.FillNumbers(ctx)
		return err
	})
	a.arrears.Schedule(a.jobs)
	a.reports.Schedule(a.jobs)
	jobs.On(a.jobs, "message.collection_monthly", func(ctx context.Context, tx *db.Tx, e collection.Monthly) error {
		return a.messages.Collected(ctx, tx, e.Community, collection.ActView, message.Month{Period: e.Period, Accrual: e.Rates.Accrual, InTime: e.Rates.InTime, Recovery: e.Rates.Recovery, Both: e.Rates.Both})
	})
	a.delivery.Schedule(a.jobs)
	jobs.On(a.jobs, "message.bill_due", a.messages.Billed)
	a.extracts.Schedule(a.jobs)
	jobs.On(a.jobs, "message.extract_due", a.messages.Extracted)
	a.refunds.Schedule(a.jobs)
	jobs.On(a.jobs, "message.refund_moved", a.messages.RefundMoved)
	jobs.On(a.jobs, "message.online_paid", a.messages.OnlinePaid)
	jobs.On(a.jobs, "arrears.payment_taken", a.arrears.Paid)
	jobs.On(a.jobs, "arrears.payment_voided", a.arrears.Voided)
	jobs.On(a.jobs, "paidwork.quote_answered", a.paidwork.Answered)
	jobs.On(a.jobs, "paidwork.ticket_resolved", a.paidwork.Solved)
	jobs.OnIf(a.jobs, "paidwork.ticket_changed", paidwork.Ends, a.paidwork.Ended)
	jobs.On(a.jobs, "paidwork.payment_taken", a.paidwork.Paid)
	jobs.On(a.jobs, "paidwork.payment_voided", a.paidwork.Voided)
	jobs.On(a.jobs, "statement.payment_voided", a.lines.Voided)
	jobs.On(a.jobs, "message.arrears_reminded", a.messages.Dunned)
}

// visible says which permission lets a live screen hear of an event; what is
// not here is never sent.
var visible = map[string]authz.Action{
	ticket.Opened{}.EventName():             ticket.ActView,
	ticket.TreeRevised{}.EventName():        ticket.ActView,
	ticket.Returned{}.EventName():           ticket.ActView,
	ticket.Given{}.EventName():              ticket.ActView,
	ticket.Changed{}.EventName():            ticket.ActView,
	ticket.Solved{}.EventName():             ticket.ActView,
	ticket.Escalated{}.EventName():          ticket.ActView,
	ticket.Said{}.EventName():               ticket.ActView,
	ticket.Reopened{}.EventName():           ticket.ActView,
	ticket.Tasked{}.EventName():             ticket.ActView,
	quote.Answered{}.EventName():            ticket.ActView,
	lookin.Changed{}.EventName():            ticket.ActView,
	slip.Changed{}.EventName():              ticket.ActView,
	upkeep.Changed{}.EventName():            ticket.ActView,
	procedure.Changed{}.EventName():         procedure.ActView,
	procedure.Reminded{}.EventName():        procedure.ActLead,
	procedure.Ticked{}.EventName():          procedure.ActView,
	billing.Changed{}.EventName():           billing.ActView,
	billing.Moved{}.EventName():             billing.ActBills,
	billing.FixMoved{}.EventName():          billing.ActBills,
	delivery.Changed{}.EventName():          delivery.ActDeliver,
	cashier.Paid{}.EventName():              cashier.ActView,
	arrears.Changed{}.EventName():           arrears.ActView,
	cashier.Voided{}.EventName():            cashier.ActView,
	payonline.Changed{}.EventName():         payonline.ActView,
	cashier.Changed{}.EventName():           cashier.ActView,
	refund.Moved{}.EventName():              cashier.ActView,
	statement.Changed{}.EventName():         statement.ActView,
	invoice.Moved{}.EventName():             invoice.ActView,
	debit.Changed{}.EventName():             debit.ActView,
	publicity.Changed{}.EventName():         publicity.ActView,
	extract.Changed{}.EventName():           extract.ActView,
	publicity.Inspected{}.EventName():       publicity.ActInspections,
	housing.Changed{}.EventName():           housing.ActView,
	housing.RoomChanged{}.EventName():       housing.ActView,
	parking.Changed{}.EventName():           parking.ActView,
	handover.Changed{}.EventName():          handover.ActView,
	resident.Bound{}.EventName():            resident.ActView,
	followup.Changed{}.EventName():          followup.ActView,
	staff.DutyChanged{}.EventName():         staff.ActView,
	staff.PositionChanged{}.EventName():     staff.ActView,
	staff.Changed{}.EventName():             staff.ActView,
	attendance.Changed{}.EventName():        attendance.ActSelf,
	staffing.Changed{}.EventName():          staffing.ActEdit,
	daily.Changed{}.EventName():             daily.ActView,
	improvement.Written{}.EventName():       improvement.ActView,
	improvement.Answered{}.EventName():      improvement.ActView,
	roster.Changed{}.EventName():            roster.ActSelf,
	roster.Began{}.EventName():              roster.ActSelf,
	approval.Requested{}.EventName():        approval.ActInbox,
	approval.Moved{}.EventName():            approval.ActInbox,
	approval.Ended{}.EventName():            approval.ActInbox,
	imports.Moved{}.EventName():             imports.Act,
	customer.Changed{}.EventName():          customer.ActView,
	customer.MergeChanged{}.EventName():     customer.ActView,
	lease.Changed{}.EventName():             lease.ActView,
	belonging.Changed{}.EventName():         belonging.ActView,
	reminder.Changed{}.EventName():          reminder.ActView,
	notice.Added{}.EventName():              ticket.ActView,
	message.Changed{}.EventName():           ticket.ActView,
	customer.RelationsChanged{}.EventName(): customer.ActView,
}
