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
	ErrJunior       = errs.New(errs.Invalid, "ticket.junior", "a senior is on duty; say why it goes to somebody else")
	ErrClaimSenior  = errs.New(errs.Conflict, "ticket.claim_senior", "complaints and important customers are for the senior on duty")
	ErrMentor       = errs.New(errs.Conflict, "ticket.mentor", "your mentor is asked before a customer is refused")
	ErrMentorFreely = errs.New(errs.Conflict, "ticket.mentor_freely", "the mentor need not be asked for this step")
	ErrCancelFreely = errs.New(errs.Conflict, "ticket.cancel_freely", "nobody need be asked")
)

// needOf is what t asks of who takes it.
func needOf(ctx context.Context, tx *db.Tx, t Ticket) (Need, error) {
	delicate, err := delicate(ctx, tx, t)
	return Need{TreeOf(tx).SkillFor(t.Category), t.Building, t.Grade, delicate}, err
}

// delicate reports whether t is a complaint or of a customer whom the company marks as important (TIC-05a).
func delicate(ctx context.Context, tx *db.Tx, t Ticket) (bool, error) {
	if t.Kind == Complaint || t.Customer == 0 {
		return t.Kind == Complaint, nil
	}
	return customer.Important(ctx, tx, t.Customer)
}

// seniorsFor are the seniors on duty who have what t needs, but for one.
func seniorsFor(ctx context.Context, tx *db.Tx, t Ticket, but staff.ID) ([]Candidate, error) {
	set, err := settingsIn(ctx, tx, t.Community)
	if err != nil {
		return nil, err
	}
	duty, err := dutyFor(ctx, tx, t, set)
	if err != nil {
		return nil, err
	}
	left, err := leftOut(ctx, tx, t)
	return slices.DeleteFunc(duty, func(c Candidate) bool {
		return c.ID == but || !c.Level.Delicate() || !slices.Contains(c.Skills, TreeOf(tx).SkillFor(t.Category)) || slices.Contains(left, c.ID)
	}), err
}

// byHand gives t to m by somebody's choice. What is delicate goes past a senior
// on duty with a word only, which stays inside; the timeline says so.
func byHand(ctx context.Context, tx *db.Tx, t Ticket, m staff.Member, within answering, word string) (Ticket, error) {
	why := Data{"byHand": true}
	is, err := delicate(ctx, tx, t)
	if err != nil {
		return t, err
	}
	if is && !m.Level.Delicate() {
		seniors, err := seniorsFor(ctx, tx, t, m.ID)
		if err != nil {
			return t, err
		}
		why["senior"] = "none"
		if len(seniors) > 0 {
			if word == "" {
				return t, errs.ErrFields.At(errs.Field{Name: "word", Code: ErrJunior.Code, Params: map[string]any{"name": m.Name, "senior": seniors[0].Name}})
			}
			why["senior"] = "passed"
		}
	}
	if t, err = give(ctx, tx, t, m.ID, m.Name, why); err != nil {
		return t, err
	}
	if err := within.wait(ctx, tx, t); err != nil || why["senior"] != "passed" {
		return t, err
	}
	return t, write(ctx, tx, t, "noted", false, "", word, nil)
}

// mayClaim refuses who is no senior what is delicate while a senior is on duty (TIC-05a).
func mayClaim(ctx context.Context, tx *db.Tx, t Ticket, me staff.OnDuty) error {
	is, err := delicate(ctx, tx, t)
	if err != nil || !is || me.Level.Delicate() {
		return err
	}
	seniors, err := seniorsFor(ctx, tx, t, me.ID)
	if err == nil && len(seniors) > 0 {
		err = ErrClaimSenior.With("senior", seniors[0].Name)
	}
	return err
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
