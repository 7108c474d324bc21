package billing

import (
	"context"
	"slices"
	"strconv"

	"guanjia/internal/housing"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// calculate computes the drafts of a run and what people should look at. It
// goes by pages of rooms, since a run may be of a million of them (BIL-06).
func (s *Service) calculate(ctx context.Context, r Run) error {
	var c *calculation
	if err := s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) (err error) {
		c, err = calculationOf(ctx, tx, r)
		return err
	}); err != nil {
		return err
	}
	if err := s.anew(ctx, r); err != nil {
		return err
	}
	for from, lines := int64(0), 0; ; {
		var rooms []roomIn
		var rows []Row
		if err := s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) (err error) {
			rooms, rows, err = c.page(ctx, tx)
			return err
		}); err != nil {
			return err
		}
		if len(rooms) == 0 {
			r.Summary, r.Amount, r.Total = c.result(), c.amount, int64(lines)
			break
		}
		to := from + int64(len(rooms))
		if err := s.quiet(ctx, func(tx *db.Tx) error {
			if err := r.reach(ctx, tx, from, to, max(to, c.rooms)); err != nil {
				return err
			}
			return keep(ctx, tx, r, rows, lines)
		}); err != nil {
			return err
		}
		from, lines = to, lines+len(rows)
	}
	r.State, r.Done = Calculated, 0
	return s.ended(ctx, r)
}

// anew sets a run back to its beginning, whose drafts an interrupted one may have left.
func (s *Service) anew(ctx context.Context, r Run) error {
	if err := s.quiet(ctx, func(tx *db.Tx) error { return r.reach(ctx, tx, r.Done, 0, r.Total) }); err != nil {
		return err
	}
	for left := int64(1); left > 0; {
		if err := s.quiet(ctx, func(tx *db.Tx) (err error) {
			left, err = tx.Exec(ctx, `DELETE FROM bill_draft WHERE community_id = $1 AND run_id = $2 AND id `+tx.Engine().Chosen(`SELECT d.id FROM bill_draft d WHERE d.run_id = $2 ORDER BY d.n LIMIT `+strconv.Itoa(mostStep))+` AND {scope}`, r.Community, r.ID)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// roomsAtOnce is how many rooms are calculated in one go; tests make it small.
var roomsAtOnce = 500

// calculation is a dry run on its way through the rooms of a community.
type calculation struct {
	book
	totals
	run    Run
	sum    Summary
	rooms  int64 // how many there are
	last   roomIn
	amount money.Fen
}

func calculationOf(ctx context.Context, tx *db.Tx, r Run) (c *calculation, err error) {
	c = &calculation{
		run: r, sum: Summary{Items: []ItemTotal{}, Warnings: []Warning{}},
		book: book{period: r.Period, shares: map[ItemID]map[housing.RoomID][]ShareExplain{}},
	}
	all, err := items(ctx, tx, r.Community)
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		if i.State == "active" && (len(r.Items) == 0 || slices.Contains(r.Items, i.ID.String())) {
			c.items = append(c.items, i)
		}
	}
	if c.tariffs, err = tariffs(ctx, tx, r.Community); err != nil {
		return nil, err
	}
	if c.rooms, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM room WHERE community_id = $1 AND {scope}`, r.Community); err != nil {
		return nil, err
	}
	last, err := lastPeriod(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	c.totals = newTotals(c.items, last)
	return c, c.share(ctx, tx)
}

// page computes the next rooms; none: there are no more.
func (c *calculation) page(ctx context.Context, tx *db.Tx) (list []roomIn, rows []Row, err error) {
	list, err = rooms(ctx, tx, c.run.Community, c.last, roomsAtOnce)
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	if err := known(ctx, tx, c.run, list); err != nil {
		return nil, nil, err
	}
	there, err := live(ctx, tx, c.run, list)
	if err != nil {
		return nil, nil, err
	}
	was, err := before(ctx, tx, c.run, list)
	if err != nil {
		return nil, nil, err
	}
	for _, room := range list {
		mine, warnings := c.bill(room)
		for _, w := range warnings {
			c.sum.warn(w)
		}
		fresh := missing(mine, there, room, &c.book, &c.sum)
		c.room(room, fresh, was, &c.sum)
		for _, row := range fresh {
			c.amount += row.Fen
		}
		rows = append(rows, fresh...)
	}
	c.last = list[len(list)-1]
	return list, rows, nil
}

func (c *calculation) result() Summary {
	c.sum.Items = c.list(c.items)
	return c.sum
}

func (s *Summary) warn(w Warning) {
	if w.Error {
		s.Errors++
	}
	if w.Code == "outlier" {
		s.Outliers++
	}
	if len(s.Warnings) < mostWarnings {
		s.Warnings = append(s.Warnings, w)
	}
}

// share apportions the month's public costs, for which all rooms have to be seen together.
func (c *calculation) share(ctx context.Context, tx *db.Tx) error {
	all, err := costs(ctx, tx, c.run.Community, c.run.Period)
	if err != nil {
		return err
	}
	var list []roomIn
	for _, cost := range all {
		at := slices.IndexFunc(c.items, func(i Item) bool { return i.ID == cost.Item })
		if at < 0 {
			continue
		}
		if list == nil {
			if err := pages(ctx, tx, c.run, func(page []roomIn) error {
				list = append(list, page...)
				return nil
			}); err != nil {
				return err
			}
		}
		parts, err := shared(cost, c.items[at], list)
		if err != nil {
			c.sum.warn(Warning{Code: "not_shared", Item: c.items[at].Name, Error: true, Params: map[string]any{"name": cost.Name, "why": err.Error()}})
			continue
		}
		if c.shares[cost.Item] == nil {
			c.shares[cost.Item] = map[housing.RoomID][]ShareExplain{}
		}
		for room, part := range parts {
			c.shares[cost.Item][room] = append(c.shares[cost.Item][room], part)
		}
	}
	return nil
}

// missing are the rows that no live line stands for. A row that would charge
// days again, other than as they were booked, is a matter for a person.
func missing(mine []Row, there map[place][]liveLine, room roomIn, b *book, sum *Summary) (fresh []Row) {
	for _, row := range mine {
		at := place{row.Room, row.Item, row.Meter, row.Space}
		state := "new"
		for _, l := range there[at] {
			switch {
			case l.From == row.From && l.Debtor == row.Debtor:
				state = "known"
			case row.From.Before(l.To) && l.From.Before(row.To) && state == "new":
				state = "overlap"
			}
		}
		switch state {
		case "new":
			fresh = append(fresh, row)
		case "known":
			sum.Known++
		default:
			name := b.items[slices.IndexFunc(b.items, func(i Item) bool { return i.ID == row.Item })].Name
			sum.warn(Warning{Code: "overlap", Room: room.ID, Label: room.Label, Item: name, Error: true, Params: map[string]any{"from": row.From.String(), "to": row.To.String()}})
		}
	}
	return fresh
}

// totals adds up a dry run and compares it with the month before.
type totals struct{ of map[ItemID]*ItemTotal }

func newTotals(all []Item, last map[ItemID]money.Fen) totals {
	t := totals{map[ItemID]*ItemTotal{}}
	for _, i := range all {
		t.of[i.ID] = &ItemTotal{Item: i.ID, Name: i.Name, Before: last[i.ID]}
	}
	return t
}

// room counts a room's rows; an item that is more than three times what it was, or less than a third, is an outlier.
func (t totals) room(r roomIn, rows []Row, last map[sumOf]money.Fen, sum *Summary) {
	if len(rows) > 0 {
		sum.Rooms++
	}
	mine := map[ItemID]money.Fen{}
	for _, row := range rows {
		one := t.of[row.Item]
		one.Lines++
		one.Amount += row.Fen
		mine[row.Item] += row.Fen
	}
	for item, fen := range mine {
		if was := last[sumOf{r.ID, item}]; was > 0 && (fen > unusual*was || unusual*fen < was) {
			sum.warn(Warning{Code: "outlier", Room: r.ID, Label: r.Label, Item: t.of[item].Name, Params: map[string]any{"was": was.String(), "is": fen.String()}})
		}
	}
}

func (t totals) list(all []Item) (out []ItemTotal) {
	out = []ItemTotal{}
	for _, i := range all {
		if one := t.of[i.ID]; one.Lines > 0 || one.Before > 0 {
			out = append(out, *one)
		}
	}
	return out
}
