package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/web"
	faces "guanjia/web"
)

// The permissions of this package's own routes.
const (
	ActJobsView  authz.Action = "jobs.view"
	ActJobsRetry authz.Action = "jobs.retry"
)

// routes mounts everything that answers.
func (a *App) routes() error {
	api := web.New("v1")
	a.api = api
	a.setup.Routes(api, func(ctx context.Context, token string) (auth.View, error) { return a.auth.ViewOf(ctx, token, a.more) })
	a.auth.Routes(api, a.more)
	a.org.Routes(api)
	a.staff.Routes(api)
	a.housing.Routes(api)
	a.facility.Routes(api)
	a.customers.Routes(api)
	a.imports.Routes(api)
	a.parking.Routes(api)
	a.handovers.Routes(api)
	a.moneyRoutes(api)
	a.tickets.Routes(api)
	a.triage.Routes(api)
	a.fieldRoutes(api)
	a.procedure.Routes(api)
	a.followups.Routes(api)
	a.matters.Routes(api)
	a.residents.Routes(api, a.auth.Find)
	a.leases.Routes(api)
	a.things.Routes(api)
	a.reminders.Routes(api)
	a.notices.Routes(api)
	a.messages.Routes(api)
	a.dutyRoutes(api)
	a.desk.Routes(api)
	a.approvals.Routes(api)
	a.audit.Routes(api)
	a.retention.Routes(api)
	a.systemRoutes(api)
	web.GetLive(api, "/live", auth.ActSelf, a.live)

	latency := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "guanjia_request_seconds", Help: "Time to answer, by permission and status.", Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 5},
	}, []string{"action", "status"})
	a.metrics.MustRegister(latency, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.countDatabase()
	guard := web.Guard{Find: a.find, Device: a.bills.Device, Now: a.db.Now, PerSecond: a.conf.PerSecond, Burst: 4 * a.conf.PerSecond, Proxies: a.conf.Proxies, Latency: latency, Site: a.conf.Site}
	guarded := api.Handler(guard)
	description := sync.OnceValues(api.OpenAPI) // few ask, and it is long
	mux := http.NewServeMux()
	mux.Handle(web.Prefix+"/", guarded)
	mux.HandleFunc("GET "+web.Prefix+"/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		text, err := description()
		if err != nil {
			a.conf.Log.Error("the API cannot be described", "err", err)
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text)
	})
	mux.Handle("GET /docs", web.Docs(api, version))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", a.insiders(guard, promhttp.HandlerFor(a.metrics, promhttp.HandlerOpts{})))
	mux.Handle("/", web.Faces(faces.FS, map[string]string{"": "console.html", "console": "console.html", "m": "technician.html", "r": "resident.html"}))
	a.handler = guard.Secured(mux)
	return nil
}

// fieldRoutes are those of work at the customer's.
func (a *App) fieldRoutes(api *web.API) {
	a.quotes.Routes(api)
	a.paidwork.Routes(api)
	a.custody.Routes(api)
	a.lookins.Routes(api)
	a.slips.Routes(api)
	a.upkeep.Routes(api)
}

// dutyRoutes are those of people at work.
func (a *App) dutyRoutes(api *web.API) {
	a.roster.Routes(api)
	a.attend.Routes(api)
	a.staffing.Routes(api)
	a.daily.Routes(api)
}

// moneyRoutes are those of charges, payments and the books.
func (a *App) moneyRoutes(api *web.API) {
	a.bills.Routes(api)
	a.online.Routes(api)
	a.cashier.Routes(api)
	a.refunds.Routes(api)
	a.lines.Routes(api)
	a.invoices.Routes(api)
	a.debits.Routes(api)
	a.temporary.Routes(api)
	a.publicity.Routes(api)
	a.extracts.Routes(api)
	a.ledger.Routes(api)
	a.arrears.Routes(api)
	a.delivery.Routes(api)
	a.reports.Routes(api)
	a.faults.Routes(api)
}

// insiders answers only to the addresses that may read the metrics.
func (a *App) insiders(g web.Guard, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddr(g.From(r))
		if err != nil || !slices.ContainsFunc(a.conf.Metrics, func(p netip.Prefix) bool { return p.Contains(from.Unmap()) }) {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *App) find(ctx context.Context, cookie string, from authz.Request) (web.Session, error) {
	who, csrf, err := a.auth.Find(ctx, cookie, from)
	return web.Session{Who: who, CSRF: csrf}, err
}

func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := a.db.Ping(ctx); err != nil {
		w.Header().Set("Retry-After", "5")
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = fmt.Fprintln(w, "ready")
}

func (a *App) countDatabase() {
	for name, of := range map[string]func(db.Stats) int64{
		"commits": func(s db.Stats) int64 { return s.Commits }, "conflicts": func(s db.Stats) int64 { return s.Conflicts }, "shared_commits": func(s db.Stats) int64 { return s.Shared },
	} {
		a.metrics.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "guanjia_db_" + name + "_total", Help: "Database transactions: " + strings.ReplaceAll(name, "_", " ") + "."},
			func() float64 { return float64(of(a.db.Stats())) }))
	}
}

// live streams what happens where the caller may see it (API-03, ACC-04).
func (a *App) live(ctx context.Context, who authz.Actor, in *web.LiveInput) (<-chan web.LiveEvent, error) {
	scopes := map[authz.Action]authz.Scope{}
	for _, act := range visible {
		scopes[act] = who.Scope(act)
	}
	messages := a.hub.Subscribe(ctx, in.After(), func(name string, place authz.CommunityID) bool {
		act, known := visible[name]
		if name == treeRevised { // its names stand on every page, wherever one works
			return who.Can(act)
		}
		return known && scopes[act].Sees(place) && (in.Community == 0 || in.Community == place)
	})
	out := make(chan web.LiveEvent)
	go func() {
		defer close(out)
		for m := range messages {
			e := web.LiveEvent{Seq: m.Seq, Name: m.Name}
			if m.Reset {
				e.Name = "reset"
			}
			data, _ := json.Marshal(map[string]string{"subject": m.About, "community": m.Community.String()}) // two strings always encode
			e.Data = string(data)
			select {
			case out <- e:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

// System is what the administrator sees of the installation.
type System struct {
	Version   string        `json:"version"`
	Engine    db.Engine     `json:"engine"`
	StartedAt clock.Instant `json:"startedAt"`
	Unsealed  int64         `json:"unsealed" doc:"audit entries not yet chained"`
	Waiting   int64         `json:"waitingJobs"`
	Dead      int64         `json:"deadJobs"`
}

func (a *App) systemRoutes(api *web.API) {
	web.Get(api, "/system", ActJobsView, func(ctx context.Context, who authz.Actor, _ *struct{}) (s System, err error) {
		if !who.Scope(ActJobsView).All { // totals tell of every community
			return s, authz.ErrForbidden
		}
		s = System{Version: version, Engine: a.db.Engine, StartedAt: a.started}
		err = a.db.Read(ctx, who, ActJobsView, func(tx *db.Tx) error {
			n, err := jobs.Count(ctx, tx)
			if err != nil {
				return err
			}
			s.Waiting, s.Dead = n.Events+n.Due, n.Dead
			s.Unsealed, err = db.One[int64](ctx, tx.Global("the trail is one for all"), `SELECT COUNT(*) FROM audit WHERE seq IS NULL`)
			return err
		})
		return s, err
	}, web.Summary("Version, engine and waiting work"))
	web.Get(api, "/jobs", ActJobsView, func(ctx context.Context, who authz.Actor, _ *struct {
		State string `query:"state" enum:"dead" default:"dead"`
	}) (out web.List[jobs.Job], err error) {
		err = a.db.Read(ctx, who, ActJobsView, func(tx *db.Tx) error {
			all, err := jobs.Dead(ctx, tx)
			out = web.All(all)
			return err
		})
		return out, err
	}, web.Summary("Jobs that failed for good"))
	web.Post(api, "/jobs/{id}/retry", ActJobsRetry, func(ctx context.Context, who authz.Actor, in *struct {
		ID db.ID `path:"id"`
	}) (web.None, error) {
		return web.None{}, a.db.Write(ctx, who, ActJobsRetry, func(tx *db.Tx) error { return jobs.Retry(ctx, tx, in.ID) })
	}, web.Summary("Try a failed job again"), web.Unversioned("a job that runs is dead no longer, and not found"))
}
