package billing

import (
	"context"
	"database/sql/driver"
	"encoding/json"

	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// State is how far a run has come.
type State string

// The states of a run. Its lines are shown from Booked on.
const (
	Calculating State = "calculating"
	Calculated  State = "calculated"
	Pending     State = "pending" // somebody else decides
	Booking     State = "booking"
	BookedRun   State = "booked"
	CancelAsked State = "cancel_asked" // booked, and somebody else decides whether it is cancelled
	Cancelling  State = "cancelling"
	Cancelled   State = "cancelled"
	Dropped     State = "dropped"
)

// Run bills a month of a community (BIL-06).
type Run struct {
	ID        RunID             `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Period    clock.Period      `db:"period" json:"period"`
	Kind      string            `db:"kind" json:"-"` // period; single and opening gather lines of a month that no run bills
	Items     Texts             `db:"items" json:"items" doc:"ids; none: every item that is due"`
	State     State             `db:"state" json:"state" enum:"calculating,calculated,pending,booking,booked,cancel_asked,cancelling,cancelled,dropped"`
	Summary   Summary           `db:"summary" json:"summary"`
	Done      int64             `db:"done" json:"done"`
	Total     int64             `db:"total" json:"total" doc:"lines; rooms as long as it is calculated"`
	Amount    money.Fen         `db:"amount" json:"amount"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	DecidedAt *clock.Instant    `db:"decided_at" json:"decidedAt,omitempty"`
	Decider   string            `db:"decided_by_name" json:"decidedBy,omitempty"`
	Decision  string            `db:"decision" json:"decision,omitempty"`
	BookedAt  *clock.Instant    `db:"booked_at" json:"bookedAt,omitempty"`
	Reason    string            `db:"reason" json:"reason,omitempty" doc:"why it was cancelled"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (r Run) ETag() int64 { return r.Version }

// Summary is what a dry run found.
type Summary struct {
	Rooms    int         `json:"rooms" doc:"that get a line"`
	Known    int         `json:"known" doc:"lines that are booked already"`
	Items    []ItemTotal `json:"items"`
	Warnings []Warning   `json:"warnings" doc:"the first 500"`
	Errors   int         `json:"errors" doc:"warnings because of which something is not billed"`
	Outliers int         `json:"outliers"`
	Skipped  int         `json:"skipped,omitempty" doc:"lines that another run booked meanwhile"`
}

// ItemTotal compares an item with the period before.
type ItemTotal struct {
	Item   ItemID    `json:"itemId"`
	Name   string    `json:"name"`
	Lines  int       `json:"lines"`
	Amount money.Fen `json:"amount"`
	Before money.Fen `json:"before" doc:"booked for the period before"`
}

// Warning is something that a person should look at before booking.
type Warning struct {
	Code   string         `json:"code"`
	Room   housing.RoomID `json:"roomId,omitzero"`
	Label  string         `json:"label,omitempty"`
	Item   string         `json:"item,omitempty"`
	Error  bool           `json:"error,omitempty" doc:"it is not billed"`
	Params map[string]any `json:"params,omitempty"`
}

const mostWarnings = 500

// Value implements driver.Valuer.
func (s Summary) Value() (driver.Value, error) {
	raw, err := json.Marshal(s)
	return string(raw), err
}

// Scan implements sql.Scanner.
func (s *Summary) Scan(src any) error { return fromText(src, s) }

// Row is what a draft and a line have in common.
type Row struct {
	ID        LineID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Run       RunID             `db:"run_id" json:"runId"`
	N         int64             `db:"n" json:"-"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Item      ItemID            `db:"item_id" json:"itemId"`
	Meter     MeterID           `db:"meter_id" json:"meterId,omitempty"`
	Space     db.ID             `db:"space_id" json:"spaceId,omitempty"`
	Debtor    string            `db:"debtor" json:"-"`
	Customer  db.ID             `db:"customer_id" json:"customerId,omitempty"`
	Period    clock.Period      `db:"period" json:"period"`
	From      clock.Day         `db:"from_on" json:"from"`
	To        clock.Day         `db:"to_on" json:"to" doc:"the first day it is not for"`
	Due       clock.Day         `db:"due_on" json:"due"`
	Price     string            `db:"price" json:"price"`
	Quantity  string            `db:"quantity" json:"quantity"`
	Fen       money.Fen         `db:"amount" json:"amount"`
	Tax       money.Fen         `db:"tax" json:"tax" doc:"contained in the amount"`
	Tariff    TariffID          `db:"tariff_id" json:"tariffId,omitempty"`
	Explain   Explain           `db:"explain" json:"explain"`
	Txn       ledger.TxnID      `db:"txn_id" json:"-"`
}

type draft struct {
	Row
	Debit  ledger.AccountID `db:"debit_id"`
	Credit ledger.AccountID `db:"credit_id"`
}

// Line is what is owed. It carries its price, area and quantity for ever.
type Line struct {
	Row
	Source     string         `db:"source" json:"-"` // of a single: what it is for, once
	Reversal   ledger.TxnID   `db:"reversal_id" json:"-"`
	ReversedAt *clock.Instant `db:"reversed_at" json:"reversedAt,omitempty"`
}

// LineView is a line as people see it.
type LineView struct {
	Row
	ReversedAt *clock.Instant `db:"reversed_at" json:"reversedAt,omitempty"`
	ItemName   string         `db:"item_name" json:"itemName"`
	ItemNameEN string         `db:"item_name_en" json:"itemNameEn,omitempty"`
	Label      string         `db:"label" json:"label"`
	Short      string         `db:"short" json:"short"`
	Who        string         `db:"who" json:"debtor" doc:"who owes; empty: the developer"`
	Legal      string         `db:"legal" json:"-"`
	Tenant     bool           `db:"-" json:"tenant,omitempty" doc:"it is a tenant's bill"`
	OfRun      bool           `db:"of_run" json:"-"` // of a period, not of something that was ordered
	Document   string         `db:"document" json:"document,omitempty" doc:"what the price rests on"`
	Words      string         `db:"explanation" json:"explanation,omitempty" doc:"of the tariff, in plain words"`
	Approver   string         `db:"approver" json:"approvedBy,omitempty" doc:"of the run"`
	Made       clock.Instant  `db:"made_at" json:"-"` // when the run was calculated
	Photos     []PhotoID      `db:"-" json:"photos,omitempty" doc:"of the register, as it was read for this line"`
}

// Explain is how a line came about, as data: sentences are made on the client (BIL-07).
type Explain struct {
	Basis    Basis          `json:"basis"`
	Parts    []Part         `json:"parts,omitempty"`
	Formula  string         `json:"formula,omitempty"`
	Numbers  string         `json:"numbers,omitempty" doc:"the formula with the numbers in it"`
	Meter    *MeterExplain  `json:"meter,omitempty"`
	Tiers    []TierExplain  `json:"tiers,omitempty"`
	TierRule *TierRule      `json:"tierRule,omitempty"`
	Shares   []ShareExplain `json:"shares,omitempty"`
	Space    string         `json:"space,omitempty"`
	Exact    string         `json:"exact,omitempty" doc:"yuan before rounding"`
	Rounding money.Rounding `json:"rounding"`
	TaxRate  string         `json:"taxRate,omitempty"`
	Taken    []fee.Reduced  `json:"discounts,omitempty"`
	For      string         `json:"for,omitempty" doc:"of basis single or opening: what it was"`
	// Of what was billed at the desk.
	Stay *StayExplain    `json:"stay,omitempty" doc:"of basis parking_time"`
	Why  string          `json:"why,omitempty" doc:"of a free amount: why"`
	By   string          `json:"by,omitempty" doc:"who billed it"`
	ByID authz.AccountID `json:"byId,omitempty" doc:"their account: who billed it does not take it back"`
	// Of a line that corrects another (BIL-10).
	Corrects    money.Fen `json:"corrects,omitempty" doc:"the amount of the line that was reversed for it"`
	CorrectsWhy string    `json:"correctsWhy,omitempty"`
}

// Part is a month of a line, or days of one.
type Part struct {
	Month clock.Period `json:"month"`
	Days  int          `json:"days"`
	Of    int          `json:"of"`
	Half  bool         `json:"half,omitempty"`
	Fen   money.Fen    `json:"amount"`
}

// MeterExplain is the usage of a line.
type MeterExplain struct {
	Number     string    `json:"number"`
	Register   string    `json:"register,omitempty" enum:"sharp,peak,flat,valley,"`
	Last       string    `json:"last"`
	LastOn     clock.Day `json:"lastOn"`
	This       string    `json:"this"`
	ThisOn     clock.Day `json:"thisOn"`
	Multiplier string    `json:"multiplier"`
	Usage      string    `json:"usage"`
	Remark     string    `json:"remark,omitempty"`
	Estimated  bool      `json:"estimated,omitempty"`
}

// TierRule is what moved a household's place among the tiers (FAR-06).
type TierRule struct {
	Used   string `json:"used,omitempty" doc:"in the calendar year before this usage; empty: the bounds are a month's"`
	People int64  `json:"people,omitempty" doc:"of the household; left out: they raised nothing"`
	Base   int64  `json:"base,omitempty"`
	Extra  string `json:"extra,omitempty" doc:"by which each person above base raises every bound"`
}

// TierExplain is the volume in a step.
type TierExplain struct {
	Volume string `json:"volume"`
	Price  string `json:"price"`
}

// ShareExplain is a part of one public cost.
type ShareExplain struct {
	Name   string    `json:"name"`
	Cost   money.Fen `json:"cost"`
	By     string    `json:"by"`
	Weight string    `json:"weight"`
	Total  string    `json:"of"`
	Rooms  int       `json:"rooms"`
	Fen    money.Fen `json:"amount"`
	// Where others owed for some of the days.
	Days  int       `json:"days,omitempty" doc:"on which this debtor owed; left out: all of them"`
	Of    int       `json:"daysOf,omitempty" doc:"of the period"`
	Whole money.Fen `json:"whole,omitempty" doc:"what the room bears of the cost in the period"`
}

// Value implements driver.Valuer.
func (e Explain) Value() (driver.Value, error) {
	raw, err := json.Marshal(e)
	return string(raw), err
}

// Scan implements sql.Scanner.
func (e *Explain) Scan(src any) error { return fromText(src, e) }

// RunIn is a run, in another domain's transaction.
func RunIn(ctx context.Context, tx *db.Tx, id RunID) (Run, error) { return run(ctx, tx, id) }
