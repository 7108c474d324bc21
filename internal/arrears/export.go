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
	rows := sheet.Walk(s.from(ctx, who, f), where, func(d Debtor) []any {
		disputed, promised := "", any("")
		if d.Disputed {
			disputed = yes
		}
		if d.Promised > 0 {
			promised = sheet.Decimal(d.Promised.String())
		}
		return []any{d.Label, d.Building, sheet.Decimal(d.Fen.String()), d.Lines, d.Oldest, d.Limit, disputed, d.Promise, promised, d.Broken, d.Hardship, len(d.Tasks)}
	})
	return audit.Table{Name: "arrears.xlsx", What: "arrears", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "欠费", "Arrears"), heads, rows), s.exportedTasks(ctx, who, f)}}
}

func where(d Debtor) Position { return Position{d.Fen, d.Oldest, d.Room} }

func (s *Service) from(ctx context.Context, who authz.Actor, f Filter) func(Position) ([]Debtor, error) {
	return func(after Position) ([]Debtor, error) { return s.Worklist(ctx, who, f, after, exportPage) }
}

// exportedTasks has a row for each thing that is to be done.
func (s *Service) exportedTasks(ctx context.Context, who authz.Actor, f Filter) sheet.Sheet {
	heads := web.Pick(ctx, []string{"房屋", "楼栋", "待办", "待办日期", "到期后天数", "对象", "账单月份", "账单数", "未缴本金"},
		[]string{"Room", "Building", "To do", "To do since", "Days after the due day", "About", "Months", "Bills", "Open principal"})
	channels, about := web.Pick(ctx, channelsSaid[0], channelsSaid[1]), web.Pick(ctx, aboutSaid[0], aboutSaid[1])
	return sheet.Of(web.Pick(ctx, "待办", "To do"), heads, func(yield func([]any, error) bool) {
		for after, page := (Position{}), s.from(ctx, who, f); ; {
			all, err := page(after)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, d := range all {
				for _, t := range d.Tasks {
					if !yield([]any{d.Label, d.Building, channels[t.Channel], t.On, t.Days, about[t.about()], t.months(), t.Lines, sheet.Decimal(t.Fen.String())}, nil) {
						return
					}
				}
				after = where(d)
			}
			if len(all) == 0 {
				return
			}
		}
	})
}

// aboutSaid says whose bills a task is about.
var aboutSaid = [2][3]string{{"业主", "租户", "业主（连带责任）"}, {"owner", "tenant", "owner, jointly liable"}}

func (t Task) about() int {
	switch {
	case t.ToOwner:
		return 2
	case t.Tenant:
		return 1
	}
	return 0
}

func (t Task) months() string {
	all := make([]string, len(t.Months))
	for i, m := range t.Months {
		all[i] = m.String()
	}
	return strings.Join(all, ", ")
}
