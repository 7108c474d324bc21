package auth

import (
	"context"
	_ "embed"
	"errors"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

//go:embed roles.yaml
var rolesFile []byte

//go:embed permissions.yaml
var permissionsFile []byte

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

// permissions reads permissions.yaml, domain by domain.
var permissions = sync.OnceValues(func() (out []Permission, err error) {
	var domains []struct {
		Domain  string       `yaml:"domain"`
		Zh      string       `yaml:"zh"`
		En      string       `yaml:"en"`
		Actions []Permission `yaml:"actions"`
	}
	err = yaml.Unmarshal(permissionsFile, &domains)
	for _, d := range domains {
		for _, p := range d.Actions {
			p.Domain, p.DomainZh, p.DomainEn = d.Domain, d.Zh, d.En
			out = append(out, p)
		}
	}
	return out, err
})

// givers says which permission lets somebody give another one.
var givers = sync.OnceValue(func() map[authz.Action]authz.Action {
	all, _ := permissions() // a test reads the file too
	out := map[authz.Action]authz.Action{}
	for _, p := range all {
		out[p.Action] = p.GivenBy
	}
	return out
})

// Permissions is the catalogue of everything a role can allow, named in lang (ACC-03).
func Permissions(lang string) ([]Permission, error) {
	all, err := permissions()
	out := slices.Clone(all)
	for i := range out {
		out[i].Group, out[i].Name = out[i].DomainZh, out[i].Zh
		if lang == "en" {
			out[i].Group, out[i].Name = out[i].DomainEn, out[i].En
		}
	}
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
		if err := setActions(ctx, tx, id, r.Actions); err != nil {
			return err
		}
	}
	return nil
}

// Roles lists the roles with what they allow, named in the caller's language.
func (s *Service) Roles(ctx context.Context, who authz.Actor, lang string) (out []Role, err error) {
	type row struct {
		Role   RoleID       `db:"role_id"`
		Action authz.Action `db:"action"`
	}
	err = s.DB.Read(ctx, who, ActRoles, func(tx *db.Tx) error {
		g := tx.Global(whyGlobal)
		if out, err = db.All[Role](ctx, g, roleViews+`ORDER BY r.id`); err != nil {
			return err
		}
		rows, err := db.All[row](ctx, g, `SELECT role_id, action FROM role_action ORDER BY role_id, action`)
		for i := range out {
			out[i] = out[i].named(lang)
			for _, r := range rows {
				if r.Role == out[i].ID {
					out[i].Actions = append(out[i].Actions, r.Action)
				}
			}
		}
		return err
	})
	return out, err
}

func (r Role) named(lang string) Role {
	if r.Name = r.Zh; lang == "en" {
		r.Name = r.En
	}
	return r
}

// RoleData is what can be said of a role.
type RoleData struct {
	Zh, En   string
	SecondFA bool
	Actions  []authz.Action
}

func (d *RoleData) check() error {
	var f errs.Fields
	for _, t := range []struct {
		field string
		text  *string
	}{{"zh", &d.Zh}, {"en", &d.En}} {
		*t.text = strings.TrimSpace(*t.text)
		switch n := utf8.RuneCountInString(*t.text); {
		case n == 0:
			f.Add(t.field, "missing", nil)
		case n > 50:
			f.Add(t.field, "too_long", nil)
		}
	}
	known, err := permissions()
	if err != nil {
		return err
	}
	d.Actions = slices.Compact(slices.Sorted(slices.Values(d.Actions)))
	for _, a := range d.Actions {
		if !slices.ContainsFunc(known, func(p Permission) bool { return p.Action == a }) {
			f.Add("permissions", "auth.permission_unknown", nil)
			break
		}
	}
	return f.Err()
}

// mayEdit: roles are the company's, so only who holds the permission there
// edits them, and only with permissions they hold everywhere themselves.
func mayEdit(who authz.Actor, actions []authz.Action) error {
	if !who.Scope(ActRolesEdit).All {
		return ErrAssign
	}
	for _, a := range actions {
		if by := givers()[a]; !who.Scope(a).All && (by == "" || !who.Scope(by).All) {
			return ErrNotYourRole.At(errs.Field{Name: "permissions", Code: "auth.role_beyond"})
		}
	}
	return nil
}

// CreateRole adds a role (ACC-03).
func (s *Service) CreateRole(ctx context.Context, who authz.Actor, lang string, d RoleData) (r Role, err error) {
	if err := d.check(); err != nil {
		return r, err
	}
	err = s.DB.Write(ctx, who, ActRolesEdit, func(tx *db.Tx) error {
		if err := mayEdit(who, d.Actions); err != nil {
			return err
		}
		id := db.NewID[Role](tx)
		if err := roleNameFree(ctx, tx, id, d); err != nil {
			return err
		}
		if _, err := tx.Global(whyGlobal).Exec(ctx, `INSERT INTO role (id, code, zh, en, needs_second_factor, version) VALUES ($1, $2, $3, $4, $5, 1)`, id, "role_"+id.String(), d.Zh, d.En, d.SecondFA); err != nil {
			return err
		}
		if err := setActions(ctx, tx, id, d.Actions); err != nil {
			return err
		}
		tx.Note(0, "role:"+id.String(), nil, map[string]any{"zh": d.Zh, "en": d.En, "permissions": d.Actions, "needsSecondFactor": d.SecondFA})
		if r, err = roleByID(ctx, tx, id); err == nil {
			r = r.named(lang)
			tx.Answer(r)
		}
		return err
	})
	return r, err
}

func roleNameFree(ctx context.Context, tx *db.Tx, id RoleID, d RoleData) error {
	n, err := db.One[int](ctx, tx.Global(whyGlobal), `SELECT COUNT(*) FROM role WHERE id <> $1 AND zh = $2`, id, d.Zh)
	if err == nil && n > 0 {
		err = ErrRoleName.At(errs.Field{Name: "zh", Code: "auth.role_name_taken"})
	}
	return err
}

// EditRole changes what a role is called and allows. The company never loses
// its last account that may edit roles.
func (s *Service) EditRole(ctx context.Context, who authz.Actor, lang string, id RoleID, expect func(int64) error, d RoleData) (r Role, err error) {
	if err := errors.Join(mayEdit(who, nil), d.check()); err != nil {
		return r, err
	}
	err = s.DB.Write(ctx, who, ActRolesEdit, func(tx *db.Tx) error {
		old, err := roleByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		if err := mayEdit(who, append(slices.Clone(old.Actions), d.Actions...)); err != nil {
			return err
		}
		if err := roleNameFree(ctx, tx, id, d); err != nil {
			return err
		}
		g := tx.Global(whyGlobal)
		n, err := g.Exec(ctx, `UPDATE role SET zh = $1, en = $2, needs_second_factor = $3, version = version + 1 WHERE id = $4 AND version = $5`, d.Zh, d.En, d.SecondFA, id, old.Version)
		if err == nil && n == 0 {
			err = db.ErrStale
		}
		if err != nil {
			return err
		}
		if err := setActions(ctx, tx, id, d.Actions); err != nil {
			return err
		}
		// What is kept of a region's scope holds the permissions too.
		if _, err := g.Exec(ctx, `UPDATE account SET reach = reach + 1 WHERE id IN (SELECT account_id FROM role_region WHERE role_id = $1)`, id); err != nil {
			return err
		}
		if err := KeepsEditor(ctx, tx); err != nil {
			return err
		}
		more, less := changed(old.Actions, d.Actions)
		tx.Note(0, "role:"+id.String(), map[string]any{"zh": old.Zh, "en": old.En, "taken": less, "needsSecondFactor": old.SecondFA}, map[string]any{"zh": d.Zh, "en": d.En, "given": more, "needsSecondFactor": d.SecondFA})
		r, err = roleByID(ctx, tx, id)
		r = r.named(lang)
		return err
	})
	return r, err
}

// DeleteRole removes a role that nobody holds.
func (s *Service) DeleteRole(ctx context.Context, who authz.Actor, id RoleID, expect func(int64) error) error {
	if err := mayEdit(who, nil); err != nil {
		return err
	}
	return s.DB.Write(ctx, who, ActRolesEdit, func(tx *db.Tx) error {
		old, err := roleByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		if err := mayEdit(who, old.Actions); err != nil {
			return err
		}
		if old.Holders > 0 {
			return ErrRoleHeld.With("n", old.Holders)
		}
		if err := setActions(ctx, tx, id, nil); err != nil {
			return err
		}
		tx.Note(0, "role:"+id.String(), map[string]any{"zh": old.Zh, "en": old.En, "permissions": old.Actions}, nil)
		_, err = tx.Global(whyGlobal).Exec(ctx, `DELETE FROM role WHERE id = $1`, id)
		return err
	})
}

// KeepsEditor refuses what would leave the company without an account that may edit roles.
func KeepsEditor(ctx context.Context, tx *db.Tx) error {
	n, err := editors(ctx, tx)
	if err == nil && n == 0 {
		err = ErrLastEditor
	}
	return err
}
