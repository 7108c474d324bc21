package simulate

import (
	"context"
	"fmt"
	"time"

	"guanjia/internal/followup"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

// agrees holds the row of a ticket to its timeline.
func (c *checker) agrees(t ticket.Ticket, r *replay, now clock.Instant) error {
	for _, is := range []struct {
		what      string
		row, says any
	}{
		{"status", t.Status, r.status},
		{"grade", t.Grade, r.grade},
		{"assignee", t.Assignee, r.assignee},
		{"answer", instant(t.ResponseAt), instant(r.told)},
		{"resolution", instant(t.ResolvedAt), instant(r.resolved)},
		{"hold", instant(t.HeldAt), instant(r.heldAt)},
		{"number of pauses", len(t.Pauses), len(r.pauses)},
		{"complex", t.Complex, r.complex},
		{"times reopened", t.Reopened, r.reopened},
		{"transfers", t.Transfers, r.transfers},
		{"end", t.EndedAt != nil, r.ended},
	} {
		if is.row != is.says {
			return fmt.Errorf("%s: the ticket has %v, its timeline says %v", is.what, is.row, is.says)
		}
	}
	for i, p := range r.pauses {
		if t.Pauses[i].From != p.from || t.Pauses[i].To != p.to {
			return fmt.Errorf("pause %d: the ticket has %v, its timeline says %v", i, t.Pauses[i], p)
		}
	}
	if err := c.clocksAgree(t, r, now); err != nil {
		return err
	}
	if r.waits && ticket.Policies[t.Kind].Visits && t.Category != "facilities.other" {
		return fmt.Errorf("nobody has been looked for")
	}
	return c.hours.warned(r, now)
}

// clocksAgree computes the deadlines and verdicts anew.
func (c *checker) clocksAgree(t ticket.Ticket, r *replay, now clock.Instant) error {
	response, resolve := r.limits()
	if err := c.hours.adds(r, response, t.ResponseDue); err != nil {
		return fmt.Errorf("response: %w", err)
	}
	if err := c.hours.adds(r, resolve, t.ResolveDue); err != nil {
		return fmt.Errorf("resolve: %w", err)
	}
	for i, k := range t.Clocks(now)[:2] {
		stopped := []*clock.Instant{r.told, r.resolved}[i]
		due := []clock.Instant{t.ResponseDue, t.ResolveDue}[i]
		want := "running"
		switch {
		case stopped != nil && *stopped > due:
			want = "missed"
		case stopped != nil:
			want = "met"
		case r.ended:
			want = "cancelled"
		case r.heldAt != nil && *r.heldAt <= due:
			want = "paused"
		case now > due:
			want = "breached"
		}
		if k.State != want {
			return fmt.Errorf("%s: the verdict is %q, the timeline says %q", k.Kind, k.State, want)
		}
	}
	return nil
}

func instant(i *clock.Instant) clock.Instant {
	if i == nil {
		return 0
	}
	return *i
}

// asking is what is kept of a follow-up.
type asking struct {
	Ticket ticket.ID     `db:"ticket_id"`
	Round  int64         `db:"round"`
	State  string        `db:"state"`
	Rule   string        `db:"rule"`
	DueAt  clock.Instant `db:"due_at"`
	Solved *bool         `db:"solved"`
}

func (c *checker) asked(ctx context.Context, tx *db.Tx, in string, args []any) (map[ticket.ID][]asking, error) {
	all, err := db.All[asking](ctx, tx, `SELECT ticket_id, round, state, rule, due_at, solved FROM follow_up WHERE community_id = $1 AND ticket_id IN (`+in+`) ORDER BY ticket_id, round, id`, args...)
	out := map[ticket.ID][]asking{}
	for _, a := range all {
		out[a.Ticket] = append(out[a.Ticket], a)
	}
	return out, err
}

// followUps: of each time that a ticket was resolved there is one follow-up if
// its kind, or its customer, asks for one, and none otherwise; it falls due when
// the rules say, and only the last can still be open (FUP-01).
func (c *checker) followUps(t ticket.Ticket, r *replay, all []asking) error {
	vip := c.vips[t.Customer]
	needed := ticket.Policies[t.Kind].FollowUp || vip
	for _, a := range all {
		if a.Round < 0 || a.Round >= int64(len(r.resolutions)) {
			return fmt.Errorf("there is a follow-up of round %d, and the ticket was resolved %d times", a.Round, len(r.resolutions))
		}
		if !needed && a.Rule != followup.RuleSample {
			return fmt.Errorf("nobody need ask, and a follow-up by the rule %q exists", a.Rule)
		}
	}
	for round, at := range r.resolutions {
		if !needed {
			continue
		}
		var here []asking
		for _, a := range all {
			if a.Round == int64(round) {
				here = append(here, a)
			}
		}
		if len(here) == 0 && round < len(r.undone) && r.undone[round].Sub(at) <= beat {
			continue // taken up again before anybody had heard of it
		}
		if len(here) != 1 {
			return fmt.Errorf("resolved at %s for time %d: there are %d follow-ups", at, round+1, len(here))
		}
		if err := c.followUp(r, here[0], round, at, t.Kind, vip); err != nil {
			return fmt.Errorf("the follow-up of the resolution at %s: %w", at, err)
		}
	}
	return nil
}

// followUp checks one of them.
func (c *checker) followUp(r *replay, a asking, round int, at clock.Instant, kind ticket.Kind, vip bool) error {
	within := map[ticket.Kind]time.Duration{ticket.Repair: 24 * time.Hour, ticket.Chore: 7 * day, ticket.Complaint: 24 * time.Hour}[kind]
	if vip && (within == 0 || within > 3*day) {
		within = 3 * day
	}
	if a.Rule != followup.RuleSample && a.DueAt != at.Add(within) {
		return fmt.Errorf("it is due at %s, %s after", a.DueAt, a.DueAt.Sub(at))
	}
	last := int64(round) == r.reopened
	switch {
	case !last && a.State == followup.Due:
		return fmt.Errorf("the ticket was opened again, and it is still due")
	case last && a.State == followup.Void:
		return fmt.Errorf("it is void, and the ticket was not opened again")
	case last && ticket.Policies[kind].FollowUp && r.followedUp != (a.State != followup.Due):
		return fmt.Errorf("it is %s, the timeline says followed up: %v", a.State, r.followedUp)
	case a.State == followup.Done && last && a.Solved != nil && !*a.Solved:
		return fmt.Errorf("the customer is not content, and the ticket was not opened again")
	}
	return nil
}
