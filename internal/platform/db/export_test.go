package db

// Unwaited counts the commits that did not wait for the disk.
func Unwaited(d *DB) int64 { return d.owed.made.Load() }

// Owes reports whether one of them may not be on the disk yet.
func Owes(d *DB) bool { return d.owed.kept.Load() < d.owed.made.Load() }

// Unlocked reports whether a connection of SQLite's driver works without a lock of
// its own, and whether that can be told.
func Unlocked(conn any) (without, known bool) {
	h := handleOf(conn)
	return h != nil && h.Fmutex == 0, h != nil
}
