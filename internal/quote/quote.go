// Package quote says what paid work costs before it begins (TIC-07): the price
// list of a community, quotes for a ticket, and the customer's yes on their own
// phone or by signature.
//
//	offered ─accept→ accepted     nothing to pay: accepted at once
//	   ├────decline→ declined     the work ends without it, or another quote follows
//	   └───withdraw→ withdrawn    also by another quote, or by the ticket's end
//
// Work does not begin, and a ticket is not resolved, while a quote waits for its
// answer. What was accepted is told as an event: the bill line of paid work hangs
// on it (package paidwork); parts from stock will.
package quote

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// The use cases. Quotes are seen by who sees the ticket.
const (
	ActOffer  authz.Action = "quote.offer"
	ActPrices authz.Action = "quote.prices"
)

// ItemID names a line of the price list, ID a quote.
type (
	ItemID = id.Of[Item]
	ID     = id.Of[Quote]
	lineID = id.Of[Line]
)

// Item is a line of a community's price list.
type Item struct {
	ID        ItemID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Version   int64             `db:"version" json:"version"`
	Terms
}

// ETag implements web.Versioned.
func (i Item) ETag() int64 { return i.Version }

// Terms are what people write about an item.
type Terms struct {
	Code         string    `db:"code" json:"code" maxLength:"30"`
	Name         string    `db:"name" json:"name" maxLength:"60"`
	Kind         string    `db:"kind" json:"kind" enum:"labour,part"`
	Unit         string    `db:"unit" json:"unit" maxLength:"10"`
	Price        money.Fen `db:"price" json:"price" doc:"yuan for one unit"`
	WarrantyDays int64     `db:"warranty_days" json:"warrantyDays" minimum:"0" maximum:"3650" doc:"how long after the work the same costs nothing"`
	Offered      bool      `db:"is_offered" json:"offered" doc:"false: kept for what was quoted, no longer offered"`
}

// State is where a quote stands.
type State string

// The states.
const (
	Offered   State = "offered"
	Accepted  State = "accepted"
	Declined  State = "declined"
	Withdrawn State = "withdrawn"
)

// Quote is what some work on a ticket will cost.
type Quote struct {
	ID         ID                `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"-"`
	Ticket     ticket.ID         `db:"ticket_id" json:"ticket"`
	State      State             `db:"state" json:"state" enum:"offered,accepted,declined,withdrawn"`
	Pays       string            `db:"pays" json:"pays" enum:"spot,bill" doc:"on the spot, or with the next bill"`
	Words      string            `db:"words" json:"text,omitempty" doc:"what was found and will be done"`
	Total      money.Fen         `db:"total" json:"total"`
	At         clock.Instant     `db:"at" json:"at"`
	By         staff.ID          `db:"by_id" json:"-"`
	ByName     string            `db:"by_name" json:"by"`
	DecidedAt  *clock.Instant    `db:"decided_at" json:"decidedAt,omitempty"`
	DecidedHow string            `db:"decided_how" json:"decidedHow,omitempty" enum:"app,signature,spoken,free,"`
	SignedName string            `db:"signed_name" json:"signedName,omitempty"`
	Photo      ticket.PhotoID    `db:"photo_id" json:"signature,omitempty" doc:"the picture of the signature, among the ticket's"`
	Why        string            `db:"why" json:"why,omitempty" doc:"why it was declined"`
	Line       db.ID             `db:"line_id" json:"-"`
	PaidAt     *clock.Instant    `db:"paid_at" json:"paidAt,omitempty"`
	Owed       bool              `db:"-" json:"owed,omitempty" doc:"it stands in the bill of the room and is not paid"`
	Version    int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (q Quote) ETag() int64 { return q.Version }

// Line is one item of a quote with the terms it was quoted at.
type Line struct {
	ID           lineID            `db:"id" json:"-"`
	Community    authz.CommunityID `db:"community_id" json:"-"`
	Quote        ID                `db:"quote_id" json:"-"`
	Item         ItemID            `db:"item_id" json:"itemId"`
	Name         string            `db:"name" json:"name"`
	Kind         string            `db:"kind" json:"kind" enum:"labour,part"`
	Unit         string            `db:"unit" json:"unit"`
	Price        money.Fen         `db:"price" json:"price"`
	Quantity     money.Rate        `db:"quantity" json:"quantity"`
	Amount       money.Fen         `db:"amount" json:"amount"`
	WarrantyDays int64             `db:"warranty_days" json:"warrantyDays"`
	Free         string            `db:"free" json:"free,omitempty" enum:"warranty,courtesy," doc:"why it costs nothing"`
	FreeOf       string            `db:"free_of" json:"freeOf,omitempty" doc:"number of the ticket whose warranty it is"`
}

// View is a quote with its lines.
type View struct {
	Quote
	Lines []Line `json:"lines"`
}

// Draft is what somebody offers.
type Draft struct {
	Pays  string      `json:"pays" enum:"spot,bill"`
	Words string      `json:"text,omitempty" maxLength:"1000"`
	Lines []DraftLine `json:"lines" minItems:"1" maxItems:"30"`
}

// DraftLine chooses an item of the price list.
type DraftLine struct {
	Item     ItemID     `json:"itemId"`
	Quantity money.Rate `json:"quantity"`
	Courtesy bool       `json:"courtesy,omitempty" doc:"it costs nothing although it is not under warranty"`
}

// Errors.
var (
	ErrNotNow    = errs.New(errs.Conflict, "quote.not_now", "work is quoted from accepting the ticket until it is resolved")
	ErrWaits     = errs.New(errs.Conflict, "quote.waits", "the customer has not answered the quote yet")
	ErrDecided   = errs.New(errs.Conflict, "quote.decided", "this quote was decided or withdrawn before")
	ErrCodeTaken = errs.New(errs.Conflict, "quote.code_taken", "another item has this code")
)

// Answered is told when a customer has decided; the bill line of paid work
// hears of it, and parts from stock will.
type Answered struct {
	Quote     ID                `json:"quote"`
	Ticket    ticket.ID         `json:"ticket"`
	Community authz.CommunityID `json:"community"`
	State     State             `json:"state"`
	Pays      string            `json:"pays"`
	Total     money.Fen         `json:"total"`
}

// EventName implements db.Event.
func (Answered) EventName() string { return "quote.answered" }

// Where implements db.Event.
func (e Answered) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Answered) About() string { return e.Ticket.String() }
