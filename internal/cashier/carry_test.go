package cashier_test

import (
	"errors"
	"sync"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

// fix begins a correction of the property fee of a month from 2.00 to another price.
func (e *env) fix(month, wrong, right string) billing.Fix {
	e.t.Helper()
	p, _ := clock.ParsePeriod(month)
	f := must(e.bills.BeginFix(e.t.Context(), e.anna, billing.FixDraft{Item: e.item, First: p, Last: p, Cause: "tariff", Wrong: wrong, Right: right, Reason: "单价录错", Evidence: "物价备案 2026-3 号"}))(e.t)
	return e.fixed(f.ID)
}

func (e *env) fixed(id billing.FixID) billing.Fix {
	e.t.Helper()
	if err := e.bills.WorkFix(e.t.Context(), id); err != nil {
		e.t.Fatal(err)
	}
	return must(e.bills.Fix(e.t.Context(), e.anna, id))(e.t)
}

// booked has somebody else approve a correction, and books it.
func (e *env) booked(f billing.Fix) billing.Fix {
	e.t.Helper()
	must(e.bills.MoveFix(e.t.Context(), e.anna, f.ID, match(f.Version), "submit"))(e.t)
	e.decide("billing.fix", "bill_fix:"+f.ID.String(), true)
	f = e.fixed(f.ID)
	if err := e.runner().Drain(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
	return f
}

// correctedMonth corrects a month to a price, if a line of it comes out otherwise.
func (e *env) correctedMonth(month, right string) bool {
	e.t.Helper()
	p, _ := clock.ParsePeriod(month)
	f, err := e.bills.BeginFix(e.t.Context(), e.anna, billing.FixDraft{Item: e.item, First: p, Last: p, Cause: "tariff", Wrong: "2.00", Right: right, Reason: "单价录错", Evidence: "备案"})
	if err != nil {
		return false
	}
	if f = e.fixed(f.ID); f.Total == 0 {
		return false
	}
	return e.booked(f).State == billing.FixDone
}

func (e *env) ahead(room housing.RoomID) money.Fen {
	e.t.Helper()
	return dbtest.One[money.Fen](e.t, e.d, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment_part WHERE room_id = $1 AND part = 'prepaid' AND reversed_at IS NULL`, room)
}

// BIL-10: a price that was too high is put right for every room: old and new bill
// are both there, what was paid pays the new one, and the rest is prepaid.
func TestAWrongPriceIsPutRightForEveryRoom(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-03-05")
		e.fee()
		e.open()
		e.billed("2026-03")
		e.taken(taking(1000, 200_00, "desk:1"))
		e.taken(taking(1001, 50_00, "desk:2"))
		f := e.fix("2026-03", "2.00", "1.80")
		if f.State != billing.FixCalculated || f.Total != rooms || f.Old != rooms*200_00 || f.New != rooms*180_00 || f.Paid != 2 {
			t.Fatalf("%+v", f)
		}
		if open, _, _ := e.due(1002, "2026-03-05"); open != 200_00 {
			t.Error("a preview changed what is owed:", open)
		}
		lines := must(e.bills.FixLines(t.Context(), e.anna, f.ID, 0, 10))(t)
		if len(lines) != rooms || lines[0].Old != 200_00 || lines[0].New != 180_00 || lines[0].OldPrice != "2" || lines[0].Price != "1.8" || lines[0].Paid != 200_00 {
			t.Errorf("%+v", lines[0])
		}
		if f = e.booked(f); f.State != billing.FixDone || f.Done != rooms {
			t.Fatalf("%+v", f)
		}
		e.whole()
		for room, want := range map[housing.RoomID][2]money.Fen{1000: {0, 20_00}, 1001: {130_00, 0}, 1002: {180_00, 0}} {
			if open, late, _ := e.due(room, "2026-03-05"); open != want[0] || late != 0 || e.ahead(room) != want[1] {
				t.Errorf("room %d: open %s late %s prepaid %s, want %v", room, open, late, e.ahead(room), want)
			}
		}
		both := must(e.bills.Bills(t.Context(), e.anna, 1000))(t)
		if len(both) != 2 || (both[0].ReversedAt == nil) == (both[1].ReversedAt == nil) {
			t.Errorf("%+v", both)
		}
		for _, l := range both {
			if l.ReversedAt == nil && (l.Fen != 180_00 || l.Explain.Corrects != 200_00 || l.Explain.CorrectsWhy != "单价录错" || l.Price != "1.8") {
				t.Errorf("%+v", l)
			}
		}
		// Made again, the run bills nobody twice, and the correction finds nothing to do.
		p, _ := clock.ParsePeriod("2026-03")
		if r := e.worked(must(e.bills.Calculate(t.Context(), e.anna, 1, p, nil))(t).ID); r.Total != 0 {
			t.Errorf("%+v", r)
		}
		if f := e.fix("2026-03", "2.00", "1.80"); f.Total != 0 || f.Same != rooms {
			t.Errorf("%+v", f)
		}
	})
}

// What was paid in time stays paid in time, and a bill that becomes higher gives
// fifteen days: nobody bears lateness for a mistake of the company's.
func TestACorrectionMakesNobodyLate(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-03-05")
		e.fee()
		e.open()
		e.billed("2026-03")
		e.taken(taking(1000, 200_00, "desk:1"))
		e.on("2026-05-01") // 47 days late, who did not pay
		if _, late, _ := e.due(1001, "2026-05-01"); late == 0 {
			t.Fatal("no late fee")
		}
		e.booked(e.fix("2026-03", "2.00", "1.90"))
		if open, late, _ := e.due(1000, "2026-06-01"); open != 0 || late != 0 {
			t.Errorf("who had paid owes %s and %s", open, late)
		}
		open, late, _ := e.due(1001, "2026-05-01")
		if open != 190_00 || late != 4_37 { // 190 × 0.0005 × 46 days through 30 April, rounded
			t.Errorf("who had not paid owes %s and %s", open, late)
		}
		e.booked(e.fix("2026-03", "2.00", "2.10"))
		if open, late, lines := e.due(1001, "2026-05-16"); open != 210_00 || late != 0 || lines[0].Due != day("2026-05-16") {
			t.Errorf("higher: %s, late %s, due %s", open, late, lines[0].Due)
		}
		if open, _, _ := e.due(1000, "2026-05-01"); open != 10_00 {
			t.Errorf("who paid 200 owes %s of 210", open)
		}
		e.whole()
	})
}

func TestWhoAsksForACorrectionDoesNotApproveItAndARefusedOneChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-03-05")
		e.fee()
		e.billed("2026-03")
		f := e.fix("2026-03", "2.00", "1.80")
		must(e.bills.MoveFix(t.Context(), e.anna, f.ID, match(f.Version), "submit"))(t)
		e.decide("billing.fix", "bill_fix:"+f.ID.String(), false) // asserts that anna may not
		if f = e.fixed(f.ID); f.State != billing.FixCalculated {
			t.Error(f.State)
		}
		if open, _, _ := e.due(1000, "2026-03-05"); open != 200_00 {
			t.Error(open)
		}
		if _, err := e.bills.MoveFix(t.Context(), e.anna, f.ID, match(f.Version-1), "drop"); !errors.Is(err, db.ErrStale) {
			t.Error(err)
		}
		f = must(e.bills.MoveFix(t.Context(), e.anna, f.ID, match(f.Version), "drop"))(t)
		if _, err := e.bills.MoveFix(t.Context(), e.anna, f.ID, match(f.Version), "submit"); !errors.Is(err, billing.ErrNotNow) {
			t.Error(err)
		}
	})
}

// Two nodes that book the same correction, and one that begins anew: each line is
// corrected once.
func TestACorrectionThatIsBookedTwiceIsBookedOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-03-05")
		e.fee()
		e.open()
		e.billed("2026-03")
		e.taken(taking(1000, 200_00, "desk:1"))
		f := e.fix("2026-03", "2.00", "1.80")
		must(e.bills.MoveFix(t.Context(), e.anna, f.ID, match(f.Version), "submit"))(t)
		e.decide("billing.fix", "bill_fix:"+f.ID.String(), true)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { _ = e.bills.WorkFix(t.Context(), f.ID) }) // one of them may be told to try again
		}
		both.Wait()
		if f = e.fixed(f.ID); f.State != billing.FixDone {
			t.Errorf("%+v", f)
		}
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM bill_line WHERE reversed_at IS NULL AND amount = 18000`); n != rooms {
			t.Error(n, "lines")
		}
		e.whole()
	})
}

// One line is corrected with what was paid on it (BIL-10), the late fee too.
func TestALineThatWasPaidIsCorrected(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-03-05")
		e.fee()
		e.open()
		e.billed("2026-03")
		e.on("2026-04-15")
		_, late, lines := e.due(1000, "2026-04-15")
		e.taken(taking(1000, 200_00+late, "desk:1"))
		correct := func(id billing.LineID, fen money.Fen) (next billing.LineID) {
			if err := e.d.Write(t.Context(), e.anna, cashier.ActTake, func(tx *db.Tx) (err error) {
				next, err = cashier.Correct(t.Context(), tx, id, fen, "面积有误")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return next
		}
		next := correct(lines[0].ID, 100_00)
		if open, l, _ := e.due(1000, "2026-04-20"); open != 0 || l != 0 {
			t.Errorf("open %s late %s", open, l)
		}
		if e.ahead(1000) != 100_00+late-late/2 && e.ahead(1000) != 100_00+late/2 {
			t.Errorf("prepaid %s of late fee %s", e.ahead(1000), late)
		}
		e.whole()
		correct(next, 0)
		if e.ahead(1000) != 200_00+late {
			t.Errorf("everything is prepaid: %s", e.ahead(1000))
		}
		e.whole()
		if _, err := e.take(cashier.Taking{Community: 1, Room: 1000, Payer: "业主", Fen: 1, Means: ledger.Cash, Source: "desk:2"}); err != nil {
			t.Error(err)
		}
	})
}
