package housing

import (
	"context"
	"encoding/json"
	"hash"
	"hash/fnv"
	"strconv"

	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
)

// Known is a room that is there, as far as an import must know it.
type Known struct {
	ID      RoomID
	Version int64
	Room    NewRoom
}

// Rooms is the part of an import that is about rooms: it takes them in, row by
// row, compares them with what is there, and writes them. Templates whose rows
// begin with a room build on it.
type Rooms struct {
	community authz.CommunityID
	there     map[string]Known // by the label's key
	adder     *Adder

	mode    imports.Mode
	seen    map[string]*roomSeen
	fresh   []string // keys, in the order of their rows
	made    map[string]RoomID
	changes []string
}

// roomSeen is what the rows of a table say of one room.
type roomSeen struct {
	First int // row
	want  NewRoom
	alone bool // a row named nobody
	there bool
}

// NewRooms begins an import of rooms.
func NewRooms(community authz.CommunityID) *Rooms { return &Rooms{community: community} }

// Load reads what is there.
func (r *Rooms) Load(ctx context.Context, tx *db.Tx) (err error) {
	r.there, r.made = map[string]Known{}, map[string]RoomID{}
	if err := db.Each(ctx, tx, `SELECT r.id, r.label, r.label_key, r.version, r.type, r.floor, r.building_area, r.inner_area, r.state, r.handed_over_on, r.notes
		FROM room r WHERE r.community_id = $1 AND {scope:r}`, []any{r.community}, func(o Room) error {
		k := Known{o.ID, o.Version, NewRoom{Floor: o.Floor, BuildingArea: o.BuildingArea, InnerArea: o.InnerArea, HandedOverOn: o.HandedOverOn, Notes: o.Notes}}
		for t := range typeName { // one text for all rooms
			if t == o.Type {
				k.Room.Type = t
			}
		}
		for s := range stateName {
			if s == o.State {
				k.Room.State = s
			}
		}
		r.there[o.Short] = k
		return nil
	}); err != nil {
		return err
	}
	r.adder, err = NewAdder(ctx, tx, r.community)
	return err
}

// Begin forgets an earlier plan.
func (r *Rooms) Begin(m imports.Mode) {
	r.mode, r.seen, r.fresh, r.changes = m, map[string]*roomSeen{}, nil, nil
}

// There is the room of a key that is in the system already.
func (r *Rooms) There(key string) (Known, bool) {
	k, ok := r.there[key]
	return k, ok
}

// ID is the room of a key, there before or written by this import.
func (r *Rooms) ID(key string) RoomID {
	if k, ok := r.there[key]; ok {
		return k.ID
	}
	return r.made[key]
}

// Fail notes what is wrong with a row.
type Fail func(row int, column, code, value string, params map[string]any)

// Take takes the room of a row; alone says that the row names nobody, so the
// room may have no other row. It reports whether the room is new.
func (r *Rooms) Take(row int, n NewRoom, alone bool, fail Fail) (isNew bool) {
	key := n.Label.Key()
	there, known := r.there[key]
	s, again := r.seen[key]
	if again {
		if alone || s.alone {
			fail(row, HeadRoom, "import.room_twice", n.Label.String(), map[string]any{"room": n.Label.String(), "other": s.First})
			return false
		}
		for _, f := range facts(s.want, n) {
			for _, g := range facts(n, s.want) {
				if g.column == f.column && g.given && f.given && !f.same {
					fail(row, f.column, "import.room_contradicts", f.want, map[string]any{"room": n.Label.String(), "other": s.First, "have": f.have})
				}
			}
		}
		s.want = s.want.with(n)
	} else {
		s = &roomSeen{First: row, want: n, alone: alone, there: known}
		r.seen[key] = s
	}
	if known && r.mode == imports.New {
		for _, f := range facts(there.Room, n) {
			if f.given && !f.same {
				fail(row, f.column, "import.room_differs", f.want, map[string]any{"room": n.Label.String(), "have": orNone(f.have)})
			}
		}
	}
	if known || again {
		return false
	}
	r.fresh = append(r.fresh, key)
	return true
}

// Differs reports whether the rows of a table say something else of a room than
// what is there. It is asked when all rows have been taken.
func (r *Rooms) Differs(key string) bool {
	s, there := r.seen[key], r.there[key]
	if r.mode == imports.New || !s.there {
		return false
	}
	for _, f := range facts(there.Room, s.want) {
		if f.given && !f.same {
			return true
		}
	}
	return s.want.Notes != "" && s.want.Notes != there.Room.Notes
}

// First is the first row about a room.
func (r *Rooms) First(key string) int { return r.seen[key].First }

// Add writes new rooms, and says in the journal what they made.
func (r *Rooms) Add(ctx context.Context, tx *db.Tx, keys []string, j *imports.Journal) error {
	list := make([]NewRoom, len(keys))
	for i, key := range keys {
		list[i] = r.seen[key].want.usual()
	}
	added, err := r.adder.Add(ctx, tx, list)
	if err != nil {
		return err
	}
	row := func(i int) int { return r.seen[keys[i]].First }
	for _, b := range added.Buildings {
		j.Made("building", db.ID(b), row(added.From[int64(b)]))
	}
	for _, u := range added.Units {
		j.Made("unit", db.ID(u), row(added.From[int64(u)]))
	}
	for i, id := range added.Rooms {
		r.made[keys[i]] = id
		j.Made("room", db.ID(id), row(i))
	}
	return nil
}

// shape is what is kept of a room before it is changed.
type shape struct {
	Type   RoomType `json:"type"`
	Floor  *int64   `json:"floor"`
	Area   int64    `json:"area"`
	Inner  int64    `json:"inner"`
	State  State    `json:"state"`
	Handed string   `json:"handed"`
	Notes  string   `json:"notes"`
}

// Change writes what the table says of a room that is there.
func (r *Rooms) Change(ctx context.Context, tx *db.Tx, key string, j *imports.Journal) error {
	there, s := r.there[key], r.seen[key]
	was := there.Room
	if err := reshape(ctx, tx, there.ID, there.Version, was.with(s.want)); err != nil {
		return err
	}
	handed := ""
	if !was.HandedOverOn.IsZero() {
		handed = was.HandedOverOn.String()
	}
	j.Changed("room", db.ID(there.ID), there.Version+1, s.First, shape{was.Type, was.Floor, int64(was.BuildingArea), int64(was.InnerArea), was.State, handed, was.Notes})
	return nil
}

func reshape(ctx context.Context, tx *db.Tx, id RoomID, version int64, n NewRoom) error {
	changed, err := tx.Exec(ctx, `UPDATE room SET type = $1, floor = $2, building_area = $3, inner_area = $4, state = $5, handed_over_on = $6, notes = $7, version = version + 1
		WHERE id = $8 AND version = $9 AND {scope}`, n.Type, n.Floor, n.BuildingArea, n.InnerArea, n.State, n.HandedOverOn, n.Notes, id, version)
	if err == nil && changed == 0 {
		err = db.ErrStale
	}
	return err
}

func restoreRoom(ctx context.Context, tx *db.Tx, id db.ID, version int64, before []byte) error {
	var s shape
	if err := json.Unmarshal(before, &s); err != nil {
		return err
	}
	n := NewRoom{Type: s.Type, Floor: s.Floor, BuildingArea: Area(s.Area), InnerArea: Area(s.Inner), State: s.State, Notes: s.Notes}
	if s.Handed != "" {
		if err := n.HandedOverOn.UnmarshalText([]byte(s.Handed)); err != nil {
			return err
		}
	}
	return reshape(ctx, tx, RoomID(id), version, n)
}

// ImportRecords are the records of this package that imports make.
var ImportRecords = []imports.Record{
	{Kind: "building", Loose: true, Held: []imports.Hold{{Table: "unit", Column: "building_id"}, {Table: "room", Column: "building_id"}, {Table: "staff_area", Column: "building_id"}}},
	{Kind: "unit", Loose: true, Held: []imports.Hold{{Table: "room", Column: "unit_id"}}},
	{Kind: "room", Versioned: true, Restore: restoreRoom},
}

const mostNotes = 500

// notesColumn is the last column of every template.
func notesColumn() imports.Column {
	return imports.Column{Head: HeadNotes, Also: []string{"说明", "备注信息", "remark"}, Width: 40, How: "最多 500 字", HowEN: "at most 500 characters"}
}

// ImportTemplate is the table of rooms alone.
func ImportTemplate() imports.Template {
	columns := append(append([]imports.Column{}, PlaceColumns...), FactColumns...)
	return imports.Template{
		Name: "rooms", Title: "房屋", Needs: ActEdit, Beside: []string{"业主", "责任区"}, Modes: []imports.Mode{imports.New, imports.Update}, Columns: append(columns, notesColumn()), Records: ImportRecords,
		Example: []any{"3", "2", "1502", "住宅", 15, sheet.Decimal("108.62"), sheet.Decimal("89.5"), "自住", "2026-01-05", imports.ExampleMark + "：填写前请删除这一行"},
		New:     func(community authz.CommunityID) imports.Work { return &roomsWork{rooms: NewRooms(community)} },
	}
}

// roomsWork imports rooms alone.
type roomsWork struct {
	rooms *Rooms
	rows  []numbered
	steps []roomStep
}

type numbered struct {
	row  int
	room NewRoom
}

type roomStep struct {
	key   string
	isNew bool
}

// Read implements imports.Work.
func (w *roomsWork) Read(l *imports.Line) {
	n := ReadRoom(l)
	n.Notes = l.Words(HeadNotes, mostNotes)
	if l.Wrong() == 0 {
		w.rows = append(w.rows, numbered{l.Number, n})
	}
}

// Load implements imports.Work.
func (w *roomsWork) Load(ctx context.Context, tx *db.Tx) error { return w.rooms.Load(ctx, tx) }

// Plan implements imports.Work.
func (w *roomsWork) Plan(m imports.Mode) imports.Plan {
	w.rooms.Begin(m)
	w.steps = nil
	p := imports.Plan{New: map[string]int{}, Changed: map[string]int{}}
	fail := func(row int, column, code, value string, params map[string]any) {
		p.Wrong = append(p.Wrong, imports.RowError{Row: row, Column: column, Code: code, Value: imports.Shorten(value), Params: params})
	}
	sum := fnv.New64a()
	for _, r := range w.rows {
		before := len(p.Wrong)
		isNew := w.rooms.Take(r.row, r.room, true, fail)
		key := r.room.Label.Key()
		switch {
		case len(p.Wrong) > before:
		case isNew:
			p.New["room"]++
			w.steps = append(w.steps, roomStep{key, true})
		case w.rooms.Differs(key):
			p.Changed["room"]++
			w.steps = append(w.steps, roomStep{key, false})
		default:
			p.Unchanged++
			continue
		}
		w.rooms.Sum(sum, r.row, key)
	}
	p.Steps, p.Digest = len(w.steps), sum.Sum64()
	return p
}

// Sum adds to a digest which room a row is about, and in which version.
func (r *Rooms) Sum(sum hash.Hash64, row int, key string) {
	k := r.there[key]
	_, _ = sum.Write(strconv.AppendInt(strconv.AppendInt(append(strconv.AppendInt(nil, int64(row), 36), ' '), int64(k.ID), 36), k.Version, 36)) // never fails
}

// Write implements imports.Work.
func (w *roomsWork) Write(ctx context.Context, tx *db.Tx, from, to int, j *imports.Journal) error {
	var fresh []string
	for _, s := range w.steps[from:to] {
		if s.isNew {
			fresh = append(fresh, s.key)
		} else if err := w.rooms.Change(ctx, tx, s.key, j); err != nil {
			return err
		}
	}
	return w.rooms.Add(ctx, tx, fresh, j)
}
