package notice_test

import (
	"errors"
	"testing"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/notice"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/ticket"
)

const here, there authz.CommunityID = 1, 2

func who(id authz.AccountID, places ...authz.CommunityID) authz.Actor {
	a := dbtest.Actor(id, places, ticket.ActView)
	a.Grants = append(a.Grants, authz.Grant{Actions: map[authz.Action]bool{auth.ActSelf: true}, Everywhere: true})
	return a
}

// told gives two people notices of one ticket.
func told(t *testing.T, d *db.DB) (*notice.Service, ticket.ID) {
	t.Helper()
	dbtest.Communities(t, d, here, there)
	for _, id := range []int64{5, 6} {
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', '', '', '', $3, $3, 1)`, id, string(rune('a'+id)), false)
	}
	dbtest.Exec(t, d, `INSERT INTO ticket (id, community_id, number, kind, category, grade, status, title, description, channel, place, contact_name, contact_mobile, owner_id, owner_name, assignee_name, policy, opened_at, response_due, resolve_due, sort_due, cause, remedy, version)
		VALUES (900, 1, 'BX1', 'repair', 'facilities.water', 'A', 'new', '厨房漏水', '', 'phone', '3-2-1502', '', '', 5, '', '', '{}', 0, 0, 0, 0, '', '', 1)`)
	s := &notice.Service{DB: d}
	system := authz.System("test", "test.tell")
	if err := d.Write(t.Context(), system, "test.tell", func(tx *db.Tx) error {
		var given ticket.Given
		given.Ticket, given.Community, given.To = 900, here, 5
		if err := s.GivenTo(t.Context(), tx, given); err != nil {
			return err
		}
		var up ticket.Escalated
		up.Ticket, up.Community, up.Clock, up.Percent, up.To = 900, here, "resolve", 100, []authz.AccountID{5, 6}
		return s.Escalate(t.Context(), tx, up)
	}); err != nil {
		t.Fatal(err)
	}
	return s, 900
}

func TestEverybodySeesTheirOwnNoticesOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, _ := told(t, d)
		mine, err := s.List(t.Context(), who(5, here), true, notice.Position{}, 9)
		if err != nil || len(mine) != 2 || mine[0].Kind != notice.Escalated || mine[0].Data.Percent != 100 || mine[0].Title != "厨房漏水" {
			t.Fatalf("%+v %v", mine, err)
		}
		if c, err := s.Unread(t.Context(), who(6, here)); err != nil || c.Unread != 1 {
			t.Errorf("%+v %v", c, err)
		}
	})
}

func TestANoticeTellsNothingOnceItsReaderMaySeeTheCommunityNoLonger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, _ := told(t, d)
		if gone, err := s.List(t.Context(), who(5, there), false, notice.Position{}, 9); err != nil || len(gone) != 0 {
			t.Errorf("%+v %v", gone, err)
		}
	})
}

func TestNobodyNeedLookAtAClockThatHasStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, id := told(t, d)
		if err := d.Write(t.Context(), authz.System("test", "test.tell"), "test.tell", func(tx *db.Tx) error {
			var done ticket.Solved
			done.Ticket, done.Community = id, here
			return s.Settle(t.Context(), tx, done)
		}); err != nil {
			t.Fatal(err)
		}
		if c, err := s.Unread(t.Context(), who(5, here)); err != nil || c.Unread != 0 {
			t.Errorf("%+v %v", c, err)
		}
	})
}

func TestOneIsReadOrAllAreAndNobodyElses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, _ := told(t, d)
		ctx := t.Context()
		mine, _ := s.List(ctx, who(5, here), true, notice.Position{}, 9)
		if left, err := s.Read(ctx, who(5, here), mine[0].ID); err != nil || left.Unread != 1 {
			t.Errorf("%+v %v", left, err)
		}
		if _, err := s.Read(ctx, who(6, here), mine[1].ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("somebody read another's notice: %v", err)
		}
		if left, err := s.Read(ctx, who(5, here), 0); err != nil || left.Unread != 0 {
			t.Errorf("%+v %v", left, err)
		}
		c.Advance(91 * 24 * time.Hour)
		if n, err := s.Trim(ctx, c.Instant().Add(-90*24*time.Hour)); err != nil || n != 3 {
			t.Errorf("%d thrown away: %v", n, err)
		}
	})
}
