package cashier_test

import (
	"errors"
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// PAY-05: what an owner prepaid pays no bill of their tenant by itself; what the tenant prepaid does.
func TestATenantsBillIsNotPaidFromWhatTheOwnerPrepaid(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.open()
		dbtest.Exec(t, e.d, `UPDATE charge_item SET billed_to = 'tenant'`)
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (3900, 1, 2001, 1000, 'tenant', '', '2026-01-01', 1)`)
		owner := taking(1000, 50000, "test:owner")
		owner.Customer = 2000
		e.taken(owner)
		e.moved(e.billed("2026-03"))
		if principal, _, lines := e.due(1000, "2026-03-02"); principal != 20000 || !lines[0].Tenant {
			t.Fatalf("after the owner prepaid the tenant owes %s", principal)
		}
		tenant := taking(1000, 30000, "test:tenant") // pays March, and 100.00 ahead
		tenant.Customer = 2001
		e.taken(tenant)
		e.moved(e.billed("2026-04"))
		if principal, _, _ := e.due(1000, "2026-04-02"); principal != 10000 {
			t.Errorf("the tenant's 100.00 pay a part of April, %s is left", principal)
		}
		e.whole()
	})
}

// PAY-05: an owner's bill is paid by itself from what they prepaid, or who owns the room together with them, and from nobody else's: neither a tenant's nor who owned it before.
func TestAnOwnersBillIsPaidFromTheOwnersMoneyOnly(t *testing.T) {
	for name, c := range map[string]struct {
		kind string
		to   any
		left int64
	}{
		"a tenant":                   {"tenant", nil, 20000},
		"who owned the room before":  {"owner", "2026-02-20", 20000},
		"who owns the room together": {"owner", nil, 15000},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, e *env) {
				e.fee()
				e.open()
				dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, to_on, version) VALUES (3900, 1, 2001, 1000, $1, '', '2026-01-01', $2, 1)`, c.kind, c.to)
				of := taking(1000, 5000, "test:of")
				of.Customer = 2001
				e.taken(of)
				e.moved(e.billed("2026-03"))
				if principal, _, _ := e.due(1000, "2026-03-02"); int64(principal) != c.left {
					t.Errorf("%s is open", principal)
				}
				e.whole()
			})
		})
	}
}

// PAY-05, PAY-05a: what is prepaid stays the seller's when a room is sold. It pays the seller's bills, by itself and by hand, and none of the buyer's; what co-owners prepaid whom nobody named is theirs who owned the room that day.
func TestWhatTheSellerPrepaidPaysTheSellersBillsOnly(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.on("2026-03-01")
		e.open()
		seller := taking(1000, 50000, "test:seller")
		seller.Customer = 2000
		e.taken(seller)
		e.taken(taking(1000, 3000, "test:nobody")) // nobody is named: the seller's too, who owned the room
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = '2026-03-11' WHERE id = 3000`)
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (3900, 1, 2001, 1000, 'owner', '', '2026-03-11', 1)`)
		e.moved(e.billed("2026-03"))
		open := func() (of map[string]int64) {
			of = map[string]int64{}
			_, _, lines := e.due(1000, "2026-03-12")
			for _, o := range lines {
				of[o.Who] += int64(o.Open)
			}
			return of
		}
		if got := open(); got["业主0"] != 0 || got["业主1"] == 0 {
			t.Fatalf("of March is open: %v", got)
		}
		buyers := open()["业主1"]
		e.on("2026-03-12")
		c := must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t)
		if len(c.Ahead) != 2 || c.Ahead[0].Of != "earlier" || c.Ahead[0].Name != "业主0" || c.Ahead[1].Of != "earlier" || c.Ahead[1].Name != "" || int64(c.Ahead[0].Fen+c.Ahead[1].Fen) != 53000-(20000-buyers) {
			t.Errorf("the desk sees %+v", c.Ahead)
		}
		byHand := paying(1000, "amount", c.Total)
		byHand.Means, byHand.Amount = ledger.Prepaid, 1000
		e.refused(byHand, cashier.ErrTooLittle)
		e.moved(e.billed("2026-04"))
		if got := open()["业主1"]; got != buyers+20000 {
			t.Errorf("the buyer owes %d", got)
		}
		// The buyer pays ahead: that pays the buyer's next bill, whole.
		ahead := paying(1000, "ahead", 0)
		ahead.Amount = 25000
		if p := e.pay(ahead); p.Customer != 2001 {
			t.Fatalf("the buyer's money is booked as of %v", p.Customer)
		}
		e.moved(e.billed("2026-05"))
		if got := open()["业主1"]; got != buyers+20000 {
			t.Errorf("of May is open: %d", got-buyers-20000)
		}
		e.whole()
	})
}

// PAY-05: who pays what the seller left open and something on top has prepaid the top for themselves.
func TestWhatTheBuyerPaysOnTopOfTheSellersBillIsTheBuyers(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.on("2026-03-01")
		e.open()
		e.billed("2026-03")
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = '2026-03-20' WHERE id = 3000`)
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (3900, 1, 2001, 1000, 'owner', '', '2026-03-20', 1)`)
		e.on("2026-03-21")
		total := must(e.svc.Counter(t.Context(), e.anna, 1000, nil))(t).Total
		in := paying(1000, "amount", total)
		in.Amount, in.Rest = total+20000, true
		if p := e.pay(in); p.Customer != 2001 {
			t.Errorf("the top is of %v", p.Customer)
		}
		e.moved(e.billed("2026-04"))
		if principal, _, _ := e.due(1000, "2026-04-01"); principal != 0 {
			t.Errorf("of April %s is open", principal)
		}
		e.whole()
	})
}

// PAY-07: a void that is decided while who asked for it has no shift falls on their next one; the sheet of that day shows it.
func TestAVoidDecidedWithoutAShiftFallsOnTheNext(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.fee()
		e.on("2026-03-02")
		e.open()
		ahead := paying(1000, "ahead", 0)
		ahead.Amount = 15000
		p := e.pay(ahead)
		must(e.svc.AskVoid(t.Context(), e.anna, p.ID, match(p.Version), "收错"))(t)
		s := must(e.svc.OwnShift(t.Context(), e.anna, 1))(t)
		must(e.svc.Close(t.Context(), e.anna, s.ID, match(s.Version), cashier.Closing{Notes: cashier.Notes{{Face: 10000, N: 2}, {Face: 5000, N: 1}}}))(t)
		e.decide("cashier.void", "payment:"+p.ID.String(), true)
		sheet := must(e.svc.Sheet(t.Context(), e.boss, 1, day("2026-03-02")))(t)
		if len(sheet.Voids) != 1 || !sheet.Voids[0].Waits || len(sheet.Later) != 0 {
			t.Errorf("on the day it was decided: %+v", sheet.Voids)
		}
		e.on("2026-03-03")
		must(e.svc.Open(t.Context(), e.berta, 1, 0))(t) // somebody else's shift is not concerned
		next := must(e.svc.Open(t.Context(), e.anna, 1, 25000))(t)
		next = must(e.svc.Shift(t.Context(), e.anna, next.ID))(t)
		if next.Counts[0].Out != 15000 || next.Counts[0].Expected != 10000 {
			t.Errorf("the next shift: %+v", next.Counts[0])
		}
		if b := must(e.svc.OwnShift(t.Context(), e.berta, 1))(t); b.Counts[0].Out != 0 {
			t.Errorf("somebody else's: %+v", b.Counts[0])
		}
		sheet = must(e.svc.Sheet(t.Context(), e.boss, 1, day("2026-03-03")))(t)
		if len(sheet.Later) != 1 || sheet.Later[0].ID != p.ID || sheet.Later[0].Waits || len(sheet.Voids) != 0 || len(sheet.Shifts) != 2 || sheet.Shifts[1].Counts[0].Out != 15000 {
			t.Errorf("the day sheet: %+v, shifts %+v", sheet.Later, sheet.Shifts)
		}
		if _, err := e.svc.AskVoid(t.Context(), e.anna, p.ID, match(p.Version+2), "再来一次"); !errors.Is(err, cashier.ErrNotNow) {
			t.Error("a void of a void:", err)
		}
		e.whole()
	})
}

// The sheet of a day takes as many statements for three open shifts as for one.
func TestTheDaySheetIsReadWithAsManyStatementsForManyShifts(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		read := func() int64 {
			ctx, n := db.Counting(t.Context())
			if s := must(e.svc.Sheet(ctx, e.boss, 1, day("2026-03-02")))(t); len(s.Shifts) == 0 || s.Shifts[0].Counts[0].Expected != 10000 {
				t.Errorf("%+v", s.Shifts)
			}
			return n.Load()
		}
		e.on("2026-03-02")
		e.open()
		one := read()
		must(e.svc.Open(t.Context(), e.berta, 1, 0))(t)
		must(e.svc.Open(t.Context(), e.boss, 1, 0))(t)
		if three := read(); three != one {
			t.Errorf("%d statements for one shift, %d for three", one, three)
		}
	})
}

// PAY-07: amounts are taken to the fen, and counted to the fen.
func TestATillIsCountedToTheFen(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.open()
		ahead := paying(1000, "ahead", 0)
		ahead.Amount = 108
		e.pay(ahead)
		s := must(e.svc.OwnShift(t.Context(), e.anna, 1))(t)
		closed := must(e.svc.Close(t.Context(), e.anna, s.ID, match(s.Version), cashier.Closing{Notes: cashier.Notes{{Face: 10000, N: 1}, {Face: 100, N: 1}, {Face: 5, N: 1}, {Face: 2, N: 1}, {Face: 1, N: 1}}}))(t)
		if closed.Counts[0].Counted != 10108 || closed.Reason != "" {
			t.Errorf("%+v", closed.Counts[0])
		}
		e.whole()
	})
}
