package statement_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
	"guanjia/internal/statement"
)

type env struct {
	t       *testing.T
	d       *db.DB
	svc     *statement.Service
	cashier *cashier.Service
	anna    authz.Actor
	other   authz.Actor
}

var all = []authz.Action{"customer.view", "customer.names", ledger.ActView, cashier.ActView, cashier.ActTake, cashier.ActDay, statement.ActView, statement.ActMatch}

func each(t *testing.T, fn func(t *testing.T, e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		at, _ := time.Parse("2006-01-02", "2026-03-10")
		c.Set(at.Add(4 * time.Hour))
		e := &env{t: t, d: d, svc: &statement.Service{DB: d}, cashier: &cashier.Service{DB: d, Unmatched: statement.Unmatched}}
		e.cashier.Approve(&approval.Service{DB: d})
		e.anna, e.other = dbtest.Actor(11, []authz.CommunityID{1}, all...), dbtest.Actor(12, []authz.CommunityID{2}, all...)
		dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (100, 1, '1', '1栋', '1', 1)`)
		dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, floor, building_area, state, handed_over_on, notes, version)
			VALUES (1000, 1, 100, '1-101', '1栋101', '1-101', '1-101', 'home', 1, 10000, 'occupied', '2020-01-01', '', 1)`)
		fn(t, e)
	})
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func day(s string) clock.Day { d, _ := clock.ParseDay(s); return d }

func match(v int64) web.Match { return web.Match{IfMatch: fmt.Sprintf("%q", fmt.Sprint(v))} }

// paid is money by bank transfer that the cashier booked, ahead for the room.
func (e *env) paid(fen money.Fen, reference, payer, on string) (p cashier.Payment) {
	e.t.Helper()
	if err := e.d.Bulk(e.t.Context(), e.anna, cashier.ActTake, func(tx *db.Tx) (err error) {
		p, err = cashier.Take(e.t.Context(), tx, cashier.Taking{Community: 1, Room: 1000, Payer: payer, Fen: fen, Means: ledger.Bank, Source: "desk:" + reference + payer + on, Reference: reference, Day: day(on), NoReceipt: true})
		return err
	}); err != nil {
		e.t.Fatal(err)
	}
	return p
}

const head = "交易日期,收入,支出,余额,对方户名,摘要,流水号\n"

func (e *env) load(keep bool, rows ...string) statement.Preview {
	e.t.Helper()
	return must(e.svc.Import(e.t.Context(), e.anna, statement.Coming{Community: 1, Account: "6200", Keep: keep}, "三月.csv", strings.NewReader(head+strings.Join(rows, "\n")+"\n")))(e.t)
}

func (e *env) lines(state statement.State) []statement.Line {
	e.t.Helper()
	return must(e.svc.Lines(e.t.Context(), e.anna, statement.Filter{Community: 1, State: state}, 0, 50))(e.t)
}

func (e *env) balance(kind ledger.Kind) (fen money.Fen) {
	e.t.Helper()
	for _, b := range must((&ledger.Service{DB: e.d}).Trial(e.t.Context(), e.anna, 1))(e.t) {
		if b.Kind == kind {
			fen += b.Debit - b.Credit
		}
	}
	return fen
}

// PAY-07: nothing is stored until it is confirmed; the same again adds what is new only.
func TestAStatementIsShownThenKeptAndKnownAgain(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		a, b := "2026-03-02,100.00,,100.00,甲,转账,S1", "2026-03-03,,20.00,80.00,乙,电费,"
		if p := e.load(false, a, b); p.Added != 2 || p.Known != 0 || p.Kept || len(p.Lines) != 2 || p.In != 100_00 || p.Out != 20_00 {
			t.Fatalf("%+v", p)
		}
		if len(e.lines("")) != 0 {
			t.Fatal("a preview was stored")
		}
		if p := e.load(true, a, b); p.Added != 2 || !p.Kept || p.Unmatched != 2 {
			t.Fatalf("%+v", p)
		}
		if p := e.load(true, a, b, "2026-03-04,5.00,,85.00,丙,转账,S2"); p.Added != 1 || p.Known != 2 {
			t.Fatalf("%+v", p)
		}
		if n := len(e.lines("")); n != 3 {
			t.Errorf("%d lines", n)
		}
		list := must(e.svc.Statements(t.Context(), e.anna, 1, 0, 10))(t)
		if len(list) != 2 || list[1].Unmatched != 2 || list[0].Unmatched != 1 {
			t.Errorf("%+v", list)
		}
		_, err := e.svc.Import(t.Context(), e.anna, statement.Coming{Community: 1, Account: "6200", Keep: true}, "x.csv", strings.NewReader(head+"2026-03-05,1.00,,,,,\n合计,2.00,,,,,\n"))
		field(t, err, "file", "statement.sum")
		_, err = e.svc.Import(t.Context(), e.anna, statement.Coming{Community: 1}, "x.csv", strings.NewReader(head+a))
		field(t, err, "account", "required")
		if n := len(e.lines("")); n != 3 {
			t.Errorf("%d lines after what was refused", n)
		}
		if _, err := e.svc.Import(t.Context(), e.other, statement.Coming{Community: 1, Account: "6200", Keep: true}, "x.csv", strings.NewReader(head+a)); err == nil {
			t.Error("another community's user kept a statement")
		}
		if _, err := e.svc.Lines(t.Context(), e.other, statement.Filter{Community: 1}, 0, 10); err == nil {
			t.Error("another community's user read lines")
		}
	})
}

func field(t *testing.T, err error, name, code string) {
	t.Helper()
	var f *errs.Error
	if errors.As(err, &f) {
		for _, one := range f.Fields {
			if one.Name == name && one.Code == code {
				return
			}
		}
	}
	t.Errorf("%v does not say %s of %s", err, code, name)
}

func TestLinesMatchByNumberOrWhenAPersonConfirms(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		exact, near, lonely := e.paid(100_00, "S1", "甲", "2026-03-02"), e.paid(70_00, "", "乙", "2026-03-01"), e.paid(33_00, "", "丁", "2026-03-03")
		p := e.load(true, "2026-03-02,100.00,,,甲,转账,S1", "2026-03-03,70.00,,,乙,转账,S2", "2026-03-03,8.00,,,丙,利息,S3")
		if p.Unmatched != 2 {
			t.Fatalf("%+v", p)
		}
		if l := e.lines(statement.Matched); len(l) != 1 || int64(l[0].To) != int64(exact.ID) || !l[0].Exact {
			t.Fatalf("%+v", l)
		}
		sheet := must(e.cashier.Sheet(ctx, e.anna, 1, day("2026-03-03")))(t)
		if sheet.Unmatched != 2 {
			t.Errorf("the sheet of the day says %d", sheet.Unmatched)
		}
		open := e.lines(statement.Open) // the latest first: interest, then 70.00
		if len(open) != 2 || len(open[0].Found) != 0 || len(open[1].Found) != 1 || open[1].Found[0].Why != "payer" || int64(open[1].Found[0].ID) != int64(near.ID) {
			t.Fatalf("%+v", open)
		}
		_, err := e.svc.Settle(ctx, e.anna, open[0].ID, match(open[0].Version), statement.Settling{As: "payment", To: db.ID(near.ID)})
		if !errors.Is(err, statement.ErrAmount) {
			t.Error(err)
		}
		_, err = e.svc.Settle(ctx, e.anna, open[0].ID, match(open[0].Version), statement.Settling{As: "aside"})
		field(t, err, "reason", "required")
		must(e.svc.Settle(ctx, e.anna, open[0].ID, match(open[0].Version), statement.Settling{As: "aside", Reason: "银行利息"}))(t)
		l := must(e.svc.Settle(ctx, e.anna, open[1].ID, match(open[1].Version), statement.Settling{As: "payment", To: db.ID(near.ID)}))(t)
		if l.State != statement.Matched || l.Exact {
			t.Errorf("%+v", l)
		}
		if _, err := e.svc.Settle(ctx, e.anna, open[1].ID, match(open[1].Version), statement.Settling{As: "open"}); !errors.Is(err, db.ErrStale) {
			t.Error("a stale version:", err)
		}
		gaps := must(e.svc.Gaps(ctx, e.anna, p.ID))(t)
		if len(gaps.Items) != 1 || int64(gaps.Items[0].ID) != int64(lonely.ID) {
			t.Errorf("%+v", gaps)
		}
		if _, err := e.svc.Gaps(ctx, e.other, p.ID); !errors.Is(err, db.ErrNotFound) {
			t.Error("another community's user:", err)
		}
		// What it was matched to is reversed: the line waits again.
		dbtest.Exec(t, e.d, `UPDATE payment SET reversed_at = 1, reversed_on = '2026-03-10' WHERE id = $1`, int64(near.ID))
		if open := e.lines(statement.Open); len(open) != 1 || open[0].ID != l.ID || open[0].To != 0 {
			t.Errorf("%+v", open)
		}
	})
}

func TestWhatNobodyKnowsGoesToSuspenseOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		p := e.load(true, "2026-03-02,55.00,,,某人,转账,S9", "2026-03-02,,5.00,,某公司,电费,S8")
		open := e.lines(statement.Open)
		out, in := open[0], open[1]
		if _, err := e.svc.Suspend(ctx, e.anna, out.ID, match(out.Version)); !errors.Is(err, statement.ErrNotNow) {
			t.Error("money that went out:", err)
		}
		l := must(e.svc.Suspend(ctx, e.anna, in.ID, match(in.Version)))(t)
		if l.State != statement.Suspended || e.balance(ledger.Bank) != 55_00 || e.balance(ledger.Suspense) != -55_00 {
			t.Errorf("%+v: %s in the bank, %s in suspense", l, e.balance(ledger.Bank), e.balance(ledger.Suspense))
		}
		for _, as := range []string{"open", "aside"} {
			if _, err := e.svc.Settle(ctx, e.anna, in.ID, match(l.Version), statement.Settling{As: as, Reason: "x"}); !errors.Is(err, statement.ErrNotNow) {
				t.Errorf("%s: %v", as, err)
			}
		}
		if s := must(e.cashier.InSuspense(ctx, e.anna, 1, "", 0, 10))(t); len(s) != 1 || s[0].Payer != "某人" || s[0].Reference != "S9" || s[0].Came != day("2026-03-02") {
			t.Errorf("%+v", s)
		}
		if g := must(e.svc.Gaps(ctx, e.anna, p.ID))(t); len(g.Items) != 0 {
			t.Errorf("%+v", g)
		}
	})
}

func TestOfTwoAtOnceOneWins(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		pay := e.paid(70_00, "", "乙", "2026-03-02")
		e.load(true, "2026-03-02,70.00,,,甲,转账,T1", "2026-03-02,70.00,,,乙,转账,T2")
		open := e.lines(statement.Open)
		together := func(do ...func() error) (won int) {
			var all sync.WaitGroup
			out := make([]error, len(do))
			for i, fn := range do {
				all.Go(func() { out[i] = fn() })
			}
			all.Wait()
			for _, err := range out {
				if err == nil {
					won++
				} else if e := errs.Of(err); e.Kind != errs.Conflict && !errors.Is(err, db.ErrStale) {
					t.Error(err)
				}
			}
			return won
		}
		settle := func(ctx context.Context, l statement.Line) func() error {
			return func() error {
				_, err := e.svc.Settle(ctx, e.anna, l.ID, match(l.Version), statement.Settling{As: "payment", To: db.ID(pay.ID)})
				return err
			}
		}
		if n := together(settle(ctx, open[0]), settle(ctx, open[1])); n != 1 {
			t.Errorf("%d lines are one payment", n)
		}
		left := e.lines(statement.Open)
		suspend := func() error {
			_, err := e.svc.Suspend(ctx, e.anna, left[0].ID, match(left[0].Version))
			return err
		}
		if n := together(suspend, suspend); n != 1 || e.balance(ledger.Suspense) != -70_00 {
			t.Errorf("%d suspended it: %s", n, e.balance(ledger.Suspense))
		}
		keep := func() error {
			_, err := e.svc.Import(ctx, e.anna, statement.Coming{Community: 1, Account: "6200", Keep: true}, "x.csv", strings.NewReader(head+"2026-03-04,1.00,,,,,Z1\n"))
			return err
		}
		together(keep, keep)
		if all := e.lines(""); len(all) != 3 {
			t.Errorf("%d lines", len(all))
		}
	})
}

// PAY-07: a statement without the number of its account is the same one however somebody types the number.
func TestAStatementIsKnownAgainHoweverItsAccountIsTyped(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		row := "2026-03-02,100.00,,,业主,物业费,Z1\n"
		for n, account := range []string{"6222 0200 1234", "622202001234", "６２２２０２００１２３４", "6222-0200-1234 "} {
			p := must(e.svc.Import(t.Context(), e.anna, statement.Coming{Community: 1, Account: account, Keep: true}, "三月.csv", strings.NewReader(head+row)))(t)
			if n > 0 && (p.Added != 0 || p.Known != 1) {
				t.Errorf("%q: %d added, %d known", account, p.Added, p.Known)
			}
		}
		p := must(e.svc.Import(t.Context(), e.anna, statement.Coming{Community: 1, Account: "622202001235", Keep: true}, "三月.csv", strings.NewReader(head+row)))(t)
		if p.Added != 1 {
			t.Errorf("another account: %d added", p.Added)
		}
	})
}
