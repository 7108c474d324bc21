package statement_test

import (
	"strconv"
	"strings"
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
	"guanjia/internal/statement"
)

func (e *env) voided(p cashier.Payment) {
	e.t.Helper()
	dbtest.Exec(e.t, e.d, `UPDATE payment SET reversed_at = 1, reversed_on = '2026-03-10' WHERE id = $1`, p.ID)
}

// PAY-07: a part of a line's bookings was voided, and the line turned out to be
// something else. What else it had stood for is free for another line, and among
// what no line stands for.
func TestWhatALineStoodForOnceIsFreeWhenItIsSomethingElse(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		for i, as := range []string{"payment", "aside", "suspense"} {
			n := strconv.Itoa(i)
			a, b := e.came(ledger.Bank, 100_00, "A"+n, "2026-03-02"), e.came(ledger.Bank, 55_50, "B"+n, "2026-03-02")
			e.load(true, "2026-03-03,155.50,,,某公司,房租,S"+n)
			l := e.lines(statement.Open)[0]
			l = must(e.svc.Settle(ctx, e.anna, l.ID, match(l.Version), statement.Settling{As: "several", Parts: parts(a, b)}))(t)
			e.voided(a)
			switch as {
			case "payment":
				c := e.came(ledger.Bank, 155_50, "C"+n, "2026-03-03")
				must(e.svc.Settle(ctx, e.anna, l.ID, match(l.Version), statement.Settling{As: as, To: db.ID(c.ID)}))(t)
			case "aside":
				must(e.svc.Settle(ctx, e.anna, l.ID, match(l.Version), statement.Settling{As: as, Reason: "代收"}))(t)
			case "suspense":
				must(e.svc.Suspend(ctx, e.anna, l.ID, match(l.Version)))(t)
			}
			e.load(true, "2026-03-05,55.50,,,业主,物业费,T"+n)
			other := e.lines(statement.Open)[0]
			if len(other.Found) != 1 || int64(other.Found[0].ID) != int64(b.ID) {
				t.Errorf("%s: the other booking is not offered: %+v", as, other.Found)
			}
			if _, err := e.svc.Settle(ctx, e.anna, other.ID, match(other.Version), statement.Settling{As: "payment", To: db.ID(b.ID)}); err != nil {
				t.Errorf("%s: the other booking is held by a line that is something else: %v", as, err)
			}
		}
	})
}

// PAY-07: some banks number the rows of a file from 1. The same amount under the
// same row of next month is other money; the same movement in a file that
// overlaps is the same under another number.
func TestARunningNumberOfAFileIsNoNumberOfTheBank(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		load := func(rows ...string) statement.Preview {
			t.Helper()
			return must(e.svc.Import(t.Context(), e.anna, statement.Coming{Community: 1, Account: "6200", Keep: true}, "月.csv", strings.NewReader("交易序号,交易日期,收入,支出,余额,对方户名,摘要\n"+strings.Join(rows, "\n")+"\n")))(t)
		}
		if p := load("1,2026-01-05,300.00,,300.00,甲,物业费", "2,2026-01-20,300.00,,600.00,乙,物业费"); p.Added != 2 {
			t.Fatalf("%+v", p)
		}
		if p := load("1,2026-02-05,300.00,,900.00,甲,物业费", "2,2026-02-20,300.00,,1200.00,乙,物业费"); p.Added != 2 || p.Known != 0 {
			t.Errorf("next month's money was taken for January's: %d new, %d known", p.Added, p.Known)
		}
		if p := load("1,2026-01-20,300.00,,600.00,乙,物业费", "2,2026-02-05,300.00,,900.00,甲,物业费", "3,2026-02-20,300.00,,1200.00,乙,物业费", "4,2026-02-21,80.00,,1280.00,丙,停车费"); p.Added != 1 || p.Known != 3 {
			t.Errorf("a file that overlaps: %d new, %d known", p.Added, p.Known)
		}
	})
}

// PAY-07: the cash that a cashier brought to the bank at the end of a shift is in
// the books of the bank; its statement finds it by the slip, or together with
// that of another shift, and it is no unknown money.
func TestCashThatWasBroughtToTheBankIsFoundInItsStatement(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		banked := func(notes int64, slip string) {
			t.Helper()
			s := must(e.cashier.Open(ctx, e.anna, 1, 500_00))(t)
			must(e.cashier.Close(ctx, e.anna, s.ID, match(s.Version), cashier.Closing{Notes: cashier.Notes{{Face: 10000, N: 5}}, Banked: 100_00 * money.Fen(notes), Slip: slip}))(t)
		}
		banked(3, "CK-1")
		banked(2, "CK-2")
		banked(1, "CK-3")
		if p := e.load(true, "2026-03-10,300.00,,,本公司,现金存入,CK-1", "2026-03-11,300.00,,,本公司,现金存入,Z9"); p.Unmatched != 1 {
			t.Fatalf("the slip's number is in the statement: %+v", p)
		}
		l := e.lines(statement.Matched)[0]
		if l.ToKind != "banked" || !l.Exact {
			t.Fatalf("%+v", l)
		}
		open := e.lines(statement.Open)[0]
		found := must(e.svc.Bookings(ctx, e.anna, open.ID, statement.Search{}))(t)
		if len(found.Items) != 2 || found.Sum != 300_00 || found.Items[0].Kind != "banked" || found.Items[0].Party != e.anna.Name {
			t.Fatalf("what two shifts banked: %+v", found)
		}
		pieces := []statement.Piece{{Kind: "banked", ID: found.Items[0].ID}, {Kind: "banked", ID: found.Items[1].ID}}
		open = must(e.svc.Settle(ctx, e.anna, open.ID, match(open.Version), statement.Settling{As: "several", Parts: pieces}))(t)
		if got := must(e.svc.Bookings(ctx, e.anna, open.ID, statement.Search{}))(t); got.Sum != 300_00 || len(got.Items) != 2 || got.Items[0].Reference != "CK-2" || got.Items[0].Means != ledger.Bank {
			t.Errorf("what it stands for: %+v", got)
		}
		undone := must(e.svc.Settle(ctx, e.anna, l.ID, match(l.Version), statement.Settling{As: "open"}))(t)
		if len(must(e.svc.Gaps(ctx, e.anna, undone.Statement))(t).Items) != 1 {
			t.Error("what was banked is among what no line stands for")
		}
		must(e.svc.Settle(ctx, e.anna, l.ID, match(undone.Version), statement.Settling{As: "banked", To: l.To}))(t)
	})
}
