package extract

import (
	"context"
	"strconv"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
)

func itoa(n int) string { return strconv.Itoa(n) }

func yuan(f money.Fen) any {
	if f == 0 {
		return ""
	}
	return sheet.Decimal(f.String())
}

func dayOrNone(d clock.Day) any {
	if d.IsZero() {
		return ""
	}
	return d
}

// Exported is a statement as a workbook: its sums, its entries, what is open.
func (s *Service) Exported(ctx context.Context, who authz.Actor, a Asked) (audit.Table, error) {
	st, err := s.Statement(ctx, who, ActExport, a)
	if err != nil {
		return audit.Table{}, err
	}
	return st.table("extract.xlsx", a), nil
}

// table names a statement in the log of exports, by numbers only.
func (s Statement) table(name string, a Asked) audit.Table {
	subject := "room:" + s.Room.String()
	switch {
	case s.Form == ByDeveloper:
		subject = "community:" + s.Where.String()
	case s.Form != ByRoom:
		subject = "customer:" + s.Customer.String()
	}
	sheets := []sheet.Sheet{s.summary(), s.entries(), s.opened("sheetOpen", s.Open)}
	if len(s.Joint) > 0 {
		sheets = append(sheets, s.opened("sheetJoint", s.Joint))
	}
	return audit.Table{
		Name: name, What: "extract", Community: s.Where, Subject: subject, Filter: map[string]any{"form": s.Form, "from": a.From, "to": a.To},
		Sheets: sheets,
	}
}

func (s Statement) summary() sheet.Sheet {
	w := func(key string) string { return word(s.Lang, key) }
	sum := func(f money.Fen) any { return sheet.Decimal(f.String()) }
	rows := [][]any{
		{w("for"), s.nameIn(), ""}, {w("rooms"), s.roomsIn(), ""}, {w("span"), s.From, s.To}, {w("asOf"), s.AsOf, ""},
		{"", w("opening"), w("closing")},
		{w("owed"), sum(s.Opening.Owed), sum(s.Closing.Owed)}, {w("ahead"), sum(s.Opening.Ahead), sum(s.Closing.Ahead)}, {w("balance"), sum(s.Opening.Balance), sum(s.Closing.Balance)}, {w("deposit"), sum(s.Opening.Deposit), sum(s.Closing.Deposit)},
		{"", w("totals"), ""},
		{w("billed"), sum(s.Totals.Billed), ""}, {w("reversed"), sum(s.Totals.Reversed), ""}, {w("late"), sum(s.Totals.Late), ""}, {w("paid"), sum(s.Totals.Paid), ""}, {w("off"), sum(s.Totals.Off), ""}, {w("back"), sum(s.Totals.Back), ""}, {w("waived"), sum(s.Totals.Waived), ""},
		{w("lateCol"), sum(s.Late), ""}, {w("payable"), sum(s.Payable), ""},
		{w("office"), s.Place.Company + " " + s.Place.Name + " " + s.Place.Address, s.Place.Hours}, {w("phone"), s.Place.Phone, ""}, {w("complaint"), s.Place.Complaint, ""},
	}
	return sheet.Of(w("sheetHead"), []string{w("title"), "", ""}, sheet.Rows(rows))
}

func (s Statement) entries() sheet.Sheet {
	w := func(key string) string { return word(s.Lang, key) }
	heads := []string{w("day"), w("what"), w("room"), w("item"), w("period"), w("due"), w("number"), w("means"), w("charged"), w("credited"), w("aheadMove"), w("depositMove"), w("waived"), w("accrued"), w("balance"), w("words")}
	rows := [][]any{{s.From, w("opening"), "", "", "", "", "", "", "", "", "", "", "", "", sheet.Decimal(s.Opening.Balance.String()), ""}}
	for _, e := range s.Entries {
		rows = append(rows, []any{e.Day, e.what(s.Lang), e.Room, i18n.Named(s.Lang, e.Item, e.ItemEN), e.spanOf(), dayOrNone(e.Due), e.Number, word(s.Lang, e.Means), yuan(e.Charged), yuan(e.Credited), yuan(e.Ahead), yuan(e.Deposit), yuan(e.Waived), yuan(e.Accrued), sheet.Decimal(e.Balance.String()), e.Words})
	}
	rows = append(rows, []any{s.To, w("closing"), "", "", "", "", "", "", "", "", "", "", "", "", sheet.Decimal(s.Closing.Balance.String()), ""})
	return sheet.Of(w("sheetEntries"), heads, sheet.Rows(rows))
}

func (s Statement) opened(name string, all []Open) sheet.Sheet {
	w := func(key string) string { return word(s.Lang, key) }
	var rows [][]any
	for _, o := range all {
		rows = append(rows, []any{o.Room, i18n.Named(s.Lang, o.Item, o.ItemEN), periodText(o.Period), dayOrNone(o.Due), sheet.Decimal(o.Billed.String()), sheet.Decimal(o.Open.String()), sheet.Decimal(o.Late.String())})
	}
	return sheet.Of(w(name), []string{w("room"), w("item"), w("period"), w("due"), w("billedCol"), w("openCol"), w("lateCol")}, sheet.Rows(rows))
}
