package extract_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/extract"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// BIL-08, ARR-06: whatever was billed, corrected, cancelled, paid, voided, paid
// ahead, given back, waived or held, in any order: opening balance and moves are
// the closing balance, and that is what the ledger says of those accounts on
// that day; a span cut in two says the same as the whole.
func TestEveryStatementIsTheLedgersOwnAfterAnything(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-03")
		e.fee()
		e.relation(3010, wang, 1001, "owner", "") // together with Li, to whom the bills go
		did := map[string]int{}
		r := rand.New(rand.NewPCG(11, 8))
		for range 4 {
			e.anything(r, did)
			e.compare(r)
		}
		t.Log(did)
		for _, what := range []string{"billed", "cash", "prepaid", "voided", "corrected", "cancelled", "refunded", "waived", "held", "returned"} {
			if did[what] == 0 {
				t.Error("nothing was", what)
			}
		}
	})
}

// anything does forty things at random, days apart.
func (e *env) anything(r *rand.Rand, did map[string]int) {
	e.t.Helper()
	var taken []cashier.PaymentID
	var runs []billing.Run
	var held []cashier.DepositView
	note := func(what string, is bool) {
		if is {
			did[what]++
		}
	}
	for n := range 40 {
		e.clock.Advance(time.Duration(r.IntN(5)) * 24 * time.Hour)
		room := housing.RoomID(1000 + r.IntN(rooms))
		switch k := r.IntN(14); {
		case k <= 1 && e.month < 9 || n == 0:
			e.month++
			runs = append(runs, e.billed(fmt.Sprintf("2026-%02d", e.month)))
			note("billed", true)
		case k == 2 && len(runs) > 1:
			run := e.worked(runs[0].ID)
			if _, err := e.bills.AskCancel(e.t.Context(), e.anna, run.ID, match(run.Version), "价格有误"); err == nil {
				e.decide("billing.cancel", "bill_run:"+run.ID.String())
				e.worked(run.ID)
				e.drain()
				note("cancelled", true)
			}
			runs = runs[1:]
		case k == 3 && len(taken) > 0:
			note("voided", e.void(taken[r.IntN(len(taken))]))
		case k == 4:
			note("corrected", e.correct(room, money.Fen(10000+r.IntN(15000))))
		case k == 5:
			note("waived", e.waive(room))
		case k == 6 && len(taken) > 0:
			note("refunded", e.refund(taken[r.IntN(len(taken))], fmt.Sprintf("refund:%d-%d", did["refunded"], n)))
		case k == 7:
			d := must(e.cash.TakeDeposit(e.t.Context(), e.anna, cashier.Depositing{Room: room, Kind: "renovation", Amount: 20000, Means: ledger.Cash, Payer: "业主"}))(e.t)
			held = append(held, d)
			note("held", true)
		case k == 8 && len(held) > 0:
			d := held[len(held)-1]
			_, err := e.cash.Return(e.t.Context(), e.anna, d.ID, match(d.Version), cashier.Returning{Amount: 10000, Means: ledger.Cash, Receiver: "业主"})
			note("returned", err == nil)
			held = held[:len(held)-1]
		default:
			means := []ledger.Kind{ledger.Cash, ledger.WeChat, ledger.Prepaid, ledger.Cash}[r.IntN(4)]
			if p, err := e.pay(room, money.Fen(1+r.IntN(45000)), means); err == nil {
				taken = append(taken, p.ID)
				note(string(means), true)
			}
		}
	}
}

// compare holds statements of every form and of random days against the books.
func (e *env) compare(r *rand.Rand) {
	e.t.Helper()
	today := clock.DayOf(clock.Of(e.clock.Now()), time.FixedZone("", 8*3600))
	spans := [][2]clock.Day{{day("2026-01-01"), today}, {day("2025-01-01"), today.Add(30)}}
	for range 4 {
		from := day("2026-01-01").Add(r.IntN(60))
		spans = append(spans, [2]clock.Day{from, from.Add(r.IntN(90))})
	}
	for _, s := range spans {
		from, to := s[0], s[1]
		for i := range rooms {
			a := extract.Asked{Form: extract.ByRoom, Room: housing.RoomID(1000 + i), From: from, To: to}
			e.holds(a, `a.room_id = $3`, 1000+i)
		}
		e.holds(extract.Asked{Form: extract.ByPayer, Customer: li, From: from, To: to}, `a.room_id IN (1000, 1001) AND $3 = 1`, 1)
		e.holds(extract.Asked{Form: extract.ByPayer, Customer: wang, From: from, To: to}, `a.room_id IN (1001, 1003) AND $3 = 1`, 1)
		let := 1003
		if to.Before(day("2026-02-10")) || today.Before(day("2026-02-10")) { // not rented yet
			let = 1002
		}
		e.holds(extract.Asked{Form: extract.ByCompany, Customer: company, From: from, To: to}, `a.room_id IN (1002, $3)`, let)
	}
}

// holds checks one statement.
func (e *env) holds(a extract.Asked, where string, arg any) {
	e.t.Helper()
	st := e.of(a)
	want := extract.Sums{Owed: e.books(ledger.Receivable, where, a.To, arg), Ahead: -e.books(ledger.Prepaid, where, a.To, arg), Deposit: -e.books(ledger.Deposit, where, a.To, arg)}
	want.Balance = want.Owed - want.Ahead
	if st.Closing != want {
		e.t.Fatalf("%+v: closing %+v, the books %+v", a, st.Closing, want)
	}
	before := a.From.Add(-1)
	begun := extract.Sums{Owed: e.books(ledger.Receivable, where, before, arg), Ahead: -e.books(ledger.Prepaid, where, before, arg), Deposit: -e.books(ledger.Deposit, where, before, arg)}
	begun.Balance = begun.Owed - begun.Ahead
	if a.Form != extract.ByCompany && st.Opening != begun { // what a company rents begins within the days
		e.t.Fatalf("%+v: opening %+v, the books %+v", a, st.Opening, begun)
	}
	sum := st.Opening.Balance
	for _, x := range st.Entries {
		if sum += x.Charged - x.Credited; sum != x.Balance {
			e.t.Fatalf("%+v: the balance after %+v is not %s", a, x, sum)
		}
		if x.Kind == extract.Other {
			e.t.Fatalf("%+v: nothing explains %+v", a, x)
		}
	}
	t := st.Totals
	over := money.Fen(0)
	for _, x := range st.Entries {
		if x.Kind == extract.Over {
			over += x.Charged - x.Credited
		}
	}
	if got := st.Opening.Balance + t.Billed - t.Reversed + t.Late - t.Paid - t.Off + t.Back + over; sum != st.Closing.Balance || got != sum {
		e.t.Fatalf("%+v: the totals %+v make %s, the entries %s, closing is %s", a, t, got, sum, st.Closing.Balance)
	}
	if mid := a.From.Add(a.To.Sub(a.From) / 2); mid.After(a.From) && mid.Before(a.To) && a.Form != extract.ByCompany {
		first, second := a, a
		first.To, second.From = mid, mid.Add(1)
		if x, y := e.of(first), e.of(second); x.Closing != y.Opening || y.Closing != st.Closing || len(x.Entries)+len(y.Entries) != len(st.Entries) {
			e.t.Fatalf("%+v: cut at %s it says something else", a, mid)
		}
	}
}
