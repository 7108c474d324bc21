package delivery

import (
	"context"
	"strings"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

const exportPage = 500

// The words of the export, in Chinese and in English.
var (
	statesSaid = [2]map[State]string{
		{"waiting": "排队中", "told": "已推送", "print": "待打印", "printed": "已打印待送", "delivered": "当面送达", "boxed": "投入信箱", "refused": "拒收"},
		{"waiting": "waiting", "told": "told", "print": "to be printed", "printed": "printed, to be carried", "delivered": "handed over", "boxed": "put in the box", "refused": "refused"},
	}
	waysSaid = [2]map[string]string{{"push": "手机消息", "mail": "邮件"}, {"push": "phone", "mail": "mail"}}
)

// exported are the notices of a run or a correction as a workbook, names as far as the caller sees them.
func (s *Service) exported(ctx context.Context, who authz.Actor, f Filter) (audit.Table, error) {
	var b Batch
	var zone *time.Location
	if err := s.DB.Read(ctx, who, ActView, func(tx *db.Tx) (err error) {
		if b, err = batch(ctx, tx, f.Batch); err != nil {
			return err
		}
		zone, err = org.Zone(ctx, tx, b.Community)
		return err
	}); err != nil {
		return audit.Table{}, err
	}
	at := func(t *clock.Instant) string {
		if t == nil {
			return ""
		}
		return t.In(zone).Format("2006-01-02 15:04")
	}
	states, ways, comma, developer := web.Pick(ctx, statesSaid[0], statesSaid[1]), web.Pick(ctx, waysSaid[0], waysSaid[1]), web.Pick(ctx, "、", ", "), web.Pick(ctx, "开发商", "developer")
	heads := web.Pick(ctx, []string{"房屋", "应交人", "金额", "状态", "渠道", "推送时间", "打印时间", "未遇次数", "下次上门", "办结时间", "送达人"},
		[]string{"Room", "Payer", "Amount", "State", "Ways", "Told at", "Printed at", "Not met", "Next attempt", "Done at", "Carried by"})
	rows := sheet.Walk(func(after Position) ([]NoticeView, error) {
		return s.Notices(ctx, who, f, after, exportPage)
	}, func(n NoticeView) Position { return Position{n.Sort, n.ID} }, func(n NoticeView) []any {
		var by []string
		for _, w := range strings.Split(n.Channels, ",") {
			if said, ok := ways[w]; ok {
				by = append(by, said)
			}
		}
		payer := n.Who
		if payer == "" {
			payer = developer
		}
		return []any{n.Label, payer, sheet.Decimal(n.Amount.String()), states[n.State], strings.Join(by, comma), at(n.ToldAt), at(n.PrintedAt), n.Tries, n.Next, at(n.DoneAt), n.DoneBy}
	})
	return audit.Table{Name: "bill-notices.xlsx", What: "bill_notices", Community: b.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "账单通知", "Bill notices"), heads, rows)}}, nil
}
