package imports

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/vault"
)

const filePlace = "import.blob"

// put keeps an uploaded file under a key of its own: it holds names and numbers.
func (s *Service) put(ctx context.Context, key vault.DataKey, f io.ReaderAt, size int64) (blob.Ref, error) {
	plain := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(f, 0, size), plain); err != nil {
		return blob.Ref{}, err
	}
	return s.Files.Put(ctx, bytes.NewReader(key.Seal(filePlace, plain)), sheet.Defaults.Bytes+1<<10)
}

// table opens the stored file again.
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
	return s.open(bytes.NewReader(content), int64(len(content)))
}

// Sample is a column of a file with what stands in its first rows.
type Sample struct {
	Heading string   `json:"heading"`
	Column  string   `json:"column" doc:"ours; empty: passed over"`
	Values  []string `json:"values"`
}

const mostSamples = 3

// Samples shows the columns of a file, so that people can say what they are.
// Values are for who may read the file.
func (s *Service) Samples(ctx context.Context, who authz.Actor, id ID) (i Import, out []Sample, err error) {
	if i, err = s.imported(ctx, who, id); err != nil {
		return i, nil, err
	}
	table, err := s.table(i)
	if err != nil {
		return i, nil, err
	}
	for at, h := range table.Columns {
		sample := Sample{Heading: h, Values: []string{}}
		if at < len(i.Mapping) {
			sample.Column = i.Mapping[at]
		}
		out = append(out, sample)
	}
	if !s.readable(who, i) {
		return i, out, nil
	}
	n := 0
	for row, err := range table.Rows() {
		if err != nil || n == mostSamples {
			break // what is wrong with a row is for the check to say
		}
		n++
		for at, c := range row.Cells {
			out[at].Values = append(out[at].Values, Shorten(c.Text))
		}
	}
	return i, out, nil
}

// Annotated returns what writes a copy of an import's file with a red column
// that says what is wrong with each row, in the language asked for. Only who
// brought the file, or may see names and numbers, gets it.
func (s *Service) Annotated(ctx context.Context, who authz.Actor, id ID, lang string) (i Import, write func(io.Writer, string, *int64) error, err error) {
	if i, err = s.imported(ctx, who, id); err != nil {
		return i, nil, err
	}
	if !s.readable(who, i) {
		return i, nil, authz.ErrForbidden
	}
	wrong := i.Errors
	if i.ErrorCount > len(wrong) {
		// Only so many are kept; the copy names every bad row.
		t, err := s.template(i.Template)
		if err != nil {
			return i, nil, err
		}
		r, err := s.read(i, t, func(int) error { return ctx.Err() })
		if err == nil {
			err = s.load(ctx, r.work)
		}
		if err != nil {
			return i, nil, err
		}
		_, wrong = r.outcomes(t)
	}
	notes := map[int][]string{}
	for _, w := range wrong {
		notes[w.Row] = append(notes[w.Row], w.sentence(lang))
	}
	table, err := s.table(i)
	return i, func(w io.Writer, mark string, rows *int64) error {
		*rows = int64(i.Rows)
		return sheet.Annotate(w, table, mark, func(row int) string { return strings.Join(notes[row], "\n") })
	}, err
}

// sentence is what the red column says.
func (w RowError) sentence(lang string) string {
	text := i18n.Text(lang, w.Code, w.Params)
	if w.Column != "" {
		text = w.Column + "：" + text
	}
	for n, m := range w.Modes {
		if n == 0 {
			text += " ("
		} else {
			text += ", "
		}
		text += i18n.Text(lang, "import.mode."+string(m), nil)
		if n == len(w.Modes)-1 {
			text += ")"
		}
	}
	return text
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

const actFiles authz.Action = "import.files"

var keeper = authz.System("import", actFiles)

const everyImport = "files are kept alike in every community"

type stored struct {
	ID   ID     `db:"id"`
	Blob string `db:"blob"`
}

// Expire deletes uploaded tables older than before, what their errors quote and
// what they changed looked like. That a table was uploaded, and what came of
// it, stays; what it added can still be undone, what it changed cannot.
func (s *Service) Expire(ctx context.Context, before clock.Instant) (n int64, err error) {
	for ctx.Err() == nil {
		var old []stored
		if err := s.DB.Write(ctx, keeper, actFiles, func(tx *db.Tx) error {
			tx.Silent("no table is old enough")
			g := tx.Global(everyImport)
			old, err = db.All[stored](ctx, g, `SELECT id, blob FROM import WHERE created_at < $1 AND blob <> '' AND state NOT IN ('applying', 'undoing') ORDER BY id LIMIT 100`, before)
			if err != nil || len(old) == 0 {
				return err
			}
			for _, i := range old {
				if _, err := g.Exec(ctx, `UPDATE import SET blob = '', blob_key = '', errors = '[]', errors_sealed = '' WHERE id = $1`, i.ID); err != nil {
					return err
				}
				if _, err := g.Exec(ctx, `UPDATE import_change SET before_sealed = '' WHERE import_id = $1`, i.ID); err != nil {
					return err
				}
			}
			tx.Note(0, "imports", nil, map[string]any{"expired": len(old)})
			return nil
		}); err != nil || len(old) == 0 {
			return n, err
		}
		// Without its key a file that a crash leaves behind is noise.
		for _, i := range old {
			if err := s.drop(ctx, i.Blob); err != nil {
				return n, err
			}
		}
		n += int64(len(old))
	}
	return n, ctx.Err()
}

// drop deletes a file that no import names any more.
func (s *Service) drop(ctx context.Context, blob string) error {
	var named int
	if err := s.DB.Read(ctx, keeper, actFiles, func(tx *db.Tx) (err error) {
		named, err = db.One[int](ctx, tx.Global(everyImport), `SELECT COUNT(*) FROM import WHERE blob = $1`, blob)
		return err
	}); err != nil || named > 0 {
		return err
	}
	return s.Files.Delete(blob)
}

// SealFiles seals uploaded tables that a program from before the vault kept in clear.
func (s *Service) SealFiles(ctx context.Context) (n int64, err error) {
	var all []stored
	if err := s.DB.Read(ctx, keeper, actFiles, func(tx *db.Tx) (err error) {
		all, err = db.All[stored](ctx, tx.Global(everyImport), `SELECT id, blob FROM import WHERE blob <> '' AND blob_key = '' ORDER BY id`)
		return err
	}); err != nil {
		return 0, err
	}
	for _, i := range all {
		key := vault.NewDataKey()
		hash, err := s.sealFile(ctx, i, key)
		if err != nil {
			return n, err
		}
		if err := s.DB.Write(ctx, keeper, actFiles, func(tx *db.Tx) error {
			tx.Silent("a file sealed is the same file")
			_, err := tx.Global(everyImport).Exec(ctx, `UPDATE import SET blob = $1, blob_key = $2 WHERE id = $3 AND blob = $4 AND blob_key = ''`,
				hash, tx.Vault().SealKey(blobKeyPlace(db.ID(i.ID)), key), i.ID, i.Blob)
			return err
		}); err != nil {
			return n, err
		}
		if err := s.drop(ctx, i.Blob); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// sealFile stores a sealed copy; "" for a file that is not there.
func (s *Service) sealFile(ctx context.Context, i stored, key vault.DataKey) (hash string, err error) {
	f, err := s.Files.Open(i.Blob)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	plain, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	ref, err := s.put(ctx, key, bytes.NewReader(plain), int64(len(plain)))
	return ref.Hash, err
}
