package roster_test

import (
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/roster"
)

// STA-01a: the response team stands round the clock; every stretch without anybody shows.
func TestGapsOfThePostThatIsFilledRoundTheClock(t *testing.T) {
	at := func(h int) clock.Instant { return clock.Instant(h * 3_600_000) }
	duty := func(post roster.Post, from, to int, problems ...roster.Problem) roster.Line {
		return roster.Line{Duty: roster.Duty{From: at(from), To: at(to), State: roster.StatePlanned}, Post: post, Problems: problems}
	}
	for name, c := range map[string]struct {
		duties []roster.Line
		want   []roster.Gap
	}{
		"nobody at all":              {nil, []roster.Gap{{at(0), at(24)}}},
		"three shifts that meet":     {[]roster.Line{duty(roster.PostResponse, 8, 16), duty(roster.PostResponse, 0, 8), duty(roster.PostResponse, 16, 24)}, []roster.Gap{}},
		"an hour at noon":            {[]roster.Line{duty(roster.PostResponse, -4, 12), duty(roster.PostResponse, 13, 30)}, []roster.Gap{{at(12), at(13)}}},
		"the other is on leave":      {[]roster.Line{duty(roster.PostResponse, 0, 12), duty(roster.PostResponse, 12, 24, roster.Problem{Kind: roster.Away})}, []roster.Gap{{at(12), at(24)}}},
		"who guards the gate is not": {[]roster.Line{duty(roster.PostSecurity, 0, 24)}, []roster.Gap{{at(0), at(24)}}},
		"two at once count once":     {[]roster.Line{duty(roster.PostResponse, 0, 20), duty(roster.PostResponse, 4, 10)}, []roster.Gap{{at(20), at(24)}}},
	} {
		got := roster.Gaps(c.duties, roster.PostResponse, at(0), at(24))
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	}
}

func TestTheContactTreeSaysWhoCallsWhom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		for i, name := range []string{"王队长", "陈师傅"} {
			dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $2, '', $4, $4, 1)`, 501+i, name, name, false)
			dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', '', '[]', 'active', $4, '', 1)`, 501+i, name, name, true)
		}
		s, ctx := &roster.Service{DB: d}, t.Context()
		seen := func(want int64) func(int64) error {
			return func(have int64) error {
				if have != want {
					return db.ErrStale
				}
				return nil
			}
		}
		lead := dbtest.Actor(11, []authz.CommunityID{1}, roster.ActView, roster.ActPlan)
		far := dbtest.Actor(12, []authz.CommunityID{2}, roster.ActView, roster.ActPlan)
		none, err := s.Team(ctx, lead, 1)
		if err != nil || len(none.Tree) != 0 || len(none.Gaps) != 1 || none.Gaps[0].To.Sub(none.Gaps[0].From) != 7*24*time.Hour {
			t.Fatalf("%+v %v", none, err)
		}
		tree := []roster.Call{{Title: " 队长 ", Staff: 501, Phone: "8001", Deputy: 502, DeputyPhone: "138-0000"}, {Title: "阀门", Level: 1, Name: "供水公司值班", Phone: "+86 755 8200"}}
		made, err := s.SetTeam(ctx, lead, 1, seen(0), tree)
		if err != nil || made.Tree[0].Title != "队长" || made.Tree[0].Name != "王队长" || made.Tree[0].DeputyName != "陈师傅" || made.Version != 1 {
			t.Fatalf("%+v %v", made, err)
		}
		for field, change := range map[string]func(c []roster.Call){
			"lines[1].level": func(c []roster.Call) { c[1].Level = 2 }, "lines[0].level": func(c []roster.Call) { c[0].Level = 1; c[1].Level = 1 }, "lines[0].title": func(c []roster.Call) { c[0].Title = " " },
			"lines[1].phone": func(c []roster.Call) { c[1].Phone = "问前台" }, "lines[1].name": func(c []roster.Call) { c[1].Name = "" }, "lines[0].deputyId": func(c []roster.Call) { c[0].Deputy = 501 },
			"lines[0].staffId": func(c []roster.Call) { c[0].Staff = 999 }, "lines[0].deputyPhone": func(c []roster.Call) { c[0].DeputyPhone = "" },
		} {
			bad := append([]roster.Call{}, tree...)
			change(bad)
			if _, err := s.SetTeam(ctx, lead, 1, seen(1), bad); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != field {
				t.Errorf("%s: %v %+v", field, err, errs.Of(err).Fields)
			}
		}
		if _, err := s.SetTeam(ctx, lead, 1, seen(0), tree); err == nil {
			t.Error("an old version was written over")
		}
		if _, err := s.Team(ctx, far, 1); err == nil {
			t.Error("another community's tree is seen")
		}
		dbtest.Exec(t, d, `UPDATE staff SET state = 'left' WHERE id = 502`)
		if got, err := s.Team(ctx, lead, 1); err != nil || len(got.Gone) != 1 || got.Gone[0] != 502 || got.Tree[0].Name != "王队长" {
			t.Errorf("%+v %v", got, err)
		}
	})
}
