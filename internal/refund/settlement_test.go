package refund_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/refund"
)

var dot = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82")

// PAY-05a: what the old owner owes and has prepaid is listed, kept and signed;
// what the next owner pays is not among it.
func TestASettlementListsTheOldOwnersMoneyAndIsSignedOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		day, err := clock.ParseDay("2026-03-15")
		e.must(err)
		p := e.ahead(lobby, 500_00, ledger.Cash)
		must(e.cash.TakeDeposit(ctx, e.anna, cashier.Depositing{Room: lobby, Kind: "card", Amount: 80_00, Means: ledger.Cash, Payer: "李静"}))(t)
		v := must(e.svc.Settle(ctx, e.anna, lobby, day))(t)
		if v.Ahead != 500_00 || v.Owes != 0 || len(v.Figures.Ahead) != 2 || v.Names != "李静" || v.ID != 0 {
			t.Errorf("%+v", v)
		}
		kept := must(e.svc.Keep(ctx, e.anna, lobby, day))(t)
		e.out(e.approved(p.ID, 500_00)) // through the steps of a refund
		// The room is sold: the next owner's money is not the old one's.
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = '2026-03-15' WHERE room_id = 1000`)
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (3900, 1, 2001, 1000, 'owner', '', '2026-03-15', 1)`)
		e.ahead(lobby, 70_00, ledger.Cash)
		v = must(e.svc.Settle(ctx, e.anna, lobby, day))(t)
		if v.Ahead != 0 || v.Names != "李静" {
			t.Errorf("%+v", v)
		}
		if all := must(e.svc.Settlements(ctx, e.anna, lobby))(t); len(all) != 1 || all[0].Ahead != 500_00 || all[0].ID != kept.ID {
			t.Errorf("what was kept changed: %+v", all)
		}
		signed := must(e.svc.Sign(ctx, e.anna, kept.ID, bytes.NewReader(dot)))(t)
		if signed.SignedAt == nil || signed.SignedBy != "李静" {
			t.Errorf("%+v", signed)
		}
		_, err = e.svc.Sign(ctx, e.anna, kept.ID, bytes.NewReader(dot))
		e.is(err, refund.ErrSigned)
		if _, err := e.svc.Settle(ctx, e.far, lobby, day); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's: %v", err)
		}
		e.whole()
	})
}

// PAY-05a, FAR-12: of a month's bill the days that are not the old owner's are off what is owed, and go back once it is paid.
func TestASettlementCountsTheDaysThatAreNotServedPaidOrNot(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		month, err := clock.ParsePeriod("2026-03")
		e.must(err)
		e.bill(300_00)
		of := func(day string) refund.Settlement {
			t.Helper()
			d, err := clock.ParseDay(day)
			e.must(err)
			return must(e.svc.Settle(ctx, e.anna, lobby, d))(t)
		}
		v := of("2026-03-16")
		if v.Owes != 300_00 || v.Unserved != 154_84 || len(v.Figures.Unserved) != 1 || v.Figures.Unserved[0].Days != 16 || v.Figures.Unserved[0].Of != 31 || v.Figures.Unserved[0].Paid != 0 || v.Figures.Owed[0].To != month.Last() {
			t.Errorf("not paid: %+v", v)
		}
		must(e.cash.Pay(ctx, e.anna, cashier.Paying{Room: lobby, Way: "lines", Lines: []billing.LineID{1}, Expected: 300_00, Means: ledger.Cash, Payer: "李静"}))(t)
		if v = of("2026-03-16"); v.Owes != 0 || v.Unserved != 154_84 || v.Figures.Unserved[0].Paid != 300_00 {
			t.Errorf("paid: %+v", v)
		}
		if v = of("2026-04-01"); v.Unserved != 0 || len(v.Figures.Unserved) != 0 {
			t.Errorf("on the first day after: %+v", v)
		}
		e.whole()
	})
}

// sold has room 1000 bought by 张伟 (2001) from 李静 (2000) on 15 March.
func (e *env) sold() {
	e.t.Helper()
	dbtest.Exec(e.t, e.d, `UPDATE relation SET to_on = '2026-03-15' WHERE room_id = 1000`)
	dbtest.Exec(e.t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (3900, 1, 2001, 1000, 'owner', '', '2026-03-15', 1)`)
}

// handed has the manager agree to what is asked to be handed over.
func (e *env) handed(of cashier.PaymentID) error {
	e.t.Helper()
	var q approval.Request
	if err := e.d.Read(e.t.Context(), e.manager, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(e.t.Context(), tx, "refund.handover", "payment:"+of.String())
		return err
	}); err != nil {
		return err
	}
	d := approval.Decision{Approve: true, Reason: "同意"}
	if _, err := e.inbox.Decide(e.t.Context(), e.anna, q.ID, seen, d); err == nil {
		e.t.Error("who asked agreed")
	}
	_, err := e.inbox.Decide(e.t.Context(), e.manager, q.ID, seen, d)
	return err
}

// PAY-05a: what the seller prepaid becomes the buyer's only when somebody else agrees, by a paper that both signed; it is voided or handed back as long as nothing of it is used.
func TestWhatTheSellerPrepaidIsHandedToTheBuyerByAStepOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		p := e.ahead(lobby, 500_00, ledger.Cash)
		e.sold()
		at, err := time.Parse("2006-01-02", "2026-03-16")
		e.must(err)
		e.clock.Set(at.Add(4 * time.Hour))
		hand := refund.Handing{To: 2001, Amount: 300_00, Reason: "买卖双方约定随房转让", Document: "结清协议 2026-7"}
		for name, c := range map[string]struct {
			change func(*refund.Handing)
			field  string
		}{
			"more than there is":      {func(h *refund.Handing) { h.Amount = 500_01 }, "amount"},
			"to whose it is already":  {func(h *refund.Handing) { h.To = 2000 }, "customerId"},
			"to nobody of the room's": {func(h *refund.Handing) { h.To = 2999 }, "customerId"},
			"without a paper":         {func(h *refund.Handing) { h.Document = " " }, "document"},
			"without a reason":        {func(h *refund.Handing) { h.Reason = "" }, "reason"},
			"of nothing":              {func(h *refund.Handing) { h.Amount = 0 }, "amount"},
		} {
			wrong := hand
			c.change(&wrong)
			_, err := e.svc.HandOver(ctx, e.anna, p.ID, wrong)
			var said *errs.Error
			if !errors.As(err, &said) || len(said.Fields) != 1 || said.Fields[0].Name != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := e.svc.HandOver(ctx, e.far, p.ID, hand); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's: %v", err)
		}
		asked := must(e.svc.HandOver(ctx, e.anna, p.ID, hand))(t)
		if asked.From != "李静" || asked.To != "张伟" {
			t.Errorf("%+v", asked)
		}
		left := func() map[cashier.PaymentID]money.Fen {
			out := map[cashier.PaymentID]money.Fen{}
			for _, s := range must(e.svc.Sources(ctx, e.anna, lobby))(t) {
				out[s.Payment] = s.Fen
			}
			return out
		}
		if got := left(); got[p.ID] != 500_00 {
			t.Errorf("before anybody agreed %v is left", got)
		}
		e.must(e.handed(p.ID))
		after := left()
		if after[p.ID] != 200_00 || len(after) != 2 {
			t.Fatalf("%v", after)
		}
		var got cashier.PaymentView
		for id := range after {
			if id != p.ID {
				got = must(e.cash.One(ctx, e.anna, id))(t)
			}
		}
		if got.Kind != "handed" || got.Payer != "张伟" || got.From != "李静" || got.Fen != 300_00 || got.Words != hand.Reason || got.Number != "" {
			t.Errorf("%+v", got)
		}
		c := must(e.cash.Counter(ctx, e.anna, lobby, nil))(t)
		if len(c.Ahead) != 2 || c.Ahead[0].Of != "" || c.Ahead[0].Fen != 300_00 || c.Ahead[1].Of != "earlier" || c.Ahead[1].Fen != 200_00 {
			t.Errorf("the desk sees %+v", c.Ahead)
		}
		day := clock.DayOf(clock.Of(e.clock.Now()), time.UTC).Add(-1)
		if v := must(e.svc.Settle(ctx, e.anna, lobby, day))(t); v.Ahead != 200_00 {
			t.Errorf("the seller's settlement has %s", v.Ahead)
		}
		e.whole()
		// It is handed back the same way, and what went back is the seller's again.
		must(e.svc.HandOver(ctx, e.anna, got.ID, refund.Handing{To: 2000, Amount: 300_00, Reason: "协议解除", Document: "解除协议"}))(t)
		e.must(e.handed(got.ID))
		if v := must(e.svc.Settle(ctx, e.anna, lobby, day))(t); v.Ahead != 500_00 {
			t.Errorf("after it was handed back the seller has %s", v.Ahead)
		}
		e.whole()
	})
}

// What is asked for as a refund is not handed over, and what was handed over meanwhile is not paid back twice.
func TestWhatGoesBackIsNotHandedOver(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		p := e.ahead(lobby, 500_00, ledger.Cash)
		e.sold()
		hand := refund.Handing{To: 2001, Amount: 300_00, Reason: "约定随房转让", Document: "协议"}
		must(e.svc.HandOver(ctx, e.anna, p.ID, hand))(t)
		must(e.svc.Ask(ctx, e.anna, refund.Wish{Payment: p.ID, Amount: 250_00, Reason: "退给原业主"}))(t)
		if err := e.handed(p.ID); err == nil {
			t.Error("250.00 of 500.00 go back, and 300.00 were handed over")
		}
		e.whole()
	})
}

// The page of a resident's refunds takes as many statements for many of them as for one.
func TestAResidentsRefundsAreReadWithAsManyStatementsForMany(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		p := e.ahead(lobby, 500_00, ledger.Cash)
		read := func(want int) int64 {
			ctx, n := db.Counting(t.Context())
			if own := must(e.svc.OfHome(ctx, e.li, lobby))(t); len(own.Refunds) != want || len(own.Sources) != 1 || len(own.Sources[0].Heirs) != 0 {
				t.Errorf("%+v", own)
			}
			return n.Load()
		}
		e.ask(e.anna, p.ID, 10_00)
		one := read(1)
		for range 3 {
			e.ask(e.anna, p.ID, 10_00)
		}
		if four := read(4); four != one {
			t.Errorf("%d statements for one refund, %d for four", one, four)
		}
	})
}

// PAY-06: what a correction left over of a paid bill can go back, and stands in the settlement.
func TestWhatACorrectionLeftOverCanGoBack(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		line := e.paidBill(300_00)
		boss := dbtest.Actor(11, []authz.CommunityID{1}, billing.ActEdit)
		e.must(e.d.Write(t.Context(), boss, billing.ActEdit, func(tx *db.Tx) error {
			_, err := cashier.Correct(t.Context(), tx, line, 120_00, "面积有误")
			return err
		}))
		all := must(e.svc.Sources(t.Context(), e.anna, lobby))(t)
		if len(all) != 1 || all[0].Fen != 180_00 || all[0].Means != ledger.Cash {
			t.Fatalf("%+v", all)
		}
		v := must(e.svc.Settle(t.Context(), e.anna, lobby, clock.DayOf(clock.Of(e.clock.Now()), time.UTC)))(t)
		if v.Ahead != 180_00 {
			t.Errorf("the settlement has %s", v.Ahead)
		}
		e.out(e.approved(all[0].Payment, 180_00))
		e.whole()
	})
}

// bill books a bill of March for room 1000, of its owner.
func (e *env) bill(fen money.Fen) billing.LineID {
	e.t.Helper()
	boss := dbtest.Actor(11, []authz.CommunityID{1}, billing.ActEdit)
	i := must((&billing.Service{DB: e.d}).Create(e.t.Context(), boss, 1, billing.ItemRules{
		Code: "property", Name: "物业费", Basis: billing.ByBuildingArea, Starts: "always", Period: "month", DueDay: 31, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up", LateFrom: "due", PriceKind: "market",
	}))(e.t)
	month, err := clock.ParsePeriod("2026-03")
	e.must(err)
	dbtest.Exec(e.t, e.d, `INSERT INTO bill_run (id, community_id, period, items, state, summary, done, total, amount, at, by_name, decided_by_name, decision, reason, version) VALUES (901, 1, '2026-03', '[]', 'booked', '{}', 1, 1, 30000, 1, '', '', '', '', 1)`)
	owner := dbtest.One[db.ID](e.t, e.d, `SELECT customer_id FROM relation WHERE room_id = 1000 AND kind = 'owner'`)
	e.must(e.d.Bulk(e.t.Context(), boss, billing.ActEdit, func(tx *db.Tx) error {
		tx.Note(1, "test", nil, nil)
		txn, err := ledger.Post(e.t.Context(), tx, ledger.Draft{Community: 1, Kind: "bill", Source: "bill:1", Day: month.First(), Lines: []ledger.Line{{Debit: ledger.Account{Kind: ledger.Receivable, Room: lobby, Debtor: "owner:" + owner.String(), Item: db.ID(i.ID)}, Credit: ledger.Account{Kind: ledger.Income, Item: db.ID(i.ID)}, Fen: fen}}})
		if err != nil {
			return err
		}
		return db.Insert(e.t.Context(), tx, "bill_line", billing.Line{Row: billing.Row{
			ID: 1, Community: 1, Run: 901, N: 1, Room: lobby, Item: i.ID, Debtor: "owner:" + owner.String(), Customer: owner, Period: month, From: month.First(), To: month.Add(1).First(), Due: month.Last(), Price: "3", Quantity: "100", Fen: fen, Txn: txn.ID,
			Explain: billing.Explain{Basis: billing.ByBuildingArea, Parts: []billing.Part{{Month: month, Days: 31, Of: 31, Fen: fen}}},
		}})
	}))
	return 1
}

// paidBill is such a bill that was paid in cash.
func (e *env) paidBill(fen money.Fen) billing.LineID {
	e.t.Helper()
	line := e.bill(fen)
	must(e.cash.Pay(e.t.Context(), e.anna, cashier.Paying{Room: lobby, Way: "lines", Lines: []billing.LineID{line}, Expected: fen, Means: ledger.Cash, Payer: "李静"}))(e.t)
	return line
}

// PAY-02, PAY-05a: a handover is voided with four eyes as any payment; what the buyer used of it is not, and what is voided is the seller's again.
func TestAHandoverIsVoidedAsLongAsNothingOfItIsUsed(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		p := e.ahead(lobby, 500_00, ledger.Cash)
		e.sold()
		at, err := time.Parse("2006-01-02", "2026-03-16")
		e.must(err)
		e.clock.Set(at.Add(4 * time.Hour))
		must(e.svc.HandOver(ctx, e.anna, p.ID, refund.Handing{To: 2001, Amount: 300_00, Reason: "约定随房转让", Document: "协议"}))(t)
		e.must(e.handed(p.ID))
		got := dbtest.One[cashier.PaymentID](t, e.d, `SELECT id FROM payment WHERE SUBSTR(source, 1, 7) = 'handed:'`)
		if _, err := e.cash.AskVoid(ctx, e.anna, p.ID, match(p.Version), "收错"); !errors.Is(err, cashier.ErrUsed) {
			t.Errorf("what was handed over is voided under the buyer: %v", err)
		}
		e.voided(got)
		day := clock.DayOf(clock.Of(e.clock.Now()), time.UTC).Add(-1)
		if v := must(e.svc.Settle(ctx, e.anna, lobby, day))(t); v.Ahead != 500_00 {
			t.Errorf("after the void the seller has %s", v.Ahead)
		}
		if c := must(e.cash.Counter(ctx, e.anna, lobby, nil))(t); len(c.Ahead) != 1 || c.Ahead[0].Of != "earlier" {
			t.Errorf("%+v", c.Ahead)
		}
		e.whole()
	})
}
