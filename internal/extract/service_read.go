package extract

import (
	"context"
	"slices"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// starts is the day from which the entries of an account are told one by one.
func (x *subject) starts(a account) clock.Day {
	since := x.since[a.Room]
	if a.Account == ledger.Receivable && (!x.all || slices.Contains(x.own, a.Debtor)) {
		since = clock.Day{}
	}
	if since.After(x.statement.From) {
		return since
	}
	return x.statement.From
}

// read reads the statement of a subject.
func (x *subject) read(ctx context.Context, tx *db.Tx) (Statement, error) {
	s := &x.statement
	if s.Lang == "" {
		s.Lang = "zh"
	}
	s.Entries, s.Open = []Entry{}, []Open{}
	by := map[authz.CommunityID][]account{}
	for _, a := range x.accounts {
		by[a.Community] = append(by[a.Community], a)
	}
	for community, accounts := range by {
		if err := x.community(ctx, tx, community, accounts); err != nil {
			return Statement{}, err
		}
	}
	if len(s.Entries) > mostEntries {
		return Statement{}, ErrLong
	}
	slices.SortStableFunc(s.Open, func(a, b Open) int { return a.Due.Compare(b.Due) })
	if err := x.jointly(ctx, tx); err != nil {
		return Statement{}, err
	}
	s.finish()
	return *s, nil
}

// community reads what the accounts of one community say.
func (x *subject) community(ctx context.Context, tx *db.Tx, community authz.CommunityID, accounts []account) error {
	s := &x.statement
	from := map[clock.Day][]ledger.AccountID{}
	of := map[ledger.AccountID]account{}
	for _, a := range accounts {
		if _, twice := of[a.ID]; twice {
			continue
		}
		of[a.ID] = a
		from[x.starts(a)] = append(from[x.starts(a)], a.ID)
	}
	others, err := x.apartIn(ctx, tx, community, of)
	if err != nil {
		return err
	}
	var moved []touch
	over := map[string]booking{}
	for day, ids := range from {
		before, err := stood(ctx, tx, community, ids, day)
		if err != nil {
			return err
		}
		for _, t := range others {
			if x.starts(t.account) == day && t.Day.Before(day) {
				before[t.ID] += t.Debited
			}
		}
		for id, fen := range before {
			a := of[id]
			switch {
			case !day.After(s.From):
				s.Opening.add(a.Account, fen)
			case !day.After(s.To):
				b := over[a.Label]
				b.touch = touch{account: a, Day: day}
				b.sums.add(a.Account, fen)
				over[a.Label] = b
			}
		}
		some, err := touches(ctx, tx, community, of, ids, day, s.To, mostTouches-len(moved))
		if err != nil {
			return err
		}
		moved = append(moved, some...)
	}
	for _, t := range others { // after what they are taken off
		if !t.Day.Before(x.starts(t.account)) && !t.Day.After(s.To) {
			moved = append(moved, t)
		}
	}
	for _, b := range over {
		if b.sums != (Sums{}) {
			s.Entries = append(s.Entries, b.entry(document{kind: Over}, 0))
		}
	}
	return x.explain(ctx, tx, community, accounts, group(moved))
}

// explain writes the entries of some bookings, with the late fees that were
// booked beside them, what was waived, and what is open.
func (x *subject) explain(ctx context.Context, tx *db.Tx, community authz.CommunityID, accounts []account, all []booking) error {
	s := &x.statement
	docs, err := documents(ctx, tx, community, all)
	if err != nil {
		return err
	}
	mine := map[string]account{}
	for _, a := range accounts {
		if a.Account == ledger.Receivable {
			mine[owes(a.Room, a.Debtor)] = a
		}
	}
	rooms := roomsOf(accounts)
	fees, err := x.fees(ctx, tx, community, rooms, mine)
	if err != nil {
		return err
	}
	for _, b := range all {
		late := fees[at{b.Txn, b.Label}].Fen
		delete(fees, at{b.Txn, b.Label})
		s.Entries = append(s.Entries, b.entry(of(docs, b), late))
	}
	if err := x.lateOnly(ctx, tx, community, fees); err != nil {
		return err
	}
	if err := x.waived(ctx, tx, community, rooms, mine); err != nil {
		return err
	}
	return x.open(ctx, tx, community, rooms, mine)
}

func owes(room housing.RoomID, debtor string) string { return room.String() + debtor }

// at is a transaction at a room.
type at struct {
	txn   ledger.TxnID
	label string
}

// alone is a late fee that was booked for a room, without its sign changed.
type alone struct {
	booking
	Fen money.Fen
}

// fees are the late fees of payments of the days, and of what was voided in them.
func (x *subject) fees(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID, mine map[string]account) (map[at]alone, error) {
	all, err := lateBooked(ctx, tx, community, rooms, x.statement.From, x.statement.To)
	out := map[at]alone{}
	for _, f := range all {
		a, is := mine[owes(f.Room, f.Debtor)]
		if !is {
			continue
		}
		note := func(txn, reverses ledger.TxnID, day clock.Day) {
			if txn == 0 || day.IsZero() || day.Before(x.starts(a)) || day.After(x.statement.To) {
				return
			}
			k := at{txn, a.Label}
			one := out[k]
			one.booking = booking{touch: touch{account: a, Day: day, Txn: txn, Reverse: reverses}}
			one.Source, one.Of = "payment:"+f.Payment.String(), "payment:"+f.Payment.String()
			one.Fen += f.Fen
			out[k] = one
		}
		note(f.Txn, 0, f.Day)
		note(f.Reversal, f.Txn, f.Reversed)
	}
	return out, err
}

// lateOnly adds payments that paid nothing but late fees of a room: they touch
// none of its accounts, and are payments with a receipt all the same.
func (x *subject) lateOnly(ctx context.Context, tx *db.Tx, community authz.CommunityID, fees map[at]alone) error {
	var all []booking
	for _, f := range fees {
		all = append(all, f.booking)
	}
	docs, err := documents(ctx, tx, community, all)
	for k, f := range fees {
		x.statement.Entries = append(x.statement.Entries, f.entry(of(docs, f.booking), fees[k].Fen))
	}
	return err
}

func (x *subject) waived(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID, mine map[string]account) error {
	s := &x.statement
	all, err := waivers(ctx, tx, community, rooms, s.From, s.To)
	for _, w := range all {
		if a, is := mine[owes(w.Room, w.Debtor)]; is && !w.Day.Before(x.starts(a)) {
			s.Entries = append(s.Entries, Entry{Day: w.Day, Kind: Waiver, Room: a.Label, Item: w.Item, ItemEN: w.ItemEN, Period: w.Period, Words: w.Words, Waived: w.Fen, sort: w.Sort})
		}
	}
	return err
}

// open are the bills on which something is open on the day the statement is made.
func (x *subject) open(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID, mine map[string]account) error {
	const roomsAtOnce = 200
	today, err := org.Today(ctx, tx, community)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(rooms, roomsAtOnce) {
		due, err := cashier.Due(ctx, tx, community, some, today)
		if err != nil {
			return err
		}
		for _, o := range due {
			if a, is := mine[owes(o.Room, o.Debtor)]; is {
				x.statement.Open = append(x.statement.Open, Open{Room: a.Label, Item: o.ItemName, ItemEN: o.ItemNameEN, Period: o.Period, Due: o.Due, Billed: o.Fen, Open: o.Open, Late: o.Late, line: db.ID(o.ID)})
			}
		}
	}
	return nil
}
