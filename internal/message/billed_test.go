package message_test

import (
	"strings"
	"testing"

	"guanjia/internal/auth"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/delivery"
	"guanjia/internal/message"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
)

// billedIn books 123.45 for Ms Li's room and lets the notices go out.
func (w *town) billedIn() delivery.BatchID {
	w.t.Helper()
	return w.billedTo("owner:x")
}

// billedTo has another debtor owe it.
func (w *town) billedTo(debtor string) delivery.BatchID {
	w.t.Helper()
	clerk := dbtest.Actor(deskID, []authz.CommunityID{1}, billing.ActEdit, billing.ActBills, delivery.ActNotice, cashier.ActView)
	blobs, err := blob.Open(w.t.TempDir())
	w.must(err)
	notices := &delivery.Service{DB: w.d, Blobs: blobs}
	jobs.On(w.run, "message.bill_due", w.messages.Billed)
	notices.Schedule(w.run)
	r, _ := money.ParseRate("0")
	i, err := (&billing.Service{DB: w.d}).Create(w.t.Context(), clerk, 1, billing.ItemRules{Code: "p", Name: "物业费", Basis: billing.ByRoom, Starts: "always", Period: "month", DueDay: 31, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up", TaxRate: r, LatePerDay: r, LateFrom: "due", LateCap: r, PriceKind: "market"})
	w.must(err)
	dbtest.Exec(w.t, w.d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES (9, 1, 'A9', 'person', '李女士', '', '', '[]', '', 1)`)
	dbtest.Exec(w.t, w.d, `INSERT INTO bill_run (id, community_id, period, items, state, summary, done, total, amount, at, by_name, decided_by_name, decision, reason, version) VALUES (50, 1, '2026-03', '[]', 'booked', '{}', 1, 1, 12345, 1, '', '', '', '', 1)`)
	dbtest.Exec(w.t, w.d, `INSERT INTO bill_line (id, community_id, run_id, n, room_id, item_id, debtor, customer_id, period, from_on, to_on, due_on, price, quantity, amount, tax, explain, txn_id) VALUES (60, 1, 50, 1, 1502, $1, $2, 9, '2026-03', '2026-03-01', '2026-04-01', '2026-03-31', '', '', 12345, 0, '{}', 1)`, i.ID, debtor)
	_, err = notices.Send(w.t.Context(), clerk, 50)
	w.must(err)
	w.drain()
	return 50
}

func (w *town) noticed() (state, channels string) {
	w.t.Helper()
	return dbtest.One[string](w.t, w.d, `SELECT state FROM bill_notice`), dbtest.One[string](w.t, w.d, `SELECT channels FROM bill_notice`)
}

// BIL-08: an owner who was bound without an archive is told of the owners' bills, and not of a tenant's.
func TestATenantsBillIsNotToldToTheOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.letters()
		dbtest.Exec(t, d, `UPDATE resident_binding SET customer_id = NULL, kind = 'owner'`)
		before := len(w.smtp.Letters())
		w.billedTo("tenant:x")
		if state, ways := w.noticed(); state != "print" || ways != "" {
			t.Errorf("it is %s by %q", state, ways)
		}
		if letters := w.smtp.Letters()[before:]; len(letters) != 0 {
			t.Errorf("%+v", letters)
		}
	})
}

// BIL-08: who can be reached is told with what is due; the amount stands in the letter, not on a locked screen.
func TestABillGoesByTheWaysThatReachItsPayer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.letters()
		before := len(w.smtp.Letters())
		w.billedIn()
		if state, ways := w.noticed(); state != "told" || ways != "mail" {
			t.Error(state, ways)
		}
		letters := w.smtp.Letters()[before:]
		if len(letters) != 1 || letters[0].Subject != "账单通知" || !strings.Contains(letters[0].Text, "123.45") || !strings.Contains(letters[0].Text, "物业费 2026-03") || !strings.Contains(letters[0].Text, "2026-03-31") {
			t.Errorf("%+v", letters)
		}
	})
}

func TestABillThatReachesNobodyIsPrinted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.billedIn()
		if state, ways := w.noticed(); state != "print" || ways != "" {
			t.Error(state, ways)
		}
	})
}

// The browser is gone: the message comes back, and the bill is printed.
func TestABillWhoseMessagesComeBackIsPrinted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.browser(w.li, auth.ActResident, "r")
		w.must(func() error {
			_, err := w.messages.Choose(t.Context(), w.li, auth.ActResident, "zh", message.Choice{Push: true, Face: "r"})
			return err
		}())
		dbtest.Exec(t, d, `DELETE FROM push_subscription`)
		w.billedIn()
		if state, ways := w.noticed(); state != "print" || ways != "push" {
			t.Error(state, ways)
		}
	})
}
