package ticket

import (
	"context"
	"fmt"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

// The kinds of requests that a supervisor decides (ACC-12).
const (
	AskComplexKind = "ticket.complex" // TIC-02
	AskExtendKind  = "ticket.extend"  // TIC-03c
	AskReopenKind  = "ticket.reopen"  // TIC-04
	AskVisitKind   = "ticket.visit"   // TIC-05a
)

// asked is what a request keeps of a ticket.
type asked struct {
	Ticket  ID             `json:"ticket"`
	Until   *clock.Instant `json:"until,omitempty"`
	Interim string         `json:"interim,omitempty"`
	Step    Step           `json:"step,omitempty"` // of a mentor's yes
	Who     staff.ID       `json:"who,omitempty"`
	mentor  *staff.ID      // who is asked by name; what check finds
}

// Approve registers what this package asks for.
func (s *Service) Approve(a *approval.Service) {
	s.approvals = a
	// A mentor who lets it lie is not waited for: then whoever decides for the community does.
	a.Register(approval.Kind{Name: AskCancelKind, Decide: ActCancel, Levels: []approval.Level{{}, {Roles: []string{"service_supervisor", "service_manager", "property_manager"}}}, TimeLimit: 4 * time.Hour, Lapse: 7 * 24 * time.Hour, FourEyes: true, Ended: s.decided, Describe: s.describe})
	a.Register(approval.Kind{Name: AskMentorKind, Decide: ActHold, Levels: []approval.Level{{}, {Roles: []string{"service_supervisor", "service_manager", "property_manager", "maintenance_leader"}}}, TimeLimit: 4 * time.Hour, Lapse: 7 * 24 * time.Hour, FourEyes: true, Ended: s.decided, Describe: s.describe})
	for _, name := range []string{AskComplexKind, AskExtendKind, AskReopenKind, AskVisitKind} {
		a.Register(approval.Kind{Name: name, Decide: ActDecide, TimeLimit: 4 * time.Hour, Lapse: 7 * 24 * time.Hour, Ended: s.decided, Describe: s.describe})
	}
}

// AskComplex asks for the time that a complex matter needs, with a reason; what
// is done for now is recorded at once (TIC-02, TIC-04a).
func (s *Service) AskComplex(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason, interim string) (Ticket, error) {
	if err := optional("interim", &interim, 1000); err != nil {
		return Ticket{}, err
	}
	return s.ask(ctx, who, id, expect, StepComplex, reason, asked{Ticket: id, Interim: interim}, func(_ *db.Tx, t Ticket) error {
		if t.Complex {
			return ErrAlready
		}
		return nil
	})
}

// AskExtend asks for more time to resolve (TIC-03c).
func (s *Service) AskExtend(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason string, until clock.Instant) (Ticket, error) {
	return s.ask(ctx, who, id, expect, StepExtend, reason, asked{Ticket: id, Until: &until}, func(tx *db.Tx, t Ticket) error {
		return t.mayExtend(until, tx.Now)
	})
}

// AskReopen asks to open again what was resolved more than seven days ago (TIC-04).
func (s *Service) AskReopen(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason string) (Ticket, error) {
	return s.ask(ctx, who, id, expect, StepReopen, reason, asked{Ticket: id}, func(tx *db.Tx, t Ticket) error {
		if t.freelyReopened(tx.Now) {
			return ErrFreely
		}
		return nil
	})
}

// AskVisit asks for a visit where remote help would do (TIC-05a, PRO-02a).
func (s *Service) AskVisit(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason string) (Ticket, error) {
	return s.ask(ctx, who, id, expect, StepVisit, reason, asked{Ticket: id}, func(_ *db.Tx, t Ticket) error {
		if !t.remoteFirst() {
			return ErrVisitFreely
		}
		return nil
	})
}

func kindOf(step Step) string { return "ticket." + string(step) }

func (s *Service) ask(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, step Step, reason string, a asked, check func(*db.Tx, Ticket) error) (Ticket, error) {
	if err := needed("reason", &reason, 500); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActAsk, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if !t.may(step) {
			_, err := t.step(step)
			return t, err
		}
		if err := check(tx, t); err != nil {
			return t, err
		}
		kind := kindOf(step)
		if a.Step != "" {
			kind = AskMentorKind
		}
		q := approval.Ask{Kind: kind, Community: t.Community, Subject: "ticket:" + t.ID.String(), About: t.Number, Data: a, Reason: reason}
		if a.mentor != nil {
			q.Approver = *a.mentor
		}
		if _, err := s.approvals.Request(ctx, tx, q); err != nil {
			return t, err
		}
		if a.Interim != "" {
			if err := write(ctx, tx, t, "interim", true, "", a.Interim, nil); err != nil {
				return t, err
			}
		}
		data := Data{"what": kind[len("ticket."):]}
		if a.Until != nil {
			data["until"] = a.Until
		}
		if a.Step != "" {
			data["step"] = a.Step
		}
		return t, write(ctx, tx, t, "asked", false, "", reason, data)
	})
}

const whyDecided = "the approval has checked the place"

// decided takes the effect, in the transaction that decides.
func (s *Service) decided(ctx context.Context, tx *db.Tx, r approval.Request) error {
	var a asked
	if err := r.Data.Unmarshal(&a); err != nil {
		return err
	}
	g := tx.Global(whyDecided)
	old, err := get(ctx, g, a.Ticket)
	if err != nil {
		return err
	}
	step, t := Step(r.Kind[len("ticket."):]), old
	granted := r.State == approval.Approved
	if granted {
		if t, err = effect(ctx, g, t, step, a, r.Reason); err != nil {
			return err
		}
	}
	data := Data{"what": step, "by": r.Decider, "state": r.State}
	if a.Step != "" {
		data["step"] = a.Step
	}
	if a.Until != nil {
		data["until"] = a.Until
	}
	if err := write(ctx, g, t, "decided", false, "", r.Decision, data); err != nil {
		return err
	}
	if err := save(ctx, g, old, &t); err != nil || t.Status != Cancelled {
		return err
	}
	return s.settled(ctx, g, old, t)
}

func effect(ctx context.Context, tx *db.Tx, t Ticket, step Step, a asked, reason string) (Ticket, error) {
	switch step {
	case "mentor":
		return t, grant(ctx, tx, t, a, tx.Who.Name)
	case StepComplex:
		return t.complicate()
	case StepExtend:
		return t.extend(*a.Until)
	case StepReopen:
		return reopen(ctx, tx, t, reason)
	case StepVisit:
		return t.grantVisit()
	case StepCancel:
		t, err := t.cancel(tx.Now)
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "cancelled", true, "", reason, nil)
	default:
		return t, fmt.Errorf("ticket: nobody asks for %s", step)
	}
}

func (s *Service) describe(ctx context.Context, tx *db.Tx, r approval.Request) ([]approval.Line, error) {
	var a asked
	if err := r.Data.Unmarshal(&a); err != nil {
		return nil, err
	}
	t, err := get(ctx, tx.Global(whyDecided), a.Ticket)
	if err != nil {
		return nil, err
	}
	out := []approval.Line{{Label: "ticket", To: t.Number + " " + t.Title}, {Label: "place", To: t.Place}}
	switch r.Kind {
	case AskMentorKind:
		out = append(out, approval.Line{Label: "step", To: web.Pick(ctx, map[Step]string{StepGrade: "降低等级", StepHold: "挂起"}, map[Step]string{StepGrade: "lower the grade", StepHold: "put on hold"})[a.Step]})
	case AskExtendKind:
		out = append(out, approval.Line{Label: "deadline", From: t.ResolveDue.String(), To: a.Until.String()})
	case AskComplexKind:
		c := t
		c.Complex = true
		out = append(out, approval.Line{Label: "deadline", From: t.ResolveDue.String(), To: c.clocked().ResolveDue.String()})
	}
	return out, nil
}
