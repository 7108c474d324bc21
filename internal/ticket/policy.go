package ticket

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"guanjia/internal/platform/clock"
)

// Step is what somebody, or the system, does to a ticket.
type Step string

// The steps.
const (
	StepDispatch Step = "dispatch"
	StepAccept   Step = "accept"
	StepRefuse   Step = "refuse"
	StepTell     Step = "tell"
	StepAttempt  Step = "attempt" // to reach the customer, who was not reached
	StepDepart   Step = "depart"
	StepArrive   Step = "arrive"
	StepStart    Step = "start"
	StepHold     Step = "hold"
	StepResume   Step = "resume"
	StepInterim  Step = "interim"
	StepResolve  Step = "resolve"
	StepVerify   Step = "verify"
	StepReopen   Step = "reopen"
	StepNote     Step = "note"
	StepCancel   Step = "cancel"
	StepMerge    Step = "merge"
	StepPart     Step = "part" // of what was merged
	StepGrade    Step = "grade"
	StepComplex  Step = "complex"
	StepExtend   Step = "extend"
	StepExcuse   Step = "excuse"
	StepFollowUp Step = "followup"
	StepArchive  Step = "archive"
	// StepAppoint gives or moves an appointment.
	StepAppoint Step = "appoint"
	// StepVisit is the leader's yes to a visit where remote help would do (TIC-05a).
	StepVisit Step = "visit"
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
	Prefix  string // of its numbers
	Moves   Moves
	Targets map[Grade]Targets
	Complex time.Duration // to resolve once it is complex, counted from opening
	// Visits: somebody goes there. It is given to who is on duty by itself (TIC-05).
	Visits bool
	// FollowUp: the customer is asked afterwards (FUP-01); other kinds go from
	// resolved to archived.
	FollowUp bool
	// Proofs is what must be there before the work ends (TIC-07a), until a community sets another rule.
	Proofs []Proof
}

// Moves is a transition table: what is not in it is refused. A step with
// several ends goes back to where the ticket was.
type Moves map[Status]map[Step][]Status

// table reads a transition table as it is written below and shown in
// docs/tickets.md: "status: step→status … step step", where a step without an
// end leaves the status as it is.
func table(text string) Moves {
	m := Moves{}
	for line := range strings.Lines(text) {
		from, steps, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		at := Status(from)
		m[at] = map[Step][]Status{}
		for _, word := range strings.Fields(steps) {
			step, ends, moves := strings.Cut(word, "→")
			m[at][Step(step)] = []Status{at}
			if moves {
				m[at][Step(step)] = nil
				for end := range strings.SplitSeq(ends, "|") {
					m[at][Step(step)] = append(m[at][Step(step)], Status(end))
				}
			}
		}
	}
	return m
}

// onSite is the life of what somebody is sent for (TIC-04).
const onSite = `
	new:        dispatch→dispatched cancel→cancelled merge→cancelled tell attempt note interim grade complex extend excuse appoint visit
	dispatched: accept→accepted refuse→new dispatch→dispatched cancel→cancelled merge→cancelled tell attempt note interim grade complex extend excuse appoint→dispatched|new visit
	accepted:   depart→en_route arrive→arrived dispatch→dispatched hold→held cancel→cancelled merge→cancelled tell attempt note interim grade complex extend excuse appoint→accepted|new visit
	en_route:   arrive→arrived dispatch→dispatched hold→held cancel→cancelled merge→cancelled tell attempt note interim grade complex extend excuse appoint visit
	arrived:    start→working resolve→resolved dispatch→dispatched hold→held cancel→cancelled merge→cancelled tell attempt note interim grade complex extend excuse visit
	working:    resolve→resolved dispatch→dispatched hold→held tell attempt note interim grade complex extend excuse visit
	held:       resume→accepted|en_route|arrived|working dispatch→dispatched cancel→cancelled merge→cancelled tell note interim grade complex extend excuse appoint visit
	resolved:   followup→followed_up reopen→dispatched|new verify tell note excuse
	followed_up: archive→archived reopen→dispatched|new note excuse
	cancelled:  part→new|dispatched|accepted|en_route|arrived|held
`

// atTheDesk is the life of what needs no visit: it may be settled at once, and
// nobody calls afterwards.
const atTheDesk = `
	new:        dispatch→dispatched resolve→resolved cancel→cancelled merge→cancelled tell attempt note interim grade complex extend excuse
	dispatched: accept→accepted refuse→new dispatch→dispatched resolve→resolved cancel→cancelled merge→cancelled tell attempt note interim grade complex extend excuse
	accepted:   start→working dispatch→dispatched hold→held resolve→resolved cancel→cancelled merge→cancelled tell attempt note interim grade complex extend excuse
	working:    dispatch→dispatched hold→held resolve→resolved tell attempt note interim grade complex extend excuse
	held:       resume→accepted|working dispatch→dispatched cancel→cancelled merge→cancelled tell note interim grade complex extend excuse
	resolved:   reopen→dispatched|new archive→archived verify tell note excuse
	cancelled:  part→new|dispatched|accepted|held
`

var shippedTargets = map[Grade]Targets{
	A: {5 * time.Minute, 2 * time.Hour},
	B: {30 * time.Minute, 12 * time.Hour},
	C: {2 * time.Hour, 24 * time.Hour},
}

// shippedComplex is how long a complex matter may take.
const shippedComplex = 72 * time.Hour

func visited(kind Kind, prefix string, proofs ...Proof) Policy {
	return Policy{Kind: kind, Prefix: prefix, Moves: table(onSite), Targets: shippedTargets, Complex: shippedComplex, Visits: true, FollowUp: true, Proofs: proofs}
}

func spoken(kind Kind, prefix string) Policy {
	return Policy{Kind: kind, Prefix: prefix, Moves: table(atTheDesk), Targets: shippedTargets, Complex: shippedComplex}
}

// Policies are the kinds that this program knows. Complaints have a chapter of
// their own; what they share with every ticket is here.
var Policies = map[Kind]Policy{
	Repair:     visited(Repair, "BX", ProofAfter),
	Chore:      visited(Chore, "FW"),
	Complaint:  visited(Complaint, "TS"),
	Inquiry:    spoken(Inquiry, "ZX"),
	Suggestion: spoken(Suggestion, "JY"),
	Praise:     spoken(Praise, "BY"),
}

// Kinds lists the kinds in the order of their use.
var Kinds = []Kind{Repair, Chore, Complaint, Inquiry, Suggestion, Praise}

// Frozen is the part of a policy that applied at opening and stays with the
// ticket whatever the settings become (TIC-03c). Durations in milliseconds.
type Frozen struct {
	ResponseMS int64                `json:"responseMs"` // of the present grade
	ResolveMS  int64                `json:"resolveMs"`
	Grades     map[Grade]FrozenPair `json:"grades,omitempty"` // what each grade meant; absent on the oldest tickets
	ComplexMS  int64                `json:"complexMs,omitempty"`
	Hours      *FrozenHours         `json:"hours,omitempty"`  // absent: real time
	Timed      []Grade              `json:"timed,omitempty"`  // the grades whose clocks run in Hours; never A
	Proofs     map[Grade][]Proof    `json:"proofs,omitempty"` // what each grade must prove; absent on the oldest tickets
}

// FrozenPair are the targets of one grade.
type FrozenPair struct {
	ResponseMS int64 `json:"r"`
	ResolveMS  int64 `json:"s"`
}

// FrozenHours are the service hours that applied, and where.
type FrozenHours struct {
	Zone string     `json:"zone"`
	Plan clock.Plan `json:"plan"`
}

// of returns the targets of a grade: as frozen, else as the kind ships them.
func (f Frozen) of(kind Kind, g Grade) Targets {
	if p, ok := f.Grades[g]; ok {
		return Targets{time.Duration(p.ResponseMS) * time.Millisecond, time.Duration(p.ResolveMS) * time.Millisecond}
	}
	return Policies[kind].Targets[g]
}

// complexTarget is the time to resolve what is complex.
func (f Frozen) complexTarget(kind Kind) time.Duration {
	if f.ComplexMS > 0 {
		return time.Duration(f.ComplexMS) * time.Millisecond
	}
	return Policies[kind].Complex
}

// hoursOf is the time in which the clocks of a grade run. Real time for grade A
// always (TIC-03), and where frozen hours cannot be read.
func (f Frozen) hoursOf(g Grade) clock.Hours {
	if g == A || f.Hours == nil || !slices.Contains(f.Timed, g) {
		return clock.Hours{}
	}
	zone, err := clock.Zone(f.Hours.Zone)
	if err != nil {
		return clock.Hours{}
	}
	h, err := clock.NewHours(zone, clock.China(), f.Hours.Plan)
	if err != nil {
		return clock.Hours{}
	}
	return h
}

// Value implements driver.Valuer.
func (f Frozen) Value() (driver.Value, error) {
	b, err := json.Marshal(f)
	return string(b), err
}

// frozenTexts are policies by their text: a community freezes the same into
// thousands of tickets, and a page of a list reads fifty of them.
var frozenTexts = struct {
	sync.RWMutex
	known map[string]Frozen
}{known: map[string]Frozen{}}

const mostFrozenTexts = 2000

// Scan implements sql.Scanner. Nobody changes the maps of what was read.
func (f *Frozen) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return scanJSON(src, f)
	}
	frozenTexts.RLock()
	kept, known := frozenTexts.known[text]
	frozenTexts.RUnlock()
	if known {
		*f = kept
		return nil
	}
	if err := scanJSON(src, f); err != nil {
		return err
	}
	frozenTexts.Lock()
	defer frozenTexts.Unlock()
	if len(frozenTexts.known) >= mostFrozenTexts {
		clear(frozenTexts.known)
	}
	frozenTexts.known[text] = *f
	return nil
}

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
