package customer

import (
	"cmp"
	"context"
	"slices"

	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/vault"
)

// The headings of people in tables (CUS-07).
const (
	headOwner    = "业主姓名"
	headMobile   = "手机号"
	headRelation = "关系"
)

const maxNotes = 500

const relationList = "业主、家人、租户、代理人、访客"

var (
	relationWords = map[string]RelationKind{
		"业主": Owner, "家人": Family, "租户": Tenant, "代理人": Agent, "访客": Guest, "产权人": Owner, "家属": Family, "家庭成员": Family, "租客": Tenant, "承租人": Tenant, "代理": Agent,
	}
	relationName = map[RelationKind]string{Owner: "业主", Family: "家人", Tenant: "租户", Agent: "代理人", Guest: "访客"}
	kindBit      = map[RelationKind]uint8{Owner: 1, Family: 2, Tenant: 4, Agent: 8, Guest: 16}
)

func nameColumn(head, how, howEN string) imports.Column {
	also := []string{"姓名", "业主名称", "业主", "业主名", "产权人", "产权人姓名", "客户名称", "客户姓名", "住户姓名", "成员名称", "名称", "name"}
	return imports.Column{Head: head, Also: slices.DeleteFunc(also, func(s string) bool { return s == head }), How: how, HowEN: howEN}
}

func mobileColumn() imports.Column {
	return imports.Column{Head: headMobile, Also: []string{"联系电话", "手机", "手机号码", "业主电话", "业主手机", "业主手机号", "电话", "联系方式", "移动电话", "mobile", "phone"},
		How: "11 位手机号，或带区号的座机号", HowEN: "a mobile of 11 digits, or a fixed line with its area code"}
}

func relationColumn() imports.Column {
	return imports.Column{Head: headRelation, Also: []string{"与业主关系", "身份", "人员身份", "人员类型", "成员类型", "住户类型", "业主类型"},
		How: relationList + "。不填按业主", HowEN: "业主 owner, 家人 family, 租户 tenant, 代理人 agent, 访客 guest; an owner if empty"}
}

func notesColumn() imports.Column {
	return imports.Column{Head: housing.HeadNotes, Also: []string{"说明", "备注信息", "remark"}, Width: 40,
		How: "最多 500 字。有人的行记在此人名下，否则记在房屋名下", HowEN: "at most 500 characters; kept with the person, or with the room of a row without one"}
}

// readPerson reads name and number of a row.
func readPerson(l *imports.Line, head string) (name, number string) {
	text, ok := l.Text(head)
	if ok && text != "" {
		var err error
		if name, err = ParseName(text); err != nil {
			l.FailErr(head, err)
		}
	}
	digits, ok := l.Text(headMobile)
	if ok && digits != "" {
		phone, err := ParseMobile(digits)
		if err != nil {
			l.FailErr(headMobile, err)
		}
		number = phone.Number
	}
	return name, number
}

// person is who somebody is in a table: two rows with the same name and
// number are about one person.
type person struct{ name, mobile string }

// living is somebody within a room that is there, livingKey within any.
type (
	living struct {
		room housing.RoomID
		name string
	}
	livingKey struct{ room, name string }
)

// tied is somebody who belongs or belonged to a room.
type tied struct {
	id    ID
	kinds uint8 // of kindBit
}

// archive is what an import must know of somebody who is there.
type archive struct {
	version int64
	notes   string
	numbers []string // indexes; numbers themselves are sealed
}

// people is the part of an import that is about customers.
type people struct {
	community authz.CommunityID
	archives  map[ID]archive
	byName    map[person]ID // by name and the index of each of their numbers
	living    map[living]tied
	vault     *vault.Vault

	newcomers []newcomer
	fresh     map[person]int // index into newcomers
	changes   []growth
	growing   map[ID]int // index into changes
	made      []ID       // by newcomer
}

// newcomer is a customer to add.
type newcomer struct {
	person
	kind  Kind
	tags  Tags
	notes string
	row   int
}

// growth is what is added to an archive that is there.
type growth struct {
	row     int
	id      ID
	version int64
	number  string // becomes the primary one
	notes   string
}

func (p *people) load(ctx context.Context, tx *db.Tx) error {
	p.archives, p.byName, p.living, p.vault = map[ID]archive{}, map[person]ID{}, map[living]tied{}, tx.Vault()
	names := map[ID]string{}
	type named struct {
		ID      ID     `db:"id"`
		Name    string `db:"name"`
		Notes   string `db:"notes"`
		Version int64  `db:"version"`
		Clear   string `db:"mobile"`
		Index   string `db:"mobile_index"`
	}
	if err := db.Each(ctx, tx, `
		SELECT c.id, c.name, c.notes, c.version, COALESCE(m.mobile, '') AS mobile, COALESCE(m.mobile_index, '') AS mobile_index FROM customer c
		LEFT JOIN customer_mobile m ON m.community_id = c.community_id AND m.customer_id = c.id
		WHERE c.community_id = $1 AND c.erased_at IS NULL AND c.merged_into IS NULL AND {scope:c}`, []any{p.community}, func(n named) error {
		names[n.ID] = n.Name
		a := p.archives[n.ID]
		a.version, a.notes = n.Version, n.Notes
		if n.Clear != "" {
			n.Index = p.vault.Index(indexMobile, n.Clear)
		}
		if n.Index != "" {
			p.byName[person{n.Name, n.Index}] = n.ID
			a.numbers = append(a.numbers, n.Index)
		}
		p.archives[n.ID] = a
		return nil
	}); err != nil {
		return err
	}
	type bond struct {
		Room     housing.RoomID `db:"room_id"`
		Customer ID             `db:"customer_id"`
		Kind     RelationKind   `db:"kind"`
	}
	return db.Each(ctx, tx, `SELECT r.room_id, r.customer_id, r.kind FROM relation r WHERE r.community_id = $1 AND {scope:r}`, []any{p.community}, func(b bond) error {
		name, alive := names[b.Customer]
		if !alive {
			return nil
		}
		at := living{b.Room, name}
		t, ok := p.living[at]
		if !ok {
			t.id = b.Customer
		}
		t.kinds |= kindBit[b.Kind]
		p.living[at] = t
		return nil
	})
}

func (p *people) begin() {
	p.newcomers, p.fresh, p.changes, p.growing, p.made = nil, map[person]int{}, nil, map[ID]int{}, nil
}

// has finds somebody by name and number.
func (p *people) has(who person) (ID, bool) {
	if who.mobile == "" || len(p.byName) == 0 {
		return 0, false
	}
	for _, x := range p.vault.Indexes(indexMobile, who.mobile) {
		if id, ok := p.byName[person{who.name, x}]; ok {
			return id, true
		}
	}
	return 0, false
}

// calls reports whether a number is one of somebody's.
func (p *people) calls(who ID, number string) bool {
	return slices.ContainsFunc(p.vault.Indexes(indexMobile, number), func(x string) bool { return slices.Contains(p.archives[who].numbers, x) })
}

// newcomer adds somebody, unless an earlier row has the same name and number.
func (p *people) newcomer(n newcomer) (at int, isNew bool) {
	if at, ok := p.fresh[n.person]; ok && n.mobile != "" {
		if p.newcomers[at].notes == "" {
			p.newcomers[at].notes = n.notes
		}
		return at, false
	}
	p.fresh[n.person] = len(p.newcomers)
	p.newcomers = append(p.newcomers, n)
	p.made = append(p.made, 0)
	return len(p.newcomers) - 1, true
}

// grow adds a number or notes to an archive and returns the index of the change
// plus 1, 0 where there is none of this row's own.
func (p *people) grow(row int, who ID, number, notes string) int {
	a := p.archives[who]
	if notes == a.notes {
		notes = ""
	}
	if number == "" && notes == "" {
		return 0
	}
	if at, ok := p.growing[who]; ok { // an earlier row has changed them
		g := &p.changes[at]
		if g.number == "" {
			g.number = number
		}
		if g.notes == "" {
			g.notes = notes
		}
		return 0
	}
	p.growing[who] = len(p.changes)
	p.changes = append(p.changes, growth{row, who, a.version, number, notes})
	return len(p.changes)
}

// change writes what is added to an archive.
func (p *people) change(ctx context.Context, tx *db.Tx, at int, j *imports.Journal) error {
	g := p.changes[at]
	was := shape{Notes: p.archives[g.id].notes}
	notes := was.Notes
	if g.notes != "" {
		notes = g.notes
	}
	n, err := tx.Exec(ctx, `UPDATE customer SET notes = $1, version = version + 1 WHERE id = $2 AND version = $3 AND erased_at IS NULL AND {scope}`, notes, g.id, g.version)
	if err != nil || n == 0 {
		return cmp.Or(err, stale(n))
	}
	if g.number != "" {
		if was, err = p.ring(ctx, tx, g.id, g.number); err != nil {
			return err
		}
		was.Notes = p.archives[g.id].notes
	}
	j.Changed("customer", db.ID(g.id), g.version+1, g.row, was)
	return nil
}

// ring adds a number that becomes the primary one, and says how to take it away.
func (p *people) ring(ctx context.Context, tx *db.Tx, who ID, number string) (was shape, err error) {
	primary, err := db.All[db.ID](ctx, tx, `SELECT id FROM customer_mobile WHERE community_id = $1 AND customer_id = $2 AND is_primary = $3 AND {scope}`, p.community, who, true)
	if err != nil {
		return was, err
	}
	for _, was.Primary = range primary {
		if _, err := tx.Exec(ctx, `UPDATE customer_mobile SET is_primary = $1 WHERE id = $2 AND {scope}`, false, was.Primary); err != nil {
			return was, err
		}
	}
	m := mobile{ID: db.NewID[mobile](tx), Community: p.community, Customer: who, Number: number, Primary: true}
	m.seal(tx.Vault())
	was.Number = db.ID(m.ID)
	return was, db.Insert(ctx, tx, "customer_mobile", m)
}

// add writes newcomers.
func (p *people) add(ctx context.Context, tx *db.Tx, list []int, j *imports.Journal) error {
	n := len(list)
	if n == 0 {
		return nil
	}
	number, err := archiveNumbers(ctx, tx, p.community, n)
	if err != nil {
		return err
	}
	customers, mobiles := make([]Customer, n), make([]mobile, 0, n)
	next, nextMobile := db.Block[Customer](tx, n), db.Block[mobile](tx, n)
	for i, at := range list {
		c := p.newcomers[at]
		customers[i] = Customer{ID: next, Community: p.community, ArchiveNo: number(i), Kind: c.kind, Tags: c.tags, Notes: c.notes, Version: 1}
		customers[i].call(c.name)
		p.made[at] = next
		j.Made("customer", db.ID(next), c.row)
		if c.mobile != "" {
			m := mobile{ID: nextMobile, Community: p.community, Customer: next, Number: c.mobile, Primary: true}
			m.seal(tx.Vault())
			mobiles = append(mobiles, m)
			j.Made("customer_mobile", db.ID(nextMobile), c.row)
			nextMobile += id.Stride
		}
		next += id.Stride
	}
	if err := db.InsertAll(ctx, tx, "customer", customers); err != nil {
		return err
	}
	return db.InsertAll(ctx, tx, "customer_mobile", mobiles)
}

// orNone keeps a message whole where there is nothing.
func orNone(s string) string {
	if s == "" {
		return "—"
	}
	return s
}
