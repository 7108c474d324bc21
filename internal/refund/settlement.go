package refund

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math/big"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/fee"
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
	Unserved  money.Fen         `db:"unserved" json:"unserved" doc:"of what was billed, for days from that day on: it is off what is owed, or can go back, when the bills are corrected"`
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
	To     clock.Day      `json:"to,omitzero" doc:"the last day"`
}

// Owed is a line that is open.
type Owed struct {
	Span
	Fen  money.Fen `json:"amount"`
	Open money.Fen `json:"open"`
	Late money.Fen `json:"lateFee"`
}

// Unserved is what was billed, paid or not, for days that the owner does not
// have any more: what is owed of the line stands whole among what is open.
type Unserved struct {
	Span
	Paid money.Fen `json:"paid" doc:"of the line, in money"`
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

// unserved is what a line bears for days from a day on (FAR-12): the months that
// are not begun by then, and of the month in progress by days, at the price that
// was billed less what was taken off it, each rounded as the line is (R12). off
// was taken off besides, for early payment. What was measured or ordered is for
// no days.
func unserved(l billing.LineView, off money.Fen, from clock.Day) (money.Fen, error) {
	whole := l.Fen - off
	of := int64(l.To.Sub(l.From))
	switch {
	case whole <= 0 || of <= 0 || !from.Before(l.To) || len(l.Explain.Parts)+len(l.Explain.Shares) == 0:
		return 0, nil
	case !from.After(l.From):
		return whole, nil
	case len(l.Explain.Parts) == 0: // a share of a month's cost
		return money.Round(new(big.Rat).Mul(new(big.Rat).SetInt64(int64(whole)), big.NewRat(int64(l.To.Sub(from)), of)), l.Explain.Rounding)
	}
	price, err := fee.Decimal(l.Price)
	if err != nil {
		return 0, err
	}
	quantity, err := fee.Decimal(l.Quantity)
	if err != nil {
		return 0, err
	}
	billed := money.Fen(0)
	for _, p := range l.Explain.Parts {
		billed += p.Fen
	}
	if billed <= 0 {
		return 0, nil
	}
	month := price.Mul(price, quantity)
	month.Mul(month, big.NewRat(100*int64(whole), int64(billed))) // fen, at the price that was paid
	sum := money.Fen(0)
	for _, p := range l.Explain.Parts {
		first, end := l.From.Later(p.Month.First()), p.Month.Add(1).First()
		if end.After(l.To) {
			end = l.To
		}
		left := end.Sub(from.Later(first))
		if left <= 0 {
			continue
		}
		share := big.NewRat(int64(p.Days), int64(p.Of))
		if p.Half {
			share.SetFrac64(1, 2)
		}
		share.Mul(share, big.NewRat(int64(left), int64(end.Sub(first))))
		fen, err := money.Round(share.Mul(share, month), l.Explain.Rounding)
		if err != nil {
			return 0, err
		}
		sum += fen
	}
	return min(sum, whole), nil
}
