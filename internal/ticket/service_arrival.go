package ticket

import (
	"context"
	"errors"
	"maps"
	"slices"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

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

// Kept counts what became of promises to come.
type Kept struct {
	Key          string `json:"key" doc:"who was to come, or the category; empty: nobody"`
	Name         string `json:"name,omitempty"`
	Kept         int64  `json:"kept"`
	Missed       int64  `json:"missed"`
	MovedByUs    int64  `json:"movedByUs"`
	MovedByThem  int64  `json:"movedByCustomer"`
	CalledOff    int64  `json:"calledOff"`
	SharePercent *int64 `json:"sharePercent,omitempty" doc:"kept, of those kept and missed, in hundredths; absent: none fell due"`
}

func (k *Kept) add(a Appointment, n int64) {
	switch {
	case a.State == ArrivalKept:
		k.Kept += n
	case a.State == Missed:
		k.Missed += n
	case a.State == CalledOff:
		k.CalledOff += n
	case a.State == Moved && a.EndedKind == FromCustomer:
		k.MovedByThem += n
	case a.State == Moved:
		k.MovedByUs += n
	}
	if due := k.Kept + k.Missed; due > 0 {
		share := k.Kept * 100 / due
		k.SharePercent = &share
	}
}

// ArrivalFigures are the arrivals kept of a period (TIC-07c, APP-04).
type ArrivalFigures struct {
	All        Kept   `json:"all"`
	People     []Kept `json:"people"`
	Categories []Kept `json:"categories"`
}

// Arrivals counts what became of the promises that fell due from a day up to
// another, that day included, for each person and each category.
func (s *Service) Arrivals(ctx context.Context, who authz.Actor, community authz.CommunityID, from, to clock.Day) (ArrivalFigures, error) {
	return s.arrivals(ctx, who, ActView, community, from, to)
}

func (s *Service) arrivals(ctx context.Context, who authz.Actor, act authz.Action, community authz.CommunityID, from, to clock.Day) (out ArrivalFigures, err error) {
	if to.Before(from) || to.Sub(from) > 400 {
		return out, errs.ErrFields.At(errs.Field{Name: "to", Code: "ticket.window_backwards"})
	}
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		zone, err := org.Zone(ctx, tx, community)
		if err != nil {
			return err
		}
		type row struct {
			Appointment
			N int64 `db:"n"`
		}
		all, err := db.All[row](ctx, tx, `SELECT staff_id, staff_name, category, state, ended_kind, COUNT(*) AS n FROM appointment WHERE community_id = $1 AND from_at >= $2 AND from_at < $3 AND state <> 'booked' AND {scope}
			GROUP BY staff_id, staff_name, category, state, ended_kind ORDER BY staff_name, category`, community, from.Start(zone), to.Add(1).Start(zone))
		people, categories := map[string]*Kept{}, map[string]*Kept{}
		for _, r := range all {
			out.All.add(r.Appointment, r.N)
			key := ""
			if r.Staff != 0 {
				key = r.Staff.String()
			}
			keptOf(people, key, r.StaffName).add(r.Appointment, r.N)
			keptOf(categories, r.Category, "").add(r.Appointment, r.N)
		}
		out.People, out.Categories = sortedKept(people), sortedKept(categories)
		return err
	})
	return out, err
}

func keptOf(in map[string]*Kept, key, name string) *Kept {
	if in[key] == nil {
		in[key] = &Kept{Key: key, Name: name}
	}
	return in[key]
}

func sortedKept(in map[string]*Kept) []Kept {
	out := []Kept{}
	for _, key := range slices.Sorted(maps.Keys(in)) {
		out = append(out, *in[key])
	}
	return out
}
