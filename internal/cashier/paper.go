package cashier

import (
	"cmp"
	"context"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/paper"
	"guanjia/internal/platform/web"
)

// Paper is a receipt as it was last printed, for a sheet of A4 (PAY-01). It
// counts no print of its own: who sees the receipt has printed it already.
func (s *Service) Paper(ctx context.Context, who authz.Actor, id ReceiptID) (out Printed, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		r, err := db.One[Receipt](ctx, tx, `SELECT `+db.Columns[Receipt]("")+` FROM receipt WHERE id = $1 AND {scope}`, id)
		if err != nil {
			return err
		}
		out = Printed{Code: r.Code, Copy: r.Copies > 1, Upper: r.Fen.Upper()}
		p, err := payment(ctx, tx, r.Payment)
		if err != nil {
			return err
		}
		if out.PaymentView, err = view(ctx, tx, p); err != nil {
			return err
		}
		return out.Office(ctx, tx, r.Community)
	})
	return out, err
}

// Download is the receipt as a file in the language of the request.
func (p Printed) Download(ctx context.Context, err error) (web.Download, error) {
	if err != nil {
		return web.Download{}, err
	}
	raw, err := p.PDF(web.Lang(ctx), web.Site(ctx))
	return web.PDF(p.Number+".pdf", raw), err
}

// PDF is the receipt as a document in a language; site is where its code can be checked.
func (p Printed) PDF(lang, site string) ([]byte, error) {
	say := func(code string) string { return Say(lang, code) }
	doc := paper.New(say("receipt")+" "+p.Number, p.At.Time(), paper.Numbered(lang))
	doc.Letter(p.Company)
	title := p.Place + " · " + say("receipt")
	switch {
	case p.ReversedAt != nil:
		title += " " + say("void")
	case p.Copy:
		title += " " + say("copy")
	}
	doc.Title(title)
	tendered, change := "", ""
	if p.Tendered > 0 {
		tendered, change = p.Tendered.Grouped(), p.Change.Grouped()
	}
	by := p.ByName
	if strings.HasPrefix(by, "system:") {
		by = say("system")
	}
	doc.Pairs(
		paper.Pair{Name: say("number"), Value: p.Number}, paper.Pair{Name: say("day"), Value: p.Day.String()}, paper.Pair{Name: say("room"), Value: p.Label},
		paper.Pair{Name: say("payer"), Value: p.Payer}, paper.Pair{Name: say("means"), Value: strings.TrimSpace(say("means."+string(p.Means)) + " " + p.Reference)},
		paper.Pair{Name: say("tendered"), Value: tendered}, paper.Pair{Name: say("change"), Value: change},
		paper.Pair{Name: say("words"), Value: p.Words}, paper.Pair{Name: say("by"), Value: by},
	)
	doc.Gap(2)
	var rows []paper.Row
	for _, part := range p.Parts {
		name := cmp.Or(i18n.Named(lang, part.ItemName, part.ItemNameEN), say("part."+string(part.Part.Part)))
		if part.Part.Part == LateFee || part.Part.Part == Prepaid && part.ItemName != "" {
			name += " " + say("part."+string(part.Part.Part))
		}
		room := part.Label
		if room == p.Label {
			room = ""
		}
		rows = append(rows, paper.Row{Cells: []string{strings.TrimSpace(name + " " + room), part.Period, part.Fen.Grouped()}})
	}
	rows = append(rows, paper.Row{Cells: []string{say("total"), "", "¥" + p.Fen.Grouped()}, Bold: true})
	doc.Table([]paper.Column{{Head: say("for"), Share: 6}, {Head: say("period"), Share: 2}, {Head: say("amount"), Share: 2, Right: true}}, rows)
	doc.Text(say("upper") + p.Upper)
	place := Place{p.Company, p.Place, p.Address, p.Phone, p.Hours, p.Complaint}
	doc.Foot(site+"/r/receipt/"+p.Code, append([]string{say("check")}, place.Lines(lang)...)...)
	return doc.Bytes()
}

// Lines say how the office is reached, at the foot of every bill, receipt and statement (BIL-08).
func (p Place) Lines(lang string) []string {
	var out []string
	for _, l := range []struct{ code, text string }{
		{"office", strings.Trim(p.Address+" · "+p.Hours, " ·")}, {"phone", p.Phone}, {"complaint", p.Complaint},
	} {
		if l.text != "" {
			out = append(out, Say(lang, l.code)+l.text)
		}
	}
	return out
}

// Say is a word of the papers that people get about money, in a language.
func Say(lang, code string) string { return i18n.Text(lang, "paper."+code, nil) }
