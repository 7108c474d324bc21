package refund

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// SettlementID identifies a settlement.
type SettlementID = id.Of[Settlement]

// Settlement is what an owner owes and has paid ahead on the day from which the
// room is somebody else's (PAY-05a).
//
//	shown ─kept→ kept: the figures do not change any more ─signature→ signed
type Settlement struct {
	ID        SettlementID      `db:"id" json:"id,omitzero"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Customer  db.ID             `db:"customer_id" json:"-"`
	Day       clock.Day         `db:"on_day" json:"day" doc:"from which the room is somebody else's"`
	Names     string            `db:"names" json:"owners"`
	Figures   Figures           `db:"figures" json:"figures"`
	Owes      money.Fen         `db:"owes" json:"owes" doc:"with late fees"`
	Ahead     money.Fen         `db:"ahead" json:"ahead" doc:"paid ahead and not used: it can go back at once"`
	Unserved  money.Fen         `db:"unserved" json:"unserved" doc:"of paid bills, for days from that day on: it can go back when the bills are corrected"`
	At        clock.Instant     `db:"at" json:"at,omitzero"`
	ByName    string            `db:"by_name" json:"by,omitempty"`
	Blob      string            `db:"blob" json:"-"`
	Type      string            `db:"type" json:"-"`
	SignedAt  *clock.Instant    `db:"signed_at" json:"signedAt,omitempty"`
	SignedBy  string            `db:"signed_name" json:"signedBy,omitempty"`
	Label     string            `db:"-" json:"label"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (s Settlement) ETag() int64 { return s.Version }

func (s Settlement) subject() string { return "settlement:" + s.ID.String() }

// Figures are the lines of a settlement, kept as they were.
type Figures struct {
	Owed     []Owed     `json:"owed"`
	Unserved []Unserved `json:"unserved"`
	Ahead    []Paid1    `json:"ahead"`
}

// Span is a line of a bill with its days.
type Span struct {
	Line   billing.LineID `json:"lineId"`
	Item   string         `json:"itemName"`
	ItemEN string         `json:"itemNameEn,omitempty"`
	Period string         `json:"period"`
	From   clock.Day      `json:"from,omitzero"`
	To     clock.Day      `json:"to,omitzero"`
}

// Owed is a line that is open.
type Owed struct {
	Span
	Fen  money.Fen `json:"amount"`
	Open money.Fen `json:"open"`
	Late money.Fen `json:"lateFee"`
}

// Unserved is what was paid of a line for days that the owner does not have any
// more, by whole days.
type Unserved struct {
	Span
	Paid money.Fen `json:"paid"`
	Days int64     `json:"days" doc:"from the day on"`
	Of   int64     `json:"of" doc:"days of the line"`
	Fen  money.Fen `json:"amount"`
}

// Paid1 is a payment of which something is paid ahead, or held as a deposit.
type Paid1 struct {
	Payment cashier.PaymentID `json:"paymentId"`
	Origin  cashier.Origin    `json:"origin" enum:"ahead,deposit,voided"`
	Receipt string            `json:"receipt,omitempty"`
	Day     clock.Day         `json:"day"`
	Fen     money.Fen         `json:"amount"`
}

// Value implements driver.Valuer.
func (f Figures) Value() (driver.Value, error) {
	raw, err := json.Marshal(f)
	return string(raw), err
}

// Scan implements sql.Scanner.
func (f *Figures) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("refund: figures are stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), f)
}

// Errors of settlements.
var (
	ErrSigned  = errs.New(errs.Conflict, "refund.signed", "the settlement is signed already")
	ErrNoOwner = errs.New(errs.Conflict, "refund.no_owner", "nobody owned the room on that day")
)

// unserved is what of an amount paid for the days first to last is for days from
// a day on: whole days, rounded down to the fen, so that nobody gets back more
// than the days that are left.
func unserved(paid money.Fen, first, last, from clock.Day) (fen money.Fen, days, of int64) {
	if first.IsZero() || last.IsZero() || last.Before(first) || from.After(last) {
		return 0, 0, 0
	}
	if from.Before(first) {
		from = first
	}
	of, days = int64(last.Sub(first))+1, int64(last.Sub(from))+1
	return money.Fen(int64(paid)/of*days + int64(paid)%of*days/of), days, of
}
