package customer

import (
	"context"
	"fmt"
	"strconv"
	"strings"

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
	Mobile    string            `db:"-"` // as far as it may be seen
}

// By is how somebody is looked for (CUS-03). A number is looked for by its
// index, under every key there is.
type By struct{ from, where, order, index string }

// The ways to find somebody. What is given is compared exactly by number, by
// its beginning otherwise.
var (
	ByMobile   = By{numbersOf, `m.mobile_index IN (%s)`, `c.id`, indexMobile}
	ByLast4    = By{numbersOf, `m.last4_index IN (%s)`, `c.name, c.id`, indexLast4}
	ByIdentity = By{papersOf, `p.number_index IN (%s)`, `c.id`, indexIdentity}
	ByArchive  = By{`customer c`, `c.archive_no = $1`, `c.id`, ""}
	ByName     = By{`customer c`, `c.name >= $1 AND c.name < $2`, `c.name, c.id`, ""}
	ByPinyin   = By{`customer c`, `c.pinyin >= $1 AND c.pinyin < $2`, `c.pinyin, c.id`, ""}
	ByInitials = By{`customer c`, `c.initials >= $1 AND c.initials < $2`, `c.initials, c.name, c.id`, ""}
)

const papersOf = `customer_identity p JOIN customer c ON c.community_id = p.community_id AND c.id = p.customer_id`

const numbersOf = `customer_mobile m JOIN customer c ON c.community_id = m.community_id AND c.id = m.customer_id`

// Find returns up to limit customers of a community, as far as the actor may
// see them; 0 is the whole scope. A number may be one of several of theirs: they
// then stand there once for each.
func Find(ctx context.Context, tx *db.Tx, community authz.CommunityID, by By, text string, limit int) ([]Found, error) {
	// Naming the communities one by one keeps to the indexes, which begin with them, where the scope is everything.
	place := `c.community_id IN (SELECT id FROM community) AND $3 = 0`
	if community != 0 {
		place = `c.community_id = $3`
	}
	args := []any{text, housing.Beyond(text), int64(community), limit}
	where := by.where + ` AND $2 <> ''`
	if by.index != "" {
		args[0] = "" // the number itself is nothing the database is told
		var marks []string
		for _, x := range tx.Vault().Indexes(by.index, text) {
			args = append(args, x)
			marks = append(marks, "$"+strconv.Itoa(len(args)))
		}
		where = fmt.Sprintf(by.where, strings.Join(marks, ", ")) + ` AND $1 = '' AND $2 <> ''`
		args[1] = "-"
	}
	type row struct {
		Found
		Kind Kind `db:"customer_kind"`
		sealedNumber
	}
	rows, err := db.All[row](ctx, tx, `
		SELECT f.id, f.community_id, f.archive_no, f.name, f.kind AS customer_kind, r.room_id, COALESCE(r.kind, '') AS kind, COALESCE(o.label, '') AS label, `+numberColumns("m")+`
		FROM (SELECT c.id, c.community_id, c.archive_no, c.name, c.kind, ROW_NUMBER() OVER (ORDER BY `+by.order+`) AS place FROM `+by.from+`
			WHERE `+where+` AND `+place+` AND {scope:c} ORDER BY `+by.order+` LIMIT $4) f
		LEFT JOIN relation r ON r.id = (SELECT t.id FROM relation t WHERE t.community_id = f.community_id AND t.customer_id = f.id AND t.to_on IS NULL ORDER BY t.id LIMIT 1)
		LEFT JOIN room o ON o.community_id = r.community_id AND o.id = r.room_id
		LEFT JOIN customer_mobile m ON m.id = (SELECT n.id FROM customer_mobile n WHERE n.community_id = f.community_id AND n.customer_id = f.id ORDER BY n.is_primary DESC, n.id LIMIT 1)
		ORDER BY f.place`, args...)
	found := make([]Found, len(rows))
	for i, r := range rows {
		number, e := r.number(tx.Vault())
		if err == nil {
			err = e
		}
		see := SightOf(tx.Who, r.Community)
		found[i] = r.Found
		found[i].Name, found[i].Mobile = see.Name(r.Name, r.Kind == Organisation), see.Number(number)
	}
	return found, err
}
