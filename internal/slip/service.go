package slip

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

// Service holds the use cases. Each one is one transaction.
type Service struct {
	DB      *db.DB
	Exports *audit.Service // logs what is taken out
	// Kept is what follows at once when the slips of a ticket are not the same any more.
	Kept func(context.Context, *db.Tx, ticket.ID) error
}

// OfTicket lists the slips of a ticket, the latest first, with what was corrected since.
func (s *Service) OfTicket(ctx context.Context, who authz.Actor, id ticket.ID) (out []View, err error) {
	err = s.DB.Read(ctx, who, ticket.ActView, func(tx *db.Tx) error {
		t, err := ticket.In(ctx, tx, id)
		if err != nil {
			return err
		}
		all, err := of(ctx, tx, t)
		if err != nil {
			return err
		}
		out = make([]View, len(all))
		for i, l := range all {
			if out[i], err = l.view(tx); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// Fill keeps a form as it was filled in.
func (s *Service) Fill(ctx context.Context, who authz.Actor, id ticket.ID, form string, in Filling) (v View, err error) {
	f, known := current(form)
	if !known {
		return v, errs.ErrFields.At(errs.Field{Name: "form", Code: db.ErrNotFound.Code})
	}
	lines, err := f.checked(in.Lines)
	if err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActFill, func(tx *db.Tx) error {
		t, err := open(ctx, tx, id)
		if err != nil {
			return err
		}
		l := Slip{Form: f.ID, Edition: f.Version, Revision: 1}
		if l.Number, err = f.number(ctx, tx, t.Community); err != nil {
			return err
		}
		v, err = s.keep(ctx, tx, t, l, lines, in)
		return err
	})
	return v, err
}

// Correct keeps a form as it was filled in anew, with a reason; what stood there
// before stays to be read.
func (s *Service) Correct(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, in Filling, why string) (v View, err error) {
	var wrong errs.Fields
	wrong.Words("why", &why, 200, true)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActFill, func(tx *db.Tx) error {
		old, t, err := standing(ctx, tx, id, expect)
		if err != nil {
			return err
		}
		f, kept, err := old.read(tx)
		if err != nil {
			return err
		}
		lines, err := f.checked(f.unmasked(in.Lines, kept, customer.SightOf(who, t.Community)))
		if err != nil {
			return err
		}
		next := Slip{Form: old.Form, Edition: old.Edition, Number: old.Number, Revision: old.Revision + 1, Earlier: old.ID, Why: why}
		old.ReplacedAt = &tx.Now
		if err := db.Save(ctx, tx, "slip", &old); err != nil {
			return err
		}
		v, err = s.keep(ctx, tx, t, next, lines, in)
		return err
	})
	return v, err
}

// Void says with a reason that a slip should not be there: it stays to be read
// and counts for nothing.
func (s *Service) Void(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, why string) (v View, err error) {
	var wrong errs.Fields
	wrong.Words("why", &why, 200, true)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActFill, func(tx *db.Tx) error {
		l, t, err := standing(ctx, tx, id, expect)
		if err != nil {
			return err
		}
		l.VoidedAt, l.VoidWhy, l.VoidBy = &tx.Now, why, tx.Who.Name
		tx.Note(l.Community, "slip:"+l.ID.String(), nil, map[string]any{"ticket": t.Number, "form": l.Form, "number": l.Number, "voided": why})
		if err := db.Save(ctx, tx, "slip", &l); err != nil {
			return err
		}
		if err := s.told(ctx, tx, l); err != nil {
			return err
		}
		v, err = l.view(tx)
		tx.Answer(&v)
		return err
	})
	return v, err
}

// standing finds a slip that can be corrected or voided, with its ticket.
func standing(ctx context.Context, tx *db.Tx, id ID, expect func(int64) error) (Slip, ticket.Ticket, error) {
	l, err := get(ctx, tx, id)
	if err != nil {
		return l, ticket.Ticket{}, err
	}
	t, err := open(ctx, tx, l.Ticket)
	if err != nil {
		return l, t, err
	}
	if err := expect(l.Version); err != nil {
		return l, t, err
	}
	switch {
	case l.ReplacedAt != nil:
		return l, t, ErrReplaced
	case l.VoidedAt != nil:
		return l, t, ErrVoided
	}
	return l, t, nil
}

// open finds a ticket that can still be added to, by who has any ticket or
// works on this one.
func open(ctx context.Context, tx *db.Tx, id ticket.ID) (ticket.Ticket, error) {
	t, err := ticket.In(ctx, tx, id)
	if err != nil {
		return t, err
	}
	if !tx.Who.Scope(ActAny).Sees(t.Community) {
		if works, err := ticket.Works(ctx, tx, t, tx.Who.ID); err != nil || !works {
			return t, cmp.Or(err, error(ErrNotYours))
		}
	}
	if t.EndedAt != nil {
		return t, ErrEnded
	}
	return t, nil
}

// told lets others know, and the steps that ask for such a form follow at once:
// what comes next may need them.
func (s *Service) told(ctx context.Context, tx *db.Tx, l Slip) error {
	tx.Emit(Changed{l.ID, l.Community})
	if s.Kept == nil {
		return nil
	}
	return s.Kept(ctx, tx, l.Ticket)
}

// keep writes a revision down; the trail has what it is, not what stands on it.
func (s *Service) keep(ctx context.Context, tx *db.Tx, t ticket.Ticket, l Slip, lines []Line, in Filling) (v View, err error) {
	if l.Photo, err = proof(ctx, tx, t, in); err != nil {
		return v, err
	}
	if done, ok := clock.Done(ctx); ok && tx.Now.Sub(done) >= time.Minute {
		l.DoneAt = &done
	}
	l.ID, l.Community, l.Ticket, l.At, l.By, l.ByName, l.Version = db.NewID[Slip](tx), t.Community, t.ID, tx.Now, tx.Who.ID, tx.Who.Name, 1
	if err := l.seal(tx, lines); err != nil {
		return View{}, err
	}
	tx.Note(l.Community, "slip:"+l.ID.String(), nil, map[string]any{"ticket": t.Number, "form": l.Form, "number": l.Number, "revision": l.Revision})
	if err := db.Insert(ctx, tx, "slip", l); err != nil {
		return View{}, err
	}
	if err := s.told(ctx, tx, l); err != nil {
		return View{}, err
	}
	v, err = l.view(tx)
	tx.Answer(&v)
	return v, err
}

// proof is the picture that goes with a slip: one of its ticket, of who signed.
func proof(ctx context.Context, tx *db.Tx, t ticket.Ticket, in Filling) (ticket.PhotoID, error) {
	if in.Photo == 0 && !in.Signed {
		return 0, nil
	}
	all, err := ticket.PicturesOf(ctx, tx, t)
	if err != nil {
		return 0, err
	}
	for _, p := range slices.Backward(all) {
		if p.ForSlip() && (p.ID == in.Photo || in.Photo == 0 && p.By == tx.Who.ID) {
			return p.ID, nil
		}
	}
	return 0, errs.ErrFields.At(errs.Field{Name: "photoId", Code: "slip.photo"})
}

// number is the next number of a form that has numbers of its own.
func (f Form) number(ctx context.Context, tx *db.Tx, community authz.CommunityID) (string, error) {
	if f.Series == "" {
		return "", nil
	}
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return "", err
	}
	day := clock.DayOf(tx.Now, zone)
	n, err := tx.Number(ctx, community, f.Series+day.String())
	return db.Serial(f.Series, day, n, 4), err
}

func (l *Slip) seal(tx *db.Tx, lines []Line) error {
	b, err := json.Marshal(lines)
	l.Sealed = tx.Vault().Seal(Sealed[0].Place(db.ID(l.ID)), string(b))
	return err
}

// read opens the lines, with the form they were written on.
func (l Slip) read(tx *db.Tx) (f Form, lines []Line, err error) {
	plain, err := tx.Vault().Open(Sealed[0].Place(db.ID(l.ID)), l.Sealed)
	if err != nil {
		return f, nil, err
	}
	f, _ = edition(l.Form, l.Edition) // a form of a later program: its lines are shown by their ids
	return f, lines, json.Unmarshal([]byte(plain), &lines)
}

// answered are the lines of l that say that something was done.
func (l Slip) answered(tx *db.Tx) ([]string, error) {
	f, lines, err := l.read(tx)
	return f.answered(lines, l.Photo != 0), err
}

func (l Slip) view(tx *db.Tx) (View, error) {
	f, lines, err := l.read(tx)
	return View{l, f.shown(lines, customer.SightOf(tx.Who, l.Community))}, err
}
