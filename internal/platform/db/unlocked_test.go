package db_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"guanjia/internal/platform/db"
)

// A new version of the driver that keeps its handle elsewhere shows here, and
// only here: everything would work, and reading would be slower by a third.
func TestConnectionsOfSQLiteHaveNoLockOfTheirOwn(t *testing.T) {
	t.Parallel()
	pool, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Raw(func(driver any) error {
		if without, known := db.Unlocked(driver); !known || !without {
			t.Errorf("without a lock: %v, known: %v", without, known)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), `CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)`); err != nil {
		t.Fatal(err)
	}
	for _, c := range []interface{ Close() error }{conn, pool} {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
