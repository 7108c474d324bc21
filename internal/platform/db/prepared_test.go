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
