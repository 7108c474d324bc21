package auth

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

const whyGlobal = "accounts belong to the company"

func accountByName(ctx context.Context, tx *db.Tx, name string) (Account, error) {
	return db.One[Account](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Account]("")+` FROM account WHERE username = $1 OR (mobile = $1 AND mobile <> '') ORDER BY username = $1 DESC LIMIT 1`, name)
}

func accountByID(ctx context.Context, tx *db.Tx, id authz.AccountID) (Account, error) {
	return db.One[Account](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Account]("")+` FROM account WHERE id = $1`, id)
}

func failures(ctx context.Context, tx *db.Tx, name, ip string, since clock.Instant) (int64, error) {
	return db.One[int64](ctx, tx.Global("before sign-in there is no scope"), `SELECT COUNT(*) FROM sign_in_failure WHERE name_hash = $1 AND ip = $2 AND at > $3`, name, ip, since)
}

func addFailure(ctx context.Context, tx *db.Tx, name, ip string) error {
	g := tx.Global("before sign-in there is no scope")
	if _, err := g.Exec(ctx, `DELETE FROM sign_in_failure WHERE name_hash = $1 AND at <= $2`, name, tx.Now.Add(-failureWindow)); err != nil {
		return err
	}
	_, err := g.Exec(ctx, `INSERT INTO sign_in_failure (id, name_hash, ip, at) VALUES ($1, $2, $3, $4)`, db.NewID[Account](tx), name, ip, tx.Now)
	return err
}

// sessionRow is a session with its account and one of the roles held.
type sessionRow struct {
	Session     SessionID         `db:"id"`
	Account     authz.AccountID   `db:"account_id"`
	CSRF        string            `db:"csrf"`
	SeenAt      clock.Instant     `db:"seen_at"`
	ExpiresAt   clock.Instant     `db:"expires_at"`
	Name        string            `db:"name"`
	AgentNo     string            `db:"agent_no"`
	MustChange  bool              `db:"must_change"`
	Disabled    bool              `db:"disabled"`
	Reach       int64             `db:"reach"`
	Role        RoleID            `db:"role_id"`
	RoleVersion *int64            `db:"role_version"`
	Community   authz.CommunityID `db:"community_id"`
}

func sessionRows(ctx context.Context, tx *db.Tx, tokenHash string) ([]sessionRow, error) {
	return db.All[sessionRow](ctx, tx.Global("who is asking decides the scope"), `
		SELECT s.id, s.account_id, s.csrf, s.seen_at, s.expires_at, a.name, a.agent_no, a.must_change, a.disabled, a.reach,
			h.role_id, r.version AS role_version, h.community_id
		FROM session s JOIN account a ON a.id = s.account_id
		LEFT JOIN role_holder h ON h.account_id = a.id LEFT JOIN role r ON r.id = h.role_id
		WHERE s.token_hash = $1 ORDER BY h.role_id`, tokenHash)
}

func touch(ctx context.Context, tx *db.Tx, id SessionID) error {
	_, err := tx.Global("own session").Exec(ctx, `UPDATE session SET seen_at = $1 WHERE id = $2`, tx.Now, id)
	return err
}
