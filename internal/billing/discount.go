package billing

import (
	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// ActDiscount asks for reductions, and notes what was found in an empty home.
const ActDiscount authz.Action = "charge.discount"

// DiscountID names a reduction.
type DiscountID = id.Of[Discount]

// Discount is a reduction of what a room is charged for an item in some months (BIL-02):
//
//	vacancy: asked ─inspect→ pending ─approve (four eyes)→ approved ─end→ ended before its term
//	others:  pending ─approve→ approved             └ refuse → refused
type Discount struct {
	ID        DiscountID        `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	DiscountDraft
	State       string          `db:"state" json:"state" enum:"asked,pending,approved,refused"`
	InspectedAt *clock.Instant  `db:"inspected_at" json:"inspectedAt,omitempty"`
	Inspector   string          `db:"inspected_by_name" json:"inspectedBy,omitempty"`
	Inspection  string          `db:"inspection" json:"inspection,omitempty"`
	At          clock.Instant   `db:"at" json:"at"`
	By          authz.AccountID `db:"by_id" json:"-"`
	ByName      string          `db:"by_name" json:"by"`
	DecidedAt   *clock.Instant  `db:"decided_at" json:"decidedAt,omitempty"`
	Decider     string          `db:"decided_by_name" json:"decidedBy,omitempty"`
	Decision    string          `db:"decision" json:"decision,omitempty"`
	Version     int64           `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (d Discount) ETag() int64 { return d.Version }

func (d Discount) subject() string { return "bill_discount:" + d.ID.String() }

// DiscountDraft is what people write of a reduction.
type DiscountDraft struct {
	Room    housing.RoomID   `db:"room_id" json:"roomId"`
	Item    ItemID           `db:"item_id" json:"itemId"`
	Kind    fee.DiscountKind `db:"kind" json:"kind" enum:"vacancy,staff,hardship,early_payment,fixed"`
	Percent string           `db:"off_percent" json:"percent,omitempty" maxLength:"10" doc:"taken off; of a vacancy the community's own"`
	Off     money.Fen        `db:"off_amount" json:"amount,omitempty" doc:"of kind fixed: taken off each month"`
	First   clock.Period     `db:"first_period" json:"first"`
	Last    clock.Period     `db:"last_period" json:"last"`
	Reason  string           `db:"reason" json:"reason" maxLength:"500"`
}

// DiscountView is a reduction in a list.
type DiscountView struct {
	Discount
	Label    string `db:"label" json:"label"`
	ItemName string `db:"item_name" json:"itemName"`
}

// DiscountRules are what a city grants; the shipped ones grant nothing for empty homes.
type DiscountRules struct {
	ID        authz.CommunityID `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Vacancy   string            `db:"vacancy_off" json:"vacancyPercent" doc:"taken off for empty homes; 0: nothing"`
	Months    int64             `db:"most_months" json:"mostMonths" doc:"of one application"`
	Ahead     int64             `db:"most_ahead" json:"mostAhead" doc:"months for which may be paid ahead; 0: as many as anybody likes"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (r DiscountRules) ETag() int64 { return r.Version }

// Errors of reductions.
var (
	ErrNoVacancy    = errs.New(errs.Invalid, "billing.no_vacancy", "this community grants nothing for empty homes")
	ErrLongTerm     = errs.New(errs.Invalid, "billing.discount_term", "the term is too long, or ends before it begins")
	ErrDiscountTwo  = errs.New(errs.Invalid, "billing.discount_overlap", "there is such a reduction in these months already")
	ErrDiscountItem = errs.New(errs.Invalid, "billing.discount_item", "only charges by time can be reduced")
)
