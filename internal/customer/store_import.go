package customer

import (
	"context"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

var importColumns = db.Columns[Import]("i")

func getImport(ctx context.Context, tx *db.Tx, id ImportID) (Import, error) {
	i, err := db.One[Import](ctx, tx, `SELECT `+importColumns+` FROM import i WHERE i.id = $1 AND {scope:i}`, id)
	if err == nil {
		err = i.openErrors(tx.Vault())
	}
	return i, err
}

// imports lists newest first, without their errors.
func imports(ctx context.Context, tx *db.Tx, community authz.CommunityID, before ImportID, limit int) ([]Import, error) {
	out, err := db.All[Import](ctx, tx, `
		SELECT `+importColumns+` FROM import i
		WHERE i.community_id = $1 AND (i.id < $2 OR $2 = 0) AND {scope:i} ORDER BY i.id DESC LIMIT $3`, community, int64(before), limit+1)
	for n := range out {
		out[n].Errors = []RowError{}
	}
	return out, err
}

// load reads what an import must know of a community: three statements, however many rows.
func load(ctx context.Context, tx *db.Tx, community authz.CommunityID) (k known, err error) {
	if k.rooms, err = housing.RoomsByKey(ctx, tx, community); err != nil {
		return k, err
	}
	type named struct {
		ID    ID     `db:"id"`
		Name  string `db:"name"`
		Clear string `db:"mobile"`
		Index string `db:"mobile_index"`
	}
	v := tx.Vault()
	k.indexes = func(number string) []string { return v.Indexes(indexMobile, number) }
	k.people = map[person]ID{}
	names, numbers := map[ID]string{}, map[ID]map[string]bool{}
	err = db.Each(ctx, tx, `
		SELECT c.id, c.name, COALESCE(m.mobile, '') AS mobile, COALESCE(m.mobile_index, '') AS mobile_index FROM customer c
		LEFT JOIN customer_mobile m ON m.community_id = c.community_id AND m.customer_id = c.id
		WHERE c.community_id = $1 AND c.erased_at IS NULL AND c.merged_into IS NULL AND {scope:c}`, []any{community}, func(n named) error {
		names[n.ID] = n.Name
		if n.Clear != "" {
			n.Index = v.Index(indexMobile, n.Clear)
		}
		if n.Index != "" {
			k.people[person{n.Name, n.Index}] = n.ID
			if numbers[n.ID] == nil {
				numbers[n.ID] = map[string]bool{}
			}
			numbers[n.ID][n.Index] = true
		}
		return nil
	})
	if err != nil {
		return k, err
	}
	k.living = map[housing.RoomID]map[string]tied{}
	err = db.Each(ctx, tx, `SELECT `+db.Columns[Relation]("r")+` FROM relation r WHERE r.community_id = $1 AND {scope:r}`, []any{community}, func(r Relation) error {
		there := k.living[r.Room]
		if there == nil {
			there = map[string]tied{}
			k.living[r.Room] = there
		}
		name, alive := names[r.Customer]
		if !alive {
			return nil
		}
		t, ok := there[name]
		if !ok {
			t = tied{r.Customer, map[RelationKind]bool{}, map[string]bool{}}
			there[name] = t
		}
		t.kinds[r.Kind] = true
		for n := range numbers[r.Customer] {
			t.mobiles[n] = true
		}
		return nil
	})
	return k, err
}

// write carries a plan out.
func (p plan) write(ctx context.Context, tx *db.Tx, community authz.CommunityID, have known) error {
	fresh := make([]housing.NewRoom, len(p.rooms))
	for i, r := range p.rooms {
		fresh[i] = usual(r)
	}
	rooms, err := housing.AddRooms(ctx, tx, community, fresh)
	if err != nil {
		return err
	}
	people, err := p.addCustomers(ctx, tx, community)
	if err != nil || len(p.relations) == 0 {
		return err
	}
	next := db.Block[Relation](tx, len(p.relations))
	rows := make([]Relation, len(p.relations))
	for i, t := range p.relations {
		room, who := rooms[t.key], t.id
		if there, ok := have.rooms[t.key]; ok {
			room = there.ID
		}
		if who == 0 {
			who = people[t.who]
		}
		rows[i] = Relation{ID: next, Community: community, Customer: who, Room: room, Kind: t.kind, Version: 1}
		next += id.Stride
	}
	return db.InsertAll(ctx, tx, "relation", rows)
}

func (p plan) addCustomers(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]ID, error) {
	n := len(p.customers)
	if n == 0 {
		return nil, nil
	}
	number, err := archiveNumbers(ctx, tx, community, n)
	if err != nil {
		return nil, err
	}
	ids, customers, mobiles := make([]ID, n), make([]Customer, n), make([]mobile, 0, n)
	next, nextMobile := db.Block[Customer](tx, n), db.Block[mobile](tx, n)
	for i, c := range p.customers {
		customers[i] = Customer{ID: next, Community: community, ArchiveNo: number(i), Kind: c.kind, Tags: c.tags, Notes: c.notes, Version: 1}
		customers[i].call(c.name)
		ids[i] = next
		next += id.Stride
		if c.mobile != "" {
			m := mobile{ID: nextMobile, Community: community, Customer: ids[i], Number: c.mobile, Primary: true}
			m.seal(tx.Vault())
			mobiles = append(mobiles, m)
			nextMobile += id.Stride
		}
	}
	if err := db.InsertAll(ctx, tx, "customer", customers); err != nil {
		return nil, err
	}
	return ids, db.InsertAll(ctx, tx, "customer_mobile", mobiles)
}
