package cashier

import (
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// left is a prepayment with what is not used of it.
type left struct {
	ID        PartID         `db:"id"`
	Item      billing.ItemID `db:"item_id"`
	Day       clock.Day      `db:"on_day"`
	Room      housing.RoomID `db:"room_id"`
	Who       db.ID          `db:"who"`       // who prepaid it, where that is known
	Developer bool           `db:"developer"` // it had paid a bill of the developer
	Fen       money.Fen      `db:"fen"`
}

// living is a time for which somebody owned or rented a room.
type living struct {
	Who    db.ID     `db:"customer_id"`
	Tenant bool      `db:"tenant"`
	From   clock.Day `db:"from_on"`
	To     clock.Day `db:"to_on"` // the first day that is not theirs; zero: there is none
}

// household are those who own or rent a room, or did.
type household []living

// owners are those who own the room on a day.
func (all household) owners(on clock.Day) (out []db.ID) {
	for _, l := range all {
		if !l.Tenant && !on.Before(l.From) && (l.To.IsZero() || on.Before(l.To)) {
			out = append(out, l.Who)
		}
	}
	return out
}

// lives reports whether somebody owns or rents the room on a day.
func (all household) lives(who db.ID, on clock.Day) bool {
	return slices.ContainsFunc(all, func(l living) bool {
		return l.Who == who && !on.Before(l.From) && (l.To.IsZero() || on.Before(l.To))
	})
}

// whose are those to whom a prepayment belongs: who paid it; where nobody is
// named, who owned the room on the day it was paid. None: the developer.
func (all household) whose(l left) []db.ID {
	switch {
	case l.Developer:
		return nil
	case l.Who != 0:
		return []db.ID{l.Who}
	}
	return all.owners(l.Day)
}

// pays reports whether a line may be paid from a prepayment (PAY-05): what is
// prepaid stays the payer's, also when the room is somebody else's, and pays the
// bills of nobody else. Those who own the room together on the last day that is
// billed owe it together, so what one of them prepaid pays it whoever of them is
// named.
func (all household) pays(l left, o Open) bool {
	whose := all.whose(l)
	switch {
	case o.Customer == 0:
		return len(whose) == 0
	case o.Room != l.Room:
		return len(whose) == 1 && whose[0] == o.Customer
	case slices.Contains(whose, o.Customer):
		return true
	case o.ToTenants():
		return false
	}
	together := all.owners(o.lastDay())
	return slices.Contains(together, o.Customer) && slices.ContainsFunc(whose, func(w db.ID) bool { return slices.Contains(together, w) })
}

// lastDay is the last day that a line is for.
func (o Open) lastDay() clock.Day {
	if o.To.After(o.From) {
		return o.To.Add(-1)
	}
	return o.From
}

// drawn pays what is booked, one after the other, each from the prepayments that
// may pay it; short is what none was left for.
func (all household) drawn(booked []fee.Booked, lines map[string]Open, from []left) (used [][]fee.Use, short money.Fen, err error) {
	from = slices.Clone(from)
	for _, b := range booked {
		mine := slices.DeleteFunc(slices.Clone(from), func(l left) bool { return !all.pays(l, lines[b.Line]) })
		some, open, _ := fee.Deduct([]fee.Booked{b}, prepayments(mine))
		for _, u := range some {
			at := slices.IndexFunc(from, func(l left) bool { return l.ID.String() == u.Prepayment })
			from[at].Fen -= u.Fen
		}
		if short, err = money.Sum(append(open, short)...); err != nil {
			return nil, 0, err
		}
		used = append(used, some)
	}
	return used, short, nil
}

// of says whose a prepayment is, other than of who owns the room on a day.
func (all household) of(l left, on clock.Day) (of string) {
	whose, now := all.whose(l), all.owners(on)
	is := func(tenant bool) bool {
		return slices.ContainsFunc(all, func(x living) bool { return x.Tenant == tenant && slices.Contains(whose, x.Who) })
	}
	switch {
	case len(whose) == 0 && len(now) == 0, slices.ContainsFunc(whose, func(w db.ID) bool { return slices.Contains(now, w) }):
		return ""
	case len(whose) == 0:
		return "developer"
	case is(false):
		return "earlier"
	case is(true):
		return "tenant"
	}
	return "other"
}
