// Package auth knows who may sign in and what they may do: accounts, roles,
// sessions (ACC-03, ACC-05, ACC-06).
//
//	password ─sign in→ session ─sign out, time-out, revoke→ gone
//
// auth.go holds the words, role.go those of roles, rules.go the password rules,
// service.go sign-in and sessions, service_account.go accounts, service_role.go
// roles and who holds them, store.go the SQL, http.go the API.
package auth

import (
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Account is who signs in. A member of staff has the same id.
type Account struct {
	ID         authz.AccountID `db:"id" json:"id"`
	Username   string          `db:"username" json:"username"`
	Mobile     string          `db:"mobile" json:"-"`
	Name       string          `db:"name" json:"name"`
	AgentNo    string          `db:"agent_no" json:"agentNo,omitempty"`
	Password   string          `db:"password" json:"-"` // argon2id, "" = cannot sign in
	MustChange bool            `db:"must_change" json:"-"`
	Disabled   bool            `db:"disabled" json:"-"`
	Version    int64           `db:"version" json:"-"`
}

// Session is one signed-in device.
type Session struct {
	ID        SessionID       `db:"id"`
	TokenHash string          `db:"token_hash"` // SHA-256 of the cookie
	Account   authz.AccountID `db:"account_id"`
	CSRF      string          `db:"csrf"`
	CreatedAt clock.Instant   `db:"created_at"`
	SeenAt    clock.Instant   `db:"seen_at"`
	ExpiresAt clock.Instant   `db:"expires_at"`
	IP        string          `db:"ip"`
	UserAgent string          `db:"user_agent"`
}

// SessionID identifies a session; the secret is the cookie, not this.
type SessionID = id.Of[Session]

// Time-outs of a session (ACC-06).
const (
	IdleTimeout     = 12 * time.Hour
	AbsoluteTimeout = 7 * 24 * time.Hour
	seenEvery       = 5 * time.Minute
)

// A name that failed this often from one address within the window waits (ACC-07).
const (
	mostFailures  = 5
	failureWindow = 15 * time.Minute
)

// The use cases.
const (
	ActSignIn   authz.Action = "auth.sign_in"
	ActSelf     authz.Action = "auth.self" // one's own session, devices, password: everybody signed in
	ActPassword authz.Action = "auth.password_reset"
)

// Errors.
var (
	ErrFailed       = errs.New(errs.Unauthenticated, "auth.failed", "the name or the password is wrong")
	ErrThrottled    = errs.New(errs.TooMany, "auth.throttled", "too many failures, wait a while")
	ErrNameTaken    = errs.New(errs.Conflict, "auth.username_taken", "somebody else has this user name")
	ErrMobileTaken  = errs.New(errs.Conflict, "auth.mobile_taken", "somebody else signs in with this mobile")
	errSessionEnded = authz.ErrSignIn
)

// Service holds the use cases of this package.
type Service struct {
	DB    *db.DB
	slots chan struct{} // bounds the memory that password hashing takes
	roles roleCache
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{DB: d, slots: make(chan struct{}, 2)} }
