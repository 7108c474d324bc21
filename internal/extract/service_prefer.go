package extract

import (
	"context"
	"errors"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Chosen is a preference with whose it is.
type Chosen struct {
	Preference
	Name    string `json:"name" doc:"of who pays, as far as it may be seen"`
	Company bool   `json:"organisation"`
	Own     bool   `json:"mayChange"`
}

// preference is how a customer wants statements; of who has chosen nothing:
// none, and in the language of the archive.
func preference(ctx context.Context, tx *db.Tx, c customer.Customer) (Preference, error) {
	p, err := db.One[Preference](ctx, tx, `SELECT `+db.Columns[Preference]("")+` FROM extract_preference WHERE community_id = $1 AND customer_id = $2 AND {scope}`, c.Community, c.ID)
	if !errors.Is(err, db.ErrNotFound) {
		return p, err
	}
	p = Preference{Community: c.Community, Customer: c.ID, Wish: Wish{Form: ByRoom, Rhythm: Never, Lang: "zh"}}
	if c.Kind == customer.Organisation {
		p.Form = ByCompany
	}
	if c.Language == "en" {
		p.Lang = "en"
	}
	return p, nil
}

func chosen(ctx context.Context, tx *db.Tx, c customer.Customer) (Chosen, error) {
	p, err := preference(ctx, tx, c)
	return Chosen{Preference: p, Name: customer.SightOf(tx.Who, c.Community).Name(c.Name, c.Kind == customer.Organisation), Company: c.Kind == customer.Organisation}, err
}

// Preference is how a customer wants statements.
func (s *Service) Preference(ctx context.Context, who authz.Actor, id customer.ID) (out Chosen, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		c, err := customer.In(ctx, tx, id)
		if err != nil {
			return err
		}
		out, err = chosen(ctx, tx, c)
		out.Own = who.Scope(ActPrefer).Sees(c.Community)
		return err
	})
	return out, err
}

// OfRoom is how who pays for a room wants statements; ErrNoPayer: it is billed
// to the developer, or to nobody.
func (s *Service) OfRoom(ctx context.Context, who authz.Actor, id housing.RoomID) (out Chosen, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		room, err := housing.RoomIn(ctx, tx, id)
		if err != nil {
			return err
		}
		c, err := payer(ctx, tx, room)
		if err != nil {
			return err
		}
		out, err = chosen(ctx, tx, c)
		out.Own = who.Scope(ActPrefer).Sees(room.Community)
		return err
	})
	return out, err
}

func payer(ctx context.Context, tx *db.Tx, room housing.Room) (c customer.Customer, err error) {
	today, err := org.Today(ctx, tx, room.Community)
	if err != nil {
		return c, err
	}
	id, err := payerOf(ctx, tx, room.Community, room.ID, today)
	if err == nil && id == 0 {
		err = ErrNoPayer
	}
	if err != nil {
		return c, err
	}
	return customer.In(ctx, tx, id)
}

// Prefer changes how a customer wants statements, at the desk.
func (s *Service) Prefer(ctx context.Context, who authz.Actor, id customer.ID, expect func(int64) error, w Wish) (out Chosen, err error) {
	err = s.DB.Write(ctx, who, ActPrefer, func(tx *db.Tx) error {
		c, err := customer.In(ctx, tx, id)
		if err != nil {
			return err
		}
		out, err = prefer(ctx, tx, c, expect, w)
		return err
	})
	return out, err
}

// prefer keeps a wish. What ended before the day on which statements were first
// wanted is not sent: nobody who chooses them in November gets last year's.
func prefer(ctx context.Context, tx *db.Tx, c customer.Customer, expect func(int64) error, w Wish) (out Chosen, err error) {
	if w.Form == ByCompany && c.Kind != customer.Organisation {
		return out, errs.ErrFields.At(errs.Field{Name: "form", Code: "extract.person"})
	}
	p, err := preference(ctx, tx, c)
	if err != nil {
		return out, err
	}
	if err := expect(p.Version); err != nil {
		return out, err
	}
	before := p.Wish
	if p.Since.IsZero() || before.Rhythm != w.Rhythm {
		if p.Since, err = org.Today(ctx, tx, c.Community); err != nil {
			return out, err
		}
	}
	p.Wish, p.At, p.ByName = w, tx.Now, tx.Who.Name
	tx.Note(c.Community, "customer:"+c.ID.String(), map[string]any{"statements": before}, map[string]any{"statements": w})
	tx.Emit(Changed{c.Community, c.ID})
	if p.Version == 0 {
		p.ID, p.Version = db.NewID[Preference](tx), 1
		err = db.Insert(ctx, tx, "extract_preference", p)
	} else {
		err = db.Save(ctx, tx, "extract_preference", &p)
	}
	if err != nil {
		return out, err
	}
	tx.Answer(&out)
	if out, err = chosen(ctx, tx, c); err == nil {
		out.Own = true
	}
	return out, err
}

func rulesOf(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Rules, error) {
	r, err := db.One[Rules](ctx, tx, `SELECT `+db.Columns[Rules]("")+` FROM extract_rules WHERE community_id = $1 AND {scope}`, community)
	if errors.Is(err, db.ErrNotFound) {
		return Rules{ID: community, Community: community, Day: shippedDay}, nil
	}
	return r, err
}

// Settings say when statements of a community go out.
func (s *Service) Settings(ctx context.Context, who authz.Actor, community authz.CommunityID) (r Rules, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		r, err = rulesOf(ctx, tx, community)
		return err
	})
	return r, err
}

// SetRules changes the day of the month on which statements go out.
func (s *Service) SetRules(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, day int64) (r Rules, err error) {
	err = s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if r, err = rulesOf(ctx, tx, community); err != nil {
			return err
		}
		if err := expect(r.Version); err != nil {
			return err
		}
		before := r.Day
		r.Day = day
		tx.Note(community, "extract_rules:"+community.String(), map[string]any{"day": before}, map[string]any{"day": day})
		tx.Emit(Changed{Community: community})
		tx.Answer(&r)
		if r.Version == 0 {
			r.Version = 1
			return db.Insert(ctx, tx, "extract_rules", r)
		}
		return db.Save(ctx, tx, "extract_rules", &r)
	})
	return r, err
}

// Filter narrows the list of statements that were sent.
type Filter struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Customer  customer.ID       `query:"customer"`
	State     string            `query:"state" enum:"waiting,told,unreached,"`
}

// List are the statements that were sent, the latest first.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, before MadeID, limit int) (out []MadeView, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		out, err = db.All[MadeView](ctx, tx, `SELECT `+db.Columns[Made]("m")+`, c.name, c.kind AS legal, COALESCE(o.label, '') AS label FROM extract_made m JOIN customer c ON c.community_id = m.community_id AND c.id = m.customer_id LEFT JOIN room o ON o.community_id = m.community_id AND o.id = m.room_id
			WHERE m.community_id = $1 AND m.id < $2 AND (m.customer_id = $3 OR $3 = 0) AND (m.state = $4 OR $4 = '') AND {scope:m} ORDER BY m.id DESC LIMIT $5`, f.Community, int64(before), int64(f.Customer), f.State, limit+1)
		see := customer.SightOf(who, f.Community)
		for i := range out {
			out[i].Name = see.Name(out[i].Name, out[i].Legal == string(customer.Organisation))
		}
		return err
	})
	return out, err
}
