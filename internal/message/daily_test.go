package message_test

import (
	"strings"
	"testing"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/daily"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/ticket"
)

// STA-02, STA-02a, INC-03a: an important event reaches the property manager at
// once, a task who is to do it, and an unsigned day both who should sign and
// the manager at noon, once; none says on a locked screen what happened.
func TestTheLogTellsTheManagerTheSupervisorAndWhoHasATask(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		log := &daily.Service{DB: d}
		jobs.On(w.run, "message.daily_unsigned", w.messages.DayUnsigned)
		jobs.On(w.run, "message.daily_reported", w.messages.EventReported)
		jobs.On(w.run, "message.daily_tasked", w.messages.TaskGiven)
		for role, of := range map[string]authz.AccountID{"property_manager": chenID, "service_supervisor": deskID} {
			dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, needs_second_factor, version) VALUES ($1, $2, '', '', $3, 1)`, int64(of), role, false)
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES ($1, 'daily.view'), ($1, 'daily.task')`, int64(of))
			dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, $1, 1)`, int64(of))
		}
		w.desk.Grants = append(w.desk.Grants, authz.Grant{Actions: map[authz.Action]bool{auth.ActSelf: true}, Everywhere: true})
		chief, lead := w.browser(w.chen, auth.ActSelf, "console"), w.browser(w.desk, auth.ActSelf, "console")
		signer := dbtest.Actor(deskID, []authz.CommunityID{1}, daily.ActView, daily.ActWrite, daily.ActSign)
		heard := func(n int) string {
			t.Helper()
			got := chief.Received()
			if len(got) != n {
				t.Fatalf("the manager heard %d times, want %d: %v", len(got), n, got)
			}
			return got[n-1].Payload
		}
		w.open(ticket.C)
		w.drain()
		told := len(lead.Received())
		w.must(log.Keep(t.Context()))
		_, err := log.Add(t.Context(), signer, 1, clock.Day{}, daily.Draft{Words: "地下室爆管", Important: true, Form: daily.Form{Place: "3栋", Measures: "已关阀", Told: "主任"}})
		w.must(err)
		w.drain()
		base := len(chief.Received())
		payload := heard(base)
		if title, _, url := shows(t, payload); title != "重要事件报告" || url != "/console/daily?day=2026-03-02" || strings.Contains(payload, "爆管") {
			t.Error(payload)
		}
		v, err := log.Day(t.Context(), signer, 1, clock.Day{})
		w.must(err)
		_, err = log.Give(t.Context(), signer, v.ID, daily.TaskDraft{Part: daily.Journal, Words: "复查阀门", To: chenID, Due: v.Day.Add(1)})
		w.must(err)
		w.drain()
		if title, _, _ := shows(t, heard(base+1)); title != "跟进任务" {
			t.Error(title)
		}
		c.Advance(24 * time.Hour) // noon of the next day
		for range 2 {
			w.must(log.Keep(t.Context()))
			w.drain()
		}
		unsigned := func(all []string) (n int) {
			for _, p := range all {
				if strings.Contains(p, "管理日志待签阅") {
					n++
				}
			}
			return n
		}
		var both [2][]string
		for _, g := range chief.Received() {
			both[0] = append(both[0], g.Payload)
		}
		for _, g := range lead.Received()[told:] {
			both[1] = append(both[1], g.Payload)
		}
		if unsigned(both[0]) != 1 || unsigned(both[1]) != 1 {
			t.Errorf("manager and supervisor are told of the unsigned day: %q", both)
		}
		c.Advance(24 * time.Hour) // the next day is signed just as it is told of: nobody hears of it
		w.must(log.Keep(t.Context()))
		for day := v.Day; day.Before(v.Day.Add(2)); day = day.Add(1) {
			v, err := log.Day(t.Context(), signer, 1, day)
			w.must(err)
			_, err = log.Sign(t.Context(), signer, v.ID, seen, daily.Parts, "")
			w.must(err)
		}
		before := len(chief.Received())
		w.drain()
		if len(chief.Received()) != before {
			t.Error("told of what is signed")
		}
	})
}

// STA-02a: a task reaches a technician, who cannot see the log, on the phone, where it can be finished.
func TestATaskReachesWhoCannotSeeTheLogOnThePhone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		log := &daily.Service{DB: d}
		jobs.On(w.run, "message.daily_tasked", w.messages.TaskGiven)
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, needs_second_factor, version) VALUES (70, 'hands', '', '', $1, 1)`, false)
		dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (70, 'daily.task')`)
		dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES (70, $1, 70, 1)`, int64(chenID))
		phone := w.browser(w.chen, auth.ActSelf, "m")
		signer := dbtest.Actor(deskID, []authz.CommunityID{1}, daily.ActView, daily.ActWrite, daily.ActSign)
		_, err := log.Add(t.Context(), signer, 1, clock.Day{}, daily.Draft{Words: "门禁电池报警"})
		w.must(err)
		v, err := log.Day(t.Context(), signer, 1, clock.Day{})
		w.must(err)
		_, err = log.Give(t.Context(), signer, v.ID, daily.TaskDraft{Part: daily.Journal, Words: "换门禁电池", To: chenID, Due: v.Day.Add(1)})
		w.must(err)
		w.drain()
		got := phone.Received()
		if len(got) != 1 {
			t.Fatalf("%v", got)
		}
		if title, _, url := shows(t, got[0].Payload); title != "跟进任务" || url != "/m/daily" || strings.Contains(got[0].Payload, "电池") {
			t.Error(got[0].Payload)
		}
	})
}
