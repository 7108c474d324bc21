package ticket

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

type arrivalsInput struct {
	Community authz.CommunityID `query:"community" required:"true"`
	From      clock.Day         `query:"from" required:"true"`
	To        clock.Day         `query:"to" required:"true" doc:"the last day"`
}

// exportArrivals writes what became of promises to come, by person and by category (APP-04).
func (s *Service) exportArrivals(ctx context.Context, who authz.Actor, in *arrivalsInput) (audit.Table, error) {
	f, err := s.arrivals(ctx, who, ActExport, in.Community, in.From, in.To)
	if err != nil {
		return audit.Table{}, err
	}
	heads := func(zh, en string) []string {
		return append([]string{web.Pick(ctx, zh, en)}, web.Pick(ctx, []string{"守时", "失约", "我方改约", "客户改约", "取消", "守时率 %"}, []string{"Kept", "Missed", "Moved by us", "Moved by the customer", "Called off", "Kept %"})...)
	}
	line := func(name string, k Kept) []any {
		var share any = "–"
		if k.SharePercent != nil {
			share = *k.SharePercent
		}
		return []any{name, k.Kept, k.Missed, k.MovedByUs, k.MovedByThem, k.CalledOff, share}
	}
	rows := func(all []Kept, name func(Kept) string) func(func([]any, error) bool) {
		return func(yield func([]any, error) bool) {
			for _, k := range all {
				if !yield(line(name(k), k), nil) {
					return
				}
			}
			yield(line(web.Pick(ctx, "合计", "Total"), f.All), nil)
		}
	}
	nobody, tree := web.Pick(ctx, "未派人", "nobody"), TreeOf(s.DB)
	people := rows(f.People, func(k Kept) string {
		if k.Name == "" {
			return nobody
		}
		return k.Name
	})
	categories := rows(f.Categories, func(k Kept) string {
		c, _ := tree.ByID(k.Key)
		return web.Pick(ctx, c.Zh, c.En)
	})
	return audit.Table{Name: "arrivals.xlsx", What: "arrivals", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{
		sheet.Of(web.Pick(ctx, "按人", "People"), heads("人员", "Person"), people), sheet.Of(web.Pick(ctx, "按类别", "Categories"), heads("类别", "Category"), categories),
	}}, nil
}
