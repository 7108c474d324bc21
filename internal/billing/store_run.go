package billing

import (
	"context"
	"strconv"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

func today(ctx context.Context, tx *db.Tx, community authz.CommunityID) (clock.Day, error) {
	return org.Today(ctx, tx, community)
}

func run(ctx context.Context, tx *db.Tx, id RunID) (Run, error) {
	return db.One[Run](ctx, tx, `SELECT `+db.Columns[Run]("r")+` FROM bill_run r WHERE r.id = $1 AND {scope:r}`, id)
}

func runs(ctx context.Context, tx *db.Tx, community authz.CommunityID, before RunID, limit int) ([]Run, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return db.All[Run](ctx, tx, `SELECT `+db.Columns[Run]("r")+` FROM bill_run r WHERE r.community_id = $1 AND r.id < $2 AND r.state <> 'dropped' AND r.kind = 'period' AND {scope:r} ORDER BY r.id DESC LIMIT $3`, community, int64(before), limit)
}

// place is what a line is for: two live lines of one place do not overlap.
type place struct {
	Room  housing.RoomID `db:"room_id"`
	Item  ItemID         `db:"item_id"`
	Meter MeterID        `db:"meter_id"`
	Space db.ID          `db:"space_id"`
}

type liveLine struct {
	place
	From   clock.Day `db:"from_on"`
	To     clock.Day `db:"to_on"`
	Debtor string    `db:"debtor"`
}

// live are the lines of some rooms that reach into the days that a run bills.
func live(ctx context.Context, tx *db.Tx, r Run, of []roomIn) (map[place][]liveLine, error) {
	out := map[place][]liveLine{}
	args := []any{r.Community, r.Period.First(), r.Period.Add(12).First()}
	marks := db.Among(&args, ids(of))
	err := db.Each(ctx, tx, `SELECT l.room_id, l.item_id, l.meter_id, l.space_id, l.from_on, l.to_on, l.debtor FROM bill_line l
		WHERE l.community_id = $1 AND l.to_on > $2 AND l.from_on < $3 AND l.reversed_at IS NULL AND {scope:l} AND l.room_id IN `+marks, args, func(l liveLine) error {
		out[l.place] = append(out[l.place], l)
		return nil
	})
	return out, err
}

func ids(rooms []roomIn) []housing.RoomID {
	out := make([]housing.RoomID, len(rooms))
	for i, r := range rooms {
		out[i] = r.ID
	}
	return out
}

type sumOf struct {
	Room housing.RoomID `db:"room_id"`
	Item ItemID         `db:"item_id"`
}

// before is what was booked for each item of some rooms in the month before.
func before(ctx context.Context, tx *db.Tx, r Run, of []roomIn) (map[sumOf]money.Fen, error) {
	type row struct {
		sumOf
		Fen money.Fen `db:"fen"`
	}
	out := map[sumOf]money.Fen{}
	args := []any{r.Community, r.Period.Add(-1)}
	marks := db.Among(&args, ids(of))
	err := db.Each(ctx, tx, `SELECT l.room_id, l.item_id, CAST(SUM(l.amount) AS BIGINT) AS fen FROM bill_line l WHERE l.community_id = $1 AND l.period = $2 AND l.reversed_at IS NULL AND {scope:l}
		AND l.room_id IN `+marks+` GROUP BY l.room_id, l.item_id`, args, func(x row) error { out[x.sumOf] = x.Fen; return nil })
	return out, err
}

// lastPeriod is what was booked for each item in the month before.
func lastPeriod(ctx context.Context, tx *db.Tx, r Run) (map[ItemID]money.Fen, error) {
	type row struct {
		Item ItemID    `db:"item_id"`
		Fen  money.Fen `db:"fen"`
	}
	out := map[ItemID]money.Fen{}
	err := db.Each(ctx, tx, `SELECT l.item_id, CAST(SUM(l.amount) AS BIGINT) AS fen FROM bill_line l WHERE l.community_id = $1 AND l.period = $2 AND l.reversed_at IS NULL AND {scope:l} GROUP BY l.item_id`,
		[]any{r.Community, r.Period.Add(-1)}, func(x row) error { out[x.Item] = x.Fen; return nil })
	return out, err
}

// views selects lines, or drafts, as people see them.
func views(table, reversed string) string {
	return `SELECT ` + db.Columns[Row]("l") + `, ` + reversed + ` AS reversed_at, i.name AS item_name, i.name_en AS item_name_en, o.label, o.label_key AS short, COALESCE(c.name, '') AS who, COALESCE(c.kind, '') AS legal,
	COALESCE(t.document, '') AS document, COALESCE(t.explanation, '') AS explanation, r.decided_by_name AS approver, r.at AS made_at, r.kind = 'period' AS of_run
	FROM ` + table + ` l JOIN bill_run r ON r.community_id = l.community_id AND r.id = l.run_id JOIN charge_item i ON i.community_id = l.community_id AND i.id = l.item_id
	JOIN room o ON o.community_id = l.community_id AND o.id = l.room_id LEFT JOIN customer c ON c.community_id = l.community_id AND c.id = l.customer_id
	LEFT JOIN tariff t ON t.community_id = l.community_id AND t.id = l.tariff_id`
}

// ShownStates are those of a run whose lines people see, for SQL.
const ShownStates = `('booked', 'cancel_asked', 'cancelling', 'cancelled')`

func ofRoom(ctx context.Context, tx *db.Tx, room housing.Room, limit int) ([]LineView, error) {
	all, err := db.All[LineView](ctx, tx, views("bill_line", "l.reversed_at")+` WHERE l.community_id = $1 AND l.room_id = $2 AND r.state IN `+ShownStates+` AND {scope:l} ORDER BY l.period DESC, l.due_on, i.code, l.from_on, l.id LIMIT $3`, room.Community, room.ID, limit)
	if err == nil {
		err = Pictured(ctx, tx, room.Community, pointers(all))
	}
	return masked(tx, all), err
}

func pointers(all []LineView) []*LineView {
	out := make([]*LineView, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}

func line(ctx context.Context, tx *db.Tx, id LineID) (LineView, error) {
	v, err := db.One[LineView](ctx, tx, views("bill_line", "l.reversed_at")+` WHERE l.id = $1 AND r.state IN `+ShownStates+` AND {scope:l}`, id)
	if err == nil {
		err = Pictured(ctx, tx, v.Community, []*LineView{&v})
	}
	return masked(tx, []LineView{v})[0], err
}

// ofRun are the lines of a run in the order of the register: its drafts until they are booked.
func ofRun(ctx context.Context, tx *db.Tx, r Run, item ItemID, after int64, limit int) ([]LineView, error) {
	q := views("bill_draft", "CAST(NULL AS BIGINT)")
	if r.shown() {
		q = views("bill_line", "l.reversed_at")
	}
	args := []any{r.Community, r.ID, after}
	q += ` WHERE l.community_id = $1 AND l.run_id = $2 AND l.n > $3 AND {scope:l}`
	if item != 0 {
		args = append(args, item)
		q += ` AND l.item_id = $4`
	}
	args = append(args, limit)
	all, err := db.All[LineView](ctx, tx, q+` ORDER BY l.n LIMIT $`+strconv.Itoa(len(args)), args...)
	return masked(tx, all), err
}

func (r Run) shown() bool {
	return r.State == BookedRun || r.State == CancelAsked || r.State == Cancelling || r.State == Cancelled
}

// masked shows names to who may see them (CUS-04).
func masked(tx *db.Tx, all []LineView) []LineView {
	for i := range all {
		v := &all[i]
		v.Tenant = v.ToTenants()
		if v.Who != "" {
			v.Who = customer.SightOf(tx.Who, v.Community).Name(v.Who, v.Legal == string(customer.Organisation))
		}
		v.Explain.Rounding.Unit, v.Explain.Rounding.Mode = orElse(v.Explain.Rounding.Unit, money.UnitFen), orElse(v.Explain.Rounding.Mode, money.HalfUp)
	}
	return all
}

func orElse[T ~string](v, other T) T {
	if v == "" {
		return other
	}
	return v
}

// bookedOf counts what a run really booked.
func bookedOf(ctx context.Context, tx *db.Tx, r Run) (lines int64, sum money.Fen, err error) {
	row, err := db.One[struct {
		N   int64     `db:"n"`
		Fen money.Fen `db:"fen"`
	}](ctx, tx, `SELECT COUNT(*) AS n, CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS fen FROM bill_line WHERE community_id = $1 AND run_id = $2 AND {scope}`, r.Community, r.ID)
	return row.N, row.Fen, err
}

// BilledOf is what a room was billed, the latest six months first.
func BilledOf(ctx context.Context, tx *db.Tx, room housing.Room) ([]Billed, error) {
	return db.All[Billed](ctx, tx, `SELECT l.period, CAST(SUM(l.amount) AS BIGINT) AS fen, COUNT(*) AS lines, MIN(l.due_on) AS due_on FROM bill_line l JOIN bill_run r ON r.community_id = l.community_id AND r.id = l.run_id
		WHERE l.community_id = $1 AND l.room_id = $2 AND l.reversed_at IS NULL AND r.state IN `+ShownStates+` AND {scope:l} GROUP BY l.period ORDER BY l.period DESC LIMIT 6`, room.Community, room.ID)
}

// Billed is what a room was billed for a month.
type Billed struct {
	Period clock.Period `db:"period"`
	Fen    money.Fen    `db:"fen"`
	Lines  int          `db:"lines"`
	Due    clock.Day    `db:"due_on"` // the first
}
