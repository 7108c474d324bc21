package refund

import (
	"context"
	"errors"
	"io"

	"guanjia/internal/cashier"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
)

const (
	maxFile  = 20 << 20
	maxFiles = 12
)

// AddFile keeps a picture or a PDF as evidence of a refund that is on its way.
func (s *Service) AddFile(ctx context.Context, who authz.Actor, id ID, r io.Reader) (File, error) {
	return s.addFile(ctx, who, ActAsk, id, r)
}

// AddOwnFile is AddFile of a resident, to what they asked for.
func (s *Service) AddOwnFile(ctx context.Context, who authz.Actor, id ID, r io.Reader) (File, error) {
	return s.addFile(ctx, who, ActOwn, id, r)
}

func (s *Service) addFile(ctx context.Context, who authz.Actor, act authz.Action, id ID, r io.Reader) (f File, err error) {
	mime, ref, err := s.Blobs.Keep(ctx, r, blob.Papers, maxFile, ErrNotFile)
	if err != nil {
		return f, err
	}
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		r, err := refund(ctx, tx, id)
		if err != nil {
			return err
		}
		if act == ActOwn && r.Account != who.ID {
			return db.ErrNotFound
		}
		if !r.State.open() {
			return ErrNotNow
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM refund_file WHERE community_id = $1 AND refund_id = $2 AND {scope}`, r.Community, r.ID)
		if err != nil {
			return err
		}
		if n >= maxFiles {
			return ErrFiles
		}
		f = File{ID: db.NewID[File](tx), Community: r.Community, Refund: r.ID, Blob: ref.Hash, Type: mime, Size: ref.Size, At: tx.Now, ByName: who.Name}
		tx.Note(r.Community, r.subject(), nil, map[string]any{"file": f.ID, "type": f.Type})
		tx.Emit(Moved{r.Community, r.Room, r.ID, r.State})
		tx.Answer(&f)
		return db.Insert(ctx, tx, "refund_file", f)
	})
	return f, err
}

// OpenFile opens the evidence of a refund for reading.
func (s *Service) OpenFile(ctx context.Context, who authz.Actor, id FileID) (f File, r io.ReadSeekCloser, err error) {
	err = s.DB.Read(ctx, who, cashier.ActView, func(tx *db.Tx) error {
		f, err = db.One[File](ctx, tx, `SELECT `+db.Columns[File]("")+` FROM refund_file WHERE id = $1 AND {scope}`, id)
		return err
	})
	if err != nil {
		return f, nil, err
	}
	if r, err = s.Blobs.Open(f.Blob); err != nil {
		return f, nil, errors.Join(db.ErrNotFound, err)
	}
	return f, r, nil
}
