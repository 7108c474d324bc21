package app

import (
	"bytes"
	"encoding/json"
	"testing"

	"guanjia/internal/imports"
	"guanjia/internal/platform/sheet"
)

// table writes a sheet with the given headings.
func table(t *testing.T, heads []string, rows ...[]any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sheet.Write(&b, sheet.Sheet{Name: "表", Columns: sheet.Heads(heads...), Rows: func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// brought uploads a table as the administrator and waits for its check.
func (h *house) brought(content []byte) (id string, a answer) {
	h.t.Helper()
	id = h.admin.upload("/imports?community="+h.here, "表.xlsx", content).is(201).at("id")
	h.wake()
	return id, h.admin.do("GET", "/imports/"+id, nil).is(200)
}

// written is brought and applied.
func (h *house) written(content []byte, mode string) (id string) {
	h.t.Helper()
	id, a := h.brought(content)
	a.is(200, `"state":"checked"`)
	h.admin.do("POST", "/imports/"+id+"/apply", object{"mode": mode}).is(200)
	h.wake()
	h.admin.do("GET", "/imports/"+id, nil).is(200, `"state":"applied"`)
	return id
}

// CUS-07: what is exported can be edited and imported again; unedited it
// changes nothing, in any mode.
func TestAnExportComesBackAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		h.written(table(t, []string{"车位号", "区域", "性质", "类型", "备注"}, []any{"Z-1", "地下", "产权", nil, "靠柱"}, []any{"Z-2", "地下", "公共", "充电", nil}), "new")
		h.written(table(t, []string{"车牌号", "品牌", "房屋", "车位号", "月卡起始", "月卡截止"}, []any{"浙A12345", "大众", "7-7-7707", "Z-1", "2026-01-01", "2026-12-31"}), "new")
		for path, template := range map[string]string{"/rooms/export.xlsx": "rooms", "/parking/spaces/export.xlsx": "parking", "/vehicles/export.xlsx": "vehicles"} {
			t.Run(template, func(t *testing.T) {
				content := h.admin.do("GET", path+"?community="+h.here, nil).is(200).body
				_, a := h.brought([]byte(content))
				a.is(200, `"state":"checked"`, `"template":"`+template+`"`, `"errorCount":0`)
				var i imports.Import
				if err := json.Unmarshal([]byte(a.body), &i); err != nil {
					t.Fatal(err)
				}
				for _, o := range i.Outcomes {
					if i.Rows == 0 || o.Unchanged != i.Rows {
						t.Errorf("of %d rows %d are unchanged: %s", i.Rows, o.Unchanged, a.body)
					}
				}
			})
		}
	})
}

// CUS-07: customers and relations by table: new, updated, and taken back.
func TestArchivesAndRelationsComeByTable(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		heads := []string{"姓名", "手机号", "证件号码", "标签", "备注"}
		first := table(t, heads, []any{"Zqxone", "13933334444", nil, "VIP、独居老人", "早上打"}, []any{"Zqxtwo", nil, nobodysNumber, nil, nil})
		people := h.written(first, "new")
		_, a := h.brought(first)
		a.is(200, `"unchanged":2`, `"errorCount":0`)
		changed := table(t, heads, []any{"Zqxone", "13933334444", nil, "VIP", "晚上打"})
		h.brought(changed)
		update := h.written(changed, "update")
		relations := h.written(table(t, []string{"楼栋", "单元", "房号", "姓名", "手机号", "关系", "份额", "起始日期"}, []any{"7", "7", "7707", "Zqxone", "13933334444", "租户", nil, "2026-02-01"}), "new")
		h.admin.do("POST", "/imports/"+people+"/undo", nil).is(409, "import.held", "import.changed_since")
		for _, id := range []string{relations, update} {
			h.admin.do("POST", "/imports/"+id+"/undo", nil).is(200)
			h.wake()
			h.admin.do("GET", "/imports/"+id, nil).is(200, `"state":"undone"`)
		}
		_, a = h.brought(first)
		a.is(200, `"unchanged":2`)
		bad := table(t, []string{"楼栋", "单元", "房号", "姓名", "手机号", "关系", "份额"}, []any{"7", "7", "7707", "Zqxnobody", "13900000001", "业主", nil}, []any{"9", "9", "999", "Zqxone", "13933334444", "业主", "3"})
		_, a = h.brought(bad)
		a.is(200, `"state":"rejected"`, "import.customer_unknown", "import.share")
	})
}
