package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/vault"
)

const actKeys authz.Action = "keys.use"

// keys is where the key file is.
func (c Config) keys() string {
	if c.Keys == "" {
		return filepath.Join(c.DataDir, "keys.json")
	}
	return c.Keys
}

type keyRow struct {
	ID          string         `db:"id"`
	Fingerprint string         `db:"fingerprint"`
	At          clock.Instant  `db:"at"`
	RetiredAt   *clock.Instant `db:"retired_at"`
}

func knownKeys(ctx context.Context, d *db.DB) (out []keyRow, err error) {
	err = d.Read(ctx, keeper, actKeys, func(tx *db.Tx) (err error) {
		out, err = db.All[keyRow](ctx, tx.Global(wholeInstallation), `SELECT id, fingerprint, at, retired_at FROM vault_key ORDER BY at, id`)
		return err
	})
	return out, err
}

var keeper = authz.System("keys", actKeys)

// useKeys opens the key file, or makes one for a database that has sealed
// nothing yet, and refuses to go on with keys other than the database's: what
// it sealed with them no other node could read.
func useKeys(ctx context.Context, d *db.DB, path string) error {
	used, err := knownKeys(ctx, d)
	if err != nil {
		return err
	}
	v, err := vault.Open(path)
	if errors.Is(err, vault.ErrNoFile) && len(used) == 0 {
		if v, err = vault.Create(path); errors.Is(err, os.ErrExist) {
			v, err = vault.Open(path)
		}
	}
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	have := v.Fingerprints()
	for _, k := range used {
		if k.RetiredAt != nil && have[k.ID] == "" {
			continue
		}
		if have[k.ID] != k.Fingerprint {
			return fmt.Errorf("key file %s: the database is sealed with another key %s; use the key file of the node it was made with, or of its backup", path, k.ID)
		}
		delete(have, k.ID)
	}
	d.UseVault(v)
	if len(have) == 0 {
		return nil
	}
	return d.Write(ctx, keeper, actKeys, func(tx *db.Tx) error {
		for id, fingerprint := range have {
			// Two nodes that start at once may both come here; the second must have the same keys.
			n, err := tx.Global(wholeInstallation).Exec(ctx, `INSERT INTO vault_key (id, fingerprint, at) VALUES ($1, $2, $3)
				ON CONFLICT (id) DO UPDATE SET at = vault_key.at WHERE vault_key.fingerprint = excluded.fingerprint`, id, fingerprint, tx.Now)
			if err != nil {
				return err
			}
			if n == 0 {
				return fmt.Errorf("key file %s: another node has another key %s", path, id)
			}
			tx.Note(0, "key:"+id, nil, map[string]string{"fingerprint": fingerprint})
		}
		return nil
	})
}

const wholeInstallation = "keys belong to the installation"
