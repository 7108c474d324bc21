package app

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/debit"
	"guanjia/internal/imports"
	"guanjia/internal/invoice"
	"guanjia/internal/lease"
	"guanjia/internal/message"
	"guanjia/internal/payonline"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/reseal"
	"guanjia/internal/resident"
	"guanjia/internal/slip"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// sealed are the columns of every domain that hold personal data.
func sealed() []reseal.Column {
	return slices.Concat(auth.Sealed, staff.Sealed, customer.Sealed, imports.Sealed, ticket.Sealed, resident.Sealed, lease.Sealed, message.Sealed, payonline.Sealed, invoice.Sealed, debit.Sealed, slip.Sealed, []reseal.Column{{Table: "person_key", Name: "key", Sealed: "key_sealed"}})
}

// answers are sealed too, but nobody seals them anew: they live for two days.
var answers = reseal.Column{Table: "idempotency", Name: "answer", Sealed: "answer"}

// keysInUse counts the values that each key made.
func (a *App) keysInUse(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	for _, c := range append(sealed(), answers) {
		used, err := c.Used(ctx, a.db)
		if err != nil {
			return nil, err
		}
		for id, n := range used {
			out[id] += n
		}
	}
	return out, nil
}

func (a *App) listKeys(ctx context.Context, out io.Writer) error {
	known, err := knownKeys(ctx, a.db)
	if err != nil {
		return err
	}
	used, err := a.keysInUse(ctx)
	for _, k := range known {
		state := fmt.Sprintf("%d values", used[k.ID])
		switch {
		case k.RetiredAt != nil:
			state = "retired " + k.RetiredAt.String()
		case strings.HasPrefix(k.ID, "s"):
			state = "signs checkpoints of the trail"
		}
		_, _ = fmt.Fprintf(out, "%s\t%s\tsince %s\t%s\n", k.ID, k.Fingerprint, k.At, state)
	}
	return err
}

func (a *App) addKeys(ctx context.Context, out io.Writer) error {
	ids, err := a.db.Vault().Add()
	if err != nil {
		return err
	}
	if err := useKeys(ctx, a.db, a.conf.keys()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s added to %s\nCopy the file to every other node now: until then they cannot read what this one seals.\nThen: guanjia keys rotate, guanjia keys retire.\n",
		strings.Join(ids, ", "), a.conf.keys())
	return err
}

// RotateKeys seals everything anew with the newest keys.
func (a *App) RotateKeys(ctx context.Context, out io.Writer) error {
	total := int64(0)
	if err := reseal.Rotate(ctx, a.db, sealed(), func(c reseal.Column, n int64) {
		total += n
		_, _ = fmt.Fprintf(out, "%s.%s: %d\n", c.Table, c.Sealed, n)
	}); err != nil {
		return err
	}
	return a.db.Write(ctx, keeper, actKeys, func(tx *db.Tx) error {
		tx.Note(0, "keys", nil, map[string]any{"rotated": total})
		return nil
	})
}

func (a *App) retireKeys(ctx context.Context, out io.Writer) error {
	used, err := a.keysInUse(ctx)
	if err != nil {
		return err
	}
	have := a.db.Vault().Fingerprints()
	newest := map[byte]string{}
	for id := range have {
		if last := newest[id[0]]; len(id) > len(last) || len(id) == len(last) && id > last {
			newest[id[0]] = id
		}
	}
	var old []string
	for _, id := range slices.Sorted(maps.Keys(have)) {
		if id[0] == 's' || newest[id[0]] == id {
			continue // signatures remain checkable
		}
		if used[id] > 0 {
			return fmt.Errorf("%d values are still made with %s: run keys rotate; answers kept for repeated requests go within 48 hours", used[id], id)
		}
		old = append(old, id)
	}
	// The database first: should the file not be changed after this, its key is only one too many.
	if err := a.db.Write(ctx, keeper, actKeys, func(tx *db.Tx) error {
		for _, id := range old {
			if _, err := tx.Global(wholeInstallation).Exec(ctx, `UPDATE vault_key SET retired_at = $1 WHERE id = $2`, tx.Now, id); err != nil {
				return err
			}
			tx.Note(0, "key:"+id, nil, map[string]any{"retired": true})
		}
		if len(old) == 0 {
			tx.Silent("no key was retired")
		}
		return nil
	}); err != nil {
		return err
	}
	if err := a.db.Vault().Retire(old...); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "retired: %s\nCopy %s to the other nodes. Keep the old file with the backups from before.\n", strings.Join(append(old, ""), " "), a.conf.keys())
	return err
}
