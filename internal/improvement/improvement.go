// Package improvement learns from faults (PRO-02d): each month's repairs by
// class, device and cause, and what is done so that they do not come again.
//
//	the first of the month → written by itself → the technical department answers, as often as there is something to say
//
// What was written stands as it was then; answers are added, never changed.
package improvement

import (
	"database/sql/driver"
	"encoding/json"
	"errors"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/id"
)

// Actions.
const (
	ActView   authz.Action = "improvement.view"
	ActAnswer authz.Action = "improvement.answer"
	actWrite  authz.Action = "improvement.write"
)

// ID identifies a month's summary.
type ID = id.Of[Month]

// Month is the summary of the repairs that were resolved in a month.
type Month struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Period    clock.Period      `db:"period" json:"period"`
	At        clock.Instant     `db:"at" json:"at" doc:"when it was written"`
	Faults    int64             `db:"faults" json:"faults"`
	Lines     Lines             `db:"lines" json:"lines" doc:"the most frequent first; of the list of months the first three"`
	Answers   Answers           `db:"answers" json:"answers" doc:"measures, the first first"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (m Month) ETag() int64 { return m.Version }

// Line is what happened for one cause to one device, or to none, in one class.
type Line struct {
	Category   string `json:"category"`
	FacilityID string `json:"facilityId,omitempty"`
	Facility   string `json:"facility,omitempty" doc:"empty: no facility was named"`
	Cause      string `json:"cause" doc:"as it was written down; empty: nothing was"`
	N          int64  `json:"n"`
	Again      int64  `json:"again" doc:"of these, opened again"`
	Minutes    int64  `json:"minutes" doc:"time spent on them"`
	Tickets    []Of   `json:"tickets"`
}

// Of names one ticket.
type Of struct {
	ID     string `json:"id"`
	Number string `json:"number"`
}

// Answer is a measure of who answers for the devices.
type Answer struct {
	Text string        `json:"text"`
	By   string        `json:"by"`
	At   clock.Instant `json:"at"`
}

// Lines are kept as JSON text.
type Lines []Line

// Answers are kept as JSON text.
type Answers []Answer

// Value implements driver.Valuer.
func (l Lines) Value() (driver.Value, error) { return text(l) }

// Scan implements sql.Scanner.
func (l *Lines) Scan(src any) error { return scan(src, l) }

// Value implements driver.Valuer.
func (a Answers) Value() (driver.Value, error) { return text(a) }

// Scan implements sql.Scanner.
func (a *Answers) Scan(src any) error { return scan(src, a) }

func text(v any) (driver.Value, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}

func scan(src, into any) error {
	s, ok := src.(string)
	if !ok {
		return errors.New("improvement: what is stored is no text")
	}
	return json.Unmarshal([]byte(s), into)
}

// event is the part that both events share.
type event struct {
	Community authz.CommunityID `json:"community"`
	Month     ID                `json:"month"`
	Period    clock.Period      `json:"period"`
	Faults    int64             `json:"faults"`
}

// Where implements db.Event.
func (e event) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e event) About() string { return e.Month.String() }

type (
	// Written is told when a month's summary is there.
	Written struct{ event }
	// Answered is told when somebody answered one.
	Answered struct{ event }
)

// EventName implements db.Event.
func (Written) EventName() string { return "improvement.written" }

// EventName implements db.Event.
func (Answered) EventName() string { return "improvement.answered" }
