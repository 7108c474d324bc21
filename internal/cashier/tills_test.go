package cashier_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

// Two cashiers take, void, spend, return deposits, release and send back unknown
// money, close their tills and the days, in any order (PAY-02, PAY-07): the days
// together are the books, a closed day says the same for ever, what was counted
// in the tills is what the books have, and receipts have no gaps.
func TestTheDaysTogetherAreTheBooks(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.billed("2026-01")
		did := map[string]int{}
		for seed := range uint64(2) {
			e.tills(rand.New(rand.NewPCG(seed, 11)), did)
		}
		for _, what := range []string{"opened", "counted", "closed", "paid", "deposit", "petty", "unknown", "released", "voided desk", "voided suspense"} {
			if did[what] == 0 {
				t.Errorf("nothing was %s: %v", what, did)
			}
		}
	})
}

// figures are what must not change of a closed day.
func figures(t *testing.T, s cashier.DaySheet) string {
	t.Helper()
	raw, err := json.Marshal([]any{s.Means, s.Items, s.Books, len(s.Voids), len(s.Shifts)})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// tills does a hundred and twenty things at random.
func (e *env) tills(r *rand.Rand, did map[string]int) {
	t, ctx := e.t, e.t.Context()
	closed := map[clock.Day]string{}
	first := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	at := first.Add(time.Duration(e.month) * 24 * time.Hour)
	e.clock.Set(at)
	var deposits []cashier.DepositID
	var taken []cashier.PaymentID
	said := func(what string, err error) {
		if err == nil {
			did[what]++
		}
	}
	count := func(who authz.Actor) error {
		own := must(e.svc.OwnShift(ctx, who, 1))(t)
		if own.State != "open" {
			return cashier.ErrNoShift
		}
		if less := -own.Counts[0].Expected; less > 0 { // more was voided than the till had: cash is brought to it
			must(e.svc.Petty(ctx, who, cashier.Till{Community: 1, Kind: cashier.TopUp, Amount: less, Number: "BJ", Party: "财务"}))(t)
			own = must(e.svc.OwnShift(ctx, who, 1))(t)
		}
		notes, rest := cashier.Notes{}, own.Counts[0].Expected
		for _, face := range []money.Fen{10000, 100, 1} {
			notes, rest = append(notes, cashier.Note{Face: face, N: int64(rest / face)}), rest%face
		}
		_, err := e.svc.Close(ctx, who, own.ID, match(own.Version), cashier.Closing{Notes: notes})
		if err != nil {
			t.Errorf("counted as expected (%s): %v", own.Counts[0].Expected, err)
		}
		return err
	}
	for i := range 120 {
		who := []authz.Actor{e.anna, e.berta}[r.IntN(2)]
		room := housing.RoomID(1000 + r.IntN(rooms))
		means := []ledger.Kind{ledger.Cash, ledger.Cash, ledger.Bank, ledger.WeChat}[r.IntN(4)]
		ref := fmt.Sprint("R", at.Unix(), i)
		switch n := r.IntN(16); n {
		case 0:
			_, err := e.svc.Open(ctx, who, 1, money.Fen(r.IntN(30000)))
			said("opened", err)
		case 1:
			if r.IntN(3) == 0 {
				said("counted", count(who))
			}
		case 2:
			at = at.Add(time.Duration(r.IntN(30)) * time.Hour)
			e.clock.Set(at)
			e.month = max(e.month, int(at.Sub(first).Hours()/24)+3)
		case 3:
			d := clock.DayOf(clock.Of(at), time.UTC)
			if r.IntN(2) == 0 {
				d = d.Add(-1)
			}
			if sheet, err := e.svc.CloseDay(ctx, e.boss, 1, d); err == nil {
				closed[d] = figures(t, sheet)
				did["closed"]++
			}
		case 4:
			_, err := e.svc.Petty(ctx, who, cashier.Till{Community: 1, Kind: []cashier.MoveKind{cashier.Petty, cashier.TopUp}[r.IntN(2)], Amount: money.Fen(1 + r.IntN(5000)), Number: "PZ", Party: "王", Words: "买灯泡"})
			said("petty", err)
		case 5:
			d, err := e.svc.TakeDeposit(ctx, who, cashier.Depositing{Room: room, Kind: "key", Amount: money.Fen(1 + r.IntN(20000)), Means: means, Reference: ref, Payer: "业主"})
			if said("deposit", err); err == nil {
				deposits = append(deposits, d.ID)
				taken = append(taken, d.Payment)
			}
		case 6:
			if len(deposits) > 0 {
				id := deposits[r.IntN(len(deposits))]
				v := dbtest.One[int64](t, e.d, `SELECT version FROM deposit WHERE id = $1`, id)
				_, err := e.svc.Return(ctx, who, id, match(v), cashier.Returning{Amount: money.Fen(1 + r.IntN(20000)), Means: means, Reference: ref, Receiver: "业主"})
				said("returned", err)
			}
		case 7:
			e.unknown(money.Fen(1+r.IntN(30000)), ref)
			did["unknown"]++
		case 8, 9:
			if all := must(e.svc.InSuspense(ctx, e.anna, 1, "", 0, 50))(t); len(all) > 0 {
				v := all[r.IntN(len(all))]
				f := cashier.Finding{Room: room, Reason: "核实"}
				if n == 9 && r.IntN(2) == 0 {
					f = cashier.Finding{Reference: ref, Reason: "退回"}
				}
				_, err := e.svc.AskRelease(ctx, e.anna, v.ID, match(v.Version), f)
				said("released", err)
				e.decide("cashier.suspense", "suspense:"+v.ID.String(), r.IntN(4) != 0)
				if p := dbtest.One[int64](t, e.d, `SELECT COALESCE((SELECT payment_id FROM suspense WHERE id = $1), 0)`, v.ID); p != 0 {
					taken = append(taken, cashier.PaymentID(p))
				}
			}
		case 10, 11:
			if len(taken) > 0 {
				id := taken[r.IntN(len(taken))]
				p := must(e.svc.One(ctx, e.anna, id))(t)
				if _, err := e.svc.AskVoid(ctx, e.anna, id, match(p.Version), "收错"); err == nil {
					e.decide("cashier.void", "payment:"+id.String(), true)
					did["voided "+p.Kind]++
				}
			}
		default:
			in := paying(room, "ahead", 0)
			if in.Amount, in.Means = money.Fen(1+r.IntN(2000)), means; means != ledger.Cash {
				in.Reference = ref
			}
			p, err := e.svc.Pay(ctx, who, in)
			if said("paid", err); err == nil {
				taken = append(taken, p.ID)
			}
		}
	}
	for _, who := range []authz.Actor{e.anna, e.berta} {
		_ = count(who)
	}
	for d, was := range closed {
		if now := figures(t, must(e.svc.Sheet(ctx, e.anna, 1, d))(t)); now != was {
			t.Errorf("%s was closed with %s, now it says %s", d, was, now)
		}
	}
	net := map[ledger.Kind]money.Fen{}
	for d := day("2026-03-01"); d.Before(clock.DayOf(clock.Of(at), time.UTC).Add(5)); d = d.Add(1) {
		for _, m := range must(e.svc.Sheet(ctx, e.anna, 1, d))(t).Means {
			net[m.Means] += m.In - m.Voided - m.Returned + m.MovedIn - m.MovedOut
		}
	}
	for _, k := range []ledger.Kind{ledger.Cash, ledger.Bank, ledger.WeChat} {
		if got := e.balance(0, k); got != net[k] {
			t.Errorf("%s: %s in the books, %s by the days", k, got, net[k])
		}
	}
	waiting := dbtest.One[money.Fen](t, e.d, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM suspense WHERE state IN ('open', 'asked')`)
	if got := -e.balance(0, ledger.Suspense); got != waiting {
		t.Errorf("%s in suspense in the books, %s waits", got, waiting)
	}
	if gaps := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM receipt_book b WHERE b.next_no - b.first_no <> (SELECT COUNT(*) FROM receipt r WHERE r.book_id = b.id)`); gaps != 0 {
		t.Errorf("%d books have gaps", gaps)
	}
	e.whole()
}
