package ticket

import (
	"context"
	"errors"
	"slices"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/staff"
)

const (
	// windowJob judges a promise to come when it is over.
	windowJob = "ticket.window_over"
	// chooseJob chooses who comes to an appointment, so long before it.
	chooseJob = "ticket.visit_dispatch"
	// farthest is how many days ahead the office may book.
	farthest = 60
)

// hand is who gives or changes an appointment.
type hand struct {
	kind string
	id   staff.ID
	name string
	over bool // may overbook
}

func handOf(who authz.Actor, t Ticket) hand {
	h := hand{AtDesk, who.ID, who.Name, who.Scope(ActOverbook).Sees(t.Community)}
	if t.Assignee == who.ID && who.ID != 0 && !who.Scope(ActDispatch).Sees(t.Community) {
		h.kind = OnSite
	}
	return h
}

// wrongField names the fields of Wanted in a request.
func wrongField(code string, params map[string]any) error {
	return errs.ErrFields.At(errs.Field{Name: "slot", Code: code, Params: params})
}

// chosen finds the window that is wanted, and refuses what is over, too late for
// who asks, or full; what is full comes with the next free ones. Whether somebody
// overbooked is said by full.
func chosen(ctx context.Context, tx *db.Tx, t Ticket, rules VisitRules, in Wanted, by hand) (w VisitWindow, full bool, err error) {
	zone, err := org.Zone(ctx, tx, t.Community)
	if err != nil {
		return w, false, err
	}
	today := clock.DayOf(tx.Now, zone)
	most := farthest
	if by.kind == FromCustomer {
		most = int(rules.Ahead)
	}
	if d := in.Day.Sub(today); in.Day.IsZero() || d < 0 || d > most {
		return w, false, errs.ErrFields.At(errs.Field{Name: "day", Code: "ticket.window_day", Params: map[string]any{"days": most}})
	}
	views, err := slots(ctx, tx, t.Community, rules, TreeOf(tx).SkillFor(t.Category), in.Day, 1, t.ID)
	if err != nil {
		return w, false, err
	}
	i := slices.IndexFunc(views, func(v SlotView) bool { return v.Slot == in.Slot })
	if i < 0 {
		return w, false, wrongField(errSlotUnknown, nil)
	}
	w = views[i].VisitWindow
	if !rules.mayChange(by.kind, w, tx.Now) {
		return w, false, wrongField("ticket.window_over", nil)
	}
	if views[i].Free > 0 {
		return w, false, nil
	}
	if in.Over != "" && by.over {
		return w, true, nil
	}
	next, err := nextFree(ctx, tx, t, rules, w, by)
	if err != nil {
		return w, false, err
	}
	if next == "" {
		return w, false, wrongField("ticket.window_full_all", nil)
	}
	return w, false, wrongField(ErrWindowFull.Code, map[string]any{"next": next})
}

// nextFree names the next windows that are free, three at most.
func nextFree(ctx context.Context, tx *db.Tx, t Ticket, rules VisitRules, after VisitWindow, by hand) (string, error) {
	views, err := slots(ctx, tx, t.Community, rules, TreeOf(tx).SkillFor(t.Category), after.Day, 8, t.ID)
	text, n := "", 0
	for _, v := range views {
		if v.Free <= 0 || v.From <= after.From || !rules.mayChange(by.kind, v.VisitWindow, tx.Now) {
			continue
		}
		if n++; n > 1 {
			text += ", "
		}
		if text += v.Day.String() + " " + v.Slot; n == 3 {
			break
		}
	}
	return text, err
}

// booking is a window that was found for a ticket, not yet written down.
type booking struct {
	VisitWindow
	in    Wanted
	by    hand
	rules VisitRules
	full  bool        // it was given all the same
	was   VisitWindow // the window before, if had
	had   bool
}

// find looks for the window that is wanted, and puts it on t.
func find(ctx context.Context, tx *db.Tx, t Ticket, in Wanted, by hand) (Ticket, booking, error) {
	b := booking{in: in, by: by}
	if !t.may(StepAppoint) {
		return t, b, ErrNoVisit
	}
	if t.remoteFirst() {
		return t, b, ErrRemote
	}
	set, err := settingsIn(ctx, tx, t.Community)
	if err != nil {
		return t, b, err
	}
	b.rules = set.visits()
	b.was, b.had = t.visit(time.UTC)
	if b.had && !b.rules.mayChange(by.kind, b.was, tx.Now) {
		return t, b, ErrVisitLate.With("minutes", b.rules.Until)
	}
	if b.VisitWindow, b.full, err = chosen(ctx, tx, t, b.rules, in, by); err != nil {
		return t, b, err
	}
	away, err := notThere(ctx, tx, t, b.VisitWindow)
	if err != nil {
		return t, b, err
	}
	t, err = t.appoint(b.VisitWindow, away)
	return t, b, err
}

// write writes a booking down and tells the customer in the timeline (TIC-09):
// by whom, and from when to when.
func (b booking) write(ctx context.Context, tx *db.Tx, t Ticket) error {
	if err := promise(ctx, tx, t, Appointment{Kind: ByWindow, Slot: b.Slot, From: b.From, To: b.To, Over: b.in.Over}, b.by, b.rules); err != nil {
		return err
	}
	data := Data{"slot": b.Slot, "day": b.Day, "from": b.From, "to": b.To}
	verb := "appointed"
	if b.had {
		verb, data["oldSlot"], data["oldFrom"], data["oldTo"] = "rescheduled", b.was.Slot, b.was.From, b.was.To
	}
	var err error
	if b.by.kind == FromCustomer {
		tx.Emit(Said{event{t.ID, t.Community}, people(t.Assignee, t.Owner)})
		err = byCustomer(ctx, tx, t, verb, "app", "", data)
	} else {
		err = write(ctx, tx, t, verb, true, "", "", data)
	}
	if b.full && err == nil {
		err = write(ctx, tx, t, "overbooked", false, "", b.in.Over, Data{"slot": b.Slot, "from": b.From})
	}
	if t.Status == New && err == nil {
		err = jobs.At(ctx, tx, chooseJob, t.ID.String(), max(b.rules.chosenAt(b.From), tx.Now), event{t.ID, t.Community})
	}
	return err
}

// book gives t a window, or moves it. Whoever was to come and cannot then gives
// it back to dispatch.
func book(ctx context.Context, tx *db.Tx, t Ticket, in Wanted, by hand) (Ticket, error) {
	from := t.Assignee
	t, b, err := find(ctx, tx, t, in, by)
	if err != nil {
		return t, err
	}
	if from != 0 && t.Assignee == 0 {
		tx.Emit(Returned{event{t.ID, t.Community}, from})
		if err := jobs.Cancel(ctx, tx, acceptJob, t.ID.String()); err != nil {
			return t, err
		}
	}
	return t, b.write(ctx, tx, t)
}

// notThere reports whether who is to come is not on duty in a window.
func notThere(ctx context.Context, tx *db.Tx, t Ticket, w VisitWindow) (bool, error) {
	if t.Assignee == 0 {
		return false, nil
	}
	people, err := crewIn(ctx, tx, t.Community, w.From, w.To)
	return !slices.ContainsFunc(people.in(w), func(c Candidate) bool { return c.ID == t.Assignee }), err
}

// promise writes down that somebody will come; one that is still open has moved.
func promise(ctx context.Context, tx *db.Tx, t Ticket, a Appointment, by hand, rules VisitRules) error {
	if err := ended(ctx, tx, t, a.Kind, Moved, by); err != nil {
		return err
	}
	a.ID, a.Community, a.Ticket, a.Skill, a.Category = db.NewID[Appointment](tx), t.Community, t.ID, TreeOf(tx).SkillFor(t.Category), t.Category
	a.State, a.At, a.ByKind, a.By, a.ByName, a.Version = Booked, tx.Now, by.kind, by.id, by.name, 1
	if err := db.Insert(ctx, tx, "appointment", a); err != nil {
		return err
	}
	return jobs.At(ctx, tx, windowJob, t.ID.String()+":"+a.Kind, a.To.Add(rules.tolerance())+1, event{t.ID, t.Community})
}

// ended closes what is booked of a ticket before it fell due.
func ended(ctx context.Context, tx *db.Tx, t Ticket, kind string, as Arrival, by hand) error {
	_, err := tx.Exec(ctx, `UPDATE appointment SET state = $1, ended_at = $2, ended_kind = $3, ended_id = $4, ended_name = $5, staff_id = $6, staff_name = $7, version = version + 1
		WHERE community_id = $8 AND ticket_id = $9 AND kind = $10 AND state = 'booked' AND {scope}`, string(as), tx.Now, by.kind, by.id, by.name, t.Assignee, t.AssigneeName, t.Community, t.ID, kind)
	return err
}

// Coming is who is to come to an appointment.
type Coming struct {
	To   staff.ID `json:"to,omitzero" doc:"who is to come; none: as it is"`
	Word string   `json:"word,omitempty" maxLength:"2000" doc:"why what is for the senior on duty goes to another (TIC-05a)"`
}

// Appoint gives a ticket a window, or moves it to another one, and says who is
// to come; nobody leaves that as it is. Both happen, or none.
func (s *Service) Appoint(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, in Wanted, by Coming) (Ticket, error) {
	if err := errors.Join(optional("overbook", &in.Over, 200), optional("word", &by.Word, 500)); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActAppoint, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.Theirs(who); err != nil && t.Assignee != 0 {
			return t, err
		}
		var err error
		if in.Slot != "" || in.Day != (clock.Day{}) {
			if t, err = book(ctx, tx, t, in, handOf(who, t)); err != nil {
				return t, err
			}
			if t.ResponseAt == nil { // somebody has agreed with the customer when to come (TIC-03a)
				t.ResponseAt = &tx.Now
			}
			t.ReportFrom = tx.Now
			t = t.sorted()
		}
		if by.To == 0 || by.To == t.Assignee {
			return t, nil
		}
		if !who.Scope(ActDispatch).Sees(t.Community) {
			return t, ErrNotYours
		}
		m, err := staff.In(ctx, tx, t.Community, by.To)
		if err != nil {
			return t, ErrOffDuty.At(errs.Field{Name: "to", Code: ErrOffDuty.Code})
		}
		if err := jobs.Cancel(ctx, tx, chooseJob, t.ID.String()); err != nil {
			return t, err
		}
		within, err := answeringOf(ctx, tx, t.Community, m.ID)
		if err != nil {
			return t, err
		}
		return byHand(ctx, tx, t, m, within, by.Word)
	})
}

// CallOff cancels an appointment; the matter stays.
func (s *Service) CallOff(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason string) (Ticket, error) {
	if err := needed("reason", &reason, 500); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActAppoint, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.Theirs(who); err != nil && t.Assignee != 0 {
			return t, err
		}
		return callOff(ctx, tx, t, reason, handOf(who, t))
	})
}

func callOff(ctx context.Context, tx *db.Tx, t Ticket, reason string, by hand) (Ticket, error) {
	w, ok := t.visit(time.UTC)
	if !ok {
		return t, ErrNoWindow
	}
	set, err := settingsIn(ctx, tx, t.Community)
	if err != nil {
		return t, err
	}
	if !set.visits().mayChange(by.kind, w, tx.Now) {
		return t, ErrVisitLate.With("minutes", set.visits().Until)
	}
	if err := ended(ctx, tx, t, ByWindow, CalledOff, by); err != nil {
		return t, err
	}
	t = t.unappointed()
	data := Data{"slot": w.Slot, "from": w.From, "to": w.To}
	if err := jobs.Cancel(ctx, tx, windowJob, t.ID.String()+":"+ByWindow); err != nil {
		return t, err
	}
	if t.Status == New { // it is dispatched like any other now
		if err := jobs.At(ctx, tx, chooseJob, t.ID.String(), tx.Now, event{t.ID, t.Community}); err != nil {
			return t, err
		}
	}
	if by.kind == FromCustomer {
		tx.Emit(Said{event{t.ID, t.Community}, people(t.Assignee, t.Owner)})
		return t, byCustomer(ctx, tx, t, "called_off", "app", reason, data)
	}
	return t, write(ctx, tx, t, "called_off", true, "", reason, data)
}

func (t Ticket) unappointed() Ticket {
	t.VisitSlot, t.VisitFrom, t.VisitTo, t.VisitState, t.VisitLate = "", nil, nil, "", 0
	return t
}

// AppointOwn is Appoint by the matter's customer; whose it is has been checked.
func (s *Service) AppointOwn(ctx context.Context, tx *db.Tx, id ID, in Wanted) error {
	in.Over = ""
	return s.customerDoes(ctx, tx, id, func(ctx context.Context, t Ticket) (Ticket, error) {
		return book(ctx, tx, t, in, hand{kind: FromCustomer})
	})
}

// CallOffOwn is CallOff by the matter's customer.
func (s *Service) CallOffOwn(ctx context.Context, tx *db.Tx, id ID, reason string) error {
	if err := optional("text", &reason, 500); err != nil {
		return err
	}
	return s.customerDoes(ctx, tx, id, func(ctx context.Context, t Ticket) (Ticket, error) {
		return callOff(ctx, tx, t, reason, hand{kind: FromCustomer})
	})
}
