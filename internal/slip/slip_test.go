package slip_test

import (
	"bytes"
	"errors"
	"image"
	imagepng "image/png"
	"testing"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/slip"
	"guanjia/internal/ticket"
)

type site struct {
	*testing.T
	tickets *ticket.Service
	slips   *slip.Service
	desk    authz.Actor // fills in, sees names
	keeper  authz.Actor // fills in, sees no names
	reader  authz.Actor // sees tickets only
	far     authz.Actor // of another community
	ticket  ticket.ID
}

func build(t *testing.T, d *db.DB) *site {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &site{T: t, tickets: &ticket.Service{DB: d, Blobs: blobs}, slips: &slip.Service{DB: d}}
	here := []authz.CommunityID{1}
	s.desk = dbtest.Actor(217, here, ticket.ActOpen, ticket.ActView, ticket.ActPhoto, ticket.ActCancel, slip.ActFill, slip.ActAny, customer.ActNames)
	s.keeper = dbtest.Actor(218, here, ticket.ActView, slip.ActFill, slip.ActAny)
	s.reader = dbtest.Actor(219, here, ticket.ActView)
	s.far = dbtest.Actor(900, []authz.CommunityID{2}, ticket.ActView, slip.ActFill, slip.ActAny, customer.ActNames)
	s.ticket = s.opened("门禁卡开通")
	return s
}

func (s *site) opened(title string) ticket.ID {
	s.Helper()
	t, err := s.tickets.Open(s.Context(), s.desk, ticket.Intake{Community: 1, Kind: ticket.Chore, Place: "3栋大堂", Category: "customer_service.device", Grade: ticket.C, Title: title, Channel: "phone"})
	if err != nil {
		s.Fatal(err)
	}
	return t.ID
}

func (s *site) photo(of ticket.ID, kind string) ticket.PhotoID {
	s.Helper()
	p, err := s.tickets.AddPhoto(s.Context(), s.desk, of, kind, dot(s.T))
	if err != nil {
		s.Fatal(err)
	}
	return p.ID
}

// dot is the smallest picture.
func dot(t *testing.T) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	if err := imagepng.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	return &b
}

func any1(int64) error { return nil }

func exactly(n int64) func(int64) error {
	return func(have int64) error {
		if have != n {
			return db.ErrStale
		}
		return nil
	}
}

func opening(device string, more ...slip.Line) slip.Filling {
	return slip.Filling{Lines: append([]slip.Line{{Field: "device_name", Value: device}}, more...)}
}

// TIC-14, PRO-03: what stands on the opening form is kept, with who wrote it and when; a correction keeps what stood there before.
func TestACorrectionKeepsWhatStoodThereBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		signed := s.photo(s.ticket, "signature")
		in := opening("门禁卡", slip.Line{Field: "third", Value: "赵来福"}, slip.Line{Field: "money", Value: "20"})
		in.Photo = signed
		first, err := s.slips.Fill(ctx, s.desk, s.ticket, "opening_form", in)
		if err != nil || first.Revision != 1 || first.Photo != signed || first.At != c.Instant() || first.Number != "" {
			t.Fatalf("%+v %v", first, err)
		}
		c.Advance(time.Hour)
		if _, err := s.slips.Correct(ctx, s.desk, first.ID, any1, opening("门禁卡两张"), " "); errs.Of(err).Fields[0].Name != "why" {
			t.Errorf("a correction without a reason: %v", err)
		}
		if _, err := s.slips.Correct(ctx, s.desk, first.ID, exactly(7), opening("门禁卡两张"), "发了两张"); !errors.Is(err, db.ErrStale) {
			t.Errorf("of another version: %v", err)
		}
		// Who sees no names saw 赵** and left it.
		seen, err := s.slips.OfTicket(ctx, s.keeper, s.ticket)
		if err != nil || len(seen) != 1 || seen[0].Lines[1].Value == "赵来福" {
			t.Fatalf("%+v %v", seen, err)
		}
		second, err := s.slips.Correct(ctx, s.keeper, first.ID, any1, opening("门禁卡两张", seen[0].Lines[1:]...), "发了两张")
		if err != nil || second.Revision != 2 || second.Earlier != first.ID {
			t.Fatalf("%+v %v", second, err)
		}
		if _, err := s.slips.Correct(ctx, s.desk, first.ID, any1, opening("门禁卡三张"), "又改"); !errors.Is(err, slip.ErrReplaced) {
			t.Errorf("the revision before was corrected once more: %v", err)
		}
		all, err := s.slips.OfTicket(ctx, s.desk, s.ticket)
		if err != nil || len(all) != 2 {
			t.Fatalf("%+v %v", all, err)
		}
		now, then := all[0], all[1]
		if now.Lines[0].Value != "门禁卡两张" || now.Lines[1].Value != "赵来福" || now.Lines[2].Value != "20.00" || now.ReplacedAt != nil || now.Why != "发了两张" {
			t.Errorf("%+v", now)
		}
		if then.Lines[0].Value != "门禁卡" || then.ReplacedAt == nil || *then.ReplacedAt != c.Instant() {
			t.Errorf("%+v", then)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM slip WHERE lines_sealed LIKE '%赵来福%' OR lines_sealed LIKE '%门禁%'`); n != 0 {
			t.Error("what stands on a slip lies in clear in the database (CUS-04)")
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM audit WHERE action = 'slip.fill'`); n != 2 {
			t.Errorf("the trail has %d entries", n)
		}
	})
}

// PRO-03: borrowing and sales slips have numbers of their own, by day; a correction keeps the number.
func TestSlipsOfTheStoreAreNumberedByDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		borrow := slip.Filling{Lines: []slip.Line{{Field: "borrower", Value: "陈师傅"}, {Field: "things", Value: "读卡器"}, {Field: "quantity", Value: "2"}, {Field: "lent", Value: "2026-03-02T01:00:00Z"}}}
		for _, want := range []string{"JT20260302-0001", "JT20260302-0002"} {
			v, err := s.slips.Fill(ctx, s.desk, s.ticket, "borrow_slip", borrow)
			if err != nil || v.Number != want {
				t.Fatalf("%s %v, want %s", v.Number, err, want)
			}
			if v, err = s.slips.Correct(ctx, s.desk, v.ID, any1, borrow, "已还"); err != nil || v.Number != want {
				t.Errorf("corrected: %s %v", v.Number, err)
			}
		}
	})
}

// ACC-04, TIC-04: only who may, of this community, while the ticket has not ended.
func TestWhoMayNotFillInFillsInNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		other := s.opened("另一件")
		foreign, before := s.photo(other, "signature"), s.photo(s.ticket, "before")
		v, err := s.slips.Fill(ctx, s.desk, s.ticket, "opening_form", opening("门禁卡"))
		if err != nil {
			t.Fatal(err)
		}
		fill := func(who authz.Actor, form string, in slip.Filling) error {
			_, err := s.slips.Fill(ctx, who, s.ticket, form, in)
			return err
		}
		for what, c := range map[string]struct{ got, want error }{
			"a reader":                 {fill(s.reader, "opening_form", opening("x")), authz.ErrForbidden},
			"somebody elsewhere":       {fill(s.far, "opening_form", opening("x")), db.ErrNotFound},
			"an unknown form":          {fill(s.desk, "gift_form", opening("x")), errs.ErrFields},
			"another ticket's picture": {fill(s.desk, "opening_form", slip.Filling{Lines: opening("x").Lines, Photo: foreign}), errs.ErrFields},
			"a picture of the damage":  {fill(s.desk, "opening_form", slip.Filling{Lines: opening("x").Lines, Photo: before}), errs.ErrFields},
			"a correction elsewhere":   {func() error { _, err := s.slips.Correct(ctx, s.far, v.ID, any1, opening("x"), "y"); return err }(), db.ErrNotFound},
			"a look from elsewhere":    {func() error { _, err := s.slips.OfTicket(ctx, s.far, s.ticket); return err }(), db.ErrNotFound},
			"an empty correction":      {func() error { _, err := s.slips.Correct(ctx, s.desk, v.ID, any1, slip.Filling{}, "y"); return err }(), errs.ErrFields},
		} {
			if !errors.Is(c.got, c.want) {
				t.Errorf("%s: %v, want %v", what, c.got, c.want)
			}
		}
		if _, err := s.tickets.Cancel(ctx, s.desk, s.ticket, any1, "不办了"); err != nil {
			t.Fatal(err)
		}
		if err := fill(s.desk, "opening_form", opening("x")); !errors.Is(err, slip.ErrEnded) {
			t.Errorf("of a cancelled ticket: %v", err)
		}
		if _, err := s.slips.Correct(ctx, s.desk, v.ID, any1, opening("x"), "y"); !errors.Is(err, slip.ErrEnded) {
			t.Errorf("a correction on a cancelled ticket: %v", err)
		}
		if all, err := s.slips.OfTicket(ctx, s.desk, s.ticket); err != nil || len(all) != 1 {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// ACC-13: what was filled in goes with time after the ticket has ended, and not before.
func TestSlipsOfEndedTicketsGoWithTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		running := s.opened("还在办")
		for _, id := range []ticket.ID{s.ticket, running} {
			if _, err := s.slips.Fill(ctx, s.desk, id, "opening_form", opening("门禁卡")); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.tickets.Cancel(ctx, s.desk, s.ticket, any1, "不办了"); err != nil {
			t.Fatal(err)
		}
		if n, err := s.slips.Trim(ctx, c.Instant()); err != nil || n != 0 {
			t.Errorf("%d %v", n, err)
		}
		if n, err := s.slips.Trim(ctx, c.Instant().Add(time.Hour)); err != nil || n != 1 {
			t.Errorf("%d %v", n, err)
		}
		if all, err := s.slips.OfTicket(ctx, s.desk, running); err != nil || len(all) != 1 {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// CUS-06, ACC-13: who is forgotten is forgotten on the slips of their tickets too, in every revision; what was lent stays.
func TestWhoIsForgottenIsForgottenOnTheirSlips(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES (77, 1, '77', 'person', '李静', '', '', '[]', '', 1)`)
		dbtest.Exec(t, d, `UPDATE ticket SET customer_id = 77 WHERE id = $1`, s.ticket)
		in := opening("门禁卡", slip.Line{Field: "third", Value: "赵来福"})
		in.Photo = s.photo(s.ticket, "signature")
		first, err := s.slips.Fill(ctx, s.desk, s.ticket, "opening_form", in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.slips.Correct(ctx, s.desk, first.ID, any1, in, "重填"); err != nil {
			t.Fatal(err)
		}
		system := authz.System("test", ticket.ActView)
		if err := d.Write(ctx, system, ticket.ActView, func(tx *db.Tx) error {
			tx.Silent("a test")
			return slip.ErasureGuard.Erase(ctx, tx.Global("a test"), customer.Customer{ID: 77, Community: 1}, nil)
		}); err != nil {
			t.Fatal(err)
		}
		all, err := s.slips.OfTicket(ctx, s.desk, s.ticket)
		if err != nil || len(all) != 2 {
			t.Fatalf("%+v %v", all, err)
		}
		for _, v := range all {
			if v.Lines[0].Value != "门禁卡" || v.Lines[1].Value != customer.ErasedName || v.Photo != 0 {
				t.Errorf("revision %d: %+v", v.Revision, v)
			}
		}
	})
}

// TIC-14: what stands now is on file, of one kind or of all, a page after the other; elsewhere there is nothing.
func TestSlipsStandOnFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		fill := func(form string, in slip.Filling) slip.View {
			t.Helper()
			v, err := s.slips.Fill(ctx, s.desk, s.ticket, form, in)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		first := fill("opening_form", opening("门禁卡"))
		fill("old_parts", slip.Filling{Lines: []slip.Line{{Field: "day", Value: "2026-03-02"}, {Field: "handed_by", Value: "陈师傅"}, {Field: "device", Value: "读卡器 0417"}, {Field: "keeper", Value: "老周"}}})
		if _, err := s.slips.Correct(ctx, s.desk, first.ID, any1, opening("门禁卡两张"), "发了两张"); err != nil {
			t.Fatal(err)
		}
		list := func(who authz.Actor, form string, before slip.ID, limit int) []slip.Row {
			t.Helper()
			all, err := s.slips.List(ctx, who, slip.Kept{Community: 1, Form: form}, before, limit)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		all := list(s.desk, "", 0, 10)
		if len(all) != 2 || all[0].Form != "opening_form" || all[0].Revision != 2 || all[1].Form != "old_parts" || all[0].Place != "3栋大堂" {
			t.Fatalf("%+v", all)
		}
		if got := list(s.desk, "old_parts", 0, 10); len(got) != 1 {
			t.Errorf("%+v", got)
		}
		if got := list(s.desk, "", all[0].ID, 1); len(got) != 1 || got[0].ID != all[1].ID {
			t.Errorf("%+v", got)
		}
		if _, err := s.slips.List(ctx, s.far, slip.Kept{Community: 1}, 0, 10); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("from elsewhere: %v", err)
		}
	})
}
