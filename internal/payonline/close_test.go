package payonline_test

import (
	"sync"
	"testing"
	"time"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// PAY-07: what is booked after a day was closed falls on the next, also when a
// gateway tells of a payment in that very moment: the sheet that was closed is
// the sheet of the day for ever.
func TestAPaymentInTheMomentOfTheDaysCloseIsOnItsSheetOrOnTheNextDay(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		desk := &cashier.Service{DB: e.d}
		total := func(s cashier.DaySheet) (sum money.Fen) {
			for _, m := range s.Means {
				sum += m.In
			}
			return sum
		}
		for _, who := range []authz.Actor{e.li, e.zhang, e.li, e.zhang} {
			room := map[authz.AccountID]int64{71: 1000, 72: 1001}[who.ID]
			due := e.bills(who, housing.RoomID(room)).Due
			o := e.pay(who, housing.RoomID(room), payonline.WeChat, payonline.Native, due[0].ID)
			paid := e.wechat.Pay(o.Number)
			var today clock.Day
			e.must(e.d.Read(t.Context(), e.finance, cashier.ActView, func(tx *db.Tx) (err error) {
				today, err = org.Today(t.Context(), tx, 1)
				return err
			}))
			var closed cashier.DaySheet
			var closing, telling error
			var wait sync.WaitGroup
			wait.Go(func() { closed, closing = desk.CloseDay(t.Context(), e.finance, 1, today) })
			wait.Go(func() { _, telling = e.wechat.Notify(t.Context(), paid) })
			wait.Wait()
			e.must(closing)
			e.must(telling)
			after, err := desk.Sheet(t.Context(), e.finance, 1, today)
			e.must(err)
			if total(after) != total(closed) {
				t.Errorf("%s was closed with %s and has %s now", today, total(closed), total(after))
			}
			next, err := desk.Sheet(t.Context(), e.finance, 1, today.Add(1))
			e.must(err)
			if total(after)+total(next) < o.Fen {
				t.Errorf("%s is on no sheet", o.Fen)
			}
			e.clock.Advance(48 * time.Hour)
		}
	})
}
