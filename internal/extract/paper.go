package extract

import (
	"io"
	"strings"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/paper"
)

// PDFType is the media type of statements on paper.
const PDFType = "application/pdf"

// FileName is what a statement is called when it is kept.
func (s Statement) FileName() string {
	return "statement-" + s.From.String() + "-" + s.To.String() + ".pdf"
}

// printed is a statement as a document to take out: every page names who did.
func (s Statement) printed(a Asked, at time.Time) audit.Table {
	t := s.table(s.FileName(), a)
	t.Type, t.Sheets = PDFType, nil
	t.Write = func(w io.Writer, mark string, rows *int64) error {
		raw, err := s.PDF(mark, at)
		if err != nil {
			return err
		}
		*rows = int64(len(s.Entries))
		_, err = w.Write(raw)
		return err
	}
	return t
}

// PDF is the statement on sheets of A4, in the language of who reads it; foot
// stands at the foot of each.
func (s Statement) PDF(foot string, at time.Time) ([]byte, error) {
	w := func(key string) string { return word(s.Lang, key) }
	d := paper.New(w("title")+" "+s.From.String()+" – "+s.To.String(), at, paper.Numbered(s.Lang))
	d.Letter(foot)
	d.Small(s.Place.Company + " · " + s.Place.Name)
	d.Title(w("title"))
	d.Pairs(
		paper.Pair{Name: w("for"), Value: s.nameIn()}, paper.Pair{Name: w("rooms"), Value: s.roomsIn()},
		paper.Pair{Name: w("span"), Value: s.From.String() + " – " + s.To.String()}, paper.Pair{Name: w("asOf"), Value: s.AsOf.String()},
	)
	d.Gap(2)
	s.sums(d)
	s.moves(d)
	s.openBills(d)
	s.jointBills(d)
	d.Foot("", append(s.Place.Lines(s.Lang), w("hint"))...)
	return d.Bytes()
}

func filled(all ...string) (out []string) {
	for _, one := range all {
		if one != "" {
			out = append(out, one)
		}
	}
	return out
}

// some writes an amount, and nothing for 0.
func some(f money.Fen) string {
	if f == 0 {
		return ""
	}
	return f.Grouped()
}

// sums are the balances and what moved between them.
func (s Statement) sums(d *paper.Doc) {
	w := func(key string) string { return word(s.Lang, key) }
	right := paper.Column{Share: 2, Right: true}
	head := func(text string) paper.Column { c := right; c.Head = text; return c }
	d.Table([]paper.Column{{Share: 2}, head(w("owed")), head(w("ahead")), head(w("balance")), head(w("deposit"))}, []paper.Row{
		{Cells: []string{w("opening"), s.Opening.Owed.Grouped(), s.Opening.Ahead.Grouped(), s.Opening.Balance.Grouped(), s.Opening.Deposit.Grouped()}},
		{Cells: []string{w("closing"), s.Closing.Owed.Grouped(), s.Closing.Ahead.Grouped(), s.Closing.Balance.Grouped(), s.Closing.Deposit.Grouped()}, Bold: true},
	})
	var parts []string
	for _, p := range []struct {
		key string
		fen money.Fen
	}{{"billed", s.Totals.Billed}, {"reversed", s.Totals.Reversed}, {"late", s.Totals.Late}, {"paid", s.Totals.Paid}, {"off", s.Totals.Off}, {"back", s.Totals.Back}, {"waived", s.Totals.Waived}} {
		if p.fen != 0 {
			parts = append(parts, w(p.key)+" "+p.fen.Grouped())
		}
	}
	if len(parts) > 0 {
		colon, comma := "：", "，"
		if s.Lang == "en" {
			colon, comma = ": ", ", "
		}
		d.Text(w("totals") + colon + strings.Join(parts, comma))
	}
	d.Gap(2)
}

// moves are the entries; columns that nothing stands in are left out.
func (s Statement) moves(d *paper.Doc) {
	w := func(key string) string { return word(s.Lang, key) }
	if len(s.Entries) == 0 {
		d.Text(w("nothing"))
		return
	}
	has := func(of func(Entry) money.Fen) bool {
		for _, e := range s.Entries {
			if of(e) != 0 {
				return true
			}
		}
		return false
	}
	all := []struct {
		head string
		of   func(Entry) money.Fen
		must bool
	}{
		{w("charged"), func(e Entry) money.Fen { return e.Charged }, true}, {w("credited"), func(e Entry) money.Fen { return e.Credited }, true},
		{w("aheadMove"), func(e Entry) money.Fen { return e.Ahead }, false}, {w("depositMove"), func(e Entry) money.Fen { return e.Deposit }, false},
		{w("waived"), func(e Entry) money.Fen { return e.Waived }, false}, {w("accrued"), func(e Entry) money.Fen { return e.Accrued }, true},
	}
	columns := []paper.Column{{Head: w("day"), Share: 2}, {Head: w("what"), Share: 7.4}}
	var shown []func(Entry) money.Fen
	for _, c := range all {
		if c.must || has(c.of) {
			columns, shown = append(columns, paper.Column{Head: c.head, Share: 1.9, Right: true}), append(shown, c.of)
		}
	}
	columns = append(columns, paper.Column{Head: w("balance"), Share: 2.2, Right: true})
	rows := []paper.Row{s.edge(w("opening"), s.From.String(), s.Opening.Balance, len(columns))}
	for _, e := range s.Entries {
		r := paper.Row{Cells: []string{e.Day.String(), e.Text}}
		for _, of := range shown {
			r.Cells = append(r.Cells, some(of(e)))
		}
		r.Cells = append(r.Cells, e.Balance.Grouped())
		rows = append(rows, r)
	}
	d.Table(columns, append(rows, s.edge(w("closing"), s.To.String(), s.Closing.Balance, len(columns))))
}

// edge is the first or last row of the entries.
func (s Statement) edge(name, day string, balance money.Fen, columns int) paper.Row {
	cells := make([]string, columns)
	cells[0], cells[1], cells[columns-1] = day, name, balance.Grouped()
	return paper.Row{Cells: cells, Bold: true}
}

// told is everything that an entry says in words.
func (e Entry) told(s Statement) string {
	due := ""
	if !e.Due.IsZero() && (e.Kind == Bill || e.Kind == Corrected) {
		due = word(s.Lang, "due") + " " + e.Due.String()
	}
	room := ""
	if len(s.Rooms) > 1 {
		room = e.Room
	}
	return strings.Join(filled(e.what(s.Lang), room, i18n.Named(s.Lang, e.Item, e.ItemEN), e.spanOf(), due, e.Number, word(s.Lang, e.Means), e.Words), " · ")
}

// openBills are what is open, with the late fees that are not booked.
func (s Statement) openBills(d *paper.Doc) {
	w := func(key string) string { return word(s.Lang, key) }
	d.Heading(word(s.Lang, "open", "day", s.AsOf.String()))
	if len(s.Open) == 0 {
		d.Text(w("none"))
		return
	}
	s.billTable(d, s.Open, paper.Row{Cells: []string{w("sum"), "", "", "", "", (s.Payable - s.Late).Grouped(), s.Late.Grouped()}, Bold: true})
	d.Strong(w("payable") + " ¥" + s.Payable.Grouped())
}

// jointBills are what tenants of the rooms did not pay.
func (s Statement) jointBills(d *paper.Doc) {
	if len(s.Joint) == 0 {
		return
	}
	d.Heading(word(s.Lang, "joint"))
	d.Text(word(s.Lang, "jointHint"))
	s.billTable(d, s.Joint)
}

func (s Statement) billTable(d *paper.Doc, all []Open, last ...paper.Row) {
	w := func(key string) string { return word(s.Lang, key) }
	columns := []paper.Column{{Head: w("room"), Share: 3}, {Head: w("item"), Share: 3}, {Head: w("period"), Share: 1.6}, {Head: w("due"), Share: 2}, {Head: w("billedCol"), Share: 2, Right: true}, {Head: w("openCol"), Share: 2, Right: true}, {Head: w("lateCol"), Share: 2.4, Right: true}}
	var rows []paper.Row
	for _, o := range all {
		rows = append(rows, paper.Row{Cells: []string{o.Room, i18n.Named(s.Lang, o.Item, o.ItemEN), periodText(o.Period), o.Due.String(), o.Billed.Grouped(), o.Open.Grouped(), some(o.Late)}})
	}
	d.Table(columns, append(rows, last...))
}
