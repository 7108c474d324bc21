package lookin

import (
	"context"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

// takenOut names the looks of a community in some days.
type takenOut struct {
	Community authz.CommunityID `query:"community" required:"true"`
	From      clock.Day         `query:"from" required:"true" doc:"the first day"`
	To        clock.Day         `query:"to" required:"true" doc:"the last day, 400 days later at most"`
}

// stateWords are the states as a spreadsheet says them.
var stateWords = map[State][2]string{Planned: {"待查看", "Planned"}, Done: {"已查看", "Done"}, Cancelled: {"已取消", "Cancelled"}}

// export writes what was to be looked at in some days, and what was found.
func (s *Service) export(ctx context.Context, who authz.Actor, in *takenOut) (audit.Table, error) {
	if n := in.To.Sub(in.From); in.From.IsZero() || in.To.IsZero() || n < 0 || n > 400 {
		return audit.Table{}, errs.ErrFields.At(errs.Field{Name: "to", Code: "upkeep.span"})
	}
	var all []View
	var zone *time.Location
	if err := s.DB.Read(ctx, who, ticket.ActExport, func(tx *db.Tx) (err error) {
		if err := tx.In(ctx, in.Community); err != nil {
			return err
		}
		if zone, err = org.Zone(ctx, tx, in.Community); err != nil {
			return err
		}
		all, err = db.All[View](ctx, tx, `SELECT `+db.Columns[LookIn]("l")+`, t.number, t.title, t.place, t.grade FROM look_in l JOIN ticket t ON t.community_id = l.community_id AND t.id = l.ticket_id
			WHERE l.community_id = $1 AND l.state IN ('planned', 'done', 'cancelled') AND l.due_at >= $2 AND l.due_at < $3 AND {scope:l} ORDER BY l.due_at, l.id`, in.Community, in.From.Start(zone), in.To.Add(1).Start(zone))
		return err
	}); err != nil {
		return audit.Table{}, err
	}
	heads := web.Pick(ctx, []string{"约定时间", "单号", "等级", "事项", "位置", "查看人", "状态", "查看时间", "情况", "安排人"}, []string{"Due", "Ticket", "Grade", "Matter", "Place", "Who looks", "State", "Done", "Finding", "Planned by"})
	stamp := func(at clock.Instant) string { return at.In(zone).Format("2006-01-02 15:04") }
	rows := func(yield func([]any, error) bool) {
		for _, l := range all {
			done := ""
			if l.DoneAt != nil {
				done = stamp(*l.DoneAt)
			}
			word := stateWords[l.State]
			if !yield([]any{stamp(l.DueAt), l.Number, string(l.Grade), l.Title, l.Place, l.StaffName, web.Pick(ctx, word[0], word[1]), done, l.Finding, l.ByName}, nil) {
				return
			}
		}
	}
	return audit.Table{Name: "look-ins.xlsx", What: "look_ins", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "现场查看", "Look-ins"), heads, rows)}}, nil
}
