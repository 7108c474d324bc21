package handover

import (
	"context"
	"errors"
	"io"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

const (
	maxPhoto              = 20 << 20
	actErase authz.Action = "handover.erase_photos"
)

// AddPhoto stores a picture of what was found.
func (s *Service) AddPhoto(ctx context.Context, who authz.Actor, id ItemID, r io.Reader) (p Photo, err error) {
	mime, ref, err := s.Blobs.Keep(ctx, r, blob.Pictures, maxPhoto, ErrNotPicture)
	if err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		it, err := item(ctx, tx, id)
		if err != nil {
			return err
		}
		p = Photo{ID: db.NewID[Photo](tx), Community: it.Community, Item: id, Blob: ref.Hash, Type: mime, Size: ref.Size, At: tx.Now, ByName: who.Name}
		tx.Note(it.Community, "handover:"+it.Handover.String(), nil, map[string]any{"item": it.Code, "photo": p.ID})
		tx.Answer(&p)
		return db.Insert(ctx, tx, "handover_photo", p)
	})
	return p, err
}

// OpenPhoto opens a picture for reading.
func (s *Service) OpenPhoto(ctx context.Context, who authz.Actor, id PhotoID) (p Photo, r io.ReadSeekCloser, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		p, err = db.One[Photo](ctx, tx, `SELECT `+db.Columns[Photo]("")+` FROM handover_photo WHERE id = $1 AND {scope}`, id)
		return err
	})
	if err != nil {
		return p, nil, err
	}
	if r, err = s.Blobs.Open(p.Blob); err != nil {
		return p, nil, errors.Join(db.ErrNotFound, err)
	}
	return p, r, nil
}

// ErasePhotos forgets the pictures taken before an instant, unless their defect
// is not mended (ACC-13); the files go when no record names them any more.
func (s *Service) ErasePhotos(ctx context.Context, before clock.Instant) (int64, error) {
	return s.DB.Piecewise(ctx, actErase, `DELETE FROM handover_photo WHERE {scope} AND id IN (
		SELECT p.id FROM handover_photo p JOIN handover_item i ON i.community_id = p.community_id AND i.id = p.item_id
		WHERE p.at < $1 AND NOT (i.result = 'defect' AND i.fixed_on IS NULL) ORDER BY p.at LIMIT $2)`, before)
}
