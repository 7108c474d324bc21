// Package paidwork turns agreed quotes into money (TIC-07, PAY-02b).
//
//	quote accepted, pays on the spot → line of the room's bill, due today ─┬ a code at the door → paid
//	quote accepted, with the bill → ticket resolved → line, due next month ┴ desk, or the resident's app → paid
//	ticket cancelled → the line is reversed, unless something was paid on it
//
// A quote is one line, whatever is repeated: the line's source names the quote.
// What was paid is asked of the books; the quote only keeps a note of it, for
// those who may not look into them.
package paidwork

import (
	"guanjia/internal/billing"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/quote"
)

// Service are the use cases of this package. Who may quote the work may show
// the code it is paid by.
type Service struct {
	DB     *db.DB
	Online *payonline.Service
}

// Errors.
var (
	ErrNotAgreed = errs.New(errs.Conflict, "paidwork.not_agreed", "there is nothing agreed to that could be paid")
	ErrPaid      = errs.New(errs.Conflict, "paidwork.paid", "it is paid already")
	ErrNoChannel = errs.New(errs.Conflict, "paidwork.no_channel", "the community is not set up for paying online")
	ErrNoRoom    = errs.New(errs.Conflict, "paidwork.no_room", "the ticket names no room whose bill it could stand in")
)

// source names a quote among the lines of bills.
func source(q quote.Quote) string { return sourcePrefix + q.ID.String() }

const sourcePrefix = "quote:"

// single is what of a quote is billed.
func single(q quote.Quote, room place, words string) billing.Single {
	return billing.Single{Community: q.Community, Room: room.Room, Customer: room.Customer, Kind: billing.PaidWork, Fen: q.Total, Source: source(q), Words: words, Next: q.Pays == "bill"}
}
