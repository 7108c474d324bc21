package staff

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// A change of position (ACC-08):
//
//	asked ─approve→ planned ─its day→ done
//	  └─ reject, withdraw, lapse → refused       planned ─cancel, leaving→ cancelled

// States of a change.
const (
	Asked     = "asked"
	Planned   = "planned"
	Done      = "done"
	Refused   = "refused"
	Cancelled = "cancelled"
)

// Change is a change of somebody's position, department and roles from a day on.
type Change struct {
	ID         ChangeID          `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"-"`
	Staff      ID                `db:"staff_id" json:"-"`
	Position   string            `db:"position" json:"position"`
	Department db.ID             `db:"department_id" json:"departmentId,omitempty"`
	Roles      Roles             `db:"roles" json:"roles" doc:"everything they hold afterwards"`
	Day        clock.Day         `db:"effective_on" json:"day" doc:"takes effect at its beginning, in the community's zone"`
	HandOverTo ID                `db:"hand_over_to" json:"handOverTo,omitempty"`
	Reason     string            `db:"reason" json:"reason"`
	State      string            `db:"state" json:"state" enum:"asked,planned,done,refused,cancelled"`
	Approval   id.Of[Asking]     `db:"approval_id" json:"approvalId"`
	AskedAt    clock.Instant     `db:"asked_at" json:"askedAt"`
	AskedBy    ID                `db:"asked_by" json:"-"`
	Asker      string            `db:"asked_by_name" json:"askedBy"`
	DecidedAt  *clock.Instant    `db:"decided_at" json:"decidedAt,omitempty"`
	DecidedBy  ID                `db:"decided_by" json:"-"`
	Decider    string            `db:"decided_by_name" json:"decidedBy,omitempty"`
	Version    int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (c Change) ETag() int64 { return c.Version }

// ChangeID identifies a change of position.
type ChangeID = id.Of[Change]

// Asking tags the id of a change's approval, which package approval has.
type Asking struct{}

// Roles are the roles somebody holds and where, kept as JSON text.
type Roles []auth.Held

// Value implements driver.Valuer.
func (r Roles) Value() (driver.Value, error) {
	b, err := json.Marshal(append([]auth.Held{}, r...))
	return string(b), err
}

// Scan implements sql.Scanner.
func (r *Roles) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("staff: cannot read roles from %T", src)
	}
	return json.Unmarshal([]byte(s), (*[]auth.Held)(r))
}

// History is one line of what became of somebody's permissions.
type History struct {
	ID        id.Of[History]    `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Staff     ID                `db:"staff_id" json:"-"`
	At        clock.Instant     `db:"at" json:"at"`
	What      string            `db:"what" json:"what" enum:"position,revoked,disabled,enabled"`
	Before    Standing          `db:"before" json:"before"`
	After     Standing          `db:"after" json:"after"`
	Reason    string            `db:"reason" json:"reason"`
	AskedBy   ID                `db:"asked_by" json:"-"`
	Asker     string            `db:"asked_by_name" json:"askedBy"`
	DecidedBy ID                `db:"decided_by" json:"-"`
	Decider   string            `db:"decided_by_name" json:"decidedBy,omitempty"`
	HandedTo  ID                `db:"handed_to" json:"handedTo,omitempty"`
	HandedN   string            `db:"handed_to_name" json:"handedToName,omitempty"`
	Tickets   int64             `db:"tickets" json:"handedOver" doc:"how many matters"`
}

// Standing is what somebody was at a time, kept as JSON text.
type Standing struct {
	Position   string `json:"position,omitempty"`
	Department db.ID  `json:"departmentId,omitempty"`
	Roles      Roles  `json:"roles"`
	State      string `json:"state"`
}

// Value implements driver.Valuer.
func (s Standing) Value() (driver.Value, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// Scan implements sql.Scanner.
func (s *Standing) Scan(src any) error {
	t, ok := src.(string)
	if !ok {
		return fmt.Errorf("staff: cannot read a standing from %T", src)
	}
	return json.Unmarshal([]byte(t), s)
}

// Position is an entry of the list that proposes roles.
type Position struct {
	Name       string   `yaml:"name" json:"name" maxLength:"50"`
	Department string   `yaml:"department" json:"department,omitempty" maxLength:"40" doc:"the kind of department"`
	Roles      []string `yaml:"roles" json:"roles" maxItems:"30" doc:"codes of roles"`
}

// Positions is the company's list; version 0 is the one shipped.
type Positions struct {
	Items   []Position `json:"items" maxItems:"200"`
	Version int64      `json:"version"`
}

// ETag implements web.Versioned.
func (p Positions) ETag() int64 { return p.Version }

// check tidies a list and finds what is wrong with it.
func (p *Positions) check(codes []string) error {
	var f errs.Fields
	seen := map[string]bool{}
	for i := range p.Items {
		name := strings.TrimSpace(p.Items[i].Name)
		p.Items[i].Name = name
		switch {
		case name == "":
			f.Add("items", "missing", nil)
		case utf8.RuneCountInString(name) > 50:
			f.Add("items", "too_long", nil)
		case seen[name]:
			f.Add("items", "staff.position_twice", nil)
		}
		seen[name] = true
		for _, r := range p.Items[i].Roles {
			if !slices.Contains(codes, r) {
				f.Add("items", "auth.role_unknown", nil)
			}
		}
	}
	return f.Err()
}

// Work is what a person has in hand: the domain that owns it registers how it
// is counted and given to a colleague (ACC-08).
type Work struct {
	Open func(ctx context.Context, tx *db.Tx, of ID) (int64, error)
	Move func(ctx context.Context, tx *db.Tx, from, to Member) (int64, error)
}

// The use cases.
const (
	ActPositions authz.Action = "staff.positions"
)

// Errors of changes.
var (
	ErrChanging  = errs.New(errs.Conflict, "staff.changing", "a change of position is under way")
	ErrOpenWork  = errs.New(errs.Conflict, "staff.open_work", "somebody must take over what is open")
	ErrColleague = errs.New(errs.Invalid, "staff.colleague", "this colleague does not work in the community")
	ErrGone      = errs.New(errs.Conflict, "staff.gone", "this member of staff is disabled")
	ErrNothing   = errs.New(errs.Invalid, "staff.no_change", "nothing would change")
	ErrNotHeld   = errs.New(errs.Invalid, "staff.role_not_held", "this role is not held")
	ErrNotNow    = errs.New(errs.Conflict, "staff.change_ended", "this change has taken effect or was given up")
)

// PositionChanged is told when somebody's position or roles changed.
type PositionChanged struct {
	Staff     ID                `json:"staff"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (PositionChanged) EventName() string { return "staff.position_changed" }

// Where implements db.Event.
func (e PositionChanged) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e PositionChanged) About() string { return e.Staff.String() }
