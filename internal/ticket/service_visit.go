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
	"guanjia/internal/roster"
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

// Wanted names a window and what else is said with it.
type Wanted struct {
	Day  clock.Day `json:"day"`
	Slot string    `json:"slot" maxLength:"20" doc:"name of the window"`
	Over string    `json:"overbook,omitempty" maxLength:"400" doc:"why it is given although the window is full; for who leads"`
}

// SlotView is a window with what it takes of a skill.
type SlotView struct {
	VisitWindow
	Capacity int64 `json:"capacity"`
	Free     int64 `json:"free"`
	After    bool  `json:"afterDeadline,omitempty" doc:"it begins after the matter should be resolved"`
}

// crewIn reads who can be counted on between two instants.
func crewIn(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant) (c crew, err error) {
	if c.zone, err = org.Zone(ctx, tx, community); err != nil {
		return c, err
	}
	// Whole days: whether a day is planned is said by any duty that touches it.
	first, last := clock.DayOf(from, c.zone), clock.DayOf(to, c.zone)
	if c.lines, err = roster.During(ctx, tx, community, first.Start(c.zone), last.Add(1).Start(c.zone)); err != nil {
		return c, err
	}
	c.able, err = staff.ActiveIn(ctx, tx, community)
	return c, err
}

// taken is what is booked of a skill in a stretch of time.
type taken struct {
	From  clock.Instant `db:"from_at"`
	To    clock.Instant `db:"to_at"`
	Skill string        `db:"skill"`
	N     int           `db:"n"`
}

func bookedIn(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant, but ID) ([]taken, error) {
	return db.All[taken](ctx, tx, `SELECT from_at, to_at, skill, COUNT(*) AS n FROM appointment WHERE community_id = $1 AND from_at >= $2 AND from_at < $3 AND kind = 'window' AND state IN ('booked', 'kept', 'missed')
		AND ticket_id <> $4 AND {scope} GROUP BY from_at, to_at, skill ORDER BY from_at, skill`, community, from, to, int64(but))
}

// within sums what is booked in a window.
func within(all []taken, w VisitWindow) map[string]int {
	out := map[string]int{}
	for _, b := range all {
		if b.From < w.To && b.To > w.From {
			out[b.Skill] += b.N
		}
	}
	return out
}

// slots lists the windows of some days with what they take of a skill; what is
// booked for the ticket but is not counted.
func slots(ctx context.Context, tx *db.Tx, community authz.CommunityID, rules VisitRules, skill string, from clock.Day, days int, but ID) (out []SlotView, err error) {
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	start, end := from.Start(zone), from.Add(days).Start(zone)
	people, err := crewIn(ctx, tx, community, start, end-1)
	if err != nil {
		return nil, err
	}
	booked, err := bookedIn(ctx, tx, community, start, end, but)
	for d := range days {
		for _, w := range rules.On(from.Add(d), zone) {
			all, free := rules.capacity(w, people.in(w), within(booked, w), skill)
			out = append(out, SlotView{VisitWindow: w, Capacity: int64(all), Free: int64(free)})
		}
	}
	return out, err
}

// Slots lists the windows of some days from a day on for matters of a category:
// what they take, and what is free.
func (s *Service) Slots(ctx context.Context, who authz.Actor, community authz.CommunityID, category string, of ID, from clock.Day, days int) (out []SlotView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		var due clock.Instant
		if of != 0 {
			t, err := get(ctx, tx, of)
			if err != nil {
				return err
			}
			category, due = t.Category, t.deadline()
		}
		out, err = slotsFor(ctx, tx, community, category, of, from, days)
		out = slices.DeleteFunc(out, func(w SlotView) bool { return w.To <= tx.Now })
		for i := range out {
			out[i].After = due != 0 && out[i].From > due
		}
		return err
	})
	return out, err
}

func slotsFor(ctx context.Context, tx *db.Tx, community authz.CommunityID, category string, of ID, from clock.Day, days int) ([]SlotView, error) {
	set, err := settingsIn(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	if from.IsZero() {
		if from, err = org.Today(ctx, tx, community); err != nil {
			return nil, err
		}
	}
	return slots(ctx, tx, community, set.visits(), SkillFor(category), from, days, of)
}

// OwnSlots lists the windows that a resident can book for a matter of a category:
// only what is free, and early enough.
func OwnSlots(ctx context.Context, tx *db.Tx, community authz.CommunityID, category string, of ID) (out []SlotView, err error) {
	set, err := settingsIn(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	rules := set.visits()
	out, err = slotsFor(ctx, tx, community, category, of, clock.Day{}, int(rules.Ahead)+1)
	out = slices.DeleteFunc(out, func(w SlotView) bool {
		return w.Free <= 0 || !rules.mayChange(FromCustomer, w.VisitWindow, tx.Now)
	})
	for i := range out {
		out[i].Capacity, out[i].Free = 0, 1 // how busy a community is stays inside
	}
	return out, err
}

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
	views, err := slots(ctx, tx, t.Community, rules, SkillFor(t.Category), in.Day, 1, t.ID)
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
	views, err := slots(ctx, tx, t.Community, rules, SkillFor(t.Category), after.Day, 8, t.ID)
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
	a.ID, a.Community, a.Ticket, a.Skill, a.Category = db.NewID[Appointment](tx), t.Community, t.ID, SkillFor(t.Category), t.Category
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

// Appoint gives a ticket a window, or moves it to another one. To names who is
// to come; zero leaves that as it is. Both happen, or none.
func (s *Service) Appoint(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, in Wanted, to staff.ID) (Ticket, error) {
	if err := optional("overbook", &in.Over, 200); err != nil {
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
		if to == 0 || to == t.Assignee {
			return t, nil
		}
		if !who.Scope(ActDispatch).Sees(t.Community) {
			return t, ErrNotYours
		}
		m, err := staff.In(ctx, tx, t.Community, to)
		if err != nil {
			return t, ErrOffDuty.At(errs.Field{Name: "to", Code: ErrOffDuty.Code})
		}
		if err := errors.Join(jobs.Cancel(ctx, tx, acceptJob, t.ID.String()), jobs.Cancel(ctx, tx, chooseJob, t.ID.String())); err != nil {
			return t, err
		}
		return give(ctx, tx, t, m.ID, m.Name, Data{"byHand": true})
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
	return s.customerDoes(ctx, tx, id, func(t Ticket) (Ticket, error) {
		return book(ctx, tx, t, in, hand{kind: FromCustomer})
	})
}

// CallOffOwn is CallOff by the matter's customer.
func (s *Service) CallOffOwn(ctx context.Context, tx *db.Tx, id ID, reason string) error {
	if err := optional("text", &reason, 500); err != nil {
		return err
	}
	return s.customerDoes(ctx, tx, id, func(t Ticket) (Ticket, error) {
		return callOff(ctx, tx, t, reason, hand{kind: FromCustomer})
	})
}

// promised writes down a time that the customer was told (TIC-07c).
func promised(ctx context.Context, tx *db.Tx, t Ticket, at clock.Instant) (Ticket, error) {
	set, err := settingsIn(ctx, tx, t.Community)
	if err != nil {
		return t, err
	}
	if t.VisitSlot == "" {
		if t.VisitState == Booked {
			t.VisitMoved++
		}
		t.VisitState, t.VisitLate = Booked, 0
	}
	return t, promise(ctx, tx, t, Appointment{Kind: ByTime, From: at, To: at}, handOf(tx.Who, t), set.visits())
}

// openPromises are the promises of a ticket that were not judged yet, and those that were
// missed by somebody who comes all the same.
func openPromises(ctx context.Context, tx *db.Tx, t Ticket) ([]Appointment, error) {
	return db.All[Appointment](ctx, tx, `SELECT `+db.Columns[Appointment]("")+` FROM appointment WHERE community_id = $1 AND ticket_id = $2 AND (state = 'booked' OR state = 'missed' AND arrived_at IS NULL) AND {scope} ORDER BY id`, t.Community, t.ID)
}

// judge says of each open promise of a ticket what became of it, and puts the
// window's verdict, or that of the time that was told, on the ticket.
func judge(ctx context.Context, tx *db.Tx, t Ticket, arrived *clock.Instant) (Ticket, error) {
	all, err := openPromises(ctx, tx, t)
	if err != nil || len(all) == 0 {
		return t, err
	}
	set, err := settingsIn(ctx, tx, t.Community)
	if err != nil {
		return t, err
	}
	for _, a := range all {
		is, late := a.judged(set.visits().tolerance(), arrived, tx.Now)
		if is == Booked || is == a.State && arrived == nil {
			continue
		}
		a.State, a.Late, a.ArrivedAt, a.EndedAt, a.EndedKind, a.Staff, a.StaffName = is, late, arrived, &tx.Now, BySystem, t.Assignee, t.AssigneeName
		if err := db.Save(ctx, tx, "appointment", &a); err != nil {
			return t, err
		}
		if a.Kind == ByWindow && t.VisitFrom != nil && *t.VisitFrom == a.From || a.Kind == ByTime && t.VisitSlot == "" {
			t.VisitState, t.VisitLate = is, late
		}
	}
	return t, nil
}

// windowOver is what happens when a promise is over: it was missed, unless nobody
// had to come any more.
func (s *Service) windowOver(ctx context.Context, tx *db.Tx, e event) error {
	tx.Silent("what becomes of a promise stands in the ticket's timeline")
	t, err := get(ctx, tx, e.Ticket)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	was := t.VisitState
	if t.HeldAt != nil && t.HeldWhy == ForCustomer || !t.inHand() {
		return s.notNeeded(ctx, tx, t)
	}
	if t, err = judge(ctx, tx, t, nil); err != nil {
		return err
	}
	if was == t.VisitState {
		return nil
	}
	tx.Emit(Changed{event{t.ID, t.Community}, t.Status})
	if err := write(ctx, tx, t, "visit_missed", false, "", "", Data{"slot": t.VisitSlot}); err != nil {
		return err
	}
	return saveVisit(ctx, tx, t)
}

// saveVisit writes what became of an appointment without a new version: nobody's
// form is stale because a window has passed.
func saveVisit(ctx context.Context, tx *db.Tx, t Ticket) error {
	_, err := tx.Exec(ctx, `UPDATE ticket SET visit_state = $1, visit_late = $2, visit_slot = $3, visit_from = $4, visit_to = $5 WHERE id = $6 AND {scope}`, string(t.VisitState), t.VisitLate, t.VisitSlot, t.VisitFrom, t.VisitTo, t.ID)
	return err
}

// notNeeded calls off what is booked of a matter that has ended, or waits for its customer.
func (s *Service) notNeeded(ctx context.Context, tx *db.Tx, t Ticket) error {
	if t.VisitState != Booked {
		return nil
	}
	for _, kind := range []string{ByWindow, ByTime} {
		if err := ended(ctx, tx, t, kind, CalledOff, hand{kind: BySystem}); err != nil {
			return err
		}
	}
	return saveVisit(ctx, tx, t.unappointed())
}

// chooseNow lets dispatch choose who comes, so long before the window as is set.
func (s *Service) chooseNow(ctx context.Context, tx *db.Tx, e event) error {
	tx.Silent("what happens by itself stands in the ticket's timeline")
	err := s.AutoDispatch(ctx, tx, e.Ticket, 0)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	return err
}

// appointmentsOf lists what was promised on a ticket, the latest first.
func appointmentsOf(ctx context.Context, tx *db.Tx, t Ticket) ([]Appointment, error) {
	out, err := db.All[Appointment](ctx, tx, `SELECT `+db.Columns[Appointment]("")+` FROM appointment WHERE community_id = $1 AND ticket_id = $2 AND {scope} ORDER BY id DESC LIMIT 50`, t.Community, t.ID)
	if out == nil {
		out = []Appointment{}
	}
	return out, err
}
