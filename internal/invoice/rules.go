package invoice

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/fee"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

const creditSigns = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// creditCode tells whether s is a 统一社会信用代码: 18 signs without I O S V Z,
// the last of which checks the others (GB 32100-2015).
func creditCode(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum, weight := 0, 1
	for i := range 17 {
		n := strings.IndexByte(creditSigns, s[i])
		if n < 0 {
			return false
		}
		sum += n * weight
		weight = weight * 3 % 31
	}
	return creditSigns[(31-sum%31)%31] == s[17]
}

// compact is a number without blanks, in capitals.
func compact(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

var (
	codeForm   = regexp.MustCompile(`^[0-9]{19}$`)
	issuedForm = regexp.MustCompile(`^[0-9]{8,20}$`)
	phoneForm  = regexp.MustCompile(`^[0-9+()\- ]{5,30}$`)
)

// TitleDraft is whom an invoice is to be made out to. A company needs its tax number.
type TitleDraft struct {
	Kind    string `json:"kind" enum:"person,company"`
	Name    string `json:"name" maxLength:"400"`
	TaxNo   string `json:"taxNo,omitempty" maxLength:"60"`
	Address string `json:"address,omitempty" maxLength:"400"`
	Phone   string `json:"phone,omitempty" maxLength:"40" doc:"left out: as it is"`
	Bank    string `json:"bank,omitempty" maxLength:"400"`
	Account string `json:"account,omitempty" maxLength:"60" doc:"left out: as it is"`
}

func (d *TitleDraft) checked() error {
	var wrong errs.Fields
	wrong.Words("name", &d.Name, 100, true)
	wrong.Words("address", &d.Address, 100, false)
	wrong.Words("bank", &d.Bank, 100, false)
	d.TaxNo, d.Account, d.Phone = compact(d.TaxNo), compact(d.Account), strings.TrimSpace(d.Phone)
	switch {
	case d.Kind == "person":
		d.TaxNo = ""
	case d.TaxNo == "":
		wrong.Add("taxNo", "required", nil)
	case !creditCode(d.TaxNo):
		wrong.Add("taxNo", ErrTaxNo.Code, nil)
	}
	if d.Account != "" {
		if _, err := customer.ParseAccount(d.Account); err != nil {
			wrong.Add("account", errs.Of(err).Code, nil)
		}
	}
	if d.Phone != "" && !phoneForm.MatchString(d.Phone) {
		wrong.Add("phone", "wrong_form", nil)
	}
	return wrong.Err()
}

// tail hides a number but for its last four signs.
func tail(number string) string {
	if len(number) <= 4 {
		return strings.Repeat("*", len(number))
	}
	return strings.Repeat("*", len(number)-4) + number[len(number)-4:]
}

// Free is a part of a payment of which something stands in no invoice.
type Free struct {
	Part      cashier.PartID    `db:"id" json:"partId"`
	Payment   cashier.PaymentID `db:"payment_id" json:"-"`
	Kind      cashier.PartKind  `db:"part" json:"part" enum:"principal,late_fee"`
	Item      billing.ItemID    `db:"item_id" json:"itemId"`
	Name      string            `db:"name" json:"itemName"`
	NameEN    string            `db:"name_en" json:"itemNameEn,omitempty"`
	Rate      money.Rate        `db:"rate" json:"rate"`
	Treatment string            `db:"treatment" json:"treatment" enum:"taxed,exempt,untaxed"`
	Goods     string            `db:"goods" json:"-"`
	Code      string            `db:"code" json:"-"`
	From      clock.Day         `db:"from_on" json:"from,omitzero"`
	To        clock.Day         `db:"to_on" json:"to,omitzero"`
	Fen       money.Fen         `db:"amount" json:"-"`
	Covered   money.Fen         `db:"covered" json:"covered" doc:"that stands in invoices already"`
	Left      money.Fen         `db:"-" json:"left"`
	Means     ledger.Kind       `db:"means" json:"-"`
}

// taxOf is the tax in an amount, price including it (FAR-09), to the fen.
func taxOf(fen money.Fen, rate money.Rate, treatment string) (tax, net money.Fen, err error) {
	if treatment != "taxed" {
		return 0, fen, nil
	}
	return fee.Tax(fen, rate.Rat())
}

// linesOf are the lines of an invoice for some parts: one for each charge item,
// rate and treatment, late fees apart; their sum is that of the parts.
func linesOf(parts []Free) (out []Line, shares [][]share, err error) {
	at := map[string]int{}
	for _, p := range parts {
		key := fmt.Sprint(p.Item, p.Kind, p.Rate, p.Treatment)
		i, there := at[key]
		if !there {
			i = len(out)
			at[key] = i
			name := p.Goods
			if name == "" {
				name = p.Name
			}
			if p.Kind == cashier.LateFee {
				name += "违约金"
			}
			out = append(out, Line{N: int64(i + 1), Item: p.Item, Part: p.Kind, Name: name, Code: p.Code, Treatment: p.Treatment, Rate: p.Rate, From: p.From, To: p.To})
			shares = append(shares, nil)
		}
		l := &out[i]
		if l.Fen, err = money.Sum(l.Fen, p.Left); err != nil {
			return nil, nil, err
		}
		if !p.From.IsZero() && (l.From.IsZero() || p.From.Before(l.From)) {
			l.From = p.From
		}
		if p.To.After(l.To) {
			l.To = p.To
		}
		shares[i] = append(shares[i], share{Part: p.Part, Fen: p.Left})
	}
	for i := range out {
		if out[i].Tax, out[i].Net, err = taxOf(out[i].Fen, out[i].Rate, out[i].Treatment); err != nil {
			return nil, nil, err
		}
	}
	return out, shares, nil
}

// covered is a share of a blue line with what red ones left of it, and whether
// its money was reversed since.
type covered struct {
	Line LineID         `db:"line_id"`
	Part cashier.PartID `db:"part_id"`
	Left money.Fen      `db:"left_fen"`
	Gone bool           `db:"gone"`
}

// redLine takes an amount of a blue line back, of which left, with its tax, is
// there: money that was reversed first. The last of it takes what rounding left.
func redLine(l Line, left, leftTax, fen money.Fen, of []covered) (Line, []share, error) {
	if fen <= 0 || fen > left {
		return Line{}, nil, ErrMore.With("most", left.String())
	}
	tax := leftTax
	if fen < left {
		var err error
		if tax, _, err = taxOf(fen, l.Rate, l.Treatment); err != nil {
			return Line{}, nil, err
		}
		tax = min(tax, leftTax)
	}
	red := Line{Item: l.Item, Part: l.Part, Name: l.Name, Code: l.Code, Treatment: l.Treatment, Rate: l.Rate, From: l.From, To: l.To, Fen: -fen, Tax: -tax, Net: tax - fen, Of: l.ID}
	slices.SortStableFunc(of, func(a, b covered) int {
		switch {
		case a.Gone == b.Gone:
			return 0
		case a.Gone:
			return -1
		}
		return 1
	})
	var shares []share
	for _, c := range of {
		if use := min(fen, c.Left); c.Line == l.ID && use > 0 {
			shares = append(shares, share{Part: c.Part, Fen: -use})
			fen -= use
		}
	}
	return red, shares, nil
}

// number is how people know an application.
func number(prefix string, day clock.Day, n int64) string {
	return fmt.Sprintf("%s%s%04d", prefix, strings.ReplaceAll(day.String(), "-", ""), n)
}
