package customer

import (
	"context"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
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
	Mobile    string            `db:"mobile"` // masked
}

// By is how somebody is looked for (CUS-03).
type By struct{ from, where, order string }

// The ways to find somebody. What is given is compared exactly by number, by
// its beginning otherwise.
var (
	ByMobile   = By{numbersOf, `m.mobile = $1`, `c.id`}
	ByLast4    = By{numbersOf, `m.last4 = $1`, `c.name, c.id`}
	ByArchive  = By{`customer c`, `c.archive_no = $1`, `c.id`}
	ByName     = By{`customer c`, `c.name >= $1 AND c.name < $2`, `c.name, c.id`}
	ByPinyin   = By{`customer c`, `c.pinyin >= $1 AND c.pinyin < $2`, `c.pinyin, c.id`}
	ByInitials = By{`customer c`, `c.initials >= $1 AND c.initials < $2`, `c.initials, c.name, c.id`}
)

const numbersOf = `customer_mobile m JOIN customer c ON c.community_id = m.community_id AND c.id = m.customer_id`

// Find returns up to limit customers of a community; 0 is the whole scope. A
// number may be one of several of theirs: they then stand there once for each.
func Find(ctx context.Context, tx *db.Tx, community authz.CommunityID, by By, text string, limit int) ([]Found, error) {
	// Naming the communities one by one keeps to the indexes, which begin with them, where the scope is everything.
	place := `c.community_id IN (SELECT id FROM community) AND $3 = 0`
	if community != 0 {
		place = `c.community_id = $3`
	}
	found, err := db.All[Found](ctx, tx, `
		SELECT f.id, f.community_id, f.archive_no, f.name, r.room_id, COALESCE(r.kind, '') AS kind, COALESCE(o.label, '') AS label,
			COALESCE((SELECT n.mobile FROM customer_mobile n WHERE n.community_id = f.community_id AND n.customer_id = f.id ORDER BY n.is_primary DESC, n.id LIMIT 1), '') AS mobile
		FROM (SELECT c.id, c.community_id, c.archive_no, c.name, ROW_NUMBER() OVER (ORDER BY `+by.order+`) AS place FROM `+by.from+`
			WHERE `+by.where+` AND $2 <> '' AND `+place+` AND {scope:c} ORDER BY `+by.order+` LIMIT $4) f
		LEFT JOIN relation r ON r.id = (SELECT t.id FROM relation t WHERE t.community_id = f.community_id AND t.customer_id = f.id AND t.to_on IS NULL ORDER BY t.id LIMIT 1)
		LEFT JOIN room o ON o.community_id = r.community_id AND o.id = r.room_id
		ORDER BY f.place`, text, housing.Beyond(text), int64(community), limit)
	for i, f := range found {
		if f.Mobile != "" {
			found[i].Mobile = Mask(f.Mobile)
		}
	}
	return found, err
}
