package daily

import (
	"context"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// entry finds an entry with its log and the community's zone.
func (s *Service) entry(ctx context.Context, tx *db.Tx, of EntryID, expect func(int64) error, e *Entry) (l Log, zone *time.Location, err error) {
	if *e, err = db.One[Entry](ctx, tx, `SELECT `+db.Columns[Entry]("")+` FROM daily_entry WHERE id = $1 AND {scope}`, of); err != nil {
		return l, nil, err
	}
	if err := expect(e.Version); err != nil {
		return l, nil, err
	}
	if l, err = get(ctx, tx, e.Log); err != nil {
		return l, nil, err
	}
	zone, err = org.Zone(ctx, tx, l.Community)
	return l, zone, err
}

// Give gives somebody a follow-up task of a day.
func (s *Service) Give(ctx context.Context, who authz.Actor, of ID, d TaskDraft) (t Task, err error) {
	err = s.DB.Write(ctx, who, ActSign, func(tx *db.Tx) error {
		l, err := get(ctx, tx, of)
		if err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, l.Community)
		if err != nil {
			return err
		}
		d, wrong := d.checked(today)
		m, err := staff.In(ctx, tx, l.Community, d.To)
		if err != nil {
			wrong.Add("to", "daily.whom", nil)
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM daily_task WHERE community_id = $1 AND log_id = $2 AND {scope}`, l.Community, l.ID)
		if err != nil {
			return err
		}
		if n >= mostTasks {
			return errs.ErrFields.At(errs.Field{Name: "words", Code: "daily.too_many", Params: map[string]any{"max": mostTasks}})
		}
		t = Task{ID: db.NewID[Task](tx), Community: l.Community, Log: l.ID, Part: d.Part, Words: d.Words, Staff: m.ID, StaffName: m.Name, Due: d.Due, At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		tx.Note(l.Community, "daily_task:"+t.ID.String(), nil, map[string]any{"day": l.Day, "part": t.Part, "staff": t.Staff, "due": t.Due})
		tx.Emit(Tasked{event{l.Community, l.ID, l.Day}, t.ID, t.Staff})
		tx.Emit(Changed{event{l.Community, l.ID, l.Day}})
		tx.Answer(&t)
		return db.Insert(ctx, tx, "daily_task", t)
	})
	return t, err
}

// Finish says that a task is done, and with what result; or, done being false,
// that it is not after all.
func (s *Service) Finish(ctx context.Context, who authz.Actor, of TaskID, expect func(int64) error, done bool, result string) (t Task, err error) {
	var wrong errs.Fields
	wrong.Words("result", &result, 500, false)
	if err := wrong.Err(); err != nil {
		return t, err
	}
	err = s.DB.Write(ctx, who, ActTask, func(tx *db.Tx) error {
		if t, err = db.One[Task](ctx, tx, `SELECT `+db.Columns[Task]("")+` FROM daily_task WHERE id = $1 AND {scope}`, of); err != nil {
			return err
		}
		if err := expect(t.Version); err != nil {
			return err
		}
		if t.Staff != who.ID && !who.Scope(ActSign).Sees(t.Community) {
			return ErrTask
		}
		l, err := get(ctx, tx, t.Log)
		if err != nil {
			return err
		}
		before := t.DoneAt
		if t.DoneAt, t.DoneBy, t.Result = nil, "", ""; done {
			at := tx.Now
			if told, ok := clock.Done(ctx); ok && told < at { // on a phone without a network, kept until there was one
				at = told
			}
			t.DoneAt, t.DoneBy, t.Result = &at, who.Name, result
		}
		tx.Note(t.Community, "daily_task:"+t.ID.String(), map[string]any{"done": before != nil}, map[string]any{"done": done})
		tx.Emit(Changed{event{l.Community, l.ID, l.Day}})
		tx.Answer(&t)
		return db.Save(ctx, tx, "daily_task", &t)
	})
	return t, err
}

// Mine is a task of the caller's own, with the day that it follows from.
type Mine struct {
	Task
	Day clock.Day `db:"day" json:"day" doc:"of the log that it follows from"`
}

// Mine lists the caller's own tasks: those to do, the first due first, then those
// done in the last week.
func (s *Service) Mine(ctx context.Context, who authz.Actor, community authz.CommunityID) (all []Mine, err error) {
	err = s.DB.Read(ctx, who, ActTask, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		all, err = tasksFor(ctx, tx, community, who.ID)
		return err
	})
	return all, err
}

// Counts are what waits for the caller.
type Counts struct {
	Unsigned int64 `json:"unsigned" doc:"days that are over and not signed, for who may sign"`
	Late     int64 `json:"late" doc:"of these, those whose next noon has passed"`
	Events   int64 `json:"events" doc:"important events to read, for the property manager"`
	Tasks    int64 `json:"tasks" doc:"the caller's own tasks that are not done"`
}

// Count counts what waits for the caller in a community.
func (s *Service) Count(ctx context.Context, who authz.Actor, community authz.CommunityID) (c Counts, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		zone, err := org.Zone(ctx, tx, community)
		if err != nil {
			return err
		}
		today := clock.DayOf(tx.Now, zone)
		if who.Scope(ActSign).Sees(community) {
			open, err := unsigned(ctx, tx, community, today)
			if err != nil {
				return err
			}
			if c.Unsigned, c.Late = open.N, open.N; open.N > 0 && !late(today.Add(-1), tx.Now, zone) {
				if c.Late, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM daily_log WHERE community_id = $1 AND day < $2 AND sign_count < 3 AND {scope}`, community, today.Add(-1)); err != nil {
					return err
				}
			}
		}
		if who.Scope(ActRead).Sees(community) {
			if c.Events, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM daily_entry WHERE community_id = $1 AND is_important AND read_at IS NULL AND {scope}`, community); err != nil {
				return err
			}
		}
		c.Tasks, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM daily_task WHERE community_id = $1 AND staff_id = $2 AND done_at IS NULL AND {scope}`, community, who.ID)
		return err
	})
	return c, err
}
