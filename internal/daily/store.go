package daily

import (
	"context"
	"strings"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

func get(ctx context.Context, tx *db.Tx, of ID) (Log, error) {
	return db.One[Log](ctx, tx, `SELECT `+db.Columns[Log]("")+` FROM daily_log WHERE id = $1 AND {scope}`, of)
}

// on finds the log of a day; one that nobody has begun has no id.
func on(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day) (Log, error) {
	all, err := db.All[Log](ctx, tx, `SELECT `+db.Columns[Log]("")+` FROM daily_log WHERE community_id = $1 AND day = $2 AND {scope}`, community, day)
	if err != nil || len(all) == 0 {
		return Log{Community: community, Day: day}, err
	}
	return all[0], nil
}

// begin makes the log of a day where there is none, whoever else is at it.
func begin(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day) (Log, error) {
	if err := tx.In(ctx, community); err != nil {
		return Log{}, err
	}
	if _, err := tx.Global("the community is in scope").Exec(ctx, `INSERT INTO daily_log (id, community_id, day, weather, sign_count, version) VALUES ($1, $2, $3, '', 0, 1) ON CONFLICT (community_id, day) DO NOTHING`,
		db.NewID[Log](tx), community, day); err != nil {
		return Log{}, err
	}
	return on(ctx, tx, community, day)
}

func entriesOf(ctx context.Context, tx *db.Tx, l Log) ([]Entry, error) {
	return listOf[Entry](ctx, tx, "daily_entry", "minute, id", l)
}

func signsOf(ctx context.Context, tx *db.Tx, l Log) ([]Sign, error) {
	return listOf[Sign](ctx, tx, "daily_sign", "id", l)
}

func tasksOf(ctx context.Context, tx *db.Tx, l Log) ([]Task, error) {
	return listOf[Task](ctx, tx, "daily_task", "id", l)
}

// tasksFor are the tasks of one person that are open, or were done in the last week.
func tasksFor(ctx context.Context, tx *db.Tx, community authz.CommunityID, of staff.ID) ([]Mine, error) {
	out, err := db.All[Mine](ctx, tx, `SELECT `+db.Columns[Task]("t")+`, l.day FROM daily_task t JOIN daily_log l ON l.community_id = t.community_id AND l.id = t.log_id
		WHERE t.community_id = $1 AND t.staff_id = $2 AND (t.done_at IS NULL OR t.done_at >= $3) AND {scope:t}
		ORDER BY CASE WHEN t.done_at IS NULL THEN 0 ELSE 1 END, t.due_on, t.id LIMIT $4`, community, of, tx.Now.Add(-7*24*time.Hour), mostTasks)
	return append([]Mine{}, out...), err
}

func listOf[T any](ctx context.Context, tx *db.Tx, table, order string, l Log) ([]T, error) {
	if l.ID == 0 {
		return []T{}, nil
	}
	out, err := db.All[T](ctx, tx, `SELECT `+db.Columns[T]("")+` FROM `+table+` WHERE community_id = $1 AND log_id = $2 AND {scope} ORDER BY `+order, l.Community, l.ID)
	return append([]T{}, out...), err
}

// span is a stretch of time in a community.
type span struct {
	community authz.CommunityID
	from, to  clock.Instant
}

func dayOf(community authz.CommunityID, day clock.Day, zone *time.Location) span {
	return span{community, day.Start(zone), day.Add(1).Start(zone)}
}

// opened narrows a list of tickets of one kind to those that were opened in a
// stretch of days along their numbers, which begin with kind and day: there is
// no other index of when they were opened.
const opened = `t.community_id = $1 AND t.number >= $2 AND t.number < $3`

func (s span) opened(kind ticket.Kind, first, last clock.Day) []any {
	from := func(day clock.Day) string {
		return ticket.Policies[kind].Prefix + strings.ReplaceAll(day.String(), "-", "")
	}
	return []any{s.community, from(first), from(last.Add(1))}
}

// contentOf reads what the tables know of a day.
func contentOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day, zone *time.Location) (c Content, err error) {
	s := dayOf(community, day, zone)
	c = none()
	if c.Figures, err = figures(ctx, tx, s, day); err != nil {
		return c, err
	}
	if c.Complaints, err = complaints(ctx, tx, s, day); err != nil {
		return c, err
	}
	if c.Overdue, err = overdue(ctx, tx, s); err != nil {
		return c, err
	}
	c.Figures.Overdue = int64(len(c.Overdue))
	if c.OnDuty, err = onDuty(ctx, tx, s, day); err != nil {
		return c, err
	}
	if c.Handovers, err = db.All[Handover](ctx, tx, `SELECT id, post, shift_name, out_name, in_name, state, open_count FROM shift_handover WHERE community_id = $1 AND day = $2 AND {scope} ORDER BY id LIMIT $3`, community, day, mostLines); err != nil {
		return c, err
	}
	if c.LookIns, err = lookIns(ctx, tx, s); err != nil {
		return c, err
	}
	c.Rounds, err = db.All[Round](ctx, tx, `SELECT id, facility_id, check_name, result, by_name FROM facility_record WHERE community_id = $1 AND on_day = $2 AND kind = 'inspection' AND {scope} ORDER BY id LIMIT $3`, community, day, mostLines)
	return c, err
}

func figures(ctx context.Context, tx *db.Tx, s span, day clock.Day) (f Figures, err error) {
	for _, kind := range ticket.Kinds {
		rows, err := db.All[struct {
			Grade ticket.Grade `db:"grade"`
			N     int64        `db:"n"`
		}](ctx, tx, `SELECT t.grade, COUNT(*) AS n FROM ticket t WHERE `+opened+` AND t.merged_into IS NULL AND {scope:t} GROUP BY t.grade`, s.opened(kind, day, day)...)
		if err != nil {
			return f, err
		}
		for _, r := range rows {
			f.add(kind, r.Grade, r.N)
		}
	}
	if f.Resolved, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM ticket t WHERE t.community_id = $1 AND t.resolved_at IS NOT NULL AND t.resolved_at >= $2 AND t.resolved_at < $3 AND t.status <> 'cancelled' AND {scope:t}`, s.community, s.from, s.to); err != nil {
		return f, err
	}
	f.Running, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM ticket t WHERE t.community_id = $1 AND t.status IN (`+running+`, 'held') AND t.kind = 'complaint' AND {scope:t}`, s.community)
	return f, err
}

// add counts tickets that were opened.
func (f *Figures) add(kind ticket.Kind, grade ticket.Grade, n int64) {
	f.Opened += n
	if grade == ticket.A {
		f.Urgent += n
	}
	if kind == ticket.Complaint {
		f.Complaints += n
	}
}

// running are the states in which a clock runs.
const running = `'new', 'dispatched', 'accepted', 'en_route', 'arrived', 'working'`

var matterColumns = db.Columns[Matter]("t")

func complaints(ctx context.Context, tx *db.Tx, s span, day clock.Day) ([]Matter, error) {
	return db.All[Matter](ctx, tx, `SELECT * FROM (SELECT `+matterColumns+` FROM ticket t WHERE `+opened+` AND {scope:t}
		UNION SELECT `+matterColumns+` FROM ticket t WHERE t.community_id = $1 AND t.resolved_at IS NOT NULL AND t.resolved_at >= $4 AND t.resolved_at < $5 AND t.kind = 'complaint' AND {scope:t}) c ORDER BY id LIMIT $6`,
		append(s.opened(ticket.Complaint, day, day), s.from, s.to, mostLines)...)
}

// overdue are the tickets whose time to resolve ran out in a stretch: those that
// run still, and those that were resolved after it.
func overdue(ctx context.Context, tx *db.Tx, s span) ([]Matter, error) {
	return db.All[Matter](ctx, tx, `SELECT * FROM (SELECT `+matterColumns+` FROM ticket t WHERE t.community_id = $1 AND t.status IN (`+running+`) AND t.resolve_due >= $2 AND t.resolve_due < $3 AND t.resolve_due < $4 AND t.excused_resolve = '' AND {scope:t}
		UNION SELECT `+matterColumns+` FROM ticket t WHERE t.community_id = $1 AND t.resolved_at IS NOT NULL AND t.resolved_at >= $2 AND t.resolved_at > t.resolve_due AND t.resolve_due >= $2 AND t.resolve_due < $3 AND t.status <> 'cancelled' AND t.excused_resolve = '' AND {scope:t}) o
		ORDER BY grade, id LIMIT $5`, s.community, s.from, s.to, tx.Now, mostLines)
}

// onDuty are the duties that begin on the day: who came the evening before
// stands in the log of that day.
func onDuty(ctx context.Context, tx *db.Tx, s span, day clock.Day) ([]OnDuty, error) {
	all, err := roster.During(ctx, tx, s.community, s.from, s.to)
	out := []OnDuty{}
	for _, d := range all {
		if d.State == roster.StatePlanned && d.Day == day {
			out = append(out, OnDuty{d.StaffName, d.Post, d.ShiftName, d.From, d.To, len(d.Problems) > 0})
		}
	}
	return out, err
}

func lookIns(ctx context.Context, tx *db.Tx, s span) ([]LookIn, error) {
	return db.All[LookIn](ctx, tx, `SELECT l.id, l.ticket_id, t.number, l.staff_name, l.due_at, l.done_at, l.state FROM look_in l JOIN ticket t ON t.community_id = l.community_id AND t.id = l.ticket_id
		WHERE l.community_id = $1 AND l.state IN ('planned', 'done') AND (l.due_at >= $2 AND l.due_at < $3 OR l.done_at >= $2 AND l.done_at < $3) AND {scope:l} ORDER BY l.due_at, l.id LIMIT $4`, s.community, s.from, s.to, mostLines)
}

// filled reads the words of a day where they stand.
func filled(ctx context.Context, tx *db.Tx, community authz.CommunityID, c Content) (Content, error) {
	tickets := map[db.ID]told{}
	for _, list := range [][]Matter{c.Complaints, c.Overdue} {
		for _, m := range list {
			tickets[db.ID(m.ID)] = told{}
		}
	}
	for _, l := range c.LookIns {
		tickets[db.ID(l.Ticket)] = told{}
	}
	if err := words(ctx, tx, community, tickets, `SELECT t.id, t.title AS words, t.place FROM ticket t WHERE t.community_id = $1 AND {scope:t} AND t.id IN `); err != nil {
		return c, err
	}
	for _, list := range [][]Matter{c.Complaints, c.Overdue} {
		for i := range list {
			t := tickets[db.ID(list[i].ID)]
			list[i].Title, list[i].Place = t.Words, t.Place
		}
	}
	looks := map[db.ID]told{}
	for _, l := range c.LookIns {
		looks[db.ID(l.ID)] = told{}
	}
	if err := words(ctx, tx, community, looks, `SELECT l.id, l.finding AS words, '' AS place FROM look_in l WHERE l.community_id = $1 AND {scope:l} AND l.id IN `); err != nil {
		return c, err
	}
	for i, l := range c.LookIns {
		t := tickets[db.ID(l.Ticket)]
		c.LookIns[i].Title, c.LookIns[i].Place, c.LookIns[i].Finding = t.Words, t.Place, looks[db.ID(l.ID)].Words
	}
	return c, filledWork(ctx, tx, community, c)
}

// filledWork reads the words of hand-overs and inspections.
func filledWork(ctx context.Context, tx *db.Tx, community authz.CommunityID, c Content) error {
	shifts, rounds := map[db.ID]told{}, map[db.ID]told{}
	for _, h := range c.Handovers {
		shifts[db.ID(h.ID)] = told{}
	}
	for _, r := range c.Rounds {
		rounds[db.ID(r.ID)] = told{}
	}
	if err := words(ctx, tx, community, rounds, `SELECT r.id, r.words, f.name AS place FROM facility_record r JOIN facility f ON f.community_id = r.community_id AND f.id = r.facility_id WHERE r.community_id = $1 AND {scope:r} AND r.id IN `); err != nil {
		return err
	}
	for i, r := range c.Rounds {
		c.Rounds[i].Words, c.Rounds[i].Name = rounds[db.ID(r.ID)].Words, rounds[db.ID(r.ID)].Place
	}
	if len(shifts) == 0 {
		return nil
	}
	args, ids := []any{community}, []db.ID{}
	for of := range shifts {
		ids = append(ids, of)
	}
	all, err := db.All[struct {
		ID      db.ID          `db:"id"`
		Content roster.Content `db:"content"`
	}](ctx, tx, `SELECT h.id, h.content FROM shift_handover h WHERE h.community_id = $1 AND {scope:h} AND h.id IN `+db.Among(&args, ids), args...)
	for _, one := range all {
		for i := range c.Handovers {
			if db.ID(c.Handovers[i].ID) == one.ID {
				c.Handovers[i].Events = one.Content.Events
			}
		}
	}
	return err
}

type told struct {
	ID    db.ID  `db:"id"`
	Words string `db:"words"`
	Place string `db:"place"`
}

// words fills a map of ids by a statement that ends with IN.
func words(ctx context.Context, tx *db.Tx, community authz.CommunityID, into map[db.ID]told, q string) error {
	if len(into) == 0 {
		return nil
	}
	args, ids := []any{community}, []db.ID{}
	for of := range into {
		ids = append(ids, of)
	}
	all, err := db.All[told](ctx, tx, q+db.Among(&args, ids), args...)
	for _, one := range all {
		into[one.ID] = one
	}
	return err
}
