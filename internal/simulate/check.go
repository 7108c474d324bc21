package simulate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// checker holds the database to what the timelines say.
type checker struct {
	*world
	hours   hours
	replays map[ticket.ID]*replay
	last    ticket.EntryID // the last line that was read
	vips    map[customer.ID]bool
}

func newChecker(ctx context.Context, w *world) (*checker, error) {
	window, err := clock.ParseWindow("08:30-17:30")
	if err != nil {
		return nil, err
	}
	working, err := clock.NewHours(w.zone, clock.China(), clock.Plan{Workdays: []clock.Window{window}})
	if err != nil {
		return nil, err
	}
	c := &checker{world: w, hours: hours{working.OpenWhenUnknown()}, replays: map[ticket.ID]*replay{}, vips: map[customer.ID]bool{}}
	return c, c.read(ctx, func(tx *db.Tx) error {
		type someone struct {
			ID   customer.ID   `db:"id"`
			Tags customer.Tags `db:"tags"`
		}
		return db.Each(ctx, tx, `SELECT id, tags FROM customer WHERE community_id = $1`, []any{c.community}, func(s someone) error {
			c.vips[s.ID] = slices.Contains(s.Tags, "VIP")
			return nil
		})
	})
}

// hour checks every ticket about which something happened since the last time.
func (c *checker) hour(ctx context.Context) error {
	if err := c.drain(ctx); err != nil {
		return err
	}
	return c.read(ctx, func(tx *db.Tx) error {
		touched, err := c.follow(ctx, tx)
		if err != nil {
			return err
		}
		return c.compare(ctx, tx, touched)
	})
}

// all checks every ticket there is.
func (c *checker) all(ctx context.Context) error {
	if err := c.hour(ctx); err != nil {
		return err
	}
	return c.read(ctx, func(tx *db.Tx) error {
		ids, err := db.All[ticket.ID](ctx, tx, `SELECT id FROM ticket WHERE community_id = $1 ORDER BY id`, c.community)
		if err != nil {
			return err
		}
		c.report.Tickets = len(ids)
		if len(ids) != len(c.replays) {
			return fmt.Errorf("there are %d tickets, and timelines of %d", len(ids), len(c.replays))
		}
		return c.compare(ctx, tx, ids)
	})
}

// follow reads the lines that are new, in their order, and says whose they are.
func (c *checker) follow(ctx context.Context, tx *db.Tx) (touched []ticket.ID, err error) {
	lines, err := db.All[ticket.Entry](ctx, tx, `SELECT `+db.Columns[ticket.Entry]("")+` FROM ticket_entry WHERE id > $1 ORDER BY id`, int64(c.last))
	if err != nil {
		return nil, err
	}
	for _, e := range lines {
		r := c.replays[e.Ticket]
		if r == nil {
			t, err := ticket.In(ctx, tx, e.Ticket)
			if err != nil {
				return nil, err
			}
			r = &replay{n: len(c.replays) + 1, kind: t.Kind, category: t.Category, rung: map[string]int64{}}
			c.replays[e.Ticket] = r
		}
		err := r.apply(e)
		if err == nil {
			err = c.promises(ctx, tx, r, e)
		}
		if err != nil {
			return nil, c.broken(ctx, tx, e.Ticket, fmt.Errorf("%s %q: %w", e.At, e.Verb, err))
		}
		if c.last = e.ID; !slices.Contains(touched, e.Ticket) {
			touched = append(touched, e.Ticket)
		}
		c.report.Entries++
		c.report.Verbs[e.Verb]++
		if _, err := fmt.Fprintln(c.seen, r.n, e.At, e.Verb, e.ByName); err != nil {
			return nil, err
		}
	}
	return touched, nil
}

// promises checks what one line says besides the status it leads to.
func (c *checker) promises(ctx context.Context, tx *db.Tx, r *replay, e ticket.Entry) error {
	switch e.Verb {
	case "escalated":
		percent, _ := e.Data["percent"].(float64)
		return c.hours.climbs(r, word(e, "clock"), int64(percent), e.At)
	case "claimed":
		return c.onDutyThen(ctx, tx, e.By, ticket.TreeOf(tx).SkillFor(r.category), e.At)
	case "dispatched":
		why, _ := e.Data["why"].(map[string]any)
		if byHand, _ := why["byHand"].(bool); byHand {
			return nil
		}
		to, err := person(e, "to")
		if err != nil {
			return err
		}
		return c.onDutyThen(ctx, tx, to, ticket.TreeOf(tx).SkillFor(r.category), e.At)
	}
	return nil
}

// onDutyThen: what comes by itself, or is claimed, comes to who is on duty and
// can do it. It is asked of the tables, not of the function that dispatch asks.
func (c *checker) onDutyThen(ctx context.Context, tx *db.Tx, who staff.ID, skill string, at clock.Instant) error {
	duties, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM roster_duty WHERE staff_id = $1 AND state = 'planned' AND from_at <= $2 AND to_at > $2`, who, at)
	if err != nil {
		return err
	}
	leaves, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM roster_leave WHERE staff_id = $1 AND from_at <= $2 AND to_at > $2`, who, at)
	switch {
	case err != nil:
		return err
	case duties == 0:
		return fmt.Errorf("%s was not on duty", c.byID[who].name)
	case leaves > 0:
		return fmt.Errorf("%s was on leave", c.byID[who].name)
	case !slices.Contains(c.byID[who].skills, skill):
		return fmt.Errorf("%s has not the skill %s", c.byID[who].name, skill)
	}
	return nil
}

// many is how many rows a statement reads.
const many = 400

// compare holds tickets and their follow-ups to their timelines.
func (c *checker) compare(ctx context.Context, tx *db.Tx, ids []ticket.ID) error {
	for some := range slices.Chunk(ids, many) {
		in, args := list(some, c.community)
		all, err := db.All[ticket.Ticket](ctx, tx, `SELECT `+db.Columns[ticket.Ticket]("")+` FROM ticket WHERE community_id = $1 AND id IN (`+in+`) ORDER BY id`, args...)
		if err != nil {
			return err
		}
		asked, err := c.asked(ctx, tx, in, args)
		if err != nil {
			return err
		}
		for _, t := range all {
			r := c.replays[t.ID]
			if err := c.agrees(t, r, tx.Now); err != nil {
				return c.broken(ctx, tx, t.ID, err)
			}
			if err := c.followUps(t, r, asked[t.ID]); err != nil {
				return c.broken(ctx, tx, t.ID, err)
			}
			c.report.Checks++
		}
	}
	return nil
}

// list are the marks and arguments of a statement about tickets of a community.
func list(ids []ticket.ID, community authz.CommunityID) (string, []any) {
	args, marks := []any{community}, []string{}
	for _, id := range ids {
		args = append(args, id)
		marks = append(marks, "$"+strconv.Itoa(len(args)))
	}
	return strings.Join(marks, ", "), args
}

// broken is the end of a simulation: what is wrong, and all that happened to the ticket.
func (c *checker) broken(ctx context.Context, tx *db.Tx, id ticket.ID, cause error) error {
	t, err := ticket.In(ctx, tx, id)
	if err != nil {
		return fmt.Errorf("%w (and %w)", cause, err)
	}
	lines, err := db.All[ticket.Entry](ctx, tx, `SELECT `+db.Columns[ticket.Entry]("")+` FROM ticket_entry WHERE community_id = $1 AND ticket_id = $2 ORDER BY id`, c.community, id)
	if err != nil {
		return fmt.Errorf("%w (and %w)", cause, err)
	}
	var b strings.Builder
	for _, e := range lines {
		data, err := json.Marshal(e.Data)
		if err != nil {
			return err
		}
		by := e.ByName
		if by == "" {
			by = "-"
		}
		_, _ = fmt.Fprintf(&b, "\n  %s  %-12s %-8s %s %s", e.At.In(c.zone).Format("01-02 15:04:05.000"), e.Verb, by, data, e.Text)
	}
	return fmt.Errorf("ticket %s (%s %s, %s, grade %s): %w\nits timeline, up to %s:%s", t.Number, t.Kind, t.Category, t.Status, t.Grade, cause, tx.Now.In(c.zone).Format("01-02 15:04:05"), b.String())
}
