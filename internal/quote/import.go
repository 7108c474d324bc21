package quote

import (
	"context"
	"encoding/json"
	"strconv"

	"guanjia/internal/audit"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/ticket"
)

// The headings of price lists in tables.
const (
	headCode    = "编号"
	headName    = "名称"
	headKind    = "类别"
	headUnit    = "单位"
	headPrice   = "单价"
	headDays    = "保修天数"
	headOffered = "是否启用"
	headNotes   = "备注"
)

var (
	kindWords    = map[string]string{"人工": "labour", "配件": "part"}
	offeredWords = map[string]string{"是": "yes", "否": "no"}
)

// ImportTemplate is the table of a community's price list (TIC-07).
func ImportTemplate() imports.Template {
	return imports.Template{
		Name: "prices", Title: "价目表", Needs: ActPrices, Modes: []imports.Mode{imports.New, imports.Update},
		Columns: []imports.Column{
			{Head: headCode, Must: true, Also: []string{"项目编号", "代码"}, How: "在小区里不重复，例如 L-01", HowEN: "unique in the community, such as L-01"},
			{Head: headName, Must: true, Also: []string{"项目名称", "项目"}, How: "最多 60 字", HowEN: "at most 60 characters"},
			{Head: headKind, Must: true, How: "人工、配件", HowEN: "人工 labour, 配件 part"},
			{Head: headUnit, Must: true, Also: []string{"计量单位"}, How: "例如 次、只、米", HowEN: "such as 次, 只, 米"},
			{Head: headPrice, Must: true, Also: []string{"价格", "金额"}, How: "元，最多两位小数", HowEN: "yuan, two decimals at most"},
			{Head: headDays, Must: true, Also: []string{"质保天数"}, How: "0 到 3650", HowEN: "0 to 3650"},
			{Head: headOffered, Must: true, How: "是、否", HowEN: "是 yes, 否 no"},
			{Head: headNotes, Width: 30, How: "只供阅读，不导入", HowEN: "for the reader; not imported"},
		},
		Records: []imports.Record{{Kind: "price_item", Versioned: true, Held: []imports.Hold{{Table: "quote_line", Column: "item_id"}}, Restore: restoreItem}},
		Example: []any{"L-01", "上门检修", "人工", "次", 30, 90, "是", imports.ExampleMark + "：填写前请删除这一行"},
		New: func(community authz.CommunityID) imports.Work {
			p := &pricesIn{community: community}
			return &imports.Flat[Item]{Kind: "price_item", Head: headCode, Take: p.take, Fetch: p.fetch, Key: func(i Item) string { return i.Code }, Decide: p.decide, Add: p.add, Change: p.change}
		},
	}
}

type pricesIn struct {
	community authz.CommunityID
	there     map[string]Item
}

func (p *pricesIn) take(l *imports.Line) Item {
	var t Terms
	t.Code, _ = l.Text(headCode)
	t.Name, _ = l.Text(headName)
	t.Unit, _ = l.Text(headUnit)
	t.Kind = imports.Word(l, headKind, kindWords, "quote.word_form", "人工、配件")
	t.Offered = imports.Word(l, headOffered, offeredWords, "quote.word_form", "是、否") == "yes"
	for _, head := range []string{headKind, headOffered} {
		if text, ok := l.Text(head); ok && text == "" {
			l.Fail(head, "required", nil)
		}
	}
	var err error
	if text, ok := l.Text(headPrice); ok {
		if t.Price, err = money.Parse(text); err != nil {
			l.Fail(headPrice, "quote.price", map[string]any{"max": maxPrice.Grouped()})
		}
	}
	if text, ok := l.Text(headDays); ok {
		if t.WarrantyDays, err = strconv.ParseInt(text, 10, 64); err != nil || t.WarrantyDays < 0 || t.WarrantyDays > 3650 {
			l.Fail(headDays, "quote.days_form", nil)
		}
	}
	l.Words(headNotes, 500)
	if t, err = t.checked(); err != nil && l.Wrong() == 0 {
		for _, f := range errs.Of(err).Fields {
			l.Fail(map[string]string{"code": headCode, "name": headName, "unit": headUnit, "price": headPrice}[f.Name], f.Code, f.Params)
		}
	}
	return Item{Community: p.community, Terms: t}
}

func (p *pricesIn) fetch(ctx context.Context, tx *db.Tx) error {
	all, err := items(ctx, tx, p.community)
	p.there = map[string]Item{}
	for _, i := range all {
		p.there[i.Code] = i
	}
	return err
}

func (p *pricesIn) decide(m imports.Mode, r Item, refuse imports.Refuse) (v imports.Verdict) {
	is, ok := p.there[r.Code]
	if !ok {
		return imports.Verdict{New: true}
	}
	v.Version, v.Changed = is.Version, is.Terms != r.Terms
	if v.Changed && m == imports.New {
		refuse(headCode, "import.differs", map[string]any{"have": is.Name + " " + is.Price.String()})
	}
	return v
}

func (p *pricesIn) add(ctx context.Context, tx *db.Tx, rows []imports.Numbered[Item], j *imports.Journal) error {
	made := make([]Item, len(rows))
	for i, r := range rows {
		made[i] = r.Is
		made[i].ID, made[i].Version = db.NewID[Item](tx), 1
		j.Made("price_item", db.ID(made[i].ID), r.Row)
	}
	return db.InsertAll(ctx, tx, "price_item", made)
}

func (p *pricesIn) change(ctx context.Context, tx *db.Tx, r imports.Numbered[Item], j *imports.Journal) error {
	is := p.there[r.Is.Code]
	was := is
	is.Terms = r.Is.Terms
	if err := db.Save(ctx, tx, "price_item", &is); err != nil {
		return err
	}
	j.Changed("price_item", db.ID(is.ID), is.Version, r.Row, was)
	return nil
}

func restoreItem(ctx context.Context, tx *db.Tx, _ db.ID, version int64, before []byte) error {
	var was Item
	if err := json.Unmarshal(before, &was); err != nil {
		return err
	}
	was.Version = version
	return db.Save(ctx, tx, "price_item", &was)
}

type exportInput struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

// export writes the price list in the columns of its import.
func (s *Service) export(ctx context.Context, who authz.Actor, in *exportInput) (audit.Table, error) {
	all, err := s.itemsFor(ctx, who, ActPrices, in.Community)
	if err != nil {
		return audit.Table{}, err
	}
	kind := map[string]string{"labour": "人工", "part": "配件"}
	offered := map[bool]string{true: "是", false: "否"}
	rows := func(yield func([]any, error) bool) {
		for _, i := range all {
			if !yield([]any{i.Code, i.Name, kind[i.Kind], i.Unit, sheet.Decimal(i.Price.String()), i.WarrantyDays, offered[i.Offered], ""}, nil) {
				return
			}
		}
	}
	t := ImportTemplate()
	return audit.Table{Name: "prices.xlsx", What: "prices", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{{Name: t.Title, Columns: t.Headings(), Rows: rows}}}, nil
}

func (s *Service) itemsFor(ctx context.Context, who authz.Actor, act authz.Action, community authz.CommunityID) (out []Item, err error) {
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = items(ctx, tx, community)
		return err
	})
	return out, err
}

// Items is the price list of a community, labour first.
func (s *Service) Items(ctx context.Context, who authz.Actor, community authz.CommunityID) ([]Item, error) {
	return s.itemsFor(ctx, who, ticket.ActView, community)
}
