package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

func TestANodeWithOtherKeysDoesNotStart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ours, theirs := filepath.Join(t.TempDir(), "keys.json"), filepath.Join(t.TempDir(), "keys.json")
		if err := useKeys(t.Context(), d, ours); err != nil {
			t.Fatal("the first start makes a key file:", err)
		}
		if info, err := os.Stat(ours); err != nil || info.Mode().Perm() != 0o600 {
			t.Error("the key file may be read by others:", info, err)
		}
		if err := useKeys(t.Context(), d, ours); err != nil {
			t.Error("the same file again:", err)
		}
		if err := useKeys(t.Context(), d, theirs); err == nil || !strings.Contains(err.Error(), "no key file") {
			t.Error("a lost key file was replaced by a new one:", err)
		}
		other := dbtest.Open(t, fresh(t, d), &dbtest.Clock{})
		if err := useKeys(t.Context(), other, theirs); err != nil {
			t.Fatal(err)
		}
		if err := useKeys(t.Context(), d, theirs); err == nil || !strings.Contains(err.Error(), "another key") {
			t.Error("a node with other keys started:", err)
		}
		if _, err := d.Vault().Add(); err != nil {
			t.Fatal(err)
		}
		if err := useKeys(t.Context(), d, ours); err != nil {
			t.Error("after a rotation:", err)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM vault_key`); n != 6 {
			t.Errorf("%d keys are known, want 6", n)
		}
	})
}

// fresh is the address of one more empty database on the same engine.
func fresh(t *testing.T, d *db.DB) string {
	if d.Engine == db.SQLite {
		return filepath.Join(t.TempDir(), "other.db")
	}
	return dbtest.Postgres(t, os.Getenv("TEST_POSTGRES"))
}
