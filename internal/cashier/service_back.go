package cashier

import (
	"context"
	"errors"

	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Origin is what of a payment can go back to who paid it (PAY-06).
type Origin string

// What can go back. Money that pays a bill cannot: the bill is corrected first,
// and what is over stands as paid ahead.
const (
	OfAhead   Origin = "ahead"   // paid ahead and not used
	OfDeposit Origin = "deposit" // held as a deposit
	OfVoided  Origin = "voided"  // paid online, voided in the books, and still at the gateway
)

// Refundable is what can go back of a payment now, before what was asked for is
// taken off, and how it had come.
type Refundable struct {
	Payment   Payment           `json:"-"`
	Community authz.CommunityID `json:"-"`
	Origin    Origin            `json:"origin" enum:"ahead,deposit,voided"`
	Fen       money.Fen         `json:"left" doc:"that can go back"`
	From      PaymentID         `json:"-"` // the payment that brought the money
	Means     ledger.Kind       `json:"means,omitempty" doc:"by which it had come; empty: by more than one"`
	Paid      money.Fen         `json:"paid" doc:"of that payment"`
}

// RefundableOf says what can go back of a payment. Nothing: Fen is 0.
func RefundableOf(ctx context.Context, tx *db.Tx, id PaymentID) (r Refundable, err error) {
	p, err := payment(ctx, tx, id)
	if err != nil {
		return r, err
	}
	r = Refundable{Payment: p, Community: p.Community, Origin: OfAhead, From: p.ID, Means: p.Means, Paid: p.Fen}
	online := p.Means == ledger.WeChat || p.Means == ledger.Alipay
	kind := kindOf(p.Source)
	switch {
	case p.ReversedAt != nil && online && kind == string(p.Means):
		r.Origin, r.Fen = OfVoided, p.Fen
		return r, nil
	case p.ReversedAt != nil || p.VoidState != "":
		return r, nil
	case kind == "deposit":
		r.Origin = OfDeposit
		d, err := depositOf(ctx, tx, p)
		if err != nil {
			return r, err
		}
		v, err := depositView(ctx, tx, d)
		r.Fen = v.Held
		return r, err
	}
	all, err := leftOf(ctx, tx, p)
	for _, l := range all {
		r.Fen += l.Fen
	}
	switch {
	case err != nil:
	case kind == "released" || kind == "corrected":
		err = r.trace(ctx, tx)
	case kind == handed:
		r.From, r.Means, r.Paid = 0, "", 0
	}
	return r, err
}

// trace finds the one payment that had paid the line from which money was
// released, or that was corrected; where there were more, or no money had come, the means is left open.
func (r *Refundable) trace(ctx context.Context, tx *db.Tx) error {
	all, err := db.All[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("p")+` FROM payment p WHERE p.community_id = $1 AND p.reversed_at IS NULL AND p.id IN (SELECT x.payment_id FROM payment_part x JOIN payment_part back ON back.community_id = x.community_id AND back.line_id = x.line_id
		WHERE x.community_id = $1 AND back.payment_id = $2 AND back.amount < 0 AND x.payment_id <> $2 AND x.amount > 0 AND x.reversed_at IS NULL) AND {scope:p} ORDER BY p.id LIMIT 2`, r.Community, r.Payment.ID)
	r.From, r.Means, r.Paid = 0, "", 0
	if err == nil && len(all) == 1 && all[0].Means != ledger.Prepaid && all[0].Means != ledger.Offset {
		r.From, r.Means, r.Paid = all[0].ID, all[0].Means, all[0].Fen
	}
	return err
}

func depositOf(ctx context.Context, tx *db.Tx, p Payment) (Deposit, error) {
	return db.One[Deposit](ctx, tx, `SELECT `+db.Columns[Deposit]("")+` FROM deposit WHERE community_id = $1 AND payment_id = $2 AND {scope}`, p.Community, p.ID)
}

// leftOf are the parts of a payment that are paid ahead, with what is left of them.
func leftOf(ctx context.Context, tx *db.Tx, p Payment) ([]left, error) {
	return db.All[left](ctx, tx, `SELECT y.id, y.item_id, y.on_day, y.room_id, y.fen FROM (SELECT x.id, x.community_id, x.item_id, x.on_day, x.room_id, x.amount + COALESCE((SELECT CAST(SUM(u.amount) AS BIGINT) FROM payment_part u WHERE u.community_id = x.community_id AND u.uses_id = x.id AND u.reversed_at IS NULL), 0) AS fen
		FROM payment_part x WHERE x.community_id = $1 AND x.payment_id = $2 AND x.part = 'prepaid' AND x.amount > 0 AND x.reversed_at IS NULL) y WHERE y.fen > 0 AND {scope:y} ORDER BY y.id`, p.Community, p.ID)
}

// AheadPayments are the payments of a room of which something could go back, the latest first.
func AheadPayments(ctx context.Context, tx *db.Tx, r housing.Room) ([]PaymentView, error) {
	all, err := db.All[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("p")+` FROM payment p WHERE p.community_id = $1 AND p.room_id = $2 AND (p.means <> 'prepaid' OR SUBSTR(p.source, 1, 9) = 'released:' OR SUBSTR(p.source, 1, 10) = 'corrected:' OR SUBSTR(p.source, 1, 7) = 'handed:') AND (
		p.reversed_at IS NOT NULL AND p.means IN ('wechat', 'alipay')
		OR p.reversed_at IS NULL AND EXISTS (SELECT 1 FROM payment_part x WHERE x.community_id = p.community_id AND x.payment_id = p.id AND x.amount > 0 AND (x.part = 'deposit'
			OR x.part = 'prepaid' AND x.amount + COALESCE((SELECT SUM(u.amount) FROM payment_part u WHERE u.community_id = x.community_id AND u.uses_id = x.id AND u.reversed_at IS NULL), 0) > 0))) AND {scope:p} ORDER BY p.id DESC LIMIT $3`, r.Community, r.ID, mostOfRoom)
	if err != nil {
		return nil, err
	}
	return views(ctx, tx, all)
}

// Back is money that goes back.
type Back struct {
	Of        Refundable
	Fen       money.Fen
	Means     ledger.Kind
	Source    string // "refund:…": booked once
	Number    string
	Party     string
	Reference string
	Words     string
	Shift     ShiftID
}

// HoldRoom has whoever else moves money of a room wait until this transaction ends.
func HoldRoom(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) error {
	return hold(ctx, tx, community, []housing.RoomID{room})
}

// PayBack books what goes back. The caller holds the room and has looked at what
// can go back since; ErrTooLittle where it is less than that all the same. What
// was voided left the books when it was voided.
func PayBack(ctx context.Context, tx *db.Tx, b Back) error {
	if b.Fen <= 0 || b.Fen > b.Of.Fen {
		return ErrTooLittle.With("short", (b.Fen - b.Of.Fen).String())
	}
	p := b.Of.Payment
	switch b.Of.Origin {
	case OfVoided:
		return nil
	case OfDeposit:
		return backDeposit(ctx, tx, p, b)
	}
	from, err := leftOf(ctx, tx, p)
	if err != nil {
		return err
	}
	var parts []Part
	var against []Share
	rest := b.Fen
	for _, l := range from {
		use := min(rest, l.Fen)
		if rest -= use; use > 0 {
			x := Part{Part: Prepaid, Item: l.Item, Room: l.Room, Fen: -use, Uses: l.ID}
			parts, against = append(parts, x), append(against, Share{prepaid(x), use})
		}
	}
	if rest > 0 {
		return ErrTooLittle.With("short", rest.String())
	}
	m, err := MoveMoney(ctx, tx, b.moving(p.Community, against))
	if err != nil {
		return err
	}
	return spent(ctx, tx, p, b.Source, m, parts)
}

func (b Back) moving(community authz.CommunityID, against []Share) Moving {
	return Moving{Community: community, Kind: Refunded, Means: b.Means, Fen: -b.Fen, Against: against, Source: b.Source, Number: b.Number, Party: b.Party, Reference: b.Reference, Words: b.Words, Shift: b.Shift}
}

// spent writes what a refund took from prepayments as parts of a payment of
// nothing: what is paid ahead stays the sum of parts.
func spent(ctx context.Context, tx *db.Tx, of Payment, source string, m Move, parts []Part) error {
	day, err := today(ctx, tx, of.Community)
	if err != nil {
		return err
	}
	p := Payment{ID: db.NewID[Payment](tx), Community: of.Community, At: tx.Now, Day: m.Day, PaidOn: day, Means: ledger.Prepaid, Customer: of.Customer, Payer: of.Payer, Room: of.Room, Source: source, Reference: m.Number, Txn: m.Txn, By: tx.Who.ID, ByName: tx.Who.Name, Version: 1}
	if err := db.Insert(ctx, tx, "payment", p); err != nil {
		return err
	}
	for i := range parts {
		parts[i].ID, parts[i].Community, parts[i].Payment, parts[i].Day = db.NewID[Part](tx), of.Community, p.ID, day
	}
	tx.Emit(Changed{of.Community, of.Room})
	return db.InsertAll(ctx, tx, "payment_part", parts)
}

func backDeposit(ctx context.Context, tx *db.Tx, p Payment, b Back) error {
	d, err := depositOf(ctx, tx, p)
	if err != nil {
		return err
	}
	m, err := MoveMoney(ctx, tx, b.moving(p.Community, []Share{{Part{Part: deposit, Room: d.Room}.account(""), b.Fen}}))
	if err != nil {
		return err
	}
	row := DepositMove{
		ID: db.NewID[DepositMove](tx), Community: d.Community, Deposit: d.ID, Kind: "refunded", Fen: b.Fen, Means: b.Means, Reference: b.Source, Receiver: b.Party, Reason: b.Words, State: "done", Shift: b.Shift,
		Txn: m.Txn, Day: m.Day, At: tx.Now, ByName: tx.Who.Name, Version: 1,
	}
	if err := db.Insert(ctx, tx, "deposit_move", row); err != nil {
		return err
	}
	tx.Emit(Changed{d.Community, d.Room})
	return db.Save(ctx, tx, "deposit", &d) // its version shows that something moved
}

// UndoBack takes back what PayBack booked under a source, because the money did
// not go after all.
func UndoBack(ctx context.Context, tx *db.Tx, community authz.CommunityID, source, why string) error {
	m, err := moveBySource(ctx, tx, community, source)
	if errors.Is(err, db.ErrNotFound) {
		return nil // it was voided: the books were right already
	}
	if err != nil {
		return err
	}
	if m, err = undoMove(ctx, tx, m, why); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE payment_part SET reversed_at = $1 WHERE community_id = $2 AND payment_id IN (SELECT id FROM payment WHERE community_id = $2 AND source = $3) AND {scope}`, tx.Now, community, source); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE payment SET reversed_at = $1, reversed_on = $2, reversal_id = $3, void_state = 'voided', version = version + 1 WHERE community_id = $4 AND source = $5 AND {scope}`, tx.Now, m.ReversedOn, m.Reversal, community, source); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE deposit_move SET state = 'refused', version = version + 1 WHERE community_id = $1 AND kind = 'refunded' AND reference = $2 AND {scope}`, community, source)
	return err
}
