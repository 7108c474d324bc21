package cashier

import (
	"context"
	"slices"
	"strings"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

const handed = "handed"

// Handover is what is left of a prepayment that becomes somebody else's: the
// buyer's, when seller and buyer agree (PAY-05a).
type Handover struct {
	Of     Payment
	To     Heir
	Fen    money.Fen
	Key    string // told apart by it; the same again is booked once
	Reason string
}

// Heir is somebody to whom what is paid ahead for a room can be handed over.
type Heir struct {
	Customer customer.ID `db:"customer_id" json:"customerId"`
	Name     string      `db:"name" json:"name"`
	Kind     string      `db:"kind" json:"kind" enum:"owner,tenant"`
	To       clock.Day   `db:"to_on" json:"to,omitzero" doc:"until when; left out: still"`
}

// Heirs are those who own or rent a room, or did, each once, those of today first.
func Heirs(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) (out []Heir, err error) {
	all, err := db.All[Heir](ctx, tx, `SELECT x.customer_id, c.name, x.kind, x.to_on FROM relation x JOIN customer c ON c.community_id = x.community_id AND c.id = x.customer_id
		WHERE x.community_id = $1 AND x.room_id = $2 AND x.kind IN ('owner', 'tenant') AND c.erased_at IS NULL AND {scope:x} ORDER BY CASE WHEN x.to_on IS NULL THEN 0 ELSE 1 END, x.kind, x.id`, community, room)
	for _, h := range all {
		if !slices.ContainsFunc(out, func(o Heir) bool { return o.Customer == h.Customer }) {
			out = append(out, h)
		}
	}
	return out, err
}

// HandOver books what is left of a prepayment as somebody else's, inside the
// caller's transaction; who approved is for the caller. The ledger has it out of
// the one's hands and into the other's. It is voided like any payment as long as
// nothing of it is used, or handed back the same way.
func HandOver(ctx context.Context, tx *db.Tx, h Handover) (Payment, error) {
	if err := hold(ctx, tx, h.Of.Community, []housing.RoomID{h.Of.Room}); err != nil {
		return Payment{}, err
	}
	from, err := leftOf(ctx, tx, h.Of)
	if err != nil {
		return Payment{}, err
	}
	day, err := today(ctx, tx, h.Of.Community)
	if err != nil {
		return Payment{}, err
	}
	var parts []Part
	var entries []ledger.Line
	between, rest := ledger.Account{Kind: ledger.Suspense}, h.Fen
	for _, l := range from {
		use := min(rest, l.Fen)
		if rest -= use; use <= 0 {
			continue
		}
		out := Part{Part: Prepaid, Item: l.Item, Room: l.Room, Fen: -use, Uses: l.ID}
		in := Part{Part: Prepaid, Item: l.Item, Room: l.Room, Fen: use}
		parts = append(parts, out, in)
		entries = append(entries, ledger.Line{Debit: prepaid(out), Credit: between, Fen: use}, ledger.Line{Debit: between, Credit: prepaid(in), Fen: use})
	}
	if rest > 0 || len(parts) == 0 {
		return Payment{}, ErrTooLittle.With("short", rest.String())
	}
	return book(ctx, tx, Taking{
		Community: h.Of.Community, Room: h.Of.Room, Customer: db.ID(h.To.Customer), Payer: h.To.Name, Fen: h.Fen, Means: ledger.Prepaid, Source: handed + ":" + h.Of.ID.String() + ":" + h.Key, Day: day, Words: h.Reason, NoReceipt: true,
	}, entries, parts)
}

// WhoseAhead tells to whom belongs what payments for a room paid ahead; nobody:
// the developer.
func WhoseAhead(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) (func(Payment) []db.ID, error) {
	home, err := ownedBy(ctx, tx, community, room)
	return func(p Payment) []db.ID {
		kind := kindOf(p.Source)
		return home.whose(left{Who: p.Customer, Day: p.PaidOn, Developer: p.Customer == 0 && (kind == "released" || kind == "corrected")})
	}, err
}

// handedFrom writes beside payments that were handed over who had paid them.
func handedFrom(ctx context.Context, tx *db.Tx, all []PaymentView) error {
	at := map[PaymentID][]int{}
	for i, v := range all {
		if kindOf(v.Source) == handed {
			if of, ok := handedOf(v.Source); ok {
				at[of] = append(at[of], i)
			}
		}
	}
	if len(at) == 0 {
		return nil
	}
	var ids []PaymentID
	for of := range at {
		ids = append(ids, of)
	}
	slices.Sort(ids)
	args := []any{all[0].Community}
	see := customer.SightOf(tx.Who, all[0].Community)
	type row struct {
		ID    PaymentID `db:"id"`
		Payer string    `db:"payer"`
	}
	return db.Each(ctx, tx, `SELECT p.id, COALESCE(c.name, p.payer) AS payer FROM payment p LEFT JOIN customer c ON c.community_id = p.community_id AND c.id = p.customer_id WHERE p.community_id = $1 AND p.id IN `+db.Among(&args, ids)+` AND {scope:p}`, args, func(r row) error {
		for _, i := range at[r.ID] {
			all[i].From = see.Name(r.Payer, false)
		}
		return nil
	})
}

// handedOf is the payment that a source says was handed over.
func handedOf(source string) (PaymentID, bool) {
	all := strings.Split(source, ":")
	if len(all) < 2 {
		return 0, false
	}
	of, err := id.Parse[Payment](all[1])
	return of, err == nil
}
