package arrears

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Instalment is an amount that is to be paid by a day.
type Instalment struct {
	Fen money.Fen `json:"amount"`
	On  clock.Day `json:"on"`
}

// latest is how far ahead somebody may promise.
const latest = 731

func (i Instalment) check(wrong *errs.Fields, at string, after clock.Day) {
	if i.Fen <= 0 {
		wrong.Add(at+"amount", "arrears.negative", nil)
	}
	if !i.On.After(after) || i.On.Sub(after) > latest {
		wrong.Add(at+"on", "arrears.past", nil)
	}
}

// of are the bills that are of a debtor; of nobody in particular: all.
func of(debtor string, all []cashier.Open) []cashier.Open {
	return slices.DeleteFunc(all, func(o cashier.Open) bool { return debtor != "" && o.Debtor != debtor })
}

// debtorOf is who owes a bill of a room; no bill: nobody in particular.
func debtorOf(ctx context.Context, tx *db.Tx, room housing.Room, line billing.LineID) (string, error) {
	if line == 0 {
		return "", nil
	}
	l, err := billing.LineIn(ctx, tx, line)
	if errors.Is(err, db.ErrNotFound) || err == nil && l.Room != room.ID {
		return "", errs.ErrFields.At(errs.Field{Name: "lineId", Code: db.ErrNotFound.Code})
	}
	return l.Debtor, err
}

// fits refuses a promise of more than who promises owes by its day, late fees of
// that day included. Who owes nothing is refused by name elsewhere.
func (i Instalment) fits(ctx context.Context, tx *db.Tx, room housing.Room, debtor, at string) error {
	due, err := cashier.Due(ctx, tx, room.Community, []housing.RoomID{room.ID}, i.On)
	if due = of(debtor, due); err != nil || len(due) == 0 {
		return err
	}
	owed := money.Fen(0)
	for _, o := range due {
		owed += o.Total()
	}
	if i.Fen > owed {
		return errs.ErrFields.At(errs.Field{Name: at + "amount", Code: "arrears.promise_more", Params: map[string]any{"owed": owed.String()}})
	}
	return nil
}

// Promise notes what somebody said will be paid by a day: they are left alone
// until then (ARR-03). line is a bill of theirs; none: it is for everything that
// is owed of the room.
func (s *Service) Promise(ctx context.Context, who authz.Actor, id housing.RoomID, i Instalment, line billing.LineID, words string) (h Household, err error) {
	if err := required("words", &words, false); err != nil {
		return h, err
	}
	err = s.onRoom(ctx, who, ActWork, id, &h, func(tx *db.Tx, room housing.Room, today clock.Day) error {
		var wrong errs.Fields
		i.check(&wrong, "", today.Add(-1))
		if err := wrong.Err(); err != nil {
			return err
		}
		debtor, err := debtorOf(ctx, tx, room, line)
		if err != nil {
			return err
		}
		if err := i.fits(ctx, tx, room, debtor, ""); err != nil {
			return err
		}
		return promised(ctx, tx, room, debtor, today, []Instalment{i}, 0, words)
	})
	return h, err
}

// Plan agrees on instalments for everything that somebody owes, or a household;
// the late fee does not count while it is kept.
func (s *Service) Plan(ctx context.Context, who authz.Actor, id housing.RoomID, all []Instalment, line billing.LineID, words string) (h Household, err error) {
	if err := required("words", &words, false); err != nil {
		return h, err
	}
	err = s.onRoom(ctx, who, ActWork, id, &h, func(tx *db.Tx, room housing.Room, today clock.Day) error {
		open, err := cashier.Due(ctx, tx, room.Community, []housing.RoomID{room.ID}, today)
		if err != nil {
			return err
		}
		debtor, err := debtorOf(ctx, tx, room, line)
		if err != nil {
			return err
		}
		open = of(debtor, open)
		owed, sum, after := money.Fen(0), money.Fen(0), today.Add(-1)
		for _, o := range open {
			owed += o.Open
		}
		var wrong errs.Fields
		for n, i := range all {
			i.check(&wrong, "instalments["+strconv.Itoa(n)+"].", after)
			if sum, err = money.Sum(sum, i.Fen); err != nil {
				return errs.ErrFields.At(errs.Field{Name: "instalments", Code: "wrong_form"})
			}
			after = i.On
		}
		if sum != owed {
			wrong.Add("instalments", "arrears.plan_sum", map[string]any{"sum": sum.String(), "owed": owed.String()})
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		plan := db.NewID[plan](tx)
		for _, o := range open {
			if err := cashier.Pause(ctx, tx, room.Community, o.ID, today, "plan", planSource(plan)); err != nil {
				return err
			}
		}
		return promised(ctx, tx, room, debtor, today, all, plan, words)
	})
	return h, err
}

func planSource(p PlanID) string { return "plan:" + p.String() }

// promised writes promises down; they interrupt the limitation, because who
// promises acknowledges the debt (art. 195).
func promised(ctx context.Context, tx *db.Tx, room housing.Room, debtor string, today clock.Day, all []Instalment, plan PlanID, words string) error {
	there, err := promisesOf(ctx, tx, room.Community, room.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(there, func(p Promise) bool {
		return p.State == "open" && (p.Debtor == debtor || p.Debtor == "" || debtor == "")
	}) {
		return errs.ErrFields.At(errs.Field{Name: "on", Code: "arrears.promise_open"})
	}
	lines, err := db.All[standing](ctx, tx, `SELECT l.id, l.room_id, l.amount - COALESCE(p.paid, 0) AS open `+openLines+` AND l.room_id = $2 AND ($3 = '' OR l.debtor = $3) ORDER BY l.id`, room.Community, room.ID, debtor)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return ErrNothing
	}
	for _, i := range all {
		p := Promise{ID: db.NewID[Promise](tx), Community: room.Community, Room: room.ID, Plan: plan, Fen: i.Fen, On: i.On, Made: today, At: tx.Now, By: tx.Who.ID, ByName: tx.Who.Name, Words: words, Debtor: debtor, State: "open", Version: 1}
		tx.Note(p.Community, "pay_promise:"+p.ID.String(), nil, map[string]any{"room": room.ID, "amount": i.Fen, "on": i.On, "plan": plan, "of": debtor})
		if err := db.Insert(ctx, tx, "pay_promise", p); err != nil {
			return err
		}
		if err := broken(ctx, tx, room.Community, lines, today, "promise", "promise:"+p.ID.String()); err != nil {
			return err
		}
	}
	return closeDuns(ctx, tx, room.Community, room.ID, debtor)
}

// Withdraw takes a promise back, or the whole plan that it is of: the household
// is on the list again, and late fees count.
func (s *Service) Withdraw(ctx context.Context, who authz.Actor, id PromiseID, expect func(int64) error) (h Household, err error) {
	err = s.DB.Write(ctx, who, ActWork, func(tx *db.Tx) error {
		p, err := promise(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(p.Version); err != nil {
			return err
		}
		if p.State != "open" {
			return ErrDone
		}
		today, err := todayAt(ctx, tx, p.Community)
		if err != nil {
			return err
		}
		if err := endPromises(ctx, tx, p, "withdrawn", today); err != nil {
			return err
		}
		tx.Note(p.Community, "pay_promise:"+id.String(), map[string]any{"state": "open"}, map[string]any{"state": "withdrawn"})
		tx.Emit(Changed{p.Community, p.Room})
		tx.Answer(&h)
		h, err = household(ctx, tx, p.Room)
		return err
	})
	return h, err
}

// endPromises ends a promise, and with one of a plan what is left of the plan.
func endPromises(ctx context.Context, tx *db.Tx, p Promise, state string, today clock.Day) error {
	if _, err := tx.Exec(ctx, `UPDATE pay_promise SET state = $1, ended_on = $2, version = version + 1 WHERE community_id = $3 AND id = $4 AND state = 'open' AND {scope}`, state, today, p.Community, p.ID); err != nil || p.Plan == 0 {
		return err
	}
	last := today
	if state == "broken" {
		last, state = p.On, "withdrawn" // late fees count from the day after the missed one
	}
	if state == "withdrawn" {
		if _, err := tx.Exec(ctx, `UPDATE pay_promise SET state = $1, ended_on = $2, version = version + 1 WHERE community_id = $3 AND plan_id = $4 AND state = 'open' AND {scope}`, state, today, p.Community, int64(p.Plan)); err != nil {
			return err
		}
	}
	left, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM pay_promise WHERE community_id = $1 AND plan_id = $2 AND state = 'open' AND {scope}`, p.Community, int64(p.Plan))
	if err != nil || left > 0 {
		return err
	}
	return cashier.Resume(ctx, tx, p.Community, planSource(p.Plan), last)
}

// judge ends the promises of a room that are kept, and those whose day has passed without it.
func judge(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID, today clock.Day) error {
	all, err := promisesOf(ctx, tx, community, room)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(p Promise) bool { return p.State == "withdrawn" || p.State == "broken" })
	if !slices.ContainsFunc(all, func(p Promise) bool { return p.State == "open" }) {
		return nil
	}
	type row struct {
		On     clock.Day `db:"on_day"`
		Debtor string    `db:"debtor"`
		Fen    money.Fen `db:"fen"`
	}
	paid, err := db.All[row](ctx, tx, `SELECT p.on_day, l.debtor, CAST(SUM(x.amount) AS BIGINT) AS fen FROM payment_part x JOIN payment p ON p.community_id = x.community_id AND p.id = x.payment_id JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id
		WHERE x.community_id = $1 AND x.room_id = $2 AND x.reversed_at IS NULL AND {scope:x} GROUP BY p.on_day, l.debtor`, community, room)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b Promise) int { return strings.Compare(a.Debtor, b.Debtor) })
	// Each agreement is judged by itself: what counted for an earlier one does not count again.
	for start := 0; start < len(all); {
		end := start + 1
		for end < len(all) && all[end].Made == all[start].Made && all[end].Plan == all[start].Plan && all[end].Debtor == all[start].Debtor {
			end++
		}
		group := all[start:end]
		is := kept(group, func(since clock.Day) (sum money.Fen) {
			for _, r := range paid {
				if !r.On.Before(since) && (group[0].Debtor == "" || group[0].Debtor == r.Debtor) {
					sum += r.Fen
				}
			}
			return sum
		})
		if err := judged(ctx, tx, group, is, today); err != nil {
			return err
		}
		start = end
	}
	return nil
}

func judged(ctx context.Context, tx *db.Tx, group []Promise, is []bool, today clock.Day) error {
	for i, p := range group {
		state := ""
		switch {
		case p.State != "open":
		case is[i]:
			state = "kept"
		case p.On.Before(today):
			state = "broken"
		}
		if state == "" {
			continue
		}
		if err := endPromises(ctx, tx, p, state, today); err != nil {
			return err
		}
		tx.Note(p.Community, "pay_promise:"+p.ID.String(), map[string]any{"state": "open"}, map[string]any{"state": state})
		if state == "broken" && p.Plan != 0 {
			return nil
		}
	}
	return nil
}

// Paid ends promises that are kept and takes what was paid from the worklist; it handles cashier.Paid.
func (s *Service) Paid(ctx context.Context, tx *db.Tx, e cashier.Paid) error {
	tx.Silent("the payment has its own entry")
	rooms, err := db.All[housing.RoomID](ctx, tx, `SELECT DISTINCT x.room_id FROM payment_part x WHERE x.community_id = $1 AND x.payment_id = $2 AND {scope:x}`, e.Community, e.Payment)
	if err != nil {
		return err
	}
	today, err := todayAt(ctx, tx, e.Community)
	if err != nil {
		return err
	}
	for _, room := range rooms {
		if err := judge(ctx, tx, e.Community, room, today); err != nil {
			return err
		}
		if err := closeIdle(ctx, tx, e.Community, room); err != nil {
			return err
		}
		tx.Emit(Changed{e.Community, room})
	}
	return nil
}

// Voided judges promises anew that the voided payment had kept: they are open
// again, or broken where their day has passed and nothing else keeps them. It
// handles cashier.Voided.
func (s *Service) Voided(ctx context.Context, tx *db.Tx, e cashier.Voided) error {
	tx.Silent("the void has its own entry")
	rooms, err := db.All[housing.RoomID](ctx, tx, `SELECT DISTINCT x.room_id FROM payment_part x WHERE x.community_id = $1 AND x.payment_id = $2 AND x.line_id IS NOT NULL AND {scope:x}`, e.Community, e.Payment)
	if err != nil {
		return err
	}
	today, err := todayAt(ctx, tx, e.Community)
	if err != nil {
		return err
	}
	for _, room := range rooms {
		n, err := tx.Exec(ctx, `UPDATE pay_promise SET state = 'open', ended_on = NULL, version = version + 1 WHERE community_id = $1 AND room_id = $2 AND state = 'kept'
			AND ended_on >= (SELECT p.on_day FROM payment p WHERE p.community_id = $1 AND p.id = $3) AND {scope}`, e.Community, room, e.Payment)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		tx.Note(e.Community, "room:"+room.String(), map[string]any{"promises": "kept"}, map[string]any{"promises": "open", "voided": e.Payment, "n": n})
		if err := judge(ctx, tx, e.Community, room, today); err != nil {
			return err
		}
		tx.Emit(Changed{e.Community, room})
	}
	return nil
}

// closeDuns takes what was to be done about a household from the worklist, or
// about one debtor of it.
func closeDuns(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID, debtor string) error {
	_, err := tx.Exec(ctx, `UPDATE dun SET state = 'closed', version = version + 1 WHERE community_id = $1 AND room_id = $2 AND state = 'open'
		AND ($3 = '' OR NOT EXISTS (SELECT 1 FROM dun_line x JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id WHERE x.community_id = dun.community_id AND x.dun_id = dun.id AND l.debtor <> $3)) AND {scope}`, community, room, debtor)
	return err
}

// closeIdle does so where every line it was about is paid or disputed.
func closeIdle(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) error {
	open, err := db.All[billing.LineID](ctx, tx, `SELECT l.id `+openLines+` AND l.room_id = $2 AND NOT EXISTS (SELECT 1 FROM bill_dispute b WHERE b.community_id = l.community_id AND b.line_id = l.id AND b.ended_at IS NULL)`, community, room)
	if err != nil {
		return err
	}
	args := []any{community, room}
	q := `UPDATE dun SET state = 'closed', version = version + 1 WHERE community_id = $1 AND room_id = $2 AND state = 'open' AND {scope}`
	if len(open) > 0 {
		q += ` AND NOT EXISTS (SELECT 1 FROM dun_line x WHERE x.community_id = dun.community_id AND x.dun_id = dun.id AND x.line_id IN ` + db.Among(&args, open) + `)`
	}
	_, err = tx.Exec(ctx, q, args...)
	return err
}
