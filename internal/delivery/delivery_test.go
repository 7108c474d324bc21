package delivery_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/delivery"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/paper/papertest"
)

// env is a community with two buildings of three rooms; the last room of each is
// the developer's, the owner of 102 and 201 is a company.
type env struct {
	t      *testing.T
	d      *db.DB
	clock  *dbtest.Clock
	svc    *delivery.Service
	clerk  authz.Actor
	walker authz.Actor
	other  authz.Actor
	item   billing.ItemID
}

const here = authz.CommunityID(1)

var png, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

func day(s string) clock.Day { d, _ := clock.ParseDay(s); return d }

func any0(int64) error { return nil }

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var owners = map[int64]int64{101: 1, 102: 2, 103: 0, 201: 2, 202: 3, 203: 0}

func each(t *testing.T, fn func(t *testing.T, e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		blobs := must(blob.Open(t.TempDir()))(t)
		e := &env{t: t, d: d, clock: c, svc: &delivery.Service{DB: d, Blobs: blobs}}
		e.at("2026-03-02 10:00")
		acts := []authz.Action{billing.ActBills, billing.ActEdit, delivery.ActNotice, delivery.ActDeliver, cashier.ActTake, "customer.names"}
		e.clerk = dbtest.Actor(11, []authz.CommunityID{1}, acts...)
		e.walker, e.other = dbtest.Actor(12, []authz.CommunityID{1}, delivery.ActDeliver), dbtest.Actor(13, []authz.CommunityID{1}, delivery.ActDeliver)
		for i, name := range map[int64]string{12: "送单小李", 13: "同事小张"} {
			dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $2, '', FALSE, FALSE, 1)`, i, fmt.Sprint("u", i), name)
			dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', '', '[]', 'active', FALSE, '', 1)`, i, fmt.Sprint(i), name)
		}
		for i, kind := range map[int64]string{1: "person", 2: "organisation", 3: "person"} {
			dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, language, version) VALUES ($1, 1, $2, $3, $4, '', '', '[]', '', $5, 1)`, i, fmt.Sprint("A", i), kind, fmt.Sprint("客户", i), map[int64]string{1: "en", 2: "", 3: "yue"}[i])
		}
		for b := int64(1); b <= 2; b++ {
			dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES ($1, 1, $2, $3, $2, 1)`, b*10, fmt.Sprint(b), fmt.Sprint(b, "栋"))
			for r := b*100 + 1; r <= b*100+3; r++ {
				dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, floor, building_area, state, handed_over_on, notes, version)
					VALUES ($1, 1, $2, $3, $4, $3, $3, 'home', 1, 10000, 'occupied', '2020-01-01', '', 1)`, r, b*10, fmt.Sprintf("%d-%d", b, r), fmt.Sprint(b, "栋", r))
			}
		}
		e.item = must((&billing.Service{DB: d}).Create(t.Context(), e.clerk, here, billing.ItemRules{Code: "property", Name: "物业费", Basis: billing.ByRoom, Starts: "always", Period: "month", DueDay: 31, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up", LateFrom: "due", PriceKind: "market"}))(t).ID
		fn(t, e)
	})
}

func (e *env) at(s string) {
	e.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("", 8*3600))
	if err != nil {
		e.t.Fatal(err)
	}
	e.clock.Set(at)
}

// billed books 100.00 for every room of a month.
func (e *env) billed(month string) billing.RunID {
	e.t.Helper()
	var run billing.RunID
	p, _ := clock.ParsePeriod(month)
	if err := e.d.Bulk(e.t.Context(), e.clerk, billing.ActEdit, func(tx *db.Tx) error {
		tx.Note(here, "test", nil, nil)
		now := tx.Now
		run = db.NewID[billing.Run](tx)
		if err := db.Insert(e.t.Context(), tx, "bill_run", billing.Run{ID: run, Community: here, Kind: "period", Period: p, State: billing.BookedRun, Total: 6, Amount: 60000, BookedAt: &now, Version: 1}); err != nil {
			return err
		}
		n := int64(0)
		for _, room := range []int64{101, 102, 103, 201, 202, 203} {
			n++
			debtor := "developer"
			if owners[room] != 0 {
				debtor = "owner:" + db.ID(owners[room]).String()
			}
			id := db.NewID[billing.Line](tx)
			debit := ledger.Account{Community: here, Kind: ledger.Receivable, Room: db.ID(room), Debtor: debtor, Item: db.ID(e.item)}
			txn, err := ledger.Post(e.t.Context(), tx, ledger.Draft{Community: here, Kind: "bill", Source: fmt.Sprint("bill:", int64(id)), Day: p.First(), Lines: []ledger.Line{{Debit: debit, Credit: ledger.Account{Community: here, Kind: ledger.Income, Item: db.ID(e.item)}, Fen: 10000}}})
			if err != nil {
				return err
			}
			if err := db.Insert(e.t.Context(), tx, "bill_line", billing.Line{Row: billing.Row{ID: id, Community: here, Run: run, N: n, Room: housing.RoomID(room), Item: e.item, Debtor: debtor, Customer: db.ID(owners[room]), Period: p, From: p.First(), To: p.Add(1).First(), Due: p.First().Add(30), Price: "100", Quantity: "1", Fen: 10000, Txn: txn.ID}}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		e.t.Fatal(err)
	}
	return run
}

// drained lets the jobs run. Nobody can be reached in a community without messages, so every notice becomes paper.
func (e *env) drained() {
	e.t.Helper()
	r := jobs.New(e.d, jobs.Options{})
	e.svc.Schedule(r)
	jobs.On(r, "message.bill_due", func(ctx context.Context, tx *db.Tx, d delivery.Due) error {
		tx.Silent("test")
		return delivery.ToldBy(ctx, tx, d.Notice, "")
	})
	if err := r.Drain(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) counts(run billing.RunID) delivery.Counted {
	e.t.Helper()
	return must(e.svc.Counts(e.t.Context(), e.clerk, delivery.BatchID(run)))(e.t)
}

// BIL-08: each payer of a booked run is told once, however often it begins.
func TestEachPayerOfARunGetsOneNotice(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		run := e.billed("2026-03")
		if c := e.counts(run); c.Batch != nil {
			t.Errorf("%+v", c)
		}
		for range 2 {
			must(e.svc.Send(t.Context(), e.clerk, run))(t)
			e.drained()
		}
		c := e.counts(run)
		if c.Batch == nil || c.Batch.State != "sent" || c.By[delivery.Print] != 6 || len(c.Rooms) != 2 || c.Rooms[0].Print != 3 {
			t.Errorf("%+v", c)
		}
		// Begun anew from the first line, as after a crash, nobody gets a second one.
		dbtest.Exec(t, e.d, `UPDATE bill_notice_batch SET done = 0, state = 'sending'`)
		if err := e.d.Write(t.Context(), e.clerk, delivery.ActNotice, func(tx *db.Tx) error {
			tx.Silent("test")
			return jobs.At(t.Context(), tx, "delivery.send", "again", tx.Now, map[string]any{"batch": run, "community": here})
		}); err != nil {
			t.Fatal(err)
		}
		e.drained()
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM bill_notice`); n != 6 || e.counts(run).Batch.State != "sent" {
			t.Error(n, "notices")
		}
	})
}

func TestNoticesGoOutByThemselvesOnTheSetDay(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		old := e.billed("2026-02")
		e.at("2026-03-02 10:01")
		r := must(e.svc.SetRules(t.Context(), e.clerk, here, func(v int64) error {
			if v != 0 {
				t.Error(v)
			}
			return nil
		}, delivery.RulesDraft{Automatic: true, Day: 5, Push: true, Photo: true}))(t)
		if r.Version != 1 || !r.Automatic {
			t.Errorf("%+v", r)
		}
		run := e.billed("2026-03")
		day := func(at string) int {
			e.at(at)
			if err := e.svc.Day(t.Context()); err != nil {
				t.Fatal(err)
			}
			e.drained()
			return int(dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM bill_notice`))
		}
		for at, want := range []struct {
			at   string
			want int
		}{{"2026-03-04 12:00", 0}, {"2026-03-05 08:30", 0}, {"2026-03-05 09:00", 6}, {"2026-03-05 09:10", 6}, {"2026-04-05 09:00", 6}} {
			if n := day(want.at); n != want.want {
				t.Errorf("%d %s: %d notices", at, want.at, n)
			}
		}
		if e.counts(run).Batch == nil || e.counts(old).Batch != nil {
			t.Error("what was booked before is left alone")
		}
	})
}

// A sheet has the month's lines with what was paid, and what is open of earlier
// bills; a company gets all its rooms on one.
func TestSheetsAreForARoomOrForAPayer(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.billed("2026-01")
		run := e.billed("2026-03")
		if err := e.d.Bulk(t.Context(), e.clerk, cashier.ActTake, func(tx *db.Tx) error {
			_, err := cashier.Take(t.Context(), tx, cashier.Taking{Community: here, Room: 101, Payer: "客户1", Fen: 15000, Means: ledger.Cash, Source: "desk:1"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		must(e.svc.Send(t.Context(), e.clerk, run))(t)
		e.drained()
		batch := delivery.BatchID(run)
		list, next, err := e.svc.Sheets(t.Context(), e.clerk, delivery.Wanted{Batch: batch, By: "room", Form: "month"}, delivery.Position{}, 4)
		if err != nil || len(list) != 4 || next == nil {
			t.Fatal(len(list), next, err)
		}
		if s := list[0]; s.Payer != "客户1" || s.Lang != "en" || len(s.Lines) != 1 || s.Lines[0].Paid != 5000 || s.Total != 5000 || s.Due != day("2026-03-31") {
			t.Errorf("%+v", s)
		}
		if s := list[1]; s.Lang != "zh" || len(s.Lines) != 2 || !s.Lines[0].Older || s.Older != 10000 || s.Total != 20000 || s.Due != day("2026-01-31") {
			t.Errorf("%+v", s)
		}
		more, next, err := e.svc.Sheets(t.Context(), e.clerk, delivery.Wanted{Batch: batch, By: "room", Form: "month"}, *next, 4)
		if err != nil || len(more) != 2 || next != nil {
			t.Error(len(more), next, err)
		}
		byPayer, next, err := e.svc.Sheets(t.Context(), e.clerk, delivery.Wanted{Batch: batch, By: "payer", Form: "month"}, delivery.Position{}, 50)
		if err != nil || next != nil || len(byPayer) != 4 {
			t.Fatal(len(byPayer), next, err)
		}
		var sum money.Fen
		for _, s := range byPayer {
			sum += s.Total
			if s.Payer == "客户2" && (len(s.Notices) != 2 || s.Total != 40000 || s.Label != "1栋102、2栋201") {
				t.Errorf("%+v", s)
			}
		}
		if sum != 5000+4*20000+20000 {
			t.Error(sum)
		}
		year, _, err := e.svc.Sheets(t.Context(), e.clerk, delivery.Wanted{Batch: batch, Room: 101, By: "room", Form: "year"}, delivery.Position{}, 50)
		if err != nil || len(year) != 1 || len(year[0].Lines) != 2 || year[0].Lines[0].Paid != 10000 || year[0].Total != 5000 {
			t.Errorf("%+v %v", year, err)
		}
	})
}

// BIL-08: the printed notices are one PDF, each in the language of its household, with
// the office, its hours, telephone and where one may complain, and a way to that very bill.
func TestThePrintedNoticesAreOneDocument(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		dbtest.Exec(t, e.d, `UPDATE community SET address = '云栖路 1 号', service_phone = '0571-00000000' WHERE id = 1`)
		dbtest.Exec(t, e.d, `INSERT INTO receipt_office (id, community_id, hours, complaint, deposit_alone, version) VALUES (1, 1, '每天 8:30–20:00', '12345 / 12315', 0, 1)`)
		run := e.billed("2026-03")
		must(e.svc.Send(t.Context(), e.clerk, run))(t)
		e.drained()
		batch := delivery.BatchID(run)
		file := must(e.svc.PDF(t.Context(), e.clerk, delivery.Wanted{Batch: batch, By: "room", Form: "month"}))(t)
		var out bytes.Buffer
		var rows int64
		if err := file.Write(&out, "A11 送单小李", &rows); err != nil || rows != 6 || papertest.Pages(out.Bytes()) != 6 {
			t.Fatal(err, rows, papertest.Pages(out.Bytes()))
		}
		text := papertest.Text(t, out.Bytes())
		for want, times := range map[string]int{
			"账单通知": 5, "Your bill": 1, "客服中心：云栖路 1 号 · 每天 8:30–20:00": 5, "Service centre: 云栖路 1 号 · 每天 8:30–20:00": 1,
			"服务电话：0571-00000000": 5, "Telephone: 0571-00000000": 1, "投诉渠道：12345 / 12315": 5, "Complaints: 12345 / 12315": 1, "A11 送单小李": 6, "开发建设单位": 2, "¥100.00": 6,
		} {
			if got := strings.Count(text, want); got != times {
				t.Errorf("%q stands %d times on the sheets, not %d", want, got, times)
			}
		}
		list, _, err := e.svc.Sheets(t.Context(), e.clerk, delivery.Wanted{Batch: batch, By: "room", Form: "month", Room: 102}, delivery.Position{}, 4)
		if err != nil || len(list) != 1 || list[0].Path != "/r/bills/"+housing.RoomID(102).String()+"/"+batch.String() {
			t.Errorf("the code leads to %+v, %v", list, err)
		}
		if _, err := e.svc.PDF(t.Context(), dbtest.Actor(14, []authz.CommunityID{2}, billing.ActBills), delivery.Wanted{Batch: batch}); !errors.Is(err, db.ErrNotFound) {
			t.Error("another community takes them:", err)
		}
	})
}

// BIL-08a: what is printed is carried by a named person in walking order, with a
// picture of every door; who was not met is visited again.
func TestARunWhoseNoticesHaveNotGoneOutHasNoneToPrint(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		run := e.billed("2026-03")
		w := delivery.Wanted{Batch: delivery.BatchID(run), By: "room", Form: "month"}
		if all, _, err := e.svc.Sheets(t.Context(), e.clerk, w, delivery.Position{}, 50); err != nil || len(all) != 0 {
			t.Errorf("%v %v", all, err)
		}
		w.Batch++
		if _, _, err := e.svc.Sheets(t.Context(), e.clerk, w, delivery.Position{}, 50); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("of no run: %v", err)
		}
	})
}

func TestARoundIsWalkedDoorByDoor(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		run := e.billed("2026-03")
		must(e.svc.Send(t.Context(), e.clerk, run))(t)
		e.drained()
		batch := delivery.BatchID(run)
		draft := delivery.RoundDraft{Batch: batch, Building: 10, Staff: 12, On: day("2026-03-03")}
		if _, err := e.svc.Plan(t.Context(), e.clerk, draft); !errors.Is(err, delivery.ErrNothing) {
			t.Error("nothing is printed yet:", err)
		}
		var ids []delivery.NoticeID
		for _, n := range must(e.svc.Notices(t.Context(), e.clerk, delivery.Filter{Batch: batch, Building: 10}, delivery.Position{}, 10))(t) {
			if n.Amount != 10000 {
				t.Errorf("%+v", n)
			}
			ids = append(ids, n.ID)
		}
		for _, want := range []int64{3, 0} { // printed is printed
			if n := must(e.svc.MarkPrinted(t.Context(), e.clerk, batch, ids))(t).N; n != want {
				t.Error(n, "printed")
			}
		}
		bad := draft
		bad.Staff = 99
		e.field(func() error { _, err := e.svc.Plan(t.Context(), e.clerk, bad); return err }(), "staffId")
		bad = draft
		bad.On = day("2026-03-01")
		e.field(func() error { _, err := e.svc.Plan(t.Context(), e.clerk, bad); return err }(), "on")
		r := must(e.svc.Plan(t.Context(), e.clerk, draft))(t)
		if r.All != 3 || r.Left != 3 || r.BuildingName != "1栋" || r.Name != "送单小李" {
			t.Errorf("%+v", r)
		}
		if _, err := e.svc.Plan(t.Context(), e.clerk, draft); !errors.Is(err, delivery.ErrNothing) {
			t.Error("a notice is carried by one person:", err)
		}
		if mine := must(e.svc.Rounds(t.Context(), e.walker, here, true))(t); len(mine) != 1 {
			t.Error(mine)
		}
		if mine := must(e.svc.Rounds(t.Context(), e.other, here, false))(t); len(mine) != 0 {
			t.Error("somebody else's round is seen", mine)
		}
		if _, err := e.svc.Round(t.Context(), e.other, r.ID); !errors.Is(err, delivery.ErrNotYours) {
			t.Error(err)
		}
		f := must(e.svc.Round(t.Context(), e.walker, r.ID))(t)
		if len(f.Doors) != 3 || f.Doors[0].Label != "1栋101" || f.Doors[2].Label != "1栋103" || f.Doors[0].Who == "客户1" || !f.Photo {
			t.Errorf("%+v", f)
		}
		first := f.Doors[0].ID
		if _, err := e.svc.Visit(t.Context(), e.walker, first, delivery.WasBoxed, "", clock.Day{}); !errors.Is(err, delivery.ErrPhoto) {
			t.Error("without a picture:", err)
		}
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM bill_visit`); n != 0 {
			t.Error("a refused visit was stored")
		}
		shot := func(id delivery.NoticeID) {
			t.Helper()
			must(e.svc.AddPhoto(t.Context(), e.walker, id, bytes.NewReader(png)))(t)
		}
		shot(first)
		done := clock.WithDone(t.Context(), clock.Of(e.clock.Now()).Add(-time.Hour))
		f = must(e.svc.Visit(done, e.walker, first, delivery.NotMet, "", clock.Day{}))(t)
		if d := f.Doors[0]; d.State != delivery.Printed || d.Tries != 1 || d.Next != day("2026-03-03") || len(d.Visits) != 1 || len(d.Visits[0].Photos) != 1 || d.Visits[0].At != clock.Of(e.clock.Now()).Add(-time.Hour) || f.Missed != 1 {
			t.Errorf("%+v", d)
		}
		p, content, err := e.svc.OpenPhoto(t.Context(), e.walker, f.Doors[0].Visits[0].Photos[0])
		if err != nil || p.Type != "image/png" {
			t.Error(p, err)
		} else {
			_ = content.Close()
		}
		if _, _, err := e.svc.OpenPhoto(t.Context(), e.other, p.ID); !errors.Is(err, delivery.ErrNotYours) {
			t.Error(err)
		}
		results := []delivery.Result{delivery.WasDelivered, delivery.WasBoxed, delivery.WasRefused}
		for i, d := range f.Doors {
			shot(d.ID)
			f = must(e.svc.Visit(t.Context(), e.walker, d.ID, results[i], "说明", clock.Day{}))(t)
		}
		if f.State != "done" || f.Left != 0 || f.Doors[2].State != delivery.Refused {
			t.Errorf("%+v", f)
		}
		if _, err := e.svc.Visit(t.Context(), e.walker, first, delivery.WasBoxed, "", clock.Day{}); !errors.Is(err, delivery.ErrSettled) {
			t.Error(err)
		}
		if c := e.counts(run); c.By[delivery.Delivered] != 1 || c.By[delivery.Boxed] != 1 || c.By[delivery.Refused] != 1 || c.By[delivery.Print] != 3 {
			t.Errorf("%+v", c)
		}
	})
}

// What is left of a round goes to somebody else, who sees it then.
func TestARoundIsGivenToSomebodyElse(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		run := e.billed("2026-03")
		must(e.svc.Send(t.Context(), e.clerk, run))(t)
		e.drained()
		dbtest.Exec(t, e.d, `UPDATE bill_notice SET state = 'printed'`)
		r := must(e.svc.Plan(t.Context(), e.clerk, delivery.RoundDraft{Batch: delivery.BatchID(run), Building: 20, Staff: 12, On: day("2026-03-03")}))(t)
		v := must(e.svc.Reassign(t.Context(), e.clerk, r.ID, any0, 13, day("2026-03-04")))(t)
		if v.Name != "同事小张" || v.Left != 3 {
			t.Errorf("%+v", v)
		}
		must(e.svc.Round(t.Context(), e.other, r.ID))(t)
		if _, err := e.svc.Round(t.Context(), e.walker, r.ID); !errors.Is(err, delivery.ErrNotYours) {
			t.Error(err)
		}
	})
}

func TestAnotherCommunitySeesNoNotice(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		run := e.billed("2026-03")
		must(e.svc.Send(t.Context(), e.clerk, run))(t)
		e.drained()
		far := dbtest.Actor(14, []authz.CommunityID{2}, billing.ActBills, delivery.ActNotice, delivery.ActDeliver)
		if _, err := e.svc.Send(t.Context(), far, run); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
		if _, _, err := e.svc.Sheets(t.Context(), far, delivery.Wanted{Batch: delivery.BatchID(run)}, delivery.Position{}, 10); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
		if all, err := e.svc.Notices(t.Context(), far, delivery.Filter{Batch: delivery.BatchID(run)}, delivery.Position{}, 10); err != nil || len(all) != 0 {
			t.Error(all, err)
		}
	})
}

func (e *env) field(err error, name string) {
	e.t.Helper()
	var f *errs.Error
	if errors.As(err, &f) {
		for _, one := range f.Fields {
			if one.Name == name {
				return
			}
		}
	}
	e.t.Errorf("%v does not name %s", err, name)
}
