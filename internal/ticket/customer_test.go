package ticket_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

// says lets the customer do something to a ticket, as package matter does.
func (h house) says(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) error {
	t.Helper()
	const act = "test.customer"
	return d.Write(t.Context(), authz.System("customer", act), act, fn)
}

// TIC-03: a customer's message ends a "waiting for customer" pause by itself, and no other.
func TestACustomersMessageEndsThePauseThatWaitedForThem(t *testing.T) {
	for why, goesOn := range map[ticket.Waiting]bool{ticket.ForCustomer: true, ticket.ForMaterial: false, ticket.ForThirdParty: false} {
		t.Run(string(why), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
				h, ctx := build(t, d, c), t.Context()
				tk := h.begun(t, ticket.C)
				if _, err := h.tickets.Hold(ctx, h.chen, tk.ID, any1, ticket.Holding{Why: why, Words: "请告诉我们几点在家"}); err != nil {
					t.Fatal(err)
				}
				c.Advance(3 * time.Hour)
				if err := h.says(t, d, func(tx *db.Tx) error { return h.tickets.Say(ctx, tx, tk.ID, "六点以后都在") }); err != nil {
					t.Fatal(err)
				}
				v := h.now(t, tk.ID)
				if (v.Status == ticket.Accepted) != goesOn || (v.Status == ticket.Held) == goesOn {
					t.Errorf("it is %s", v.Status)
				}
				if goesOn && v.Clocks[1].Due != tk.ResolveDue.Add(3*time.Hour) {
					t.Errorf("due %s", v.Clocks[1].Due)
				}
				if got := verbs(v); !slices.Contains(got, "customer_said") || slices.Contains(got, "resumed") != goesOn {
					t.Errorf("the timeline has %v", got)
				}
			})
		})
	}
}

func TestACustomerTakesBackWhatNobodyHasSetOutFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		early, late := h.begun(t, ticket.C), h.begun(t, ticket.C)
		back := func(tk ticket.Ticket) error {
			return h.says(t, d, func(tx *db.Tx) error { return h.tickets.Withdraw(ctx, tx, tk.ID, "自己修好了") })
		}
		if err := back(early); err != nil || h.now(t, early.ID).Status != ticket.Cancelled {
			t.Errorf("accepted, not set out: %v", err)
		}
		if _, err := h.tickets.Depart(ctx, h.chen, late.ID, any1); err != nil {
			t.Fatal(err)
		}
		if err := back(late); !errors.Is(err, ticket.ErrTooLate) {
			t.Errorf("on the way: %v", err)
		}
	})
}

// A matter that nobody heard belongs to somebody at the desk, who is told when a clock runs out.
func TestWhatACustomerReportsHasAnOwnerAtTheDesk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		var tk ticket.Ticket
		if err := h.says(t, d, func(tx *db.Tx) (err error) {
			tk, err = ticket.Report(t.Context(), tx, ticket.Intake{Community: place, Kind: ticket.Repair, Room: h.room, Category: "facilities.water", Title: "水压偏低"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		// Nobody here is at the desk; the supervisor leads it.
		if v := h.now(t, tk.ID); v.Owner.Name != "孙主管" || v.Timeline[0].By != nil {
			t.Errorf("owner %+v, opened by %+v", v.Owner, v.Timeline[0].By)
		}
	})
}

// TIC-02, TIC-12: danger is heard in later messages too, and never lowers a grade.
func TestADangerInACustomersMessageMakesItGradeA(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		calm, held, over := h.begun(t, ticket.C), h.begun(t, ticket.C), h.done(t, ticket.B)
		if _, err := h.tickets.Hold(ctx, h.chen, held.ID, any1, ticket.Holding{Why: ticket.ForMaterial, Words: "等配件"}); err != nil {
			t.Fatal(err)
		}
		for id, words := range map[ticket.ID]string{calm.ID: "明天上午在家", held.ID: "水管爆了，满屋都是水", over.ID: "厨房着火了"} {
			if err := h.says(t, d, func(tx *db.Tx) error { return h.tickets.Say(ctx, tx, id, words) }); err != nil {
				t.Fatal(err)
			}
		}
		if v := h.now(t, calm.ID); v.Grade != ticket.C || slices.Contains(verbs(v), "danger") {
			t.Errorf("who is at home tomorrow made it grade %s: %v", v.Grade, verbs(v))
		}
		v := h.now(t, held.ID)
		if v.Grade != ticket.A || v.Status != ticket.Accepted || v.Clocks[1].Due != v.OpenedAt.Add(2*time.Hour) {
			t.Errorf("a burst pipe leaves it grade %s, %s, due %s", v.Grade, v.Status, v.Clocks[1].Due)
		}
		if last := v.Timeline[len(v.Timeline)-1]; last.Verb != "danger" || last.Public || !last.System || last.Data["from"] != "C" {
			t.Errorf("the timeline ends with %+v", last)
		}
		if v := h.now(t, over.ID); v.Grade != ticket.B || v.Status != ticket.Resolved || !slices.Contains(verbs(v), "danger") {
			t.Errorf("what is done keeps its grade and is told of: %s, %s, %v", v.Grade, v.Status, verbs(v))
		}
		h.drain(t)
		told := 0
		for _, e := range *h.told {
			if e.Clock == "danger" && len(e.To) > 0 {
				told++
			}
		}
		if told != 2 {
			t.Errorf("%d dangers were told of, want 2: %+v", told, *h.told)
		}
	})
}

// TIC-07d, FAC-02: on their own phone a customer reads cause, remedy and advice,
// and signs these words; nobody signs what was not asked for, nor twice.
func TestACustomerSignsOnTheirOwnPhone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk := h.begun(t, ticket.C)
		sign := func() error {
			stored, err := h.tickets.StoreFile(ctx, "signature", png())
			if err != nil {
				t.Fatal(err)
			}
			const act = "test.customer"
			return d.Write(ctx, dbtest.Actor(901, []authz.CommunityID{place}, act), act, func(tx *db.Tx) error {
				_, err := h.tickets.Sign(ctx, tx, tk.ID, stored)
				return err
			})
		}
		read := ticket.Signed{Cause: "阀芯老化", Remedy: "更换阀芯", Advice: "两年后再换"}
		if _, err := h.tickets.AskSignature(ctx, h.chen, tk.ID, any1, read); !errors.Is(err, ticket.ErrTransition) {
			t.Errorf("asked for before anybody came: %v", err)
		}
		for _, do := range []func(context.Context, authz.Actor, ticket.ID, func(int64) error) (ticket.Ticket, error){h.tickets.Arrive, h.tickets.Start} {
			if _, err := do(ctx, h.chen, tk.ID, any1); err != nil {
				t.Fatal(err)
			}
		}
		if err := sign(); !errors.Is(err, ticket.ErrNothingToSign) {
			t.Errorf("signed what nobody asked for: %v", err)
		}
		if _, err := h.tickets.AskSignature(ctx, h.chen, tk.ID, any1, ticket.Signed{Cause: "阀芯老化"}); errs.Of(err).Fields == nil {
			t.Errorf("asked for without a word of what was done: %v", err)
		}
		if _, err := h.tickets.AskSignature(ctx, h.chen, tk.ID, any1, read); err != nil {
			t.Fatal(err)
		}
		if v := h.now(t, tk.ID); v.SignAsked == nil || *v.SignAsked != read {
			t.Errorf("what waits for a signature: %+v", v.SignAsked)
		}
		if err := sign(); err != nil {
			t.Fatal(err)
		}
		v := h.now(t, tk.ID)
		if len(v.Photos) != 1 || v.Photos[0].Kind != "signature" || *v.Photos[0].Signed != read || v.SignAsked != nil || !strings.HasSuffix(strings.Join(verbs(v), " "), "sign_asked signed") {
			t.Errorf("signed: %+v, %v", v.Photos, verbs(v))
		}
		if err := sign(); !errors.Is(err, ticket.ErrNothingToSign) {
			t.Errorf("signed twice: %v", err)
		}
	})
}
