package invoice

import (
	"context"
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// Source is a payment of which something can be invoiced.
type Source struct {
	ID     cashier.PaymentID `db:"id" json:"paymentId"`
	Day    clock.Day         `db:"paid_on" json:"day"`
	Means  ledger.Kind       `db:"means" json:"means" enum:"cash,bank,cheque,pos,wechat,alipay,prepaid,offset"`
	Payer  string            `db:"payer" json:"payer"`
	Number string            `db:"number" json:"receipt,omitempty"`
	Left   money.Fen         `db:"-" json:"left" doc:"that stands in no invoice"`
	Parts  []Free            `db:"-" json:"parts"`
}

// Desk is what somebody who applies for a room looks at.
type Desk struct {
	Sources []Source `json:"sources"`
	Titles  []Title  `json:"titles"`
	RedWait bool     `json:"redFirst" doc:"an invoice of the room needs a red letter: what was paid from set-free money waits for it"`
}

// ForRoom shows what of a room can be invoiced, and to whom.
func (s *Service) ForRoom(ctx context.Context, who authz.Actor, room housing.RoomID) (d Desk, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, room)
		if err != nil {
			return err
		}
		parts, err := frees(ctx, tx, `x.payment_id IN (SELECT y.id FROM payment y WHERE y.community_id = $1 AND y.room_id = $2 UNION SELECT y.payment_id FROM payment_part y WHERE y.community_id = $1 AND y.room_id = $2)`, r.Community, r.ID)
		if err != nil {
			return err
		}
		if d.Sources, err = sources(ctx, tx, r.Community, parts); err != nil {
			return err
		}
		if d.RedWait, err = redWaits(ctx, tx, r.Community, []housing.RoomID{r.ID}); err != nil {
			return err
		}
		all, err := db.All[Title](ctx, tx, `SELECT `+db.Columns[Title]("t")+` FROM invoice_title t WHERE t.community_id = $1 AND t.ended_at IS NULL AND `+ofRoom+` AND {scope:t} ORDER BY t.id DESC LIMIT 100`, r.Community, r.ID)
		if err != nil {
			return err
		}
		d.Titles, err = opened(tx, all)
		return err
	})
	return d, err
}

// Wish is an invoice that is applied for.
type Wish struct {
	Room     housing.RoomID      `json:"roomId"`
	Payments []cashier.PaymentID `json:"payments" minItems:"1" maxItems:"50"`
	Items    []billing.ItemID    `json:"items,omitempty" maxItems:"50" doc:"only these charge items; left out: all"`
	Title    TitleID             `json:"titleId"`
	Words    string              `json:"words,omitempty" maxLength:"400" doc:"remark, printed on it"`
}

// Ask applies for an invoice at the desk, for whatever of some payments stands
// in none.
func (s *Service) Ask(ctx context.Context, who authz.Actor, in Wish) (View, error) {
	return s.ask(ctx, who, ActAsk, in, func(tx *db.Tx, r housing.Room, args *[]any) (string, error) {
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM invoice_title t WHERE t.community_id = $1 AND t.id = $3 AND `+ofRoom+` AND {scope:t}`, r.Community, r.ID, in.Title)
		if err == nil && n == 0 {
			err = errs.ErrFields.At(errs.Field{Name: "titleId", Code: db.ErrNotFound.Code})
		}
		*args = append(*args, r.ID)
		return `(p.room_id = $2 OR x.room_id = $2)`, err
	})
}

// AskOwn applies for an invoice of the caller, a resident: for what was paid on
// lines of their own in a room of theirs, with a title of their own.
func (s *Service) AskOwn(ctx context.Context, who authz.Actor, in Wish) (View, error) {
	return s.ask(ctx, who, ActOwn, in, func(tx *db.Tx, r housing.Room, args *[]any) (string, error) {
		home, err := s.Home(ctx, tx, r.ID)
		if err != nil {
			return "", err
		}
		t, err := title(ctx, tx, in.Title)
		if missing(err) || err == nil && !home.mine(who, t) {
			return "", errs.ErrFields.At(errs.Field{Name: "titleId", Code: db.ErrNotFound.Code})
		}
		if err != nil {
			return "", err
		}
		*args = append(*args, r.ID)
		return home.seen(args), nil
	})
}

// mine tells whether a title is the caller's own, or one that the desk keeps in
// their archive.
func (h Home) mine(who authz.Actor, t Title) bool {
	return t.Account == who.ID || t.Account == 0 && h.Customer != 0 && t.Customer == h.Customer
}

// seen is the condition that a part x on line l of room $2 is of whose bills the
// resident sees.
func (h Home) seen(args *[]any) string {
	if len(h.Whose) == 0 {
		return `x.room_id = $2 AND l.customer_id IS NULL AND l.customer_id IS NOT NULL`
	}
	return `x.room_id = $2 AND l.customer_id IN ` + db.Among(args, h.Whose)
}

func (s *Service) ask(ctx context.Context, who authz.Actor, act authz.Action, in Wish, may func(tx *db.Tx, r housing.Room, args *[]any) (string, error)) (v View, err error) {
	var wrong errs.Fields
	wrong.Words("words", &in.Words, 100, false)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, in.Room)
		if missing(err) {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
		if err != nil {
			return err
		}
		args := []any{r.Community}
		where, err := may(tx, r, &args)
		if missing(err) && act == ActOwn {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
		if err != nil {
			return err
		}
		if err := cashier.HoldRoom(ctx, tx, r.Community, r.ID); err != nil {
			return err
		}
		where += ` AND p.id IN ` + db.Among(&args, in.Payments)
		parts, err := frees(ctx, tx, where, args...)
		if err != nil {
			return err
		}
		made, err := s.make(ctx, tx, r, in, parts)
		if err != nil {
			return err
		}
		if act == ActOwn {
			made.Account = who.ID
		}
		if err := made.insert(ctx, tx); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, made.Invoice)
		return err
	})
	return v, err
}

// draft is an invoice with its lines, not stored yet.
type draft struct {
	Invoice
	lines  []Line
	shares [][]share
}

func (s *Service) make(ctx context.Context, tx *db.Tx, r housing.Room, in Wish, parts []Free) (d draft, err error) {
	if len(in.Items) > 0 {
		parts = slices.DeleteFunc(parts, func(p Free) bool { return !slices.Contains(in.Items, p.Item) })
	}
	if len(parts) == 0 {
		return d, ErrNothing
	}
	if slices.ContainsFunc(parts, func(p Free) bool { return p.Means == ledger.Prepaid }) {
		wait, err := redWaits(ctx, tx, r.Community, []housing.RoomID{r.ID})
		if err != nil {
			return d, err
		}
		if wait {
			return d, ErrRedFirst
		}
	}
	if d.lines, d.shares, err = linesOf(parts); err != nil {
		return d, err
	}
	t, err := title(ctx, tx, in.Title)
	if missing(err) {
		return d, errs.ErrFields.At(errs.Field{Name: "titleId", Code: db.ErrNotFound.Code})
	}
	if err != nil {
		return d, err
	}
	d.Invoice = Invoice{Kind: Blue, Community: r.Community, Room: r.ID, Customer: t.Customer, Words: in.Words}
	if err := d.number(ctx, tx, "FP"); err != nil {
		return d, err
	}
	return d, d.addressed(tx, t)
}

func (d *draft) number(ctx context.Context, tx *db.Tx, prefix string) error {
	today, err := org.Today(ctx, tx, d.Community)
	if err != nil {
		return err
	}
	n, err := tx.Number(ctx, d.Community, prefix+today.String())
	d.ID, d.Number, d.State, d.At, d.By, d.ByName, d.Version = db.NewID[Invoice](tx), number(prefix, today, n), Applied, tx.Now, tx.Who.ID, tx.Who.Name, 1
	return err
}

// addressed takes a title over as it stands now.
func (d *draft) addressed(tx *db.Tx, t Title) error {
	d.BuyerKind, d.Buyer, d.BuyerTaxNo, d.BuyerPlace, d.BuyerBank = t.Kind, t.Name, t.TaxNo, t.Place, t.Bank
	phone, account, err := t.clear(tx)
	d.sealed(tx, phone, account)
	return err
}

func (d *draft) sealed(tx *db.Tx, phone, account string) {
	d.BuyerPhone, d.BuyerNumber = "", ""
	if phone != "" {
		d.BuyerPhone = tx.Vault().Seal(Sealed[2].Place(db.ID(d.ID)), phone)
	}
	if account != "" {
		d.BuyerNumber = tx.Vault().Seal(Sealed[3].Place(db.ID(d.ID)), account)
	}
}

func (v Invoice) numbers(tx *db.Tx) (phone, account string, err error) {
	if v.BuyerPhone != "" {
		phone, err = tx.Vault().Open(Sealed[2].Place(db.ID(v.ID)), v.BuyerPhone)
	}
	if err == nil && v.BuyerNumber != "" {
		account, err = tx.Vault().Open(Sealed[3].Place(db.ID(v.ID)), v.BuyerNumber)
	}
	return phone, account, err
}

// insert stores an invoice with its lines and which money stands in them.
func (d *draft) insert(ctx context.Context, tx *db.Tx) error {
	d.Fen, d.Net, d.Tax = 0, 0, 0
	var all []share
	for i := range d.lines {
		l := &d.lines[i]
		l.ID, l.Community, l.Invoice, l.N = db.NewID[Line](tx), d.Community, d.ID, int64(i+1)
		d.Fen, d.Net, d.Tax = d.Fen+l.Fen, d.Net+l.Net, d.Tax+l.Tax
		for _, x := range d.shares[i] {
			x.ID, x.Community, x.Invoice, x.Line = db.NewID[share](tx), d.Community, d.ID, l.ID
			all = append(all, x)
		}
	}
	if err := db.Insert(ctx, tx, "invoice", d.Invoice); err != nil {
		return err
	}
	if err := db.InsertAll(ctx, tx, "invoice_line", d.lines); err != nil {
		return err
	}
	if err := db.InsertAll(ctx, tx, "invoice_part", all); err != nil {
		return err
	}
	tx.Note(d.Community, d.subject(), nil, map[string]any{"state": d.State, "kind": d.Kind, "number": d.Number, "amount": d.Fen, "tax": d.Tax, "blue": d.Blue})
	tx.Emit(Moved{d.Community, d.Room, d.ID, d.State})
	return nil
}

// save stores the next state of an invoice.
func (v *Invoice) save(ctx context.Context, tx *db.Tx, before State) error {
	tx.Note(v.Community, v.subject(), map[string]any{"state": before}, map[string]any{"state": v.State, "number": v.IssuedNo, "batch": v.Batch, "reason": v.EndedWhy})
	tx.Emit(Moved{v.Community, v.Room, v.ID, v.State})
	return db.Save(ctx, tx, "invoice", v)
}

// Withdraw takes back what was applied for and not exported yet.
func (s *Service) Withdraw(ctx context.Context, who authz.Actor, id ID, match web.Match, why string) (v View, err error) {
	return s.withdraw(ctx, who, ActAsk, id, match.Expect, why)
}

// WithdrawOwn takes back what the caller, a resident, applied for.
func (s *Service) WithdrawOwn(ctx context.Context, who authz.Actor, id ID) (View, error) {
	return s.withdraw(ctx, who, ActOwn, id, func(int64) error { return nil }, "本人撤回")
}

func (s *Service) withdraw(ctx context.Context, who authz.Actor, act authz.Action, id ID, expect func(int64) error, why string) (v View, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &why, 200, true)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		one, err := invoice(ctx, tx, id)
		if err != nil {
			return err
		}
		if act == ActOwn && !own(tx, one) {
			return db.ErrNotFound
		}
		if err := expect(one.Version); err != nil {
			return err
		}
		if one.State != Applied {
			return ErrNotNow
		}
		if one.Kind == Red && !who.Scope(ActIssue).Sees(one.Community) {
			return authz.ErrForbidden
		}
		one.State, one.EndedWhy = Withdrawn, why
		if err := one.save(ctx, tx, Applied); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, one)
		return err
	})
	return v, err
}
