package parking

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
)

var (
	kindWords    = map[string]string{"owned": "产权", "rented": "租赁", "public": "公共"}
	placeWords   = map[string]string{"standard": "标准", "tandem": "子母", "small": "微型", "accessible": "无障碍", "charger": "充电"}
	stateWords   = map[State]string{Free: "空闲", Sold: "已售", Let: "已租", Blocked: "停用"}
	vehicleWords = map[string]string{"car": "小型车", "truck": "货车", "motorcycle": "摩托车", "other": "其他"}
)

func (s *Service) exportSpaces(ctx context.Context, who authz.Actor, f Filter) audit.Table {
	heads := sheet.Heads("车位号", "区域", "性质", "类型", "状态", "对应房屋", "使用人", "起始日期", "截止日期", "车牌", "备注")
	return exported(ctx, s, who, f, "parking_spaces", "车位", heads, spaces, spacePosition, func(v SpaceView) []any {
		plates := ""
		for i, p := range v.Plates {
			if i > 0 {
				plates += "、"
			}
			plates += p
		}
		return []any{v.Number, v.Area, kindWords[v.Kind], placeWords[v.Place], stateWords[v.State], v.Label, v.Holder, v.From, v.To, plates, v.Notes}
	})
}

func (s *Service) exportVehicles(ctx context.Context, who authz.Actor, f Filter) audit.Table {
	heads := sheet.Heads("车牌号", "车辆类型", "品牌", "颜色", "房屋", "车主", "车位号", "登记日期", "月卡起始", "月卡截止", "注销日期", "备注")
	return exported(ctx, s, who, f, "vehicles", "车辆", heads, vehicles, f.position, func(v VehicleView) []any {
		return []any{v.Plate, vehicleWords[v.Kind], v.Brand, v.Colour, v.RoomLabel, v.Owner, v.SpaceNumber, v.From, v.PermitFrom, v.PermitTo, v.EndedOn, v.Notes}
	})
}

// exported streams a list of this package page by page.
func exported[T any](ctx context.Context, s *Service, who authz.Actor, f Filter, what, name string, heads []sheet.Column,
	list func(context.Context, *db.Tx, Filter) ([]T, error), at func(T) Position, cells func(T) []any,
) audit.Table {
	asked, done := f, false
	f.Limit = housing.ExportPage
	return audit.Table{Name: what + ".xlsx", What: what, Community: f.Community, Filter: asked, Sheets: []sheet.Sheet{{Name: name, Columns: heads, Rows: sheet.Paged(func() ([][]any, error) {
		if done {
			return nil, nil
		}
		var page []T
		err := s.DB.Read(ctx, who, ActExport, func(tx *db.Tx) (err error) {
			if err := tx.In(ctx, f.Community); err != nil {
				return err
			}
			page, err = list(ctx, tx, f)
			return err
		})
		if done = len(page) <= f.Limit; !done {
			page = page[:f.Limit]
			f.After = at(page[len(page)-1])
		}
		rows := make([][]any, len(page))
		for i, v := range page {
			rows[i] = cells(v)
		}
		return rows, err
	})}}}
}
