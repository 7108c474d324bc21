package refund_test

import (
	"bytes"
	"errors"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
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
		boss := dbtest.Actor(11, []authz.CommunityID{1}, billing.ActEdit)
		i := must((&billing.Service{DB: e.d}).Create(ctx, boss, 1, billing.ItemRules{
			Code: "property", Name: "物业费", Basis: billing.ByBuildingArea, Starts: "always", Period: "month", DueDay: 31, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up", LateFrom: "due", PriceKind: "market",
		}))(t)
		month, err := clock.ParsePeriod("2026-03")
		e.must(err)
		dbtest.Exec(t, e.d, `INSERT INTO bill_run (id, community_id, period, items, state, summary, done, total, amount, at, by_name, decided_by_name, decision, reason, version) VALUES (901, 1, '2026-03', '[]', 'booked', '{}', 1, 1, 30000, 1, '', '', '', '', 1)`)
		owner := dbtest.One[db.ID](t, e.d, `SELECT customer_id FROM relation WHERE room_id = 1000 AND kind = 'owner'`)
		e.must(e.d.Bulk(ctx, boss, billing.ActEdit, func(tx *db.Tx) error {
			tx.Note(1, "test", nil, nil)
			txn, err := ledger.Post(ctx, tx, ledger.Draft{Community: 1, Kind: "bill", Source: "bill:1", Day: month.First(), Lines: []ledger.Line{{Debit: ledger.Account{Kind: ledger.Receivable, Room: lobby, Debtor: "owner:" + owner.String(), Item: db.ID(i.ID)}, Credit: ledger.Account{Kind: ledger.Income, Item: db.ID(i.ID)}, Fen: 300_00}}})
			if err != nil {
				return err
			}
			return db.Insert(ctx, tx, "bill_line", billing.Line{Row: billing.Row{
				ID: 1, Community: 1, Run: 901, N: 1, Room: lobby, Item: i.ID, Debtor: "owner:" + owner.String(), Customer: owner, Period: month, From: month.First(), To: month.Add(1).First(), Due: month.Last(), Price: "3", Quantity: "100", Fen: 300_00, Txn: txn.ID,
				Explain: billing.Explain{Basis: billing.ByBuildingArea, Parts: []billing.Part{{Month: month, Days: 31, Of: 31, Fen: 300_00}}},
			}})
		}))
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
