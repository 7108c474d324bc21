package cashier

import (
	"context"
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/customer"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// DaySheet is a community's day at the cashier's (PAY-07).
type DaySheet struct {
	Community authz.CommunityID `json:"community"`
	Place     string            `json:"communityName"`
	Day       clock.Day         `json:"day"`
	ClosedAt  *clock.Instant    `json:"closedAt,omitempty"`
	ClosedBy  string            `json:"closedBy,omitempty"`
	Next      clock.Day         `json:"next" doc:"the day on which what happens now is booked"`
	Means     []DayMeans        `json:"means"`
	Items     []DayItem         `json:"items"`
	Shifts    []Shift           `json:"shifts"`
	Books     []DayBook         `json:"books" doc:"the numbers that were given"`
	Voids     []PaymentView     `json:"voids" doc:"what was voided on the day"`
	Later     []PaymentView     `json:"laterVoids" doc:"what was voided on another day while who had asked had no shift: it went back out of a till of this day"`
	Moves     []Move            `json:"moves" doc:"refunds, floats, petty cash and suspense of the day, and what of them was reversed on it"`
	Out       []BookView        `json:"out" doc:"paper receipts that are not returned"`
	Unmatched int64             `json:"unmatched" doc:"lines of imported statements of the day that nothing in the books was found for"`
}

// DayMeans is what came in and went out by a means.
type DayMeans struct {
	Means    ledger.Kind `db:"means" json:"means"`
	Payments int64       `db:"n" json:"payments"`
	In       money.Fen   `db:"in_fen" json:"in"`
	Voided   money.Fen   `db:"void_fen" json:"voided"`
	Returned money.Fen   `db:"back_fen" json:"returned" doc:"of deposits"`
	MovedIn  money.Fen   `db:"move_in" json:"movedIn" doc:"floats, top-ups, suspense; and refunds that did not go after all"`
	MovedOut money.Fen   `db:"move_out" json:"movedOut" doc:"refunds, petty cash, what was sent back"`
}

// DayItem is what came in for an item by a means, less what was voided.
type DayItem struct {
	Means    ledger.Kind    `db:"means" json:"means"`
	Part     PartKind       `db:"part" json:"part" enum:"principal,late_fee,prepaid,deposit"`
	Item     billing.ItemID `db:"item_id" json:"itemId,omitempty"`
	ItemName string         `db:"item_name" json:"itemName,omitempty"`
	Fen      money.Fen      `db:"fen" json:"amount"`
}

// DayBook is what a day used of a book.
type DayBook struct {
	First string `json:"first"`
	Last  string `json:"last"`
	N     int64  `json:"receipts"`
}

// Sheet is the sheet of a day, closed or not.
func (s *Service) Sheet(ctx context.Context, who authz.Actor, community authz.CommunityID, day clock.Day) (out DaySheet, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = s.sheet(ctx, tx, community, day)
		return err
	})
	return out, err
}

func (s *Service) sheet(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day) (out DaySheet, err error) {
	c, err := org.In(ctx, tx, community)
	if err != nil {
		return out, err
	}
	out = DaySheet{Community: community, Place: c.Name, Day: day, Means: []DayMeans{}, Items: []DayItem{}, Shifts: []Shift{}, Books: []DayBook{}, Voids: []PaymentView{}, Moves: []Move{}, Out: []BookView{}}
	closed, err := db.All[struct {
		At clock.Instant `db:"closed_at"`
		By string        `db:"by_name"`
	}](ctx, tx, `SELECT closed_at, by_name FROM cashier_day WHERE community_id = $1 AND on_day = $2 AND {scope}`, community, day)
	if err != nil {
		return out, err
	}
	for _, x := range closed {
		out.ClosedAt, out.ClosedBy = &x.At, x.By
	}
	if out.Next, err = bookDay(ctx, tx, community); err != nil {
		return out, err
	}
	if err := out.sums(ctx, tx); err != nil {
		return out, err
	}
	if s.Unmatched != nil {
		if out.Unmatched, err = s.Unmatched(ctx, tx, community, day); err != nil {
			return out, err
		}
	}
	return out, out.lists(ctx, tx)
}

func (d *DaySheet) sums(ctx context.Context, tx *db.Tx) error {
	means, err := db.All[DayMeans](ctx, tx, `SELECT x.means, CAST(SUM(x.n) AS BIGINT) AS n, CAST(SUM(x.i) AS BIGINT) AS in_fen, CAST(SUM(x.v) AS BIGINT) AS void_fen, CAST(SUM(x.b) AS BIGINT) AS back_fen, CAST(SUM(x.mi) AS BIGINT) AS move_in, CAST(SUM(x.mo) AS BIGINT) AS move_out FROM (
		SELECT means, 1 AS n, amount AS i, 0 AS v, 0 AS b, 0 AS mi, 0 AS mo FROM payment WHERE community_id = $1 AND on_day = $2 AND SUBSTR(source, 1, 7) <> 'refund:' AND {scope}
		UNION ALL SELECT means, 0, 0, amount, 0, 0, 0 FROM payment WHERE community_id = $1 AND reversed_on = $2 AND SUBSTR(source, 1, 7) <> 'refund:' AND {scope}
		UNION ALL SELECT means, 0, 0, 0, amount, 0, 0 FROM deposit_move WHERE community_id = $1 AND on_day = $2 AND kind = 'returned' AND state = 'done' AND {scope}
		UNION ALL SELECT means, 0, 0, 0, 0, CASE WHEN amount > 0 THEN amount ELSE 0 END, CASE WHEN amount < 0 THEN -amount ELSE 0 END FROM till_move WHERE community_id = $1 AND on_day = $2 AND {scope}
		UNION ALL SELECT means, 0, 0, 0, 0, CASE WHEN amount < 0 THEN -amount ELSE 0 END, CASE WHEN amount > 0 THEN amount ELSE 0 END FROM till_move WHERE community_id = $1 AND reversed_on = $2 AND {scope}) x GROUP BY x.means ORDER BY x.means`, d.Community, d.Day)
	if err != nil {
		return err
	}
	items, err := db.All[DayItem](ctx, tx, `SELECT x.means, x.part, x.item_id, COALESCE(i.name, '') AS item_name, CAST(SUM(x.fen) AS BIGINT) AS fen FROM (
		SELECT p.means, a.part, a.item_id, a.amount AS fen FROM payment p JOIN payment_part a ON a.community_id = p.community_id AND a.payment_id = p.id WHERE p.community_id = $1 AND p.on_day = $2 AND SUBSTR(p.source, 1, 7) <> 'refund:' AND {scope:p}
		UNION ALL SELECT p.means, a.part, a.item_id, -a.amount FROM payment p JOIN payment_part a ON a.community_id = p.community_id AND a.payment_id = p.id WHERE p.community_id = $1 AND p.reversed_on = $2 AND SUBSTR(p.source, 1, 7) <> 'refund:' AND {scope:p}) x
		LEFT JOIN charge_item i ON i.id = x.item_id GROUP BY x.means, x.part, x.item_id, i.name, i.code HAVING SUM(x.fen) <> 0 ORDER BY i.code, x.item_id, x.part, x.means`, d.Community, d.Day)
	d.Means, d.Items = append(d.Means, means...), append(d.Items, items...)
	return err
}

func (d *DaySheet) lists(ctx context.Context, tx *db.Tx) error {
	shifts, err := db.All[Shift](ctx, tx, `SELECT `+db.Columns[Shift]("")+` FROM cashier_shift WHERE community_id = $1 AND on_day = $2 AND {scope} ORDER BY id`, d.Community, d.Day)
	if err != nil {
		return err
	}
	open := slices.DeleteFunc(slices.Clone(shifts), func(s Shift) bool { return s.State != "open" })
	if err := reckon(ctx, tx, open); err != nil {
		return err
	}
	for _, s := range shifts {
		if at := slices.IndexFunc(open, func(o Shift) bool { return o.ID == s.ID }); at >= 0 {
			s.Counts = open[at].Counts
		}
		d.Shifts = append(d.Shifts, s)
	}
	given, err := db.All[struct {
		Book
		A int64 `db:"a"`
		Z int64 `db:"z"`
		N int64 `db:"given"`
	}](ctx, tx, `SELECT `+db.Columns[Book]("b")+`, g.a, g.z, g.given FROM receipt_book b JOIN (SELECT book_id, MIN(n) AS a, MAX(n) AS z, COUNT(*) AS given FROM receipt WHERE community_id = $1 AND on_day = $2 AND {scope} GROUP BY book_id) g ON g.book_id = b.id
		WHERE b.community_id = $1 ORDER BY b.id`, d.Community, d.Day)
	if err != nil {
		return err
	}
	for _, g := range given {
		d.Books = append(d.Books, DayBook{g.write(g.A), g.write(g.Z), g.N})
	}
	voided, err := db.All[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("p")+` FROM payment p WHERE p.community_id = $1 AND p.reversed_on = $2 AND SUBSTR(p.source, 1, 7) <> 'refund:' AND {scope:p} ORDER BY p.id`, d.Community, d.Day)
	if err != nil {
		return err
	}
	if d.Voids, err = views(ctx, tx, voided); err != nil {
		return err
	}
	later, err := db.All[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("p")+` FROM payment p JOIN cashier_shift s ON s.community_id = p.community_id AND s.id = p.void_shift_id
		WHERE p.community_id = $1 AND s.on_day = $2 AND p.reversed_on <> $2 AND p.void_asked_by IS NOT NULL AND {scope:p} ORDER BY p.id`, d.Community, d.Day)
	if err != nil {
		return err
	}
	if d.Later, err = views(ctx, tx, later); err != nil {
		return err
	}
	moves, err := movesOn(ctx, tx, d.Community, d.Day)
	if err != nil {
		return err
	}
	see := customer.SightOf(tx.Who, d.Community)
	for _, m := range moves {
		m.Party = see.Name(m.Party, false)
		d.Moves = append(d.Moves, m)
	}
	all, err := books(ctx, tx, d.Community)
	for _, b := range all {
		if b.Kind == "paper" && b.State == "open" && b.Left > 0 {
			d.Out = append(d.Out, b)
		}
	}
	return err
}

type dayRow struct {
	ID        id.Of[dayRow]     `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Day       clock.Day         `db:"on_day"`
	At        clock.Instant     `db:"closed_at"`
	ByName    string            `db:"by_name"`
}

// CloseDay locks a day when all its shifts are closed: whatever is booked later,
// also a void of what was taken on it, falls on the next.
func (s *Service) CloseDay(ctx context.Context, who authz.Actor, community authz.CommunityID, day clock.Day) (out DaySheet, err error) {
	err = s.DB.Write(ctx, who, ActDay, func(tx *db.Tx) error {
		now, err := today(ctx, tx, community)
		if err != nil {
			return err
		}
		if day.After(now) {
			return ErrDayFuture
		}
		if err := holdDay(ctx, tx, community, "NO KEY UPDATE"); err != nil {
			return err
		}
		next, err := bookDay(ctx, tx, community)
		if err != nil {
			return err
		}
		if day.Before(next) && now.Before(next) {
			return ErrDayClosed
		}
		open, err := db.All[string](ctx, tx, `SELECT account_name FROM cashier_shift WHERE community_id = $1 AND state = 'open' AND on_day <= $2 AND {scope} ORDER BY id`, community, day)
		if err != nil {
			return err
		}
		if len(open) > 0 {
			return ErrStillOpen.With("cashier", open[0])
		}
		tx.Note(community, "cashier_day:"+day.String(), nil, map[string]any{"state": "closed"})
		if err := db.Insert(ctx, tx, "cashier_day", dayRow{db.NewID[dayRow](tx), community, day, tx.Now, who.Name}); err != nil {
			return err
		}
		tx.Answer(&out)
		out, err = s.sheet(ctx, tx, community, day)
		return err
	})
	if db.Unique(err, "cashier_day_once", "cashier_day.community_id, cashier_day.on_day") {
		err = ErrDayClosed
	}
	return out, err
}
