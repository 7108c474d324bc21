// Package reminder is what each person is reminded of today (CUS-06).
//
//	source (birthdays, ends of terms, things that need care, agreed calls …) ─due→ open ─done→ done
//	                                                                              │ └─snooze→ open again on a day
//	                                                                              └─assign→ somebody's
//
// Nothing is stored of an item but what became of it: sources are asked anew,
// each as its own permission, so nobody is reminded of what they may not see.
// Customers are told nothing by this package; it says what to do.
package reminder

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
)

// Actions.
const (
	ActView authz.Action = "reminder.view"
	ActEdit authz.Action = "reminder.edit"
)

// Item is one thing to be reminded of, as far as the actor may see who it is about.
type Item struct {
	Source   string            `json:"source" doc:"birthday, lease_end, lease_verify, licence, vaccination, warranty, maintenance, callback, permit, defect_warranty, facility_check, charge_inspection"`
	Subject  string            `json:"subject" doc:"what of the source: customer:06q3…"`
	Day      clock.Day         `json:"day"`
	Minute   *int64            `json:"minute,omitempty" doc:"of the day, for an agreed call"`
	Room     housing.RoomID    `json:"roomId,omitempty"`
	Label    string            `json:"label,omitempty"`
	Customer customer.ID       `json:"customerId,omitempty"`
	Name     string            `json:"name,omitempty"`
	Detail   string            `json:"detail,omitempty" doc:"which thing, or what was agreed"`
	DetailEn string            `json:"detailEn,omitempty" doc:"the same in English, where the list ships both"`
	Link     string            `json:"link,omitempty" doc:"what to open: the hand-over, the facility"`
	Kind     string            `json:"kind,omitempty" doc:"of the thing"`
	State    string            `json:"state" enum:"open,snoozed,done"`
	Until    clock.Day         `json:"until,omitzero" doc:"put off to this day"`
	Assignee authz.AccountID   `json:"assigneeId,omitempty"`
	ToName   string            `json:"assignee,omitempty"`
	Note     string            `json:"note,omitempty"`
	By       string            `json:"by,omitempty" doc:"who marked it last"`
	Overdue  bool              `json:"overdue"`
	Place    authz.CommunityID `json:"community"`
	MarkedAt *clock.Instant    `json:"markedAt,omitempty"`
}

// Source is where items come from. Due is asked in a transaction of the
// permission Act; the window is so many days before and after today.
type Source struct {
	Name        string
	Act         authz.Action
	Back, Ahead int
	Due         func(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]Item, error)
}

// mark is what became of an item.
type mark struct {
	ID        id.Of[mark]       `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Source    string            `db:"source"`
	Subject   string            `db:"subject"`
	Day       clock.Day         `db:"day"`
	State     string            `db:"state"` // open or done
	Until     clock.Day         `db:"until_on"`
	Assignee  authz.AccountID   `db:"assignee_id"`
	ToName    string            `db:"assignee_name"`
	Note      string            `db:"note"`
	At        clock.Instant     `db:"at"`
	By        authz.AccountID   `db:"by_id"`
	ByName    string            `db:"by_name"`
	Version   int64             `db:"version"`
}

// CallbackID names an agreed call.
type CallbackID = id.Of[Callback]

// Callback is a call that was agreed with a customer.
type Callback struct {
	ID        CallbackID        `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Customer  customer.ID       `db:"customer_id" json:"customerId,omitempty"`
	Room      housing.RoomID    `db:"room_id" json:"roomId,omitempty"`
	Day       clock.Day         `db:"day" json:"day"`
	Minute    *int64            `db:"minute" json:"minute,omitempty"`
	Words     string            `db:"words" json:"words"`
	Assignee  authz.AccountID   `db:"assignee_id" json:"assigneeId,omitempty"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	Version   int64             `db:"version" json:"version"`
}

// Errors.
var (
	ErrNone  = errs.New(errs.NotFound, "reminder.none", "there is no such reminder today")
	errWhom  = "reminder.assignee"
	errUntil = "reminder.until"
)

// Changed is told when an item is marked, or a call agreed.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Subject   string            `json:"subject"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "reminder.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Subject }

// member finds a colleague of the community who still works there.
func member(ctx context.Context, tx *db.Tx, community authz.CommunityID, of authz.AccountID) (string, error) {
	if of == 0 {
		return "", nil
	}
	m, err := db.All[staff.Member](ctx, tx, `SELECT `+db.Columns[staff.Member]("")+` FROM staff WHERE id = $1 AND community_id = $2 AND state = 'active' AND {scope}`, of, community)
	if err != nil {
		return "", err
	}
	if len(m) == 0 {
		return "", errs.ErrFields.At(errs.Field{Name: "assigneeId", Code: errWhom})
	}
	return m[0].Name, nil
}
