package desk

import (
	"context"
	"strconv"
	"strings"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// finder gathers hits in the order of their rank, each once.
type finder struct {
	community authz.CommunityID
	hits      []Hit
	seen      map[db.ID]bool
}

func (f *finder) full() bool { return len(f.hits) >= mostHits }

func (f *finder) add(h Hit) {
	if !f.full() && !f.seen[h.ID] {
		f.hits, f.seen[h.ID] = append(f.hits, h), true
	}
}

// place limits a statement to the community asked for; $1 is its id. Naming
// the communities one by one keeps to the indexes where the scope is everything.
func (f *finder) place(alias string) string {
	if f.community == 0 {
		return alias + `.community_id IN (SELECT id FROM community) AND $1 = 0 AND {scope:` + alias + `}`
	}
	return alias + `.community_id = $1 AND {scope:` + alias + `}`
}

func (f *finder) addRooms(ctx context.Context, tx *db.Tx, where string, args ...any) error {
	found, err := db.All[housing.Room](ctx, tx, `
		SELECT `+db.Columns[housing.Room]("r")+` FROM room r WHERE `+f.place("r")+` AND `+where+` ORDER BY r.sort_key, r.id LIMIT 20`,
		append([]any{int64(f.community)}, args...)...)
	for _, r := range found {
		f.add(Hit{Kind: RoomHit, ID: db.ID(r.ID), Room: r.ID, Title: r.Label, Subtitle: r.Short})
	}
	return err
}

func (f *finder) room(ctx context.Context, tx *db.Tx, want sought) error {
	if want.roomKey == "" {
		return nil
	}
	return f.addRooms(ctx, tx, `r.label_key = $2`, want.roomKey)
}

func (f *finder) roomsFrom(ctx context.Context, tx *db.Tx, want sought) error {
	from := want.roomFrom
	if from == "" {
		return nil
	}
	// Two statements, each along its own index: an OR would use neither.
	for _, column := range []string{"r.number", "r.label_key"} {
		if err := f.addRooms(ctx, tx, column+` >= $2 AND `+column+` < $3`, from, housing.Beyond(from)); err != nil {
			return err
		}
	}
	return nil
}

func (f *finder) people(ctx context.Context, tx *db.Tx, want sought) error {
	for _, way := range []struct {
		by   customer.By
		text string
	}{
		{customer.ByMobile, want.mobile},
		{customer.ByIdentity, want.identity},
		{customer.ByArchive, want.archive},
		{customer.ByLast4, want.last4},
		{customer.ByName, want.name},
		{customer.ByInitials, want.latin},
		{customer.ByPinyin, want.latin},
	} {
		if way.text == "" || f.full() {
			continue
		}
		found, err := customer.Find(ctx, tx, f.community, way.by, way.text, mostHits)
		if err != nil {
			return err
		}
		for _, c := range found {
			f.add(Hit{Kind: CustomerHit, ID: db.ID(c.ID), Room: c.Room, Title: c.Name, Subtitle: joined(c.Label, c.Mobile), Badge: c.ArchiveNo})
		}
	}
	return nil
}

// nameRooms says of every room that was found who owns it.
func (f *finder) nameRooms(ctx context.Context, tx *db.Tx) error {
	var marks []string
	var args []any
	for _, h := range f.hits {
		if h.Kind == RoomHit {
			args = append(args, h.Room)
			marks = append(marks, "$"+strconv.Itoa(len(args)))
		}
	}
	if len(args) == 0 {
		return nil
	}
	type owned struct {
		Room      housing.RoomID    `db:"room_id"`
		Community authz.CommunityID `db:"community_id"`
		Name      string            `db:"name"`
		Kind      customer.Kind     `db:"kind"`
	}
	found, err := db.All[owned](ctx, tx, `
		SELECT r.room_id, r.community_id, c.name, c.kind FROM room o
		JOIN relation r ON r.community_id = o.community_id AND r.room_id = o.id AND r.to_on IS NULL
		JOIN customer c ON c.community_id = r.community_id AND c.id = r.customer_id
		WHERE o.id IN (`+strings.Join(marks, ", ")+`) AND {scope:o} ORDER BY CASE r.kind WHEN 'owner' THEN 0 ELSE 1 END, r.id`, args...)
	names := map[housing.RoomID][]string{}
	for _, o := range found {
		names[o.Room] = append(names[o.Room], customer.SightOf(tx.Who, o.Community).Name(o.Name, o.Kind == customer.Organisation))
	}
	for i, h := range f.hits {
		if list := names[h.Room]; h.Kind == RoomHit && len(list) > 0 {
			f.hits[i].Subtitle = joined(h.Subtitle, strings.Join(list[:min(len(list), 3)], "、"))
		}
	}
	return err
}

// joined writes what there is of several parts.
func joined(parts ...string) string {
	var there []string
	for _, p := range parts {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, " · ")
}
