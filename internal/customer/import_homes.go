package customer

import (
	"cmp"
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strconv"

	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
)

// ImportRow is one line: a room, and perhaps one person of it. What is zero is
// not given: a new room takes the usual, one that is there keeps what it has.
type ImportRow struct {
	Row      int // as the spreadsheet shows it; 0 for a generator's
	Room     housing.NewRoom
	Name     string
	Kind     Kind // zero: a person
	Mobile   string
	Relation RelationKind
	Tags     Tags
	Notes    string // of the person if there is one, else of the room
}

// HomesTemplate is the table of rooms with their people, one person a row.
func HomesTemplate() imports.Template {
	columns := append(append([]imports.Column{}, housing.PlaceColumns...), housing.FactColumns...)
	columns = append(columns, nameColumn("业主姓名", "不填表示只导入房屋；单位填全称", "empty: only the room is imported; organisations by their full name"), mobileColumn(), relationColumn(), notesColumn())
	return imports.Template{
		Name: "homes", Title: "房屋与业主", Modes: imports.Modes, Columns: columns,
		Records: append(slices.Clone(housing.ImportRecords), importRecords...),
		Example: []any{"3", "2", "1502", "住宅", 15, sheet.Decimal("108.62"), sheet.Decimal("89.5"), "自住", "2026-01-05", "李娜", "13800005678", "业主", imports.ExampleMark + "：填写前请删除这一行"},
		New: func(community authz.CommunityID) imports.Work {
			return &homes{people: people{community: community}, rooms: housing.NewRooms(community)}
		},
	}
}

// homes imports rooms with their people.
type homes struct {
	people
	rooms *housing.Rooms
	rows  []ImportRow

	mode    imports.Mode
	plan    imports.Plan
	steps   []homeStep
	present map[livingKey]int // row of a person within the table's room
}

// homeStep is what one row does.
type homeStep struct {
	row    int
	room   string // key of a room to add, or to change
	isNew  bool
	person int // index into newcomers, plus 1
	grow   int // index into changes, plus 1
	tie    *tie
}

// tie is a relation to come. who is the newcomer's index unless id is set.
type tie struct {
	key  string // of the room
	kind RelationKind
	id   ID
	who  int
}

// Read implements imports.Work.
func (h *homes) Read(l *imports.Line) {
	r := ImportRow{Row: l.Number, Room: housing.ReadRoom(l)}
	r.Notes = l.Words(housing.HeadNotes, maxNotes)
	r.Relation = imports.Word(l, headRelation, relationWords, "import.relation", relationList)
	r.Name, r.Mobile = readPerson(l, headOwner)
	if name, ok := l.Text(headOwner); ok && name == "" && (r.Mobile != "" || r.Relation != "") {
		l.Fail(headOwner, "import.name_missing", nil)
	}
	if l.Wrong() == 0 {
		h.rows = append(h.rows, r)
	}
}

// Load implements imports.Work.
func (h *homes) Load(ctx context.Context, tx *db.Tx) error {
	if err := h.rooms.Load(ctx, tx); err != nil {
		return err
	}
	return h.load(ctx, tx)
}

// Plan implements imports.Work.
func (h *homes) Plan(m imports.Mode) imports.Plan {
	h.mode, h.plan, h.steps, h.present = m, imports.Plan{New: map[string]int{}, Changed: map[string]int{}}, nil, map[livingKey]int{}
	h.rooms.Begin(m)
	h.begin()
	keys := make([]string, len(h.rows))
	bad := make([]bool, len(h.rows))
	fresh := make([]bool, len(h.rows))
	for i, r := range h.rows {
		keys[i] = r.Room.Label.Key()
		before := len(h.plan.Wrong)
		room := r.Room
		if r.Name == "" {
			room.Notes = r.Notes
		}
		fresh[i] = h.rooms.Take(r.Row, room, r.Name == "", h.fail)
		bad[i] = len(h.plan.Wrong) > before
	}
	sum := fnv.New64a()
	for i, r := range h.rows {
		if bad[i] {
			continue
		}
		s := homeStep{row: r.Row}
		if fresh[i] || h.rooms.First(keys[i]) == r.Row && h.rooms.Differs(keys[i]) {
			s.room, s.isNew = keys[i], fresh[i]
		}
		before := len(h.plan.Wrong)
		if r.Name != "" {
			h.person(r, keys[i], &s)
		}
		switch {
		case len(h.plan.Wrong) > before:
			continue
		case s.room == "" && s.person == 0 && s.grow == 0 && s.tie == nil:
			h.plan.Unchanged++
			continue
		}
		h.count(s)
		h.rooms.Sum(sum, r.Row, keys[i])
		if s.grow > 0 {
			_, _ = sum.Write(strconv.AppendInt(nil, h.changes[s.grow-1].version, 36)) // never fails
		}
		if s.person > 0 {
			_, _ = sum.Write([]byte("new")) // somebody who is there and somebody new are not the same
		}
		h.steps = append(h.steps, s)
	}
	slices.SortStableFunc(h.plan.Wrong, func(a, b imports.RowError) int { return cmp.Compare(a.Row, b.Row) })
	h.plan.Steps, h.plan.Digest = len(h.steps), sum.Sum64()
	return h.plan
}

func (h *homes) count(s homeStep) {
	add := func(is bool, in map[string]int, kind string) {
		if is {
			in[kind]++
		}
	}
	add(s.room != "" && s.isNew, h.plan.New, "room")
	add(s.room != "" && !s.isNew, h.plan.Changed, "room")
	add(s.person > 0, h.plan.New, "customer")
	add(s.tie != nil, h.plan.New, "relation")
	add(s.grow > 0, h.plan.Changed, "customer")
}

func (h *homes) fail(row int, column, code, value string, params map[string]any) {
	h.plan.Wrong = append(h.plan.Wrong, imports.RowError{Row: row, Column: column, Code: code, Value: imports.Shorten(value), Params: params})
}

// person decides what a row's person is in its room.
func (h *homes) person(r ImportRow, key string, s *homeStep) {
	label := r.Room.Label.String()
	in := livingKey{key, r.Name}
	if first, twice := h.present[in]; twice {
		h.fail(r.Row, headOwner, "import.person_twice", r.Name, map[string]any{"room": label, "other": first})
		return
	}
	h.present[in] = r.Row
	kind := cmp.Or(r.Relation, Owner)
	there, known := h.rooms.There(key)
	if who, ok := h.living[living{there.ID, r.Name}]; known && ok {
		h.again(r, label, who, s)
		return
	}
	if known && h.mode == imports.Update {
		h.fail(r.Row, headOwner, "import.not_at_room", r.Name, map[string]any{"room": label})
		return
	}
	s.tie = &tie{key: key, kind: kind}
	who := person{r.Name, r.Mobile}
	if id, ok := h.has(who); ok {
		s.tie.id = id
		s.grow = h.grow(r.Row, id, "", r.notes(h.mode))
		return
	}
	at, isNew := h.newcomer(newcomer{who, cmp.Or(r.Kind, Person), r.Tags, r.Notes, r.Row})
	if s.tie.who = at; isNew {
		s.person = at + 1
	}
}

// notes are taken over into an archive that is there only where it may change.
func (r ImportRow) notes(m imports.Mode) string {
	if m == imports.New {
		return ""
	}
	return r.Notes
}

// again compares a row with somebody who belongs to the room already.
func (h *homes) again(r ImportRow, label string, who tied, s *homeStep) {
	number := ""
	if r.Mobile != "" && !h.calls(who.id, r.Mobile) {
		if number = r.Mobile; h.mode == imports.New {
			h.fail(r.Row, headMobile, "import.mobile_differs", r.Mobile, map[string]any{"room": label})
			return
		}
	}
	if r.Relation != "" && who.kinds&kindBit[r.Relation] == 0 {
		if h.mode != imports.Relate {
			h.fail(r.Row, headRelation, "import.relation_differs", relationName[r.Relation], map[string]any{"room": label})
			return
		}
		s.tie = &tie{key: r.Room.Label.Key(), kind: r.Relation, id: who.id}
	}
	s.grow = h.grow(r.Row, who.id, number, r.notes(h.mode))
}

// Write implements imports.Work.
func (h *homes) Write(ctx context.Context, tx *db.Tx, from, to int, j *imports.Journal) error {
	var rooms []string
	var persons []int
	steps := h.steps[from:to]
	for _, s := range steps {
		switch {
		case s.room == "":
		case s.isNew:
			rooms = append(rooms, s.room)
		default:
			if err := h.rooms.Change(ctx, tx, s.room, j); err != nil {
				return err
			}
		}
		if s.person > 0 {
			persons = append(persons, s.person-1)
		}
		if s.grow > 0 {
			if err := h.change(ctx, tx, s.grow-1, j); err != nil {
				return err
			}
		}
	}
	if err := h.rooms.Add(ctx, tx, rooms, j); err != nil {
		return err
	}
	if err := h.add(ctx, tx, persons, j); err != nil {
		return err
	}
	return h.bind(ctx, tx, steps, j)
}

func (h *homes) bind(ctx context.Context, tx *db.Tx, steps []homeStep, j *imports.Journal) error {
	var rows []Relation
	for _, s := range steps {
		if s.tie == nil {
			continue
		}
		who := s.tie.id
		if who == 0 {
			who = h.made[s.tie.who]
		}
		id := db.NewID[Relation](tx)
		rows = append(rows, Relation{ID: id, Community: h.community, Customer: who, Room: h.rooms.ID(s.tie.key), Kind: s.tie.kind, Version: 1})
		j.Made("relation", db.ID(id), s.row)
	}
	return db.InsertAll(ctx, tx, "relation", rows)
}

// Result counts what ImportRows brought.
type Result struct{ NewRooms, NewCustomers, NewRelations, Unchanged int }

// ImportRows brings rooms and people into a community inside tx: all of them,
// or, with the errors returned, none. Rows that are there already change
// nothing. It serves generators; their mobiles are in normal form (ParseMobile).
func ImportRows(ctx context.Context, tx *db.Tx, community authz.CommunityID, rows []ImportRow) (Result, []imports.RowError, error) {
	h := &homes{people: people{community: community}, rooms: housing.NewRooms(community), rows: rows}
	if err := h.Load(ctx, tx); err != nil {
		return Result{}, nil, err
	}
	p := h.Plan(imports.New)
	if len(p.Wrong) > 0 {
		return Result{}, p.Wrong, nil
	}
	var j imports.Journal
	err := h.Write(ctx, tx, 0, p.Steps, &j)
	return Result{p.New["room"], p.New["customer"], p.New["relation"], p.Unchanged}, nil, err
}

// shape is what is kept of an archive before an import changes it.
type shape struct {
	Notes   string `json:"notes"`
	Number  db.ID  `json:"number,omitzero"`  // the row of a number that was added
	Primary db.ID  `json:"primary,omitzero"` // the one that was primary
}

func restoreArchive(ctx context.Context, tx *db.Tx, id db.ID, version int64, before []byte) error {
	var s shape
	if err := json.Unmarshal(before, &s); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE customer SET notes = $1, version = version + 1 WHERE id = $2 AND version = $3 AND {scope}`, s.Notes, id, version)
	if err != nil || n == 0 {
		return cmp.Or(err, stale(n))
	}
	return s.silence(ctx, tx)
}

// silence takes away the number that an import added.
func (s shape) silence(ctx context.Context, tx *db.Tx) error {
	if s.Number == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, `DELETE FROM customer_mobile WHERE id = $1 AND {scope}`, s.Number); err != nil || s.Primary == 0 {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE customer_mobile SET is_primary = $1 WHERE id = $2 AND {scope}`, true, s.Primary)
	return err
}

func stale(n int64) error {
	if n == 0 {
		return db.ErrStale
	}
	return nil
}

// importRecords are the records of this package that imports make.
var importRecords = []imports.Record{
	{Kind: "customer", Versioned: true, Restore: restoreArchive, Held: []imports.Hold{
		{Table: "relation", Column: "customer_id"}, {Table: "customer_mobile", Column: "customer_id"}, {Table: "customer_identity", Column: "customer_id"},
		{Table: "customer_account", Column: "customer_id"}, {Table: "consent", Column: "customer_id"}, {Table: "customer_alias", Column: "customer_id"},
	}},
	{Kind: "customer_mobile"},
	{Kind: "relation", Versioned: true},
}
