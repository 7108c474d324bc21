// Package jobs does what need not happen in the same instant: it hands
// committed events to their handlers, fires timers and runs periodic work, on
// any number of nodes, each effect once.
//
//	Emit ─commit→ outbox ─dispatch→ seq + one job for each handler ─claim→ handler ─→ gone
//	                                              ↑                         │ fails
//	                                              └─────── back-off ────────┴─ 10 times → dead ─Retry→ due
//
// A job is a row with due_at. Claiming it moves due_at forward by a lease and
// leaves a token; the handler's own transaction deletes the row by that token
// first, so a job that was taken over in the meantime has no effect twice.
//
// jobs.go registers, queue.go adds jobs, dispatch.go gives events their order,
// cascade.go does both at once on SQLite, work.go claims and runs, run.go decides
// when, round.go how many at a time, trim.go throws away old rows.
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Options change how a Runner works; zero values are right for production.
type Options struct {
	Workers int           // handlers running at once; 8
	Lease   time.Duration // after this much of a handler's silence another node takes over; 30 s
	Poll    time.Duration // how often the tables are looked at without being woken; 1 s
	Log     *slog.Logger  // slog.Default
}

// Runner is one node's worker. Register everything before Run or Drain.
type Runner struct {
	d *db.DB
	o Options

	handlers  map[string]handler
	byEvent   map[string][]string
	onWake    []func()
	start     sync.Once
	started   bool
	ensured   atomic.Bool
	news      atomic.Int64 // commits on this node that left events or jobs
	seen      int64        // the news that Run has looked into
	kinds     []string     // all that are known
	short     lane
	apart     []*lane     // each does one job at a time and takes no worker
	apartSoon seldom      // looking at them
	apartSQL  string      // in which of them something is due
	full      bool        // the last claim of Run brought as many as it asked for
	crowded   bool        // due jobs found no worker the last time
	yields    int         // cascades in a row that were followed by a pause (SQLite)
	streams   int         // of jobs that are one transaction each, side by side
	atOnce    int         // jobs in a stream, at most
	caughtUp  atomic.Bool // what was there at the start is dispatched (SQLite)

	wake  chan struct{} // look at once
	freed chan struct{} // a worker is free
	tell  chan struct{} // other nodes should look

	mu      sync.Mutex
	idle    *sync.Cond
	busy    int   // claims under way and handlers running in the background
	running int   // of these, the streams: jobs that are one transaction each
	rounds  int64 // how many of these have ended
}

// lane is the kinds of jobs that wait for the same workers.
type lane struct {
	kinds              []string
	probeSQL, claimSQL string // %d: how many
	taken              bool   // apart: a job is claimed or runs
}

// handler is what one kind of job does: exactly one of run, alone and long is set.
type handler struct {
	every   time.Duration
	matters func(payload []byte) bool // of an event; nil: always
	run     func(ctx context.Context, tx *db.Tx, payload []byte) error
	alone   func(ctx context.Context) error
	long    func(ctx context.Context, payload []byte) error
	own     bool // long, in a lane of its own
	event   bool // its jobs are made by events: nothing sets them as timers
}

// The actions of the runner's own transactions.
const (
	actDispatch authz.Action = "jobs.dispatch"
	actClaim    authz.Action = "jobs.claim"
	actTrim     authz.Action = "jobs.trim"
)

const ours = "jobs belong to the platform, not to a community"

var self = authz.System("jobs", actDispatch, actClaim, actTrim)

// New makes a Runner; nothing runs before Run or Drain.
func New(d *db.DB, o Options) *Runner {
	if o.Workers == 0 {
		o.Workers = 8
	}
	if o.Lease == 0 {
		o.Lease = 30 * time.Second
	}
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	r := &Runner{
		d: d, o: o, handlers: map[string]handler{}, byEvent: map[string][]string{},
		wake: make(chan struct{}, 1), freed: make(chan struct{}, 1), tell: make(chan struct{}, 1),
	}
	r.idle = sync.NewCond(&r.mu)
	r.streams, r.atOnce = o.Workers, 1
	if d.Engine == db.Postgres {
		// Many in one transaction, because each commit is a wait and what runs side
		// by side conflicts; on SQLite all writers share a commit anyway.
		r.streams, r.atOnce = 1, together
	}
	EveryAlone(r, string(actTrim), time.Hour, r.trim)
	d.OnCommit(r.committed)
	return r
}

// On lets fn handle every event of type E, in a transaction of its own, once.
// The name is kept with each job and must never change. What fn does is done
// by the system: it sees every community, and its action is the name.
func On[E db.Event](r *Runner, name string, fn func(context.Context, *db.Tx, E) error) {
	on[E](r, name, handler{run: decoded(fn)})
}

// OnIf is On for the events that matter, which is asked as they are dispatched:
// the others make no job. A job of an earlier version may hold any of them.
func OnIf[E db.Event](r *Runner, name string, matters func(E) bool, fn func(context.Context, *db.Tx, E) error) {
	on[E](r, name, handler{run: decoded(fn), matters: func(payload []byte) bool {
		var e E
		return json.Unmarshal(payload, &e) != nil || matters(e) // what cannot be read fails as a job, where it is seen
	}})
}

func on[E db.Event](r *Runner, name string, h handler) {
	var zero E
	event := zero.EventName()
	h.event = true
	r.register(name, h)
	r.byEvent[event] = append(r.byEvent[event], name)
}

// Handle lets fn do the jobs that Enqueue and At add under this kind.
func Handle[P any](r *Runner, kind string, fn func(context.Context, *db.Tx, P) error) {
	r.register(kind, handler{run: decoded(fn)})
}

// Every runs fn once in each interval, whatever the number of nodes: at the
// multiples of the interval since 1970. An interval that passed while nobody
// ran is not made up for. Say tx.Silent when there was nothing to do.
func Every(r *Runner, name string, interval time.Duration, fn func(context.Context, *db.Tx) error) {
	r.register(name, handler{every: interval, run: func(ctx context.Context, tx *db.Tx, _ []byte) error { return fn(ctx, tx) }})
}

// EveryAlone is Every for work that has its own transactions. One node does it
// at a time; ctx ends before the lease does, and what is left waits for the
// next interval. If the node dies in the middle it is done again.
func EveryAlone(r *Runner, name string, interval time.Duration, fn func(context.Context) error) {
	r.register(name, handler{every: interval, alone: fn})
}

// Long lets fn do the jobs of this kind that take as long as they take, in
// transactions of their own. A node does one of them at a time, beside its other
// work; the lease is renewed meanwhile. ctx ends when the node stops or the job
// is set anew, and the job is then done again, here or elsewhere: fn keeps in the
// database how far it has come.
func Long[P any](r *Runner, kind string, fn func(context.Context, P) error) {
	r.register(kind, handler{long: payload(fn)})
}

// Outside is Long for what waits for the answers of other servers: the kind has
// a lane of its own, so a server that is silent holds up nothing else.
func Outside[P any](r *Runner, kind string, fn func(context.Context, P) error) {
	r.register(kind, handler{long: payload(fn), own: true})
}

func payload[P any](fn func(context.Context, P) error) func(context.Context, []byte) error {
	return func(ctx context.Context, raw []byte) error {
		var p P
		if err := json.Unmarshal(raw, &p); err != nil {
			return fmt.Errorf("payload: %w", err)
		}
		return fn(ctx, p)
	}
}

// OnWake adds what is called, without waiting, whenever there may be news on
// any node: the streams of live screens.
func (r *Runner) OnWake(fn func()) { r.onWake = append(r.onWake, fn) }

func decoded[P any](fn func(context.Context, *db.Tx, P) error) func(context.Context, *db.Tx, []byte) error {
	return func(ctx context.Context, tx *db.Tx, payload []byte) error {
		var p P
		if err := json.Unmarshal(payload, &p); err != nil {
			return fmt.Errorf("payload: %w", err)
		}
		return fn(ctx, tx, p)
	}
}

func (r *Runner) register(kind string, h handler) {
	if r.started {
		panic("jobs: " + kind + " is registered after the start")
	}
	if _, twice := r.handlers[kind]; twice {
		panic("jobs: " + kind + " is registered twice")
	}
	if strings.ContainsRune(kind, '\'') {
		panic("jobs: " + kind + " cannot stand in a statement")
	}
	r.handlers[kind] = h
}

// freeze writes the statements that name every known kind. A job of another
// kind is left to a node that knows it, during an upgrade a newer one.
func (r *Runner) freeze() {
	r.start.Do(func() {
		r.started = true
		long := &lane{}
		r.apart = append(r.apart, long)
		for _, k := range slices.Sorted(maps.Keys(r.handlers)) {
			r.kinds = append(r.kinds, k)
			switch h := r.handlers[k]; {
			case h.own:
				r.apart = append(r.apart, &lane{kinds: []string{k}})
			case h.long != nil:
				long.kinds = append(long.kinds, k)
			default:
				r.short.kinds = append(r.short.kinds, k)
			}
		}
		r.short.freeze(r.d.Engine, "kind || ''", "due_at") // not along the index by kind, however few are said to be due
		var looks []string
		for i, l := range r.apart {
			l.freeze(r.d.Engine, "kind", "due_at + 0") // not in the order of what is due, which may be tens of thousands of others: along the index by kind
			if len(l.kinds) > 0 {
				looks = append(looks, `SELECT `+strconv.Itoa(i)+` AS lane, (`+fmt.Sprintf(l.probeSQL, 1)+`) AS job`)
			}
		}
		if len(looks) > 0 {
			r.apartSQL = `SELECT lane FROM (` + strings.Join(looks, ` UNION ALL `) + `) AS lanes WHERE job IS NOT NULL ORDER BY lane`
		}
	})
}

func (l *lane) freeze(e db.Engine, kind, order string) {
	if len(l.kinds) == 0 {
		return
	}
	// How many, and which, is part of the text: SQLite prepares anew whatever is
	// bound to LIMIT, and looks for the name of each of a hundred parameters.
	due := `FROM job WHERE dead_at IS NULL AND due_at <= $1 AND ` + kind + ` IN ('` + strings.Join(l.kinds, `', '`) + `')`
	l.probeSQL = `SELECT id ` + due + ` ORDER BY ` + order + `, id LIMIT %d`
	// What is asked again is what another node may have changed meanwhile.
	l.claimSQL = `UPDATE job SET due_at = $2, claim = $3, attempts = attempts + 1
		WHERE id ` + e.Chosen(l.probeSQL) + `
		AND dead_at + 0 IS NULL AND due_at + 0 <= $1 RETURNING id, kind, payload, attempts, claim`
}

// actor is who does a job: "system:followup" for "followup.plan", and the
// trail's request tells which job it was.
func actor(kind string, job db.ID) authz.Actor {
	who, _, _ := strings.Cut(kind, ".")
	a := authz.System(who, authz.Action(kind))
	a.Request.ID = "job:" + job.String()
	return a
}
