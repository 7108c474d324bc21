package app

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guanjia/internal/platform/dbtest"
)

// gate stands between a node and PostgreSQL and can be shut: by refusing, as
// when the server is down, or in silence, as when the network is gone.
type gate struct {
	listener net.Listener
	target   string

	mu     sync.Mutex
	silent bool
	refuse bool
	open   map[net.Conn]bool
	change *sync.Cond
}

func newGate(t *testing.T, target string) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // lives as long as the test
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener: l, target: target, open: map[net.Conn]bool{}}
	g.change = sync.NewCond(&g.mu)
	t.Cleanup(func() { _ = l.Close(); g.set(false, true) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go g.serve(c)
		}
	}()
	return g
}

// set shuts or opens the gate; refusing also cuts whoever is inside.
func (g *gate) set(silent, refuse bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.silent, g.refuse = silent, refuse
	if refuse {
		for c := range g.open {
			_ = c.Close()
		}
	}
	g.change.Broadcast()
}

func (g *gate) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	g.mu.Lock()
	refuse := g.refuse
	g.mu.Unlock()
	if refuse {
		return
	}
	server, err := net.Dial("tcp", g.target) //nolint:noctx // ends with the connection it serves
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	g.mu.Lock()
	g.open[c], g.open[server] = true, true
	g.mu.Unlock()
	done := make(chan struct{}, 2)
	go g.copy(server, c, done)
	go g.copy(c, server, done)
	<-done
	g.mu.Lock()
	delete(g.open, c)
	delete(g.open, server)
	g.mu.Unlock()
}

// copy passes bytes on while the gate is not silent.
func (g *gate) copy(to, from net.Conn, done chan<- struct{}) {
	defer func() { done <- struct{}{} }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		g.mu.Lock()
		for g.silent {
			g.change.Wait()
		}
		g.mu.Unlock()
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// QUA-11, QUA-12: PostgreSQL goes away for 30 seconds, half of them in silence.
// Every answer meanwhile is an honest 503; then it goes on, without a restart.
func TestPostgresGoesAwayForThirtySeconds(t *testing.T) {
	t.Parallel()
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Log("TEST_POSTGRES is not set: PostgreSQL was not tested")
		return
	}
	dsn := dbtest.Postgres(t, server)
	c := Config{DataDir: t.TempDir(), Database: dsn}
	c.Keys = filepath.Join(c.DataDir, "keys.json")
	admin, here := prepared(t, c)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(t, u.Host)
	u.Host = g.listener.Addr().String()
	l := newLoad(t, admin, here, 1)
	n := startNode(t, nil, "--data", c.DataDir, "--keys", c.Keys, "--database", u.String())
	l.nodes[0].Store(n)
	stop := l.press(6)
	l.await(30)

	// away calls check again and again for a while.
	away := func(d time.Duration) {
		for deadline := time.Now().Add(d); time.Now().Before(deadline); {
			if got := l.get(n.at, "/livez"); got != 200 {
				t.Fatalf("the program itself does not answer: %d", got)
			}
			if got := l.get(n.at, "/readyz"); got != 503 {
				t.Errorf("ready without a database: %d", got)
			}
			if got := l.get(n.at, "/api/v1/session"); got != 503 && got != 0 { // 0: still waiting in the silence
				t.Errorf("an answer without a database: %d", got)
			}
		}
	}
	acknowledged := l.count()
	g.set(true, false)
	away(15 * time.Second)
	g.set(false, true)
	away(15 * time.Second)
	l.awaitLater(5)
	if now := l.count(); now > acknowledged+6 { // what was on its way
		t.Errorf("%d tickets were acknowledged without a database", now-acknowledged)
	}
	g.set(false, false)
	l.await(30)
	stop()
	l.settle()
	n.stop(t)
	if l.later["unavailable"] == 0 || l.later["unavailable"]+l.later["request.slow"] != l.status[http.StatusServiceUnavailable] {
		t.Errorf("the 503 said %v", l.later)
	}
	t.Logf("%d tickets acknowledged, answers %v", len(l.acked), l.status)
	l.accounted(c)
}
