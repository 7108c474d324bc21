package daily

import (
	"context"
	"fmt"
	"slices"
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

// export writes a month: its days, what was written, and the follow-up tasks.
func (s *Service) export(ctx context.Context, who authz.Actor, in *OfMonth) (audit.Table, error) {
	var days []Row
	var entries []Entry
	var tasks []Task
	var zone *time.Location
	if err := s.DB.Read(ctx, who, ActExport, func(tx *db.Tx) (err error) {
		if zone, err = org.Zone(ctx, tx, in.Community); err != nil {
			return err
		}
		if in.Period.IsZero() {
			in.Period = clock.PeriodOf(tx.Now, zone)
		}
		if days, err = month(ctx, tx, in.Community, in.Period); err != nil {
			return err
		}
		if entries, err = within[Entry](ctx, tx, "daily_entry", "minute, x.id", in.Community, in.Period); err != nil {
			return err
		}
		tasks, err = within[Task](ctx, tx, "daily_task", "id", in.Community, in.Period)
		return err
	}); err != nil {
		return audit.Table{}, err
	}
	slices.Reverse(days)
	of := map[ID]clock.Day{}
	for _, d := range days {
		of[d.ID] = d.Day
	}
	return audit.Table{Name: "daily-log-" + in.Period.String() + ".xlsx", What: "daily_log", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{
		daySheet(ctx, days, zone), entrySheet(ctx, entries, of, zone), taskSheet(ctx, tasks, of, zone),
	}}, nil
}

func stamp(at *clock.Instant, zone *time.Location) string {
	if at == nil {
		return ""
	}
	return at.In(zone).Format("2006-01-02 15:04")
}

// signer is who signed a part of a day, and when.
func signer(r Row, p Part, zone *time.Location) string {
	i := slices.IndexFunc(r.Signs, func(s Sign) bool { return s.Part == p })
	if i < 0 {
		return ""
	}
	return r.Signs[i].ByName + " " + stamp(&r.Signs[i].At, zone)
}

func daySheet(ctx context.Context, days []Row, zone *time.Location) sheet.Sheet {
	heads := web.Pick(ctx, []string{"日期", "天气", "新增工单", "A 级", "办结", "超时", "新增投诉", "记事", "重要事件", "投诉记录签阅", "巡查记录签阅", "管理日志签阅", "批注", "跟进任务", "未完成"},
		[]string{"Day", "Weather", "Opened", "Grade A", "Resolved", "Overdue", "Complaints", "Entries", "Important", "Complaints signed", "Patrols signed", "Log signed", "Remarks", "Tasks", "Not done"})
	return sheet.Of(web.Pick(ctx, "管理日志", "Management log"), heads, func(yield func([]any, error) bool) {
		for _, d := range days {
			remarks := []string{}
			for _, s := range d.Signs {
				if s.Remark != "" && !slices.Contains(remarks, s.Remark) {
					remarks = append(remarks, s.Remark)
				}
			}
			f := d.Figures
			if !yield([]any{d.Day, d.Weather, f.Opened, f.Urgent, f.Resolved, f.Overdue, f.Complaints, d.Entries, d.Important, signer(d, Complaints, zone), signer(d, Patrols, zone), signer(d, Journal, zone), strings.Join(remarks, "；"), d.Tasks, d.Undone}, nil) {
				return
			}
		}
	})
}

func entrySheet(ctx context.Context, all []Entry, of map[ID]clock.Day, zone *time.Location) sheet.Sheet {
	heads := web.Pick(ctx, []string{"日期", "时间", "内容", "记录人", "重要事件", "地点", "影响", "已采取措施", "下一步", "已通知", "报告时间", "阅知人", "阅知时间"},
		[]string{"Day", "Time", "What", "By", "Important", "Place", "Affected", "Done so far", "Next", "Told", "Reported", "Read by", "Read at"})
	return sheet.Of(web.Pick(ctx, "记事", "Entries"), heads, func(yield func([]any, error) bool) {
		for _, e := range all {
			reported, mark := "", ""
			if e.Important {
				reported, mark = stamp(&e.At, zone), web.Pick(ctx, "是", "yes")
			}
			if !yield([]any{of[e.Log], fmt.Sprintf("%02d:%02d", e.Minute/60, e.Minute%60), e.Words, e.ByName, mark, e.Form.Place, e.Form.Affected, e.Form.Measures, e.Form.Next, e.Form.Told, reported, e.ReadBy, stamp(e.ReadAt, zone)}, nil) {
				return
			}
		}
	})
}

func taskSheet(ctx context.Context, all []Task, of map[ID]clock.Day, zone *time.Location) sheet.Sheet {
	heads := web.Pick(ctx, []string{"日期", "由", "跟进任务", "负责人", "期限", "布置人", "完成时间", "完成人", "结果"}, []string{"Day", "From", "Follow-up task", "For", "Due", "Given by", "Done", "Done by", "Result"})
	names := web.Pick(ctx, map[Part]string{Complaints: "投诉记录", Patrols: "巡查记录", Journal: "管理日志"}, map[Part]string{Complaints: "complaints", Patrols: "patrols", Journal: "log"})
	return sheet.Of(web.Pick(ctx, "跟进任务", "Follow-up tasks"), heads, func(yield func([]any, error) bool) {
		for _, t := range all {
			if !yield([]any{of[t.Log], names[t.Part], t.Words, t.StaffName, t.Due, t.ByName, stamp(t.DoneAt, zone), t.DoneBy, t.Result}, nil) {
				return
			}
		}
	})
}
