// Package temporary bills at the desk what is owed once (BIL-01): charge items of
// basis single, and parking by entry or by time.
//
//	item with a tariff: its price × quantity ┐
//	item without: a free amount, and why ────┼→ line due today ─┬ paid at the cashier's
//	stay of a car: the rule of its tariff ───┘                  └ taken back by somebody else while nothing is paid on it
//
// Who owes is the household's debtor (billing.Charge), or a customer without a
// room; a car that nobody registered is paid by the passer-by (散客), one archive
// with one record of the register for each community. A stay is billed once: its
// line's source is the plate and the minute of the entry.
//
// The arithmetic of a stay is fee.Park.
package temporary

import (
	"guanjia/internal/audit"
	"guanjia/internal/auth"
	"guanjia/internal/billing"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Actions.
const (
	ActBill     authz.Action = "charge.once"
	ActTakeBack authz.Action = "charge.take_back"
)

// Service are the use cases of this package.
type Service struct {
	DB      *db.DB
	Exports *audit.Service
}

// Draft is what a clerk says of a charge.
type Draft struct {
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"roomId,omitzero" doc:"whose charge it is; left out: the customer has no room here"`
	Customer  customer.ID       `json:"customerId,omitzero" doc:"who had it; a tenant owes what they had themselves"`
	Item      billing.ItemID    `json:"itemId"`
	Quantity  string            `json:"quantity,omitempty" maxLength:"20" doc:"of an item with a tariff; left out: 1"`
	Amount    money.Fen         `json:"amount,omitzero" doc:"of an item without a tariff, up to the limit of the role"`
	Why       string            `json:"why,omitempty" maxLength:"800" doc:"of a free amount: why"`
	Words     string            `json:"words,omitempty" maxLength:"800" doc:"what it is for, on the bill"`
	Expected  money.Fen         `json:"expected" doc:"what the clerk saw; another amount is refused"`
}

// Offer is an item that can be billed, with what it costs.
type Offer struct {
	ID       billing.ItemID      `json:"id"`
	Name     string              `json:"name"`
	NameEN   string              `json:"nameEn,omitempty"`
	Basis    billing.Basis       `json:"basis" enum:"single,parking_time"`
	Price    string              `json:"price,omitempty" doc:"yuan; left out: it has no tariff, the amount is free"`
	Parking  billing.ParkingRule `json:"parking,omitzero"`
	Document string              `json:"document,omitempty"`
}

// Desk is what a clerk may bill.
type Desk struct {
	Items []Offer   `json:"items"`
	Limit money.Fen `json:"limit" doc:"the most that the clerk may bill freely; 0: nothing"`
}

// Charge is a line that was billed at the desk.
type Charge struct {
	billing.LineView
	Paid  money.Fen `json:"paid"`
	State string    `json:"state" enum:"open,part,paid,taken_back"`
	Mine  bool      `json:"mine" doc:"the caller billed it: somebody else takes it back"`
}

// Settings are a community's limits.
type Settings struct {
	ID        authz.CommunityID `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Limits    auth.Limits       `db:"limits" json:"limits" maxItems:"30"`
	Roles     []auth.RoleName   `db:"-" json:"roles" doc:"that may have a limit, in the company's order"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (s Settings) ETag() int64 { return s.Version }

// Parked is a car's stay as the desk says it. Times are the community's.
type Parked struct {
	Community authz.CommunityID `json:"community"`
	Item      billing.ItemID    `json:"itemId"`
	Plate     string            `json:"plate" maxLength:"30"`
	In        string            `json:"in" maxLength:"16" doc:"2026-03-02T09:00, in the time of the community"`
	Out       string            `json:"out,omitempty" maxLength:"16" doc:"left out: now"`
}

// Quoted is what a stay costs.
type Quoted struct {
	Item   billing.ItemID      `json:"itemId"`
	Stay   billing.StayExplain `json:"stay"`
	Out    string              `json:"out" doc:"to be sent when it is billed"`
	Fen    money.Fen           `json:"amount"`
	Room   housing.RoomID      `json:"roomId,omitzero" doc:"the household of the plate"`
	Label  string              `json:"label,omitempty"`
	Known  bool                `json:"known" doc:"the plate is registered"`
	Line   billing.LineID      `json:"lineId,omitzero" doc:"it was billed already"`
	Paper  string              `json:"document,omitempty" doc:"what the price rests on"`
	Tariff billing.TariffID    `json:"tariffId"`
}

// The words that sources begin with.
const (
	ofDesk = "desk"
	ofStay = "stay"
)

// Errors.
var (
	ErrChanged  = errs.New(errs.Conflict, "temporary.changed", "it costs something else than what was shown")
	ErrFree     = errs.New(errs.Conflict, "temporary.free", "this stay costs nothing")
	ErrBilled   = errs.New(errs.Conflict, "temporary.billed", "this stay was billed already")
	ErrPaid     = errs.New(errs.Conflict, "temporary.paid", "something was paid on it: void the payment first")
	ErrOwn      = errs.New(errs.Conflict, "temporary.own", "who billed it does not take it back")
	ErrNotOurs  = errs.New(errs.Conflict, "temporary.not_ours", "this line was not billed at the desk")
	ErrNoTariff = errs.New(errs.Conflict, "temporary.no_tariff", "the item has no price on the day of the entry")
)
