package paidwork_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/paidwork"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/alipay/alipaytest"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
	"guanjia/internal/quote"
	"guanjia/internal/ticket"
)

var png, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

func seen(int64) error { return nil }

// door is a home with a technician at it, a price list, and Alipay.
type door struct {
	t               *testing.T
	d               *db.DB
	run             *jobs.Runner
	tickets         *ticket.Service
	quotes          *quote.Service
	svc             *paidwork.Service
	online          *payonline.Service
	ali             *alipaytest.Gateway
	desk, chen, luo authz.Actor
	far, finance    authz.Actor
	valve           quote.Item
	channel         payonline.ChannelID
}

func (s *door) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func each(t *testing.T, fn func(s *door)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		blobs, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		s := &door{t: t, d: d, tickets: &ticket.Service{DB: d, Blobs: blobs}, quotes: &quote.Service{DB: d}, ali: alipaytest.New(t), run: jobs.New(d, jobs.Options{})}
		s.online = &payonline.Service{DB: d, Gateways: payonline.Gateways{Alipay: s.ali.URL}}
		s.online.Approve(&approval.Service{DB: d})
		s.online.Schedule(s.run)
		s.svc = &paidwork.Service{DB: d, Online: s.online}
		jobs.On(s.run, "paidwork.quote_answered", s.svc.Answered)
		jobs.On(s.run, "paidwork.ticket_resolved", s.svc.Solved)
		jobs.OnIf(s.run, "paidwork.ticket_changed", paidwork.Ends, s.svc.Ended)
		jobs.On(s.run, "paidwork.payment_taken", s.svc.Paid)
		jobs.On(s.run, "paidwork.payment_voided", s.svc.Voided)
		dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (30, 1, '3', '3栋', '3', 1)`)
		dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, state, version, notes) VALUES (1502, 1, 30, '1502', '3栋1502', '3-1502', '1', 'home', 'occupied', 1, '')`)
		for i, name := range []string{"李静", "王芳"} { // the owner, and who rents the home
			dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, 'person', $3, '', '', '[]', '', 1)`, 2000+i, name, name)
			dbtest.Exec(t, d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES ($1, 1, $2, 1502, $3, '', 1)`, 3000+i, 2000+i, []string{"owner", "tenant"}[i])
		}
		for id, name := range map[int64]string{532: "陈师傅", 533: "罗师傅"} {
			dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $2, '', $4, $4, 1)`, id, name, name, false)
			dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', '', '["water"]', 'active', $4, '', 1)`, id, name, name, true)
		}
		here := []authz.CommunityID{1}
		s.desk = dbtest.Actor(217, here, ticket.ActOpen, ticket.ActView, ticket.ActDispatch, ticket.ActCancel, quote.ActPrices)
		work := []authz.Action{ticket.ActView, ticket.ActAccept, ticket.ActArrive, ticket.ActStart, ticket.ActResolve, ticket.ActPhoto, ticket.ActReopen, quote.ActOffer}
		s.chen, s.luo, s.far = dbtest.Actor(532, here, work...), dbtest.Actor(533, here, work...), dbtest.Actor(900, []authz.CommunityID{2}, append(work, ticket.ActDispatch)...)
		s.finance = dbtest.Actor(11, here, payonline.ActSettings, billing.ActBills, cashier.ActView, cashier.ActTake)
		s.valve, err = s.quotes.AddItem(t.Context(), s.desk, 1, quote.Terms{Code: "P-01", Name: "角阀", Kind: "part", Unit: "只", Price: 4550, Offered: true})
		s.must(err)
		fn(s)
	})
}

// open sets Alipay up; the gateway calls a server of this test.
func (s *door) open() {
	s.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = s.online.FromAlipay(r.Context(), s.channel, body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte("success"))
	}))
	s.t.Cleanup(server.Close)
	key := s.ali.MerchantKey()
	c, err := s.online.SetChannel(s.t.Context(), s.finance, 1, payonline.Alipay, seen, payonline.Terms{On: true, AppID: s.ali.App, Merchant: s.ali.Seller, Public: s.ali.PublicKey(), Key: &key, Site: server.URL})
	s.must(err)
	s.channel = c.ID
}

// agreed is a quote of two valves that the customer said yes to.
func (s *door) agreed(pays string, who int64) (ticket.ID, quote.ID) {
	s.t.Helper()
	ctx := s.t.Context()
	tk, err := s.tickets.Open(ctx, s.desk, ticket.Intake{Community: 1, Kind: ticket.Repair, Room: 1502, Category: "facilities.water", Grade: ticket.C, Title: "角阀滴水", Channel: "phone"})
	s.must(err)
	dbtest.Exec(s.t, s.d, `UPDATE ticket SET customer_id = $1 WHERE id = $2`, who, tk.ID)
	_, err = s.tickets.Dispatch(ctx, s.desk, tk.ID, seen, 532)
	s.must(err)
	_, err = s.tickets.Accept(ctx, s.chen, tk.ID, seen)
	s.must(err)
	_, err = s.tickets.Arrive(ctx, s.chen, tk.ID, seen)
	s.must(err)
	two, err := money.ParseRate("2")
	s.must(err)
	q, err := s.quotes.Offer(ctx, s.chen, tk.ID, quote.Draft{Pays: pays, Lines: []quote.DraftLine{{Item: s.valve.ID, Quantity: two}}})
	s.must(err)
	system := authz.System("test", "test.answer")
	s.must(s.d.Write(ctx, system, "test.answer", func(tx *db.Tx) error {
		t, err := ticket.In(ctx, tx, tk.ID)
		if err != nil {
			return err
		}
		return quote.Answer(ctx, tx, t, q.ID, quote.Accepted, "")
	}))
	s.drain()
	return tk.ID, q.ID
}

func (s *door) drain() {
	s.t.Helper()
	s.must(s.run.Drain(s.t.Context()))
}

func (s *door) solve(id ticket.ID) {
	s.t.Helper()
	ctx := s.t.Context()
	_, err := s.tickets.Start(ctx, s.chen, id, seen)
	s.must(err)
	_, err = s.tickets.AddPhoto(ctx, s.chen, id, "after", bytes.NewReader(png))
	s.must(err)
	_, err = s.tickets.Resolve(ctx, s.chen, id, seen, ticket.Outcome{Cause: "阀芯老化", Remedy: "换角阀"})
	s.must(err)
	s.drain()
}

func (s *door) count(q string, args ...any) int64 {
	s.t.Helper()
	return dbtest.One[int64](s.t, s.d, q, args...)
}

// books checks that the books hold, and that so much is owed and so much came in.
func (s *door) books(owed, paid int64) {
	s.t.Helper()
	l := &ledger.Service{DB: s.d}
	if _, err := l.Seal(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	if r, err := l.Verify(s.t.Context()); err != nil || len(r.Broken) != 0 {
		s.t.Fatalf("%+v %v", r, err)
	}
	in := s.count(`SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM ledger_entry x JOIN ledger_account a ON a.id = x.debit_id WHERE a.kind = 'alipay'`)
	up := s.count(`SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM ledger_entry x JOIN ledger_account a ON a.id = x.debit_id WHERE a.kind = 'receivable'`)
	down := s.count(`SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM ledger_entry x JOIN ledger_account a ON a.id = x.credit_id WHERE a.kind = 'receivable'`)
	if up-down != owed || in != paid {
		s.t.Errorf("%d fen are owed and %d came in, want %d and %d", up-down, in, owed, paid)
	}
}

func (s *door) quote(id ticket.ID) quote.View {
	s.t.Helper()
	all, err := s.quotes.OfTicket(s.t.Context(), s.chen, id)
	s.must(err)
	return all[0]
}

// PAY-02b: the technician shows a code, the customer pays it, the phone sees it paid, the ticket says so; once, whatever is repeated.
func TestPaidAtTheDoorByACode(t *testing.T) {
	each(t, func(s *door) {
		t := s.t
		ctx := s.t.Context()
		s.open()
		id, q := s.agreed("spot", 2000)
		s.books(9100, 0)
		if v := s.quote(id); !v.Owed || v.PaidAt != nil {
			t.Errorf("after the yes: %+v", v.Quote)
		}
		if _, err := s.svc.Code(ctx, s.luo, q, ""); !errors.Is(err, ticket.ErrNotYours) {
			t.Errorf("a colleague shows the code: %v", err)
		}
		if _, err := s.svc.Code(ctx, s.far, q, ""); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("somebody of another community shows it: %v", err)
		}
		if _, err := s.svc.Code(ctx, s.chen, q, payonline.WeChat); !errors.Is(err, payonline.ErrOff) {
			t.Errorf("a way that is not set up: %v", err)
		}
		o, err := s.svc.Code(ctx, s.chen, q, "")
		if err != nil || o.Fen != 9100 || o.State != payonline.Paying || o.Code == "" || len(o.Channels) != 1 || o.Way != payonline.Native {
			t.Fatalf("%+v %v", o, err)
		}
		if again, err := s.svc.Code(ctx, s.chen, q, payonline.Alipay); err != nil || again.ID != o.ID {
			t.Errorf("shown again: %v, want %v: %v", again.ID, o.ID, err)
		}
		for range 2 { // Alipay tells it twice
			if status, body, err := s.ali.Notify(ctx, s.ali.Pay(o.Number)); err != nil || status != http.StatusOK {
				t.Fatal(status, body, err)
			}
		}
		s.drain()
		if v := s.quote(id); v.Owed || v.PaidAt == nil {
			t.Errorf("after the payment: %+v", v.Quote)
		}
		if _, err := s.svc.Code(ctx, s.chen, q, ""); !errors.Is(err, paidwork.ErrPaid) {
			t.Errorf("shown once more: %v", err)
		}
		s.solve(id)
		s.books(0, 9100)
		if n := s.count(`SELECT COUNT(*) FROM bill_line`); n != 1 {
			t.Errorf("%d lines", n)
		}
		if n := s.count(`SELECT COUNT(*) FROM ticket_entry WHERE verb = 'quote_paid' AND data LIKE '%"receipt":"%'`); n != 1 {
			t.Errorf("the timeline tells it %d times", n)
		}
		if n := s.count(`SELECT COUNT(*) FROM receipt r JOIN payment p ON p.id = r.payment_id WHERE p.customer_id = 2000 AND r.voided_at IS NULL`); n != 1 {
			t.Errorf("%d receipts", n)
		}
	})
}

// TIC-07: without online payment it is said plainly, and the amount is owed all the same.
func TestWithoutOnlinePaymentItIsOwedAtTheDesk(t *testing.T) {
	each(t, func(s *door) {
		t := s.t
		id, q := s.agreed("spot", 2000)
		if _, err := s.svc.Code(s.t.Context(), s.chen, q, ""); !errors.Is(err, paidwork.ErrNoChannel) {
			t.Errorf("%v", err)
		}
		s.solve(id)
		s.books(9100, 0)
		if due := dbtest.One[string](s.t, s.d, `SELECT due_on FROM bill_line`); due != "2026-03-02" {
			t.Errorf("due on %s", due)
		}
	})
}

// TIC-07: what goes with the next bill is owed when the work is done, once, however often the ticket is resolved; a tenant owes what they had done.
func TestOnTheNextBillWhenTheWorkIsDone(t *testing.T) {
	each(t, func(s *door) {
		t := s.t
		ctx := s.t.Context()
		id, _ := s.agreed("bill", 2001)
		s.books(0, 0)
		s.solve(id)
		back, err := s.tickets.Reopen(ctx, s.chen, id, seen, "又滴水")
		s.must(err)
		if back.Status == ticket.New {
			_, err = s.tickets.Dispatch(ctx, s.desk, id, seen, 532)
			s.must(err)
		}
		_, err = s.tickets.Accept(ctx, s.chen, id, seen)
		s.must(err)
		_, err = s.tickets.Arrive(ctx, s.chen, id, seen)
		s.must(err)
		s.solve(id)
		s.books(9100, 0)
		type row struct {
			Due      string `db:"due_on"`
			Customer db.ID  `db:"customer_id"`
			Debtor   string `db:"debtor"`
			N        int64  `db:"n"`
		}
		got := dbtest.One[row](s.t, s.d, `SELECT MAX(due_on) AS due_on, MAX(customer_id) AS customer_id, MAX(debtor) AS debtor, COUNT(*) AS n FROM bill_line`)
		if got.Due != "2026-04-15" || got.Customer != 2001 || got.Debtor[:7] != "tenant:" || got.N != 1 {
			t.Errorf("%+v", got)
		}
	})
}

// A cancelled ticket takes its unpaid line back; two of one room and day are two.
func TestACancelledTicketOwesNothing(t *testing.T) {
	each(t, func(s *door) {
		t := s.t
		ctx := s.t.Context()
		s.open()
		first, _ := s.agreed("spot", 2000)
		second, paid := s.agreed("spot", 2000)
		s.books(18200, 0)
		o, err := s.svc.Code(ctx, s.chen, paid, "")
		s.must(err)
		if status, _, err := s.ali.Notify(ctx, s.ali.Pay(o.Number)); err != nil || status != http.StatusOK {
			t.Fatal(status, err)
		}
		for _, id := range []ticket.ID{first, second} {
			if _, err := s.tickets.Cancel(ctx, s.desk, id, seen, "业主自己修好了"); err != nil {
				t.Fatal(err)
			}
		}
		s.drain()
		s.books(0, 9100)
		if n := s.count(`SELECT COUNT(*) FROM bill_line WHERE reversed_at IS NULL`); n != 1 {
			t.Errorf("%d lines are left, want the paid one", n)
		}
		if v := s.quote(first); v.Owed {
			t.Errorf("still owed: %+v", v.Quote)
		}
	})
}

// Money that comes for a line that was taken back meanwhile is kept for the household.
func TestMoneyForACancelledTicketIsPrepaid(t *testing.T) {
	each(t, func(s *door) {
		t := s.t
		ctx := s.t.Context()
		s.open()
		id, q := s.agreed("spot", 2000)
		o, err := s.svc.Code(ctx, s.chen, q, "")
		s.must(err)
		_, err = s.tickets.Cancel(ctx, s.desk, id, seen, "业主自己修好了")
		s.must(err)
		s.drain()
		if status, _, err := s.ali.Notify(ctx, s.ali.Pay(o.Number)); err != nil || status != http.StatusOK {
			t.Fatal(status, err)
		}
		s.drain()
		s.books(0, 9100)
		if n := s.count(`SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment_part WHERE part = 'prepaid'`); n != 9100 {
			t.Errorf("%d fen are prepaid", n)
		}
	})
}

// Two nodes that bill the same quote at once bill it once.
func TestTwoWhoBillTheSameQuoteBillItOnce(t *testing.T) {
	each(t, func(s *door) {
		t := s.t
		s.open()
		id, q := s.agreed("bill", 2000)
		done := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := s.svc.Code(s.t.Context(), s.chen, q, "")
				done <- err
			}()
		}
		for range 2 {
			select {
			case err := <-done:
				s.must(err)
			case <-time.After(30 * time.Second):
				t.Fatal("it hangs")
			}
		}
		s.solve(id)
		s.books(9100, 0)
		if n := s.count(`SELECT COUNT(*) FROM bill_line`); n != 1 {
			t.Errorf("%d lines", n)
		}
	})
}
