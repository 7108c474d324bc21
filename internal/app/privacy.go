package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/reseal"
)

// privacy keeps personal data as they should be: sealed, and not for ever.
func (a *App) privacy() {
	jobs.EveryAlone(a.jobs, "keys.seal_clear", time.Hour, a.sealClear)
	jobs.On(a.jobs, "customer.erased_kept", func(ctx context.Context, tx *db.Tx, e customer.Erased) error {
		tx.Silent("the erasure has its own entry")
		return a.writeErasures([]customer.Erasure{e.Erasure})
	})
}

// ownNode does what every node does for itself, at its start and each hour.
func (a *App) ownNode(ctx context.Context) {
	if err := a.sealClear(ctx); err != nil { // an upgrade does not wait for the hour, when a job tries again
		a.conf.Log.WarnContext(ctx, "personal data still stand in clear", "err", err)
	}
	hour := time.NewTicker(time.Hour)
	defer hour.Stop()
	for {
		if err := a.keepErasures(ctx); err != nil && ctx.Err() == nil {
			a.conf.Log.WarnContext(ctx, "the list of the erased is not written", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-hour.C:
		}
	}
}

// sealClear seals what a program from before the vault wrote in clear (CUS-04),
// also one that still runs during an upgrade.
func (a *App) sealClear(ctx context.Context) error {
	n, err := reseal.Clear(ctx, a.db, sealed())
	if err == nil {
		var files int64
		files, err = a.imports.SealFiles(ctx)
		n += files
	}
	if n > 0 {
		a.conf.Log.InfoContext(ctx, "personal data sealed that stood in clear", "values", n)
		err = errors.Join(err, a.db.Scrub(ctx))
	}
	return err
}

// erasuresFile stands beside the key file and outside the database: who was
// erased stays so when a backup from before is restored. It holds ids only.
func (c Config) erasuresFile() string {
	return filepath.Join(filepath.Dir(c.keys()), "erasures.jsonl")
}

// keepErasures writes into this node's file whoever was erased on another, and
// leaves nothing of them in the log beside the database.
func (a *App) keepErasures(ctx context.Context) error {
	all, err := a.customers.Erasures(ctx)
	if err == nil {
		err = a.writeErasures(all)
	}
	if err == nil && len(all) > 0 {
		err = a.db.Scrub(ctx)
	}
	return err
}

func (a *App) writeErasures(all []customer.Erasure) error {
	kept, err := a.erasures()
	if err != nil {
		return err
	}
	var lines []byte
	for _, e := range all {
		if _, ok := kept[e.Customer]; ok {
			continue
		}
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	if len(lines) == 0 {
		return nil
	}
	f, err := os.OpenFile(a.conf.erasuresFile(), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(lines)
	return errors.Join(err, f.Sync(), f.Close())
}

// erasures reads the file. A line that a crash cut off is written anew.
func (a *App) erasures() (map[customer.ID]customer.Erasure, error) {
	out := map[customer.ID]customer.Erasure{}
	raw, err := os.ReadFile(a.conf.erasuresFile())
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	for line := range bytes.Lines(raw) {
		var e customer.Erasure
		if json.Unmarshal(line, &e) == nil {
			out[e.Customer] = e
		}
	}
	return out, err
}

// eraseAgain erases who came back with a restored backup, before anybody is served.
func (a *App) eraseAgain(ctx context.Context) error {
	kept, err := a.erasures()
	if err != nil || len(kept) == 0 {
		return err
	}
	for _, e := range kept {
		done, err := a.customers.EraseAgain(ctx, e)
		if err != nil {
			return fmt.Errorf("erasing again after a restore: %w", err)
		}
		if done {
			a.conf.Log.WarnContext(ctx, "erased again whom a restored backup had brought back", "customer", e.Customer)
		}
	}
	return nil
}
