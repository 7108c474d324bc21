// Package retention is the one table of what is kept how long and then erased
// (ACC-13). Each kind belongs to the domain that knows how to erase it; the
// company may change the days, not below what the law asks for.
//
//	kept ─ older than its days, daily job ─→ erased, in the trail by number
//
// Erasing goes by age, so records that a restored backup brings back are erased
// again by the next run.
package retention

import (
	"context"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Kind is one sort of record.
type Kind struct {
	Name  string // "ticket_photo"; its texts are the faces'
	Days  int64  // kept so long unless the company says otherwise
	Least int64  // the company cannot say less
	Law   string // where Least or Days comes from; "" when it is our choice
	// Erase removes what is older than before and says how many records that
	// were. It has its own transactions, ends with ctx and may be run again.
	Erase func(ctx context.Context, before clock.Instant) (int64, error)
}

// Rule is a kind as the company keeps it.
type Rule struct {
	Kind    string         `db:"kind" json:"kind"`
	Days    int64          `db:"days" json:"days"`
	Default int64          `db:"-" json:"default"`
	Least   int64          `db:"-" json:"least"`
	Law     string         `db:"-" json:"law,omitempty"`
	RanAt   *clock.Instant `db:"ran_at" json:"ranAt,omitempty"`
	Erased  int64          `db:"erased" json:"erased" doc:"by the last run that found something"`
	Version int64          `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (r Rule) ETag() int64 { return r.Version }

// The use cases.
const (
	ActView authz.Action = "retention.view"
	ActEdit authz.Action = "retention.edit"
	actRun  authz.Action = "retention.run"
)

// Most is the longest time that can be asked for: a hundred years.
const Most = 36525

// Service holds the use cases of this package.
type Service struct {
	db    *db.DB
	kinds []Kind
}

// New makes the service over the kinds of all domains.
func New(d *db.DB, kinds ...Kind) *Service { return &Service{d, kinds} }

// every is how often old records are looked for.
const every = 24 * time.Hour

const company = "what is kept how long is decided for the company"
