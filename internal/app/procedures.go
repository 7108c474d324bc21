package app

import (
	"context"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/procedure"
	"guanjia/internal/slip"
	"guanjia/internal/ticket"
)

const onTicket = "ticket" // the place of a run

// proceed lets procedures run on tickets, and tickets wait for what procedures require (TIC-07a).
func (a *App) proceed() {
	a.procedure = &procedure.Service{DB: a.db, Exports: a.audit, Subjects: []procedure.Subject{{Place: onTicket, View: ticket.ActView, Facts: ticketFacts, Slips: slip.Seen}}, Forms: slip.Asked()}
	a.procedure.Approve(a.approvals)
	a.tickets.Checks = append(a.tickets.Checks, func(ctx context.Context, tx *db.Tx, t ticket.Ticket) ([]string, error) {
		titles, err := a.procedure.Missing(ctx, tx, onTicket, procedure.SubjectID(t.ID), t.Must(ticket.ProofChecklist))
		for i := range titles {
			titles[i] = "step:" + titles[i]
		}
		return titles, err
	})
}

func (a *App) begin(ctx context.Context, tx *db.Tx, id ticket.ID) error {
	return a.procedure.Begin(ctx, tx, onTicket, procedure.SubjectID(id))
}

func (a *App) seen(ctx context.Context, tx *db.Tx, id ticket.ID) error {
	return a.procedure.Sync(ctx, tx, onTicket, procedure.SubjectID(id))
}

// ticketFacts is what the rules of procedures need to know of a ticket.
func ticketFacts(ctx context.Context, tx *db.Tx, id procedure.SubjectID) (procedure.Facts, error) {
	t, err := ticket.In(ctx, tx, ticket.ID(id))
	if err != nil {
		return procedure.Facts{}, err
	}
	zone, err := org.Zone(ctx, tx, t.Community)
	if err != nil {
		return procedure.Facts{}, err
	}
	shots, err := ticket.PicturesOf(ctx, tx, t)
	if err != nil {
		return procedure.Facts{}, err
	}
	goes := ticket.Policies[t.Kind].Visits && t.Room != 0
	due := t.ResolveDue
	f := procedure.Facts{
		Community: t.Community, Kind: string(t.Kind), Category: t.Category, Grade: string(t.Grade), Channel: t.Channel, Complex: t.Complex,
		Visit: goes, OnSite: goes && t.Kind == ticket.Chore, Ended: t.Status == ticket.Archived || t.Status == ticket.Cancelled,
		Owner: t.Owner, Assignee: t.Assignee, Zone: zone, Due: &due, Marks: map[string]procedure.Mark{},
	}
	for _, p := range shots {
		f.Photos = append(f.Photos, procedure.PhotoID(p.ID))
	}
	mark := func(name string, at *clock.Instant, by authz.AccountID, who string) {
		if at != nil {
			f.Marks[name] = procedure.Mark{At: *at, By: by, Name: who}
		}
	}
	mark("opened", &t.OpenedAt, t.Owner, t.OwnerName)
	mark("dispatched", t.DispatchedAt, 0, "")
	mark("told", t.ResponseAt, 0, "")
	mark("arrived", t.ArrivedAt, t.Assignee, t.AssigneeName)
	mark("started", t.StartedAt, t.Assignee, t.AssigneeName)
	mark("resolved", t.ResolvedAt, t.Assignee, t.AssigneeName)
	mark("followed_up", t.FollowedUpAt, 0, "")
	if t.Status == ticket.Archived {
		mark("archived", t.EndedAt, 0, "")
	}
	return f, nil
}
