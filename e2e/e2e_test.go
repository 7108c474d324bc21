//go:build e2e

// Package e2e plays the acceptance stories in a real browser, on both engines, with a clock the story drives.
// The tag keeps browsers out of a plain `go test ./...`.
package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/oauth2-proxy/mockoidc"

	"guanjia/internal/app"
	"guanjia/internal/auth"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/alipay/alipaytest"
	"guanjia/internal/platform/wechatpay/wechattest"
)

// Each story has the engines it is worth playing on: pages look alike on both.
// "firefox" is SQLite in the other browser, for what each face stands on (FAC-04).
var stories = []struct {
	name    string
	engines []string
	from    time.Time
}{
	{"leak", []string{"sqlite", "postgres"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"errands", []string{"sqlite"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"resident", []string{"sqlite", "firefox"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"office", []string{"sqlite", "postgres", "firefox"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"procedures", []string{"sqlite"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"quote", []string{"sqlite", "postgres", "firefox"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"messages", []string{"sqlite", "postgres"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"monthoffees", []string{"sqlite", "postgres"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"cashier", []string{"sqlite", "postgres", "firefox"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"fees", []string{"sqlite", "postgres"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"payonline", []string{"sqlite", "postgres"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"refund", []string{"sqlite", "postgres"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"bank", []string{"sqlite", "postgres"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"arrears", []string{"sqlite", "postgres"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"roster", []string{"sqlite", "postgres"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"visits", []string{"sqlite", "postgres"}, time.Date(2026, 3, 11, 6, 0, 0, 0, china)},
	{"pages", []string{"sqlite", "firefox"}, time.Date(2026, 3, 10, 9, 0, 0, 0, china)},
	{"signin", []string{"sqlite"}, time.Now()}, // the provider of single sign-on knows no other clock
}

var china = time.FixedZone("Asia/Shanghai", 8*60*60)

const setupCode = "first-light-2026"

func TestStories(t *testing.T) {
	for _, story := range stories {
		for _, engine := range story.engines {
			t.Run(story.name+"/"+engine, func(t *testing.T) { play(t, story.name, engine, story.from) })
		}
	}
}

func play(t *testing.T, story, engine string, from time.Time) {
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	out, browser := outDir(t, story+"-"+engine), "chromium"
	if engine == "firefox" {
		engine, browser = "sqlite", engine
	}
	now := &drivenClock{}
	now.set(from)
	ali, wechat := alipaytest.New(t), wechattest.New(t, now.now)
	base, wake := serve(ctx, t, engine, out, now, payonline.Gateways{WeChat: wechat.URL, Alipay: ali.URL})

	cmd := exec.CommandContext(ctx, "node", story+".mjs")
	cmd.Env = append(os.Environ(),
		"BROWSER="+browser,
		"BASE_URL="+base,
		"CONTROL_URL="+controlServer(t, now, wake),
		"SETUP_CODE="+setupCode,
		"SHEET="+sheet(t, "桃源里.xlsx", community),
		"BAD_SHEET="+sheet(t, "有错.xlsx", mistaken),
		"OPENING_SHEET="+sheet(t, "期初欠费.xlsx", owing("356.50")),
		"OPENING_BAD="+sheet(t, "期初欠费有错.xlsx", owing("366.50")),
		"FOREIGN_SHEET="+sheet(t, "别家.xlsx", foreign),
		"PHOTO="+photo(t),
		"WECHAT_PAYS="+wechat.URL+"/pay",
		"ALIPAY_STRAY="+strings.TrimSuffix(ali.URL, "/gateway.do")+"/stray",
		"ALIPAY="+asJSON(t, map[string]string{"appId": ali.App, "merchant": ali.Seller, "privateKey": ali.MerchantKey(), "publicKey": ali.PublicKey()}),
		"WECHAT="+asJSON(t, map[string]string{"appId": wechat.App, "merchant": wechat.Merchant, "serial": wechat.Serial, "platformId": wechat.Platform, "v3Key": wechat.V3Key, "privateKey": wechat.MerchantKey(), "publicKey": wechat.PublicKey()}),
		"OUT="+out,
	)
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	// The browser goes with the story, also when the deadline ends it.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Run(); err != nil {
		t.Errorf("%s on %s in %s: %v; pictures and the server's log are in %s", story, engine, browser, err, out)
	}
}

// asJSON is a merchant at a gateway of this test, as its settings are typed in.
func asJSON(t *testing.T, v map[string]string) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// serve runs the program in this process and returns its address and what wakes its jobs.
func serve(ctx context.Context, t *testing.T, engine, out string, now *drivenClock, gateways payonline.Gateways) (string, func(context.Context) error) {
	t.Helper()
	log, err := os.Create(filepath.Join(out, "server.log"))
	if err != nil {
		t.Fatal(err)
	}
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(func() {
		slog.SetDefault(was)
		_ = log.Close()
	})
	sso := provider(t)
	a, err := app.New(ctx, app.Config{
		SSO:       sso,
		DataDir:   t.TempDir(),
		Database:  database(ctx, t, engine),
		Now:       now.now,
		SetupCode: setupCode,
		NearPush:  true,
		Gateways:  gateways,
		Log:       slog.Default(),
	})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- a.Run(running) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	base := listen(t, late(t, a.Handler()))
	sso.Callback = base + "/api/v1/session/oidc/callback"
	return base, a.Wake
}

// provider speaks OpenID Connect on loopback; everybody who comes is the same person to it.
func provider(t *testing.T) *auth.Provider {
	t.Helper()
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Shutdown() })
	return &auth.Provider{Issuer: m.Issuer(), ClientID: m.ClientID, Secret: m.ClientSecret, Name: "安居统一身份"}
}

// late makes the answers of the API come up to JITTER late, each as long as chance says, half of it before they are
// made and half after: what is steady only on a quick machine shows itself. The live stream and files are as quick as ever.
func late(t *testing.T, h http.Handler) http.Handler {
	t.Helper()
	if os.Getenv("JITTER") == "" {
		return h
	}
	most, err := time.ParseDuration(os.Getenv("JITTER"))
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := r.URL.Path; !strings.HasPrefix(path, "/api/v1/") || strings.HasSuffix(path, "/live") {
			h.ServeHTTP(w, r)
			return
		}
		<-time.After(rand.N(most / 2))
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		<-time.After(rand.N(most / 2))
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	})
}

// listen serves a handler on a free loopback port until the test ends.
func listen(t *testing.T, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return "http://" + l.Addr().String()
}

// drivenClock stands still until the story moves it, so that durations in the story are exact.
type drivenClock struct{ at atomic.Pointer[time.Time] }

func (c *drivenClock) now() time.Time   { return *c.at.Load() }
func (c *drivenClock) set(at time.Time) { c.at.Store(&at) }

func controlServer(t *testing.T, now *drivenClock, wake func(context.Context) error) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /clock", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ At time.Time }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if in.At.Before(now.now()) {
			http.Error(w, "the clock only goes forward", http.StatusBadRequest)
			return
		}
		now.set(in.At)
		if err := wake(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return listen(t, mux)
}

// outDir keeps what a failed story leaves behind: pictures, page texts, the server's log. SHOTS=1 keeps it always.
func outDir(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "guanjia-"+strings.ReplaceAll(name, "/", "-")+"-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !t.Failed() && os.Getenv("SHOTS") == "" {
			_ = os.RemoveAll(dir)
		}
	})
	return dir
}
