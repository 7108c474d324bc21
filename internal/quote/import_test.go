package quote_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"guanjia/internal/audit"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/quote"
	"guanjia/internal/ticket"
)

// A price list comes in from a table: what is wrong is named at its row and column, and nothing of it is taken.
func TestAPriceListComesFromATable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		build(t, d) // L-01 at 30.00 and P-01 at 45.50 are there
		ctx := t.Context()
		files, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		svc, run := &imports.Service{DB: d, Files: files, Exports: audit.New(d), Templates: imports.Plug(nil, quote.ImportTemplate())}, jobs.New(d, jobs.Options{})
		svc.Schedule(run)
		who := dbtest.Actor(217, []authz.CommunityID{1}, imports.Act, quote.ActPrices)
		read := func(rows ...[]any) imports.Import {
			t.Helper()
			var b bytes.Buffer
			if err := sheet.Write(&b, sheet.Of("价目表", []string{"编号", "名称", "类别", "单位", "单价", "保修天数", "是否启用", "备注"}, func(yield func([]any, error) bool) {
				for _, r := range rows {
					if !yield(r, nil) {
						return
					}
				}
			})); err != nil {
				t.Fatal(err)
			}
			i, err := svc.Upload(ctx, who, 1, "prices", "价目表.xlsx", bytes.NewReader(b.Bytes()), int64(b.Len()))
			if err == nil {
				err = run.Drain(ctx)
			}
			if err == nil {
				i, err = svc.Import(ctx, who, i.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
			return i
		}
		bad := read([]any{"A", "甲", "材料", "只", 1, 0, "是"}, []any{"B", "乙", "配件", "只", "一元", 0, "是"}, []any{"C", "丙", "配件", "只", 1, 9999, "是"}, []any{"D", "", "配件", "只", 1, 0, "是"}, []any{"E", "戊", "配件", "只", 1, 0, "也许"}, []any{"F", "己", "配件", "只", 1, 0, "是"}, []any{"F", "己", "配件", "只", 2, 0, "是"})
		var got []string
		for _, w := range bad.Errors {
			got = append(got, w.Column)
		}
		if bad.State != imports.Rejected || strings.Join(got, " ") != "类别 单价 保修天数 名称 是否启用 编号" {
			t.Errorf("%s %v", bad.State, bad.Errors)
		}
		good := read([]any{"wt-9", "换软管", "配件", "根", "18.5", 30, "是"}, []any{"L-01", "上门费", "人工", "次", 35, 0, "否"}, []any{"P-01", "角阀", "配件", "只", "45.50", 90, "是"})
		if _, err := svc.Apply(ctx, who, good.ID, imports.Update); err != nil {
			t.Fatal(err)
		}
		if err := run.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		prices := func() string {
			svc := &quote.Service{DB: d}
			all, err := svc.Items(ctx, dbtest.Actor(217, []authz.CommunityID{1}, ticket.ActView), 1)
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, i := range all {
				said = append(said, fmt.Sprint(i.Code, " ", i.Kind, " ", int64(i.Price)))
			}
			slices.Sort(said)
			return strings.Join(said, ", ")
		}
		if p := prices(); p != "L-01 labour 3500, P-01 part 4550, WT-9 part 1850" {
			t.Errorf("%s", p)
		}
		if _, err := svc.Undo(ctx, who, good.ID); err != nil {
			t.Fatal(err)
		}
		if err := run.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if p := prices(); p != "L-01 part 3000, P-01 part 4550" {
			t.Errorf("undone: %s", p)
		}
	})
}
