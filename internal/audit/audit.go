// Package audit keeps the trail honest: entries are written with the change
// itself by package db, sealed into a hash chain seconds later, and can be
// checked and read here.
//
//	written ─commit→ unsealed ─Seal→ seq, hash = SHA-256(hash before ‖ entry with its seq) ─Verify→ whole, or the first break
//	                                   └─ each month Close→ signed checkpoint ─Trim→ what lies before it is gone
//
// What is personal in an entry is sealed with the person's own key (db.Personal).
// The chain is made over the sealed text, so destroying a key breaks nothing.
//
// Every export of the product goes through Export (export.go): it carries a
// watermark and is logged with its rows before its first byte is sent.
//
// Sealing after the commit keeps the chain's head out of every transaction. An
// entry changed or removed before it was sealed leaves no mark: that is what
// the few seconds mean. One who can rewrite the whole chain and its head leaves
// none either; compare the head with a copy kept elsewhere.
package audit

import (
	"encoding/json"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// The actions of this package; the first two are for people.
const (
	ActView   authz.Action = "audit.view"
	ActExport authz.Action = "audit.export"
	actSeal   authz.Action = "audit.seal"
	actVerify authz.Action = "audit.verify"
	actClose  authz.Action = "audit.close"
	actTrim   authz.Action = "audit.trim"
)

var system = authz.System("audit", actSeal, actVerify, actClose, actTrim)

// Entry is one line of the trail as people see it.
type Entry struct {
	ID        db.ID             `json:"id"`
	At        clock.Instant     `json:"at"`
	Community authz.CommunityID `json:"community,omitempty"`
	ActorID   authz.AccountID   `json:"actor,omitempty"`
	ActorName string            `json:"actorName"`
	Action    authz.Action      `json:"action"`
	Subject   string            `json:"subject"`
	Request   string            `json:"request,omitempty"`
	IP        string            `json:"ip,omitempty"`
	Sealed    bool              `json:"sealed"`
	Before    json.RawMessage   `json:"before,omitempty"`
	After     json.RawMessage   `json:"after,omitempty"`
}

// Filter narrows a list; zero values do not.
type Filter struct {
	Community authz.CommunityID
	Company   bool // only what belongs to no community: for who sees everything
	Actor     authz.AccountID
	Name      string // a part of the actor's name
	Action    authz.Action
	Subject   string        // "customer:06q…"
	From, To  clock.Instant // from, and before; zero: no bound
	Before    db.ID         // entries older than this one
	Limit     int
}

// Report is the state of the chain.
type Report struct {
	Entries        int64         // in the table
	Start          int64         // the seq of the checkpoint before which everything was trimmed; 0: nothing was
	Checkpoints    int64         // signed, and checked
	Sealed         int64         // with a seq
	Unsealed       int64         // not yet in the chain
	OldestUnsealed clock.Instant // when the oldest of them was written
	Head           string        // the hash at the end, to be compared with a copy
	Broken         *Break        // nil: the chain is whole
}

// Break is the first place where the chain does not hold.
type Break struct {
	Seq int64
	ID  db.ID // zero when there is no entry at this place
	Why Why
}

// Why says what was found at a break.
type Why string

// The kinds of break.
const (
	Missing  Why = "missing"      // entries follow, but this one is not there
	Changed  Why = "changed"      // the entry does not say what was sealed
	BadHash  Why = "hash"         // the entry says what was sealed, its hash was overwritten
	Tail     Why = "tail removed" // the head knows of this one, and there is none
	Forged   Why = "forged"       // the head does not know of this one
	BadHead  Why = "head"         // all entries are there, and the head's hash is another
	HeadGone Why = "head gone"
	Unsigned Why = "checkpoint" // its signature is not this installation's, or the entry there is another
)
