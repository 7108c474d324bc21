package extract

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// document is what stands behind a booking.
type document struct {
	kind         Kind
	line         db.ID
	item, itemEN string
	period       clock.Period
	from, to     clock.Day
	due          clock.Day
	number       string
	means        string
	words        string
}

// documents reads what stands behind some bookings of a community, by kind and
// number of the document.
func documents(ctx context.Context, tx *db.Tx, community authz.CommunityID, all []booking) (map[string]document, error) {
	ids := map[string][]db.ID{}
	for _, b := range all {
		kind, ref := b.doc()
		id, ok := number(kind, ref)
		if ok {
			ids[kind] = append(ids[kind], id)
		}
	}
	out := map[string]document{}
	for kind, read := range readers {
		slices.Sort(ids[kind])
		for some := range slices.Chunk(slices.Compact(ids[kind]), atOnce) {
			args := []any{community}
			if err := read(ctx, tx, db.Among(&args, some), args, out); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// number reads the number of a document as the ledger's source has it: bills by
// their decimal number, everything else as identifiers are written.
func number(kind, ref string) (id db.ID, ok bool) {
	if kind == "bill" {
		n, err := strconv.ParseInt(ref, 10, 64)
		return db.ID(n), err == nil
	}
	return id, id.UnmarshalText([]byte(ref)) == nil
}

func keyOf(kind string, id db.ID) string { return kind + ":" + id.String() }

// of finds the document of a booking, and says what a booking without one is.
func of(docs map[string]document, b booking) document {
	kind, ref := b.doc()
	id, _ := number(kind, ref)
	d, there := docs[keyOf(kind, id)]
	if !there {
		return document{kind: Other, words: b.Words}
	}
	if b.Reverse == 0 {
		if d.kind == Refund && b.sums.Balance == 0 && b.sums.Deposit != 0 {
			d.kind = Returned
		}
		return d
	}
	switch d.kind {
	case Bill, Corrected:
		d.kind, d.words = Reversal, b.Words
	case Refund:
		d.kind = RefundBack
	case Early:
	default:
		d.kind = Void
	}
	return d
}

type reader = func(ctx context.Context, tx *db.Tx, in string, args []any, out map[string]document) error

var readers = map[string]reader{"bill": bills, "payment": payments, "till_move": tillMoves, "deposit_move": depositMoves}

func bills(ctx context.Context, tx *db.Tx, in string, args []any, out map[string]document) error {
	type row struct {
		ID      db.ID           `db:"id"`
		Item    string          `db:"name"`
		ItemEN  string          `db:"name_en"`
		Period  clock.Period    `db:"period"`
		From    clock.Day       `db:"from_on"`
		To      clock.Day       `db:"to_on"`
		Due     clock.Day       `db:"due_on"`
		Explain billing.Explain `db:"explain"`
	}
	return db.Each(ctx, tx, `SELECT l.id, i.name, i.name_en, l.period, l.from_on, l.to_on, l.due_on, l.explain FROM bill_line l JOIN charge_item i ON i.community_id = l.community_id AND i.id = l.item_id
		WHERE l.community_id = $1 AND l.id IN `+in+` AND {scope:l}`, args, func(r row) error {
		d := document{kind: Bill, line: r.ID, item: r.Item, itemEN: r.ItemEN, period: r.Period, from: r.From, to: r.To.Add(-1), due: r.Due, words: r.Explain.For}
		if r.To == r.From {
			d.to = r.To
		}
		if r.Explain.CorrectsWhy != "" {
			d.kind, d.words = Corrected, r.Explain.CorrectsWhy
		}
		out[keyOf("bill", r.ID)] = d
		return nil
	})
}

func payments(ctx context.Context, tx *db.Tx, in string, args []any, out map[string]document) error {
	type row struct {
		ID     db.ID  `db:"id"`
		Means  string `db:"means"`
		Source string `db:"source"`
		Number string `db:"number"`
	}
	return db.Each(ctx, tx, `SELECT p.id, p.means, p.source, COALESCE(r.number, '') AS number FROM payment p LEFT JOIN receipt r ON r.community_id = p.community_id AND r.payment_id = p.id
		WHERE p.community_id = $1 AND p.id IN `+in+` AND {scope:p}`, args, func(r row) error {
		source, _, _ := strings.Cut(r.Source, ":")
		d := document{kind: Payment, number: r.Number, means: r.Means}
		switch {
		case r.Means == string(ledger.Early):
			d.kind = Early
		case source == "deposit":
			d.kind = Held
		case source == "released" || source == "corrected":
			d.kind = Moved
		case source == "handed":
			d.kind = Handed
		case r.Means == string(ledger.Prepaid):
			d.kind = Used
		}
		out[keyOf("payment", r.ID)] = d
		return nil
	})
}

func tillMoves(ctx context.Context, tx *db.Tx, in string, args []any, out map[string]document) error {
	type row struct {
		ID     db.ID  `db:"id"`
		Number string `db:"number"`
		Means  string `db:"means"`
	}
	return db.Each(ctx, tx, `SELECT m.id, m.number, m.means FROM till_move m WHERE m.community_id = $1 AND m.id IN `+in+` AND {scope:m}`, args, func(r row) error {
		out[keyOf("till_move", r.ID)] = document{kind: Refund, number: r.Number, means: r.Means}
		return nil
	})
}

func depositMoves(ctx context.Context, tx *db.Tx, in string, args []any, out map[string]document) error {
	type row struct {
		ID     db.ID  `db:"id"`
		Kind   string `db:"kind"`
		Means  string `db:"means"`
		Reason string `db:"reason"`
	}
	return db.Each(ctx, tx, `SELECT m.id, m.kind, m.means, m.reason FROM deposit_move m WHERE m.community_id = $1 AND m.id IN `+in+` AND {scope:m}`, args, func(r row) error {
		d := document{kind: Returned, means: r.Means, words: r.Reason}
		if r.Kind == "kept" {
			d.kind = Kept
		}
		out[keyOf("deposit_move", r.ID)] = d
		return nil
	})
}

// fee is a late fee that a payment booked for a room, or that was waived there.
type fee struct {
	Payment  db.ID          `db:"payment_id"`
	Day      clock.Day      `db:"on_day"`
	Reversed clock.Day      `db:"reversed_on"`
	Txn      ledger.TxnID   `db:"txn_id"`
	Reversal ledger.TxnID   `db:"reversal_id"`
	Room     housing.RoomID `db:"room_id"`
	Debtor   string         `db:"debtor"`
	Fen      money.Fen      `db:"fen"`
}

// lateBooked are late fees that payments of some days booked, or voided ones
// took back: they are income at once and touch no account of the household.
func lateBooked(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID, from, to clock.Day) (out []fee, err error) {
	for some := range slices.Chunk(rooms, atOnce) {
		args := []any{community, from, to}
		all, err := db.All[fee](ctx, tx, `SELECT x.payment_id, p.on_day, p.reversed_on, p.txn_id, p.reversal_id, x.room_id, l.debtor, CAST(SUM(x.amount) AS BIGINT) AS fen
			FROM payment_part x JOIN payment p ON p.community_id = x.community_id AND p.id = x.payment_id JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id
			WHERE x.community_id = $1 AND x.part = 'late_fee' AND x.room_id IN `+db.Among(&args, some)+` AND (p.on_day >= $2 AND p.on_day <= $3 OR p.reversed_on >= $2 AND p.reversed_on <= $3) AND {scope:x}
			GROUP BY x.payment_id, p.on_day, p.reversed_on, p.txn_id, p.reversal_id, x.room_id, l.debtor HAVING SUM(x.amount) <> 0 ORDER BY x.payment_id`, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, all...)
	}
	return out, nil
}

// waived is a late fee that nobody has to pay.
type waived struct {
	Sort   int64          `db:"id"`
	Source string         `db:"source"`
	Day    clock.Day      `db:"on_day"`
	Fen    money.Fen      `db:"amount"`
	Words  string         `db:"reason"`
	Room   housing.RoomID `db:"room_id"`
	Label  string         `db:"label"`
	Debtor string         `db:"debtor"`
	Item   string         `db:"name"`
	ItemEN string         `db:"name_en"`
	Period clock.Period   `db:"period"`
}

// waivers are what was waived on some days. What goes along to a corrected bill
// has the source of the first and counts once.
func waivers(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID, from, to clock.Day) (out []waived, err error) {
	seen := map[string]bool{}
	for some := range slices.Chunk(rooms, atOnce) {
		args := []any{community, from, to}
		if err := db.Each(ctx, tx, `SELECT w.id, w.source, w.on_day, w.amount, w.reason, l.room_id, o.label, l.debtor, i.name, i.name_en, l.period FROM late_waiver w JOIN bill_line l ON l.community_id = w.community_id AND l.id = w.line_id
			JOIN room o ON o.community_id = l.community_id AND o.id = l.room_id JOIN charge_item i ON i.community_id = l.community_id AND i.id = l.item_id
			WHERE w.community_id = $1 AND w.on_day >= $2 AND w.on_day <= $3 AND l.room_id IN `+db.Among(&args, some)+` AND {scope:w} ORDER BY w.id`, args, func(w waived) error {
			if key := w.Source + " " + w.Item + " " + w.Period.String() + " " + w.Label; !seen[key] {
				seen[key] = true
				out = append(out, w)
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
