package billing

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// exportPage is how many rows of an export are read at once; a test reads few.
var exportPage = 500

// The words of the exports of a run, in Chinese and in English; what stands in braces is a warning's own.
var warningsSaid = [2]map[string]string{
	{
		"no_tariff": "没有收费标准", "no_register_price": "没有这个时段的单价", "zero_area": "没有面积", "no_debtor": "{from} 起没有登记业主", "no_reading": "表 {meter} 没有新读数", "estimated": "表 {meter} 为估读",
		"price_over_cap": "单价高于上限 {cap}（{document}）", "formula": "公式第 {at} 个字符处算不出（{what}）", "not_computed": "算不出：{why}", "not_shared": "“{name}”无法分摊：{why}",
		"overlap": "{from} 至 {to} 与已出账明细重叠，请先冲销", "outlier": "上期 {was}，本期 {is}",
	},
	{
		"no_tariff": "no tariff", "no_register_price": "no price for this register", "zero_area": "no area", "no_debtor": "no owner from {from} on", "no_reading": "meter {meter} has no new reading", "estimated": "meter {meter} was estimated",
		"price_over_cap": "price above the cap of {cap} ({document})", "formula": "the formula cannot be computed at character {at} ({what})", "not_computed": "not computed: {why}", "not_shared": "{name} cannot be shared: {why}",
		"overlap": "{from} to {to} overlaps what is booked; reverse that first", "outlier": "{was} the month before, {is} now",
	},
}

func (w Warning) said(words map[string]string) string {
	text, ok := words[w.Code]
	if !ok {
		return w.Code
	}
	for name, v := range w.Params {
		text = strings.ReplaceAll(text, "{"+name+"}", fmt.Sprint(v))
	}
	return text
}

func rowsOf[T any](all []T, cells func(T) []any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, one := range all {
			if !yield(cells(one), nil) {
				return
			}
		}
	}
}

// exportedRun is a bill run as a workbook: its totals beside the month before,
// what to look at, the rooms that come out otherwise than the month before, and
// every line, names as far as the caller sees them (BIL-06).
func (s *Service) exportedRun(ctx context.Context, who authz.Actor, id RunID, item ItemID) (audit.Table, error) {
	r, err := s.Run(ctx, who, id)
	if err != nil {
		return audit.Table{}, err
	}
	items, err := s.itemNames(ctx, who, r.Community)
	if err != nil {
		return audit.Table{}, err
	}
	name := "bill-run-" + r.Period.String() + ".xlsx"
	return audit.Table{Name: name, What: "bill_run", Community: r.Community, Subject: r.subject(), Filter: map[string]any{"run": id.String(), "period": r.Period.String()}, Sheets: []sheet.Sheet{
		r.totalsSheet(ctx, items), s.differenceSheet(ctx, who, r, items), r.warningSheet(ctx, items), s.linesSheet(ctx, who, r, item),
	}}, nil
}

// itemNames are the charge items of a community in the language of the request, by id.
func (s *Service) itemNames(ctx context.Context, who authz.Actor, community authz.CommunityID) (map[ItemID]string, error) {
	all := map[ItemID]string{}
	lang := web.Lang(ctx)
	return all, s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		type row struct {
			ID ItemID `db:"id"`
			ZH string `db:"name"`
			EN string `db:"name_en"`
		}
		rows, err := db.All[row](ctx, tx, `SELECT i.id, i.name, i.name_en FROM charge_item i WHERE i.community_id = $1 AND {scope:i}`, community)
		for _, i := range rows {
			all[i.ID] = i18n.Named(lang, i.ZH, i.EN)
		}
		return err
	})
}

func (r Run) totalsSheet(ctx context.Context, items map[ItemID]string) sheet.Sheet {
	heads := web.Pick(ctx, []string{"收费项目", "明细条数", "上月金额", "本次出账", "差额"}, []string{"Charge", "Lines", "Month before", "This run", "Difference"})
	return sheet.Of(web.Pick(ctx, "汇总", "Totals"), heads, rowsOf(r.Summary.Items, func(i ItemTotal) []any {
		return []any{orElse(items[i.Item], i.Name), i.Lines, sheet.Decimal(i.Before.String()), sheet.Decimal(i.Amount.String()), sheet.Decimal((i.Amount - i.Before).String())}
	}))
}

func (r Run) warningSheet(ctx context.Context, items map[ItemID]string) sheet.Sheet {
	words, yes := web.Pick(ctx, warningsSaid[0], warningsSaid[1]), web.Pick(ctx, "未出账", "not billed")
	heads := web.Pick(ctx, []string{"房屋", "收费项目", "问题", "后果"}, []string{"Room", "Charge", "What is the matter", "So it is"})
	return sheet.Of(web.Pick(ctx, "需核对", "To look at"), heads, rowsOf(r.Summary.Warnings, func(w Warning) []any {
		left := ""
		if w.Error {
			left = yes
		}
		return []any{w.Label, w.Item, w.said(words), left}
	}))
}

func (s *Service) linesSheet(ctx context.Context, who authz.Actor, r Run, item ItemID) sheet.Sheet {
	lang, developer, gone := web.Lang(ctx), web.Pick(ctx, "开发商", "developer"), web.Pick(ctx, "已冲销", "reversed")
	heads := web.Pick(ctx, []string{"房屋", "收费项目", "应交人", "起", "止（不含）", "应交日", "数量", "单价", "金额", "其中税额", "价格依据", "状态"},
		[]string{"Room", "Charge", "Debtor", "From", "To (without)", "Due", "Quantity", "Price", "Amount", "Tax in it", "Basis of the price", "State"})
	return sheet.Of(web.Pick(ctx, "明细", "Lines"), heads, sheet.Walk(func(after int64) ([]LineView, error) {
		return s.RunLines(ctx, who, r.ID, item, after, exportPage)
	}, func(l LineView) int64 { return l.N }, func(l LineView) []any {
		state := ""
		if l.ReversedAt != nil {
			state = gone
		}
		return []any{l.Label, i18n.Named(lang, l.ItemName, l.ItemNameEN), orElse(l.Who, developer), l.From, l.To, l.Due, sheet.Decimal(l.Quantity), sheet.Decimal(l.Price), sheet.Decimal(l.Fen.String()), sheet.Decimal(l.Tax.String()), l.Document, state}
	}))
}

// difference is what a room is billed for an item in the month of a run, by this
// run or an earlier one, beside the month before.
type difference struct {
	Room   housing.RoomID
	Label  string
	Sort   string
	Item   ItemID
	Before money.Fen
	Now    money.Fen
}

type roomAt struct {
	Sort string
	Room housing.RoomID
}

func (s *Service) differenceSheet(ctx context.Context, who authz.Actor, r Run, items map[ItemID]string) sheet.Sheet {
	heads := web.Pick(ctx, []string{"房屋", "收费项目", "上月金额", "本月金额", "差额"}, []string{"Room", "Charge", "Month before", "This month", "Difference"})
	rows := func(yield func([]any, error) bool) {
		var after roomAt
		for {
			some, next, err := s.differences(ctx, who, r, after)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, d := range some {
				if !yield([]any{d.Label, items[d.Item], sheet.Decimal(d.Before.String()), sheet.Decimal(d.Now.String()), sheet.Decimal((d.Now - d.Before).String())}, nil) {
					return
				}
			}
			if next == (roomAt{}) {
				return
			}
			after = next
		}
	}
	return sheet.Of(web.Pick(ctx, "与上月差异", "Against the month before"), heads, rows)
}

// differences are those of some rooms in the order of the register; next is where it goes on, zero at the end.
func (s *Service) differences(ctx context.Context, who authz.Actor, r Run, after roomAt) (out []difference, next roomAt, err error) {
	type row struct {
		ID    housing.RoomID `db:"id"`
		Label string         `db:"label"`
		Sort  string         `db:"sort_key"`
		Item  ItemID         `db:"item_id"`
		Was   money.Fen      `db:"was"`
		Now   money.Fen      `db:"now"`
	}
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		out, next = nil, roomAt{}
		rooms, err := db.All[roomRow](ctx, tx, `SELECT o.id, o.sort_key FROM room o WHERE o.community_id = $1 AND (o.sort_key, o.id) > ($2, $3) AND {scope:o} ORDER BY o.sort_key, o.id LIMIT $4`, r.Community, after.Sort, int64(after.Room), exportPage)
		if err != nil || len(rooms) == 0 {
			return err
		}
		if last := rooms[len(rooms)-1]; len(rooms) == exportPage {
			next = roomAt{last.Sort, last.ID}
		}
		args := []any{r.Community, r.Period.Add(-1), r.Period}
		marks := db.Among(&args, roomIDs(rooms))
		drafts := ""
		if !r.shown() {
			args = append(args, r.ID)
			drafts = `UNION ALL SELECT l.community_id, l.room_id, l.item_id, 0 AS was, l.amount FROM bill_draft l WHERE l.community_id = $1 AND l.run_id = $` + strconv.Itoa(len(args)) + ` AND l.room_id IN ` + marks
		}
		all, err := db.All[row](ctx, tx, `SELECT o.id, o.label, o.sort_key, x.item_id, CAST(SUM(x.was) AS BIGINT) AS was, CAST(SUM(x.amount) AS BIGINT) AS now FROM (
			SELECT l.community_id, l.room_id, l.item_id, CASE WHEN l.period = $2 THEN l.amount ELSE 0 END AS was, CASE WHEN l.period = $2 THEN 0 ELSE l.amount END AS amount
			FROM bill_line l WHERE l.community_id = $1 AND l.period IN ($2, $3) AND l.reversed_at IS NULL AND l.room_id IN `+marks+` `+drafts+`
			) x JOIN room o ON o.community_id = x.community_id AND o.id = x.room_id WHERE {scope:o} GROUP BY o.id, o.label, o.sort_key, x.item_id HAVING SUM(x.was) <> SUM(x.amount) ORDER BY o.sort_key, o.id, x.item_id`, args...)
		for _, d := range all {
			if r.bills(d.Item) {
				out = append(out, difference{d.ID, d.Label, d.Sort, d.Item, d.Was, d.Now})
			}
		}
		return err
	})
	return out, next, err
}

type roomRow struct {
	ID   housing.RoomID `db:"id"`
	Sort string         `db:"sort_key"`
}

func roomIDs(all []roomRow) []housing.RoomID {
	out := make([]housing.RoomID, len(all))
	for i, r := range all {
		out[i] = r.ID
	}
	return out
}

// bills says whether a run is for an item: what it does not look at did not change by it.
func (r Run) bills(item ItemID) bool {
	return slices.ContainsFunc(r.Summary.Items, func(i ItemTotal) bool { return i.Item == item })
}
