package customer

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/web"
)

// PersonID names a person of the company, who may have an archive in each of
// several communities (CUS-01).
type PersonID = id.Of[Human]

// Human links the archives of one person.
type Human struct {
	ID     PersonID        `db:"id"`
	At     clock.Instant   `db:"at"`
	By     authz.AccountID `db:"by_id"`
	ByName string          `db:"by_name"`
}

// ErrLinkHere says that two archives of one community are merged, not linked.
var ErrLinkHere = errs.New(errs.Invalid, "customer.link_here", "archives of one community are merged, not linked")

// Elsewhere is an archive of another community.
type Elsewhere struct {
	Row
	Place string `json:"communityName"`
}

// Links are the archives that are, or may be, the same person's elsewhere.
type Links struct {
	Linked   []Elsewhere `json:"linked"`
	Proposed []Elsewhere `json:"proposed" doc:"the same identity number, or the same mobile and name"`
}

const mostLinks = 50

// Links lists the archives of the same person within the actor's scope, and
// those that may be.
func (s *Service) Links(ctx context.Context, who authz.Actor, of ID) (l Links, err error) {
	l.Linked, l.Proposed = []Elsewhere{}, []Elsewhere{}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		c, err := get(ctx, tx, of)
		if err != nil {
			return err
		}
		if c.Person != 0 {
			if l.Linked, err = elsewhere(ctx, tx, `c.person_id = $1 AND c.id <> $2`, c.Person, of); err != nil {
				return err
			}
		}
		l.Proposed, err = elsewhere(ctx, tx, `c.community_id <> $1 AND COALESCE(c.person_id, 0) <> $2 AND c.kind = $4 AND c.id IN (
			SELECT q.customer_id FROM customer_identity p JOIN customer_identity q ON q.number_index = p.number_index WHERE p.community_id = $1 AND p.customer_id = $3
			UNION SELECT q.customer_id FROM customer_mobile p JOIN customer_mobile q ON q.mobile_index = p.mobile_index
				JOIN customer x ON x.id = q.customer_id AND x.name = $5 WHERE p.community_id = $1 AND p.customer_id = $3 AND p.mobile_index <> '')`,
			c.Community, personOrNone(c.Person), of, string(c.Kind), c.Name)
		return err
	})
	return l, err
}

// personOrNone compares as a number where there is no person: never equal to one.
func personOrNone(p PersonID) int64 {
	if p == 0 {
		return -1
	}
	return int64(p)
}

func elsewhere(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Elsewhere, error) {
	rows, err := rowsOf(ctx, tx, `SELECT c.* FROM customer c WHERE `+where+` AND c.erased_at IS NULL AND c.merged_into IS NULL AND {scope:c} ORDER BY c.id DESC LIMIT 50`, args)
	if err != nil {
		return nil, err
	}
	out := make([]Elsewhere, 0, min(len(rows), mostLinks))
	for _, r := range rows {
		name, err := db.One[string](ctx, tx.Global("who sees an archive may know where it is"), `SELECT name FROM community WHERE id = $1`, r.Community)
		if err != nil {
			return nil, err
		}
		out = append(out, Elsewhere{r, name})
	}
	return out, nil
}

const oneCompany = "a person is the company's"

// Link says that two archives of different communities are the same person's.
func (s *Service) Link(ctx context.Context, who authz.Actor, of ID, match web.Match, other ID) (c Customer, err error) {
	err = s.DB.Write(ctx, who, ActMerge, func(tx *db.Tx) error {
		if c, err = whole(ctx, tx, of); err != nil {
			return err
		}
		if err := match.Expect(c.Version); err != nil {
			return err
		}
		o, err := get(ctx, tx, other)
		if err != nil {
			return err
		}
		switch {
		case c.alive() != nil:
			return c.alive()
		case o.alive() != nil:
			return o.alive()
		case o.Community == c.Community:
			return ErrLinkHere.At(errs.Field{Name: "other", Code: ErrLinkHere.Code})
		}
		person := c.Person
		if person == 0 {
			person = o.Person
		}
		if person == 0 {
			person = db.NewID[Human](tx)
			if err := db.Insert(ctx, tx.Global(oneCompany), "person", Human{person, tx.Now, who.ID, who.Name}); err != nil {
				return err
			}
		}
		if o.Person != 0 && o.Person != person {
			if _, err := tx.Global(oneCompany).Exec(ctx, `UPDATE customer SET person_id = $1, version = version + 1 WHERE person_id = $2`, person, o.Person); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `UPDATE customer SET person_id = $1, version = version + 1 WHERE id = $2 AND COALESCE(person_id, 0) <> $1 AND {scope}`, person, other); err != nil {
			return err
		}
		tx.Note(c.Community, "customer:"+of.String(), nil, map[string]any{"linked": other})
		tx.Note(o.Community, "customer:"+other.String(), nil, map[string]any{"linked": of})
		c.Person = person
		if err := db.Save(ctx, tx, "customer", &c); err != nil {
			return err
		}
		c = c.shown(SightOf(who, c.Community))
		tx.Answer(&c)
		return nil
	})
	return c, err
}

// Unlink takes an archive out of its person.
func (s *Service) Unlink(ctx context.Context, who authz.Actor, of ID, match web.Match) (c Customer, err error) {
	err = s.DB.Write(ctx, who, ActMerge, func(tx *db.Tx) error {
		if c, err = whole(ctx, tx, of); err != nil {
			return err
		}
		if err := match.Expect(c.Version); err != nil {
			return err
		}
		tx.Note(c.Community, "customer:"+of.String(), map[string]any{"person": c.Person}, map[string]any{"person": nil})
		c.Person = 0
		if err := db.Save(ctx, tx, "customer", &c); err != nil {
			return err
		}
		c = c.shown(SightOf(who, c.Community))
		tx.Answer(&c)
		return nil
	})
	return c, err
}
