package lookin_test

import (
	"errors"
	"testing"
	"time"

	"guanjia/internal/lookin"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

const place authz.CommunityID = 1

func any1(int64) error { return nil }

// working puts a ticket of a community into work.
func working(t *testing.T, d *db.DB, id int64, status string) {
	t.Helper()
	dbtest.Exec(t, d, `INSERT INTO ticket (id, community_id, number, kind, category, grade, status, title, description, channel, place, contact_name, contact_mobile, owner_id, owner_name, assignee_name, policy,
		opened_at, response_due, resolve_due, sort_due, cause, remedy, version) VALUES ($1, 1, $2, 'repair', 'facilities.water', 'C', $3, 'leak', '', 'phone', '3-2-1502', '', '', 1, '', '', '{}', $4, $4, $4, $4, '', '', 1)`,
		id, "BX"+status, status, dbtest.Noon.UnixMilli())
}

// TIC-10, TIC-09: what is found on a look-in is told to the customer and counts as the report of the day.
func TestWhatIsFoundOnALookInIsTheReportOfTheDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx, s := t.Context(), &lookin.Service{DB: d}
		dbtest.Communities(t, d, place, 2)
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES (5, 'p', '', '潘专员', '5', '', $1, $1, 1)`, false)
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES (5, 1, '5', '潘专员', '', '', '[]', 'active', $1, '', 1)`, true)
		working(t, d, 100, "working")
		working(t, d, 101, "new")
		pan := dbtest.Actor(5, []authz.CommunityID{place}, lookin.Act, ticket.ActView)
		stranger := dbtest.Actor(6, []authz.CommunityID{2}, lookin.Act, ticket.ActView)
		due := c.Instant().Add(2 * time.Hour)
		l, err := s.Plan(ctx, pan, 100, due, 5)
		if err != nil {
			t.Fatal(err)
		}
		for what, got := range map[error]error{
			lookin.ErrEnded: func() error { _, err := s.Plan(ctx, pan, 101, due, 5); return err }(),
			db.ErrNotFound:  func() error { _, err := s.Plan(ctx, stranger, 100, due, 5); return err }(),
			errs.ErrFields:  func() error { _, err := s.Plan(ctx, pan, 100, c.Instant().Add(-time.Hour), 5); return err }(),
		} {
			if !errors.Is(got, what) {
				t.Errorf("%v, want %v", got, what)
			}
		}
		all, err := s.List(ctx, pan, place, 0)
		if err != nil || len(all) != 1 || !all[0].Mine || all[0].Title != "leak" {
			t.Fatalf("%+v %v", all, err)
		}
		c.Advance(2 * time.Hour)
		if _, err := s.Record(ctx, pan, l.ID, any1, " ", 0); !errors.Is(err, errs.ErrFields) {
			t.Errorf("nothing was found: %v", err)
		}
		if l, err = s.Record(ctx, pan, l.ID, any1, "已换管，正在试压", 0); err != nil || l.State != lookin.Done {
			t.Fatalf("%+v %v", l, err)
		}
		if from := dbtest.One[int64](t, d, `SELECT report_from FROM ticket WHERE id = 100`); from != int64(c.Instant()) {
			t.Errorf("the day to the next report is counted from %d", from)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM ticket_entry WHERE ticket_id = 100 AND verb = 'looked_in' AND is_public = $1`, true); n != 1 {
			t.Errorf("the customer is told %d times", n)
		}
		if _, err := s.Cancel(ctx, pan, l.ID, any1, "不去了"); !errors.Is(err, lookin.ErrNotNow) {
			t.Errorf("what was recorded is not cancelled: %v", err)
		}
		if all, err = s.List(ctx, pan, place, 0); err != nil || len(all) != 0 {
			t.Errorf("%+v %v", all, err)
		}
	})
}
