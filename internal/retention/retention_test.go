package retention_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/retention"
)

func expect(want int64) func(int64) error {
	return func(have int64) error {
		if want != have {
			return db.ErrStale
		}
		return nil
	}
}

func TestWhatIsKeptHowLong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		var asked []clock.Instant
		var broken error
		s := retention.New(d,
			retention.Kind{Name: "broken", Days: 1, Erase: func(context.Context, clock.Instant) (int64, error) { return 0, broken }},
			retention.Kind{Name: "photos", Days: 730, Least: 180, Erase: func(_ context.Context, before clock.Instant) (int64, error) {
				asked = append(asked, before)
				return int64(len(asked) - 1), nil
			}})
		set := map[authz.Action]bool{retention.ActView: true, retention.ActEdit: true}
		admin := authz.Actor{ID: 7, Name: "Admin", Grants: []authz.Grant{{Actions: set, Everywhere: true}}}
		local := authz.Actor{ID: 8, Name: "Local", Grants: []authz.Grant{{Actions: set, Communities: []authz.CommunityID{1}}}}

		all, err := s.List(t.Context(), local)
		if err != nil || len(all) != 2 || all[1].Days != 730 || all[1].Least != 180 || all[1].RanAt != nil {
			t.Fatalf("%+v %v", all, err)
		}
		if err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if want := c.Instant().Add(-730 * 24 * time.Hour); asked[0] != want {
			t.Errorf("older than %s was to be erased, want %s", asked[0], want)
		}
		if n := dbtest.One[int64](t, d, `SELECT COUNT(*) FROM audit WHERE subject = 'retention:photos'`); n != 0 {
			t.Error("the trail tells of nothing")
		}

		if _, err := s.Edit(t.Context(), local, "photos", expect(1), 400); !errors.Is(err, authz.ErrForbidden) {
			t.Error("one community decided for the company:", err)
		}
		if _, err := s.Edit(t.Context(), admin, "photos", expect(1), 179); errs.Of(err).Code != "request.fields" {
			t.Error("less than the law asks for:", err)
		}
		if _, err := s.Edit(t.Context(), admin, "nothing", expect(1), 400); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
		r, err := s.Edit(t.Context(), admin, "photos", expect(1), 400)
		if err != nil || r.Days != 400 || r.Version != 2 {
			t.Fatalf("%+v %v", r, err)
		}
		if _, err := s.Edit(t.Context(), admin, "photos", expect(1), 500); !errors.Is(err, db.ErrStale) {
			t.Error(err)
		}

		c.Advance(24 * time.Hour)
		broken = errors.New("broken")
		if err := s.Run(t.Context()); !errors.Is(err, broken) {
			t.Error("a failure was swallowed:", err)
		}
		if want := c.Instant().Add(-400 * 24 * time.Hour); len(asked) != 2 || asked[1] != want {
			t.Errorf("the other kinds were not done, or wrongly: %v", asked)
		}
		if all, err = s.List(t.Context(), admin); err != nil || all[1].Erased != 1 || all[1].RanAt == nil || *all[1].RanAt != c.Instant() || all[1].Days != 400 || all[1].Version != 2 {
			t.Errorf("%+v %v", all, err)
		}
		if after := dbtest.One[string](t, d, `SELECT after FROM audit WHERE subject = 'retention:photos' AND action = 'retention.run'`); after != `{"erased":1,"olderThanDays":400}` {
			t.Error(after)
		}
	})
}
