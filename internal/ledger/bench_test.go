package ledger_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

// BenchmarkVerify says how many entries a second are checked (QUA-04).
func BenchmarkVerify(b *testing.B) {
	const txns, each = 40_000, 5
	dsn := filepath.Join(b.TempDir(), "t.db")
	if server := os.Getenv("TEST_POSTGRES"); server != "" {
		dsn = dbtest.Postgres(b, server)
	}
	c := &dbtest.Clock{}
	c.Set(dbtest.Noon)
	d := dbtest.Open(b, dsn, c)
	dbtest.Communities(b, d, 1)
	for from := 0; from < txns; from += 1000 {
		var drafts []ledger.Draft
		for i := range 1000 {
			drafts = append(drafts, bill(fmt.Sprint("bill:", from+i), 1, 2, 3, 4, money.Fen(5+i)))
		}
		if err := write(b, d, clerk(1), func(ctx context.Context, tx *db.Tx) error {
			_, err := ledger.PostAll(ctx, tx, drafts)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	seal(b, d)
	for b.Loop() {
		if r := verify(b, d); len(r.Broken) != 0 || r.Entries != txns*each {
			b.Fatal(r)
		}
	}
	b.ReportMetric(float64(txns*each*b.N)/b.Elapsed().Seconds(), "entries/s") //nolint:forbidigo // a rate, no money
}
