package simulate

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/quote"
	"guanjia/internal/ticket"
)

// tend is one look at a ticket: whoever has to do something does the next
// thing, or something unusual.
func (e *errand) tend(ctx context.Context) error {
	var t ticket.Ticket
	if err := e.glance(ctx, func(tx *db.Tx) (err error) { t, err = ticket.In(ctx, tx, e.id); return err }); err != nil {
		return err
	}
	if e.chance(2) {
		if err := e.forbidden(ctx, t); err != nil {
			return err
		}
	}
	if err := e.next(ctx, t); err != nil {
		return fmt.Errorf("%s %s, %s: %w", t.Number, t.Kind, t.Status, err)
	}
	return nil
}

func (e *errand) next(ctx context.Context, t ticket.Ticket) error {
	if e.chance(2) && t.ResolvedAt == nil && t.EndedAt == nil {
		e.wake(e.between(3, 30))
		return e.interferes(ctx, t)
	}
	worker := e.byID[t.Assignee]
	switch t.Status {
	case ticket.New:
		return e.fresh(ctx, t)
	case ticket.Resolved:
		return e.settledMatter(ctx, t)
	case ticket.FollowedUp:
		return e.followedUp(ctx, t)
	case ticket.Cancelled:
		return e.parted(ctx, t)
	case ticket.Archived:
		return nil
	case ticket.Held:
		return e.held(ctx, t, worker)
	case ticket.Dispatched:
		return e.given(ctx, worker)
	}
	if !e.there(worker, e.now()) || e.chance(2) {
		return e.relieved(ctx, t, worker)
	}
	switch t.Status {
	case ticket.Accepted:
		return e.accepted(ctx, t, worker.actor)
	case ticket.EnRoute:
		e.wake(e.between(3, 10))
		_, err := e.Tickets.Arrive(ctx, worker.actor, e.id, latest)
		return err
	case ticket.Arrived:
		return e.atTheDoor(ctx, t, worker.actor)
	}
	return e.working(ctx, t, worker.actor)
}

// given is a technician's answer; some give none, and are timed out if the
// dispatch was automatic.
func (e *errand) given(ctx context.Context, worker *colleague) (err error) {
	n := e.dice.IntN(100)
	e.wake(e.between(3, 15))
	e.tries++
	switch {
	case !e.there(worker, e.now()) && e.tries > 2:
		e.tries = 0
		return e.byHand(ctx, worker)
	case !e.there(worker, e.now()) || n < 8:
		return nil
	case n < 14:
		_, err = e.Tickets.Refuse(ctx, worker.actor, e.id, latest, "手上有急修")
	default:
		e.tries = 0
		_, err = e.Tickets.Accept(ctx, worker.actor, e.id, latest)
	}
	return err
}

// byHand gives the ticket to somebody who is there, else to who leads the mechanics.
func (e *errand) byHand(ctx context.Context, not *colleague) error {
	to := e.able(e.skill(), not)
	if to == nil {
		to = e.who(mechanics)
	}
	_, err := e.Tickets.Dispatch(ctx, e.who(supervisor).actor, e.id, latest, to.id)
	return err
}

// relieved: whose shift has ended leaves it to somebody else, or to the next day.
func (e *errand) relieved(ctx context.Context, t ticket.Ticket, worker *colleague) error {
	if e.chance(50) {
		e.wake(e.between(60, 300))
		return nil
	}
	e.wake(e.between(3, 20))
	return e.byHand(ctx, worker)
}

func (e *errand) accepted(ctx context.Context, t ticket.Ticket, who authz.Actor) (err error) {
	n := e.dice.IntN(100)
	e.wake(e.between(4, 30))
	switch {
	case t.ResponseAt == nil && n < 75:
		arrival := e.now().Add(e.between(20, 60))
		_, err = e.Tickets.Tell(ctx, who, e.id, latest, "phone", "一小时内上门", &arrival)
	case n < 8:
		err = e.holds(ctx, t, who)
	case n < 11:
		_, err = e.Tickets.Cancel(ctx, e.opener.actor, e.id, latest, "重复报事")
	case !ticket.Policies[t.Kind].Visits && n < 60:
		_, err = e.Tickets.Start(ctx, who, e.id, latest)
	case !ticket.Policies[t.Kind].Visits:
		err = e.resolves(ctx, t, who)
	case n < 35:
		_, err = e.Tickets.Depart(ctx, who, e.id, latest)
	default:
		_, err = e.Tickets.Arrive(ctx, who, e.id, latest)
	}
	return err
}

func (e *errand) atTheDoor(ctx context.Context, t ticket.Ticket, who authz.Actor) (err error) {
	n := e.dice.IntN(100)
	e.wake(e.between(3, 15))
	switch {
	case n < 6:
		return e.holds(ctx, t, who)
	case n < 12 && !e.quoted:
		return e.quotes(ctx, who)
	case n < 18 && t.Kind != ticket.Repair:
		return e.resolves(ctx, t, who)
	}
	_, err = e.Tickets.Start(ctx, who, e.id, latest)
	return err
}

func (e *errand) working(ctx context.Context, t ticket.Ticket, who authz.Actor) (err error) {
	n := e.dice.IntN(100)
	switch {
	case n < 10:
		err = e.holds(ctx, t, who)
	case n < 14:
		_, err = e.Tickets.Note(ctx, who, e.id, latest, "已领料")
	case n < 17:
		_, err = e.Tickets.Interim(ctx, who, e.id, latest, "先关阀门")
	case n < 22:
		err = e.asks(ctx, t, who)
	case n < 25 && t.Grade == ticket.C:
		_, err = e.Tickets.Regrade(ctx, e.who(supervisor).actor, e.id, latest, ticket.B, "家中有老人")
	case n < 28:
		err = e.byHand(ctx, e.byID[t.Assignee])
	default:
		return e.resolves(ctx, t, who)
	}
	e.wake(e.between(5, 60))
	return err
}

// resolves ends the work with its evidence. Without it, it is refused.
func (e *errand) resolves(ctx context.Context, t ticket.Ticket, who authz.Actor) error {
	if t.Kind == ticket.Repair && !e.photo {
		if e.chance(10) {
			if err := e.refused(e.Tickets.Resolve(ctx, who, e.id, latest, ticket.Outcome{Remedy: "修好了"})); err != nil {
				return err
			}
		}
		if _, err := e.Tickets.AddPhoto(ctx, who, e.id, "after", bytes.NewReader(dot)); err != nil {
			return err
		}
		e.photo = true
	}
	_, err := e.Tickets.Resolve(ctx, who, e.id, latest, ticket.Outcome{Cause: "老化", Remedy: "修好了"})
	e.wake(e.between(30, 20*60))
	return err
}

// refused turns around what must not succeed.
func (e *errand) refused(t ticket.Ticket, err error) error {
	if err == nil {
		return fmt.Errorf("%s: what is not allowed was done, it is %s now", t.Number, t.Status)
	}
	e.report.Refusals++
	return nil
}

func (e *errand) holds(ctx context.Context, t ticket.Ticket, who authz.Actor) error {
	h := ticket.Holding{Why: pick(e.world, []ticket.Waiting{ticket.ForCustomer, ticket.ForMaterial, ticket.ForThirdParty}), Words: "等一等"}
	if e.chance(70) {
		until := e.now().Add(e.between(60, 30*60))
		h.Until = &until
	}
	if e.chance(30) {
		h.Interim = "先用备用件"
	}
	_, err := e.Tickets.Hold(ctx, who, e.id, latest, h)
	e.wake(e.between(30, 26*60))
	return err
}

func (e *errand) held(ctx context.Context, t ticket.Ticket, worker *colleague) error {
	n := e.dice.IntN(100)
	e.wake(e.between(5, 40))
	switch {
	case t.HeldWhy == ticket.ForCustomer && n < 60:
		return e.says(ctx, func(tx *db.Tx) error { return e.Tickets.Say(ctx, tx, e.id, "我到家了") })
	case n < 6:
		return e.byHand(ctx, worker)
	case n < 9:
		_, err := e.Tickets.Cancel(ctx, e.opener.actor, e.id, latest, "客户不修了")
		return err
	}
	_, err := e.Tickets.Resume(ctx, worker.actor, e.id, latest)
	return err
}

// quotes offers something paid, which the customer signs at the door.
func (e *errand) quotes(ctx context.Context, who authz.Actor) error {
	e.quoted = true
	two, err := money.ParseRate("2")
	if err != nil {
		return err
	}
	q, err := e.Quotes.Offer(ctx, who, e.id, quote.Draft{Pays: "spot", Lines: []quote.DraftLine{{Item: pick(e.world, e.prices), Quantity: two}}})
	if err != nil || q.State != quote.Offered {
		return err // under warranty there is nothing to sign
	}
	if err := e.refused(e.Tickets.Start(ctx, who, e.id, latest)); err != nil {
		return err
	}
	p, err := e.Tickets.AddPhoto(ctx, who, e.id, "signature", bytes.NewReader(dot))
	if err != nil {
		return err
	}
	_, err = e.Quotes.Sign(ctx, who, q.ID, latest, "住户", p.ID)
	return err
}

func (e *errand) skill() string { return ticket.TreeOf(e.DB).SkillFor(e.category) }

// dot is a picture of one point.
var dot, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

const week = 7 * 24 * time.Hour
