package simulate

import (
	"context"
	"fmt"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

// sort is a sort of matters: how many of a hundred are such, and what about.
type sort struct {
	kind       ticket.Kind
	share      int
	categories []string
}

var sorts = []sort{
	{ticket.Repair, 56, []string{"facilities.water", "facilities.water", "facilities.power", "facilities.doors", "facilities.home", "facilities.lift", "facilities.fire", "facilities.gas", "facilities.heat", "facilities.other", "safety.access", "safety.camera", "safety.wire"}},
	{ticket.Chore, 14, []string{"environment.cleaning", "environment.refuse", "environment.greening", "customer_service.home", "customer_service.device"}},
	{ticket.Complaint, 6, []string{"environment.public", "customer_service.attitude", "safety.order", "fees.property"}},
	{ticket.Inquiry, 17, []string{"customer_service.information", "fees.utilities", "fees.parking"}},
	{ticket.Suggestion, 3, []string{"environment.greening", "customer_service.information"}},
	{ticket.Praise, 4, []string{"customer_service.attitude"}},
}

// busy are the hours at which people call, the busy ones several times.
var busy = []int{0, 3, 6, 7, 7, 8, 8, 8, 9, 9, 9, 9, 10, 10, 11, 12, 13, 14, 14, 15, 15, 16, 17, 18, 18, 19, 19, 20, 20, 21, 22, 23}

// calls puts every call on the agenda.
func (w *world) calls(end clock.Instant) {
	for n := range w.Days {
		for range w.PerDay {
			at := w.begin.Add(time.Duration(n)*day + time.Duration((pick(w, busy)+18)%24)*time.Hour + w.between(0, 59))
			if at < end {
				w.on(at, w.call)
			}
		}
	}
}

// errand is one ticket and those who look after it.
type errand struct {
	*world
	id       ticket.ID
	home     home
	category string
	opener   *colleague
	photo    bool
	tries    int // how often nobody did anything about it
	turn     int // of wake
	quoted   bool
	asked    bool
	mended   *ticket.ID // of a twin: the ticket it is merged into
}

// call is somebody with a matter: on the phone, at the desk or in the app. Some
// call twice, or two of one household call about the same.
func (w *world) call(ctx context.Context) error {
	n := w.dice.IntN(100)
	s := sorts[0]
	for _, s = range sorts {
		if n -= s.share; n < 0 {
			break
		}
	}
	h, category := pick(w, w.homes), pick(w, s.categories)
	first, err := w.open(ctx, s.kind, h, category)
	if err != nil {
		return err
	}
	if w.chance(2) {
		w.on(w.now().Add(w.between(2, 40)), func(ctx context.Context) error {
			twin, err := w.open(ctx, s.kind, h, category)
			if err == nil {
				twin.mended = &first.id
			}
			return err
		})
	}
	return nil
}

func (w *world) open(ctx context.Context, kind ticket.Kind, h home, category string) (*errand, error) {
	c, _ := ticket.TreeOf(w.DB).ByID(category)
	grade := c.Usual()
	switch {
	case w.chance(3):
		grade = ticket.A
	case grade == ticket.C && w.chance(25):
		grade = ticket.B
	}
	e := &errand{world: w, home: h, category: category, opener: w.who(pick(w, []string{"0217", "0218", "0230", "0231"}))}
	in := ticket.Intake{
		Community: w.community, Kind: kind, Room: h.Room, Customer: h.Customer, Category: category, Grade: grade,
		Title: fmt.Sprintf("报事%d", w.ordered), Description: "请派人看看", Channel: pick(w, []string{"phone", "phone", "visit", "patrol"}),
	}
	if kind != ticket.Complaint && w.chance(20) {
		err := w.DB.Write(ctx, system, actSimulate, func(tx *db.Tx) error {
			t, err := ticket.Report(ctx, tx, in)
			e.id = t.ID
			return err
		})
		e.wake(w.between(6, 20))
		return e, err
	}
	t, err := w.Tickets.Open(ctx, e.opener.actor, in)
	e.id = t.ID
	e.wake(w.between(4, 14))
	return e, err
}

// wake lets somebody look after the ticket some time later, and not at the
// time that was meant before.
func (e *errand) wake(after time.Duration) {
	e.turn++
	mine := e.turn
	e.on(e.now().Add(after), func(ctx context.Context) error {
		if mine != e.turn {
			return nil
		}
		return e.tend(ctx)
	})
}

// says is what a customer does; package matter would have checked that the
// matter is theirs.
func (e *errand) says(ctx context.Context, do func(*db.Tx) error) error {
	return e.DB.Write(ctx, system, actSimulate, do)
}

// withdraws, or only writes.
func (e *errand) interferes(ctx context.Context, t ticket.Ticket) error {
	return e.says(ctx, func(tx *db.Tx) error {
		if e.chance(25) && (t.Status == ticket.New || t.Status == ticket.Dispatched || t.Status == ticket.Accepted) {
			return e.Tickets.Withdraw(ctx, tx, e.id, "不用来了")
		}
		return e.Tickets.Say(ctx, tx, e.id, "什么时候来？")
	})
}
