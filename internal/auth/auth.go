// Package auth knows who may sign in and what they may do: accounts, roles,
// sessions (ACC-03, ACC-05, ACC-06).
//
//	password ─sign in→ session ─sign out, time-out, revoke→ gone
//
// auth.go holds the words, role.go those of roles, rules.go the password rules,
// service.go sign-in and sessions, service_account.go accounts, service_role.go
// roles and who holds them, lookups.go who asks, store.go the SQL, http.go the API.
package auth

import (
	"context"
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
	Kind       Kind            `db:"kind" json:"-"`
	Username   string          `db:"username" json:"username"`
	Mobile     string          `db:"-" json:"-"`      // in clear, on its way to the vault
	Clear      string          `db:"mobile" json:"-"` // empty: the column of versions before the vault
	Sealed     string          `db:"mobile_sealed" json:"-"`
	Index      string          `db:"mobile_index" json:"-"`
	Name       string          `db:"name" json:"name"`
	AgentNo    string          `db:"agent_no" json:"agentNo,omitempty"`
	Password   string          `db:"password" json:"-"` // argon2id, "" = cannot sign in
	MustChange bool            `db:"must_change" json:"-"`
	Disabled   bool            `db:"disabled" json:"-"`
	Version    int64           `db:"version" json:"-"`
}

// Kind tells who works here from who lives here: nobody of one kind passes a route of the other.
type Kind string

// The kinds of accounts.
const (
	Staff    Kind = "staff"
	Resident Kind = "resident"
)

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
	Vouched   bool            `db:"vouched"` // the provider of single sign-on did see a second factor
}

// SessionID identifies a session; the secret is the cookie, not this.
type SessionID = id.Of[Session]

// SignedOut is told when sessions were ended by somebody: their owner, an
// administrator, a new password.
type SignedOut struct {
	Account  authz.AccountID `json:"account"`
	Sessions []SessionID     `json:"sessions"`
}

// EventName implements db.Event.
func (SignedOut) EventName() string { return "auth.signed_out" }

// Where implements db.Event: accounts belong to the company.
func (SignedOut) Where() authz.CommunityID { return 0 }

// About implements db.Event.
func (e SignedOut) About() string { return e.Account.String() }

// seenEvery is how precisely the last use of a session is kept.
const seenEvery = 5 * time.Minute

// The use cases.
const (
	ActSignIn   authz.Action = "auth.sign_in"
	ActSelf     authz.Action = "auth.self"     // one's own session, devices, password: everybody signed in
	ActResident authz.Action = "resident.self" // what ActSelf is, of residents
	ActPassword authz.Action = "auth.password_reset"
	ActUnlock   authz.Action = "auth.unlock"
	ActSettings authz.Action = "auth.settings"
)

// Errors.
var (
	ErrFailed       = errs.New(errs.Unauthenticated, "auth.failed", "the name or the password is wrong")
	ErrThrottled    = errs.New(errs.TooMany, "auth.throttled", "too many failures, wait a while")
	ErrCodeNeeded   = errs.New(errs.Unauthenticated, "auth.code_needed", "the password is right; the code of the second factor is missing")
	ErrHasFactor    = errs.New(errs.Conflict, "auth.factor_there", "a second factor is set up already")
	ErrFactorNeeded = errs.New(errs.Conflict, "auth.factor_needed", "a role of this account asks for a second factor")
	ErrNameTaken    = errs.New(errs.Conflict, "auth.username_taken", "somebody else has this user name")
	ErrMobileTaken  = errs.New(errs.Conflict, "auth.mobile_taken", "somebody else signs in with this mobile")
	ErrSSOOff       = errs.New(errs.NotFound, "auth.sso_off", "there is no single sign-on here")
	ErrSSODown      = errs.New(errs.Unavailable, "auth.sso_down", "the provider of single sign-on cannot be reached")
	ErrSSOFailed    = errs.New(errs.Unauthenticated, "auth.sso_failed", "what the provider of single sign-on sent is not what was asked for")
	ErrSSORefused   = errs.New(errs.Unauthenticated, "auth.sso_refused", "the provider of single sign-on did not sign anybody in")
	ErrSSOUnlinked  = errs.New(errs.Unauthenticated, "auth.sso_unlinked", "no account is linked with this identity")
	ErrSSOTaken     = errs.New(errs.Conflict, "auth.sso_taken", "this identity is linked with another account")
	ErrCompany      = errs.New(errs.Forbidden, "auth.company", "only who may do this in the whole company")
	errSessionEnded = authz.ErrSignIn
)

// Service holds the use cases of this package.
type Service struct {
	DB *db.DB
	// SSO is the provider of single sign-on; nil: there is none.
	SSO *Provider
	// Homes lists where a resident's rooms are; without it residents cannot sign in.
	Homes func(ctx context.Context, tx *db.Tx, resident authz.AccountID) ([]authz.CommunityID, error)
	// OfResidents is what a resident may do at their rooms.
	OfResidents []authz.Action
	slots       chan struct{} // bounds the memory that password hashing takes
	roles       roleCache
	lookups     lookups
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{DB: d, slots: make(chan struct{}, 2)} }
