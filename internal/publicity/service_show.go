package publicity

import (
	"context"
	"fmt"
	"slices"

	"guanjia/internal/audit"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

var public = authz.System("whoever asks for common money", actShow)

// mostShown is how many entries of a year are listed to whoever asks; sums hold all.
const mostShown = 2000

// Shown is what everybody may see of common money (BIL-09): years that were published.
type Shown struct {
	Community string       `json:"community"`
	Phone     string       `json:"phone" doc:"of the service centre"`
	Years     []ShownYear  `json:"years" doc:"the latest first"`
	Year      *ShownYear   `json:"year,omitempty" doc:"the one that was asked for, or the latest"`
	Sums      []ShownSum   `json:"sums" doc:"of that year, by kind"`
	Entries   []ShownEntry `json:"entries" doc:"of that year, the first first"`
}

// ShownYear is a published year.
type ShownYear struct {
	No      int64         `json:"year"`
	Opening money.Fen     `json:"opening"`
	Income  money.Fen     `json:"income"`
	Expense money.Fen     `json:"expense"`
	Closing money.Fen     `json:"closing"`
	At      clock.Instant `json:"publishedAt"`
}

// ShownSum is what a kind of income or expenditure comes to.
type ShownSum struct {
	Side string    `db:"side" json:"side" enum:"income,expense"`
	Kind string    `db:"kind" json:"kind"`
	N    int64     `db:"n" json:"n"`
	Fen  money.Fen `db:"amount" json:"amount"`
}

// ShownEntry is an entry without who wrote it; files stay in the office.
type ShownEntry struct {
	Day      clock.Day `json:"day"`
	Side     string    `json:"side" enum:"income,expense"`
	Kind     string    `json:"kind"`
	Fen      money.Fen `json:"amount"`
	Words    string    `json:"words"`
	Document string    `json:"document,omitempty"`
	WrongDay clock.Day `json:"wrongDay,omitzero" doc:"of a counter entry: the day of what it takes back"`
	Taken    clock.Day `json:"correctedOn,omitzero" doc:"a counter entry of this day takes it back"`
}

// Show tells whoever asks what came in and went out of common money in a
// published year; year 0: the latest.
func (s *Service) Show(ctx context.Context, community authz.CommunityID, year int64) (p Shown, err error) {
	p.Years, p.Sums, p.Entries = []ShownYear{}, []ShownSum{}, []ShownEntry{}
	err = s.DB.Read(ctx, public, actShow, func(tx *db.Tx) error {
		at, err := org.In(ctx, tx, community)
		if err != nil {
			return err
		}
		p.Community, p.Phone = at.Name, at.ServicePhone
		all, err := years(ctx, tx, community)
		if err != nil {
			return err
		}
		var chosen Year
		for i := len(all) - 1; i >= 0; i-- {
			y := all[i]
			if y.State != "published" {
				continue
			}
			p.Years = append(p.Years, ShownYear{y.No, y.Opening, y.Income, y.Expense, y.Closing, *y.PublishedAt})
			if y.No == year || year == 0 && chosen.ID == 0 {
				chosen, p.Year = y, &p.Years[len(p.Years)-1]
			}
		}
		if chosen.ID == 0 {
			return nil
		}
		shown := *p.Year
		p.Year = &shown
		return p.detail(ctx, tx, chosen)
	})
	return p, err
}

func sumsOf(ctx context.Context, tx *db.Tx, y Year) ([]ShownSum, error) {
	return db.All[ShownSum](ctx, tx, `SELECT e.side, e.kind, COUNT(*) AS n, CAST(SUM(e.amount) AS BIGINT) AS amount FROM shared_entry e WHERE e.community_id = $1 AND e.year_id = $2 AND {scope:e} GROUP BY e.side, e.kind ORDER BY e.side DESC, 4 DESC, e.kind`, y.Community, y.ID)
}

func (p *Shown) detail(ctx context.Context, tx *db.Tx, y Year) error {
	sums, err := sumsOf(ctx, tx, y)
	if err != nil {
		return err
	}
	p.Sums = append(p.Sums, sums...)
	all, err := entries(ctx, tx, y, spot{}, mostShown)
	for i := len(all) - 1; i >= 0; i-- {
		e := all[i]
		p.Entries = append(p.Entries, ShownEntry{e.Day, e.Side, e.Kind, e.Fen, e.Words, e.Document, e.WrongDay, e.CorrectedOn})
	}
	return err
}

// The words of a year's export, in Chinese and in English.
var (
	sideWords = [2]map[string]string{{"income": "收入", "expense": "支出"}, {"income": "Income", "expense": "Expenditure"}}
	kindWords = [2]map[string]string{{
		"lift_ads": "电梯广告", "outdoor_ads": "户外及道闸广告", "parking": "公共区域停车", "venue": "公共场地出租", "vending": "售货机、快递柜等", "telecom": "通信基站", "interest": "利息", "upkeep": "公共设施维护", "committee": "业主委员会经费",
		"maintenance_fund": "转入维修资金", "community": "社区活动", "management": "经营管理成本", "tax": "税费", "other": "其他",
	}, {
		"lift_ads": "Advertising in lifts", "outdoor_ads": "Outdoor advertising", "parking": "Parking on public ground", "venue": "Hire of public places", "vending": "Vending and parcel lockers", "telecom": "Telecom equipment", "interest": "Interest", "upkeep": "Upkeep of facilities", "committee": "Owners' committee",
		"maintenance_fund": "Into the maintenance fund", "community": "Community events", "management": "Cost of management", "tax": "Taxes", "other": "Other",
	}}
	stateWords = [2]map[string]string{{"open": "未结账", "asked": "待公示审核", "published": "已公示"}, {"open": "open", "asked": "waits for publication", "published": "published"}}
)

// yearSheet is a year as a workbook: what it comes to, and every entry.
func (s *Service) yearSheet(ctx context.Context, who authz.Actor, id YearID) (t audit.Table, err error) {
	var y Year
	var sums []ShownSum
	var all []EntryView
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if y, _, err = yearWith(ctx, tx, id); err != nil {
			return err
		}
		if sums, err = sumsOf(ctx, tx, y); err != nil {
			return err
		}
		all, err = entriesOf(ctx, tx, y)
		return err
	})
	if err != nil {
		return t, err
	}
	sides, kinds := web.Pick(ctx, sideWords[0], sideWords[1]), web.Pick(ctx, kindWords[0], kindWords[1])
	return audit.Table{
		Name: "shared-income.xlsx", What: "shared_income", Community: y.Community, Subject: y.subject(), Filter: map[string]any{"year": y.No},
		Sheets: []sheet.Sheet{y.summary(ctx, sums, sides, kinds), entrySheet(ctx, all, sides, kinds)},
	}, nil
}

func yuan(f money.Fen) sheet.Decimal { return sheet.Decimal(f.String()) }

// summary is what a year comes to.
func (y Year) summary(ctx context.Context, sums []ShownSum, sides, kinds map[string]string) sheet.Sheet {
	say := func(zh, en string) string { return web.Pick(ctx, zh, en) }
	rows := [][]any{{say("年度", "Year"), "", y.No}, {say("状态", "State"), "", web.Pick(ctx, stateWords[0], stateWords[1])[y.State]}, {say("年初结余", "Balance at the beginning"), "", yuan(y.Opening)}}
	for _, k := range sums {
		rows = append(rows, []any{sides[k.Side], kinds[k.Kind], yuan(k.Fen)})
	}
	rows = append(rows, []any{say("收入合计", "Income in all"), "", yuan(y.Income)}, []any{say("支出合计", "Expenditure in all"), "", yuan(y.Expense)}, []any{say("年末结余", "Balance at the end"), "", yuan(y.Closing)})
	return sheet.Of(say("收支汇总", "Summary"), web.Pick(ctx, []string{"项目", "类别", "金额"}, []string{"What", "Kind", "Amount"}), sheet.Rows(rows))
}

// entriesOf are all entries of a year, the first one first.
func entriesOf(ctx context.Context, tx *db.Tx, y Year) (all []EntryView, err error) {
	for after, more := (spot{}), true; more; {
		some, err := entries(ctx, tx, y, after, exportPage)
		if err != nil {
			return nil, err
		}
		if more = len(some) == exportPage; more {
			after = spot{some[exportPage-1].Day, some[exportPage-1].ID}
		}
		all = append(all, some...)
	}
	slices.Reverse(all)
	return all, nil
}

// entrySheet is every entry of a year.
func entrySheet(ctx context.Context, all []EntryView, sides, kinds map[string]string) sheet.Sheet {
	wrong, corrected := web.Pick(ctx, "冲销 %s 的记录", "takes back that of %s"), web.Pick(ctx, "已于 %s 冲销", "taken back on %s")
	heads := web.Pick(ctx, []string{"日期", "收支", "类别", "金额", "说明", "凭证号", "更正", "登记人"}, []string{"Day", "Direction", "Kind", "Amount", "Words", "Document", "Correction", "Entered by"})
	return sheet.Of(web.Pick(ctx, "收支明细", "Entries"), heads, func(yield func([]any, error) bool) {
		for _, e := range all {
			note := ""
			switch {
			case !e.WrongDay.IsZero():
				note = fmt.Sprintf(wrong, e.WrongDay)
			case !e.CorrectedOn.IsZero():
				note = fmt.Sprintf(corrected, e.CorrectedOn)
			}
			if !yield([]any{e.Day, sides[e.Side], kinds[e.Kind], yuan(e.Fen), e.Words, e.Document, note, e.ByName}, nil) {
				return
			}
		}
	})
}
