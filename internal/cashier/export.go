package cashier

import (
	"context"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

const exportPage = 500

// exported are the payments of a list as a workbook, names as far as the caller sees them.
func (s *Service) exported(ctx context.Context, who authz.Actor, f Filter) audit.Table {
	lang, comma := web.Lang(ctx), web.Pick(ctx, "、", ", ")
	voids := web.Pick(ctx, map[string]string{"": "正常", "asked": "作废待审批", "voided": "已作废"}, map[string]string{"": "live", "asked": "void waits", "voided": "voided"})
	heads := web.Pick(ctx, []string{"账日", "缴款日", "收据号", "房屋", "交款人", "方式", "金额", "用于", "凭证号", "备注", "状态", "作废日", "作废原因", "收款人"},
		[]string{"Day of the books", "Paid on", "Receipt", "Room", "Payer", "Means", "Amount", "What for", "Reference", "Words", "State", "Voided on", "Why voided", "Taken by"})
	rows := sheet.Walk(func(after PaymentID) ([]PaymentView, error) {
		return s.Payments(ctx, who, f, after, exportPage)
	}, func(v PaymentView) PaymentID { return v.ID }, func(v PaymentView) []any {
		return []any{v.Day, v.PaidOn, v.Number, v.Label, v.Payer, v.Means.Means(lang), sheet.Decimal(v.Fen.String()), v.saidFor(lang, comma), v.Reference, v.Words, voids[v.VoidState], v.ReversedOn, v.VoidReason, v.ByName}
	})
	return audit.Table{Name: "payments.xlsx", What: "payments", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "收款记录", "Payments"), heads, rows)}}
}

// saidFor names the charge items that a payment was for, each once.
func (v PaymentView) saidFor(lang, comma string) string {
	var names []string
	seen := map[string]bool{"": true}
	for _, p := range v.Parts {
		name := i18n.Named(lang, p.ItemName, p.ItemNameEN)
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return strings.Join(names, comma)
}
