// Package ticket follows one matter from the first word to the archive.
//
//	new ─dispatch→ dispatched ─accept→ accepted ─depart→ en route ─arrive→ arrived ─start→ working ─resolve→ resolved ─follow up→ followed up ─→ archived
//	 ↑               │                    └── hold ⇄ resume, from here to working ──┘                      │                    │
//	 └──── refuse ───┘         cancel ends it before the work; dispatch again gives it to somebody else    └────── reopen ──────┴→ dispatched
//
// docs/tickets.md shows the whole table of each kind.
//
// Intake, clocks, dispatch and timeline exist once, here; a kind adds a Policy
// (which steps, which targets, which evidence). Read ticket.go for the words,
// policy.go for the kinds, rules*.go for what is allowed, service*.go for the
// use cases, store.go for the SQL, http.go for the API.
package ticket

import (
	"guanjia/internal/customer"
	"guanjia/internal/facility"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
)

// ID identifies a ticket; people read its Number.
type ID = id.Of[Ticket]

// Kind is what sort of matter a ticket is (TIC-01); each has a Policy.
type Kind string

// The kinds.
const (
	Repair     Kind = "repair"     // 报修
	Chore      Kind = "service"    // 服务
	Inquiry    Kind = "inquiry"    // 咨询
	Suggestion Kind = "suggestion" // 建议
	Praise     Kind = "praise"     // 表扬
	Complaint  Kind = "complaint"  // 投诉
)

// Grade says how urgent a matter is (TIC-02).
type Grade string

// The grades.
const (
	A Grade = "A" // emergency
	B Grade = "B" // important
	C Grade = "C" // ordinary
)

// Status is where a ticket stands (TIC-04).
type Status string

// The states.
const (
	New        Status = "new"
	Dispatched Status = "dispatched"
	Accepted   Status = "accepted"
	EnRoute    Status = "en_route"
	Arrived    Status = "arrived"
	Working    Status = "working"
	Held       Status = "held"
	Resolved   Status = "resolved"
	FollowedUp Status = "followed_up"
	Archived   Status = "archived"
	Cancelled  Status = "cancelled"
)

// ByPlan is the channel of what a plan of recurring work opened (TIC-13).
const ByPlan = "plan"

// Ticket is one matter to be settled.
type Ticket struct {
	ID            ID                `db:"id" json:"id"`
	Community     authz.CommunityID `db:"community_id" json:"community"`
	Number        string            `db:"number" json:"number" example:"BX20261114-0007"`
	Kind          Kind              `db:"kind" json:"kind" enum:"repair,service,inquiry,suggestion,praise,complaint"`
	Category      string            `db:"category" json:"category"`
	Facet         string            `db:"facet" json:"facet,omitempty" doc:"which side of a fee it is about, of a class that has facets (TIC-01a)"`
	Grade         Grade             `db:"grade" json:"grade" enum:"A,B,C"`
	Status        Status            `db:"status" json:"status" enum:"new,dispatched,accepted,en_route,arrived,working,held,resolved,followed_up,archived,cancelled"`
	Title         string            `db:"title" json:"title"`
	Description   string            `db:"description" json:"description"`
	Channel       string            `db:"channel" json:"channel" enum:"phone,visit,app,patrol,plan"`
	Room          housing.RoomID    `db:"room_id" json:"roomId,omitempty"`
	Building      staff.BuildingID  `db:"building_id" json:"buildingId,omitzero"`
	Facility      facility.ID       `db:"facility_id" json:"facilityId,omitzero" doc:"the facility it is about (HOU-04)"`
	Place         string            `db:"place" json:"place" doc:"the room's label, or a public place"`
	Latitude      *int64            `db:"report_latitude" json:"-"`  // of a public place, as the phone said; see Spot
	Longitude     *int64            `db:"report_longitude" json:"-"` // millionths of a degree, like latitude
	Customer      customer.ID       `db:"customer_id" json:"customerId,omitempty"`
	ContactName   string            `db:"contact_name" json:"contactName,omitempty"`
	ContactClear  string            `db:"contact_mobile" json:"-"` // as programs before the vault wrote it
	ContactSealed string            `db:"contact_sealed" json:"-"`
	ContactIndex  string            `db:"contact_index" json:"-"`
	ContactLast4  string            `db:"contact_last4" json:"-"`
	Owner         staff.ID          `db:"owner_id" json:"-"` // first-contact owner
	OwnerName     string            `db:"owner_name" json:"-"`
	Assignee      staff.ID          `db:"assignee_id" json:"-"`
	AssigneeName  string            `db:"assignee_name" json:"-"`
	Policy        Frozen            `db:"policy" json:"-"`
	OpenedAt      clock.Instant     `db:"opened_at" json:"openedAt"`
	DispatchedAt  *clock.Instant    `db:"dispatched_at" json:"-"`
	AcceptedAt    *clock.Instant    `db:"accepted_at" json:"-"`
	ResponseAt    *clock.Instant    `db:"response_at" json:"-"`
	ArrivedAt     *clock.Instant    `db:"arrived_at" json:"-"`
	StartedAt     *clock.Instant    `db:"started_at" json:"-"`
	ResolvedAt    *clock.Instant    `db:"resolved_at" json:"-"`
	FollowedUpAt  *clock.Instant    `db:"followed_up_at" json:"-"`
	EndedAt       *clock.Instant    `db:"ended_at" json:"-"` // cancelled or archived
	ResponseDue   clock.Instant     `db:"response_due" json:"-"`
	ResolveDue    clock.Instant     `db:"resolve_due" json:"-"`
	SortDue       int64             `db:"sort_due" json:"-"` // see sortDue
	PromisedAt    *clock.Instant    `db:"promised_at" json:"promisedAt,omitempty" doc:"the arrival time told to the customer"`
	Cause         string            `db:"cause" json:"cause,omitempty"`
	Remedy        string            `db:"remedy" json:"remedy,omitempty"`
	Advice        string            `db:"advice" json:"advice,omitempty" doc:"what the customer is advised (TIC-07d)"`
	Parts         string            `db:"parts" json:"parts,omitempty" doc:"what was used"`
	SignAsked     *Signed           `db:"sign_asked" json:"signAsked,omitempty" doc:"what the customer was asked to sign on their phone, and has not yet (FAC-02)"`
	Minutes       int64             `db:"minutes" json:"minutes,omitempty" doc:"time spent on it"`
	Rating        *int64            `db:"rating" json:"-"` // tenths

	Remote          string         `db:"remote" json:"remote,omitempty" enum:"possible,granted," doc:"possible: remote help would do, and a visit needs the leader's yes; granted: it was given"`
	DepartedAt      *clock.Instant `db:"departed_at" json:"-"`
	HeldAt          *clock.Instant `db:"held_at" json:"heldAt,omitempty"`
	HeldUntil       *clock.Instant `db:"held_until" json:"heldUntil,omitempty" doc:"when work is expected to go on"`
	HeldWhy         Waiting        `db:"held_why" json:"heldWhy,omitempty" enum:"customer,material,third_party"`
	HeldFrom        Status         `db:"held_from" json:"-"`
	Pauses          Pauses         `db:"pauses" json:"-"`
	Complex         bool           `db:"is_complex" json:"complex" doc:"graded complex with a supervisor's yes (TIC-02)"`
	FirstDue        *clock.Instant `db:"first_due" json:"-"` // the resolve clock before it was complex
	ExtendedTo      *clock.Instant `db:"extended_to" json:"-"`
	ExcusedResponse string         `db:"excused_response" json:"-"`
	ExcusedResolve  string         `db:"excused_resolve" json:"-"`
	ResponseStep    int64          `db:"response_step" json:"-"` // the ladder's last rung that was told, in hundredths
	ResolveStep     int64          `db:"resolve_step" json:"-"`
	ReportFrom      clock.Instant  `db:"report_from" json:"-"` // see reportDue
	VerifiedAt      *clock.Instant `db:"verified_at" json:"verifiedAt,omitempty"`
	ReopenedAt      *clock.Instant `db:"reopened_at" json:"reopenedAt,omitempty"`
	FirstResolvedAt *clock.Instant `db:"first_resolved_at" json:"firstResolvedAt,omitempty"`
	Reopened        int64          `db:"reopened" json:"reopened" doc:"how often it was opened again"`
	Again           int64          `db:"reopened_early" json:"-"` // of these, within seven days: against the first-time fix
	Transfers       int64          `db:"transfers" json:"transfers" doc:"how often it went from one to another; two and more show"`
	Attempts        int64          `db:"attempts" json:"attempts,omitempty" doc:"to reach the customer, since somebody did (TIC-07c)"`
	AttemptAt       *clock.Instant `db:"attempt_at" json:"attemptAt,omitempty" doc:"when the next attempt is planned"`
	Second          staff.ID       `db:"second_id" json:"-"` // who keeps calling too
	MergedInto      ID             `db:"merged_into" json:"mergedInto,omitempty" doc:"the ticket that tells of the same matter (TIC-11)"`
	MergedFrom      Status         `db:"merged_from" json:"-"` // what it was before
	Earlier         ID             `db:"earlier_id" json:"earlierId,omitempty" doc:"the ended ticket whose matter it takes up (TIC-04)"`
	Doer            staff.ID       `db:"doer_id" json:"-"` // who did it before it was opened again
	DoerName        string         `db:"doer_name" json:"-"`
	Wished          string         `db:"wished" json:"wished,omitempty" doc:"when the customer would like somebody to come, in their words (TIC-01)"`
	VisitSlot       string         `db:"visit_slot" json:"visitSlot,omitempty" doc:"name of the appointment's window (TIC-01)"`
	VisitFrom       *clock.Instant `db:"visit_from" json:"visitFrom,omitempty"`
	VisitTo         *clock.Instant `db:"visit_to" json:"visitTo,omitempty"`
	VisitState      Arrival        `db:"visit_state" json:"visitState,omitempty" enum:"booked,kept,missed," doc:"what became of the arrival that was promised last, by window or by time (TIC-07c)"`
	VisitLate       int64          `db:"visit_late" json:"visitLate,omitempty" doc:"minutes after the window, or before it if negative; of what was missed"`
	VisitMoved      int64          `db:"visit_moved" json:"visitMoved,omitempty" doc:"how often it was moved"`
	Version         int64          `db:"version" json:"version"`
}

// Entry is one line of the timeline (TIC-08). Sentences are made on the screen
// from Verb and Data; Text is what a person wrote.
type Entry struct {
	ID        EntryID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Ticket    ID                `db:"ticket_id" json:"-"`
	At        clock.Instant     `db:"at" json:"at"`
	By        staff.ID          `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"-"`
	Verb      string            `db:"verb" json:"verb"`
	Channel   string            `db:"channel" json:"channel,omitempty"`
	Public    bool              `db:"is_public" json:"public" doc:"the customer sees it"`
	Text      string            `db:"words" json:"text"`
	Data      Data              `db:"data" json:"data,omitempty"`
}

// EntryID identifies a line of a timeline.
type EntryID = id.Of[Entry]

// Photo is a picture, or a recording, attached to a ticket (TIC-01).
type Photo struct {
	ID        PhotoID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Ticket    ID                `db:"ticket_id" json:"-"`
	Kind      string            `db:"kind" json:"kind" enum:"before,after,signature,stamp,slip,voice,video" doc:"signature: the customer's, drawn on a phone or of a signed form (TIC-07); stamp: the form with the stamp of an organisation (TIC-07d); slip: what a colleague, such as the storekeeper, signed on a form of the ticket; voice and video: recordings"`
	Blob      string            `db:"blob" json:"-"`
	Type      string            `db:"type" json:"-"`
	Size      int64             `db:"size" json:"-"`
	At        clock.Instant     `db:"at" json:"at"`
	By        staff.ID          `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	Signed    *Signed           `db:"signed_text" json:"signed,omitempty" doc:"what the customer read before they signed, of a signature under finished work (TIC-07d)"`
}

// PhotoID identifies a photo.
type PhotoID = id.Of[Photo]

// The use cases, as they appear in roles, trail and metrics.
const (
	ActView     authz.Action = "ticket.view"
	ActOpen     authz.Action = "ticket.open"
	ActDispatch authz.Action = "ticket.dispatch"
	ActAccept   authz.Action = "ticket.accept"
	ActRefuse   authz.Action = "ticket.refuse"
	ActClaim    authz.Action = "ticket.claim"
	ActTell     authz.Action = "ticket.tell"
	ActArrive   authz.Action = "ticket.arrive"
	ActStart    authz.Action = "ticket.start"
	ActResolve  authz.Action = "ticket.resolve"
	ActNote     authz.Action = "ticket.note"
	ActCancel   authz.Action = "ticket.cancel"
	ActMerge    authz.Action = "ticket.merge"
	ActGrade    authz.Action = "ticket.grade"
	ActPhoto    authz.Action = "ticket.photo"
	ActExport   authz.Action = "ticket.export"
	ActReveal   authz.Action = "ticket.reveal"
	ActDepart   authz.Action = "ticket.depart"
	ActHold     authz.Action = "ticket.hold"
	ActInterim  authz.Action = "ticket.interim"
	ActVerify   authz.Action = "ticket.verify"
	ActReopen   authz.Action = "ticket.reopen"
	ActArchive  authz.Action = "ticket.archive"
	ActAsk      authz.Action = "ticket.ask"    // for more time, or a late reopening
	ActDecide   authz.Action = "ticket.decide" // what was asked for
	ActExcuse   authz.Action = "ticket.excuse"
	ActSettings authz.Action = "ticket.settings"
)

// Errors.
var (
	ErrTransition    = errs.New(errs.Conflict, "ticket.transition", "the ticket is not in a state that allows this")
	ErrNotYours      = errs.New(errs.Forbidden, "ticket.not_yours", "this ticket was given to somebody else")
	ErrOffDuty       = errs.New(errs.Invalid, "ticket.assignee_unknown", "there is no such member of staff in this community")
	ErrMissing       = errs.New(errs.Conflict, "ticket.evidence_missing", "something is missing before this can be resolved")
	ErrNotPicture    = errs.New(errs.Invalid, "ticket.not_a_picture", "the file is no JPEG, PNG or WebP picture")
	ErrNotRecording  = errs.New(errs.Invalid, "ticket.not_a_recording", "the file is no sound or video that browsers can play")
	ErrNoContact     = errs.New(errs.NotFound, "ticket.no_contact", "the ticket has no such contact")
	ErrLate          = errs.New(errs.Conflict, "ticket.reopen_late", "after seven days a supervisor must agree")
	ErrFreely        = errs.New(errs.Conflict, "ticket.reopen_freely", "within seven days nobody need be asked")
	ErrAlready       = errs.New(errs.Conflict, "ticket.complex_already", "it is complex already")
	ErrOwnWork       = errs.New(errs.Forbidden, "ticket.own_work", "who did the work does not judge it")
	ErrClaimed       = errs.New(errs.Conflict, "ticket.claimed", "somebody else claimed it first")
	ErrClaimOffDuty  = errs.New(errs.Conflict, "ticket.claim_off_duty", "who is not on duty claims nothing")
	ErrClaimSkill    = errs.New(errs.Conflict, "ticket.claim_skill", "it needs a skill that you do not have")
	ErrClaimClosed   = errs.New(errs.Conflict, "ticket.claim_closed", "this ticket is not for claiming")
	ErrNothingToSign = errs.New(errs.Conflict, "ticket.nothing_to_sign", "nothing waits for the customer's signature")
	ErrNoStamp       = errs.New(errs.Conflict, "ticket.no_stamp", "only an organisation stamps; a person signs")
	ErrFilesClosed   = errs.New(errs.Conflict, "ticket.photos_closed", "photos can be added until the follow-up")
)

// event is the part that all events of this package share.
type event struct {
	Ticket    ID                `json:"ticket"`
	Community authz.CommunityID `json:"community"`
}

// Where implements db.Event.
func (e event) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e event) About() string { return e.Ticket.String() }

// Events told to other domains and to live screens.
type (
	// Opened is told when a ticket was opened.
	Opened struct{ event }
	// Returned is told when an assignee refused: it waits for dispatch again.
	Returned struct {
		event
		From staff.ID `json:"from"`
	}
	// Given is told when a ticket was given to somebody.
	Given struct {
		event
		To staff.ID `json:"to"`
	}
	// Changed is told at every other step, for live screens.
	Changed struct {
		event
		Status Status `json:"status"`
	}
	// Escalated is told when a clock has come to a rung of the ladder (TIC-03b).
	Escalated struct {
		event
		Clock   string     `json:"clock"`
		Percent int64      `json:"percent"`
		To      []staff.ID `json:"to"`
	}
	// Reopened is told when a resolved ticket is opened again.
	Reopened struct{ event }
	// Solved is told when the work is done.
	Solved struct {
		event
		Assignee staff.ID      `json:"assignee"`
		At       clock.Instant `json:"at"`
	}
)

// Informed is told when the timeline got a line that the customer sees and did
// not write themselves (TIC-09).
type Informed struct {
	event
	Entry EntryID `json:"entry"`
	Verb  string  `json:"verb"`
}

// EventName implements db.Event.
func (Informed) EventName() string { return "ticket.informed" }

// Progressed is told when a ticket has reached a step, or became another
// matter: what a procedure looks at.
type Progressed struct{ event }

// EventName implements db.Event.
func (Progressed) EventName() string { return "ticket.progressed" }

// steps is what Progressed tells of a change of.
type steps struct {
	kind                                                              Kind
	grade                                                             Grade
	status                                                            Status
	category, channel                                                 string
	complex                                                           bool
	dispatched, response, arrived, started, resolved, followed, ended clock.Instant
}

func (t Ticket) steps() steps {
	at := func(i *clock.Instant) clock.Instant {
		if i == nil {
			return 0
		}
		return *i
	}
	x := steps{t.Kind, t.Grade, t.Status, t.Category, t.Channel, t.Complex, at(t.DispatchedAt), at(t.ResponseAt), at(t.ArrivedAt), at(t.StartedAt), at(t.ResolvedAt), at(t.FollowedUpAt), at(t.EndedAt)}
	if t.Status != Archived && t.Status != Cancelled {
		x.status = "" // the instants say it
	}
	return x
}

// EventName implements db.Event.
func (Opened) EventName() string { return "ticket.opened" }

// EventName implements db.Event.
func (Returned) EventName() string { return "ticket.refused" }

// EventName implements db.Event.
func (Given) EventName() string { return "ticket.dispatched" }

// EventName implements db.Event.
func (Changed) EventName() string { return "ticket.changed" }

// EventName implements db.Event.
func (Escalated) EventName() string { return "ticket.escalated" }

// EventName implements db.Event.
func (Reopened) EventName() string { return "ticket.reopened" }

// EventName implements db.Event.
func (Solved) EventName() string { return "ticket.resolved" }
