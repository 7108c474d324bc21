package payonline

import (
	"context"
	"io"
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Photo opens a picture of a register that a line of the caller's rests on
// (BIL-04, BIL-07). One that no line of theirs rests on is not found.
func (s *Service) Photo(ctx context.Context, who authz.Actor, id billing.PhotoID) (p billing.Photo, r io.ReadSeekCloser, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		var lines []billing.LineView
		if p, lines, err = billing.PhotoOf(ctx, tx, id); err != nil {
			return err
		}
		if !slices.ContainsFunc(lines, func(l billing.LineView) bool {
			see, err := sightOf(ctx, tx, l.Room)
			return err == nil && see.sees(l.Customer)
		}) {
			return db.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return p, nil, err
	}
	r, err = s.OpenPhoto(p)
	return p, r, err
}
