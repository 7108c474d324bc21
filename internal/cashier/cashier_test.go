package cashier_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// FAR-10, FAR-11: late fees first, then principal, earliest due first; a payment
// bears the late fee through the day before it.
func TestAPartPaymentGoesToLateFeesThenToTheOldestBill(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.billed("2026-01")
		e.billed("2026-02")
		e.on("2026-02-10")
		// January was due on the 15th: 25 days through 9 February × 0.5 ‰ × 200.00.
		if principal, late, lines := e.due(1000, "2026-02-10"); principal != 40000 || late != 250 || len(lines) != 2 {
			t.Fatal(principal, late, len(lines))
		}
		p := e.taken(taking(1000, 10000, "desk:1"))
		if p.Fen != 10000 || p.Txn == 0 || p.PaidOn != day("2026-02-10") {
			t.Fatalf("%+v", p)
		}
		// 2.50 late fee and 97.50 of January: 102.50 stay open, and the fee begins anew.
		principal, late, lines := e.due(1000, "2026-02-10")
		if principal != 30250 || late != 0 || lines[0].Open != 10250 || lines[0].Paid != 9750 || lines[0].LatePaid != 250 {
			t.Fatal(principal, late, lines[0])
		}
		// Ten days more: 102.50 × 0.5 ‰ × 10 = 0.5125.
		if _, late, _ := e.due(1000, "2026-02-15"); late != 26 {
			t.Error("late fee of five days on what stayed open:", late)
		}
		if _, late, _ := e.due(1000, "2026-02-20"); late != 51+40 {
			t.Error("ten days, and February is four days late:", late)
		}
		e.whole()
	})
}

// PAY-03: the same source is booked once, another content under it is refused.
func TestTheSameMoneyIsBookedOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.billed("2026-03")
		first := e.taken(taking(1000, 5000, "wechat:42"))
		again := e.taken(taking(1000, 5000, "wechat:42"))
		if again.ID != first.ID {
			t.Error("booked twice")
		}
		if _, err := e.take(taking(1000, 5001, "wechat:42")); !errors.Is(err, cashier.ErrSource) {
			t.Error(err)
		}
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM payment`); n != 1 {
			t.Error(n)
		}
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM receipt`); n != 1 {
			t.Error(n)
		}
		e.whole()
	})
}

// What is over is prepaid, or refused where nobody said so.
func TestWhatIsOverIsPrepaidOnlyWhereThatIsMeant(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.billed("2026-03")
		strict := taking(1000, 20001, "desk:1")
		strict.NoRest = true
		if _, err := e.take(strict); !errors.Is(err, cashier.ErrOver) {
			t.Error(err)
		}
		e.taken(taking(1000, 20001, "desk:2"))
		if got := e.balance(1000, ledger.Prepaid); got != -1 {
			t.Error(got)
		}
		e.whole()
	})
}

// ARR-01: what lateness of a bill costs is what it was when the bill was made.
func TestAnotherLateFeeRuleConcernsLaterBillsOnly(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		e.on("2026-02-01")
		i := must(e.bills.Item(t.Context(), e.anna, e.item))(t)
		i.LatePerDay = rate("0.001")
		must(e.bills.Update(t.Context(), e.anna, i.ID, match(i.Version), i.ItemRules, "active"))(t)
		e.on("2026-02-05")
		e.billed("2026-02")
		_, _, lines := e.due(1000, "2026-03-08")
		if len(lines) != 2 {
			t.Fatalf("%d bills", len(lines))
		}
		for _, o := range lines {
			// 20,000 fen: 51 days at 0.5 ‰ for January's, 20 days at 1 ‰ for February's.
			want := map[string]int64{"2026-01": 510, "2026-02": 400}[o.Period.String()]
			if int64(o.Late) != want {
				t.Errorf("%s bears %d fen, want %d", o.Period, o.Late, want)
			}
		}
	})
}

// ARR-01: days of a dispute bear no late fee; the fee counts on after it.
func TestALateFeeStandsStillWhileItIsPaused(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.billed("2026-02")
		_, _, lines := e.due(1000, "2026-03-02")
		write := func(fn func(tx *db.Tx) error) {
			t.Helper()
			if err := e.d.Write(t.Context(), e.anna, cashier.ActTake, fn); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // the same again changes nothing
			write(func(tx *db.Tx) error {
				return cashier.Pause(t.Context(), tx, 1, lines[0].ID, day("2026-02-21"), "dispute", "dispute:1")
			})
		}
		// 16 to 20 February: five days of 0.10.
		if _, late, lines := e.due(1000, "2026-03-02"); late != 50 || !lines[0].Paused {
			t.Error(late)
		}
		write(func(tx *db.Tx) error {
			return cashier.Resume(t.Context(), tx, 1, "dispute:1", day("2026-02-25"))
		})
		// 26 February to 1 March: four days more.
		if _, late, lines := e.due(1000, "2026-03-02"); late != 90 || lines[0].Paused {
			t.Error(late)
		}
		write(func(tx *db.Tx) error {
			return cashier.Waive(t.Context(), tx, 1, lines[0].ID, 60, "老人住院", "waiver:1")
		})
		if _, late, lines := e.due(1000, "2026-03-02"); late != 30 || lines[0].Waived != 60 {
			t.Error(late)
		}
		e.whole()
	})
}

// PAY-03, PAY-02: 32 people pay one bill at once, on two nodes where there can be
// two: one payment is booked for each that fits, no receipt number is left out.
func TestAStormOfPaymentsBooksEachOnceAndNumbersWithoutGaps(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.billed("2026-03")
		var wg sync.WaitGroup
		var mu sync.Mutex
		fine, over := 0, 0
		for i := range 32 {
			wg.Go(func() {
				take := taking(1000, 20000, fmt.Sprintf("desk:%d", i))
				take.NoRest = true
				_, err := e.take(take)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					fine++
				case errors.Is(err, cashier.ErrOver):
					over++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if fine != 1 || over != 31 {
			t.Errorf("%d booked, %d refused", fine, over)
		}
		e.whole()
	})
}

var errInduced = errors.New("the printer is on fire")

// PAY-02: 32 writers, a third of whom fail after the number was given: the book has no gaps.
func TestReceiptNumbersHaveNoGapsWhateverFails(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.billed("2026-03")
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() {
				for n := range 4 {
					err := e.d.Bulk(t.Context(), e.anna, cashier.ActTake, func(tx *db.Tx) error {
						if _, err := cashier.Take(t.Context(), tx, taking(housing.RoomID(1000+i%rooms), 100, fmt.Sprintf("desk:%d-%d", i, n))); err != nil {
							return err
						}
						if (i+n)%3 == 0 {
							return errInduced
						}
						return nil
					})
					if err != nil && !errors.Is(err, errInduced) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		numbers := dbtest.One[struct {
			N     int64 `db:"n"`
			Last  int64 `db:"last"`
			First int64 `db:"first"`
		}](t, e.d, `SELECT COUNT(*) AS n, MAX(n) AS last, MIN(n) AS first FROM receipt`)
		if numbers.First != 1 || numbers.Last != numbers.N || numbers.N < 80 {
			t.Errorf("%+v", numbers)
		}
		e.whole()
	})
}
