package delivery

import (
	"context"
	"io"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/cashier"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/paper"
	"guanjia/internal/platform/web"
)

// inOneFile are how many sheets one document holds: more than any building has
// homes, and a file that every reader and printer takes.
const inOneFile = 2000

var errMany = errs.New(errs.Invalid, "notice_many", "one file holds so many sheets at most")

// PDF is the notices of a batch as one document for the printer (BIL-08).
func (s *Service) PDF(ctx context.Context, who authz.Actor, w Wanted) (audit.Table, error) {
	var all []Sheet
	var after Position
	for {
		some, next, err := s.Sheets(ctx, who, w, after, 200)
		if err != nil {
			return audit.Table{}, err
		}
		if all = append(all, some...); next == nil {
			break
		}
		if after = *next; len(all) > inOneFile {
			return audit.Table{}, errMany.With("most", inOneFile)
		}
	}
	community := authz.CommunityID(0)
	if err := s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		b, err := batch(ctx, tx, w.Batch)
		community = b.Community
		return err
	}); err != nil {
		return audit.Table{}, err
	}
	site, lang := web.Site(ctx), web.Lang(ctx)
	return audit.Table{
		Name: "bills-" + w.Batch.String() + ".pdf", Type: "application/pdf", What: "bill_sheets", Community: community, Subject: "bill_notice_batch:" + w.Batch.String(), Filter: w,
		Write: func(out io.Writer, mark string, rows *int64) error {
			*rows = int64(len(all))
			raw, err := document(all, s.DB.Now(), lang, site, mark)
			if err != nil {
				return err
			}
			_, err = out.Write(raw)
			return err
		},
	}, nil
}

// document writes sheets, each in the language of who reads it; the title is in that of who prints.
func document(all []Sheet, at clock.Instant, lang, site, mark string) ([]byte, error) {
	doc := paper.New(cashier.Say(lang, "bill"), at.Time(), paper.Numbered(lang))
	for _, s := range all {
		s.write(doc, site, mark)
	}
	if len(all) == 0 {
		doc.Letter(mark)
		doc.Text(cashier.Say(lang, "bill.nothing"))
	}
	return doc.Bytes()
}

func (s Sheet) write(doc *paper.Doc, site, mark string) {
	say := func(code string) string { return cashier.Say(s.Lang, code) }
	title, payer := say("bill"), s.Payer
	if s.Kind == OfFix {
		title = say("bill.corrected")
	}
	if payer == "" {
		payer = say("bill.developer")
	}
	doc.Letter(s.Place.Company + " · " + mark)
	doc.Title(s.Place.Name + " · " + title)
	doc.Strong(payer)
	doc.Text(s.Label)
	doc.Gap(2)
	doc.Table(s.table())
	until := say("bill.nothing")
	if !s.Due.IsZero() && s.Total > 0 {
		until = say("bill.pay") + s.Due.String()
	}
	doc.Text(until + " · " + say("bill.asof") + " " + s.AsOf.String())
	doc.Foot(site+s.Path, append(append([]string{say("bill.scan")}, s.Place.Lines(s.Lang)...), say("bill.ask"))...)
}

func (s Sheet) table() ([]paper.Column, []paper.Row) {
	say := func(code string) string { return cashier.Say(s.Lang, code) }
	columns := []paper.Column{
		{Head: say("period"), Share: 1.7}, {Head: say("for"), Share: 3.4}, {Head: say("bill.quantity"), Share: 1.5, Right: true}, {Head: say("bill.price"), Share: 1.4, Right: true},
		{Head: say("bill.charged"), Share: 1.8, Right: true}, {Head: say("bill.paid"), Share: 1.8, Right: true}, {Head: say("part.late_fee"), Share: 1.5, Right: true}, {Head: say("bill.open"), Share: 1.8, Right: true},
	}
	many := len(s.Notices) > 1
	var rows []paper.Row
	for _, l := range s.Lines {
		rows = append(rows, paper.Row{Cells: l.cells(s.Lang, many), Gone: l.ReversedAt != nil})
	}
	total := []string{"", say("bill.sum"), "", "", "", "", "", "¥" + s.Total.Grouped()}
	if many {
		columns = append([]paper.Column{{Head: say("room"), Share: 2}}, columns...)
		total = append([]string{""}, total...)
	}
	return columns, append(rows, paper.Row{Cells: total, Bold: true})
}

func (l SheetLine) name(lang string) string { return i18n.Named(lang, l.ItemName, l.ItemNameEN) }

// early says what is taken off if the line is paid early.
func (l SheetLine) early(lang string) string {
	best, code := l.Early[0], "paper.bill.early"
	if len(best.With) > 0 {
		code = "paper.bill.early.year"
	}
	return i18n.Text(lang, code, map[string]any{"day": best.Until.String(), "yuan": best.Off.Grouped()})
}

func (l SheetLine) cells(lang string, many bool) []string {
	say := func(code string) string { return cashier.Say(lang, code) }
	period, name, price := l.Period.String(), l.name(lang), l.Price
	amount, paid := l.Fen.Grouped(), l.Paid.Grouped()
	if l.Older {
		period += " " + say("bill.older")
	}
	if price == "" {
		price = "–"
	}
	switch {
	case l.ReversedAt != nil:
		name, amount, paid = name+say("bill.reversed"), "("+amount+")", "–"
	case l.Explain.CorrectsWhy != "":
		name = strings.TrimSpace(name + " " + say("bill.corrects") + " " + l.Explain.Corrects.Grouped() + " · " + l.Explain.CorrectsWhy)
	}
	if len(l.Early) > 0 {
		name += " " + l.early(lang)
	}
	out := []string{period, name, l.Quantity, price, amount, paid, l.Late.Grouped(), l.Open.Open.Grouped()}
	if many {
		out = append([]string{l.Label}, out...)
	}
	return out
}
