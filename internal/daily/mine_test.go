package daily_test

import (
	"errors"
	"testing"
	"time"

	"guanjia/internal/daily"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// STA-02a: a technician does not see the log, and yet sees and finishes what was given to him.
func TestWhoCannotSeeTheLogFinishesHisOwnTasks(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.Context()
		w.ticket("repair", "C", w.at(w.today, 8), w.at(w.today.Add(2), 8), nil)
		w.keep()
		v := w.day(w.lead, w.today)
		give := func(words string, days int, to int64) daily.Task {
			w.Helper()
			k, err := w.s.Give(ctx, w.lead, v.ID, daily.TaskDraft{Part: daily.Journal, Words: words, To: authz.AccountID(to), Due: w.today.Add(days)})
			if err != nil {
				w.Fatal(err)
			}
			return k
		}
		late, soon := give("换门禁电池", 3, 7), give("清理水沟", 1, 7)
		give("回访 1502", 1, 6)
		hands := dbtest.Actor(7, []authz.CommunityID{place}, daily.ActTask)
		mine := func() []daily.Mine {
			w.Helper()
			all, err := w.s.Mine(ctx, hands, place)
			if err != nil {
				w.Fatal(err)
			}
			return all
		}
		if got := mine(); len(got) != 2 || got[0].ID != soon.ID || got[1].ID != late.ID || got[0].Day != w.today {
			w.Errorf("%+v", got)
		}
		if _, err := w.s.Day(ctx, hands, place, clock.Day{}); !errors.Is(err, authz.ErrForbidden) {
			w.Errorf("the log: %v", err)
		}
		if _, err := w.s.Mine(ctx, w.alien, place); !errors.Is(err, db.ErrNotFound) {
			w.Errorf("another community's: %v", err)
		}
		if _, err := w.s.Mine(ctx, w.chief, place); !errors.Is(err, authz.ErrForbidden) {
			w.Errorf("without the right: %v", err)
		}
		if k, err := w.s.Finish(ctx, hands, soon.ID, seen, true, "已清"); err != nil || k.Result != "已清" {
			w.Fatalf("%+v %v", k, err)
		}
		// FAC-03: what was done without a network says when it was done; nothing is done in the future.
		now := w.c.Instant()
		for told, want := range map[clock.Instant]clock.Instant{now.Add(-time.Hour): now.Add(-time.Hour), now.Add(time.Hour): now} {
			if k, err := w.s.Finish(clock.WithDone(ctx, told), hands, soon.ID, seen, true, "已清"); err != nil || *k.DoneAt != want {
				w.Errorf("%v, want %v: %v", *k.DoneAt, want, err)
			}
		}
		if got := mine(); len(got) != 2 || got[0].ID != late.ID || got[1].DoneAt == nil {
			w.Errorf("what is done comes last: %+v", got)
		}
		w.c.Advance(8 * 24 * time.Hour)
		if got := mine(); len(got) != 1 || got[0].ID != late.ID {
			w.Errorf("a week later what was done is gone from the list: %+v", got)
		}
	})
}
