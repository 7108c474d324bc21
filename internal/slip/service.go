package slip

import (
	"context"
	"encoding/json"

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
		v, err = keep(ctx, tx, t, l, lines, in.Photo)
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
		old, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		if old.ReplacedAt != nil {
			return ErrReplaced
		}
		t, err := open(ctx, tx, old.Ticket)
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
		v, err = keep(ctx, tx, t, next, lines, in.Photo)
		return err
	})
	return v, err
}

// open finds a ticket that can still be added to.
func open(ctx context.Context, tx *db.Tx, id ticket.ID) (ticket.Ticket, error) {
	t, err := ticket.In(ctx, tx, id)
	if err == nil && t.EndedAt != nil {
		err = ErrEnded
	}
	return t, err
}

// keep writes a revision down; the trail has what it is, not what stands on it.
func keep(ctx context.Context, tx *db.Tx, t ticket.Ticket, l Slip, lines []Line, photo ticket.PhotoID) (View, error) {
	if photo != 0 {
		p, err := ticket.PhotoIn(ctx, tx, photo)
		if err != nil || p.Ticket != t.ID || !p.Signs() {
			return View{}, errs.ErrFields.At(errs.Field{Name: "photoId", Code: "slip.photo"})
		}
		l.Photo = p.ID
	}
	l.ID, l.Community, l.Ticket, l.At, l.By, l.ByName, l.Version = db.NewID[Slip](tx), t.Community, t.ID, tx.Now, tx.Who.ID, tx.Who.Name, 1
	if err := l.seal(tx, lines); err != nil {
		return View{}, err
	}
	tx.Note(l.Community, "slip:"+l.ID.String(), nil, map[string]any{"ticket": t.Number, "form": l.Form, "number": l.Number, "revision": l.Revision})
	tx.Emit(Changed{l.ID, l.Community})
	if err := db.Insert(ctx, tx, "slip", l); err != nil {
		return View{}, err
	}
	v, err := l.view(tx)
	tx.Answer(&v)
	return v, err
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

func (l Slip) view(tx *db.Tx) (View, error) {
	f, lines, err := l.read(tx)
	return View{l, f.shown(lines, customer.SightOf(tx.Who, l.Community))}, err
}
