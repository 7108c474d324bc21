package handover

import (
	"context"
	"encoding/json"
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

var columns = db.Columns[Handover]("h")

func get(ctx context.Context, tx *db.Tx, id ID) (Handover, error) {
	return db.One[Handover](ctx, tx, `SELECT `+columns+` FROM handover h WHERE h.id = $1 AND {scope:h}`, id)
}

func itemsOf(ctx context.Context, tx *db.Tx, h Handover) ([]Item, error) {
	return db.All[Item](ctx, tx, `SELECT `+db.Columns[Item]("")+` FROM handover_item WHERE community_id = $1 AND handover_id = $2 AND {scope} ORDER BY id`, h.Community, h.ID)
}

// Full is the hand-over of a room with everything around it.
type Full struct {
	Handover
	Room     housing.Room `json:"room"`
	Receiver string       `json:"receiver,omitempty" doc:"as far as the caller may see names"`
	Items    []Item       `json:"items"`
	Keys     []Key        `json:"keys"`
	Readings []Reading    `json:"readings"`
}

// ETag implements web.Versioned.
func (f Full) ETag() int64 { return f.Version }

func full(ctx context.Context, tx *db.Tx, h Handover) (f Full, err error) {
	f.Handover = h
	if f.Room, err = housing.RoomIn(ctx, tx, h.Room); err != nil {
		return f, err
	}
	if f.Items, err = itemsOf(ctx, tx, h); err != nil {
		return f, err
	}
	shots, err := db.All[Photo](ctx, tx, `SELECT `+db.Columns[Photo]("p")+` FROM handover_photo p JOIN handover_item i ON i.community_id = p.community_id AND i.id = p.item_id
		WHERE i.community_id = $1 AND i.handover_id = $2 AND {scope:p} ORDER BY p.id`, h.Community, h.ID)
	if err != nil {
		return f, err
	}
	for i := range f.Items {
		f.Items[i].Photos, f.Items[i].Until = []Photo{}, warrantyEnd(h.FinishedOn, f.Items[i].Months)
		for _, p := range shots {
			if p.Item == f.Items[i].ID {
				f.Items[i].Photos = append(f.Items[i].Photos, p)
			}
		}
	}
	if f.Keys, err = db.All[Key](ctx, tx, `SELECT `+db.Columns[Key]("")+` FROM handover_key WHERE community_id = $1 AND handover_id = $2 AND {scope} ORDER BY id`, h.Community, h.ID); err != nil {
		return f, err
	}
	if f.Readings, err = db.All[Reading](ctx, tx, `SELECT `+db.Columns[Reading]("")+` FROM handover_reading WHERE community_id = $1 AND handover_id = $2 AND {scope} ORDER BY id`, h.Community, h.ID); err != nil {
		return f, err
	}
	names, err := customer.NamesOf(ctx, tx, h.Community, []customer.ID{h.Customer})
	f.Receiver = names[h.Customer]
	return f, err
}

// replaceLists writes keys and readings anew.
func replaceLists(ctx context.Context, tx *db.Tx, h Handover, r Record) error {
	for _, table := range []string{"handover_key", "handover_reading"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE community_id = $1 AND handover_id = $2 AND {scope}`, h.Community, h.ID); err != nil {
			return err
		}
	}
	for i := range r.Keys {
		k := &r.Keys[i]
		k.ID, k.Community, k.Handover = db.NewID[Key](tx), h.Community, h.ID
	}
	for i := range r.Readings {
		m := &r.Readings[i]
		m.ID, m.Community, m.Handover = db.NewID[Reading](tx), h.Community, h.ID
	}
	if err := db.InsertAll(ctx, tx, "handover_key", r.Keys); err != nil {
		return err
	}
	return db.InsertAll(ctx, tx, "handover_reading", r.Readings)
}

// Checklist is what a community looks at in its rooms.
type Checklist struct {
	Items   []Check `json:"items"`
	Version int64   `json:"version" doc:"0: the shipped list"`
}

// ETag implements web.Versioned.
func (c Checklist) ETag() int64 { return c.Version }

func checklist(ctx context.Context, tx *db.Tx, community authz.CommunityID) (c Checklist, err error) {
	type row struct {
		Body    string `db:"body"`
		Version int64  `db:"version"`
	}
	own, err := db.One[row](ctx, tx, `SELECT body, version FROM handover_checklist WHERE community_id = $1 AND {scope}`, community)
	if errors.Is(err, db.ErrNotFound) {
		c.Items, err = Shipped()
		return c, err
	}
	if err != nil {
		return c, err
	}
	c.Version = own.Version
	return c, json.Unmarshal([]byte(own.Body), &c.Items)
}

// today is the day in a community's zone.
func today(ctx context.Context, tx *db.Tx, community authz.CommunityID) (clock.Day, error) {
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return clock.Day{}, err
	}
	return clock.DayOf(tx.Now, zone), nil
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

// Filter chooses rooms of the board.
type Filter struct {
	Community authz.CommunityID  `json:"community"`
	Building  housing.BuildingID `json:"building,omitzero"`
	State     State              `json:"state,omitempty"`
	On        clock.Day          `json:"on,omitzero"`       // appointments of a day
	Defects   bool               `json:"defects,omitempty"` // rooms with a defect that is not mended
	Unsigned  PaperKind          `json:"unsigned,omitempty"`
	After     housing.Position   `json:"-"`
	Limit     int                `json:"-"`
}

// Row is a room of the board.
type Row struct {
	Room        housing.RoomID `db:"room_id" json:"roomId"`
	Label       string         `db:"label" json:"label"`
	Short       string         `db:"label_key" json:"short"`
	SortKey     string         `db:"sort_key" json:"-"`
	Handover    ID             `db:"handover_id" json:"handoverId,omitempty"`
	State       State          `db:"state" json:"state" enum:"waiting,invited,appointed,inspected,refused,done"`
	AppointedOn clock.Day      `db:"appointed_on" json:"appointedOn,omitzero"`
	Slot        string         `db:"slot" json:"slot,omitempty"`
	FinishedOn  clock.Day      `db:"finished_on" json:"finishedOn,omitzero"`
	Defects     int            `db:"defects" json:"defects" doc:"not mended yet"`
	Contract    string         `db:"contract" json:"contract,omitempty" doc:"edition of the service contract that is signed"`
	Covenant    string         `db:"covenant" json:"covenant,omitempty"`
	Owner       string         `db:"-" json:"owner,omitempty" doc:"as far as the caller may see names"`
}

// handedOver is the state of a room on the board: its own record, or what the
// register says of rooms that were handed over before there was one.
const handedOver = `CASE WHEN h.state IS NOT NULL THEN h.state WHEN r.state = 'sold' THEN 'waiting' ELSE 'done' END`

// onBoard are the rooms that are handed over: those that are sold, but no parking spaces.
const onBoard = ` FROM room r LEFT JOIN handover h ON h.community_id = r.community_id AND h.room_id = r.id
	WHERE r.community_id = $1 AND r.state <> 'unsold' AND r.type <> 'parking' AND {scope:r}`

func signed(kind string) string {
	return `(SELECT p.edition FROM room_paper p WHERE p.community_id = r.community_id AND p.room_id = r.id AND p.kind = '` + kind + `' AND p.is_current)`
}

func list(ctx context.Context, tx *db.Tx, f Filter) ([]Row, error) {
	args := []any{f.Community}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	const defects = `(SELECT COUNT(*) FROM handover_item i WHERE i.community_id = h.community_id AND i.handover_id = h.id AND i.result = 'defect' AND i.fixed_on IS NULL)`
	q := `SELECT r.id AS room_id, r.label, r.label_key, r.sort_key, COALESCE(h.id, 0) AS handover_id, ` + handedOver + ` AS state, h.appointed_on, COALESCE(h.slot, '') AS slot, COALESCE(h.finished_on, r.handed_over_on) AS finished_on,
		` + defects + ` AS defects, COALESCE(` + signed("contract") + `, '') AS contract, COALESCE(` + signed("covenant") + `, '') AS covenant` + onBoard
	if f.Building != 0 {
		q += ` AND r.building_id = ` + mark(f.Building)
	}
	if f.State != "" {
		q += ` AND ` + handedOver + ` = ` + mark(string(f.State))
	}
	if !f.On.IsZero() {
		q += ` AND h.appointed_on = ` + mark(f.On.String()) + ` AND h.state <> 'refused'`
	}
	if f.Defects {
		q += ` AND ` + defects + ` > 0`
	}
	if f.Unsigned != "" {
		q += ` AND ` + handedOver + ` = 'done' AND NOT EXISTS (SELECT 1 FROM room_paper p WHERE p.community_id = r.community_id AND p.room_id = r.id AND p.kind = ` + mark(string(f.Unsigned)) + ` AND p.is_current)`
	}
	if f.After.ID != 0 {
		q += ` AND (r.sort_key, r.id) > (` + mark(f.After.SortKey) + `, ` + mark(f.After.ID) + `)`
	}
	out, err := db.All[Row](ctx, tx, q+` ORDER BY r.sort_key, r.id LIMIT `+mark(f.Limit+1), args...)
	if err != nil || len(out) == 0 {
		return out, err
	}
	ids := make([]housing.RoomID, len(out))
	for i, r := range out {
		ids[i] = r.Room
	}
	owners, err := customer.OwnersOf(ctx, tx, f.Community, ids)
	for i := range out {
		out[i].Owner = owners[out[i].Room]
	}
	return out, err
}

// Progress is a building of the board.
type Progress struct {
	Building housing.BuildingID `json:"buildingId"`
	Name     string             `json:"name"`
	Rooms    int                `json:"rooms"`
	States   map[State]int      `json:"states"`
	Unsigned map[PaperKind]int  `json:"unsigned" doc:"handed over, and this paper not signed"`
}

func progress(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Progress, error) {
	type count struct {
		Building housing.BuildingID `db:"building_id"`
		Name     string             `db:"name"`
		State    State              `db:"state"`
		N        int                `db:"n"`
		Contract int                `db:"contract"`
		Covenant int                `db:"covenant"`
	}
	found, err := db.All[count](ctx, tx, `SELECT b.id AS building_id, b.name, x.state, COUNT(*) AS n, SUM(x.contract) AS contract, SUM(x.covenant) AS covenant FROM (
		SELECT r.community_id, r.building_id, `+handedOver+` AS state, CASE WHEN `+signed("contract")+` IS NULL THEN 1 ELSE 0 END AS contract, CASE WHEN `+signed("covenant")+` IS NULL THEN 1 ELSE 0 END AS covenant`+onBoard+`) x
		JOIN building b ON b.community_id = x.community_id AND b.id = x.building_id WHERE b.community_id = $1 GROUP BY b.id, b.name, b.sort_key, x.state ORDER BY b.sort_key, b.id`, community)
	out := []Progress{}
	for _, c := range found {
		if len(out) == 0 || out[len(out)-1].Building != c.Building {
			out = append(out, Progress{Building: c.Building, Name: c.Name, States: map[State]int{}, Unsigned: map[PaperKind]int{Contract: 0, Covenant: 0}})
		}
		p := &out[len(out)-1]
		p.Rooms += c.N
		p.States[c.State] += c.N
		if c.State == Done {
			p.Unsigned[Contract] += c.Contract
			p.Unsigned[Covenant] += c.Covenant
		}
	}
	return out, err
}

// among writes the placeholders of an IN and appends its arguments.
func among[T any](args *[]any, values []T) string {
	marks := make([]string, len(values))
	for i, v := range values {
		*args = append(*args, v)
		marks[i] = "$" + strconv.Itoa(len(*args))
	}
	return "(" + strings.Join(marks, ", ") + ")"
}
