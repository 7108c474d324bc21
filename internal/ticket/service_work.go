package ticket

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// Dispatch gives a ticket to a member of staff by hand.
func (s *Service) Dispatch(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, to staff.ID) (Ticket, error) {
	return s.DispatchPast(ctx, who, id, expect, to, "")
}

// DispatchPast is Dispatch with the word why what is for a senior on duty goes
// to somebody else (TIC-05a).
func (s *Service) DispatchPast(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, to staff.ID, word string) (Ticket, error) {
	if err := optional("word", &word, 500); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActDispatch, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		m, err := staff.In(ctx, tx, t.Community, to)
		if err != nil {
			return t, ErrOffDuty.At(errs.Field{Name: "to", Code: "ticket.assignee_unknown"})
		}
		within, err := answeringOf(ctx, tx, t.Community, m.ID)
		if err != nil {
			return t, err
		}
		return byHand(ctx, tx, t, m, within, word)
	})
}

func give(ctx context.Context, tx *db.Tx, t Ticket, to staff.ID, name string, why any) (Ticket, error) {
	t, err := t.dispatch(to, name, tx.Now)
	if err != nil {
		return t, err
	}
	tx.Emit(Given{event{t.ID, t.Community}, to})
	return t, write(ctx, tx, t, "dispatched", true, "", "", Data{"to": to, "toName": name, "why": why})
}

// Accept is the assignee's word that they will come. It stops no response clock (TIC-03a).
func (s *Service) Accept(ctx context.Context, who authz.Actor, id ID, expect func(int64) error) (Ticket, error) {
	return s.change(ctx, who, ActAccept, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.Theirs(who); err != nil {
			return t, err
		}
		t, err := t.accept(tx.Now)
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "accepted", true, "", "", nil)
	})
}

// Refuse sends a ticket back to dispatch with a reason; somebody else is looked for.
func (s *Service) Refuse(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason string) (Ticket, error) {
	if err := needed("reason", &reason, 500); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActRefuse, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.Theirs(who); err != nil {
			return t, err
		}
		from := t.Assignee
		t, err := t.refuse()
		if err != nil {
			return t, err
		}
		tx.Emit(Returned{event{t.ID, t.Community}, from})
		return t, write(ctx, tx, t, "refused", false, "", reason, Data{"of": from})
	})
}

// Tell records what the customer was told, through which channel, and the
// arrival time promised; the first time it stops the response clock (TIC-03a).
func (s *Service) Tell(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, channel, words string, arrival *clock.Instant) (Ticket, error) {
	if err := needed("text", &words, 1000); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActTell, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		t, err := t.tell(arrival, tx.Now)
		if err != nil {
			return t, err
		}
		if spoken := channel == "phone" || channel == "visit"; spoken {
			t = t.reached()
		}
		data := Data{}
		if arrival != nil {
			data["arrivalAt"] = arrival
			if t, err = promised(ctx, tx, t, *arrival); err != nil {
				return t, err
			}
		}
		return t, write(ctx, tx, t, "told", true, channel, words, data)
	})
}

// Arrive is the check-in at the door.
func (s *Service) Arrive(ctx context.Context, who authz.Actor, id ID, expect func(int64) error) (Ticket, error) {
	return s.ArriveAt(ctx, who, id, expect, nil)
}

// ArriveAt is Arrive with where the phone says it is, if its owner lets it: how
// far that is from the community is shown, and nobody is refused by it (TIC-07).
func (s *Service) ArriveAt(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, at *Where) (Ticket, error) {
	return s.change(ctx, who, ActArrive, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.Theirs(who); err != nil {
			return t, err
		}
		t, err := t.arrive(tx.Now)
		if err != nil {
			return t, err
		}
		if t, err = judge(ctx, tx, t, &tx.Now); err != nil {
			return t, err
		}
		data := Data{}
		if t.VisitState != "" {
			data["kept"], data["late"] = t.VisitState == ArrivalKept, t.VisitLate
		}
		if at != nil && at.Latitude != nil && at.Longitude != nil && s.Distance != nil {
			n, err := s.Distance(ctx, tx, t.Community, *at.Latitude, *at.Longitude)
			if err != nil {
				return t, err
			}
			if n != nil {
				data["meters"] = *n
			}
		}
		return t, write(ctx, tx, t, "arrived", true, "visit", "", data)
	})
}

// Start begins the work.
func (s *Service) Start(ctx context.Context, who authz.Actor, id ID, expect func(int64) error) (Ticket, error) {
	return s.change(ctx, who, ActStart, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.Theirs(who); err != nil {
			return t, err
		}
		for _, check := range s.BeforeStart {
			if err := check(ctx, tx, t); err != nil {
				return t, err
			}
		}
		t, err := t.start(tx.Now)
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "started", true, "", "", nil)
	})
}

// AskSignature shows the customer on their own phone what was found, done and is
// advised, and asks them to sign it (TIC-07, TIC-07d, FAC-02). It ends no work.
func (s *Service) AskSignature(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, read Signed) (Ticket, error) {
	read, err := read.checked()
	if err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActResolve, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.does(who); err != nil {
			return t, err
		}
		t, err := t.askSignature(read)
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "sign_asked", true, "", "", nil)
	})
}

// Resolve ends the work with what was found and done; evidence must be there (TIC-07a).
func (s *Service) Resolve(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, o Outcome) (Ticket, error) {
	return s.change(ctx, who, ActResolve, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.does(who); err != nil {
			return t, err
		}
		shots, err := photos(ctx, tx, t)
		if err != nil {
			return t, err
		}
		lacks, err := s.lacks(ctx, tx, t)
		if err != nil {
			return t, err
		}
		if t, err = t.resolve(o, byKind(shots), lacks, tx.Now); err != nil {
			return t, err
		}
		o.Cause, o.Remedy, o.Advice, o.Parts = t.Cause, t.Remedy, t.Advice, t.Parts
		tx.Emit(Solved{event{t.ID, t.Community}, t.Assignee, tx.Now})
		return t, write(ctx, tx, t, "resolved", true, "", o.Remedy, o.data())
	})
}

// Note adds an inside note that the customer never sees.
func (s *Service) Note(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, words string) (Ticket, error) {
	if err := needed("text", &words, 5000); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActNote, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		t, err := t.step(StepNote)
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "noted", false, "", words, nil)
	})
}

// Cancel ends a ticket that needs no work, with a reason.
func (s *Service) Cancel(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason string) (Ticket, error) {
	if err := needed("reason", &reason, 500); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActCancel, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := mayStep(ctx, tx, t, StepCancel); err != nil {
			return t, err
		}
		t, err := t.cancel(tx.Now)
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "cancelled", true, "", reason, nil)
	})
}

// Regrade changes the grade with a reason; a forced grade cannot be lowered (TIC-02).
func (s *Service) Regrade(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, g Grade, reason string) (Ticket, error) {
	if err := needed("reason", &reason, 500); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActGrade, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		c, _ := TreeOf(tx).ByID(t.Category)
		from := t.Grade
		if g > from { // C is below A
			if err := mayStep(ctx, tx, t, StepGrade); err != nil {
				return t, err
			}
		}
		t, err := t.regrade(g, c.Lowest())
		if err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "regraded", false, "", reason, Data{"from": from, "to": g})
	})
}

// FollowUp is called by package followup in its own transaction (FUP-03):
// rating in tenths, data for the timeline.
func FollowUp(ctx context.Context, tx *db.Tx, id ID, rating int64, channel, words string, data Data) error {
	old, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	t, err := old.followUp(rating, tx.Now)
	if err != nil {
		return err
	}
	if err := write(ctx, tx, t, "followed_up", true, channel, words, data); err != nil || t.Status == Archived {
		return err // the archive is never changed
	}
	return save(ctx, tx, old, &t)
}

// Attempted notes in the timeline that the customer was not reached.
func Attempted(ctx context.Context, tx *db.Tx, id ID, channel, words string) error {
	t, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	tx.Emit(Changed{event{t.ID, t.Community}, t.Status})
	return write(ctx, tx, t, "attempt", false, channel, words, nil)
}

// Told adds a line that the customer sees to the timeline, in another domain's
// transaction.
func Told(ctx context.Context, tx *db.Tx, t Ticket, verb, words string, data Data) error {
	tx.Emit(Changed{event{t.ID, t.Community}, t.Status})
	return write(ctx, tx, t, verb, true, "", words, data)
}

// Reported is Told for what counts as the report of the day to the customer (TIC-09).
// No new version: what somebody is typing right now does not become stale by it.
func Reported(ctx context.Context, tx *db.Tx, t Ticket, verb, words string) error {
	t.ReportFrom = tx.Now
	if _, err := tx.Exec(ctx, `UPDATE ticket SET report_from = $1 WHERE id = $2 AND {scope}`, t.ReportFrom, t.ID); err != nil {
		return err
	}
	if err := arm(ctx, tx, t); err != nil {
		return err
	}
	return Told(ctx, tx, t, verb, words, nil)
}

// In returns a ticket inside another domain's transaction.
func In(ctx context.Context, tx *db.Tx, id ID) (Ticket, error) { return get(ctx, tx, id) }

// OpenOf counts what somebody has in hand (ACC-08).
func OpenOf(ctx context.Context, tx *db.Tx, of staff.ID) (int64, error) { return load(ctx, tx, of) }

// HandOver gives everything that somebody has in hand to a colleague of the
// same community, in the transaction of what makes it necessary.
func HandOver(ctx context.Context, tx *db.Tx, from, to staff.Member) (int64, error) {
	all, err := inHand(ctx, tx, from.ID)
	if err != nil {
		return 0, err
	}
	within, err := answeringOf(ctx, tx, to.Community, to.ID)
	if err != nil {
		return 0, err
	}
	for _, old := range all {
		t := old.handOver(to.ID, to.Name)
		tx.Emit(Given{event{t.ID, t.Community}, to.ID})
		if t.Status == Dispatched {
			if err := within.wait(ctx, tx, t); err != nil {
				return 0, err
			}
		}
		if err := write(ctx, tx, t, "handed_over", true, "", "", Data{"to": to.ID, "toName": to.Name, "fromName": from.Name}); err != nil {
			return 0, err
		}
		if err := save(ctx, tx, old, &t); err != nil {
			return 0, err
		}
	}
	return int64(len(all)), nil
}

// needed checks a reason or a message.
func needed(field string, s *string, most int) error {
	var f errs.Fields
	text(&f, field, s, most, true)
	return f.Err()
}
