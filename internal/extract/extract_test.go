package extract_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/extract"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/paper/papertest"
)

func kinds(s extract.Statement) string {
	var out []string
	for _, e := range s.Entries {
		out = append(out, string(e.Kind))
	}
	return strings.Join(out, " ")
}

// BIL-08: heading, opening balance, each bill with period and due day, payments
// with their receipt, late fees booked and not booked, what was waived, closing.
func TestAStatementSaysWhatHappenedToARoom(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		e.on("2026-02-05")
		e.billed("2026-02")
		e.on("2026-02-25") // late through the day before: January 40 days, February 9, at 0.10 a day
		p := e.paid(1000, 10000, ledger.Cash)
		e.on("2026-03-02")
		if !e.waive(1000) {
			t.Fatal("nothing was late")
		}
		s := e.of(extract.Asked{Form: extract.ByRoom, Room: 1000, From: day("2026-02-01"), To: day("2026-03-31")})
		if s.Name != "李静" || s.Place.Company != "Company" || s.Place.Complaint == "" || len(s.Rooms) != 1 || s.Rooms[0] != "1栋100" || s.Lang != "zh" {
			t.Errorf("the heading: %+v", s)
		}
		if got := kinds(s); got != "bill payment waiver" {
			t.Fatal(got)
		}
		bill, paid, waived := s.Entries[0], s.Entries[1], s.Entries[2]
		if s.Opening.Balance != 20000 || bill.Charged != 20000 || bill.Period.String() != "2026-02" || bill.Due != day("2026-02-15") || bill.Item != "物业费" || bill.To != day("2026-02-28") {
			t.Errorf("opening %s, %+v", s.Opening.Balance, bill)
		}
		if paid.Number != p.Number || paid.Number == "" || paid.Booked != 490 || paid.Credited != 10000 || paid.Balance != 30490 {
			t.Errorf("the payment: %+v", paid)
		}
		if waived.Waived == 0 || waived.Charged != 0 || waived.Balance != paid.Balance || s.Totals.Waived != waived.Waived {
			t.Errorf("what was waived: %+v", waived)
		}
		if s.Closing.Balance != 30490 || s.Closing.Owed != 30490 || s.Late == 0 || s.Payable != 30490+s.Late || bill.Accrued == 0 || s.AsOf != day("2026-03-02") {
			t.Errorf("closing %+v late %s payable %s", s.Closing, s.Late, s.Payable)
		}
		if len(s.Open) != 2 || s.Open[0].Late+s.Open[1].Late != s.Late {
			t.Errorf("open: %+v", s.Open)
		}
	})
}

// A payment that pays nothing but late fees touches no account of the household
// in the books, and stands on the statement with its receipt all the same.
func TestAPaymentOfLateFeesAloneIsThere(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		e.on("2026-02-25")
		p := e.paid(1000, 100, ledger.Cash) // late fees go before principal (art. 561)
		s := e.of(extract.Asked{Form: extract.ByRoom, Room: 1000, From: day("2026-02-01"), To: day("2026-02-28")})
		if kinds(s) != "payment" || s.Entries[0].Number != p.Number || s.Entries[0].Credited != 100 || s.Entries[0].Booked != 100 || s.Closing.Balance != 20000 {
			t.Fatalf("%+v", s.Entries)
		}
		e.void(p.ID)
		s = e.of(extract.Asked{Form: extract.ByRoom, Room: 1000, From: day("2026-02-01"), To: day("2026-02-28")})
		if kinds(s) != "payment void" || s.Entries[1].Credited != -100 || s.Entries[1].Booked != -100 || s.Totals.Paid != 0 || s.Totals.Late != 0 {
			t.Fatalf("%+v", s.Entries)
		}
	})
}

// Per payer: all rooms of one who pays; per company: also what it rents, from
// the day it rents it; the developer: what nobody has bought.
func TestAStatementIsForWhoeverItIsFor(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		dbtest.Exec(t, e.d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, floor, building_area, state, notes, version) VALUES (1009, 1, 100, '1-109', '1栋109', '1-109', '1-109', 'home', 9, 10000, 'unsold', '', 1)`)
		e.fee()
		e.billed("2026-01")
		e.on("2026-03-05")
		e.billed("2026-02")
		e.billed("2026-03")
		span := extract.Asked{From: day("2026-01-01"), To: day("2026-03-31")}
		with := func(f extract.Form, c int64) extract.Statement {
			a := span
			a.Form, a.Customer, a.Community = f, li, 1
			if c != 0 {
				a.Customer = company
			}
			return e.of(a)
		}
		if s := with(extract.ByPayer, 0); len(s.Rooms) != 2 || s.Closing.Owed != 6*20000 || len(s.Entries) != 6 {
			t.Errorf("Li: %v %+v", s.Rooms, s.Closing)
		}
		if s := with(extract.ByPayer, 1); len(s.Rooms) != 1 || s.Closing.Owed != 3*20000 || s.Name != "云杉科技有限公司" {
			t.Errorf("the company as payer: %v %+v", s.Rooms, s.Closing)
		}
		s := with(extract.ByCompany, 1)
		if len(s.Rooms) != 2 || s.Closing.Owed != 6*20000 || !strings.Contains(kinds(s), "over") {
			t.Errorf("the company with what it rents: %v %+v %s", s.Rooms, s.Closing, kinds(s))
		}
		if i := slices.IndexFunc(s.Entries, func(x extract.Entry) bool { return x.Kind == extract.Over }); i >= 0 && (s.Entries[i].Day != day("2026-02-10") || s.Entries[i].Credited != -20000) {
			t.Errorf("what stood when it was rented: %+v", s.Entries[i])
		}
		if s := with(extract.ByDeveloper, 0); len(s.Rooms) != 1 || s.Closing.Owed != 3*20000 || s.Name != "" {
			t.Errorf("the developer: %v %+v", s.Rooms, s.Closing)
		}
	})
}

// CUS-01, BIL-08: of a room that several own together each of them gets the statement, whole and once; what the first of them
// owes elsewhere is not in it.
func TestEachOfSeveralOwnersGetsTheWholeOfTheirRoomOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.relation(3010, wang, 1001, "owner", "")
		e.relation(3011, wang, 1001, "owner", "") // a second share of the same room
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		e.paid(1001, 5000, ledger.Cash)
		of := func(who customer.ID) extract.Statement {
			return e.of(extract.Asked{Form: extract.ByPayer, Customer: who, From: day("2026-01-01"), To: day("2026-01-31")})
		}
		s := of(wang)
		if strings.Join(s.Rooms, " ") != "1栋101 1栋103" || s.Closing.Owed != 15000+20000 || kinds(s) != "bill bill payment" || s.Payable != 35000 {
			t.Errorf("Wang: %v %+v %s, payable %s", s.Rooms, s.Closing, kinds(s), s.Payable)
		}
		if s := of(li); strings.Join(s.Rooms, " ") != "1栋100 1栋101" || s.Closing.Owed != 20000+15000 {
			t.Errorf("Li: %v %+v", s.Rooms, s.Closing)
		}
		e.on("2026-01-31")
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = '2026-01-20' WHERE id IN (3010, 3011)`)
		if s := of(wang); strings.Join(s.Rooms, " ") != "1栋103" {
			t.Errorf("no owner any more: %v", s.Rooms)
		}
	})
}

func no(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// PAY-05, PAY-05a: who bought a room is told nothing of what others paid ahead before them, nor of what those owed: it is the
// seller's still, and pays no bill of the buyer's.
func TestWhoBoughtARoomDoesNotSeeWhatWasBefore(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		e.paid(1000, 35000, ledger.Cash)
		e.on("2026-02-20")
		e.home.Since = day("2026-02-01")
		dbtest.Exec(t, e.d, `UPDATE relation SET to_on = '2026-02-01' WHERE id = 3000`)
		e.relation(3009, wang, 1000, "owner", "2026-02-01")
		e.billed("2026-02")
		buyer := e.of(extract.Asked{Form: extract.ByPayer, Customer: wang, From: day("2026-01-01"), To: day("2026-02-28")})
		for _, x := range buyer.Entries {
			if x.Room == "1栋100" && x.Day.Before(day("2026-02-01")) || x.Number != "" {
				t.Errorf("the buyer sees %+v", x)
			}
		}
		owned := func(s extract.Statement) string { // the buyer has another room too
			s.Entries = slices.DeleteFunc(s.Entries, func(x extract.Entry) bool { return x.Room != "1栋100" })
			return kinds(s)
		}
		if owned(buyer) != "bill" || buyer.Closing.Ahead != 0 || buyer.Closing.Owed != 3*20000 {
			t.Errorf("%s %+v", owned(buyer), buyer.Closing) // the seller's 150.00 paid nothing of it
		}
		room := e.of(extract.Asked{Form: extract.ByRoom, Room: 1000, From: day("2026-01-01"), To: day("2026-02-28")})
		if room.Closing.Ahead != 15000 || room.Closing.Owed != 20000 {
			t.Errorf("the room: %+v", room.Closing)
		}
		// It is handed over: the buyer's statement tells of that, the room's balance stays.
		var seller cashier.Payment
		no(t, e.d.Read(t.Context(), e.anna, cashier.ActView, func(tx *db.Tx) (err error) {
			seller, err = db.One[cashier.Payment](t.Context(), tx, `SELECT `+db.Columns[cashier.Payment]("p")+` FROM payment p WHERE p.room_id = 1000 AND p.means = 'cash' AND {scope:p}`)
			return err
		}))
		no(t, e.d.Write(t.Context(), e.anna, cashier.ActTake, func(tx *db.Tx) error {
			_, err := cashier.HandOver(t.Context(), tx, cashier.Handover{Of: seller, To: cashier.Heir{Customer: wang, Name: "王芳"}, Fen: 15000, Key: "1", Reason: "约定随房转让"})
			return err
		}))
		buyer = e.of(extract.Asked{Form: extract.ByPayer, Customer: wang, From: day("2026-01-01"), To: day("2026-02-28")})
		if owned(buyer) != "bill handed" || buyer.Closing.Ahead != 15000 || buyer.Closing.Balance != 3*20000-15000 {
			t.Errorf("after it was handed over: %s %+v", owned(buyer), buyer.Closing)
		}
		room = e.of(extract.Asked{Form: extract.ByRoom, Room: 1000, From: day("2026-01-01"), To: day("2026-02-28")})
		if room.Closing.Ahead != 15000 || room.Closing.Balance != 20000-15000 {
			t.Errorf("the room after it: %+v", room.Closing)
		}
		sold := e.of(extract.Asked{Form: extract.ByPayer, Customer: li, From: day("2026-01-01"), To: day("2026-02-28")})
		for _, x := range sold.Entries {
			if x.Room == "1栋100" && x.Period.String() == "2026-02" {
				t.Errorf("the seller sees %+v", x)
			}
		}
	})
}

// A resident reads their own statements and nobody else's; somebody of the
// family sees the room, not the other rooms of who pays.
func TestAResidentSeesTheirOwnStatementOnly(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		a := extract.Asked{Form: extract.ByRoom, Room: 1000, From: day("2026-01-01"), To: day("2026-01-31")}
		if s := must(e.svc.Own(t.Context(), e.li, a))(t); s.Closing.Owed != 20000 || s.Name != "李静" {
			t.Errorf("%+v", s)
		}
		every := a
		every.Form = extract.ByPayer
		if s := must(e.svc.Own(t.Context(), e.li, every))(t); s.Closing.Owed != 40000 {
			t.Errorf("%+v", s.Closing)
		}
		if s := must(e.svc.Own(t.Context(), e.wang, a))(t); s.Closing.Owed != 20000 || s.Name == "李静" { // of the family
			t.Errorf("%+v", s.Name)
		}
		if _, err := e.svc.Own(t.Context(), e.wang, every); !errors.Is(err, extract.ErrOwner) {
			t.Error(err)
		}
		a.Room = 1002
		if _, err := e.svc.Own(t.Context(), e.li, a); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestAnotherCommunitysStaffFindNothing(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		for _, a := range []extract.Asked{{Form: extract.ByRoom, Room: 1000}, {Form: extract.ByPayer, Customer: li}, {Form: extract.ByDeveloper, Community: 1}} {
			a.From, a.To = day("2026-01-01"), day("2026-01-31")
			if _, err := e.svc.Statement(t.Context(), e.far, extract.ActView, a); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%+v: %v", a, err)
			}
		}
		if _, err := e.svc.Prefer(t.Context(), e.far, li, seen, extract.Wish{Form: extract.ByRoom, Rhythm: extract.Monthly, Lang: "en"}); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
		less := dbtest.Actor(13, []authz.CommunityID{1}, extract.ActView)
		s := must(e.svc.Statement(t.Context(), less, extract.ActView, extract.Asked{Form: extract.ByRoom, Room: 1000, From: day("2026-01-01"), To: day("2026-01-31")}))(t)
		if s.Name == "李静" || s.Name == "" {
			t.Errorf("who sees no names sees %q (CUS-04)", s.Name)
		}
	})
}

// At most five years, and the days in their order; what is wrong is said at its field.
func TestASpanHasItsBounds(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ask := func(from, to string) error {
			_, err := e.svc.Statement(t.Context(), e.anna, extract.ActView, extract.Asked{Form: extract.ByRoom, Room: 1000, From: day(from), To: day(to)})
			return err
		}
		field(t, ask("2026-02-01", "2026-01-31"), "to", "extract.days")
		field(t, ask("2021-01-01", "2026-01-01"), "to", "extract.span")
		field(t, ask("2024-02-29", "2029-03-01"), "to", "extract.span")
		for _, s := range [][2]string{{"2021-01-01", "2025-12-31"}, {"2024-02-29", "2029-02-28"}, {"2026-01-01", "2026-01-01"}} {
			if err := ask(s[0], s[1]); err != nil {
				t.Error(s, err)
			}
		}
	})
}

// How statements come is chosen at the desk or on one's own phone, and every
// change stands in the trail.
func TestWhoPaysChoosesHowStatementsCome(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-03-05")
		p := must(e.svc.Preference(t.Context(), e.anna, li))(t)
		if p.Rhythm != extract.Never || p.Form != extract.ByRoom || p.Lang != "zh" || p.Version != 0 || !p.Own {
			t.Fatalf("%+v", p)
		}
		_, err := e.svc.Prefer(t.Context(), e.anna, li, seen, extract.Wish{Form: extract.ByCompany, Rhythm: extract.Monthly, Lang: "zh"})
		field(t, err, "form", "extract.person")
		p = must(e.svc.OwnPrefer(t.Context(), e.li, 1000, seen, extract.Wish{Form: extract.ByPayer, Rhythm: extract.Monthly, Lang: "en"}))(t)
		if p.Version != 1 || p.Lang != "en" || p.Since != day("2026-03-05") {
			t.Fatalf("%+v", p)
		}
		if p = must(e.svc.OfRoom(t.Context(), e.anna, 1001))(t); p.Form != extract.ByPayer || p.Name != "李静" {
			t.Errorf("at the household's page: %+v", p)
		}
		if _, err := e.svc.OwnPrefer(t.Context(), e.wang, 1000, seen, p.Wish); !errors.Is(err, extract.ErrOwner) {
			t.Error("somebody of the family chose", err)
		}
		if n := dbtest.One[int](t, e.d, `SELECT COUNT(*) FROM audit WHERE subject = $1 AND action = $2`, "customer:"+li.String(), string(extract.ActOwnPrefer)); n != 1 {
			t.Errorf("%d entries of the trail", n)
		}
		e.fee()
		e.billed("2026-03")
		if s := e.of(extract.Asked{Form: extract.ByPayer, Customer: li, From: day("2026-03-01"), To: day("2026-03-31")}); s.Lang != "en" {
			t.Error("the statement is not in the language of who reads it")
		}
		if s := must(e.svc.Preference(t.Context(), e.anna, company))(t); s.Form != extract.ByCompany || !s.Company {
			t.Errorf("%+v", s)
		}
	})
}

// On the set day whoever wants statements gets that of the month that ended,
// once; who wants them yearly in January; nothing of before they were wanted.
func TestStatementsGoOutOnTheSetDayOnce(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		must(e.svc.SetRules(t.Context(), e.anna, 1, seen, 3))(t)
		must(e.svc.Prefer(t.Context(), e.anna, li, seen, extract.Wish{Form: extract.ByRoom, Rhythm: extract.Monthly, Lang: "zh"}))(t)
		must(e.svc.Prefer(t.Context(), e.anna, wang, seen, extract.Wish{Form: extract.ByPayer, Rhythm: extract.Yearly, Lang: "zh"}))(t)
		sent := func(want int) []extract.MadeView {
			t.Helper()
			for range 2 { // a node that begins anew makes no other
				if err := e.svc.Day(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			all := must(e.svc.List(t.Context(), e.anna, extract.Filter{Community: 1}, 0, 100))(t)
			if len(all) != want {
				t.Fatalf("%d statements, want %d: %+v", len(all), want, all)
			}
			return all
		}
		sent(0) // December ended before anybody wanted statements
		e.on("2026-02-02")
		sent(0)
		e.on("2026-02-03")
		all := sent(2) // one for each of Li's rooms
		for _, m := range all {
			if m.From != day("2026-01-01") || m.To != day("2026-01-31") || m.Customer != li || m.Room == 0 || m.State != "waiting" || m.Name != "李静" {
				t.Errorf("%+v", m)
			}
		}
		e.on("2026-03-20") // the program was off on the third
		sent(4)
		e.on("2027-01-09")
		if all = sent(7); all[0].Customer != wang && all[2].Customer != wang {
			t.Errorf("%+v", all)
		}
		i := slices.IndexFunc(all, func(m extract.MadeView) bool { return m.Customer == wang })
		if all[i].From != day("2026-01-01") || all[i].To != day("2026-12-31") || all[i].Form != extract.ByPayer {
			t.Errorf("%+v", all[i])
		}
	})
}

// Who was sent a statement opens it later as it reads then; nobody else can.
func TestASentStatementIsOpenedByWhoItIsFor(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		must(e.svc.Prefer(t.Context(), e.anna, li, seen, extract.Wish{Form: extract.ByRoom, Rhythm: extract.Monthly, Lang: "en"}))(t)
		e.on("2026-02-06")
		if err := e.svc.Day(t.Context()); err != nil {
			t.Fatal(err)
		}
		all := must(e.svc.OwnMade(t.Context(), e.li, 1000))(t)
		if len(all) != 1 {
			t.Fatalf("%+v", all)
		}
		if s := must(e.svc.OwnOne(t.Context(), e.li, all[0].ID))(t); s.Closing.Owed != 20000 || s.Lang != "en" || s.Name != "李静" {
			t.Errorf("%+v", s)
		}
		if _, err := e.svc.OwnOne(t.Context(), e.wang, all[0].ID); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
		if all, err := e.svc.OwnMade(t.Context(), e.wang, 1000); err != nil || len(all) != 0 { // of the family
			t.Error(all, err)
		}
	})
}

// What is taken out is a workbook with the sums, the entries and what is open.
func TestAStatementIsTakenOut(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		e.paid(1000, 5000, ledger.Cash)
		for _, lang := range []string{"zh", "en"} {
			table := must(e.svc.Exported(t.Context(), e.anna, extract.Asked{Form: extract.ByRoom, Room: housing.RoomID(1000), From: day("2026-01-01"), To: day("2026-01-31"), Lang: lang}))(t)
			if len(table.Sheets) != 3 || table.Community != 1 || table.Subject != "room:"+housing.RoomID(1000).String() {
				t.Fatalf("%+v", table)
			}
			rows := 0
			for row, err := range table.Sheets[1].Rows {
				if rows++; err != nil || len(row) != len(table.Sheets[1].Columns) {
					t.Errorf("%s: %v %v", lang, row, err)
				}
			}
			if rows != 4 { // opening, bill, payment, closing
				t.Errorf("%s: %d rows", lang, rows)
			}
		}
	})
}

// On paper it says the same, in the language of who reads it, and every sheet
// names who took it out.
func TestAStatementIsPrintedInTheLanguageOfItsReader(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		p := e.paid(1000, 35000, ledger.Cash)
		for lang, words := range map[string][]string{
			"zh": {"对账单", "李静", "1栋100", "物业费", "2026-01-15", "200.00", "350.00", "-150.00", p.Number, "现金", "没有未缴清的账单", "12315", "由安娜导出"},
			"en": {"Statement of account", "Property fee", "Payment", p.Number, "No bill is open", "Closing balance"},
		} {
			s := e.of(extract.Asked{Form: extract.ByRoom, Room: 1000, From: day("2026-01-01"), To: day("2026-01-31"), Lang: lang})
			raw := must(s.PDF("由安娜导出", e.clock.Now()))(t)
			text := strings.ReplaceAll(papertest.Text(t, raw), "\n", "")
			for _, w := range words {
				if !strings.Contains(text, w) {
					t.Errorf("%s: no %q in %.900s", lang, w, text)
				}
			}
		}
	})
}

// More than 10,000 entries are refused in words; fewer days are answered.
func TestAStatementThatIsTooLongSaysSo(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		const from = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001) `
		debit := dbtest.One[ledger.AccountID](t, e.d, `SELECT id FROM ledger_account WHERE kind = 'receivable' AND room_id = 1000`)
		credit := dbtest.One[ledger.AccountID](t, e.d, `SELECT id FROM ledger_account WHERE kind = 'income'`)
		dbtest.Exec(t, e.d, from+`INSERT INTO ledger_txn (id, community_id, at, on_day, kind, source, words, by_name, entries, total) SELECT i * 2, 1, 0, CASE WHEN i > 5000 THEN '2025-02-01' ELSE '2025-01-01' END, 'bill', 'bill:' || CAST(i AS TEXT), '', '', 1, 1 FROM n`)
		dbtest.Exec(t, e.d, from+`INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount) SELECT i * 2 + 1, 1, i * 2, $1, $2, 1 FROM n`, debit, credit)
		a := extract.Asked{Form: extract.ByRoom, Room: 1000, From: day("2025-01-01"), To: day("2025-12-31")}
		if _, err := e.svc.Statement(t.Context(), e.anna, extract.ActView, a); !errors.Is(err, extract.ErrLong) {
			t.Errorf("%v", err)
		}
		a.To = day("2025-01-31")
		if s := e.of(a); len(s.Entries) != 5000 || s.Closing.Balance != 5000 {
			t.Errorf("%d entries, %s", len(s.Entries), s.Closing.Balance)
		}
	})
}

// CUS-01: the statement of somebody with rooms in several communities goes
// across, as far as who asks sees them; what is sent stays within one.
func TestAStatementGoesAcrossCommunitiesWithinTheViewersScope(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		dbtest.Exec(t, e.d, `INSERT INTO person (id, at, by_id, by_name) VALUES (5, 0, 11, '')`)
		dbtest.Exec(t, e.d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (200, 2, '9', '9栋', '9', 1)`)
		dbtest.Exec(t, e.d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, state, notes, version) VALUES (1900, 2, 200, '9-1', '9栋1', '9-1', '9-1', 'home', 'occupied', '', 1)`)
		dbtest.Exec(t, e.d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, person_id, version) VALUES (2900, 2, 'B1', 'person', '李静', '', '', '[]', '', 5, 1)`)
		dbtest.Exec(t, e.d, `UPDATE customer SET person_id = 5 WHERE id = $1`, li)
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES (3900, 2, 2900, 1900, 'owner', '', 1)`)
		dbtest.Exec(t, e.d, `INSERT INTO ledger_account (id, community_id, kind, room_id, debtor, item_id, key) VALUES (71, 2, 'receivable', 1900, $1, 1, 'a'), (72, 2, 'income', NULL, '', 1, 'b')`, "owner:"+customer.ID(2900).String())
		dbtest.Exec(t, e.d, `INSERT INTO ledger_txn (id, community_id, at, on_day, kind, source, words, by_name, entries, total) VALUES (73, 2, 0, '2026-01-05', 'bill', 'bill:60', '2026-01', '', 1, 777)`)
		dbtest.Exec(t, e.d, `INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount) VALUES (74, 2, 73, 71, 72, 777)`)
		a := extract.Asked{Form: extract.ByPayer, Customer: li, From: day("2026-01-01"), To: day("2026-01-31")}
		if s := e.of(a); s.Closing.Owed != 40000 || len(s.Rooms) != 2 {
			t.Errorf("who sees one community: %s %v", s.Closing.Owed, s.Rooms)
		}
		both := dbtest.Actor(14, []authz.CommunityID{1, 2}, all...)
		s := must(e.svc.Statement(t.Context(), both, extract.ActView, a))(t)
		if s.Closing.Owed != 40777 || len(s.Rooms) != 3 {
			t.Errorf("who sees both: %s %v", s.Closing.Owed, s.Rooms)
		}
		if own := must(e.svc.Own(t.Context(), e.li, extract.Asked{Form: extract.ByPayer, Room: 1000, From: a.From, To: a.To}))(t); own.Closing.Owed != 40000 {
			t.Errorf("a resident's own: %s", own.Closing.Owed)
		}
	})
}

// ACC-13: that a statement was sent is forgotten in the end; it is not sent again.
func TestThatAStatementWasSentIsForgottenInTheEnd(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.on("2026-01-05")
		e.fee()
		e.billed("2026-01")
		must(e.svc.Prefer(t.Context(), e.anna, li, seen, extract.Wish{Form: extract.ByPayer, Rhythm: extract.Monthly, Lang: "zh"}))(t)
		e.on("2026-02-06")
		if err := e.svc.Day(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := must(e.svc.Trim(t.Context(), clock.Of(e.clock.Now()).Add(-time.Hour)))(t); n != 0 {
			t.Errorf("%d of today", n)
		}
		if n := must(e.svc.Trim(t.Context(), clock.Of(e.clock.Now()).Add(time.Hour)))(t); n != 1 {
			t.Errorf("%d forgotten", n)
		}
	})
}
