package invoice_test

import (
	"context"
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/invoice"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

func TestAResidentAppliesForWhatWasPaidOnTheirOwnBillsWithATitleOfTheirOwn(t *testing.T) { // PAY-02a
	each(t, func(t *testing.T, e *env) {
		// As app plugs it in: 71 lives in room 1000 and sees the bills of customer 2000.
		e.svc.Home = func(_ context.Context, tx *db.Tx, room housing.RoomID) (invoice.Home, error) {
			if tx.Who.ID != 71 || room != 1000 {
				return invoice.Home{}, db.ErrNotFound
			}
			return invoice.Home{Community: 1, Customer: 2000, Whose: []db.ID{2000}}, nil
		}
		li, zhang := dbtest.Actor(71, []authz.CommunityID{1}, invoice.ActOwn), dbtest.Actor(72, []authz.CommunityID{1}, invoice.ActOwn)
		e.billed("2026-03")
		mine, theirs := e.pays(1000, 200_00), e.pays(1001, 200_00)
		title := must(e.svc.AddOwnTitle(t.Context(), li, 1000, invoice.TitleDraft{Kind: "person", Name: "业主0"}))(t)
		if _, err := e.svc.AddOwnTitle(t.Context(), zhang, 1000, invoice.TitleDraft{Kind: "person", Name: "别人"}); err == nil {
			t.Error("a title for a room of somebody else")
		}
		wish := func(p cashier.PaymentID) invoice.Wish {
			return invoice.Wish{Room: 1000, Payments: []cashier.PaymentID{p}, Title: title.ID}
		}
		_, err := e.svc.AskOwn(t.Context(), li, wish(theirs.ID))
		e.is(err, invoice.ErrNothing)
		_, err = e.svc.AskOwn(t.Context(), zhang, wish(mine.ID))
		field(t, err, "roomId", "not_found")
		other := wish(mine.ID)
		other.Title = must(e.svc.AddTitle(t.Context(), e.anna, 2001, invoice.TitleDraft{Kind: "person", Name: "业主1"}))(t).ID
		_, err = e.svc.AskOwn(t.Context(), li, other)
		field(t, err, "titleId", "not_found")
		v := must(e.svc.AskOwn(t.Context(), li, wish(mine.ID)))(t)
		if v.Fen != 200_00 || !v.Own || v.Buyer != "业主0" {
			t.Errorf("%+v", v)
		}
		own := must(e.svc.OfHome(t.Context(), li, 1000))(t)
		if len(own.Invoices) != 1 || len(own.Sources) != 0 || len(own.Titles) != 1 {
			t.Errorf("%+v", own)
		}
		if _, err := e.svc.OfHome(t.Context(), zhang, 1000); err == nil {
			t.Error("a neighbour sees them")
		}
		if _, err := e.svc.WithdrawOwn(t.Context(), zhang, v.ID); err == nil {
			t.Error("a neighbour withdrew it")
		}
		if v = must(e.svc.WithdrawOwn(t.Context(), li, v.ID))(t); v.State != invoice.Withdrawn {
			t.Errorf("%+v", v)
		}
		if err := e.svc.EndOwnTitle(t.Context(), li, title.ID); err != nil {
			t.Error(err)
		}
	})
}
