// Package dbtest gives every test its own empty, migrated database on each engine.
package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guanjia/internal/migrations"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/vault"
)

// Noon is when every test happens, unless it moves its clock: 2026-03-02, a
// Monday, 12:00 in Shanghai.
var Noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// Clock is the driven clock of one test.
type Clock struct{ ms atomic.Int64 }

// Now reads the clock.
func (c *Clock) Now() time.Time { return time.UnixMilli(c.ms.Load()) }

// Set moves the clock to t.
func (c *Clock) Set(t time.Time) { c.ms.Store(t.UnixMilli()) }

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// Instant reads the clock as the database does.
func (c *Clock) Instant() clock.Instant { return clock.Of(c.Now()) }

var (
	count    atomic.Int64
	template sync.Once
	made     string
	madeErr  error
)

// Each runs fn on SQLite and on the PostgreSQL server that TEST_POSTGRES names.
// Without it only SQLite runs, and the log says so; make test always sets it.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB, c *Clock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); run(t, filepath.Join(t.TempDir(), "test.db"), fn) })
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Log("TEST_POSTGRES is not set: PostgreSQL was not tested")
		return
	}
	t.Run("postgres", func(t *testing.T) { t.Parallel(); run(t, Postgres(t, server), fn) })
}

func run(t *testing.T, dsn string, fn func(*testing.T, *db.DB, *Clock)) {
	c := &Clock{}
	c.Set(Noon)
	fn(t, Open(t, dsn, c), c)
}

// Open opens dsn as one more node with the test's clock.
func Open(t testing.TB, dsn string, c *Clock) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, db.Options{Now: c.Now, Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	v, err := keys()
	if err != nil {
		t.Fatal(err)
	}
	d.UseVault(v)
	if _, err := d.Migrate(t.Context(), migrations.Files); err != nil {
		t.Fatal(err)
	}
	if err := d.Started(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// keys are those of every node of the test program, as on one installation.
var keys = sync.OnceValues(func() (*vault.Vault, error) {
	dir, err := os.MkdirTemp("", "keys")
	if err != nil {
		return nil, err
	}
	v, err := vault.Create(filepath.Join(dir, "keys.json"))
	return v, errors.Join(err, os.RemoveAll(dir))
})

// Postgres makes an empty, migrated database on the server and returns its address.
func Postgres(t testing.TB, server string) string {
	t.Helper()
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close() }()
	template.Do(func() { made, madeErr = makeTemplate(admin, server) })
	if madeErr != nil {
		t.Fatal(madeErr)
	}
	name := fmt.Sprintf("t%d_%d", os.Getpid(), count.Add(1))
	if _, err := admin.Exec(`CREATE DATABASE ` + name + ` TEMPLATE ` + made); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin, err := sql.Open("pgx", server)
		if err == nil {
			_, err = admin.Exec(`DROP DATABASE ` + name + ` WITH (FORCE)`)
			_ = admin.Close()
		}
		if err != nil {
			t.Log(err)
		}
	})
	return database(server, name)
}

// makeTemplate migrates once per test program; copying it is much faster.
func makeTemplate(admin *sql.DB, server string) (string, error) {
	name := fmt.Sprintf("template_%d", os.Getpid())
	if _, err := admin.Exec(`CREATE DATABASE ` + name + ` TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'`); err != nil {
		return "", err
	}
	ctx := context.Background()
	d, err := db.Open(ctx, database(server, name), db.Options{})
	if err != nil {
		return "", err
	}
	if _, err := d.Migrate(ctx, migrations.Files); err != nil {
		return "", err
	}
	return name, d.Close()
}

func database(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + strings.TrimPrefix(name, "/")
	return u.String()
}
