package billing

import (
	"context"

	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Owed are the live lines of some rooms of a community, whoever owes them, by
// due day. What was paid on them stands elsewhere.
func Owed(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID) (out []LineView, err error) {
	args := []any{community}
	all, err := db.All[LineView](ctx, tx, views("bill_line", "l.reversed_at")+` WHERE l.community_id = $1 AND l.room_id IN `+db.Among(&args, rooms)+
		` AND l.reversed_at IS NULL AND r.state IN `+ShownStates+` AND {scope:l} ORDER BY l.due_on, l.id`, args...)
	return masked(tx, all), err
}

// lateRule is the rule of late payment of an item from an instant on.
type lateRule struct {
	ID        db.ID             `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Item      ItemID            `db:"item_id"`
	At        clock.Instant     `db:"at"`
	PerDay    money.Rate        `db:"per_day"`
	Grace     int64             `db:"grace"`
	From      fee.LateFrom      `db:"count_from"`
	Cap       money.Rate        `db:"cap"`
}

// Lateness are the rules of late payment of a community's items, as they were and are.
type Lateness map[ItemID][]lateRule

// LateRules reads the rules of late payment of a community.
func LateRules(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Lateness, error) {
	all, err := db.All[lateRule](ctx, tx, `SELECT `+db.Columns[lateRule]("")+` FROM late_rule WHERE community_id = $1 AND {scope} ORDER BY item_id, at, id`, community)
	out := Lateness{}
	for _, r := range all {
		out[r.Item] = append(out[r.Item], r)
	}
	return out, err
}

// Of is the rule under which a line was made: changing an item never changes
// what lateness of a bill costs that is there already (ARR-01). A cap of 0 is none.
func (l Lateness) Of(v LineView) fee.LateRule {
	made := l.when(v)
	if made.PerDay.Sign() <= 0 {
		return fee.LateRule{}
	}
	rule := fee.LateRule{PerDay: made.PerDay.Rat(), Grace: int(made.Grace), From: made.From}
	if made.Cap.Sign() > 0 {
		rule.CapPercent = made.Cap.Rat()
	}
	return rule
}

// PerDay is the rate a day under which a line was made; 0: none.
func (l Lateness) PerDay(v LineView) money.Rate { return l.when(v).PerDay }

func (l Lateness) when(v LineView) (made lateRule) {
	for n, r := range l[v.Item] {
		if n == 0 || r.At <= v.Made {
			made = r
		}
	}
	return made
}

// keepLate writes the rule of an item down for the lines that are made from now on.
func (i Item) keepLate(ctx context.Context, tx *db.Tx) error {
	return db.Insert(ctx, tx, "late_rule", lateRule{db.ID(db.NewID[lateRule](tx)), i.Community, i.ID, tx.Now, i.LatePerDay, i.LateGrace, i.LateFrom, i.LateCap})
}

// sameLate reports whether lateness costs the same by two rules.
func (i ItemRules) sameLate(o ItemRules) bool {
	return i.LatePerDay.Rat().Cmp(o.LatePerDay.Rat()) == 0 && i.LateGrace == o.LateGrace && i.LateFrom == o.LateFrom && i.LateCap.Rat().Cmp(o.LateCap.Rat()) == 0
}

// Reversed are the ids of lines among those given that are reversed.
func Reversed(ctx context.Context, tx *db.Tx, community authz.CommunityID, lines []LineID) ([]LineID, error) {
	args := []any{community}
	return db.All[LineID](ctx, tx, `SELECT id FROM bill_line WHERE community_id = $1 AND id IN `+db.Among(&args, lines)+` AND reversed_at IS NOT NULL AND {scope} ORDER BY id`, args...)
}

// ItemIn is a charge item of the actor's scope.
func ItemIn(ctx context.Context, tx *db.Tx, of ItemID) (Item, error) { return item(ctx, tx, of) }
