package cashier_test

import (
	"errors"
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/staff"
)

func TestTheRegisterSaysWhoHadWhichNumbersOfABook(t *testing.T) { // PAY-02a
	each(t, func(t *testing.T, e *env) {
		e.on("2026-03-05")
		for id, name := range map[int]string{11: "安娜", 13: "贝塔"} {
			dbtest.Exec(t, e.d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', '', '[]', 'active', FALSE, '', 1)`, id, name, name)
		}
		b := must(e.svc.GiveBook(t.Context(), e.boss, cashier.BookDraft{Community: 1, Kind: "invoice", Prefix: "FP", Width: 4, First: 1, Last: 50, Holder: staff.ID(11)}))(t)
		if _, err := e.svc.HandBook(t.Context(), e.boss, b.ID, match(b.Version), cashier.Handing{Reason: "交接", Next: 52}); err == nil {
			t.Error("more numbers were used than the book has")
		}
		b = must(e.svc.HandBook(t.Context(), e.boss, b.ID, match(b.Version), cashier.Handing{Holder: staff.ID(13), Next: 21, Reason: "换班"}))(t)
		b = must(e.svc.HandBook(t.Context(), e.boss, b.ID, match(b.Version), cashier.Handing{Next: 31, Reason: "交回"}))(t)
		if b.Held != "" || b.NextNo != "FP0031" {
			t.Errorf("%+v", b)
		}
		all := must(e.svc.Handovers(t.Context(), e.anna, 1, b.ID, 0, 10))(t)
		if len(all) != 2 {
			t.Fatalf("%+v", all)
		}
		if x := all[1]; x.Held != "安娜" || x.FirstNo != "FP0001" || x.UsedTo != "FP0020" || x.Used != 20 || x.BackAt == nil || x.BackWhy != "换班" {
			t.Errorf("%+v", x)
		}
		if x := all[0]; x.Held != "贝塔" || x.FirstNo != "FP0021" || x.UsedTo != "FP0030" || x.Used != 10 || x.BackAt == nil {
			t.Errorf("%+v", x)
		}
		// Paper receipts always have a holder, who answers for them.
		p := must(e.svc.GiveBook(t.Context(), e.boss, cashier.BookDraft{Community: 1, Kind: "paper", Prefix: "P", Width: 3, First: 1, Last: 9, Holder: staff.ID(11)}))(t)
		if _, err := e.svc.HandBook(t.Context(), e.boss, p.ID, match(p.Version), cashier.Handing{Reason: "交回"}); !errors.Is(err, cashier.ErrNotNow) {
			t.Error(err)
		}
		p = must(e.svc.CloseBook(t.Context(), e.boss, p.ID, match(p.Version), "用完"))(t)
		if all := must(e.svc.Handovers(t.Context(), e.anna, 1, p.ID, 0, 10))(t); len(all) != 1 || all[0].BackAt == nil || all[0].Used != 0 || p.State != "closed" {
			t.Errorf("%+v", all)
		}
	})
}
