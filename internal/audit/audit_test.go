package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/web"
)

const act authz.Action = "test.act"

func clerk() authz.Actor {
	a := authz.System("clerk", act)
	a.ID, a.Request = 7, authz.Request{ID: "r-1", IP: "192.0.2.1"}
	return a
}

// write leaves n entries, in one transaction.
func write(t *testing.T, d *db.DB, n int) {
	t.Helper()
	if err := d.Write(t.Context(), clerk(), act, func(tx *db.Tx) error {
		for i := range n {
			tx.Note(authz.CommunityID(1+i%2), fmt.Sprintf("test:%d", i), map[string]any{"grade": "B"}, map[string]any{"grade": "A", "why": "<漏水>"})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// tamper changes the tables behind everybody's back.
func tamper(t *testing.T, d *db.DB, q string, args ...any) {
	t.Helper()
	if err := d.Write(t.Context(), clerk(), act, func(tx *db.Tx) error {
		tx.Silent("it would not leave a trail")
		n, err := tx.Global("test").Exec(t.Context(), q, args...)
		if err == nil && n == 0 {
			t.Errorf("%s touched nothing", q)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func seal(t *testing.T, s *audit.Service) int64 {
	t.Helper()
	n, err := s.Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func verify(t *testing.T, s *audit.Service) audit.Report {
	t.Helper()
	r, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEntriesAreSealedIntoAWholeChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := audit.New(d)
		if r := verify(t, s); r.Broken != nil || r.Entries != 0 {
			t.Fatalf("an empty trail: %+v", r)
		}
		write(t, d, 2500)
		before := c.Instant()
		c.Advance(time.Minute)
		if r := verify(t, s); r.Broken != nil || r.Unsealed != 2500 || r.OldestUnsealed != before {
			t.Fatalf("the unsealed tail: %+v", r)
		}
		if n := seal(t, s); n != 2500 {
			t.Fatalf("sealed %d", n)
		}
		write(t, d, 3)
		seal(t, s)
		write(t, d, 1)
		if r := verify(t, s); r.Broken != nil || r.Sealed != 2503 || r.Unsealed != 1 || r.Entries != 2504 || len(r.Head) != 64 {
			t.Errorf("%+v", r)
		}
	})
}

func TestSealingThroughJobsLeavesNoEntriesOfItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := audit.New(d)
		r := jobs.New(d, jobs.Options{})
		s.Schedule(r)
		write(t, d, 5)
		for range 3 {
			if err := r.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.Advance(2 * time.Second)
		}
		if r := verify(t, s); r.Broken != nil || r.Sealed != 5 || r.Entries != 5 {
			t.Errorf("%+v", r)
		}
	})
}

func TestSeveralSealersMakeOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := audit.New(d)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 10 {
					if err := d.Write(context.Background(), clerk(), act, func(*db.Tx) error { return nil }); err != nil {
						t.Error(err)
					}
					if _, err := s.Seal(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if r := verify(t, s); r.Broken != nil || r.Sealed != 40 || r.Unsealed != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// Each of these is done to a chain of six entries.
func TestTamperingIsNamed(t *testing.T) {
	const six = 6
	changes := map[string]struct {
		q   string
		seq int64
		why audit.Why
	}{
		"id":           {`UPDATE audit SET id = id + 1 WHERE seq = 3`, 3, audit.Changed},
		"community":    {`UPDATE audit SET community_id = 9 WHERE seq = 3`, 3, audit.Changed},
		"no community": {`UPDATE audit SET community_id = NULL WHERE seq = 3`, 3, audit.Changed},
		"at":           {`UPDATE audit SET at = at - 1 WHERE seq = 3`, 3, audit.Changed},
		"actor":        {`UPDATE audit SET actor_id = 8 WHERE seq = 3`, 3, audit.Changed},
		"actor name":   {`UPDATE audit SET actor_name = 'Wang' WHERE seq = 3`, 3, audit.Changed},
		"action":       {`UPDATE audit SET action = 'ticket.view' WHERE seq = 3`, 3, audit.Changed},
		"subject":      {`UPDATE audit SET subject = '' WHERE seq = 3`, 3, audit.Changed},
		"before":       {`UPDATE audit SET before = '{"grade":"A"}' WHERE seq = 3`, 3, audit.Changed},
		"no before":    {`UPDATE audit SET before = NULL WHERE seq = 3`, 3, audit.Changed},
		"after":        {`UPDATE audit SET after = NULL WHERE seq = 6`, 6, audit.Changed},
		"request":      {`UPDATE audit SET request = 'r-2' WHERE seq = 1`, 1, audit.Changed},
		"ip":           {`UPDATE audit SET ip = '' WHERE seq = 1`, 1, audit.Changed},
		"hash":         {`UPDATE audit SET hash = 'ab' WHERE seq = 3`, 3, audit.BadHash},
		"last hash":    {`UPDATE audit SET hash = 'ab' WHERE seq = 6`, 6, audit.BadHash},
		"no hash":      {`UPDATE audit SET hash = NULL WHERE seq = 3`, 3, audit.BadHash},
		"seq":          {`UPDATE audit SET seq = 99 WHERE seq = 3`, 3, audit.Missing},
		"last seq":     {`UPDATE audit SET seq = 99 WHERE seq = 6`, 6, audit.Missing},
		"unsealed":     {`UPDATE audit SET seq = NULL, hash = NULL WHERE seq = 3`, 3, audit.Missing},
		"first gone":   {`DELETE FROM audit WHERE seq = 1`, 1, audit.Missing},
		"middle gone":  {`DELETE FROM audit WHERE seq = 3`, 3, audit.Missing},
		"tail gone":    {`DELETE FROM audit WHERE seq >= 5`, 5, audit.Tail},
		"all gone":     {`DELETE FROM audit`, 1, audit.Tail},
		"forged end":   {forge(7), 7, audit.Forged},
		"forged far":   {forge(99), 99, audit.Forged},
		"forged start": {forge(0), 0, audit.Forged},
		"head back":    {`UPDATE chain SET seq = 5 WHERE name = 'audit'`, 6, audit.Forged},
		"head on":      {`UPDATE chain SET seq = 7 WHERE name = 'audit'`, 7, audit.Tail},
		"head's hash":  {`UPDATE chain SET hash = 'ab' WHERE name = 'audit'`, 6, audit.BadHead},
		"head gone":    {`DELETE FROM chain WHERE name = 'audit'`, 0, audit.HeadGone},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := audit.New(d)
		write(t, d, six)
		seal(t, s)
		keep := snapshot(t, d)
		for name, c := range changes {
			tamper(t, d, c.q)
			r := verify(t, s)
			if r.Broken == nil {
				t.Errorf("%s: not found", name)
			} else if r.Broken.Seq != c.seq || r.Broken.Why != c.why {
				t.Errorf("%s: broken %+v, want seq %d %s", name, *r.Broken, c.seq, c.why)
			} else if named := c.why == audit.Changed || c.why == audit.BadHash || c.why == audit.Forged; named != (r.Broken.ID != 0) {
				t.Errorf("%s: broken %+v names the wrong entry", name, *r.Broken)
			}
			restore(t, d, keep)
			if r := verify(t, s); r.Broken != nil {
				t.Fatalf("%s: not restored: %+v", name, r.Broken)
			}
		}
	})
}

func forge(seq int) string {
	return fmt.Sprintf(`INSERT INTO audit (id, at, actor_name, action, subject, request, ip, seq, hash) VALUES (5, 0, 'nobody', 'x.y', '', '', '', %d, 'ab')`, seq)
}

func TestAForgedEntryInTheMiddleIsNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := audit.New(d)
		write(t, d, 6)
		seal(t, s)
		tamper(t, d, `DELETE FROM audit WHERE seq = 3`)
		tamper(t, d, forge(3))
		if r := verify(t, s); r.Broken == nil || *r.Broken != (audit.Break{Seq: 3, ID: 5, Why: audit.Changed}) {
			t.Errorf("%+v", r.Broken)
		}
	})
}

type row struct {
	ID        db.ID   `db:"id"`
	Community *int64  `db:"community_id"`
	At        int64   `db:"at"`
	Actor     *int64  `db:"actor_id"`
	ActorName string  `db:"actor_name"`
	Action    string  `db:"action"`
	Subject   string  `db:"subject"`
	Before    *string `db:"before"`
	After     *string `db:"after"`
	Request   string  `db:"request"`
	IP        string  `db:"ip"`
	Seq       *int64  `db:"seq"`
	Hash      *string `db:"hash"`
}

type kept struct {
	rows []row
	seq  int64
	hash string
}

func snapshot(t *testing.T, d *db.DB) (k kept) {
	t.Helper()
	if err := d.Read(t.Context(), clerk(), act, func(tx *db.Tx) (err error) {
		g := tx.Global("test")
		if k.rows, err = db.All[row](t.Context(), g, `SELECT * FROM audit`); err != nil {
			return err
		}
		if k.seq, err = db.One[int64](t.Context(), g, `SELECT seq FROM chain WHERE name = 'audit'`); err != nil {
			return err
		}
		k.hash, err = db.One[string](t.Context(), g, `SELECT hash FROM chain WHERE name = 'audit'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return k
}

func restore(t *testing.T, d *db.DB, k kept) {
	t.Helper()
	if err := d.Write(t.Context(), clerk(), act, func(tx *db.Tx) error {
		tx.Silent("test")
		g := tx.Global("test")
		for _, q := range []string{`DELETE FROM audit`, `DELETE FROM chain WHERE name = 'audit'`} {
			if _, err := g.Exec(t.Context(), q); err != nil {
				return err
			}
		}
		for _, r := range k.rows {
			if _, err := g.Exec(t.Context(), `INSERT INTO audit (`+db.Columns[row]("")+`) VALUES `+db.Marks(1, 13),
				r.ID, r.Community, r.At, r.Actor, r.ActorName, r.Action, r.Subject, r.Before, r.After, r.Request, r.IP, r.Seq, r.Hash); err != nil {
				return err
			}
		}
		_, err := g.Exec(t.Context(), `INSERT INTO chain (name, seq, hash) VALUES ('audit', $1, $2)`, k.seq, k.hash)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestTheTrailIsShownLatestFirstWhereOneMaySeeIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := audit.New(d)
		write(t, d, 4) // in turn in the communities 1 and 2
		seal(t, s)
		c.Advance(time.Hour)
		other := authz.System("other", "other.act", "other.role")
		if err := d.Write(t.Context(), other, "other.act", func(*db.Tx) error { return nil }); err != nil { // of the company
			t.Fatal(err)
		}
		if err := d.Write(t.Context(), other, "other.role", func(tx *db.Tx) error { tx.Note(0, "role:7", nil, map[string]any{"zh": "夜班"}); return nil }); err != nil {
			t.Fatal(err)
		}
		all := authz.System("boss", audit.ActView)
		one := authz.Actor{ID: 3, Grants: []authz.Grant{{Actions: map[authz.Action]bool{audit.ActView: true}, Communities: []authz.CommunityID{1}}}}
		list := func(who authz.Actor, f audit.Filter) (subjects []string) {
			entries, err := s.List(t.Context(), who, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				subjects = append(subjects, e.Subject)
			}
			return subjects
		}
		for _, tc := range []struct {
			name string
			got  []string
			want []string
		}{
			{"all", list(all, audit.Filter{}), []string{"role:7", "", "test:3", "test:2", "test:1", "test:0"}},
			{"one community's", list(one, audit.Filter{}), []string{"test:2", "test:0"}},
			{"another community", list(one, audit.Filter{Community: 2}), nil},
			{"by community", list(all, audit.Filter{Community: 2}), []string{"test:3", "test:1"}},
			{"by actor", list(all, audit.Filter{Actor: 7, Limit: 1}), []string{"test:3"}},
			{"by a name nobody has", list(all, audit.Filter{Name: "%", Limit: 1}), []string{}},
			{"the company's", list(all, audit.Filter{Company: true, Community: 2}), []string{"role:7"}},
			{"by action", list(all, audit.Filter{Action: "other.act"}), []string{""}},
		} {
			if !slices.Equal(tc.got, tc.want) {
				t.Errorf("%s: %q, want %q", tc.name, tc.got, tc.want)
			}
		}
		if _, err := s.List(t.Context(), one, audit.Filter{Company: true}); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("the company's entries for who sees one community: %v", err)
		}
		exporter := authz.Actor{ID: 3, Grants: []authz.Grant{{Actions: map[authz.Action]bool{audit.ActExport: true}, Communities: []authz.CommunityID{1}}, {Actions: map[authz.Action]bool{audit.ActView: true}, Everywhere: true}}}
		if err := s.Each(t.Context(), exporter, audit.Filter{Company: true}, func(audit.Entry) error { return nil }); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("who exports for one community exports the company's: %v", err)
		}
		entries, err := s.List(t.Context(), all, audit.Filter{Before: newest(t, s, all), Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		if e := entries[1]; !e.Sealed || entries[0].Sealed || e.IP != "192.0.2.1" || e.ActorName != "system:clerk" || e.Action != act ||
			e.Community != 2 || e.At != clock.Of(dbtest.Noon) || string(e.After) != `{"grade":"A","why":"\u003c漏水\u003e"}` {
			t.Errorf("%+v", e)
		}
		if rest := list(all, audit.Filter{Before: entries[1].ID}); !slices.Equal(rest, []string{"test:2", "test:1", "test:0"}) {
			t.Errorf("after the first two come %v", rest)
		}
		if _, err := s.List(t.Context(), authz.Actor{ID: 3}, audit.Filter{}); err == nil {
			t.Error("shown to someone without the permission")
		}
		if _, err := json.Marshal(entries); err != nil {
			t.Error(err)
		}
	})
}

// newest is the latest entry.
func newest(t *testing.T, s *audit.Service, who authz.Actor) db.ID {
	t.Helper()
	all, err := s.List(t.Context(), who, audit.Filter{Limit: 1})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return all[0].ID
}

func TestTheRouteHasADescription(t *testing.T) {
	a := web.New("test")
	audit.New(nil).Routes(a)
	if text, err := a.OpenAPI(); err != nil || !strings.Contains(string(text), "/audit") {
		t.Errorf("%v", err)
	}
}
