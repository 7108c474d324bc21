package cashier

import (
	"context"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

// HandoverID identifies a line of the register of books.
type HandoverID = id.Of[BookHandover]

// BookHandover is a line of the register of books (PAY-02a): who had which
// numbers from when until when.
type BookHandover struct {
	ID        HandoverID        `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Book      BookID            `db:"book_id" json:"bookId"`
	Holder    authz.AccountID   `db:"holder_id" json:"-"`
	Held      string            `db:"holder_name" json:"holder"`
	First     int64             `db:"first_no" json:"first"`
	Last      int64             `db:"last_no" json:"last"`
	GivenAt   clock.Instant     `db:"given_at" json:"givenAt"`
	GivenBy   string            `db:"given_by_name" json:"givenBy"`
	BackAt    *clock.Instant    `db:"back_at" json:"backAt,omitempty"`
	BackNo    *int64            `db:"back_no" json:"backNo,omitempty" doc:"the first number that was not used when it came back"`
	BackBy    string            `db:"back_by_name" json:"backBy,omitempty"`
	BackWhy   string            `db:"back_why" json:"backWhy,omitempty"`
	Version   int64             `db:"version" json:"-"`
}

// HandoverView is a line of the register with its numbers as they are printed.
type HandoverView struct {
	BookHandover
	Kind    string `json:"kind" enum:"printed,paper,invoice"`
	FirstNo string `json:"firstNumber"`
	LastNo  string `json:"lastNumber"`
	UsedTo  string `json:"usedTo,omitempty" doc:"the last number that was used"`
	Used    int64  `json:"used" doc:"numbers that were used while they had it"`
}

// Handing passes a book on.
type Handing struct {
	Holder staff.ID `json:"holderId,omitempty" doc:"left out: back to the office"`
	Next   int64    `json:"next,omitempty" minimum:"0" doc:"of a book of paper invoices: the first number that is not used"`
	Reason string   `json:"reason" maxLength:"800"`
}

// ErrBookNext says that a book of invoices cannot go back behind what was used.
var ErrBookNext = errs.New(errs.Invalid, "cashier.book_next", "this is no number of the book that is free")

// given writes into the register that somebody has a book from now on.
func (b Book) given(ctx context.Context, tx *db.Tx) error {
	if b.Holder == 0 {
		return nil
	}
	return db.Insert(ctx, tx, "book_handover", BookHandover{ID: db.NewID[BookHandover](tx), Community: b.Community, Book: b.ID, Holder: b.Holder, Held: b.Held, First: b.Next, Last: b.Last, GivenAt: tx.Now, GivenBy: tx.Who.Name, Version: 1})
}

// cameBack ends the line of the register that is open of a book.
func (b Book) cameBack(ctx context.Context, tx *db.Tx, why string) error {
	_, err := tx.Exec(ctx, `UPDATE book_handover SET back_at = $1, back_no = $2, back_by_name = $3, back_why = $4, version = version + 1 WHERE community_id = $5 AND book_id = $6 AND back_at IS NULL AND {scope}`, tx.Now, b.Next, tx.Who.Name, why, b.Community, b.ID)
	return err
}

// used takes over how far a book of paper invoices was used, which is written by hand.
func (b *Book) used(next int64) error {
	if b.Kind != "invoice" || next == 0 {
		return nil
	}
	if next < b.Next || next > b.Last+1 {
		return errs.ErrFields.At(errs.Field{Name: "next", Code: ErrBookNext.Code, Params: map[string]any{"from": b.Next, "to": b.Last + 1}})
	}
	b.Next = next
	return nil
}

// HandBook passes an open book to another colleague, or takes it back to the office.
func (s *Service) HandBook(ctx context.Context, who authz.Actor, id BookID, match web.Match, in Handing) (v BookView, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &in.Reason, 200, true)
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
		if b.State != "open" || b.Kind == "paper" && in.Holder == 0 { // paper receipts always have a holder, who answers for them
			return ErrNotNow
		}
		before := b.Held
		if err := b.used(in.Next); err != nil {
			return err
		}
		if err := b.cameBack(ctx, tx, in.Reason); err != nil {
			return err
		}
		b.Holder, b.Held = 0, ""
		if err := b.held(ctx, tx, in.Holder); err != nil {
			return err
		}
		if err := b.given(ctx, tx); err != nil {
			return err
		}
		tx.Note(b.Community, "receipt_book:"+b.ID.String(), map[string]any{"holder": before}, map[string]any{"holder": b.Held, "next": b.write(b.Next), "reason": in.Reason})
		if err := db.Save(ctx, tx, "receipt_book", &b); err != nil {
			return err
		}
		count, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM receipt_spoiled WHERE community_id = $1 AND book_id = $2 AND {scope}`, b.Community, b.ID)
		v = b.view(count)
		tx.Answer(&v)
		return err
	})
	return v, err
}

type handoverRow struct {
	BookHandover
	Kind   string `db:"kind"`
	Prefix string `db:"prefix"`
	Width  int64  `db:"width"`
	Next   int64  `db:"next_no"`
}

func (r handoverRow) view() HandoverView {
	b := Book{Prefix: r.Prefix, Width: r.Width}
	v := HandoverView{BookHandover: r.BookHandover, Kind: r.Kind, FirstNo: b.write(r.First), LastNo: b.write(r.Last)}
	next := r.Next
	if r.BackNo != nil {
		next = *r.BackNo
	}
	if v.Used = next - r.First; v.Used > 0 {
		v.UsedTo = b.write(next - 1)
	}
	return v
}

// Handovers is the register of books, the latest line first; of one book where it is named.
func (s *Service) Handovers(ctx context.Context, who authz.Actor, community authz.CommunityID, book BookID, before HandoverID, limit int) (out []HandoverView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		all, err := db.All[handoverRow](ctx, tx, `SELECT `+db.Columns[BookHandover]("h")+`, b.kind, b.prefix, b.width, b.next_no FROM book_handover h JOIN receipt_book b ON b.community_id = h.community_id AND b.id = h.book_id
			WHERE h.community_id = $1 AND (h.book_id = $2 OR $2 = 0) AND (h.id < $3 OR $3 = 0) AND {scope:h} ORDER BY h.id DESC LIMIT $4`, community, int64(book), int64(before), limit+1)
		for _, r := range all {
			out = append(out, r.view())
		}
		return err
	})
	return out, err
}

// The kinds of books as their register's export says them, in Chinese and in English.
var bookWords = [2]map[string]string{{"printed": "收据", "paper": "手工收据", "invoice": "发票"}, {"printed": "receipts", "paper": "paper receipts", "invoice": "invoices"}}

// register is the register of books as a workbook.
func (s *Service) register(ctx context.Context, who authz.Actor, community authz.CommunityID) audit.Table {
	kinds := web.Pick(ctx, bookWords[0], bookWords[1])
	heads := web.Pick(ctx, []string{"票据", "起号", "止号", "领用人", "领用时间", "发放人", "交回时间", "用至", "已用", "说明"}, []string{"Book", "First", "Last", "Holder", "Given on", "Given by", "Given back on", "Used to", "Used", "Words"})
	rows := sheet.Walk(func(after HandoverID) ([]HandoverView, error) {
		return s.Handovers(ctx, who, community, 0, after, 500)
	}, func(h HandoverView) HandoverID { return h.ID }, func(h HandoverView) []any {
		back, why := "", strings.TrimSpace(h.BackBy+" "+h.BackWhy)
		if h.BackAt != nil {
			back = h.BackAt.String()
		}
		return []any{kinds[h.Kind], h.FirstNo, h.LastNo, h.Held, h.GivenAt.String(), h.GivenBy, back, h.UsedTo, h.Used, why}
	})
	return audit.Table{Name: "book-register.xlsx", What: "book_register", Community: community, Filter: map[string]any{}, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "领用登记", "Register of books"), heads, rows)}}
}
