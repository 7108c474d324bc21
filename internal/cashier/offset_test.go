package cashier_test

import (
	"errors"
	"fmt"
	"testing"

	"guanjia/internal/auth"
	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

func (e *env) offsets(state string) []cashier.OffsetView {
	e.t.Helper()
	return must(e.svc.Offsets(e.t.Context(), e.anna, cashier.OffsetFilter{OfCommunity: cashier.OfCommunity{Community: 1}, State: state}, 0, 50))(e.t)
}

func rent(fen money.Fen) cashier.Offsetting {
	return cashier.Offsetting{Room: 1000, Claim: "rent", Amount: fen, Document: "场地租赁合同 2026-07", Reason: "公司租用车库，抵三月物业费"}
}

// PAY-01 (offset), ACC-05: what the company owes a household is set against what that owes, after somebody else's yes; no money
// moves, the sheet of the day has it in a line of its own, and a void lets both debts stand again.
func TestAClaimIsSetOffAfterSomebodyElsesYesAndNoMoneyMoves(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.on("2026-03-10")
		e.billed("2026-03")
		e.open()
		till := e.till()
		_, err := e.svc.SetOff(t.Context(), e.anna, rent(200_01))
		field(t, err, "amount", "cashier.offset_over")
		in := rent(150_00)
		in.Document = " "
		_, err = e.svc.SetOff(t.Context(), e.anna, in)
		field(t, err, "document", "required")

		o := must(e.svc.SetOff(t.Context(), e.anna, rent(150_00)))(t)
		if due, _, _ := e.due(1000, "2026-03-10"); o.State != "asked" || o.Payment != 0 || due != 200_00 {
			t.Fatalf("nothing is booked before the yes: %+v, due %s", o, due)
		}
		e.on("2026-03-20") // the line was due on the 15th; the day on which it was declared counts
		e.decide("cashier.offset", "offset:"+o.ID.String(), true)
		if o = e.offsets("booked")[0]; o.Number == "" || o.Decider == "" {
			t.Errorf("booked: %+v", o)
		}
		p := must(e.svc.One(t.Context(), e.anna, o.Payment))(t)
		if p.Means != ledger.Offset || p.Fen != 150_00 || p.PaidOn != day("2026-03-10") || p.Day != day("2026-03-20") || p.Reference != "场地租赁合同 2026-07" {
			t.Errorf("payment: %+v", p.Payment)
		}
		if due, _, _ := e.due(1000, "2026-03-20"); due != 50_00 || e.balance(0, ledger.Offset) != 150_00 || e.till() != till {
			t.Errorf("due %s, offset account %s, till %s", due, e.balance(0, ledger.Offset), e.till())
		}
		sheet := must(e.svc.Sheet(t.Context(), e.anna, 1, day("2026-03-20")))(t)
		if len(sheet.Means) != 1 || sheet.Means[0].Means != ledger.Offset || sheet.Means[0].In != 150_00 || sheet.Means[0].Payments != 1 {
			t.Errorf("the day: %+v", sheet.Means)
		}
		e.whole()

		must(e.svc.AskVoid(t.Context(), e.anna, p.ID, match(p.Version), "合同已解除"))(t)
		e.decide("cashier.void", "payment:"+p.ID.String(), true)
		if due, _, _ := e.due(1000, "2026-03-20"); due != 200_00 || e.balance(0, ledger.Offset) != 0 || !e.offsets("")[0].Voided {
			t.Errorf("after the void: due %s, %+v", due, e.offsets(""))
		}
		e.whole()
	})
}

// ACC-05: a role has a limit up to which it sets off alone; small pieces within thirty days count together.
func TestUpToTheLimitOfTheirRoleACashierSetsOffAlone(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.on("2026-03-10")
		e.billed("2026-03")
		f := must(e.svc.Office(t.Context(), e.anna, 1))(t)
		must(e.svc.SetOffice(t.Context(), e.anna, 1, match(f.Version).Expect, cashier.OfficeDraft{Complaint: f.Complaint, Offsets: &auth.Limits{{Role: "finance", UpTo: 100_00}}}))(t)
		if o := must(e.svc.SetOff(t.Context(), e.anna, rent(60_00)))(t); o.State != "booked" || o.Number == "" {
			t.Errorf("within the limit: %+v", o)
		}
		if o := must(e.svc.SetOff(t.Context(), e.anna, rent(40_01)))(t); o.State != "asked" {
			t.Errorf("a fen above it together: %+v", o)
		}
	})
}

// What was paid meanwhile is not paid again: the yes comes too late, and the books stay as they are.
func TestAnOffsetIsNotBookedOnWhatWasPaidMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.on("2026-03-10")
		e.billed("2026-03")
		o := must(e.svc.SetOff(t.Context(), e.anna, rent(150_00)))(t)
		for n := 1; n <= 2; n++ { // a part of it, then all
			e.taken(taking(1000, 100_00, fmt.Sprint("desk:", n)))
			if err := e.decideErr("cashier.offset", "offset:"+o.ID.String()); !errors.Is(err, cashier.ErrOffsetOver) || dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM payment`) != int64(n) {
				t.Errorf("decided: %v", err)
			}
		}
		e.decide("cashier.offset", "offset:"+o.ID.String(), false)
		if all := e.offsets("refused"); len(all) != 1 {
			t.Errorf("refused: %+v", all)
		}
		e.whole()
	})
}

// Civil Code art. 568: only between the same two is one debt set against the other; what an earlier owner owes stays theirs.
func TestAClaimIsNotSetAgainstWhatAnEarlierOwnerOwes(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.on("2026-03-10")
		e.billed("2026-03")
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = '2026-04-01' WHERE id = 3000`)
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (3900, 1, 2001, 1000, 'owner', '', '2026-04-01', 1)`)
		e.on("2026-04-10")
		_, err := e.svc.SetOff(t.Context(), e.anna, rent(1))
		field(t, err, "amount", "cashier.offset_over")
		e.billed("2026-04")
		o := must(e.svc.SetOff(t.Context(), e.anna, rent(200_00)))(t)
		e.decide("cashier.offset", "offset:"+o.ID.String(), true)
		if due, _, lines := e.due(1000, "2026-04-10"); due != 200_00 || lines[0].Period.String() != "2026-03" {
			t.Errorf("what the earlier owner owes: %s", due)
		}
		e.whole()
	})
}
