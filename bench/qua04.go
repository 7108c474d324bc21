package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

const (
	ledgerTxns    = 100_000
	entriesEach   = 5 // a household's bill of five lines
	ledgerAtOnce  = 1000
	verifySeconds = 1_000_000 // entries
)

// ledgerHouseholds share the transactions: a big estate that has just moved in,
// with an account for every two entries, and a smaller one in its tenth month.
var ledgerHouseholds = []int{50_000, 10_000}

const actBench authz.Action = "bench.post"

// verifyLedger is the second half of QUA-04: how fast the whole ledger is
// checked, chain and sums. An entry has both its sides, debit and credit.
func verifyLedger(ctx context.Context, s settings) error {
	for _, engine := range engines {
		for _, households := range ledgerHouseholds {
			b, err := newBench(ctx, settings{s.program, s.postgres, filepath.Join(s.dir, fmt.Sprint("qua04-", households))}, engine, "")
			if err != nil {
				return err
			}
			err = b.verifyLedger(ctx, households)
			b.close()
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) verifyLedger(ctx context.Context, households int) error {
	d := b.app.DB()
	begin := time.Now()
	for from := 0; from < ledgerTxns; from += ledgerAtOnce {
		if err := d.Bulk(ctx, authz.System("bench", actBench), actBench, func(tx *db.Tx) error {
			tx.Silent("a measurement leaves no trail")
			_, err := ledger.PostAll(ctx, tx, b.drafts(from, households))
			return err
		}); err != nil {
			return err
		}
	}
	posted := time.Since(begin)
	books := &ledger.Service{DB: d}
	begin = time.Now()
	if _, err := books.Seal(ctx); err != nil {
		return err
	}
	sealed := time.Since(begin)
	if err := d.Analyze(ctx, "ledger_txn", "ledger_entry", "ledger_account"); err != nil {
		return err
	}
	for range rounds {
		begin = time.Now()
		r, err := books.Verify(ctx)
		if err != nil {
			return err
		}
		if len(r.Broken) != 0 || r.Sealed != ledgerTxns || r.Entries != ledgerTxns*entriesEach {
			return fmt.Errorf("the ledger is not whole: %+v", r)
		}
		speed := float64(r.Entries) / time.Since(begin).Seconds()
		fmt.Printf("QUA-04 verify %s households=%d entries=%d s=%.2f per_s=%.0f ratio=%.2f of=%d posted_per_s=%.0f sealed_per_s=%.0f\n", b.engine, households, r.Entries, time.Since(begin).Seconds(),
			speed, speed/verifySeconds, verifySeconds, float64(r.Entries)/posted.Seconds(), float64(r.Entries)/sealed.Seconds())
	}
	return nil
}

func (b *bench) drafts(from, households int) []ledger.Draft {
	day, _ := clock.NewDay(2026, 11, 1)
	out := make([]ledger.Draft, ledgerAtOnce)
	for i := range out {
		n := from + i
		d := ledger.Draft{Community: b.community, Kind: "bill", Source: fmt.Sprint("bench:", n), Day: day, Words: "2026-11"}
		for item := range db.ID(entriesEach) {
			d.Lines = append(d.Lines, ledger.Line{
				Debit:  ledger.Account{Kind: ledger.Receivable, Room: db.ID(1 + n%households), Debtor: "owner", Item: item + 1},
				Credit: ledger.Account{Kind: ledger.Income, Item: item + 1}, Fen: money.Fen(100 + n%20_000),
			})
		}
		out[i] = d
	}
	return out
}
