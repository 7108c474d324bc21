package app

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
)

// More of them: go test ./internal/app -run KilledWhileTicketsMove -kills 200 -seed 7.
var (
	kills    = flag.Int("kills", 5, "how often a program is killed while tickets move")
	killSeed = flag.Uint64("seed", 0, "of the moments at which it is killed; 0: another one each time")
)

// stage is a step that a client takes with a ticket of its own, and what it leaves.
type stage struct {
	path, verb, act string
	body            object
}

// life is how each ticket goes, from the call to the last word.
func life(tech string) []stage {
	return []stage{
		{"dispatch", "dispatched", "ticket.dispatch", object{"to": tech}},
		{"accept", "accepted", "ticket.accept", nil},
		{"tell", "told", "ticket.tell", object{"channel": "phone", "text": "at three"}},
		{"arrive", "arrived", "ticket.arrive", nil},
		{"start", "started", "ticket.start", nil},
		{"hold", "held", "ticket.hold", object{"why": "material", "text": "a valve is fetched"}},
		{"resume", "resumed", "ticket.hold", nil},
		{"photos?kind=after", "", "ticket.photo", nil},
		{"resolve", "resolved", "ticket.resolve", object{"remedy": "sealed"}},
	}
}

// moved is what one client was told of a ticket.
type moved struct {
	ID      string
	Version int64
	title   string
	steps   int // of its life that were acknowledged
}

// mover is a client that takes one step after the other, each with a key of its
// own that is sent again until it is answered.
type mover struct {
	l    *load
	name string
	tech string
	rand *rand.Rand
	all  []moved
	keys int64 // requests that were acknowledged
}

// run moves tickets until ctx ends; what was sent by then is sent until it is answered.
func (m *mover) run(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		title := fmt.Sprintf("load %s-%03d", m.name, n)
		raw, _ := json.Marshal(object{"community": m.l.community, "place": "gate", "category": "facilities.water", "grade": "B", "title": title, "channel": "phone"})
		one := moved{title: title}
		if !m.sent("/tickets", title, "", "application/json", raw, http.StatusCreated, &one) {
			return
		}
		for i, step := range life(m.tech) {
			m.all = upsert(m.all, one)
			if ctx.Err() != nil {
				return
			}
			body, kind := []byte("{}"), "application/json"
			if step.body != nil {
				body, _ = json.Marshal(step.body)
			}
			want, into := http.StatusOK, &one
			if step.verb == "" {
				body, kind = picture(m.l.t)
				want, into = http.StatusCreated, &moved{}
			}
			if !m.sent("/tickets/"+one.ID+"/"+step.path, fmt.Sprintf("%s %d", title, i), fmt.Sprintf(`"%d"`, one.Version), kind, body, want, into) {
				return
			}
			one.steps++
		}
		m.all = upsert(m.all, one)
	}
}

func upsert(all []moved, one moved) []moved {
	if n := len(all); n > 0 && all[n-1].ID == one.ID {
		return append(all[:n-1], one)
	}
	return append(all, one)
}

func picture(t *testing.T) (body []byte, kind string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "a.png")
	if err == nil {
		_, err = part.Write(png)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Error(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// sent sends one request to whatever node answers until it is acknowledged.
func (m *mover) sent(path, key, match, kind string, body []byte, want int, into *moved) bool {
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		at := m.l.nodes[m.rand.IntN(len(m.l.nodes))].Load().at
		status, text := m.once(at+web.Prefix+path, key, match, kind, body)
		switch status {
		case 0, http.StatusServiceUnavailable: // killed, or not there yet
			select { // not too fast
			case <-m.l.t.Context().Done():
			case <-time.After(5 * time.Millisecond):
			}
		case want:
			if err := json.Unmarshal(text, into); err != nil {
				m.l.t.Errorf("%s: %v in %s", path, err, text)
			}
			m.keys++
			select {
			case m.l.news <- struct{}{}:
			default:
			}
			return true
		default:
			m.l.t.Errorf("%s of %s: %d %s", path, key, status, text)
			return false
		}
	}
	m.l.t.Errorf("%s of %s is never answered", path, key)
	return false
}

func (m *mover) once(url, key, match, kind string, body []byte) (status int, text []byte) {
	req, err := http.NewRequestWithContext(m.l.t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil
	}
	req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: m.l.cookie})
	for name, value := range map[string]string{"X-CSRF-Token": m.l.csrf, "Content-Type": kind, "Idempotency-Key": key, "If-Match": match} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	a, err := m.l.client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = a.Body.Close() }()
	if text, err = io.ReadAll(a.Body); err != nil {
		return 0, nil
	}
	return a.StatusCode, text
}

// awaitMoves returns when n more requests were acknowledged.
func (l *load) awaitMoves(n int) {
	l.t.Helper()
	deadline := time.After(time.Minute)
	for range n {
		select {
		case <-l.news:
		case <-deadline:
			l.t.Fatal("nothing is acknowledged any more")
		}
	}
}

// settledMoves opens the database once more and holds it against what the clients
// were told: each step once in the timeline and in the trail, in its order; one
// follow-up of what is done, one notice of what was given (QUA-10).
func settledMoves(t *testing.T, c Config, all []*mover) {
	t.Helper()
	later := time.Now().Add(2 * time.Minute) // the leases of those who were killed are over
	c.Now = func() time.Time { return later }
	a, err := New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	if err := a.Wake(t.Context()); err != nil {
		t.Error("work that was left fails:", err)
	}
	want := map[string]int64{}
	var keys int64
	for _, m := range all {
		keys += m.keys
		for _, one := range m.all {
			verbs := []string{"opened"}
			want["tickets"]++
			want["ticket.open"]++
			for _, step := range life(m.tech)[:one.steps] {
				want[step.act]++
				if step.verb != "" {
					verbs = append(verbs, step.verb)
				}
				if step.path == "dispatch" {
					want["given"]++
				}
				if step.path == "resolve" {
					want["follow-ups"]++
				}
			}
			got := dbtest.One[string](t, a.db, `SELECT COALESCE(string_agg(verb, ' ' ORDER BY id), '') FROM ticket_entry WHERE ticket_id = (SELECT id FROM ticket WHERE title = $1)
				AND verb IN ('opened', 'dispatched', 'accepted', 'told', 'arrived', 'started', 'held', 'resumed', 'resolved')`, one.title)
			if got != strings.Join(verbs, " ") {
				t.Errorf("the timeline of %s is %q, acknowledged was %q", one.title, got, verbs)
			}
			if number := dbtest.One[int64](t, a.db, `SELECT version FROM ticket WHERE title = $1`, one.title); number != one.Version {
				t.Errorf("version %d of %s, acknowledged was %d", number, one.title, one.Version)
			}
		}
	}
	if want["follow-ups"] == 0 {
		t.Error("no ticket came to its end")
	}
	for _, act := range slices.Sorted(maps.Keys(want)) {
		if !strings.Contains(act, ".") {
			continue
		}
		if got := dbtest.One[int64](t, a.db, `SELECT COUNT(*) FROM audit WHERE action = $1`, act); got != want[act] {
			t.Errorf("the trail has %d of %s, %d were acknowledged", got, act, want[act])
		}
	}
	for what, q := range map[string]string{
		"tickets":    `SELECT COUNT(*) FROM ticket`,
		"follow-ups": `SELECT COUNT(*) FROM follow_up`,
		"given":      `SELECT COUNT(*) FROM notice WHERE kind = 'given'`,
	} {
		if got := dbtest.One[int64](t, a.db, q); got != want[what] {
			t.Errorf("%d %s, want %d", got, what, want[what])
		}
	}
	if got := dbtest.One[int64](t, a.db, `SELECT COUNT(*) FROM idempotency WHERE key LIKE 'load %'`); got != keys {
		t.Errorf("%d keys are kept, %d requests were acknowledged", got, keys)
	}
	if left := dbtest.One[int64](t, a.db, `SELECT COUNT(*) FROM job WHERE every_ms = 0 AND due_at <= $1`, a.db.Now()); left != 0 {
		t.Errorf("%d jobs are left", left)
	}
	if _, err := a.audit.Seal(t.Context()); err != nil {
		t.Error(err)
	}
	if r, err := a.audit.Verify(t.Context()); err != nil || r.Broken != nil || r.Unsealed != 0 {
		t.Errorf("the trail: %+v %v", r, err)
	}
}

// QUA-10: killed at random moments while several people move tickets through
// their lives, nothing acknowledged is lost and nothing happens twice.
func TestKilledWhileTicketsMove(t *testing.T) {
	seed := *killSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	run := func(t *testing.T, c Config, nodes int) {
		t.Parallel()
		t.Logf("-seed %d", seed)
		moments := rand.New(rand.NewPCG(seed, 0))
		c.DataDir, c.SetupCode = t.TempDir(), setupCode
		c.Keys = filepath.Join(c.DataDir, "keys.json")
		a, err := New(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		h := &house{App: a, t: t}
		h.start()
		tech := h.admin.do("POST", "/staff", object{"community": h.here, "agentNo": "Z532", "name": "Zqxtech", "skills": []string{"water"}, "roles": []string{"technician"}}).is(201).at("staff.id")
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		l := newLoad(t, h.admin, h.here, nodes)
		start := func(i int) {
			args := []string{"--data", c.DataDir, "--keys", c.Keys}
			if c.Database != "" {
				args = append(args, "--database", c.Database)
			}
			l.nodes[i].Store(startNode(t, nil, args...))
		}
		for i := range nodes {
			start(i)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var clients sync.WaitGroup
		all := make([]*mover, 4)
		for i := range all {
			all[i] = &mover{l: l, name: string(rune('a' + i)), tech: tech, rand: rand.New(rand.NewPCG(seed, uint64(i+1)))}
			clients.Go(func() { all[i].run(ctx) })
		}
		for i := range *kills {
			l.awaitMoves(1 + moments.IntN(40))
			l.nodes[i%nodes].Load().kill()
			start(i % nodes)
		}
		l.awaitMoves(40)
		cancel()
		clients.Wait()
		for i := range nodes {
			l.nodes[i].Load().stop(t)
		}
		settledMoves(t, c, all)
	}
	t.Run("sqlite", func(t *testing.T) { run(t, Config{}, 1) })
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Log("TEST_POSTGRES is not set: PostgreSQL was not tested")
		return
	}
	t.Run("postgres", func(t *testing.T) { run(t, Config{Database: dbtest.Postgres(t, server)}, 2) })
}
