// Package staff knows the people at work: who they are, what they can do, where
// and whether they are on duty (ACC-02).
//
//	active ─disable→ disabled ─enable→ active        off duty ⇄ on duty
//
// A member of staff who leaves is disabled, never deleted: what they did stays theirs.
package staff

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// ID identifies a member of staff: the same number as their account.
type ID = authz.AccountID

// BuildingID names the buildings (areas) that somebody serves; package housing has the type.
type BuildingID = id.Of[Area]

// Area tags BuildingID.
type Area struct{}

// Member is one person at work.
type Member struct {
	ID         ID                `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"community"`
	AgentNo    string            `db:"agent_no" json:"agentNo" doc:"工号, spoken in the greeting"`
	Name       string            `db:"name" json:"name"`
	Mobile     string            `db:"-" json:"mobile,omitempty" doc:"masked for those who may not edit staff"`
	Clear      string            `db:"mobile" json:"-"` // empty: the column of versions before the vault
	Sealed     string            `db:"mobile_sealed" json:"-"`
	Index      string            `db:"mobile_index" json:"-"`
	Last4      string            `db:"mobile_last4" json:"-"`
	Department db.ID             `db:"department_id" json:"departmentId,omitempty"`
	Position   string            `db:"position" json:"position"`
	Skills     Words             `db:"skills" json:"skills"`
	Level      Level             `db:"level" json:"level" enum:"junior,senior,supervisor," doc:"of the career; empty: not known (APP-08)"`
	Mentor     ID                `db:"mentor_id" json:"mentorId,omitempty" doc:"who looks after a new colleague (TIC-05a)"`
	State      string            `db:"state" json:"state" enum:"active,disabled"`
	OnDuty     bool              `db:"on_duty" json:"onDuty"`
	LeftReason string            `db:"left_reason" json:"-"`
	Version    int64             `db:"version" json:"version"`
}

// View is a member with what other tables know of them.
type View struct {
	Member
	Username    string       `db:"username" json:"username,omitempty"`
	MentorName  string       `db:"mentor_name" json:"mentor,omitempty"`
	DeptName    string       `db:"dept_name" json:"department,omitempty"`
	OpenTickets int64        `db:"open_tickets" json:"openTickets"`
	Factor      bool         `db:"second_factor" json:"secondFactor" doc:"signs in with a second factor"`
	Areas       []BuildingID `db:"-" json:"areas"`
	Roles       []string     `db:"-" json:"roles" doc:"codes, wherever they are held"`
	Held        Roles        `db:"-" json:"held" doc:"roles and where they are held"`
}

// ETag implements web.Versioned.
func (v View) ETag() int64 { return v.Version }

// Words is a list of words kept as JSON text.
type Words []string

// Value implements driver.Valuer.
func (w Words) Value() (driver.Value, error) {
	if w == nil {
		w = Words{}
	}
	b, err := json.Marshal([]string(w))
	return string(b), err
}

// Scan implements sql.Scanner.
func (w *Words) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), (*[]string)(w))
	case []byte:
		return json.Unmarshal(v, (*[]string)(w))
	}
	return fmt.Errorf("staff: cannot read words from %T", src)
}

// States.
const (
	Active   = "active"
	Disabled = "disabled"
)

// Skills known to dispatch; a category of tickets asks for one of them.
var Skills = []string{"water", "power", "gas", "heat", "doors", "lift", "fire", "home", "access", "camera", "cleaning", "greening", "security", "service"}

// The use cases.
const (
	ActView     authz.Action = "staff.view"
	ActEdit     authz.Action = "staff.edit"
	ActDuty     authz.Action = "staff.duty"
	ActDutySelf authz.Action = "staff.duty_self"
	ActReveal   authz.Action = "staff.reveal"
)

// Errors.
var (
	errMentor  = errs.ErrFields.At(errs.Field{Name: "mentorId", Code: "staff.mentor_unknown"})
	errCircle  = errs.ErrFields.At(errs.Field{Name: "mentorId", Code: "staff.mentor_circle"})
	ErrAgentNo = errs.New(errs.Conflict, "staff.agent_no_taken", "somebody else has this agent number")
	ErrSelf    = errs.New(errs.Conflict, "staff.self", "nobody disables their own account")
)

// Check tidies a member's data and finds what is wrong with it, at the fields under prefix.
func (m *Member) Check(prefix string) (f errs.Fields) {
	text := func(field string, s *string, most int, needed bool) {
		*s = strings.TrimSpace(*s)
		switch {
		case needed && *s == "":
			f.Add(prefix+field, "missing", nil)
		case utf8.RuneCountInString(*s) > most:
			f.Add(prefix+field, "too_long", nil)
		case strings.ContainsFunc(*s, func(r rune) bool { return r < ' ' || r == 0x7f }):
			f.Add(prefix+field, "wrong_form", nil)
		}
	}
	text("agentNo", &m.AgentNo, 20, true)
	text("name", &m.Name, 50, true)
	text("position", &m.Position, 50, false)
	if m.Mobile = strings.TrimSpace(m.Mobile); m.Mobile != "" && (len(m.Mobile) != 11 || strings.Trim(m.Mobile, "0123456789") != "") {
		f.Add(prefix+"mobile", "staff.mobile_form", nil)
	}
	for _, s := range m.Skills {
		if !slices.Contains(Skills, s) {
			f.Add(prefix+"skills", "staff.skill_unknown", nil)
		}
	}
	return f
}

// OnDuty is what dispatch needs to know of somebody who could go.
type OnDuty struct {
	ID     ID           `db:"id"`
	Name   string       `db:"name"`
	Skills Words        `db:"skills"`
	Level  Level        `db:"level"`
	Areas  []BuildingID `db:"-"`
}

// AvailableIn lists who has switched their duty on in a community, with skills
// and areas (TIC-05).
func AvailableIn(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]OnDuty, error) {
	return able(ctx, tx, community, `AND on_duty`)
}

// ActiveIn is AvailableIn for everybody at work, whatever their switch says:
// where a roster is planned, it says who is on duty.
func ActiveIn(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]OnDuty, error) {
	return able(ctx, tx, community, ``)
}

func able(ctx context.Context, tx *db.Tx, community authz.CommunityID, and string) ([]OnDuty, error) {
	out, err := db.AllKept[OnDuty](ctx, tx, "staff", `SELECT id, name, skills, level FROM staff WHERE community_id = $1 AND state = 'active' `+and+` AND {scope} ORDER BY id`, community)
	if err != nil {
		return nil, err
	}
	areas, err := areasOf(ctx, tx, community)
	for i := range out {
		out[i].Areas = areas[out[i].ID]
	}
	return out, err
}

// In returns an active member inside another domain's transaction.
func In(ctx context.Context, tx *db.Tx, community authz.CommunityID, who ID) (Member, error) {
	return db.One[Member](ctx, tx, `SELECT `+db.Columns[Member]("")+` FROM staff WHERE id = $1 AND community_id = $2 AND state = 'active' AND {scope}`, who, community)
}
