package db_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"guanjia/internal/migrations"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// onDisk runs fn on databases whose commits wait for the disk, as in use.
func onDisk(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	open := func(t *testing.T, dsn string) {
		d, err := db.Open(t.Context(), dsn, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		if _, err := d.Migrate(t.Context(), migrations.Files); err != nil {
			t.Fatal(err)
		}
		if err := d.Started(t.Context()); err != nil {
			t.Fatal(err)
		}
		fn(t, d)
	}
	t.Run("sqlite", func(t *testing.T) { open(t, filepath.Join(t.TempDir(), "t.db")) })
	if server := os.Getenv("TEST_POSTGRES"); server != "" {
		t.Run("postgres", func(t *testing.T) { open(t, dbtest.Postgres(t, server)) })
	}
}

// waits reads inside a transaction whether its commit waits for the disk.
func waits(t *testing.T, tx *db.Tx) bool {
	g := tx.Global("a setting of the connection")
	if tx.Engine() == db.Postgres {
		level, err := db.One[string](t.Context(), g, `SHOW synchronous_commit`)
		if err != nil {
			t.Error(err)
		}
		return level == "on"
	}
	level, err := db.One[int](t.Context(), g, `PRAGMA synchronous`)
	if err != nil {
		t.Error(err)
	}
	return level == 2
}

// A job's commit does not wait for the disk; a person's always does, also right
// after a job's and beside it, and brings the job's along.
func TestWhoHurriesWaitsForTheDiskAndAJobDoesNot(t *testing.T) {
	onDisk(t, func(t *testing.T, d *db.DB) {
		seed(t, d, 1)
		before := db.Unwaited(d)
		write := d.Write
		calm := d.Unhurried().Write
		look := func(do func(context.Context, authz.Actor, authz.Action, func(*db.Tx) error) error) (waited bool) {
			if err := do(t.Context(), clerk(1), act, func(tx *db.Tx) error {
				waited = waits(t, tx)
				return db.Insert(t.Context(), tx, "building", building{ID: db.NewID[db.Entry](tx), Community: 1, Code: db.NewID[db.Entry](tx).String(), Name: "b", Version: 1})
			}); err != nil {
				t.Error(err)
			}
			return waited
		}
		if look(calm) || db.Unwaited(d) != before+1 {
			t.Error("a job waits for the disk")
		}
		if err := d.Settle(t.Context()); err != nil || db.Owes(d) {
			t.Errorf("it was settled: %v", err)
		}
		look(calm)
		if !look(write) {
			t.Error("a person's change does not wait for the disk")
		}
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				if i%2 == 0 {
					look(calm)
				} else if !look(write) {
					t.Error("beside jobs a person's change does not wait for the disk")
				}
			})
		}
		all.Wait()
		if n := count(t, d, clerk(1), `SELECT COUNT(*) FROM building WHERE {scope}`); n != 43 {
			t.Errorf("%d rows of 43 changes", n)
		}
		if !look(write) || db.Owes(d) {
			t.Error("the last change did not bring everything to the disk")
		}
	})
}
