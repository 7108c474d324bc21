package roster

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/staff"
)

// Calls are stored as a JSON text.
type Calls []Call

// Value implements driver.Valuer.
func (c Calls) Value() (driver.Value, error) { return db.ToText(c) }

// Scan implements sql.Scanner.
func (c *Calls) Scan(src any) error { return db.FromText(src, c) }

// Team is the response team of a community (STA-01a): its contact tree, who
// stands on its post now, and when nobody will.
type Team struct {
	ID        db.ID             `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Tree      Calls             `db:"tree" json:"lines"`
	At        clock.Instant     `db:"at" json:"at,omitempty" doc:"when the tree was changed last"`
	ByName    string            `db:"by_name" json:"by,omitempty"`
	Now       []Line            `db:"-" json:"now" doc:"on duty on the post at this moment"`
	Gaps      []Gap             `db:"-" json:"gaps" doc:"within the next seven days"`
	Gone      []staff.ID        `db:"-" json:"gone,omitempty" doc:"named in the tree and not at work here any more"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (t Team) ETag() int64 { return t.Version }

// ahead is how far gaps are looked for.
const ahead = 7 * 24 * time.Hour

// ResponseTeam is the response team in another domain's transaction: what
// emergency plans alert.
func ResponseTeam(ctx context.Context, tx *db.Tx, community authz.CommunityID) (t Team, err error) {
	t, err = db.One[Team](ctx, tx, `SELECT `+db.Columns[Team]("")+` FROM response_team WHERE community_id = $1 AND {scope}`, community)
	if errors.Is(err, db.ErrNotFound) {
		t, err = Team{ID: db.ID(community), Community: community, Tree: Calls{}}, nil
	}
	if err != nil {
		return t, err
	}
	on, err := OnDuty(ctx, tx, community, tx.Now)
	if err != nil {
		return t, err
	}
	t.Now = slices.DeleteFunc(on, func(l Line) bool { return l.Post != PostResponse })
	all, err := During(ctx, tx, community, tx.Now, tx.Now.Add(ahead))
	if err != nil {
		return t, err
	}
	t.Gaps = Gaps(all, PostResponse, tx.Now, tx.Now.Add(ahead))
	return t, t.named(ctx, tx)
}

// named adds the names of members of staff, and says who is gone.
func (t *Team) named(ctx context.Context, tx *db.Tx) error {
	here, err := people(ctx, tx, t.Community)
	if err != nil {
		return err
	}
	name := func(id staff.ID, into *string) {
		if i := slices.IndexFunc(here, func(p Person) bool { return p.ID == id }); i >= 0 {
			*into = here[i].Name
		} else if id != 0 && !slices.Contains(t.Gone, id) {
			t.Gone = append(t.Gone, id)
		}
	}
	for i := range t.Tree {
		name(t.Tree[i].Staff, &t.Tree[i].Name)
		name(t.Tree[i].Deputy, &t.Tree[i].DeputyName)
	}
	return nil
}

// Team shows the response team.
func (s *Service) Team(ctx context.Context, who authz.Actor, community authz.CommunityID) (t Team, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		t, err = ResponseTeam(ctx, tx, community)
		return err
	})
	return t, err
}

// SetTeam writes the contact tree.
func (s *Service) SetTeam(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, tree []Call) (t Team, err error) {
	err = s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if t, err = ResponseTeam(ctx, tx, community); err != nil {
			return err
		}
		if err := expect(t.Version); err != nil {
			return err
		}
		here, err := people(ctx, tx, community)
		if err != nil {
			return err
		}
		if t.Tree, err = checkedTree(tree, func(id staff.ID) bool { return slices.ContainsFunc(here, func(p Person) bool { return p.ID == id }) }); err != nil {
			return err
		}
		t.At, t.ByName, t.Gone = tx.Now, who.Name, nil
		tx.Note(community, "response_team:"+community.String(), nil, map[string]any{"lines": len(t.Tree)})
		tx.Emit(Changed{event{community}})
		tx.Answer(&t)
		if t.Version == 0 {
			t.Version = 1
			err = db.Insert(ctx, tx, "response_team", t)
		} else {
			err = db.Save(ctx, tx, "response_team", &t)
		}
		if err != nil {
			return err
		}
		return t.named(ctx, tx)
	})
	return t, err
}
