package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/id"
)

func idOf(n int) authz.CommunityID { return authz.CommunityID(n) }

const (
	searchLimit    = 50.0  // ms
	householdLimit = 100.0 // ms
	asked          = 300   // times for each figure, by two clients at once
)

// findAnybody is QUA-03: the search box and the 360° page over HTTP at a
// million households, as somebody of one community and as somebody of a thousand.
func findAnybody(ctx context.Context, s settings) error {
	for _, engine := range engines {
		b, err := newBench(ctx, settings{s.program, s.postgres, filepath.Join(s.dir, "qua03")}, engine, "")
		if err != nil {
			return err
		}
		err = b.findAnybody(ctx)
		b.close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) findAnybody(ctx context.Context) error {
	begin := time.Now()
	if err := fillHouseholds(ctx, b.bare, b.engine, b.app.DB().Vault()); err != nil {
		return err
	}
	fmt.Printf("QUA-03 %s households=%d people=%d filled_s=%.0f\n", b.engine, communities*roomsEach, communities*peopleEach, time.Since(begin).Seconds())
	for _, scope := range []int{1, communities} {
		cookie, err := b.agent(ctx, scope)
		if err != nil {
			return err
		}
		for _, way := range ways {
			if err := b.ask("search by="+way.name, cookie, scope, searchLimit, func(n int64) string { return "/search?q=" + url.QueryEscape(way.text(person(scope, n))) }); err != nil {
				return err
			}
		}
		if err := b.ask("household", cookie, scope, householdLimit, func(n int64) string {
			p := person(scope, n)
			return "/households/" + id.Of[struct{}](roomIDs+p/peopleEach*roomsEach+p%roomsEach).String()
		}); err != nil {
			return err
		}
	}
	return nil
}

// person draws somebody whom the scope sees.
func person(scope int, n int64) int64 {
	p := n * 7_368_787 % (communities * peopleEach)
	if scope == 1 {
		return (agentOf-1)*peopleEach + p%peopleEach
	}
	return p
}

var ways = []struct {
	name string
	text func(p int64) string
}{
	{"name", func(p int64) string { s, g := who(p); return s + g }},
	{"surname", func(p int64) string { s, _ := who(p); return s }},
	{"inside", func(p int64) string { _, g := who(p); return g }},
	{"initials", func(p int64) string { s, g := who(p); return latin(s+g, true) }},
	{"pinyin", func(p int64) string { s, g := who(p); return latin(s+g, false) }},
	{"last4", func(p int64) string { return number(p)[7:] }},
	{"mobile", number},
	{"plate", func(p int64) string { letter, n := plate(p); return fmt.Sprintf("浙%s%05d", letter, n) }},
	{"plate_end", func(p int64) string { _, n := plate(p); return fmt.Sprintf("%05d", n) }},
	{"room", func(p int64) string {
		k := p % roomsEach
		return fmt.Sprintf("%d栋%d单元%d", k/perBuilding+1, k%perBuilding/perUnit+1, (k%perUnit/flats+1)*100+k%flats+1)
	}},
	{"room_part", func(p int64) string {
		k := p % roomsEach
		return fmt.Sprintf("%d-%d", k/perBuilding+1, k%perBuilding/perUnit+1)
	}},
	{"archive", func(p int64) string { return fmt.Sprintf("20260101-%06d", p%peopleEach+1) }},
	{"ticket", func(p int64) string {
		k, c := p%roomsEach/3*3, p/peopleEach+1
		return fmt.Sprintf("BX2026%02d%02d-%06d", k%9+1, c%20+1, k+1)
	}},
}

// agentOf is the community of who has only one.
const agentOf = 20

// agent is somebody at the front desk of some communities, signed in.
func (b *bench) agent(ctx context.Context, scope int) (cookie string, err error) {
	token := rand.Text()
	hash := sha256.Sum256([]byte(token))
	account, from, to := 9_000_000+scope, agentOf, agentOf
	if scope > 1 {
		from, to = 1, scope
	}
	name, _, _ := strings.Cut(b.cookie, "=")
	for _, s := range []struct {
		q    string
		args []any
	}{
		{`INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', '测', $3, '', $4, $4, 1)`, []any{account, fmt.Sprint("agent", scope), fmt.Sprint("K", scope), false}},
		{`INSERT INTO role_holder (id, account_id, role_id, community_id) SELECT 9000000000 + $2 * 10000 + n, $1, (SELECT id FROM role WHERE code = 'front_desk'), n FROM gen_n WHERE n BETWEEN $3 AND $4`, []any{account, scope, from, to}},
		{`INSERT INTO scope_reach (account_id, role_id, community_id) SELECT $1, (SELECT id FROM role WHERE code = 'front_desk'), n FROM gen_n WHERE n BETWEEN $2 AND $3`, []any{account, from, to}},
		{`INSERT INTO session (id, token_hash, account_id, csrf, created_at, seen_at, expires_at, ip, user_agent) VALUES ($1, $2, $3, 'x', $4, $4, $5, '127.0.0.1', 'bench')`, []any{account, hex.EncodeToString(hash[:]), account, time.Now().UnixMilli(), time.Now().Add(time.Hour).UnixMilli()}},
	} {
		if _, err := b.bare.ExecContext(ctx, s.q, s.args...); err != nil {
			return "", fmt.Errorf("%w in %s", err, s.q)
		}
	}
	return name + "=" + token, nil
}

// ask measures one figure.
func (b *bench) ask(what, cookie string, scope int, limit float64, path func(n int64) string) error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var took []time.Duration
	var failed error
	found := 0
	for client := range int64(2) {
		wg.Go(func() {
			for n := client; n < asked; n += 2 {
				d, hits, err := b.get(cookie, path(n*31+int64(len(what))))
				mu.Lock()
				took = append(took, d)
				found += hits
				if err != nil && failed == nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if failed != nil {
		return failed
	}
	if found < asked {
		return fmt.Errorf("%s of %d communities found %d things in %d searches", what, scope, found, asked)
	}
	slices.Sort(took)
	ms := func(q int) float64 { return float64(took[len(took)*q/100].Microseconds()) / 1000 }
	fmt.Printf("QUA-03 %s %s communities=%d ratio=%.2f p50_ms=%.1f p95_ms=%.1f limit_ms=%.0f found=%.1f\n", b.engine, what, scope, ms(95)/limit, ms(50), ms(95), limit, float64(found)/asked)
	return nil
}

// get asks once; hits is how many things came, 1 for what is no list.
func (b *bench) get(cookie, path string) (took time.Duration, hits int, err error) {
	req, err := http.NewRequest(http.MethodGet, b.url+path, nil)
	if err != nil {
		return 0, 0, err
	}
	req.Header.Set("Cookie", cookie)
	start := time.Now()
	resp, err := b.client.Do(req)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	took = time.Since(start)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s: %s", path, resp.Status, text)
	}
	v := struct{ Items *[]json.RawMessage }{}
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if v.Items == nil {
		return took, 1, err
	}
	return took, len(*v.Items), err
}

// plate is that of the car of the room nearest to p's that has one.
func plate(p int64) (letter string, n int64) {
	c, k := p/peopleEach+1, p%roomsEach/5*5
	return string("ABCDEFGH"[c%8]), (c*1000 + k) * 13163 % 100_000
}

// latin is how a name is typed by somebody who types no Chinese.
func latin(name string, initials bool) string {
	full, first := customer.Pinyin(name)
	if initials {
		return first
	}
	return full
}
