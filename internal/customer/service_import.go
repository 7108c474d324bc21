package customer

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/vault"
)

// Limits of an uploaded table.
const (
	mostBytes    = 20 << 20
	mostRows     = 20_000
	mostFileName = 200
)

var sheetLimits = sheet.Limits{Bytes: mostBytes, Rows: mostRows, Columns: 64, Headers: headings}

// Upload checks a table against itself and against what is there, and keeps it
// with the outcome. A file that is no such table at all is refused, not kept.
func (s *Service) Upload(ctx context.Context, who authz.Actor, community authz.CommunityID, name string, f io.ReaderAt, size int64) (i Import, err error) {
	if err := s.DB.Read(ctx, who, ActImport, func(tx *db.Tx) error { return tx.In(ctx, community) }); err != nil {
		return i, err
	}
	table, err := sheet.Read(f, size, sheetLimits)
	if err != nil {
		return i, atFile(err)
	}
	rows, wrong, total, err := readRows(table)
	if err != nil {
		return i, atFile(err)
	}
	key := vault.NewDataKey()
	ref, err := s.put(ctx, key, f, size)
	if err != nil {
		return i, err
	}
	var p plan
	if err := s.DB.Read(ctx, who, ActImport, func(tx *db.Tx) error {
		have, err := load(ctx, tx, community)
		p = makePlan(rows, have)
		return err
	}); err != nil {
		return i, err
	}
	i = Import{
		Community: community, FileName: fileName(name), Blob: ref.Hash, State: Checked, Rows: total,
		By: who.ID, ByName: who.Name, Version: 1,
	}
	i.count(p.result())
	i.Errors = append(wrong, p.wrong...)
	slices.SortStableFunc(i.Errors, func(a, b RowError) int { return cmp.Compare(a.Row, b.Row) })
	if i.ErrorCount = len(i.Errors); i.ErrorCount > 0 {
		i.State = Rejected
		i.count(Result{})
	}
	i.Errors = i.Errors[:min(len(i.Errors), mostErrors)]
	err = s.DB.Write(ctx, who, ActImport, func(tx *db.Tx) error {
		i.ID, i.CreatedAt = db.NewID[Import](tx), tx.Now
		i.BlobKey = tx.Vault().SealKey(blobKeyPlace(db.ID(i.ID)), key)
		if err := i.sealErrors(tx.Vault()); err != nil {
			return err
		}
		tx.Answer(&i)
		tx.Note(community, "import:"+i.ID.String(), nil, map[string]any{"state": i.State, "rows": i.Rows, "errors": i.ErrorCount, "file": ref.Hash})
		return db.Insert(ctx, tx, "import", i)
	})
	return i, err
}

func (i *Import) count(r Result) {
	i.NewRooms, i.NewCustomers, i.NewRelations, i.Unchanged = r.NewRooms, r.NewCustomers, r.NewRelations, r.Unchanged
}

// atFile says of a file that cannot be read what is wrong with it, at its field.
func atFile(err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Fields) > 0 {
		return err
	}
	return e.At(errs.Field{Name: "file", Code: e.Code, Params: e.Params})
}

func fileName(s string) string {
	s = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, s), "")
	if runes := []rune(s); len(runes) > mostFileName {
		s = string(runes[:mostFileName])
	}
	return s
}

// Imports lists the imports of a community, newest first, one more than limit if there is one.
func (s *Service) Imports(ctx context.Context, who authz.Actor, community authz.CommunityID, before ImportID, limit int) (out []Import, err error) {
	err = s.DB.Read(ctx, who, ActImport, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = imports(ctx, tx, community, before, limit)
		return err
	})
	return out, err
}

// Import returns one import with its errors, as far as the caller may see them.
func (s *Service) Import(ctx context.Context, who authz.Actor, id ImportID) (i Import, err error) {
	i, err = s.imported(ctx, who, id)
	return i.shown(who), err
}

func (s *Service) imported(ctx context.Context, who authz.Actor, id ImportID) (i Import, err error) {
	err = s.DB.Read(ctx, who, ActImport, func(tx *db.Tx) error {
		i, err = getImport(ctx, tx, id)
		return err
	})
	return i, err
}

// Apply writes a checked import: every row or, if one no longer fits, none.
func (s *Service) Apply(ctx context.Context, who authz.Actor, id ImportID) (i Import, err error) {
	if i, err = s.imported(ctx, who, id); err != nil {
		return i, err
	}
	// The file does not change, so it is read once, outside the transaction that may run again.
	rows, wrong, err := s.rows(i)
	if err != nil {
		return i, err
	}
	err = s.DB.Write(ctx, who, ActImport, func(tx *db.Tx) error {
		if i, err = getImport(ctx, tx, id); err != nil {
			return err
		}
		switch {
		case i.State == Applied:
			return ErrApplied
		case i.State == Rejected || len(wrong) > 0:
			return ErrRejected
		}
		r, misfits, err := ImportRows(ctx, tx, i.Community, rows)
		if err != nil {
			return err
		}
		if len(misfits) > 0 {
			return outdated(misfits)
		}
		now := tx.Now
		i.count(r)
		i.State, i.AppliedAt = Applied, &now
		tx.Answer(&i)
		tx.Emit(Imported{Import: id, Community: i.Community})
		tx.Note(i.Community, "import:"+id.String(), map[string]any{"state": Checked}, map[string]any{"state": Applied, "did": r})
		return db.Save(ctx, tx, "import", &i)
	})
	if db.Unique(err, "room_label", "room.", "building_code", "building.", "unit_code", "unit.") {
		err = ErrOutdated // somebody added the same rooms in the same moment
	}
	return i, err
}

// mostShown is how many of the rows that no longer fit an answer names.
const mostShown = 50

func outdated(list []RowError) error {
	e := ErrOutdated
	for _, w := range list[:min(len(list), mostShown)] {
		e = e.At(errs.Field{Name: fmt.Sprintf("rows[%d].%s", w.Row, w.Column), Code: w.Code, Params: w.Params})
	}
	return e
}

// ImportRows brings rooms and people into a community inside tx: all of them,
// or, with the errors returned, none. Rows that are there already change
// nothing. It serves the Excel import and generators alike; a generator's
// mobiles are in their normal form (ParseMobile).
func ImportRows(ctx context.Context, tx *db.Tx, community authz.CommunityID, rows []ImportRow) (Result, []RowError, error) {
	have, err := load(ctx, tx, community)
	if err != nil {
		return Result{}, nil, err
	}
	p := makePlan(rows, have)
	if len(p.wrong) > 0 {
		return Result{}, p.wrong, nil
	}
	return p.result(), nil, p.write(ctx, tx, community, have)
}

// rows reads the stored file again.
func (s *Service) rows(i Import) ([]ImportRow, []RowError, error) {
	table, err := s.table(i)
	if err != nil {
		return nil, nil, err
	}
	rows, wrong, _, err := readRows(table)
	return rows, wrong, err
}

// put keeps an uploaded file under a key of its own: it holds names and numbers.
func (s *Service) put(ctx context.Context, key vault.DataKey, f io.ReaderAt, size int64) (blob.Ref, error) {
	plain, err := io.ReadAll(io.NewSectionReader(f, 0, size))
	if err != nil {
		return blob.Ref{}, err
	}
	return s.Files.Put(ctx, bytes.NewReader(key.Seal(filePlace, plain)), mostBytes+1<<10)
}

const filePlace = "import.blob"

func (s *Service) table(i Import) (*sheet.Table, error) {
	if i.Blob == "" {
		return nil, ErrExpired
	}
	f, err := s.Files.Open(i.Blob)
	if err != nil {
		return nil, fmt.Errorf("import %s: %w", i.ID, err)
	}
	content, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err == nil && i.BlobKey != "" {
		var key vault.DataKey
		if key, err = s.DB.Vault().OpenKey(blobKeyPlace(db.ID(i.ID)), i.BlobKey); err == nil {
			content, err = key.Open(filePlace, content)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("import %s: %w", i.ID, err)
	}
	return sheet.Read(bytes.NewReader(content), int64(len(content)), sheetLimits)
}

// Annotated returns what writes a copy of an import's file with a red column
// that says what is wrong with each row, in the language asked for. Only who
// brought the file, or may see names and numbers, gets it.
func (s *Service) Annotated(ctx context.Context, who authz.Actor, id ImportID, lang string) (i Import, write func(io.Writer, string, *int64) error, err error) {
	if i, err = s.imported(ctx, who, id); err != nil {
		return i, nil, err
	}
	if !i.readable(who) {
		return i, nil, authz.ErrForbidden
	}
	wrong := i.Errors
	if i.ErrorCount > len(wrong) {
		// Only so many are kept; the copy names every bad row.
		rows, all, err := s.rows(i)
		if err != nil {
			return i, nil, err
		}
		if err := s.DB.Read(ctx, who, ActImport, func(tx *db.Tx) error {
			have, err := load(ctx, tx, i.Community)
			wrong = append(all, makePlan(rows, have).wrong...)
			return err
		}); err != nil {
			return i, nil, err
		}
	}
	notes := map[int][]string{}
	for _, w := range wrong {
		notes[w.Row] = append(notes[w.Row], w.Column+"："+i18n.Text(lang, w.Code, w.Params))
	}
	table, err := s.table(i)
	return i, func(w io.Writer, mark string, rows *int64) error {
		*rows = int64(i.Rows)
		return sheet.Annotate(w, table, mark, func(row int) string { return strings.Join(notes[row], "\n") })
	}, err
}
