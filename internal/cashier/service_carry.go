package cashier

import (
	"context"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
)

// Correct bills another amount in place of a line, inside the caller's
// transaction, whatever was paid on it (BIL-10); 0 bills nothing. Who approved is
// for the caller.
func Correct(ctx context.Context, tx *db.Tx, id billing.LineID, fen money.Fen, reason string) (billing.LineID, error) {
	old, err := billing.LineIn(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	var next billing.LineID
	err = Replace(ctx, tx, old.Community, old.Room, id, func() (_ billing.LineID, err error) {
		next, err = billing.Correct(ctx, tx, id, fen, reason)
		return next, err
	})
	return next, err
}

// Replace has a line reversed by change, which answers with the line that stands
// in its place, 0 for none. What was paid on the old line pays the new one with
// the days on which it was paid; the rest is prepaid for anything. Days on which
// lateness did not count, and what was waived, go along.
func Replace(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID, id billing.LineID, change func() (billing.LineID, error)) error {
	if err := hold(ctx, tx, community, []housing.RoomID{room}); err != nil {
		return err
	}
	early, err := grantedOn(ctx, tx, community, id)
	if err != nil {
		return err
	}
	if len(early) > 0 { // only money is carried
		day, err := BookDay(ctx, tx, community)
		if err != nil {
			return err
		}
		if err := ungrant(ctx, tx, early, day, "corrected"); err != nil {
			return err
		}
	}
	all, err := histories(ctx, tx, community, []billing.LineID{id})
	if err != nil {
		return err
	}
	old, err := billing.LineIn(ctx, tx, id)
	if err != nil {
		return err
	}
	next, err := change()
	if err != nil {
		return err
	}
	h := all[id]
	var line billing.LineView
	if next != 0 {
		if line, err = billing.LineIn(ctx, tx, next); err != nil {
			return err
		}
		if err := along(ctx, tx, community, id, next); err != nil {
			return err
		}
	}
	left, err := carry(ctx, tx, old, line, h, early)
	if err != nil || next == 0 || left <= 0 {
		return err
	}
	return jobs.At(ctx, tx, jobDeduct, line.Run.String()+":"+room.String(), tx.Now, roomOfRun{community, room, line.Run})
}

// along takes pauses and waivers of a line to the one in its place.
func along(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to billing.LineID) error {
	g := tx.Global("the community was looked at; the key holds line and community together")
	type row struct {
		ID  db.ID  `db:"id"`
		Src string `db:"source"`
	}
	for table, columns := range map[string]string{"late_pause": "first_on, last_on, why, source, at, by_name", "late_waiver": "amount, reason, source, on_day, at, by_name"} {
		all, err := db.All[row](ctx, tx, `SELECT x.id, x.source FROM `+table+` x WHERE x.community_id = $1 AND x.line_id = $2 AND {scope:x} ORDER BY x.id`, community, from)
		if err != nil {
			return err
		}
		for _, r := range all {
			if _, err := g.Exec(ctx, `INSERT INTO `+table+` (id, community_id, line_id, `+columns+`) SELECT $1, community_id, $2, `+columns+` FROM `+table+` WHERE community_id = $3 AND id = $4`, db.NewID[pause](tx), to, community, r.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// carry moves what was paid on a reversed line; left is what stays open of the new one.
func carry(ctx context.Context, tx *db.Tx, old, next billing.LineView, h history, early []Payment) (left money.Fen, err error) {
	paid, late := netOf(h.parts, Principal), netOf(h.parts, LateFee)
	reduced, err := again(ctx, tx, early, next, paid)
	if err != nil {
		return 0, err
	}
	moved, _ := carried(paid, reduced.Pays()) // the rest stays prepaid
	left = reduced.Pays() - totalOf(moved)
	if len(paid)+len(late) == 0 {
		return left, nil
	}
	day, err := today(ctx, tx, old.Community)
	if err != nil {
		return 0, err
	}
	var lateMoved []dated
	if next.ID != 0 {
		rules, err := billing.LateRules(ctx, tx, old.Community)
		if err != nil {
			return 0, err
		}
		then := history{pauses: h.pauses, waived: h.waived}
		for _, m := range moved {
			then.parts = append(then.parts, Part{Part: Principal, Fen: m.Fen, Day: m.Day})
		}
		o, err := open(next, then, rules.Of(next), day)
		if err != nil {
			return 0, err
		}
		lateMoved, _ = carried(late, o.Late)
	}
	ahead := Part{ID: db.NewID[Part](tx), Part: Prepaid, Room: old.Room, Fen: totalOf(paid) + totalOf(late)}
	parts, entries := []Part{ahead}, []ledger.Line{}
	back := func(all []dated, kind PartKind) {
		for _, d := range all {
			p := Part{Line: old.ID, Part: kind, Item: old.Item, Room: old.Room, Fen: -d.Fen, Day: d.Day}
			parts, entries = append(parts, p), append(entries, ledger.Line{Debit: p.account(old.Debtor), Credit: prepaid(ahead), Fen: d.Fen})
		}
	}
	again := func(all []dated, kind PartKind) {
		for _, d := range all {
			p := Part{Line: next.ID, Part: kind, Item: next.Item, Room: next.Room, Fen: d.Fen, Day: d.Day}
			taken := Part{Part: Prepaid, Room: next.Room, Fen: -d.Fen, Uses: ahead.ID}
			parts, entries = append(parts, p, taken), append(entries, ledger.Line{Debit: prepaid(ahead), Credit: p.account(next.Debtor), Fen: d.Fen})
		}
	}
	back(paid, Principal)
	back(late, LateFee)
	again(moved, Principal)
	again(lateMoved, LateFee)
	t := Taking{Community: old.Community, Room: old.Room, Customer: old.Customer, Fen: ahead.Fen, Means: ledger.Prepaid, Source: "corrected:" + old.ID.String(), Day: day, NoReceipt: true}
	p, err := book(ctx, tx, t, entries, parts)
	if err == nil && reduced.Earns() > 0 {
		err = grant(ctx, tx, p, early[0].PaidOn, []Open{reduced})
	}
	return left, err
}
