// Package collection reports what was billed, what came in and what is still
// owed (ARR-06), in one place (FAR-13): by community, building, item or room,
// each figure with the lines or payments it is made of, and held against the
// ledger.
//
// It writes nothing. The figures are sums made by the database; a test holds
// them against fee.Collection, line by line. It may join other domains' tables.
package collection

import (
	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// Actions.
const (
	ActView   authz.Action = "collection.view"
	ActExport authz.Action = "collection.export"
)

// Asked is which report: the months from From to To, both in it, and what its rows are.
type Asked struct {
	Community authz.CommunityID `query:"community" required:"true"`
	From      clock.Period      `query:"from" required:"true"`
	To        clock.Period      `query:"to" required:"true"`
	By        string            `query:"by" enum:"building,item,room," doc:"left out: building"`
}

// latestAsked is the last month that is reported on: the one after it still has a name.
const latestAsked = "9998-12"

// beyond reports whether a month is later than any that is reported on.
func beyond(p clock.Period) bool { return p.String() > latestAsked }

func (a Asked) first() clock.Day { return a.From.First() }

// end is the first day that is not in it.
func (a Asked) end() clock.Day { return a.To.Add(1).First() }

// Figures are sums over lines and payments. A payment that was voided counts on
// its day, and against it on the day it was voided.
type Figures struct {
	Receivable money.Fen `db:"receivable" json:"receivable" doc:"lines whose days begin in the period, less those that were reversed"`
	Paid       money.Fen `db:"paid" json:"paid" doc:"of them, paid at any time"`
	Cash       money.Fen `db:"cash" json:"cash" doc:"of them, paid in the period"`
	Older      money.Fen `db:"older" json:"older" doc:"open on older lines when the period began"`
	Recovered  money.Fen `db:"recovered" json:"recovered" doc:"paid on older lines in the period"`
	Open       money.Fen `db:"open" json:"open" doc:"open on all lines now: what the ledger calls receivable"`
	Reversed   money.Fen `db:"reversed" json:"reversed" doc:"lines that were reversed in the period"`
	LatePaid   money.Fen `db:"late_paid" json:"latePaid" doc:"late fees paid in the period"`
	Waived     money.Fen `db:"waived" json:"waived" doc:"late fees waived in the period"`
	Prepaid    money.Fen `db:"prepaid" json:"prepaid" doc:"paid ahead and not used now"`
}

// Rates are the rates of some figures in per cent, "–" where there is nothing to divide by (R14).
type Rates struct {
	Accrual  string `json:"accrual" doc:"paid ÷ receivable"`
	InTime   string `json:"cashRate" doc:"cash ÷ receivable"`
	Recovery string `json:"recovery" doc:"recovered ÷ older"`
	Both     string `json:"totalRate" doc:"cash and recovered ÷ receivable and older"`
}

// Row is a line of the report.
type Row struct {
	Key  string `json:"key" doc:"of the building, item or room; empty: the whole"`
	Name string `json:"name"`
	Figures
	Rates
}

// Check holds a figure against the ledger.
type Check struct {
	Name   string    `json:"name" enum:"receivable,income,late_income,prepaid,waived,received"`
	Report money.Fen `json:"report"`
	Ledger money.Fen `json:"ledger"`
	Equal  bool      `json:"equal"`
}

// Report is the report of some months.
type Report struct {
	First  clock.Day `json:"first"`
	Last   clock.Day `json:"last"`
	Rows   []Row     `json:"rows"`
	Total  Row       `json:"total"`
	Checks []Check   `json:"checks"`
}

// Ages are open principal by how long it is due.
type Ages struct {
	NotDue  money.Fen `db:"not_due" json:"notDue"`
	Months3 money.Fen `db:"m3" json:"months3" doc:"up to 3 months"`
	Months6 money.Fen `db:"m6" json:"months6" doc:"3 to 6"`
	Year1   money.Fen `db:"m12" json:"year1" doc:"6 to 12"`
	Year2   money.Fen `db:"y2" json:"year2" doc:"1 to 2 years"`
	Year3   money.Fen `db:"y3" json:"year3" doc:"2 to 3"`
	Older   money.Fen `db:"over" json:"over3" doc:"more than 3"`
	Total   money.Fen `db:"total" json:"total"`
	Late    money.Fen `db:"-" json:"lateFee" doc:"accrued, and neither booked nor waived: computed anew, in no account"`
	Oldest  clock.Day `db:"oldest" json:"oldest,omitzero" doc:"due day"`
	Running clock.Day `db:"running" json:"-"` // since when the limitation runs that ends first
	Limit   clock.Day `db:"-" json:"limit,omitzero" doc:"the last day on which all of it can be claimed; served notices, promises and part payments begin the three years anew (art. 188, 195)"`
}

// AgeRow is a line of the ageing.
type AgeRow struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Ages
}

// Ageing is open principal by age.
type Ageing struct {
	AsOf  clock.Day `json:"asOf"`
	Rows  []AgeRow  `json:"rows"`
	Total AgeRow    `json:"total"`
}

// Detail chooses what a figure is made of.
type Detail struct {
	Asked
	Figure string `query:"figure" required:"true" enum:"receivable,paid,cash,older,recovered,open,reversed,latePaid,waived,prepaid,notDue,months3,months6,year1,year2,year3,over3"`
	Key    string `query:"key" doc:"of the row; left out: the whole"`
}

// Piece is a line, a payment or a waiver that a figure is made of.
type Piece struct {
	Sort   int64          `db:"sort" json:"-"`
	Day    clock.Day      `db:"on_day" json:"day" doc:"due day of a line, day of a payment or waiver"`
	Room   housing.RoomID `db:"room_id" json:"roomId"`
	Label  string         `db:"label" json:"label"`
	Line   billing.LineID `db:"line_id" json:"lineId,omitempty"`
	Item   string         `db:"item_name" json:"item,omitempty"`
	ItemEN string         `db:"item_name_en" json:"itemEn,omitempty"`
	Period clock.Period   `db:"period" json:"period,omitzero"`
	Number string         `db:"number" json:"receipt,omitempty" doc:"of a payment"`
	Means  string         `db:"means" json:"means,omitempty"`
	Void   bool           `db:"void" json:"void,omitempty" doc:"taken back"`
	Fen    money.Fen      `db:"amount" json:"amount" doc:"what it adds to the figure"`
}

// Uncharged is a room that nothing was billed for in the period.
type Uncharged struct {
	Room  housing.RoomID `db:"id" json:"roomId"`
	Label string         `db:"label" json:"label"`
	Type  string         `db:"type" json:"type"`
	State string         `db:"state" json:"state"`
	Sort  string         `db:"sort_key" json:"-"`
}
