package daily

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
)

var worker = authz.System("daily", ActView, actKeep)

// place is a community with the last day that was begun there.
type place struct {
	org.Local
	Last clock.Day `db:"last"`
}

// Schedule registers what the day and noon bring.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actKeep), 10*time.Minute, s.Keep)
}

// Keep begins the log of each day wherever there are tickets, those of days on
// which the program was off included, and tells once of each day that nobody
// had signed by the next noon (STA-02a).
func (s *Service) Keep(ctx context.Context) error {
	kept := func(tx *db.Tx) ([]place, error) {
		return db.All[place](ctx, tx.Global("every community has its log"), `SELECT c.id, c.zone, (SELECT MAX(l.day) FROM daily_log l WHERE l.community_id = c.id) AS last FROM community c
			WHERE EXISTS (SELECT 1 FROM ticket t WHERE t.community_id = c.id) OR EXISTS (SELECT 1 FROM daily_log l WHERE l.community_id = c.id) ORDER BY c.id`)
	}
	return org.Each(ctx, s.DB, worker, actKeep, kept, func(ctx context.Context, c place, now clock.Instant, zone *time.Location) error {
		return errors.Join(s.beginDays(ctx, c, clock.DayOf(now, zone)), s.remind(ctx, c.ID, now, zone))
	})
}

func (s *Service) beginDays(ctx context.Context, c place, today clock.Day) error {
	days := begun(c.Last, today)
	if len(days) == 0 {
		return nil
	}
	return s.DB.Write(ctx, worker, actKeep, func(tx *db.Tx) error {
		tx.Silent("a page of the log begins, and nobody has said anything yet")
		for _, day := range days {
			if _, err := begin(ctx, tx, c.ID, day); err != nil {
				return err
			}
		}
		return nil
	})
}

// remind tells of what should be signed and is not, each day once.
func (s *Service) remind(ctx context.Context, community authz.CommunityID, now clock.Instant, zone *time.Location) error {
	upTo := clock.DayOf(now, zone).Add(-1)
	if !late(upTo, now, zone) {
		upTo = upTo.Add(-1)
	}
	const due = ` FROM daily_log WHERE community_id = $1 AND day <= $2 AND sign_count < 3 AND reminded_at IS NULL AND {scope}`
	var n int64
	if err := s.DB.Read(ctx, worker, actKeep, func(tx *db.Tx) (err error) {
		n, err = db.One[int64](ctx, tx, `SELECT COUNT(*)`+due, community, upTo)
		return err
	}); err != nil || n == 0 {
		return err
	}
	return s.DB.Write(ctx, worker, actKeep, func(tx *db.Tx) error {
		tx.Silent("when it was told stands in the log itself")
		all, err := db.All[Log](ctx, tx, `SELECT `+db.Columns[Log]("")+due+` ORDER BY day DESC`, community, upTo)
		if err != nil || len(all) == 0 { // another node has told, or it was signed
			return err
		}
		for _, l := range all {
			if _, err := tx.Exec(ctx, `UPDATE daily_log SET reminded_at = $1 WHERE id = $2 AND {scope}`, tx.Now, l.ID); err != nil {
				return err
			}
		}
		// One notice for all of them, which opens the latest.
		tx.Emit(Unsigned{event{community, all[0].ID, all[0].Day}})
		tx.Emit(Changed{event{community, all[0].ID, all[0].Day}})
		return nil
	})
}

// Waiting are the days of a community that are over and not signed, in another
// domain's transaction.
func Waiting(ctx context.Context, tx *db.Tx, community authz.CommunityID) (int64, error) {
	today, err := org.Today(ctx, tx, community)
	if err != nil {
		return 0, err
	}
	open, err := unsigned(ctx, tx, community, today)
	return open.N, err
}

// Unread reports whether an important event waits to be read.
func Unread(ctx context.Context, tx *db.Tx, of EntryID) (bool, error) {
	n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM daily_entry WHERE id = $1 AND is_important AND read_at IS NULL AND {scope}`, of)
	return n > 0, err
}

// Undone reports whether a task waits to be done.
func Undone(ctx context.Context, tx *db.Tx, of TaskID) (bool, error) {
	n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM daily_task WHERE id = $1 AND done_at IS NULL AND {scope}`, of)
	return n > 0, err
}

// Trim throws away the logs of days before an instant, with all that belongs to
// them (ACC-13).
func (s *Service) Trim(ctx context.Context, before clock.Instant) (n int64, err error) {
	day := clock.DayOf(before, time.UTC)
	err = s.DB.Bulk(ctx, authz.System("daily", actTrim), actTrim, func(tx *db.Tx) (err error) {
		tx.Silent("how many were erased stands in the log of retention")
		for _, table := range []string{"daily_task", "daily_sign", "daily_entry"} {
			if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE log_id IN (SELECT l.id FROM daily_log l WHERE l.day < $1 AND l.community_id = `+table+`.community_id) AND {scope}`, day); err != nil {
				return err
			}
		}
		n, err = tx.Exec(ctx, `DELETE FROM daily_log WHERE day < $1 AND {scope}`, day)
		return err
	})
	return n, err
}
