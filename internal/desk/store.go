package desk

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/search"
)

// finder gathers hits way by way, each thing once.
type finder struct {
	community authz.CommunityID
	seen      map[db.ID]bool
	sure      []Hit   // what was named in full
	ways      [][]Hit // what a beginning or a part may mean, one list for each way
}

// begin starts the hits of the next way.
func (f *finder) begin() { f.ways = append(f.ways, nil) }

func (f *finder) add(sure bool, h Hit) {
	switch {
	case f.seen[h.ID]:
		return
	case sure:
		f.sure = append(f.sure, h)
	default:
		f.ways[len(f.ways)-1] = append(f.ways[len(f.ways)-1], h)
	}
	f.seen[h.ID] = true
}

// firstOfWay is how many hits of one way stand before those of the next: 5678
// may be a mobile's end, a room and a ticket, and none shall hide the others.
const firstOfWay = 7

// ranked puts the surest first and takes of each way some before the rest.
func (f *finder) ranked() []Hit {
	out := append([]Hit{}, f.sure...)
	for _, w := range f.ways {
		out = append(out, w[:min(len(w), firstOfWay)]...)
	}
	for _, w := range f.ways {
		out = append(out, w[min(len(w), firstOfWay):]...)
	}
	return out[:min(len(out), mostHits)]
}

// rooms looks for rooms by a column that has an index in its order.
func (f *finder) rooms(ctx context.Context, tx *db.Tx, column, from, to string, sure bool) error {
	args := []any{from, to}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	found, err := db.All[housing.Room](ctx, tx, search.Along(tx, f.community, "r", mark, func(place string) string {
		return `SELECT ` + db.Columns[housing.Room]("r") + ` FROM room r WHERE ` + column + ` >= $1 AND ` + column + ` < $2 AND ` + place + ` ORDER BY ` + column + `, r.id LIMIT ` + strconv.Itoa(mostHits)
	}), args...)
	slices.SortStableFunc(found, func(a, b housing.Room) int {
		return cmp.Or(cmp.Compare(utf8.RuneCountInString(a.Number), utf8.RuneCountInString(b.Number)), cmp.Compare(a.SortKey, b.SortKey))
	})
	for _, r := range found {
		f.add(sure, Hit{Kind: RoomHit, ID: db.ID(r.ID), Community: r.Community, Room: r.ID, Title: r.Label, Subtitle: r.Short})
	}
	return err
}

func (f *finder) room(ctx context.Context, tx *db.Tx, want sought) error {
	if want.roomKey == "" {
		return nil
	}
	return f.rooms(ctx, tx, "r.label_key", want.roomKey, want.roomKey+"\x01", true)
}

func (f *finder) roomsFrom(ctx context.Context, tx *db.Tx, want sought) error {
	from := want.roomFrom
	if from == "" {
		return nil
	}
	for _, column := range []string{"r.number", "r.label_key"} {
		f.begin()
		if err := f.rooms(ctx, tx, column, from, housing.Beyond(from), false); err != nil {
			return err
		}
	}
	return nil
}

func (f *finder) people(ctx context.Context, tx *db.Tx, want sought) error {
	begun := 0
	for _, way := range []struct {
		by   customer.By
		text string
		sure bool
	}{
		{customer.ByMobile, want.mobile, true},
		{customer.ByIdentity, want.identity, true},
		{customer.ByArchive, want.archive, true},
		{customer.ByCard, want.card, true},
		{customer.ByLast4, want.last4, false},
		{customer.ByName, want.name, false},
		{customer.ByInitials, want.latin, false},
		{customer.ByPinyin, want.latin, false},
		{customer.ByOtherName, want.name, false},
		{customer.ByOtherInitials, want.latin, false},
		{customer.ByOtherPinyin, want.latin, false},
		{customer.InName, want.name, false},
	} {
		// A part of a name is for who does not know its beginning.
		if way.text == "" || way.by == customer.InName && begun >= mostHits {
			continue
		}
		f.begin()
		found, err := customer.Find(ctx, tx, f.community, way.by, way.text, mostHits)
		if err != nil {
			return err
		}
		for _, c := range found {
			begun++
			title := c.Name
			if c.Other != "" {
				title += "（" + c.Other + "）"
			}
			f.add(way.sure, Hit{Kind: CustomerHit, ID: db.ID(c.ID), Community: c.Community, Room: c.Room, Title: title, Subtitle: joined(c.Label, c.Mobile), Badge: c.ArchiveNo})
		}
	}
	return nil
}

// cars looks for plates: the whole, their beginning, their end.
func (f *finder) cars(ctx context.Context, tx *db.Tx, want sought) error {
	type car struct {
		ID        db.ID             `db:"id"`
		Community authz.CommunityID `db:"community_id"`
		Plate     string            `db:"plate"`
		Brand     string            `db:"brand"`
		Room      housing.RoomID    `db:"room_id"`
		Label     string            `db:"label"`
	}
	for _, way := range [][2]string{{"v.plate", want.plate}, {"v.plate_tail", want.end}} {
		if way[1] == "" {
			continue
		}
		f.begin()
		args := []any{way[1], housing.Beyond(way[1])}
		mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
		found, err := db.All[car](ctx, tx, `SELECT f.id, f.community_id, f.plate, f.brand, f.room_id, COALESCE(o.label, '') AS label FROM (`+search.Along(tx, f.community, "v", mark, func(place string) string {
			return `SELECT v.id, v.community_id, v.plate, v.brand, v.room_id FROM vehicle v WHERE ` + way[0] + ` >= $1 AND ` + way[0] + ` < $2 AND ` + place + ` ORDER BY ` + way[0] + `, v.id LIMIT ` + strconv.Itoa(mostHits)
		})+`) f LEFT JOIN room o ON o.community_id = f.community_id AND o.id = f.room_id ORDER BY f.plate, f.id`, args...)
		for _, c := range found {
			f.add(c.Plate == want.plate, Hit{Kind: VehicleHit, ID: c.ID, Community: c.Community, Room: c.Room, Title: c.Plate, Subtitle: joined(c.Label, c.Brand)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nameRooms says of every room that was found who owns it.
func nameRooms(ctx context.Context, tx *db.Tx, hits []Hit) error {
	var marks []string
	var args []any
	for _, h := range hits {
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
		WHERE o.id IN (`+strings.Join(marks, ", ")+`) AND {scope:+o} ORDER BY CASE r.kind WHEN 'owner' THEN 0 ELSE 1 END, r.id`, args...)
	names := map[housing.RoomID][]string{}
	for _, o := range found {
		names[o.Room] = append(names[o.Room], customer.SightOf(tx.Who, o.Community).Name(o.Name, o.Kind == customer.Organisation))
	}
	for i, h := range hits {
		if list := names[h.Room]; h.Kind == RoomHit && len(list) > 0 {
			hits[i].Subtitle = joined(h.Subtitle, strings.Join(list[:min(len(list), 3)], "、"))
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
