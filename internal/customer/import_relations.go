package customer

import (
	"context"
	"encoding/json"
	"regexp"

	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Headings of relations in tables.
const (
	headShare = "份额"
	headFrom  = "起始日期"
	headTo    = "截止日期"
)

// shareForm is a share as people write it: 1/2, 50%, 33.33%.
var shareForm = regexp.MustCompile(`^(?:[1-9][0-9]{0,3}/[1-9][0-9]{0,3}|(?:100|[0-9]{1,2})(?:\.[0-9]{1,4})?%)$`)

// bond is what a row says of a customer and a room.
type bond struct {
	folk
	room  housing.Label
	kind  RelationKind
	share string
	from  clock.Day
	to    clock.Day
}

// RelationsTemplate is the table of who belongs to which room, for rooms and
// archives that are there.
func RelationsTemplate() imports.Template {
	columns := append([]imports.Column{}, housing.PlaceColumns...)
	return imports.Template{
		Name: "relations", Title: "客户与房屋的关系", Needs: ActEdit, Modes: []imports.Mode{imports.New, imports.Update},
		Columns: append(columns,
			imports.Column{Head: headArchive, Also: []string{"客户编号", "档案编号"}, How: "不填时按姓名和手机号找", HowEN: "if empty, found by name and number"},
			nameMust(), mobileColumn(), relationColumn(),
			imports.Column{Head: headShare, Also: []string{"产权份额", "占比", "产权比例"}, How: "例如 1/2、50%", HowEN: "such as 1/2 or 50%"},
			imports.Column{Head: headFrom, Day: true, Also: []string{"开始日期", "入住日期", "起始时间", "开始时间"}, How: "例如 2026-01-05", HowEN: "such as 2026-01-05"},
			imports.Column{Head: headTo, Day: true, Also: []string{"结束日期", "迁出日期", "截止时间", "结束时间"}, How: "不填表示仍然有效", HowEN: "empty: it goes on"},
			imports.Column{Head: housing.HeadNotes, Also: []string{"说明", "remark"}, Width: 40, How: "只给填表的人看，不导入", HowEN: "for whoever fills the table, not imported"},
		),
		Records: []imports.Record{{Kind: "relation", Versioned: true, Restore: restoreRelation}},
		Example: []any{"3", "2", "1502", nil, "李娜", "13800005678", "业主", "1/2", "2026-01-05", nil, imports.ExampleMark + "：填写前请删除这一行"},
		New: func(community authz.CommunityID) imports.Work {
			b := &bonds{folks: folks{people: people{community: community}}}
			return &imports.Flat[bond]{Kind: "relation", Head: headName, Take: takeBond, Fetch: b.fetch, Key: bond.key, Decide: b.decide, Add: b.addAll, Change: b.changeOne}
		},
	}
}

func takeBond(l *imports.Line) (b bond) {
	b.room = housing.ReadPlace(l)
	b.archive, _ = l.Text(headArchive)
	b.name, b.mobile = readPerson(l, headName)
	if text, ok := l.Text(headName); ok && text == "" {
		l.Fail(headName, "required", nil)
	}
	if b.kind = imports.Word(l, headRelation, relationWords, "import.relation", relationList); b.kind == "" {
		b.kind = Owner
	}
	if text, ok := l.Text(headShare); ok && text != "" {
		if b.share = text; !shareForm.MatchString(text) {
			l.Fail(headShare, "import.share", nil)
		}
	}
	b.from, b.to = l.Day(headFrom), l.Day(headTo)
	if !b.from.IsZero() && !b.to.IsZero() && b.to.Before(b.from) {
		l.Fail(headTo, "import.period", nil)
	}
	l.Words(housing.HeadNotes, maxNotes)
	return b
}

func (b bond) key() string {
	return b.room.Key() + "\x00" + b.folk.key() + "\x00" + string(b.kind) + "\x00" + b.name
}

// bonds compares rows with the relations that are there.
type bonds struct {
	folks
	rooms map[string]housing.RoomID
	bonds map[bondKey]Relation // the latest of each
}

type bondKey struct {
	room housing.RoomID
	who  ID
	kind RelationKind
}

func (b *bonds) fetch(ctx context.Context, tx *db.Tx) error {
	if err := b.folks.fetch(ctx, tx); err != nil {
		return err
	}
	b.rooms, b.bonds = map[string]housing.RoomID{}, map[bondKey]Relation{}
	type room struct {
		ID  housing.RoomID `db:"id"`
		Key string         `db:"label_key"`
	}
	if err := db.Each(ctx, tx, `SELECT id, label_key FROM room WHERE community_id = $1 AND {scope}`, []any{b.community}, func(r room) error {
		b.rooms[r.Key] = r.ID
		return nil
	}); err != nil {
		return err
	}
	return db.Each(ctx, tx, `SELECT `+db.Columns[Relation]("r")+` FROM relation r WHERE r.community_id = $1 AND {scope:r} ORDER BY r.id`, []any{b.community}, func(r Relation) error {
		b.bonds[bondKey{r.Room, r.Customer, r.Kind}] = r
		return nil
	})
}

// who finds the archive of a row: by its number, by name and mobile, or by the
// name of somebody who belongs to the room already.
func (b *bonds) who(r bond, room housing.RoomID) (ID, bool) {
	if r.archive != "" || r.mobile != "" {
		return b.find(r.folk)
	}
	t, ok := b.living[living{room, r.name}]
	return t.id, ok
}

func (b *bonds) decide(m imports.Mode, r bond, refuse imports.Refuse) (v imports.Verdict) {
	room, ok := b.rooms[r.room.Key()]
	if !ok {
		refuse(housing.HeadRoom, "import.room_unknown", map[string]any{"room": r.room.String()})
		return v
	}
	who, ok := b.who(r, room)
	if !ok || b.known[who].Name != r.name {
		refuse(headName, "import.customer_unknown", nil)
		return v
	}
	is, ok := b.bonds[bondKey{room, who, r.kind}]
	if !ok {
		return imports.Verdict{New: true}
	}
	v.Version = is.Version
	day := func(d clock.Day) string {
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	v.Changed = imports.Differs(m, refuse, headShare, is.Share, r.share, imports.Same) || v.Changed
	v.Changed = imports.Differs(m, refuse, headFrom, is.From, r.from, day) || v.Changed
	v.Changed = imports.Differs(m, refuse, headTo, is.To, r.to, day) || v.Changed
	return v
}

func (b *bonds) addAll(ctx context.Context, tx *db.Tx, rows []imports.Numbered[bond], j *imports.Journal) error {
	made := make([]Relation, len(rows))
	for i, r := range rows {
		room := b.rooms[r.Is.room.Key()]
		who, _ := b.who(r.Is, room)
		made[i] = Relation{ID: db.NewID[Relation](tx), Community: b.community, Customer: who, Room: room, Kind: r.Is.kind, Share: r.Is.share, From: r.Is.from, To: r.Is.to, Version: 1}
		j.Made("relation", db.ID(made[i].ID), r.Row)
	}
	return db.InsertAll(ctx, tx, "relation", made)
}

// term is what is kept of a relation before it is changed.
type term struct {
	Share string    `json:"share"`
	From  clock.Day `json:"from,omitzero"`
	To    clock.Day `json:"to,omitzero"`
}

func (b *bonds) changeOne(ctx context.Context, tx *db.Tx, r imports.Numbered[bond], j *imports.Journal) error {
	room := b.rooms[r.Is.room.Key()]
	who, _ := b.who(r.Is, room)
	is := b.bonds[bondKey{room, who, r.Is.kind}]
	was := term{is.Share, is.From, is.To}
	if r.Is.share != "" {
		is.Share = r.Is.share
	}
	if !r.Is.from.IsZero() {
		is.From = r.Is.from
	}
	if !r.Is.to.IsZero() {
		is.To = r.Is.to
	}
	if err := db.Save(ctx, tx, "relation", &is); err != nil {
		return err
	}
	j.Changed("relation", db.ID(is.ID), is.Version, r.Row, was)
	return nil
}

func restoreRelation(ctx context.Context, tx *db.Tx, id db.ID, version int64, before []byte) error {
	var was term
	if err := json.Unmarshal(before, &was); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE relation SET share = $1, from_on = $2, to_on = $3, version = version + 1 WHERE id = $4 AND version = $5 AND {scope}`, was.Share, was.From, was.To, id, version)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return err
}
