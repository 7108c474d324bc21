package ticket

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// What a spreadsheet calls the kinds, states and verdicts, in Chinese and English.
var (
	kindWords = map[Kind][2]string{
		Repair: {"报修", "Repair"}, Chore: {"服务", "Service"}, Inquiry: {"咨询", "Inquiry"}, Suggestion: {"建议", "Suggestion"}, Praise: {"表扬", "Praise"}, Complaint: {"投诉", "Complaint"},
	}
	statusWords = map[Status][2]string{
		New: {"未派", "Unassigned"}, Dispatched: {"已派单", "Dispatched"}, Accepted: {"已接单", "Accepted"}, EnRoute: {"在路上", "On the way"}, Arrived: {"已到场", "On site"}, Working: {"处理中", "In progress"},
		Held: {"已挂起", "On hold"}, Resolved: {"已办结", "Resolved"}, FollowedUp: {"已回访", "Followed up"}, Archived: {"已归档", "Archived"}, Cancelled: {"已取消", "Cancelled"},
	}
	verdictWords = map[string][2]string{
		"running": {"进行中", "running"}, "paused": {"暂停", "paused"}, "breached": {"已超时", "breached"}, "met": {"按时", "in time"}, "missed": {"超时", "late"}, "cancelled": {"已取消", "cancelled"},
	}
)

func said(ctx context.Context, of [2]string) string { return web.Pick(ctx, of[0], of[1]) }

// exportHeads are the columns of the list of tickets.
var exportHeads = [2][]string{
	{"单号", "类型", "等级", "复杂", "事项", "类别", "方面", "位置", "联系人", "状态", "负责人", "首问", "登记时间", "响应", "解决", "含延期", "响应用时(分)", "解决用时(分)", "评分"},
	{"Number", "Kind", "Grade", "Complex", "Matter", "Category", "Side", "Place", "Contact", "Status", "Assignee", "Owner", "Opened", "Response", "Resolution", "With the extension", "Response (min)", "Resolve (min)", "Rating"},
}

// export writes a filtered list as a spreadsheet; nothing is cut off. Both
// verdicts stand there, without and with an extension (TIC-03c); times are
// those of the community.
func (s *Service) export(ctx context.Context, who authz.Actor, in *FilterInput) (audit.Table, error) {
	zones, err := s.zones(ctx, who)
	if err != nil {
		return audit.Table{}, err
	}
	tree := TreeOf(s.DB)
	rows := func(yield func([]any, error) bool) {
		stop := fmt.Errorf("ticket: export ended early")
		err := s.Each(ctx, who, in.filter(), func(r RowView) error {
			if !yield(r.line(ctx, tree, zones[r.Community], s.DB.Now()), nil) {
				return stop
			}
			return nil
		})
		if err != nil && err != stop { //nolint:errorlint // our own sentinel, never wrapped
			yield(nil, err)
		}
	}
	logged := *in
	logged.Q = "" // what was typed may be a name or a number
	return audit.Table{Name: "tickets.xlsx", What: "tickets", Community: in.Community, Filter: logged, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "工单", "Tickets"), web.Pick(ctx, exportHeads[0], exportHeads[1]), rows)}}, nil
}

// zones are the time zones of the communities that the caller sees.
func (s *Service) zones(ctx context.Context, who authz.Actor) (out map[authz.CommunityID]*time.Location, err error) {
	err = s.DB.Read(ctx, who, ActExport, func(tx *db.Tx) error {
		out, err = org.Zones(ctx, tx)
		return err
	})
	return out, err
}

// line is a ticket in a spreadsheet.
func (r RowView) line(ctx context.Context, tree *Tree, zone *time.Location, now clock.Instant) []any {
	if zone == nil {
		zone = time.UTC
	}
	complicated := ""
	if r.Complex {
		complicated = web.Pick(ctx, "是", "yes")
	}
	c, _ := tree.ByID(r.Category)
	side, _ := c.Facet(r.Facet)
	clocks, d := r.Clocks(now), r.Durations()
	return []any{
		r.Number, said(ctx, kindWords[r.Kind]), string(r.Grade), complicated, r.Title, web.Pick(ctx, c.Zh, c.En), web.Pick(ctx, side.Zh, side.En), r.Place, r.ContactName, said(ctx, statusWords[r.Status]), r.AssigneeName, r.OwnerName,
		r.OpenedAt.Time().In(zone).Format("2006-01-02 15:04"), said(ctx, verdictWords[clocks[0].State]), said(ctx, verdictWords[clocks[1].State]), said(ctx, verdictWords[clocks[1].Extended]),
		minutes(d.Response), minutes(d.Total), decimal(r.Ticket.Rating),
	}
}

func minutes(ms *int64) any {
	if ms == nil {
		return nil
	}
	return *ms / 60_000
}

func decimal(tenths *int64) any {
	if tenths == nil {
		return nil
	}
	return sheet.Decimal(strconv.FormatInt(*tenths/10, 10) + "." + strconv.FormatInt(*tenths%10, 10))
}
