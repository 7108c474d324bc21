package payonline

import (
	"context"
	"strconv"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// PaidOnce is a payment as its household sees it.
type PaidOnce struct {
	ID         cashier.PaymentID `db:"id" json:"id"`
	Day        clock.Day         `db:"paid_on" json:"day"`
	Means      ledger.Kind       `db:"means" json:"means"`
	Fen        money.Fen         `db:"amount" json:"amount"`
	Number     string            `db:"number" json:"number,omitempty" doc:"of the receipt"`
	Code       string            `db:"code" json:"-"`
	Payer      string            `db:"payer" json:"payer"`
	Customer   db.ID             `db:"customer_id" json:"-"`
	ReversedAt *clock.Instant    `db:"reversed_at" json:"voidedAt,omitempty"`
}

// PartOfPaid is what of a payment a line got, or was prepaid.
type PartOfPaid struct {
	Payment cashier.PaymentID `db:"payment_id" json:"-"`
	Line    billing.LineID    `db:"line_id" json:"lineId,omitempty"`
	Part    cashier.PartKind  `db:"part" json:"part" enum:"principal,late_fee,prepaid"`
	Item    string            `db:"item_name" json:"itemName,omitempty"`
	ItemEN  string            `db:"item_name_en" json:"itemNameEn,omitempty"`
	Period  string            `db:"period" json:"period,omitempty"`
	Fen     money.Fen         `db:"amount" json:"amount"`
}

// whoseMarks writes whose bills are seen into a statement; nobody's is nothing.
func (s sight) whoseMarks(args *[]any) string {
	if len(s.whose) == 0 {
		return "(NULL)"
	}
	return db.Among(args, s.whose)
}

// paid is the condition that a payment p for this room is the own of who asks: it
// was theirs. Nobody's, taken since the owners of today own the room, is the household's.
func (s sight) paid(args *[]any) string {
	out := `(p.room_id = $2 AND p.customer_id IN ` + s.whoseMarks(args)
	if !s.since.IsZero() {
		*args = append(*args, s.since)
		out += ` OR p.room_id = $2 AND p.customer_id IS NULL AND p.paid_on >= $` + strconv.Itoa(len(*args))
	}
	return out + `)`
}

// seen is the condition that a payment p concerns who asks: it is their own, or it
// reached a line of theirs in this room.
func (s sight) seen(args *[]any) string {
	return `(` + s.paid(args) + ` OR EXISTS (SELECT 1 FROM payment_part x JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id
		WHERE x.community_id = p.community_id AND x.payment_id = p.id AND l.room_id = $2 AND l.customer_id IN ` + s.whoseMarks(args) + `))`
}

const paidOnce = `SELECT p.id, p.paid_on, p.means, p.amount, p.payer, p.customer_id, p.reversed_at, COALESCE(r.number, '') AS number, COALESCE(r.code, '') AS code
	FROM payment p LEFT JOIN receipt r ON r.community_id = p.community_id AND r.payment_id = p.id WHERE p.community_id = $1 AND `

func payments(ctx context.Context, tx *db.Tx, see sight, from, to clock.Day) ([]PaidOnce, error) {
	args := []any{see.Community, see.Room, from, to}
	all, err := db.All[PaidOnce](ctx, tx, paidOnce+`SUBSTR(p.source, 1, 7) <> 'refund:' AND p.paid_on >= $3 AND p.paid_on <= $4 AND `+see.seen(&args)+` AND {scope:p} ORDER BY p.paid_on DESC, p.id DESC LIMIT 500`, args...)
	if err != nil {
		return nil, err
	}
	return all, ofOthers(ctx, tx, see, all)
}

// ofOthers leaves of payments that others made for a tenant what reached the
// tenant's bills, and of the payers' names what is shown to strangers.
func ofOthers(ctx context.Context, tx *db.Tx, see sight, all []PaidOnce) error {
	at, ids := map[cashier.PaymentID]*PaidOnce{}, []cashier.PaymentID{}
	for i := range all {
		if p := &all[i]; see.Kind == customer.Tenant && p.Customer != 0 && !see.sees(p.Customer) {
			p.Payer, p.Fen, at[p.ID], ids = customer.MaskName(p.Payer, false), 0, p, append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	parts, err := partsSeen(ctx, tx, see, ids...)
	for _, x := range parts {
		at[x.Payment].Fen += x.Fen
	}
	return err
}

func onePayment(ctx context.Context, tx *db.Tx, see sight, id cashier.PaymentID) (PaidOnce, error) {
	args := []any{see.Community, see.Room, id}
	p, err := db.One[PaidOnce](ctx, tx, paidOnce+`p.id = $3 AND `+see.seen(&args)+` AND {scope:p}`, args...)
	if err != nil {
		return p, err
	}
	one := []PaidOnce{p}
	err = ofOthers(ctx, tx, see, one)
	return one[0], err
}

// partsSeen are the parts of payments that concern who asks: all of what they
// paid, and what reached their bills of what others paid.
func partsSeen(ctx context.Context, tx *db.Tx, see sight, ids ...cashier.PaymentID) ([]PartOfPaid, error) {
	args := []any{see.Community}
	marks := db.Among(&args, ids)
	whose := see.whoseMarks(&args)
	rest := `x.line_id IS NULL`
	if see.Kind == customer.Tenant { // what others paid ahead is not the tenant's business
		rest += ` AND p.customer_id IS NULL`
	}
	return db.All[PartOfPaid](ctx, tx, `SELECT x.payment_id, x.line_id, x.part, x.amount, COALESCE(i.name, '') AS item_name, COALESCE(i.name_en, '') AS item_name_en, COALESCE(l.period, '') AS period
		FROM payment_part x LEFT JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id LEFT JOIN charge_item i ON i.community_id = x.community_id AND i.id = COALESCE(l.item_id, x.item_id)
		JOIN payment p ON p.community_id = x.community_id AND p.id = x.payment_id
		WHERE x.community_id = $1 AND x.payment_id IN `+marks+` AND (`+rest+` OR l.customer_id IN `+whose+` OR p.customer_id IN `+whose+`) AND {scope:x} ORDER BY x.id`, args...)
}

// paidOn is what was paid on the lines of a room.
func paidOn(ctx context.Context, tx *db.Tx, see sight) (map[billing.LineID]map[cashier.PartKind]money.Fen, error) {
	type row struct {
		Line billing.LineID   `db:"line_id"`
		Part cashier.PartKind `db:"part"`
		Fen  money.Fen        `db:"fen"`
	}
	all, err := db.All[row](ctx, tx, `SELECT x.line_id, x.part, CAST(SUM(x.amount) AS BIGINT) AS fen FROM payment_part x WHERE x.community_id = $1 AND x.room_id = $2 AND x.line_id IS NOT NULL AND x.reversed_at IS NULL AND {scope:x} GROUP BY x.line_id, x.part`, see.Community, see.Room)
	out := map[billing.LineID]map[cashier.PartKind]money.Fen{}
	for _, r := range all {
		if out[r.Line] == nil {
			out[r.Line] = map[cashier.PartKind]money.Fen{}
		}
		out[r.Line][r.Part] += r.Fen
	}
	return out, err
}

// prepaid is what of the household's prepayments is left.
func prepaid(ctx context.Context, tx *db.Tx, see sight) (money.Fen, error) {
	return cashier.AheadOfThose(ctx, tx, see.Community, see.Room, see.whose)
}

// years are those in which something was billed to who asks, the latest first.
func years(ctx context.Context, tx *db.Tx, see sight) ([]YearTotal, error) {
	args := []any{see.Community, see.Room}
	return db.All[YearTotal](ctx, tx, `SELECT DISTINCT CAST(SUBSTR(l.period, 1, 4) AS BIGINT) AS year FROM bill_line l WHERE l.community_id = $1 AND l.room_id = $2 AND l.reversed_at IS NULL AND l.customer_id IN `+see.whoseMarks(&args)+` AND {scope:l} ORDER BY year DESC`, args...)
}
