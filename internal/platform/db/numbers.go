package db

import (
	"context"
	"sync"
	"time"

	"guanjia/internal/platform/authz"
)

// numbers lets those who wait for a number of the same series share one
// statement: while it is under way, the next ones gather.
type numbers struct {
	mu sync.Mutex
	of map[seriesKey]*gathering
}

type seriesKey struct {
	community authz.CommunityID
	series    string
}

type gathering struct {
	asking  bool // a statement is under way
	waiting []*numberRequest
}

type numberRequest struct {
	n    int
	last int64
	err  error
	done chan struct{}
}

// numberPatience bounds what all who wait for one statement wait together.
const numberPatience = 20 * time.Second

// numberPostgres reserves n numbers and returns the last of them.
func (d *DB) numberPostgres(ctx context.Context, community authz.CommunityID, series string, n int) (int64, error) {
	key, r := seriesKey{community, series}, &numberRequest{n: n, done: make(chan struct{})}
	d.numbers.mu.Lock()
	g := d.numbers.of[key]
	if g == nil {
		if d.numbers.of == nil {
			d.numbers.of = map[seriesKey]*gathering{}
		}
		g = &gathering{}
		d.numbers.of[key] = g
	}
	g.waiting = append(g.waiting, r)
	lead := !g.asking
	g.asking = true
	d.numbers.mu.Unlock()
	if lead {
		go d.ask(context.WithoutCancel(ctx), key, g) // it serves others too, whatever becomes of us
	}
	select {
	case <-r.done:
		return r.last, r.err
	case <-ctx.Done():
		return 0, ctx.Err() // a gap, which numbers for people may have
	}
}

// ask serves gatherings until nobody waits, then forgets the series.
func (d *DB) ask(ctx context.Context, key seriesKey, g *gathering) {
	for {
		d.numbers.mu.Lock()
		all := g.waiting
		g.waiting = nil
		if len(all) == 0 {
			delete(d.numbers.of, key)
			d.numbers.mu.Unlock()
			return
		}
		d.numbers.mu.Unlock()
		total, last := 0, int64(0)
		for _, r := range all {
			total += r.n
		}
		err := func() error {
			ctx, cancel := context.WithTimeout(ctx, numberPatience)
			defer cancel()
			return d.side.QueryRowContext(ctx, numberSQL, int64(key.community), key.series, int64(total)).Scan(&last)
		}()
		next := last - int64(total)
		for _, r := range all {
			next += int64(r.n)
			r.last, r.err = next, err
			close(r.done)
		}
	}
}
