package collection_test

import (
	"bytes"
	"testing"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/collection"
	"guanjia/internal/imports"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/sheet"
)

// CUS-07: what was owed before this program billed is arrears of earlier years; it is paid like any bill, and every check against the ledger holds.
// decider is somebody else who approves bills.
func decider(e *env) authz.Actor {
	acts := []authz.Action{billing.ActBook, approval.ActDecide, approval.ActInbox}
	dbtest.Exec(e.t, e.d, `INSERT INTO role (id, code, zh, en, version) VALUES (77, 'finance', '财务', 'finance', 1)`)
	for _, a := range acts {
		dbtest.Exec(e.t, e.d, `INSERT INTO role_action (role_id, action) VALUES (77, $1)`, string(a))
	}
	dbtest.Exec(e.t, e.d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES (12, 'boss', '', '审批人', '12', '', FALSE, FALSE, 1)`)
	dbtest.Exec(e.t, e.d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES (12, 12, 77, 1)`)
	dbtest.Exec(e.t, e.d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES (12, 77, 1)`)
	return dbtest.Actor(12, []authz.CommunityID{1}, acts...)
}

func TestOpeningArrearsAreInTheReportAndEqualTheLedger(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.bill(1000, e.items[0], period("2026-01"), 5000)
		files, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Exec(t, e.d, `UPDATE charge_item SET name = '物业费' WHERE code = 'property'`)
		svc, run := &imports.Service{DB: e.d, Files: files, Exports: audit.New(e.d), Templates: imports.Plug(nil, billing.OpeningTemplate())}, jobs.New(e.d, jobs.Options{})
		inbox := &approval.Service{DB: e.d}
		svc.Approve(inbox)
		svc.Schedule(run)
		who := dbtest.Actor(217, []authz.CommunityID{1}, imports.Act, billing.ActOpening)
		boss := decider(e)
		var b bytes.Buffer
		rows := [][]any{{"1-100", "物业费", "2025-03", "2025-03-15", 300}, {"2-101", "物业费", "2025-11", "2025-11-15", sheet.Decimal("120.35")}, {"合计", nil, nil, nil, sheet.Decimal("420.35")}}
		if err := sheet.Write(&b, sheet.Of("表", []string{"房屋", "收费项目", "账期", "到期日", "金额"}, func(yield func([]any, error) bool) {
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
		})); err != nil {
			t.Fatal(err)
		}
		i, err := svc.Upload(t.Context(), who, here, "opening", "欠费.xlsx", bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err == nil {
			err = run.Drain(t.Context())
		}
		if err == nil {
			_, err = svc.Apply(t.Context(), who, i.ID, imports.New)
		}
		if err == nil {
			var todo []approval.View
			if todo, err = inbox.ToDecide(t.Context(), boss, approval.Position{}, 1); err == nil {
				_, err = inbox.Decide(t.Context(), boss, todo[0].ID, func(int64) error { return nil }, approval.Decision{Approve: true, Reason: "与旧台账一致"})
			}
		}
		if err == nil {
			err = run.Drain(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		e.pay(1000, 10_000, day("2026-01-20"), ledger.Cash) // a hundred of the three hundred
		for _, span := range [][2]string{{"2026-01", "2026-01"}, {"2025-01", "2025-12"}} {
			r := e.report(span[0], span[1], "item")
			for _, c := range r.Checks {
				if !c.Equal {
					t.Errorf("%v: %+v", span, c)
				}
			}
			if r.Total.Open != 5000+30_000+12_035-r.Total.Recovered-r.Total.Paid {
				t.Errorf("%v: %+v", span, r.Total.Figures)
			}
		}
		if f := e.report("2026-01", "2026-01", "").Total.Figures; f.Older != 42_035 || f.Receivable != 5000 || f.Recovered == 0 {
			t.Errorf("%+v", f)
		}
		g, err := e.svc.Ageing(t.Context(), e.who, collection.Asked{Community: here})
		if err != nil || g.Total.Total == 0 || g.Total.Late == 0 {
			t.Errorf("no late fee on what was owed before: %+v %v", g.Total, err)
		}
	})
}
