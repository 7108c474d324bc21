package customer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/vault"
)

const actFiles authz.Action = "import.files"

var keeper = authz.System("import", actFiles)

const everyImport = "files are kept alike in every community"

type stored struct {
	ID   ImportID `db:"id"`
	Blob string   `db:"blob"`
}

// Expire deletes uploaded tables older than before, and what their errors
// quote. That a table was uploaded, and what came of it, stays.
func (s *Service) Expire(ctx context.Context, before clock.Instant) (n int64, err error) {
	for ctx.Err() == nil {
		var old []stored
		if err := s.DB.Write(ctx, keeper, actFiles, func(tx *db.Tx) error {
			tx.Silent("no table is old enough")
			old, err = db.All[stored](ctx, tx.Global(everyImport), `SELECT id, blob FROM import WHERE created_at < $1 AND blob <> '' ORDER BY id LIMIT 100`, before)
			if err != nil || len(old) == 0 {
				return err
			}
			for _, i := range old {
				if _, err := tx.Global(everyImport).Exec(ctx, `UPDATE import SET blob = '', blob_key = '', errors = '[]', errors_sealed = '' WHERE id = $1`, i.ID); err != nil {
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
