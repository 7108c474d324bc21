package parking

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

const someone = `COALESCE(c.name, '') AS customer_name, COALESCE(c.kind, '') AS customer_kind`

var spaceViews = `SELECT ` + db.Columns[Space]("s") + `, COALESCE(r.label_key, '') AS room_label, ` + someone + ` FROM parking_space s
	LEFT JOIN room r ON r.community_id = s.community_id AND r.id = s.room_id LEFT JOIN customer c ON c.community_id = s.community_id AND c.id = s.customer_id `

var vehicleViews = `SELECT ` + db.Columns[Vehicle]("v") + `, COALESCE(r.label_key, '') AS room_label, COALESCE(s.number, '') AS space_number, ` + someone + ` FROM vehicle v
	LEFT JOIN room r ON r.community_id = v.community_id AND r.id = v.room_id LEFT JOIN parking_space s ON s.community_id = v.community_id AND s.id = v.space_id
	LEFT JOIN customer c ON c.community_id = v.community_id AND c.id = v.customer_id `

func space(ctx context.Context, tx *db.Tx, id SpaceID) (SpaceView, error) {
	found, err := spacesWhere(ctx, tx, `s.id = $1 AND {scope:s}`, id)
	if err == nil && len(found) == 0 {
		err = db.ErrNotFound
	}
	if err != nil {
		return SpaceView{}, err
	}
	return found[0], nil
}

// spacesWhere reads spaces of one community with their holders and cars.
func spacesWhere(ctx context.Context, tx *db.Tx, where string, args ...any) ([]SpaceView, error) {
	found, err := db.All[SpaceView](ctx, tx, spaceViews+`WHERE `+where, args...)
	if err != nil || len(found) == 0 {
		return found, err
	}
	type car struct {
		Space SpaceID `db:"space_id"`
		Plate string  `db:"plate"`
	}
	in := []any{found[0].Community}
	ids := make([]SpaceID, len(found))
	for i, s := range found {
		ids[i] = s.ID
	}
	cars, err := db.All[car](ctx, tx, `SELECT v.space_id, v.plate FROM vehicle v WHERE v.community_id = $1 AND v.ended_on IS NULL AND v.space_id IN `+db.Among(&in, ids)+` AND {scope:v} ORDER BY v.plate, v.id`, in...)
	plates := map[SpaceID][]string{}
	for _, c := range cars {
		plates[c.Space] = append(plates[c.Space], c.Plate)
	}
	for i := range found {
		s := &found[i]
		s.Holder, s.Plates = s.nameFor(tx.Who, s.Community), plates[s.ID]
		if s.Plates == nil {
			s.Plates = []string{}
		}
	}
	return found, err
}

func vehicle(ctx context.Context, tx *db.Tx, id VehicleID) (VehicleView, error) {
	found, err := db.One[VehicleView](ctx, tx, vehicleViews+`WHERE v.id = $1 AND {scope:v}`, id)
	if err != nil {
		return found, err
	}
	all := []VehicleView{found}
	err = complete(ctx, tx, all)
	return all[0], err
}

// complete masks names and says how permits stand, for vehicles of one community.
func complete(ctx context.Context, tx *db.Tx, all []VehicleView) error {
	if len(all) == 0 {
		return nil
	}
	rules, err := settings(ctx, tx, all[0].Community)
	if err != nil {
		return err
	}
	today, err := org.Today(ctx, tx, all[0].Community)
	for i := range all {
		v := &all[i]
		v.Owner, v.Permit, v.NewEnergy = v.nameFor(tx.Who, v.Community), v.permit(today, rules.RemindDays), newEnergy.MatchString(v.Plate)
	}
	return err
}

func settings(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Settings, error) {
	s, err := db.One[Settings](ctx, tx, `SELECT `+db.Columns[Settings]("")+` FROM parking_setting WHERE community_id = $1 AND {scope}`, community)
	if errors.Is(err, db.ErrNotFound) {
		return defaults(community), nil
	}
	return s, err
}

// Filter chooses vehicles or spaces of a community.
type Filter struct {
	Community authz.CommunityID `json:"community"`
	View      string            `json:"view,omitempty"`  // vehicles: active, soon, expired, none, ended
	State     State             `json:"state,omitempty"` // spaces
	Kind      string            `json:"kind,omitempty"`
	Q         string            `json:"-"` // plate: its beginning or its end; space: the beginning of its number
	After     Position          `json:"-"`
	Limit     int               `json:"-"`
}

// Position is where a page begins: behind the row with this key.
type Position struct {
	Key string `json:"k"`
	ID  db.ID  `json:"i"`
}

func vehicles(ctx context.Context, tx *db.Tx, f Filter) ([]VehicleView, error) {
	today, err := org.Today(ctx, tx, f.Community)
	if err != nil {
		return nil, err
	}
	rules, err := settings(ctx, tx, f.Community)
	if err != nil {
		return nil, err
	}
	args := []any{f.Community}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	q, order := `WHERE v.community_id = $1 AND {scope:v}`, `v.plate`
	soon := today.Add(int(rules.RemindDays)).String()
	switch f.View {
	case "ended":
		q += ` AND v.ended_on IS NOT NULL`
	case "soon":
		q += ` AND v.ended_on IS NULL AND v.permit_to >= ` + mark(today.String()) + ` AND v.permit_to <= ` + mark(soon)
		order = `v.permit_to`
	case "expired":
		q += ` AND v.ended_on IS NULL AND v.permit_to < ` + mark(today.String())
		order = `v.permit_to`
	case "none":
		q += ` AND v.ended_on IS NULL AND v.permit_to IS NULL`
	default:
		q += ` AND v.ended_on IS NULL`
	}
	if p := strings.ToUpper(plateNoise.Replace(f.Q)); p != "" {
		a, b, c, d := mark(p), mark(housing.Beyond(p)), mark(tail(p)), mark(housing.Beyond(tail(p)))
		q += ` AND (v.plate >= ` + a + ` AND v.plate < ` + b + ` OR v.plate_tail >= ` + c + ` AND v.plate_tail < ` + d + `)`
	}
	if f.Kind != "" {
		q += ` AND v.kind = ` + mark(f.Kind)
	}
	if f.After.ID != 0 {
		q += ` AND (` + order + `, v.id) > (` + mark(f.After.Key) + `, ` + mark(f.After.ID) + `)`
	}
	out, err := db.All[VehicleView](ctx, tx, vehicleViews+q+` ORDER BY `+order+`, v.id LIMIT `+mark(f.Limit+1), args...)
	if err != nil {
		return nil, err
	}
	return out, complete(ctx, tx, out)
}

func spaces(ctx context.Context, tx *db.Tx, f Filter) ([]SpaceView, error) {
	args := []any{f.Community}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	q := `s.community_id = $1 AND {scope:s}`
	if f.State != "" {
		q += ` AND s.state = ` + mark(string(f.State))
	}
	if f.Kind != "" {
		q += ` AND s.kind = ` + mark(f.Kind)
	}
	if n := strings.ToUpper(strings.TrimSpace(f.Q)); n != "" {
		q += ` AND s.number >= ` + mark(n) + ` AND s.number < ` + mark(housing.Beyond(n))
	}
	if f.After.ID != 0 {
		q += ` AND (s.sort_key, s.id) > (` + mark(f.After.Key) + `, ` + mark(f.After.ID) + `)`
	}
	return spacesWhere(ctx, tx, q+` ORDER BY s.sort_key, s.id LIMIT `+mark(f.Limit+1), args...)
}

// OfRoom lists the vehicles of a household, those of now first, and the spaces
// that its people have or its cars stand on, as far as the actor may see names.
func OfRoom(ctx context.Context, tx *db.Tx, room housing.Room) ([]VehicleView, []SpaceView, error) {
	cars, err := db.All[VehicleView](ctx, tx, vehicleViews+`WHERE v.community_id = $1 AND v.room_id = $2 AND {scope:v} ORDER BY v.ended_on IS NOT NULL, v.id`, room.Community, room.ID)
	if err != nil {
		return nil, nil, err
	}
	if err := complete(ctx, tx, cars); err != nil {
		return nil, nil, err
	}
	found, err := spacesWhere(ctx, tx, `s.community_id = $1 AND {scope:s} AND s.id IN (
		SELECT p.id FROM parking_space p WHERE p.community_id = $1 AND p.room_id = $2
		UNION SELECT p.id FROM relation t JOIN parking_space p ON p.community_id = t.community_id AND p.customer_id = t.customer_id WHERE t.community_id = $1 AND t.room_id = $2 AND t.to_on IS NULL
		UNION SELECT v.space_id FROM vehicle v WHERE v.community_id = $1 AND v.room_id = $2 AND v.ended_on IS NULL AND v.space_id IS NOT NULL) ORDER BY s.sort_key, s.id`, room.Community, room.ID)
	return cars, found, err
}

// Expiring lists the permits whose last day lies in a span, both days included.
func Expiring(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]Expiry, error) {
	return db.All[Expiry](ctx, tx, `SELECT v.id, v.plate, v.room_id, v.customer_id, v.permit_to FROM vehicle v
		WHERE v.community_id = $1 AND v.ended_on IS NULL AND v.permit_to >= $2 AND v.permit_to <= $3 AND {scope:v} ORDER BY v.permit_to, v.id`, community, from.String(), to.String())
}

// roomOf finds the room that a form names; an empty label is none.
func roomOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, label string) (housing.RoomID, error) {
	if strings.TrimSpace(label) == "" {
		return 0, nil
	}
	r, err := housing.Find(ctx, tx, community, label)
	if e, ok := errors.AsType[*errs.Error](err); ok && len(e.Fields) > 0 {
		f := e.Fields[0]
		f.Name = "room"
		return 0, errs.ErrFields.At(f)
	}
	return r.ID, err
}

// known refuses a customer who has no archive here.
func known(ctx context.Context, tx *db.Tx, community authz.CommunityID, id customer.ID) error {
	if id == 0 {
		return nil
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM customer WHERE community_id = $1 AND id = $2 AND erased_at IS NULL AND {scope}`, community, id)
	if err == nil && n == 0 {
		err = errs.ErrFields.At(errs.Field{Name: "customerId", Code: db.ErrNotFound.Code})
	}
	return err
}
