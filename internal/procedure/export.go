package procedure

import (
	"context"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

type ofCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

// exportReaders writes who has confirmed what they work with, a sheet of those
// who have not and one of the attempts at quizzes (PRO-01b).
func (s *Service) exportReaders(ctx context.Context, who authz.Actor, in *ofCommunity) (audit.Table, error) {
	all, err := s.Readers(ctx, who, in.Community)
	if err != nil {
		return audit.Table{}, err
	}
	var zone *time.Location
	if err := s.DB.Read(ctx, who, ActLead, func(tx *db.Tx) error {
		zone, err = org.Zone(ctx, tx, in.Community)
		return err
	}); err != nil {
		return audit.Table{}, err
	}
	at := func(i *clock.Instant) string {
		if i == nil {
			return ""
		}
		return i.Time().In(zone).Format("2006-01-02 15:04")
	}
	heads := web.Pick(ctx, []string{"流程", "版本", "发布时间", "应确认人数", "已确认人数", "未确认的人", "测验次数", "最多答对", "上次提醒"},
		[]string{"Procedure", "Version", "Published", "Concerned", "Confirmed", "Not confirmed by", "Attempts at the quiz", "Most right", "Last reminder"})
	readers := func(yield func([]any, error) bool) {
		for _, b := range all {
			line := []any{web.Pick(ctx, b.Zh, b.En), b.Number, at(b.PublishedAt), b.Concerned, b.Concerned - len(b.Missing)}
			if len(b.Missing) == 0 && !yield(append(line, "", "", "", ""), nil) {
				return
			}
			for _, m := range b.Missing {
				if !yield(append(line[:5:5], m.Name, m.Tries, m.Best, at(m.RemindedAt)), nil) {
					return
				}
			}
		}
	}
	tried := web.Pick(ctx, []string{"流程", "版本", "姓名", "时间", "答对", "题数", "通过"}, []string{"Procedure", "Version", "Name", "Time", "Right", "Questions", "Passed"})
	attempts := func(yield func([]any, error) bool) {
		for _, b := range all {
			if !b.Quiz {
				continue
			}
			of, err := s.Attempts(ctx, who, in.Community, b.Edition)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, a := range of {
				if !yield([]any{web.Pick(ctx, b.Zh, b.En), b.Number, a.Name, at(&a.At), a.Right, a.Questions, yes(ctx, a.Passed)}, nil) {
					return
				}
			}
		}
	}
	return audit.Table{Name: "procedure-readers.xlsx", What: "procedure_readers", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{
		sheet.Of(web.Pick(ctx, "阅读确认", "Readings"), heads, readers), sheet.Of(web.Pick(ctx, "测验记录", "Quizzes"), tried, attempts),
	}}, nil
}

func yes(ctx context.Context, b bool) string {
	if b {
		return web.Pick(ctx, "是", "yes")
	}
	return web.Pick(ctx, "否", "no")
}
