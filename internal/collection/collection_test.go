package collection_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"guanjia/internal/arrears"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/collection"
	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

const here = authz.CommunityID(1)

var acts = []authz.Action{collection.ActView, collection.ActExport, cashier.ActView, cashier.ActTake, billing.ActBills, billing.ActEdit, ledger.ActView}

// env is a community of two buildings with three rooms each and two items, billed from January to June 2026.
type env struct {
	t     *testing.T
	d     *db.DB
	clock *dbtest.Clock
	svc   *collection.Service
	who   authz.Actor
	items [2]billing.ItemID
	lines []billing.LineID
	rooms []housing.RoomID
}

func day(s string) clock.Day { d, _ := clock.ParseDay(s); return d }

func period(s string) clock.Period { p, _ := clock.ParsePeriod(s); return p }

func rate(s string) money.Rate { r, _ := money.ParseRate(s); return r }

func each(t *testing.T, fn func(t *testing.T, e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Communities(t, d, 1, 2)
		e := &env{t: t, d: d, clock: c, svc: &collection.Service{DB: d}, who: dbtest.Actor(11, []authz.CommunityID{1}, acts...)}
		for b := range 2 {
			dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES ($1, 1, $2, $3, $2, 1)`, 100+b, fmt.Sprint(b+1), fmt.Sprint(b+1, "栋"))
			for i := range 3 {
				id := 1000 + 10*b + i
				e.rooms = append(e.rooms, housing.RoomID(id))
				dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, floor, building_area, state, notes, version) VALUES ($1, 1, $2, $3, $4, $3, $3, 'home', 1, 10000, 'occupied', '', 1)`, id, 100+b, fmt.Sprintf("%d-10%d", b+1, i), fmt.Sprintf("%d栋10%d", b+1, i))
			}
		}
		e.setUp()
		fn(t, e)
	})
}

func (e *env) at(on clock.Day) {
	y, m, d := on.Date()
	e.clock.Set(time.Date(y, m, d, 2, 0, 0, 0, time.UTC)) // ten in the morning in China
}

func (e *env) setUp() {
	bills := &billing.Service{DB: e.d}
	for n, code := range []string{"property", "parking"} {
		i, err := bills.Create(e.t.Context(), e.who, here, billing.ItemRules{
			Code: code, Name: code, Basis: billing.ByRoom, Starts: "always", Period: "month", DueDay: 10, FirstMonth: "by_day", LastMonth: "by_day", RoundUnit: "fen", RoundMode: "half_up",
			TaxRate: rate("0"), LatePerDay: rate("0.0005"), LateFrom: "due", LateCap: rate("100"), PriceKind: "market",
		})
		if err != nil {
			e.t.Fatal(err)
		}
		e.items[n] = i.ID
	}
}

// bill books a line on the first of its month.
func (e *env) bill(room housing.RoomID, item billing.ItemID, p clock.Period, fen money.Fen) billing.LineID {
	e.t.Helper()
	e.at(p.First())
	id := billing.LineID(50_000 + len(e.lines))
	run := billing.RunID(9000 + p.Sub(period("2026-01")))
	if dbtest.One[int64](e.t, e.d, `SELECT COUNT(*) FROM bill_run WHERE id = $1`, int64(run)) == 0 {
		dbtest.Exec(e.t, e.d, `INSERT INTO bill_run (id, community_id, period, items, state, summary, done, total, amount, at, by_name, decided_by_name, decision, reason, version) VALUES ($1, 1, $2, '[]', 'booked', '{}', 1000, 1000, 0, 1, '', '', '', '', 1)`, int64(run), p.String())
	}
	e.write(func(tx *db.Tx) error {
		debit := ledger.Account{Community: here, Kind: ledger.Receivable, Room: db.ID(room), Debtor: "developer", Item: db.ID(item)}
		txn, err := ledger.Post(e.t.Context(), tx, ledger.Draft{Community: here, Kind: "bill", Source: fmt.Sprint("bill:", int64(id)), Day: p.First(), Lines: []ledger.Line{{Debit: debit, Credit: ledger.Account{Community: here, Kind: ledger.Income, Item: db.ID(item)}, Fen: fen}}})
		if err != nil {
			return err
		}
		return db.Insert(e.t.Context(), tx, "bill_line", billing.Line{Row: billing.Row{ID: id, Community: here, Run: run, N: int64(len(e.lines)), Room: room, Item: item, Debtor: "developer", Period: p, From: p.First(), To: p.Add(1).First(), Due: p.First().Add(9), Price: "1", Quantity: "1", Fen: fen, Txn: txn.ID}})
	})
	e.lines = append(e.lines, id)
	return id
}

func (e *env) write(fn func(tx *db.Tx) error) {
	e.t.Helper()
	if err := e.d.Write(e.t.Context(), e.who, cashier.ActTake, func(tx *db.Tx) error {
		tx.Note(here, "test", nil, nil)
		return fn(tx)
	}); err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) pay(room housing.RoomID, fen money.Fen, on clock.Day, means ledger.Kind) {
	e.t.Helper()
	e.at(on)
	e.write(func(tx *db.Tx) error {
		_, err := cashier.Take(e.t.Context(), tx, cashier.Taking{Community: here, Room: room, Payer: "李四", Fen: fen, Means: means, Source: "test:" + db.NewID[env](tx).String()})
		return err
	})
}

// life bills and pays for six months as the numbers fall.
func (e *env) life(seed uint64) {
	e.t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	for p := period("2026-01"); p.Sub(period("2026-07")) < 0; p = p.Add(1) {
		first := len(e.lines)
		for _, room := range e.rooms {
			for _, item := range e.items {
				if r.IntN(5) > 0 {
					e.bill(room, item, p, money.Fen(1+r.IntN(50_000)))
				}
			}
		}
		for range 6 {
			on := p.First().Add(r.IntN(28))
			e.pay(e.rooms[r.IntN(len(e.rooms))], money.Fen(1+r.IntN(90_000)), on, []ledger.Kind{ledger.Cash, ledger.Bank, ledger.WeChat}[r.IntN(3)])
		}
		e.at(p.Last())
		e.write(func(tx *db.Tx) error { // one line of the month is wrong, if nothing was paid on it
			l := e.lines[first+r.IntN(len(e.lines)-first)]
			paid, late, err := cashier.PaidOf(e.t.Context(), tx, here, l)
			if err != nil || paid+late != 0 {
				return err
			}
			_, err = billing.Correct(e.t.Context(), tx, l, money.Fen(r.IntN(2)*7777), "量错了")
			return err
		})
	}
}

// dues are the lines as fee.Collection wants them, of a building or all.
func (e *env) dues(building int64) (out []fee.Due) {
	e.t.Helper()
	type line struct {
		ID  billing.LineID `db:"id"`
		Fen money.Fen      `db:"amount"`
		On  clock.Day      `db:"from_on"`
		Rev clock.Day      `db:"rev"`
	}
	type paid struct {
		Day clock.Day `db:"on_day"`
		Fen money.Fen `db:"amount"`
	}
	if err := e.d.Read(e.t.Context(), e.who, collection.ActView, func(tx *db.Tx) error {
		g := tx.Global("a test")
		all, err := db.All[line](e.t.Context(), g, `SELECT l.id, l.amount, l.from_on, t.on_day AS rev FROM bill_line l JOIN room o ON o.id = l.room_id LEFT JOIN ledger_txn t ON t.id = l.reversal_id WHERE $1 = 0 OR o.building_id = $1`, building)
		if err != nil {
			return err
		}
		for _, l := range all {
			d := fee.Due{Line: l.ID.String(), Period: l.On, Fen: l.Fen}
			if !l.Rev.IsZero() {
				d.Reversed = []fee.Paid{{Day: l.Rev, Fen: l.Fen}}
			}
			parts, err := db.All[paid](e.t.Context(), g, `SELECT y.on_day, x.amount FROM payment_part x JOIN payment y ON y.id = x.payment_id WHERE x.line_id = $1 AND x.part = 'principal'
				UNION ALL SELECT y.reversed_on, -x.amount FROM payment_part x JOIN payment y ON y.id = x.payment_id WHERE x.line_id = $1 AND x.part = 'principal' AND y.reversed_on IS NOT NULL`, l.ID)
			if err != nil {
				return err
			}
			for _, p := range parts {
				d.Receipts = append(d.Receipts, fee.Paid{Day: p.Day, Fen: p.Fen})
			}
			out = append(out, d)
		}
		return nil
	}); err != nil {
		e.t.Fatal(err)
	}
	return out
}

func (e *env) report(from, to, by string) collection.Report {
	e.t.Helper()
	r, err := e.svc.Report(e.t.Context(), e.who, collection.Asked{Community: here, From: period(from), To: period(to), By: by})
	if err != nil {
		e.t.Fatal(err)
	}
	return r
}

func same(t *testing.T, f collection.Figures, r fee.Rates) {
	t.Helper()
	if got := (fee.Rates{Accrual: fee.Ratio{Part: f.Paid, Whole: f.Receivable}, Cash: fee.Ratio{Part: f.Cash, Whole: f.Receivable}, Arrears: fee.Ratio{Part: f.Recovered, Whole: f.Older}}); got != r {
		t.Errorf("the database says\n%+v, the arithmetic\n%+v", got, r)
	}
}

func TestTheRatesAreThoseOfTheArithmeticAndEqualTheLedger(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.life(7)
		for _, span := range [][2]string{{"2026-01", "2026-06"}, {"2026-04", "2026-04"}, {"2026-02", "2026-05"}, {"2026-07", "2026-07"}, {"2025-01", "2025-12"}} {
			r := e.report(span[0], span[1], "building")
			from, to := period(span[0]).First(), period(span[1]).Add(1).First()
			same(t, r.Total.Figures, fee.Collection(e.dues(0), from, to))
			for _, row := range r.Rows {
				if building := map[string]int64{"1栋": 100, "2栋": 101}[row.Name]; building > 0 {
					same(t, row.Figures, fee.Collection(e.dues(building), from, to))
				}
			}
			if r.Total.Accrual != (fee.Ratio{Part: r.Total.Paid, Whole: r.Total.Receivable}).Percent() {
				t.Error(r.Total.Rates)
			}
			for _, by := range []string{"item", "room"} {
				if other := e.report(span[0], span[1], by); other.Total.Figures != r.Total.Figures {
					t.Errorf("by %s %+v, by building %+v", by, other.Total.Figures, r.Total.Figures)
				}
			}
			for _, c := range r.Checks {
				if !c.Equal {
					t.Errorf("%v: %+v", span, c)
				}
			}
		}
		if r := e.report("2026-01", "2026-06", ""); r.Total.Receivable == 0 || r.Total.Paid == 0 || r.Total.Reversed == 0 || r.Total.LatePaid == 0 {
			t.Errorf("six months in which too little happened: %+v", r.Total)
		}
	})
}

func TestEveryFigureIsTheSumOfItsPieces(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.life(11)
		e.at(day("2026-09-20"))
		l := e.bill(e.rooms[0], e.items[0], period("2026-08"), 10_000)
		e.at(day("2026-09-20"))
		e.write(func(tx *db.Tx) error {
			if _, err := ledger.Post(t.Context(), tx, ledger.Draft{Community: here, Kind: "waiver", Source: "w", Day: day("2026-09-20"), Lines: []ledger.Line{{Debit: ledger.Account{Community: here, Kind: ledger.Waived}, Credit: ledger.Account{Community: here, Kind: ledger.LateIncome}, Fen: 3}}}); err != nil {
				return err
			}
			return cashier.Waive(t.Context(), tx, here, l, 3, "好意", "w")
		})
		asked := collection.Asked{Community: here, From: period("2026-03"), To: period("2026-09"), By: "item"}
		r, err := e.svc.Report(t.Context(), e.who, asked)
		if err != nil {
			t.Fatal(err)
		}
		g, err := e.svc.Ageing(t.Context(), e.who, asked)
		if err != nil {
			t.Fatal(err)
		}
		of := func(f collection.Figures, a collection.Ages) map[string]money.Fen {
			return map[string]money.Fen{
				"receivable": f.Receivable, "paid": f.Paid, "cash": f.Cash, "older": f.Older, "recovered": f.Recovered, "open": f.Open, "reversed": f.Reversed, "latePaid": f.LatePaid, "waived": f.Waived, "prepaid": f.Prepaid,
				"notDue": a.NotDue, "months3": a.Months3, "months6": a.Months6, "year1": a.Year1, "year2": a.Year2, "year3": a.Year3, "over3": a.Older,
			}
		}
		sum := func(figure, key string) (total money.Fen) {
			t.Helper()
			for after := int64(0); ; {
				all, err := e.svc.Pieces(t.Context(), e.who, collection.Detail{Asked: asked, Figure: figure, Key: key}, after, 7)
				if err != nil {
					t.Fatal(figure, err)
				}
				for i, p := range all {
					if i == 7 {
						break
					}
					total, after = total+p.Fen, p.Sort
				}
				if len(all) <= 7 {
					return total
				}
			}
		}
		for figure, want := range of(r.Total.Figures, g.Total.Ages) {
			if got := sum(figure, ""); got != want {
				t.Errorf("%s: %s, its pieces %s", figure, want, got)
			}
		}
		ages := map[string]collection.Ages{}
		for _, row := range g.Rows {
			ages[row.Key] = row.Ages
		}
		for _, row := range r.Rows {
			for figure, want := range of(row.Figures, ages[row.Key]) {
				if got := sum(figure, row.Key); got != want {
					t.Errorf("%s of %s: %s, its pieces %s", figure, row.Name, want, got)
				}
			}
		}
		if g.Total.Total != r.Total.Open || g.Total.Late == 0 || g.Total.Oldest.IsZero() || g.Total.Limit.Before(arrears.LimitOn(g.Total.Oldest)) {
			t.Errorf("%+v", g.Total)
		}
	})
}

func TestRoomsThatNothingWasBilledForAreListed(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.bill(e.rooms[1], e.items[0], period("2026-03"), 100)
		all, err := e.svc.Uncharged(t.Context(), e.who, collection.Asked{Community: here, From: period("2026-03"), To: period("2026-03")}, collection.Position{}, 50)
		if err != nil || len(all) != 5 || all[0].Room != e.rooms[0] || all[1].Room != e.rooms[2] {
			t.Errorf("%+v %v", all, err)
		}
		if _, err := e.svc.Report(t.Context(), dbtest.Actor(12, []authz.CommunityID{2}, acts...), collection.Asked{Community: here, From: period("2026-03"), To: period("2026-03")}); err == nil {
			t.Error("somebody of elsewhere sees the report")
		}
	})
}

func TestTheTrendIsTheReportMonthByMonth(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.life(17)
		months, err := e.svc.Trend(t.Context(), e.who, collection.Asked{Community: here, From: period("2025-11"), To: period("2026-07")})
		if err != nil || len(months) != 9 {
			t.Fatal(len(months), err)
		}
		var collected money.Fen
		for _, m := range months {
			r := e.report(m.Period.String(), m.Period.String(), "")
			if m.Receivable != r.Total.Receivable || m.Paid != r.Total.Paid || m.Accrual != r.Total.Accrual || m.Collected != r.Total.Cash+r.Total.Recovered {
				t.Errorf("%s: %+v, the report %+v", m.Period, m, r.Total)
			}
			for _, c := range r.Checks {
				if c.Name == "received" && c.Report != m.Received {
					t.Errorf("%s: received %s, the report %s", m.Period, m.Received, c.Report)
				}
			}
			collected += m.Collected
		}
		if all := e.report("2025-11", "2026-07", ""); collected == 0 || collected != all.Total.Cash+all.Total.Recovered {
			t.Errorf("%s in all months, %+v", collected, all.Total)
		}
	})
}

// void takes a payment back as the cashier's page does.
func (e *env) void(source string) {
	e.t.Helper()
	dbtest.Exec(e.t, e.d, `UPDATE payment SET reversed_on = on_day, reversed_at = at, void_state = 'voided' WHERE source = $1`, source)
}

// ARR-06: the number of a transfer that stands on two receipts is odd on both, however long ago the other was; voided it is not, and cash has no number.
func TestANumberOnTwoReceiptsIsOdd(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		take := func(room int, on, source, number string, means ledger.Kind) {
			e.t.Helper()
			e.at(day(on))
			e.write(func(tx *db.Tx) error {
				_, err := cashier.Take(t.Context(), tx, cashier.Taking{Community: here, Room: e.rooms[room], Payer: "李四", Fen: 7_01, Means: means, Source: source, Reference: number})
				return err
			})
		}
		odd := func(month string) (out []string) {
			t.Helper()
			all, err := e.svc.OddEntries(t.Context(), e.who, collection.Asked{Community: here, From: period(month), To: period(month)})
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range all {
				if slices.Contains(o.Why, "same_number") {
					out = append(out, dbtest.One[string](t, e.d, `SELECT source FROM payment WHERE id = $1`, int64(o.ID)))
				}
			}
			return out
		}
		take(0, "2026-02-10", "test:a", "N1", ledger.Bank)
		take(1, "2026-03-10", "test:b", "ｎ 1", ledger.Bank) // the same, written otherwise
		take(2, "2026-03-10", "test:c", "N1", ledger.POS)   // another means has numbers of its own
		take(3, "2026-03-10", "test:d", "N2", ledger.Bank)
		take(3, "2026-03-11", "test:e", "", ledger.Cash)
		take(3, "2026-03-12", "test:f", "", ledger.Cash)
		if a, b := odd("2026-02"), odd("2026-03"); fmt.Sprint(a, b) != "[test:a] [test:b]" {
			t.Errorf("february %v, march %v", a, b)
		}
		e.void("test:a")
		if a, b := odd("2026-02"), odd("2026-03"); len(a)+len(b) != 0 {
			t.Errorf("after one was voided: %v %v", a, b)
		}
	})
}

func TestWhatIsUnusualAboutAPaymentIsSaid(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		take := func(room int, fen money.Fen, on string, hour, minute int, means ledger.Kind, source string) {
			e.t.Helper()
			y, m, d := day(on).Date()
			e.clock.Set(time.Date(y, m, d, hour-8, minute, 0, 0, time.UTC)) // by the clock of China
			e.write(func(tx *db.Tx) error {
				_, err := cashier.Take(t.Context(), tx, cashier.Taking{Community: here, Room: e.rooms[room], Payer: "李四", Fen: fen, Means: means, Source: source})
				return err
			})
		}
		take(0, 50_000, "2026-03-02", 10, 0, ledger.Cash, "test:round")
		take(1, 49_999, "2026-03-02", 10, 0, ledger.Cash, "test:plain")
		take(1, 50_000, "2026-03-02", 10, 0, ledger.Bank, "test:transfer")
		take(2, 12_345, "2026-03-03", 21, 0, ledger.Cash, "test:evening")
		take(2, 12_345, "2026-03-03", 20, 59, ledger.Cash, "test:before closing")
		take(3, 60_000, "2026-03-04", 6+8, 0, ledger.Cash, "test:late")
		dbtest.Exec(t, e.d, `UPDATE payment SET paid_on = '2026-02-28' WHERE source = 'test:late'`)
		for i := range 2 {
			take(4, 7_00, "2026-03-05", 11, i, ledger.Cash, fmt.Sprint("test:void", i))
			e.void(fmt.Sprint("test:void", i))
		}
		asked := collection.Asked{Community: here, From: period("2026-03"), To: period("2026-03")}
		why := func() map[string][]string {
			all, err := e.svc.OddEntries(t.Context(), e.who, asked)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string][]string{}
			for _, o := range all {
				out[dbtest.One[string](t, e.d, `SELECT source FROM payment WHERE id = $1`, int64(o.ID))] = o.Why
			}
			return out
		}
		want := map[string][]string{"test:round": {"round"}, "test:evening": {"off_hours"}, "test:late": {"round", "late_entry"}, "test:void0": {"voids_of_room"}, "test:void1": {"voids_of_room"}}
		if got := why(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("two voids of a room:\n%v\nwant\n%v", got, want)
		}
		take(5, 8_00, "2026-03-06", 11, 0, ledger.Cash, "test:void2")
		e.void("test:void2")
		if got := why(); fmt.Sprint(got["test:void0"]) != "[voids_of_cashier voids_of_room]" || fmt.Sprint(got["test:void2"]) != "[voids_of_cashier]" {
			t.Errorf("three voids of a cashier: %v", got)
		}
		all, err := e.svc.OddEntries(t.Context(), e.who, asked)
		if err != nil || len(all[0].Why) != 2 || len(all[len(all)-1].Why) != 1 {
			t.Errorf("the gravest first: %+v, %v", all, err)
		}
	})
}

func TestAPaymentCountsForWhoDealtWithTheHouseholdLast(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		for i := range 3 {
			e.bill(e.rooms[i], e.items[0], period("2026-03"), 10_000)
		}
		call := func(n int, room housing.RoomID, on, by, result string) {
			at := day(on).Start(time.UTC).Add(2 * time.Hour)
			dbtest.Exec(t, e.d, `INSERT INTO dun (id, community_id, room_id, step, channel, days, on_day, until_on, amount, lines, state, result, words, done_at, done_by, done_by_name, version) VALUES ($1, 1, $2, 'call', 'call', 15, $3, $3, 10000, 1, 'done', $4, '', $5, $6, $7, 1)`,
				n, int64(room), on, result, int64(at), map[string]int{"陈": 21, "罗": 22}[by], by)
		}
		call(1, e.rooms[0], "2026-03-20", "陈", "reached")
		call(2, e.rooms[0], "2026-03-25", "罗", "not_met")
		call(3, e.rooms[1], "2026-03-20", "陈", "refused")
		dbtest.Exec(t, e.d, `INSERT INTO pay_promise (id, community_id, room_id, amount, on_day, made_on, at, by_id, by_name, words, state, version) VALUES (1, 1, $1, 100, '2026-03-28', '2026-03-20', 0, 21, '陈', '', 'kept', 1), (2, 1, $1, 100, '2026-03-28', '2026-03-21', 0, 21, '陈', '', 'broken', 1)`, int64(e.rooms[1]))
		e.pay(e.rooms[0], 10_000, day("2026-03-26"), ledger.Cash)
		e.pay(e.rooms[1], 4_000, day("2026-03-21"), ledger.Cash)
		e.pay(e.rooms[1], 6_000, day("2026-04-25"), ledger.Cash) // more than thirty days later
		e.pay(e.rooms[2], 10_000, day("2026-03-21"), ledger.Cash)
		all, err := e.svc.Collectors(t.Context(), e.who, collection.Asked{Community: here, From: period("2026-03"), To: period("2026-04")})
		if err != nil || len(all) != 2 {
			t.Fatalf("%+v %v", all, err)
		}
		if all[0] != (collection.Collector{ID: 22, Name: "罗", Calls: 1, Paid: 99_25}) { // late fees are taken first
			t.Errorf("%+v", all[0])
		}
		if all[1].Name != "陈" || all[1].Calls != 2 || all[1].Reached != 2 || all[1].Promises != 2 || all[1].Kept != 1 || all[1].Broken != 1 || all[1].Paid < 3_900 || all[1].Paid > 4_000 {
			t.Errorf("%+v", all[1])
		}
	})
}

// REP-05: on the first, once, and as it stood then.
func TestTheMonthIsReportedOnceOnTheFirst(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.bill(e.rooms[0], e.items[0], period("2026-03"), 10_000)
		e.pay(e.rooms[0], 4_000, day("2026-03-05"), ledger.Cash)
		months := func() []collection.Reported {
			t.Helper()
			if err := e.svc.ReportMonths(t.Context()); err != nil {
				t.Fatal(err)
			}
			all, err := e.svc.Months(t.Context(), e.who, here, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		e.clock.Set(time.Date(2026, 3, 31, 23, 59, 0, 0, time.UTC)) // 07:59 of the first in China
		for _, m := range months() {
			if m.Period == period("2026-03") {
				t.Error("reported before eight o'clock of the first")
			}
		}
		e.clock.Set(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
		first := months()
		if len(first) == 0 || first[0].Period != period("2026-03") || first[0].Figures.Accrual != "40.00" {
			t.Fatalf("%+v", first)
		}
		e.pay(e.rooms[0], 5_000, day("2026-04-02"), ledger.Cash)
		if again := months(); len(again) != len(first) || again[0] != first[0] {
			t.Errorf("it is reported again, or changed: %+v", again)
		}
		if n := dbtest.One[int64](t, e.d, `SELECT COUNT(*) FROM outbox WHERE name = 'collection.monthly' AND body LIKE '%2026-03%'`); n != 1 {
			t.Errorf("told %d times", n)
		}
		if _, err := e.svc.Months(t.Context(), dbtest.Actor(12, []authz.CommunityID{2}, acts...), here, 0, 10); err == nil {
			t.Error("somebody of elsewhere reads it")
		}
	})
}
