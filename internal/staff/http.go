package staff

import (
	"context"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
)

// ByID names a member in the path.
type ByID struct {
	ID ID `path:"id"`
}

// MemberBody is what can be said of a member at any time.
type MemberBody struct {
	AgentNo    string       `json:"agentNo" maxLength:"20"`
	Name       string       `json:"name" maxLength:"50"`
	Mobile     string       `json:"mobile,omitempty" maxLength:"20"`
	Department db.ID        `json:"departmentId,omitempty"`
	Level      *Level       `json:"level,omitempty" enum:"junior,senior,supervisor," doc:"left out: as it is; empty: not known"`
	Mentor     *string      `json:"mentorId,omitempty" maxLength:"13" doc:"left out: as it is; empty: none"`
	Skills     []string     `json:"skills,omitempty" maxItems:"30"`
	Areas      []BuildingID `json:"areas,omitempty" maxItems:"500"`
}

func (b MemberBody) hire() (h Hire, err error) {
	h = Hire{Member: Member{AgentNo: b.AgentNo, Name: b.Name, Mobile: b.Mobile, Department: b.Department, Skills: b.Skills}, Areas: b.Areas, Career: Career{Level: b.Level}}
	if b.Mentor != nil {
		h.Career.Mentor = new(ID)
		if *b.Mentor != "" && h.Career.Mentor.UnmarshalText([]byte(*b.Mentor)) != nil {
			return h, errMentor
		}
	}
	return h, nil
}

type created struct {
	Staff    View   `json:"staff"`
	Password string `json:"oneTimePassword,omitempty" doc:"shown once; must be changed at the first sign-in"`
}

type oneTime struct {
	Password string `json:"oneTimePassword"`
}

type revealed struct {
	Mobile string `json:"mobile"`
}

type listInput struct {
	web.Page
	Community authz.CommunityID `query:"community" required:"true"`
	Q         string            `query:"q" maxLength:"50"`
	State     string            `query:"state" enum:"active,disabled"`
}

// Routes is the API of staff.
func (s *Service) Routes(a *web.API) {
	s.positionRoutes(a)
	s.stateRoutes(a)
	s.signInRoutes(a)
	web.Get(a, "/staff", ActView, func(ctx context.Context, who authz.Actor, in *listInput) (web.List[View], error) {
		after, err := web.After[string](in.Cursor)
		if err != nil {
			return web.List[View]{}, err
		}
		all, err := s.List(ctx, who, filter{in.Community, in.Q, in.State, after, in.Limit + 1})
		return web.Paged(all, in.Limit, func(v View) string { return v.AgentNo }), err
	}, web.Summary("Staff of a community"))
	web.Post(a, "/staff", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			MemberBody
			Community authz.CommunityID `json:"community"`
			Username  string            `json:"username,omitempty" maxLength:"40"`
			Position  string            `json:"position,omitempty" maxLength:"50"`
			Roles     []string          `json:"roles,omitempty" maxItems:"30" doc:"held at the community"`
		}
	}) (created, error) {
		h, err := in.Body.hire()
		if err != nil {
			return created{}, err
		}
		h.Community, h.Username, h.Position, h.Roles = in.Body.Community, in.Body.Username, in.Body.Position, in.Body.Roles
		v, password, err := s.Create(ctx, who, h)
		return created{v, password}, err
	}, web.Created(), web.Summary("Add a member of staff"))
	web.Get(a, "/staff/{id}", ActView, func(ctx context.Context, who authz.Actor, in *ByID) (View, error) {
		return s.Get(ctx, who, in.ID)
	}, web.Summary("A member of staff"))
	web.Put(a, "/staff/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Match
		Body MemberBody
	}) (View, error) {
		h, err := in.Body.hire()
		if err != nil {
			return View{}, err
		}
		return s.Edit(ctx, who, in.ID, in.Expect, h)
	}, web.Summary("Change a member of staff"))
	web.Put(a, "/staff/{id}/duty", ActDutySelf, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		Body struct {
			OnDuty bool `json:"onDuty"`
		}
	}) (View, error) {
		return s.SetDuty(ctx, who, in.ID, in.Body.OnDuty)
	}, web.Summary("Come on duty or leave it"), web.Unversioned("a switch: the last word counts"))
}

func (s *Service) stateRoutes(a *web.API) {
	web.Post(a, "/staff/{id}/disable", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Match
		Body struct {
			Reason     string `json:"reason" minLength:"1" maxLength:"200"`
			HandOverTo ID     `json:"handOverTo,omitempty" doc:"who takes over what is open"`
		}
	}) (View, error) {
		return s.SetState(ctx, who, in.ID, in.Expect, Disabled, in.Body.Reason, in.Body.HandOverTo)
	}, web.Summary("Disable a member who leaves"))
	web.Post(a, "/staff/{id}/enable", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		ByID
		web.Match
	}) (View, error) {
		return s.SetState(ctx, who, in.ID, in.Expect, Active, "", 0)
	}, web.Summary("Enable a member again"))
}

// signInRoutes is what administrators do for how somebody signs in.
func (s *Service) signInRoutes(a *web.API) {
	web.Post(a, "/staff/{id}/password", auth.ActPassword, func(ctx context.Context, who authz.Actor, in *ByID) (oneTime, error) {
		p, err := s.ResetPassword(ctx, who, in.ID)
		return oneTime{p}, err
	}, web.Summary("Give a one-time password"), web.Unversioned("each one replaces the one before"))
	web.Delete(a, "/staff/{id}/second-factor", auth.ActPassword, func(ctx context.Context, who authz.Actor, in *ByID) (web.None, error) {
		return web.None{}, s.ResetFactor(ctx, who, in.ID)
	}, web.Summary("Take away a second factor that was lost"), web.Unversioned("it is there or not"))
	web.Delete(a, "/staff/{id}/sessions", auth.ActPassword, func(ctx context.Context, who authz.Actor, in *ByID) (web.None, error) {
		return web.None{}, s.SignOut(ctx, who, in.ID)
	}, web.Summary("Sign somebody out everywhere"), web.Unversioned("sessions have no versions"))
	web.Post(a, "/staff/{id}/reveal", ActReveal, func(ctx context.Context, who authz.Actor, in *ByID) (revealed, error) {
		n, err := s.Reveal(ctx, who, in.ID)
		return revealed{n}, err
	}, web.Summary("A member's mobile in full; leaves a trail"), web.Unversioned("looking changes nothing"))
}
