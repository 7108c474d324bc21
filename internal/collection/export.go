package collection

import (
	"context"
	"slices"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

func yuan(f money.Fen) sheet.Decimal { return sheet.Decimal(f.String()) }

// listed is a sheet of rows that are all known.
func listed(name string, heads []sheet.Column, rows [][]any) sheet.Sheet {
	return sheet.Sheet{Name: name, Columns: heads, Rows: sheet.Rows(rows)}
}

var byWords = map[string]string{"": "楼栋", "building": "楼栋", "item": "收费项目", "room": "房屋"}

// exported is the report with its ageing and its checks as a workbook.
func (s *Service) exported(ctx context.Context, who authz.Actor, a Asked) (t audit.Table, err error) {
	if err := a.check(); err != nil {
		return t, err
	}
	var r Report
	var g Ageing
	if err := s.DB.Read(ctx, who, ActExport, func(tx *db.Tx) error {
		if r, err = report(ctx, tx, a); err != nil {
			return err
		}
		g, err = ageing(ctx, tx, a)
		return err
	}); err != nil {
		return t, err
	}
	sums := func(w Row) []any {
		return []any{w.Name, yuan(w.Receivable), yuan(w.Paid), w.Accrual, yuan(w.Cash), w.InTime, yuan(w.Older), yuan(w.Recovered), w.Recovery, w.Both, yuan(w.Open), yuan(w.LatePaid), yuan(w.Waived), yuan(w.Reversed), yuan(w.Prepaid)}
	}
	old := func(w AgeRow) []any {
		return []any{w.Name, yuan(w.NotDue), yuan(w.Months3), yuan(w.Months6), yuan(w.Year1), yuan(w.Year2), yuan(w.Year3), yuan(w.Older), yuan(w.Total), yuan(w.Late), w.Oldest, w.Limit}
	}
	var rows, aged, held [][]any
	lang := web.Lang(ctx)
	r.Total.Name, g.Total.Name = wordIn(lang, "合计"), wordIn(lang, "合计")
	for _, w := range append(slices.Clone(r.Rows), r.Total) {
		rows = append(rows, sums(w))
	}
	for _, w := range append(slices.Clone(g.Rows), g.Total) {
		aged = append(aged, old(w))
	}
	for _, c := range r.Checks {
		held = append(held, []any{checkIn(lang, c.Name), yuan(c.Report), yuan(c.Ledger), c.Equal})
	}
	return audit.Table{Name: "collection.xlsx", What: "collection", Community: a.Community, Filter: a, Sheets: []sheet.Sheet{
		listed(wordIn(lang, "收缴"), headsIn(lang, byWords[a.By], "本期应收", "其中已收", "权责收缴率%", "本期实收本期", "现金收缴率%", "期初欠费", "本期收回欠费", "清欠率%", "综合收缴率%", "现在未收", "违约金已收", "违约金减免", "冲销", "预存余额"), rows),
		listed(wordIn(lang, "账龄"), headsIn(lang, byWords[a.By], "未到期", "3个月内", "3-6个月", "6-12个月", "1-2年", "2-3年", "3年以上", "合计", "违约金未入账", "最早到期日", "最早时效届满"), aged),
		listed(wordIn(lang, "与总账核对"), headsIn(lang, "科目", "报表", "总账", "相符"), held),
	}}, nil
}

var figureWords = map[string]string{
	"receivable": "本期应收", "paid": "其中已收", "cash": "本期实收本期", "older": "期初欠费", "recovered": "本期收回欠费", "open": "现在未收", "reversed": "冲销", "latePaid": "违约金已收", "waived": "违约金减免", "prepaid": "预存余额",
	"notDue": "未到期", "months3": "3个月内", "months6": "3-6个月", "year1": "6-12个月", "year2": "1-2年", "year3": "2-3年", "over3": "3年以上",
}

// exportPieces streams what a figure is made of.
func (s *Service) exportPieces(ctx context.Context, who authz.Actor, d Detail) (audit.Table, error) {
	after, done := int64(0), false
	if err := d.check(); err != nil {
		return audit.Table{}, err
	}
	if _, err := d.key(); err != nil && d.Key != "" { // said before the first byte
		return audit.Table{}, err
	}
	lang := web.Lang(ctx)
	heads := headsIn(lang, "日期", "房屋", "项目", "账期", "收据号", "方式", "金额", "已冲销")
	return audit.Table{Name: d.Figure + ".xlsx", What: "collection_pieces", Community: d.Community, Filter: d, Sheets: []sheet.Sheet{{Name: wordIn(lang, figureWords[d.Figure]), Columns: heads, Rows: sheet.Paged(func() ([][]any, error) {
		if done {
			return nil, nil
		}
		all, err := s.Pieces(ctx, who, d, after, housing.ExportPage)
		if done = len(all) <= housing.ExportPage; !done {
			all = all[:housing.ExportPage]
			after = all[len(all)-1].Sort
		}
		var rows [][]any
		for _, p := range all {
			month := ""
			if !p.Period.IsZero() {
				month = p.Period.String()
			}
			rows = append(rows, []any{p.Day, p.Label, i18n.Named(lang, p.Item, p.ItemEN), month, p.Number, ledger.Kind(p.Means).Means(lang), yuan(p.Fen), p.Void})
		}
		return rows, err
	})}}}, nil
}
