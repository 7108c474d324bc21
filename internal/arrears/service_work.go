package arrears

import (
	"context"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

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
		debtor, err := d.promises(ctx, tx)
		if err != nil {
			return err
		}
		if err := in.Promise.fits(ctx, tx, room, debtor, "promise."); err != nil {
			return err
		}
		if err := promised(ctx, tx, room, debtor, today, []Instalment{*in.Promise}, 0, in.Words); err != nil {
			return err
		}
		d.Version, err = db.One[int64](ctx, tx, `SELECT version FROM dun WHERE id = $1 AND {scope}`, d.ID)
		return err // the promise took the others of this household from the list
	}
	return nil
}

// promises is who promises when a step ends with a promise: who owes all that it
// was about; where there are more, or an owner is asked for a tenant's, nobody in
// particular.
func (d *Dun) promises(ctx context.Context, tx *db.Tx) (string, error) {
	all, err := db.All[string](ctx, tx, `SELECT DISTINCT l.debtor FROM dun_line x JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id WHERE x.community_id = $1 AND x.dun_id = $2 AND l.reversed_at IS NULL AND {scope:x} LIMIT 2`, d.Community, d.ID)
	if err != nil || len(all) != 1 || d.ToOwner {
		return "", err
	}
	return all[0], nil
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
