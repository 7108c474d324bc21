package billing_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
)

// desk brings tables in.
type desk struct {
	*env
	svc  *imports.Service
	run  *jobs.Runner
	who  authz.Actor
	of   string
	head []string
}

func (e *env) desk(of imports.Template) *desk {
	e.t.Helper()
	files, err := blob.Open(e.t.TempDir())
	if err != nil {
		e.t.Fatal(err)
	}
	k := &desk{env: e, svc: &imports.Service{DB: e.d, Files: files, Exports: audit.New(e.d), Templates: imports.Plug(map[string][]imports.Hold{"bill_line": {{Table: "payment_part", Column: "line_id"}, {Table: "bill_dispute", Column: "line_id"}}}, of)}, run: jobs.New(e.d, jobs.Options{}), of: of.Name}
	k.svc.Approve(e.inbox)
	k.svc.Schedule(k.run)
	k.who = dbtest.Actor(217, []authz.CommunityID{1}, imports.Act, of.Needs)
	for _, c := range of.Columns {
		k.head = append(k.head, c.Head)
	}
	return k
}

// read is a table checked; nothing of it is written.
func (k *desk) read(rows ...[]any) imports.Import {
	k.t.Helper()
	var b bytes.Buffer
	if err := sheet.Write(&b, sheet.Of("表", k.head, func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	})); err != nil {
		k.t.Fatal(err)
	}
	i, err := k.svc.Upload(k.t.Context(), k.who, 1, k.of, "表.xlsx", bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		k.t.Fatal(err)
	}
	return k.now(i.ID)
}

func (k *desk) now(id imports.ID) imports.Import {
	k.t.Helper()
	err := k.run.Drain(k.t.Context())
	var i imports.Import
	if err == nil {
		i, err = k.svc.Import(k.t.Context(), k.who, id)
	}
	if err != nil {
		k.t.Fatal(err)
	}
	return i
}

func (k *desk) write(i imports.Import) {
	k.t.Helper()
	if _, err := k.svc.Apply(k.t.Context(), k.who, i.ID, imports.New); err != nil {
		k.t.Fatal(err, i.Errors)
	}
	if k.of == "opening" {
		k.answered(i, true)
	}
	if i = k.now(i.ID); i.State != imports.Applied {
		k.t.Fatalf("%s %v", i.State, i.Errors)
	}
}

// decided is the decision of somebody else about an import that waits for it.
func (k *desk) decided(i imports.Import, yes bool) error {
	k.t.Helper()
	var q approval.Request
	if err := k.d.Read(k.t.Context(), k.boss, approval.ActInbox, func(tx *db.Tx) (err error) {
		q, err = approval.Open(k.t.Context(), tx, "import.opening", "import:"+i.ID.String())
		return err
	}); err != nil {
		k.t.Fatal(err)
	}
	d := approval.Decision{Approve: yes, Reason: "与旧台账一致"}
	own := dbtest.Actor(217, []authz.CommunityID{1}, append(slices.Clone(all), approval.ActDecide)...)
	if _, err := k.inbox.Decide(k.t.Context(), own, q.ID, func(int64) error { return nil }, d); err == nil {
		k.t.Error("who brought the table in decided")
	}
	_, err := k.inbox.Decide(k.t.Context(), k.boss, q.ID, func(int64) error { return nil }, d)
	return err
}

func (k *desk) answered(i imports.Import, yes bool) {
	k.t.Helper()
	if err := k.decided(i, yes); err != nil {
		k.t.Fatal(err)
	}
}

// CUS-07: nothing is booked before somebody else has said yes, who sees what it comes to; a no, or who takes it back, books nothing.
func TestOpeningArrearsAreBookedAfterSomebodyElsesYes(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.item(propertyFee())
		k := e.desk(billing.OpeningTemplate())
		i := k.read([]any{"1-100", "物业费", "2025-03", "2025-03-15", "256.50", nil}, []any{"1-101", "物业费", "2025-03", "2025-03-15", "100", nil})
		ask := func() {
			t.Helper()
			asked, err := k.svc.Apply(t.Context(), k.who, i.ID, imports.New)
			if err != nil || asked.State != imports.Asked {
				t.Fatal(asked.State, err)
			}
			if now := k.now(i.ID); now.State != imports.Asked {
				t.Error(now.State)
			}
			if sum, n := e.owed(); sum != 0 || n != 0 {
				t.Errorf("booked before the yes: %s in %d", sum, n)
			}
		}
		ask()
		if _, err := k.svc.Apply(t.Context(), k.who, i.ID, imports.New); !errors.Is(err, imports.ErrApplied) {
			t.Error("asked twice:", err)
		}
		todo, err := e.inbox.ToDecide(t.Context(), e.boss, approval.Position{}, 10)
		if err != nil || len(todo) != 1 {
			t.Fatal(todo, err)
		}
		v, err := e.inbox.Get(t.Context(), e.boss, todo[0].ID)
		if err != nil || *v.Amount != 356_50 || !slices.ContainsFunc(v.Lines, func(l approval.Line) bool { return l.Label == "import_sum" && l.To == "356.50" }) {
			t.Errorf("%+v %v", v, err)
		}
		k.answered(i, false)
		if now := k.now(i.ID); now.State != imports.Checked || now.Reason != imports.ErrRefused.Code {
			t.Error(now.State, now.Reason)
		}
		ask()
		k.answered(i, true)
		if now := k.now(i.ID); now.State != imports.Applied {
			t.Error(now.State)
		}
		if sum, n := e.owed(); sum != 356_50 || n != 2 {
			t.Errorf("%s in %d", sum, n)
		}
		j := k.read([]any{"1-100", "物业费", "2025-04", "2025-04-15", "1", nil})
		if _, err := k.svc.Apply(t.Context(), k.who, j.ID, imports.New); err != nil {
			t.Fatal(err)
		}
		if j, err = k.svc.Cancel(t.Context(), k.who, j.ID); err != nil || j.State != imports.Cancelled {
			t.Error(j.State, err)
		}
		if todo, err = e.inbox.ToDecide(t.Context(), e.boss, approval.Position{}, 10); err != nil || len(todo) != 0 {
			t.Error("what was taken back waits still", todo, err)
		}
	})
}

func said2(i imports.Import) string {
	var out []string
	for _, w := range i.Errors {
		out = append(out, fmt.Sprintf("%d %s %s", w.Row, w.Column, w.Code))
	}
	return strings.Join(out, "\n")
}

// CUS-07: what was owed before is booked as a whole or not at all, once, and is taken back by reversal.
func TestOpeningArrearsComeFromATableWholeOrNotAtAll(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.item(propertyFee())
		k := e.desk(billing.OpeningTemplate())
		good := [][]any{
			{"1-100", "物业费", "2025-03", "2025-03-15", "256.50", "张三欠"},
			{"1栋101", "PROPERTY", "2025年4月", "2025-04-15", 100, nil},
			{"1-100", "物业费", "2025/05", "2025-05-15", "1,000.05", nil},
		}
		wrong := k.read(append(slices.Clone(good), []any{"合计", nil, nil, nil, sheet.Decimal("1356.54"), nil})...)
		if wrong.State != imports.Rejected || said2(wrong) != "5 金额 import.sum_wrong" || wrong.Errors[0].Params["said"] != "1,356.54" || wrong.Errors[0].Params["counted"] != "1,356.55" {
			t.Errorf("a wrong sum: %s %v", wrong.State, wrong.Errors)
		}
		if _, err := k.svc.Apply(t.Context(), k.who, wrong.ID, imports.New); err == nil {
			t.Error("a table with a wrong sum was written")
		}
		if sum, n := e.owed(); sum != 0 || n != 0 {
			t.Errorf("the books were touched: %s in %d", sum, n)
		}
		i := k.read(append(slices.Clone(good), []any{"合计", nil, nil, nil, sheet.Decimal("1356.55"), nil})...)
		if sum, n := e.owed(); i.State != imports.Checked || sum != 0 || n != 0 {
			t.Fatalf("a look wrote %s in %d: %s %s", sum, n, i.State, said2(i))
		}
		k.write(i)
		if sum, n := e.owed(); sum != 135655 || n != 3 {
			t.Errorf("owed %s in %d", sum, n)
		}
		if got := dbtest.One[money.Fen](t, e.d, `SELECT CAST(SUM(x.amount) AS BIGINT) FROM ledger_entry x JOIN ledger_account a ON a.id = x.debit_id WHERE a.kind = 'receivable' AND a.room_id = 1000`); got != 125655 {
			t.Errorf("the ledger says %s", got)
		}
		e.whole()
		lines, err := e.svc.Bills(t.Context(), e.clerk, 1000)
		if err != nil || len(lines) != 2 || lines[1].Explain.Basis != billing.ByOpening || lines[1].Explain.For != "张三欠" || lines[1].Due != day("2025-03-15") || lines[1].Debtor == "" {
			t.Errorf("%+v %v", lines, err)
		}
		if runs, err := e.svc.Runs(t.Context(), e.clerk, 1, 0, 10); err != nil || len(runs) != 0 {
			t.Errorf("the run of opening arrears is shown among those that people made: %+v %v", runs, err)
		}
		again := k.read(good...)
		if again.State != imports.Checked || again.Unchanged != 3 {
			t.Errorf("the same again: %s %d %s", again.State, again.Unchanged, said2(again))
		}
		k.write(again)
		if sum, n := e.owed(); sum != 135655 || n != 3 {
			t.Errorf("twice: %s in %d", sum, n)
		}
		if other := k.read([]any{"1-100", "物业费", "2025-03", "2025-03-15", "256.51", nil}); said2(other) != "2 金额 billing.opening_differs" {
			t.Error(said2(other))
		}
		if _, err := k.svc.Undo(t.Context(), k.who, i.ID); err != nil {
			t.Fatal(err)
		}
		if i = k.now(i.ID); i.State != imports.Undone {
			t.Errorf("%s %s", i.State, said2(i))
		}
		if sum, n := e.owed(); sum != 0 || n != 0 || dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM bill_line WHERE reversal_id IS NOT NULL`) != 3 {
			t.Errorf("after undoing %s in %d", sum, n)
		}
		e.whole()
		k.write(k.read(good...))
		if sum, _ := e.owed(); sum != 135655 {
			t.Errorf("brought again after undoing: %s", sum)
		}
		e.whole()
	})
}

// CUS-07: each bad row of opening arrears is named, and none of the good ones is booked.
func TestOpeningArrearsNameTheirBadRows(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "1.20"})
		two := propertyFee()
		two.Code = "property-2"
		e.item(two)
		e.booked(e.calculated("2026-10"))
		before, _ := e.owed()
		k := e.desk(billing.OpeningTemplate())
		got := k.read(
			[]any{"1-100", "property", "2025-03", "2025-03-15", 10, nil},
			[]any{"1-100", "property", "2025-03", "2025-03-15", 10, nil},
			[]any{"9-999", "property", "2025-03", "2025-03-15", 10, nil},
			[]any{"1-101", "电费", "2025-03", "2025-03-15", 10, nil},
			[]any{"1-102", "property", "2025-03", "2025-03-15", 0, nil},
			[]any{"1-103", "property", "2025-03", "2025-03-15", "10000000.01", nil},
			[]any{"1-104", "property", "2026-10", "2026-10-15", 10, nil},
			[]any{"1-105", "物业费", "2025-03", "2025-03-15", 10, nil},
			[]any{"1-106", "property", "三月", "2025-03-15", "十元", nil},
			[]any{"1-107", "property", "2025-03", "1925-03-15", 10, nil},
		)
		want := "3 账期 import.twice\n4 房屋 billing.opening_room\n5 收费项目 billing.opening_item\n6 金额 billing.opening_amount\n7 金额 billing.opening_amount\n8 账期 billing.opening_billed\n9 收费项目 billing.opening_item_two\n10 账期 billing.opening_month\n10 金额 billing.opening_amount\n11 到期日 billing.opening_due"
		if got.State != imports.Rejected || said2(got) != want {
			t.Errorf("%s\n%s", got.State, said2(got))
		}
		if sum, _ := e.owed(); sum != before {
			t.Errorf("%s became %s", before, sum)
		}
	})
}

// CUS-07: what was corrected since is not taken back with the import.
func TestAnImportOfArrearsIsNotUndoneOverACorrection(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.item(propertyFee())
		k := e.desk(billing.OpeningTemplate())
		i := k.read([]any{"1-100", "物业费", "2025-03", "2025-03-15", 10, nil})
		k.write(i)
		dbtest.Exec(t, e.d, `UPDATE bill_line SET reversed_at = 1`)
		if _, err := k.svc.Undo(t.Context(), k.who, i.ID); err == nil || !strings.Contains(fmt.Sprintf("%+v", err), "held") {
			t.Errorf("undone: %v", err)
		}
	})
}

// CUS-07: whatever is brought, undone and brought again, and by whom at once: what is owed is what the tables say, and the ledger is whole.
func TestTheBooksBalanceWhateverIsBroughtAndUndone(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.item(propertyFee())
		k, r := e.desk(billing.OpeningTemplate()), rand.New(rand.NewPCG(5, 9))
		balance := func() money.Fen {
			t.Helper()
			return dbtest.One[money.Fen](t, e.d, `SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM ledger_entry x JOIN ledger_account a ON a.id = x.debit_id WHERE a.kind = 'receivable'`)
		}
		var want money.Fen
		live := map[imports.ID]money.Fen{}
		for round := range 6 {
			var rows [][]any
			var sum money.Fen
			for room := range 10 {
				fen := money.Fen(1 + r.Int64N(5_000_000))
				sum += fen
				rows = append(rows, []any{fmt.Sprintf("1-10%d", room), "物业费", fmt.Sprintf("2024-%02d", round+1), "2024-12-31", sheet.Decimal(fen.String()), nil})
			}
			rows = append(rows, []any{"Total", nil, nil, nil, sheet.Decimal(sum.String())})
			one, two := k.read(rows...), k.read(rows...)
			for _, id := range []imports.ID{one.ID, two.ID} {
				if _, err := k.svc.Apply(t.Context(), k.who, id, imports.New); err != nil {
					t.Fatal(err)
				}
			}
			k.answered(one, true)
			if err := k.decided(two, true); !errors.Is(err, imports.ErrBusy) {
				t.Errorf("two at once: %v", err)
			}
			k.now(one.ID)
			k.answered(two, true)
			if two = k.now(two.ID); two.State != imports.Checked || two.Unchanged != 10 { // checked anew: nothing of it is left to do
				t.Errorf("the second of two: %s %+v", two.State, two.Outcomes)
			}
			want, live[one.ID] = want+sum, sum
			for id, fen := range live {
				if r.IntN(3) == 0 {
					if _, err := k.svc.Undo(t.Context(), k.who, id); err != nil {
						t.Fatal(err)
					}
					k.now(id)
					want -= fen
					delete(live, id)
				}
			}
			if owed, _ := e.owed(); owed != want || balance() != want {
				t.Fatalf("owed %s, in the ledger %s, by the tables %s", owed, balance(), want)
			}
		}
		e.whole()
	})
}

// BIL-04: readings from a table are looked at as those that are typed, and none is taken before all are good.
func TestReadingsComeFromATable(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		meter := func(kind, number, first string) billing.MeterID {
			t.Helper()
			m, err := e.svc.CreateMeter(t.Context(), e.clerk, 1, billing.MeterDraft{Kind: kind, Number: number, Room: 1000}, &billing.Entered{On: day("2025-07-31"), Value: first})
			if err != nil {
				t.Fatal(err)
			}
			return m.ID
		}
		one, _, _ := meter("water", "W-1", "100"), meter("water", "7", "100"), meter("power", "7", "500")
		if _, err := e.svc.Enter(t.Context(), e.clerk, 1, []billing.Entered{{Meter: one, On: day("2025-08-31"), Value: "110"}}); err != nil {
			t.Fatal(err)
		}
		values := func() (out []string) {
			t.Helper()
			all, err := e.svc.Readings(t.Context(), e.clerk, one)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range all {
				out = append(out, r.Value+"/"+r.Usage)
			}
			return out
		}
		k := e.desk(billing.ReadingsTemplate())
		bad := k.read(
			[]any{"W-1", "水表", "2025-09-30", "105", nil, nil},
			[]any{"W-1", nil, "2025-08-15", "112", nil, nil},
			[]any{"W-1", nil, "2025-08-31", "111", nil, nil},
			[]any{"W-2", nil, "2025-09-30", "1", nil, nil},
			[]any{"7", nil, "2025-09-30", "120", nil, nil},
			[]any{"7", "水表", "2025-09-30", "120", nil, nil},
			[]any{"7", "水表", "2025-09-30", "121", nil, nil},
			[]any{"7", "电表", "2099-09-30", "520", "也许", nil},
			[]any{"7", "电表", nil, nil, nil, nil},
			[]any{"W-1", nil, "2025-10-01", "150", nil, nil},
			[]any{"7", "电表", "2026-03-03", "520", nil, nil},
		)
		want := "2 读数 billing.reading_backwards\n3 抄表日期 billing.reading_order\n4 读数 billing.reading_differs\n5 表号 billing.reading_meter\n6 表号 billing.reading_meter_two\n8 抄表日期 import.twice\n9 已核实 billing.reading_word\n10 抄表日期 required\n10 读数 required\n11 读数 billing.reading_unusual_row\n12 抄表日期 billing.reading_ahead"
		if bad.State != imports.Rejected || said2(bad) != want {
			t.Errorf("%s\n%s", bad.State, said2(bad))
		}
		good := [][]any{{"W-1", nil, "2025-09-30", 118, nil, "八吨"}, {"W-1", "水表", "2025-10-31", "150", "是", nil}, {"7", "电表", "2025-09-30", "520", nil, nil}}
		i := k.read(good...)
		if got := values(); i.State != imports.Checked || !slices.Equal(got, []string{"110/10", "100/"}) {
			t.Fatalf("%s %s: a look wrote %v", i.State, said2(i), got)
		}
		k.write(i)
		if got := values(); !slices.Equal(got, []string{"150/32", "118/8", "110/10", "100/"}) {
			t.Errorf("%v", got)
		}
		if dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM meter_reading WHERE remark = 'unusual'`) != 1 {
			t.Error("the unusual usage is not marked")
		}
		again := k.read(good...)
		if again.State != imports.Checked || again.Unchanged != 3 {
			t.Errorf("%s %d %s", again.State, again.Unchanged, said2(again))
		}
		if _, err := e.svc.Enter(t.Context(), e.clerk, 1, []billing.Entered{{Meter: one, On: day("2025-11-01"), Value: "151"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := k.svc.Undo(t.Context(), k.who, i.ID); err == nil {
			t.Error("readings were taken away from under a later one")
		}
		dbtest.Exec(t, e.d, `DELETE FROM meter_reading WHERE value = '151'`)
		if _, err := k.svc.Undo(t.Context(), k.who, i.ID); err != nil {
			t.Fatal(err)
		}
		k.now(i.ID)
		if got := values(); !slices.Equal(got, []string{"110/10", "100/"}) {
			t.Errorf("undone: %v", got)
		}
	})
}

// BIL-04: a reading that was billed is not taken back with its table.
func TestAnImportedReadingThatWasBilledStays(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		water := propertyFee()
		water.Code, water.Name, water.Basis, water.MeterKind, water.PriceKind, water.Cap, water.CapPaper = "water", "水费", billing.ByMeter, "water", "market", "", ""
		e.tariff(e.item(water).ID, billing.TariffDraft{From: day("2024-01-01"), Price: "3.45"})
		if _, err := e.svc.CreateMeter(t.Context(), e.clerk, 1, billing.MeterDraft{Kind: "water", Number: "W-1", Room: 1000}, &billing.Entered{On: day("2025-08-31"), Value: "100"}); err != nil {
			t.Fatal(err)
		}
		k := e.desk(billing.ReadingsTemplate())
		i := k.read([]any{"W-1", nil, "2025-09-30", 118, nil, nil})
		k.write(i)
		r := e.booked(e.calculated("2025-09"))
		if r.Amount != 6210 { // 18 × 3.45
			t.Errorf("%s", r.Amount)
		}
		if _, err := k.svc.Undo(t.Context(), k.who, i.ID); err == nil {
			t.Error("a billed reading was taken away")
		}
	})
}
