package staff

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guanjia/internal/approval"
	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Record is what became of somebody's permissions, and what is under way.
type Record struct {
	Changes []Change  `json:"changes" doc:"the newest first"`
	History []History `json:"history" doc:"the newest first"`
}

// HistoryOf returns somebody's changes of position and the history of their permissions (ACC-08).
func (s *Service) HistoryOf(ctx context.Context, who authz.Actor, of ID) (r Record, err error) {
	err = s.DB.Read(ctx, who, ActEdit, func(tx *db.Tx) error {
		v, err := get(ctx, tx, of)
		if err != nil {
			return err
		}
		if r.Changes, err = changes(ctx, tx, v.Member); err != nil {
			return err
		}
		r.History, err = history(ctx, tx, v.Member)
		return err
	})
	return r, err
}

// Revoke takes roles away at once: what somebody must not do any more need not
// wait for an approval.
func (s *Service) Revoke(ctx context.Context, who authz.Actor, of ID, expect func(int64) error, roles []auth.Held, reason string) (v View, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return v, errs.ErrFields.At(errs.Field{Name: "reason", Code: "missing"})
	}
	err = s.DB.Write(ctx, who, auth.ActAssign, func(tx *db.Tx) error {
		old, err := get(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		m := old.Member
		before, err := standing(ctx, tx, m)
		if err != nil {
			return err
		}
		kept := slices.Clone(before.Roles)
		for _, h := range roles {
			i := slices.Index(kept, h)
			if i < 0 {
				return ErrNotHeld.At(errs.Field{Name: "roles", Code: "staff.role_not_held"})
			}
			kept = slices.Delete(kept, i, i+1)
		}
		if len(roles) == 0 {
			return ErrNothing.At(errs.Field{Name: "roles", Code: "staff.no_change"})
		}
		if err := auth.AssignAll(ctx, tx, of, kept); err != nil {
			return err
		}
		if err := db.Save(ctx, tx, "staff", &m); err != nil { // its version is that of the roles too
			return err
		}
		after := before
		after.Roles = kept
		tx.Emit(PositionChanged{of, m.Community})
		if err := s.keep(ctx, tx, m, "revoked", before, after, reason, Member{}, 0); err != nil {
			return err
		}
		if v, err = get(ctx, tx, of); err == nil {
			tx.Answer(&v)
		}
		return err
	})
	return v, err
}

// keep adds a line to the history of what happened at once.
func (s *Service) keep(ctx context.Context, tx *db.Tx, m Member, what string, before, after Standing, reason string, to Member, n int64) error {
	return db.Insert(ctx, tx, "permission_history", History{
		ID: db.NewID[History](tx), Community: m.Community, Staff: m.ID, At: tx.Now, What: what, Before: before, After: after, Reason: reason,
		AskedBy: tx.Who.ID, Asker: tx.Who.Name, HandedTo: to.ID, HandedN: to.Name, Tickets: n,
	})
}

// describe tells who decides a change what would change.
func (s *Service) describe(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var a aboutChange
	if err := q.Data.Unmarshal(&a); err != nil {
		return nil, err
	}
	c, err := changeAnywhere(ctx, tx, a.Change)
	if err != nil {
		return nil, err
	}
	g := tx.Global("who may read the request may read what it asks for")
	m, err := db.One[Member](ctx, g, `SELECT `+db.Columns[Member]("")+` FROM staff WHERE id = $1`, c.Staff)
	if err != nil {
		return nil, err
	}
	now, err := standing(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	from := func(s string) string {
		if q.State != approval.Pending {
			return "" // what was then stands in the history
		}
		return s
	}
	departments := [2]string{}
	for i, d := range []db.ID{m.Department, c.Department} {
		if departments[i], err = departmentName(ctx, tx, d); err != nil {
			return nil, err
		}
	}
	roles := [2]string{}
	for i, r := range []Roles{now.Roles, c.Roles} {
		if roles[i], err = rolesText(ctx, tx, r, m.Community); err != nil {
			return nil, err
		}
	}
	lines := []approval.Line{{Label: "person", To: m.AgentNo + " " + m.Name}, {Label: "position", From: from(m.Position), To: c.Position}}
	if departments[0] != departments[1] {
		lines = append(lines, approval.Line{Label: "department", From: from(departments[0]), To: departments[1]})
	}
	lines = append(lines, approval.Line{Label: "roles", From: from(roles[0]), To: roles[1]}, approval.Line{Label: "day", To: c.Day.String()})
	if c.HandOverTo != 0 {
		name, err := db.All[string](ctx, g, `SELECT name FROM staff WHERE id = $1`, c.HandOverTo)
		if err != nil {
			return nil, err
		}
		lines = append(lines, approval.Line{Label: "handOverTo", To: strings.Join(name, "")})
	}
	return lines, nil
}

// rolesText names roles, and their places where they are not the member's own community.
func rolesText(ctx context.Context, tx *db.Tx, roles []auth.Held, own authz.CommunityID) (string, error) {
	_, names, err := roleNames(ctx, tx)
	if err != nil {
		return "", err
	}
	out := []string{}
	for _, h := range roles {
		text := names[h.Role]
		if h.Community != own {
			place, err := placeName(ctx, tx, h.Place)
			if err != nil {
				return "", err
			}
			if place == "" {
				place = "*"
			}
			text += "（" + place + "）"
		}
		out = append(out, text)
	}
	return strings.Join(out, "、"), nil
}

// leaves ends what was under way for who is disabled.
func (s *Service) leaves(ctx context.Context, tx *db.Tx, m Member, reason string) error {
	c, err := openChange(ctx, tx, m.ID)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.cancel(ctx, tx, &c, reason)
}
