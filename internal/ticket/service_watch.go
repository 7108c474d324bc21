package ticket

import (
	"cmp"
	"context"
	"errors"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/staff"
)

const watchJob = "ticket.watch"

// watched is the payload of a ticket's one timer.
type watched event

// Where says to which community the timer belongs.
func (w watched) Where() authz.CommunityID { return w.Community }

// Schedule lets tickets be watched: their ladder, the end of a hold, what
// silence settles.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.Handle(r, watchJob, s.tick)
	jobs.Handle(r, acceptJob, s.overdue)
	jobs.Handle(r, windowJob, s.windowOver)
	jobs.Handle(r, chooseJob, s.chooseNow)
	jobs.EveryAlone(r, string(actHot), 15*time.Minute, s.WatchHot)
}

// Watch sets the timer of a ticket that was opened: not in the transaction that
// opens it, which is kept short.
func (s *Service) Watch(ctx context.Context, tx *db.Tx, id ID) error {
	t, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	return arm(ctx, tx, t)
}

// arm sets the timer to the next thing that happens by itself.
func arm(ctx context.Context, tx *db.Tx, t Ticket) error {
	var set Settings
	if t.inHand() {
		var err error
		if set, err = settingsIn(ctx, tx, t.Community); err != nil {
			return err
		}
	}
	return armed(ctx, tx, t, set)
}

// armed is arm for who knows the settings of the ticket's community.
func armed(ctx context.Context, tx *db.Tx, t Ticket, set Settings) error {
	next, ok := t.settlesAt()
	if t.inHand() {
		var missed []Reached
		if missed, next, ok = t.climb(set.ladder(), tx.Now); len(missed) > 0 {
			next, ok = tx.Now, true // they came a moment ago, and their timer is the one that is set anew here
		}
	}
	if t.Status == Held && t.HeldUntil != nil {
		next, ok = *t.HeldUntil, true
	}
	if due, owed := t.reportDue(); owed && (!ok || due < next) {
		next, ok = due, true
	}
	if t.AttemptAt != nil && (!ok || *t.AttemptAt < next) {
		next, ok = *t.AttemptAt, true
	}
	if !ok {
		return jobs.Cancel(ctx, tx, watchJob, t.ID.String())
	}
	return jobs.At(ctx, tx, watchJob, t.ID.String(), max(next, tx.Now), watched{t.ID, t.Community})
}

// tick does what has come: it tells the rungs that were reached, reminds of
// what was held until now, and lets silence settle.
func (s *Service) tick(ctx context.Context, tx *db.Tx, w watched) error {
	tx.Silent("what happens by itself stands in the ticket's timeline")
	old, err := get(ctx, tx, w.Ticket)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t := old
	if at, ok := t.settlesAt(); ok && at <= tx.Now {
		return s.settle(ctx, tx, old)
	}
	set, err := settingsIn(ctx, tx, t.Community)
	if err != nil {
		return err
	}
	if t.HeldUntil != nil && *t.HeldUntil <= tx.Now {
		tx.Emit(Escalated{event{t.ID, t.Community}, "hold", 100, people(t.Assignee, t.Owner)})
		if err := write(ctx, tx, t, "hold_over", false, "", "", Data{"why": t.HeldWhy}); err != nil {
			return err
		}
		t.HeldUntil = nil
	} else if t, err = escalate(ctx, tx, t, set); err != nil {
		return err
	}
	if due, owed := t.reportDue(); owed && due <= tx.Now {
		t.ReportFrom = tx.Now
		if err := remind(ctx, tx, t); err != nil {
			return err
		}
	}
	if t.AttemptAt != nil && *t.AttemptAt <= tx.Now {
		tx.Emit(Escalated{event{t.ID, t.Community}, "attempt", 0, people(t.Assignee, cmp.Or(t.Second, t.Owner))})
		t.AttemptAt = nil
	}
	// No new version: what somebody is typing right now must not be stale because a clock went on.
	if err := tx.Later(ctx, `UPDATE ticket SET response_step = $1, resolve_step = $2, held_until = $3, report_from = $4, attempt_at = $5 WHERE id = $6 AND {scope}`, t.ResponseStep, t.ResolveStep, t.HeldUntil, t.ReportFrom, t.AttemptAt, t.ID); err != nil {
		return err
	}
	return armed(ctx, tx, t, set)
}

// remind tells the first-contact owner that the customer has heard nothing for
// a day; where nobody owns the matter, who leads those who do it (TIC-09).
func remind(ctx context.Context, tx *db.Tx, t Ticket) error {
	whom := ToOwner
	if t.Owner == 0 {
		whom = ToLeader
	}
	to, names, err := addressees(ctx, tx, t, []string{whom})
	if err != nil {
		return err
	}
	tx.Emit(Escalated{event{t.ID, t.Community}, "report", 0, to})
	return write(ctx, tx, t, "report_due", false, "", "", Data{"to": names})
}

// BackDue reminds who works on t, and who keeps in touch with the customer, that
// something that was taken away against a receipt should be back (TIC-07).
func BackDue(ctx context.Context, tx *db.Tx, t Ticket, receipt string) error {
	to, names, err := addressees(ctx, tx, t, []string{ToAssignee, ToOwner})
	if err != nil {
		return err
	}
	tx.Emit(Escalated{event{t.ID, t.Community}, "taken", 0, to})
	return write(ctx, tx, t, "back_due", false, "", "", Data{"to": names, "number": receipt})
}

// settle verifies by silence what nobody objected to, and archives what is done (TIC-04, TIC-14).
func (s *Service) settle(ctx context.Context, tx *db.Tx, old Ticket) (err error) {
	t := old
	if t.Status == Resolved && t.VerifiedAt == nil {
		if t, err = t.verify(tx.Now); err != nil {
			return err
		}
		if err := write(ctx, tx, t, "verified", false, "", "", Data{"silence": true}); err != nil {
			return err
		}
	}
	if t.may(StepArchive) {
		if t, err = archive(ctx, tx, t); err != nil {
			return err
		}
	}
	if err := save(ctx, tx, old, &t); err != nil {
		return err
	}
	return s.settled(ctx, tx, old, t)
}

// escalate tells whom the ladder names, once for each rung (TIC-03b).
func escalate(ctx context.Context, tx *db.Tx, t Ticket, set Settings) (Ticket, error) {
	told, _, _ := t.climb(set.ladder(), tx.Now)
	for _, r := range told {
		to, names, err := addressees(ctx, tx, t, r.To)
		if err != nil {
			return t, err
		}
		if r.Clock == "response" {
			t.ResponseStep = r.Percent
		} else {
			t.ResolveStep = r.Percent
		}
		tx.Emit(Escalated{event{t.ID, t.Community}, r.Clock, r.Percent, to})
		if err := write(ctx, tx, t, "escalated", false, "", "", Data{"clock": r.Clock, "percent": r.Percent, "to": names}); err != nil {
			return t, err
		}
	}
	return t, nil
}

func people(all ...staff.ID) (out []staff.ID) {
	for _, p := range all {
		if p != 0 {
			out = append(out, p)
		}
	}
	return out
}

// addressees finds the people that a rung names.
func addressees(ctx context.Context, tx *db.Tx, t Ticket, to []string) (ids []staff.ID, names []string, err error) {
	seen := map[staff.ID]bool{0: true}
	add := func(id staff.ID, name string) {
		if !seen[id] {
			seen[id] = true
			ids, names = append(ids, id), append(names, name)
		}
	}
	var roles []string
	for _, w := range to {
		switch w {
		case ToAssignee:
			add(t.Assignee, t.AssigneeName)
		case ToOwner:
			add(t.Owner, t.OwnerName)
		case ToLeader:
			roles = append(roles, TreeOf(tx).leaderOf(t.Category))
		default:
			roles = append(roles, w)
		}
	}
	if len(roles) == 0 {
		return ids, names, nil
	}
	holders, err := auth.HoldersAt(ctx, tx, t.Community, roles)
	if err == nil && len(holders) == 0 {
		// A department without a leader must not swallow a breach.
		holders, err = auth.HoldersAt(ctx, tx, t.Community, []string{"service_supervisor"})
	}
	for _, h := range holders {
		add(h.ID, h.Name)
	}
	return ids, names, err
}

// Heads are who answers for the department that does a ticket's work, and the
// managers above it (FUP-04).
func Heads(ctx context.Context, tx *db.Tx, id ID) ([]staff.ID, error) {
	t, err := get(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	heads, _, err := addressees(ctx, tx, t, []string{ToLeader, "service_manager", "property_manager"})
	return heads, err
}
