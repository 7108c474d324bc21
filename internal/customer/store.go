package customer

import (
	"context"
	"strings"

	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/vault"
)

var columns = db.Columns[Customer]("c")

// In returns a customer within the scope of tx's action in full. It is for the
// program; what people are shown goes through a Sight.
func In(ctx context.Context, tx *db.Tx, id ID) (Customer, error) { return get(ctx, tx, id) }

// PrimaryMobile returns a customer's first number in full, "" if there is
// none. It is for calling and writing to them, never for showing.
func PrimaryMobile(ctx context.Context, tx *db.Tx, id ID) (string, error) {
	c, err := get(ctx, tx, id)
	if err != nil || len(c.mobiles) == 0 {
		return "", err
	}
	return c.mobiles[0].Number, nil
}

func get(ctx context.Context, tx *db.Tx, id ID) (c Customer, err error) {
	c, err = db.One[Customer](ctx, tx, `SELECT `+columns+` FROM customer c WHERE c.id = $1 AND {scope:c}`, id)
	if err != nil {
		return c, err
	}
	c.mobiles, err = db.All[mobile](ctx, tx, `
		SELECT `+db.Columns[mobile]("m")+` FROM customer_mobile m
		WHERE m.community_id = $1 AND m.customer_id = $2 AND {scope:m} ORDER BY m.is_primary DESC, m.id`, c.Community, id)
	for i := range c.mobiles {
		if err == nil {
			err = c.mobiles[i].open(tx.Vault())
		}
	}
	return c, err
}

// whole is get with papers and rooms.
func whole(ctx context.Context, tx *db.Tx, id ID) (c Customer, err error) {
	if c, err = get(ctx, tx, id); err != nil {
		return c, err
	}
	if c.Identities, err = db.All[Identity](ctx, tx, `SELECT `+db.Columns[Identity]("")+` FROM customer_identity WHERE community_id = $1 AND customer_id = $2 AND {scope} ORDER BY id`, c.Community, id); err != nil {
		return c, err
	}
	if c.Accounts, err = db.All[Account](ctx, tx, `SELECT `+db.Columns[Account]("")+` FROM customer_account WHERE community_id = $1 AND customer_id = $2 AND {scope} ORDER BY id`, c.Community, id); err != nil {
		return c, err
	}
	for i := range c.Identities {
		if err := c.Identities[i].open(tx.Vault()); err != nil {
			return c, err
		}
	}
	for i := range c.Accounts {
		if err := c.Accounts[i].open(tx.Vault()); err != nil {
			return c, err
		}
	}
	if c.Names, err = db.All[OtherName](ctx, tx, `SELECT `+db.Columns[OtherName]("")+` FROM customer_alias WHERE community_id = $1 AND customer_id = $2 AND {scope} ORDER BY id`, c.Community, id); err != nil {
		return c, err
	}
	if err := c.openEmergency(tx.Vault()); err != nil {
		return c, err
	}
	c.Rooms, err = db.All[Belonging](ctx, tx, `SELECT r.id, r.version, r.room_id, o.label, r.kind, r.share, r.from_on, r.to_on FROM relation r
		JOIN room o ON o.community_id = r.community_id AND o.id = r.room_id
		WHERE r.community_id = $1 AND r.customer_id = $2 AND {scope:r} ORDER BY r.to_on IS NOT NULL, r.id`, c.Community, id)
	return c, err
}

// keep writes the numbers and papers that d says anything about.
func (c Customer) keep(ctx context.Context, tx *db.Tx, d Draft) error {
	if d.Mobiles != nil {
		for i := range c.mobiles {
			m := &c.mobiles[i]
			m.ID, m.Community, m.Customer = db.NewID[mobile](tx), c.Community, c.ID
			m.seal(tx.Vault())
		}
		if err := c.replace(ctx, tx, "customer_mobile"); err != nil {
			return err
		}
		if err := db.InsertAll(ctx, tx, "customer_mobile", c.mobiles); err != nil {
			return err
		}
	}
	if d.Identities != nil {
		for i := range c.Identities {
			p := &c.Identities[i]
			p.ID, p.Community, p.Customer = db.NewID[Identity](tx), c.Community, c.ID
			p.seal(tx.Vault())
		}
		if err := c.replace(ctx, tx, "customer_identity"); err != nil {
			return err
		}
		if err := db.InsertAll(ctx, tx, "customer_identity", c.Identities); err != nil {
			return err
		}
	}
	if d.Names != nil {
		for i := range c.Names {
			n := &c.Names[i]
			n.ID, n.Community, n.Customer = db.NewID[OtherName](tx), c.Community, c.ID
		}
		if err := c.replace(ctx, tx, "customer_alias"); err != nil {
			return err
		}
		if err := db.InsertAll(ctx, tx, "customer_alias", c.Names); err != nil {
			return err
		}
	}
	if d.Accounts == nil {
		return nil
	}
	for i := range c.Accounts {
		a := &c.Accounts[i]
		a.ID, a.Community, a.Customer = db.NewID[Account](tx), c.Community, c.ID
		a.seal(tx.Vault())
	}
	if err := c.replace(ctx, tx, "customer_account"); err != nil {
		return err
	}
	return db.InsertAll(ctx, tx, "customer_account", c.Accounts)
}

// replace empties one of a customer's lists.
func (c Customer) replace(ctx context.Context, tx *db.Tx, table string) error {
	_, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE community_id = $1 AND customer_id = $2 AND {scope}`, c.Community, c.ID)
	return err
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

// PeopleOf lists who belongs to a room, today's before former ones, owners
// first, as far as the actor may see them.
func PeopleOf(ctx context.Context, tx *db.Tx, room housing.Room) ([]Resident, error) {
	type row struct {
		Resident
		Kind Kind `db:"customer_kind"`
		sealedNumber
	}
	rows, err := db.All[row](ctx, tx, `
		SELECT r.id AS relation_id, r.version AS relation_version, r.customer_id, c.name, c.kind AS customer_kind, r.kind, r.share, c.tags, r.from_on, r.to_on, `+numberColumns("m")+`,
			(SELECT COUNT(*) FROM customer_mobile m WHERE m.community_id = c.community_id AND m.customer_id = c.id) AS mobiles
		FROM relation r JOIN customer c ON c.community_id = r.community_id AND c.id = r.customer_id
		LEFT JOIN customer_mobile m ON m.id = (SELECT n.id FROM customer_mobile n WHERE n.community_id = c.community_id AND n.customer_id = c.id ORDER BY n.is_primary DESC, n.id LIMIT 1)
		WHERE r.community_id = $1 AND r.room_id = $2 AND {scope:r}
		ORDER BY r.to_on IS NOT NULL, CASE r.kind WHEN 'owner' THEN 0 WHEN 'family' THEN 1 WHEN 'tenant' THEN 2 ELSE 3 END, r.id`, room.Community, room.ID)
	see := SightOf(tx.Who, room.Community)
	people := make([]Resident, len(rows))
	for i, r := range rows {
		number, e := r.number(tx.Vault())
		if err == nil {
			err = e
		}
		people[i] = r.Resident
		people[i].Name, people[i].Masked = see.Name(r.Name, r.Kind == Organisation), see.Number(number)
	}
	return people, err
}

// sealedNumber is somebody's first number beside them in a list.
type sealedNumber struct {
	NumberID db.ID  `db:"number_id"`
	Clear    string `db:"number_clear"`
	Sealed   string `db:"number_sealed"`
}

func numberColumns(alias string) string {
	return `COALESCE(` + alias + `.id, 0) AS number_id, COALESCE(` + alias + `.mobile, '') AS number_clear, COALESCE(` + alias + `.mobile_sealed, '') AS number_sealed`
}

func (n sealedNumber) number(v *vault.Vault) (string, error) {
	if n.Clear != "" {
		return n.Clear, nil
	}
	return v.Open(mobilePlace(n.NumberID), n.Sealed)
}
