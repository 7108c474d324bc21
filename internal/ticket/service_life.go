package ticket

import (
	"context"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Depart says that the assignee is on the way; the customer sees it (TIC-09).
func (s *Service) Depart(ctx context.Context, who authz.Actor, id ID, expect func(int64) error) (Ticket, error) {
	return s.change(ctx, who, ActDepart, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.Theirs(who); err != nil {
			return t, err
		}
		t, err := t.depart(tx.Now)
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "departed", true, "", "", nil)
	})
}

// Holding is why and until when a ticket waits, and what was done for now.
type Holding struct {
	Why     Waiting
	Words   string // told to the customer (TIC-09)
	Until   *clock.Instant
	Interim string // what is done for now; may be empty (TIC-04a)
}

// Hold lets a ticket wait; its clocks stand still (TIC-03).
func (s *Service) Hold(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, h Holding) (Ticket, error) {
	var f errs.Fields
	text(&f, "text", &h.Words, 1000, true)
	text(&f, "interim", &h.Interim, 1000, false)
	if err := f.Err(); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActHold, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.Theirs(who); err != nil {
			return t, err
		}
		if err := mayStep(ctx, tx, t, StepHold); err != nil {
			return t, err
		}
		t, err := t.hold(h.Why, h.Until, tx.Now)
		if err != nil {
			return t, err
		}
		data := Data{"why": h.Why}
		if h.Until != nil {
			data["until"] = h.Until
		}
		if err := write(ctx, tx, t, "held", true, "", h.Words, data); err != nil || h.Interim == "" {
			return t, err
		}
		return t, write(ctx, tx, t, "interim", true, "", h.Interim, nil)
	})
}

// Resume lets the work and its clocks go on.
func (s *Service) Resume(ctx context.Context, who authz.Actor, id ID, expect func(int64) error) (t Ticket, err error) {
	return s.change(ctx, who, ActHold, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.Theirs(who); err != nil {
			return t, err
		}
		if was := t.HeldFrom; was == Arrived || was == Working { // somebody has come again
			if t, err = judge(ctx, tx, t, &tx.Now); err != nil {
				return t, err
			}
		}
		return resume(ctx, tx, t, "")
	})
}

func resume(ctx context.Context, tx *db.Tx, t Ticket, words string) (Ticket, error) {
	why, from := t.HeldWhy, t.HeldAt
	t, err := t.resume(tx.Now)
	if err != nil {
		return t, err
	}
	return t, write(ctx, tx, t, "resumed", true, "", words, Data{"why": why, "ms": tx.Now.Sub(*from).Milliseconds()})
}

// Interim records what is done for now, and that the customer was told (TIC-04a).
// It stops no clock.
func (s *Service) Interim(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, words string) (Ticket, error) {
	if err := needed("text", &words, 1000); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActInterim, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		t, err := t.step(StepInterim)
		t.ReportFrom = tx.Now
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "interim", true, "", words, nil)
	})
}

// Verify notes that the customer found the matter settled, and where they said so.
func (s *Service) Verify(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, channel, words string) (Ticket, error) {
	if err := optional("text", &words, 1000); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActVerify, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if t.Assignee == who.ID && who.ID != 0 {
			return t, ErrOwnWork
		}
		t, err := t.verify(tx.Now)
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "verified", true, channel, words, nil)
	})
}

// Reopen takes up again what was resolved within the last seven days; later a
// supervisor must agree (AskReopen, TIC-04). It goes back to who did it if they
// are on duty, else to whom dispatch chooses; both have to accept it in time.
func (s *Service) Reopen(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason string) (Ticket, error) {
	if err := needed("reason", &reason, 500); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActReopen, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if t.may(StepReopen) && !t.freelyReopened(tx.Now) {
			return t, ErrLate
		}
		return reopen(ctx, tx, t, reason)
	})
}

func reopen(ctx context.Context, tx *db.Tx, t Ticket, reason string) (Ticket, error) {
	first := t.Clocks(tx.Now)[1]
	duty, err := available(ctx, tx, t.Community)
	if err != nil {
		return t, err
	}
	back := slices.ContainsFunc(duty, func(c Candidate) bool { return c.ID == t.Assignee })
	if t, err = t.reopen(back, tx.Now); err != nil {
		return t, err
	}
	tx.Emit(Reopened{event{t.ID, t.Community}})
	data := Data{"count": t.Reopened, "first": first.State, "due": first.Due}
	if back {
		data["to"] = t.Assignee
		tx.Emit(Given{event{t.ID, t.Community}, t.Assignee})
		set, err := settingsIn(ctx, tx, t.Community)
		if err != nil {
			return t, err
		}
		if err := wait(ctx, tx, t, set, t.Assignee, 0); err != nil {
			return t, err
		}
	}
	return t, write(ctx, tx, t, "reopened", true, "", reason, data)
}

// ReopenUnsolved opens a ticket again because the customer says it is not
// settled (FUP-04), in the transaction of the follow-up that heard so.
func ReopenUnsolved(ctx context.Context, tx *db.Tx, id ID, reason string) error {
	old, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	t, err := reopen(ctx, tx, old, reason)
	if err != nil {
		return err
	}
	return save(ctx, tx, old, &t)
}

// Reasked ends what was asked for to open a ticket again that is open again by
// another way; it handles Reopened.
func (s *Service) Reasked(ctx context.Context, tx *db.Tx, e Reopened) error {
	return s.approvals.Withdraw(ctx, tx, AskReopenKind, "ticket:"+e.Ticket.String(), "")
}

// NotReached ends the follow-up of a customer who was not reached (TIC-04).
func NotReached(ctx context.Context, tx *db.Tx, id ID, attempts int64) error {
	old, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	t, err := old.asked(tx.Now)
	if err != nil {
		return err
	}
	if err := write(ctx, tx, t, "not_reached", false, "", "", Data{"attempts": attempts}); err != nil || t.Status == old.Status {
		return err
	}
	return save(ctx, tx, old, &t)
}

// Unasked ends the follow-up of work that no customer asked for (TIC-13).
func Unasked(ctx context.Context, tx *db.Tx, id ID) error {
	old, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	t, err := old.asked(tx.Now)
	if err != nil {
		return err
	}
	if err := write(ctx, tx, t, "unasked", false, "", "", nil); err != nil || t.Status == old.Status {
		return err
	}
	return save(ctx, tx, old, &t)
}

// Archive ends a ticket for good: it is never changed again (TIC-14).
func (s *Service) Archive(ctx context.Context, who authz.Actor, id ID, expect func(int64) error) (Ticket, error) {
	return s.change(ctx, who, ActArchive, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		return archive(ctx, tx, t)
	})
}

func archive(ctx context.Context, tx *db.Tx, t Ticket) (Ticket, error) {
	t, err := t.archive(tx.Now)
	if err != nil {
		return t, err
	}
	return t, write(ctx, tx, t, "archived", false, "", "", nil)
}

// Excuse notes why a missed clock is nobody's fault; the verdict stays (TIC-03b).
func (s *Service) Excuse(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, which, reason string) (Ticket, error) {
	if err := needed("reason", &reason, 500); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActExcuse, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if t.Assignee == who.ID && who.ID != 0 {
			return t, ErrOwnWork
		}
		t, err := t.excuse(which, reason, tx.Now)
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "excused", false, "", reason, Data{"clock": which})
	})
}

// optional checks words that may be left out.
func optional(field string, s *string, most int) error {
	var f errs.Fields
	text(&f, field, s, most, false)
	return f.Err()
}

// rename moves the fields of err from one name to another.
func rename(err error, from, to string) error {
	e := *errs.Of(err)
	if e.Kind != errs.Invalid {
		return err
	}
	fields := append([]errs.Field{}, e.Fields...)
	for i := range fields {
		if fields[i].Name == from {
			fields[i].Name = to
		}
	}
	e.Fields = fields
	return &e
}
