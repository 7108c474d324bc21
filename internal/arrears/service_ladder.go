package arrears

import (
	"context"
	"time"

	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
)

const (
	everySoOften = 10 * time.Minute
	begins       = 9 * 60 // minute of the community's day
)

// Schedule has one node climb the ladder of every community once a day.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actLadder), everySoOften, s.Ladder)
}

// Ladder does what the day asks for in every community where it has begun: first
// promises whose day has passed, then the steps. A day that broke off is gone on
// with: what was done stands in the database.
func (s *Service) Ladder(ctx context.Context) error {
	type place struct {
		org.Local
		Done clock.Day `db:"on_day"`
	}
	everywhere := func(tx *db.Tx) ([]place, error) {
		return db.All[place](ctx, tx.Global("the ladder is climbed everywhere"), `SELECT c.id, c.zone, d.on_day FROM community c LEFT JOIN dun_day d ON d.community_id = c.id ORDER BY c.id`)
	}
	return org.Each(ctx, s.DB, worker, actLadder, everywhere, func(ctx context.Context, c place, now clock.Instant, zone *time.Location) error {
		local, today := now.In(zone), clock.DayOf(now, zone)
		if local.Hour()*60+local.Minute() < begins || !c.Done.Before(today) {
			return nil
		}
		return s.day(ctx, c.ID, today)
	})
}

// quiet is a transaction of the ladder; what it did stands in its own rows.
func (s *Service) quiet(ctx context.Context, fn func(tx *db.Tx) error) error {
	return s.DB.Bulk(ctx, worker, actLadder, func(tx *db.Tx) error {
		tx.Silent("the rows of the ladder say what was done")
		return fn(tx)
	})
}

func (s *Service) day(ctx context.Context, community authz.CommunityID, today clock.Day) error {
	var set Rules
	var late []housing.RoomID
	if err := s.DB.Read(ctx, worker, actLadder, func(tx *db.Tx) (err error) {
		if set, err = rules(ctx, tx, community); err != nil {
			return err
		}
		late, err = db.All[housing.RoomID](ctx, tx, `SELECT DISTINCT p.room_id FROM pay_promise p WHERE p.community_id = $1 AND p.state = 'open' AND p.on_day < $2 AND {scope:p} ORDER BY p.room_id`, community, today)
		return err
	}); err != nil {
		return err
	}
	for _, room := range late {
		if err := s.quiet(ctx, func(tx *db.Tx) error {
			tx.Emit(Changed{community, room})
			return judge(ctx, tx, community, room, today)
		}); err != nil {
			return err
		}
	}
	for _, to := range []string{"", ToOwner} {
		rungs := set.rungs(to)
		for i := len(rungs) - 1; i >= 0; i-- { // the highest first: a household gets one message, for the gravest
			if err := s.climb(ctx, community, rungs[i], today); err != nil {
				return err
			}
		}
	}
	if err := s.tell(ctx, community, today); err != nil {
		return err
	}
	return s.quiet(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE dun_day SET on_day = $1 WHERE community_id = $2 AND {scope}`, today, community)
		if err != nil || n > 0 {
			return err
		}
		return db.Insert(ctx, tx, "dun_day", dayDone{db.NewID[dayDone](tx), community, today})
	})
}

type dayDone struct {
	ID        id.Of[dayDone]    `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	On        clock.Day         `db:"on_day"`
}

type dunLine struct {
	ID        id.Of[dunLine]    `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Dun       DunID             `db:"dun_id"`
	Line      db.ID             `db:"line_id"`
	Step      string            `db:"step"`
	Fen       money.Fen         `db:"amount"`
}

// climb takes every line that stands on a rung up to it, some households at a time.
func (s *Service) climb(ctx context.Context, community authz.CommunityID, g rung, today clock.Day) error {
	for {
		more := false
		if err := s.quiet(ctx, func(tx *db.Tx) error {
			lines, err := onRung(ctx, tx, community, g, today)
			if err != nil || len(lines) == 0 {
				return err
			}
			more = true
			return climbed(ctx, tx, community, g, today, lines)
		}); err != nil || !more {
			return err
		}
	}
}

// asked is who is asked at a step: the owners of a room, or a tenant of it.
type asked struct {
	room    housing.RoomID
	debtor  string
	toOwner bool
}

// climbed writes one dun for each household, tenants apart from owners. Messages
// of one day are one message: the lines of a lower rung join it.
func climbed(ctx context.Context, tx *db.Tx, community authz.CommunityID, g rung, today clock.Day, lines []standing) error {
	there := map[asked]DunID{}
	if g.Channel == ByMessage {
		if err := db.Each(ctx, tx, `SELECT d.room_id, d.id, d.debtor, d.to_owner FROM dun d WHERE d.community_id = $1 AND d.on_day = $2 AND d.channel = $3 AND d.state = 'open' AND {scope:d}`, []any{community, today, string(ByMessage)}, func(d Dun) error {
			there[asked{d.Room, d.Debtor, d.ToOwner}] = d.ID
			return nil
		}); err != nil {
			return err
		}
	}
	var fresh []Dun
	var rows []dunLine
	for start := 0; start < len(lines); {
		end, sum := start, money.Fen(0)
		for end < len(lines) && lines[end].Room == lines[start].Room && lines[end].Debtor == lines[start].Debtor {
			sum += lines[end].Open
			end++
		}
		who := asked{lines[start].Room, lines[start].Debtor, g.To == ToOwner}
		at, joins := there[who]
		if joins {
			if _, err := tx.Exec(ctx, `UPDATE dun SET amount = amount + $1, lines = lines + $2 WHERE id = $3 AND {scope}`, sum, end-start, at); err != nil {
				return err
			}
		} else {
			at = db.NewID[Dun](tx)
			fresh = append(fresh, Dun{ID: at, Community: community, Room: who.room, Debtor: who.debtor, ToOwner: who.toOwner, Step: g.Code, Channel: g.Channel, Days: int64(g.Days), On: today, Until: today.Add(effectDays), Fen: sum, Lines: int64(end - start), State: OpenDun, Version: 1})
			if g.Channel != ByMessage {
				tx.Emit(Changed{community, who.room})
			}
		}
		for _, l := range lines[start:end] {
			rows = append(rows, dunLine{db.NewID[dunLine](tx), community, at, db.ID(l.Line), g.Code, l.Open})
		}
		start = end
	}
	if err := db.InsertAll(ctx, tx, "dun", fresh); err != nil {
		return err
	}
	return db.InsertAll(ctx, tx, "dun_line", rows)
}

const toldAtOnce = 200

// tell lets the day's messages go out.
func (s *Service) tell(ctx context.Context, community authz.CommunityID, today clock.Day) error {
	for {
		more := false
		if err := s.quiet(ctx, func(tx *db.Tx) error {
			all, err := db.All[Dun](ctx, tx, `SELECT `+db.Columns[Dun]("d")+` FROM dun d WHERE d.community_id = $1 AND d.on_day = $2 AND d.channel = $3 AND d.state = 'open' AND {scope:d} ORDER BY d.id LIMIT $4`, community, today, string(ByMessage), toldAtOnce)
			if err != nil || len(all) == 0 {
				return err
			}
			more = true
			args := []any{int64(tx.Now)}
			ids := make([]DunID, len(all))
			for i, d := range all {
				ids[i] = d.ID
				tx.Emit(Reminded{community, d.Room, d.ID})
			}
			_, err = tx.Exec(ctx, `UPDATE dun SET state = 'sent', done_at = $1, version = version + 1 WHERE id IN `+db.Among(&args, ids)+` AND {scope}`, args...)
			return err
		}); err != nil || !more {
			return err
		}
	}
}
