package arrears

import (
	"context"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

const exportPage = 500

// The ways of dunning as the export says them, in Chinese and in English.
var channelsSaid = [2]map[Channel]string{
	{ByMessage: "消息", ByPrint: "书面通知", ByCall: "电话", ByVisit: "上门", ByLawyer: "律师函", BySuit: "仲裁或诉讼"},
	{ByMessage: "message", ByPrint: "written notice", ByCall: "call", ByVisit: "visit", ByLawyer: "lawyer's letter", BySuit: "arbitration or suit"},
}

// exported is the worklist as a workbook: households that owe, and what is to be
// done about them, without names.
func (s *Service) exported(ctx context.Context, who authz.Actor, f Filter) audit.Table {
	yes := web.Pick(ctx, "是", "yes")
	heads := web.Pick(ctx, []string{"房屋", "楼栋", "欠费", "账单数", "最早到期日", "时效届满", "争议中", "承诺日", "承诺金额", "失约次数", "困难照顾至", "待办数"},
		[]string{"Room", "Building", "Owed", "Bills", "First due day", "Limitation", "Disputed", "Promised for", "Promised", "Broken promises", "Left alone until", "Things to do"})
	tasks := tasksIn(ctx) // one walk for both sheets: they are of one list
	rows := sheet.Walk(s.from(ctx, who, f), where, func(d Debtor) []any {
		tasks.add(d)
		disputed, promised := "", any("")
		if d.Disputed {
			disputed = yes
		}
		if d.Promised > 0 {
			promised = sheet.Decimal(d.Promised.String())
		}
		return []any{d.Label, d.Building, sheet.Decimal(d.Fen.String()), d.Lines, d.Oldest, d.Limit, disputed, d.Promise, promised, d.Broken, d.Hardship, len(d.Tasks)}
	})
	return audit.Table{Name: "arrears.xlsx", What: "arrears", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "欠费", "Arrears"), heads, rows), tasks.sheet}}
}

func where(d Debtor) Position { return Position{d.Fen, d.Oldest, d.Room} }

func (s *Service) from(ctx context.Context, who authz.Actor, f Filter) func(Position) ([]Debtor, error) {
	return func(after Position) ([]Debtor, error) { return s.Worklist(ctx, who, f, after, exportPage) }
}

// taskRows are the rows of what is to be done, one for each thing. They are there
// when the households are written: sheets are written in their order.
type taskRows struct {
	sheet    sheet.Sheet
	channels map[Channel]string
	about    map[string]string
	rows     [][]any
}

func tasksIn(ctx context.Context) *taskRows {
	t := &taskRows{channels: web.Pick(ctx, channelsSaid[0], channelsSaid[1]), about: web.Pick(ctx, aboutSaid[0], aboutSaid[1])}
	heads := web.Pick(ctx, []string{"房屋", "楼栋", "待办", "待办日期", "到期后天数", "对象", "账单月份", "账单数", "未缴本金"},
		[]string{"Room", "Building", "To do", "To do since", "Days after the due day", "About", "Months", "Bills", "Open principal"})
	t.sheet = sheet.Of(web.Pick(ctx, "待办", "To do"), heads, func(yield func([]any, error) bool) { sheet.Rows(t.rows)(yield) })
	return t
}

func (t *taskRows) add(d Debtor) {
	for _, one := range d.Tasks {
		t.rows = append(t.rows, []any{d.Label, d.Building, t.channels[one.Channel], one.On, one.Days, one.about(t.about), one.months(), one.Lines, sheet.Decimal(one.Fen.String())})
	}
}

// aboutSaid says whose bills a task is about.
var aboutSaid = [2]map[string]string{
	{"owner": "业主", "developer": "开发建设单位", "tenant": "租户", "liable": "业主（连带责任）", ",": "、"},
	{"owner": "owner", "developer": "developer", "tenant": "tenant", "liable": "owner, jointly liable", ",": ", "},
}

// about says who owes what a task is about.
func (t Task) about(said map[string]string) string {
	if t.ToOwner {
		return said["liable"]
	}
	owe := t.owe
	switch {
	case len(owe) == 0 && t.Tenant: // nothing of it is open any more
		owe = []string{"tenant"}
	case len(owe) == 0:
		owe = []string{"owner"}
	}
	all := make([]string, len(owe))
	for i, who := range owe {
		all[i] = said[who]
	}
	return strings.Join(all, said[","])
}

func (t Task) months() string {
	all := make([]string, len(t.Months))
	for i, m := range t.Months {
		all[i] = m.String()
	}
	return strings.Join(all, ", ")
}
