package quote

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/ticket"
)

func rate(s string) money.Rate { r, _ := money.ParseRate(s); return r }

func TestALineIsPriceTimesQuantityToTheFen(t *testing.T) {
	list := []Item{{ID: 1, Terms: Terms{Name: "软管", Price: 1999, Offered: true}}, {ID: 2, Terms: Terms{Name: "旧软管", Price: 999}}}
	for quantity, want := range map[string]money.Fen{"1": 1999, "1.5": 2999, "0.01": 20, "3": 5997, "10000": 19990000} { // 29.985 goes up (FAR-01)
		got, total, err := lines([]DraftLine{{1, rate(quantity), false}}, list, nil, 0)
		if err != nil || total != want || got[0].Amount != want || got[0].Price != 1999 {
			t.Errorf("%s × 19.99: %+v %s %v, want %s", quantity, got, total, err, want)
		}
	}
	for name, d := range map[string]DraftLine{"lines[0].quantity": {1, rate("0"), false}, "lines[0].quantity ": {1, rate("-1"), false}, "lines[0].quantity  ": {1, rate("0.001"), false}, "lines[0].quantity   ": {1, rate("10000.01"), false}, "lines[0].itemId": {2, rate("1"), false}, "lines[0].itemId ": {3, rate("1"), false}} {
		if _, _, err := lines([]DraftLine{d}, list, nil, 0); errs.Of(err).Fields[0].Name != strings.TrimSpace(name) {
			t.Errorf("%+v: %v, want a mistake at %s", d, err, name)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		price, q := rapid.Int64Range(0, int64(maxPrice)).Draw(t, "price"), rapid.Int64Range(1, maxQuantity*100).Draw(t, "hundredths")
		quantity := rate(big.NewRat(q, 100).FloatString(2))
		_, total, err := lines([]DraftLine{{1, quantity, false}, {1, quantity, true}}, []Item{{ID: 1, Terms: Terms{Price: money.Fen(price), Offered: true}}}, nil, 0)
		if exact := price * q; err != nil || int64(total)*100-exact > 50 || exact-int64(total)*100 >= 50+1 {
			t.Fatalf("%d fen × %s = %d: %v", price, quantity, int64(total), err)
		}
	})
}

// TIC-07: what was mended a while ago costs nothing through the last day of its warranty.
func TestWarrantyHoldsThroughItsLastDay(t *testing.T) {
	list := []Item{{ID: 1, Terms: Terms{Price: 1999, WarrantyDays: 90, Offered: true}}}
	done := clock.Instant(1_700_000_000_000)
	under := []warranty{{Item: 1, Number: "BX1", Days: 90, Done: done}}
	for ms, free := range map[int64]string{0: "warranty", 90 * day: "warranty", 90*day + 1: ""} {
		got, total, err := lines([]DraftLine{{1, rate("2"), false}}, list, under, done+clock.Instant(ms))
		if err != nil || got[0].Free != free || (total == 0) != (free != "") || free != "" && got[0].FreeOf != "BX1" {
			t.Errorf("after %d ms: %+v %v", ms, got, err)
		}
	}
	if got, total, err := lines([]DraftLine{{1, rate("2"), true}}, list, nil, 0); err != nil || total != 0 || got[0].Free != "courtesy" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestAQuoteIsAnsweredOnce(t *testing.T) {
	q, err := Quote{State: Offered}.answered(Accepted, "app", 5)
	if err != nil || q.State != Accepted || *q.DecidedAt != 5 {
		t.Fatalf("%+v %v", q, err)
	}
	for _, to := range []State{Accepted, Declined, Withdrawn} {
		if _, err := q.answered(to, "app", 6); !errors.Is(err, ErrDecided) {
			t.Errorf("%s after a yes: %v", to, err)
		}
	}
	if q := (Quote{State: Offered}).seen(ticket.Ticket{Status: ticket.Cancelled}); q.State != Withdrawn {
		t.Errorf("of a cancelled ticket: %s", q.State)
	}
}

func TestThePriceListSaysWhatIsWrong(t *testing.T) {
	good := Terms{Code: " wt-1 ", Name: "换阀芯", Kind: "labour", Unit: "次", Price: 5000}
	if got, err := good.checked(); err != nil || got.Code != "WT-1" {
		t.Fatalf("%+v %v", got, err)
	}
	for field, change := range map[string]func(*Terms){
		"code": func(t *Terms) { t.Code = " " }, "name": func(t *Terms) { t.Name = strings.Repeat("长", 61) }, "unit": func(t *Terms) { t.Unit = "" }, "price": func(t *Terms) { t.Price = -1 }, "price ": func(t *Terms) { t.Price = maxPrice + 1 },
	} {
		bad := good
		change(&bad)
		if _, err := bad.checked(); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}
