package roster

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
	"guanjia/internal/staff"
)

// OfWeek names a community and a day of a week.
type OfWeek struct {
	Here
	Day clock.Day `query:"day" doc:"a day of the week; left out: this week"`
}

// postWords are the posts as a spreadsheet says them.
var postWords = map[Post][2]string{
	PostService: {"客服", "Service"}, PostMaintenance: {"维修", "Maintenance"}, PostSecurity: {"秩序", "Security"}, PostCleaning: {"环境", "Cleaning"}, PostResponse: {"快速响应", "Response team"}, PostOther: {"其他", "Other"},
}

// export writes a week: a line for each person with their days, and a line for each duty.
func (s *Service) export(ctx context.Context, who authz.Actor, in *OfWeek) (audit.Table, error) {
	w, err := s.Week(ctx, who, in.Community, in.Day)
	if err != nil {
		return audit.Table{}, err
	}
	var zone *time.Location
	if err := s.DB.Read(ctx, who, ActView, func(tx *db.Tx) (err error) {
		zone, err = org.Zone(ctx, tx, in.Community)
		return err
	}); err != nil {
		return audit.Table{}, err
	}
	in.Day = w.From
	return audit.Table{Name: "roster-" + w.From.String() + ".xlsx", What: "roster", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{weekSheet(ctx, w, zone), dutySheet(ctx, w, zone)}}, nil
}

func hours(d Line, zone *time.Location) string {
	return d.From.In(zone).Format("15:04") + "–" + d.To.In(zone).Format("15:04")
}

// weekSheet has a line for each person, a column for each day.
func weekSheet(ctx context.Context, w Week, zone *time.Location) sheet.Sheet {
	names := web.Pick(ctx, []string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}, []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"})
	heads := web.Pick(ctx, []string{"姓名", "岗位"}, []string{"Name", "Post"})
	for _, day := range w.Days {
		heads = append(heads, names[day.Weekday()]+" "+day.String()[5:])
	}
	away := web.Pick(ctx, "请假", "on leave")
	cell := func(p staff.ID, day clock.Day) string {
		var out []string
		for _, d := range w.Duties {
			if d.Staff == p && d.Day == day && d.State == StatePlanned {
				out = append(out, d.ShiftName+" "+hours(d, zone))
			}
		}
		for _, l := range w.Leaves {
			if l.Staff == p && !day.Before(l.FromDay) && !day.After(l.ToDay) {
				out = append(out, away)
			}
		}
		return strings.Join(out, "\n")
	}
	return sheet.Of(web.Pick(ctx, "一周", "Week"), heads, func(yield func([]any, error) bool) {
		for _, p := range w.People {
			post := postWords[p.Post]
			row, any7 := []any{p.Name, web.Pick(ctx, post[0], post[1])}, false
			for _, day := range w.Days {
				text := cell(p.ID, day)
				any7 = any7 || text != ""
				row = append(row, text)
			}
			if any7 && !yield(row, nil) {
				return
			}
		}
	})
}

// dutySheet has a line for each duty.
func dutySheet(ctx context.Context, w Week, zone *time.Location) sheet.Sheet {
	heads := web.Pick(ctx, []string{"日期", "岗位", "班次", "开始", "结束", "姓名", "排班说明"}, []string{"Day", "Post", "Shift", "From", "To", "Name", "Planner's reason"})
	return sheet.Of(web.Pick(ctx, "班次", "Duties"), heads, func(yield func([]any, error) bool) {
		for _, d := range w.Duties {
			if d.State != StatePlanned {
				continue
			}
			post := postWords[d.Post]
			if !yield([]any{d.Day, web.Pick(ctx, post[0], post[1]), d.ShiftName, d.From.In(zone).Format("2006-01-02 15:04"), d.To.In(zone).Format("2006-01-02 15:04"), d.StaffName, d.Reason}, nil) {
				return
			}
		}
	})
}

// exportRoute is the week as a spreadsheet; it is for who plans it.
func (s *Service) exportRoute(a *web.API) {
	audit.Export(s.Exports, a, "/roster/export.xlsx", ActPlan, func(ctx context.Context, who authz.Actor, in *OfWeek) (audit.Table, error) {
		return s.export(ctx, who, in)
	}, web.Summary("The roster of a week as a spreadsheet"))
}
