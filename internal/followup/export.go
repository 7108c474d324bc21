package followup

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

// takenOut names the list of a community in one state.
type takenOut struct {
	InCommunity
	State string `query:"state" enum:"due,done,not_reached,all" default:"due"`
}

// stateNames are the states as a spreadsheet says them.
var stateNames = map[string][2]string{Due: {"待回访", "Due"}, Done: {"已回访", "Done"}, NotReached: {"未接通", "Not reached"}, Void: {"已作废", "Void"}}

// atOnce is how many lines of the list are read at a time.
const atOnce = 500

// export writes the call list, or what became of it; names and numbers as far
// as the caller sees them.
func (s *Service) export(ctx context.Context, who authz.Actor, in *takenOut) (audit.Table, error) {
	var zone *time.Location
	if err := s.DB.Read(ctx, who, ActExport, func(tx *db.Tx) (err error) {
		if err := tx.In(ctx, in.Community); err != nil {
			return err
		}
		zone, err = org.Zone(ctx, tx, in.Community)
		return err
	}); err != nil {
		return audit.Table{}, err
	}
	heads := web.Pick(ctx, []string{"应回访时间", "单号", "事项", "规则", "位置", "客户", "电话", "状态", "尝试次数", "完成时间", "回访人", "已解决", "评分", "客户的话"},
		[]string{"Due", "Ticket", "Matter", "Rule", "Place", "Customer", "Number", "State", "Attempts", "Done", "By", "Solved", "Rating", "Words"})
	rows := func(yield func([]any, error) bool) {
		for after := First; ; {
			all, err := s.List(ctx, who, in.Community, in.State, after, atOnce)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, v := range all {
				for _, one := range append([]View{v}, v.Others...) { // who is asked in the same call has a line too
					if !yield(one.line(ctx, zone), nil) {
						return
					}
				}
			}
			if len(all) < atOnce {
				return
			}
			last := all[len(all)-1]
			after = position{last.DueAt, last.ID}
		}
	}
	return audit.Table{Name: "follow-up-list.xlsx", What: "followup_list", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "回访", "Follow-ups"), heads, rows)}}, nil
}

// line is a follow-up in a spreadsheet; times are those of the community.
func (v View) line(ctx context.Context, zone *time.Location) []any {
	stamp := func(at *clock.Instant) string {
		if at == nil {
			return ""
		}
		return at.In(zone).Format("2006-01-02 15:04")
	}
	solved := ""
	if v.Solved != nil {
		solved = web.Pick(ctx, map[bool]string{true: "是", false: "否"}, map[bool]string{true: "yes", false: "no"})[*v.Solved]
	}
	var rating any
	if v.RatingStars != nil {
		rating = *v.RatingStars
	}
	rule, state := ruleNames[v.Rule], stateNames[v.State]
	return []any{
		stamp(&v.DueAt), v.Number, v.Title, web.Pick(ctx, rule[0], rule[1]), v.Place, v.Contact, v.Mobile, web.Pick(ctx, state[0], state[1]), v.Attempts, stamp(v.DoneAt), v.By, solved, rating, strings.TrimSpace(v.Words),
	}
}
