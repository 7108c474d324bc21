package customer

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
)

// ActExport hands out all that is kept of a person, to that person.
const ActExport authz.Action = "customer.export"

// Section is what one domain knows of a person: a worksheet of their own export.
type Section struct {
	Name  [2]string   // zh, en
	Heads [2][]string // zh, en
	Rows  func(ctx context.Context, tx *db.Tx, c Customer) ([][]any, error)
}

// OwnExport gathers all that is kept of a person, in full, for them to take
// along (CUS-04). Who hands it out must be one who sees names.
func (s *Service) OwnExport(ctx context.Context, who authz.Actor, id ID, english bool) (audit.Table, error) {
	t := audit.Table{What: "person", Subject: "customer:" + id.String()}
	lang := 0
	if english {
		lang = 1
	}
	err := s.DB.Read(ctx, who, ActExport, func(tx *db.Tx) error {
		c, err := whole(ctx, tx, id)
		if err != nil {
			return err
		}
		if !SightOf(who, c.Community).Names {
			return authz.ErrForbidden
		}
		t.Name, t.Community, t.Sheets = c.ArchiveNo+".xlsx", c.Community, nil
		for _, section := range append(ownSections, s.Sections...) {
			rows, err := section.Rows(ctx, tx, c)
			if err != nil {
				return err
			}
			one := sheet.Sheet{Name: section.Name[lang], Rows: sheet.Rows(rows)}
			for _, h := range section.Heads[lang] {
				one.Columns = append(one.Columns, sheet.Column{Title: h, Width: 24})
			}
			t.Sheets = append(t.Sheets, one)
		}
		return nil
	})
	return t, err
}

// ownSections are what this package, and the trail, know.
var ownSections = []Section{
	{
		Name: [2]string{"档案", "Archive"}, Heads: [2][]string{{"项目", "内容"}, {"Item", "Content"}},
		Rows: func(_ context.Context, _ *db.Tx, c Customer) ([][]any, error) {
			rows := [][]any{{"archive", c.ArchiveNo}, {"kind", string(c.Kind)}, {"name", c.Name}, {"notes", c.Notes}}
			rows = append(rows, []any{"birthday", c.BirthdayOn.String()}, []any{"gender", c.Gender}, []any{"language", c.Language}, []any{"channel", c.Channel}, []any{"do not call", c.NoCalls}, []any{"card", c.CardNo})
			for _, n := range c.Names {
				rows = append(rows, []any{n.Kind + " name", n.Name})
			}
			if e := c.Emergency; e != nil {
				rows = append(rows, []any{"emergency", e.Name + " · " + e.Relation + " · " + e.number})
			}
			for _, tag := range c.Tags {
				rows = append(rows, []any{"tag", tag})
			}
			for _, m := range c.mobiles {
				rows = append(rows, []any{"mobile", m.Number})
			}
			for _, i := range c.Identities {
				rows = append(rows, []any{string(i.Kind), i.number})
			}
			for _, a := range c.Accounts {
				rows = append(rows, []any{"account", a.holder + " · " + a.Bank + " · " + a.number})
			}
			return rows, nil
		},
	},
	{
		Name: [2]string{"房屋", "Rooms"}, Heads: [2][]string{{"房屋", "关系", "份额", "从", "到"}, {"Room", "Relation", "Share", "From", "To"}},
		Rows: func(_ context.Context, _ *db.Tx, c Customer) ([][]any, error) {
			var rows [][]any
			for _, r := range c.Rooms {
				rows = append(rows, []any{r.Label, string(r.Relation), r.Share, r.From, r.To})
			}
			return rows, nil
		},
	},
	{
		Name: [2]string{"同意", "Consents"}, Heads: [2][]string{{"时间", "事项", "版本", "同意", "方式", "记录人"}, {"Time", "Kind", "Edition", "Given", "Channel", "Recorded by"}},
		Rows: func(ctx context.Context, tx *db.Tx, c Customer) ([][]any, error) {
			said, err := consents(ctx, tx, c.ID)
			var rows [][]any
			for _, v := range said {
				rows = append(rows, []any{v.At.String(), string(v.Kind), v.Edition, v.Given, v.Channel, v.ByName})
			}
			return rows, err
		},
	},
	{
		Name: [2]string{"查阅记录", "Who looked"}, Heads: [2][]string{{"时间", "谁", "做了什么", "内容"}, {"Time", "Who", "Did", "What"}},
		Rows: func(ctx context.Context, tx *db.Tx, c Customer) ([][]any, error) {
			seen, err := audit.Of(ctx, tx, "customer:"+c.ID.String())
			var rows [][]any
			for _, e := range seen {
				rows = append(rows, []any{e.At.String(), e.ActorName, string(e.Action), string(e.After)})
			}
			return rows, err
		},
	},
}
