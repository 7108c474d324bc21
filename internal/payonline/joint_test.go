package payonline_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// let has 王芳 rent room 1000 and pay March; she has an account of her own.
func (e *env) let() authz.Actor {
	e.t.Helper()
	dbtest.Exec(e.t, e.d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES (2009, 1, 'A9', 'person', '王芳', '', '', '[]', '', 1)`)
	dbtest.Exec(e.t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (3009, 1, 2009, 1000, 'tenant', '', '2026-03-01', 1)`)
	dbtest.Exec(e.t, e.d, `INSERT INTO resident_binding (id, community_id, account_id, room_id, customer_id, kind, origin, at, by_name, ended_why, version) VALUES (4009, 1, 73, 1000, 2009, 'tenant', 'archive', 0, '', '', 1)`)
	dbtest.Exec(e.t, e.d, `UPDATE charge_item SET billed_to = 'tenant'`)
	e.billed("2026-03")
	return dbtest.Actor(73, []authz.CommunityID{1}, payonline.Actions...)
}

// BIL-01, 物业管理条例 article 41: an owner sees what their tenant did not pay, without who that is; nobody else does.
func TestAnOwnerSeesWhatTheirTenantDidNotPay(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		tenant := e.let()
		b := e.bills(e.li, 1000)
		if len(b.Due) != 2 || len(b.Joint) != 1 || b.Joint[0].Open != 20000 || b.Joint[0].Period.String() != "2026-03" {
			t.Fatalf("the owner: %d of their own, %+v", len(b.Due), b.Joint)
		}
		if b.Total != b.Due[0].Total()+b.Due[1].Total() {
			t.Errorf("%s: what a tenant owes is in the owner's total", b.Total)
		}
		line := b.Joint[0].ID
		one, err := e.svc.Bill(t.Context(), e.li, line)
		if err != nil || one.Explain.Basis == "" {
			t.Errorf("explained to the owner: %+v, %v", one, err)
		}
		year, err := e.svc.Statement(t.Context(), e.li, 1000, 2026)
		if err != nil || len(year.Joint) != 1 || len(year.Lines) != 2 || year.Billed != 40000 {
			t.Errorf("the owner's year: %+v, %v", year, err)
		}
		for what, shown := range map[string]any{"bills": b.Joint, "a bill": one, "the year": year.Joint} {
			raw, err := json.Marshal(shown)
			e.must(err)
			for _, personal := range []string{"王", "2009"} {
				if strings.Contains(string(raw), personal) {
					t.Errorf("%s tell of the tenant: %s", what, raw)
				}
			}
		}
		if b := e.bills(tenant, 1000); len(b.Due) != 1 || len(b.Joint) != 0 {
			t.Errorf("the tenant: %d, and %d for which they are not liable", len(b.Due), len(b.Joint))
		}
		if b := e.bills(e.zhang, 1001); len(b.Joint) != 0 {
			t.Errorf("a neighbour: %+v", b.Joint)
		}
		if _, err := e.svc.Bill(t.Context(), e.zhang, line); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a neighbour, one line: %v", err)
		}
		dbtest.Exec(t, e.d, `UPDATE resident_binding SET kind = 'family' WHERE id = 4000`)
		if b := e.bills(e.li, 1000); len(b.Due) != 2 || len(b.Joint) != 0 {
			t.Errorf("family of the owner is liable for nothing: %+v", b.Joint)
		}
		dbtest.Exec(t, e.d, `UPDATE resident_binding SET kind = 'owner' WHERE id = 4000`)
		dbtest.Exec(t, e.d, `UPDATE bill_run SET kind = 'single' WHERE period = '2026-03'`)
		if b := e.bills(e.li, 1000); len(b.Joint) != 0 {
			t.Errorf("what a tenant had done for themselves is theirs alone: %+v", b.Joint)
		}
		dbtest.Exec(t, e.d, `UPDATE bill_run SET kind = 'period'`)
		dbtest.Exec(t, e.d, `UPDATE relation SET from_on = '2026-03-05' WHERE id = 3000`)
		if b := e.bills(e.li, 1000); len(b.Joint) != 0 {
			t.Errorf("who owns the room since the 5th is not asked for the tenant of the owner before: %+v", b.Joint)
		}
	})
}

// The owner pays a tenant's bill only where they name it; the receipt is theirs, and the tenant sees that it is paid.
func TestAnOwnerMayPayATenantsBill(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		tenant := e.let()
		b := e.bills(e.li, 1000)
		if o := e.pay(e.li, 1000, payonline.Alipay, payonline.Wap); o.Fen != b.Total || len(o.Lines) != 2 {
			t.Errorf("all that is due: %s for %d lines, not %s", o.Fen, len(o.Lines), b.Total)
		}
		line := b.Joint[0].ID
		if _, err := e.svc.Pay(t.Context(), e.zhang, payonline.Wish{Room: 1001, Lines: []billing.LineID{line}, Channel: payonline.WeChat, Way: payonline.Native}); !errors.Is(err, payonline.ErrNothing) {
			t.Errorf("a neighbour pays it: %v", err)
		}
		o := e.pay(e.li, 1000, payonline.WeChat, payonline.Native, line, b.Due[0].ID)
		e.atGateway(o)
		paid := e.order(o.ID)
		if paid.State != payonline.Paid || paid.Fen != b.Joint[0].Total()+b.Due[0].Total() {
			t.Fatalf("%+v", paid)
		}
		if b := e.bills(e.li, 1000); len(b.Due) != 1 || len(b.Joint) != 0 {
			t.Errorf("afterwards: %+v", b)
		}
		r, err := e.svc.Receipt(t.Context(), e.li, 1000, paid.Payment)
		if err != nil || r.Payer != "李静" || r.Fen != paid.Fen || len(r.Parts) < 2 {
			t.Errorf("the owner's receipt: %+v, %v", r, err)
		}
		r, err = e.svc.Receipt(t.Context(), tenant, 1000, paid.Payment)
		if err != nil || r.Payer != "李*" || r.Fen != b.Joint[0].Total() {
			t.Errorf("the tenant sees what reached their bill, and who paid masked: %+v, %v", r, err)
		}
		if st, err := e.svc.Statement(t.Context(), tenant, 1000, 2026); err != nil || len(st.Payments) != 1 || st.Payments[0].Fen != b.Joint[0].Total() || st.Payments[0].Payer != "李*" || st.Open != 0 {
			t.Errorf("the tenant's year: %+v, %v", st, err)
		}
		if _, err := e.svc.Bill(t.Context(), e.li, line); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("what is paid is the tenant's alone: %v", err)
		}
	})
}
