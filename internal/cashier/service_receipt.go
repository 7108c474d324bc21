package cashier

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

const stride = id.Stride

// The book that a community has before anybody gave it one.
const (
	firstPrefix = "SJ"
	firstWidth  = 7
	endless     = 999_999_999
)

// number gives a payment the next number of the book: that of who takes it,
// else the community's. It is the last statement but one of the transaction, and
// is rolled back with it: a book has no gaps.
func number(ctx context.Context, tx *db.Tx, p Payment) (r Receipt, err error) {
	var b Book
	for n := int64(0); n == 0; { // a book may come to its end before our turn
		if b, err = bookFor(ctx, tx, p.Community, tx.Who.ID); err != nil {
			return r, err
		}
		if n, err = tx.Exec(ctx, `UPDATE receipt_book SET next_no = next_no + 1 WHERE id = $1 AND state = 'open' AND next_no <= last_no AND {scope}`, b.ID); err != nil {
			return r, err
		}
	}
	next, err := db.One[int64](ctx, tx, `SELECT next_no FROM receipt_book WHERE id = $1 AND {scope}`, b.ID)
	if err != nil {
		return r, err
	}
	return give(ctx, tx, p, b, next-1)
}

// give writes the receipt of a payment under a number of a book.
func give(ctx context.Context, tx *db.Tx, p Payment, b Book, n int64) (Receipt, error) {
	r := Receipt{ID: db.NewID[Receipt](tx), Community: p.Community, Book: b.ID, N: n, Number: b.write(n), Payment: p.ID, Code: rand.Text(), Fen: p.Fen, Day: p.Day, At: tx.Now, Version: 1}
	return r, db.Insert(ctx, tx, "receipt", r)
}

// write is a number as it is printed.
func (b Book) write(n int64) string { return fmt.Sprintf("%s%0*d", b.Prefix, int(b.Width), n) }

// ownBook is the book that a community has before anybody gave it one: it begins
// behind the numbers that others of its series have.
func ownBook(community authz.CommunityID) Book {
	return Book{ID: BookID(community), Community: community, Kind: "printed", Prefix: firstPrefix, Width: firstWidth, First: 1, Last: endless, State: "open"}
}

// bookFor is the open book of a cashier, else the community's; a community
// without one gets its first.
func bookFor(ctx context.Context, tx *db.Tx, community authz.CommunityID, who authz.AccountID) (Book, error) {
	b, err := db.One[Book](ctx, tx, `SELECT `+db.Columns[Book]("")+` FROM receipt_book WHERE community_id = $1 AND kind = 'printed' AND state = 'open' AND next_no <= last_no AND (holder_id IS NULL OR holder_id = $2) AND {scope}
		ORDER BY CASE WHEN holder_id IS NULL THEN 1 ELSE 0 END, id LIMIT 1`, community, who)
	if !errors.Is(err, db.ErrNotFound) {
		return b, err
	}
	if err := tx.In(ctx, community); err != nil {
		return b, err
	}
	// Two who begin at once make the same row: its number is the community's.
	b = ownBook(community)
	b.At, b.Version = tx.Now, 1
	if b.First, err = db.One[int64](ctx, tx, `SELECT CAST(COALESCE(MAX(last_no), 0) + 1 AS BIGINT) FROM receipt_book WHERE community_id = $1 AND prefix = $2 AND id <> $3 AND {scope}`, community, b.Prefix, b.ID); err != nil {
		return b, err
	}
	if b.Next = b.First; b.First > b.Last {
		return b, ErrBookEmpty.With("book", b.Prefix)
	}
	if _, err = tx.Global("the community was looked at").Exec(ctx, `INSERT INTO receipt_book (id, community_id, kind, prefix, width, first_no, last_no, next_no, holder_name, state, at, by_name, closed_why, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, '', '', 1) ON CONFLICT (id) DO NOTHING`, b.ID, b.Community, b.Kind, b.Prefix, b.Width, b.First, b.Last, b.Next, b.State, b.At); err != nil {
		return b, err
	}
	if there, err := db.One[Book](ctx, tx, `SELECT `+db.Columns[Book]("")+` FROM receipt_book WHERE id = $1 AND {scope}`, b.ID); err != nil || there.State == "open" {
		return there, err
	}
	return b, ErrBookEmpty.With("book", b.Prefix)
}
