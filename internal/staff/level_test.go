package staff_test

import (
	"errors"
	"strings"
	"testing"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

func latest(int64) error { return nil }

// office has three colleagues in community 1 and a stranger in community 2.
func office(t *testing.T, d *db.DB) (s *staff.Service, boss authz.Actor) {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	for id, community := range map[int64]int64{532: 1, 533: 1, 534: 1, 900: 2} {
		dbtest.Exec(t, d, `INSERT INTO account (id, kind, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, 'staff', $2, '', $2, $2, '', FALSE, FALSE, 1)`, id, authz.AccountID(id).String())
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, $2, $3, $3, '', '', '[]', 'active', FALSE, '', 1)`, id, community, authz.AccountID(id).String())
	}
	return &staff.Service{DB: d}, dbtest.Actor(1, []authz.CommunityID{1}, staff.ActEdit, staff.ActView)
}

// set edits somebody's level and mentor; what is nil is left out of the request.
func set(t *testing.T, s *staff.Service, boss authz.Actor, id staff.ID, c staff.Career) (staff.View, error) {
	t.Helper()
	v, err := s.Get(t.Context(), boss, id)
	if err != nil {
		t.Fatal(err)
	}
	return s.Edit(t.Context(), boss, id, latest, staff.Hire{Member: staff.Member{AgentNo: v.AgentNo, Name: v.Name}, Career: c})
}

func to[T any](v T) *T { return &v }

func refused(err error, code string) bool {
	f := errs.Of(err).Fields
	return len(f) == 1 && f[0].Name == "mentorId" && f[0].Code == code
}

// TIC-05a, APP-08: a mentor is a colleague at work in the same community, never
// oneself, and nobody whom one looks after, at whatever remove.
func TestAMentorIsAColleagueWhoIsNotLookedAfterInTurn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, boss := office(t, d)
		for who, mentor := range map[string]staff.ID{"oneself": 532, "a stranger": 900, "nobody there": 7} {
			if _, err := set(t, s, boss, 532, staff.Career{Mentor: to(mentor)}); !refused(err, "staff.mentor_unknown") {
				t.Errorf("%s as mentor: %v", who, err)
			}
		}
		dbtest.Exec(t, d, `UPDATE staff SET state = 'disabled' WHERE id = 534`)
		if _, err := set(t, s, boss, 532, staff.Career{Mentor: to(staff.ID(534))}); !refused(err, "staff.mentor_unknown") {
			t.Errorf("who has left as mentor: %v", err)
		}
		dbtest.Exec(t, d, `UPDATE staff SET state = 'active' WHERE id = 534`)
		for _, pair := range [][2]staff.ID{{532, 533}, {533, 534}} {
			if _, err := set(t, s, boss, pair[0], staff.Career{Mentor: to(pair[1])}); err != nil {
				t.Fatal(err)
			}
		}
		for _, id := range []staff.ID{532, 533} {
			if _, err := set(t, s, boss, 534, staff.Career{Mentor: to(id)}); !refused(err, "staff.mentor_circle") {
				t.Errorf("a circle by way of %v: %v", id, err)
			}
		}
		if v, err := set(t, s, boss, 532, staff.Career{Mentor: to(staff.ID(534))}); err != nil || v.Mentor != 534 {
			t.Errorf("two may have one mentor: %+v, %v", v, err)
		}
	})
}

// Who changes a name keeps level and mentor: what a request leaves out stays.
func TestWhatIsLeftOutOfAnEditStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, boss := office(t, d)
		if _, err := set(t, s, boss, 532, staff.Career{Level: to(staff.Junior), Mentor: to(staff.ID(533))}); err != nil {
			t.Fatal(err)
		}
		v, err := set(t, s, boss, 532, staff.Career{})
		if err != nil || v.Level != staff.Junior || v.Mentor != 533 {
			t.Errorf("after an edit that says nothing of them: %q, %v, %v", v.Level, v.Mentor, err)
		}
		if v, err = set(t, s, boss, 532, staff.Career{Mentor: to(staff.ID(0))}); err != nil || v.Mentor != 0 || v.Level != staff.Junior {
			t.Errorf("without mentor: %q, %v, %v", v.Level, v.Mentor, err)
		}
		if v, err = set(t, s, boss, 532, staff.Career{Level: to(staff.Level(""))}); err != nil || v.Level != "" {
			t.Errorf("level not known: %q, %v", v.Level, err)
		}
	})
}

// ACC-10: the trail says what level and mentor were and are.
func TestTheTrailTellsOfLevelAndMentor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, boss := office(t, d)
		if _, err := set(t, s, boss, 532, staff.Career{Level: to(staff.Senior), Mentor: to(staff.ID(533))}); err != nil {
			t.Fatal(err)
		}
		was := dbtest.One[string](t, d, `SELECT before FROM audit WHERE action = 'staff.edit'`)
		is := dbtest.One[string](t, d, `SELECT after FROM audit WHERE action = 'staff.edit'`)
		if strings.Contains(was, "senior") || !strings.Contains(is, `"level":"senior"`) || !strings.Contains(is, staff.ID(533).String()) {
			t.Errorf("from %s to %s", was, is)
		}
		far := dbtest.Actor(2, []authz.CommunityID{2}, staff.ActEdit, staff.ActView)
		if _, err := s.Edit(t.Context(), far, 532, latest, staff.Hire{Career: staff.Career{Level: to(staff.Junior)}}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's manager: %v", err)
		}
	})
}

// FAC-01: who has somebody's record on screen hears when a colleague hires, edits or disables them.
func TestAChangeOfARecordIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, boss := office(t, d)
		told := func(about staff.ID) int {
			t.Helper()
			return dbtest.One[int](t, d, `SELECT COUNT(*) FROM outbox WHERE name = 'staff.changed' AND body LIKE '%'||$1||'%'`, about.String())
		}
		if _, err := set(t, s, boss, 532, staff.Career{Level: to(staff.Senior)}); err != nil {
			t.Fatal(err)
		}
		if n := told(532); n != 1 {
			t.Errorf("an edit was told %d times", n)
		}
		if _, err := set(t, s, boss, 532, staff.Career{Mentor: to(staff.ID(7))}); err == nil || told(532) != 1 {
			t.Errorf("a refused edit was told: %v", err)
		}
		v, _, err := s.Create(t.Context(), boss, staff.Hire{Member: staff.Member{Community: 1, AgentNo: "0599", Name: "新人"}})
		if err != nil || told(v.ID) != 1 {
			t.Errorf("a new colleague was told %d times: %v", told(v.ID), err)
		}
	})
}
