// Package custody keeps track of what a technician takes away from a customer's
// home to repair it elsewhere (TIC-07): the customer agrees by signature and gets
// a numbered receipt; the ticket cannot be ended before it is back.
//
// Read custody.go for the words, service.go for the use cases, http.go for the API.
package custody

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// ID identifies a piece that was taken away; people read its Number.
type ID = id.Of[Piece]

// Piece is one thing that was taken away.
type Piece struct {
	ID         ID                `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"-"`
	Ticket     ticket.ID         `db:"ticket_id" json:"ticketId"`
	Number     string            `db:"number" json:"number" example:"QJ20261114-0001" doc:"of the receipt"`
	What       string            `db:"what" json:"what" doc:"what it is: kind, make, serial number"`
	State      string            `db:"state" json:"state" doc:"how it looked, and what went with it"`
	Back       clock.Instant     `db:"back_at" json:"backAt" doc:"when it is to be back"`
	SignedName string            `db:"signed_name" json:"signedName" doc:"who agreed"`
	Photo      ticket.PhotoID    `db:"photo_id" json:"signature,omitzero"`
	TakenAt    clock.Instant     `db:"taken_at" json:"takenAt"`
	By         staff.ID          `db:"by_id" json:"-"`
	ByName     string            `db:"by_name" json:"by"`
	ReturnedAt *clock.Instant    `db:"returned_at" json:"returnedAt,omitempty"`
	ReturnedBy string            `db:"returned_by" json:"returnedBy,omitempty"`
	ReturnedTo string            `db:"returned_to" json:"returnedTo,omitempty" doc:"who received it"`
	ReturnNote string            `db:"return_note" json:"returnNote,omitempty"`
	Version    int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (p Piece) ETag() int64 { return p.Version }

// Errors.
var (
	ErrNotNow   = errs.New(errs.Conflict, "custody.not_now", "nothing is taken away before somebody has arrived, or after the work has ended")
	ErrReturned = errs.New(errs.Conflict, "custody.returned", "it was returned already")
)
