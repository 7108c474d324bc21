package ticket

import (
	"context"
	"slices"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// AskCancelKind is asked of a new colleague's mentor (TIC-05a).
const AskCancelKind = "ticket.cancel"

// Of mentors.
var (
	ErrMentor       = errs.New(errs.Conflict, "ticket.mentor", "your mentor is asked before a customer is refused")
	ErrCancelFreely = errs.New(errs.Conflict, "ticket.cancel_freely", "nobody need be asked")
)

// vipTag is the shipped tag whose customers are cared for first.
const vipTag = "VIP"

// needOf is what t asks of who takes it.
func needOf(ctx context.Context, tx *db.Tx, t Ticket) (Need, error) {
	delicate, err := delicate(ctx, tx, t)
	return Need{SkillFor(t.Category), t.Building, t.Grade, delicate}, err
}

// delicate reports whether t is a complaint or of a VIP (TIC-05a).
func delicate(ctx context.Context, tx *db.Tx, t Ticket) (bool, error) {
	if t.Kind == Complaint || t.Customer == 0 {
		return t.Kind == Complaint, nil
	}
	tags, err := db.All[customer.Tags](ctx, tx, `SELECT tags FROM customer WHERE id = $1 AND {scope}`, t.Customer)
	return len(tags) > 0 && slices.Contains(tags[0], vipTag), err
}

// AskCancel asks the mentor for their yes to ending a ticket without work (TIC-05a).
func (s *Service) AskCancel(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason string) (Ticket, error) {
	var mentor staff.ID
	return s.ask(ctx, who, id, expect, StepCancel, reason, asked{Ticket: id, mentor: &mentor}, func(tx *db.Tx, t Ticket) error {
		m, err := staff.MentorOf(ctx, tx, t.Community, who.ID)
		if err == nil && m.ID == 0 {
			err = ErrCancelFreely
		}
		mentor = m.ID
		return err
	})
}

// mayRefuse refuses what a new colleague has to ask their mentor for.
func mayRefuse(ctx context.Context, tx *db.Tx, t Ticket) error {
	m, err := staff.MentorOf(ctx, tx, t.Community, tx.Who.ID)
	if err == nil && m.ID != 0 {
		err = ErrMentor
	}
	return err
}
