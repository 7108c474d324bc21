package refund

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/cashier"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

const exportPage = 500

// The words of the export, in Chinese and in English.
var (
	statesSaid = [2]map[State]string{
		{Asked: "待核对", Checked: "待审批", Approved: "待付款", Paying: "退款中", Paid: "已退款", Refused: "未通过", Withdrawn: "已撤回"},
		{Asked: "to be checked", Checked: "to be decided", Approved: "to be paid out", Paying: "on its way", Paid: "paid", Refused: "refused", Withdrawn: "withdrawn"},
	}
	originsSaid = [2]map[cashier.Origin]string{
		{cashier.OfAhead: "预存款", cashier.OfDeposit: "押金", cashier.OfVoided: "已作废的线上收款"},
		{cashier.OfAhead: "paid ahead", cashier.OfDeposit: "deposit", cashier.OfVoided: "online payment that was voided"},
	}
)

// exported is the list of refunds as a workbook, names as far as the caller sees them.
func (s *Service) exported(ctx context.Context, who authz.Actor, f Filter) audit.Table {
	lang, late := web.Lang(ctx), web.Pick(ctx, "已超期", "late")
	states, origins := web.Pick(ctx, statesSaid[0], statesSaid[1]), web.Pick(ctx, originsSaid[0], originsSaid[1])
	heads := web.Pick(ctx, []string{"退款编号", "房屋", "款项", "原收据", "收款人", "金额", "退款方式", "原因", "申请人", "应退款日", "状态", "超期", "核对情况", "核对人", "审批人", "付款日", "付款人", "付款单号", "凭证号", "结束原因"},
		[]string{"Number", "Room", "Of", "Receipt", "Receiver", "Amount", "Means", "Reason", "Asked by", "Due", "State", "Late", "What the check found", "Checked by", "Decided by", "Paid on", "Paid out by", "Slip", "Reference", "Why it ended"})
	rows := sheet.Walk(func(after ID) ([]View, error) {
		return s.List(ctx, who, f, after, exportPage)
	}, func(v View) ID { return v.ID }, func(v View) []any {
		overdue, means := "", ""
		if v.Overdue {
			overdue = late
		}
		if v.Means != "" {
			means = v.Means.Means(lang)
		}
		return []any{v.Number, v.Label, origins[v.Origin], v.Receipt, v.Receiver, sheet.Decimal(v.Fen.String()), means, v.Reason, v.ByName, v.Due, states[v.State], overdue, v.Facts, v.CheckedBy, v.DecidedBy, v.PaidOn, v.PaidBy, v.Slip, v.Reference, v.EndedWhy}
	})
	return audit.Table{Name: "refunds.xlsx", What: "refunds", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "退款", "Refunds"), heads, rows)}}
}
