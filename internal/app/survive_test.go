package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
)

// nodeEnv makes the test program be a node: what is killed below is a real
// process with the real command line.
const nodeEnv = "GUANJIA_TEST_NODE"

// node is one running process.
type node struct {
	cmd   *exec.Cmd
	at    string // http://127.0.0.1:…
	in    io.WriteCloser
	lines *bufio.Scanner
}

var addressForm = regexp.MustCompile(`on (http://127\.0\.0\.1:\d+)`)

// startNode starts a node and waits until it serves. change may alter how.
func startNode(t *testing.T, change func(*exec.Cmd), args ...string) *node {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], append([]string{"serve", "--listen", "127.0.0.1:0", "--rate", "0"}, args...)...)
	cmd.Env = append(os.Environ(), nodeEnv+"=1")
	var log bytes.Buffer
	cmd.Stderr = &log
	if change != nil {
		change(cmd)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n := &node{cmd: cmd, in: in, lines: bufio.NewScanner(out)}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for n.at == "" && n.lines.Scan() {
		if m := addressForm.FindStringSubmatch(n.lines.Text()); m != nil {
			n.at = m[1]
		}
	}
	if n.at == "" {
		_ = cmd.Wait()
		t.Fatalf("the node did not start: %s", log.String())
	}
	return n
}

// kill ends the process as a power cut would.
func (n *node) kill() {
	_ = n.cmd.Process.Kill()
	_ = n.cmd.Wait()
}

// tell sends the test's own part of the process a word and waits until it has obeyed.
func (n *node) tell(t *testing.T, word string) {
	t.Helper()
	if _, err := fmt.Fprintln(n.in, word); err != nil {
		t.Fatal(err)
	}
	for n.lines.Scan() {
		if n.lines.Text() == "did "+word {
			return
		}
	}
	t.Fatalf("the node did not %s", word)
}

// stop ends it as an administrator does.
func (n *node) stop(t *testing.T) {
	t.Helper()
	_ = n.cmd.Process.Signal(syscall.SIGTERM)
	if err := n.cmd.Wait(); err != nil {
		t.Errorf("a node did not end well: %v", err)
	}
}

// load asks for something, tickets unless ask says otherwise, at whatever node
// answers, each with a key of its own, and remembers which were acknowledged.
type load struct {
	t            *testing.T
	cookie, csrf string
	community    string
	client       http.Client
	nodes        []atomic.Pointer[node]
	ask          func(title string) (path string, body any)
	tell         func(ctx context.Context, at, title string) (status int, number string, err error) // in the place of ask: somebody else calls
	made         atomic.Int64

	mu     sync.Mutex
	acked  map[string]string // title: number
	unsure []string          // no answer, or "later": to be sent again with the same key
	odd    map[string]int    // any other answer
	later  map[string]int    // codes of 503
	status map[int]int
	news   chan struct{}
}

func newLoad(t *testing.T, c *client, community string, nodes int) *load {
	opens := func(title string) (string, any) {
		return "/tickets", map[string]string{"community": community, "place": "gate", "category": "facilities.water", "grade": "B", "title": title, "channel": "phone"}
	}
	return &load{
		ask: opens, t: t, cookie: c.cookie, csrf: c.csrf, community: community, client: http.Client{Timeout: 10 * time.Second}, nodes: make([]atomic.Pointer[node], nodes),
		acked: map[string]string{}, odd: map[string]int{}, later: map[string]int{}, status: map[int]int{}, news: make(chan struct{}, 1),
	}
}

// take returns a title whose fate is unknown, or a new one.
func (l *load) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.unsure); n > 0 {
		title := l.unsure[n-1]
		l.unsure = l.unsure[:n-1]
		return title
	}
	return fmt.Sprintf("load %05d", l.made.Add(1))
}

// send opens one ticket; the answer decides what is known of it.
func (l *load) send(ctx context.Context, at, title string) {
	status, said, err := l.post(ctx, at, title)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status[status]++
	switch {
	case err != nil:
		l.unsure = append(l.unsure, title)
	case status == http.StatusServiceUnavailable:
		l.unsure = append(l.unsure, title)
		l.later[said.Code]++
	case status == http.StatusCreated:
		if before := l.acked[title]; before != "" && before != said.Number {
			l.odd[fmt.Sprintf("%s was acknowledged as %s and as %s", title, before, said.Number)]++
		}
		l.acked[title] = said.Number
		select {
		case l.news <- struct{}{}:
		default:
		}
	default:
		l.odd[fmt.Sprintf("status %d %s", status, said.Code)]++
	}
}

// said is what of an answer matters here.
type said struct{ Number, Code string }

func (l *load) post(ctx context.Context, at, title string) (status int, got said, err error) {
	if l.tell != nil {
		status, got.Number, err = l.tell(ctx, at, title)
		return status, got, err
	}
	path, asked := l.ask(title)
	raw, err := json.Marshal(asked)
	if err != nil {
		return 0, got, err
	}
	a, err := l.do(ctx, http.MethodPost, at+web.Prefix+path, bytes.NewReader(raw), title)
	if err != nil {
		return 0, got, err
	}
	defer func() { _ = a.Body.Close() }()
	body, err := io.ReadAll(a.Body)
	if err == nil {
		err = json.Unmarshal(body, &got)
	}
	if a.StatusCode == http.StatusServiceUnavailable && (a.Header.Get("Retry-After") == "" || got.Code == "") {
		l.t.Errorf("an unexplained 503: %v %s", a.Header, body)
	}
	return a.StatusCode, got, err
}

func (l *load) do(ctx context.Context, method, url string, body io.Reader, key string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: l.cookie})
	req.Header.Set("X-CSRF-Token", l.csrf)
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	return l.client.Do(req)
}

// press keeps a number of clients busy until the returned function is called.
func (l *load) press(clients int) (stop func()) {
	ctx, cancel := context.WithCancel(l.t.Context())
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for ctx.Err() == nil {
				n := l.nodes[(i+rand.IntN(2))%len(l.nodes)].Load()
				before := l.count()
				l.send(context.WithoutCancel(ctx), n.at, l.take())
				if l.count() == before { // nobody is there: not too fast
					select {
					case <-ctx.Done():
					case <-time.After(5 * time.Millisecond):
					}
				}
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// await returns when n more tickets have been acknowledged.
func (l *load) await(n int) {
	l.t.Helper()
	deadline := time.After(time.Minute)
	for want := l.count() + n; l.count() < want; {
		select {
		case <-l.news:
		case <-deadline:
			l.mu.Lock()
			defer l.mu.Unlock()
			l.t.Fatalf("nothing is acknowledged any more: %d so far, answers %v", len(l.acked), l.status)
		}
	}
}

// awaitLater returns when n more requests were told to come back later.
func (l *load) awaitLater(n int) {
	l.t.Helper()
	refused := func() int { l.mu.Lock(); defer l.mu.Unlock(); return l.status[http.StatusServiceUnavailable] }
	deadline := time.Now().Add(time.Minute)
	for want := refused() + n; refused() < want; runtime.Gosched() {
		if time.Now().After(deadline) {
			l.t.Fatalf("nobody says 503: %v", l.status)
		}
	}
}

// get asks a node for something and returns the status; 0: no answer.
func (l *load) get(at, path string) int {
	a, err := l.do(l.t.Context(), http.MethodGet, at+path, nil, "")
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, a.Body)
	_ = a.Body.Close()
	return a.StatusCode
}

// settle sends everything unsure again until it is acknowledged.
func (l *load) settle() {
	l.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for i := 0; ; i++ {
		l.mu.Lock()
		left := len(l.unsure)
		l.mu.Unlock()
		if left == 0 {
			return
		}
		if time.Now().After(deadline) {
			l.t.Fatalf("%d requests are still not answered: %v", left, l.status)
		}
		l.send(l.t.Context(), l.nodes[i%len(l.nodes)].Load().at, l.take())
	}
}

// prepared is a community with somebody on duty, made in this process.
func prepared(t *testing.T, c Config) (*client, string) {
	t.Helper()
	c.SetupCode = setupCode
	a, err := New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{App: a, t: t}
	h.start()
	h.dutyOn(h.admin)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return h.admin, h.here
}

// dutyOn has a technician come on duty, so that every ticket is dispatched once.
func (h *house) dutyOn(admin *client) {
	h.t.Helper()
	id := admin.do("POST", "/staff", map[string]any{"community": h.here, "agentNo": "Z532", "name": "Zqxtech", "skills": []string{"water"}, "roles": []string{"technician"}}).is(201).at("staff.id")
	admin.do("PUT", "/staff/"+id+"/duty", map[string]any{"onDuty": true}).is(200)
}

// accounted opens the database once more and checks that every acknowledged
// ticket is there once, with one of everything that belongs to it (QUA-10).
func (l *load) accounted(c Config) {
	t := l.t
	t.Helper()
	c.Now = func() time.Time { return time.Now().Add(time.Hour) } // the leases of those who were killed are over
	a, err := New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	if err := a.Wake(t.Context()); err != nil {
		t.Error("work that was left fails:", err)
	}
	if len(l.odd) > 0 {
		t.Errorf("unexpected: %v", l.odd)
	}
	n := int64(len(l.acked))
	if n == 0 {
		t.Fatal("nothing was acknowledged")
	}
	for what, q := range map[string]string{
		"tickets":                      `SELECT COUNT(*) FROM ticket WHERE title LIKE 'load %'`,
		"titles":                       `SELECT COUNT(DISTINCT title) FROM ticket WHERE title LIKE 'load %'`,
		"numbers":                      `SELECT COUNT(DISTINCT number) FROM ticket`,
		"audit entries of opening":     `SELECT COUNT(*) FROM audit WHERE action = 'ticket.open'`,
		"events":                       `SELECT COUNT(*) FROM outbox WHERE name = 'ticket.opened'`,
		"tickets an event speaks of":   `SELECT COUNT(DISTINCT about) FROM outbox WHERE name = 'ticket.opened'`,
		"keys of requests":             `SELECT COUNT(*) FROM idempotency WHERE key LIKE 'load %'`,
		"tickets that were dispatched": `SELECT COUNT(DISTINCT ticket_id) FROM ticket_entry WHERE verb = 'dispatched'`,
		"dispatches in timelines":      `SELECT COUNT(*) FROM ticket_entry WHERE verb = 'dispatched'`,
		"openings in timelines":        `SELECT COUNT(*) FROM ticket_entry WHERE verb = 'opened'`,
		"events of dispatching, told to the faces": `SELECT COUNT(*) FROM outbox WHERE name = 'ticket.dispatched'`,
	} {
		if got := dbtest.One[int64](t, a.db, q); got != n {
			t.Errorf("%d %s, %d were acknowledged", got, what, n)
		}
	}
	for title, number := range l.acked {
		if got := dbtest.One[string](t, a.db, `SELECT number FROM ticket WHERE title = $1`, title); got != number {
			t.Errorf("%s was acknowledged as %s and is %s", title, number, got)
		}
	}
	// Each ticket has one timer of its own, for later, and perhaps one that waits for an answer; nothing that is due is left.
	if left := dbtest.One[int64](t, a.db, `SELECT COUNT(*) FROM job WHERE every_ms = 0 AND (due_at <= $1 OR kind NOT IN ('ticket.watch', 'ticket.accept_due'))`, a.db.Now()); left != 0 {
		t.Errorf("%d jobs are left", left)
	}
	if timers := dbtest.One[int64](t, a.db, `SELECT COUNT(*) FROM job WHERE kind = 'ticket.watch' AND attempts = 0`); timers != n {
		t.Errorf("%d tickets are watched, %d were acknowledged", timers, n)
	}
	if _, err := a.audit.Seal(t.Context()); err != nil {
		t.Error(err)
	}
	r, err := a.audit.Verify(t.Context())
	if err != nil || r.Broken != nil || r.Unsealed != 0 || r.Sealed < n {
		t.Errorf("the trail: %+v %v", r, err)
	}
}

// killed presses while one node after the other is killed, so many times, and
// then ends them in good order.
func (l *load) killed(c Config, times int) {
	start := func(i int) {
		args := []string{"--data", c.DataDir, "--keys", c.Keys}
		if c.Database != "" {
			args = append(args, "--database", c.Database)
		}
		l.nodes[i].Store(startNode(l.t, nil, args...))
	}
	for i := range l.nodes {
		start(i)
	}
	stop := l.press(6)
	for i := range times {
		l.await(5 + rand.IntN(30))
		l.nodes[i%len(l.nodes)].Load().kill()
		start(i % len(l.nodes))
	}
	l.await(10)
	stop()
	l.settle()
	for i := range l.nodes {
		l.nodes[i].Load().stop(l.t)
	}
}

// onNodes runs a test on one node with SQLite and on two with PostgreSQL.
func onNodes(t *testing.T, run func(t *testing.T, c Config, nodes int)) {
	t.Run("sqlite", func(t *testing.T) { run(t, Config{}, 1) })
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Log("TEST_POSTGRES is not set: PostgreSQL was not tested")
		return
	}
	t.Run("postgres", func(t *testing.T) { run(t, Config{Database: dbtest.Postgres(t, server)}, 2) })
}

// QUA-10: killed twenty times under load, nothing acknowledged is lost and
// nothing happens twice; on PostgreSQL the other node goes on meanwhile.
func TestKilledTwentyTimesUnderLoad(t *testing.T) {
	const times = 20
	run := func(t *testing.T, c Config, nodes int) {
		t.Parallel()
		c.DataDir = t.TempDir()
		c.Keys = filepath.Join(c.DataDir, "keys.json")
		admin, here := prepared(t, c)
		l := newLoad(t, admin, here, nodes)
		l.killed(c, times)
		t.Logf("%d tickets acknowledged, answers %v", len(l.acked), l.status)
		l.accounted(c)
	}
	onNodes(t, run)
}
