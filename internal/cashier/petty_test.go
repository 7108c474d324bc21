package cashier_test

import (
	"errors"
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/money"
)

// PAY-02b: the float of a shift stands in the books, what is spent from the till
// has a voucher, and the day's sheet says the same as the books.
func TestTheTillStandsInTheBooksFromItsFirstCoin(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		petty := func(who authz.Actor, kind cashier.MoveKind, fen money.Fen) error {
			_, err := e.svc.Petty(ctx, who, cashier.Till{Community: 1, Kind: kind, Amount: fen, Number: "PZ-1", Party: "王师傅", Words: "买灯泡"})
			return err
		}
		if err := petty(e.anna, cashier.Petty, 100); !errors.Is(err, cashier.ErrNoShift) {
			t.Errorf("spent without a shift: %v", err)
		}
		must(e.svc.Open(ctx, e.anna, 1, 500_00))(t)
		if got := e.balance(0, ledger.Cash); got != 500_00 {
			t.Errorf("the books have %s in cash, the till 500.00", got)
		}
		field(t, petty(e.anna, cashier.Petty, 500_01), "amount", "cashier.till_less")
		field(t, petty(e.anna, cashier.Petty, 0), "amount", "wrong_form")
		if err := petty(e.anna, cashier.Petty, 120_00); err != nil {
			t.Fatal(err)
		}
		if err := petty(e.anna, cashier.TopUp, 50_00); err != nil {
			t.Fatal(err)
		}
		shift := must(e.svc.OwnShift(ctx, e.anna, 1))(t)
		if c := shift.Counts[0]; c.Expected != 430_00 || e.balance(0, ledger.Cash) != 430_00 || e.balance(0, ledger.Petty) != 120_00 || e.balance(0, ledger.Float) != -550_00 {
			t.Errorf("%+v, %s in cash, %s spent, %s float", c, e.balance(0, ledger.Cash), e.balance(0, ledger.Petty), e.balance(0, ledger.Float))
		}
		sheet := must(e.svc.Sheet(ctx, e.anna, 1, shift.Day))(t)
		if m := sheet.Means[0]; m.MovedIn-m.MovedOut != 430_00 || len(sheet.Moves) != 3 {
			t.Errorf("%+v", sheet)
		}
		// 430.00 counted, 400.00 banked: the next shift begins with the 30.00 that are there, and is topped up by 70.00 more.
		must(e.svc.Close(ctx, e.anna, shift.ID, match(shift.Version), cashier.Closing{Notes: cashier.Notes{{Face: 10000, N: 4}, {Face: 1000, N: 3}}, Banked: 400_00, Slip: "ZH-1"}))(t)
		must(e.svc.Open(ctx, e.berta, 1, 100_00))(t)
		if got := e.balance(0, ledger.Cash); got != 100_00 {
			t.Errorf("the books have %s in cash, the till 100.00", got)
		}
		// A second till at the same time brings its own.
		must(e.svc.Open(ctx, e.anna, 1, 80_00))(t)
		if got := e.balance(0, ledger.Cash); got != 180_00 {
			t.Errorf("the books have %s in cash, the tills 180.00", got)
		}
		e.verify()
	})
}
