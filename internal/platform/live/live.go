// Package live tells open screens, on any node, that something happened:
// which event, about what, where. The screen asks for the content with its own
// rights.
//
//	outbox (by seq) ─one reader per node─→ the latest 5,000 in memory ─→ each subscriber at its own pace
//
// A subscriber is a position in that memory and no buffer of its own, so a
// slow one costs nothing and holds up nobody. One that falls out of the memory,
// or comes back after too long, is told to read everything anew.
package live

import (
	"context"
	"log/slog"
	"slices"
	"sort"
	"sync"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Message tells of one event, or (Reset) that events up to Seq were missed.
type Message struct {
	Seq       int64             `db:"seq"`
	Name      string            `db:"name"`
	About     string            `db:"about"`
	Community authz.CommunityID `db:"community_id"`
	Reset     bool              `db:"-"`
}

const (
	mostKept = 5000
	readMost = 500
	poll     = time.Second
	apart    = 20 * time.Millisecond // at least, between two readings: under load every commit is news
	actRead  = authz.Action("live.read")
)

var reader = authz.System("live", actRead)

// Hub is one node's reader and its subscribers.
type Hub struct {
	d    *db.DB
	wake chan struct{}
	most int // messages kept

	reading sync.Mutex // one reader at a time

	mu     sync.Mutex
	loaded bool
	base   int64         // everything after this seq is kept
	kept   []Message     // by seq
	news   chan struct{} // closed when kept has grown
}

// New makes a hub; Run reads for it.
func New(d *db.DB) *Hub {
	return &Hub{d: d, most: mostKept, wake: make(chan struct{}, 1), news: make(chan struct{})}
}

// Wake lets the hub look for news at once; it does not wait.
func (h *Hub) Wake() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Run reads until ctx ends.
func (h *Hub) Run(ctx context.Context) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	rest := time.NewTimer(apart)
	defer rest.Stop()
	for trouble := false; ; {
		err := h.turn(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !trouble {
			slog.Error("live: cannot read the events", "error", err)
		}
		trouble = err != nil
		rest.Reset(apart)
		select {
		case <-ctx.Done():
			return nil
		case <-rest.C:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-h.wake:
		case <-tick.C:
		}
	}
}

// turn refreshes with an end: a database that answers nothing must not stop the streams for ever.
func (h *Hub) turn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return h.refresh(ctx)
}

const patience = 20 * time.Second

// refresh reads what has been dispatched since the last time.
func (h *Hub) refresh(ctx context.Context) error {
	h.reading.Lock()
	defer h.reading.Unlock()
	for {
		h.mu.Lock()
		loaded, after := h.loaded, h.head()
		h.mu.Unlock()
		limit := readMost
		var rows []Message
		if err := h.d.Read(ctx, reader, actRead, func(tx *db.Tx) (err error) {
			g := tx.Global("each subscriber's filter decides what it may hear of")
			if !loaded {
				head, err := db.One[int64](ctx, g, `SELECT seq FROM chain WHERE name = 'outbox'`)
				if err != nil {
					return err
				}
				after, limit = max(head-int64(h.most), 0), h.most
				if oldest, err := db.All[int64](ctx, g, `SELECT seq FROM outbox WHERE seq > $1 ORDER BY seq LIMIT 1`, after); err != nil {
					return err
				} else if len(oldest) == 0 {
					after = head // all of them have been trimmed
				} else {
					after = oldest[0] - 1
				}
			}
			rows, err = db.All[Message](ctx, g, `
				SELECT seq, name, about, community_id FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
			return err
		}); err != nil {
			return err
		}
		h.keep(after, rows)
		if len(rows) < limit {
			return nil
		}
	}
}

func (h *Hub) keep(after int64, rows []Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.loaded {
		h.loaded, h.base = true, after
	} else if len(rows) == 0 {
		return
	}
	h.kept = append(h.kept, rows...)
	if extra := len(h.kept) - h.most; extra > 0 {
		h.base = h.kept[extra-1].Seq
		h.kept = h.kept[extra:] // append copies to a new array before long, so the old ones are let go
	}
	close(h.news)
	h.news = make(chan struct{})
}

// Head is the latest event this node knows of. Who asks for it before it reads, and subscribes after it, misses
// nothing of what happened between the reading and the subscription.
func (h *Hub) Head() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.head()
}

// head is the latest seq known; the caller holds mu.
func (h *Hub) head() int64 {
	if len(h.kept) == 0 {
		return h.base
	}
	return h.kept[len(h.kept)-1].Seq
}

// Subscribe delivers what happens after the event numbered after and what
// allow lets through, until ctx ends and the channel is closed. A negative
// after means: from now on.
func (h *Hub) Subscribe(ctx context.Context, after int64, allow func(name string, community authz.CommunityID) bool) <-chan Message {
	out := make(chan Message)
	var begin chan struct{}
	h.mu.Lock()
	if h.loaded && after < 0 {
		after = h.head()
	} else if !h.loaded {
		begin = h.news
	}
	h.mu.Unlock()
	go func() {
		defer close(out)
		if begin != nil {
			select {
			case <-begin:
			case <-ctx.Done():
				return
			}
		}
		h.follow(ctx, after, allow, out)
	}()
	return out
}

// follow sends until ctx ends. A client that is ahead has come from a node
// that read more, or from a database that was restored to an earlier day since;
// reading once more tells which.
func (h *Hub) follow(ctx context.Context, after int64, allow func(string, authz.CommunityID) bool, out chan<- Message) {
	h.mu.Lock()
	ahead := after > h.head()
	h.mu.Unlock()
	if ahead && h.refresh(ctx) != nil {
		return // it connects again
	}
	for {
		batch, next, news := h.since(after)
		for _, m := range batch {
			if !m.Reset && !allow(m.Name, m.Community) {
				continue
			}
			select {
			case out <- m:
			case <-ctx.Done():
				return
			}
		}
		after = next
		if len(batch) > 0 {
			continue
		}
		select {
		case <-news:
		case <-ctx.Done():
			return
		}
	}
}

// since returns a part of what follows after, the position behind it, and what
// is closed when there is more.
func (h *Hub) since(after int64) (batch []Message, next int64, news <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	head := h.head()
	switch {
	case after < 0: // subscribed before the first reading
		return nil, head, h.news
	case after < h.base || after > head:
		return []Message{{Seq: head, Reset: true}}, head, h.news
	}
	const most = 64 // copied out, so that a slow reader holds on to little
	from := sort.Search(len(h.kept), func(i int) bool { return h.kept[i].Seq > after })
	batch = slices.Clone(h.kept[from:min(from+most, len(h.kept))])
	if len(batch) > 0 {
		after = batch[len(batch)-1].Seq
	}
	return batch, after, h.news
}
