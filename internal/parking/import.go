package parking

import (
	"context"
	"encoding/json"
	"strings"

	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// The headings of parking in tables (CUS-07).
const (
	headNumber = "车位号"
	headArea   = "区域"
	headKind   = "性质"
	headPlace  = "类型"
	headRecord = "对应房屋"
	headPlate  = "车牌号"
	headMake   = "车辆类型"
	headBrand  = "品牌"
	headColour = "颜色"
	headRoom   = "房屋"
	headFrom   = "月卡起始"
	headTo     = "月卡截止"
	headNotes  = "备注"
)

const mostNotes = 500

// turned are the words of a value the other way round.
func turned[K comparable](words map[K]string) map[string]K {
	out := map[string]K{}
	for k, w := range words {
		out[w] = k
	}
	return out
}

func notesColumn() imports.Column {
	return imports.Column{Head: headNotes, Also: []string{"说明", "remark"}, Width: 40, How: "最多 500 字", HowEN: "at most 500 characters"}
}

// SpacesTemplate is the table of parking spaces; who has one is told on its page.
func SpacesTemplate() imports.Template {
	return imports.Template{
		Name: "parking", Title: "车位", Needs: ActEdit, Modes: []imports.Mode{imports.New, imports.Update},
		Columns: []imports.Column{
			{Head: headNumber, Must: true, Also: []string{"车位编号", "车位", "泊位号", "停车位"}, How: "在小区里不重复，例如 B1-117", HowEN: "unique in the community, such as B1-117"},
			{Head: headArea, Also: []string{"停车场", "车库", "区域名称"}, How: "例如 地下一层东区", HowEN: "such as B1 east"},
			{Head: headKind, Must: true, Also: []string{"车位性质", "产权性质"}, How: "产权、租赁、公共", HowEN: "产权 owned, 租赁 rented, 公共 public"},
			{Head: headPlace, Also: []string{"车位类型"}, How: "标准、子母、微型、无障碍、充电。不填按标准", HowEN: "标准 standard, 子母 tandem, 微型 small, 无障碍 accessible, 充电 charger; standard if empty"},
			{Head: headRecord, How: "这个车位在房屋册里的房号", HowEN: "the record of the register that is this space"},
			notesColumn(),
		},
		Beside:  []string{"状态", "使用人", "起始日期", "截止日期", "车牌"},
		Records: []imports.Record{{Kind: "parking_space", Versioned: true, Restore: restoreSpace, Held: []imports.Hold{{Table: "vehicle", Column: "space_id"}, {Table: "parking_holding", Column: "space_id"}}}},
		Example: []any{"B1-117", "地下一层东区", "产权", "标准", nil, imports.ExampleMark + "：填写前请删除这一行"},
		New: func(community authz.CommunityID) imports.Work {
			s := &spacesIn{places: places{community: community}}
			return &imports.Flat[Space]{Kind: "parking_space", Head: headNumber, Take: s.take, Fetch: s.fetch, Key: func(v Space) string { return v.Number }, Decide: s.decide, Add: s.addAll, Change: s.changeOne}
		},
	}
}

// places finds rooms and spaces by what people call them.
type places struct {
	community authz.CommunityID
	rooms     map[string]housing.RoomID // by the label's key
}

func (p *places) fetch(ctx context.Context, tx *db.Tx) error {
	p.rooms = map[string]housing.RoomID{}
	type room struct {
		ID  housing.RoomID `db:"id"`
		Key string         `db:"label_key"`
	}
	return db.Each(ctx, tx, `SELECT id, label_key FROM room WHERE community_id = $1 AND {scope}`, []any{p.community}, func(r room) error {
		p.rooms[r.Key] = r.ID
		return nil
	})
}

// readRoom reads the label of a room that may be left out.
func readRoom(l *imports.Line, head string) string {
	text, ok := l.Text(head)
	if !ok || text == "" {
		return ""
	}
	label, err := housing.ParseLabel(text)
	if err != nil {
		l.FailErr(head, err)
	}
	return label.Key()
}

func (p *places) known(refuse imports.Refuse, head, key string) housing.RoomID {
	if key == "" {
		return 0
	}
	id, ok := p.rooms[key]
	if !ok {
		refuse(head, "import.room_unknown", map[string]any{"room": key})
	}
	return id
}

// spacesIn imports spaces. What a row says of the room is kept by number until
// rooms are known.
type spacesIn struct {
	places
	record map[string]string
	there  map[string]Space
}

func (s *spacesIn) take(l *imports.Line) Space {
	b := SpaceBody{}
	b.Number, _ = l.Text(headNumber)
	b.Area, _ = l.Text(headArea)
	b.Kind = imports.Word(l, headKind, turned(kindWords), "import.space_kind", "产权、租赁、公共")
	b.Place = imports.Word(l, headPlace, turned(placeWords), "import.space_place", "标准、子母、微型、无障碍、充电")
	b.Notes = l.Words(headNotes, mostNotes)
	if kind, ok := l.Text(headKind); ok && kind == "" {
		l.Fail(headKind, "required", nil)
	}
	is, err := Space{Community: s.community}.with(b)
	if err != nil && l.Wrong() == 0 {
		for _, f := range errs.Of(err).Fields {
			l.Fail(map[string]string{"number": headNumber, "area": headArea, "notes": headNotes, "kind": headKind}[f.Name], f.Code, f.Params)
		}
	}
	if s.record == nil {
		s.record = map[string]string{}
	}
	s.record[is.Number] = readRoom(l, headRecord)
	return is
}

func (s *spacesIn) fetch(ctx context.Context, tx *db.Tx) error {
	s.there = map[string]Space{}
	if err := s.places.fetch(ctx, tx); err != nil {
		return err
	}
	return db.Each(ctx, tx, `SELECT `+db.Columns[Space]("p")+` FROM parking_space p WHERE p.community_id = $1 AND {scope:p}`, []any{s.community}, func(is Space) error {
		s.there[is.Number] = is
		return nil
	})
}

func (s *spacesIn) decide(m imports.Mode, r Space, refuse imports.Refuse) (v imports.Verdict) {
	room := s.known(refuse, headRecord, s.record[r.Number])
	is, ok := s.there[r.Number]
	if !ok {
		return imports.Verdict{New: true}
	}
	v.Version = is.Version
	v.Changed = imports.Differs(m, refuse, headArea, is.Area, r.Area, imports.Same)
	v.Changed = imports.Differs(m, refuse, headKind, is.Kind, r.Kind, func(k string) string { return kindWords[k] }) || v.Changed
	v.Changed = imports.Differs(m, refuse, headPlace, is.Place, r.Place, func(k string) string { return placeWords[k] }) || v.Changed
	v.Changed = imports.Differs(m, refuse, headRecord, is.Room, room, func(housing.RoomID) string { return "" }) || v.Changed
	v.Changed = imports.Differs(m, refuse, headNotes, is.Notes, r.Notes, func(string) string { return "" }) || v.Changed
	if v.Changed && r.Kind == "public" && is.State == Sold {
		refuse(headKind, "parking.public_sold", nil)
	}
	return v
}

func (s *spacesIn) addAll(ctx context.Context, tx *db.Tx, rows []imports.Numbered[Space], j *imports.Journal) error {
	made := make([]Space, len(rows))
	for i, r := range rows {
		made[i] = r.Is
		made[i].ID, made[i].Version, made[i].Room = db.NewID[Space](tx), 1, s.rooms[s.record[r.Is.Number]]
		if made[i].Place == "" {
			made[i].Place = "standard"
		}
		j.Made("parking_space", db.ID(made[i].ID), r.Row)
	}
	return db.InsertAll(ctx, tx, "parking_space", made)
}

func (s *spacesIn) changeOne(ctx context.Context, tx *db.Tx, r imports.Numbered[Space], j *imports.Journal) error {
	is := s.there[r.Is.Number]
	was := is
	is.Area, is.Kind, is.Place, is.Notes = or(r.Is.Area, is.Area), or(r.Is.Kind, is.Kind), or(r.Is.Place, is.Place), or(r.Is.Notes, is.Notes)
	is.Room = or(s.rooms[s.record[is.Number]], is.Room)
	if err := db.Save(ctx, tx, "parking_space", &is); err != nil {
		return err
	}
	j.Changed("parking_space", db.ID(is.ID), is.Version, r.Row, was)
	return nil
}

func or[T comparable](said, is T) T {
	var none T
	if said == none {
		return is
	}
	return said
}

// restore puts a whole record back as it was, unless it was changed since.
func restore[T any](ctx context.Context, tx *db.Tx, table string, before []byte, version func(*T)) error {
	var was T
	if err := json.Unmarshal(before, &was); err != nil {
		return err
	}
	version(&was)
	return db.Save(ctx, tx, table, &was)
}

func restoreSpace(ctx context.Context, tx *db.Tx, _ db.ID, version int64, before []byte) error {
	return restore(ctx, tx, "parking_space", before, func(s *Space) {
		s.Version, s.SortKey = version, strings.TrimLeft(housing.Label{Room: s.Number}.SortKey(), " ")
	})
}

func restoreVehicle(ctx context.Context, tx *db.Tx, _ db.ID, version int64, before []byte) error {
	return restore(ctx, tx, "vehicle", before, func(v *Vehicle) { v.Version, v.Tail = version, tail(v.Plate) })
}

// VehiclesTemplate is the table of vehicles that are registered now.
func VehiclesTemplate() imports.Template {
	return imports.Template{
		Name: "vehicles", Title: "车辆", Needs: ActEdit, Modes: []imports.Mode{imports.New, imports.Update},
		Columns: []imports.Column{
			{Head: headPlate, Must: true, Also: []string{"车牌", "车牌号码", "车号"}, How: "例如 浙A12345、浙AD12345", HowEN: "such as 浙A12345 or 浙AD12345"},
			{Head: headMake, Also: []string{"车型"}, How: "小型车、货车、摩托车、其他。不填按小型车", HowEN: "小型车 car, 货车 truck, 摩托车 motorcycle, 其他 other; a car if empty"},
			{Head: headBrand, Also: []string{"车辆品牌"}, How: "最多 50 字", HowEN: "at most 50 characters"},
			{Head: headColour, Also: []string{"车辆颜色", "车身颜色"}, How: "最多 20 字", HowEN: "at most 20 characters"},
			{Head: headRoom, Must: true, Also: []string{"房号", "房屋编号", "所属房屋"}, How: "哪一户的车，例如 3-2-1502", HowEN: "whose household, such as 3-2-1502"},
			{Head: headNumber, Also: []string{"车位编号", "车位"}, How: "停在哪个车位，可以不填", HowEN: "where it stands; may be empty"},
			{Head: headFrom, Day: true, Also: []string{"起租时间", "有效期起", "月租开始"}, How: "与截止一起填", HowEN: "together with the last day"},
			{Head: headTo, Day: true, Also: []string{"结租时间", "有效期止", "到期日期", "月租结束"}, How: "最后一天", HowEN: "the last day"},
			notesColumn(),
		},
		Beside:  []string{"车主", "登记日期", "注销日期"},
		Records: []imports.Record{{Kind: "vehicle", Versioned: true, Restore: restoreVehicle, Held: []imports.Hold{{Table: "vehicle_permit", Column: "vehicle_id"}}}, {Kind: "vehicle_permit"}},
		Example: []any{"浙A12345", "小型车", "大众", "白", "3-2-1502", "B1-117", "2026-01-01", "2026-12-31", imports.ExampleMark + "：填写前请删除这一行"},
		New: func(community authz.CommunityID) imports.Work {
			c := &carsIn{places: places{community: community}}
			return &imports.Flat[car]{Kind: "vehicle", Head: headPlate, Begin: func() { c.coming = map[SpaceID]int64{} }, Take: c.take, Fetch: c.fetch, Key: func(v car) string { return v.Plate }, Decide: c.decide, Add: c.addAll, Change: c.changeOne}
		},
	}
}

// car is a row: a vehicle, with room and space as people name them.
type car struct {
	Vehicle
	room, space string
}

// carsIn imports vehicles.
type carsIn struct {
	places
	today  clock.Day
	there  map[string]Vehicle
	spaces map[string]Space
	load   map[SpaceID]int64 // cars of each space
	coming map[SpaceID]int64 // more of them, as far as the plan has come
	most   int64
}

func (c *carsIn) take(l *imports.Line) (r car) {
	b := VehicleBody{}
	b.Plate, _ = l.Text(headPlate)
	b.Kind = imports.Word(l, headMake, turned(vehicleWords), "import.vehicle_kind", "小型车、货车、摩托车、其他")
	b.Brand, _ = l.Text(headBrand)
	b.Colour, _ = l.Text(headColour)
	b.Room, _ = l.Text(headRoom)
	b.PermitFrom, b.PermitTo = l.Day(headFrom), l.Day(headTo)
	b.Notes = l.Words(headNotes, mostNotes)
	r.room = readRoom(l, headRoom)
	r.space, _ = l.Text(headNumber)
	r.space = strings.ToUpper(strings.TrimSpace(r.space))
	if b.Plate == "" {
		l.Fail(headPlate, "required", nil)
	}
	if l.Wrong() > 0 {
		return r
	}
	is, err := Vehicle{Community: c.community}.with(b)
	if err != nil {
		for _, f := range errs.Of(err).Fields {
			l.Fail(map[string]string{"plate": headPlate, "brand": headBrand, "colour": headColour, "notes": headNotes, "permitTo": headTo, "room": headRoom}[f.Name], f.Code, f.Params)
		}
	}
	r.Vehicle = is
	return r
}

func (c *carsIn) fetch(ctx context.Context, tx *db.Tx) (err error) {
	c.there, c.spaces, c.load = map[string]Vehicle{}, map[string]Space{}, map[SpaceID]int64{}
	if err := c.places.fetch(ctx, tx); err != nil {
		return err
	}
	if c.today, err = org.Today(ctx, tx, c.community); err != nil {
		return err
	}
	rules, err := settings(ctx, tx, c.community)
	if err != nil {
		return err
	}
	c.most = rules.MostPerSpace
	if err := db.Each(ctx, tx, `SELECT `+db.Columns[Space]("p")+` FROM parking_space p WHERE p.community_id = $1 AND {scope:p}`, []any{c.community}, func(is Space) error {
		c.spaces[is.Number] = is
		return nil
	}); err != nil {
		return err
	}
	return db.Each(ctx, tx, `SELECT `+db.Columns[Vehicle]("v")+` FROM vehicle v WHERE v.community_id = $1 AND v.ended_on IS NULL AND v.plate <> '' AND {scope:v}`, []any{c.community}, func(is Vehicle) error {
		c.there[is.Plate] = is
		c.load[is.Space]++
		return nil
	})
}

func (c *carsIn) decide(m imports.Mode, r car, refuse imports.Refuse) (v imports.Verdict) {
	room := c.known(refuse, headRoom, r.room)
	space, ok := c.spaces[r.space]
	switch {
	case r.space == "":
	case !ok:
		refuse(headNumber, "parking.space_unknown", nil)
	case space.State == Blocked:
		refuse(headNumber, "parking.space_blocked", nil)
	}
	is, there := c.there[r.Plate]
	if space.ID != 0 && is.Space != space.ID && c.load[space.ID]+c.coming[space.ID] >= c.most {
		refuse(headNumber, ErrSpaceFull.Code, map[string]any{"n": c.most})
	}
	if space.ID != 0 && is.Space != space.ID {
		c.coming[space.ID]++
	}
	if !there {
		return imports.Verdict{New: true}
	}
	v.Version = is.Version
	day := func(d clock.Day) string {
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	hide := func(string) string { return "" }
	v.Changed = imports.Differs(m, refuse, headMake, is.Kind, r.Kind, func(k string) string { return vehicleWords[k] })
	v.Changed = imports.Differs(m, refuse, headBrand, is.Brand, r.Brand, imports.Same) || v.Changed
	v.Changed = imports.Differs(m, refuse, headColour, is.Colour, r.Colour, imports.Same) || v.Changed
	v.Changed = imports.Differs(m, refuse, headRoom, is.Room, room, func(housing.RoomID) string { return "" }) || v.Changed
	v.Changed = imports.Differs(m, refuse, headNumber, is.Space, space.ID, func(SpaceID) string { return "" }) || v.Changed
	v.Changed = imports.Differs(m, refuse, headFrom, is.PermitFrom, r.PermitFrom, day) || v.Changed
	v.Changed = imports.Differs(m, refuse, headTo, is.PermitTo, r.PermitTo, day) || v.Changed
	v.Changed = imports.Differs(m, refuse, headNotes, is.Notes, r.Notes, hide) || v.Changed
	return v
}

func (c *carsIn) addAll(ctx context.Context, tx *db.Tx, rows []imports.Numbered[car], j *imports.Journal) error {
	made, permits := make([]Vehicle, len(rows)), []Permit{}
	for i, r := range rows {
		is := r.Is.Vehicle
		is.ID, is.Version, is.From, is.Room, is.Space, is.Kind = db.NewID[Vehicle](tx), 1, c.today, c.rooms[r.Is.room], c.spaces[r.Is.space].ID, or(is.Kind, "car")
		made[i] = is
		j.Made("vehicle", db.ID(is.ID), r.Row)
		if !is.PermitTo.IsZero() {
			permits = append(permits, c.permit(tx, is, r.Row, j))
		}
	}
	if err := db.InsertAll(ctx, tx, "vehicle", made); err != nil {
		return err
	}
	return db.InsertAll(ctx, tx, "vehicle_permit", permits)
}

func (c *carsIn) permit(tx *db.Tx, is Vehicle, row int, j *imports.Journal) Permit {
	p := Permit{ID: db.NewID[Permit](tx), Community: c.community, Vehicle: is.ID, From: is.PermitFrom, To: is.PermitTo, At: tx.Now, ByName: tx.Who.Name}
	j.Made("vehicle_permit", db.ID(p.ID), row)
	return p
}

func (c *carsIn) changeOne(ctx context.Context, tx *db.Tx, r imports.Numbered[car], j *imports.Journal) error {
	is := c.there[r.Is.Plate]
	was, said := is, r.Is.Vehicle
	is.Kind, is.Brand, is.Colour, is.Notes = or(said.Kind, is.Kind), or(said.Brand, is.Brand), or(said.Colour, is.Colour), or(said.Notes, is.Notes)
	is.Room, is.Space = or(c.rooms[r.Is.room], is.Room), or(c.spaces[r.Is.space].ID, is.Space)
	is.PermitFrom, is.PermitTo = or(said.PermitFrom, is.PermitFrom), or(said.PermitTo, is.PermitTo)
	if err := db.Save(ctx, tx, "vehicle", &is); err != nil {
		return err
	}
	j.Changed("vehicle", db.ID(is.ID), is.Version, r.Row, was)
	if is.PermitFrom == was.PermitFrom && is.PermitTo == was.PermitTo {
		return nil
	}
	return db.Insert(ctx, tx, "vehicle_permit", c.permit(tx, is, r.Row, j))
}
