package facility

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

const mostRecords = 100

// In returns a facility within the scope of tx's action.
func In(ctx context.Context, tx *db.Tx, id ID) (Facility, error) {
	return db.One[Facility](ctx, tx, `SELECT `+db.Columns[Facility]("f")+` FROM facility f WHERE f.id = $1 AND {scope:f}`, id)
}

func get(ctx context.Context, tx *db.Tx, id ID) (f Full, err error) {
	if f.Facility, err = In(ctx, tx, id); err != nil {
		return f, err
	}
	if f.Checks, err = db.All[Check](ctx, tx, `SELECT `+db.Columns[Check]("c")+` FROM facility_check c WHERE c.community_id = $1 AND c.facility_id = $2 AND {scope:c} ORDER BY c.id`, f.Community, id); err != nil {
		return f, err
	}
	if f.Parts, err = db.All[Part](ctx, tx, `SELECT `+db.Columns[Part]("p")+` FROM facility_part p WHERE p.community_id = $1 AND p.facility_id = $2 AND {scope:p} ORDER BY p.id`, f.Community, id); err != nil {
		return f, err
	}
	f.Records, err = db.All[Record](ctx, tx, `SELECT `+db.Columns[Record]("r")+` FROM facility_record r WHERE r.community_id = $1 AND r.facility_id = $2 AND {scope:r} ORDER BY r.on_day DESC, r.id DESC LIMIT $3`, f.Community, id, mostRecords)
	return f, err
}

// keep writes checks and parts as they stand in f.
func (f *Full) keep(ctx context.Context, tx *db.Tx) error {
	for _, table := range []string{"facility_check", "facility_part"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE community_id = $1 AND facility_id = $2 AND {scope}`, f.Community, f.ID); err != nil {
			return err
		}
	}
	for i := range f.Checks {
		c := &f.Checks[i]
		c.ID, c.Community, c.Facility = db.NewID[Check](tx), f.Community, f.ID
	}
	for i := range f.Parts {
		p := &f.Parts[i]
		p.ID, p.Community, p.Facility = db.NewID[Part](tx), f.Community, f.ID
	}
	if err := db.InsertAll(ctx, tx, "facility_check", f.Checks); err != nil {
		return err
	}
	return db.InsertAll(ctx, tx, "facility_part", f.Parts)
}

func list(ctx context.Context, tx *db.Tx, f Filter, after string, limit int) ([]Facility, error) {
	args := []any{f.Community}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	q := `SELECT ` + db.Columns[Facility]("f") + ` FROM facility f WHERE f.community_id = $1 AND {scope:f}`
	if f.Kind != "" {
		q += ` AND f.kind = ` + mark(f.Kind)
	}
	if f.Building != 0 {
		q += ` AND f.building_id = ` + mark(f.Building)
	}
	if f.State != "" {
		q += ` AND f.state = ` + mark(f.State)
	}
	if f.Due > 0 {
		zone, err := org.Zone(ctx, tx, f.Community)
		if err != nil {
			return nil, err
		}
		q += ` AND f.next_on <= ` + mark(clock.DayOf(tx.Now, zone).Add(f.Due))
	}
	if text := strings.TrimSpace(f.Q); text != "" {
		// A register has some thousand lines at most: a walk through one community's.
		like := mark("%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToUpper(text)) + "%")
		q += ` AND (UPPER(f.code) LIKE ` + like + ` ESCAPE '\' OR UPPER(f.name) LIKE ` + like + ` ESCAPE '\' OR UPPER(f.place) LIKE ` + like + ` ESCAPE '\')`
	}
	if after != "" {
		q += ` AND f.code > ` + mark(after)
	}
	return db.All[Facility](ctx, tx, q+` ORDER BY f.code LIMIT `+mark(limit), args...)
}

// inBuilding checks that a building is one of the community's.
func inBuilding(ctx context.Context, tx *db.Tx, community authz.CommunityID, building housing.BuildingID) error {
	if building == 0 {
		return nil
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM building b WHERE b.id = $1 AND b.community_id = $2 AND {scope:b}`, building, community)
	if err == nil && n == 0 {
		err = errs.ErrFields.At(errs.Field{Name: "buildingId", Code: db.ErrNotFound.Code})
	}
	return err
}

func plans(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Plan, error) {
	out, err := db.All[Plan](ctx, tx, `SELECT `+db.Columns[Plan]("p")+` FROM site_plan p WHERE p.community_id = $1 AND {scope:p} ORDER BY p.building_id IS NOT NULL, p.id`, community)
	if err != nil {
		return nil, err
	}
	items, err := db.All[Item](ctx, tx, `SELECT `+db.Columns[Item]("i")+` FROM site_plan_item i WHERE i.community_id = $1 AND {scope:i} ORDER BY i.plan_id, i.id`, community)
	of := map[PlanID][]Item{}
	for _, it := range items {
		of[it.Plan] = append(of[it.Plan], it.shown())
	}
	for i := range out {
		if out[i].Items = of[out[i].ID]; out[i].Items == nil {
			out[i].Items = []Item{}
		}
	}
	return out, err
}

func (it Item) shown() Item { it.HasPhoto = it.Blob != ""; return it }

func plan(ctx context.Context, tx *db.Tx, id PlanID) (p Plan, err error) {
	if p, err = db.One[Plan](ctx, tx, `SELECT `+db.Columns[Plan]("p")+` FROM site_plan p WHERE p.id = $1 AND {scope:p}`, id); err != nil {
		return p, err
	}
	p.Items, err = db.All[Item](ctx, tx, `SELECT `+db.Columns[Item]("i")+` FROM site_plan_item i WHERE i.community_id = $1 AND i.plan_id = $2 AND {scope:i} ORDER BY i.id`, p.Community, id)
	for i := range p.Items {
		p.Items[i] = p.Items[i].shown()
	}
	return p, err
}

func item(ctx context.Context, tx *db.Tx, id ItemID) (Item, error) {
	it, err := db.One[Item](ctx, tx, `SELECT `+db.Columns[Item]("i")+` FROM site_plan_item i WHERE i.id = $1 AND {scope:i}`, id)
	return it.shown(), err
}

// redrawn replaces the marks of a plan; those that were there keep their photo.
func redrawn(ctx context.Context, tx *db.Tx, p Plan, items []Item) ([]Item, error) {
	before := map[ItemID]Item{}
	for _, it := range p.Items {
		before[it.ID] = it
	}
	if _, err := tx.Exec(ctx, `DELETE FROM site_plan_item WHERE community_id = $1 AND plan_id = $2 AND {scope}`, p.Community, p.ID); err != nil {
		return nil, err
	}
	for i := range items {
		it := &items[i]
		old, there := before[it.ID]
		delete(before, it.ID) // an id twice is a new mark
		if !there {
			it.ID = db.NewID[Item](tx)
		}
		it.Community, it.Plan, it.Blob, it.Type, it.Size, it.HasPhoto = p.Community, p.ID, old.Blob, old.Type, old.Size, old.HasPhoto
		if it.Cuts == nil {
			it.Cuts = Cuts{}
		}
		if it.Facility == 0 {
			continue
		}
		if f, err := In(ctx, tx, it.Facility); err != nil && !errors.Is(err, db.ErrNotFound) {
			return nil, err
		} else if err != nil || f.Community != p.Community {
			return nil, errs.ErrFields.At(errs.Field{Name: "items[" + strconv.Itoa(i) + "].facilityId", Code: db.ErrNotFound.Code})
		}
	}
	return items, db.InsertAll(ctx, tx, "site_plan_item", items)
}

func removePlan(ctx context.Context, tx *db.Tx, p Plan) error {
	if _, err := tx.Exec(ctx, `DELETE FROM site_plan_item WHERE community_id = $1 AND plan_id = $2 AND {scope}`, p.Community, p.ID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM site_plan WHERE id = $1 AND {scope}`, p.ID)
	return err
}

// where something is to be cut off.
type where struct {
	Community authz.CommunityID  `db:"community_id"`
	Building  housing.BuildingID `db:"building_id"`
	Unit      housing.UnitID     `db:"unit_id"`
	Floor     *int64             `db:"floor"`
}

func place(ctx context.Context, tx *db.Tx, room housing.RoomID, building housing.BuildingID) (where, error) {
	if room != 0 {
		r, err := housing.RoomIn(ctx, tx, room)
		return where{r.Community, r.Building, r.Unit, r.Floor}, err
	}
	return db.One[where](ctx, tx, `SELECT b.community_id, b.id AS building_id, NULL AS unit_id, NULL AS floor FROM building b WHERE b.id = $1 AND {scope:b}`, building)
}

func valves(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]ShutOff, error) {
	type row struct {
		Item
		PlanName string `db:"plan_name"`
	}
	rows, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Item]("i")+`, p.name AS plan_name FROM site_plan_item i JOIN site_plan p ON p.community_id = i.community_id AND p.id = i.plan_id
		WHERE i.community_id = $1 AND i.kind IN ('valve', 'switch') AND {scope:i} ORDER BY i.id`, community)
	out := make([]ShutOff, len(rows))
	for i, r := range rows {
		out[i] = ShutOff{Item: r.shown(), PlanName: r.PlanName}
	}
	return out, err
}
