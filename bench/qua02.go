package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

const (
	listLimit   = 100.0  // ms, 95 of 100
	listRate    = 2000.0 // a second
	listClients = 8
	deepRows    = 2000 * 50 // before page 2,001
)

// listTickets is QUA-02: lists over HTTP at a million tickets, by eight clients
// at once: the first page, page 2,000, filters, and the counts of the boards; as
// somebody of one community of forty and as somebody of all.
func listTickets(ctx context.Context, s settings) error {
	for _, engine := range engines {
		b, err := newBench(ctx, settings{s.program, s.postgres, filepath.Join(s.dir, "qua02")}, engine, "")
		if err != nil {
			return err
		}
		err = b.listTickets(ctx)
		b.close()
		if err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

func (b *bench) listTickets(ctx context.Context) error {
	start := time.Now()
	if err := fillTickets(ctx, b.bare, b.engine, ofYears(start)); err != nil {
		return err
	}
	fmt.Printf("QUA-02 %s tickets=%d communities=%d filled_s=%.0f\n", b.engine, tickets, places, time.Since(start).Seconds())
	cookie, err := b.agent(ctx, 1)
	if err != nil {
		return err
	}
	for _, who := range []struct {
		name, cookie, where string
	}{{"one", cookie, fmt.Sprintf("WHERE community_id = %d", agentOf)}, {"all", b.cookie, ""}} {
		var last ticket.Position
		if err := b.bare.QueryRowContext(ctx, `SELECT sort_due, id FROM ticket `+who.where+fmt.Sprintf(` ORDER BY sort_due, id LIMIT 1 OFFSET %d`, min(deepRows, tickets/places/2))).Scan(&last.Due, &last.ID); err != nil {
			return err
		}
		raw, err := json.Marshal(last)
		if err != nil {
			return err
		}
		deep := base64.RawURLEncoding.EncodeToString(raw)
		for _, ask := range []struct{ what, path string }{
			{"first", "/tickets?limit=50"},
			{"deep", "/tickets?limit=50&cursor=" + deep},
			{"due", "/tickets?limit=50&view=due"},
			{"unassigned", "/tickets?limit=50&view=unassigned"},
			{"held", "/tickets?limit=50&view=held"},
			{"verify", "/tickets?limit=50&view=verify"},
			{"followup", "/tickets?limit=50&view=followup"},
			{"mine", "/tickets?limit=50&view=mine"},
			{"archived", "/tickets?limit=50&status=archived"},
			{"grade", "/tickets?limit=50&grade=A"},
			{"dept", "/tickets?limit=50&dept=cleaning"},
			{"category", "/tickets?limit=50&category=facilities.power"},
			{"building", "/tickets?limit=50&building=" + db.ID(buildingIDs+agentOf*10+2).String()},
			{"counts", "/tickets/counts"},
		} {
			if err := b.list(ctx, who.name, who.cookie, ask.what, ask.path); err != nil {
				return err
			}
		}
	}
	return nil
}

// list measures one figure: ratio is the worse of time and rate, so below 1 is
// good; cpu_ms is the processor's time for one, of server and client together.
func (b *bench) list(ctx context.Context, scope, cookie, what, path string) error {
	before, err := b.used(ctx)
	if err != nil {
		return err
	}
	rate, took, err := load(listClients, func() error { return b.fetch(cookie, path) })
	if err != nil {
		return err
	}
	after, err := b.used(ctx)
	if err != nil {
		return err
	}
	slices.Sort(took)
	ms := func(percent int) float64 {
		return float64(took[min(len(took)*percent/100, len(took)-1)].Microseconds()) / 1000
	}
	fmt.Printf("QUA-02 %s scope=%s %s ratio=%.2f p50_ms=%.1f p95_ms=%.1f limit_ms=%.0f rate=%.0f of_rate=%.2f cpu_ms=%.2f\n", b.engine, scope, what, ms(95)/listLimit, ms(50), ms(95), listLimit, rate, rate/listRate, float64((after-before).Microseconds())/1000/float64(len(took)))
	return nil
}

// buffers are read into, so that the clients cost little beside the server.
var buffers = sync.Pool{New: func() any { return new([64 << 10]byte) }}

func (b *bench) fetch(cookie, path string) error {
	req, err := http.NewRequest(http.MethodGet, b.url+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Cookie", cookie)
	resp, err := b.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("%s answered %s: %s", path, resp.Status, text)
	}
	buffer, _ := buffers.Get().(*[64 << 10]byte)
	defer buffers.Put(buffer)
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{resp.Body}, buffer[:])
	return err
}
