package publicity

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// sum is what a side of a year comes to.
type sum struct {
	Year YearID    `db:"year_id"`
	Side string    `db:"side"`
	N    int64     `db:"n"`
	Fen  money.Fen `db:"amount"`
}

// years are those of a community with their balances, the first first.
func years(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Year, error) {
	all, err := db.All[Year](ctx, tx, `SELECT `+db.Columns[Year]("y")+` FROM shared_year y WHERE y.community_id = $1 AND {scope:y} ORDER BY y.year_no`, community)
	if err != nil {
		return nil, err
	}
	sums, err := db.All[sum](ctx, tx, `SELECT e.year_id, e.side, COUNT(*) AS n, CAST(SUM(e.amount) AS BIGINT) AS amount FROM shared_entry e WHERE e.community_id = $1 AND {scope:e} GROUP BY e.year_id, e.side`, community)
	return carried(all, sums), err
}

func one(all []Year, id YearID) Year {
	for _, y := range all {
		if y.ID == id {
			return y
		}
	}
	return Year{}
}

// yearWith is a year and all those of its community.
func yearWith(ctx context.Context, tx *db.Tx, id YearID) (y Year, all []Year, err error) {
	if y, err = db.One[Year](ctx, tx, `SELECT `+db.Columns[Year]("y")+` FROM shared_year y WHERE y.id = $1 AND {scope:y}`, id); err != nil {
		return y, nil, err
	}
	all, err = years(ctx, tx, y.Community)
	return one(all, id), all, err
}

func entry(ctx context.Context, tx *db.Tx, id EntryID) (Entry, error) {
	return db.One[Entry](ctx, tx, `SELECT `+db.Columns[Entry]("e")+` FROM shared_entry e WHERE e.id = $1 AND {scope:e}`, id)
}

// spot is where a page of entries ends.
type spot struct {
	Day clock.Day `json:"d"`
	ID  EntryID   `json:"i"`
}

// entries are those of a year, the latest first, without files.
func entries(ctx context.Context, tx *db.Tx, y Year, before spot, limit int) ([]EntryView, error) {
	last := "9999-12-31"
	if before.ID != 0 {
		last = before.Day.String()
	} else {
		before.ID = 1<<63 - 1
	}
	return db.All[EntryView](ctx, tx, `SELECT `+db.Columns[Entry]("e")+`, c.day AS corrected_on, w.day AS wrong_day FROM shared_entry e
		LEFT JOIN shared_entry c ON c.community_id = e.community_id AND c.corrects_id = e.id LEFT JOIN shared_entry w ON w.community_id = e.community_id AND w.id = e.corrects_id
		WHERE e.community_id = $1 AND e.year_id = $2 AND (e.day < $3 OR e.day = $3 AND e.id < $4) AND {scope:e} ORDER BY e.day DESC, e.id DESC LIMIT $5`, y.Community, y.ID, last, int64(before.ID), limit)
}

// touched holds a year that is open, so that nobody closes it meanwhile.
func touched(ctx context.Context, tx *db.Tx, y Year) error {
	n, err := tx.Exec(ctx, `UPDATE shared_year SET version = version + 1 WHERE id = $1 AND state = 'open' AND {scope}`, y.ID)
	if err == nil && n == 0 {
		err = errs.ErrFields.At(errs.Field{Name: "day", Code: ErrClosed.Code, Params: map[string]any{"year": y.No}})
	}
	return err
}

// openYear is the year of a day, which it begins where nothing is kept of it yet.
func openYear(ctx context.Context, tx *db.Tx, community authz.CommunityID, on clock.Day) (y Year, err error) {
	all, err := years(ctx, tx, community)
	if err != nil {
		return y, err
	}
	if err := room(all, on.Year()); err != nil {
		return y, err
	}
	for _, y := range all {
		if y.No == int64(on.Year()) {
			return y, touched(ctx, tx, y)
		}
	}
	y = Year{ID: db.NewID[Year](tx), Community: community, No: int64(on.Year()), State: "open", Version: 1}
	if err = db.Insert(ctx, tx, "shared_year", y); db.Unique(err, "shared_year_once", "shared_year.community_id, shared_year.year_no") {
		err = ErrNotNow
	}
	return y, err
}

func inspection(ctx context.Context, tx *db.Tx, id InspectionID) (Inspection, error) {
	i, err := db.One[Inspection](ctx, tx, `SELECT `+db.Columns[Inspection]("i")+` FROM charge_inspection i WHERE i.id = $1 AND {scope:i}`, id)
	if err != nil {
		return i, err
	}
	some := []Inspection{i}
	err = filled(ctx, tx, some)
	return some[0], err
}

// Filter narrows the register of inspections.
type Filter struct {
	Community authz.CommunityID `query:"community" required:"true"`
	State     string            `query:"state" enum:"open,done" default:"open"`
}

// place is where a page of inspections ends.
type place struct {
	Due clock.Day    `json:"d"`
	ID  InspectionID `json:"i"`
}

// inspections are those of a community: open ones by their deadline, what is overdue first; done ones the latest first.
func inspections(ctx context.Context, tx *db.Tx, f Filter, after place, limit int) ([]Inspection, error) {
	from := "0001-01-01"
	if after.ID != 0 {
		from = after.Due.String()
	}
	where, order := `(i.due_on > $3 OR i.due_on = $3 AND i.id > $4)`, `i.due_on, i.id`
	if f.State == "done" {
		where, order = `(i.due_on < $3 OR i.due_on = $3 AND i.id < $4)`, `i.due_on DESC, i.id DESC`
		if after.ID == 0 {
			from, after.ID = "9999-12-31", 1<<63-1
		}
	}
	all, err := db.All[Inspection](ctx, tx, `SELECT `+db.Columns[Inspection]("i")+` FROM charge_inspection i WHERE i.community_id = $1 AND i.state = $2 AND `+where+` AND {scope:i} ORDER BY `+order+` LIMIT $5`, f.Community, f.State, from, int64(after.ID), limit)
	if err != nil || len(all) == 0 {
		return all, err
	}
	return all, filled(ctx, tx, all)
}
