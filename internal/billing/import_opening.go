package billing

import (
	"context"
	"math/big"
	"strconv"
	"strings"

	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
)

// The headings of what was owed before this program billed (CUS-07).
const (
	headRoom   = "房屋"
	headItem   = "收费项目"
	headPeriod = "账期"
	headDue    = "到期日"
	headAmount = "金额"
	headNotes  = "备注"
)

// mostOpening is the most that one row may say.
const mostOpening = money.Fen(1_000_000_000)

// OpeningTemplate is the table of what was owed before. Each row becomes a line
// like that of any run, under a run of its own kind. It is booked against the
// income of its item, as bills are: so the sum of all live lines stays what the
// ledger says was billed, and reports hold both against each other without an
// exception.
func OpeningTemplate() imports.Template {
	return imports.Template{
		Name: "opening", Title: "期初欠费", Needs: ActOpening, Decide: ActBook, Modes: []imports.Mode{imports.New},
		Columns: []imports.Column{
			{Head: headRoom, Must: true, Also: []string{"房号", "房间", "房屋编号"}, How: "房屋的简称，例如 3-2-1502", HowEN: "the room's short label, such as 3-2-1502"},
			{Head: headItem, Must: true, Also: []string{"费用项目", "费项", "收费项目名称"}, How: "收费项目的名称或代码", HowEN: "name or code of the charge item"},
			{Head: headPeriod, Must: true, Day: true, Also: []string{"费用月份", "所属月份", "计费月份"}, How: "欠费所属的月份，例如 2025-03；必须早于系统第一次出账的月份。由当时的业主承担，当时没有业主的由开发商承担", HowEN: "the month it is for, such as 2025-03; before the first month billed here. Who owned the room then owes it, else the developer"},
			{Head: headDue, Must: true, Day: true, Also: []string{"应缴日期", "应收日期", "缴费期限"}, How: "例如 2025-03-15", HowEN: "such as 2025-03-15"},
			{Head: headAmount, Must: true, Also: []string{"欠费金额", "欠费", "欠款金额"}, How: "元，大于 0。可以有一行“合计”，与各行之和不符则整张表不导入", HowEN: "yuan, above 0. There may be a row 合计 (Total): if it is not the sum of the rows, the whole table is refused"},
			{Head: headNotes, Width: 30, Also: []string{"说明"}, How: "最多 200 字，写在账单说明里", HowEN: "at most 200 characters, shown with the bill"},
		},
		Records: []imports.Record{{Kind: "bill_line", Held: []imports.Hold{{Table: "bill_fix_line", Column: "line_id"}}, Remove: unopen, Since: reversedSince}},
		Example: []any{"3-2-1502", "物业费", "2025-03", "2025-03-15", sheet.Decimal("256.50"), imports.ExampleMark + "：填写前请删除这一行"},
		New: func(community authz.CommunityID) imports.Work {
			o := &openingIn{community: community}
			o.Flat = imports.Flat[opening]{Kind: "bill_line", Head: headPeriod, Take: o.take, Fetch: o.fetch, Key: opening.key, Decide: o.decide, Add: o.add}
			return o
		},
	}
}

// opening is a row: what a room owes of an item for a month.
type opening struct {
	room, item, note string // the room's label key; the item in small letters
	period           clock.Period
	due              clock.Day
	fen              money.Fen
}

func (o opening) key() string { return o.room + "|" + o.item + "|" + o.period.String() }

type openingIn struct {
	imports.Flat[opening]
	community authz.CommunityID
	rooms     map[string]housing.RoomID
	items     map[string]Item // by code and by name, in small letters; of a name that two have: none
	there     map[string]Line
	today     clock.Day
	first     clock.Period // the first month that is billed here; zero: none yet

	total   money.Fen
	unclear bool // a row's amount cannot be read, so the sum says nothing
	sums    []sumRow
}

// sumRow is what a row says all others come to.
type sumRow struct {
	row int
	fen money.Fen
}

// Read implements imports.Work: a row that adds up the others is none of them.
func (o *openingIn) Read(l *imports.Line) {
	if !l.Sum() {
		o.Flat.Read(l)
		return
	}
	fen, ok := summed(l.Cell(headAmount).Text)
	if !ok {
		l.Fail(headAmount, "import.sum_form", nil)
		return
	}
	o.sums = append(o.sums, sumRow{l.Number, fen})
}

// summed reads a sum, which spreadsheets compute in floating point.
func summed(text string) (money.Fen, bool) {
	n, ok := new(big.Rat).SetString(plainAmount(text))
	if !ok {
		return 0, false
	}
	fen, err := money.Round(n.Mul(n, big.NewRat(100, 1)), money.Rounding{Unit: money.UnitFen, Mode: money.HalfUp})
	return fen, err == nil
}

// plainAmount is an amount without what is written around and within it.
func plainAmount(text string) string {
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimLeft(strings.NewReplacer(",", "", "，", "").Replace(text), "¥￥"), "元"))
}

// Sum is what all rows come to, for who decides.
func (o *openingIn) Sum() money.Fen { return o.total }

// Plan implements imports.Work: a sum that is wrong refuses the whole table.
func (o *openingIn) Plan(m imports.Mode) imports.Plan {
	p := o.Flat.Plan(m)
	for _, s := range o.sums {
		if !o.unclear && s.fen != o.total {
			p.Wrong = append(p.Wrong, imports.RowError{Row: s.row, Column: headAmount, Code: "import.sum_wrong", Params: map[string]any{"said": s.fen.Grouped(), "counted": o.total.Grouped()}, Value: s.fen.String()})
		}
	}
	return p
}

func (o *openingIn) take(l *imports.Line) (r opening) {
	r.room = roomKey(l)
	r.item = need(l, headItem)
	r.item = strings.ToLower(r.item)
	r.period = monthOf(l)
	if r.due = l.Day(headDue); r.due.IsZero() && l.Cell(headDue).Text == "" {
		l.Fail(headDue, "required", nil)
	}
	r.note = l.Words(headNotes, 200)
	text := need(l, headAmount)
	fen, err := money.Parse(plainAmount(text))
	switch {
	case text == "":
		o.unclear = true
	case err != nil:
		o.unclear = true
		l.Fail(headAmount, "billing.opening_amount", map[string]any{"max": mostOpening.Grouped()})
	case fen <= 0 || fen > mostOpening:
		l.Fail(headAmount, "billing.opening_amount", map[string]any{"max": mostOpening.Grouped()})
		o.unclear = o.unclear || fen > mostOpening
	}
	if !o.unclear {
		o.total += fen // at most 200,000 rows of at most 10^9
	}
	r.fen = fen
	return r
}

// need is a text that must be there.
func need(l *imports.Line, head string) string {
	text, ok := l.Text(head)
	if ok && text == "" {
		l.Fail(head, "required", nil)
	}
	return text
}

func roomKey(l *imports.Line) string {
	text := need(l, headRoom)
	if text == "" {
		return ""
	}
	label, err := housing.ParseLabel(text)
	if err != nil {
		l.FailErr(headRoom, err)
	}
	return label.Key()
}

// monthOf reads a month as people and spreadsheets write it.
func monthOf(l *imports.Line) clock.Period {
	text := need(l, headPeriod)
	if text == "" {
		return clock.Period{}
	}
	if day, err := l.Cell(headPeriod).Day(); err == nil && !day.IsZero() {
		return day.Period()
	}
	plain := strings.TrimSuffix(strings.NewReplacer("年", "-", "/", "-", ".", "-").Replace(text), "月")
	if year, month, ok := strings.Cut(plain, "-"); ok && len(month) == 1 {
		plain = year + "-0" + month
	} else if !ok && len(plain) == 6 {
		plain = plain[:4] + "-" + plain[4:]
	}
	p, err := clock.ParsePeriod(plain)
	if err != nil {
		l.Fail(headPeriod, "billing.opening_month", nil)
	}
	return p
}

const openingPrefix = "opening:"

func (o *openingIn) source(r opening) string {
	return openingPrefix + o.rooms[r.room].String() + ":" + o.items[r.item].ID.String() + ":" + r.period.String()
}

func (o *openingIn) fetch(ctx context.Context, tx *db.Tx) (err error) {
	o.items, o.there, o.first = map[string]Item{}, map[string]Line{}, clock.Period{}
	if o.today, err = today(ctx, tx, o.community); err != nil {
		return err
	}
	if o.rooms, err = labelled(ctx, tx, o.community); err != nil {
		return err
	}
	all, err := items(ctx, tx, o.community)
	if err != nil {
		return err
	}
	for _, i := range all {
		for _, name := range []string{strings.ToLower(i.Name), strings.ToLower(i.NameEN)} {
			if other, two := o.items[name]; two && other.ID != i.ID {
				i := i
				i.ID = 0
				o.items[name] = i
			} else if name != "" {
				o.items[name] = i
			}
		}
	}
	for _, i := range all { // a code is one item's only
		o.items[strings.ToLower(i.Code)] = i
	}
	type month struct {
		Is clock.Period `db:"period"`
	}
	months, err := db.All[month](ctx, tx, `SELECT period FROM bill_run WHERE community_id = $1 AND kind = 'period' AND state NOT IN ('dropped', 'cancelled') AND {scope} ORDER BY period LIMIT 1`, o.community)
	if err != nil {
		return err
	}
	if len(months) > 0 {
		o.first = months[0].Is
	}
	return db.Each(ctx, tx, `SELECT `+db.Columns[Line]("l")+` FROM bill_line l WHERE l.community_id = $1 AND SUBSTR(l.source, 1, 8) = 'opening:' AND l.reversed_at IS NULL AND {scope:l}`, []any{o.community}, func(l Line) error {
		o.there[l.Source] = l
		return nil
	})
}

// labelled are the rooms of a community by the key of their label.
func labelled(ctx context.Context, tx *db.Tx, community authz.CommunityID) (map[string]housing.RoomID, error) {
	type room struct {
		ID  housing.RoomID `db:"id"`
		Key string         `db:"label_key"`
	}
	out := map[string]housing.RoomID{}
	return out, db.Each(ctx, tx, `SELECT id, label_key FROM room WHERE community_id = $1 AND {scope}`, []any{community}, func(r room) error {
		out[r.Key] = r.ID
		return nil
	})
}

// oldest is how many months back something owed may lie; before that a year is mistyped.
const oldest = 480

func (o *openingIn) decide(_ imports.Mode, r opening, refuse imports.Refuse) (v imports.Verdict) {
	if o.rooms[r.room] == 0 {
		refuse(headRoom, "billing.opening_room", map[string]any{"room": r.room})
	}
	if i, ok := o.items[r.item]; !ok {
		refuse(headItem, "billing.opening_item", map[string]any{"item": r.item})
	} else if i.ID == 0 {
		refuse(headItem, "billing.opening_item_two", map[string]any{"item": r.item})
	}
	now := o.today.Period()
	switch {
	case !o.first.IsZero() && r.period.Sub(o.first) >= 0:
		refuse(headPeriod, "billing.opening_billed", map[string]any{"first": o.first.String()})
	case r.period.Sub(now) > 0 || now.Sub(r.period) > oldest:
		refuse(headPeriod, "billing.opening_month", nil)
	case r.due.Before(r.period.First().Add(-366)) || r.due.After(o.today.Add(366)):
		refuse(headDue, "billing.opening_due", nil)
	}
	is, known := o.there[o.source(r)]
	if known && (is.Fen != r.fen || is.Due != r.due) {
		refuse(headAmount, "billing.opening_differs", map[string]any{"have": is.Fen.Grouped(), "due": is.Due.String()})
	}
	return imports.Verdict{New: !known}
}

func (o *openingIn) add(ctx context.Context, tx *db.Tx, rows []imports.Numbered[opening], j *imports.Journal) error {
	if len(rows) == 0 {
		return nil
	}
	run, last, err := gatheredRun(ctx, tx, o.community, o.today.Period(), "opening", int64(len(rows)))
	if err != nil {
		return err
	}
	lines, drafts := make([]Line, len(rows)), make([]ledger.Draft, len(rows))
	for n, r := range rows {
		if lines[n], err = o.line(ctx, tx, r.Is); err != nil {
			return err
		}
		l := &lines[n]
		l.Run, l.N = run, last-int64(len(rows)-1-n)
		drafts[n] = ledger.Draft{
			Community: o.community, Kind: "bill", Source: "bill:" + strconv.FormatInt(int64(l.ID), 10), Day: o.today, Words: l.Period.String(),
			Lines: []ledger.Line{{Debit: ledger.Account{Community: o.community, Kind: ledger.Receivable, Room: db.ID(l.Room), Debtor: l.Debtor, Item: db.ID(l.Item)}, Credit: ledger.Account{Community: o.community, Kind: ledger.Income, Item: db.ID(l.Item)}, Fen: l.Fen}},
		}
		j.Made("bill_line", db.ID(l.ID), r.Row)
	}
	txns, err := ledger.PostAll(ctx, tx, drafts)
	if err != nil {
		return err
	}
	for n := range lines {
		lines[n].Txn = txns[n]
	}
	tx.Emit(Moved{run, o.community, BookedRun}) // what is paid ahead covers these as well
	return db.InsertAll(ctx, tx, "bill_line", lines)
}

// line is what a row makes owed. Whoever owned the room in the month owes it, as
// a run of that month would have had it.
func (o *openingIn) line(ctx context.Context, tx *db.Tx, r opening) (Line, error) {
	i, room := o.items[r.item], o.rooms[r.room]
	debtor, who, err := owes(ctx, tx, Single{Community: o.community, Room: room}, r.period.Last())
	if err != nil {
		return Line{}, err
	}
	l := Line{Source: o.source(r), Row: Row{
		ID: db.NewID[Line](tx), Community: o.community, Room: room, Item: i.ID, Debtor: debtor, Customer: who, Period: r.period, From: r.period.First(), To: r.period.Add(1).First(), Due: r.due,
		Price: r.fen.String(), Quantity: "1", Fen: r.fen, Explain: Explain{Basis: ByOpening, Rounding: i.rounding(), For: r.note, TaxRate: i.TaxRate.String()},
	}}
	if l.Tax, _, err = fee.Tax(r.fen, i.TaxRate.Rat()); l.Tax == 0 {
		l.Explain.TaxRate = ""
	}
	return l, err
}

// unopen takes an imported line back as any line is: by reversal.
func unopen(ctx context.Context, tx *db.Tx, community authz.CommunityID, id db.ID) error {
	l, err := db.One[Line](ctx, tx, `SELECT `+db.Columns[Line]("l")+` FROM bill_line l WHERE l.id = $1 AND l.community_id = $2 AND {scope:l}`, id, community)
	if err != nil || l.ReversedAt != nil {
		return err
	}
	next := l
	next.Fen = 0
	_, err = l.replaced(ctx, tx, next, "撤销导入的期初欠费")
	return err
}

// reversedSince are the lines of an import that somebody corrected or reversed.
func reversedSince(ctx context.Context, tx *db.Tx, community authz.CommunityID, low, high db.ID, _ func(db.ID) bool) ([]db.ID, error) {
	return db.All[db.ID](ctx, tx, `SELECT id FROM bill_line WHERE community_id = $1 AND id BETWEEN $2 AND $3 AND reversed_at IS NOT NULL AND {scope} ORDER BY id`, community, low, high)
}
