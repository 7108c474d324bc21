package cashier

import (
	"context"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// year is a calendar year of an item of a room.
type year struct {
	Room housing.RoomID
	Item billing.ItemID
	Year int
}

// offer writes what early payment takes off open lines for who pays on a day.
// The lines are all that is open of their rooms.
func offer(ctx context.Context, tx *db.Tx, community authz.CommunityID, lines []Open, day clock.Day) ([]Open, error) {
	rules, err := billing.EarlyRules(ctx, tx, community)
	if err != nil || len(rules) == 0 {
		return lines, err
	}
	years, err := wholeYears(ctx, tx, community, rules, lines, day)
	if err != nil {
		return nil, err
	}
	for i, o := range lines {
		if o.Paid != 0 || o.Open != o.Fen {
			continue
		}
		for _, r := range rules {
			until, ok := r.Holds(o.LineView, day)
			with, whole := years[year{o.Room, o.Item, o.From.Year()}]
			if !ok || r.Way == billing.EarlyYear && !whole {
				continue
			}
			off, err := r.Off(o.LineView)
			if err != nil {
				return nil, err
			}
			if off <= 0 || off >= o.Open {
				continue
			}
			e := Early{Off: off, Until: until, rule: r.ID}
			if r.Way == billing.EarlyYear {
				e.year = true
				for _, id := range with {
					if id != o.ID {
						e.With = append(e.With, id)
					}
				}
			}
			lines[i].Early = append(lines[i].Early, e)
		}
	}
	return earning(lines), nil
}

// wholeYears are the open lines of each year that is billed whole, where a rule
// takes something off for paying a year.
func wholeYears(ctx context.Context, tx *db.Tx, community authz.CommunityID, rules []billing.EarlyRule, lines []Open, day clock.Day) (map[year][]billing.LineID, error) {
	type of struct {
		Item billing.ItemID
		Year int
	}
	rooms, open := map[of][]housing.RoomID{}, map[year][]billing.LineID{}
	for _, o := range lines {
		y := year{o.Room, o.Item, o.From.Year()}
		open[y] = append(open[y], o.ID)
		for _, r := range rules {
			if _, ok := r.Holds(o.LineView, day); ok && r.Way == billing.EarlyYear {
				at := of{o.Item, y.Year}
				rooms[at] = append(rooms[at], o.Room)
			}
		}
	}
	out := map[year][]billing.LineID{}
	for at, some := range rooms {
		whole, err := billing.WholeYear(ctx, tx, community, some, at.Item, at.Year)
		if err != nil {
			return nil, err
		}
		for room, is := range whole {
			if y := (year{room, at.Item, at.Year}); is {
				out[y] = open[y]
			}
		}
	}
	return out, nil
}

// grant books what a payment earned by being early: for each line a payment of
// no money that settles the rest of it.
func grant(ctx context.Context, tx *db.Tx, p Payment, day clock.Day, earned []Open) error {
	for _, o := range earned {
		x := Part{Line: o.ID, Part: Principal, Item: o.Item, Room: o.Room, Fen: o.off.Off}
		t := Taking{
			Community: p.Community, Room: o.Room, Customer: o.Customer, Payer: p.Payer, Fen: o.off.Off, Means: ledger.Early, Source: "early:" + p.ID.String() + ":" + o.ID.String(), Day: day, NoReceipt: true,
			earlyOf: p.ID, earlyRule: o.off.rule,
		}
		from := ledger.Account{Kind: ledger.Early, Room: db.ID(o.Room), Item: db.ID(o.Item)}
		if _, err := book(ctx, tx, t, entries(from, []Part{x}, map[billing.LineID]string{o.ID: o.Debtor}), []Part{x}); err != nil {
			return err
		}
	}
	return nil
}

// ungrant takes back what was taken off: the payment that earned it does not
// hold any more, or the line is another.
func ungrant(ctx context.Context, tx *db.Tx, granted []Payment, day clock.Day, why string) error {
	for i := range granted {
		g := &granted[i]
		t, err := ledger.Reverse(ctx, tx, g.Txn, day, why)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE payment_part SET reversed_at = $1 WHERE community_id = $2 AND payment_id = $3 AND {scope}`, tx.Now, g.Community, g.ID); err != nil {
			return err
		}
		g.VoidState, g.VoidedBy, g.VoidReason, g.Reversal, g.ReversedAt, g.ReversedOn = "voided", tx.Who.Name, why, t.ID, &tx.Now, day
		tx.Note(g.Community, g.subject(), nil, map[string]any{"void": g.VoidState, "amount": g.Fen})
		if err := db.Save(ctx, tx, "payment", g); err != nil {
			return err
		}
	}
	return nil
}

// grantedBy is what a payment earned and still holds.
func grantedBy(ctx context.Context, tx *db.Tx, p Payment) ([]Payment, error) {
	return db.All[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("p")+` FROM payment p WHERE p.community_id = $1 AND p.early_of = $2 AND p.reversed_at IS NULL AND {scope:p} ORDER BY p.id`, p.Community, p.ID)
}

// grantedOn is what was taken off a line and still holds.
func grantedOn(ctx context.Context, tx *db.Tx, community authz.CommunityID, line billing.LineID) ([]Payment, error) {
	return db.All[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("p")+` FROM payment p JOIN payment_part x ON x.community_id = p.community_id AND x.payment_id = p.id
		WHERE p.community_id = $1 AND x.line_id = $2 AND p.early_of IS NOT NULL AND p.reversed_at IS NULL AND {scope:p} ORDER BY p.id`, community, line)
}

// again is what the line that stands in the place of another has taken off by
// the same rule, as far as what was paid on the old one by then settles it.
func again(ctx context.Context, tx *db.Tx, before []Payment, next billing.LineView, paid []dated) (Open, error) {
	o := Open{LineView: next, Open: next.Fen}
	if len(before) == 0 || next.ID == 0 {
		return o, nil
	}
	r, err := billing.EarlyRuleIn(ctx, tx, before[0].EarlyRule)
	if err != nil {
		return o, err
	}
	off, err := r.Off(next)
	if err != nil || off <= 0 || off >= next.Fen || totalOf(paid) < next.Fen-off {
		return o, err
	}
	o.off = Early{Off: off, rule: r.ID}
	return o, nil
}

// offOf is what was taken off for each of some payments.
func offOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, ids []PaymentID) (map[PaymentID]money.Fen, error) {
	type row struct {
		Of  PaymentID `db:"early_of"`
		Fen money.Fen `db:"fen"`
	}
	args := []any{community}
	all, err := db.All[row](ctx, tx, `SELECT p.early_of, CAST(SUM(p.amount) AS BIGINT) AS fen FROM payment p WHERE p.community_id = $1 AND p.early_of IN `+db.Among(&args, ids)+` AND {scope:p} GROUP BY p.early_of`, args...)
	out := map[PaymentID]money.Fen{}
	for _, r := range all {
		out[r.Of] = r.Fen
	}
	return out, err
}

// ungrantReversed takes back what was taken off lines of a room that were
// reversed since: only money becomes paid ahead.
func (s *Service) ungrantReversed(ctx context.Context, tx *db.Tx, r roomOfRun, day clock.Day) error {
	all, err := db.All[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("p")+` FROM payment p JOIN payment_part x ON x.community_id = p.community_id AND x.payment_id = p.id JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id
		WHERE p.community_id = $1 AND p.room_id = $2 AND p.early_of IS NOT NULL AND p.reversed_at IS NULL AND l.reversed_at IS NOT NULL AND {scope:p} ORDER BY p.id`, r.Community, r.Room)
	if err != nil || len(all) == 0 {
		return err
	}
	booked, err := BookDay(ctx, tx, r.Community)
	if err != nil {
		return err
	}
	return ungrant(ctx, tx, all, booked, "reversed "+day.String())
}
