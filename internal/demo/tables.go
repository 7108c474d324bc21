package demo

import (
	"bytes"
	"context"

	"guanjia/internal/imports"
	"guanjia/internal/platform/sheet"
)

// tables are what the office has imported: one that is written, one with
// mistakes, and one of another system whose columns nobody has named yet.
var tables = []struct {
	name  string
	heads []string
	rows  [][]any
	apply bool
}{
	{"意向客户.xlsx", []string{"姓名*", "类型", "手机号", "标签", "备注"}, [][]any{
		{"范小满", "个人", "13900000311", "商户", "想租商铺 3 号"}, {"方知远", "个人", "13900000312", nil, "看过 6 栋的房"}, {"梅若溪", "个人", "13900000313", "VIP", nil},
	}, true},
	{"6栋补录.xlsx", []string{"楼栋*", "单元", "房号*", "建筑面积*", "业主姓名", "手机号"}, [][]any{
		{"6", "1", "2701", "108,62", "钟念慈", "13900000321"}, {"6", "1", "2702", "89.10", "屠一鸣", "1390000032"}, {"6", "1", "2703", "89.10", nil, nil},
	}, false},
	{"旧系统导出.xlsx", []string{"楼栋号", "单元编号", "房屋编号", "业主名称", "联系电话", "建筑面积(㎡)", "入伙批次"}, [][]any{
		{"6", "1", "2801", "凌霄", "13900000331", sheet.Decimal("108.62"), "二批"}, {"6", "1", "2802", "苗青", "13900000332", sheet.Decimal("89.10"), "二批"},
	}, false},
}

// bring imports them as the supervisor of the service desk would.
func (m *maker) bring(ctx context.Context) error {
	who := m.staff[supervisor].actor
	for _, table := range tables {
		var b bytes.Buffer
		if err := sheet.Write(&b, sheet.Sheet{Name: "表", Columns: sheet.Heads(table.heads...), Rows: func(yield func([]any, error) bool) {
			for _, row := range table.rows {
				if !yield(row, nil) {
					return
				}
			}
		}}); err != nil {
			return err
		}
		i, err := m.Imports.Upload(ctx, who, m.community, "", table.name, bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err == nil {
			err = m.drain(ctx)
		}
		if err == nil && table.apply {
			if _, err = m.Imports.Apply(ctx, who, i.ID, imports.New); err == nil {
				err = m.drain(ctx)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
