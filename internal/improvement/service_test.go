package improvement_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"guanjia/internal/improvement"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
)

const here = authz.CommunityID(1)

func any1(int64) error { return nil }

func repaired(t *testing.T, d *db.DB, id, community int64, kind, cause string, at time.Time) {
	t.Helper()
	dbtest.Exec(t, d, `INSERT INTO ticket (id, community_id, number, kind, category, grade, status, title, description, channel, place, contact_name, contact_mobile,
			owner_id, owner_name, assignee_name, policy, opened_at, response_due, resolve_due, sort_due, resolved_at, cause, remedy, version)
		VALUES ($1, $2, $3, $4, 'facilities.water', 'C', 'resolved', '水管漏水', '', 'phone', '3栋', '', '', 217, '周敏', '', '{}', $5, $5, $5, 4000000000000000000, $5, $6, '', 1)`,
		id, community, fmt.Sprint("BX", id), kind, at.UnixMilli(), cause)
}

// PRO-02d: on the first, once, as it stood then; the head of maintenance answers.
func TestTheFaultsOfAMonthAreWrittenOnceAndAnswered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, here, 2)
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES (217, 'zhou', '', '周敏', '0217', '', $1, $1, 1)`, false)
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES (217, 1, '0217', '周敏', '', '', '[]', 'active', $1, '', 1)`, false)
		s := &improvement.Service{DB: d}
		head := dbtest.Actor(43, []authz.CommunityID{here}, improvement.ActView, improvement.ActAnswer)
		head.Name = "马领班"
		march := time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)
		repaired(t, d, 1, 1, "repair", "垫圈老化", march)
		repaired(t, d, 2, 1, "repair", "垫圈老化。", march)
		repaired(t, d, 3, 1, "repair", "接头松动", march)
		repaired(t, d, 4, 1, "inquiry", "问价", march)
		repaired(t, d, 5, 1, "repair", "四月的", time.Date(2026, 3, 31, 16, 0, 0, 0, time.UTC)) // midnight of the first in China
		months := func() []improvement.Month {
			t.Helper()
			if err := s.WriteMonths(t.Context()); err != nil {
				t.Fatal(err)
			}
			all, err := s.Months(t.Context(), head, here, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		c.Set(time.Date(2026, 3, 31, 23, 59, 0, 0, time.UTC)) // 07:59 of the first
		for _, m := range months() {
			if m.Period.String() == "2026-03" {
				t.Error("written before eight o'clock of the first")
			}
			t.Errorf("%s had no repairs, nor anything before it: it is not written", m.Period)
		}
		c.Set(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
		all := months()
		if len(all) == 0 || all[0].Period.String() != "2026-03" || all[0].Faults != 3 || len(all[0].Lines) != 2 || all[0].Lines[0].N != 2 || all[0].Lines[0].Cause != "垫圈老化" {
			t.Fatalf("%+v", all)
		}
		n := len(all)
		repaired(t, d, 6, 1, "repair", "后来补的", march)
		if again := months(); len(again) != n || again[0].Faults != 3 {
			t.Errorf("it is written again, or changed: %+v", again)
		}
		if told := dbtest.One[int64](t, d, `SELECT COUNT(*) FROM outbox WHERE name = 'improvement.written' AND body LIKE '%2026-03%'`); told != 1 {
			t.Errorf("told %d times", told)
		}
		m := all[0]
		for field, words := range map[string]string{"missing": "  ", "too_long": strings.Repeat("换", 2001)} {
			if _, err := s.Answer(t.Context(), head, m.ID, any1, words); !errors.Is(err, errs.ErrFields) {
				t.Errorf("%s: %v", field, err)
			}
		}
		for i, words := range []string{"四月底前换完全部垫圈，陈师傅负责", "已换 80%"} {
			got, err := s.Answer(t.Context(), head, m.ID, any1, words)
			if err != nil || len(got.Answers) != i+1 || got.Answers[i].Text != words || got.Answers[i].By != "马领班" || got.Answers[i].At != c.Instant() {
				t.Fatalf("%+v: %v", got.Answers, err)
			}
		}
		reader := dbtest.Actor(44, []authz.CommunityID{here}, improvement.ActView)
		if _, err := s.Answer(t.Context(), reader, m.ID, any1, "我来答"); err == nil {
			t.Error("who only reads answers")
		}
		stranger := dbtest.Actor(45, []authz.CommunityID{2}, improvement.ActView, improvement.ActAnswer)
		if _, err := s.Month(t.Context(), stranger, m.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("somebody of elsewhere reads it: %v", err)
		}
		if _, err := s.Months(t.Context(), stranger, here, 0, 9); err == nil {
			t.Error("somebody of elsewhere lists them")
		}
		c.Set(time.Date(2026, 6, 2, 4, 0, 0, 0, time.UTC)) // the program was off in May
		if late := months(); len(late) != n+2 || late[0].Period.String() != "2026-05" || late[1].Faults != 1 {
			t.Errorf("what was missed is not caught up: %+v", late)
		}
	})
}
