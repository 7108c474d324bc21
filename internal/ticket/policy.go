package ticket

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Step is what somebody does to a ticket.
type Step string

// The steps.
const (
	StepDispatch Step = "dispatch"
	StepAccept   Step = "accept"
	StepRefuse   Step = "refuse"
	StepTell     Step = "tell"
	StepArrive   Step = "arrive"
	StepStart    Step = "start"
	StepResolve  Step = "resolve"
	StepNote     Step = "note"
	StepCancel   Step = "cancel"
	StepGrade    Step = "grade"
	StepFollowUp Step = "followup"
	StepArchive  Step = "archive"
)

// Targets are the two clocks of a grade (TIC-03). Limits are inclusive.
type Targets struct {
	Response time.Duration
	Resolve  time.Duration
}

// Policy is all that a kind of ticket adds to the shared machinery (design: one
// ticket, policies by kind).
type Policy struct {
	Kind    Kind
	Prefix  string                     // of its numbers
	Moves   map[Status]map[Step]Status // the transition table: what is not here is refused
	Targets map[Grade]Targets
	// Evidence lists what "resolve" still lacks (TIC-07a).
	Evidence func(t Ticket, photosAfter int) []string
}

// stay lists steps that leave the status as it is.
func stay(s Status, steps ...Step) map[Step]Status {
	m := map[Step]Status{}
	for _, p := range steps {
		m[p] = s
	}
	return m
}

func and(m map[Step]Status, step Step, to Status) map[Step]Status { m[step] = to; return m }

// RepairPolicy is the shipped policy of repairs (报修).
var RepairPolicy = Policy{
	Kind: Repair, Prefix: "BX",
	Moves: map[Status]map[Step]Status{
		New: and(and(stay(New, StepTell, StepNote, StepGrade), StepDispatch, Dispatched), StepCancel, Cancelled),
		Dispatched: and(and(and(and(stay(Dispatched, StepTell, StepNote, StepGrade), StepDispatch, Dispatched),
			StepAccept, Accepted), StepRefuse, New), StepCancel, Cancelled),
		Accepted:   and(and(and(stay(Accepted, StepTell, StepNote, StepGrade), StepDispatch, Dispatched), StepArrive, Arrived), StepCancel, Cancelled),
		Arrived:    and(and(and(stay(Arrived, StepTell, StepNote, StepGrade), StepStart, Working), StepResolve, Resolved), StepCancel, Cancelled),
		Working:    and(stay(Working, StepTell, StepNote, StepGrade), StepResolve, Resolved),
		Resolved:   and(stay(Resolved, StepTell, StepNote), StepFollowUp, FollowedUp),
		FollowedUp: and(stay(FollowedUp, StepNote), StepArchive, Archived),
	},
	Targets: map[Grade]Targets{
		A: {5 * time.Minute, 2 * time.Hour},
		B: {30 * time.Minute, 12 * time.Hour},
		C: {2 * time.Hour, 24 * time.Hour},
	},
	Evidence: func(_ Ticket, photosAfter int) (missing []string) {
		if photosAfter == 0 {
			missing = append(missing, "photo_after")
		}
		return missing
	},
}

// Policies are the kinds that this program knows.
var Policies = map[Kind]Policy{Repair: RepairPolicy}

// Frozen is the part of a policy that applied at opening and stays with the
// ticket whatever the settings become (TIC-03c). Durations in milliseconds.
type Frozen struct {
	ResponseMS int64 `json:"responseMs"`
	ResolveMS  int64 `json:"resolveMs"`
}

// Value implements driver.Valuer.
func (f Frozen) Value() (driver.Value, error) {
	b, err := json.Marshal(f)
	return string(b), err
}

// Scan implements sql.Scanner.
func (f *Frozen) Scan(src any) error { return scanJSON(src, f) }

// Data holds the facts of a timeline entry, for the screen to make a sentence of.
type Data map[string]any

// Value implements driver.Valuer.
func (d Data) Value() (driver.Value, error) {
	if len(d) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(map[string]any(d))
	return string(b), err
}

// Scan implements sql.Scanner.
func (d *Data) Scan(src any) error { return scanJSON(src, (*map[string]any)(d)) }

func scanJSON(src, into any) error {
	switch v := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), into)
	case []byte:
		return json.Unmarshal(v, into)
	}
	return fmt.Errorf("ticket: cannot read JSON from %T", src)
}
