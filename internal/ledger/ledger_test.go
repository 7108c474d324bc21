package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

const act authz.Action = "test.post"

func clerk(places ...authz.CommunityID) authz.Actor {
	return dbtest.Actor(7, places, act, ledger.ActView)
}

func receivable(room, item db.ID) ledger.Account {
	return ledger.Account{Kind: ledger.Receivable, Room: room, Debtor: "owner:1", Item: item}
}

func income(item db.ID) ledger.Account { return ledger.Account{Kind: ledger.Income, Item: item} }

func bill(source string, fen ...money.Fen) ledger.Draft {
	d := ledger.Draft{Community: 1, Kind: "bill", Source: source, Words: "2026-11"}
	d.Day, _ = clock.ParseDay("2026-11-01")
	for i, f := range fen {
		d.Lines = append(d.Lines, ledger.Line{Debit: receivable(100, db.ID(i+1)), Credit: income(db.ID(i + 1)), Fen: f})
	}
	return d
}

func write(t testing.TB, d *db.DB, who authz.Actor, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	return d.Write(t.Context(), who, act, func(tx *db.Tx) error { return fn(t.Context(), tx) })
}

func post(t testing.TB, d *db.DB, draft ledger.Draft) (out ledger.Txn) {
	t.Helper()
	if err := write(t, d, clerk(draft.Community), func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = ledger.Post(ctx, tx, draft)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func balances(t testing.TB, d *db.DB, room db.ID) map[string]money.Fen {
	t.Helper()
	out := map[string]money.Fen{}
	if err := d.Read(t.Context(), clerk(1), ledger.ActView, func(tx *db.Tx) error {
		all, err := ledger.BalancesOf(t.Context(), tx, 1, room)
		for _, b := range all {
			out[fmt.Sprintf("%s %d", b.Kind, b.Item)] = b.Fen
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func verify(t testing.TB, d *db.DB) ledger.Report {
	t.Helper()
	r, err := (&ledger.Service{DB: d}).Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func seal(t testing.TB, d *db.DB) int64 {
	t.Helper()
	n, err := (&ledger.Service{DB: d}).Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// PAY-04: balances derive from entries; a reversal repeats with the sign changed.
func TestABillIsOwedAndAReversalTakesItBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		b := post(t, d, bill("bill:1", 21343, 15000, 0))
		if got := balances(t, d, 100); got["receivable 1"] != 21343 || got["receivable 2"] != 15000 || len(got) != 2 {
			t.Fatal(got)
		}
		if b.Entries != 2 || b.Total != 36343 {
			t.Errorf("%+v", b)
		}
		var r ledger.Txn
		reverse := func(of ledger.TxnID, who authz.Actor) error {
			return write(t, d, who, func(ctx context.Context, tx *db.Tx) (err error) {
				r, err = ledger.Reverse(ctx, tx, of, b.Day, "wrong area")
				return err
			})
		}
		if err := reverse(b.ID, clerk(2)); !errors.Is(err, db.ErrNotFound) {
			t.Error("somebody of another community reversed it", err)
		}
		if err := reverse(b.ID, clerk(1)); err != nil {
			t.Fatal(err)
		}
		if got := balances(t, d, 100); len(got) != 0 || r.Total != -b.Total {
			t.Error(got, r)
		}
		reversal := r.ID
		if err := reverse(b.ID, clerk(1)); !errors.Is(err, ledger.ErrReversed) {
			t.Error("reversed twice", err)
		}
		if err := reverse(reversal, clerk(1)); !errors.Is(err, ledger.ErrReversal) {
			t.Error("a reversal was reversed", err)
		}
		seal(t, d)
		if v := verify(t, d); len(v.Broken) != 0 || v.Txns != 2 || v.Entries != 4 || v.Turnover != 0 {
			t.Errorf("%+v", v)
		}
	})
}

func TestASourceIsPostedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		first := post(t, d, bill("bill:1", 100, 200))
		if again := post(t, d, bill("bill:1", 100, 200)); again.ID != first.ID {
			t.Error("the same was posted anew")
		}
		for name, other := range map[string]ledger.Draft{"another amount": bill("bill:1", 100, 201), "one line more": bill("bill:1", 100, 200, 1), "shared otherwise": bill("bill:1", 200, 100)} {
			if err := write(t, d, clerk(1), func(ctx context.Context, tx *db.Tx) error {
				_, err := ledger.Post(ctx, tx, other)
				return err
			}); !errors.Is(err, ledger.ErrOtherContent) {
				t.Error(name, err)
			}
		}
		elsewhere := bill("bill:1", 5)
		elsewhere.Community = 2
		post(t, d, elsewhere)
		if err := write(t, d, clerk(1), func(ctx context.Context, tx *db.Tx) error {
			_, err := ledger.Post(ctx, tx, elsewhere)
			return err
		}); !errors.Is(err, db.ErrNotFound) {
			t.Error("posted into a community out of scope", err)
		}
		if err := write(t, d, clerk(1), func(ctx context.Context, tx *db.Tx) error {
			_, err := ledger.Post(ctx, tx, bill("bill:2", 0, 0))
			return err
		}); !errors.Is(err, ledger.ErrEmpty) {
			t.Error("nothing was posted", err)
		}
		if got := balances(t, d, 100); got["receivable 1"] != 100 || got["receivable 2"] != 200 {
			t.Error(got)
		}
	})
}

// Whatever is posted and reversed, in whatever order: each side of the trial
// balance has the same sum, every balance is what a list of the operations says,
// and the chain is whole.
func TestTheLedgerBalancesAfterAnySequence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			before := balances(t, d, 100)
			want := map[string]money.Fen{}
			for k, v := range before {
				want[k] = v
			}
			var open []ledger.Txn
			drafts := map[ledger.TxnID]ledger.Draft{}
			for range rapid.IntRange(1, 6).Draw(rt, "operations") {
				n++
				if len(open) > 0 && rapid.Bool().Draw(rt, "reverse") {
					at := rapid.IntRange(0, len(open)-1).Draw(rt, "which")
					if err := write(t, d, clerk(1), func(ctx context.Context, tx *db.Tx) error {
						_, err := ledger.Reverse(ctx, tx, open[at].ID, open[at].Day, "")
						return err
					}); err != nil {
						rt.Fatal(err)
					}
					for i, l := range drafts[open[at].ID].Lines {
						want[fmt.Sprintf("receivable %d", i+1)] -= l.Fen
					}
					open = slices.Delete(open, at, at+1)
					continue
				}
				draft := bill(fmt.Sprint("bill:", n))
				for i := range rapid.IntRange(1, 4).Draw(rt, "lines") {
					f := money.Fen(rapid.Int64Range(1, 50_000).Draw(rt, "fen"))
					draft.Lines = append(draft.Lines, ledger.Line{Debit: receivable(100, db.ID(i+1)), Credit: income(db.ID(i + 1)), Fen: f})
					want[fmt.Sprintf("receivable %d", i+1)] += f
				}
				posted := post(t, d, draft)
				open, drafts[posted.ID] = append(open, posted), draft
			}
			if rapid.Bool().Draw(rt, "seal") {
				seal(t, d)
			}
			got := balances(t, d, 100)
			for k, v := range want {
				if got[k] != v {
					rt.Fatalf("%s: %d, the operations say %d", k, got[k], v)
				}
			}
			trial, err := (&ledger.Service{DB: d}).Trial(t.Context(), clerk(1), 1)
			if err != nil {
				rt.Fatal(err)
			}
			debit, credit := money.Fen(0), money.Fen(0)
			for _, k := range trial {
				debit, credit = debit+k.Debit, credit+k.Credit
			}
			if debit != credit || len(trial) == 0 {
				rt.Fatal(trial)
			}
			if r := verify(t, d); len(r.Broken) != 0 {
				rt.Fatalf("%+v", r)
			}
		})
	})
}

// What somebody with the database in hand could do is found and named.
func TestTamperingIsFoundAndNamed(t *testing.T) {
	for name, c := range map[string]struct {
		why ledger.Why
		do  []string
	}{
		"an amount":                 {ledger.Changed, []string{`UPDATE ledger_entry SET amount = 1 WHERE txn_id = $1`}},
		"an amount and the total":   {ledger.Changed, []string{`UPDATE ledger_entry SET amount = amount - 1 WHERE txn_id = $1`, `UPDATE ledger_txn SET total = total - 2 WHERE id = $1`}},
		"who owes it":               {ledger.Changed, []string{`UPDATE ledger_entry SET debit_id = credit_id, credit_id = debit_id WHERE txn_id = $1`}},
		"the day":                   {ledger.Changed, []string{`UPDATE ledger_txn SET on_day = '2025-01-01' WHERE id = $1`}},
		"the words":                 {ledger.Changed, []string{`UPDATE ledger_txn SET words = 'x' WHERE id = $1`}},
		"a text moved into another": {ledger.Changed, []string{"UPDATE ledger_txn SET source = kind || '\x1e' || source, kind = '' WHERE id = $1"}},
		"who booked it":             {ledger.Changed, []string{`UPDATE ledger_txn SET by_name = 'x' WHERE id = $1`}},
		"the hash":                  {ledger.Changed, []string{`UPDATE ledger_txn SET hash = 'x' WHERE id = $1`}},
		"entries taken away":        {ledger.Changed, []string{`DELETE FROM ledger_entry WHERE txn_id = $1`}},
		"a transaction taken away":  {ledger.Missing, []string{`DELETE FROM ledger_entry WHERE txn_id = $1`, `DELETE FROM ledger_txn WHERE id = $1`}},
		"out of the chain":          {ledger.Missing, []string{`UPDATE ledger_txn SET seq = NULL WHERE id = $1`}},
		"one put behind the head":   {ledger.Forged, []string{`UPDATE ledger_txn SET seq = 99 WHERE id = $1`}},
		"an entry more, by itself":  {ledger.Stray, []string{`INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount) SELECT 5, community_id, txn_id, debit_id, credit_id, 1 FROM ledger_entry WHERE txn_id = $1 LIMIT 1`}},
		"what an account is":        {ledger.Other, []string{`UPDATE ledger_account SET room_id = 999 WHERE id IN (SELECT debit_id FROM ledger_entry WHERE txn_id = $1)`}},
		"the end of the chain":      {ledger.BadHead, []string{`UPDATE chain SET hash = 'x' WHERE name = 'ledger' AND CAST($1 AS BIGINT) > 0`}},
		"the end of the chain, cut": {ledger.Forged, []string{`UPDATE chain SET seq = 2 WHERE name = 'ledger' AND CAST($1 AS BIGINT) > 0`}},
		"the head, further":         {ledger.Tail, []string{`UPDATE chain SET seq = 12 WHERE name = 'ledger' AND CAST($1 AS BIGINT) > 0`}},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
				dbtest.Communities(t, d, 1)
				var all []ledger.Txn
				for i := range 6 {
					all = append(all, post(t, d, bill(fmt.Sprint("bill:", i), 100, 200)))
				}
				seal(t, d)
				if r := verify(t, d); len(r.Broken) != 0 || r.Sealed != 6 {
					t.Fatalf("%+v", r)
				}
				for _, q := range c.do {
					dbtest.Exec(t, d, q, all[2].ID)
				}
				r := verify(t, d)
				if !slices.ContainsFunc(r.Broken, func(b ledger.Break) bool {
					switch b.Why {
					case ledger.Changed, ledger.Stray:
						return b.Why == c.why && b.Txn == all[2].ID
					case ledger.Missing:
						return b.Why == c.why && b.Seq == 3
					}
					return b.Why == c.why
				}) {
					t.Errorf("%+v", r.Broken)
				}
			})
		})
	}
}

func TestWhatIsNotYetSealedIsLookedAtToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		b := post(t, d, bill("bill:1", 100, 200))
		if r := verify(t, d); len(r.Broken) != 0 || r.Unsealed != 1 {
			t.Fatalf("%+v", r)
		}
		dbtest.Exec(t, d, `UPDATE ledger_entry SET amount = 150 WHERE txn_id = $1 AND amount = 100`, b.ID)
		if r := verify(t, d); len(r.Broken) != 1 || r.Broken[0].Why != ledger.Totals || r.Broken[0].Txn != b.ID {
			t.Errorf("%+v", r)
		}
	})
}

func TestTheDatabaseItselfRefusesWhatDoesNotBalance(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		b := post(t, d, bill("bill:1", 100))
		for name, q := range map[string]string{
			"an entry of one account":     `INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount) SELECT 9, community_id, txn_id, debit_id, debit_id, 1 FROM ledger_entry WHERE txn_id = $1`,
			"an entry of nothing":         `INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount) SELECT 9, community_id, txn_id, debit_id, credit_id, 0 FROM ledger_entry WHERE txn_id = $1`,
			"an entry without accounts":   `INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount) SELECT 9, community_id, txn_id, debit_id, 77, 1 FROM ledger_entry WHERE txn_id = $1`,
			"an entry across communities": `INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount) SELECT 9, 2, txn_id, debit_id, credit_id, 1 FROM ledger_entry WHERE txn_id = $1`,
			"a transaction of no entry":   `INSERT INTO ledger_txn (id, community_id, at, on_day, kind, source, words, by_name, entries, total) SELECT 9, community_id, at, on_day, kind, 'x', words, by_name, 0, 0 FROM ledger_txn WHERE id = $1`,
			"a source twice":              `INSERT INTO ledger_txn (id, community_id, at, on_day, kind, source, words, by_name, entries, total) SELECT 9, community_id, at, on_day, kind, source, words, by_name, 1, 1 FROM ledger_txn WHERE id = $1`,
		} {
			if err := write(t, d, clerk(1), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Global("a test that goes around the API").Exec(ctx, q, b.ID)
				return err
			}); err == nil {
				t.Error(name, "was taken")
			}
		}
	})
}

func TestAnyCharacterMayStandInTheWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		for i, words := range []string{"", "\x1e", "a\x1eb\x1ec\x1ed\x1e", "水费|1;2,3"} {
			draft := bill(fmt.Sprint("bill:", i), 1, 2, 3, 4, 500)
			draft.Words = words
			if err := write(t, d, clerk(1), func(ctx context.Context, tx *db.Tx) error {
				_, err := ledger.Post(ctx, tx, draft)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		seal(t, d)
		if r := verify(t, d); len(r.Broken) != 0 || r.Sealed != 4 {
			t.Errorf("%+v", r)
		}
	})
}

func TestManySealersMakeOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		var drafts []ledger.Draft
		for i := range 5200 {
			drafts = append(drafts, bill(fmt.Sprint("bill:", i), money.Fen(i+1)))
		}
		if err := write(t, d, clerk(1), func(ctx context.Context, tx *db.Tx) error {
			_, err := ledger.PostAll(ctx, tx, drafts)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		for range 3 {
			go func() { _, err := (&ledger.Service{DB: d}).Seal(t.Context()); done <- err }()
		}
		for range 3 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if r := verify(t, d); len(r.Broken) != 0 || r.Sealed != 5200 || r.Unsealed != 0 || r.Entries != 5200 {
			t.Errorf("%+v", r)
		}
	})
}
