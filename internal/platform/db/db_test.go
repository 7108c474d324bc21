package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
)

const act authz.Action = "test.act"

func clerk(communities ...authz.CommunityID) authz.Actor {
	return authz.Actor{ID: 7, Name: "Clerk", Grants: []authz.Grant{{Actions: map[authz.Action]bool{act: true}, Communities: communities}}}
}

type building struct {
	ID        db.ID             `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Code      string            `db:"code"`
	Name      string            `db:"name"`
	SortKey   string            `db:"sort_key"`
	Version   int64             `db:"version"`
}

func seed(t *testing.T, d *db.DB, ids ...authz.CommunityID) {
	t.Helper()
	sys := authz.System("test", act)
	if err := d.Write(t.Context(), sys, act, func(tx *db.Tx) error {
		g := tx.Global("fixture")
		if _, err := g.Exec(t.Context(), `INSERT INTO company (id, name, at, version) VALUES (1, 'c', 0, 1)`); err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := g.Exec(t.Context(), `INSERT INTO community (id, company_id, name, address, service_phone, zone, fee_mode, version)
				VALUES ($1, 1, $2, '', '', 'Asia/Shanghai', 'lump_sum', 1)`, int64(id), id.String()); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// Two writers who both look before they leap must not both leap: this is what
// keeps a bill from being paid twice, on either engine.
func TestWritersAreSerial(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := d.Write(context.Background(), clerk(1), act, func(tx *db.Tx) error {
					n, err := db.One[int](context.Background(), tx, `SELECT COUNT(*) FROM building WHERE code = $1 AND {scope}`, "b")
					if err != nil || n > 0 {
						return err
					}
					id := db.NewID[db.Entry](tx)
					return db.Insert(context.Background(), tx, "building", building{ID: id, Community: 1, Code: "b" + id.String(), Name: "b", Version: 1})
				}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestOnlyOneOfManyTakesWhatIsThereOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		ctx := context.Background()
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if err := d.Write(ctx, clerk(1), act, func(tx *db.Tx) error {
					n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM building WHERE name = $1 AND {scope}`, "paid")
					if err != nil || n > 0 {
						return err
					}
					return db.Insert(ctx, tx, "building", building{ID: db.NewID[db.Entry](tx), Community: 1, Code: strings.Repeat("x", i+1), Name: "paid", Version: 1})
				}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := count(t, d, clerk(1), `SELECT COUNT(*) FROM building WHERE {scope}`); n != 1 {
			t.Errorf("paid %d times", n)
		}
	})
}

func count(t *testing.T, d *db.DB, who authz.Actor, q string, args ...any) (n int) {
	t.Helper()
	if err := d.Read(t.Context(), who, act, func(tx *db.Tx) (err error) {
		n, err = db.One[int](t.Context(), tx, q, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1, 2)
		ctx := t.Context()
		add := func(who authz.Actor, c authz.CommunityID) error {
			return d.Write(ctx, who, act, func(tx *db.Tx) error {
				return db.Insert(ctx, tx, "building", building{ID: db.NewID[db.Entry](tx), Community: c, Code: "1", Name: "1", Version: 1})
			})
		}
		if err := add(clerk(1), 1); err != nil {
			t.Fatal(err)
		}
		t.Run("nobody writes into a community that is not theirs (ACC-04)", func(t *testing.T) {
			if err := add(clerk(1), 2); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		for name, c := range map[string]struct {
			who  authz.Actor
			want int
		}{
			"one community":     {clerk(1), 1},
			"another community": {clerk(2), 0},
			"several":           {clerk(1, 2), 1},
			"no community":      {clerk(), 0},
			"head office":       {authz.System("test", act), 1},
		} {
			t.Run("a user of "+name+" sees what is theirs", func(t *testing.T) {
				if n := count(t, d, c.who, `SELECT COUNT(*) FROM building b WHERE {scope:b}`); n != c.want {
					t.Errorf("sees %d, want %d", n, c.want)
				}
			})
		}
		t.Run("a scope of thousands is a subquery and works alike", func(t *testing.T) {
			var many []authz.CommunityID
			for i := range 5000 {
				many = append(many, authz.CommunityID(i+1))
			}
			if n := count(t, d, clerk(many...), `SELECT COUNT(*) FROM building b WHERE {scope:b}`); n != 0 {
				t.Errorf("sees %d without a row in scope_reach", n)
			}
		})
		t.Run("a statement without scope is refused", func(t *testing.T) {
			err := d.Read(ctx, clerk(1), act, func(tx *db.Tx) error {
				_, err := db.All[int](ctx, tx, `SELECT COUNT(*) FROM building`)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "no {scope}") {
				t.Errorf("got %v", err)
			}
		})
		t.Run("a read changes nothing", func(t *testing.T) {
			err := d.Read(ctx, clerk(1), act, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `DELETE FROM building WHERE {scope}`)
				return err
			})
			if err == nil {
				t.Error("a Read deleted rows")
			}
		})
	})
}

func TestSharedCommits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		ctx := context.Background()
		boom := errors.New("boom")
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				defer func() {
					if r := recover(); r != nil && i%10 != 3 {
						t.Error(r)
					}
				}()
				err := d.Write(ctx, clerk(1), act, func(tx *db.Tx) error {
					if err := db.Insert(ctx, tx, "building", building{ID: db.NewID[db.Entry](tx), Community: 1, Code: db.NewID[db.Entry](tx).String(), Name: "b", Version: 1}); err != nil {
						return err
					}
					switch i % 10 {
					case 3:
						panic(boom)
					case 7:
						return boom
					}
					return nil
				})
				if (i%10 == 7) != errors.Is(err, boom) {
					t.Errorf("writer %d: %v", i, err)
				}
			})
		}
		all.Wait()
		if n := count(t, d, clerk(1), `SELECT COUNT(*) FROM building WHERE {scope}`); n != 160 {
			t.Errorf("%d rows, want the 160 of writers that neither failed nor panicked", n)
		}
		if n := count(t, d, authz.System("test", act), `SELECT COUNT(*) FROM audit WHERE {scope} AND action = $1 AND community_id = 1`, string(act)); n != 160 {
			t.Errorf("%d audit entries for 160 changes", n)
		}
	})
}

// What is written together is done in its order, each whole or not at all, and
// each leaves an entry of its own; the first failing, one in the middle, the last.
func TestWhatIsWrittenTogetherFailsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		boom := errors.New("boom")
		woken := 0
		d.OnCommit(func() { woken++ })
		var all []db.Change
		fails := map[int]bool{0: true, 4: true, 9: true}
		for i := range 10 {
			all = append(all, db.Change{Who: clerk(1), Act: act, Do: func(tx *db.Tx) error {
				before, err := db.One[int](t.Context(), tx, `SELECT COUNT(*) FROM building WHERE {scope}`)
				if err != nil {
					return err
				}
				tx.Wake()
				code := db.Serial("", clock.Day{}, int64(before), 2)
				if err := db.Insert(t.Context(), tx, "building", building{ID: db.NewID[db.Entry](tx), Community: 1, Code: code, Name: "b", Version: 1}); err != nil {
					return err
				}
				if fails[i] {
					return boom
				}
				return nil
			}})
		}
		all[6].Who = authz.Actor{ID: 8} // may not
		for i, err := range d.Unhurried().WriteAll(t.Context(), all, nothing) {
			switch {
			case fails[i] && !errors.Is(err, boom), i == 6 && errs.Of(err).Kind != errs.Forbidden, !fails[i] && i != 6 && err != nil:
				t.Errorf("change %d: %v", i, err)
			}
		}
		if n := count(t, d, clerk(1), `SELECT COUNT(*) FROM building WHERE {scope}`); n != 6 || woken != 6 {
			t.Errorf("%d rows and %d calls, want 6", n, woken)
		}
		if n := count(t, d, authz.System("test", act), `SELECT COUNT(*) FROM audit WHERE {scope} AND action = $1 AND community_id = 1`, string(act)); n != 6 {
			t.Errorf("%d audit entries for 6 changes", n)
		}
	})
}

// Two people who read the same row and save different columns of it: the second
// is told, although no column was written twice.
func TestSavingOnlyWhatDiffersLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		b := building{ID: 5, Community: 1, Code: "1", Name: "old", Version: 1}
		save := func(row building) (building, error) {
			err := d.Write(t.Context(), clerk(1), act, func(tx *db.Tx) error { return db.SaveOver(t.Context(), tx, "building", &b, &row) })
			return row, err
		}
		if err := d.Write(t.Context(), clerk(1), act, func(tx *db.Tx) error { return db.Insert(t.Context(), tx, "building", b) }); err != nil {
			t.Fatal(err)
		}
		mine, yours := b, b
		mine.Name, yours.SortKey = "mine", "yours"
		saved, err := save(mine)
		if err != nil || saved.Version != 2 {
			t.Fatal(err, saved.Version)
		}
		if _, err := save(yours); !errors.Is(err, db.ErrStale) {
			t.Errorf("got %v", err)
		}
		b = saved
		if again, err := save(b); err != nil || again.Version != 3 {
			t.Errorf("saving what nobody changed: version %d, %v", again.Version, err)
		}
		if n := count(t, d, clerk(1), `SELECT COUNT(*) FROM building WHERE {scope} AND name = 'mine' AND sort_key = '' AND version = 3`); n != 1 {
			t.Error("the row is not what was saved")
		}
		stranger := authz.Actor{ID: 8, Grants: []authz.Grant{{Actions: map[authz.Action]bool{act: true}, Communities: []authz.CommunityID{2}}}}
		if err := d.Write(t.Context(), stranger, act, func(tx *db.Tx) error { return db.SaveOver(t.Context(), tx, "building", &b, &b) }); !errors.Is(err, db.ErrStale) {
			t.Errorf("another community's user: %v", err)
		}
	})
}

func TestSavingWhatSomebodyElseChangedIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		ctx := t.Context()
		b := building{ID: 5, Community: 1, Code: "1", Name: "old", Version: 1}
		if err := d.Write(ctx, clerk(1), act, func(tx *db.Tx) error { return db.Insert(ctx, tx, "building", b) }); err != nil {
			t.Fatal(err)
		}
		mine, yours := b, b
		mine.Name, yours.Name = "mine", "yours"
		if err := d.Write(ctx, clerk(1), act, func(tx *db.Tx) error { return db.Save(ctx, tx, "building", &mine) }); err != nil || mine.Version != 2 {
			t.Fatal(err, mine.Version)
		}
		if err := d.Write(ctx, clerk(1), act, func(tx *db.Tx) error { return db.Save(ctx, tx, "building", &yours) }); !errors.Is(err, db.ErrStale) {
			t.Errorf("got %v", err)
		}
	})
}

// Whose change came first is told, to who may change the row themselves; not of
// residents, and not to who cannot see the row.
func TestWhoeverIsTooLateHearsWhoWasFaster(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		ctx := t.Context()
		b := building{ID: 5, Community: 1, Code: "1", Name: "old", Version: 1}
		if err := d.Write(ctx, clerk(1), act, func(tx *db.Tx) error { return db.Insert(ctx, tx, "building", b) }); err != nil {
			t.Fatal(err)
		}
		change := func(who authz.Actor, row building) (building, string) {
			err := d.Write(db.WithAbout(ctx, row.ID.String()), who, act, func(tx *db.Tx) error {
				tx.Note(1, "building:"+row.ID.String(), nil, nil)
				return db.Save(ctx, tx, "building", &row)
			})
			if err == nil {
				return row, ""
			}
			if !errors.Is(err, db.ErrStale) {
				t.Fatal(err)
			}
			said := ""
			for _, f := range errs.Of(err).Fields {
				said = strings.TrimSpace(f.Code + " " + fmt.Sprint(f.Params["name"]))
			}
			return row, said
		}
		named := func(id authz.AccountID, name string, communities ...authz.CommunityID) authz.Actor {
			who := clerk(communities...)
			who.ID, who.Name = id, name
			return who
		}
		lin, wang := named(7, "林晓", 1), named(8, "王芳", 1)
		now, _ := change(wang, b)
		if _, said := change(lin, b); said != "changed_by 王芳" {
			t.Errorf("a colleague was faster: %q", said)
		}
		if _, said := change(wang, b); !strings.HasPrefix(said, "changed_by_you") {
			t.Errorf("one's own other window was faster: %q", said)
		}
		if _, said := change(named(9, "resident", 1), b); said != "" {
			t.Errorf("a resident is told: %q", said)
		}
		if _, said := change(named(10, "赵一", 2), b); said != "" {
			t.Errorf("another community's user is told: %q", said)
		}
		change(named(9, "resident", 1), now)
		if _, said := change(lin, now); said != "" {
			t.Errorf("of a resident's change is told: %q", said)
		}
	})
}

func TestARepeatedRequestIsDoneOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				r := &db.Repeat{Key: "k", Body: []byte("a")}
				ctx := db.WithRepeat(context.Background(), r)
				err := d.Write(ctx, clerk(1), act, func(tx *db.Tx) error {
					id := db.NewID[db.Entry](tx)
					tx.Answer("done")
					return db.Insert(ctx, tx, "building", building{ID: id, Community: 1, Code: id.String(), Name: "b", Version: 1})
				})
				if err != nil && (!db.Replayed(err) || string(r.Answer) != `"done"`) {
					t.Error(err, string(r.Answer))
				}
			})
		}
		all.Wait()
		if n := count(t, d, clerk(1), `SELECT COUNT(*) FROM building WHERE {scope}`); n != 1 {
			t.Errorf("done %d times", n)
		}
		ctx := db.WithRepeat(t.Context(), &db.Repeat{Key: "k", Body: []byte("other")})
		if err := d.Write(ctx, clerk(1), act, func(*db.Tx) error { return nil }); !errors.Is(err, db.ErrOtherBody) {
			t.Errorf("the same key with another body: %v", err)
		}
	})
}

func TestNumbersAreNeverGivenTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		var all sync.WaitGroup
		var seen sync.Map
		for range 20 {
			all.Go(func() {
				if err := d.Write(context.Background(), clerk(1), act, func(tx *db.Tx) error {
					n, err := tx.Number(context.Background(), 1, "BX20260302")
					if _, twice := seen.LoadOrStore(n, true); twice || n < 1 {
						t.Errorf("number %d given twice", n)
					}
					return err
				}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestSilentHousekeepingLeavesNoTrailUnlessItNotes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		all := authz.System("test", act)
		before := count(t, d, all, `SELECT COUNT(*) FROM audit WHERE {scope}`)
		for _, notes := range []int{0, 1} {
			if err := d.Write(t.Context(), all, act, func(tx *db.Tx) error {
				tx.Silent("test")
				for range notes {
					tx.Note(1, "test:1", nil, nil)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if n := count(t, d, all, `SELECT COUNT(*) FROM audit WHERE {scope}`) - before; n != notes {
				t.Errorf("%d notes left %d entries", notes, n)
			}
		}
	})
}

func TestEveryoneWhoAskedIsWokenByACommitAndNobodyByARollback(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		var a, b int
		d.OnCommit(func() { a++ })
		d.OnCommit(func() { b++ })
		for _, err := range []error{nil, errors.New("no")} {
			if got := d.Write(t.Context(), authz.System("test", act), act, func(tx *db.Tx) error { tx.Wake(); return err }); !errors.Is(got, err) {
				t.Fatal(got)
			}
		}
		if a != 1 || b != 1 {
			t.Errorf("woken %d and %d times, want once each", a, b)
		}
	})
}

func TestManyRowsAreInsertedLikeOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1, 2)
		ctx := t.Context()
		add := func(last authz.CommunityID) error {
			return d.Write(ctx, clerk(1), act, func(tx *db.Tx) error {
				rows := make([]building, 207)
				for i := range rows {
					id := db.NewID[db.Entry](tx)
					rows[i] = building{ID: id, Community: 1, Code: id.String(), Name: "𠮷", Version: 1}
				}
				rows[42].Community = last
				return db.InsertAll(ctx, tx, "building", rows)
			})
		}
		if err := add(1); err != nil {
			t.Fatal(err)
		}
		if err := add(2); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("one row of another community among many: %v", err)
		}
		if n := count(t, d, authz.System("test", act), `SELECT COUNT(*) FROM building WHERE name = $1 AND {scope}`, "𠮷"); n != 207 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestNumbersReservedInARowAreNotGivenAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		seed(t, d, 1)
		if err := d.Write(t.Context(), clerk(1), act, func(tx *db.Tx) error {
			first, err := tx.Numbers(t.Context(), 1, "CU20260302", 40)
			if err != nil {
				return err
			}
			next, err := tx.Number(t.Context(), 1, "CU20260302")
			if first != 1 || next != 41 {
				t.Errorf("first %d, next %d", first, next)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
