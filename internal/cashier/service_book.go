package cashier

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

// BookView is a book with the numbers that are out.
type BookView struct {
	Book
	Left    int64  `json:"left" doc:"numbers that are not used, or not returned"`
	NextNo  string `json:"nextNumber"`
	LastNo  string `json:"lastNumber"`
	Spoiled int64  `json:"spoiled"`
}

// BookDraft is a book to be given out.
type BookDraft struct {
	Community authz.CommunityID `json:"community"`
	Kind      string            `json:"kind" enum:"printed,paper,invoice" doc:"invoice: numbered paper invoices of the tax office"`
	Prefix    string            `json:"prefix" maxLength:"80" doc:"before the number: SJ, or the series of printed paper"`
	Width     int64             `json:"width" minimum:"1" maximum:"12"`
	First     int64             `json:"first" minimum:"1" maximum:"999999999"`
	Last      int64             `json:"last" minimum:"1" maximum:"999999999"`
	Holder    staff.ID          `json:"holderId,omitempty" doc:"a colleague; left out: everybody of the community"`
}

// Errors of books and paper.
var (
	ErrOverlap  = errs.New(errs.Invalid, "cashier.book_overlap", "another book has some of these numbers")
	ErrSlip     = errs.New(errs.Invalid, "cashier.slip_unknown", "no book of paper has this number")
	ErrTwice    = errs.New(errs.Invalid, "cashier.slip_twice", "this number was entered already")
	ErrSpoiled  = errs.New(errs.Invalid, "cashier.slip_spoiled", "this number was spoiled")
	ErrGap      = errs.New(errs.Invalid, "cashier.slip_gap", "an earlier number of the book is not entered yet")
	ErrSlipHeld = errs.New(errs.Invalid, "cashier.slip_held", "somebody else holds this number")
)

func book1(ctx context.Context, tx *db.Tx, id BookID) (Book, error) {
	return db.One[Book](ctx, tx, `SELECT `+db.Columns[Book]("")+` FROM receipt_book WHERE id = $1 AND {scope}`, id)
}

// Books are the receipt books of a community, open ones first.
func (s *Service) Books(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []BookView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = books(ctx, tx, community)
		return err
	})
	return out, err
}

func books(ctx context.Context, tx *db.Tx, community authz.CommunityID) (out []BookView, err error) {
	all, err := db.All[struct {
		Book
		Spoiled int64 `db:"spoiled"`
	}](ctx, tx, `SELECT `+db.Columns[Book]("b")+`, (SELECT COUNT(*) FROM receipt_spoiled s WHERE s.community_id = b.community_id AND s.book_id = b.id) AS spoiled FROM receipt_book b
		WHERE b.community_id = $1 AND {scope:b} ORDER BY CASE WHEN b.state = 'open' THEN 0 ELSE 1 END, b.id DESC LIMIT 200`, community)
	out = []BookView{}
	for _, b := range all {
		out = append(out, b.view(b.Spoiled))
	}
	return out, err
}

func (b Book) view(spoiled int64) BookView {
	v := BookView{Book: b, Left: b.Last - b.Next + 1, NextNo: b.write(b.Next), LastNo: b.write(b.Last), Spoiled: spoiled}
	if v.Left == 0 || b.State == "closed" {
		v.NextNo = ""
	}
	return v
}

// GiveBook adds a book. No number of two books is written the same.
func (s *Service) GiveBook(ctx context.Context, who authz.Actor, d BookDraft) (v BookView, err error) {
	var wrong errs.Fields
	wrong.Words("prefix", &d.Prefix, 20, d.Kind == "printed")
	if d.Last < d.First {
		wrong.Add("last", "cashier.book_backwards", nil)
	}
	if d.Kind == "paper" && d.Holder == 0 {
		wrong.Add("holderId", "required", nil)
	}
	if err := wrong.Err(); err != nil {
		return v, err
	}
	d.Prefix = strings.ToUpper(d.Prefix)
	err = s.DB.Write(ctx, who, ActBooks, func(tx *db.Tx) error {
		b := Book{ID: db.NewID[Book](tx), Community: d.Community, Kind: d.Kind, Prefix: d.Prefix, Width: d.Width, First: d.First, Last: d.Last, Next: d.First, State: "open", At: tx.Now, ByName: who.Name, Version: 1}
		if err := b.held(ctx, tx, d.Holder); err != nil {
			return err
		}
		others, err := db.All[Book](ctx, tx, `SELECT `+db.Columns[Book]("")+` FROM receipt_book WHERE community_id = $1 AND {scope}`, d.Community)
		if err != nil {
			return err
		}
		if own := ownBook(d.Community); d.Prefix != own.Prefix { // it may not be there yet, and begins behind those of its series
			others = append(others, own)
		}
		if slices.ContainsFunc(others, b.clashes) {
			return errs.ErrFields.At(errs.Field{Name: "first", Code: ErrOverlap.Code})
		}
		tx.Note(b.Community, "receipt_book:"+b.ID.String(), nil, map[string]any{"from": b.write(b.First), "to": b.write(b.Last), "holder": d.Holder})
		v = b.view(0)
		tx.Answer(&v)
		if err := db.Insert(ctx, tx, "receipt_book", b); err != nil {
			return err
		}
		return b.given(ctx, tx)
	})
	return v, err
}

// held gives a book to a colleague who works in its community and signs in.
func (b *Book) held(ctx context.Context, tx *db.Tx, holder staff.ID) error {
	if holder == 0 {
		return nil
	}
	name, err := db.One[string](ctx, tx, `SELECT name FROM staff WHERE community_id = $1 AND id = $2 AND state = 'active' AND {scope}`, b.Community, holder)
	if errors.Is(err, db.ErrNotFound) {
		return errs.ErrFields.At(errs.Field{Name: "holderId", Code: db.ErrNotFound.Code})
	}
	b.Holder, b.Held = holder, name // a colleague's number is that of their account
	return err
}

// CloseBook takes a book back. Its numbers that are left are not used any more.
func (s *Service) CloseBook(ctx context.Context, who authz.Actor, id BookID, match web.Match, why string) (v BookView, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &why, 200, true)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActBooks, func(tx *db.Tx) error {
		b, err := book1(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(b.Version); err != nil {
			return err
		}
		if b.State != "open" {
			return ErrNotNow
		}
		if err := b.cameBack(ctx, tx, why); err != nil {
			return err
		}
		b.State, b.ClosedAt, b.ClosedWhy = "closed", &tx.Now, why
		tx.Note(b.Community, "receipt_book:"+b.ID.String(), map[string]any{"state": "open"}, map[string]any{"state": "closed", "reason": why, "next": b.write(b.Next)})
		if err := db.Save(ctx, tx, "receipt_book", &b); err != nil {
			return err
		}
		v = b.view(0)
		tx.Answer(&v)
		return nil
	})
	return v, err
}

// Slip is a pre-numbered paper receipt that was written while the system was down (PAY-08).
type Slip struct {
	Room      housing.RoomID `json:"roomId"`
	Number    string         `json:"number" maxLength:"30"`
	Payer     string         `json:"payer" maxLength:"200"`
	Amount    money.Fen      `json:"amount"`
	Means     ledger.Kind    `json:"means" enum:"cash,bank,cheque,pos,wechat,alipay"`
	Reference string         `json:"reference,omitempty" maxLength:"400"`
	At        clock.Instant  `json:"at" doc:"when it was written"`
	Words     string         `json:"words,omitempty" maxLength:"800"`
}

// EnterSlip books the money of a paper receipt under the paper's own number.
// Numbers of a book are entered in order: doubles, gaps and unknown numbers are
// refused by name.
func (s *Service) EnterSlip(ctx context.Context, who authz.Actor, in Slip) (v PaymentView, err error) {
	p := Paying{Room: in.Room, Way: "ahead", Amount: in.Amount, Means: in.Means, Reference: in.Reference, Payer: in.Payer, Words: in.Words}
	if err := p.checked(); err != nil {
		return v, err
	}
	err = s.DB.Bulk(ctx, who, ActTake, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, in.Room)
		if err != nil {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
		shift, err := atWork(ctx, tx, r.Community, who.ID)
		if err != nil {
			return err
		}
		zone, err := org.Zone(ctx, tx, r.Community)
		if err != nil {
			return err
		}
		if in.At > tx.Now {
			return errs.ErrFields.At(errs.Field{Name: "at", Code: "cashier.slip_future"})
		}
		if err := hold(ctx, tx, r.Community, p.Rooms); err != nil {
			return err
		}
		b, n, err := slip(ctx, tx, r.Community, in.Number)
		if err != nil {
			return err
		}
		if b.Holder != who.ID {
			return errs.ErrFields.At(errs.Field{Name: "number", Code: ErrSlipHeld.Code, Params: map[string]any{"holder": b.Held}})
		}
		customer, err := payerOf(ctx, tx, r)
		if err != nil {
			return err
		}
		paid, err := Take(ctx, tx, Taking{
			Community: r.Community, Room: r.ID, Payer: p.Payer, Customer: customer, Fen: in.Amount, Means: in.Means, Reference: p.Reference, Words: p.Words, Source: "paper:" + b.write(n), Day: clock.DayOf(in.At, zone), Shift: shift.ID, NoReceipt: true,
		})
		if err != nil {
			return err
		}
		if _, err := give(ctx, tx, paid, b, n); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, paid)
		return err
	})
	return v, err
}

// slip finds the book of a paper's number, whose turn it must be, and takes the number.
func slip(ctx context.Context, tx *db.Tx, community authz.CommunityID, number string) (b Book, n int64, err error) {
	number = strings.ToUpper(strings.TrimSpace(number))
	refuse := func(e *errs.Error, params map[string]any) (Book, int64, error) {
		return b, 0, errs.ErrFields.At(errs.Field{Name: "number", Code: e.Code, Params: params})
	}
	all, err := db.All[Book](ctx, tx, `SELECT `+db.Columns[Book]("")+` FROM receipt_book WHERE community_id = $1 AND kind = 'paper' AND {scope} ORDER BY id`, community)
	if err != nil {
		return b, 0, err
	}
	found := false
	for _, one := range all {
		if digits, ok := strings.CutPrefix(number, one.Prefix); ok && !found {
			if n, ok = whole(digits); ok && n >= one.First && n <= one.Last && one.write(n) == number {
				b, found = one, true
			}
		}
	}
	if !found || b.State != "open" {
		return refuse(ErrSlip, map[string]any{"number": number})
	}
	took, err := tx.Exec(ctx, `UPDATE receipt_book SET next_no = next_no + 1 WHERE id = $1 AND state = 'open' AND next_no = $2 AND {scope}`, b.ID, n)
	if err != nil || took == 1 {
		return b, n, err
	}
	if b, err = book1(ctx, tx, b.ID); err != nil {
		return b, n, err
	}
	if n > b.Next {
		return refuse(ErrGap, map[string]any{"number": number, "next": b.write(b.Next)})
	}
	before, err := db.One[string](ctx, tx, `SELECT p.payer FROM receipt r JOIN payment p ON p.community_id = r.community_id AND p.id = r.payment_id WHERE r.community_id = $1 AND r.number = $2 AND {scope:r}`, community, number)
	if errors.Is(err, db.ErrNotFound) {
		return refuse(ErrSpoiled, map[string]any{"number": number})
	}
	if err != nil {
		return b, n, err
	}
	return refuse(ErrTwice, map[string]any{"number": number, "payer": before})
}

// Spoil counts a paper receipt as returned that was spoiled or voided by hand.
func (s *Service) Spoil(ctx context.Context, who authz.Actor, id BookID, number, reason string) (v BookView, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 200, true)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActTake, func(tx *db.Tx) error {
		b, err := book1(ctx, tx, id)
		if err != nil {
			return err
		}
		of, n, err := slip(ctx, tx, b.Community, number)
		if err == nil && of.ID != b.ID {
			err = errs.ErrFields.At(errs.Field{Name: "number", Code: ErrSlip.Code, Params: map[string]any{"number": number}})
		}
		if err != nil {
			return err
		}
		type spoiled struct {
			ID        id1               `db:"id"`
			Community authz.CommunityID `db:"community_id"`
			Book      BookID            `db:"book_id"`
			N         int64             `db:"n"`
			Number    string            `db:"number"`
			Reason    string            `db:"reason"`
			At        clock.Instant     `db:"at"`
			ByName    string            `db:"by_name"`
		}
		if err := db.Insert(ctx, tx, "receipt_spoiled", spoiled{db.NewID[shiftTag](tx), b.Community, b.ID, n, b.write(n), reason, tx.Now, who.Name}); err != nil {
			return err
		}
		tx.Note(b.Community, "receipt_book:"+b.ID.String(), nil, map[string]any{"spoiled": b.write(n), "reason": reason})
		if b, err = book1(ctx, tx, id); err != nil {
			return err
		}
		count, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM receipt_spoiled WHERE community_id = $1 AND book_id = $2 AND {scope}`, b.Community, b.ID)
		v = b.view(count)
		tx.Answer(&v)
		return err
	})
	return v, err
}

type id1 = id.Of[shiftTag]
