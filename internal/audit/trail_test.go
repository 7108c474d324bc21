package audit_test

import (
	"strings"
	"testing"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// month writes, seals and closes a month of the trail.
func month(t *testing.T, d *db.DB, s *audit.Service, c *dbtest.Clock, entries int) {
	t.Helper()
	write(t, d, entries)
	seal(t, s)
	if closed, err := s.Close(t.Context()); err != nil || !closed {
		t.Fatalf("the month was not closed: %v", err)
	}
	if again, err := s.Close(t.Context()); err != nil || again {
		t.Fatalf("the month was closed twice: %v", err)
	}
	c.Advance(31 * 24 * time.Hour)
}

// ACC-10: old segments close with a signed checkpoint, so that trimming breaks nothing.
func TestTrimmingBreaksNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := audit.New(d)
		for range 4 {
			month(t, d, s, c, 3)
		}
		write(t, d, 2)
		seal(t, s)
		whole := verify(t, s)
		if whole.Broken != nil || whole.Checkpoints != 4 || whole.Start != 0 {
			t.Fatalf("%+v", whole)
		}
		before := c.Instant().Add(-70 * 24 * time.Hour) // two of the four months lie before
		n, err := s.Trim(t.Context(), before)
		if err != nil || n == 0 {
			t.Fatalf("%d %v", n, err)
		}
		seal(t, s)
		r := verify(t, s)
		if r.Broken != nil || r.Start == 0 || r.Entries >= whole.Entries {
			t.Fatalf("%+v %+v", r, r.Broken)
		}
		if again, err := s.Trim(t.Context(), before); err != nil || again != 0 {
			t.Errorf("trimmed again: %d %v", again, err)
		}
		if left := dbtest.One[int64](t, d, `SELECT COUNT(*) FROM audit WHERE seq <= $1`, r.Start); left != 0 {
			t.Errorf("%d entries before the start", left)
		}
		// What follows is still proved.
		tamper(t, d, `UPDATE audit SET actor_name = 'nobody' WHERE seq = $1`, r.Start+2)
		if b := verify(t, s).Broken; b == nil || b.Seq != r.Start+2 || b.Why != audit.Changed {
			t.Errorf("%+v", b)
		}
	})
}

func TestNobodyTrimsOrRewritesBehindACheckpoint(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		why    audit.Why
	}{
		"a trim without a signature":    {`UPDATE audit_checkpoint SET trimmed_at = 5 WHERE seq = (SELECT MIN(seq) FROM audit_checkpoint)`, audit.Unsigned},
		"a checkpoint with another seq": {`UPDATE audit_checkpoint SET seq = seq + 1 WHERE seq = (SELECT MIN(seq) FROM audit_checkpoint)`, audit.Unsigned},
		"another hash":                  {`UPDATE audit_checkpoint SET hash = 'x' WHERE seq = (SELECT MIN(seq) FROM audit_checkpoint)`, audit.Unsigned},
		"the first month removed":       {`DELETE FROM audit WHERE seq <= (SELECT MIN(seq) FROM audit_checkpoint)`, audit.Missing},
		"the head set back":             {`UPDATE chain SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2) WHERE name = 'audit'`, audit.Forged},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
				s := audit.New(d)
				month(t, d, s, clock, 3)
				month(t, d, s, clock, 3)
				seal(t, s)
				tamper(t, d, c.change)
				if b := verify(t, s).Broken; b == nil || b.Why != c.why {
					t.Errorf("%+v, want %s", b, c.why)
				}
			})
		})
	}
}

// Who rewrites the whole chain with its head cannot sign what it then is.
func TestARewrittenChainDoesNotFitItsCheckpoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := audit.New(d)
		month(t, d, s, c, 3)
		tamper(t, d, `UPDATE audit SET actor_name = 'nobody', seq = NULL, hash = NULL`)
		tamper(t, d, `UPDATE chain SET seq = 0, hash = '' WHERE name = 'audit'`)
		seal(t, s)
		if b := verify(t, s).Broken; b == nil || b.Why != audit.Unsigned {
			t.Errorf("%+v", b)
		}
	})
}

// What is personal in an entry is for who may see it, and nobody's after erasure.
func TestThePersonalPartOfAnEntry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := audit.New(d)
		const names = "test.names"
		if err := d.Write(t.Context(), clerk(), act, func(tx *db.Tx) error {
			tx.Note(1, "test:1", map[string]any{"name": db.Personal{Person: 5, Needs: names, Value: "李娜"}, "n": 1}, map[string]any{"name": db.Personal{Person: 5, Needs: names, Value: "李小娜"}})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		seal(t, s)
		shown := func(may ...string) string {
			t.Helper()
			who := dbtest.Actor(9, []authz.CommunityID{1}, audit.ActView)
			for _, m := range may {
				who.Grants[0].Actions[authz.Action(m)] = true
			}
			list, err := s.List(t.Context(), who, audit.Filter{})
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			return string(list[0].Before) + string(list[0].After)
		}
		if got := shown(names); !strings.Contains(got, `"value":"李娜"`) || !strings.Contains(got, `"value":"李小娜"`) || !strings.Contains(got, `"n":1`) {
			t.Error(got)
		}
		if got := shown(); strings.Contains(got, "李") || !strings.Contains(got, `"hidden":true`) {
			t.Error(got)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM audit WHERE before LIKE '%李%' OR after LIKE '%李%'`); n != 0 {
			t.Error("a name stands in the trail")
		}
		forget := func() {
			t.Helper()
			if err := d.Write(t.Context(), clerk(), act, func(tx *db.Tx) error {
				tx.Silent("the test looks at one entry")
				return db.ForgetPerson(t.Context(), tx, 1, 5)
			}); err != nil {
				t.Fatal(err)
			}
		}
		forget()
		if got := shown(names); strings.Contains(got, "李") || !strings.Contains(got, `"erased":true`) {
			t.Error(got)
		}
		if r := verify(t, s); r.Broken != nil {
			t.Errorf("erasure broke the chain: %+v", r.Broken)
		}
		// Nothing new is kept of who was erased.
		if err := d.Write(t.Context(), clerk(), act, func(tx *db.Tx) error {
			tx.Note(2, "test:2", nil, map[string]any{"name": db.Personal{Person: 6, Needs: names, Value: "x"}})
			return db.ForgetPerson(t.Context(), tx, 2, 7)
		}); err != nil {
			t.Fatal(err)
		}
	})
}
