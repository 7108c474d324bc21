package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guanjia/internal/app"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

const (
	rounds = 3
	length = 2 * time.Second
)

// openTickets is QUA-01: opening a ticket over HTTP, with session, CSRF token
// and Idempotency-Key, against a bare transaction that inserts the same rows
// (ticket, timeline, audit, outbox) into the same database, at 1, 8 and 32
// clients. Both run in turn, three rounds; the median of the ratios is printed.
func openTickets(ctx context.Context, s settings) error {
	for _, engine := range engines {
		for _, mode := range modes(engine) {
			b, err := newBench(ctx, s, engine, mode)
			if err != nil {
				return err
			}
			for _, clients := range []int{1, 8, 32} {
				if err := b.compare(ctx, clients); err != nil {
					b.close()
					return err
				}
			}
			b.close()
		}
	}
	return nil
}

// modes: the plain figure is the path of the request alone; with=jobs adds the
// background work that every ticket sets off (dispatch, sealing), at once and on
// the same two cores, and says how far behind it is when the load ends; SQLite also without shared commits, to see whether they pay.
func modes(engine string) []string {
	if engine == "sqlite" {
		return []string{"", "commits=alone", "with=jobs"}
	}
	return []string{"", "with=jobs"}
}

type bench struct {
	engine, mode string
	app          *app.App
	conf         app.Config
	bare         *sql.DB
	url          string
	client       *http.Client
	cookie, csrf string
	body         []byte
	community    authz.CommunityID
	room         housing.RoomID
	stop         func()
	next         atomic.Int64
}

func newBench(ctx context.Context, s settings, engine, mode string) (*bench, error) {
	b := &bench{engine: engine, mode: mode}
	dir := filepath.Join(s.dir, engine+strings.TrimPrefix(mode, "commits="))
	conf := app.Config{DataDir: dir, SetupCode: "BENCH", Alone: mode == "commits=alone", Log: slog.New(slog.DiscardHandler)}
	var err error
	if engine == "postgres" {
		if conf.Database, err = freshDatabase(ctx, s.postgres, "bench_qua01"); err != nil {
			return nil, err
		}
	}
	b.conf = conf
	if b.app, err = app.New(ctx, conf); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	srv := &http.Server{Handler: b.app.Handler(), ReadHeaderTimeout: 5 * time.Second}
	running, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { _ = srv.Serve(l) })
	if mode == "with=jobs" {
		wg.Go(func() { _ = b.app.Run(running) })
	}
	b.stop = func() { _ = srv.Close(); cancel(); wg.Wait() }
	b.url = "http://" + l.Addr().String() + "/api/v1"
	b.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 20 * time.Second}
	if err := b.prepare(ctx); err != nil {
		return nil, err
	}
	if engine == "postgres" {
		b.bare, err = sql.Open("pgx", conf.Database)
		b.bare.SetMaxIdleConns(40)
	} else {
		b.bare, err = sql.Open("sqlite", "file:"+filepath.Join(dir, "guanjia.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)&_txlock=immediate")
		b.bare.SetMaxOpenConns(1)
	}
	return b, err
}

func (b *bench) close() {
	b.stop()
	_ = b.bare.Close()
	_ = b.app.Close()
}

// prepare sets the system up through its own API and adds a room.
func (b *bench) prepare(ctx context.Context) error {
	setup := map[string]any{"code": "BENCH", "company": "测", "community": map[string]any{"name": "测"}, "admin": map[string]any{"name": "测", "username": "bench", "password": rand.Text()}}
	raw, err := json.Marshal(setup)
	if err != nil {
		return err
	}
	resp, err := b.client.Post(b.url+"/setup", "application/json", bytes.NewReader(raw))
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var v struct {
		CSRF        string `json:"csrf"`
		Communities []struct{ ID authz.CommunityID }
	}
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil || len(v.Communities) == 0 {
		return fmt.Errorf("set-up answered %s: %w", resp.Status, err)
	}
	b.cookie, b.csrf, b.community = resp.Header.Get("Set-Cookie"), v.CSRF, v.Communities[0].ID
	label, err := housing.ParseLabel("3栋2单元1502")
	if err != nil {
		return err
	}
	sys := authz.System("bench", "bench.prepare")
	if err := b.app.DB().Write(ctx, sys, "bench.prepare", func(tx *db.Tx) error {
		ids, err := housing.AddRooms(ctx, tx, b.community, []housing.NewRoom{{Label: label, Type: housing.Home, State: housing.Occupied}})
		b.room = ids[label.Key()]
		return err
	}); err != nil {
		return err
	}
	b.body, err = json.Marshal(map[string]any{
		"community": b.community, "roomId": b.room, "contactName": "李女士", "contactMobile": "13800135678", "category": "facilities.water", "grade": "B",
		"title": "厨房给水管漏水", "description": "水槽下面一直滴水", "channel": "phone",
	})
	return err
}

// compare runs both in turn and prints the line of one number of clients.
func (b *bench) compare(ctx context.Context, clients int) error {
	var ratios, rates, bares []float64
	var all []time.Duration
	var behind float64 // how long jobs need after the load, at most
	before := b.app.DB().Stats()
	catchUp := func() error {
		if b.mode != "with=jobs" {
			return nil
		}
		start := time.Now()
		err := b.app.Wake(ctx)
		behind = max(behind, float64(time.Since(start).Milliseconds()))
		return err
	}
	for range rounds {
		n, _, err := load(clients, func() error { return b.insert(ctx) })
		if err != nil {
			return fmt.Errorf("bare: %w", err)
		}
		m, took, err := load(clients, b.post)
		if err != nil {
			return err
		}
		if err := catchUp(); err != nil { // the limit is measured alone
			return err
		}
		bares, rates, ratios, all = append(bares, n), append(rates, m), append(ratios, m/n), append(all, took...)
	}
	after := b.app.DB().Stats()
	slices.Sort(all)
	mode := ""
	if b.mode != "" {
		mode = " " + b.mode
	}
	if behind > 0 {
		mode += fmt.Sprintf(" behind_ms=%.0f", behind)
	}
	commits := max(after.Commits-before.Commits, 1)
	fmt.Printf("QUA-01 %s c=%d%s ratio=%.2f p99_ms=%.1f rate=%.0f bare=%.0f conflicts=%.2f%% shared=%.0f%%\n", b.engine, clients, mode, median(ratios),
		float64(all[len(all)*99/100].Microseconds())/1000, median(rates), median(bares),
		100*float64(after.Conflicts-before.Conflicts)/float64(commits), 100*float64(after.Shared-before.Shared)/float64(commits))
	return nil
}

// load calls one from several clients for a while and returns calls a second and how long each took.
func load(clients int, one func() error) (rate float64, took []time.Duration, err error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := time.Now()
	for range clients {
		wg.Go(func() {
			var mine []time.Duration
			var failed error
			for failed == nil && time.Since(start) < length {
				t := time.Now()
				failed = one()
				mine = append(mine, time.Since(t))
			}
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
			if err == nil {
				err = failed
			}
		})
	}
	wg.Wait()
	return float64(len(took)) / time.Since(start).Seconds(), took, err
}

func (b *bench) post() error {
	req, err := http.NewRequest(http.MethodPost, b.url+"/tickets", bytes.NewReader(b.body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Cookie", b.cookie)
	req.Header.Set("X-CSRF-Token", b.csrf)
	req.Header.Set("Idempotency-Key", rand.Text())
	resp, err := b.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusCreated {
		err = fmt.Errorf("%s: %s", resp.Status, text)
	}
	return err
}

// insert is the limit: nothing but a transaction with the same rows.
func (b *bench) insert(ctx context.Context) error {
	tx, err := b.bare.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	n := 1_000_000_000_000 + b.next.Add(4)
	now := time.Now().UnixMilli()
	for _, s := range []struct {
		q    string
		args []any
	}{
		{`INSERT INTO ticket (id, community_id, number, kind, category, grade, status, title, description, channel, room_id, place, contact_name, contact_mobile, contact_sealed, contact_index, contact_last4,
			owner_id, owner_name, assignee_name, policy, opened_at, response_due, resolve_due, sort_due, cause, remedy, version)
			VALUES ($1, $2, $3, 'repair', 'facilities.water', 'B', 'new', $4, $5, 'phone', $6, '3栋2单元1502', '李女士', '', 'k1.uFq0v2kqk3Yb7r4o1l9x6s8t5w2z0a3c6e9h1j4m7p', 'i1.Yb7r4o1l9x6s8t5w2z0a3c', 'i1.o1l9x6s8t5w2z0a3c6e9h1', 1, '测', '', $7, $8, $9, $10, $11, '', '', 1)`,
			[]any{n, int64(b.community), fmt.Sprintf("BARE-%d", n), "厨房给水管漏水", "水槽下面一直滴水", int64(b.room), `{"responseMs":1800000,"resolveMs":43200000}`, now, now, now, now}},
		{`INSERT INTO ticket_entry (id, community_id, ticket_id, at, by_id, by_name, verb, channel, is_public, words, data) VALUES ($1, $2, $3, $4, 1, '测', 'opened', 'phone', $5, '', $6)`,
			[]any{n + 1, int64(b.community), n, now, true, `{"channel":"phone","grade":"B"}`}},
		{`INSERT INTO audit (id, community_id, at, actor_id, actor_name, action, subject, after, request, ip, seq, hash) VALUES ($1, $2, $3, 1, '测', 'ticket.open', $4, $5, 'bare', '127.0.0.1', $1, '')`,
			[]any{n + 2, int64(b.community), now, fmt.Sprintf("ticket:%d", n), `{"category":"facilities.water","grade":"B","kind":"repair","number":"BX20260302-0001"}`}},
		{`INSERT INTO outbox (id, community_id, at, name, about, body, actor_id, request, seq) VALUES ($1, $2, $3, 'ticket.opened', $4, $5, 1, 'bare', $1)`,
			[]any{n + 3, int64(b.community), now, fmt.Sprint(n), `{"ticket":"06q3g8k2m4n5p","community":"06q3g8k2m4n5p"}`}},
	} {
		if _, err := tx.ExecContext(ctx, s.q, s.args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func median(f []float64) float64 {
	s := slices.Clone(f)
	slices.Sort(s)
	return s[len(s)/2]
}
