package housing

import (
	"context"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
)

// The headings and words of the import's template of rooms (CUS-07).
var (
	roomHeads = sheet.Heads("楼栋", "单元", "房号", "房屋类型", "楼层", "建筑面积", "套内面积", "房屋状态", "交房日期", "业主", "责任区", "备注")
)

// ExportPage is how many rows an export reads at once.
const ExportPage = 500

// Export hands out the rooms of a filter, nothing cut off.
func (s *Service) Export(ctx context.Context, who authz.Actor, f Filter) (audit.Table, error) {
	f.Limit = ExportPage
	asked, done := f, false
	return audit.Table{Name: "rooms.xlsx", What: "rooms", Community: f.Community, Filter: asked, Sheets: []sheet.Sheet{{Name: "房屋", Columns: roomHeads, Rows: sheet.Paged(func() ([][]any, error) {
		if done {
			return nil, nil
		}
		var page []RoomRow
		err := s.DB.Read(ctx, who, ActExport, func(tx *db.Tx) (err error) {
			page, err = s.page(ctx, tx, f)
			return err
		})
		if done = len(page) <= ExportPage; !done {
			page = page[:ExportPage]
			last := page[len(page)-1]
			f.After = Position{last.SortKey, last.ID}
		}
		rows := make([][]any, len(page))
		for i, r := range page {
			rows[i] = r.cells()
		}
		return rows, err
	})}}}, nil
}

func (r RoomRow) cells() []any {
	l, _ := ParseLabel(r.Short) // what is stored was read once
	var floor any
	if r.Floor != nil {
		floor = *r.Floor
	}
	var parcels []string
	for _, p := range r.Parcels {
		parcels = append(parcels, p.Name)
	}
	return []any{l.Building, l.Unit, r.Number, typeName[r.Type], floor, area(r.BuildingArea), area(r.InnerArea), stateName[r.State], r.HandedOverOn, r.Owner, strings.Join(parcels, "、"), r.Notes}
}

func area(a Area) any {
	if a == 0 {
		return nil
	}
	return sheet.Decimal(a.String())
}
