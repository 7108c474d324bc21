package statement_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
	"guanjia/internal/statement"
)

// came is money that the cashier booked by some means.
func (e *env) came(means ledger.Kind, fen money.Fen, reference, on string) (p cashier.Payment) {
	e.t.Helper()
	if err := e.d.Bulk(e.t.Context(), e.anna, cashier.ActTake, func(tx *db.Tx) (err error) {
		p, err = cashier.Take(e.t.Context(), tx, cashier.Taking{Community: 1, Room: 1000, Payer: "业主", Fen: fen, Means: means, Source: "desk:" + reference, Reference: reference, Day: day(on), NoReceipt: true})
		return err
	}); err != nil {
		e.t.Fatal(err)
	}
	return p
}

func parts(all ...cashier.Payment) (out []statement.Piece) {
	for _, p := range all {
		out = append(out, statement.Piece{Kind: "payment", ID: db.ID(p.ID)})
	}
	return out
}

// fees is what stands in the books as fees of banks and gateways, and what is
// still on its way from the POS; and the ledger holds.
func (e *env) fees(kept, onItsWay money.Fen) {
	e.t.Helper()
	if got, pos := e.balance(ledger.Fees), e.balance(ledger.POS); got != kept || pos != onItsWay {
		e.t.Errorf("fees %s, POS %s; want %s, %s", got, pos, kept, onItsWay)
	}
	l := &ledger.Service{DB: e.d}
	_, err := l.Seal(e.t.Context())
	r, wrong := l.Verify(e.t.Context())
	if err != nil || wrong != nil || len(r.Broken) != 0 {
		e.t.Errorf("%+v %v %v", r, err, wrong)
	}
}

// PAY-07: one transfer pays several receipts. Their sum must be the line's, each
// stands for one line only, and what is undone is free again.
func TestOneLineStandsForSeveralBookings(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		a, b, c := e.came(ledger.Bank, 100_00, "A", "2026-03-02"), e.came(ledger.Bank, 55_50, "B", "2026-03-02"), e.came(ledger.Bank, 44_50, "C", "2026-03-03")
		e.load(true, "2026-03-03,155.50,,,某公司,房租,S1", "2026-03-03,144.50,,,某公司,房租,S2")
		open := e.lines(statement.Open) // the latest first
		two, one := open[0], open[1]
		settle := func(l statement.Line, in statement.Settling) (statement.Line, error) {
			in.As = "several"
			return e.svc.Settle(ctx, e.anna, l.ID, match(l.Version), in)
		}
		_, err := settle(one, statement.Settling{})
		field(t, err, "parts", "required")
		_, err = settle(one, statement.Settling{Parts: parts(a, c)})
		if !errors.Is(err, statement.ErrSeveral) {
			t.Errorf("100.00 + 44.50 is not 155.50: %v", err)
		}
		_, err = settle(one, statement.Settling{Parts: parts(a, a)})
		field(t, err, "parts", "statement.taken")
		_, err = settle(one, statement.Settling{Parts: parts(a, b, c), Fee: 44_50})
		field(t, err, "fee", "statement.feeless")
		found := must(e.svc.Bookings(ctx, e.anna, one.ID, statement.Search{Q: "55.5"}))(t)
		if len(found.Items) != 1 || int64(found.Items[0].ID) != int64(b.ID) || found.Sum != 55_50 {
			t.Errorf("looked for by its amount: %+v", found)
		}
		l := must(settle(one, statement.Settling{Parts: parts(a, b)}))(t)
		if l.State != statement.Matched || l.ToKind != "several" || l.Parts != 2 || l.Fee != 0 {
			t.Fatalf("%+v", l)
		}
		if got := must(e.svc.Bookings(ctx, e.anna, one.ID, statement.Search{}))(t); len(got.Items) != 2 || got.Sum != 155_50 {
			t.Errorf("what it stands for: %+v", got)
		}
		if _, err := settle(two, statement.Settling{Parts: parts(a, c)}); !errors.Is(err, statement.ErrTaken) {
			t.Errorf("one booking for two lines: %v", err)
		}
		if _, err := e.svc.Settle(ctx, e.anna, two.ID, match(two.Version), statement.Settling{As: "payment", To: db.ID(a.ID)}); !errors.Is(err, statement.ErrTaken) {
			t.Errorf("one booking for two lines, by itself: %v", err)
		}
		if _, err := e.svc.Bookings(ctx, e.other, one.ID, statement.Search{}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's user: %v", err)
		}
		l = must(e.svc.Settle(ctx, e.anna, l.ID, match(l.Version), statement.Settling{As: "open"}))(t)
		if l.State != statement.Open || l.Parts != 0 {
			t.Errorf("undone: %+v", l)
		}
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM statement_match`); n != 0 {
			t.Errorf("%d bookings are still taken", n)
		}
		must(settle(two, statement.Settling{Parts: parts(a, c)}))(t)
	})
}

// The day's sum of a POS, or of a gateway, comes to the bank less its fee; the
// gateway's own statement stands for the same payments.
func TestADaysSumComesToTheBankLessItsFee(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		a, b, w := e.came(ledger.POS, 600_00, "P1", "2026-03-02"), e.came(ledger.POS, 406_00, "P2", "2026-03-02"), e.came(ledger.WeChat, 50_00, "W1", "2026-03-02")
		e.load(true, "2026-03-03,1000.00,,,银联商务,清算,S1", "2026-03-04,49.70,,,财付通,提现,S2")
		open := e.lines(statement.Open)
		wechat, pos := open[0], open[1]
		if got := must(e.svc.Bookings(ctx, e.anna, pos.ID, statement.Search{Means: "pos"}))(t); len(got.Items) != 2 || got.Sum != 1006_00 || got.Items[0].Means != ledger.POS {
			t.Errorf("%+v", got)
		}
		_, err := e.svc.Settle(ctx, e.anna, pos.ID, match(pos.Version), statement.Settling{As: "several", Parts: parts(a, b), Fee: 5_99})
		if !errors.Is(err, statement.ErrSeveral) {
			t.Errorf("a fen is missing: %v", err)
		}
		l := must(e.svc.Settle(ctx, e.anna, pos.ID, match(pos.Version), statement.Settling{As: "several", Parts: parts(a, b), Fee: 6_00}))(t)
		if l.Fee != 6_00 {
			t.Errorf("%+v", l)
		}
		e.fees(6_00, 1000_00)
		undone := must(e.svc.Settle(ctx, e.anna, l.ID, match(l.Version), statement.Settling{As: "open"}))(t)
		e.fees(0, 1006_00)
		must(e.svc.Settle(ctx, e.anna, l.ID, match(undone.Version), statement.Settling{As: "several", Parts: parts(a, b), Fee: 6_00}))(t)
		e.fees(6_00, 1000_00)
		must(e.svc.Settle(ctx, e.anna, wechat.ID, match(wechat.Version), statement.Settling{As: "several", Parts: parts(w), Fee: 30}))(t)
		dbtest.Exec(t, e.d, `UPDATE payment SET reversed_at = 1, reversed_on = '2026-03-10' WHERE id = $1`, b.ID)
		if err := e.d.Bulk(ctx, e.anna, statement.ActMatch, func(tx *db.Tx) error {
			return e.svc.Voided(ctx, tx, cashier.Voided{Community: 1, Payment: b.ID})
		}); err != nil {
			t.Fatal(err)
		}
		e.fees(30, 1006_00) // that of the gateway's transfer stands
		open = e.lines(statement.Open)
		if len(open) != 1 || open[0].ID != pos.ID || open[0].Parts != 0 {
			t.Fatalf("a part was reversed, so the line waits again: %+v", open)
		}
		again := e.came(ledger.POS, 406_00, "P3", "2026-03-03")
		must(e.svc.Settle(ctx, e.anna, pos.ID, match(open[0].Version), statement.Settling{As: "several", Parts: parts(a, again), Fee: 6_00}))(t)
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM statement_match WHERE line_id = $1`, pos.ID); n != 2 {
			t.Errorf("%d bookings of the line", n)
		}
	})
}

// PAY-07: a statement comes in while somebody matches the same payment to an
// earlier line: whoever is second finds it taken, at either engine.
func TestAStatementThatComesInMeanwhileTakesNothingTwice(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		for i := range 6 {
			ref := "R" + strconv.Itoa(i)
			a, b := e.came(ledger.Bank, 100_00, ref, "2026-03-02"), e.came(ledger.Bank, 55_50, ref+"b", "2026-03-02")
			e.load(true, "2026-03-03,155.50,,,某公司,房租,S"+ref)
			sum := e.lines(statement.Open)[0]
			var both sync.WaitGroup
			var first, second error
			both.Go(func() {
				_, first = e.svc.Settle(ctx, e.anna, sum.ID, match(sum.Version), statement.Settling{As: "several", Parts: parts(a, b)})
			})
			both.Go(func() {
				_, second = e.svc.Import(ctx, e.anna, statement.Coming{Community: 1, Account: "6200", Keep: true}, "三月.csv", strings.NewReader(head+"2026-03-02,100.00,,,业主,物业费,"+ref+"\n"))
			})
			both.Wait()
			if second != nil || first != nil && !errors.Is(first, statement.ErrTaken) {
				t.Fatalf("matching: %v, coming in: %v", first, second)
			}
			alone := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM statement_line WHERE to_kind = 'payment' AND to_id = $1`, int64(a.ID))
			together := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM statement_match WHERE to_kind = 'payment' AND to_id = $1`, int64(a.ID))
			if alone+together != 1 {
				t.Errorf("the payment stands for %d lines alone and %d together", alone, together)
			}
		}
	})
}
