package payonline_test

import (
	"errors"
	"strings"
	"testing"

	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// ACC-09: bills are seen by who owes them and their family; not by neighbours, tenants, or the next owner.
func TestBillsAreSeenByWhoOwesThem(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		line := e.bills(e.li, 1000).Due[0]
		if b, err := e.svc.Bill(t.Context(), e.li, line.ID); err != nil || b.Explain.Basis == "" || b.Document != "合同" {
			t.Errorf("explained to its debtor: %+v, %v", b, err)
		}
		if _, err := e.svc.Bills(t.Context(), e.zhang, 1000); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a neighbour: %v", err)
		}
		if _, err := e.svc.Bill(t.Context(), e.zhang, line.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a neighbour, one line: %v", err)
		}
		if _, err := e.svc.Bills(t.Context(), e.far, 1000); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("from another community: %v", err)
		}
		dbtest.Exec(t, e.d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES (2009, 1, 'A9', 'person', '王芳', '', '', '[]', '', 1)`)
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES (3009, 1, 2009, 1000, 'tenant', '', 1)`)
		dbtest.Exec(t, e.d, `INSERT INTO resident_binding (id, community_id, account_id, room_id, customer_id, kind, origin, at, by_name, ended_why, version) VALUES (4009, 1, 73, 1000, 2009, 'tenant', 'archive', 0, '', '', 1)`)
		tenant := dbtest.Actor(73, []authz.CommunityID{1}, payonline.Actions...)
		if b := e.bills(tenant, 1000); len(b.Due) != 0 || b.Total != 0 || !b.Own || b.Prepaid != 0 {
			t.Errorf("a tenant sees the owner's bills: %+v", b)
		}
		if _, err := e.svc.Pay(t.Context(), tenant, payonline.Wish{Room: 1000, Channel: payonline.WeChat, Way: payonline.Native}); !errors.Is(err, payonline.ErrNothing) {
			t.Errorf("a tenant pays nothing: %v", err)
		}
		// The room is sold: its next owner sees nothing of the last, and the last sees the room no more.
		o := e.pay(e.li, 1000, payonline.WeChat, payonline.Native, line.ID)
		e.atGateway(o)
		payment := e.order(o.ID).Payment
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = '2026-03-10' WHERE id = 3000`)
		dbtest.Exec(t, e.d, `UPDATE relation SET from_on = '2026-03-10', kind = 'owner' WHERE id = 3009`)
		dbtest.Exec(t, e.d, `UPDATE resident_binding SET kind = 'owner' WHERE id = 4009`)
		if b := e.bills(tenant, 1000); len(b.Due) != 0 || b.Own {
			t.Errorf("the next owner sees bills of the last: %+v", b)
		}
		if st, err := e.svc.Statement(t.Context(), tenant, 1000, 2026); err != nil || len(st.Lines) != 0 || len(st.Payments) != 0 {
			t.Errorf("or their year: %+v, %v", st, err)
		}
		if _, err := e.svc.Paper(t.Context(), tenant, 1000, payment); !errors.Is(err, db.ErrNotFound) {
			t.Error("a tenant prints the owner's receipt:", err)
		}
		if _, err := e.svc.Receipt(t.Context(), tenant, 1000, payment); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("or their receipt: %v", err)
		}
		if _, err := e.svc.Bills(t.Context(), e.li, 1000); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the last owner: %v", err)
		}
	})
}

// The keys of a merchant are written and never shown; another merchant needs its own.
func TestTheKeysOfAMerchantAreSealedAndTested(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		all, err := e.svc.Channels(ctx, e.finance, 1)
		if err != nil || len(all) != 2 || !all[0].HasKey || !all[0].HasV3 || !all[1].HasKey || all[1].HasV3 {
			t.Fatalf("%+v, %v", all, err)
		}
		for _, kept := range []string{dbtest.One[string](t, e.d, `SELECT key_sealed FROM pay_channel WHERE channel = 'wechat'`), dbtest.One[string](t, e.d, `SELECT v3_key_sealed FROM pay_channel WHERE channel = 'wechat'`)} {
			if kept == "" || strings.Contains(kept, "PRIVATE") || strings.Contains(kept, e.wechat.V3Key) {
				t.Errorf("kept open: %.40s", kept)
			}
		}
		if n := e.count(`SELECT COUNT(*) FROM audit WHERE after LIKE '%PRIVATE%' OR after LIKE $1`, "%"+e.wechat.V3Key+"%"); n != 0 {
			t.Errorf("%d entries of the trail hold a key", n)
		}
		for _, name := range []string{payonline.WeChat, payonline.Alipay} {
			if got, err := e.svc.TestChannel(ctx, e.finance, 1, name); err != nil || !got.Works {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		e.wechat.Silent(true)
		if got, err := e.svc.TestChannel(ctx, e.finance, 1, payonline.WeChat); err != nil || got.Works || !strings.Contains(got.Words, "502") {
			t.Errorf("a silent gateway: %+v, %v", got, err)
		}
		e.ali.Forged(true)
		if got, err := e.svc.TestChannel(ctx, e.finance, 1, payonline.Alipay); err != nil || got.Works {
			t.Errorf("another public key: %+v, %v", got, err)
		}
		right := payonline.Terms{On: true, AppID: e.ali.App, Merchant: e.ali.Seller, Public: e.ali.PublicKey(), Site: "https://gj.example"}
		for field, change := range map[string]func(*payonline.Terms){
			"privateKey": func(x *payonline.Terms) { x.Merchant = "2088000000000009" },
			"publicKey":  func(x *payonline.Terms) { x.Public = "abc" },
			"appId":      func(x *payonline.Terms) { x.AppID = "" },
			"merchant":   func(x *payonline.Terms) { x.Merchant = "20 88" },
			"site":       func(x *payonline.Terms) { x.Site = "http://gj.example" },
		} {
			bad := right
			change(&bad)
			if _, err := e.svc.SetChannel(ctx, e.finance, 1, payonline.Alipay, seen, bad); err == nil || !strings.Contains(err.Error(), "["+field) {
				t.Errorf("a wrong %s: %v", field, err)
			}
		}
		if _, err := e.svc.SetChannel(ctx, e.far, 1, payonline.Alipay, seen, right); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("from another community: %v", err)
		}
		if _, err := e.svc.TestChannel(ctx, e.finance, 2, payonline.Alipay); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("of another community: %v", err)
		}
	})
}
