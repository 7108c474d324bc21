package customer

import (
	"io"
	"iter"

	"guanjia/internal/platform/sheet"
)

// explained says of every column what belongs there.
var explained = [][3]string{
	{headBuilding, "必填", "例如 3、3栋、A座、B1、商铺"},
	{headUnit, "选填", "例如 2、2单元；没有单元的楼不填"},
	{headRoom, "必填", "例如 1502。一套房可以有几行，每行一个人，房屋的各列须一致"},
	{headType, "选填", typeList + "。不填按住宅"},
	{headFloor, "选填", "整数，地下一层为 -1"},
	{headArea, "必填", "平方米，最多两位小数，例如 108.62"},
	{headInner, "选填", "平方米，不能大于建筑面积"},
	{headState, "选填", stateList + "。不填按空置"},
	{headHanded, "选填", "例如 2026-01-05"},
	{headName, "选填", "不填表示只导入房屋；单位填全称"},
	{headMobile, "选填", "11 位手机号，或带区号的座机号"},
	{headRelation, "选填", relationList + "。不填按业主"},
	{headNotes, "选填", "最多 500 字。有人的行记在此人名下，否则记在房屋名下"},
}

// writeTemplate writes the table to fill in. The example row is refused on
// import by its notes, so that nobody invented gets in.
func writeTemplate(w io.Writer) error {
	columns := make([]sheet.Column, len(headings))
	for i, h := range headings {
		columns[i].Title = h
		if columns[i].Title == headNotes {
			columns[i].Width = 40
		}
	}
	for _, must := range mustHeadings {
		for i := range columns {
			if columns[i].Title == must {
				columns[i].Title += "*"
			}
		}
	}
	example := []any{"3", "2", "1502", "住宅", 15, sheet.Decimal("108.62"), sheet.Decimal("89.5"), "自住", "2026-01-05", "李娜", "13800005678", "业主", exampleMark + "：填写前请删除这一行"}
	return sheet.Write(w,
		sheet.Sheet{Name: "房屋与业主", Columns: columns, Rows: only(example)},
		sheet.Sheet{Name: "填写说明", Columns: []sheet.Column{{Title: "列"}, {Title: "是否必填"}, {Title: "怎么填", Width: 70}}, Rows: func(yield func([]any, error) bool) {
			for _, e := range explained {
				if !yield([]any{e[0], e[1], e[2]}, nil) {
					return
				}
			}
		}},
	)
}

func only(row []any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) { yield(row, nil) }
}
