package refund_test

import (
	"bytes"
	"errors"
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
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
