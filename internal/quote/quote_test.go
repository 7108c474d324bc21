package quote_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/quote"
	"guanjia/internal/ticket"
)

func rate(s string) money.Rate { r, _ := money.ParseRate(s); return r }

func seen(int64) error { return nil }

var png, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

// site is a home with a technician at its door, and a price list.
type site struct {
	t                    *testing.T
	tickets              *ticket.Service
	quotes               *quote.Service
	desk, chen, luo, far authz.Actor
	valve, visit         quote.Item
}

func build(t *testing.T, d *db.DB) *site {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (30, 1, '3', '3栋', '3', 1)`)
	dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, state, version, notes) VALUES (1502, 1, 30, '1502', '3栋1502', '3-1502', '1', 'home', 'occupied', 1, '')`)
	for id, name := range map[int64]string{532: "陈师傅", 533: "罗师傅"} {
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $2, '', $4, $4, 1)`, id, fmt.Sprint(id), name, false)
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', '', '["water"]', 'active', $4, '', 1)`, id, fmt.Sprint(id), name, true)
	}
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, tickets: &ticket.Service{DB: d, Blobs: blobs}, quotes: &quote.Service{DB: d}}
	s.tickets.Checks = []ticket.Check{quote.Waiting}
	s.tickets.BeforeStart = append(s.tickets.BeforeStart, quote.BeforeStart)
	here := []authz.CommunityID{1}
	s.desk = dbtest.Actor(217, here, ticket.ActOpen, ticket.ActView, ticket.ActDispatch, ticket.ActCancel, quote.ActPrices)
	work := []authz.Action{ticket.ActView, ticket.ActAccept, ticket.ActArrive, ticket.ActStart, ticket.ActResolve, ticket.ActPhoto, quote.ActOffer}
	s.chen, s.luo, s.far = dbtest.Actor(532, here, work...), dbtest.Actor(533, here, work...), dbtest.Actor(900, []authz.CommunityID{2}, append(work, quote.ActPrices, ticket.ActDispatch)...)
	s.visit, s.valve = s.item("L-01", "上门费", 3000, 0), s.item("P-01", "角阀", 4550, 90)
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) item(code, name string, price money.Fen, warranty int64) quote.Item {
	s.t.Helper()
	it, err := s.quotes.AddItem(s.t.Context(), s.desk, 1, quote.Terms{Code: code, Name: name, Kind: "part", Unit: "只", Price: price, WarrantyDays: warranty, Offered: true})
	s.must(err)
	return it
}

// atTheDoor is a repair that Chen has come for.
func (s *site) atTheDoor() ticket.ID {
	s.t.Helper()
	ctx := s.t.Context()
	tk, err := s.tickets.Open(ctx, s.desk, ticket.Intake{Community: 1, Kind: ticket.Repair, Room: 1502, Category: "facilities.water", Grade: ticket.C, Title: "角阀滴水", Channel: "phone"})
	s.must(err)
	_, err = s.tickets.Dispatch(ctx, s.desk, tk.ID, seen, 532)
	s.must(err)
	_, err = s.tickets.Accept(ctx, s.chen, tk.ID, seen)
	s.must(err)
	_, err = s.tickets.Arrive(ctx, s.chen, tk.ID, seen)
	s.must(err)
	return tk.ID
}

func (s *site) picture(id ticket.ID, kind string) ticket.PhotoID {
	s.t.Helper()
	p, err := s.tickets.AddPhoto(s.t.Context(), s.chen, id, kind, bytes.NewReader(png))
	s.must(err)
	return p.ID
}

func (s *site) offer(id ticket.ID, pays string, chosen ...quote.DraftLine) quote.View {
	s.t.Helper()
	v, err := s.quotes.Offer(s.t.Context(), s.chen, id, quote.Draft{Pays: pays, Words: "阀芯坏了，换角阀", Lines: chosen})
	s.must(err)
	return v
}

func TestWorkBeginsWhenTheCustomerHasAgreedToItsPrice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		id := s.atTheDoor()
		first := s.offer(id, "spot", quote.DraftLine{Item: s.visit.ID, Quantity: rate("1")})
		q := s.offer(id, "bill", quote.DraftLine{Item: s.visit.ID, Quantity: rate("1")}, quote.DraftLine{Item: s.valve.ID, Quantity: rate("2")})
		if q.Total != 12100 || q.State != quote.Offered {
			t.Fatalf("%+v", q)
		}
		all, err := s.quotes.OfTicket(ctx, s.desk, id)
		if err != nil || len(all) != 2 || all[0].ID != q.ID || all[1].ID != first.ID || all[1].State != quote.Withdrawn || len(all[0].Lines) != 2 {
			t.Fatalf("another quote takes the place of the first: %+v %v", all, err)
		}
		if _, err := s.tickets.Start(ctx, s.chen, id, seen); !errors.Is(err, quote.ErrWaits) {
			t.Errorf("work began before the yes: %v", err)
		}
		if v, err := s.tickets.Get(ctx, s.desk, id); err != nil || !slices.Contains(v.Missing, "quote") {
			t.Errorf("resolving lacks %v %v", v.Missing, err)
		}
		// A signature is a picture of this ticket, of its kind, made after the offer.
		for name, p := range map[string]ticket.PhotoID{"a photo of the leak": s.picture(id, "before"), "nothing": 0, "of another ticket": s.picture(s.atTheDoor(), "signature")} {
			if _, err := s.quotes.Sign(ctx, s.chen, q.ID, seen, "李静", p); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Code != "quote.no_signature" {
				t.Errorf("signed with %s: %v", name, err)
			}
		}
		c.Advance(time.Minute)
		signature := s.picture(id, "signature")
		if _, err := s.quotes.Sign(ctx, s.luo, q.ID, seen, "李静", signature); !errors.Is(err, ticket.ErrNotYours) {
			t.Errorf("a colleague signs: %v", err)
		}
		signed, err := s.quotes.Sign(ctx, s.chen, q.ID, seen, "李静", signature)
		if err != nil || signed.State != quote.Accepted || signed.DecidedHow != "signature" || signed.SignedName != "李*" { // names are masked for who may not see them
			t.Fatalf("%+v %v", signed, err)
		}
		chief := s.desk
		chief.Grants = append(slices.Clone(chief.Grants), dbtest.Actor(217, []authz.CommunityID{1}, customer.ActNames).Grants...)
		if all, err := s.quotes.OfTicket(ctx, chief, id); err != nil || all[0].SignedName != "李静" {
			t.Errorf("who may see names reads %q %v", all[0].SignedName, err)
		}
		dbtest.Exec(t, d, `DELETE FROM ticket_photo WHERE id = $1`, int64(signature))
		if all, err := s.quotes.OfTicket(ctx, chief, id); err != nil || all[0].Photo != 0 || all[0].State != quote.Accepted {
			t.Errorf("a signature that was erased with its time is still shown: %+v %v", all[0], err)
		}
		if _, err := s.quotes.Withdraw(ctx, s.chen, q.ID, seen); !errors.Is(err, quote.ErrDecided) {
			t.Errorf("what was agreed to is withdrawn: %v", err)
		}
		if _, err := s.tickets.Start(ctx, s.chen, id, seen); err != nil {
			t.Error(err)
		}
		// More is found, and the customer does not want it: the rest goes on.
		more := s.offer(id, "spot", quote.DraftLine{Item: s.valve.ID, Quantity: rate("1")})
		if _, err := s.quotes.Refused(ctx, s.chen, more.ID, seen, "先不换"); err != nil {
			t.Error(err)
		}
		s.picture(id, "after")
		if _, err := s.tickets.Resolve(ctx, s.chen, id, seen, ticket.Outcome{Cause: "老化", Remedy: "更换角阀"}); err != nil {
			t.Error(err)
		}
		if _, err := s.quotes.Offer(ctx, s.chen, id, quote.Draft{Pays: "spot", Lines: []quote.DraftLine{{Item: s.valve.ID, Quantity: rate("1")}}}); !errors.Is(err, quote.ErrNotNow) {
			t.Errorf("after the work: %v", err)
		}
		v, err := s.tickets.Get(ctx, s.desk, id)
		verbs := ""
		for _, e := range v.Timeline {
			if e.Public {
				verbs += e.Verb + " "
			}
		}
		if err != nil || verbs != "opened dispatched accepted arrived quoted quoted quote_signed started quoted quote_declined resolved " {
			t.Errorf("the customer sees: %s %v", verbs, err)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM ledger_entry`); n != 0 {
			t.Errorf("%d entries were booked: billing paid work is for package paidwork", n)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM outbox WHERE name = 'quote.answered'`); n != 2 {
			t.Errorf("the answer was told %d times, not twice", n)
		}
	})
}

func TestTheSameWorkIsFreeWhileItsWarrantyHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		id := s.atTheDoor()
		q := s.offer(id, "spot", quote.DraftLine{Item: s.valve.ID, Quantity: rate("1")})
		_, err := s.quotes.Sign(ctx, s.chen, q.ID, seen, "李静", s.picture(id, "signature"))
		s.must(err)
		s.picture(id, "after")
		done, err := s.tickets.Resolve(ctx, s.chen, id, seen, ticket.Outcome{Cause: "老化", Remedy: "更换角阀"})
		s.must(err)
		c.Advance(89 * 24 * time.Hour)
		again := s.offer(s.atTheDoor(), "spot", quote.DraftLine{Item: s.valve.ID, Quantity: rate("1")})
		if again.Total != 0 || again.State != quote.Accepted || again.DecidedHow != "free" || again.Lines[0].FreeOf != done.Number {
			t.Errorf("within the warranty: %+v", again)
		}
		both := s.offer(s.atTheDoor(), "spot", quote.DraftLine{Item: s.valve.ID, Quantity: rate("1")}, quote.DraftLine{Item: s.visit.ID, Quantity: rate("1")})
		if both.Total != 3000 || both.State != quote.Offered {
			t.Errorf("the visit is paid: %+v", both)
		}
		c.Advance(2 * 24 * time.Hour)
		if later := s.offer(s.atTheDoor(), "spot", quote.DraftLine{Item: s.valve.ID, Quantity: rate("1")}); later.Total != 4550 {
			t.Errorf("after it: %+v", later)
		}
	})
}

func TestAPriceListKeepsWhatWasQuoted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		id := s.atTheDoor()
		q := s.offer(id, "spot", quote.DraftLine{Item: s.valve.ID, Quantity: rate("1")})
		dear := s.valve.Terms
		dear.Price, dear.Offered = 9900, false
		if _, err := s.quotes.EditItem(ctx, s.desk, s.valve.ID, func(int64) error { return db.ErrStale }, dear); !errors.Is(err, db.ErrStale) {
			t.Error(err)
		}
		if it, err := s.quotes.EditItem(ctx, s.desk, s.valve.ID, seen, dear); err != nil || it.Version != 2 {
			t.Errorf("%+v %v", it, err)
		}
		all, err := s.quotes.OfTicket(ctx, s.desk, id)
		if err != nil || all[0].ID != q.ID || all[0].Lines[0].Price != 4550 {
			t.Errorf("%+v %v", all, err)
		}
		if _, err := s.quotes.Offer(ctx, s.chen, id, quote.Draft{Pays: "spot", Lines: []quote.DraftLine{{Item: s.valve.ID, Quantity: rate("1")}}}); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Code != "quote.item_gone" {
			t.Errorf("what is no longer offered: %v", err)
		}
		if all, err := s.quotes.OfTicket(ctx, s.desk, id); err != nil || all[0].State != quote.Offered {
			t.Errorf("a wrong draft took the waiting quote away: %+v %v", all, err)
		}
		if _, err := s.quotes.AddItem(ctx, s.desk, 1, dear); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Code != "quote.code_taken" {
			t.Errorf("a code twice: %v", err)
		}
		for name, err := range map[string]error{
			"its prices": func() error { _, err := s.quotes.Items(ctx, s.far, 1); return err }(),
			"an edit":    func() error { _, err := s.quotes.EditItem(ctx, s.far, s.valve.ID, seen, dear); return err }(),
			"its quotes": func() error { _, err := s.quotes.OfTicket(ctx, s.far, id); return err }(),
			"a step":     func() error { _, err := s.quotes.Withdraw(ctx, s.far, q.ID, seen); return err }(),
			"an offer":   func() error { _, err := s.quotes.Offer(ctx, s.far, id, quote.Draft{Pays: "spot"}); return err }(),
		} {
			if err == nil {
				t.Errorf("another community's people reach %s", name)
			}
		}
		_, err = s.tickets.Cancel(ctx, s.desk, id, seen, "客户自己找人")
		s.must(err)
		if all, err := s.quotes.OfTicket(ctx, s.desk, id); err != nil || all[0].State != quote.Withdrawn {
			t.Errorf("a quote of a cancelled ticket waits: %+v %v", all, err)
		}
	})
}
