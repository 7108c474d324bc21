package arrears

import (
	"context"
	"slices"
	"strconv"

	"guanjia/internal/billing"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Filter chooses households that owe (ARR-05).
type Filter struct {
	Community authz.CommunityID  `query:"community" required:"true"`
	View      string             `query:"view" enum:"tasks,all,broken,promised,disputed,limit," doc:"tasks: something is to be done now; limit: the limitation period ends within six months; left out: tasks"`
	Building  housing.BuildingID `query:"building"`
	Channel   string             `query:"channel" enum:"print,call,visit,lawyer,suit,"`
	Sort      string             `query:"sort" enum:"amount,age," doc:"the most, or the oldest, first"`
}

// Debtor is a household that owes, as the worklist shows it.
type Debtor struct {
	Room     housing.RoomID `db:"room_id" json:"roomId"`
	Label    string         `db:"label" json:"label"`
	Building string         `db:"building" json:"building"`
	Fen      money.Fen      `db:"fen" json:"amount" doc:"principal past its due day"`
	Lines    int            `db:"lines" json:"lines"`
	Oldest   clock.Day      `db:"oldest" json:"oldest" doc:"the first due day"`
	Limit    clock.Day      `db:"-" json:"limit" doc:"the first day on which something can no longer be claimed"`
	From     clock.Day      `db:"limit_from" json:"-"`
	Disputed bool           `db:"disputed" json:"disputed"`
	Promise  clock.Day      `db:"promise_on" json:"promiseOn,omitzero"`
	Promised money.Fen      `db:"promised" json:"promised,omitempty"`
	Broken   int            `db:"broken" json:"broken" doc:"promises"`
	Hardship clock.Day      `db:"hardship_on" json:"hardshipUntil,omitzero"`
	Tasks    []Task         `db:"-" json:"tasks" doc:"what is to be done about it, the longest waiting first"`
}

// Task is one thing that is to be done about a household: an open step of the
// ladder, with what of its bills is still open and not in dispute. The owners of
// a room and each of its tenants have their own.
type Task struct {
	ID      DunID          `db:"id" json:"id"`
	Room    housing.RoomID `db:"room_id" json:"-"`
	Step    string         `db:"step" json:"step"`
	Channel Channel        `db:"channel" json:"channel" enum:"print,call,visit,lawyer,suit"`
	Days    int64          `db:"days" json:"days" doc:"of the step, after the due day"`
	On      clock.Day      `db:"on_day" json:"on" doc:"since when"`
	Tenant  bool           `db:"tenant" json:"tenant,omitempty" doc:"it is about lines that a tenant pays"`
	ToOwner bool           `db:"to_owner" json:"toOwner,omitempty" doc:"it asks the owner for what a tenant did not pay"`
	Who     []string       `db:"-" json:"who" doc:"who owes these bills; empty: the developer, or the owners are asked for a tenant's"`
	Months  []clock.Period `db:"-" json:"months" doc:"of the bills"`
	Lines   int            `db:"-" json:"lines" doc:"bills that are still open"`
	Fen     money.Fen      `db:"-" json:"amount" doc:"their principal"`

	owe []string // owner, tenant, developer: who owes something of it
}

// Position is where a list goes on.
type Position struct {
	Fen  money.Fen
	Day  clock.Day
	Room housing.RoomID
}

// Worklist are the households that owe, by amount or age.
func (s *Service) Worklist(ctx context.Context, who authz.Actor, f Filter, from Position, limit int) (out []Debtor, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		today, err := todayAt(ctx, tx, f.Community)
		if err != nil {
			return err
		}
		if out, err = debtors(ctx, tx, f, today, from, limit+1); err != nil {
			return err
		}
		return withTasks(ctx, tx, f.Community, today, out)
	})
	return out, err
}

// debtors adds up what is overdue by household, and joins what is known of it.
func debtors(ctx context.Context, tx *db.Tx, f Filter, today clock.Day, from Position, limit int) ([]Debtor, error) {
	args := []any{f.Community, today}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	sums := `SELECT l.room_id, CAST(SUM(l.amount - COALESCE(p.paid, 0)) AS BIGINT) AS fen, COUNT(*) AS lines, MIN(l.due_on) AS oldest, MIN(CASE WHEN k.on_day > l.due_on THEN k.on_day ELSE l.due_on END) AS limit_from,
		COUNT(b.id) > 0 AS disputed ` + withBreaks + ` AND l.due_on < $2 GROUP BY l.room_id`
	q := `SELECT s.room_id, o.label, COALESCE(u.name, '') AS building, s.fen, s.lines, s.oldest, s.limit_from, s.disputed, w.on_day AS promise_on, COALESCE(w.fen, 0) AS promised, COALESCE(z.n, 0) AS broken, h.until_on AS hardship_on
		FROM (` + sums + `) s JOIN room o ON o.community_id = $1 AND o.id = s.room_id LEFT JOIN building u ON u.community_id = o.community_id AND u.id = o.building_id
		LEFT JOIN (SELECT x.room_id, MIN(x.on_day) AS on_day, CAST(SUM(x.amount) AS BIGINT) AS fen FROM pay_promise x WHERE x.community_id = $1 AND x.state = 'open' GROUP BY x.room_id) w ON w.room_id = s.room_id
		LEFT JOIN (SELECT x.room_id, COUNT(*) AS n FROM pay_promise x WHERE x.community_id = $1 AND x.state = 'broken' GROUP BY x.room_id) z ON z.room_id = s.room_id
		LEFT JOIN hardship h ON h.community_id = $1 AND h.room_id = s.room_id AND h.until_on >= $2 WHERE 1 = 1`
	todo := `EXISTS (SELECT 1 FROM dun x WHERE x.community_id = $1 AND x.room_id = s.room_id AND x.state = 'open' AND x.channel <> 'app'`
	switch f.View {
	case "", "tasks":
		q += ` AND (` + todo + `) OR COALESCE(z.n, 0) > 0 AND w.on_day IS NULL)`
	case "broken":
		q += ` AND z.n > 0 AND w.on_day IS NULL`
	case "promised":
		q += ` AND w.on_day IS NOT NULL`
	case "disputed":
		q += ` AND s.disputed`
	case "limit":
		q += ` AND s.limit_from <= ` + mark(limitFrom(today.Add(limitWarning)))
	}
	if f.Building != 0 {
		q += ` AND o.building_id = ` + mark(f.Building)
	}
	if f.Channel != "" {
		q += ` AND ` + todo + ` AND x.channel = ` + mark(f.Channel) + `)`
	}
	order := ` ORDER BY s.fen DESC, s.room_id LIMIT `
	switch {
	case f.Sort == "age" && from.Room != 0:
		day, room := mark(from.Day), mark(from.Room)
		q += ` AND (s.oldest, s.room_id) > (` + day + `, ` + room + `)`
	case from.Room != 0:
		fen, room := mark(from.Fen), mark(from.Room)
		q += ` AND (s.fen < ` + fen + ` OR s.fen = ` + fen + ` AND s.room_id > ` + room + `)`
	}
	if f.Sort == "age" {
		order = ` ORDER BY s.oldest, s.room_id LIMIT `
	}
	return db.All[Debtor](ctx, tx, q+order+mark(limit), args...)
}

// withTasks adds to households what is to be done about each.
func withTasks(ctx context.Context, tx *db.Tx, community authz.CommunityID, today clock.Day, all []Debtor) error {
	if len(all) == 0 {
		return nil
	}
	at, rooms := map[housing.RoomID]*Debtor{}, make([]housing.RoomID, len(all))
	for i := range all {
		all[i].Limit, all[i].Tasks, rooms[i] = LimitOn(all[i].From), []Task{}, all[i].Room
		at[all[i].Room] = &all[i]
	}
	type row struct {
		Task
		Period clock.Period `db:"period"`
		Name   string       `db:"name"`
		Legal  string       `db:"legal"`
		Open   money.Fen    `db:"open"`
		Owes   string       `db:"owes"`
	}
	args := []any{community, today}
	sight := customer.SightOf(tx.Who, community)
	return db.Each(ctx, tx, `SELECT d.id, d.room_id, d.step, d.channel, d.days, d.on_day, d.to_owner, d.debtor <> '' AS tenant, l.period, COALESCE(c.name, '') AS name, COALESCE(c.kind, '') AS legal,
		CASE WHEN `+billing.OfTenants+` THEN 'tenant' WHEN l.customer_id IS NULL THEN 'developer' ELSE 'owner' END AS owes,
		COALESCE(l.amount, 0) - COALESCE((SELECT SUM(p.amount) FROM payment_part p WHERE p.community_id = l.community_id AND p.line_id = l.id AND p.part = 'principal' AND p.reversed_at IS NULL), 0) AS open
		FROM dun d LEFT JOIN dun_line x ON x.community_id = d.community_id AND x.dun_id = d.id
		LEFT JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id AND l.reversed_at IS NULL`+stopped+`
		LEFT JOIN customer c ON c.community_id = d.community_id AND c.id = l.customer_id
		WHERE d.community_id = $1 AND d.room_id IN `+db.Among(&args, rooms)+` AND d.state = 'open' AND d.channel <> 'app' AND {scope:d} ORDER BY d.on_day, d.id, l.period, l.id`, args, func(r row) error {
		tasks := &at[r.Room].Tasks
		if n := len(*tasks); n == 0 || (*tasks)[n-1].ID != r.ID {
			r.Who, r.Months = []string{}, []clock.Period{}
			*tasks = append(*tasks, r.Task)
		}
		(*tasks)[len(*tasks)-1].add(r.Period, r.Open, r.Owes, sight.Name(r.Name, r.Legal == string(customer.Organisation)))
		return nil
	})
}

// add counts a bill that is still open; a step all of whose bills are in dispute has none.
func (t *Task) add(month clock.Period, open money.Fen, owes, who string) {
	if open <= 0 {
		return
	}
	t.Lines, t.Fen = t.Lines+1, t.Fen+open
	if !slices.Contains(t.owe, owes) {
		t.owe = append(t.owe, owes)
	}
	if !slices.Contains(t.Months, month) {
		t.Months = append(t.Months, month)
	}
	if who != "" && !t.ToOwner && !slices.Contains(t.Who, who) {
		t.Who = append(t.Who, who)
	}
}
