package db_test

import (
	"context"
	"errors"
	"testing"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// nothing is common to changes.
func nothing(*db.Tx, []int) error { return nil }

// A row that is remembered within a transaction is the row as it stands: after a
// change of its table, after a change that was undone, and for the next one.
func TestARememberedRowIsTheRowAsItStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		dbtest.Communities(t, d, 1)
		clerk := authz.System("test", act)
		look := func(want string) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				name, err := db.OneKept[string](ctx, tx.Global("test"), "community", `SELECT name FROM community WHERE id = $1`, 1)
				if err == nil && name != want {
					t.Errorf("read %s, want %s", name, want)
				}
				return err
			}
		}
		call := func(name string) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Global("test").Exec(ctx, "\n UPDATE community\n SET name = $1 WHERE id = 1", name)
				return err
			}
		}
		no := errors.New("no")
		change := func(steps ...func(context.Context, *db.Tx) error) db.Change {
			return db.Change{Who: clerk, Act: act, Do: func(tx *db.Tx) error {
				for _, step := range steps {
					if err := step(t.Context(), tx); err != nil {
						return err
					}
				}
				return nil
			}}
		}
		fails := func(context.Context, *db.Tx) error { return no }
		failures := d.Unhurried().WriteAll(t.Context(), []db.Change{
			change(call("甲"), look("甲"), look("甲"), call("乙"), look("乙")),
			change(look("乙"), call("丙"), look("丙"), fails),
			change(look("乙")),
		}, nothing)
		if failures[0] != nil || !errors.Is(failures[1], no) || failures[2] != nil {
			t.Fatal(failures)
		}
		if err := d.Write(t.Context(), clerk, act, change(look("乙")).Do); err != nil {
			t.Error(err)
		}
	})
}
