package quote

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/ticket"
)

const (
	maxPrice    = money.Fen(100_000_00) // of one unit
	maxQuantity = 10_000
	day         = 24 * 60 * 60 * 1000
)

// checked returns the terms trimmed, or every field that is wrong.
func (t Terms) checked() (Terms, error) {
	var wrong errs.Fields
	t.Code = strings.ToUpper(t.Code)
	wrong.Words("code", &t.Code, 30, true)
	wrong.Words("name", &t.Name, 60, true)
	wrong.Words("unit", &t.Unit, 10, true)
	if t.Price < 0 || t.Price > maxPrice {
		wrong.Add("price", "quote.price", map[string]any{"max": maxPrice.Grouped()})
	}
	return t, wrong.Err()
}

// warranty is work on an item at the same home that still holds.
type warranty struct {
	Item   ItemID        `db:"item_id"`
	Number string        `db:"number"`
	Days   int64         `db:"warranty_days"`
	Done   clock.Instant `db:"resolved_at"`
}

// holds reports whether it still does: through its last day (TIC-07).
func (w warranty) holds(now clock.Instant) bool { return int64(now-w.Done) <= w.Days*day }

// lines prices what is chosen: price × quantity to the fen, half up (FAR-01);
// nothing for what is under warranty or given as a courtesy.
func lines(draft []DraftLine, list []Item, under []warranty, now clock.Instant) (out []Line, total money.Fen, err error) {
	var wrong errs.Fields
	for i, d := range draft {
		at := func(name string) string { return fmt.Sprintf("lines[%d].%s", i, name) }
		n := slices.IndexFunc(list, func(it Item) bool { return it.ID == d.Item && it.Offered })
		switch q := d.Quantity.Rat(); {
		case n < 0:
			wrong.Add(at("itemId"), "quote.item_gone", nil)
			continue
		case q.Sign() <= 0 || q.Cmp(big.NewRat(maxQuantity, 1)) > 0 || !new(big.Rat).Mul(q, big.NewRat(100, 1)).IsInt():
			wrong.Add(at("quantity"), "quote.quantity", map[string]any{"max": maxQuantity})
			continue
		}
		it := list[n]
		l := Line{Item: it.ID, Name: it.Name, Kind: it.Kind, Unit: it.Unit, Price: it.Price, Quantity: d.Quantity, WarrantyDays: it.WarrantyDays}
		if w := slices.IndexFunc(under, func(w warranty) bool { return w.Item == it.ID && w.holds(now) }); w >= 0 {
			l.Free, l.FreeOf = "warranty", under[w].Number
		} else if d.Courtesy {
			l.Free = "courtesy"
		} else if l.Amount, err = money.Round(new(big.Rat).Mul(big.NewRat(int64(it.Price), 1), d.Quantity.Rat()), money.Rounding{}); err != nil {
			return nil, 0, err
		}
		if total, err = money.Sum(total, l.Amount); err != nil {
			return nil, 0, err
		}
		out = append(out, l)
	}
	return out, total, wrong.Err()
}

// quotable are the states of a ticket in which work on it is priced.
var quotable = []ticket.Status{ticket.Accepted, ticket.EnRoute, ticket.Arrived, ticket.Working, ticket.Held}

// seen is q as its ticket lets it be: what was not answered before the ticket
// ended waits for nobody any more.
func (q Quote) seen(t ticket.Ticket) Quote {
	if q.State == Offered && !slices.Contains(quotable, t.Status) {
		q.State = Withdrawn
	}
	return q
}

// answered notes a customer's answer to what is offered.
func (q Quote) answered(to State, how string, now clock.Instant) (Quote, error) {
	if q.State != Offered {
		return q, ErrDecided
	}
	q.State, q.DecidedHow, q.DecidedAt = to, how, &now
	return q, nil
}
