// Package app opens the database, builds the services, wires the events and
// mounts the routes: services.go, events.go and routes.go each hold one screen.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"guanjia/internal/auth"
	"guanjia/internal/migrations"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/live"
	"guanjia/internal/platform/web"
)

// version is set when building.
var version = "dev"

// Config is what a node needs to know.
type Config struct {
	DataDir   string
	Database  string           // postgres://…; "": SQLite in DataDir
	Keys      string           // the key file; "": keys.json in DataDir
	Now       func() time.Time // nil: the machine's clock
	SetupCode string           // "": a new one is made
	Proxies   []netip.Prefix
	Site      string         // where people reach this installation; "": where their requests come to
	SSO       *auth.Provider // nil: no single sign-on
	Metrics   []netip.Prefix // who may read /metrics
	PerSecond int            // requests of one address; 0: no bound
	Log       *slog.Logger
	Gateways  payonline.Gateways // of payment services; empty: production
	NearPush  bool               // browsers may be reached on this machine (tests)
	Relaxed   bool               // do not wait for the disk (filling a demo)
	Alone     bool               // SQLite: no shared commits (to measure what they bring)
}

// clock is what tells the time: the machine's unless a test or the demo drives it.
func (c Config) clock() func() time.Time {
	if c.Now == nil {
		return time.Now //nolint:forbidigo // where the demo's month ends; every other reading goes through db
	}
	return c.Now
}

// App is one node.
type App struct {
	services
	conf    Config
	db      *db.DB
	jobs    *jobs.Runner
	hub     *live.Hub
	api     *web.API
	metrics *prometheus.Registry
	started clock.Instant
	handler http.Handler
}

// New opens the database, brings its schema up to date and builds everything;
// Run starts the background work.
func New(ctx context.Context, c Config) (*App, error) {
	a, err := open(ctx, c)
	if err != nil {
		return nil, err
	}
	err = a.build()
	if err == nil {
		err = a.procedure.Ship(ctx)
	}
	if err == nil {
		err = a.tickets.LoadTree(ctx)
	}
	if err == nil {
		err = a.messages.EnsureKey(ctx)
	}
	if err == nil {
		err = a.eraseAgain(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func open(ctx context.Context, c Config) (*App, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if err := os.MkdirAll(c.DataDir, 0o750); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	dsn := c.Database
	if dsn == "" {
		dsn = filepath.Join(c.DataDir, "guanjia.db")
	}
	d, err := db.Open(ctx, dsn, db.Options{Now: c.Now, Relaxed: c.Relaxed, Alone: c.Alone})
	if err != nil {
		return nil, err
	}
	applied, err := d.Migrate(ctx, migrations.Files)
	if err == nil {
		err = d.Started(ctx)
	}
	if err == nil {
		err = useKeys(ctx, d, c.keys())
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if len(applied) > 0 {
		c.Log.InfoContext(ctx, "schema brought up to date", "files", applied)
	}
	return &App{conf: c, db: d, started: d.Now(), metrics: prometheus.NewRegistry()}, nil
}

// Handler serves API, faces, health and metrics.
func (a *App) Handler() http.Handler { return a.handler }

// Run does the background work until ctx ends.
func (a *App) Run(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- a.hub.Run(ctx) }()
	var own sync.WaitGroup
	own.Go(func() { a.ownNode(ctx) })
	own.Go(func() { a.followTree(ctx) })
	defer own.Wait() // the database closes after it
	err := a.jobs.Run(ctx)
	return errors.Join(err, <-done)
}

// Wake returns after everything that is due has been done: stories drive the clock and then wait here.
func (a *App) Wake(ctx context.Context) error { return a.jobs.Drain(ctx) }

// Close closes the database.
func (a *App) Close() error { return a.db.Close() }

// Serve listens until ctx ends and then lets running requests finish.
func (a *App) Serve(ctx context.Context, address string, ready func(net.Addr)) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	srv := &http.Server{
		Handler: a.handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx }, // live streams end with the program
		ErrorLog:    slog.NewLogLogger(a.conf.Log.Handler(), slog.LevelDebug),
	}
	background := make(chan error, 1)
	go func() { background <- a.Run(ctx) }()
	serving := make(chan error, 1)
	go func() { serving <- srv.Serve(l) }()
	ready(l.Addr())
	debug.FreeOSMemory() // a start leaves as much behind as it keeps, and at rest nothing would give it back (QUA-06)
	select {
	case err = <-serving:
	case <-ctx.Done():
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = srv.Shutdown(wait)
		<-serving
	}
	if e := <-background; e != nil && !errors.Is(e, context.Canceled) {
		err = errors.Join(err, e)
	}
	return err
}

// Main runs the command line and returns the exit status.
func Main(args []string, out, errOut io.Writer) int {
	CollectLessOften()
	return command(args, out, errOut)
}

// CollectLessOften lets the heap grow to three times what lives before it is
// collected, unless GOGC says otherwise: the heap is small beside the rest of the
// program, and collecting it less often gives up to a tenth of the processor's time back.
func CollectLessOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}

// DB is the database, for the benchmarks and the demo.
func (a *App) DB() *db.DB { return a.db }

// Routes lists what the API answers to.
func (a *App) Routes() []web.Route { return a.api.Routes() }

// OpenAPI is the description of the API. The version is left out, so that the
// committed file changes only with the routes and types.
func (a *App) OpenAPI() ([]byte, error) { return a.api.OpenAPI() }
