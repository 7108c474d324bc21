package customer

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// More headings of people in tables.
const (
	headArchive  = "档案号"
	headName     = "姓名"
	headKind     = "类型"
	headIdentity = "证件类型"
	headNumber   = "证件号码"
	headTags     = "标签"
)

var (
	kindWords     = map[string]Kind{"个人": Person, "单位": Organisation, "自然人": Person, "公司": Organisation, "企业": Organisation}
	kindName      = map[Kind]string{Person: "个人", Organisation: "单位"}
	identityWords = map[string]IdentityKind{
		"身份证": "id_card", "居民身份证": "id_card", "护照": "passport", "回乡证": "home_return", "港澳居民来往内地通行证": "home_return",
		"台胞证": "taiwan", "居住证": "residence", "统一社会信用代码": "credit_code", "营业执照": "credit_code",
	}
)

// folk is what a row says of a customer.
type folk struct {
	archive string
	name    string
	kind    Kind
	mobile  string
	paper   IdentityKind
	number  string
	tags    []string // nil: not said
	notes   string
}

// CustomersTemplate is the table of archives, without their rooms.
func CustomersTemplate() imports.Template {
	return imports.Template{
		Name: "customers", Title: "客户", Needs: ActEdit, Modes: []imports.Mode{imports.New, imports.Update},
		Columns: []imports.Column{
			{Head: headArchive, Also: []string{"客户编号", "档案编号"}, How: "系统给的编号；新客户不填", HowEN: "as the system gave it; empty for new customers"},
			nameMust(),
			{Head: headKind, Also: []string{"客户类型", "客户性质"}, How: "个人、单位。不填按个人", HowEN: "个人 person, 单位 organisation; a person if empty"},
			mobileColumn(),
			{Head: headIdentity, Also: []string{"证件种类", "证件类别"}, How: "身份证、护照、回乡证、台胞证、居住证、统一社会信用代码。不填按身份证", HowEN: "身份证 identity card, 护照 passport, 回乡证, 台胞证, 居住证, 统一社会信用代码; an identity card if empty"},
			{Head: headNumber, Also: []string{"身份证号", "身份证号码", "证件号", "身份证"}, How: "与证件类型一致", HowEN: "of that kind"},
			{Head: headTags, Also: []string{"客户标签"}, How: "用顿号隔开，例如 VIP、独居老人", HowEN: "apart by 、, such as VIP、独居老人"},
			{Head: housing.HeadNotes, Also: []string{"说明", "remark"}, Width: 40, How: "最多 500 字", HowEN: "at most 500 characters"},
		},
		Beside:  []string{"房屋", "关系", "编号"},
		Records: folkRecords,
		Example: []any{nil, "李娜", "个人", "13800005678", nil, nil, "VIP", imports.ExampleMark + "：填写前请删除这一行"},
		New: func(community authz.CommunityID) imports.Work {
			f := &folks{people: people{community: community}}
			return &imports.Flat[folk]{Kind: "customer", Head: headName, Take: takeFolk, Fetch: f.fetch, Key: folk.key, Decide: f.decide, Add: f.addAll, Change: f.changeOne}
		},
	}
}

func nameMust() imports.Column {
	c := nameColumn(headName, "单位填全称", "organisations by their full name")
	c.Must = true
	return c
}

func takeFolk(l *imports.Line) (f folk) {
	f.archive, _ = l.Text(headArchive)
	f.name, f.mobile = readPerson(l, headName)
	if text, ok := l.Text(headName); ok && text == "" {
		l.Fail(headName, "required", nil)
	}
	f.kind = imports.Word(l, headKind, kindWords, "import.customer_kind", "个人、单位")
	f.paper = imports.Word(l, headIdentity, identityWords, "import.identity_kind", "身份证、护照、回乡证、台胞证、居住证、统一社会信用代码")
	if number, ok := l.Text(headNumber); ok && number != "" {
		if f.paper == "" {
			f.paper = "id_card"
		}
		var wrong errs.Fields
		made := identities([]IdentityDraft{{Kind: f.paper, Number: number}}, nil, &wrong)
		if len(wrong) > 0 {
			l.Fail(headNumber, wrong[0].Code, wrong[0].Params)
		} else if len(made) == 1 {
			f.number = made[0].number
		}
	}
	if text, ok := l.Text(headTags); ok && text != "" {
		f.tags = strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、,，;；", r) })
		for _, tag := range f.tags {
			if utf8.RuneCountInString(tag) > maxTag || strings.ContainsFunc(tag, unseen) {
				l.Fail(headTags, "too_long", map[string]any{"max": maxTag})
			}
		}
	}
	f.notes = l.Words(housing.HeadNotes, maxNotes)
	if l.Wrong() == 0 && f.archive == "" && f.mobile == "" && f.number == "" {
		l.Fail(headName, "import.customer_key", nil)
	}
	return f
}

// key says who a row is about: an archive, a document, or a name with a number.
func (f folk) key() string {
	switch {
	case f.archive != "":
		return "a" + f.archive
	case f.number != "":
		return "d" + f.number
	}
	return "m" + f.name + "\x00" + f.mobile
}

// folks compares rows with the archives that are there.
type folks struct {
	people
	byNo    map[string]ID
	byPaper map[string]ID
	known   map[ID]Customer
	papers  map[ID][]string
}

func (f *folks) fetch(ctx context.Context, tx *db.Tx) error {
	if err := f.load(ctx, tx); err != nil {
		return err
	}
	f.byNo, f.byPaper, f.known, f.papers = map[string]ID{}, map[string]ID{}, map[ID]Customer{}, map[ID][]string{}
	if err := db.Each(ctx, tx, `SELECT c.id, c.archive_no, c.kind, c.name, c.tags, c.notes, c.version FROM customer c WHERE c.community_id = $1 AND c.erased_at IS NULL AND c.merged_into IS NULL AND {scope:c}`, []any{f.community}, func(c Customer) error {
		f.byNo[c.ArchiveNo], f.known[c.ID] = c.ID, c
		return nil
	}); err != nil {
		return err
	}
	type paper struct {
		Customer ID     `db:"customer_id"`
		Index    string `db:"number_index"`
	}
	return db.Each(ctx, tx, `SELECT customer_id, number_index FROM customer_identity WHERE community_id = $1 AND {scope}`, []any{f.community}, func(p paper) error {
		f.byPaper[p.Index] = p.Customer
		f.papers[p.Customer] = append(f.papers[p.Customer], p.Index)
		return nil
	})
}

// find is the archive that a row is about.
func (f *folks) find(r folk) (ID, bool) {
	if r.archive != "" {
		id, ok := f.byNo[r.archive]
		return id, ok
	}
	for _, x := range f.vault.Indexes(indexIdentity, r.number) {
		if id, ok := f.byPaper[x]; ok {
			return id, true
		}
	}
	return f.has(person{r.name, r.mobile})
}

func (f *folks) decide(m imports.Mode, r folk, refuse imports.Refuse) (v imports.Verdict) {
	id, there := f.find(r)
	if !there {
		if r.archive != "" {
			refuse(headArchive, "import.archive_unknown", nil)
		}
		return imports.Verdict{New: true}
	}
	c := f.known[id]
	v.Version = c.Version
	differs := func(is bool) { v.Changed = v.Changed || is }
	differs(imports.Differs(m, refuse, headName, c.Name, r.name, func(string) string { return "" }))
	differs(imports.Differs(m, refuse, headKind, c.Kind, r.kind, func(k Kind) string { return kindName[k] }))
	differs(imports.Differs(m, refuse, headTags, strings.Join(c.Tags, "、"), strings.Join(r.tags, "、"), func(string) string { return "" }))
	differs(imports.Differs(m, refuse, housing.HeadNotes, c.Notes, r.notes, func(string) string { return "" }))
	if r.mobile != "" && !f.calls(id, r.mobile) {
		differs(imports.Differs(m, refuse, headMobile, "", r.mobile, imports.Same))
	}
	if r.number != "" && !f.holds(id, r.number) {
		differs(imports.Differs(m, refuse, headNumber, "", r.number, imports.Same))
	}
	return v
}

func (f *folks) holds(id ID, number string) bool {
	return slices.ContainsFunc(f.vault.Indexes(indexIdentity, number), func(x string) bool { return slices.Contains(f.papers[id], x) })
}

func (f *folks) addAll(ctx context.Context, tx *db.Tx, rows []imports.Numbered[folk], j *imports.Journal) error {
	f.begin()
	list := make([]int, len(rows))
	for i, r := range rows {
		kind := r.Is.kind
		if kind == "" {
			kind = Person
		}
		list[i], _ = f.newcomer(newcomer{person{r.Is.name, r.Is.mobile}, kind, r.Is.tags, r.Is.notes, r.Row})
	}
	if err := f.add(ctx, tx, list, j); err != nil {
		return err
	}
	for i, r := range rows {
		if r.Is.number == "" {
			continue
		}
		if err := f.paper(ctx, tx, f.made[list[i]], r, j); err != nil {
			return err
		}
	}
	return nil
}

func (f *folks) paper(ctx context.Context, tx *db.Tx, who ID, r imports.Numbered[folk], j *imports.Journal) error {
	p := Identity{ID: db.NewID[Identity](tx), Community: f.community, Customer: who, Kind: r.Is.paper, number: r.Is.number}
	p.seal(tx.Vault())
	j.Made("customer_identity", db.ID(p.ID), r.Row)
	return db.Insert(ctx, tx, "customer_identity", p)
}

// face is what is kept of an archive before its table changes it.
type face struct {
	Name   string `json:"name"`
	Kind   Kind   `json:"kind"`
	Tags   Tags   `json:"tags"`
	Notes  string `json:"notes"`
	Number shape  `json:"number"`
}

func (f *folks) changeOne(ctx context.Context, tx *db.Tx, r imports.Numbered[folk], j *imports.Journal) error {
	id, _ := f.find(r.Is)
	c, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	if c.Version != f.known[id].Version || c.ErasedAt != nil {
		return db.ErrStale
	}
	was := face{c.Name, c.Kind, c.Tags, c.Notes, shape{}}
	c.call(r.Is.name)
	if r.Is.kind != "" {
		c.Kind = r.Is.kind
	}
	if r.Is.tags != nil {
		c.Tags = r.Is.tags
	}
	if r.Is.notes != "" {
		c.Notes = r.Is.notes
	}
	if r.Is.mobile != "" && !f.calls(id, r.Is.mobile) {
		if was.Number, err = f.ring(ctx, tx, id, r.Is.mobile); err != nil {
			return err
		}
	}
	if r.Is.number != "" && !f.holds(id, r.Is.number) {
		if err := f.paper(ctx, tx, id, r, j); err != nil {
			return err
		}
	}
	if err := db.Save(ctx, tx, "customer", &c); err != nil {
		return err
	}
	j.Changed("customer", db.ID(id), c.Version, r.Row, was)
	return nil
}

func restoreFace(ctx context.Context, tx *db.Tx, id db.ID, version int64, before []byte) error {
	var was face
	if err := json.Unmarshal(before, &was); err != nil {
		return err
	}
	c, err := get(ctx, tx, ID(id))
	if err != nil {
		return err
	}
	if c.Version != version {
		return db.ErrStale
	}
	c.call(was.Name)
	c.Kind, c.Tags, c.Notes = was.Kind, was.Tags, was.Notes
	if err := db.Save(ctx, tx, "customer", &c); err != nil {
		return err
	}
	return was.Number.silence(ctx, tx)
}

// folkRecords are what a table of archives makes; documents stand before
// numbers, and both before the archive when it is undone.
var folkRecords = []imports.Record{
	{Kind: "customer", Versioned: true, Restore: restoreFace, Held: importRecords[0].Held},
	{Kind: "customer_mobile"},
	{Kind: "customer_identity"},
}
