package auth

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

//go:embed roles.yaml
var rolesFile []byte

// ShippedRole is one entry of roles.yaml (ACC-03).
type ShippedRole struct {
	Code    string         `yaml:"code"`
	Zh      string         `yaml:"zh"`
	En      string         `yaml:"en"`
	Actions []authz.Action `yaml:"actions"`
}

// ShippedRoles are the roles that a first start creates; afterwards they are the company's to change.
func ShippedRoles() (out []ShippedRole, err error) {
	err = yaml.Unmarshal(rolesFile, &out)
	return out, err
}

// CreateRoles writes the shipped roles; part of the first start.
func CreateRoles(ctx context.Context, tx *db.Tx) error {
	roles, err := ShippedRoles()
	if err != nil {
		return err
	}
	g := tx.Global(whyGlobal)
	for _, r := range roles {
		id := db.NewID[Role](tx)
		if _, err := g.Exec(ctx, `INSERT INTO role (id, code, zh, en, version) VALUES ($1, $2, $3, $4, 1)`, id, r.Code, r.Zh, r.En); err != nil {
			return err
		}
		for _, a := range r.Actions {
			if _, err := g.Exec(ctx, `INSERT INTO role_action (role_id, action) VALUES ($1, $2)`, id, string(a)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Roles lists the roles with what they allow, named in the caller's language.
func (s *Service) Roles(ctx context.Context, who authz.Actor, lang string) (out []Role, err error) {
	type row struct {
		ID     RoleID       `db:"id"`
		Code   string       `db:"code"`
		Zh     string       `db:"zh"`
		En     string       `db:"en"`
		Action authz.Action `db:"action"`
	}
	err = s.DB.Read(ctx, who, ActRoles, func(tx *db.Tx) error {
		rows, err := db.All[row](ctx, tx.Global(whyGlobal), `SELECT r.id, r.code, r.zh, r.en, a.action FROM role r JOIN role_action a ON a.role_id = r.id ORDER BY r.id, a.action`)
		for _, r := range rows {
			if len(out) == 0 || out[len(out)-1].ID != r.ID {
				name := r.Zh
				if lang == "en" {
					name = r.En
				}
				out = append(out, Role{ID: r.ID, Code: r.Code, Name: name})
			}
			last := &out[len(out)-1]
			last.Actions = append(last.Actions, r.Action)
		}
		return err
	})
	return out, err
}

// Create adds an account inside another domain's transaction. An empty
// username makes one that cannot sign in. It returns a one-time password when
// none is given.
func Create(ctx context.Context, tx *db.Tx, a Account, password string) (oneTime string, err error) {
	a.Username, a.Version = Normalise(a.Username), 1
	if a.Username == "" {
		a.Username = "#" + a.ID.String() // unique, and no user name can begin so
	} else {
		if password == "" {
			oneTime = OneTimePassword()
			password, a.MustChange = oneTime, true
		}
		if a.Password, err = Hash(password); err != nil {
			return "", err
		}
	}
	if a.Kind == "" {
		a.Kind = Staff
	}
	if err := a.seal(ctx, tx); err != nil {
		return "", err
	}
	return oneTime, taken(db.Insert(ctx, tx.Global(whyGlobal), "account", a))
}

func taken(err error) error {
	switch {
	case db.Unique(err, "account_username", "account.username"):
		return ErrNameTaken.At(errs.Field{Name: "username", Code: "auth.username_taken"})
	case db.Unique(err, "account_mobile_index", "account.kind, account.mobile_index"):
		return ErrMobileTaken.At(errs.Field{Name: "mobile", Code: "auth.mobile_taken"})
	}
	return err
}

// OneTimePassword is shown once and must be changed at the first sign-in.
func OneTimePassword() string {
	t := strings.ToLower(rand.Text())
	return t[:4] + "-" + t[4:8] + "-" + t[8:12]
}

// Update changes what staff data says about an account.
func Update(ctx context.Context, tx *db.Tx, a Account) error {
	a.Kind = Staff
	if err := a.seal(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Global(whyGlobal).Exec(ctx, `UPDATE account SET name = $1, agent_no = $2, mobile = '', mobile_sealed = $3, mobile_index = $4, disabled = $5, version = version + 1 WHERE id = $6`,
		a.Name, a.AgentNo, a.Sealed, a.Index, a.Disabled, a.ID)
	if err == nil && a.Disabled {
		err = endSessions(ctx, tx, a.ID, "")
	}
	return taken(err)
}

// ResetPassword gives an account a one-time password and ends its sessions.
func ResetPassword(ctx context.Context, tx *db.Tx, id authz.AccountID) (string, error) {
	oneTime := OneTimePassword()
	hash, err := Hash(oneTime)
	if err != nil {
		return "", err
	}
	g := tx.Global(whyGlobal)
	if _, err := g.Exec(ctx, `UPDATE account SET password = $1, must_change = $2, version = version + 1 WHERE id = $3`, hash, true, id); err != nil {
		return "", err
	}
	tx.Note(0, subject(id), nil, map[string]any{"password": "reset"})
	return oneTime, endSessions(ctx, tx, id, "")
}

// Assign makes codes the roles that an account holds at a community (0: at the
// company). Nobody can give what they do not hold themselves.
func Assign(ctx context.Context, tx *db.Tx, account authz.AccountID, community authz.CommunityID, codes []string) error {
	type held struct {
		ID   RoleID `db:"id"`
		Code string `db:"code"`
	}
	g := tx.Global(whyGlobal)
	roles, err := db.All[held](ctx, g, `SELECT id, code FROM role`)
	if err != nil {
		return err
	}
	before, err := db.All[string](ctx, g, `SELECT r.code FROM role_holder h JOIN role r ON r.id = h.role_id WHERE h.account_id = $1 AND COALESCE(h.community_id, 0) = $2 ORDER BY r.code`, account, int64(community))
	if err != nil {
		return err
	}
	after := slices.Compact(slices.Sorted(slices.Values(codes)))
	if slices.Equal(before, after) {
		return nil
	}
	if err := mayGive(ctx, tx, community, append(append([]string{}, before...), after...)); err != nil {
		return err
	}
	if err := mayAssign(tx, community); err != nil {
		return err
	}
	if _, err := g.Exec(ctx, `DELETE FROM role_holder WHERE account_id = $1 AND COALESCE(community_id, 0) = $2`, account, int64(community)); err != nil {
		return err
	}
	if _, err := g.Exec(ctx, `DELETE FROM scope_reach WHERE account_id = $1 AND community_id = $2`, account, int64(community)); err != nil {
		return err
	}
	for _, code := range after {
		i := slices.IndexFunc(roles, func(r held) bool { return r.Code == code })
		if i < 0 {
			return ErrRoleUnknown.At(errs.Field{Name: "roles", Code: "auth.role_unknown"})
		}
		if _, err := g.Exec(ctx, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $2, $3, $4)`, db.NewID[Role](tx), account, roles[i].ID, community); err != nil {
			return err
		}
		if community == 0 {
			continue
		}
		if _, err := g.Exec(ctx, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, $2, $3)`, account, roles[i].ID, int64(community)); err != nil {
			return err
		}
	}
	tx.Note(community, subject(account), map[string]any{"roles": before}, map[string]any{"roles": after})
	return nil
}

// mayAssign refuses who may not change roles at the place at all.
func mayAssign(tx *db.Tx, community authz.CommunityID) error {
	scope := tx.Who.Scope(ActAssign)
	if tx.Who.Job == "" && !scope.All && (community == 0 || !scope.Sees(community)) {
		return ErrAssign
	}
	return nil
}

// Above refuses to touch the sign-in of an account that may do more than the
// actor: who can reset a password can sign in with it.
func Above(ctx context.Context, tx *db.Tx, account authz.AccountID) error {
	type held struct {
		Code      string            `db:"code"`
		Community authz.CommunityID `db:"community_id"`
	}
	roles, err := db.All[held](ctx, tx.Global(whyGlobal), `SELECT r.code, h.community_id FROM role_holder h JOIN role r ON r.id = h.role_id WHERE h.account_id = $1`, account)
	if err != nil {
		return err
	}
	for _, r := range roles {
		if err := mayGive(ctx, tx, r.Community, []string{r.Code}); errors.Is(err, ErrNotYourRole) {
			return ErrAbove
		} else if err != nil {
			return err
		}
	}
	return nil
}

// mayGive refuses roles whose permissions the actor does not hold at the place.
func mayGive(ctx context.Context, tx *db.Tx, community authz.CommunityID, codes []string) error {
	if tx.Who.Job != "" {
		return nil
	}
	for _, code := range codes {
		acts, err := db.All[authz.Action](ctx, tx.Global(whyGlobal), `SELECT a.action FROM role_action a JOIN role r ON r.id = a.role_id WHERE r.code = $1`, code)
		if err != nil {
			return err
		}
		for _, a := range acts {
			scope := tx.Who.Scope(a)
			if !scope.All && (community == 0 || !scope.Sees(community)) {
				return ErrNotYourRole.At(errs.Field{Name: "roles", Code: "auth.role_beyond"})
			}
		}
	}
	return nil
}

// List lists all accounts, for the command line.
func List(ctx context.Context, tx *db.Tx) ([]Account, error) {
	return db.All[Account](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Account]("")+` FROM account ORDER BY id`)
}

// ByName finds an account by user name or mobile, for the command line.
func ByName(ctx context.Context, tx *db.Tx, name string) (Account, error) {
	return accountByName(ctx, tx, Normalise(name))
}
