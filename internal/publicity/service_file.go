package publicity

import (
	"context"
	"errors"
	"io"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
)

const (
	maxFile  = 20 << 20
	maxFiles = 20
)

func (s *Service) stored(ctx context.Context, r io.Reader) (f File, err error) {
	mime, ref, err := s.Blobs.Keep(ctx, r, blob.Papers, maxFile, ErrFile)
	return File{Blob: ref.Hash, Type: mime, Size: ref.Size, Purpose: "document"}, err
}

// keep writes down a file of what is named by its column.
func (f *File) keep(ctx context.Context, tx *db.Tx, column string, of int64, subject string) error {
	n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM publicity_file WHERE community_id = $1 AND `+column+` = $2 AND {scope}`, f.Community, of)
	if err != nil {
		return err
	}
	if n >= maxFiles {
		return ErrFiles
	}
	f.ID, f.At, f.ByName = db.NewID[File](tx), tx.Now, tx.Who.Name
	tx.Note(f.Community, subject, nil, map[string]any{"file": f.ID, "type": f.Type, "purpose": f.Purpose})
	tx.Answer(f)
	return db.Insert(ctx, tx, "publicity_file", *f)
}

// AddEntryFile keeps the document of an entry while its year is open.
func (s *Service) AddEntryFile(ctx context.Context, who authz.Actor, id EntryID, r io.Reader) (f File, err error) {
	if f, err = s.stored(ctx, r); err != nil {
		return f, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		e, err := entry(ctx, tx, id)
		if err != nil {
			return err
		}
		y, _, err := yearWith(ctx, tx, e.Year)
		if err != nil {
			return err
		}
		if y.State != "open" {
			return ErrNotNow
		}
		if err := touched(ctx, tx, y); err != nil {
			return err
		}
		f.Community, f.Entry = e.Community, e.ID
		tx.Emit(Changed{event{e.Community, e.subject()}})
		return f.keep(ctx, tx, "entry_id", int64(e.ID), e.subject())
	})
	return f, err
}

// AddInspectionFile keeps the authority's document, or evidence of what was done about it.
func (s *Service) AddInspectionFile(ctx context.Context, who authz.Actor, id InspectionID, purpose string, r io.Reader) (f File, err error) {
	if f, err = s.stored(ctx, r); err != nil {
		return f, err
	}
	f.Purpose = purpose
	err = s.DB.Write(ctx, who, ActInspect, func(tx *db.Tx) error {
		i, err := inspection(ctx, tx, id)
		if err != nil {
			return err
		}
		if i.State != "open" {
			return ErrNotNow
		}
		f.Community, f.Inspection = i.Community, i.ID
		tx.Emit(Inspected{event{i.Community, i.subject()}})
		return f.keep(ctx, tx, "inspection_id", int64(i.ID), i.subject())
	})
	return f, err
}

// openFile opens a file for reading, of an entry or of an inspection as the permission has it.
func (s *Service) openFile(ctx context.Context, who authz.Actor, act authz.Action, id FileID) (f File, r io.ReadSeekCloser, err error) {
	column := "entry_id"
	if act == ActInspections {
		column = "inspection_id"
	}
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		f, err = db.One[File](ctx, tx, `SELECT `+db.Columns[File]("")+` FROM publicity_file WHERE id = $1 AND `+column+` IS NOT NULL AND {scope}`, id)
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

// withFiles gives entries of a year their files.
func withFiles(ctx context.Context, tx *db.Tx, y Year, all []EntryView) error {
	found, err := db.All[File](ctx, tx, `SELECT `+db.Columns[File]("f")+` FROM publicity_file f JOIN shared_entry e ON e.community_id = f.community_id AND e.id = f.entry_id WHERE f.community_id = $1 AND e.year_id = $2 AND {scope:f} ORDER BY f.id`, y.Community, y.ID)
	by := map[EntryID][]File{}
	for _, f := range found {
		by[f.Entry] = append(by[f.Entry], f)
	}
	for i := range all {
		if all[i].Files = by[all[i].ID]; all[i].Files == nil {
			all[i].Files = []File{}
		}
	}
	return err
}
