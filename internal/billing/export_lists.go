package billing

import (
	"context"
	"strconv"

	"guanjia/internal/audit"
	"guanjia/internal/fee"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// The words of the exports, in Chinese and in English.
var (
	metersSaid = [2]map[string]string{
		{"water": "水表", "power": "电表", "gas": "燃气表", "heat": "热量表", "sharp": "尖时", "peak": "峰时", "flat": "平时", "valley": "谷时", "active": "使用中", "removed": "已拆除", "rolled_over": "翻转", "replaced": "换表", "unusual": "已核实", "estimated": "估读"},
		{"water": "water", "power": "electricity", "gas": "gas", "heat": "heat", "sharp": "sharp", "peak": "peak", "flat": "flat", "valley": "valley", "active": "in use", "removed": "removed", "rolled_over": "rolled over", "replaced": "replaced", "unusual": "checked", "estimated": "estimated"},
	}
	causesSaid = [2]map[string]string{
		{"tariff": "单价有误", "reading": "抄表有误", "area": "面积有误", "other": "其他", "open": "待更正", "done": "已更正", "gone": "已另行冲销"},
		{"tariff": "wrong price", "reading": "wrong reading", "area": "wrong area", "other": "other", "open": "to be corrected", "done": "corrected", "gone": "reversed elsewhere"},
	}
	fixesSaid = [2]map[FixState]string{
		{FixCalculating: "计算中", FixCalculated: "已算出", FixPending: "待审批", FixWorking: "更正中", FixDone: "已更正", FixDropped: "已放弃"},
		{FixCalculating: "computing", FixCalculated: "computed", FixPending: "waits for approval", FixWorking: "correcting", FixDone: "corrected", FixDropped: "dropped"},
	}
	discountsSaid = [2]map[fee.DiscountKind]string{
		{fee.Vacancy: "空置减免", fee.Staff: "员工减免", fee.Hardship: "困难减免", fee.EarlyPayment: "提前缴费优惠", fee.Fixed: "定额减免"},
		{fee.Vacancy: "empty home", fee.Staff: "staff", fee.Hardship: "hardship", fee.EarlyPayment: "early payment", fee.Fixed: "fixed amount"},
	}
	decisionsSaid = [2]map[string]string{
		{"asked": "待核查", "pending": "待审批", "approved": "已批准", "refused": "未批准"},
		{"asked": "to be looked at", "pending": "waits for approval", "approved": "approved", "refused": "refused"},
	}
)

// exportedMeters are meters as a workbook, with the reading that each had last.
func (s *Service) exportedMeters(ctx context.Context, who authz.Actor, f MeterFilter) audit.Table {
	words, public := web.Pick(ctx, metersSaid[0], metersSaid[1]), web.Pick(ctx, "公共", "public")
	heads := web.Pick(ctx, []string{"房屋", "表号", "种类", "计量时段", "位置", "倍率", "位数", "最近读数", "抄表日", "最近用量", "备注", "状态"},
		[]string{"Room", "Number", "Kind", "Register", "Place", "Multiplier", "Digits", "Last reading", "Read on", "Last usage", "Remark", "State"})
	rows := sheet.Walk(func(after meterAfter) ([]MeterView, error) {
		return s.Meters(ctx, who, f, after, exportPage)
	}, func(m MeterView) meterAfter { return meterAfter{m.SortKey, m.ID} }, func(m MeterView) []any {
		remark := ""
		if m.Estimated {
			remark = words["estimated"]
		}
		return []any{orElse(m.Label, public), m.Number, words[m.Kind], words[m.Register], m.Place, sheet.Decimal(m.Multiplier), m.Digits, sheet.Decimal(m.Last), m.LastOn, sheet.Decimal(m.LastUsage), remark, words[m.State]}
	})
	return audit.Table{Name: "meters.xlsx", What: "meters", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "仪表", "Meters"), heads, rows)}}
}

// ReadingsOf chooses readings of a community by their days; both ends are left out or included.
type ReadingsOf struct {
	OfCommunity
	From  clock.Day `query:"from"`
	To    clock.Day `query:"to"`
	Meter MeterID   `query:"meter"`
}

type readingRow struct {
	Reading
	Number   string `db:"number"`
	Kind     string `db:"kind"`
	Register string `db:"register"`
	Label    string `db:"label"`
	Sort     string `db:"sort_key"`
}

type readingAt struct {
	Sort  string
	Meter MeterID
	On    string
}

// allReadings are those of many meters, in the order of the register, each meter's by day.
func (s *Service) allReadings(ctx context.Context, who authz.Actor, f ReadingsOf, after readingAt, limit int) (out []readingRow, err error) {
	err = s.DB.Read(ctx, who, ActMeters, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		args := []any{f.Community}
		mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
		q := `SELECT ` + db.Columns[Reading]("r") + `, m.number, m.kind, m.register, COALESCE(o.label_key, '') AS label, COALESCE(o.sort_key, '') AS sort_key
			FROM meter_reading r JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id LEFT JOIN room o ON o.community_id = m.community_id AND o.id = m.room_id WHERE r.community_id = $1 AND {scope:r}`
		if f.Meter != 0 {
			q += ` AND r.meter_id = ` + mark(f.Meter)
		}
		if !f.From.IsZero() {
			q += ` AND r.on_day >= ` + mark(f.From)
		}
		if !f.To.IsZero() {
			q += ` AND r.on_day <= ` + mark(f.To)
		}
		if after.Meter != 0 {
			q += ` AND (COALESCE(o.sort_key, ''), m.id, r.on_day) > (` + mark(after.Sort) + `, ` + mark(after.Meter) + `, ` + mark(after.On) + `)`
		}
		out, err = db.All[readingRow](ctx, tx, q+` ORDER BY COALESCE(o.sort_key, ''), m.id, r.on_day LIMIT `+mark(limit), args...)
		return err
	})
	return out, err
}

// exportedReadings are readings as a workbook.
func (s *Service) exportedReadings(ctx context.Context, who authz.Actor, f ReadingsOf) (audit.Table, error) {
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		return audit.Table{}, errs.ErrFields.At(errs.Field{Name: "to", Code: "wrong_form"})
	}
	words, public := web.Pick(ctx, metersSaid[0], metersSaid[1]), web.Pick(ctx, "公共", "public")
	heads := web.Pick(ctx, []string{"房屋", "表号", "种类", "计量时段", "抄表日", "读数", "用量", "估读", "备注", "旧表止度", "新表起度", "抄表人"},
		[]string{"Room", "Meter", "Kind", "Register", "Read on", "Reading", "Usage", "Estimated", "Remark", "Old meter's last", "New meter's first", "Read by"})
	rows := sheet.Walk(func(after readingAt) ([]readingRow, error) {
		return s.allReadings(ctx, who, f, after, exportPage)
	}, func(r readingRow) readingAt { return readingAt{r.Sort, r.Meter, r.On.String()} }, func(r readingRow) []any {
		estimated := ""
		if r.Estimated {
			estimated = words["estimated"]
		}
		return []any{orElse(r.Label, public), r.Number, words[r.Kind], words[r.Register], r.On, sheet.Decimal(r.Value), sheet.Decimal(r.Usage), estimated, words[r.Remark], sheet.Decimal(r.OldFinal), sheet.Decimal(r.NewInitial), r.ByName}
	})
	return audit.Table{Name: "readings.xlsx", What: "meter_readings", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "抄表记录", "Readings"), heads, rows)}}, nil
}

// exportedFixes are the corrections of a community as a workbook.
func (s *Service) exportedFixes(ctx context.Context, who authz.Actor, f OfCommunity) (audit.Table, error) {
	items, err := s.itemNames(ctx, who, f.Community)
	if err != nil {
		return audit.Table{}, err
	}
	causes, states := web.Pick(ctx, causesSaid[0], causesSaid[1]), web.Pick(ctx, fixesSaid[0], fixesSaid[1])
	heads := web.Pick(ctx, []string{"收费项目", "起始月", "截止月", "原因类别", "原单价", "应为单价", "原因", "依据", "涉及账单", "原金额", "应为金额", "已有缴款", "算不出", "状态", "提出人", "审批人", "审批意见"},
		[]string{"Charge", "First month", "Last month", "Cause", "Price charged", "Right price", "Reason", "Evidence", "Bills", "Was", "Should be", "With payments", "Not computed", "State", "Asked by", "Decided by", "Decision"})
	rows := sheet.Walk(func(after FixID) ([]Fix, error) {
		return s.Fixes(ctx, who, f.Community, after, exportPage)
	}, func(x Fix) FixID { return x.ID }, func(x Fix) []any {
		return []any{items[x.Item], x.First.String(), x.Last.String(), causes[x.Cause], sheet.Decimal(x.Wrong), sheet.Decimal(x.Right), x.Reason, x.Evidence, x.Total, sheet.Decimal(x.Old.String()), sheet.Decimal(x.New.String()), x.Paid, x.Unclear, states[x.State], x.ByName, x.Decider, x.Decision}
	})
	return audit.Table{Name: "corrections.xlsx", What: "bill_fixes", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "账单更正", "Corrections"), heads, rows)}}, nil
}

// exportedFix are the lines of a correction as a workbook, names as far as the caller sees them.
func (s *Service) exportedFix(ctx context.Context, who authz.Actor, id FixID) (audit.Table, error) {
	f, err := s.Fix(ctx, who, id)
	if err != nil {
		return audit.Table{}, err
	}
	causes, developer := web.Pick(ctx, causesSaid[0], causesSaid[1]), web.Pick(ctx, "开发商", "developer")
	heads := web.Pick(ctx, []string{"房屋", "月份", "应交人", "原数量", "原单价", "原金额", "数量", "单价", "应为金额", "差额", "已缴", "状态"},
		[]string{"Room", "Month", "Debtor", "Quantity was", "Price was", "Amount was", "Quantity", "Price", "Should be", "Difference", "Paid", "State"})
	rows := sheet.Walk(func(after int64) ([]FixLineView, error) {
		return s.FixLines(ctx, who, id, after, exportPage)
	}, func(l FixLineView) int64 { return l.N }, func(l FixLineView) []any {
		return []any{l.Label, l.Period.String(), orElse(l.Who, developer), sheet.Decimal(l.OldQuantity), sheet.Decimal(l.OldPrice), sheet.Decimal(l.Old.String()), sheet.Decimal(l.Quantity), sheet.Decimal(l.Price), sheet.Decimal(l.New.String()), sheet.Decimal((l.New - l.Old).String()), sheet.Decimal(l.Paid.String()), causes[l.State]}
	})
	return audit.Table{Name: "correction.xlsx", What: "bill_fix", Community: f.Community, Subject: f.subject(), Filter: map[string]any{"fix": id.String()}, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "更正明细", "Correction"), heads, rows)}}, nil
}

// exportedDiscounts are the reductions of a community as a workbook.
func (s *Service) exportedDiscounts(ctx context.Context, who authz.Actor, f OfCommunity) audit.Table {
	kinds, states := web.Pick(ctx, discountsSaid[0], discountsSaid[1]), web.Pick(ctx, decisionsSaid[0], decisionsSaid[1])
	heads := web.Pick(ctx, []string{"房屋", "收费项目", "类型", "减免 %", "每月减免金额", "起始月", "截止月", "理由", "核查情况", "核查人", "申请人", "状态", "审批人", "审批意见"},
		[]string{"Room", "Charge", "Kind", "Taken off %", "Taken off a month", "First month", "Last month", "Reason", "What was found", "Looked at by", "Asked by", "State", "Decided by", "Decision"})
	rows := sheet.Walk(func(after DiscountID) ([]DiscountView, error) {
		return s.Discounts(ctx, who, f.Community, 0, after, exportPage)
	}, func(d DiscountView) DiscountID { return d.ID }, func(d DiscountView) []any {
		var off any
		if d.Off != 0 {
			off = sheet.Decimal(d.Off.String())
		}
		return []any{d.Label, d.ItemName, kinds[d.Kind], sheet.Decimal(d.Percent), off, d.First.String(), d.Last.String(), d.Reason, d.Inspection, d.Inspector, d.ByName, states[d.State], d.Decider, d.Decision}
	})
	return audit.Table{Name: "reductions.xlsx", What: "discounts", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "减免", "Reductions"), heads, rows)}}
}
