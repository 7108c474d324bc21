package refund

import (
	"context"
	"fmt"
	"strconv"

	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

func refund(ctx context.Context, tx *db.Tx, id ID) (Refund, error) {
	return db.One[Refund](ctx, tx, `SELECT `+db.Columns[Refund]("")+` FROM refund WHERE id = $1 AND {scope}`, id)
}

// In is a refund, for who stands above.
func In(ctx context.Context, tx *db.Tx, id ID) (Refund, error) { return refund(ctx, tx, id) }

// spoken is what is on its way of a payment's money, and what went back of one
// that was voided, but for one refund.
func spoken(ctx context.Context, tx *db.Tx, r cashier.Refundable, but ID) (money.Fen, error) {
	return db.One[money.Fen](ctx, tx, `SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM refund x WHERE x.community_id = $1 AND x.payment_id = $2 AND x.id <> $3 AND (x.state IN ('asked', 'checked', 'approved') OR x.origin = 'voided' AND x.state IN ('paying', 'paid')) AND {scope:x}`,
		r.Community, r.Payment.ID, int64(but))
}

// together is what was asked for of a room since an instant, but for one refund.
func together(ctx context.Context, tx *db.Tx, r Refund, since clock.Instant) (money.Fen, error) {
	return db.One[money.Fen](ctx, tx, `SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM refund x WHERE x.community_id = $1 AND x.room_id = $2 AND x.id <> $3 AND x.at >= $4 AND x.state NOT IN ('refused', 'withdrawn') AND {scope:x}`, r.Community, r.Room, r.ID, since)
}

// slip is the next number of a community's slips. It is taken in the transaction
// that pays out, so there are no gaps.
func slip(ctx context.Context, tx *db.Tx, community authz.CommunityID) (string, error) {
	if err := tx.In(ctx, community); err != nil {
		return "", err
	}
	g := tx.Global("the community was looked at; the row is a counter")
	if _, err := g.Exec(ctx, `INSERT INTO refund_slip (id, community_id, n) VALUES ($1, $1, 1) ON CONFLICT (id) DO UPDATE SET n = refund_slip.n + 1`, community); err != nil {
		return "", err
	}
	n, err := db.One[int64](ctx, g, `SELECT n FROM refund_slip WHERE id = $1`, community)
	return fmt.Sprintf("TK%07d", n), err
}

// Filter narrows the list of refunds.
type Filter struct {
	Community authz.CommunityID `query:"community" required:"true"`
	State     string            `query:"state" enum:"open,late,paid,refused,all," doc:"open: not at its end; left out: open"`
	Room      housing.RoomID    `query:"room"`
}

func refunds(ctx context.Context, tx *db.Tx, f Filter, today clock.Day, before ID, limit int) ([]Refund, error) {
	args := []any{f.Community}
	mark := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	where := ""
	switch f.State {
	case "late":
		where = ` AND x.state IN ('asked', 'checked', 'approved', 'paying') AND x.due_on < ` + mark(today)
	case "paid":
		where = ` AND x.state = 'paid'`
	case "refused":
		where = ` AND x.state IN ('refused', 'withdrawn')`
	case "all":
	default:
		where = ` AND x.state IN ('asked', 'checked', 'approved', 'paying')`
	}
	if f.Room != 0 {
		where += ` AND x.room_id = ` + mark(f.Room)
	}
	if before != 0 {
		where += ` AND x.id < ` + mark(before)
	}
	return db.All[Refund](ctx, tx, `SELECT `+db.Columns[Refund]("x")+` FROM refund x WHERE x.community_id = $1`+where+` AND {scope:x} ORDER BY x.id DESC LIMIT `+mark(limit), args...)
}

// views are refunds of one community as people see them.
func views(ctx context.Context, tx *db.Tx, all []Refund) ([]View, error) {
	out := make([]View, len(all))
	if len(all) == 0 {
		return out, nil
	}
	community := all[0].Community
	today, err := org.Today(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	own := tx.Who.Can(ActOwn) // residents read their own name
	see, at, ids := customer.SightOf(tx.Who, community), map[ID]int{}, make([]ID, len(all))
	for i, r := range all {
		out[i] = View{Refund: r, Overdue: r.late(today), Files: []File{}, Earlier: []Past{}, Own: r.Account != 0, Online: r.online(), Upper: r.Fen.Upper()}
		if at[r.ID], ids[i] = i, r.ID; !own {
			out[i].Receiver = see.Name(r.Receiver, false)
		}
	}
	args := []any{community}
	marks := db.Among(&args, ids)
	type more struct {
		ID      ID     `db:"id"`
		Label   string `db:"label"`
		Receipt string `db:"receipt"`
	}
	rows, err := db.All[more](ctx, tx, `SELECT x.id, o.label, COALESCE((SELECT e.number FROM receipt e WHERE e.community_id = x.community_id AND e.payment_id = COALESCE(x.from_id, x.payment_id)), '') AS receipt
		FROM refund x JOIN room o ON o.community_id = x.community_id AND o.id = x.room_id WHERE x.community_id = $1 AND x.id IN `+marks+` AND {scope:x}`, args...)
	if err != nil {
		return nil, err
	}
	for _, m := range rows {
		out[at[m.ID]].Label, out[at[m.ID]].Receipt = m.Label, m.Receipt
	}
	files, err := db.All[File](ctx, tx, `SELECT `+db.Columns[File]("")+` FROM refund_file WHERE community_id = $1 AND refund_id IN `+marks+` AND {scope} ORDER BY id`, args...)
	for _, f := range files {
		v := &out[at[f.Refund]]
		v.Files = append(v.Files, f)
	}
	return out, err
}

// view is a refund with the others of its payment.
func view(ctx context.Context, tx *db.Tx, r Refund) (v View, err error) {
	all, err := views(ctx, tx, []Refund{r})
	if err != nil {
		return v, err
	}
	v = all[0]
	past, err := db.All[Past](ctx, tx, `SELECT id, number, state, amount FROM refund WHERE community_id = $1 AND payment_id = $2 AND id <> $3 AND {scope} ORDER BY id`, r.Community, r.Payment, r.ID)
	v.Earlier = append(v.Earlier, past...)
	return v, err
}
