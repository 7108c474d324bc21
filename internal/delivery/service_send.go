package delivery

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/billing"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/resident"
)

const (
	everySoOften = 10 * time.Minute
	begins       = 9 * 60 // minute of the community's day
	linesAtOnce  = 1000
)

// Day lets go out what the day asks for, in every community where it has begun.
func (s *Service) Day(ctx context.Context) error {
	type waiting struct {
		Rules
		Zone string `db:"zone"`
	}
	var all []waiting
	var now clock.Instant
	if err := s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) (err error) {
		now = tx.Now
		all, err = db.All[waiting](ctx, tx.Global("the day begins everywhere"), `SELECT `+db.Columns[Rules]("r")+`, c.zone FROM bill_notice_rules r JOIN community c ON c.id = r.community_id WHERE r.automatic ORDER BY r.id`)
		return err
	}); err != nil {
		return err
	}
	var failed []error
	for _, r := range all {
		zone, err := clock.Zone(r.Zone)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		if local := now.In(zone); local.Hour()*60+local.Minute() < begins {
			continue
		}
		failed = append(failed, s.dayOf(ctx, r.Rules, clock.DayOf(now, zone), zone))
	}
	return errors.Join(failed...)
}

// dayOf begins the batches of a community whose day has come.
func (s *Service) dayOf(ctx context.Context, r Rules, today clock.Day, zone *time.Location) error {
	type booked struct {
		ID  BatchID       `db:"id"`
		At  clock.Instant `db:"booked_at"`
		Due clock.Day     `db:"due_on"`
	}
	return s.quiet(ctx, func(tx *db.Tx) error {
		all, err := db.All[booked](ctx, tx, `SELECT r.id, r.booked_at, (SELECT MIN(l.due_on) FROM bill_line l WHERE l.community_id = r.community_id AND l.run_id = r.id AND l.reversed_at IS NULL) AS due_on FROM bill_run r
			WHERE r.community_id = $1 AND r.state = 'booked' AND r.kind = 'period' AND r.booked_at >= $2 AND {scope:r} AND NOT EXISTS (SELECT 1 FROM bill_notice_batch b WHERE b.id = r.id) ORDER BY r.id`, r.Community, r.Since)
		if err != nil {
			return err
		}
		for _, b := range all {
			if today.Before(goesOut(clock.DayOf(b.At, zone), r.Day, b.Due)) {
				continue
			}
			if _, err := begin(ctx, tx, Batch{ID: b.ID, Community: r.Community, Kind: OfRun}); err != nil {
				return err
			}
		}
		return nil
	})
}

// quiet is a transaction of the work; what it did stands in its own rows.
func (s *Service) quiet(ctx context.Context, fn func(tx *db.Tx) error) error {
	return s.DB.Bulk(ctx, worker, actWork, func(tx *db.Tx) error {
		tx.Silent("the notices have their own rows")
		return fn(tx)
	})
}

// places are the payers among some lines of a batch, $1 the community, $2 the
// batch, lines n in ($3, $4].
var places = map[string]string{
	OfRun: `SELECT l.room_id, l.debtor, MAX(l.customer_id) AS customer_id FROM bill_line l WHERE l.community_id = $1 AND l.run_id = $2 AND l.n > $3 AND l.n <= $4 AND l.reversed_at IS NULL AND {scope:l} GROUP BY l.room_id, l.debtor ORDER BY l.room_id, l.debtor`,
	OfFix: `SELECT l.room_id, l.debtor, MAX(l.customer_id) AS customer_id FROM bill_fix_line f JOIN bill_line l ON l.community_id = f.community_id AND l.id = f.line_id
		WHERE f.community_id = $1 AND f.fix_id = $2 AND f.n > $3 AND f.n <= $4 AND f.state = 'done' AND {scope:f} GROUP BY l.room_id, l.debtor ORDER BY l.room_id, l.debtor`,
}

var lastLine = map[string]string{
	OfRun: `SELECT COALESCE(MAX(l.n), 0) FROM bill_line l WHERE l.community_id = $1 AND l.run_id = $2 AND {scope:l}`,
	OfFix: `SELECT COALESCE(MAX(f.n), 0) FROM bill_fix_line f WHERE f.community_id = $1 AND f.fix_id = $2 AND {scope:f}`,
}

// send makes the notices of a batch, some lines at a time. Where it broke off,
// it goes on; a payer who has a notice of the batch gets no other.
func (s *Service) send(ctx context.Context, p sending) error {
	for more := true; more; {
		if err := s.quiet(ctx, func(tx *db.Tx) error {
			b, err := batch(ctx, tx, p.Batch)
			if err != nil {
				return err
			}
			if more = b.State == "sending"; !more {
				return nil
			}
			last, err := db.One[int64](ctx, tx, lastLine[b.Kind], b.Community, b.ID)
			if err != nil {
				return err
			}
			to, state := min(b.Done+linesAtOnce, last), b.State
			if to == last {
				state = "sent"
			}
			if n, err := tx.Exec(ctx, `UPDATE bill_notice_batch SET done = $1, state = $2 WHERE id = $3 AND done = $4 AND state = 'sending' AND {scope}`, to, state, b.ID, b.Done); err != nil || n == 0 {
				return err // another node has gone on with it
			}
			tx.Emit(Changed{Community: b.Community})
			return b.add(ctx, tx, b.Done, to)
		}); err != nil {
			return err
		}
	}
	return nil
}

// add writes the notices of some lines and has their payers told. The developer
// has no phone in the system and gets paper.
func (b Batch) add(ctx context.Context, tx *db.Tx, from, to int64) error {
	type payer struct {
		Room     housing.RoomID `db:"room_id"`
		Debtor   string         `db:"debtor"`
		Customer db.ID          `db:"customer_id"`
	}
	all, err := db.All[payer](ctx, tx, places[b.Kind], b.Community, b.ID, from, to)
	if err != nil || len(all) == 0 {
		return err
	}
	there := map[payer]bool{}
	args := []any{b.Community, b.ID}
	rooms := make([]housing.RoomID, len(all))
	for i, p := range all {
		rooms[i] = p.Room
	}
	if err := db.Each(ctx, tx, `SELECT room_id, debtor FROM bill_notice WHERE community_id = $1 AND batch_id = $2 AND room_id IN `+db.Among(&args, rooms)+` AND {scope}`, args, func(p payer) error {
		there[p] = true
		return nil
	}); err != nil {
		return err
	}
	var fresh []Notice
	for _, p := range all {
		if there[payer{Room: p.Room, Debtor: p.Debtor}] {
			continue
		}
		n := Notice{ID: db.NewID[Notice](tx), Community: b.Community, Batch: b.ID, Room: p.Room, Debtor: p.Debtor, Customer: p.Customer, State: Waiting, At: tx.Now, Version: 1}
		if p.Customer == 0 {
			n.State = Print
		} else {
			tx.Emit(Due{b.Community, n.ID})
		}
		fresh = append(fresh, n)
	}
	return db.InsertAll(ctx, tx, "bill_notice", fresh)
}

// Audience are the accounts of who pays a notice: the payer's own, and of an
// owner's those of owners who were bound without an archive. What is owed is
// nobody else's business.
func Audience(ctx context.Context, tx *db.Tx, n Notice) (out []authz.AccountID, err error) {
	all, err := resident.Of(ctx, tx, n.Community, n.Room)
	tenants := billing.Row{Debtor: n.Debtor}.ToTenants()
	for _, b := range all {
		if n.Customer != 0 && (db.ID(b.Customer) == n.Customer || b.Customer == 0 && b.Kind == customer.Owner && !tenants) {
			out = append(out, b.Account)
		}
	}
	return out, err
}

// ToldBy notes by which ways a payer is told; by none it is printed (BIL-08).
func ToldBy(ctx context.Context, tx *db.Tx, id NoticeID, channels string) error {
	state, at := Told, &tx.Now
	if channels == "" {
		state, at = Print, nil
	}
	_, err := tx.Exec(ctx, `UPDATE bill_notice SET state = $1, channels = $2, told_at = $3, version = version + 1 WHERE id = $4 AND state = 'waiting' AND {scope}`, string(state), channels, at, id)
	return err
}

// Unreached has a notice printed whose messages all came back.
func Unreached(ctx context.Context, tx *db.Tx, id NoticeID) error {
	n, err := notice(ctx, tx, id)
	if err != nil || n.State != Told {
		return err
	}
	tx.Emit(Changed{Community: n.Community})
	_, err = tx.Exec(ctx, `UPDATE bill_notice SET state = 'print', version = version + 1 WHERE id = $1 AND state = 'told' AND {scope}`, id)
	return err
}

// Asked is a notice with the ways that its community lets notices go.
type Asked struct {
	Notice
	Kind       string
	Push, Mail bool
}

// NoticeIn is a notice that is to be told, in another domain's transaction.
func NoticeIn(ctx context.Context, tx *db.Tx, id NoticeID) (a Asked, err error) {
	if a.Notice, err = notice(ctx, tx, id); err != nil {
		return a, err
	}
	b, err := batch(ctx, tx, a.Batch)
	if err != nil {
		return a, err
	}
	r, err := rules(ctx, tx, a.Community)
	a.Kind, a.Push, a.Mail = b.Kind, r.Push, r.Mail
	return a, err
}

// Says is what a message tells of a notice; with no line that is live nothing is said.
type Says struct {
	Asked
	Place, Phone, Label, Period string
	Open                        string
	Due                         clock.Day
	Lines                       []string
}

// Tell says what a notice tells its payer now.
func Tell(ctx context.Context, tx *db.Tx, id NoticeID) (s Says, err error) {
	if s.Asked, err = NoticeIn(ctx, tx, id); err != nil {
		return s, err
	}
	shown, err := sheetOf(ctx, tx, s.Notice, s.Kind, "month")
	if err != nil || len(shown.Lines) == 0 {
		return s, err
	}
	s.Place, s.Phone, s.Label, s.Open, s.Due = shown.Place.Name, shown.Place.Phone, shown.Label, shown.Total.Grouped(), shown.Due
	s.Period = shown.Lines[len(shown.Lines)-1].Period.String()
	for _, l := range shown.Lines {
		s.Lines = append(s.Lines, l.ItemName+" "+l.Period.String()+" ¥"+l.Fen.Grouped())
	}
	return s, nil
}
