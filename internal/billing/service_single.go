package billing

import (
	"context"
	"strconv"

	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Single is something that is owed once and that no run bills (BIL-01): paid
// work, a lost card. The same Source is owed once.
type Single struct {
	Community authz.CommunityID
	Room      housing.RoomID
	Customer  db.ID // who had it done; 0: the room's owner owes
	Kind      SingleKind
	Fen       money.Fen
	Source    string  // "quote:06q3…"
	Words     string  // what it is for, on the bill
	Next      bool    // due with the bill of next month, not today
	Alone     bool    // Customer owes, whoever the room belongs to
	Of        *Priced // an item of the community's instead of Kind
}

// SingleKind is the charge item that singles of a kind stand under. It is made
// when it is needed first; afterwards it belongs to the community.
type SingleKind struct{ Code, Name, NameEN string }

// PaidWork is work on a ticket that was quoted and agreed to (TIC-07).
var PaidWork = SingleKind{"PAID-WORK", "有偿维修服务", "Paid repair work"}

// Charge bills a single inside the caller's transaction and says which line it
// is; what is billed already stays as it is.
func Charge(ctx context.Context, tx *db.Tx, s Single) (LineID, error) {
	known, err := lineOf(ctx, tx, s.Community, s.Source)
	if err != nil || known != 0 {
		return known, err
	}
	day, err := today(ctx, tx, s.Community)
	if err != nil {
		return 0, err
	}
	i, err := singleItem(ctx, tx, s)
	if err != nil {
		return 0, err
	}
	r, n, err := gatheredRun(ctx, tx, s.Community, day.Period(), "single", 1)
	if err != nil {
		return 0, err
	}
	debtor, who, err := owes(ctx, tx, s, day)
	if err != nil {
		return 0, err
	}
	l := Line{Source: s.Source, Row: Row{
		ID: db.NewID[Line](tx), Community: s.Community, Run: r, N: n, Room: s.Room, Item: i.ID, Debtor: debtor, Customer: who, Period: day.Period(), From: day, To: day.Add(1), Due: i.singleDue(day, s.Next),
		Price: s.Fen.String(), Quantity: "1", Fen: s.Fen, Explain: Explain{Basis: i.Basis, Rounding: i.rounding(), For: s.Words, TaxRate: i.TaxRate.String()},
	}}
	s.Of.explain(&l.Row)
	if l.Tax, _, err = fee.Tax(s.Fen, i.TaxRate.Rat()); err != nil {
		return 0, err
	}
	if l.Tax == 0 {
		l.Explain.TaxRate = ""
	}
	txn, err := ledger.Post(ctx, tx, ledger.Draft{
		Community: s.Community, Kind: "bill", Source: "bill:" + strconv.FormatInt(int64(l.ID), 10), Day: day, Words: l.Period.String(),
		Lines: []ledger.Line{{Debit: ledger.Account{Community: s.Community, Kind: ledger.Receivable, Room: db.ID(s.Room), Debtor: debtor, Item: db.ID(i.ID)}, Credit: ledger.Account{Community: s.Community, Kind: ledger.Income, Item: db.ID(i.ID)}, Fen: s.Fen}},
	})
	if err != nil {
		return 0, err
	}
	l.Txn = txn.ID
	tx.Note(s.Community, "bill_line:"+l.ID.String(), nil, map[string]any{"amount": l.Fen, "source": s.Source})
	return l.ID, db.Insert(ctx, tx, "bill_line", l)
}

// singleDue is today, or the day in next month on which the item's bills are due.
func (i ItemRules) singleDue(day clock.Day, next bool) clock.Day {
	if !next {
		return day
	}
	first := day.Period().Add(1).First()
	return first.Add(min(int(i.DueDay), day.Period().Add(1).Days()) - 1)
}

// lineOf is the live line of a single; 0: there is none.
func lineOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, source string) (LineID, error) {
	all, err := db.All[LineID](ctx, tx, `SELECT id FROM bill_line WHERE community_id = $1 AND source = $2 AND source <> '' AND reversed_at IS NULL AND {scope}`, community, source)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[0], nil
}

// singleItem is the item of a kind; what a community made of it holds.
func singleItem(ctx context.Context, tx *db.Tx, s Single) (Item, error) {
	if s.Of != nil {
		return s.Of.Item, nil
	}
	all, err := db.All[Item](ctx, tx, `SELECT `+db.Columns[Item]("i")+` FROM charge_item i WHERE i.community_id = $1 AND i.code = $2 AND {scope:i}`, s.Community, s.Kind.Code)
	if err != nil || len(all) > 0 {
		return append(all, Item{})[0], err
	}
	tax, err := money.ParseRate("0.06")
	if err != nil {
		return Item{}, err
	}
	i := Item{ID: db.NewID[Item](tx), Community: s.Community, State: "active", Version: 1, ItemRules: ItemRules{
		Code: s.Kind.Code, Name: s.Kind.Name, NameEN: s.Kind.NameEN, Basis: BySingle, Starts: "always", Period: "month", DueDay: 15, FirstMonth: "whole", LastMonth: "whole",
		RoundUnit: money.UnitFen, RoundMode: money.HalfUp, TaxRate: tax, LateFrom: "due", PriceKind: "market",
	}}
	tx.Note(s.Community, i.subject(), nil, i)
	tx.Emit(Changed{s.Community})
	if err := db.Insert(ctx, tx, "charge_item", i); err != nil {
		return i, err
	}
	return i, i.keepLate(ctx, tx)
}

// gatheredRun is the run that a month's lines of a kind stand under which no run
// made, with room for so many more, and the number of the last of them.
func gatheredRun(ctx context.Context, tx *db.Tx, community authz.CommunityID, p clock.Period, kind string, more int64) (RunID, int64, error) {
	type row struct {
		ID RunID `db:"id"`
		N  int64 `db:"total"`
	}
	all, err := db.All[row](ctx, tx, `UPDATE bill_run SET total = total + $4, done = done + $4, version = version + 1
		WHERE id = (SELECT MIN(id) FROM bill_run WHERE community_id = $1 AND period = $2 AND kind = $3) AND {scope} RETURNING id, total`, community, p, kind, more)
	if err != nil {
		return 0, 0, err
	}
	if len(all) > 0 {
		return all[0].ID, all[0].N, nil
	}
	r := Run{ID: db.NewID[Run](tx), Community: community, Period: p, Kind: kind, State: BookedRun, Done: more, Total: more, At: tx.Now, By: tx.Who.ID, ByName: tx.Who.Name, DecidedAt: &tx.Now, BookedAt: &tx.Now, Version: 1}
	return r.ID, more, db.Insert(ctx, tx, "bill_run", r)
}

// owes says who owes a single: a tenant what they had done themselves, else the
// owner of the room, else whoever had it done.
func owes(ctx context.Context, tx *db.Tx, s Single, on clock.Day) (debtor string, who db.ID, err error) {
	if s.Alone && s.Customer != 0 {
		return tenantPrefix + s.Customer.String(), s.Customer, nil
	}
	type relation struct {
		Customer db.ID  `db:"customer_id"`
		Kind     string `db:"kind"`
	}
	all, err := db.All[relation](ctx, tx, `SELECT customer_id, kind FROM relation WHERE community_id = $1 AND room_id = $2 AND kind IN ('owner', 'tenant') AND (from_on IS NULL OR from_on <= $3) AND (to_on IS NULL OR to_on > $3) AND {scope}
		ORDER BY CASE kind WHEN 'owner' THEN 0 ELSE 1 END, id`, s.Community, s.Room, on)
	if err != nil {
		return "", 0, err
	}
	for _, r := range all {
		if r.Customer == s.Customer && r.Kind == "tenant" {
			return tenantPrefix + r.Customer.String(), r.Customer, nil
		}
	}
	for _, r := range all {
		if r.Kind == "owner" {
			return ownerPrefix + r.Customer.String(), r.Customer, nil
		}
	}
	if s.Customer != 0 {
		return tenantPrefix + s.Customer.String(), s.Customer, nil
	}
	return developer, 0, nil
}

// tenantPrefix names who owes for what they had done without owning the room.
const tenantPrefix = "tenant:"

// Sourced are the live and reversed lines among some that are singles.
func Sourced(ctx context.Context, tx *db.Tx, community authz.CommunityID, lines []LineID) ([]Line, error) {
	args := []any{community}
	return db.All[Line](ctx, tx, `SELECT `+db.Columns[Line]("l")+` FROM bill_line l WHERE l.community_id = $1 AND l.source <> '' AND l.id IN `+db.Among(&args, lines)+` AND {scope:l} ORDER BY l.id`, args...)
}
