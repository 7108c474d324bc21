package auth

import (
	"context"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

const whyBefore = "before sign-in there is no scope"

// Try is one attempt that is counted before anything is checked, so that of
// many at once none sees itself as the first.
type Try struct {
	id      id.Of[Try]
	name    string // index of the name
	origin  string // "ip:…", or "dev:…" of a device that signed in before
	account authz.AccountID
	ip      string
	before  map[string]guarded // what the guards were, by name
}

func settings(ctx context.Context, tx *db.Tx) (Settings, error) {
	return db.One[Settings](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Settings]("")+` FROM sign_in_setting WHERE id = 1`)
}

// take counts t, and refuses it while its name is locked at its origin, or its address altogether.
func (t *Try) take(ctx context.Context, tx *db.Tx, s Settings) error {
	t.id, t.before = db.NewID[Try](tx), map[string]guarded{}
	limits := []struct {
		name  string
		limit int64
	}{{t.name, s.Failures}, {"", s.AddressFailures}}
	if t.origin[:3] != "ip:" {
		limits = limits[:1] // a known device does not wait for its address
	}
	for _, l := range limits {
		if err := t.count(ctx, tx, s, l.name, l.limit); err != nil {
			return err
		}
	}
	_, err := tx.Global(whyBefore).Exec(ctx, `INSERT INTO sign_in_failure (id, name_hash, ip, at, origin, account_id) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.id, t.name, t.ip, tx.Now, t.origin, t.account)
	return err
}

func (t *Try) count(ctx context.Context, tx *db.Tx, s Settings, name string, limit int64) error {
	b := tx.Global(whyBefore)
	var account authz.AccountID
	if name != "" {
		account = t.account
	}
	// The row is held until the commit, so tries of one name at one place count one after the other on every node.
	g, err := db.One[guarded](ctx, b, `INSERT INTO sign_in_guard (id, name_hash, origin, account_id, ip, rounds, until, used_at) VALUES ($1, $2, $3, $4, $5, 0, 0, $6)
		ON CONFLICT (name_hash, origin) DO UPDATE SET used_at = excluded.used_at, ip = excluded.ip RETURNING rounds, until`,
		db.NewID[Try](tx), name, t.origin, account, t.ip, tx.Now)
	if err != nil {
		return err
	}
	if tx.Now < g.Until {
		return throttled(g.Until.Sub(tx.Now))
	}
	t.before[name] = g
	of, arg := `origin = $1`, []any{t.origin, tx.Now.Add(-s.window()), g.Until}
	if name != "" {
		of, arg = of+` AND name_hash = $4`, append(arg, name)
	}
	failed, err := db.One[int64](ctx, b, `SELECT COUNT(*) FROM sign_in_failure WHERE at > $2 AND at >= $3 AND `+of, arg...)
	if err != nil || failed+1 < limit {
		return err
	}
	next := g.lock(s, tx.Now)
	tx.Note(0, subject(t.account), nil, map[string]any{"result": "locked", "round": next.Rounds, "until": next.Until, "address": name == ""})
	return t.set(ctx, tx, name, next, t.id)
}

func (t *Try) set(ctx context.Context, tx *db.Tx, name string, g guarded, by id.Of[Try]) error {
	_, err := tx.Global(whyBefore).Exec(ctx, `UPDATE sign_in_guard SET rounds = $1, until = $2, attempt_id = $3 WHERE name_hash = $4 AND origin = $5`, g.Rounds, g.Until, by, name, t.origin)
	return err
}

// giveBack takes the count of t back: it was no failure, and no success either.
func (t *Try) giveBack(ctx context.Context, tx *db.Tx) error {
	b := tx.Global(whyBefore)
	if _, err := b.Exec(ctx, `DELETE FROM sign_in_failure WHERE id = $1`, t.id); err != nil {
		return err
	}
	for name, g := range t.before {
		if _, err := b.Exec(ctx, `UPDATE sign_in_guard SET rounds = $1, until = $2, attempt_id = NULL WHERE name_hash = $3 AND origin = $4 AND attempt_id = $5`,
			g.Rounds, g.Until, name, t.origin, t.id); err != nil {
			return err
		}
	}
	return nil
}

// succeed forgets what failed for this name at this place. What failed for
// others at the same address stays counted.
func (t *Try) succeed(ctx context.Context, tx *db.Tx) error {
	if err := t.giveBack(ctx, tx); err != nil {
		return err
	}
	b := tx.Global(whyBefore)
	if _, err := b.Exec(ctx, `DELETE FROM sign_in_failure WHERE name_hash = $1 AND origin = $2`, t.name, t.origin); err != nil {
		return err
	}
	_, err := b.Exec(ctx, `DELETE FROM sign_in_guard WHERE name_hash = $1 AND origin = $2`, t.name, t.origin)
	return err
}

// knownOrigin is the origin of a device that this account signed in from before, else the address.
func knownOrigin(ctx context.Context, tx *db.Tx, account authz.AccountID, device, ip string) (string, error) {
	hash := hashOf(device)
	n, err := db.One[int](ctx, tx.Global(whyBefore), `SELECT COUNT(*) FROM known_device WHERE account_id = $1 AND token_hash = $2`, account, hash)
	if n > 0 {
		return "dev:" + hash, err
	}
	return addressOf(ip), err
}

// remember keeps that the account signed in from the device.
func remember(ctx context.Context, tx *db.Tx, account authz.AccountID, device string) error {
	_, err := tx.Global("own device").Exec(ctx, `INSERT INTO known_device (id, account_id, token_hash, created_at, used_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (account_id, token_hash) DO UPDATE SET used_at = excluded.used_at`, db.NewID[Try](tx), account, hashOf(device), tx.Now)
	return err
}

// trim throws away what can have no effect any more.
func trim(ctx context.Context, tx *db.Tx) error {
	b := tx.Global("old rows of every account")
	tx.Silent("throwing away what has no effect")
	s, err := settings(ctx, tx)
	if err != nil {
		return err
	}
	for q, before := range map[string]clock.Instant{
		`DELETE FROM sign_in_failure WHERE at <= $1`:                    tx.Now.Add(-max(s.window(), 7*longestLock)),
		`DELETE FROM sign_in_guard WHERE until <= $1 AND used_at <= $1`: tx.Now.Add(-2 * longestLock),
		`DELETE FROM known_device WHERE used_at <= $1`:                  tx.Now.Add(-DeviceLasts),
		`DELETE FROM session WHERE expires_at <= $1`:                    tx.Now.Add(-longestLock),
	} {
		if _, err := b.Exec(ctx, q, before); err != nil {
			return err
		}
	}
	return nil
}

// DeviceLasts is how long a device is known that nobody signs in from.
const DeviceLasts = 400 * 24 * time.Hour
