package collection

import (
	"context"
	"slices"

	"guanjia/internal/arrears"
	"guanjia/internal/audit"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// Service are the reports of collection; all of them read.
type Service struct {
	DB      *db.DB
	Exports *audit.Service
}

func keyText(k int64) string {
	if k == 0 {
		return none
	}
	return id.Of[Piece](k).String()
}

// Report adds up some months.
func (s *Service) Report(ctx context.Context, who authz.Actor, a Asked) (r Report, err error) {
	if err := a.check(); err != nil {
		return r, err
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		r, err = report(ctx, tx, a)
		return err
	})
	return r, err
}

func report(ctx context.Context, tx *db.Tx, a Asked) (r Report, err error) {
	if err := tx.In(ctx, a.Community); err != nil {
		return r, err
	}
	r = Report{First: a.first(), Last: a.end().Add(-1), Rows: []Row{}}
	sums, err := figures(ctx, tx, a)
	if err != nil {
		return r, err
	}
	known, err := names(ctx, tx, a.Community, a.By)
	if err != nil {
		return r, err
	}
	for _, n := range append(known, named{}) {
		f, is := sums[n.Key]
		if is && f != (Figures{}) {
			r.Rows = append(r.Rows, Row{Key: keyText(n.Key), Name: n.Name, Figures: f}.rated())
			r.Total.Figures = r.Total.plus(f)
		}
	}
	r.Total = r.Total.rated()
	r.Checks, err = checks(ctx, tx, a, r.Total.Figures)
	return r, err
}

// checks hold the report against the ledger.
func checks(ctx context.Context, tx *db.Tx, a Asked, f Figures) ([]Check, error) {
	kinds, received, err := books(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	t, err := tables(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	check := func(name string, report, books money.Fen) Check { return Check{name, report, books, report == books} }
	return []Check{
		check("receivable", f.Open, kinds[ledger.Receivable]), check("income", t.Income, -kinds[ledger.Income]), check("late_income", t.Late+t.Waived, -kinds[ledger.LateIncome]),
		check("prepaid", f.Prepaid, -kinds[ledger.Prepaid]), check("waived", t.Waived, kinds[ledger.Waived]), check("received", t.Received, received),
	}, nil
}

// Ageing is what is open by age today; late fees are computed anew for it.
func (s *Service) Ageing(ctx context.Context, who authz.Actor, a Asked) (g Ageing, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		g, err = ageing(ctx, tx, a)
		return err
	})
	return g, err
}

func ageing(ctx context.Context, tx *db.Tx, a Asked) (g Ageing, err error) {
	if err := tx.In(ctx, a.Community); err != nil {
		return g, err
	}
	if g.AsOf, err = org.Today(ctx, tx, a.Community); err != nil {
		return g, err
	}
	rows, err := aged(ctx, tx, a, g.AsOf)
	if err != nil {
		return g, err
	}
	late, err := accrued(ctx, tx, a, g.AsOf)
	if err != nil {
		return g, err
	}
	known, err := names(ctx, tx, a.Community, a.By)
	if err != nil {
		return g, err
	}
	of := map[int64]Ages{}
	for _, r := range rows {
		r.Late = late[r.Key]
		of[r.Key] = r.Ages
	}
	g.Rows = []AgeRow{}
	for _, n := range append(known, named{}) {
		one := of[n.Key]
		if one.Total == 0 && one.Late == 0 {
			continue
		}
		g.Total.Ages = g.Total.plus(one)
		g.Rows = append(g.Rows, AgeRow{keyText(n.Key), n.Name, one.limited()})
	}
	g.Total.Ages = g.Total.limited()
	return g, nil
}

func (a Ages) limited() Ages {
	if !a.Oldest.IsZero() {
		a.Limit = arrears.LimitOn(a.Running)
	}
	return a
}

const roomsAtOnce = 200

// accrued are the late fees that stand on open lines today.
func accrued(ctx context.Context, tx *db.Tx, a Asked, today clock.Day) (map[int64]money.Fen, error) {
	type place struct {
		Room     housing.RoomID `db:"room_id"`
		Building int64          `db:"building_id"`
	}
	rooms, err := db.All[place](ctx, tx, `SELECT DISTINCT l.room_id, COALESCE(o.building_id, 0) AS building_id`+lineTables+` AND l.due_on < $2 AND l.amount > COALESCE(p.paid, 0) + COALESCE(p.off, 0) AND l.reversed_at IS NULL ORDER BY l.room_id`, a.Community, today, today)
	if err != nil {
		return nil, err
	}
	building := map[housing.RoomID]int64{}
	ids := make([]housing.RoomID, len(rooms))
	for i, r := range rooms {
		ids[i], building[r.Room] = r.Room, r.Building
	}
	out := map[int64]money.Fen{}
	for some := range slices.Chunk(ids, roomsAtOnce) {
		open, err := cashier.Due(ctx, tx, a.Community, some, today)
		if err != nil {
			return nil, err
		}
		for _, o := range open {
			k := building[o.Room]
			switch a.By {
			case "item":
				k = int64(o.Item)
			case "room":
				k = int64(o.Room)
			}
			out[k] += o.Late
		}
	}
	return out, nil
}

// Pieces are what a figure is made of.
func (s *Service) Pieces(ctx context.Context, who authz.Actor, d Detail, after int64, limit int) (out []Piece, err error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, d.Community); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, d.Community)
		if err != nil {
			return err
		}
		out, err = pieces(ctx, tx, d, today, after, limit+1)
		return err
	})
	return out, err
}

// Position is where the list of rooms goes on.
type Position struct {
	Sort string
	Room housing.RoomID
}

// Uncharged are rooms that nothing was billed for.
func (s *Service) Uncharged(ctx context.Context, who authz.Actor, a Asked, from Position, limit int) (out []Uncharged, err error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, a.Community); err != nil {
			return err
		}
		out, err = uncharged(ctx, tx, a, from.Sort, int64(from.Room), limit+1)
		return err
	})
	return out, err
}

// Statement is what happened between a room and the company from a day to
// another, both in it.
func (s *Service) Statement(ctx context.Context, who authz.Actor, id housing.RoomID, from, to clock.Day) (out Statement, err error) {
	if to.Before(from) || beyond(to.Period()) {
		return out, errs.ErrFields.At(errs.Field{Name: "to", Code: "collection.days"})
	}
	err = s.DB.Read(ctx, who, cashier.ActView, func(tx *db.Tx) error {
		room, err := housing.RoomIn(ctx, tx, id)
		if err != nil {
			return err
		}
		place, err := db.One[struct {
			Name  string `db:"name"`
			Phone string `db:"service_phone"`
		}](ctx, tx, `SELECT c.name, c.service_phone FROM (SELECT *, id AS community_id FROM community) c WHERE c.id = $1 AND {scope:c}`, room.Community)
		if err != nil {
			return err
		}
		out = Statement{Room: id, Label: room.Label, Community: place.Name, Phone: place.Phone, From: from, To: to}
		if out.Opening, err = openingOf(ctx, tx, room, from); err != nil {
			return err
		}
		out.Entries, err = entriesOf(ctx, tx, room, from, to.Add(1))
		out.Closing = out.Opening
		for i := range out.Entries {
			out.Closing += out.Entries[i].Fen
			out.Entries[i].Balance = out.Closing
		}
		return err
	})
	return out, err
}
