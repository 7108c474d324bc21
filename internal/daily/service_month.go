package daily

import (
	"context"
	"slices"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

// Row is a day in the list of a month.
type Row struct {
	Log
	Figures   Figures `json:"figures" doc:"as signed, where the log is; without those that run"`
	Signs     []Sign  `json:"signs"`
	Entries   int64   `json:"entries"`
	Important int64   `json:"important"`
	Unread    int64   `json:"unread" doc:"important events that nobody has read"`
	Tasks     int64   `json:"tasks"`
	Undone    int64   `json:"undone"`
	Late      bool    `json:"late" doc:"unsigned after the next noon"`
}

// Month lists the days of a month that have a log, the last first; no month: this one.
func (s *Service) Month(ctx context.Context, who authz.Actor, act authz.Action, community authz.CommunityID, p clock.Period) (out []Row, err error) {
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		out, err = month(ctx, tx, community, p)
		return err
	})
	return out, err
}

func month(ctx context.Context, tx *db.Tx, community authz.CommunityID, p clock.Period) (out []Row, err error) {
	if err := tx.In(ctx, community); err != nil {
		return nil, err
	}
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	if p.IsZero() {
		p = clock.PeriodOf(tx.Now, zone)
	}
	logs, err := logsOf(ctx, tx, community, p)
	if err != nil {
		return nil, err
	}
	signs, err := within[Sign](ctx, tx, "daily_sign", "id", community, p)
	if err != nil {
		return nil, err
	}
	counts, err := countsOf(ctx, tx, community, p)
	if err != nil {
		return nil, err
	}
	days, err := figuresOf(ctx, tx, span{community, p.First().Start(zone), p.Add(1).First().Start(zone)}, p, zone)
	for _, l := range logs {
		r := counts[l.ID]
		r.Log, r.Figures, r.Signs = l, days[l.Day], []Sign{}
		r.Late = l.Signed < int64(len(Parts)) && late(l.Day, tx.Now, zone)
		for _, sign := range signs {
			if sign.Log != l.ID {
				continue
			}
			if r.Signs = append(r.Signs, sign); sign.Part == Journal {
				r.Figures = sign.Content.Figures
			}
		}
		r.Figures.Running = 0 // it is of the moment, not of the day
		out = append(out, r)
	}
	slices.Reverse(out)
	return out, err
}

func logsOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, p clock.Period) ([]Log, error) {
	return db.All[Log](ctx, tx, `SELECT `+db.Columns[Log]("")+` FROM daily_log WHERE community_id = $1 AND day >= $2 AND day <= $3 AND {scope} ORDER BY day`, community, p.First(), p.Last())
}

// within lists what belongs to the logs of a month.
func within[T any](ctx context.Context, tx *db.Tx, table, order string, community authz.CommunityID, p clock.Period) ([]T, error) {
	return db.All[T](ctx, tx, `SELECT `+db.Columns[T]("x")+` FROM `+table+` x JOIN daily_log l ON l.community_id = x.community_id AND l.id = x.log_id
		WHERE l.community_id = $1 AND l.day >= $2 AND l.day <= $3 AND {scope:l} ORDER BY l.day, x.`+order, community, p.First(), p.Last())
}

func countsOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, p clock.Period) (map[ID]Row, error) {
	out := map[ID]Row{}
	entries, err := within[Entry](ctx, tx, "daily_entry", "id", community, p)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		r := out[e.Log]
		r.Entries++
		if e.Important {
			r.Important++
			if e.ReadAt == nil {
				r.Unread++
			}
		}
		out[e.Log] = r
	}
	tasks, err := within[Task](ctx, tx, "daily_task", "id", community, p)
	for _, t := range tasks {
		r := out[t.Log]
		r.Tasks++
		if t.DoneAt == nil {
			r.Undone++
		}
		out[t.Log] = r
	}
	return out, err
}

// figuresOf counts the tickets of each day of a stretch.
func figuresOf(ctx context.Context, tx *db.Tx, s span, p clock.Period, zone *time.Location) (map[clock.Day]Figures, error) {
	out := map[clock.Day]Figures{}
	type row struct {
		Grade ticket.Grade  `db:"grade"`
		At    clock.Instant `db:"at"`
	}
	add := func(what func(*Figures, row), q string, args ...any) error {
		return db.Each(ctx, tx, q, args, func(r row) error {
			day := clock.DayOf(r.At, zone)
			f := out[day]
			what(&f, r)
			out[day] = f
			return nil
		})
	}
	for _, kind := range ticket.Kinds {
		if err := add(func(f *Figures, r row) { f.add(kind, r.Grade, 1) }, `SELECT t.grade, t.opened_at AS at FROM ticket t WHERE `+opened+` AND t.merged_into IS NULL AND {scope:t} ORDER BY t.id`, s.opened(kind, p.First(), p.Last())...); err != nil {
			return nil, err
		}
	}
	if err := add(func(f *Figures, _ row) { f.Resolved++ }, `SELECT t.grade, t.resolved_at AS at FROM ticket t WHERE t.community_id = $1 AND t.resolved_at IS NOT NULL AND t.resolved_at >= $2 AND t.resolved_at < $3 AND t.status <> 'cancelled' AND {scope:t} ORDER BY t.id`,
		s.community, s.from, s.to); err != nil {
		return nil, err
	}
	err := add(func(f *Figures, _ row) { f.Overdue++ }, `SELECT grade, at FROM (SELECT t.id, t.grade, t.resolve_due AS at FROM ticket t WHERE t.community_id = $1 AND t.status IN (`+running+`) AND t.resolve_due >= $2 AND t.resolve_due < $3 AND t.resolve_due < $4 AND t.excused_resolve = '' AND {scope:t}
		UNION SELECT t.id, t.grade, t.resolve_due AS at FROM ticket t WHERE t.community_id = $1 AND t.resolved_at IS NOT NULL AND t.resolved_at >= $2 AND t.resolved_at > t.resolve_due AND t.resolve_due >= $2 AND t.resolve_due < $3 AND t.status <> 'cancelled' AND t.excused_resolve = '' AND {scope:t}) o ORDER BY id`,
		s.community, s.from, s.to, tx.Now)
	return out, err
}
