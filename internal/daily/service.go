package daily

import (
	"context"
	"slices"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
)

// Service holds the use cases of this package. Each one is one transaction.
type Service struct {
	DB      *db.DB
	Exports *audit.Service
}

// Person is somebody who can be given a follow-up task.
type Person struct {
	ID   staff.ID `db:"id" json:"id"`
	Name string   `db:"name" json:"name"`
}

// Day is everything of one day.
type Day struct {
	Log
	Content Content  `json:"content"`
	Entries []Entry  `json:"entries"`
	Signs   []Sign   `json:"signs" doc:"of the parts that are signed"`
	Tasks   []Task   `json:"tasks"`
	Over    bool     `json:"over" doc:"the day has ended: it can be signed"`
	Late    bool     `json:"late" doc:"the noon after has passed and something is unsigned"`
	Before  Open     `json:"before" doc:"other days that are over and not signed"`
	MayAdd  bool     `json:"mayWrite" doc:"the caller is on duty, or leads"`
	People  []Person `json:"people" doc:"who can be given a task; for who may sign"`
}

// Open are days that wait to be signed.
type Open struct {
	N     int64     `json:"n"`
	First clock.Day `json:"first,omitzero"`
}

func subject(of ID) string { return "daily_log:" + of.String() }

// Day shows a day; no day: the first that the caller is to sign, else today.
func (s *Service) Day(ctx context.Context, who authz.Actor, community authz.CommunityID, day clock.Day) (v Day, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		zone, err := org.Zone(ctx, tx, community)
		if err != nil {
			return err
		}
		v, err = view(ctx, tx, community, day, zone)
		return err
	})
	return v, err
}

func view(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day, zone *time.Location) (v Day, err error) {
	today := clock.DayOf(tx.Now, zone)
	open, err := unsigned(ctx, tx, community, today)
	if err != nil {
		return v, err
	}
	signs := tx.Who.Can(ActSign)
	switch {
	case !day.IsZero():
	case signs && open.N > 0:
		day = open.First
	default:
		day = today
	}
	if day.After(today) {
		return v, errs.ErrFields.At(errs.Field{Name: "day", Code: "daily.day", Params: map[string]any{"max": mostBack}})
	}
	if v.Log, err = on(ctx, tx, community, day); err != nil {
		return v, err
	}
	if v.Entries, err = entriesOf(ctx, tx, v.Log); err != nil {
		return v, err
	}
	if v.Signs, err = signsOf(ctx, tx, v.Log); err != nil {
		return v, err
	}
	if v.Tasks, err = tasksOf(ctx, tx, v.Log); err != nil {
		return v, err
	}
	if v.Content, err = shown(ctx, tx, v.Log, v.Signs, zone); err != nil {
		return v, err
	}
	v.Over = ended(day, tx.Now, zone)
	v.Late = v.ID != 0 && v.Signed < int64(len(Parts)) && late(day, tx.Now, zone)
	if v.Before = open; v.ID != 0 && v.Over && v.Signed < int64(len(Parts)) {
		v.Before.N--
		if v.Before.First == day {
			v.Before.First, err = nextUnsigned(ctx, tx, community, day, today)
		}
	}
	if err != nil {
		return v, err
	}
	if v.MayAdd, err = mayWrite(ctx, tx, community); err != nil {
		return v, err
	}
	if v.People = []Person{}; signs {
		v.People, err = people(ctx, tx, community)
	}
	return v, err
}

// shown is what the tables know of a day, as it was signed where it is.
func shown(ctx context.Context, tx *db.Tx, l Log, signs []Sign, zone *time.Location) (c Content, err error) {
	if len(signs) < len(Parts) {
		if c, err = contentOf(ctx, tx, l.Community, l.Day, zone); err != nil {
			return c, err
		}
	} else {
		c = none()
	}
	for _, sign := range signs {
		c = c.with(sign)
	}
	return filled(ctx, tx, l.Community, c)
}

// unsigned are the days of a community that are over and not signed.
func unsigned(ctx context.Context, tx *db.Tx, community authz.CommunityID, today clock.Day) (o Open, err error) {
	if o.N, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM daily_log WHERE community_id = $1 AND day < $2 AND sign_count < 3 AND {scope}`, community, today); err != nil || o.N == 0 {
		return o, err
	}
	o.First, err = nextUnsigned(ctx, tx, community, today.Add(-5*366), today)
	return o, err
}

// nextUnsigned is the first day after another that is over and not signed; zero: there is none.
func nextUnsigned(ctx context.Context, tx *db.Tx, community authz.CommunityID, after, today clock.Day) (clock.Day, error) {
	all, err := db.All[Log](ctx, tx, `SELECT `+db.Columns[Log]("")+` FROM daily_log WHERE community_id = $1 AND day > $2 AND day < $3 AND sign_count < 3 AND {scope} ORDER BY day LIMIT 1`, community, after, today)
	if err != nil || len(all) == 0 {
		return clock.Day{}, err
	}
	return all[0].Day, nil
}

// mayWrite reports whether the caller may write in the log of a community now:
// who signs or plans duties always, others who hold ActWrite while on duty.
func mayWrite(ctx context.Context, tx *db.Tx, community authz.CommunityID) (bool, error) {
	who := tx.Who
	if !who.Scope(ActWrite).Sees(community) {
		return false, nil
	}
	if who.Scope(ActSign).Sees(community) || who.Scope(roster.ActPlan).Sees(community) {
		return true, nil
	}
	planned, err := roster.Planned(ctx, tx, community, tx.Now)
	if err != nil {
		return false, err
	}
	if planned {
		all, err := roster.OnDuty(ctx, tx, community, tx.Now)
		return slices.ContainsFunc(all, func(l roster.Line) bool { return l.Staff == who.ID }), err
	}
	all, err := staff.AvailableIn(ctx, tx, community)
	return slices.ContainsFunc(all, func(d staff.OnDuty) bool { return d.ID == who.ID }), err
}

func people(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Person, error) {
	out, err := db.All[Person](ctx, tx, `SELECT id, name FROM staff WHERE community_id = $1 AND state = 'active' AND {scope} ORDER BY agent_no, id`, community)
	return append([]Person{}, out...), err
}

// SetWeather says what the weather of a day was.
func (s *Service) SetWeather(ctx context.Context, who authz.Actor, of ID, expect func(int64) error, weather string) (l Log, err error) {
	var wrong errs.Fields
	wrong.Words("weather", &weather, 100, false)
	if err := wrong.Err(); err != nil {
		return l, err
	}
	err = s.DB.Write(ctx, who, ActWrite, func(tx *db.Tx) error {
		if l, err = writable(ctx, tx, of, expect); err != nil {
			return err
		}
		before := l.Weather
		l.Weather = weather
		tx.Note(l.Community, subject(l.ID), map[string]any{"weather": before}, map[string]any{"weather": weather})
		tx.Emit(Changed{event{l.Community, l.ID, l.Day}})
		tx.Answer(&l)
		return db.Save(ctx, tx, "daily_log", &l)
	})
	return l, err
}

// writable finds a log that the caller may write in.
func writable(ctx context.Context, tx *db.Tx, of ID, expect func(int64) error) (Log, error) {
	l, err := get(ctx, tx, of)
	if err != nil {
		return l, err
	}
	if err := expect(l.Version); err != nil {
		return l, err
	}
	return l, openTo(ctx, tx, l)
}

// openTo refuses who may not write now, and a log that is signed.
func openTo(ctx context.Context, tx *db.Tx, l Log) error {
	may, err := mayWrite(ctx, tx, l.Community)
	if err != nil {
		return err
	}
	if !may {
		return ErrDuty
	}
	signs, err := signsOf(ctx, tx, l)
	if slices.ContainsFunc(signs, func(s Sign) bool { return s.Part == Journal }) {
		return ErrSigned
	}
	return err
}

// Sign signs parts of a day that is over as read, as they stand now.
func (s *Service) Sign(ctx context.Context, who authz.Actor, of ID, expect func(int64) error, parts []Part, remark string) (v Day, err error) {
	var wrong errs.Fields
	wrong.Words("remark", &remark, 500, false)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActSign, func(tx *db.Tx) error {
		l, err := get(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := expect(l.Version); err != nil {
			return err
		}
		zone, err := org.Zone(ctx, tx, l.Community)
		if err != nil {
			return err
		}
		if !ended(l.Day, tx.Now, zone) {
			return ErrEarly
		}
		signs, err := signsOf(ctx, tx, l)
		if err != nil {
			return err
		}
		now := toSign(parts, signs)
		if len(now) == 0 {
			return ErrSigned
		}
		c, err := contentOf(ctx, tx, l.Community, l.Day, zone)
		if err != nil {
			return err
		}
		for _, p := range now {
			if err := db.Insert(ctx, tx, "daily_sign", Sign{db.NewID[Sign](tx), l.Community, l.ID, p, remark, c.of(p), tx.Now, who.ID, who.Name}); err != nil {
				return err
			}
		}
		tx.Note(l.Community, subject(l.ID), map[string]any{"signed": l.Signed}, map[string]any{"signed": l.Signed + int64(len(now)), "parts": now, "day": l.Day})
		tx.Emit(Changed{event{l.Community, l.ID, l.Day}})
		l.Signed += int64(len(now))
		if err := db.Save(ctx, tx, "daily_log", &l); err != nil {
			return err
		}
		v, err = view(ctx, tx, l.Community, l.Day, zone)
		tx.Answer(&v)
		return err
	})
	return v, err
}
