package staff

import (
	"context"
	"slices"

	"guanjia/internal/approval"
	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Service holds the use cases of this package.
type Service struct {
	DB        *db.DB
	Work      []Work // what can be handed over, by the domains above
	approvals *approval.Service
}

var errDepartment = errs.ErrFields.At(errs.Field{Name: "departmentId", Code: "staff.department_unknown"})

var errArea = errs.ErrFields.At(errs.Field{Name: "areas", Code: "staff.area_unknown"})

// List lists staff of a community by agent number.
func (s *Service) List(ctx context.Context, who authz.Actor, f filter) (out []View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = list(ctx, tx, f)
		return err
	})
	return out, err
}

// Get returns one member.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ID) (v View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		v, err = get(ctx, tx, id)
		return err
	})
	return v, err
}

// Hire is what Create is told besides the member's own fields.
type Hire struct {
	Member
	Username  string
	Areas     []BuildingID
	Roles     []string
	AtCompany bool   // roles are held at the company: every community
	Password  string // "" makes a one-time password
	Career    Career
}

// Career is what is told of a member's level and mentor; nil leaves it as it is.
type Career struct {
	Level  *Level
	Mentor *ID
}

func (c Career) of(m Member) Member {
	if c.Level != nil {
		m.Level = *c.Level
	}
	if c.Mentor != nil {
		m.Mentor = *c.Mentor
	}
	return m
}

// Create adds a member with an account and roles. A member with a user name
// gets a one-time password, which is shown once.
func (s *Service) Create(ctx context.Context, who authz.Actor, h Hire) (v View, oneTime string, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		id, password, err := Add(ctx, tx, h)
		if err != nil {
			return err
		}
		oneTime = password
		if v, err = get(ctx, tx, id); err == nil {
			tx.Answer(map[string]any{"staff": v}) // the password is shown once and kept nowhere
		}
		return err
	})
	return v, oneTime, err
}

// Add is Create inside another domain's transaction.
func Add(ctx context.Context, tx *db.Tx, h Hire) (id ID, oneTime string, err error) {
	m := h.Career.of(h.Member)
	if err := m.Check("").Err(); err != nil {
		return 0, "", err
	}
	if h.Username != "" {
		if code := auth.CheckUsername(h.Username); code != "" {
			return 0, "", errs.ErrFields.At(errs.Field{Name: "username", Code: code})
		}
		if h.Password != "" {
			if code := auth.CheckPassword(h.Password, h.Username); code != "" {
				return 0, "", errs.ErrFields.At(errs.Field{Name: "password", Code: code})
			}
		}
	}
	m.ID, m.State, m.Version = db.NewID[authz.Account](tx), Active, 1
	oneTime, err = auth.Create(ctx, tx, auth.Account{ID: m.ID, Username: h.Username, Mobile: m.Mobile, Name: m.Name, AgentNo: m.AgentNo}, h.Password)
	if err != nil {
		return 0, "", err
	}
	if err := inDepartment(ctx, tx, m); err != nil {
		return 0, "", err
	}
	if err := mentored(ctx, tx, m); err != nil {
		return 0, "", err
	}
	m.seal(tx)
	if err := db.Insert(ctx, tx, "staff", m); err != nil {
		return 0, "", taken(err)
	}
	if err := setAreas(ctx, tx, m, h.Areas); err != nil {
		return 0, "", err
	}
	at := auth.Place{Community: m.Community}
	if h.AtCompany {
		at = auth.Place{}
	}
	tx.Note(m.Community, "staff:"+m.ID.String(), nil, map[string]any{"agentNo": m.AgentNo, "position": m.Position, "skills": m.Skills, "level": m.Level, "mentor": m.Mentor})
	tx.Emit(Changed{m.ID, m.Community})
	return m.ID, oneTime, auth.Assign(ctx, tx, m.ID, at, h.Roles)
}

func taken(err error) error {
	if db.Unique(err, "staff_agent_no", "staff.agent_no") {
		return ErrAgentNo.At(errs.Field{Name: "agentNo", Code: "staff.agent_no_taken"})
	}
	return err
}

// Edit changes a member's data and areas. Position and roles have their own
// way (Ask, Revoke).
func (s *Service) Edit(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, h Hire) (v View, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		if h.Mobile != old.Mobile { // which signs in too
			if err := auth.Above(ctx, tx, id); err != nil {
				return err
			}
		}
		m := old.Member
		m.AgentNo, m.Name, m.Mobile, m.Department, m.Skills = h.AgentNo, h.Name, h.Mobile, h.Department, h.Skills
		m = h.Career.of(m)
		m.seal(tx)
		if err := m.Check("").Err(); err != nil {
			return err
		}
		if err := inDepartment(ctx, tx, m); err != nil {
			return err
		}
		if m.Mentor != old.Mentor { // one who has left may stay named
			if err := mentored(ctx, tx, m); err != nil {
				return err
			}
		}
		tx.Note(m.Community, "staff:"+id.String(), publicPart(old.Member), publicPart(m))
		tx.Emit(Changed{id, m.Community})
		if err := taken(db.Save(ctx, tx, "staff", &m)); err != nil {
			return err
		}
		if err := auth.Update(ctx, tx, auth.Account{ID: id, Name: m.Name, AgentNo: m.AgentNo, Mobile: m.Mobile, Disabled: m.State == Disabled}); err != nil {
			return err
		}
		if err := setAreas(ctx, tx, m, h.Areas); err != nil {
			return err
		}
		v, err = get(ctx, tx, id)
		return err
	})
	return v, err
}

// publicPart is what the trail may hold of a member: no mobile.
func publicPart(m Member) map[string]any {
	return map[string]any{"agentNo": m.AgentNo, "position": m.Position, "skills": m.Skills, "department": m.Department, "level": m.Level, "mentor": m.Mentor, "state": m.State}
}

// SetState disables a member who leaves, or enables one who comes back. Who
// leaves hands over what is open to a colleague (ACC-02).
func (s *Service) SetState(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, state, reason string, handOverTo ID) (v View, err error) {
	if id == who.ID && state == Disabled {
		return v, ErrSelf
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		if err := auth.Above(ctx, tx, id); err != nil {
			return err
		}
		before, err := standing(ctx, tx, old.Member)
		if err != nil {
			return err
		}
		m := old.Member
		if m.Mobile, err = m.number(tx); err != nil {
			return err
		}
		m.State, m.LeftReason = state, reason
		m.OnDuty = m.OnDuty && state == Active
		tx.Note(m.Community, "staff:"+id.String(), map[string]any{"state": old.State}, map[string]any{"state": state, "reason": reason})
		tx.Emit(Changed{id, m.Community})
		if err := db.Save(ctx, tx, "staff", &m); err != nil {
			return err
		}
		if err := auth.Update(ctx, tx, auth.Account{ID: id, Name: m.Name, AgentNo: m.AgentNo, Mobile: m.Mobile, Disabled: state == Disabled}); err != nil {
			return err
		}
		if err := s.stateChanged(ctx, tx, m, before, reason, handOverTo); err != nil {
			return err
		}
		v, err = get(ctx, tx, id)
		return err
	})
	return v, err
}

// stateChanged does what belongs to leaving and coming back.
func (s *Service) stateChanged(ctx context.Context, tx *db.Tx, m Member, before Standing, reason string, handOverTo ID) error {
	after := before
	after.State = m.State
	if m.State == Active {
		return s.keep(ctx, tx, m, "enabled", before, after, reason, Member{}, 0)
	}
	if slices.ContainsFunc(before.Roles, func(h auth.Held) bool { return h.Place == auth.Place{} }) {
		if err := auth.KeepsEditor(ctx, tx); err != nil {
			return err
		}
	}
	to, err := s.colleague(ctx, tx, m, handOverTo)
	if err != nil {
		return err
	}
	if err := s.leaves(ctx, tx, m, reason); err != nil {
		return err
	}
	n, err := s.handOver(ctx, tx, m, to)
	if err != nil {
		return err
	}
	return s.keep(ctx, tx, m, "disabled", before, after, reason, to, n)
}

// SetDuty switches duty on or off. One's own needs only ActDutySelf.
func (s *Service) SetDuty(ctx context.Context, who authz.Actor, id ID, on bool) (v View, err error) {
	act := ActDuty
	if id == who.ID {
		act = ActDutySelf
	}
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE staff SET on_duty = $1, version = version + 1 WHERE id = $2 AND state = 'active' AND {scope}`, on, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return db.ErrNotFound
		}
		if v, err = get(ctx, tx, id); err != nil {
			return err
		}
		tx.Note(v.Community, "staff:"+id.String(), nil, map[string]any{"onDuty": on})
		tx.Emit(DutyChanged{Staff: id, Community: v.Community, OnDuty: on})
		return nil
	})
	return v, err
}

// DutyChanged is told when somebody comes on duty or leaves it.
type DutyChanged struct {
	Staff     ID                `json:"staff"`
	Community authz.CommunityID `json:"community"`
	OnDuty    bool              `json:"onDuty"`
}

// EventName implements db.Event.
func (DutyChanged) EventName() string { return "staff.duty_changed" }

// Where implements db.Event.
func (e DutyChanged) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e DutyChanged) About() string { return e.Staff.String() }

// Changed is told when somebody was hired, or when their record or state is not the same any more.
type Changed struct {
	Staff     ID                `json:"staff"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "staff.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Staff.String() }

// ResetPassword gives a member a one-time password, shown once.
func (s *Service) ResetPassword(ctx context.Context, who authz.Actor, id ID) (oneTime string, err error) {
	err = s.DB.Write(ctx, who, auth.ActPassword, func(tx *db.Tx) error {
		if _, err := get(ctx, tx, id); err != nil {
			return err
		}
		if err := auth.Above(ctx, tx, id); err != nil {
			return err
		}
		oneTime, err = auth.ResetPassword(ctx, tx, id)
		return err
	})
	return oneTime, err
}

// ResetFactor takes away the second factor of a member who lost it, and ends their sessions.
func (s *Service) ResetFactor(ctx context.Context, who authz.Actor, id ID) error {
	return s.onAccount(ctx, who, id, auth.ResetFactor)
}

// SignOut ends every session of a member.
func (s *Service) SignOut(ctx context.Context, who authz.Actor, id ID) error {
	return s.onAccount(ctx, who, id, auth.EndSessions)
}

// onAccount does what needs the right to reset the member's password.
func (s *Service) onAccount(ctx context.Context, who authz.Actor, id ID, do func(context.Context, *db.Tx, authz.AccountID) error) error {
	return s.DB.Write(ctx, who, auth.ActPassword, func(tx *db.Tx) error {
		if _, err := get(ctx, tx, id); err != nil {
			return err
		}
		if err := auth.Above(ctx, tx, id); err != nil {
			return err
		}
		return do(ctx, tx, id)
	})
}

// Reveal returns a member's mobile in full and leaves a trail (CUS-04).
func (s *Service) Reveal(ctx context.Context, who authz.Actor, id ID) (number string, err error) {
	err = s.DB.Write(ctx, who, ActReveal, func(tx *db.Tx) error {
		v, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		tx.Note(v.Community, "staff:"+id.String(), nil, map[string]any{"revealed": "mobile"})
		number, err = v.number(tx)
		if err == nil && number == "" {
			err = db.ErrNotFound
		}
		return err
	})
	return number, err
}

// OwnDuty reports whether the caller is on duty; false for who is no staff.
func (s *Service) OwnDuty(ctx context.Context, who authz.Actor) (on bool, err error) {
	err = s.DB.Read(ctx, who, auth.ActSelf, func(tx *db.Tx) error {
		rows, err := db.All[bool](ctx, tx, `SELECT on_duty FROM staff WHERE id = $1 AND {scope}`, who.ID)
		on = len(rows) > 0 && rows[0]
		return err
	})
	return on, err
}
