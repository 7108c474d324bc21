package arrears

import (
	"context"

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

// exported is the worklist as a workbook: households that owe, without names.
func (s *Service) exported(ctx context.Context, who authz.Actor, f Filter) audit.Table {
	channels, yes := web.Pick(ctx, channelsSaid[0], channelsSaid[1]), web.Pick(ctx, "是", "yes")
	heads := web.Pick(ctx, []string{"房屋", "楼栋", "欠费", "账单数", "最早到期日", "时效届满", "争议中", "承诺日", "承诺金额", "失约次数", "困难照顾至", "待办", "待办日期"},
		[]string{"Room", "Building", "Owed", "Bills", "First due day", "Limitation", "Disputed", "Promised for", "Promised", "Broken promises", "Left alone until", "To do", "To do since"})
	rows := sheet.Walk(func(after Position) ([]Debtor, error) {
		return s.Worklist(ctx, who, f, after, exportPage)
	}, func(d Debtor) Position { return Position{d.Fen, d.Oldest, d.Room} }, func(d Debtor) []any {
		disputed, promised := "", any("")
		if d.Disputed {
			disputed = yes
		}
		if d.Promised > 0 {
			promised = sheet.Decimal(d.Promised.String())
		}
		return []any{d.Label, d.Building, sheet.Decimal(d.Fen.String()), d.Lines, d.Oldest, d.Limit, disputed, d.Promise, promised, d.Broken, d.Hardship, channels[d.Channel], d.TaskOn}
	})
	return audit.Table{Name: "arrears.xlsx", What: "arrears", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "欠费", "Arrears"), heads, rows)}}
}
