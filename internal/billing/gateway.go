package billing

import (
	"database/sql/driver"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// GatewayID names a gateway.
type GatewayID = id.Of[Gateway]

// Gateway brings the readings of smart meters of one community, by a token of
// its own (BIL-04). It may do nothing else.
//
//	made ──brings readings──▶ made ──ended──▶ worthless
type Gateway struct {
	ID        GatewayID         `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Name      string            `db:"name" json:"name"`
	Token     string            `db:"token" json:"-"` // its hash
	MadeAt    clock.Instant     `db:"made_at" json:"madeAt"`
	ByName    string            `db:"by_name" json:"by"`
	UsedAt    *clock.Instant    `db:"used_at" json:"usedAt,omitempty"`
	EndedAt   *clock.Instant    `db:"ended_at" json:"endedAt,omitempty"`
	EndedBy   string            `db:"ended_by_name" json:"endedBy,omitempty"`
	Entered   int64             `db:"entered" json:"entered" doc:"readings taken from it"`
	Refused   int64             `db:"refused" json:"refused"`
	Refusals  Refusals          `db:"refusals" json:"refusals" doc:"the latest, newest first"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (g Gateway) ETag() int64 { return g.Version }

func (g Gateway) subject() string { return "meter_gateway:" + g.ID.String() }

// NewGateway is a gateway with its token, which is shown once.
type NewGateway struct {
	Gateway
	Secret string `json:"token" doc:"for Authorization: Bearer …; shown once"`
}

// Sent is a reading as a gateway sends it. The same meter and instant count once.
type Sent struct {
	Number   string        `json:"number" maxLength:"40" doc:"the meter's number"`
	Kind     string        `json:"kind,omitempty" enum:"water,power,gas,heat," doc:"needed where meters of several kinds have this number"`
	Register string        `json:"register,omitempty" enum:"sharp,peak,flat,valley," doc:"of a meter that counts by time of use"`
	At       clock.Instant `json:"at" doc:"when it was read"`
	Value    string        `json:"value" maxLength:"20" doc:"what the register showed"`
}

// Taken says what became of one reading, in the order in which they were sent.
type Taken struct {
	State   string         `json:"state" enum:"entered,known,refused" doc:"known: the same meter and instant were sent before"`
	Code    string         `json:"code,omitempty" doc:"why it was refused"`
	Message string         `json:"message,omitempty"`
	Params  map[string]any `json:"-"`
}

// Receipt is the answer to a gateway.
type Receipt struct {
	Entered int     `json:"entered"`
	Known   int     `json:"known"`
	Refused int     `json:"refused"`
	Lines   []Taken `json:"lines"`
}

// Refusal is a reading that was not taken, as people see it.
type Refusal struct {
	Number string         `json:"number"`
	Value  string         `json:"value"`
	At     clock.Instant  `json:"at"`
	Code   string         `json:"code"`
	Params map[string]any `json:"params,omitempty"`

	Message string `json:"message,omitempty"`
}

// Refusals are the latest of a gateway, kept as JSON.
type Refusals []Refusal

// mostRefusals is how many of a gateway's refused readings are kept to be looked at.
const mostRefusals = 20

// Value implements driver.Valuer.
func (r Refusals) Value() (driver.Value, error) { return db.ToText(append([]Refusal{}, r...)) }

// Scan implements sql.Scanner.
func (r *Refusals) Scan(src any) error { return db.FromText(src, (*[]Refusal)(r)) }

// Errors of gateways.
var (
	ErrGatewayEnded = errs.New(errs.Conflict, "billing.gateway_ended", "the gateway's token is worthless already")
	ErrOnlyDevices  = errs.New(errs.Forbidden, "billing.only_gateways", "readings are sent here by gateways, with their token")
	ErrReadDay      = errs.New(errs.Invalid, "billing.reading_day", "the meter was read on this day already")
	ErrReadAhead    = errs.New(errs.Invalid, "billing.reading_ahead", "the reading is of a time to come")
)
