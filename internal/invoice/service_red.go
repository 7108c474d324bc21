package invoice

import (
	"context"
	"fmt"

	"guanjia/internal/cashier"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// Reversing is a red-letter invoice that is asked for.
type Reversing struct {
	Why   string        `json:"why" enum:"wrong,returned,ended,allowance" doc:"开票有误, 销货退回, 服务中止, 销售折让"`
	Words string        `json:"words" maxLength:"400" doc:"what happened; printed on it"`
	Lines []RedLineWish `json:"lines,omitempty" maxItems:"200" doc:"left out: all that is left of every line"`
}

// RedLineWish is how much of a line of the blue invoice is taken back.
type RedLineWish struct {
	Line   LineID    `json:"lineId"`
	Amount money.Fen `json:"amount" doc:"above 0, at most what is left"`
}

// Reverse asks for a red-letter invoice against a blue one that was issued, in
// whole or in part: never more than the blue one less what red ones took back.
func (s *Service) Reverse(ctx context.Context, who authz.Actor, id ID, match web.Match, in Reversing) (v View, err error) {
	var wrong errs.Fields
	wrong.Words("words", &in.Words, 100, true)
	seen := map[LineID]bool{}
	for i, l := range in.Lines {
		if l.Amount <= 0 || seen[l.Line] {
			wrong.Add(fmt.Sprintf("lines[%d].amount", i), "wrong_form", nil)
		}
		seen[l.Line] = true
	}
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActIssue, func(tx *db.Tx) error {
		blue, err := invoice(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(blue.Version); err != nil {
			return err
		}
		if blue.Kind != Blue || blue.State != Issued {
			return ErrNotNow
		}
		if err := cashier.HoldRoom(ctx, tx, blue.Community, blue.Room); err != nil {
			return err
		}
		d, err := reversal(ctx, tx, blue, in)
		if err != nil {
			return err
		}
		if err := d.insert(ctx, tx); err != nil {
			return err
		}
		if err := db.Save(ctx, tx, "invoice", &blue); err != nil { // its version shows that something was taken back
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, d.Invoice)
		return err
	})
	return v, err
}

func reversal(ctx context.Context, tx *db.Tx, blue Invoice, in Reversing) (d draft, err error) {
	lines, err := linesIn(ctx, tx, blue)
	if err != nil {
		return d, err
	}
	before, err := redOn(ctx, tx, blue)
	if err != nil {
		return d, err
	}
	of, err := coverage(ctx, tx, blue)
	if err != nil {
		return d, err
	}
	d.Invoice = Invoice{Kind: Red, Community: blue.Community, Room: blue.Room, Customer: blue.Customer, Account: blue.Account, Blue: blue.ID, Why: in.Why, Words: in.Words, BuyerKind: blue.BuyerKind, Buyer: blue.Buyer, BuyerTaxNo: blue.BuyerTaxNo, BuyerPlace: blue.BuyerPlace, BuyerBank: blue.BuyerBank}
	if err := d.number(ctx, tx, "HZ"); err != nil {
		return d, err
	}
	phone, account, err := blue.numbers(tx)
	if err != nil {
		return d, err
	}
	d.sealed(tx, phone, account)
	wanted := map[LineID]money.Fen{}
	field := map[LineID]string{}
	for i, w := range in.Lines {
		wanted[w.Line], field[w.Line] = w.Amount, fmt.Sprintf("lines[%d]", i)
	}
	for _, l := range lines {
		left, leftTax := l.Fen+before[l.ID].Fen, l.Tax+before[l.ID].Tax
		fen, named := wanted[l.ID]
		if len(in.Lines) == 0 {
			fen = left
		}
		delete(wanted, l.ID)
		if fen == 0 {
			continue
		}
		red, shares, err := redLine(l, left, leftTax, fen, of)
		if err != nil && named {
			e := errs.Of(err)
			return d, errs.ErrFields.At(errs.Field{Name: field[l.ID] + ".amount", Code: e.Code, Params: e.Params})
		}
		if err != nil {
			return d, err
		}
		d.lines, d.shares = append(d.lines, red), append(d.shares, shares)
	}
	for id := range wanted {
		return d, errs.ErrFields.At(errs.Field{Name: field[id] + ".lineId", Code: db.ErrNotFound.Code})
	}
	if len(d.lines) == 0 {
		return d, ErrMore.With("most", money.Fen(0).String())
	}
	return d, nil
}
