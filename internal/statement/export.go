package statement

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

const exportPage = 500

// The words of the export, in Chinese and in English.
var (
	statesSaid = [2]map[State]string{
		{Open: "待核对", Matched: "已对上", Suspended: "已入待查款", Aside: "不需对账"},
		{Open: "open", Matched: "matched", Suspended: "in suspense", Aside: "set aside"},
	}
	kindsSaid = [2]map[string]string{
		{toPayment: "收款", toMove: "其他收支", toSuspense: "待查款", toDeposit: "押金退还", toSeveral: "多笔合计"},
		{toPayment: "payment", toMove: "other movement", toSuspense: "suspense", toDeposit: "deposit paid back", toSeveral: "several together"},
	}
)

// exported are lines of statements as a workbook, names as far as the caller sees them.
func (s *Service) exported(ctx context.Context, who authz.Actor, f Filter) audit.Table {
	lang, exact, hand := web.Lang(ctx), web.Pick(ctx, "自动", "by number"), web.Pick(ctx, "人工", "by hand")
	states, kinds := web.Pick(ctx, statesSaid[0], statesSaid[1]), web.Pick(ctx, kindsSaid[0], kindsSaid[1])
	heads := web.Pick(ctx, []string{"渠道", "账号", "日期", "金额", "手续费", "余额", "对方", "摘要", "流水号", "商户订单号", "状态", "对应", "对应笔数", "如何对上", "原因", "经办人"},
		[]string{"Channel", "Account", "Day", "Amount", "Fee", "Balance", "Party", "Words", "Serial", "Order", "State", "Stands for", "How many", "How matched", "Reason", "By"})
	rows := sheet.Walk(func(after LineID) ([]Line, error) {
		return s.page(ctx, who, f, after, exportPage)
	}, func(l Line) LineID { return l.ID }, func(l Line) []any {
		var balance any
		if l.Balance != nil {
			balance = sheet.Decimal(l.Balance.String())
		}
		how := ""
		if l.State == Matched {
			how = hand
			if l.Exact {
				how = exact
			}
		}
		return []any{l.Means.Means(lang), l.Account, l.Day, sheet.Decimal(l.Fen.String()), sheet.Decimal(l.Fee.String()), balance, l.Party, l.Words, l.Serial, l.Order, states[l.State], kinds[l.ToKind], l.Parts, how, l.Reason, l.ByName}
	})
	return audit.Table{Name: "statement-lines.xlsx", What: "statement_lines", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "对账单明细", "Statement lines"), heads, rows)}}
}
