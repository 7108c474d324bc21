package simulate

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/followup"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

// fresh is a ticket that nobody has: twins are merged, the desk settles its own
// matters, what is to be claimed is claimed, and what nobody was free for is
// given by hand after a while.
func (e *errand) fresh(ctx context.Context, t ticket.Ticket) (err error) {
	if e.mended != nil {
		return e.merges(ctx)
	}
	e.tries++
	e.wake(e.between(5, 20))
	switch {
	case !ticket.Policies[t.Kind].Visits:
		return e.atTheDesk(ctx, t)
	case e.category == "environment.greening" && e.tries < 4:
		if c := e.able(e.skill(), nil); c != nil && e.onDuty(ctx, c) {
			_, err = e.Tickets.Claim(ctx, c.actor, e.id)
		}
		return err
	case e.tries > 3 || e.category == "facilities.other":
		return e.byHand(ctx, nil)
	}
	return nil
}

// onDuty asks the roster: who is not planned cannot claim.
func (e *errand) onDuty(ctx context.Context, c *colleague) bool {
	claims, err := e.Tickets.Claimable(ctx, c.actor, e.community)
	return err == nil && claims.OnDuty
}

func (e *errand) atTheDesk(ctx context.Context, t ticket.Ticket) (err error) {
	n := e.dice.IntN(100)
	switch {
	case t.ResponseAt == nil && n < 50:
		_, err = e.Tickets.Tell(ctx, e.opener.actor, e.id, latest, "phone", "已告知办理方式", nil)
	case n < 65:
		_, err = e.Tickets.Dispatch(ctx, e.who(supervisor).actor, e.id, latest, e.who(mechanics).id)
	default:
		err = e.resolves(ctx, t, e.opener.actor)
	}
	return err
}

// merges ends a twin, if the first is still open.
func (e *errand) merges(ctx context.Context) error {
	into := *e.mended
	e.mended = nil
	var first ticket.Ticket
	if err := e.read(ctx, func(tx *db.Tx) (err error) { first, err = ticket.In(ctx, tx, into); return err }); err != nil {
		return err
	}
	e.wake(e.between(10, 300))
	if first.ResolvedAt != nil || first.EndedAt != nil || first.Status == ticket.Held {
		return nil
	}
	_, err := e.Tickets.Merge(ctx, e.opener.actor, e.id, latest, into)
	return err
}

// parted makes some of what was merged tickets of their own again.
func (e *errand) parted(ctx context.Context, t ticket.Ticket) error {
	if t.MergedInto == 0 || e.chance(50) {
		return nil
	}
	e.wake(e.between(5, 30))
	_, err := e.Tickets.Part(ctx, e.opener.actor, e.id, latest)
	return err
}

// asks is for more time: a supervisor decides later.
func (e *errand) asks(ctx context.Context, t ticket.Ticket, who authz.Actor) (err error) {
	if e.asked {
		return nil
	}
	e.asked = true
	kind := ticket.AskComplexKind
	if e.chance(50) {
		kind = ticket.AskExtendKind
		_, err = e.Tickets.AskExtend(ctx, who, e.id, latest, "等配件", max(t.ResolveDue, e.now()).Add(24*time.Hour))
	} else {
		_, err = e.Tickets.AskComplex(ctx, who, e.id, latest, "须厂家到场", "已围挡")
	}
	e.on(e.now().Add(e.between(5, 200)), func(ctx context.Context) error { return e.decides(ctx, kind) })
	return err
}

// decides on what was asked for, if it was not taken back meanwhile.
func (e *errand) decides(ctx context.Context, kind string) error {
	var q approval.Request
	err := e.read(ctx, func(tx *db.Tx) (err error) {
		q, err = approval.Open(ctx, tx, kind, "ticket:"+e.id.String())
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = e.Approvals.Decide(ctx, e.who(manager).actor, q.ID, latest, approval.Decision{Approve: e.chance(80), Reason: "看过了"})
	return err
}

// settledMatter: the customer verifies or objects, somebody finds it is not
// right, or the follow-up is made.
func (e *errand) settledMatter(ctx context.Context, t ticket.Ticket) (err error) {
	n := e.dice.IntN(100)
	switch {
	case n < 8 && t.VerifiedAt == nil:
		err = e.says(ctx, func(tx *db.Tx) error { return e.Tickets.Settled(ctx, tx, e.id) })
	case n < 11:
		err = e.says(ctx, func(tx *db.Tx) error { return e.Tickets.Unsettled(ctx, tx, e.id, "又坏了") })
	case n < 14:
		_, err = e.Tickets.Reopen(ctx, e.opener.actor, e.id, latest, "复查不合格")
	case n < 25 && *t.ResolvedAt > t.ResolveDue && t.ExcusedResolve == "":
		_, err = e.Tickets.Excuse(ctx, e.who(manager).actor, e.id, latest, "resolve", "停水所致")
	default:
		return e.followUp(ctx)
	}
	e.wake(e.between(20, 300))
	return err
}

// followUp calls, if somebody is to be asked.
func (e *errand) followUp(ctx context.Context) error {
	f, err := e.FollowUps.OfTicket(ctx, e.who(supervisor).actor, e.id)
	if err != nil || f == nil || f.State != followup.Due {
		return err
	}
	who := pick(e.world, []*colleague{e.who("0217"), e.who("0218"), e.who(supervisor)})
	if f.Round > 0 { // the head tells the result of what was raised again
		who = e.who(manager)
	}
	e.wake(e.between(40, 600))
	if e.chance(25) {
		_, err = e.FollowUps.Attempt(ctx, who.actor, f.ID, latest, "phone", "无人接听")
		return err
	}
	o := followup.Outcome{Answers: followup.Answers{Channel: "phone", Solved: !e.chance(7), Ratings: followup.Ratings{Attitude: 5, Speed: 4, Effect: 4.5}, Words: "知道了"}}
	_, err = e.FollowUps.Complete(ctx, who.actor, f.ID, latest, o)
	return err
}

// followedUp waits for the archive: some object even now, some are archived by
// hand, and for what is older than a week a supervisor must agree.
func (e *errand) followedUp(ctx context.Context, t ticket.Ticket) (err error) {
	late := e.now() > t.ResolvedAt.Add(week)
	n := e.dice.IntN(100)
	switch {
	case late && n < 70:
		if err := e.refused(e.Tickets.Reopen(ctx, e.opener.actor, e.id, latest, "又坏了")); err != nil {
			return err
		}
		_, err = e.Tickets.AskReopen(ctx, e.opener.actor, e.id, latest, "又坏了")
		e.on(e.now().Add(e.between(5, 60)), func(ctx context.Context) error { return e.decides(ctx, ticket.AskReopenKind) })
		e.wake(e.between(70, 90))
	case n < 3:
		_, err = e.Tickets.Reopen(ctx, e.opener.actor, e.id, latest, "又坏了")
		e.wake(e.between(3, 30))
	case n < 7:
		_, err = e.Tickets.Archive(ctx, e.who(supervisor).actor, e.id, latest)
	case n < 12:
		e.wake(t.ResolvedAt.Add(week).Sub(e.now()) + time.Minute)
	}
	return err
}

// forbidden tries a step that the table of the ticket's kind does not have now.
func (e *errand) forbidden(ctx context.Context, t ticket.Ticket) error {
	boss, id := e.who(admin).actor, e.id
	moves := []struct {
		step ticket.Step
		try  func() (ticket.Ticket, error)
	}{
		{ticket.StepAccept, func() (ticket.Ticket, error) { return e.Tickets.Accept(ctx, boss, id, latest) }},
		{ticket.StepRefuse, func() (ticket.Ticket, error) { return e.Tickets.Refuse(ctx, boss, id, latest, "试") }},
		{ticket.StepDepart, func() (ticket.Ticket, error) { return e.Tickets.Depart(ctx, boss, id, latest) }},
		{ticket.StepArrive, func() (ticket.Ticket, error) { return e.Tickets.Arrive(ctx, boss, id, latest) }},
		{ticket.StepStart, func() (ticket.Ticket, error) { return e.Tickets.Start(ctx, boss, id, latest) }},
		{ticket.StepResume, func() (ticket.Ticket, error) { return e.Tickets.Resume(ctx, boss, id, latest) }},
		{ticket.StepTell, func() (ticket.Ticket, error) { return e.Tickets.Tell(ctx, boss, id, latest, "phone", "试", nil) }},
		{ticket.StepResolve, func() (ticket.Ticket, error) {
			return e.Tickets.Resolve(ctx, boss, id, latest, ticket.Outcome{Remedy: "试"})
		}},
		{ticket.StepReopen, func() (ticket.Ticket, error) { return e.Tickets.Reopen(ctx, boss, id, latest, "试") }},
		{ticket.StepCancel, func() (ticket.Ticket, error) { return e.Tickets.Cancel(ctx, boss, id, latest, "试") }},
		{ticket.StepArchive, func() (ticket.Ticket, error) { return e.Tickets.Archive(ctx, boss, id, latest) }},
		{ticket.StepPart, func() (ticket.Ticket, error) { return e.Tickets.Part(ctx, boss, id, latest) }},
	}
	m := pick(e.world, moves)
	if len(ticket.Policies[t.Kind].Moves[t.Status][m.step]) > 0 {
		return nil
	}
	return e.refused(m.try())
}
