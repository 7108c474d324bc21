package auth

import (
	"context"
	"slices"
	"sync"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// found is what the database says of a session at a moment.
type found struct {
	rows   []sessionRow
	grants []authz.Grant // of its roles
	now    clock.Instant
	err    error
	done   chan struct{}
}

// lookups lets requests of one session that come while it is being read share the
// next reading: a page asks for ten things at once. Nobody is answered from a
// reading that began before they came, so that what is revoked ends at once.
type lookups struct {
	mu sync.Mutex
	of map[string]*found // by token, while it is being read: what those share who came since, if any did
}

const lookupPatience = 20 * time.Second

func (s *Service) lookUp(ctx context.Context, token string) (*found, error) {
	l := &s.lookups
	l.mu.Lock()
	next, busy := l.of[token]
	if busy && next == nil {
		next = &found{done: make(chan struct{})}
		l.of[token] = next
	}
	if busy {
		l.mu.Unlock()
		select {
		case <-next.done:
			return next, next.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if l.of == nil {
		l.of = map[string]*found{}
	}
	l.of[token] = nil
	l.mu.Unlock()
	own := &found{}
	defer func() {
		if next := l.after(token); next != nil {
			go s.readFor(context.WithoutCancel(ctx), token, next) // whatever becomes of us
		}
	}()
	s.read(ctx, token, own)
	return own, own.err
}

// after ends a reading and returns the one that others wait for.
func (l *lookups) after(token string) *found {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.of[token]
	if next == nil {
		delete(l.of, token)
	} else {
		l.of[token] = nil
	}
	return next
}

// readFor reads for those who wait until nobody does.
func (s *Service) readFor(ctx context.Context, token string, next *found) {
	for ; next != nil; next = s.lookups.after(token) {
		short, cancel := context.WithTimeout(ctx, lookupPatience)
		s.read(short, token, next)
		cancel()
		close(next.done)
	}
}

func (s *Service) read(ctx context.Context, token string, f *found) {
	f.err = s.DB.Glance(ctx, system(authz.Request{}), ActSignIn, func(tx *db.Tx) (err error) {
		f.now = tx.Now
		if f.rows, err = sessionRows(ctx, tx, hashOf(token)); err != nil {
			return err
		}
		f.grants, err = s.roles.grants(ctx, tx, f.rows)
		f.grants = slices.Clip(f.grants) // each who shares it adds to it
		return err
	})
}
