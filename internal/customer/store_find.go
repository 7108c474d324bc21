package customer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/search"
)

// Found is a customer a search came upon.
type Found struct {
	ID        ID                `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	ArchiveNo string            `db:"archive_no"`
	Name      string            `db:"name"`
	Room      housing.RoomID    `db:"room_id"` // where they belong first
	Label     string            `db:"label"`
	Relation  RelationKind      `db:"kind"`
	Mobile    string            `db:"-"` // as far as it may be seen
	Other     string            `db:"-"` // the other name that was looked for, as far as it may be seen
}

// By is how somebody is looked for (CUS-03).
type By struct {
	from, where, order string
	index              string // of a sealed number: it is looked for under every key there is
	inside             bool   // of a name
	other              bool   // by a name that is not the archive's own
}

// The ways to find somebody. What is given is compared exactly by number, by
// its beginning or, inside a name, anywhere otherwise.
var (
	ByMobile   = By{from: numbersOf, where: `m.mobile_index IN (%s)`, order: `c.id`, index: indexMobile}
	ByLast4    = By{from: numbersOf, where: `m.last4_index IN (%s)`, order: `c.id`, index: indexLast4}
	ByIdentity = By{from: papersOf, where: `p.number_index IN (%s)`, order: `c.id`, index: indexIdentity}
	ByArchive  = By{from: `customer c`, where: `c.archive_no = $1`, order: `c.id`}
	ByCard     = By{from: `customer c`, where: `c.card_no = $1 AND c.card_no <> ''`, order: `c.id`}
	ByName     = By{from: `customer c`, where: `c.name >= $1 AND c.name < $2`, order: `c.name, c.id`}
	ByPinyin   = By{from: `customer c`, where: `c.pinyin >= $1 AND c.pinyin < $2`, order: `c.pinyin, c.id`}
	ByInitials = By{from: `customer c`, where: `c.initials >= $1 AND c.initials < $2`, order: `c.initials, c.name, c.id`}
	InName     = By{from: `customer c`, inside: true}

	// By what somebody is called as well: a former name, a name at home (CUS-01).
	ByOtherName     = By{from: otherNamesOf, where: `a.name >= $1 AND a.name < $2`, order: `a.name, c.id`, other: true}
	ByOtherPinyin   = By{from: otherNamesOf, where: `a.pinyin >= $1 AND a.pinyin < $2`, order: `a.pinyin, c.id`, other: true}
	ByOtherInitials = By{from: otherNamesOf, where: `a.initials >= $1 AND a.initials < $2`, order: `a.initials, a.name, c.id`, other: true}
)

const otherNamesOf = `customer_alias a JOIN customer c ON c.community_id = a.community_id AND c.id = a.customer_id`

const papersOf = `customer_identity p JOIN customer c ON c.community_id = p.community_id AND c.id = p.customer_id`

const numbersOf = `customer_mobile m JOIN customer c ON c.community_id = m.community_id AND c.id = m.customer_id`

// Find returns up to limit customers of a community, as far as the actor may
// see them; 0 is the whole scope. A number may be one of several of theirs: they
// then stand there once for each.
func Find(ctx context.Context, tx *db.Tx, community authz.CommunityID, by By, text string, limit int) ([]Found, error) {
	ids, err := by.ids(ctx, tx, community, text, limit)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	out, err := found(ctx, tx, ids)
	if err != nil || !by.other {
		return out, err
	}
	return out, by.called(ctx, tx, text, out)
}

// called fills in by which other name each of them was found.
func (by By) called(ctx context.Context, tx *db.Tx, text string, all []Found) error {
	args := []any{text, housing.Beyond(text)}
	ids := make([]ID, len(all))
	for i, f := range all {
		ids[i] = f.ID
	}
	type named struct {
		Of   ID     `db:"id"`
		Name string `db:"name"`
	}
	names, err := db.All[named](ctx, tx, `SELECT a.customer_id AS id, a.name FROM customer_alias a WHERE `+by.where+` AND a.customer_id IN `+db.Among(&args, ids)+` AND {scope:+a} ORDER BY a.id`, args...)
	for _, n := range names {
		for i := range all {
			if all[i].ID == n.Of {
				all[i].Other = SightOf(tx.Who, all[i].Community).Name(n.Name, false)
			}
		}
	}
	return err
}

// ids returns who is found, the surest first.
func (by By) ids(ctx context.Context, tx *db.Tx, community authz.CommunityID, text string, limit int) ([]ID, error) {
	if by.inside {
		return inside(ctx, tx, community, text, limit)
	}
	var args []any
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	where := by.where
	switch {
	case by.index != "":
		var marks []string // the number itself is nothing the database is told
		for _, x := range tx.Vault().Indexes(by.index, text) {
			marks = append(marks, mark(x))
		}
		where = fmt.Sprintf(by.where, strings.Join(marks, ", "))
	case strings.Contains(where, "$2"):
		mark(text)
		mark(housing.Beyond(text))
	default:
		mark(text)
	}
	// The limit is a part of the text, else PostgreSQL plans for many rows and sorts them all.
	most := strconv.Itoa(limit)
	q := search.Along(tx, community, "c", mark, func(place string) string {
		return `SELECT c.id, ROW_NUMBER() OVER (ORDER BY ` + by.order + `) AS place FROM ` + by.from + ` WHERE ` + where + ` AND ` + place + ` ORDER BY ` + by.order + ` LIMIT ` + most
	})
	type hit struct {
		ID    ID    `db:"id"`
		Place int64 `db:"place"`
	}
	all, err := db.All[hit](ctx, tx, q, args...)
	slices.SortStableFunc(all, func(a, b hit) int { return int(a.Place - b.Place) })
	out := make([]ID, 0, limit)
	for _, h := range all[:min(len(all), limit)] {
		out = append(out, h.ID)
	}
	return out, err
}

// inside looks for a text anywhere in names. What the index offers is compared
// with the names themselves, the shortest first.
func inside(ctx context.Context, tx *db.Tx, community authz.CommunityID, text string, limit int) ([]ID, error) {
	where, args := search.Where(tx.Engine(), "customer", "c", text, tx.Places(community), nil)
	if where == "" {
		return nil, nil
	}
	type named struct {
		ID   ID     `db:"id"`
		Name string `db:"name"`
	}
	all, err := db.All[named](ctx, tx, `SELECT c.id, c.name FROM customer c WHERE `+where+` AND {scope:+c} LIMIT `+strconv.Itoa(limit*4), args...)
	all = slices.DeleteFunc(all, func(n named) bool { return !search.Contains(n.Name, text) })
	slices.SortFunc(all, func(a, b named) int {
		if d := len(a.Name) - len(b.Name); d != 0 {
			return d
		}
		return int(a.ID - b.ID)
	})
	out := make([]ID, 0, limit)
	for _, n := range all[:min(len(all), limit)] {
		out = append(out, n.ID)
	}
	return out, err
}

// found reads what a list shows of customers, in the order of ids. Who was
// merged is found as the archive they live on in.
func found(ctx context.Context, tx *db.Tx, ids []ID) ([]Found, error) {
	type row struct {
		Found
		Kind Kind `db:"customer_kind"`
		Into ID   `db:"merged_into"`
		sealedNumber
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	rows, err := db.All[row](ctx, tx, `
		SELECT f.id, f.community_id, f.archive_no, f.name, f.kind AS customer_kind, f.merged_into, r.room_id, COALESCE(r.kind, '') AS kind, COALESCE(o.label, '') AS label, `+numberColumns("m")+`
		FROM customer f
		LEFT JOIN relation r ON r.id = (SELECT t.id FROM relation t WHERE t.community_id = f.community_id AND t.customer_id = f.id AND t.to_on IS NULL ORDER BY t.id LIMIT 1)
		LEFT JOIN room o ON o.community_id = r.community_id AND o.id = r.room_id
		LEFT JOIN customer_mobile m ON m.id = (SELECT n.id FROM customer_mobile n WHERE n.community_id = f.community_id AND n.customer_id = f.id ORDER BY n.is_primary DESC, n.id LIMIT 1)
		WHERE f.id IN `+db.Marks(1, len(ids))+` AND {scope:+f}`, args...)
	if err != nil {
		return nil, err
	}
	at, into := map[ID]Found{}, map[ID]ID{}
	for _, r := range rows {
		if r.Into != 0 {
			into[r.ID] = r.Into
		}
		number, err := r.number(tx.Vault())
		if err != nil {
			return nil, err
		}
		see := SightOf(tx.Who, r.Community)
		r.Name, r.Mobile = see.Name(r.Name, r.Kind == Organisation), see.Number(number)
		at[r.ID] = r.Found
	}
	if len(into) > 0 {
		var living []ID
		for _, id := range ids {
			if other := into[id]; other != 0 {
				id = other
			}
			if !slices.Contains(living, id) {
				living = append(living, id)
			}
		}
		return found(ctx, tx, living)
	}
	out := make([]Found, 0, len(ids))
	for _, id := range ids {
		if f, ok := at[id]; ok {
			out = append(out, f)
		}
	}
	return out, nil
}
