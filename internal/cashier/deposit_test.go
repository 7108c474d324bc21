package cashier_test

import (
	"errors"
	"testing"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/money"
)

// alone sets what is given back of deposits without somebody else's approval.
func (e *env) alone(fen money.Fen) {
	e.t.Helper()
	o := must(e.svc.Office(e.t.Context(), e.anna, 1))(e.t)
	must(e.svc.SetOffice(e.t.Context(), e.anna, 1, match(o.Version).Expect, cashier.OfficeDraft{Hours: o.Hours, Complaint: o.Complaint, Alone: &fen}))(e.t)
}

func (e *env) till() money.Fen {
	e.t.Helper()
	return must(e.svc.OwnShift(e.t.Context(), e.anna, 1))(e.t).Counts[0].Expected
}

// PAY-05, ACC-05: up to the limit a cashier gives back alone; above it, also in small pieces, nothing leaves the till before somebody else's yes.
func TestAboveTheLimitADepositGoesBackAfterSomebodyElsesYes(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.open()
		d := must(e.svc.TakeDeposit(t.Context(), e.anna, cashier.Depositing{Room: 1000, Kind: "renovation", Amount: 3_000_00, Means: ledger.Cash, Payer: "业主"}))(t)
		give := func(fen money.Fen) {
			t.Helper()
			d = must(e.svc.Return(t.Context(), e.anna, d.ID, match(d.Version), cashier.Returning{Amount: fen, Means: ledger.Cash, Receiver: "业主"}))(t)
		}
		before := e.till()
		give(600_00)
		if d.Moves[0].State != "done" || e.till() != before-600_00 {
			t.Errorf("below the limit it is paid at once: %+v", d.Moves)
		}
		give(400_01) // with the 600.00 of today a fen above 1,000.00
		if m := d.Moves[1]; m.State != "asked" || e.till() != before-600_00 || e.balance(1000, ledger.Deposit) != -2_400_00 || d.Held != 1_999_99 {
			t.Errorf("nothing leaves the till before the yes: %+v %s", m, e.till())
		}
		if _, err := e.svc.PayOut(t.Context(), e.anna, d.ID, match(d.Version), d.Moves[1].ID, true); !errors.Is(err, cashier.ErrNotNow) {
			t.Error("paid out before the yes:", err)
		}
		look := func() {
			t.Helper()
			d = must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t).Deposits[0]
		}
		e.decide("cashier.deposit_return", "deposit:"+d.ID.String(), false)
		if look(); d.Moves[1].State != "refused" || d.Held != 2_400_00 {
			t.Errorf("refused: %+v", d)
		}
		give(2_400_00)
		e.decide("cashier.deposit_return", "deposit:"+d.ID.String(), true)
		if look(); d.Moves[2].State != "approved" || e.till() != before-600_00 || d.Held != 0 {
			t.Errorf("approved, and still in the till: %+v %s", d.Moves[2], e.till())
		}
		d = must(e.svc.PayOut(t.Context(), e.anna, d.ID, match(d.Version), d.Moves[2].ID, true))(t)
		if d.Moves[2].State != "done" || e.till() != before-3_000_00 || e.balance(1000, ledger.Deposit) != 0 {
			t.Errorf("paid out: %+v %s", d.Moves[2], e.till())
		}
		if _, err := e.svc.PayOut(t.Context(), e.anna, d.ID, match(d.Version), d.Moves[2].ID, true); !errors.Is(err, cashier.ErrNotNow) {
			t.Error("paid out twice:", err)
		}
		e.whole()
	})
}

// ACC-05: what a role has of its own holds before what holds for everybody, higher or lower; of several roles the highest.
func TestARoleHasItsOwnLimitForDeposits(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.open()
		set := func(l auth.Limits) error {
			o := must(e.svc.Office(t.Context(), e.anna, 1))(t)
			_, err := e.svc.SetOffice(t.Context(), e.anna, 1, match(o.Version).Expect, cashier.OfficeDraft{Hours: o.Hours, Complaint: o.Complaint, Limits: &l})
			return err
		}
		d := must(e.svc.TakeDeposit(t.Context(), e.anna, cashier.Depositing{Room: 1000, Kind: "renovation", Amount: 9_000_00, Means: ledger.Cash, Payer: "业主"}))(t)
		for name, one := range map[string]struct {
			limits auth.Limits
			fen    money.Fen
			state  string
		}{
			"another role's":  {auth.Limits{{Role: "general_manager", UpTo: 5_000_00}}, 1_000_01, "asked"},
			"a higher one":    {auth.Limits{{Role: "finance", UpTo: 5_000_00}}, 1_000_01, "done"},
			"nothing at all":  {auth.Limits{{Role: "finance", UpTo: 0}}, 1, "asked"},
			"none of its own": {auth.Limits{}, 1_000_00, "done"},
		} {
			e.clock.Advance(31 * 24 * time.Hour)
			if err := set(one.limits); err != nil {
				t.Fatal(err)
			}
			d = must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t).Deposits[0]
			d = must(e.svc.Return(t.Context(), e.anna, d.ID, match(d.Version), cashier.Returning{Amount: one.fen, Means: ledger.Cash, Receiver: "业主"}))(t)
			if m := d.Moves[len(d.Moves)-1]; m.State != one.state {
				t.Errorf("%s: %s, want %s", name, m.State, one.state)
			}
			if one.state == "asked" {
				e.decide("cashier.deposit_return", "deposit:"+d.ID.String(), false)
			}
		}
		field(t, set(auth.Limits{{Role: "finance", UpTo: -1}}), "depositLimits[0].upTo", "wrong_form")
		field(t, set(auth.Limits{{Role: "finance", UpTo: 1}, {Role: "finance", UpTo: 2}}), "depositLimits[1].upTo", "wrong_form")
		o := must(e.svc.Office(t.Context(), e.anna, 1))(t)
		e.alone(500_00)
		if now := must(e.svc.Office(t.Context(), e.anna, 1))(t); now.Alone != 500_00 || len(now.Limits) != len(o.Limits) {
			t.Errorf("what is left out stays: %+v", now)
		}
	})
}

// PAY-05: the list of deposits says of each what is held, went back and is kept; what is settled stands apart.
func TestTheListOfDepositsSaysWhatIsHeld(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.open()
		give := func(room housing.RoomID, kind string, fen money.Fen) cashier.DepositView {
			t.Helper()
			return must(e.svc.TakeDeposit(t.Context(), e.anna, cashier.Depositing{Room: room, Kind: kind, Amount: fen, Means: ledger.Cash, Payer: "业主"}))(t)
		}
		a, b := give(1000, "renovation", 500_00), give(1001, "card", 20_00)
		a = must(e.svc.Return(t.Context(), e.anna, a.ID, match(a.Version), cashier.Returning{Amount: 100_00, Means: ledger.Cash, Receiver: "业主"}))(t)
		must(e.svc.AskKeep(t.Context(), e.anna, a.ID, match(a.Version), 150_00, "墙面损坏"))(t)
		must(e.svc.Return(t.Context(), e.anna, b.ID, match(b.Version), cashier.Returning{Amount: 20_00, Means: ledger.Cash, Receiver: "业主"}))(t)
		list := func(state string) []cashier.DepositRow {
			t.Helper()
			return must(e.svc.Deposits(t.Context(), e.anna, cashier.DepositFilter{OfCommunity: cashier.OfCommunity{Community: 1}, State: state}, 0, 50))(t)
		}
		if all := list(""); len(all) != 1 || all[0].ID != a.ID || all[0].Back != 100_00 || all[0].Waiting != 150_00 || all[0].Kept != 0 || all[0].Held != 400_00 || all[0].Label == "" || all[0].Number == "" {
			t.Errorf("held: %+v", all)
		}
		e.decide("cashier.keep", "deposit:"+a.ID.String(), true)
		if all := list(""); len(all) != 1 || all[0].Kept != 150_00 || all[0].Waiting != 0 || all[0].Held != 250_00 || all[0].Held != -e.balance(1000, ledger.Deposit) {
			t.Errorf("after something is kept: %+v", all)
		}
		if all := list("ended"); len(all) != 1 || all[0].ID != b.ID || all[0].Held != 0 {
			t.Errorf("settled: %+v", all)
		}
		if all := list("all"); len(all) != 2 || all[0].ID != b.ID {
			t.Errorf("all, the latest first: %+v", all)
		}
	})
}

// PAY-07: a deposit that came by transfer is not paid out of a till that has less cash.
func TestADepositIsNotPaidOutOfATillThatHasLess(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.open()
		d := must(e.svc.TakeDeposit(t.Context(), e.anna, cashier.Depositing{Room: 1000, Kind: "card", Amount: 800_00, Means: ledger.Bank, Reference: "ZZ-1", Payer: "业主"}))(t)
		have := e.till()
		give := func(fen money.Fen, means ledger.Kind) (err error) {
			d2, err := e.svc.Return(t.Context(), e.anna, d.ID, match(d.Version), cashier.Returning{Amount: fen, Means: means, Reference: "TK-1", Receiver: "业主"})
			if err == nil {
				d = d2
			}
			return err
		}
		field(t, give(have+1, ledger.Cash), "amount", "cashier.till_less")
		if err := give(have, ledger.Cash); err != nil || e.till() != 0 {
			t.Errorf("what the till has: %v, left %s", err, e.till())
		}
		if err := give(1_00, ledger.Bank); err != nil {
			t.Errorf("by transfer: %v", err)
		}
		e.verify()
	})
}
