package auth

import (
	"context"
	"strconv"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

const whyGlobal = "accounts belong to the company"

func accountByName(ctx context.Context, tx *db.Tx, name string) (Account, error) {
	q := `SELECT ` + db.Columns[Account]("") + ` FROM account WHERE kind = 'staff' AND (username = $1`
	args := []any{name}
	for i, index := range tx.Vault().Indexes(mobileIndex, name) {
		q += ` OR mobile_index = $` + strconv.Itoa(i+2)
		args = append(args, index)
	}
	return db.One[Account](ctx, tx.Global(whyGlobal), q+`) ORDER BY username = $1 DESC LIMIT 1`, args...)
}

func accountByID(ctx context.Context, tx *db.Tx, id authz.AccountID) (Account, error) {
	return db.One[Account](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Account]("")+` FROM account WHERE id = $1`, id)
}

// sessionRow is a session with its account and one of the roles held.
type sessionRow struct {
	Session     SessionID         `db:"id"`
	Account     authz.AccountID   `db:"account_id"`
	CSRF        string            `db:"csrf"`
	CreatedAt   clock.Instant     `db:"created_at"`
	SeenAt      clock.Instant     `db:"seen_at"`
	ExpiresAt   clock.Instant     `db:"expires_at"`
	Vouched     bool              `db:"vouched"`
	Name        string            `db:"name"`
	AgentNo     string            `db:"agent_no"`
	Kind        Kind              `db:"kind"`
	Factors     int               `db:"factors"`
	Needs       int               `db:"needs"` // this role, and those at regions, that ask for a second factor
	Idle        int64             `db:"idle_minutes"`
	Absolute    int64             `db:"absolute_minutes"`
	MustChange  bool              `db:"must_change"`
	Disabled    bool              `db:"disabled"`
	Reach       int64             `db:"reach"`
	Role        RoleID            `db:"role_id"`
	RoleVersion *int64            `db:"role_version"`
	Community   authz.CommunityID `db:"community_id"`
}

// Every request runs this: the view role_held instead of its two tables takes twice the time.
func sessionRows(ctx context.Context, tx *db.Tx, tokenHash string) ([]sessionRow, error) {
	return db.All[sessionRow](ctx, tx.Global("who is asking decides the scope"), `
		SELECT s.id, s.account_id, s.csrf, s.created_at, s.seen_at, s.expires_at, s.vouched, a.name, a.agent_no, a.kind, a.must_change, a.disabled, a.reach,
			h.role_id, r.version AS role_version, h.community_id, i.idle_minutes, i.absolute_minutes,
			(SELECT COUNT(*) FROM second_factor f WHERE f.id = a.id AND f.confirmed_at IS NOT NULL) AS factors,
			CASE WHEN r.needs_second_factor THEN 1 ELSE 0 END + (SELECT COUNT(*) FROM role_region x JOIN role n ON n.id = x.role_id WHERE x.account_id = a.id AND n.needs_second_factor) AS needs
		FROM session s JOIN account a ON a.id = s.account_id JOIN sign_in_setting i ON i.id = 1
		LEFT JOIN role_holder h ON h.account_id = a.id LEFT JOIN role r ON r.id = h.role_id
		WHERE s.token_hash = $1 ORDER BY h.role_id`, tokenHash)
}

// shown is how the trail names the account: a resident's name would outlast its erasure there.
func (r sessionRow) shown() string {
	if r.Kind == Resident {
		return string(Resident)
	}
	return r.Name
}

// over: signed out by time, or its account has been disabled.
func (r sessionRow) over(now clock.Instant) bool {
	return r.Disabled || now > r.ExpiresAt || now > r.CreatedAt.Add(time.Duration(r.Absolute)*time.Minute) || now > r.SeenAt.Add(time.Duration(r.Idle)*time.Minute)
}

// needsFactor reports whether a role of the account asks for a second factor.
func needsFactor(ctx context.Context, tx *db.Tx, account authz.AccountID) (bool, error) {
	n, err := db.One[int](ctx, tx.Global(whyGlobal), `SELECT COUNT(*) FROM role_held h JOIN role r ON r.id = h.role_id WHERE h.account_id = $1 AND r.needs_second_factor`, account)
	return n > 0, err
}

// HasFactor reports whether an account has set up a second factor.
func HasFactor(ctx context.Context, tx *db.Tx, account authz.AccountID) (bool, error) {
	n, err := db.One[int](ctx, tx.Global(whyGlobal), `SELECT COUNT(*) FROM second_factor WHERE id = $1 AND confirmed_at IS NOT NULL`, account)
	return n > 0, err
}

func touch(ctx context.Context, tx *db.Tx, id SessionID) error {
	_, err := tx.Global("own session").Exec(ctx, `UPDATE session SET seen_at = $1 WHERE id = $2`, tx.Now, id)
	return err
}
