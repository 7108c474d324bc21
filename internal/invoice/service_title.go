package invoice

import (
	"context"
	"errors"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

const mostTitles = 100

// TitlesOf are the titles of a customer that stand.
func (s *Service) TitlesOf(ctx context.Context, who authz.Actor, of customer.ID) (out []Title, err error) {
	out = []Title{}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		all, err := db.All[Title](ctx, tx, `SELECT `+db.Columns[Title]("t")+` FROM invoice_title t WHERE t.customer_id = $1 AND t.ended_at IS NULL AND {scope:t} ORDER BY t.id DESC LIMIT $2`, of, mostTitles)
		if err != nil {
			return err
		}
		out, err = opened(tx, all)
		return err
	})
	return out, err
}

func opened(tx *db.Tx, all []Title) ([]Title, error) {
	out := []Title{}
	for _, t := range all {
		if err := t.open(tx, customer.SightOf(tx.Who, t.Community)); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// AddTitle keeps a title of a customer.
func (s *Service) AddTitle(ctx context.Context, who authz.Actor, of customer.ID, d TitleDraft) (t Title, err error) {
	if err := d.checked(); err != nil {
		return t, err
	}
	err = s.DB.Write(ctx, who, ActAsk, func(tx *db.Tx) error {
		type archive struct {
			Community authz.CommunityID `db:"community_id"`
			Erased    bool              `db:"erased"`
		}
		c, err := db.One[archive](ctx, tx, `SELECT community_id, (erased_at IS NOT NULL OR merged_into IS NOT NULL) AS erased FROM customer WHERE id = $1 AND {scope}`, of)
		if missing(err) || err == nil && c.Erased {
			return errs.ErrFields.At(errs.Field{Name: "customerId", Code: db.ErrNotFound.Code})
		}
		if err != nil {
			return err
		}
		t = Title{Community: c.Community, Customer: db.ID(of)}
		return t.add(ctx, tx, d)
	})
	return t, err
}

// AddOwnTitle keeps a title of the caller, a resident, for a room of theirs.
func (s *Service) AddOwnTitle(ctx context.Context, who authz.Actor, room housing.RoomID, d TitleDraft) (t Title, err error) {
	if err := d.checked(); err != nil {
		return t, err
	}
	err = s.DB.Write(ctx, who, ActOwn, func(tx *db.Tx) error {
		home, err := s.Home(ctx, tx, room)
		if missing(err) {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
		if err != nil {
			return err
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM invoice_title WHERE account_id = $1 AND ended_at IS NULL AND {scope}`, who.ID)
		if err != nil {
			return err
		}
		if n >= mostTitles {
			return errs.ErrFields.At(errs.Field{Name: "name", Code: "too_many", Params: map[string]any{"max": mostTitles}})
		}
		t = Title{Community: home.Community, Customer: home.Customer, Account: who.ID}
		return t.add(ctx, tx, d)
	})
	return t, err
}

func (t *Title) add(ctx context.Context, tx *db.Tx, d TitleDraft) error {
	t.ID, t.At, t.ByName, t.Version = db.NewID[Title](tx), tx.Now, tx.Who.Name, 1
	t.write(tx, d)
	tx.Note(t.Community, t.subject(), nil, map[string]any{"kind": t.Kind, "customer": t.Customer})
	if err := db.Insert(ctx, tx, "invoice_title", *t); err != nil {
		return err
	}
	tx.Answer(t)
	return t.open(tx, customer.SightOf(tx.Who, t.Community))
}

// write takes a draft over; numbers that were left out stay as they are.
func (t *Title) write(tx *db.Tx, d TitleDraft) {
	t.Kind, t.Name, t.TaxNo, t.Place, t.Bank = d.Kind, d.Name, d.TaxNo, d.Address, d.Bank
	if d.Phone != "" {
		t.Phone = tx.Vault().Seal(Sealed[0].Place(db.ID(t.ID)), d.Phone)
	}
	if d.Account != "" {
		t.Number = tx.Vault().Seal(Sealed[1].Place(db.ID(t.ID)), d.Account)
	}
}

// EditTitle changes a title; what was applied for with it stays as it was.
func (s *Service) EditTitle(ctx context.Context, who authz.Actor, id TitleID, match web.Match, d TitleDraft) (t Title, err error) {
	if err := d.checked(); err != nil {
		return t, err
	}
	return s.changeTitle(ctx, who, id, match, func(tx *db.Tx, t *Title) { t.write(tx, d) })
}

// EndTitle takes a title away.
func (s *Service) EndTitle(ctx context.Context, who authz.Actor, id TitleID, match web.Match) (t Title, err error) {
	return s.changeTitle(ctx, who, id, match, func(tx *db.Tx, t *Title) { t.EndedAt = &tx.Now })
}

func (s *Service) changeTitle(ctx context.Context, who authz.Actor, id TitleID, match web.Match, do func(tx *db.Tx, t *Title)) (t Title, err error) {
	err = s.DB.Write(ctx, who, ActAsk, func(tx *db.Tx) error {
		if t, err = title(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(t.Version); err != nil {
			return err
		}
		do(tx, &t)
		tx.Note(t.Community, t.subject(), nil, map[string]any{"kind": t.Kind, "ended": t.EndedAt != nil})
		if err := db.Save(ctx, tx, "invoice_title", &t); err != nil {
			return err
		}
		tx.Answer(&t)
		return t.open(tx, customer.SightOf(who, t.Community))
	})
	return t, err
}

// EndOwnTitle takes a title of the caller, a resident, away.
func (s *Service) EndOwnTitle(ctx context.Context, who authz.Actor, id TitleID) error {
	return s.DB.Write(ctx, who, ActOwn, func(tx *db.Tx) error {
		t, err := title(ctx, tx, id)
		if err == nil && t.Account != who.ID {
			err = db.ErrNotFound
		}
		if errors.Is(err, db.ErrNotFound) {
			return db.ErrNotFound
		}
		if err != nil {
			return err
		}
		t.EndedAt = &tx.Now
		tx.Note(t.Community, t.subject(), nil, map[string]any{"ended": true})
		return db.Save(ctx, tx, "invoice_title", &t)
	})
}
