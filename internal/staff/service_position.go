package staff

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"guanjia/internal/approval"
	"guanjia/internal/auth"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/jobs"
)

const changeKind = "staff.position"

// Approve lets changes of position be decided by a: by who may assign roles,
// never by who asked or whom it is about.
func (s *Service) Approve(a *approval.Service) {
	s.approvals = a
	a.Register(approval.Kind{
		Name: changeKind, Decide: auth.ActAssign, TimeLimit: 48 * time.Hour, Lapse: 30 * 24 * time.Hour, FourEyes: true,
		Ended: s.decided, Describe: s.describe,
	})
}

// Schedule registers the day on which a change takes effect.
func (s *Service) Schedule(r *jobs.Runner) { jobs.Handle(r, changeKind, s.dayCame) }

// aboutChange is the data of an approval, and the payload of its day.
type aboutChange struct {
	Change    ChangeID          `json:"change"`
	Community authz.CommunityID `json:"community"`
}

// Where says to which community the job belongs.
func (a aboutChange) Where() authz.CommunityID { return a.Community }

// Ask asks for a change of position (ACC-08). Who has work in hand names the
// colleague who takes it over.
func (s *Service) Ask(ctx context.Context, who authz.Actor, of ID, c Change) (Change, error) {
	err := s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		m, err := get(ctx, tx, of)
		if err != nil {
			return err
		}
		if c, err = s.prepared(ctx, tx, m.Member, c); err != nil {
			return err
		}
		if _, err := openChange(ctx, tx, of); !errors.Is(err, db.ErrNotFound) {
			return errors.Join(err, ErrChanging)
		}
		place := m.Community // who decides a role of a region or the company holds it there
		if slices.ContainsFunc(c.Roles, func(h auth.Held) bool { return h.Community != m.Community }) {
			place = 0
		}
		q, err := s.approvals.Request(ctx, tx, approval.Ask{
			Kind: changeKind, Community: place, Subject: "staff:" + of.String(), About: strings.TrimSuffix(m.AgentNo+" "+m.Name+" → "+c.Position, " → "), Reason: c.Reason,
			Data: aboutChange{c.ID, m.Community}, Concerned: of,
		})
		if err != nil {
			return err
		}
		c.Approval = id.Of[Asking](q.ID)
		if err := db.Insert(ctx, tx, "position_change", c); err != nil {
			return err
		}
		tx.Note(m.Community, "staff:"+of.String(), nil, map[string]any{"asked": c.Position, "roles": c.Roles, "day": c.Day, "handOverTo": c.HandOverTo})
		tx.Emit(PositionChanged{of, m.Community})
		tx.Answer(c)
		return nil
	})
	return c, err
}

// prepared checks and completes a change of m.
func (s *Service) prepared(ctx context.Context, tx *db.Tx, m Member, c Change) (Change, error) {
	if m.State != Active {
		return c, ErrGone
	}
	zone, err := org.Zone(ctx, tx, m.Community)
	if err != nil {
		return c, err
	}
	today := clock.DayOf(tx.Now, zone)
	next := m
	next.Position, next.Department = c.Position, c.Department
	f := next.Check("")
	if c.Reason = strings.TrimSpace(c.Reason); c.Reason == "" {
		f.Add("reason", "missing", nil)
	}
	if c.Day.Before(today) || c.Day.Sub(today) > 366 {
		f.Add("day", "staff.day", nil)
	}
	if err := f.Err(); err != nil {
		return c, err
	}
	if err := inDepartment(ctx, tx, next); err != nil {
		return c, err
	}
	if err := auth.RolesExist(ctx, tx, c.Roles); err != nil {
		return c, err
	}
	for _, h := range c.Roles {
		if h.Community != 0 && tx.In(ctx, h.Community) != nil || h.Community != 0 && h.Region != 0 {
			return c, auth.ErrRegion.At(errs.Field{Name: "roles", Code: "org.region_unknown"})
		}
	}
	before, err := standing(ctx, tx, m)
	if err != nil {
		return c, err
	}
	if before.Position == next.Position && before.Department == next.Department && sameRoles(before.Roles, c.Roles) {
		return c, ErrNothing
	}
	if _, err := s.colleague(ctx, tx, m, c.HandOverTo); err != nil {
		return c, err
	}
	c.ID, c.Community, c.Staff, c.Position, c.State, c.Version = db.NewID[Change](tx), m.Community, m.ID, next.Position, Asked, 1
	c.AskedAt, c.AskedBy, c.Asker = tx.Now, tx.Who.ID, tx.Who.Name
	return c, nil
}

func sameRoles(a, b []auth.Held) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(h auth.Held) bool { return !slices.Contains(b, h) })
}

// colleague returns who takes over from m; nobody is fine only where nothing is open.
func (s *Service) colleague(ctx context.Context, tx *db.Tx, m Member, to ID) (Member, error) {
	if to == 0 {
		n, err := s.open(ctx, tx, m.ID)
		if err == nil && n > 0 {
			err = ErrOpenWork.With("n", n)
		}
		return Member{}, err
	}
	c, err := In(ctx, tx, m.Community, to)
	if errors.Is(err, db.ErrNotFound) || to == m.ID {
		err = ErrColleague.At(errs.Field{Name: "handOverTo", Code: "staff.colleague"})
	}
	return c, err
}

// open counts what somebody has in hand.
func (s *Service) open(ctx context.Context, tx *db.Tx, of ID) (all int64, err error) {
	for _, w := range s.Work {
		n, err := w.Open(ctx, tx, of)
		if err != nil {
			return 0, err
		}
		all += n
	}
	return all, nil
}

// handOver gives everything open to a colleague and says how much it was.
func (s *Service) handOver(ctx context.Context, tx *db.Tx, from, to Member) (all int64, err error) {
	if to.ID != 0 {
		for _, w := range s.Work {
			n, err := w.Move(ctx, tx, from, to)
			if err != nil {
				return 0, err
			}
			all += n
		}
	}
	if s.approvals == nil {
		return all, nil
	}
	n, err := s.approvals.HandOver(ctx, tx, from.ID, to.ID)
	return all + n, err
}

// decided is told how the request for a change ended.
func (s *Service) decided(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var a aboutChange
	if err := q.Data.Unmarshal(&a); err != nil {
		return err
	}
	c, err := changeAnywhere(ctx, tx, a.Change)
	if err != nil {
		return err
	}
	c.State, c.DecidedAt, c.DecidedBy, c.Decider = Refused, q.DecidedAt, q.DecidedBy, q.Decider
	if q.State == approval.Approved {
		// What the decider could not give themselves they cannot approve either.
		if err := auth.MayAssignAll(ctx, tx, c.Staff, c.Roles); err != nil {
			return err
		}
		c.State = Planned
	}
	if err := db.Save(ctx, tx.Global(whyDecided), "position_change", &c); err != nil || c.State != Planned {
		return err
	}
	zone, err := org.Zone(ctx, tx, c.Community)
	if err != nil {
		return err
	}
	if begins := c.Day.Start(zone); begins.After(tx.Now) {
		return jobs.At(ctx, tx, changeKind, c.ID.String(), begins, a)
	}
	return s.takeEffect(ctx, tx, c)
}

const whyDecided = "the decision was checked at the place of the request"

func changeAnywhere(ctx context.Context, tx *db.Tx, id ChangeID) (Change, error) {
	return db.One[Change](ctx, tx.Global(whyDecided), `SELECT `+db.Columns[Change]("")+` FROM position_change WHERE id = $1`, id)
}

// dayCame lets a planned change take effect.
func (s *Service) dayCame(ctx context.Context, tx *db.Tx, a aboutChange) error {
	c, err := change(ctx, tx, a.Change)
	if err != nil || c.State != Planned {
		tx.Silent("the change was given up meanwhile")
		return err
	}
	return s.takeEffect(ctx, tx, c)
}

// takeEffect applies position, department and roles, hands over what is open,
// and keeps it all in the history, in one transaction.
func (s *Service) takeEffect(ctx context.Context, tx *db.Tx, c Change) error {
	v, err := get(ctx, tx, c.Staff)
	if err != nil {
		return err
	}
	m := v.Member
	before, err := standing(ctx, tx, m)
	if err != nil {
		return err
	}
	m.Position, m.Department = c.Position, c.Department
	if err := db.Save(ctx, tx, "staff", &m); err != nil {
		return err
	}
	if err := auth.AssignAll(ctx, tx, m.ID, c.Roles); err != nil {
		return err
	}
	to, err := In(ctx, tx, m.Community, c.HandOverTo)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err // a colleague who left meanwhile takes nothing over
	}
	n, err := s.handOver(ctx, tx, m, to)
	if err != nil {
		return err
	}
	c.State = Done
	if err := db.Save(ctx, tx, "position_change", &c); err != nil {
		return err
	}
	after := Standing{m.Position, m.Department, c.Roles, m.State}
	tx.Note(m.Community, "staff:"+m.ID.String(), before, after)
	tx.Emit(PositionChanged{m.ID, m.Community})
	return db.Insert(ctx, tx, "permission_history", History{
		ID: db.NewID[History](tx), Community: m.Community, Staff: m.ID, At: tx.Now, What: "position", Before: before, After: after, Reason: c.Reason,
		AskedBy: c.AskedBy, Asker: c.Asker, DecidedBy: c.DecidedBy, Decider: c.Decider, HandedTo: to.ID, HandedN: to.Name, Tickets: n,
	})
}

// GiveUp cancels a change that was approved and has not taken effect.
func (s *Service) GiveUp(ctx context.Context, who authz.Actor, id ChangeID, expect func(int64) error, reason string) (c Change, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if c, err = change(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(c.Version); err != nil {
			return err
		}
		if c.State != Planned {
			return ErrNotNow
		}
		if err := s.cancel(ctx, tx, &c, reason); err != nil {
			return err
		}
		tx.Answer(c)
		return nil
	})
	return c, err
}

func (s *Service) cancel(ctx context.Context, tx *db.Tx, c *Change, reason string) error {
	was := c.State
	if was == Asked {
		if err := s.approvals.Withdraw(ctx, tx, changeKind, "staff:"+c.Staff.String(), reason); err != nil {
			return err
		}
		fresh, err := change(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		*c = fresh
	}
	c.State = Cancelled
	tx.Note(c.Community, "staff:"+c.Staff.String(), map[string]any{"change": was}, map[string]any{"change": Cancelled, "reason": reason})
	tx.Emit(PositionChanged{c.Staff, c.Community})
	if err := jobs.Cancel(ctx, tx, changeKind, c.ID.String()); err != nil {
		return err
	}
	return db.Save(ctx, tx, "position_change", c)
}

//go:embed positions.yaml
var positionsFile []byte

// ListPositions returns the positions with the roles that each proposes.
func (s *Service) ListPositions(ctx context.Context, who authz.Actor) (p Positions, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		p, err = positions(ctx, tx)
		return err
	})
	return p, err
}

func positions(ctx context.Context, tx *db.Tx) (p Positions, err error) {
	rows, err := positionRows(ctx, tx)
	if err != nil {
		return p, err
	}
	if len(rows) == 0 {
		return p, yaml.Unmarshal(positionsFile, &p.Items)
	}
	p.Version = rows[0].Version
	return p, json.Unmarshal([]byte(rows[0].Items), &p.Items)
}

// SetPositions replaces the list; it is the company's.
func (s *Service) SetPositions(ctx context.Context, who authz.Actor, expect func(int64) error, p Positions) (Positions, error) {
	if !who.Scope(ActPositions).All {
		return p, authz.ErrForbidden
	}
	err := s.DB.Write(ctx, who, ActPositions, func(tx *db.Tx) error {
		old, err := positions(ctx, tx)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		codes, _, err := roleNames(ctx, tx)
		if err != nil {
			return err
		}
		if err := p.check(codes); err != nil {
			return err
		}
		text, err := json.Marshal(append([]Position{}, p.Items...))
		if err != nil {
			return err
		}
		p.Version = old.Version + 1
		g := tx.Global(whyPositions)
		tx.Note(0, "positions", old.Items, p.Items)
		if old.Version == 0 {
			_, err = g.Exec(ctx, `INSERT INTO position_list (id, positions, version) VALUES ($1, $2, 1)`, db.NewID[Position](tx), string(text))
			return err
		}
		_, err = g.Exec(ctx, `UPDATE position_list SET positions = $1, version = version + 1`, string(text))
		return err
	})
	return p, err
}
