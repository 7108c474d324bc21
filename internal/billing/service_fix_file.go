package billing

import (
	"context"
	"errors"
	"io"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// FixFileID names evidence of a correction.
type FixFileID = id.Of[FixFile]

// FixFile is evidence of a correction: a picture or a PDF.
type FixFile struct {
	ID        FixFileID         `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Fix       FixID             `db:"fix_id" json:"-"`
	Blob      string            `db:"blob" json:"-"`
	Type      string            `db:"type" json:"type"`
	Size      int64             `db:"size" json:"size"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
}

// Errors of evidence.
var (
	ErrNotFile = errs.New(errs.Invalid, "billing.not_file", "it is neither a picture nor a PDF")
	ErrFiles   = errs.New(errs.Conflict, "billing.files", "it has as many files as it can")
)

const (
	maxFile     = 20 << 20 // bytes; of evidence and of pictures
	maxFixFiles = 12
)

// open reports whether a correction is still to be decided or booked.
func (s FixState) open() bool { return s != FixDone && s != FixDropped && s != FixWorking }

// AddFixFile keeps a picture or a PDF as evidence of a correction that is not
// booked yet: who decides sees it.
func (s *Service) AddFixFile(ctx context.Context, who authz.Actor, id FixID, r io.Reader) (out FixFile, err error) {
	mime, ref, err := s.Blobs.Keep(ctx, r, blob.Papers, maxFile, ErrNotFile)
	if err != nil {
		return out, err
	}
	err = s.DB.Write(ctx, who, ActRun, func(tx *db.Tx) error {
		f, err := fix(ctx, tx, id)
		if err != nil {
			return err
		}
		if !f.State.open() {
			return ErrNotNow
		}
		have, err := fixFiles(ctx, tx, f)
		if err != nil {
			return err
		}
		if len(have) >= maxFixFiles {
			return ErrFiles
		}
		out = FixFile{ID: db.NewID[FixFile](tx), Community: f.Community, Fix: f.ID, Blob: ref.Hash, Type: mime, Size: ref.Size, At: tx.Now, ByName: who.Name}
		tx.Note(f.Community, f.subject(), nil, map[string]any{"file": out.ID, "type": out.Type})
		tx.Emit(FixMoved{f.ID, f.Community})
		tx.Answer(&out)
		return db.Insert(ctx, tx, "bill_fix_file", out)
	})
	return out, err
}

func fixFiles(ctx context.Context, tx *db.Tx, f Fix) ([]FixFile, error) {
	return db.All[FixFile](ctx, tx, `SELECT `+db.Columns[FixFile]("x")+` FROM bill_fix_file x WHERE x.community_id = $1 AND x.fix_id = $2 AND {scope:x} ORDER BY x.id`, f.Community, f.ID)
}

// OpenFixFile opens the evidence of a correction for reading.
func (s *Service) OpenFixFile(ctx context.Context, who authz.Actor, id FixFileID) (f FixFile, r io.ReadSeekCloser, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		f, err = db.One[FixFile](ctx, tx, `SELECT `+db.Columns[FixFile]("x")+` FROM bill_fix_file x WHERE x.id = $1 AND {scope:x}`, id)
		return err
	})
	if err != nil {
		return f, nil, err
	}
	r, err = s.open(f.Blob)
	return f, r, err
}

// open opens what a record says of a file.
func (s *Service) open(hash string) (io.ReadSeekCloser, error) {
	r, err := s.Blobs.Open(hash)
	if err != nil {
		return nil, errors.Join(db.ErrNotFound, err)
	}
	return r, nil
}
