package ticket

import (
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Settings are the clocks of one community (TIC-03). They apply to tickets
// opened from then on; what runs keeps what applied when it was opened.
type Settings struct {
	Targets      []TargetRule   `json:"targets" maxItems:"300" doc:"what differs from the shipped targets; the most particular counts: category, its parent, every category"`
	ComplexHours int64          `json:"complexHours" minimum:"0" maximum:"2160" doc:"time for complex matters; 0: as shipped"`
	Hours        *clock.Plan    `json:"hours,omitempty" doc:"service hours; only rules that say so run in them"`
	Ladder       []Rung         `json:"ladder" maxItems:"12" doc:"whom a clock tells; none: as shipped"`
	Dispatch     []DispatchRule `json:"dispatch,omitempty" maxItems:"200" doc:"how tickets of a category come to who does the work; without a rule: automatic (TIC-05)"`
	Attempts     int64          `json:"attempts,omitempty" minimum:"0" maximum:"20" doc:"after how many attempts a customer who is not reached is told in writing; 0: as shipped (TIC-07c)"`
	Evidence     []EvidenceRule `json:"evidence,omitempty" maxItems:"200" doc:"what must be there before the work ends; the most particular counts; without a rule: as shipped (TIC-07a)"`
	Accept       AcceptMinutes  `json:"acceptMinutes,omitzero" doc:"how long an answer is waited for before the dispatch goes on"`
	Visits       *VisitRules    `json:"visits,omitempty" doc:"appointments; none: as shipped (TIC-01)"`
	Mentor       *MentorRules   `json:"mentor,omitempty" doc:"what a new colleague asks their mentor for besides cancelling; none: as shipped (TIC-05a)"`
	Version      int64          `json:"version" doc:"0: as shipped"`
}

// ETag implements web.Versioned.
func (s Settings) ETag() int64 { return s.Version }

// SettingsView are settings beside what they replace.
type SettingsView struct {
	Settings
	Shipped Shipped `json:"shipped"`
}

// Shipped is what applies where a community has set nothing.
type Shipped struct {
	Targets      []ShippedTarget `json:"targets" doc:"of every kind"`
	ComplexHours int64           `json:"complexHours"`
	Attempts     int64           `json:"attempts"`
	Ladder       []Rung          `json:"ladder"`
	Accept       AcceptMinutes   `json:"acceptMinutes"`
	Evidence     []EvidenceRule  `json:"evidence" doc:"of every kind"`
	Visits       VisitRules      `json:"visits"`
	Mentor       MentorRules     `json:"mentor"`
}

// ShippedTarget are the targets of a grade.
type ShippedTarget struct {
	Grade           Grade `json:"grade" enum:"A,B,C"`
	ResponseMinutes int64 `json:"responseMinutes"`
	ResolveMinutes  int64 `json:"resolveMinutes"`
}

func (s Settings) view() SettingsView {
	v := SettingsView{s, Shipped{ComplexHours: int64(shippedComplex.Hours()), Attempts: shippedAttempts, Ladder: ShippedLadder, Accept: shippedAccept, Visits: ShippedVisits, Mentor: ShippedMentor}}
	for _, g := range []Grade{A, B, C} {
		v.Shipped.Targets = append(v.Shipped.Targets, ShippedTarget{g, int64(shippedTargets[g].Response.Minutes()), int64(shippedTargets[g].Resolve.Minutes())})
	}
	for _, k := range Kinds {
		v.Shipped.Evidence = append(v.Shipped.Evidence, EvidenceRule{Kind: k, Proofs: append([]Proof{}, Policies[k].Proofs...)})
	}
	return v
}

// TargetRule sets the targets of a kind, a category and a grade.
type TargetRule struct {
	Kind            Kind   `json:"kind" enum:"repair,service,inquiry,suggestion,praise,complaint"`
	Category        string `json:"category,omitempty" maxLength:"60" doc:"none: every category"`
	Grade           Grade  `json:"grade" enum:"A,B,C"`
	ResponseMinutes int64  `json:"responseMinutes" minimum:"1" maximum:"43200"`
	ResolveMinutes  int64  `json:"resolveMinutes" minimum:"1" maximum:"129600"`
	InHours         bool   `json:"inHours" doc:"runs in service hours only; grade A never does"`
}

// settingRow is how the settings of a community are stored: as one document.
type settingRow struct {
	ID        id.Of[settingRow] `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Doc       settingDoc        `db:"doc"`
	Version   int64             `db:"version"`
}

type settingDoc Settings

func settingRows(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]settingRow, error) {
	return db.AllKept[settingRow](ctx, tx, "ticket_setting", `SELECT `+db.Columns[settingRow]("")+` FROM ticket_setting WHERE community_id = $1 AND {scope}`, community)
}

// settingsIn are the settings of a community, the shipped ones where it has none.
func settingsIn(ctx context.Context, tx *db.Tx, community authz.CommunityID) (out Settings, err error) {
	rows, err := settingRows(ctx, tx, community)
	if len(rows) > 0 {
		out = Settings(rows[0].Doc)
		out.Version = rows[0].Version
	}
	if out.Targets == nil {
		out.Targets = []TargetRule{}
	}
	if out.Ladder == nil {
		out.Ladder = []Rung{}
	}
	return out, err
}

// knownRoles refuses a ladder that names a role nobody can hold.
func knownRoles(ctx context.Context, tx *db.Tx, ladder []Rung) error {
	codes, err := auth.RoleCodes(ctx, tx)
	if err != nil {
		return err
	}
	var f errs.Fields
	for i, r := range ladder {
		for _, w := range r.To {
			if w != ToAssignee && w != ToOwner && w != ToLeader && !slices.Contains(codes, w) {
				f.Add("ladder["+strconv.Itoa(i)+"].to", "auth.role_unknown", nil)
			}
		}
	}
	return f.Err()
}

// Value implements driver.Valuer.
func (d settingDoc) Value() (driver.Value, error) {
	d.Version = 0 // it has a column of its own
	b, err := json.Marshal(Settings(d))
	return string(b), err
}

// Scan implements sql.Scanner.
func (d *settingDoc) Scan(src any) error { return scanJSON(src, (*Settings)(d)) }

// ladder is whom a clock tells, in the order of time.
func (s Settings) ladder() []Rung {
	if len(s.Ladder) > 0 {
		return s.Ladder
	}
	return ShippedLadder
}

// rule is the most particular rule for a kind, a category and a grade.
func (s Settings) rule(kind Kind, category string, g Grade) (best TargetRule, ok bool) {
	parent, _, _ := strings.Cut(category, ".")
	for _, at := range []string{category, parent, ""} {
		for _, r := range s.Targets {
			if r.Kind == kind && r.Category == at && r.Grade == g {
				return r, true
			}
		}
	}
	return best, false
}

// frozen is what applies to a ticket that is opened now (TIC-03c).
func (s Settings) frozen(kind Kind, category, zone string) Frozen {
	p := Policies[kind]
	f := Frozen{Grades: map[Grade]FrozenPair{}, ComplexMS: p.Complex.Milliseconds(), Proofs: map[Grade][]Proof{}}
	for _, g := range []Grade{A, B, C} {
		pair := FrozenPair{p.Targets[g].Response.Milliseconds(), p.Targets[g].Resolve.Milliseconds()}
		if r, ok := s.rule(kind, category, g); ok {
			pair = FrozenPair{r.ResponseMinutes * msPerMinute, r.ResolveMinutes * msPerMinute}
			if r.InHours && g != A && s.Hours != nil {
				f.Timed = append(f.Timed, g)
			}
		}
		f.Grades[g], f.Proofs[g] = pair, s.proofs(kind, category, g)
	}
	if s.ComplexHours > 0 {
		f.ComplexMS = s.ComplexHours * 60 * msPerMinute
	}
	if len(f.Timed) > 0 {
		f.Hours = &FrozenHours{Zone: zone, Plan: *s.Hours}
	}
	return f
}

const msPerMinute = int64(60_000)

// checked says what is wrong with settings, field by field, and puts the ladder in order.
func (s Settings) checked(tree *Tree) (Settings, error) {
	var f errs.Fields
	seen := map[TargetRule]bool{}
	for i, r := range s.Targets {
		at := func(field string) string { return "targets[" + strconv.Itoa(i) + "]." + field }
		if r.ResolveMinutes < r.ResponseMinutes {
			f.Add(at("resolveMinutes"), "ticket.resolve_before_response", nil)
		}
		if r.InHours && r.Grade == A {
			f.Add(at("inHours"), "ticket.a_is_real_time", nil)
		}
		if r.InHours && s.Hours == nil {
			f.Add(at("inHours"), "ticket.no_hours", nil)
		}
		if r.Category != "" && !tree.known(r.Category) {
			f.Add(at("category"), "ticket.category_unknown", nil)
		}
		key := TargetRule{Kind: r.Kind, Category: r.Category, Grade: r.Grade}
		if seen[key] {
			f.Add(at("grade"), "ticket.target_twice", nil)
		}
		seen[key] = true
	}
	if s.Hours != nil {
		if _, err := clock.NewHours(time.UTC, clock.China(), *s.Hours); err != nil {
			f.Add("hours", "ticket.hours_wrong", nil)
		}
	}
	s.Ladder = slices.SortedFunc(slices.Values(s.Ladder), func(a, b Rung) int { return cmp.Compare(a.Percent, b.Percent) })
	for i, r := range s.Ladder {
		if i > 0 && r.Percent == s.Ladder[i-1].Percent {
			f.Add("ladder["+strconv.Itoa(i)+"].percent", "ticket.rung_twice", nil)
		}
	}
	s.wrongModes(&f, tree)
	s.wrongEvidence(&f, tree)
	if s.Visits != nil {
		s.Visits.wrong(&f)
	}
	return s, f.Err()
}

// Settings returns the clocks of a community.
func (s *Service) Settings(ctx context.Context, who authz.Actor, community authz.CommunityID) (out Settings, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if _, err := placeOf(ctx, tx, community, 0); err != nil {
			return err
		}
		out, err = settingsIn(ctx, tx, community)
		return err
	})
	return out, err
}

// SetSettings changes them for tickets that are opened from now on.
func (s *Service) SetSettings(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, in Settings) (out Settings, err error) {
	if in, err = in.checked(TreeOf(s.DB)); err != nil {
		return out, err
	}
	err = s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		if _, err := placeOf(ctx, tx, community, 0); err != nil {
			return err
		}
		if err := knownRoles(ctx, tx, in.Ladder); err != nil {
			return err
		}
		rows, err := settingRows(ctx, tx, community)
		if err != nil {
			return err
		}
		row := settingRow{ID: db.NewID[settingRow](tx), Community: community}
		if len(rows) > 0 {
			row = rows[0]
		}
		if err := expect(row.Version); err != nil {
			return err
		}
		before := row.Doc
		row.Doc = settingDoc(in)
		tx.Note(community, "ticket_settings:"+community.String(), Settings(before), in)
		if row.Version == 0 {
			row.Version = 1
			err = db.Insert(ctx, tx, "ticket_setting", row)
		} else {
			err = db.Save(ctx, tx, "ticket_setting", &row)
		}
		out = in
		out.Version = row.Version
		tx.Answer(&out)
		return err
	})
	return out, err
}
