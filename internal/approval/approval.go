// Package approval is the one inbox for every request and its decision (ACC-12).
//
//	pending ─approve→ approved      ─reject→ rejected
//	   │ ─withdraw→ withdrawn       ─nobody in time→ lapsed
//	   └─ half of the time: reminder; time over: the next level may decide as well
//
// A domain registers its Kind, asks with Request inside its own transaction,
// and is told of the end in the transaction that decides (Kind.Ended). Who may
// decide follows from role, amount and place; whoever asked and whom it is
// about never decide, a deputy stands in for who is absent.
package approval

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
)

// ID identifies a request.
type ID = id.Of[Request]

// State is where a request stands.
type State string

// The states; only Pending is not the end.
const (
	Pending   State = "pending"
	Approved  State = "approved"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn"
	Lapsed    State = "lapsed"
)

// Request is one matter that somebody else decides. It holds no personal data
// but the names of staff; About is masked by the domain that asks.
type Request struct {
	ID          ID                `db:"id" json:"id"`
	Community   authz.CommunityID `db:"community_id" json:"community,omitempty" doc:"empty: a matter of the company"`
	Kind        string            `db:"kind" json:"kind"`
	Subject     string            `db:"subject" json:"subject" doc:"as in the trail: staff:06q3…"`
	About       string            `db:"about" json:"about" doc:"a few words, masked"`
	Data        Data              `db:"data" json:"-"`
	Reason      string            `db:"reason" json:"reason"`
	Evidence    Texts             `db:"evidence" json:"evidence"`
	Amount      *money.Fen        `db:"amount" json:"amount,omitempty"`
	Concerned   authz.AccountID   `db:"concerned_id" json:"-"`
	Approver    authz.AccountID   `db:"approver_id" json:"-"` // who sits alone at the lowest level; 0: its roles
	RequestedAt clock.Instant     `db:"requested_at" json:"requestedAt"`
	RequestedBy authz.AccountID   `db:"requested_by" json:"-"`
	Requester   string            `db:"requested_by_name" json:"requestedBy"`
	KeptBy      authz.AccountID   `db:"kept_by" json:"-"` // the requester, or who took over from them
	Alone       bool              `db:"alone" json:"-"`   // nobody else could decide, and the kind lets the requester
	Level       int64             `db:"level" json:"level"`
	DueAt       clock.Instant     `db:"due_at" json:"dueAt"`
	Reminded    bool              `db:"reminded" json:"reminded"`
	LapsesAt    *clock.Instant    `db:"lapses_at" json:"lapsesAt,omitempty"`
	State       State             `db:"state" json:"state" enum:"pending,approved,rejected,withdrawn,lapsed"`
	DecidedAt   *clock.Instant    `db:"decided_at" json:"decidedAt,omitempty"`
	DecidedBy   authz.AccountID   `db:"decided_by" json:"-"`
	Decider     string            `db:"decided_by_name" json:"decidedBy,omitempty"`
	StoodForID  authz.AccountID   `db:"stood_for_id" json:"-"`
	StoodFor    string            `db:"stood_for_name" json:"stoodFor,omitempty" doc:"who was absent"`
	Decision    string            `db:"decision" json:"decision,omitempty" doc:"the reason of the decision"`
	Conditions  string            `db:"conditions" json:"conditions,omitempty"`
	Version     int64             `db:"version" json:"version"`
}

// Kind is one sort of request, registered by its domain when the program is built.
type Kind struct {
	Name   string       // "staff.position"; never changes
	Decide authz.Action // the permission that deciding takes, at the request's place
	// Levels are the approvers, from the lowest to the highest, until
	// administrators set others. None: everybody who holds Decide.
	Levels    []Level
	TimeLimit time.Duration // at each level; administrators may set another
	Lapse     time.Duration // a request that nobody decided ends so long after it was made; 0: never
	// FourEyes: the requester never decides, not even when nobody else could.
	FourEyes bool
	// Ended takes the effect in the transaction that ends the request, whichever
	// way (look at State). tx.Who is who decided or withdrew, or a job.
	Ended func(ctx context.Context, tx *db.Tx, r Request) error
	// Describe says in labelled lines what is asked, for who reads one request; nil: nothing more.
	Describe func(ctx context.Context, tx *db.Tx, r Request) ([]Line, error)
}

// Level is one step of approvers.
type Level struct {
	Roles []string   `json:"roles" maxItems:"30" doc:"codes of roles, any of which is enough; none: everybody with the permission"`
	UpTo  *money.Fen `json:"upTo,omitempty" doc:"the highest amount this level decides; absent: any"`
}

// Rule is how a kind is decided: the kind's own, or what administrators set.
type Rule struct {
	ID      id.Of[Rule] `db:"id" json:"-"`
	Kind    string      `db:"kind" json:"kind"`
	Levels  Levels      `db:"levels" json:"levels"`
	Hours   int64       `db:"hours" json:"hours" doc:"time limit at each level"`
	Version int64       `db:"version" json:"version" doc:"0: as shipped"`
}

// ETag implements web.Versioned.
func (r Rule) ETag() int64 { return r.Version }

// Line is one fact of a request: the face translates Label.
type Line struct {
	Label string `json:"label"`
	From  string `json:"from,omitempty" doc:"as it is now; absent where nothing is replaced"`
	To    string `json:"to"`
}

// Ask is what Request is told.
type Ask struct {
	Kind      string
	Community authz.CommunityID // zero: a matter of the company
	Subject   string            // as in the trail; one pending request of a kind per subject
	About     string            // a few words for lists, masked
	Data      any               // the domain's own, handed to Ended in Request.Data
	Reason    string
	Evidence  []string
	Amount    *money.Fen
	Concerned authz.AccountID // whom it is about, if that is an account
	Approver  authz.AccountID // who is asked by name, before the levels above the first
}

// Deputy is who stands in for somebody from the beginning of a day to the end of another.
type Deputy struct {
	ID      DeputyID        `db:"id" json:"id"`
	Account authz.AccountID `db:"account_id" json:"-"`
	Deputy  authz.AccountID `db:"deputy_id" json:"deputyId"`
	From    clock.Day       `db:"from_on" json:"from"`
	To      clock.Day       `db:"to_on" json:"to"`
	FromAt  clock.Instant   `db:"from_at" json:"-"`
	ToAt    clock.Instant   `db:"to_at" json:"-"`
	Version int64           `db:"version" json:"-"`
}

// DeputyID identifies an absence.
type DeputyID = id.Of[Deputy]

// The use cases.
const (
	ActInbox  authz.Action = "approval.inbox"  // one's own requests, and what one may decide
	ActDecide authz.Action = "approval.decide" // besides the kind's own permission
	ActView   authz.Action = "approval.view"   // every request in one's scope
	ActRules  authz.Action = "approval.rules"
)

// Errors.
var (
	ErrNobody   = errs.New(errs.Conflict, "approval.nobody", "nobody else could decide this request")
	ErrEnded    = errs.New(errs.Conflict, "approval.ended", "this request has been decided or withdrawn")
	ErrOpen     = errs.New(errs.Conflict, "approval.open", "there is a pending request about this already")
	ErrOwn      = errs.New(errs.Forbidden, "approval.own", "who asked does not decide")
	ErrAboutYou = errs.New(errs.Forbidden, "approval.about_you", "whom it is about does not decide")
	ErrNotYours = errs.New(errs.Forbidden, "approval.not_yours", "another level decides this")
	ErrNotAsker = errs.New(errs.Forbidden, "approval.not_asker", "only who asked can withdraw")
	ErrDeputy   = errs.New(errs.Invalid, "approval.deputy", "somebody else of one's own communities stands in")
	ErrTaken    = errs.New(errs.Conflict, "approval.deputy_twice", "somebody stands in for these days already")
)

// Service holds the kinds and the use cases of this package.
type Service struct {
	DB    *db.DB
	kinds []Kind
}

// Register adds a kind; only while the program is built.
func (s *Service) Register(k Kind) {
	if _, err := s.kind(k.Name); err == nil || k.Decide == "" || k.TimeLimit < time.Hour || k.Ended == nil {
		panic("approval: " + k.Name + " is registered twice or incomplete")
	}
	s.kinds = append(s.kinds, k)
}

func (s *Service) kind(name string) (Kind, error) {
	i := slices.IndexFunc(s.kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, fmt.Errorf("approval: nobody registered %q: %w", name, db.ErrNotFound)
	}
	return s.kinds[i], nil
}

// Schedule registers the clock that reminds, escalates and lets lapse.
func (s *Service) Schedule(r *jobs.Runner) { jobs.Handle(r, clockJob, s.tick) }

// event is the part that all events of this package share.
type event struct {
	Approval  ID                `json:"approval"`
	Community authz.CommunityID `json:"community"`
	Kind      string            `json:"kind"`
}

// Where implements db.Event.
func (e event) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e event) About() string { return e.Approval.String() }

// Events told to live screens.
type (
	// Requested is told when somebody asks.
	Requested struct{ event }
	// Moved is told when a request was reminded of or went up a level.
	Moved struct{ event }
	// Ended is told when a request was decided, withdrawn or lapsed.
	Ended struct {
		event
		State State `json:"state"`
	}
)

// EventName implements db.Event.
func (Requested) EventName() string { return "approval.requested" }

// EventName implements db.Event.
func (Moved) EventName() string { return "approval.moved" }

// EventName implements db.Event.
func (Ended) EventName() string { return "approval.decided" }

// Unmarshal reads what the domain asked with.
func (d Data) Unmarshal(v any) error { return json.Unmarshal([]byte(d), v) }
