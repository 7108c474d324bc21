package approval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
)

// Request asks, inside the transaction of the domain that has checked the
// place and the rights. It fails with ErrNobody when nobody but the requester
// and the person concerned could decide, and with ErrOpen when the same is
// asked already. tx.Who is who asks; an account without roles may.
func (s *Service) Request(ctx context.Context, tx *db.Tx, a Ask) (Request, error) {
	k, err := s.kind(a.Kind)
	if err != nil {
		return Request{}, err
	}
	if err := checked("reason", &a.Reason, 1000, true); err != nil {
		return Request{}, err
	}
	data, err := json.Marshal(a.Data)
	if err != nil {
		return Request{}, err
	}
	r, err := rule(ctx, tx, k)
	if err != nil {
		return Request{}, err
	}
	who, err := postsAt(ctx, tx, k.Decide, a.Community)
	if err != nil {
		return Request{}, err
	}
	q := Request{
		ID: db.NewID[Request](tx), Community: a.Community, Kind: a.Kind, Subject: a.Subject, About: a.About, Data: Data(data), Reason: a.Reason, Evidence: a.Evidence,
		Amount: a.Amount, Concerned: a.Concerned, Approver: a.Approver, RequestedAt: tx.Now, RequestedBy: tx.Who.ID, Requester: tx.Who.Name, KeptBy: tx.Who.ID,
		DueAt: tx.Now.Add(r.limit()), State: Pending, Version: 1,
	}
	if k.Lapse > 0 {
		at := tx.Now.Add(k.Lapse)
		q.LapsesAt = &at
	}
	if q, err = r.place(q, k, r.first(a.Amount), who); err != nil {
		return q, err
	}
	err = db.Insert(ctx, tx.Global(whyGlobal), "approval", q)
	if db.Unique(err, "approval_open", "approval.kind") {
		return q, ErrOpen
	}
	if err != nil {
		return q, err
	}
	tx.Note(q.Community, subject(q.ID), nil, map[string]any{"kind": q.Kind, "about": q.Subject, "amount": q.Amount, "level": q.Level})
	tx.Emit(Requested{event{q.ID, q.Community, q.Kind}})
	return q, jobs.At(ctx, tx, clockJob, q.ID.String(), r.next(q), ticking{q.ID, q.Community})
}

func subject(id ID) string { return "approval:" + id.String() }

// Withdraw ends a pending request inside its domain's own transaction, because
// what it asked for has gone; it is no error when there is none.
func (s *Service) Withdraw(ctx context.Context, tx *db.Tx, kind, about, reason string) error {
	q, err := Open(ctx, tx, kind, about)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	q.State, q.Decision = Withdrawn, reason
	return s.end(ctx, tx, q)
}

// Open returns the pending request of a kind about a subject; db.ErrNotFound
// when there is none. The domain has checked that the actor may know.
func Open(ctx context.Context, tx *db.Tx, kind, about string) (Request, error) {
	return db.One[Request](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Request]("")+` FROM approval WHERE kind = $1 AND subject = $2 AND state = 'pending'`, kind, about)
}

// Decision is what somebody says to a request.
type Decision struct {
	Approve    bool
	Reason     string
	Conditions string
}

// Decide approves or rejects; the effect happens in the same transaction.
func (s *Service) Decide(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, d Decision) (v View, err error) {
	var f errs.Fields
	f = append(f, wrong("reason", &d.Reason, 1000, !d.Approve)...)
	f = append(f, wrong("conditions", &d.Conditions, 1000, false)...)
	if err := f.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActDecide, func(tx *db.Tx) error {
		q, err := s.open(ctx, tx, id, expect)
		if err != nil {
			return err
		}
		k, r, err := s.ruled(ctx, tx, q)
		if err != nil {
			return err
		}
		mine, err := s.postsOf(ctx, tx, who.ID)
		if err != nil {
			return err
		}
		absent, err := r.decider(q, k, who.ID, mine, r.last())
		if err != nil {
			return err
		}
		q.State, q.Decision, q.Conditions = Rejected, d.Reason, d.Conditions
		if d.Approve {
			q.State = Approved
		}
		q.DecidedBy, q.Decider, q.StoodForID, q.StoodFor = who.ID, who.Name, absent.Account, absent.Name
		if err := s.end(ctx, tx, q); err != nil {
			return err
		}
		return s.answer(ctx, tx, id, &v)
	})
	return v, err
}

// TakeBack withdraws one's own request.
func (s *Service) TakeBack(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason string) (v View, err error) {
	if err := checked("reason", &reason, 1000, false); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActInbox, func(tx *db.Tx) error {
		q, err := s.open(ctx, tx, id, expect)
		if err != nil {
			return err
		}
		if who.ID != q.RequestedBy && who.ID != q.KeptBy {
			return ErrNotAsker
		}
		q.State, q.Decision, q.DecidedBy, q.Decider = Withdrawn, reason, who.ID, who.Name
		if err := s.end(ctx, tx, q); err != nil {
			return err
		}
		return s.answer(ctx, tx, id, &v)
	})
	return v, err
}

// open reads a request that can still be ended.
func (s *Service) open(ctx context.Context, tx *db.Tx, id ID, expect func(int64) error) (Request, error) {
	q, err := find(ctx, tx, id)
	if err != nil {
		return q, err
	}
	if err := expect(q.Version); err != nil {
		return q, err
	}
	if q.State != Pending {
		return q, ErrEnded
	}
	return q, nil
}

func (s *Service) ruled(ctx context.Context, tx *db.Tx, q Request) (Kind, Rule, error) {
	k, err := s.kind(q.Kind)
	if err != nil {
		return k, Rule{}, err
	}
	r, err := rule(ctx, tx, k)
	return k, r, err
}

// end writes the end of a request and lets its domain take the effect.
func (s *Service) end(ctx context.Context, tx *db.Tx, q Request) error {
	k, err := s.kind(q.Kind)
	if err != nil {
		return err
	}
	q.DecidedAt = &tx.Now
	if err := save(ctx, tx, &q); err != nil {
		return err
	}
	tx.Note(q.Community, subject(q.ID), map[string]any{"state": Pending}, map[string]any{"state": q.State, "kind": q.Kind, "about": q.Subject, "stoodFor": q.StoodForID})
	tx.Emit(Ended{event{q.ID, q.Community, q.Kind}, q.State})
	if err := jobs.Cancel(ctx, tx, clockJob, q.ID.String()); err != nil {
		return err
	}
	if err := k.Ended(ctx, tx, q); err != nil {
		return fmt.Errorf("%s %s: %w", q.Kind, q.State, err)
	}
	return nil
}

func (s *Service) answer(ctx context.Context, tx *db.Tx, id ID, v *View) (err error) {
	if *v, err = s.view(ctx, tx, id); err == nil {
		tx.Answer(v)
	}
	return err
}

// HandOver gives the requests that somebody keeps to a colleague, who follows
// them up and does not decide them, and moves up what nobody at its level can
// decide any more. It belongs to a change of position (ACC-08) and says how
// many requests were handed over.
func (s *Service) HandOver(ctx context.Context, tx *db.Tx, from, to authz.AccountID) (int64, error) {
	n := int64(0)
	if to != 0 {
		var err error
		if n, err = tx.Global(whyGlobal).Exec(ctx, `UPDATE approval SET kept_by = $1, version = version + 1 WHERE kept_by = $2 AND state = 'pending'`, to, from); err != nil {
			return 0, err
		}
	}
	open, err := db.All[Request](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Request]("")+` FROM approval WHERE state = 'pending'`)
	if err != nil {
		return n, err
	}
	for _, q := range open {
		k, r, err := s.ruled(ctx, tx, q)
		if err != nil {
			return n, err
		}
		who, err := postsAt(ctx, tx, k.Decide, q.Community)
		if err != nil {
			return n, err
		}
		moved, err := r.place(q, k, min(q.Level, r.last()), who)
		if err != nil || moved.Level == q.Level && moved.Alone == q.Alone {
			continue // where nobody is left the request waits for the next who is
		}
		tx.Emit(Moved{event{q.ID, q.Community, q.Kind}})
		if err := save(ctx, tx, &moved); err != nil {
			return n, err
		}
	}
	return n, nil
}

func wrong(field string, s *string, most int, needed bool) (f errs.Fields) {
	*s = strings.TrimSpace(*s)
	switch {
	case needed && *s == "":
		f.Add(field, "missing", nil)
	case utf8.RuneCountInString(*s) > most:
		f.Add(field, "too_long", nil)
	}
	return f
}

func checked(field string, s *string, most int, needed bool) error {
	return wrong(field, s, most, needed).Err()
}

// PendingOf are the pending requests of a kind that somebody made in a
// community. The domain has checked that the actor may know.
func PendingOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, kind string, who authz.AccountID) ([]Request, error) {
	return db.All[Request](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Request]("")+` FROM approval WHERE community_id = $1 AND kind = $2 AND requested_by = $3 AND state = 'pending' ORDER BY id`, community, kind, who)
}
