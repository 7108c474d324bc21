package cashier

import (
	"context"
	"errors"
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
)

// uses turns what fee.Deduct says into parts and entries: each takes from one prepayment.
func uses(all []fee.Use, from []left, lines map[string]Open, kind map[string]PartKind) (parts []Part, out []ledger.Line) {
	by := map[string]left{}
	for _, l := range from {
		by[l.ID.String()] = l
	}
	for _, u := range all {
		o, l := lines[u.Line], by[u.Prepayment]
		paid := Part{Line: o.ID, Part: kind[u.Line], Item: o.Item, Room: o.Room, Fen: u.Fen}
		taken := Part{Part: Prepaid, Item: l.Item, Room: l.Room, Fen: -u.Fen, Uses: l.ID}
		parts = append(parts, paid, taken)
		out = append(out, ledger.Line{Debit: prepaid(taken), Credit: paid.account(o.Debtor), Fen: u.Fen})
	}
	return parts, out
}

func prepayments(from []left) []fee.Prepayment {
	out := make([]fee.Prepayment, len(from))
	for i, l := range from {
		out[i] = fee.Prepayment{ID: l.ID.String(), Day: l.Day, Fen: l.Fen}
		if l.Item != 0 {
			out[i].Item = l.Item.String()
		}
	}
	return out
}

// apply pays lines from what a room has prepaid, as a cashier asks: late fees
// and principal in the order of FAR-11, from prepayments in that of FAR-12.
func apply(ctx context.Context, tx *db.Tx, t Taking) (Payment, error) {
	day, err := today(ctx, tx, t.Community)
	if err != nil {
		return Payment{}, err
	}
	due, err := Due(ctx, tx, t.Community, t.Rooms, day)
	if err != nil {
		return Payment{}, err
	}
	if err := t.ordered(ctx, tx); err != nil {
		return Payment{}, err
	}
	parts, over, earned := shared(t, due)
	if over > 0 {
		return Payment{}, ErrOver.With("rest", over.String())
	}
	from, err := aheads(ctx, tx, t.Community, t.Room)
	if err != nil {
		return Payment{}, err
	}
	// Each part is a matter of its own for the deduction, in the order of the allocation.
	var booked []fee.Booked
	lines, kinds, byID := map[string]Open{}, map[string]PartKind{}, map[billing.LineID]Open{}
	for _, o := range due {
		byID[o.ID] = o
	}
	for _, p := range parts {
		key := p.Line.String() + string(p.Part)
		lines[key], kinds[key] = byID[p.Line], p.Part
		booked = append(booked, fee.Booked{Line: key, Item: p.Item.String(), Fen: p.Fen})
	}
	owned, err := ownedBy(ctx, tx, t.Community, t.Room)
	if err != nil {
		return Payment{}, err
	}
	drawn, short, err := owned.drawn(booked, lines, from)
	if err != nil || short > 0 {
		return Payment{}, errors.Join(err, ErrTooLittle.With("short", short.String()))
	}
	t.Day, t.NoReceipt = day, true
	rows, entries := uses(slices.Concat(drawn...), from, lines, kinds)
	p, err := book(ctx, tx, t, entries, rows)
	if err != nil {
		return p, err
	}
	return p, grant(ctx, tx, p, day, earned)
}

// What is done for a room after a run moved.
const (
	jobDeduct  = "cashier.deduct"
	jobRelease = "cashier.release"
	jobRooms   = "cashier.rooms"
)

type roomOfRun struct {
	Community authz.CommunityID `json:"community"`
	Room      housing.RoomID    `json:"room"`
	Run       billing.RunID     `json:"run"`
}

// Where belongs to the community in the list of jobs.
func (r roomOfRun) Where() authz.CommunityID { return r.Community }

// Schedule registers what follows bill runs.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.On(r, "cashier.run_moved", s.RunMoved)
	jobs.Handle(r, jobDeduct, s.deduct)
	jobs.Handle(r, jobRelease, s.release)
	jobs.Handle(r, jobRooms, s.rooms)
}

// RunMoved has each room whose lines were booked pay them from what it has
// prepaid (PAY-05), and each whose paid lines were reversed get that as prepaid:
// some rooms at a time, for a run may have very many.
func (s *Service) RunMoved(ctx context.Context, tx *db.Tx, e billing.Moved) error {
	tx.Silent("each room has payments of its own")
	if e.State != billing.BookedRun && e.State != billing.Cancelled {
		return nil
	}
	return s.rooms(ctx, tx, roomsOfRun{Community: e.Community, Run: e.Run, Cancelled: e.State == billing.Cancelled})
}

// roomsOfRun are the rooms of a run behind one of them.
type roomsOfRun struct {
	Community authz.CommunityID `json:"community"`
	Run       billing.RunID     `json:"run"`
	Cancelled bool              `json:"cancelled,omitempty"`
	After     housing.RoomID    `json:"after,omitempty"`
}

// Where belongs to the community in the list of jobs.
func (r roomsOfRun) Where() authz.CommunityID { return r.Community }

const roomsAtOnce = 1000

const (
	hasPrepaid = `SELECT DISTINCT l.room_id FROM bill_line l JOIN payment_part x ON x.community_id = l.community_id AND x.room_id = l.room_id AND x.line_id IS NULL AND x.part = 'prepaid' AND x.reversed_at IS NULL
		WHERE l.community_id = $1 AND l.run_id = $2 AND l.room_id > $3 AND l.reversed_at IS NULL AND {scope:l} ORDER BY l.room_id LIMIT $4`
	hasPaid = `SELECT DISTINCT l.room_id FROM bill_line l JOIN payment_part x ON x.community_id = l.community_id AND x.line_id = l.id AND x.reversed_at IS NULL
		WHERE l.community_id = $1 AND l.run_id = $2 AND l.room_id > $3 AND l.reversed_at IS NOT NULL AND {scope:l} ORDER BY l.room_id LIMIT $4`
)

// rooms asks for the work on some rooms of a run, and for the next of them.
func (s *Service) rooms(ctx context.Context, tx *db.Tx, r roomsOfRun) error {
	tx.Silent("each room has payments of its own")
	job, which := jobDeduct, hasPrepaid
	if r.Cancelled {
		job, which = jobRelease, hasPaid
	}
	all, err := db.All[housing.RoomID](ctx, tx, which, r.Community, r.Run, int64(r.After), roomsAtOnce)
	if err != nil {
		return err
	}
	for _, room := range all {
		if err := jobs.At(ctx, tx, job, r.Run.String()+":"+room.String(), tx.Now, roomOfRun{r.Community, room, r.Run}); err != nil {
			return err
		}
	}
	if len(all) < roomsAtOnce {
		return nil
	}
	r.After = all[len(all)-1]
	return jobs.At(ctx, tx, jobRooms, r.Run.String()+":"+r.After.String(), tx.Now, r)
}

// deduct pays the lines of a room that a run booked from what the room has
// prepaid: one payment for each line, under a source of its own, so that doing
// it again does nothing.
func (s *Service) deduct(ctx context.Context, tx *db.Tx, r roomOfRun) error {
	if err := hold(ctx, tx, r.Community, []housing.RoomID{r.Room}); err != nil {
		return err
	}
	day, err := today(ctx, tx, r.Community)
	if err != nil {
		return err
	}
	due, err := Due(ctx, tx, r.Community, []housing.RoomID{r.Room}, day)
	if err != nil {
		return err
	}
	from, err := aheads(ctx, tx, r.Community, r.Room)
	if err != nil {
		return err
	}
	owned, err := ownedBy(ctx, tx, r.Community, r.Room)
	if err != nil {
		return err
	}
	var booked []fee.Booked
	lines, kinds := map[string]Open{}, map[string]PartKind{}
	for _, o := range due {
		if o.Run != r.Run || o.Open <= 0 {
			continue
		}
		o = earning([]Open{o})[0] // each line is paid by itself
		if _, err := bySource(ctx, tx, r.Community, "prepaid:"+o.ID.String()); !errors.Is(err, db.ErrNotFound) {
			if err != nil {
				return err
			}
			continue // it was done, and perhaps undone by a person
		}
		key := o.ID.String()
		lines[key], kinds[key] = o, Principal
		booked = append(booked, fee.Booked{Line: key, Item: o.Item.String(), Fen: o.Open - o.off.Off})
	}
	drawn, _, err := owned.drawn(booked, lines, from)
	if err != nil {
		return err
	}
	for i, b := range booked {
		mine := drawn[i]
		if len(mine) == 0 {
			continue
		}
		parts, entries := uses(mine, from, lines, kinds)
		t := Taking{Community: r.Community, Room: r.Room, Means: ledger.Prepaid, Source: "prepaid:" + b.Line, Day: day, NoReceipt: true}
		for _, u := range mine {
			t.Fen += u.Fen
		}
		if err := paidAhead(ctx, tx, t, lines[b.Line], entries, parts); err != nil {
			return err
		}
	}
	if len(booked) == 0 {
		tx.Silent("everything was done before")
	}
	return nil
}

// paidAhead books what pays a line from what was prepaid, and what is taken off
// for paying it early.
func paidAhead(ctx context.Context, tx *db.Tx, t Taking, o Open, entries []ledger.Line, parts []Part) error {
	t.Customer = o.Customer
	p, err := book(ctx, tx, t, entries, parts)
	if err != nil || o.off.Off == 0 || t.Fen != o.Open-o.off.Off {
		return err
	}
	return grant(ctx, tx, p, t.Day, []Open{o})
}

// release makes what was paid on reversed lines of a room prepaid, for anything:
// the next bill is paid from it.
func (s *Service) release(ctx context.Context, tx *db.Tx, r roomOfRun) error {
	if err := hold(ctx, tx, r.Community, []housing.RoomID{r.Room}); err != nil {
		return err
	}
	day, err := today(ctx, tx, r.Community)
	if err != nil {
		return err
	}
	type paid struct {
		Line   billing.LineID `db:"line_id"`
		Item   billing.ItemID `db:"item_id"`
		Who    db.ID          `db:"customer_id"`
		Debtor string         `db:"debtor"`
		Part   PartKind       `db:"part"`
		Fen    money.Fen      `db:"fen"`
	}
	if err := s.ungrantReversed(ctx, tx, r, day); err != nil {
		return err
	}
	all, err := db.All[paid](ctx, tx, `SELECT x.line_id, l.item_id, l.customer_id, l.debtor, x.part, CAST(SUM(x.amount) AS BIGINT) AS fen FROM payment_part x JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id
		WHERE x.community_id = $1 AND x.room_id = $2 AND x.reversed_at IS NULL AND l.reversed_at IS NOT NULL AND {scope:x} GROUP BY x.line_id, l.item_id, l.customer_id, l.debtor, x.part HAVING SUM(x.amount) > 0 ORDER BY x.line_id, x.part`, r.Community, r.Room)
	if err != nil {
		return err
	}
	for _, p := range all {
		back := Part{Line: p.Line, Part: p.Part, Item: p.Item, Room: r.Room, Fen: -p.Fen}
		ahead := Part{Part: Prepaid, Room: r.Room, Fen: p.Fen}
		t := Taking{Community: r.Community, Room: r.Room, Customer: p.Who, Means: ledger.Prepaid, Source: "released:" + p.Line.String() + ":" + string(p.Part) + ":" + r.Run.String(), Day: day, NoReceipt: true}
		if _, err := book(ctx, tx, t, []ledger.Line{{Debit: back.account(p.Debtor), Credit: prepaid(ahead), Fen: p.Fen}}, []Part{back, ahead}); err != nil {
			return err
		}
	}
	if len(all) == 0 {
		tx.Silent("everything was done before")
	}
	return nil
}
