package billing_test

import (
	"fmt"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/platform/dbtest"
)

func (e *env) workbook(r billing.Run) (out map[string][][]any) {
	e.t.Helper()
	table, err := billing.ExportedRun(e.svc, e.t.Context(), e.clerk, r.ID, 0)
	if err != nil {
		e.t.Fatal(err)
	}
	out = map[string][][]any{}
	for _, s := range table.Sheets {
		for row, err := range s.Rows {
			if err != nil {
				e.t.Fatal(err)
			}
			out[s.Name] = append(out[s.Name], row)
		}
	}
	return out
}

// BIL-06: the workbook of a run has every line, and room by room what differs from the month before, by the draft as by
// what was booked: a home that became larger, one that is billed for the first time, and one that is billed no more.
func TestTheWorkbookOfARunHasEveryLineAndWhatDiffers(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.00"})
		e.booked(e.calculated("2026-11"))
		dbtest.Exec(t, e.d, `UPDATE room SET building_area = 9537 WHERE id = 1000`) // from 85.37
		dbtest.Exec(t, e.d, `UPDATE room SET building_area = 0 WHERE id = 1001`)
		dbtest.Exec(t, e.d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, building_area, state, notes, version) VALUES (1999, 1, 100, '1-199', '1栋199', '1-199', '1-199', 'home', 10000, 'unsold', '', 1)`)
		r := e.calculated("2026-12")
		for _, at := range []string{"draft", "booked"} {
			book := e.workbook(r)
			if n := len(book["明细"]); int64(n) != r.Total || n < 8 {
				t.Errorf("%s: %d lines of %d", at, n, r.Total)
			}
			got := fmt.Sprint(book["与上月差异"])
			if want := "[[1栋100 物业费 170.74 190.74 20.00] [1栋101 物业费 170.76 0.00 -170.76] [1栋199 物业费 0.00 200.00 200.00]]"; got != want {
				t.Errorf("%s: %s, want %s", at, got, want)
			}
			if len(book["需核对"]) == 0 || len(book["汇总"]) != 1 {
				t.Errorf("%s: %v %v", at, book["需核对"], book["汇总"])
			}
			if at == "draft" {
				r = e.booked(r)
			}
		}
	})
}
