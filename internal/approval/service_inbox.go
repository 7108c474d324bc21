package approval

import (
	"context"
	"errors"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// View is a request as one person sees it.
type View struct {
	Request
	Mine        bool     `json:"mine" doc:"asked or taken over by the caller"`
	CanDecide   bool     `json:"canDecide"`
	CanWithdraw bool     `json:"canWithdraw"`
	Lines       []Line   `json:"lines" doc:"what is asked; only where one request is shown"`
	Approvers   []string `json:"approvers" doc:"who could decide; only where one request is shown"`
}

// ETag implements web.Versioned.
func (v View) ETag() int64 { return v.Version }

// Position is where a page of what is to be decided ends.
type Position struct {
	Due clock.Instant `json:"d"`
	ID  ID            `json:"i"`
}

// errEnough ends a walk through the pending requests.
var errEnough = errors.New("approval: enough")

// ToDecide lists what the caller should decide, the most urgent first.
func (s *Service) ToDecide(ctx context.Context, who authz.Actor, after Position, limit int) (out []View, err error) {
	err = s.DB.Read(ctx, who, ActInbox, func(tx *db.Tx) error {
		out, err = s.toDecide(ctx, tx, after, limit)
		return err
	})
	return out, err
}

func (s *Service) toDecide(ctx context.Context, tx *db.Tx, after Position, limit int) (out []View, err error) {
	if !tx.Who.Can(ActDecide) {
		return nil, nil
	}
	see, err := s.eyes(ctx, tx)
	if err != nil {
		return nil, err
	}
	err = pending(ctx, tx, after, func(q Request) error {
		if see.should(q) {
			out = append(out, see.view(q))
		}
		if len(out) >= limit {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}

// Own lists the caller's requests, the newest first.
func (s *Service) Own(ctx context.Context, who authz.Actor, state string, before ID, limit int) (out []View, err error) {
	return s.list(ctx, who, ActInbox, func(tx *db.Tx) ([]Request, error) { return own(ctx, tx, before, state, limit) })
}

// All lists every request in the caller's scope, the newest first.
func (s *Service) All(ctx context.Context, who authz.Actor, state string, before ID, limit int) (out []View, err error) {
	return s.list(ctx, who, ActView, func(tx *db.Tx) ([]Request, error) { return all(ctx, tx, before, state, limit) })
}

func (s *Service) list(ctx context.Context, who authz.Actor, act authz.Action, read func(*db.Tx) ([]Request, error)) (out []View, err error) {
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		rows, err := read(tx)
		if err != nil {
			return err
		}
		see, err := s.eyes(ctx, tx)
		for _, q := range rows {
			out = append(out, see.view(q))
		}
		return err
	})
	return out, err
}

// Counts is what the badge shows.
type Counts struct {
	ToDecide int64 `json:"toDecide" doc:"at most 100 are counted"`
	Overdue  int64 `json:"overdue"`
	Mine     int64 `json:"mine" doc:"one's own that wait"`
}

const mostCounted = 100

// Counts counts what waits for the caller, and what they wait for.
func (s *Service) Counts(ctx context.Context, who authz.Actor) (c Counts, err error) {
	err = s.DB.Read(ctx, who, ActInbox, func(tx *db.Tx) error {
		todo, err := s.toDecide(ctx, tx, Position{}, mostCounted)
		if err != nil {
			return err
		}
		c.ToDecide = int64(len(todo))
		for _, v := range todo {
			if v.DueAt.Before(tx.Now) {
				c.Overdue++
			}
		}
		c.Mine, err = countOwn(ctx, tx)
		return err
	})
	return c, err
}

// Get returns one request: to who asked, who decides, and who sees them all.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ID) (v View, err error) {
	err = s.DB.Read(ctx, who, ActInbox, func(tx *db.Tx) error {
		v, err = s.view(ctx, tx, id)
		return err
	})
	return v, err
}

func (s *Service) view(ctx context.Context, tx *db.Tx, id ID) (v View, err error) {
	q, err := find(ctx, tx, id)
	if err != nil {
		return v, err
	}
	see, err := s.eyes(ctx, tx)
	if err != nil {
		return v, err
	}
	v = see.view(q)
	if !v.Mine && !v.CanDecide && q.DecidedBy != tx.Who.ID && !tx.Who.Can(ActView) {
		return v, db.ErrNotFound
	}
	k, r, err := s.ruled(ctx, tx, q)
	if err != nil {
		return v, err
	}
	if q.State == Pending {
		who, err := postsAt(ctx, tx, k.Decide, q.Community)
		if err != nil {
			return v, err
		}
		for _, p := range r.approvers(q, k.Decide, min(q.Level, r.last()), who) {
			v.Approvers = append(v.Approvers, p.Name)
		}
	}
	if k.Describe != nil {
		v.Lines, err = k.Describe(ctx, tx, q)
	}
	return v, err
}

// eyes are what one person holds, to look at many requests.
type eyes struct {
	s     *Service
	who   authz.Actor
	mine  []post
	rules map[string]Rule
}

func (s *Service) eyes(ctx context.Context, tx *db.Tx) (e eyes, err error) {
	e = eyes{s: s, who: tx.Who, rules: map[string]Rule{}}
	if e.mine, err = s.postsOf(ctx, tx, tx.Who.ID); err != nil {
		return e, err
	}
	for _, k := range s.kinds {
		if e.rules[k.Name], err = rule(ctx, tx, k); err != nil {
			return e, err
		}
	}
	return e, nil
}

// decides reports whether the person could decide at a level up to the given one.
func (e eyes) decides(q Request, upTo int64) bool {
	k, err := e.s.kind(q.Kind)
	if err != nil || q.State != Pending || !e.who.Can(ActDecide) {
		return false
	}
	if d := e.who.Scope(ActDecide); !d.All && (q.Community == 0 || !d.Sees(q.Community)) {
		return false
	}
	_, err = e.rules[q.Kind].decider(q, k, e.who.ID, e.mine, upTo)
	return err == nil
}

// should: the request has come up to the person's level.
func (e eyes) should(q Request) bool { return e.decides(q, q.Level) }

func (e eyes) view(q Request) View {
	mine := q.RequestedBy == e.who.ID || q.KeptBy == e.who.ID
	return View{Request: q, Mine: mine, CanDecide: e.decides(q, e.rules[q.Kind].last()), CanWithdraw: mine && q.State == Pending, Lines: []Line{}, Approvers: []string{}}
}

// Deciders lists who should decide a request now, in another domain's
// transaction: its level's approvers, and who stands in for them. Nobody, when it
// is decided.
func (s *Service) Deciders(ctx context.Context, tx *db.Tx, one ID) (out []authz.AccountID, err error) {
	q, err := find(ctx, tx, one)
	if err != nil || q.State != Pending {
		return nil, err
	}
	k, r, err := s.ruled(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	all, err := postsAt(ctx, tx, k.Decide, q.Community)
	if err != nil {
		return nil, err
	}
	for _, p := range r.approvers(q, k.Decide, q.Level, all) {
		out = append(out, p.Account)
	}
	if len(out) == 0 {
		return nil, nil
	}
	args := []any{tx.Now}
	in := db.Among(&args, out)
	deputies, err := db.All[authz.AccountID](ctx, tx.Global(whyPosts), `SELECT deputy_id FROM deputy WHERE from_at <= $1 AND to_at > $1 AND account_id IN `+in, args...)
	for _, d := range deputies {
		holds := slices.ContainsFunc(all, func(p post) bool { return p.Account == d })
		if holds && q.barred(d) == nil && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out, err
}
