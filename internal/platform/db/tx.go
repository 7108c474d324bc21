package db

import (
	"context"
	"database/sql"
	"errors"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/vault"
)

type querier interface {
	ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}

// Tx carries what every use case needs: the transaction, the time (read once),
// who asks, what they are doing, and what to tell others when it commits.
type Tx struct {
	d      *DB
	q      querier
	Now    clock.Instant
	Who    authz.Actor
	Act    authz.Action
	global string // why this statement needs no scope; "" is the rule
	out    *outcome
}

// outcome is what a write leaves behind besides its rows.
type outcome struct {
	events []Event
	notes  []note
	place  authz.CommunityID
	answer any
	later  []later
	wake   bool
	silent string // why there is no audit entry; "" is the rule
}

// Event is a fact worth telling other domains, written with the change itself.
type Event interface {
	EventName() string        // "ticket.dispatched"
	Where() authz.CommunityID // zero: a matter of the company
	About() string            // the id of the thing, for live screens
}

var errReadOnly = errors.New("db: a Read cannot change anything")

// Engine tells which engine this is, for the few honest exceptions.
func (t *Tx) Engine() Engine { return t.d.Engine }

// Vault seals and opens personal data (CUS-04).
func (t *Tx) Vault() *vault.Vault { return t.d.vault }

// Emit tells other domains that e happened, if and only if this Tx commits.
func (t *Tx) Emit(e Event) { t.out.events = append(t.out.events, e); t.out.wake = true }

// Tells reports whether events have been emitted.
func (t *Tx) Tells() bool { return len(t.out.events) > 0 }

// Wake lets the workers look for due jobs as soon as this Tx commits.
func (t *Tx) Wake() { t.out.wake = true }

// Silent leaves out the audit entry of a transaction that only keeps house
// (sealing the trail would otherwise lengthen it for ever), or that found
// nothing to do. Whatever it Notes is recorded all the same. The reason is for
// the reader: grep for Silent to review every exception.
func (t *Tx) Silent(why string) { t.out.silent = why }

// Answer is what a repeated request with the same Idempotency-Key gets back.
// It is read when the transaction ends, so a pointer may still be filled.
func (t *Tx) Answer(v any) { t.out.answer = v }

// Note says in the trail what was changed: subject is "ticket:06q3…"; before and
// after hold the changed values, without personal data (ACC-10).
func (t *Tx) Note(place authz.CommunityID, subject string, before, after any) {
	t.out.notes = append(t.out.notes, note{place, subject, before, after})
}

// Global returns a Tx whose statements need no {scope}. The reason is for the
// reader: grep for Global to review every exception.
func (t *Tx) Global(why string) *Tx {
	c := *t
	c.global = why
	return &c
}

// NewID makes an identifier; the type follows from where it is assigned.
func NewID[T any](t *Tx) id.Of[T] { return id.Of[T](t.d.ids.Block(1)) }

// Block reserves n ids of which the first is returned; they are id.Stride apart.
func Block[T any](t *Tx, n int) id.Of[T] { return id.Of[T](t.d.ids.Block(n)) }

// Exec runs a scoped statement and says how many rows it touched.
func (t *Tx) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	if t.out == nil {
		return 0, errReadOnly
	}
	q, args, err := t.scoped(q, args)
	if err != nil {
		return 0, err
	}
	if err := t.flush(ctx); err != nil {
		return 0, err
	}
	res, err := t.q.ExecContext(ctx, q, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
