package customer

import (
	"context"
	"strings"

	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

var columns = db.Columns[Customer]("c")

// In returns a customer within the scope of tx's action, numbers masked.
func In(ctx context.Context, tx *db.Tx, id ID) (Customer, error) {
	c, _, err := get(ctx, tx, id)
	return c, err
}

// PrimaryMobile returns a customer's first number in full, "" if there is
// none. It is for calling and writing to them, never for showing.
func PrimaryMobile(ctx context.Context, tx *db.Tx, id ID) (string, error) {
	_, list, err := get(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].Number, nil
}

func get(ctx context.Context, tx *db.Tx, id ID) (c Customer, list []mobile, err error) {
	c, err = db.One[Customer](ctx, tx, `SELECT `+columns+` FROM customer c WHERE c.id = $1 AND {scope:c}`, id)
	if err != nil {
		return c, nil, err
	}
	list, err = db.All[mobile](ctx, tx, `
		SELECT `+db.Columns[mobile]("m")+` FROM customer_mobile m
		WHERE m.community_id = $1 AND m.customer_id = $2 AND {scope:m} ORDER BY m.is_primary DESC, m.id`, c.Community, id)
	c.Mobiles = masked(list)
	return c, list, err
}

// setMobiles makes list the numbers of a customer.
func setMobiles(ctx context.Context, tx *db.Tx, c Customer, list []mobile) error {
	if _, err := tx.Exec(ctx, `DELETE FROM customer_mobile WHERE community_id = $1 AND customer_id = $2 AND {scope}`, c.Community, c.ID); err != nil {
		return err
	}
	for i := range list {
		list[i].ID, list[i].Community, list[i].Customer = db.NewID[mobile](tx), c.Community, c.ID
	}
	return db.InsertAll(ctx, tx, "customer_mobile", list)
}

// archiveNumbers reserves n archive numbers of the community's today.
func archiveNumbers(ctx context.Context, tx *db.Tx, community authz.CommunityID, n int) (func(i int) string, error) {
	loc, err := org.Zone(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	today := clock.DayOf(tx.Now, loc)
	first, err := tx.Numbers(ctx, community, "CU"+strings.ReplaceAll(today.String(), "-", ""), n)
	return func(i int) string { return db.Serial("", today, first+int64(i), 3) }, err
}

// PeopleOf lists who belongs to a room, today's before former ones, owners first.
func PeopleOf(ctx context.Context, tx *db.Tx, room housing.Room) ([]Resident, error) {
	people, err := db.All[Resident](ctx, tx, `
		SELECT r.customer_id, c.name, r.kind, r.share, c.tags, r.from_on, r.to_on,
			COALESCE((SELECT m.mobile FROM customer_mobile m WHERE m.community_id = c.community_id AND m.customer_id = c.id ORDER BY m.is_primary DESC, m.id LIMIT 1), '') AS mobile,
			(SELECT COUNT(*) FROM customer_mobile m WHERE m.community_id = c.community_id AND m.customer_id = c.id) AS mobiles
		FROM relation r JOIN customer c ON c.community_id = r.community_id AND c.id = r.customer_id
		WHERE r.community_id = $1 AND r.room_id = $2 AND {scope:r}
		ORDER BY r.to_on IS NOT NULL, CASE r.kind WHEN 'owner' THEN 0 WHEN 'family' THEN 1 WHEN 'tenant' THEN 2 ELSE 3 END, r.id`, room.Community, room.ID)
	for i, p := range people {
		if p.Masked != "" {
			people[i].Masked = Mask(p.Masked)
		}
	}
	return people, err
}
