package handover

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// How far rooms are, as the export says it, in Chinese and in English.
var stateWords = [2]map[State]string{
	{Waiting: "未通知", Invited: "已通知", Appointed: "已预约", Inspected: "已验房", Refused: "拒收", Done: "已交付"},
	{Waiting: "not invited", Invited: "invited", Appointed: "appointed", Inspected: "inspected", Refused: "refused", Done: "handed over"},
}

// export hands out the rooms of the board, nothing cut off.
func (s *Service) export(ctx context.Context, who authz.Actor, f Filter) (audit.Table, error) {
	asked, done := f, false
	f.Limit = housing.ExportPage
	states := web.Pick(ctx, stateWords[0], stateWords[1])
	heads := sheet.Heads(web.Pick(ctx, []string{"房屋", "业主", "交房状态", "预约日期", "时间", "交房日期", "未整改问题", "服务合同版本", "管理规约版本"}, []string{"Room", "Owner", "Hand-over", "Appointed on", "Time", "Handed over on", "Open defects", "Service contract", "Covenant"})...)
	return audit.Table{Name: "handover.xlsx", What: "handover", Community: f.Community, Filter: asked, Sheets: []sheet.Sheet{{Name: web.Pick(ctx, "交房", "Hand-over"), Columns: heads, Rows: sheet.Paged(func() ([][]any, error) {
		if done {
			return nil, nil
		}
		var page []Row
		err := s.DB.Read(ctx, who, ActExport, func(tx *db.Tx) (err error) {
			if err := tx.In(ctx, f.Community); err != nil {
				return err
			}
			page, err = list(ctx, tx, f)
			return err
		})
		if done = len(page) <= f.Limit; !done {
			page = page[:f.Limit]
			f.After = position(page[len(page)-1])
		}
		rows := make([][]any, len(page))
		for i, r := range page {
			rows[i] = []any{r.Label, r.Owner, states[r.State], r.AppointedOn, r.Slot, r.FinishedOn, r.Defects, r.Contract, r.Covenant}
		}
		return rows, err
	})}}}, nil
}

func position(r Row) housing.Position { return housing.Position{SortKey: r.SortKey, ID: r.Room} }
