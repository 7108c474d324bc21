package billing

import (
	"context"
	"strconv"
	"strings"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

func item(ctx context.Context, tx *db.Tx, id ItemID) (Item, error) {
	return db.One[Item](ctx, tx, `SELECT `+db.Columns[Item]("i")+` FROM charge_item i WHERE i.id = $1 AND {scope:i}`, id)
}

func items(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Item, error) {
	return db.All[Item](ctx, tx, `SELECT `+db.Columns[Item]("i")+` FROM charge_item i WHERE i.community_id = $1 AND {scope:i} ORDER BY i.state, i.code`, community)
}

// tariffs are all versions of a community, by item.
func tariffs(ctx context.Context, tx *db.Tx, community authz.CommunityID) (map[ItemID][]Tariff, error) {
	all, err := db.All[Tariff](ctx, tx, `SELECT `+db.Columns[Tariff]("t")+` FROM tariff t WHERE t.community_id = $1 AND {scope:t} ORDER BY t.from_on, t.id`, community)
	out := map[ItemID][]Tariff{}
	for _, t := range all {
		out[t.Item] = append(out[t.Item], t)
	}
	return out, err
}

func tariffViews(ctx context.Context, tx *db.Tx, i Item) ([]TariffView, error) {
	rows, err := db.All[tariffRow](ctx, tx, tariffRows+` AND t.item_id = $2 ORDER BY t.from_on DESC, t.id DESC LIMIT 200`, i.Community, i.ID)
	if err != nil {
		return nil, err
	}
	today, err := today(ctx, tx, i.Community)
	return viewed(rows, today), err
}

// tariffsForAll are the versions that a community's items have for more than one room.
func tariffsForAll(ctx context.Context, tx *db.Tx, community authz.CommunityID, today clock.Day) (map[ItemID][]TariffView, error) {
	rows, err := db.All[tariffRow](ctx, tx, tariffRows+` AND t.room_id IS NULL ORDER BY t.from_on DESC, t.id DESC`, community)
	of, out := map[ItemID][]tariffRow{}, map[ItemID][]TariffView{}
	for _, r := range rows {
		of[r.Item] = append(of[r.Item], r)
	}
	for item, some := range of {
		out[item] = viewed(some, today)
	}
	return out, err
}

type tariffRow struct {
	Tariff
	Building string `db:"building"`
	Room     string `db:"room"`
}

var tariffRows = `SELECT ` + db.Columns[Tariff]("t") + `, COALESCE(b.name, '') AS building, COALESCE(r.label_key, '') AS room FROM tariff t
	LEFT JOIN building b ON b.community_id = t.community_id AND b.id = t.building_id LEFT JOIN room r ON r.community_id = t.community_id AND r.id = t.room_id
	WHERE t.community_id = $1 AND {scope:t}`

// viewed says of the versions of an item, the latest first, until when each holds.
func viewed(rows []tariffRow, today clock.Day) []TariffView {
	out := make([]TariffView, len(rows))
	next := map[string]clock.Day{} // of the same reach
	for n, r := range rows {
		v := TariffView{Tariff: r.Tariff, BuildingName: r.Building, RoomLabel: r.Room}
		reach := r.Tariff.Building.String() + "|" + r.RoomType + "|" + r.Tariff.Room.String()
		if v.State == TariffApproved {
			v.Until = next[reach]
			v.InForce = !v.From.After(today) && (v.Until.IsZero() || today.Before(v.Until))
			next[reach] = v.From
		}
		out[n] = v
	}
	return out
}

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

func meter(ctx context.Context, tx *db.Tx, id MeterID) (Meter, error) {
	return db.One[Meter](ctx, tx, `SELECT `+db.Columns[Meter]("m")+` FROM meter m WHERE m.id = $1 AND {scope:m}`, id)
}

func readings(ctx context.Context, tx *db.Tx, m Meter, limit int) ([]Reading, error) {
	return db.All[Reading](ctx, tx, `SELECT `+db.Columns[Reading]("r")+` FROM meter_reading r WHERE r.community_id = $1 AND r.meter_id = $2 AND {scope:r} ORDER BY r.on_day DESC LIMIT $3`, m.Community, m.ID, limit)
}

// meterAfter is where a list of meters goes on.
type meterAfter struct {
	Sort string
	ID   MeterID
}

func meters(ctx context.Context, tx *db.Tx, f MeterFilter, after meterAfter, limit int) ([]MeterView, error) {
	args := []any{f.Community}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	q := `SELECT ` + db.Columns[Meter]("m") + `, COALESCE(o.label_key, '') AS label, COALESCE(o.sort_key, '') AS sort_key,
		COALESCE(l.value, '') AS last, l.on_day AS last_on, COALESCE(l.usage, '') AS last_usage, COALESCE(l.estimated, FALSE) AS last_estimated
		FROM meter m LEFT JOIN room o ON o.community_id = m.community_id AND o.id = m.room_id
		LEFT JOIN meter_reading l ON l.community_id = m.community_id AND l.meter_id = m.id AND l.on_day = (SELECT MAX(x.on_day) FROM meter_reading x WHERE x.community_id = m.community_id AND x.meter_id = m.id)
		WHERE m.community_id = $1 AND {scope:m}`
	if f.Kind != "" {
		q += ` AND m.kind = ` + mark(f.Kind)
	}
	if f.Building != 0 {
		q += ` AND o.building_id = ` + mark(f.Building)
	}
	if !f.Missing.IsZero() {
		q += ` AND m.state = 'active' AND (l.on_day IS NULL OR l.on_day < ` + mark(f.Missing) + `)`
	}
	if text := strings.ToUpper(strings.TrimSpace(f.Q)); text != "" {
		from, to := mark(text), mark(text+"\U0010FFFF")
		q += ` AND (m.number >= ` + from + ` AND m.number < ` + to + ` OR o.label_key >= ` + from + ` AND o.label_key < ` + to + `)`
	}
	if after.ID != 0 {
		sort, last := mark(after.Sort), mark(after.ID)
		q += ` AND (COALESCE(o.sort_key, ''), m.id) > (` + sort + `, ` + last + `)`
	}
	return db.All[MeterView](ctx, tx, q+` ORDER BY COALESCE(o.sort_key, ''), m.id LIMIT `+mark(limit), args...)
}

func costs(ctx context.Context, tx *db.Tx, community authz.CommunityID, period clock.Period) ([]Cost, error) {
	return db.All[Cost](ctx, tx, `SELECT `+db.Columns[Cost]("c")+` FROM public_cost c WHERE c.community_id = $1 AND c.period = $2 AND {scope:c} ORDER BY c.id`, community, period)
}

const roomColumns = `o.id, o.building_id, o.sort_key, o.label_key, o.type, o.state, o.floor, COALESCE(o.building_area, 0) AS building_area, COALESCE(o.inner_area, 0) AS inner_area, o.handed_over_on,
	(SELECT h.fee_from FROM handover h WHERE h.community_id = o.community_id AND h.room_id = o.id) AS fee_from`

// rooms are those of a community in the order of the register, after one of them.
func rooms(ctx context.Context, tx *db.Tx, community authz.CommunityID, after roomIn, limit int) ([]roomIn, error) {
	return db.All[roomIn](ctx, tx, `SELECT `+roomColumns+` FROM room o WHERE o.community_id = $1 AND NOT EXISTS (SELECT 1 FROM passer_by x WHERE x.community_id = o.community_id AND x.room_id = o.id) AND (o.sort_key, o.id) > ($2, $3) AND {scope:o} ORDER BY o.sort_key, o.id LIMIT $4`, community, after.Sort, after.ID, limit)
}

// pages goes through all rooms of a run with what it needs of them.
func pages(ctx context.Context, tx *db.Tx, r Run, fn func([]roomIn) error) error {
	for last := (roomIn{}); ; {
		page, err := rooms(ctx, tx, r.Community, last, roomsAtOnce)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := known(ctx, tx, r, page); err != nil {
			return err
		}
		if err := fn(page); err != nil {
			return err
		}
		last = page[len(page)-1]
	}
}

// longAgo is how far back readings may lie that were not billed yet.
const longAgo = 800

// known loads what a run needs of some rooms besides themselves.
func known(ctx context.Context, tx *db.Tx, r Run, all []roomIn) error {
	at := map[housing.RoomID]*roomIn{}
	for i := range all {
		at[all[i].ID] = &all[i]
	}
	args := []any{r.Community}
	these := db.Among(&args, ids(all))
	owners, err := db.All[ownerIn](ctx, tx, `SELECT x.room_id, x.customer_id, x.from_on, x.to_on FROM relation x WHERE x.community_id = $1 AND x.kind = 'owner' AND x.room_id IN `+these+` AND {scope:x} ORDER BY x.room_id, x.id`, args...)
	if err != nil {
		return err
	}
	for _, o := range owners {
		if room := at[o.Room]; room != nil {
			room.owners = append(room.owners, o)
		}
	}
	if err := knownLets(ctx, tx, at, these, args); err != nil {
		return err
	}
	type count struct {
		Room housing.RoomID `db:"room_id"`
		N    int64          `db:"n"`
	}
	people, err := db.All[count](ctx, tx, `SELECT x.room_id, COUNT(*) AS n FROM relation x WHERE x.community_id = $1 AND x.kind IN ('owner', 'family', 'tenant') AND x.to_on IS NULL AND x.room_id IN `+these+` AND {scope:x} GROUP BY x.room_id`, args...)
	if err != nil {
		return err
	}
	for _, c := range people {
		if room := at[c.Room]; room != nil {
			room.people = c.N
		}
	}
	spaces, err := db.All[spaceIn](ctx, tx, `SELECT s.id, s.room_id, s.number, s.from_on, s.to_on FROM parking_space s WHERE s.community_id = $1 AND s.room_id IN `+these+` AND s.state IN ('sold', 'let') AND {scope:s} ORDER BY s.sort_key, s.id`, args...)
	if err != nil {
		return err
	}
	for _, s := range spaces {
		if room := at[s.Room]; room != nil {
			room.spaces = append(room.spaces, s)
		}
	}
	args = []any{r.Community, r.Period.Add(12), r.Period}
	marks := db.Among(&args, ids(all))
	offs, err := db.All[Discount](ctx, tx, `SELECT `+db.Columns[Discount]("d")+` FROM bill_discount d WHERE d.community_id = $1 AND d.state = 'approved' AND d.first_period < $2 AND d.last_period >= $3 AND d.room_id IN `+marks+` AND {scope:d} ORDER BY d.id`, args...)
	if err != nil {
		return err
	}
	for _, d := range offs {
		if room := at[d.Room]; room != nil {
			if room.offs == nil {
				room.offs = map[ItemID][]Discount{}
			}
			room.offs[d.Item] = append(room.offs[d.Item], d)
		}
	}
	return knownMeters(ctx, tx, r, at, ids(all))
}

// knownLets are the days on which rooms are rented: by relations, and by
// tenancies that say that the tenant is billed.
func knownLets(ctx context.Context, tx *db.Tx, at map[housing.RoomID]*roomIn, these string, args []any) error {
	lets, err := db.All[letIn](ctx, tx, `SELECT x.room_id, x.customer_id, x.from_on, x.to_on, FALSE AS billed FROM relation x WHERE x.community_id = $1 AND x.kind = 'tenant' AND x.room_id IN `+these+` AND {scope:x}
		UNION ALL SELECT l.room_id, p.customer_id, l.from_on, l.ended_on AS to_on, TRUE AS billed FROM lease l JOIN lease_party p ON p.community_id = l.community_id AND p.lease_id = l.id
		WHERE l.community_id = $1 AND l.tenant_billed AND p.role = 'tenant' AND p.customer_id IS NOT NULL AND l.room_id IN `+these+` AND {scope:l} ORDER BY room_id, from_on, customer_id`, args...)
	if err != nil {
		return err
	}
	for _, l := range lets {
		if room := at[l.Room]; room != nil {
			room.lets = append(room.lets, l)
		}
	}
	return nil
}

func knownMeters(ctx context.Context, tx *db.Tx, r Run, at map[housing.RoomID]*roomIn, these []housing.RoomID) error {
	args := []any{r.Community}
	marks := db.Among(&args, these)
	all, err := db.All[Meter](ctx, tx, `SELECT `+db.Columns[Meter]("m")+` FROM meter m WHERE m.community_id = $1 AND m.room_id IN `+marks+` AND {scope:m} ORDER BY m.id`, args...)
	if err != nil || len(all) == 0 {
		return err
	}
	meters := make([]MeterID, len(all))
	for i, m := range all {
		meters[i] = m.ID
	}
	last := r.Period.Last()
	args = []any{r.Community, last.Add(-longAgo), last}
	marks = db.Among(&args, meters)
	read, err := db.All[Reading](ctx, tx, `SELECT `+db.Columns[Reading]("x")+` FROM meter_reading x WHERE x.community_id = $1 AND x.on_day >= $2 AND x.on_day <= $3 AND x.meter_id IN `+marks+` AND {scope:x} ORDER BY x.meter_id, x.on_day`, args...)
	if err != nil {
		return err
	}
	of := map[MeterID][]Reading{}
	for _, one := range read {
		of[one.Meter] = append(of[one.Meter], one)
	}
	type done struct {
		Meter MeterID   `db:"meter_id"`
		To    clock.Day `db:"to_on"`
		Here  int64     `db:"here"`
	}
	args = []any{r.Community, r.Period}
	marks = db.Among(&args, meters)
	billed, err := db.All[done](ctx, tx, `SELECT l.meter_id, MAX(l.to_on) AS to_on, COUNT(*) FILTER (WHERE l.period = $2) AS here FROM bill_line l
		WHERE l.community_id = $1 AND l.meter_id IN `+marks+` AND l.meter_id IS NOT NULL AND l.reversed_at IS NULL AND {scope:l} GROUP BY l.meter_id`, args...)
	if err != nil {
		return err
	}
	until := map[MeterID]done{}
	for _, d := range billed {
		until[d.Meter] = d
	}
	year, _, _ := last.Date()
	begins, err := clock.NewDay(year, 1, 1)
	if err != nil {
		return err
	}
	args = []any{r.Community, begins, last}
	marks = db.Among(&args, meters)
	lines, err := db.All[usedIn](ctx, tx, `SELECT l.meter_id, l.to_on, l.quantity FROM bill_line l
		WHERE l.community_id = $1 AND l.meter_id IN `+marks+` AND l.to_on >= $2 AND l.to_on <= $3 AND l.meter_id IS NOT NULL AND l.reversed_at IS NULL AND {scope:l}`, args...)
	if err != nil {
		return err
	}
	used := map[MeterID][]usedIn{}
	for _, l := range lines {
		used[l.Meter] = append(used[l.Meter], l)
	}
	for _, m := range all {
		if room := at[m.Room]; room != nil {
			room.meters = append(room.meters, meterIn{Meter: m, billed: until[m.ID].To, taken: until[m.ID].Here > 0, all: of[m.ID], used: used[m.ID]})
		}
	}
	return nil
}
