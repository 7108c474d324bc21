// Package message is what leaves the program: notifications to browsers (Web
// Push) and letters by mail, to people at work about their notices (TIC-03b) and
// to residents about their matters (TIC-09).
//
//	waiting ─→ sent
//	   │  └──→ failed    the server will not take it, or it is too old; "send again" lets it wait anew
//	   └─────→ dropped   whom it was for may not see it any more, is not reached that way any more, or a later one says more
//
// A row keeps no words and no address. What is said is made of the ticket when it
// is sent, with its reader's rights of that moment: who left, signed out or lost
// the room gets nothing. Sending waits for other people's servers, so it has
// lanes of its own among the jobs and holds no transaction meanwhile.
package message

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"guanjia/internal/approval"
	"guanjia/internal/arrears"
	"guanjia/internal/delivery"
	"guanjia/internal/extract"
	"guanjia/internal/notice"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/mail"
	"guanjia/internal/platform/reseal"
	"guanjia/internal/platform/webpush"
	"guanjia/internal/refund"
	"guanjia/internal/roster"
	"guanjia/internal/ticket"
)

// ID identifies a message.
type ID = id.Of[Message]

// The channels.
const (
	Push = "push"
	Mail = "mail"
)

// State is where a message stands.
type State string

// The states.
const (
	Waiting State = "waiting"
	Sent    State = "sent"
	Failed  State = "failed"
	Dropped State = "dropped"
)

// What a message is about. The first three are of people at work, the others of residents.
const (
	Notices     = "notices"
	Approval    = "approval"
	Swap        = "swap"
	Registered  = "registered"
	Dispatched  = "dispatched"
	Arrival     = "arrival"
	Rescheduled = "rescheduled"
	OnWay       = "on_way"
	Held        = "held"
	Resolved    = "resolved"
	Quote       = "quote"
	Receipt     = "receipt"
	Said        = "said"
	Sign        = "sign" // what was done waits for a signature
	Cancelled   = "cancelled"
	Dun         = "dun"        // bills that are due
	Bill        = "bill"       // a bill, or its correction
	Extract     = "extract"    // a statement of account
	Collection  = "collection" // the month's rates, to property managers
	FaultMonth  = "faults"     // the month's faults, to who leads the technical department
	Reading     = "reading"    // versions of procedures to read and confirm (PRO-01b)
	Refunds     = "refund"
	Receipts    = "online_paid" // money that came online
)

// Message is one message to one person by one channel.
type Message struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Account   authz.AccountID   `db:"account_id" json:"-"`
	Ticket    ticket.ID         `db:"ticket_id" json:"ticketId,omitempty"`
	Entry     ticket.EntryID    `db:"entry_id" json:"-"`
	Channel   string            `db:"channel" json:"channel" enum:"push,mail"`
	Kind      string            `db:"kind" json:"kind" enum:"notices,approval,swap,registered,dispatched,arrival,rescheduled,on_way,held,resolved,quote,receipt,said,sign,cancelled,dun,bill,extract,collection,faults,reading,refund,online_paid"`
	Data      Data              `db:"data" json:"-"`
	Urgent    bool              `db:"is_urgent" json:"urgent"`
	Quiet     bool              `db:"is_quiet" json:"quiet" doc:"it waited for the end of the quiet hours"`
	State     State             `db:"state" json:"state" enum:"waiting,sent,failed,dropped"`
	At        clock.Instant     `db:"at" json:"at"`
	DueAt     clock.Instant     `db:"due_at" json:"dueAt"`
	SentAt    *clock.Instant    `db:"sent_at" json:"sentAt,omitempty"`
	Tries     int64             `db:"tries" json:"tries"`
	Reason    string            `db:"reason" json:"reason,omitempty" doc:"message.…: one of the program's own; else what the server said"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (m Message) ETag() int64 { return m.Version }

// Data is what a message is made of besides its ticket.
type Data struct {
	Notices  []notice.ID       `json:"notices,omitempty"`
	Approval approval.ID       `json:"approval,omitzero"`
	Swap     roster.SwapID     `json:"swap,omitzero"`
	Dun      arrears.DunID     `json:"dun,omitzero"`
	Bill     delivery.NoticeID `json:"bill,omitzero"`
	Extract  extract.MadeID    `json:"extract,omitzero"`
	Refund   refund.ID         `json:"refund,omitzero"`
	Order    payonline.OrderID `json:"order,omitzero"`
	State    string            `json:"state,omitempty"` // of the swap or refund that is told
	Month    *Month            `json:"month,omitempty"`
	Faults   *Faults           `json:"faults,omitempty"`
}

// Value implements driver.Valuer.
func (d Data) Value() (driver.Value, error) {
	b, err := json.Marshal(d)
	return string(b), err
}

// Scan implements sql.Scanner.
func (d *Data) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("message: data are no text: %T", src)
	}
	return json.Unmarshal([]byte(s), d)
}

// Why a message was not sent, of the program's own; the faces have the words.
const (
	whyRight  = "message.no_right"  // whom it was for may not see it any more
	whyOff    = "message.off"       // they switched the channel off, or have no address or browser any more
	whyOld    = "message.too_old"   // it waited for days
	whyLater  = "message.later"     // a later one says more
	whyRead   = "message.read"      // it was read inside the program meanwhile
	whyDevice = "message.no_device" // their browsers are not reached any more
)

// Reach is how somebody wants to be reached; its id is their account's.
type Reach struct {
	ID        id.Of[Reach]   `db:"id"`
	Push      bool           `db:"is_push"`
	Mail      bool           `db:"is_mail"`
	Sealed    string         `db:"address_sealed"`
	Confirmed *clock.Instant `db:"confirmed_at"`
	Code      string         `db:"code_index"`
	CodeUntil clock.Instant  `db:"code_until"`
	CodeTries int64          `db:"code_tries"`
	AskedAt   clock.Instant  `db:"asked_at"` // when the day of asked began
	Asked     int64          `db:"asked"`    // how many codes were sent since
	Lang      string         `db:"lang"`
	Face      string         `db:"face"`
	Version   int64          `db:"version"`
}

// Device is a subscribed browser.
type Device struct {
	ID      DeviceID        `db:"id" json:"id"`
	Account authz.AccountID `db:"account_id" json:"-"`
	Session db.ID           `db:"session_id" json:"-"`
	Index   string          `db:"endpoint_index" json:"-"`
	Sealed  string          `db:"endpoint_sealed" json:"-"`
	Face    string          `db:"face" json:"face" enum:"console,m,r"`
	Lang    string          `db:"lang" json:"-"`
	Name    string          `db:"device" json:"device" doc:"what the browser calls itself"`
	At      clock.Instant   `db:"at" json:"at"`
	SeenAt  clock.Instant   `db:"seen_at" json:"seenAt"`
}

// DeviceID identifies a subscribed browser.
type DeviceID = id.Of[Device]

// Server is the mail server of the installation. The password is written, never shown.
type Server struct {
	ID        id.Of[Server]  `db:"id" json:"-"`
	On        bool           `db:"is_on" json:"on"`
	Host      string         `db:"host" json:"host"`
	Port      int64          `db:"port" json:"port"`
	Security  string         `db:"security" json:"security" enum:"starttls,tls,none"`
	User      string         `db:"username" json:"user"`
	Password  string         `db:"password_sealed" json:"-"`
	HasSecret bool           `db:"-" json:"passwordSet"`
	Sender    string         `db:"sender" json:"sender"`
	Name      string         `db:"sender_name" json:"senderName"`
	Site      string         `db:"site" json:"site" doc:"where people open the program: https://…; links in letters begin with it"`
	DownSince *clock.Instant `db:"down_since" json:"downSince,omitempty" doc:"it takes no letters since then"`
	DownUntil clock.Instant  `db:"down_until" json:"-"` // when it is tried again
	DownTimes int64          `db:"down_times" json:"-"`
	DownWhy   string         `db:"down_why" json:"downWhy,omitempty"`
	Waiting   int64          `db:"-" json:"waiting" doc:"letters that wait"`
	Version   int64          `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (s Server) ETag() int64 { return s.Version }

// key signs what goes to browsers; there is one.
type key struct {
	ID      id.Of[key]    `db:"id"`
	Public  string        `db:"public_key"`
	Private string        `db:"private_sealed"`
	At      clock.Instant `db:"at"`
}

// Quiet are the hours in which residents are told only what is urgent.
type Quiet struct {
	ID        id.Of[Quiet]      `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	From      int64             `db:"quiet_from" json:"from" minimum:"0" maximum:"1439" doc:"minutes of the day"`
	To        int64             `db:"quiet_to" json:"to" minimum:"0" maximum:"1439" doc:"minutes of the day; the same as from: never"`
	Version   int64             `db:"version" json:"version" doc:"0: as shipped"`
}

// ETag implements web.Versioned.
func (q Quiet) ETag() int64 { return q.Version }

// Sealed are the columns of this package that nobody reads from a stolen copy.
var Sealed = []reseal.Column{
	{Table: "mail_server", Name: "password", Sealed: "password_sealed"},
	{Table: "push_key", Name: "private", Sealed: "private_sealed"},
	{Table: "message_reach", Name: "address", Sealed: "address_sealed"},
	{Table: "push_subscription", Name: "endpoint", Sealed: "endpoint_sealed", By: []reseal.Index{{Column: "endpoint_index", Kind: indexEndpoint, Of: endpointOf}}},
}

const indexEndpoint = "push.endpoint"

func endpointOf(plain string) string {
	var s webpush.Subscription
	_ = json.Unmarshal([]byte(plain), &s) // what is none has no address
	return s.Endpoint
}

// The use cases. Everybody's own are auth.ActSelf and auth.ActResident.
const (
	ActView     authz.Action = "message.view"
	ActRetry    authz.Action = "message.retry"
	ActServer   authz.Action = "message.server"
	ActSettings authz.Action = "message.settings"
	actSend     authz.Action = "message.send"
)

// Errors.
var (
	ErrOff         = errs.New(errs.Conflict, "message.mail_off", "no mail server is set up")
	ErrNotTaken    = errs.New(errs.Conflict, "message.not_taken", "the mail server did not take it")
	ErrCode        = errs.New(errs.Conflict, "message.code", "the code is wrong or too old")
	ErrMany        = errs.New(errs.TooMany, "message.many_codes", "too many codes were sent")
	ErrNothing     = errs.New(errs.Conflict, "message.not_failed", "only what failed is sent again")
	ErrUnconfirmed = errs.New(errs.Conflict, "message.unconfirmed", "the address is not confirmed")
)

// Changed is told to live screens when a message went out or not.
type Changed struct {
	Message   ID                `json:"message"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "message.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Message.String() }

// Service holds the use cases of this package.
type Service struct {
	DB   *db.DB
	Push *webpush.Sender
	// Deciders are who should decide a request now.
	Deciders func(context.Context, *db.Tx, approval.ID) ([]authz.AccountID, error)
	// Trust is asked for the certificate of the mail server besides whom this
	// machine trusts; tests set it.
	Trust func(*mail.Server)
}
