package refund

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Settle works out what the owners of a room owe and have paid ahead when it is
// somebody else's from a day on; nothing is kept.
func (s *Service) Settle(ctx context.Context, who authz.Actor, room housing.RoomID, day clock.Day) (v Settlement, err error) {
	err = s.DB.Read(ctx, who, cashier.ActView, func(tx *db.Tx) error {
		v, err = settled(ctx, tx, room, day)
		v.mask(tx)
		return err
	})
	return v, err
}

// mask leaves of the owners' names what the actor may see of them.
func (s *Settlement) mask(tx *db.Tx) {
	see := customer.SightOf(tx.Who, s.Community)
	for _, names := range []*string{&s.Names, &s.SignedBy} {
		if *names == "" {
			continue
		}
		all := strings.Split(*names, "、")
		for i, n := range all {
			all[i] = see.Name(n, false)
		}
		*names = strings.Join(all, "、")
	}
}

type ownerOn struct {
	Customer db.ID  `db:"customer_id"`
	Name     string `db:"name"`
}

func settled(ctx context.Context, tx *db.Tx, room housing.RoomID, day clock.Day) (v Settlement, err error) {
	r, err := housing.RoomIn(ctx, tx, room)
	if err != nil {
		return v, err
	}
	v = Settlement{Community: r.Community, Room: r.ID, Day: day, Label: r.Label, Figures: Figures{Owed: []Owed{}, Unserved: []Unserved{}, Ahead: []Paid1{}}}
	owners, err := db.All[ownerOn](ctx, tx, `SELECT r.customer_id, c.name FROM relation r JOIN customer c ON c.community_id = r.community_id AND c.id = r.customer_id
		WHERE r.community_id = $1 AND r.room_id = $2 AND r.kind = 'owner' AND COALESCE(r.from_on, '') <= $3 AND (r.to_on IS NULL OR r.to_on > $3) AND {scope:r} ORDER BY r.id`, r.Community, r.ID, day.Add(-1))
	if err != nil {
		return v, err
	}
	if len(owners) == 0 {
		return v, ErrNoOwner
	}
	var whose []db.ID
	var names []string
	for _, o := range owners {
		whose, names = append(whose, o.Customer), append(names, o.Name)
	}
	v.Customer, v.Names = owners[0].Customer, strings.Join(names, "、")
	if err := v.owed(ctx, tx, r, whose); err != nil {
		return v, err
	}
	if err := v.served(ctx, tx, r, whose); err != nil {
		return v, err
	}
	return v, v.paidAhead(ctx, tx, r, whose)
}

func span(l billing.LineView) Span {
	to := l.To
	if to.After(l.From) { // a line ends before this day; people name the last
		to = to.Add(-1)
	}
	return Span{l.ID, l.ItemName, l.ItemNameEN, l.Period.String(), l.From, to}
}

// owed are the open lines of the owners, with late fees as of the day.
func (s *Settlement) owed(ctx context.Context, tx *db.Tx, r housing.Room, whose []db.ID) error {
	due, err := cashier.Due(ctx, tx, r.Community, []housing.RoomID{r.ID}, s.Day)
	for _, o := range due {
		if slices.Contains(whose, o.Customer) && o.Total() > 0 {
			s.Figures.Owed = append(s.Figures.Owed, Owed{span(o.LineView), o.Fen, o.Open, o.Late})
			s.Owes += o.Total()
		}
	}
	return err
}

// served are the lines of the owners that reach beyond the day.
func (s *Settlement) served(ctx context.Context, tx *db.Tx, r housing.Room, whose []db.ID) error {
	lines, err := billing.Owed(ctx, tx, r.Community, []housing.RoomID{r.ID})
	if err != nil {
		return err
	}
	lines = slices.DeleteFunc(lines, func(l billing.LineView) bool {
		return !slices.Contains(whose, l.Customer) || l.Fen <= 0 || !s.Day.Before(l.To)
	})
	ids := make([]billing.LineID, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	paid, err := cashier.PaidOn(ctx, tx, r.Community, ids)
	if err != nil {
		return err
	}
	for _, l := range lines {
		fen, err := unserved(l, paid[l.ID].Early, s.Day)
		if err != nil {
			return err
		}
		if fen > 0 {
			s.Figures.Unserved = append(s.Figures.Unserved, Unserved{span(l), paid[l.ID].Money, int64(l.To.Sub(s.Day.Later(l.From))), int64(l.To.Sub(l.From)), fen})
			s.Unserved += fen
		}
	}
	return nil
}

// paidAhead is what the owners paid ahead, or left as a deposit.
func (s *Settlement) paidAhead(ctx context.Context, tx *db.Tx, r housing.Room, whose []db.ID) error {
	all, err := cashier.AheadPayments(ctx, tx, r)
	if err != nil {
		return err
	}
	owner, err := cashier.WhoseAhead(ctx, tx, r.Community, r.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if !slices.ContainsFunc(owner(p.Payment), func(w db.ID) bool { return slices.Contains(whose, w) }) {
			continue
		}
		back, err := cashier.RefundableOf(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if back.Fen <= 0 || back.Origin == cashier.OfVoided {
			continue
		}
		s.Figures.Ahead = append(s.Figures.Ahead, Paid1{p.ID, back.Origin, p.Number, p.Day, back.Fen})
		if back.Origin == cashier.OfAhead {
			s.Ahead += back.Fen
		}
	}
	return nil
}

// Keep keeps a settlement as it stands now, to be signed.
func (s *Service) Keep(ctx context.Context, who authz.Actor, room housing.RoomID, day clock.Day) (v Settlement, err error) {
	err = s.DB.Write(ctx, who, ActAsk, func(tx *db.Tx) error {
		if v, err = settled(ctx, tx, room, day); err != nil {
			return err
		}
		v.ID, v.At, v.ByName, v.Version = db.NewID[Settlement](tx), tx.Now, who.Name, 1
		tx.Note(v.Community, v.subject(), nil, map[string]any{"room": v.Room, "day": v.Day, "owes": v.Owes, "ahead": v.Ahead, "unserved": v.Unserved})
		if err := db.Insert(ctx, tx, "settlement", v); err != nil {
			return err
		}
		v.mask(tx)
		tx.Answer(&v)
		return nil
	})
	return v, err
}

func settlement(ctx context.Context, tx *db.Tx, id SettlementID) (Settlement, error) {
	return db.One[Settlement](ctx, tx, `SELECT `+db.Columns[Settlement]("")+` FROM settlement WHERE id = $1 AND {scope}`, id)
}

// Settlements are those that were kept of a room, the latest first.
func (s *Service) Settlements(ctx context.Context, who authz.Actor, room housing.RoomID) (out []Settlement, err error) {
	err = s.DB.Read(ctx, who, cashier.ActView, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, room)
		if err != nil {
			return err
		}
		out, err = db.All[Settlement](ctx, tx, `SELECT `+db.Columns[Settlement]("")+` FROM settlement WHERE community_id = $1 AND room_id = $2 AND {scope} ORDER BY id DESC LIMIT 50`, r.Community, r.ID)
		for i := range out {
			out[i].Label = r.Label
			out[i].mask(tx)
		}
		return err
	})
	return out, err
}

// Sign keeps the picture of a signature, or of the signed paper, with a
// settlement; once.
func (s *Service) Sign(ctx context.Context, who authz.Actor, id SettlementID, r io.Reader) (v Settlement, err error) {
	mime, ref, err := s.Blobs.Keep(ctx, r, blob.Pictures, maxFile, ErrNotFile)
	if err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActAsk, func(tx *db.Tx) error {
		if v, err = settlement(ctx, tx, id); err != nil {
			return err
		}
		if v.SignedAt != nil {
			return ErrSigned
		}
		room, err := housing.RoomIn(ctx, tx, v.Room)
		if err != nil {
			return err
		}
		v.Blob, v.Type, v.SignedAt, v.SignedBy = ref.Hash, mime, &tx.Now, v.Names
		tx.Note(v.Community, v.subject(), nil, map[string]any{"state": "signed"})
		if err := db.Save(ctx, tx, "settlement", &v); err != nil {
			return err
		}
		v.Label = room.Label
		v.mask(tx)
		tx.Answer(&v)
		return nil
	})
	return v, err
}

// OpenSignature opens the signature of a settlement, for who sees names.
func (s *Service) OpenSignature(ctx context.Context, who authz.Actor, id SettlementID) (v Settlement, r io.ReadSeekCloser, err error) {
	err = s.DB.Read(ctx, who, cashier.ActView, func(tx *db.Tx) error {
		v, err = settlement(ctx, tx, id)
		if err == nil && !customer.SightOf(who, v.Community).Names { // a signature masks nothing
			err = authz.ErrForbidden
		}
		if err == nil && v.Blob == "" {
			err = db.ErrNotFound
		}
		return err
	})
	if err != nil {
		return v, nil, err
	}
	if r, err = s.Blobs.Open(v.Blob); err != nil {
		return v, nil, errors.Join(db.ErrNotFound, err)
	}
	return v, r, nil
}
