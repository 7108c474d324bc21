// Package simulate lets a community live for some days in a driven clock and
// holds the product to its promises all the while (TIC, FUP, STA): thousands of
// households report, technicians accept, refuse, let wait, hold and resolve,
// shifts change, people fall ill, customers write, change their minds and are
// asked afterwards. Everything goes through the use cases that a screen calls;
// what is checked is read from the database.
//
//	found the town → beat after beat: people act, jobs run → every hour: check → at the first broken promise: stop
//
// What a ticket must look like is computed anew from its timeline alone
// (replay.go, clocks.go); the ticket's row, its follow-ups and the roster must
// agree with that (check.go). The same seed gives the same days, to the letter.
//
// town.go builds the community, roster.go plans its shifts, worker.go, desk.go
// and caller.go say how people behave.
package simulate

import (
	"context"
	"fmt"
	"hash"
	"hash/fnv"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/customer"
	"guanjia/internal/followup"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/quote"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// Clock is what the program reads; the simulation moves it.
type Clock struct{ ms atomic.Int64 }

// NewClock makes a clock that stands at t.
func NewClock(t time.Time) *Clock {
	c := &Clock{}
	c.Set(clock.Of(t))
	return c
}

// Now reads the clock.
func (c *Clock) Now() time.Time { return time.UnixMilli(c.ms.Load()) }

// Set moves the clock.
func (c *Clock) Set(i clock.Instant) { c.ms.Store(int64(i)) }

// Target is what is simulated.
type Target struct {
	DB        *db.DB
	Org       *org.Service
	Staff     *staff.Service
	Roster    *roster.Service
	Tickets   *ticket.Service
	FollowUps *followup.Service
	Approvals *approval.Service
	Quotes    *quote.Service
	Drain     func(context.Context) error // does every job that is due
	Clock     *Clock
}

// Options say how much is simulated.
type Options struct {
	Seed       uint64
	Days       int
	Households int
	PerDay     int // tickets
}

// Report is what came of it.
type Report struct {
	Tickets, Entries int
	Checks           int            // of one ticket against its timeline
	Refusals         int            // illegal moves that were tried and refused
	Verbs            map[string]int // of the timelines
	Fingerprint      uint64         // of every line of every timeline, in order
}

// actSimulate is what the simulation does as itself: reading everything, and what customers do.
const actSimulate authz.Action = "simulate.look"

var system = authz.System("simulation", actSimulate)

// world is one simulation.
type world struct {
	Target
	Options
	zone      *time.Location
	dice      *rand.Rand
	community authz.CommunityID
	crew      []*colleague
	byID      map[staff.ID]*colleague
	homes     []home
	prices    []quote.ItemID
	pattern   roster.PatternID
	begin     clock.Instant
	agenda    agenda
	ordered   int
	checker   *checker
	report    Report
	away      map[absence]bool // who does not come
	seen      hash.Hash64
}

type home struct {
	Room     housing.RoomID `db:"room_id"`
	Customer customer.ID    `db:"customer_id"`
}

// Run lets the days pass in an empty system. The error names the first broken
// promise, with the whole timeline of its ticket.
func Run(ctx context.Context, t Target, o Options) (Report, error) {
	zone, err := clock.Zone("Asia/Shanghai")
	if err != nil {
		return Report{}, err
	}
	dice := rand.New(rand.NewPCG(o.Seed, 30)) //nolint:gosec // the same seed must give the same days
	w := &world{Target: t, Options: o, zone: zone, dice: dice, byID: map[staff.ID]*colleague{}, away: map[absence]bool{}, seen: fnv.New64a()}
	w.report.Verbs = map[string]int{}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{{"the town", w.found}, {"the crew", w.hire}, {"the roster", w.firstWeeks}, {"prices and settings", w.settings}, {"the days", w.live}} {
		if err := step.do(ctx); err != nil {
			return w.report, fmt.Errorf("simulate (seed %d): %s: %w", o.Seed, step.what, err)
		}
	}
	w.report.Fingerprint = w.seen.Sum64()
	return w.report, nil
}

// beat is the longest that jobs wait for their turn.
const beat = 4 * time.Minute

// live lets the days pass: callers call, everybody does what is on the agenda.
func (w *world) live(ctx context.Context) error {
	w.begin = w.now()
	var err error
	if w.checker, err = newChecker(ctx, w); err != nil {
		return err
	}
	end := w.begin.Add(time.Duration(w.Days) * day)
	w.calls(end)
	w.office(end)
	w.every(w.begin.Add(beat), end, beat, w.drain)
	w.every(w.begin.Add(time.Hour), end, time.Hour, w.checker.hour)
	for w.agenda.Len() > 0 {
		next := w.agenda.pop()
		if next.at > end {
			break
		}
		w.Clock.Set(next.at)
		if err := next.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", next.at, err)
		}
	}
	w.Clock.Set(end)
	return w.checker.all(ctx)
}

func (w *world) now() clock.Instant { return clock.Of(w.Clock.Now()) }

// drain does what is due.
func (w *world) drain(ctx context.Context) error { return w.Drain(ctx) }

const day = 24 * time.Hour

// chance is true in so many of a hundred cases.
func (w *world) chance(percent int) bool { return w.dice.IntN(100) < percent }

// between draws a duration of whole seconds, in minutes.
func (w *world) between(from, to int) time.Duration {
	return time.Duration(from*60+w.dice.IntN((to-from)*60+1)) * time.Second
}

func pick[T any](w *world, from []T) T { return from[w.dice.IntN(len(from))] }

// latest accepts whatever version is there.
func latest(int64) error { return nil }

// read looks into the database.
func (w *world) read(ctx context.Context, fn func(*db.Tx) error) error {
	return w.DB.Read(ctx, system, actSimulate, func(tx *db.Tx) error {
		return fn(tx.Global("the simulation looks at everything"))
	})
}

// absence is somebody who does not come to a shift that begins on a day.
type absence struct {
	who staff.ID
	day clock.Day
}

// glance is read for a single statement.
func (w *world) glance(ctx context.Context, fn func(*db.Tx) error) error {
	return w.DB.Glance(ctx, system, actSimulate, func(tx *db.Tx) error {
		return fn(tx.Global("the simulation looks at everything"))
	})
}
