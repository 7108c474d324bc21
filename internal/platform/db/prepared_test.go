package db

import (
	"database/sql"
	"path/filepath"
	"strconv"
	"testing"
)

// The few hundred texts of the migrations once filled what is kept for good, and
// every request after a first start compiled its statements anew.
func TestStatementsAskedForLastAreKept(t *testing.T) {
	pool, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	var k statements
	get := func(q string) *sql.Stmt {
		t.Helper()
		s, err := k.get(t.Context(), pool, q)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	once := get("SELECT 'asked once'")
	hot := get("SELECT 'asked always'")
	for i := range 2 * mostKept {
		get("SELECT " + strconv.Itoa(i))
		if get("SELECT 'asked always'") != hot {
			t.Fatalf("what is asked for always was forgotten after %d others", i)
		}
	}
	if n := len(k.young) + len(k.old); n > mostKept {
		t.Errorf("%d statements are kept, more than %d", n, mostKept)
	}
	if get("SELECT 'asked once'") == once {
		t.Error("what was asked once is kept for ever")
	}
}

// A program that closed its database a moment before, as the one that fills the
// demo does, fell over a minute later: what was to be closed was gone.
func TestNothingIsClosedAfterItsPool(t *testing.T) {
	pool, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var k statements
	unused, err := k.get(t.Context(), conn, "SELECT 1")
	if err != nil {
		t.Fatal(err)
	}
	k.end()
	k.close(map[string]*sql.Stmt{"SELECT 1": unused})
	var one int
	if err := unused.QueryRow().Scan(&one); err != nil { // as long as the pool is open it is, too
		t.Errorf("it was closed: %v", err)
	}
	_, _ = conn.Close(), pool.Close()
	k.close(map[string]*sql.Stmt{"SELECT 1": unused})
}
