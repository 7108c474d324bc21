package arrears

import (
	"context"
	"strconv"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
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
	Task     DunID          `db:"task_id" json:"taskId,omitempty"`
	Channel  Channel        `db:"channel" json:"channel,omitempty"`
	Step     string         `db:"step" json:"step,omitempty"`
	TaskOn   clock.Day      `db:"task_on" json:"taskOn,omitzero"`
	Version  int64          `db:"task_version" json:"taskVersion,omitempty"`
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
		out, err = debtors(ctx, tx, f, today, from, limit+1)
		for i := range out {
			out[i].Limit = LimitOn(out[i].From)
		}
		return err
	})
	return out, err
}

// debtors adds up what is overdue by household, and joins what is known of it.
func debtors(ctx context.Context, tx *db.Tx, f Filter, today clock.Day, from Position, limit int) ([]Debtor, error) {
	args := []any{f.Community, today}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	sums := `SELECT l.room_id, CAST(SUM(l.amount - COALESCE(p.paid, 0)) AS BIGINT) AS fen, COUNT(*) AS lines, MIN(l.due_on) AS oldest, MIN(CASE WHEN k.on_day > l.due_on THEN k.on_day ELSE l.due_on END) AS limit_from,
		COUNT(b.id) > 0 AS disputed ` + withBreaks + ` AND l.due_on < $2 GROUP BY l.room_id`
	q := `SELECT s.room_id, o.label, COALESCE(u.name, '') AS building, s.fen, s.lines, s.oldest, s.limit_from, s.disputed, w.on_day AS promise_on, COALESCE(w.fen, 0) AS promised, COALESCE(z.n, 0) AS broken, h.until_on AS hardship_on,
		COALESCE(t.id, 0) AS task_id, COALESCE(t.channel, '') AS channel, COALESCE(t.step, '') AS step, t.on_day AS task_on, COALESCE(t.version, 0) AS task_version
		FROM (` + sums + `) s JOIN room o ON o.community_id = $1 AND o.id = s.room_id LEFT JOIN building u ON u.community_id = o.community_id AND u.id = o.building_id
		LEFT JOIN (SELECT x.room_id, MIN(x.on_day) AS on_day, CAST(SUM(x.amount) AS BIGINT) AS fen FROM pay_promise x WHERE x.community_id = $1 AND x.state = 'open' GROUP BY x.room_id) w ON w.room_id = s.room_id
		LEFT JOIN (SELECT x.room_id, COUNT(*) AS n FROM pay_promise x WHERE x.community_id = $1 AND x.state = 'broken' GROUP BY x.room_id) z ON z.room_id = s.room_id
		LEFT JOIN hardship h ON h.community_id = $1 AND h.room_id = s.room_id AND h.until_on >= $2
		LEFT JOIN dun t ON t.community_id = $1 AND t.id = (SELECT MAX(x.id) FROM dun x WHERE x.community_id = $1 AND x.room_id = s.room_id AND x.state = 'open' AND x.channel <> 'app') WHERE 1 = 1`
	switch f.View {
	case "", "tasks":
		q += ` AND (t.id IS NOT NULL OR COALESCE(z.n, 0) > 0 AND w.on_day IS NULL)`
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
		q += ` AND t.channel = ` + mark(f.Channel)
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

// Breaks are the interruptions of the limitation of the lines of a community
// ($1): served notices, promises, and part payments (Civil Code art. 195).
const Breaks = `SELECT x.line_id, x.on_day FROM limit_break x WHERE x.community_id = $1
	UNION ALL SELECT x.line_id, x.on_day FROM payment_part x WHERE x.community_id = $1 AND x.line_id IS NOT NULL AND x.reversed_at IS NULL`

// withBreaks are open lines with the last interruption of their limitation (k) and an open dispute (b).
const withBreaks = `FROM bill_line l JOIN bill_run r ON r.community_id = l.community_id AND r.id = l.run_id AND r.state IN ` + billing.ShownStates + `
	LEFT JOIN (SELECT x.line_id, CAST(SUM(x.amount) AS BIGINT) AS paid FROM payment_part x WHERE x.community_id = $1 AND x.part = 'principal' AND x.reversed_at IS NULL GROUP BY x.line_id) p ON p.line_id = l.id
	LEFT JOIN (SELECT y.line_id, MAX(y.on_day) AS on_day FROM (` + Breaks + `) y GROUP BY y.line_id) k ON k.line_id = l.id
	LEFT JOIN bill_dispute b ON b.community_id = l.community_id AND b.line_id = l.id AND b.ended_at IS NULL
	WHERE l.community_id = $1 AND l.reversed_at IS NULL AND l.amount > COALESCE(p.paid, 0) AND {scope:l}`

// Outcome is what came of a call, a visit or a notice.
type Outcome struct {
	Result  Result      `json:"result" enum:"reached,promised,refused,wrong_number,not_met,served"`
	Words   string      `json:"words,omitempty" maxLength:"2000"`
	On      clock.Day   `json:"on,omitzero" doc:"served: the day, today if left out"`
	Promise *Instalment `json:"promise,omitempty" doc:"promised: how much by when"`
}

// Done notes what came of a step, in two clicks; a served notice interrupts the
// limitation of every line it was about, and a promise is written down with it.
func (s *Service) Done(ctx context.Context, who authz.Actor, id DunID, expect func(int64) error, in Outcome) (h Household, err error) {
	if err := required("words", &in.Words, false); err != nil {
		return h, err
	}
	err = s.DB.Write(ctx, who, ActWork, func(tx *db.Tx) error {
		d, err := dun(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(d.Version); err != nil {
			return err
		}
		if d.State != OpenDun || d.Channel == ByMessage {
			return ErrDone
		}
		today, err := todayAt(ctx, tx, d.Community)
		if err != nil {
			return err
		}
		if err := d.record(ctx, tx, in, today); err != nil {
			return err
		}
		if err := db.Save(ctx, tx, "dun", &d); err != nil {
			return err
		}
		tx.Note(d.Community, "dun:"+d.ID.String(), map[string]any{"state": OpenDun}, map[string]any{"state": d.State, "result": d.Result})
		tx.Emit(Changed{d.Community, d.Room})
		tx.Answer(&h)
		h, err = household(ctx, tx, d.Room)
		return err
	})
	return h, err
}

func (d *Dun) record(ctx context.Context, tx *db.Tx, in Outcome, today clock.Day) error {
	d.State, d.Result, d.Words, d.DoneAt, d.DoneBy, d.DoneName = DoneDun, in.Result, in.Words, &tx.Now, tx.Who.ID, tx.Who.Name
	switch in.Result {
	case Served:
		if d.Served = in.On; d.Served.IsZero() {
			d.Served = today
		}
		if d.Served.After(today) || d.Served.Before(d.On) {
			return errs.ErrFields.At(errs.Field{Name: "on", Code: "arrears.served_day"})
		}
		lines, err := db.All[billing.LineID](ctx, tx, `SELECT x.line_id FROM dun_line x WHERE x.community_id = $1 AND x.dun_id = $2 AND {scope:x} ORDER BY x.id`, d.Community, d.ID)
		if err != nil {
			return err
		}
		all := make([]standing, len(lines))
		for i, l := range lines {
			all[i].Line = l
		}
		return broken(ctx, tx, d.Community, all, d.Served, "served", "dun:"+d.ID.String())
	case Promised:
		var wrong errs.Fields
		if in.Promise == nil {
			wrong.Add("promise.on", "required", nil)
			return wrong.Err()
		}
		in.Promise.check(&wrong, "promise.", today.Add(-1))
		if err := wrong.Err(); err != nil {
			return err
		}
		room, err := housing.RoomIn(ctx, tx, d.Room)
		if err != nil {
			return err
		}
		if err := in.Promise.fits(ctx, tx, room, "promise."); err != nil {
			return err
		}
		if err := promised(ctx, tx, room, today, []Instalment{*in.Promise}, 0, in.Words); err != nil {
			return err
		}
		d.Version, err = db.One[int64](ctx, tx, `SELECT version FROM dun WHERE id = $1 AND {scope}`, d.ID)
		return err // the promise took the others of this household from the list
	}
	return nil
}

// Effect is what a step brought in.
type Effect struct {
	Step    string    `db:"step" json:"step"`
	Channel Channel   `db:"channel" json:"channel"`
	Days    int64     `db:"days" json:"days"`
	Duns    int64     `db:"duns" json:"duns" doc:"households that were told"`
	Paying  int64     `db:"paying" json:"paying" doc:"of which so many paid something of it within 14 days"`
	Asked   money.Fen `db:"asked" json:"asked"`
	Paid    money.Fen `db:"paid" json:"paid" doc:"of it within 14 days"`
}

// Effects measures the ladder: what was paid within 14 days after each step, of the steps of some days.
func (s *Service) Effects(ctx context.Context, who authz.Actor, community authz.CommunityID, from, to clock.Day) (out []Effect, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[Effect](ctx, tx, `SELECT e.step, e.channel, e.days, COUNT(*) AS duns, CAST(SUM(CASE WHEN e.paid > 0 THEN 1 ELSE 0 END) AS BIGINT) AS paying, CAST(SUM(e.amount) AS BIGINT) AS asked, CAST(SUM(e.paid) AS BIGINT) AS paid FROM (
			SELECT d.id, d.step, d.channel, d.days, d.amount, COALESCE((SELECT SUM(x.amount) FROM payment_part x JOIN dun_line y ON y.community_id = x.community_id AND y.line_id = x.line_id
				WHERE y.community_id = d.community_id AND y.dun_id = d.id AND x.part = 'principal' AND x.reversed_at IS NULL AND x.on_day >= d.on_day AND x.on_day <= d.until_on), 0) AS paid
			FROM dun d WHERE d.community_id = $1 AND d.on_day >= $2 AND d.on_day <= $3 AND d.state <> 'open' AND {scope:d}) e GROUP BY e.step, e.channel, e.days ORDER BY e.days`, community, from, to)
		return err
	})
	return out, err
}
