package cashier_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

// Whatever is taken, set off, voided, prepaid, deducted, cancelled and released, in any
// order: what a room owes in the books is its lines less what was paid on them,
// and what it has prepaid is what its parts say (PAY-04).
func TestTheBooksAgreeWithThePartsAfterAnything(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		for seed := range uint64(2) {
			e.anything(rand.New(rand.NewPCG(seed, 7)))
			e.whole()
		}
	})
}

// anything does seventy things at random.
func (e *env) anything(r *rand.Rand) {
	e.t.Helper()
	if e.item == 0 {
		e.fee()
		e.early(billing.EarlyDraft{Way: billing.EarlyLine, Percent: "3.3", First: period("2020-01"), Last: period("2024-12")})
		e.early(billing.EarlyDraft{Way: billing.EarlyLine, Percent: "3.3", First: period("2025-01"), Last: period("2026-12")})
		e.open()
	}
	var taken []cashier.PaymentID
	var runs []billing.Run
	did := map[string]int{}
	for range 70 {
		room := housing.RoomID(1000 + r.IntN(rooms))
		switch n := r.IntN(10); {
		case n == 0 && e.month < 8:
			e.month++
			run := e.billed(fmt.Sprintf("2026-%02d", e.month))
			e.moved(run)
			runs = append(runs, run)
			did["billed"]++
		case n == 1 && len(runs) > 2:
			run := e.worked(runs[0].ID)
			must(e.bills.AskCancel(e.t.Context(), e.anna, run.ID, match(run.Version), "价格有误"))(e.t)
			e.decide("billing.cancel", "bill_run:"+run.ID.String(), true)
			e.moved(e.worked(run.ID))
			runs = runs[1:]
			did["cancelled"]++
		case n == 4 && e.month > 0:
			if e.correctedMonth(fmt.Sprintf("2026-%02d", 1+r.IntN(e.month)), fmt.Sprintf("%d.%02d", 1+r.IntN(3), r.IntN(100))) {
				did["corrected"]++
			}
		case n == 5: // nothing due, or more than is due: refused
			if v, err := e.svc.SetOff(e.t.Context(), e.anna, cashier.Offsetting{Room: room, Claim: "rent", Amount: money.Fen(1 + r.IntN(20000)), Document: "租赁合同", Reason: "抵租金"}); err == nil {
				e.decide("cashier.offset", "offset:"+v.ID.String(), r.IntN(4) != 0)
				if all := must(e.svc.Offsets(e.t.Context(), e.anna, cashier.OffsetFilter{OfCommunity: cashier.OfCommunity{Community: 1}, State: "booked"}, 0, 1))(e.t); len(all) > 0 && all[0].ID == v.ID {
					taken = append(taken, all[0].Payment)
					did["offset"]++
				}
			}
		case n == 6: // the contract has another order from now on (PAY-01)
			order := cashier.OrderDraft{Late: []string{"first", "last"}[r.IntN(2)], Document: "合同"}
			if r.IntN(2) == 0 {
				order.Items = cashier.Items{e.item}
			}
			e.ordered(order)
			did["ordered "+order.Late]++
		case n <= 3 && len(taken) > 0:
			id := taken[r.IntN(len(taken))]
			p := must(e.svc.One(e.t.Context(), e.anna, id))(e.t)
			if _, err := e.svc.AskVoid(e.t.Context(), e.anna, id, match(p.Version), "收错"); err == nil {
				e.decide("cashier.void", "payment:"+id.String(), true)
				did["voided"]++
			}
		default:
			in := paying(room, "amount", 0)
			in.Amount, in.Rest = money.Fen(1+r.IntN(30000)), true
			in.Means = []ledger.Kind{ledger.Cash, ledger.WeChat, ledger.Prepaid}[r.IntN(3)]
			if in.Means == ledger.WeChat {
				in.Reference = "42"
			}
			if in.Means != ledger.Prepaid && r.IntN(4) == 0 {
				in.Way = "ahead"
			} else {
				in.Expected = must(e.svc.Counter(e.t.Context(), e.anna, room, nil))(e.t).Total
			}
			if p, err := e.svc.Pay(e.t.Context(), e.anna, in); err == nil {
				taken = append(taken, p.ID)
				did[string(in.Means)]++
			}
		}
	}
	e.t.Log(did)
	if off := dbtest.One[int64](e.t, e.d, `SELECT COUNT(*) FROM payment WHERE means = 'early'`); off == 0 {
		e.t.Error("nothing was paid early")
	}
	if did["voided"] == 0 || did["billed"] < 1 || did["cash"] == 0 || did["corrected"] == 0 || did["offset"] == 0 {
		e.t.Error("too little happened", did)
	}
}
