package db

import (
	"reflect"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The driver opens connections in SQLite's serialized mode: each value that is
// read takes and gives back a lock, which was a third of what reading rows cost
// (QUA-04). Nobody needs it: database/sql gives a connection to one goroutine at
// a time, and interrupting, the one call from beside, takes no lock. Without it
// a connection is as in SQLite's multi-thread mode (sqlite.org/threadsafe.html),
// which the driver has no parameter for.
func init() {
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, _ string) error {
		if h := handleOf(conn); h != nil && h.Fmutex != 0 {
			lock := h.Fmutex
			h.Fmutex = 0
			tls := libc.NewTLS()
			sqlite3.Xsqlite3_mutex_free(tls, lock)
			tls.Close()
		}
		return nil
	})
}

// handleOf is SQLite's own record of a connection of the driver, nil if the
// driver keeps it elsewhere than it did: then all works as before, and slower.
func handleOf(conn any) *sqlite3.Tsqlite3 {
	v := reflect.ValueOf(conn)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	db := v.Elem().FieldByName("db")
	if db.Kind() != reflect.Uintptr {
		return nil
	}
	// The memory is SQLite's: Go's collector neither moves nor frees it.
	handle := uintptr(db.Uint())
	h := *(**sqlite3.Tsqlite3)(unsafe.Pointer(&handle)) //nolint:gosec // the handle is a pointer into SQLite's memory
	if h == nil || h.FeOpenState != sqlite3.SQLITE_STATE_OPEN {
		return nil
	}
	return h
}
