package attendance

import (
	"context"
	"iter"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

// Here names a community.
type Here struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

type monthInput struct {
	Here
	Period clock.Period `query:"period" doc:"left out: this month"`
}

// Routes is the API of attendance.
func (s *Service) Routes(a *web.API) {
	web.Post(a, "/attendance-marks", ActSelf, func(ctx context.Context, who authz.Actor, in *struct{ Body Checking }) (Mark, error) {
		return s.Check(ctx, who, in.Body)
	}, web.Created(), web.Summary("Mark that one comes or goes"))
	web.Post(a, "/attendance-marks/{id}/strike", ActDecide, func(ctx context.Context, who authz.Actor, in *struct {
		ID MarkID `path:"id"`
		web.Match
		Body struct {
			Reason string `json:"reason" maxLength:"800"`
		}
	}) (Mark, error) {
		return s.Strike(ctx, who, in.ID, in.Expect, in.Body.Reason)
	}, web.Summary("Strike a mark out that is not true; never one's own"))
	web.Get(a, "/attendance-marks", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Here
		Period clock.Period `query:"period" required:"true"`
		Staff  staff.ID     `query:"staff" required:"true"`
	}) (web.List[Mark], error) {
		all, err := s.MarksOf(ctx, who, in.Community, in.Period, in.Staff)
		return web.All(all), err
	}, web.Summary("The marks of somebody's month, those that were struck out among them"))
	web.Get(a, "/attendance-mine", ActSelf, func(ctx context.Context, who authz.Actor, in *monthInput) (Mine, error) {
		return s.Mine(ctx, who, in.Community, in.Period)
	}, web.Summary("One's own month"))
	web.Post(a, "/attendance-fixes", ActSelf, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Kind      string            `json:"kind" enum:"in,out"`
			At        clock.Instant     `json:"at"`
			Reason    string            `json:"reason" maxLength:"800"`
		}
	}) (Fix, error) {
		b := in.Body
		return s.Ask(ctx, who, b.Community, Fix{Kind: b.Kind, At: b.At, Reason: b.Reason})
	}, web.Created(), web.Summary("Ask for a mark that was forgotten; somebody else decides"))
	web.Get(a, "/attendance", ActView, func(ctx context.Context, who authz.Actor, in *monthInput) (Month, error) {
		return s.Of(ctx, who, ActView, in.Community, in.Period)
	}, web.Summary("The attendance of a month, by person and team"))
	audit.Export(s.Exports, a, "/attendance/export.xlsx", ActExport, s.export, web.Summary("The attendance of a month as a spreadsheet"))
	web.Get(a, "/attendance-code", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Here
		Site string `query:"site" required:"true" pattern:"^https?://[^/ ]+$" maxLength:"200" doc:"where phones reach the program"`
	}) (Code, error) {
		return s.Show(ctx, who, in.Community, in.Site)
	}, web.Summary("The code that the office shows now to check in by"))
	web.Get(a, "/attendance-place", ActView, func(ctx context.Context, who authz.Actor, in *Here) (Place, error) {
		return s.Place(ctx, who, in.Community)
	}, web.Summary("Where and how people of a community check in"))
	web.Put(a, "/attendance-place", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		Here
		web.Match
		Body Terms
	}) (Place, error) {
		return s.SetPlace(ctx, who, in.Community, in.Expect, in.Body)
	}, web.Summary("Set where and how people of a community check in"))
}

// export writes the month, a sheet of sums and one of days.
func (s *Service) export(ctx context.Context, who authz.Actor, in *monthInput) (audit.Table, error) {
	m, err := s.Of(ctx, who, ActExport, in.Community, in.Period)
	if err != nil {
		return audit.Table{}, err
	}
	sums := web.Pick(ctx, []string{"姓名", "班次", "出勤", "迟到次数", "迟到分钟", "早退次数", "缺勤", "请假班次", "缺卡", "在岗分钟"}, []string{"Name", "Duties", "Present", "Late", "Minutes late", "Left early", "Absent", "On leave", "Marks missing", "Minutes at work"})
	heads := web.Pick(ctx, []string{"姓名", "日期", "班次", "上班", "下班", "情况", "迟到分钟", "早退分钟", "在岗分钟"}, []string{"Name", "Day", "Shift", "Came", "Went", "State", "Minutes late", "Minutes early", "Minutes at work"})
	zone, all, err := s.marked(ctx, who, in.Community, m.Period)
	if err != nil {
		return audit.Table{}, err
	}
	time := func(at *clock.Instant) string {
		if at == nil {
			return ""
		}
		return at.Time().In(zone).Format("01-02 15:04")
	}
	people := func(yield func([]any, error) bool) {
		for _, p := range m.People {
			if !yield([]any{p.Name, p.Duties, p.Present, p.Late, p.LateMinutes, p.Early, p.Absent, p.Away, p.Lacking, p.Minutes}, nil) {
				return
			}
		}
	}
	days := func(yield func([]any, error) bool) {
		for _, p := range m.People {
			for _, d := range p.Days {
				if !yield([]any{p.Name, d.Day, d.Shift, time(d.In), time(d.Out), stateWord(ctx, d), d.Late, d.Early, d.Minutes}, nil) {
					return
				}
			}
		}
	}
	markHeads := web.Pick(ctx, []string{"姓名", "时间", "打卡", "方式", "说明", "经手人", "作废时间", "作废人", "作废原因"}, []string{"Name", "Time", "Mark", "How", "Remark", "By", "Struck out", "Struck out by", "Why"})
	names := map[staff.ID]string{}
	for _, p := range m.People {
		names[p.Staff] = p.Name
	}
	marks := func(yield func([]any, error) bool) {
		for _, k := range all {
			if !yield([]any{names[k.Staff], time(&k.At), kindWord(ctx, k.Kind), sourceWord(ctx, k.Source), k.Reason, k.ByName, time(k.Struck), k.StruckBy, k.StruckWhy}, nil) {
				return
			}
		}
	}
	return audit.Table{Name: "attendance-" + m.Period.String() + ".xlsx", What: "attendance", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{
		sheet.Of(web.Pick(ctx, "月汇总", "Month"), sums, iter.Seq2[[]any, error](people)), sheet.Of(web.Pick(ctx, "每天", "Days"), heads, iter.Seq2[[]any, error](days)),
		sheet.Of(web.Pick(ctx, "打卡记录", "Marks"), markHeads, iter.Seq2[[]any, error](marks)),
	}}, nil
}

func stateWord(ctx context.Context, d Day) string {
	return web.Pick(ctx, map[string]string{"ahead": "未到班", "on": "在班", "present": "出勤", "absent": "缺勤", "away": "请假"}, map[string]string{"ahead": "ahead", "on": "on duty", "present": "present", "absent": "absent", "away": "on leave"})[d.State]
}

func kindWord(ctx context.Context, kind string) string {
	return web.Pick(ctx, map[string]string{In: "上班", Out: "下班"}, map[string]string{In: "came", Out: "went"})[kind]
}

func sourceWord(ctx context.Context, source string) string {
	return web.Pick(ctx, map[string]string{ByPhone: "手机", ByCode: "扫码", ByImport: "导入", ByFix: "补卡"}, map[string]string{ByPhone: "phone", ByCode: "code", ByImport: "import", ByFix: "correction"})[source]
}
